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

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .threads import in_parts

Array = np.ndarray[Any, np.dtype[Any]]
Numbers = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]

_SMALL_PRODUCT = 1_000_000  # multiplications up to which BLAS does not copy its operands first
_CACHE = 480_000  # bytes of intermediate arrays for one group of samples
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
    """Y[n, f, o] = Σ_{c, k} x[n, c, s o + d k - p] w[f, c, k]

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
    """X[n, c, i] = Σ g[n, f, o] w[f, c, k] over all o and k with s o + d k - p = i

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
    """W[f, c, k] = Σ_{n, o} x[n, c, s o + d k - p] g[n, f, o]

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

    def part(first: int, last: int) -> None:
        for n, columns in plan.expanded(x, first, last):
            target = y[n : n + len(columns)]
            if plan.few:
                rows = columns.reshape(len(columns), -1, plan.count).transpose(0, 2, 1)
                np.matmul(rows, matrix.reshape(-1, features), out=target.reshape(*rows.shape[:-1], features))
                continue
            total = other = None
            for offset in product(*map(range, kernel[:-1])):
                rows, weights = plan.rows(columns, offset), matrix[offset].reshape(-1, features)
                if total is None:
                    total = np.matmul(rows, weights, out=target.reshape(*rows.shape[:-1], features))
                else:
                    other = np.matmul(rows, weights, out=other)
                    np.add(total, other, out=total)

    in_parts(len(x), part)


def _weight(x: Array, g: Array, how: Geometry, w: Array) -> None:
    """``w`` of shape (*kernel, C, F) from ``x`` (N, *size, C) and ``g`` (N, *positions, F)."""
    *kernel, channels, features = w.shape
    plan = _Plan(x, tuple(kernel), how, g.shape, w.dtype)
    sums: list[Array] = []

    def part(first: int, last: int) -> None:
        total = np.zeros((*kernel[:-1], kernel[-1] * channels, features), w.dtype)
        for n, columns in plan.expanded(x, first, last):
            slope = np.ascontiguousarray(g[n : n + len(columns)])
            if plan.few:
                columns = columns.reshape(len(columns), -1, plan.count)
                each = np.matmul(columns, slope.reshape(len(columns), plan.count, features))
                total += each.sum(0).reshape(total.shape)
                continue
            for offset in product(*map(range, kernel[:-1])):
                rows = plan.rows(columns, offset)
                each = np.matmul(rows.mT, slope.reshape(*rows.shape[:-1], features))
                total[offset] += each.sum(tuple(range(each.ndim - 2)))
        sums.append(total)

    in_parts(len(x), part)
    for total in sums:
        w += total.reshape(w.shape)


class _Plan:
    """How the windows of one image are laid out as the rows of matrix products."""

    def __init__(
        self, x: Array, kernel: Numbers, how: Geometry, result: tuple[int, ...], dtype: np.dtype[Any]
    ) -> None:
        *_, self.channels = x.shape
        _, *self.positions, features = result
        self.kernel, self.how, self.dtype = kernel, how, dtype
        self.size = tuple(
            n + before + after for n, (before, after) in zip(x.shape[1:-1], how.padding, strict=True)
        )
        self.count = prod(self.positions)
        row = kernel[-1] * self.channels
        self.few = row < _FEW
        if self.few:
            expanded = prod(kernel) * self.channels * self.count
        else:
            expanded = prod(self.size[:-1]) * self.positions[-1] * row
        each = dtype.itemsize * (expanded + 2 * self.count * features)
        self.together = max(1, min(len(x), _CACHE // max(each, 1)))
        merged = len(kernel) > 1 and how.stride[-2] == 1  # rows of neighbouring lines follow each other
        self.run = self.positions[-1] * (self.positions[-2] if merged else 1)
        self.block = _block(self.run, row * features)

    def expanded(self, x: Array, first: int, last: int) -> Iterator[tuple[int, Array]]:
        """Groups of samples with their first number; the array is used again for the next group."""
        together = min(self.together, max(last - first, 1))
        padded = _Padded(self.size, self.how.padding, together, self.channels, self.dtype)
        columns: Array | None = None
        for n in range(first, last, together):
            image = padded.filled(x[n : min(n + together, last)])
            windows = self._windows(image)
            if not self.few and windows.flags.c_contiguous:
                yield n, windows
                continue
            if columns is None:
                columns = np.empty(windows.shape, self.dtype)
                if self.few:
                    lines = self._lines(image)
                    expanded = np.empty(lines.shape, self.dtype)
            target = columns[: len(image)]
            if self.few:
                np.copyto(expanded[: len(image)], self._lines(image))
                np.copyto(target, self._columns(expanded[: len(image)]))
            else:
                np.copyto(target, windows)
            yield n, target

    def rows(self, columns: Array, offset: Numbers) -> Array:
        """The window rows at one offset of the kernel's leading axes, cut into blocks."""
        rows = columns[(slice(None), *_seen(offset, self.how, tuple(self.positions)))]
        width = self.kernel[-1] * self.channels
        lead = self.count // self.run
        return rows.reshape(len(columns), lead, self.run // self.block, self.block, width)

    def _windows(self, image: Array) -> Array:
        """A view (n, *lines, positions, kernel width, C), or for few channels the shape of the columns."""
        if self.few:
            return np.lib.stride_tricks.as_strided(
                image,
                (len(image), *self.kernel, self.channels, *self.positions),
                (0,) * (2 + 2 * len(self.kernel)),
            )
        *outer, across, channel = image.strides
        stride, dilation = self.how.stride[-1], self.how.dilation[-1]
        return np.lib.stride_tricks.as_strided(
            image,
            (*image.shape[:-2], self.positions[-1], self.kernel[-1], self.channels),
            (*outer, across * stride, across * dilation, channel),
        )

    # few channels: first along the width, (n, kernel width, C, *lines, positions), then along the rest

    def _lines(self, image: Array) -> Array:
        batch, *outer, across, channel = image.strides
        stride, dilation = self.how.stride[-1], self.how.dilation[-1]
        return np.lib.stride_tricks.as_strided(
            image,
            (len(image), self.kernel[-1], self.channels, *image.shape[1:-2], self.positions[-1]),
            (batch, across * dilation, channel, *outer, across * stride),
        )

    def _columns(self, lines: Array) -> Array:
        batch, width, channel, *outer, across = lines.strides
        stride, dilation = self.how.stride[:-1], self.how.dilation[:-1]
        return np.lib.stride_tricks.as_strided(
            lines,
            (len(lines), *self.kernel, self.channels, *self.positions),
            (
                batch,
                *(step * d for step, d in zip(outer, dilation, strict=True)),
                width,
                channel,
                *(step * s for step, s in zip(outer, stride, strict=True)),
                across,
            ),
        )


class _Padded:
    """Images with margins of zeros; a negative margin cuts off."""

    def __init__(
        self, size: Numbers, padding: Padding, together: int, channels: int, dtype: np.dtype[Any]
    ) -> None:
        self.needed = any(before or after for before, after in padding)
        if self.needed:
            self.images = np.zeros((together, *size, channels), dtype)
        self.source: list[slice] = []
        self.target: list[slice] = []
        for n, (before, after) in zip(size, padding, strict=True):
            length = n - before - after
            self.source.append(slice(max(0, -before), length - max(0, -after)))
            self.target.append(slice(max(0, before), n - max(0, after)))

    def filled(self, x: Array) -> Array:
        if not self.needed:
            return x
        images = self.images[: len(x)]
        images[(slice(None), *self.target)] = x[(slice(None), *self.source)]
        return images


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
    size = tuple(n + sum(ends) for n, ends in zip(x.shape[1:-1], how.padding, strict=True))
    inner = tuple(
        slice(before, before + n) for n, (before, _) in zip(x.shape[1:-1], how.padding, strict=True)
    )
    row = kernel[-1] * channels
    run = prod(count)
    block = _block(run, row * features)
    each = x.dtype.itemsize * (prod((*size[:-1], count[-1])) * row + run * row)
    together = max(1, min(len(x), _CACHE // each))

    def part(first: int, last: int) -> None:
        paid: Array | None = None
        for n in range(first, last, together):
            slope = np.ascontiguousarray(g[n : min(n + together, last)])
            several = len(slope)
            rows = slope.reshape(several, run // block, block, features)
            columns = np.zeros((several, *size[:-1], count[-1], row), x.dtype)
            for offset in product(*map(range, kernel[:-1])):
                paid = np.matmul(rows, matrix[offset], out=None if paid is None else paid[:several])
                lines = (slice(None), *_seen(offset, how, count[:-1]))
                columns[lines] += paid.reshape(several, *count, row)
            image = np.zeros((several, *size, channels), x.dtype)
            windows = columns.reshape(*columns.shape[:-1], kernel[-1], channels)
            for k in range(kernel[-1]):
                (across,) = _seen((k,), _last(how), count[-1:])
                image[..., across, :] += windows[..., k, :]
            x[n : n + several] = image[(slice(None), *inner)]

    in_parts(len(x), part)


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
    padded = _padded(x, how.padding)
    y.fill(0)
    by_channel = y.reshape(*y.shape[:-1], channels, several)
    for offset in product(*map(range, kernel)):
        seen = padded[(slice(None), *_seen(offset, how, y.shape[1:-1]))]
        by_channel += seen[..., None] * _at(w, offset).reshape(channels, several)


def _each_channel_alone_to_input(g: Array, w: Array, how: Geometry, x: Array) -> None:
    *_, channels = x.shape
    kernel = w.shape[2:]
    several = len(w) // channels
    total = np.zeros_like(_padded(x, how.padding))
    by_channel = np.ascontiguousarray(g).reshape(*g.shape[:-1], channels, several)
    for offset in product(*map(range, kernel)):
        weights = _at(w, offset).reshape(channels, several)
        total[(slice(None), *_seen(offset, how, g.shape[1:-1]))] += (by_channel * weights).sum(-1)
    inner = tuple(
        slice(before, before + n) for n, (before, _) in zip(x.shape[1:-1], how.padding, strict=True)
    )
    x[...] = total[(slice(None), *inner)]


def _at(w: Array, offset: Numbers) -> Array:
    """The weight of each output channel at one offset of the kernel."""
    place: Any = (slice(None), 0, *offset)
    weights: Array = w[place]
    return weights


def _padded(x: Array, padding: Padding) -> Array:
    return np.pad(x, ((0, 0), *padding, (0, 0)))
