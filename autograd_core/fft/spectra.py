"""Spectra that are real, and the middle of a spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..spelling import spelled
from ..structure import roll
from ..structure.operands import (
    Axis,
    as_operand,
    data_of,
    reduced_axes,
    shape_and_name,
    shape_of,
)
from .one_axis import OPPOSITE, irfft, rfft

__all__ = ["fftshift", "hfft", "ifftshift", "ihfft"]


def _opposite(norm: str | None) -> str:
    """What this normalisation leaves to the inverse; an unknown name stays, and is refused there."""
    name = "backward" if norm is None else norm
    return OPPOSITE.get(name, name)


def _conjugate(pairs: Any) -> Any:
    return pairs * np.array([1, -1], data_of(pairs).dtype)


@spelled
def hfft(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The real spectrum of numbers whose second half mirrors the first, conjugated: pairs give real
    numbers. The arguments are those of :func:`irfft`.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axis, or nothing to transform.
        DomainError: for another ``norm``.

    >>> hfft([[1.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    array([ 6.,  0., -2.,  0.])
    """
    return irfft(_conjugate(as_operand(x)), n, axis, _opposite(norm))


@spelled
def ihfft(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of :func:`hfft`: real numbers give pairs.

    Raises:
        ShapeError: if there is no such axis, or nothing to transform.
        DomainError: for another ``norm``.

    >>> ihfft([1.0, 2.0, 3.0, 4.0]).tolist()
    [[2.5, -0.0], [-0.5, -0.5], [-0.5, -0.0]]
    """
    return _conjugate(rfft(x, n, axis, _opposite(norm)))


def _pairs_shifted(operation: str, x: Any, axes: int | Sequence[int] | None, sign: int) -> Any:
    if shape_of(x)[-1:] != (2,):
        raise ShapeError(
            f"{operation}() takes pairs (real, imaginary) in a last axis of 2, got shape "
            f"{shape_and_name(x)}; for real numbers there is np.fft.{operation}"
        )
    return half_rolled(operation, x, axes, shape_of(x)[:-1], sign)


def half_rolled(operation: str, x: Any, axes: Axis, shape: tuple[int, ...], sign: int) -> Any:
    """``x`` rolled by half the length of each of the axes of ``shape``, forwards (1) or back (-1)."""
    found = reduced_axes(operation, axes, shape)
    return roll(x, [sign * (shape[i] // 2) for i in found], list(found)) if found else as_operand(x)


@spelled
def fftshift(x: Any, axes: int | Sequence[int] | None = None) -> Any:
    """The spectrum with frequency 0 in the middle, along ``axes``, all when None.

    Raises:
        ShapeError: if there is no last axis of length 2, or no such axis.

    >>> fftshift([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]).tolist()
    [[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]]
    """
    return _pairs_shifted("fftshift", x, axes, 1)


@spelled
def ifftshift(x: Any, axes: int | Sequence[int] | None = None) -> Any:
    """The inverse of :func:`fftshift`.

    Raises:
        ShapeError: if there is no last axis of length 2, or no such axis.

    >>> ifftshift(fftshift([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])).tolist()
    [[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]
    """
    return _pairs_shifted("ifftshift", x, axes, -1)
