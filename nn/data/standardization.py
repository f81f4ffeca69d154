"""Inputs of mean 0 and variance 1, measured on the training data and applied to all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import Tensor, default_dtype
from autograd_core.errors import IndexRangeError, ShapeError

from ..checks import check_values
from .samples import Array, numbers_of, samples

__all__ = ["Standardize", "standardize"]


class Standardize:
    """(x - mean) / deviation, with the mean and the standard deviation of the data it was made from.

    It is made from the training data and applied to these, to the test data and to whatever comes later: what
    the test data are like must not leak into the training (LeCun et al., Efficient BackProp, 1998, section
    4.3). A column that is constant in the training data has deviation 1: it becomes 0. It also serves as a
    loader's ``transform``.

    Args:
        x: the training data, samples along the first axis.
        axis: what the means are taken over: the samples (0, every column by itself), samples and pixels
            ((0, 2, 3), every channel by itself), or everything (None).

    Attributes:
        mean: the means, of the shape of ``x`` with length 1 along ``axis``.
        deviation: the standard deviations, likewise; 1 where there is no variation.

    Raises:
        ShapeError: if there are no samples.
        IndexRangeError: if there is no such axis.
        DomainError: if there are NaNs or infinities in the data.
        DtypeError: if the data are not numbers.

    >>> train, test = [[1.0, 7.0], [3.0, 7.0]], [[5.0, 8.0]]
    >>> scaled = Standardize(train)
    >>> scaled(train).tolist(), scaled(test).tolist()
    ([[-1.0, 0.0], [1.0, 0.0]], [[3.0, 1.0]])
    >>> scaled.inverse([[3.0, 1.0]]).tolist()
    [[5.0, 8.0]]
    """

    def __init__(self, x: Any, axis: int | Sequence[int] | None = 0) -> None:
        data = samples("Standardize()", "x", x).data
        if not data.size:
            raise ShapeError(f"Standardize(): there is nothing to measure, `x` has shape {data.shape}")
        check_values("Standardize()", "`x`", data, np.isfinite(data), "be finite")
        self.axis = _axes(axis, data.ndim)
        lowest = data.min(axis=self.axis, keepdims=True).astype(np.float64)
        deviation = data.std(self.axis, np.float64, keepdims=True)
        # rounding would leave a constant column a tiny deviation, and dividing by it would blow up noise
        constant = (lowest == data.max(axis=self.axis, keepdims=True)) | (deviation == 0)
        self.mean: Array = np.where(constant, lowest, data.mean(self.axis, np.float64, keepdims=True))
        self.deviation: Array = np.where(constant, 1.0, deviation)

    def __call__(self, x: Any) -> Any:
        """The data standardised; one sample, or several along the first axis.

        A tensor stays one, in the graph; anything else becomes an array. Floating-point data keep their
        dtype, integers take the default dtype.

        Raises:
            ShapeError: if the data have other columns than those it was made from.
        """
        data, mean, deviation = self._matched("Standardize", x)
        return (data - mean) / deviation

    def inverse(self, z: Any) -> Any:
        """The data as they were before, from standardised ones.

        Raises:
            ShapeError: if the data have other columns than those it was made from.
        """
        data, mean, deviation = self._matched("Standardize.inverse()", z)
        return data * deviation + mean

    def _matched(self, operation: str, x: Any) -> tuple[Any, Array, Array]:
        data = x if isinstance(x, Tensor) else numbers_of(operation, "x", x)
        mean, deviation = self.mean, self.deviation
        if 0 in self.axis and data.ndim == mean.ndim - 1:  # one sample
            mean, deviation = mean[0], deviation[0]
        free = self.axis if mean.ndim == self.mean.ndim else tuple(axis - 1 for axis in self.axis[1:])
        if data.ndim != mean.ndim or any(
            data.shape[axis] != length for axis, length in enumerate(mean.shape) if axis not in free
        ):
            wanted = ", ".join(
                "*" if axis in self.axis else str(length) for axis, length in enumerate(self.mean.shape)
            )
            raise ShapeError(f"{operation}: made from data of shape ({wanted}), got {data.shape}")
        dtype = data.dtype if data.dtype.kind == "f" else default_dtype()
        if not isinstance(data, Tensor):
            data = data.astype(dtype, copy=False)
        return data, mean.astype(dtype), deviation.astype(dtype)

    def __repr__(self) -> str:
        return f"Standardize(mean={_short(self.mean)}, deviation={_short(self.deviation)})"


def standardize(x: Any, axis: int | Sequence[int] | None = 0) -> Any:
    """The data with mean 0 and variance 1 along an axis; a column without variation becomes 0.

    When there are test data too, :class:`Standardize` applies the training data's mean and deviation to them.

    Args:
        x: samples along the first axis.
        axis: what the means are taken over; every column by itself when 0, everything when None.

    Raises:
        ShapeError: if there are no samples.
        IndexRangeError: if there is no such axis.
        DomainError: if there are NaNs or infinities in the data.
        DtypeError: if the data are not numbers.

    >>> standardize([[1.0, 7.0], [3.0, 7.0]])
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    return Standardize(x, axis)(x)


def _axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    wanted = range(ndim) if axis is None else (axis,) if isinstance(axis, int | np.integer) else axis
    try:
        return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(tuple(wanted), ndim)))
    except (ValueError, TypeError):
        raise IndexRangeError(f"Standardize(): there is no `axis` {axis!r} in data of {ndim} axes") from None


def _short(numbers: Array) -> str:
    return np.array2string(numbers.squeeze(), precision=4, threshold=6)
