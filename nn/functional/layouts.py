"""Layouts: where the channels of a signal, an image or a volume stand, and whether there is only one."""

from __future__ import annotations

from collections.abc import Sequence

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import NAMES, Numbers, Sizes, per_axis

from ..checks import check_word
from .operands import as_tensor

FORMATS = {1: ("NCL", "NLC"), 2: ("NCHW", "NHWC"), 3: ("NCDHW", "NDHWC")}
"""The layouts of an input, by the number of its axes of size: channels first, channels last."""


def checked_format(data_format: str | None, axes: int) -> str:
    """The layout; channels first when None.

    Raises:
        DomainError: for an unknown one.
    """
    first = FORMATS[axes][0]
    if data_format is None or data_format == first:
        return first
    check_word("", FORMATS[axes], data_format=data_format)
    return data_format


def channels_first(input: object, data_format: str, function: str) -> tuple[Tensor, bool]:
    """The input of a known layout as (N, C, *size), and whether it was a single sample, without N.

    Raises:
        ShapeError: for another number of axes.
    """
    x = input if isinstance(input, Tensor) else as_tensor(input, function)
    ndim, batched = x._raw.ndim, len(data_format)
    if ndim != batched and ndim != batched - 1:
        check_axes(x.data.shape, data_format, f"{function}()")
    if data_format[1] != "C":
        x = ac.moveaxis(x, -1, 1 - batched)
    return (x, False) if ndim == batched else (x.reshape(1, *x.shape), True)


def check_axes(shape: Numbers, data_format: str, operation: str) -> None:
    """An input has axes of size, one of channels and perhaps one of samples.

    Raises:
        ShapeError: if it has more or less.
    """
    axes = len(data_format) - 2
    if len(shape) - axes not in (1, 2):
        layout = ", ".join(data_format)
        name = NAMES[axes]
        alone = ""
        if len(shape) == axes:
            index = "[None]" if data_format[1] == "C" else "[..., None]"
            whole = "[None, None]" if data_format[1] == "C" else "[None, ..., None]"
            alone = f"; one without channels is {name}{index}, or {name}{whole} as a batch"
        raise ShapeError(
            f"{operation}: the input has shape {shape}, not ({layout}), or ({layout[3:]}) for one "
            f"{name}{alone}"
        )


def as_given(y: Tensor, single: bool, data_format: str) -> Tensor:
    """The result (N, C, *positions) in the layout of the input."""
    if single:
        y = y.reshape(y.shape[1:])
    if data_format[1] != "C":
        y = ac.moveaxis(y, 1 - len(data_format), -1)
    return y


def inner_size(output_size: Sizes, data_format: str) -> Numbers:
    """The axes of size of an ``output_size``, which may be a whole shape.

    Raises:
        ShapeError: for anything else than positive numbers, one for each axis.
    """
    axes = len(data_format) - 2
    if isinstance(output_size, Sequence) and len(output_size) in (axes + 1, axes + 2):
        behind = len(output_size) - (data_format[1] != "C")
        output_size = output_size[behind - axes : behind]
    return per_axis("output_size", output_size, axes)
