"""Transforms along several axes: one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import ShapeError
from ..spelling import spelled
from ..structure.operands import (
    several_axes,
    shape_of,
)
from .one_axis import fft, ifft, irfft, rfft

__all__ = ["fft2", "fftn", "ifft2", "ifftn", "irfft2", "irfftn", "rfft2", "rfftn"]


def _several(
    operation: str,
    x: Any,
    s: Sequence[int] | None,
    axes: Sequence[int] | None,
    paired: bool = True,
    least: int = 0,
) -> tuple[list[int | None], tuple[int, ...]]:
    """The length of the transform along each axis, and the axes from the front."""
    ndim = len(shape_of(x)) - paired
    if axes is None:
        axes = range(ndim) if s is None else range(ndim - len(s), ndim)
    found = several_axes(operation, tuple(axes), ndim)
    lengths: list[int | None] = [None] * len(found) if s is None else [None if n == -1 else n for n in s]
    if len(lengths) != len(found):
        raise ShapeError(f"{operation}(): {len(lengths)} lengths for {len(found)} axes")
    if len(found) < least:
        raise ShapeError(f"{operation}(): needs at least one axis")
    return lengths, found


def _one_by_one(
    transform: Callable[..., Any], x: Any, lengths: list[int | None], axes: tuple[int, ...], norm: str | None
) -> Any:
    for n, axis in zip(lengths, axes, strict=True):
        x = transform(x, n, axis, norm)
    return x


@spelled
def fftn(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str | None = None
) -> Any:
    """The Fourier transform of complex numbers along several axes, one after the other.

    Args:
        x: pairs, ``(..., 2)``.
        s: the lengths of the transforms, to which ``x`` is cut or padded with zeros.
        axes: along which, counted without the axis of the pairs; the last ``len(s)``, or all, when None.
        norm: as for :func:`fft`.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> import numpy as np
    >>> fftn(np.ones((2, 2, 2)))[0, 0].tolist()
    [4.0, 4.0]
    """
    return _one_by_one(fft, x, *_several("fftn", x, s, axes), norm)


@spelled
def ifftn(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str | None = None
) -> Any:
    """The inverse of :func:`fftn`, with the same arguments.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> import numpy as np
    >>> ifftn(fftn(np.ones((2, 2, 2))))[0, 0].tolist()
    [1.0, 1.0]
    """
    return _one_by_one(ifft, x, *_several("ifftn", x, s, axes), norm)


@spelled
def rfftn(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str | None = None
) -> Any:
    """The Fourier transform of real numbers along several axes, of which the last is halved as by
    :func:`rfft`: real numbers give pairs. The arguments are those of :func:`fftn`.

    Raises:
        ShapeError: if there are no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> import numpy as np
    >>> rfftn(np.ones((2, 4))).shape
    (2, 3, 2)
    """
    lengths, found = _several("rfftn", x, s, axes, paired=False, least=1)
    return _one_by_one(fft, rfft(x, lengths[-1], found[-1], norm), lengths[:-1], found[:-1], norm)


@spelled
def irfftn(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str | None = None
) -> Any:
    """The inverse of :func:`rfftn`: pairs give real numbers. The last of ``s`` is the length of the result,
    to be given if it was odd.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> irfftn(rfftn([[1.0, 2.0, 3.0]]), (1, 3))
    array([[1., 2., 3.]])
    """
    lengths, found = _several("irfftn", x, s, axes, least=1)
    return irfft(_one_by_one(ifft, x, lengths[:-1], found[:-1], norm), lengths[-1], found[-1], norm)


@spelled
def fft2(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: str | None = None
) -> Any:
    """:func:`fftn` along two axes.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> import numpy as np
    >>> fft2(np.ones((5, 2, 2, 2))).shape
    (5, 2, 2, 2)
    """
    return fftn(x, s, axes, norm)


@spelled
def ifft2(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: str | None = None
) -> Any:
    """:func:`ifftn` along two axes.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> import numpy as np
    >>> ifft2(fft2(np.ones((2, 2, 2))))[0, 0].tolist()
    [1.0, 1.0]
    """
    return ifftn(x, s, axes, norm)


@spelled
def rfft2(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: str | None = None
) -> Any:
    """:func:`rfftn` along two axes.

    Raises:
        ShapeError: if there are no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> import numpy as np
    >>> rfft2(np.ones((5, 2, 4))).shape
    (5, 2, 3, 2)
    """
    return rfftn(x, s, axes, norm)


@spelled
def irfft2(
    x: Any, s: Sequence[int] | None = None, axes: Sequence[int] = (-2, -1), norm: str | None = None
) -> Any:
    """:func:`irfftn` along two axes.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axes, or ``s`` does not fit them.
        DomainError: for another ``norm``.

    >>> irfft2(rfft2([[1.0, 2.0], [3.0, 4.0]]))
    array([[1., 2.],
           [3., 4.]])
    """
    return irfftn(x, s, axes, norm)
