"""Convolution on arrays: the shared-weight operation and its two transposes.

The trilinear form Σ x[n, c, s o + d k - p] w[f, c, k] g[n, f, o] has three partial derivatives, and
these are the three functions here: :func:`correlate` takes x and w, :func:`to_input` g and w,
:func:`to_weight` x and g. Positions o and k have one, two or three axes; s, d and p are stride,
dilation and padding.

How they are computed:

* Channels stand last in memory, whatever the order of the axes says: then one window row, kernel
  width times channels, is one stretch of memory, and results are handed on in the same layout.
* Only the *width* of the kernel is expanded, k copies of the image rather than k². A product for each
  remaining kernel offset then reads a shifted block of rows of the same expanded image.
* Few channels (an image of one or three) make such rows too short for a matrix product. There all
  of the kernel is expanded, window positions last, and one product does it all.
* Products are cut into blocks of rows small enough for the fast path of BLAS for small matrices, and
  samples are taken in groups whose intermediate arrays stay in the cache.
* The transpose to the input is, for stride 1, the same correlation with the kernel turned round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .reductions import ones
from .threads import in_parts

Array = np.ndarray[Any, np.dtype[Any]]
Numbers = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]

_SMALL_PRODUCT = 1_000_000  # multiplications up to which BLAS does not copy its operands first
_CACHE = 1_000_000  # bytes of intermediate arrays for one group of samples
_WASTE = 1.25  # how many times the products that are needed a turned kernel may cost
_FEW = 8  # numbers in a window row, below which the whole kernel is expanded


class Geometry(NamedTuple):
    """Where the windows lie."""

    stride: Numbers
    padding: Padding
    dilation: Numbers


def positions(length: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int) -> int:
    """How many windows fit on an axis, 0 if none does."""
    return max(0, (length + sum(padding) - dilation * (kernel - 1) - 1) // stride + 1)


def output_shape(size: Numbers, kernel: Numbers, how: Geometry) -> Numbers:
    return tuple(map(positions, size, kernel, how.stride, how.padding, how.dilation))


# -- the three functions, channels first as everywhere outside ------------------------------------


def correlate(
    x: Array, w: Array, *, stride: Numbers, padding: Padding, dilation: Numbers, groups: int
) -> Array:
    """y[n, f, o] = Σ_{c, k} x[n, c, s o + d k - p] w[f, c, k]

    x is (N, C, size ...), w (F, C / groups, kernel ...); the result (N, F, positions ...) has the
    channels last in memory.
    """
    how = Geometry(stride, padding, dilation)
    dtype = np.result_type(x, w)
    x, w = x.astype(dtype, copy=False), w.astype(dtype, copy=False)
    out_channels, per_group, *kernel = w.shape
    size = output_shape(x.shape[2:], tuple(kernel), how)
    y = np.empty((len(x), *size, out_channels), dtype)
    image = np.moveaxis(x, 1, -1)
    if not prod((*y.shape, *w.shape)):
        y.fill(0)
    elif per_group == 1 and groups > 1:
        _each_channel_alone(image, w, how, y)
    else:
        features = out_channels // groups
        for group in range(groups):
            channels = slice(group * per_group, (group + 1) * per_group)
            rows = slice(group * features, (group + 1) * features)
            part = y if groups == 1 else np.empty((*y.shape[:-1], features), dtype)
            _correlate(image[..., channels], w[rows], how, part)
            y[..., rows] = part
    return np.moveaxis(y, -1, 1)


def to_input(
    g: Array,
    w: Array,
    *,
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    groups: int,
    size: Numbers,
) -> Array:
    """x[n, c, i] = Σ g[n, f, o] w[f, c, k] over all o and k with s o + d k - p = i

    g is (N, F, positions ...), w (F, C / groups, kernel ...); the result (N, C, size ...) has the
    channels last in memory.
    """
    how = Geometry(stride, padding, dilation)
    dtype = np.result_type(g, w)
    g, w = g.astype(dtype, copy=False), w.astype(dtype, copy=False)
    out_channels, per_group = w.shape[:2]
    x = np.empty((len(g), *size, per_group * groups), dtype)
    image = np.moveaxis(g, 1, -1)
    features = out_channels // groups
    if not prod((*x.shape, *g.shape, *w.shape)):
        x.fill(0)
    elif per_group == 1 and groups > 1:
        _each_channel_alone_to_input(image, w, how, x)
    else:
        turned = _turned(how, w.shape[2:], g.shape[2:], size)
        for group in range(groups):
            channels = slice(group * per_group, (group + 1) * per_group)
            rows = slice(group * features, (group + 1) * features)
            part = x if groups == 1 else np.empty((*x.shape[:-1], per_group), dtype)
            if turned is None:
                _pay_back(image[..., rows], w[rows], how, part)
            else:
                flipped = np.flip(w[rows], tuple(range(2, w.ndim))).swapaxes(0, 1)
                _correlate(image[..., rows], flipped, turned, part)
            x[..., channels] = part
    return np.moveaxis(x, -1, 1)


def to_weight(
    x: Array,
    g: Array,
    *,
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    groups: int,
    kernel: Numbers,
) -> Array:
    """w[f, c, k] = Σ_{n, o} x[n, c, s o + d k - p] g[n, f, o]

    x is (N, C, size ...), g (N, F, positions ...); the result is (F, C / groups, kernel ...).
    """
    how = Geometry(stride, padding, dilation)
    dtype = np.result_type(x, g)
    image, slope = np.moveaxis(x, 1, -1), np.moveaxis(g, 1, -1)
    image, slope = image.astype(dtype, copy=False), slope.astype(dtype, copy=False)
    channels, features = x.shape[1] // groups, g.shape[1] // groups
    w = np.zeros((groups, *kernel, channels, features), dtype)
    if prod((*w.shape, *g.shape)):
        for group in range(groups):
            part = image[..., group * channels : (group + 1) * channels]
            _weight(part, slope[..., group * features : (group + 1) * features], how, w[group])
    axes = (0, w.ndim - 1, w.ndim - 2, *range(1, w.ndim - 2))
    return w.transpose(axes).reshape(groups * features, channels, *kernel)


# -- the work, channels last ----------------------------------------------------------------------


def _correlate(x: Array, w: Array, how: Geometry, y: Array) -> None:
    """``y`` of shape (N, *positions, F) from ``x`` of shape (N, *size, C) and ``w`` (F, C, *kernel)."""
    features, _, *kernel = w.shape
    matrix = np.ascontiguousarray(w.transpose(*range(2, w.ndim), 1, 0))  # (*kernel, C, F)
    plan = _Plan(x, tuple(kernel), how, y.shape, matrix.dtype)
    matrices = matrix.reshape(len(plan.offsets), -1, features)
    result = y.reshape(len(y), *plan.cut, features)

    def part(first: int, last: int) -> None:
        windows = _Windows(x, plan, first, last)
        other = np.empty((windows.together, *plan.cut, features), matrix.dtype)
        for n, m in windows.groups():
            total = result[n:m]
            for i, rows in enumerate(windows.rows(n, m)):
                if i == 0:
                    np.matmul(rows, matrices[0], out=total)
                else:
                    np.add(total, np.matmul(rows, matrices[i], out=other[: m - n]), out=total)

    in_parts(len(x), part, y.size * w[0].size)


def _weight(x: Array, g: Array, how: Geometry, w: Array) -> None:
    """``w`` of shape (*kernel, C, F) from ``x`` (N, *size, C) and ``g`` (N, *positions, F)."""
    *kernel, _, features = w.shape
    plan = _Plan(x, tuple(kernel), how, g.shape, w.dtype)
    whole = g.flags.c_contiguous
    sums: dict[int, Array] = {}

    def part(first: int, last: int) -> None:
        windows = _Windows(x, plan, first, last)
        total = np.zeros((len(plan.offsets), plan.width * features), w.dtype)
        each = np.empty((windows.together, *plan.cut[:-1], plan.width, features), w.dtype)
        for n, m in windows.groups():
            slope = (g[n:m] if whole else np.ascontiguousarray(g[n:m])).reshape(m - n, *plan.cut, features)
            for i, rows in enumerate(windows.rows(n, m)):
                several = np.matmul(rows.mT, slope, out=each[: m - n]).reshape(-1, total.shape[1])
                total[i] += ones(len(several), w.dtype) @ several
        sums[first] = total

    in_parts(len(x), part, g.size * plan.width * len(plan.offsets))
    for first in sorted(sums):  # in the order of the samples, so that rounding is the same every time
        w += sums[first].reshape(w.shape)


class _Plan:
    """How the windows of images become the rows of matrix products.

    Attributes:
        few: whether there are so few channels that the whole kernel is expanded.
        offsets: those of the kernel for each of which there is a product.
        width: the length of a row.
        cut: the numbers of rows, cut into blocks: (lines apart from each other ..., blocks, rows of a block).
        together: how many samples are worked on at a time.
    """

    def __init__(
        self, x: Array, kernel: Numbers, how: Geometry, result: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        *_, self.channels = x.shape
        _, *positions, features = result
        self.positions = tuple(positions)
        self.kernel, self.how, self.dtype = kernel, how, dtype
        self.size = _padded_size(x.shape[1:-1], how.padding)
        count = prod(positions)
        row = kernel[-1] * self.channels
        self.few = row < _FEW
        if self.few:
            self.offsets: list[Numbers] = [()]
            self.width = prod(kernel) * self.channels
            self.cut: Numbers = (count,)
            expanded = self.width * count
        else:
            self.offsets = list(product(*map(range, kernel[:-1])))
            self.width = row
            merged = len(kernel) > 1 and how.stride[-2] == 1  # rows of neighbouring lines follow each other
            apart = self.positions[: -2 if merged else -1]
            run = count // prod(apart)
            block = _block(run, row * features)
            self.cut = (*apart, run // block, block)
            expanded = prod(self.size[:-1]) * positions[-1] * row
        each = dtype.itemsize * (expanded + 2 * count * features)
        self.together = max(1, min(len(x), _CACHE // max(each, 1)))


class _Windows:
    """The windows of samples ``first`` to ``last``, group by group, in one array that is used again."""

    def __init__(self, x: Array, plan: _Plan, first: int, last: int) -> None:
        self.plan, self.first, self.last = plan, first, last
        self.x = x
        self.together = min(plan.together, max(last - first, 1))
        self.padded = _Padded(plan.size, plan.how.padding, self.together, plan.channels, plan.dtype)
        image = self.padded.images if self.padded.needed else x
        self.direct = False
        if plan.few:
            self.source = self._lines(image)
            self.lines = np.empty((self.together, *self.source.shape[1:]), plan.dtype)
            self.expanded = self._columns(self.lines)
            self.columns = np.empty(self.expanded.shape, plan.dtype)
            self.views = [self.columns.reshape(self.together, plan.width, *plan.cut).mT]
        else:
            self.source = self._rows(image)
            self.direct = self.source.flags.c_contiguous
            shape = (self.together, *self.source.shape[1:])
            self.columns = self.source if self.direct else np.empty(shape, plan.dtype)
            self.views = [
                self.columns[(slice(None), *_seen(offset, plan.how, plan.positions))].reshape(
                    len(self.columns), *plan.cut, plan.width
                )
                for offset in plan.offsets
            ]

    def groups(self) -> Iterator[tuple[int, int]]:
        """The samples of each group, as from and to; its windows are in place when it comes."""
        for n in range(self.first, self.last, self.together):
            m = min(n + self.together, self.last)
            if self.padded.needed:
                self.padded.fill(self.x[n:m])
                source = self.source[: m - n]
            else:
                source = self.source[n:m]
            if self.plan.few:
                np.copyto(self.lines[: m - n], source)
                np.copyto(self.columns[: m - n], self.expanded[: m - n])
            elif not self.direct:
                np.copyto(self.columns[: m - n], source)
            yield n, m

    def rows(self, n: int, m: int) -> list[Array]:
        """For each offset the window rows of the group, (samples, *cut, width)."""
        if self.direct and not self.padded.needed:
            return [view[n:m] for view in self.views]
        return [view[: m - n] for view in self.views]

    def _rows(self, image: Array) -> Array:
        """A view (n, *lines, positions, kernel width, C)."""
        *outer, across, channel = image.strides
        stride, dilation = self.plan.how.stride[-1], self.plan.how.dilation[-1]
        return np.lib.stride_tricks.as_strided(
            image,
            (*image.shape[:-2], self.plan.positions[-1], self.plan.kernel[-1], self.plan.channels),
            (*outer, across * stride, across * dilation, channel),
        )

    # few channels: first along the width, (n, kernel width, C, *lines, positions), then along the rest,
    # so that what is copied are long stretches of memory

    def _lines(self, image: Array) -> Array:
        batch, *outer, across, channel = image.strides
        plan = self.plan
        return np.lib.stride_tricks.as_strided(
            image,
            (len(image), plan.kernel[-1], plan.channels, *image.shape[1:-2], plan.positions[-1]),
            (batch, across * plan.how.dilation[-1], channel, *outer, across * plan.how.stride[-1]),
        )

    def _columns(self, lines: Array) -> Array:
        batch, width, channel, *outer, across = lines.strides
        plan = self.plan
        return np.lib.stride_tricks.as_strided(
            lines,
            (len(lines), *plan.kernel, plan.channels, *plan.positions),
            (
                batch,
                *(step * d for step, d in zip(outer, plan.how.dilation[:-1], strict=True)),
                width,
                channel,
                *(step * s for step, s in zip(outer, plan.how.stride[:-1], strict=True)),
                across,
            ),
        )


class _Padded:
    """Images with margins of zeros; a negative margin cuts off."""

    def __init__(
        self, size: Numbers, padding: Padding, together: int, channels: int, dtype: np.dtype[Any]
    ) -> None:
        self.needed = any(before or after for before, after in padding)
        self.source, self.target = _overlap(size, padding)
        if self.needed:
            self.images = np.zeros((together, *size, channels), dtype)

    def fill(self, x: Array) -> None:
        self.images[(slice(0, len(x)), *self.target)] = x[(slice(None), *self.source)]


def _overlap(size: Numbers, padding: Padding) -> tuple[list[slice], list[slice]]:
    """Where what an image and the padded image of ``size`` have in common stands in each of them."""
    source, target = [], []
    for n, (before, after) in zip(size, padding, strict=True):
        length = n - before - after
        source.append(slice(max(0, -before), length - max(0, -after)))
        target.append(slice(max(0, before), n - max(0, after)))
    return source, target


def _padded_size(size: Sequence[int], padding: Padding) -> Numbers:
    return tuple(n + before + after for n, (before, after) in zip(size, padding, strict=True))


def _block(rows: int, each: int) -> int:
    """Into how long blocks to cut so many rows: a divisor that keeps a product small."""
    most = max(1, min(rows, 256, _SMALL_PRODUCT // max(each, 1)))
    best = next(n for n in range(most, 0, -1) if rows % n == 0)
    return best if best >= min(16, rows) else rows


def _turned(how: Geometry, kernel: Numbers, count: Numbers, size: Numbers) -> Geometry | None:
    """The correlation with the kernel turned round that gives the transpose to an input of ``size``.

    None where it would not pay: it multiplies for every element of the input, which are more than
    there are windows if the stride or the kernel is large.
    """
    if set(how.stride) != {1} or prod(size) > _WASTE * prod(count):
        return None
    margins = []
    for n, o, k, d, (before, _) in zip(size, count, kernel, how.dilation, how.padding, strict=True):
        first = d * (k - 1) - before
        margins.append((first, n + d * (k - 1) - o - first))
    return Geometry(how.stride, tuple(margins), how.dilation)


def _pay_back(g: Array, w: Array, how: Geometry, x: Array) -> None:
    """``x`` (N, *size, C) from ``g`` (N, *positions, F): step by step the transpose of `_correlate`.

    Products go into the rows of an image expanded along its width; then the width is folded.
    """
    features, channels, *kernel = w.shape
    matrix = np.ascontiguousarray(w.transpose(*range(2, w.ndim), 0, 1))  # (*kernel, F, C)
    matrix = np.ascontiguousarray(np.moveaxis(matrix, -2, -3)).reshape(*kernel[:-1], features, -1)
    count = g.shape[1:-1]
    size = _padded_size(x.shape[1:-1], how.padding)
    source, target = _overlap(size, how.padding)
    x.fill(0)
    row = kernel[-1] * channels
    run = prod(count)
    block = _block(run, row * features)
    each = x.dtype.itemsize * (prod((*size[:-1], count[-1])) * row + run * row)
    together = max(1, min(len(x), _CACHE // each))

    lines = [_seen(offset, how, count[:-1]) for offset in product(*map(range, kernel[:-1]))]
    matrices = matrix.reshape(len(lines), features, row)
    across = [_seen((k,), _last(how), count[-1:])[0] for k in range(kernel[-1])]
    whole = g.flags.c_contiguous

    def part(first: int, last: int) -> None:
        several = min(together, max(last - first, 1))
        paid = np.empty((several, run // block, block, row), x.dtype)
        columns = np.empty((several, *size[:-1], count[-1], row), x.dtype)
        windows = columns.reshape(*columns.shape[:-1], kernel[-1], channels)
        image = np.empty((several, *size, channels), x.dtype)
        for n in range(first, last, several):
            m = min(n + several, last)
            slope = g[n:m] if whole else np.ascontiguousarray(g[n:m])
            rows = slope.reshape(m - n, run // block, block, features)
            columns.fill(0)
            for place, weights in zip(lines, matrices, strict=True):
                np.matmul(rows, weights, out=paid[: m - n])
                columns[(slice(0, m - n), *place)] += paid[: m - n].reshape(m - n, *count, row)
            image.fill(0)
            for k, place_across in enumerate(across):
                image[: m - n, ..., place_across, :] += windows[: m - n, ..., k, :]
            x[(slice(n, m), *source)] = image[(slice(0, m - n), *target)]

    in_parts(len(x), part, g.size * w[0].size)


def _last(how: Geometry) -> Geometry:
    return Geometry(how.stride[-1:], how.padding[-1:], how.dilation[-1:])


def _seen(offset: Numbers, how: Geometry, count: tuple[int, ...]) -> tuple[slice, ...]:
    """What the kernel's element at ``offset`` sees of a padded image, along the axes of ``offset``."""
    return tuple(
        slice(k * d, k * d + s * (o - 1) + 1, s)
        for k, d, s, o in zip(offset, how.dilation, how.stride, count, strict=False)
    )


# -- one input channel for each group: no sum over channels, so no matrix product -------------------


def _each_channel_alone(x: Array, w: Array, how: Geometry, y: Array) -> None:
    *_, channels = x.shape
    kernel = w.shape[2:]
    several = len(w) // channels
    margin = _Padded(_padded_size(x.shape[1:-1], how.padding), how.padding, len(x), channels, y.dtype)
    if margin.needed:
        margin.fill(x)
    padded = margin.images if margin.needed else x
    y.fill(0)
    by_channel = y.reshape(*y.shape[:-1], channels, several)
    for offset in product(*map(range, kernel)):
        seen = padded[(slice(None), *_seen(offset, how, y.shape[1:-1]))]
        by_channel += seen[..., None] * _at(w, offset).reshape(channels, several)


def _each_channel_alone_to_input(g: Array, w: Array, how: Geometry, x: Array) -> None:
    *_, channels = x.shape
    kernel = w.shape[2:]
    several = len(w) // channels
    size = _padded_size(x.shape[1:-1], how.padding)
    total = np.zeros((len(x), *size, channels), x.dtype)
    by_channel = np.ascontiguousarray(g).reshape(*g.shape[:-1], channels, several)
    for offset in product(*map(range, kernel)):
        weights = _at(w, offset).reshape(channels, several)
        total[(slice(None), *_seen(offset, how, g.shape[1:-1]))] += (by_channel * weights).sum(-1)
    source, target = _overlap(size, how.padding)
    x.fill(0)
    x[(slice(None), *source)] = total[(slice(None), *target)]


def _at(w: Array, offset: Numbers) -> Array:
    """The weight of each output channel at one offset of the kernel."""
    place: Any = (slice(None), 0, *offset)
    weights: Array = w[place]
    return weights
