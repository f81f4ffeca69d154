"""Where windows lie: sizes for each axis, the layout of the input, its margins.

Signals, images and volumes (one, two and three axes of size) differ in nothing but the number of axes.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from ..checks import check_word
from .operands import as_tensor

Sizes = int | Sequence[int]
Numbers = tuple[int, ...]
Sides = tuple[tuple[int, int], ...]

FORMATS = {1: ("NCL", "NLC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}
"""The layouts of an input, by the number of its axes of size: channels first, channels last."""

_ONE = {1: "signal", 2: "image", 3: "volume"}
_SEVERAL = {1: "a sequence of one", 2: "a pair of them", 3: "three of them"}


def per_axis(name: str, value: Sizes, axes: int, least: int = 1) -> Numbers:
    """``3`` as ``(3, 3)`` where there are two axes, ``(3, 5)`` as it is.

    Raises:
        ShapeError: for anything else, or numbers below ``least``.
    """
    if type(value) is int and value >= least:
        return (value,) * axes
    parts = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,) * axes
    try:
        numbers = tuple(operator.index(part) for part in parts if not isinstance(part, bool))
    except TypeError:
        numbers = ()
    if len(numbers) != axes or len(parts) != axes or min(numbers) < least:
        raise ShapeError(f"`{name}` (={value!r}) has to be a whole number from {least}, or {_SEVERAL[axes]}")
    return numbers


def inner_size(output_size: Sizes, axes: int, data_format: str) -> Numbers:
    """The axes of size of an ``output_size``, which may be a whole shape.

    Raises:
        ShapeError: for anything else than positive numbers, one for each axis.
    """
    if isinstance(output_size, Sequence) and len(output_size) in (axes + 1, axes + 2):
        behind = len(output_size) - (data_format[1] != "C")
        output_size = output_size[behind - axes : behind]
    return per_axis("output_size", output_size, axes)


def channels_first(input: object, axes: int, data_format: str, function: str) -> tuple[Tensor, bool]:
    """The input as (N, C, *size), and whether it was a single sample, without N.

    Raises:
        ShapeError: for another number of axes.
        DomainError: for an unknown ``data_format``.
    """
    x = input if isinstance(input, Tensor) else as_tensor(input, function)
    first = FORMATS[axes][0]
    if data_format != first:
        check_word("", FORMATS[axes], data_format=data_format)
    single = x.ndim == axes + 1
    if not single and x.ndim != axes + 2:
        check_axes(x.shape, axes, f"{function}()", data_format)
    if data_format != first:
        x = ac.moveaxis(x, -1, -1 - axes)
    return (x.reshape(1, *x.shape) if single else x), single


def check_axes(shape: Numbers, axes: int, operation: str, data_format: str | None = None) -> None:
    """An input has ``axes`` axes of size, one of channels and perhaps one of samples.

    Raises:
        ShapeError: if it has not.
    """
    if len(shape) - axes not in (1, 2):
        layout = ", ".join(data_format or FORMATS[axes][0])
        raise ShapeError(
            f"{operation}: the input has shape {shape}, not ({layout}), or ({layout[3:]}) for one "
            f"{_ONE[axes]}"
        )


def as_given(y: Tensor, single: bool, data_format: str) -> Tensor:
    """The result (N, C, *positions) in the layout of the input."""
    if single:
        y = y.reshape(y.shape[1:])
    if data_format[1] != "C":
        y = ac.moveaxis(y, 1 - len(data_format), -1)
    return y


def sides(padding: Sizes | str, kernel: Numbers, stride: Numbers, dilation: Numbers) -> Sides:
    """The padding (before, after) of each axis. "same" puts the odd one after.

    Raises:
        ShapeError: for "same" with a stride, which cannot keep the size.
        DomainError: for another word.
    """
    if not isinstance(padding, str):
        return tuple([(n, n) for n in per_axis("padding", padding, len(kernel), least=0)])
    check_word("", ("valid", "same"), padding=padding)
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if set(stride) != {1}:
        raise ShapeError(
            f"`padding` (='same') keeps the size of the {_ONE[len(kernel)]}, which a `stride` (={stride}) "
            "cannot: use stride 1, or give the padding as a number"
        )
    totals = [gap * (size - 1) for size, gap in zip(kernel, dilation, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)


def check_size(size: Numbers, padding: Sides, kernel: Numbers, dilation: Numbers, function: str) -> None:
    """At least one window has to fit into the input with its margin.

    Raises:
        ShapeError: if none does.
    """
    for length, ends, k, gap in zip(size, padding, kernel, dilation):
        if gap * (k - 1) >= length + ends[0] + ends[1]:
            break
    else:
        return
    whole = tuple(length + sum(ends) for length, ends in zip(size, padding, strict=True))
    span = tuple(gap * (length - 1) + 1 for length, gap in zip(kernel, dilation, strict=True))
    margin = f" with padding {padding} is {times(whole)}" if whole != size else ""
    dilated = f" with dilation {dilation} spans {times(span)}" if span != kernel else ""
    raise ShapeError(
        f"{function}(): the kernel {times(kernel)}{dilated} is larger than the {_ONE[len(size)]}: "
        f"{times(size)}{margin}"
    )


def times(lengths: Sequence[int]) -> str:
    """3x5, as sizes are written."""
    return "x".join(map(str, lengths))


def with_margin(x: Tensor, padding: Sides, value: float = 0.0) -> Tensor:
    """The input (N, C, *size) with a margin of equal numbers."""
    if not any(before or after for before, after in padding):
        return x
    return ac.pad(x, ((0, 0), (0, 0), *padding), value=value)  # type: ignore[no-any-return]
