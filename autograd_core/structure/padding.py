"""Padding: more elements at the ends of the axes, constant or continued from those that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..calculus import rint, where
from ..errors import DomainError, ShapeError
from ..graph import Node
from ..primitive import Linear
from .indexing import getitem
from .joining import concatenate
from .operands import as_operand, data_of, lying_along, on_axis, shape_of
from .quantiles import median
from .reductions import max, mean, min
from .shaping import astype, broadcast_to

__all__ = ["pad"]


def _pad_with(x: Any, *, width: tuple[tuple[int, int], ...], value: float) -> Any:
    return np.pad(x, width, constant_values=value) if width else x


_pad = Linear(
    "pad",
    "pad",
    forward=_pad_with,
    transpose=lambda m, g, x, *, width, value: m.getitem(
        g, index=tuple(slice(before, before + n) for (before, _), n in zip(width, x.shape, strict=True))
    ),
    homogeneous={"value": 0.0},
)


def pad(
    x: Any,
    width: int | Sequence[Any],
    mode: str = "constant",
    value: Any = 0.0,
    *,
    stat_length: Any = None,
    end_values: Any = 0.0,
    reflect_type: str = "even",
) -> Any:
    """Add elements at the ends of the axes.

    Args:
        x: the input.
        width: for each axis a pair (before, after); one pair, or one number, for all axes.
        mode: "constant", or what the new elements are made of: "edge" repeats the outermost one,
            "reflect" mirrors at it, "symmetric" mirrors behind it, "wrap" goes on from the other end;
            "maximum", "minimum", "mean" and "median" are those of the elements along the axis,
            "linear_ramp" goes down or up to ``end_values``; "empty" says nothing about them (they are 0).
        value: the new elements in the mode "constant", paired like ``width``; of a node the gradient is that
            of all of them.
        stat_length: of how many of the outermost elements the maximum, minimum, mean or median is taken,
            paired like ``width``; of all when None.
        end_values: where a linear ramp ends, paired like ``width``.
        reflect_type: "even", or "odd": twice the outermost element less the mirrored one.

    Raises:
        ShapeError: if the widths do not fit the axes, or one is negative; for an empty axis that is to be
            continued.
        DomainError: for another mode or type, or a length of statistics below 1.

    >>> from autograd_core import Tensor
    >>> pad(Tensor([1.0, 2.0]), (1, 2))
    Tensor([0., 1., 2., 0., 0.])
    >>> pad([1.0, 2.0, 3.0], 2, mode="reflect")
    array([3., 2., 1., 2., 3., 2., 1.])
    >>> pad([1.0, 2.0, 6.0], 1, mode="mean")
    array([3., 1., 2., 6., 3.])
    """
    shape = shape_of(x)
    try:
        pairs = np.broadcast_to(np.asarray(width), (len(shape), 2))
    except ValueError:
        raise ShapeError(f"pad(): {width!r} gives no pair for each axis of shape {shape}") from None
    if pairs.dtype.kind not in "iu" or (pairs.size and pairs.min() < 0):
        raise ShapeError(f"pad(): widths are whole numbers from 0, got {width!r}")
    if reflect_type not in ("even", "odd"):
        raise DomainError(f"pad(): the reflect_type is 'even' or 'odd', got {reflect_type!r}")
    if mode == "empty":
        mode, value = "constant", 0.0
    if mode == "constant" and not shape_of(value):
        ends = tuple((int(before), int(after)) for before, after in pairs)
        if not isinstance(value, Node):
            return _pad(x, width=ends, value=value)
        inside = np.pad(np.ones(shape, bool), ends)
        return where(inside, _pad(x, width=ends, value=0.0), as_operand(value))
    if mode not in _MODES:
        known = ", ".join(map(repr, _MODES))
        raise DomainError(f"pad(): the modes are {known} and 'empty', got {mode!r}")
    given = {"constant": value, "linear_ramp": end_values}.get(mode, stat_length)
    options = None if given is None else _pairs(given, len(shape))
    for axis, (before, after) in enumerate(pairs.tolist()):
        if before or after:
            if not shape[axis] and mode != "constant":
                raise ShapeError(f"pad(mode={mode!r}): axis {axis} of shape {shape} is empty")
            if mode in _MIRRORED and reflect_type == "odd":
                x = _point_reflected(x, axis, before, after, mode)
            elif mode in _BY_INDEX:
                source = np.pad(np.arange(shape[axis]), (before, after), mode=mode)  # type: ignore[call-overload]
                x = getitem(x, on_axis(axis, source))
            else:
                option = [None if options is None else getitem(options, (axis, side)) for side in (0, 1)]
                left = _MODES[mode](x, axis, before, False, option[0])
                x = concatenate([left, x, _MODES[mode](x, axis, after, True, option[1])], axis=axis)
    return x


def _pairs(numbers: Any, ndim: int) -> Any:
    try:
        return broadcast_to(as_operand(numbers), (ndim, 2))
    except ShapeError:
        raise ShapeError(f"pad(): {numbers!r} gives no pair for each of {ndim} axes") from None


def _at_the_end(x: Any, axis: int, count: int, last: bool) -> Any:
    """The outermost ``count`` elements along an axis."""
    length = shape_of(x)[axis]
    return getitem(x, on_axis(axis, slice(length - count, None) if last else slice(0, count)))


def _filled(number: Any, x: Any, axis: int, count: int) -> Any:
    """``count`` slices of one number, or of one slice, in the dtype of ``x``."""
    shape = shape_of(x)
    kind = data_of(as_operand(x)).dtype
    return broadcast_to(astype(as_operand(number), kind), (*shape[:axis], count, *shape[axis + 1 :]))


def _constant(x: Any, axis: int, count: int, last: bool, value: Any) -> Any:
    return _filled(value, x, axis, count)


def _ramp(x: Any, axis: int, count: int, last: bool, target: Any) -> Any:
    """From the outermost element to the target, in ``count`` equal steps."""
    steps = np.arange(count) / (count or 1)
    steps = (steps[::-1] if last else steps).reshape(lying_along(axis, len(shape_of(x))))
    edge = _at_the_end(x, axis, 1, last)
    whole = data_of(as_operand(x)).dtype.kind in "iu"
    ramp = target + (edge - target) * (steps if whole else steps.astype(data_of(edge).dtype))
    return astype(np.floor(ramp) if whole else ramp, data_of(edge).dtype)


def _statistic(reduction: Callable[..., Any]) -> Callable[..., Any]:
    def ends(x: Any, axis: int, count: int, last: bool, length: Any) -> Any:
        size = shape_of(x)[axis]
        if length is not None and length < 1:
            raise DomainError(f"pad(): stat_length counts elements from 1, got {length}")
        part = _at_the_end(x, axis, size if length is None else int(np.minimum(size, data_of(length))), last)
        found = reduction(part, axis, True)
        whole = data_of(as_operand(x)).dtype.kind in "iu" and data_of(found).dtype.kind == "f"
        return _filled(rint(found) if whole else found, x, axis, count)

    return ends


def _point_reflected(x: Any, axis: int, before: int, after: int, mode: str) -> Any:
    """Mirrored at its ends as often as it takes: each turn and back adds twice what lies between the ends."""
    length = shape_of(x)[axis]
    turn = 2 * (length if mode == "symmetric" else length - 1)
    first, last = _at_the_end(x, axis, 1, False), _at_the_end(x, axis, 1, True)
    parts = [x]
    for places in (np.arange(-before, 0), np.arange(length, length + after)):
        turns, place = np.divmod(places, turn) if turn else (places * 0, places * 0)
        mirrored = place >= length
        source = np.where(mirrored, (turn - 1 if mode == "symmetric" else turn) - place, place)
        along = lying_along(axis, len(shape_of(x)))
        signs, ends, climbs = (
            k.reshape(along).astype(data_of(as_operand(x)).dtype)
            for k in (np.where(mirrored, -1, 1), 2 * mirrored, 2 * turns)
        )
        found = getitem(x, on_axis(axis, source)) * signs + last * ends + (last - first) * climbs
        parts.insert(0 if places.size and places[0] < 0 else len(parts), found)
    return concatenate(parts, axis=axis)


_MIRRORED = ("reflect", "symmetric")
_BY_INDEX = ("edge", *_MIRRORED, "wrap")

_MODES: dict[str, Any] = dict.fromkeys(_BY_INDEX) | {
    "constant": _constant,
    "linear_ramp": _ramp,
    "maximum": _statistic(max),
    "minimum": _statistic(min),
    "mean": _statistic(mean),
    "median": _statistic(median),
}
