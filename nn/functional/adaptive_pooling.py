"""Adaptive pooling: as many windows as are wanted, whatever the size of the input.

On an axis of length n, window i of m reaches from ⌊i n / m⌋ to ⌈(i + 1) n / m⌉: neighbours differ by at
most one element in length and overlap by at most one. Written out one after the other, each as long as
the longest, they are pooled with a stride of their length.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import Numbers, times

from ..checks import Array
from .layouts import as_given, channels_first, checked_format
from .operands import as_floating
from .wording import for_each_number_of_axes

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
]

OutputSize = int | None | Sequence[int | None]


_ARGUMENTS = """
    Args:
        input: {batch}, or {one}.
        output_size: ({positions}), or one number for all; None keeps the size of an axis.
        data_format: {formats} where the channels of input and output stand last.

    Returns:
        (N, C, {positions}), without N for one {name}.

    Raises:
        ShapeError: if the sizes are not positive, or the {name} is empty.
        DomainError: for an unknown layout.

    Source: He et al. (2015), "Spatial pyramid pooling in deep convolutional networks".
"""

_MEANS = (
    """
    The means of as many windows of {a_name} as are wanted; 1 gives the mean of each channel.
"""
    + _ARGUMENTS
)

_LARGEST = """
    The largest numbers of as many windows of {a_name} as are wanted; of equals, the first.
""" + _ARGUMENTS.replace(
    "        data_format:",
    "        return_indices: whether to give the places of the winners, too.\n        data_format:",
).replace(
    "for one {name}.",
    """for one {name}; with ``return_indices`` a pair: that, and integers of
        the same shape, the place of each winner among the numbers of its {name}, counted row by row.""",
)


@for_each_number_of_axes(
    _MEANS,
    """>>> adaptive_avg_pool1d([[1.0, 2.0, 3.0, 4.0, 5.0]], 2)
    Tensor([[2., 4.]])""",
    """>>> adaptive_avg_pool2d([[[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]]], (1, None))
    Tensor([[[2., 3., 4.]]])""",
    """>>> adaptive_avg_pool3d([[[[1.0, 2.0], [3.0, 4.0]], [[8.0, 7.0], [6.0, 5.0]]]], 1)
    Tensor([[[[4.5]]]])""",
)
def _adaptive_avg_pool(
    axes: int,
    input: Any,
    output_size: OutputSize,
    *,
    data_format: str | None = None,
) -> Tensor:
    return adaptive_average(input, output_size, checked_format(data_format, axes))


adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = _adaptive_avg_pool


@for_each_number_of_axes(
    _LARGEST,
    """>>> adaptive_max_pool1d([[1.0, 2.0, 3.0, 5.0, 4.0]], 2)
    Tensor([[3., 5.]])""",
    """>>> adaptive_max_pool2d([[[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]]], (1, 2))
    Tensor([[[4., 5.]]])""",
    """>>> adaptive_max_pool3d([[[[1.0, 2.0], [3.0, 4.0]], [[8.0, 7.0], [6.0, 5.0]]]], (2, 1, 1))
    Tensor([[[[4.]], [[8.]]]])""",
)
def _adaptive_max_pool(
    axes: int,
    input: Any,
    output_size: OutputSize,
    return_indices: bool = False,
    *,
    data_format: str | None = None,
) -> Any:
    return adaptive_maximum(input, output_size, return_indices, checked_format(data_format, axes))


adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = _adaptive_max_pool


class _Division(NamedTuple):
    """An axis divided into windows.

    Attributes:
        longest: the length that each is given.
        places: what they see, one window after the other; a shorter one sees its last element again.
            None where the axis itself reads like that.
        lengths: how many elements each of them really has.
    """

    longest: int
    places: Array | None
    lengths: Array


def _divided(n: int, m: int) -> _Division:
    numbers = np.arange(m)
    start = numbers * n // m
    lengths = -(-(numbers + 1) * n // m) - start
    longest = int(lengths.max())
    places = start[:, None] + np.minimum(np.arange(longest), lengths[:, None] - 1)
    return _Division(longest, None if n % m == 0 else places.ravel(), lengths)


def adaptive_average(input: Any, output_size: OutputSize, data_format: str) -> Tensor:
    function = f"adaptive_avg_pool{len(data_format) - 2}d"
    x, single = channels_first(input, data_format, function)
    x = as_floating(x)
    wanted = _checked(output_size, x.shape[2:], function)
    if set(wanted) == {1}:
        return as_given(x.mean(axis=tuple(range(2, x.ndim)), keepdims=True), single, data_format)
    windows = [_divided(n, m) for n, m in zip(x.shape[2:], wanted, strict=True)]
    written_out = _written_out(x, windows)
    if any(w.lengths.min() < w.longest for w in windows):
        own = [(np.arange(w.longest) < w.lengths[:, None]).ravel() for w in windows]
        written_out = ac.where(_outer(own) > 0, written_out, 0.0)  # what is seen again does not count
    sums = ac.window_sum(written_out, tuple(w.longest for w in windows))
    y: Tensor = sums / _outer([w.lengths for w in windows]).astype(x.dtype)
    return as_given(y, single, data_format)


def adaptive_maximum(input: Any, output_size: OutputSize, return_indices: bool, data_format: str) -> Any:
    function = f"adaptive_max_pool{len(data_format) - 2}d"
    x, single = channels_first(input, data_format, function)
    wanted = _checked(output_size, x.shape[2:], function)
    windows = [_divided(n, m) for n, m in zip(x.shape[2:], wanted, strict=True)]
    longest = tuple(w.longest for w in windows)
    written_out = _written_out(x, windows)
    y = as_given(ac.window_max(written_out, longest), single, data_format)
    if not return_indices:
        return y
    numbers = np.arange(math.prod(x.shape[2:])).reshape(1, 1, *x.shape[2:])
    winners = _written_out(numbers, windows).ravel()[ac.window_argmax(written_out.data, longest)]
    return y, as_given(Tensor(winners), single, data_format)


def _written_out(x: Any, windows: list[_Division]) -> Any:
    """All windows of (N, C, *size), one after the other."""
    for axis, w in enumerate(windows, start=2):
        if w.places is not None:
            x = ac.take(x, w.places, axis)
    return x


def _outer(factors: list[Array]) -> Array:
    """The products of one number of each vector, an axis for each."""
    total: Array = np.ones((), int)
    for factor in factors:
        total = total[..., None] * factor
    return total


def checked_output_size(output_size: OutputSize, axes: int) -> tuple[int | None, ...]:
    """A number, or None, for each axis.

    Raises:
        ShapeError: for anything else, or numbers that are not positive.
    """
    parts = tuple(output_size) if isinstance(output_size, Sequence) else (output_size,) * axes
    try:
        numbers = tuple(None if part is None else operator.index(part) for part in parts)
    except TypeError:
        numbers = ()
    if len(numbers) != axes or any(n is not None and n < 1 for n in numbers):
        have = f"{axes} of them" if axes > 1 else "a sequence of one"
        raise ShapeError(
            f"`output_size` (={output_size!r}) has to be a whole number from 1 or None, or {have}"
        )
    return numbers


def _checked(output_size: OutputSize, size: Numbers, function: str) -> Numbers:
    wanted = checked_output_size(output_size, len(size))
    if 0 in size:
        raise ShapeError(f"{function}(): an input of size {times(size)} has nothing to pool")
    return tuple(n if m is None else m for n, m in zip(size, wanted, strict=True))
