"""Convolution on arrays: the shared-weight operation and its two transposes.

The trilinear form Σ x[n, c, s o + d k - p] w[f, c, k] g[n, f, o] has three partial derivatives, and
these are the three functions here: :func:`convolution` takes x and w, :func:`transposed_convolution`
g and w, :func:`weight_gradient` x and g. Positions o and k have one, two or three axes; s, d and p are
stride, dilation and padding.

How they are computed:

* Channels stand last in memory, whatever the order of the axes says: then one window row, kernel
  width times channels, is one stretch of memory, and results are handed on in the same layout.
* Only the *width* of the kernel is expanded, k copies of the image rather than k². A product for each
  remaining kernel offset then reads a shifted block of rows of the same expanded image.
* Few channels (an image of one or three) make such rows too short for a matrix product. There all
  of the kernel is expanded, window positions last, and one product does it all.
* Products are cut into blocks of rows small enough for the fast path of BLAS for small matrices, and
  samples are taken in groups whose intermediate arrays stay in the cache.
* The transpose to the input is, for stride 1, the convolution with the kernel turned round.
* What depends on shapes alone is planned once for all calls with these shapes.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

import numpy as np

from ..geometry import Numbers, Padding, Windows
from .memory import Room, anew
from .reductions import ones
from .threads import in_parts

Array = np.ndarray[Any, np.dtype[Any]]

_SMALL_PRODUCT = 1_000_000  # multiplications up to which BLAS does not copy its operands first
_CACHE = 1_000_000  # bytes of intermediate arrays for one group of samples
_WASTE = 1.25  # how many times the products that are needed a turned kernel may cost
_STRETCHES = 16  # of a batch, whose shares of a weight's gradient are added up
_FEW = 8  # numbers in a window row, below which the whole kernel is expanded

# the order of the axes, by their number
_CHANNELS_LAST = {3: (0, 2, 1), 4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}
_CHANNELS_FIRST = {3: (0, 2, 1), 4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}

_as_strided = np.lib.stride_tricks.as_strided


# -- the three functions, channels first as everywhere outside ------------------------------------


def convolution(
    x: Array,
    w: Array,
    *,
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    groups: int,
    out: Array | None = None,
    room: Room | None = None,
) -> Array:
    """y[n, f, o] = Σ_{c, k} x[n, c, s o + d k - p] w[f, c, k]

    x is (N, C, size ...), w (F, C / groups, kernel ...); the result (N, F, positions ...) has the
    channels last in memory; it is written to ``out`` if that is given. ``room`` gives memory for the rest.
    """
    windows = Windows(w.shape[2:], stride, padding, dilation)
    dtype = np.result_type(x, w)
    image, w = x.transpose(_CHANNELS_LAST[x.ndim]).astype(dtype, copy=False), w.astype(dtype, copy=False)
    shape = (len(x), *windows.positions(x.shape[2:]), len(w))
    y = np.empty(shape, dtype) if room is None else _room_for_image(out, shape, dtype, room)
    if not y.size or not w.size:
        y.fill(0)
    elif groups == 1:
        _convolve(image, w, windows, y, room)
    elif w.shape[1] == 1:
        _depthwise(image, w, windows, y)
    else:
        for channels, rows in _groups(w, groups):
            part = (room or anew)("group", (*y.shape[:-1], len(w) // groups), dtype)
            _convolve(image[..., channels], w[rows], windows, part, room)
            y[..., rows] = part
    return y.transpose(_CHANNELS_FIRST[y.ndim]) if out is None else _image(y, out)


def transposed_convolution(
    g: Array,
    w: Array,
    *,
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    groups: int,
    size: Numbers,
    out: Array | None = None,
    room: Room | None = None,
) -> Array:
    """x[n, c, i] = Σ g[n, f, o] w[f, c, k] over all o and k with s o + d k - p = i

    g is (N, F, positions ...), w (F, C / groups, kernel ...); the result (N, C, size ...) has the
    channels last in memory.
    """
    windows = Windows(w.shape[2:], stride, padding, dilation)
    dtype = np.result_type(g, w)
    slope, w = g.transpose(_CHANNELS_LAST[g.ndim]).astype(dtype, copy=False), w.astype(dtype, copy=False)
    shape = (len(g), *size, w.shape[1] * groups)
    x = np.empty(shape, dtype) if room is None else _room_for_image(out, shape, dtype, room)
    if not x.size or not g.size or not w.size:
        x.fill(0)
    elif w.shape[1] == 1 and groups > 1:
        _depthwise_transposed(slope, w, windows, x)
    elif groups == 1:
        _convolve_transposed(slope, w, windows, x, room)
    else:
        for channels, rows in _groups(w, groups):
            part = (room or anew)("group", (*x.shape[:-1], w.shape[1]), dtype)
            _convolve_transposed(slope[..., rows], w[rows], windows, part, room)
            x[..., channels] = part
    return x.transpose(_CHANNELS_FIRST[x.ndim]) if out is None else _image(x, out)


def weight_gradient(
    x: Array,
    g: Array,
    *,
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    groups: int,
    kernel: Numbers,
    out: Array | None = None,
    room: Room | None = None,
) -> Array:
    """w[f, c, k] = Σ_{n, o} x[n, c, s o + d k - p] g[n, f, o]

    x is (N, C, size ...), g (N, F, positions ...); the result is (F, C / groups, kernel ...).
    """
    windows = Windows(kernel, stride, padding, dilation)
    dtype = np.result_type(x, g)
    image = x.transpose(_CHANNELS_LAST[x.ndim]).astype(dtype, copy=False)
    slope = g.transpose(_CHANNELS_LAST[g.ndim]).astype(dtype, copy=False)
    channels, features = x.shape[1] // groups, g.shape[1] // groups
    shape = (groups, *kernel, channels, features)
    axes = (0, len(shape) - 1, len(shape) - 2, *range(1, len(shape) - 2))
    inside = None if out is None or groups > 1 else out[None].transpose(np.argsort(axes))
    if inside is not None and inside.flags.c_contiguous:
        w = inside
    else:
        w = np.empty(shape, dtype) if room is None else room("weights", shape, dtype)
    w.fill(0)
    if w.size and g.size:
        for group in range(groups):
            part = image[..., group * channels : (group + 1) * channels]
            _sum_products(
                part, slope[..., group * features : (group + 1) * features], windows, w[group], room
            )
    result = w.transpose(axes).reshape(groups * features, channels, *kernel)
    if out is None or w is inside:
        return result
    out[...] = result
    return out


def _room_for_image(out: Array | None, shape: Numbers, dtype: Any, room: Room) -> Array:
    """Where an image is computed, channels last: in ``out`` if it lies like that."""
    inside = None if out is None else out.transpose(_CHANNELS_LAST[out.ndim])
    return inside if inside is not None and inside.flags.c_contiguous else room("image", shape, dtype)


def _image(y: Array, out: Array) -> Array:
    """An image in ``out``, as everybody outside sees it."""
    if not np.may_share_memory(y, out):
        out[...] = y.transpose(_CHANNELS_FIRST[y.ndim])
    return out


def _groups(w: Array, groups: int) -> list[tuple[slice, slice]]:
    """The input channels and the output channels of each group."""
    inputs, outputs = w.shape[1], len(w) // groups
    return [
        (slice(i * inputs, (i + 1) * inputs), slice(i * outputs, (i + 1) * outputs)) for i in range(groups)
    ]


# -- the work, channels last ----------------------------------------------------------------------


def _convolve(x: Array, w: Array, windows: Windows, y: Array, room: Room | None) -> None:
    """``y`` of shape (N, *positions, F) from ``x`` of shape (N, *size, C) and ``w`` (F, C, *kernel)."""
    features = len(w)
    matrix = w.transpose(*range(2, w.ndim), 1, 0)  # (*kernel, C, F)
    matrix = np.ascontiguousarray(matrix) if room is None else _dense(matrix, "matrix", room)
    dtype = matrix.dtype
    plan = _plan(x.shape, windows, features, dtype)
    first_matrix, *matrices = matrix.reshape(plan.products, -1, features)
    result = y.reshape(len(y), *plan.cut, features)

    def part(first: int, last: int) -> None:
        expanded = _Expanded(x, plan, last - first, room, first)
        shape = (expanded.together, *plan.cut, features)
        other = None
        if len(matrices):
            other = np.empty(shape, dtype) if room is None else room(("other", first), shape, dtype)
        for n in range(first, last, expanded.together):
            m = min(n + expanded.together, last)
            total = result[n:m]
            first_rows, *others = expanded.rows(n, m)
            np.matmul(first_rows, first_matrix, out=total)
            for rows, weights in zip(others, matrices, strict=True):
                assert other is not None
                total += np.matmul(rows, weights, out=other[: m - n])

    in_parts(len(x), part, y.size * w[0].size)


def _dense(array: Array, name: Hashable, room: Room) -> Array:
    """The array without gaps in memory, copied if need be."""
    if array.flags.c_contiguous:
        return array
    copied = room(name, array.shape, array.dtype)
    copied[...] = array
    return copied


def _sum_products(x: Array, g: Array, windows: Windows, w: Array, room: Room | None) -> None:
    """``w`` of shape (*kernel, C, F) from ``x`` (N, *size, C) and ``g`` (N, *positions, F)."""
    features = w.shape[-1]
    plan = _plan(x.shape, windows, features, w.dtype)
    whole = g.flags.c_contiguous
    # The sums over some samples each are added in their order, whoever computes them: rounding is the same
    # for any number of threads.
    groups = -(-len(x) // plan.together)
    stretches = min(groups, _STRETCHES)
    starts = [groups * i // stretches * plan.together for i in range(stretches)] + [len(x)]
    later: dict[int, Array] = {}

    def part(first: int, last: int) -> None:
        expanded = _Expanded(x, plan, starts[last] - starts[first], room, first)
        together = expanded.together
        row = (plan.width * features,)
        total_shape = (plan.products, *row)
        each_shape = (together, *plan.cut[:-1], plan.width, features)
        each = np.empty(each_shape, w.dtype) if room is None else room(("each", first), each_shape, w.dtype)
        each_row = each.reshape(-1, *row)
        more = np.empty(row, w.dtype) if room is None else room(("more", first), row, w.dtype)
        several = len(each_row) // together
        for stretch in range(first, last):
            name = "total", stretch if first else 0
            total = np.empty(total_shape, w.dtype) if room is None else room(name, total_shape, w.dtype)
            for n in range(starts[stretch], starts[stretch + 1], together):
                m = min(n + together, starts[stretch + 1])
                dense = g[n:m]
                if not whole:
                    dense = (
                        np.ascontiguousarray(dense) if room is None else _dense(dense, ("slope", first), room)
                    )
                slope = dense.reshape(m - n, *plan.cut, features)
                all_ones = ones((m - n) * several, w.dtype)
                for i, rows in enumerate(expanded.rows(n, m)):
                    np.matmul(rows.mT, slope, out=each[: m - n])
                    if n == starts[stretch]:
                        np.matmul(all_ones, each_row[: len(all_ones)], out=total[i])
                    else:
                        total[i] += np.matmul(all_ones, each_row[: len(all_ones)], out=more)
            if first:
                later[stretch] = total
            else:
                np.add(w, total.reshape(w.shape), out=w)

    in_parts(stretches, part, g.size * plan.width * plan.products)
    for stretch in sorted(later):
        w += later[stretch].reshape(w.shape)


class _Plan:
    """How the windows of images become the rows of matrix products, for images of one shape.

    Attributes:
        padded: the shape of the images with their margins, without samples; None where there are none.
        inside: where in them the images stand, and what of the images.
        few: whether there are so few channels that the whole kernel is expanded.
        products: how many matrix products there are.
        seen: for each of them what the kernel's offset sees of the expanded images.
        width: the length of a row.
        cut: the numbers of rows, cut into blocks: (lines apart from each other ..., blocks, rows of a block).
        together: how many samples are worked on at a time.
    """

    def __init__(self, shape: Numbers, windows: Windows, features: int, dtype: np.dtype[Any]) -> None:
        samples, *size, self.channels = shape
        self.windows, self.dtype = windows, dtype
        kernel, channels = windows.kernel, self.channels
        self.positions = windows.positions(tuple(size))
        padded = windows.padded(tuple(size))
        self.padded = (*padded, channels) if any(map(any, windows.padding)) else None
        self.inside = windows.inside(tuple(size))
        count = prod(self.positions)
        row = kernel[-1] * channels
        self.few = row < _FEW
        if self.few:
            self.seen: list[tuple[slice, ...]] = []
            self.products = 1
            self.width = prod(kernel) * channels
            self.cut: Numbers = (count,)
            expanded = self.width * count
        else:
            offsets = product(*map(range, kernel[:-1]))
            self.seen = [(slice(None), *windows.seen(offset, self.positions)) for offset in offsets]
            self.products = len(self.seen)
            self.width = row
            merged = len(kernel) > 1 and windows.stride[-2] == 1  # neighbouring lines follow each other
            apart = self.positions[: -2 if merged else -1]
            run = count // prod(apart)
            block = _block(run, row * features)
            self.cut = (*apart, run // block, block)
            expanded = prod(padded[:-1]) * self.positions[-1] * row
        each = dtype.itemsize * (expanded + 2 * count * features)
        self.together = max(1, min(samples, _CACHE // max(each, 1)))


_plan = lru_cache(maxsize=512)(_Plan)


class _Expanded:
    """The windows of a few samples at a time, in arrays that are used again."""

    def __init__(self, x: Array, plan: _Plan, samples: int, room: Room | None, part: int) -> None:
        self.x, self.plan = x, plan
        self.together = together = min(plan.together, max(samples, 1))
        self.images = None
        dtype = plan.dtype
        if plan.padded is not None:  # the margins stay zeros
            shape = (together, *plan.padded)
            name = "images", part, plan.windows.padding
            self.images = np.zeros(shape, dtype) if room is None else room(name, shape, dtype, zeros=True)
        image = x if self.images is None else self.images
        self.direct = False
        if plan.few:
            self.source = _lines(image, plan)
            shape = (together, *self.source.shape[1:])
            self.lines = np.empty(shape, dtype) if room is None else room(("lines", part), shape, dtype)
            self.expanded = _columns(self.lines, plan)
            shape = self.expanded.shape
            self.columns = np.empty(shape, dtype) if room is None else room(("columns", part), shape, dtype)
            self.views = [self.columns.reshape(together, plan.width, *plan.cut).mT]
        else:
            *outer, across, channel = image.strides
            self.source = _as_strided(  # (n, *lines, positions, kernel width, C)
                image,
                (*image.shape[:-2], plan.positions[-1], plan.windows.kernel[-1], plan.channels),
                (*outer, across * plan.windows.stride[-1], across * plan.windows.dilation[-1], channel),
            )
            self.direct = self.source.flags.c_contiguous
            shape = (together, *self.source.shape[1:])
            self.columns = self.source
            if not self.direct:
                self.columns = (
                    np.empty(shape, dtype) if room is None else room(("columns", part), shape, dtype)
                )
            cut = (len(self.columns), *plan.cut, plan.width)
            self.views = [self.columns[seen].reshape(cut) for seen in plan.seen]

    def rows(self, n: int, m: int) -> list[Array]:
        """For each product the window rows of samples ``n`` to ``m``, (samples, *cut, width)."""
        if self.images is None:
            source = self.source[n:m]
            if self.direct:
                return [view[n:m] for view in self.views]
        else:
            inner, place = self.plan.inside
            self.images[(slice(m - n), *place)] = self.x[(slice(n, m), *inner)]
            source = self.source[: m - n]
        if self.plan.few:
            self.lines[: m - n] = source
            self.columns[: m - n] = self.expanded[: m - n]
        elif not self.direct:
            self.columns[: m - n] = source
        return [view[: m - n] for view in self.views]


# few channels: first along the width, (n, kernel width, C, *lines, positions), then along the rest,
# so that what is copied are long stretches of memory


def _lines(image: Array, plan: _Plan) -> Array:
    batch, *outer, across, channel = image.strides
    windows = plan.windows
    return _as_strided(
        image,
        (len(image), windows.kernel[-1], plan.channels, *image.shape[1:-2], plan.positions[-1]),
        (batch, across * windows.dilation[-1], channel, *outer, across * windows.stride[-1]),
    )


def _columns(lines: Array, plan: _Plan) -> Array:
    batch, width, channel, *outer, across = lines.strides
    windows = plan.windows
    return _as_strided(
        lines,
        (len(lines), *windows.kernel, plan.channels, *plan.positions),
        (
            batch,
            *(step * d for step, d in zip(outer, windows.dilation[:-1], strict=True)),
            width,
            channel,
            *(step * s for step, s in zip(outer, windows.stride[:-1], strict=True)),
            across,
        ),
    )


def _block(rows: int, each: int) -> int:
    """Into how long blocks to cut so many rows: a divisor that keeps a product small."""
    most = max(1, min(rows, 256, _SMALL_PRODUCT // max(each, 1)))
    best = next(n for n in range(most, 0, -1) if rows % n == 0)
    return best if best >= min(16, rows) else rows


@lru_cache(maxsize=512)
def _turned(windows: Windows, count: Numbers, size: Numbers) -> Windows | None:
    """The convolution with the kernel turned round that gives the transpose to an input of ``size``.

    None where it would not pay: it multiplies for every element of the input, which are more than
    there are windows if the stride or the kernel is large.
    """
    if set(windows.stride) != {1} or prod(size) > _WASTE * prod(count):
        return None
    margins = []
    for n, o, span, (before, _) in zip(size, count, windows.span, windows.padding, strict=True):
        first = span - 1 - before
        margins.append((first, n + span - 1 - o - first))
    return windows._replace(padding=tuple(margins))


def _convolve_transposed(g: Array, w: Array, windows: Windows, x: Array, room: Room | None) -> None:
    """``x`` (N, *size, C) from ``g`` (N, *positions, F)."""
    turned = _turned(windows, g.shape[1:-1], x.shape[1:-1])
    if turned is None:
        _fold_products(g, w, windows, x, room)
    else:
        _convolve(g, np.flip(w, tuple(range(2, w.ndim))).swapaxes(0, 1), turned, x, room)


def _fold_products(g: Array, w: Array, windows: Windows, x: Array, room: Room | None) -> None:
    """Step by step the transpose of `_convolve`: products go into the rows of an image expanded along its
    width; then the width is folded.
    """
    room = room or anew
    features, channels, *kernel = w.shape
    matrix = w.transpose(*range(2, w.ndim), 0, 1)  # (*kernel, F, C)
    matrix = _dense(np.moveaxis(matrix, -2, -3), "matrix", room).reshape(*kernel[:-1], features, -1)
    count = g.shape[1:-1]
    size = windows.padded(x.shape[1:-1])
    source, target = windows.inside(x.shape[1:-1])
    x.fill(0)
    row = kernel[-1] * channels
    run = prod(count)
    block = _block(run, row * features)
    each = x.dtype.itemsize * (prod((*size[:-1], count[-1])) * row + run * row)
    together = max(1, min(len(x), _CACHE // each))

    lines = [windows.seen(offset, count) for offset in product(*map(range, kernel[:-1]))]
    matrices = matrix.reshape(len(lines), features, row)
    columns_seen = [windows.seen((0,) * (len(kernel) - 1) + (k,), count)[-1] for k in range(kernel[-1])]
    whole = g.flags.c_contiguous

    def part(first: int, last: int) -> None:
        several = min(together, max(last - first, 1))
        products = room(("products", first), (several, run // block, block, row), x.dtype)
        columns = room(("columns", first), (several, *size[:-1], count[-1], row), x.dtype)
        by_offset = columns.reshape(*columns.shape[:-1], kernel[-1], channels)
        image = room(("images", first), (several, *size, channels), x.dtype)
        for n in range(first, last, several):
            m = min(n + several, last)
            slope = g[n:m] if whole else _dense(g[n:m], ("slope", first), room)
            rows = slope.reshape(m - n, run // block, block, features)
            columns.fill(0)
            for place, weights in zip(lines, matrices, strict=True):
                np.matmul(rows, weights, out=products[: m - n])
                columns[(slice(0, m - n), *place)] += products[: m - n].reshape(m - n, *count, row)
            image.fill(0)
            for k, place_across in enumerate(columns_seen):
                image[: m - n, ..., place_across, :] += by_offset[: m - n, ..., k, :]
            x[(slice(n, m), *source)] = image[(slice(0, m - n), *target)]

    in_parts(len(x), part, g.size * w[0].size)


# -- depthwise: one input channel for each group, so no sum over channels and no matrix product -----


def _depthwise(x: Array, w: Array, windows: Windows, y: Array) -> None:
    size, channels = x.shape[1:-1], x.shape[-1]
    several = len(w) // channels
    padded = x
    if any(map(any, windows.padding)):
        source, target = windows.inside(size)
        padded = np.zeros((len(x), *windows.padded(size), channels), y.dtype)
        padded[(slice(None), *target)] = x[(slice(None), *source)]
    y.fill(0)
    by_channel = y.reshape(*y.shape[:-1], channels, several)
    for offset in product(*map(range, windows.kernel)):
        seen = padded[(slice(None), *windows.seen(offset, y.shape[1:-1]))]
        by_channel += seen[..., None] * _at(w, offset).reshape(channels, several)


def _depthwise_transposed(g: Array, w: Array, windows: Windows, x: Array) -> None:
    size, channels = x.shape[1:-1], x.shape[-1]
    several = len(w) // channels
    total = np.zeros((len(x), *windows.padded(size), channels), x.dtype)
    by_channel = np.ascontiguousarray(g).reshape(*g.shape[:-1], channels, several)
    for offset in product(*map(range, windows.kernel)):
        weights = _at(w, offset).reshape(channels, several)
        total[(slice(None), *windows.seen(offset, g.shape[1:-1]))] += (by_channel * weights).sum(-1)
    source, target = windows.inside(size)
    x.fill(0)
    x[(slice(None), *source)] = total[(slice(None), *target)]


def _at(w: Array, offset: Numbers) -> Array:
    """The weight of each output channel at one offset of the kernel."""
    place: Any = (slice(None), 0, *offset)
    weights: Array = w[place]
    return weights
