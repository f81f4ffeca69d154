"""The transforms along one axis, and their transposes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import DomainError, DtypeError, ShapeError
from ..primitive import Linear, Namespace
from ..spelling import spelled
from ..structure import getitem, pad
from ..structure.operands import (
    data_of,
    lying_along,
    on_axis,
    one_axis,
    shape_of,
    shaped,
)

__all__ = ["fft", "ifft", "irfft", "rfft"]

OPPOSITE = {"backward": "forward", "ortho": "ortho", "forward": "backward"}
"""The normalisation of the transpose: what the one divides by, the other does not."""


def _complex(pairs: Any) -> Any:
    """Pairs of real numbers as complex numbers."""
    z = np.empty(pairs.shape[:-1], np.result_type(pairs.dtype, np.complex64))
    z.real, z.imag = pairs[..., 0], pairs[..., 1]
    return z


def _pairs(z: Any) -> Any:
    """Complex numbers as pairs of real numbers."""
    return np.stack([z.real, z.imag], axis=-1)


def _multiplicity(n: int, axis: int, like: Any) -> Any:
    """How often each number of half a spectrum occurs in the whole one of length n: the numbers between
    the ends also occur, conjugated, in the other half. Shaped to broadcast with the pairs ``like``.
    """
    times = np.full(n // 2 + 1, 2.0, dtype=like.dtype)
    times[0] = 1
    if n % 2 == 0:
        times[-1] = 1
    return times.reshape(lying_along(axis, like.ndim))


def _transpose_of_rfft(m: Namespace, g: Any, x: Any, *, axis: int, norm: str) -> Any:
    n = x.shape[axis]
    return m.irfft(g / _multiplicity(n, axis, g), n=n, axis=axis, norm=OPPOSITE[norm])


def _transpose_of_irfft(m: Namespace, g: Any, x: Any, *, n: int, axis: int, norm: str) -> Any:
    return m.rfft(g, axis=axis, norm=OPPOSITE[norm]) * _multiplicity(n, axis, x)


_fft = Linear(
    "fft",
    "FFT",
    forward=lambda x, *, axis, norm: _pairs(np.fft.fft(_complex(x), axis=axis, norm=norm)),
    transpose=lambda m, g, x, *, axis, norm: m.ifft(g, axis=axis, norm=OPPOSITE[norm]),
)

_ifft = Linear(
    "ifft",
    "FFT⁻¹",
    forward=lambda x, *, axis, norm: _pairs(np.fft.ifft(_complex(x), axis=axis, norm=norm)),
    transpose=lambda m, g, x, *, axis, norm: m.fft(g, axis=axis, norm=OPPOSITE[norm]),
)

_rfft = Linear(
    "rfft",
    "FFT",
    forward=lambda x, *, axis, norm: _pairs(np.fft.rfft(x, axis=axis, norm=norm)),
    transpose=_transpose_of_rfft,
)

_irfft = Linear(
    "irfft",
    "FFT⁻¹",
    forward=lambda x, *, n, axis, norm: np.fft.irfft(_complex(x), n=n, axis=axis, norm=norm),
    transpose=_transpose_of_irfft,
)

for _transform in (_fft, _ifft, _rfft, _irfft):
    _transform.floating = True


def _prepared(
    operation: str,
    x: Any,
    axis: int,
    norm: str | None,
    length: Callable[[int], int],
    paired: bool = True,
) -> tuple[Any, int, str]:
    """The operand, cut or padded with zeros to ``length`` (a function of the length it has) along the
    axis, the axis counted from the front, and the normalisation.
    """
    x, shape = shaped(x)
    kind = data_of(x).dtype
    if kind.kind not in "fiub":
        raise DtypeError(
            f"{operation}() takes real numbers, complex ones as pairs in a last axis; got {kind}"
        )
    if paired and (not shape or shape[-1] != 2):
        raise ShapeError(
            f"{operation}() takes pairs (real, imaginary) in a last axis of 2, got shape {shape}"
        )
    position = one_axis(operation, axis, len(shape) - paired)
    name = "backward" if norm is None else norm
    if name not in OPPOSITE:
        raise DomainError(f"{operation}(): norm is 'backward', 'ortho' or 'forward', got {norm!r}")
    have = shape[position]
    wanted = length(have)
    if wanted < 1:
        raise ShapeError(f"{operation}() needs at least one number on axis {axis}, got n={wanted}")
    if wanted < have:
        x = getitem(x, on_axis(position, slice(0, wanted)))
    elif wanted > have:
        x = pad(x, [(0, wanted - have if i == position else 0) for i in range(len(shape))])
    return x, position, name


def _length(operation: str, n: int | None) -> Callable[[int], int]:
    """The length of a transform, given the length of its input."""
    if n is None:
        return lambda have: have
    try:
        wanted = operator.index(n)
    except TypeError:
        raise ShapeError(f"{operation}(): n is an integer, got {n!r}") from None
    return lambda have: wanted


@spelled
def fft(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The discrete Fourier transform ``X_k = Σ_j x_j exp(-2πi jk / n)`` of complex numbers.

    Args:
        x: pairs, ``(..., n, 2)``.
        n: the length of the transform, to which ``x`` is cut or padded with zeros; that of ``x`` if None.
        axis: along which to transform, counted without the axis of the pairs.
        norm: what divides the result: nothing (``"backward"``, the default), √n (``"ortho"``) or n
            (``"forward"``).

    Returns:
        Pairs, ``(..., n, 2)``.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axis, or nothing to transform.
        DomainError: for another ``norm``.

    >>> fft([[1.0, 0.0], [0.0, 1.0]]).tolist()
    [[1.0, 1.0], [1.0, -1.0]]
    """
    x, position, name = _prepared("fft", x, axis, norm, _length("fft", n))
    return _fft(x, axis=position, norm=name)


@spelled
def ifft(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of :func:`fft`, ``x_j = Σ_k X_k exp(2πi jk / n) / n``, with the same arguments.

    ``norm`` names the normalisation of the transform that is undone: the result is divided by n
    (``"backward"``, the default), √n (``"ortho"``) or nothing (``"forward"``).

    Raises:
        ShapeError: if there is no last axis of length 2, no such axis, or nothing to transform.
        DomainError: for another ``norm``.

    >>> ifft(fft([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    x, position, name = _prepared("ifft", x, axis, norm, _length("ifft", n))
    return _ifft(x, axis=position, norm=name)


@spelled
def rfft(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The first half, ``n // 2 + 1`` numbers, of the Fourier transform of real numbers; the other half
    is its mirror image, conjugated.

    Args:
        x: real numbers, ``(..., n)``.
        n: the length of the transform, to which ``x`` is cut or padded with zeros; that of ``x`` if None.
        axis: along which to transform.
        norm: as for :func:`fft`.

    Returns:
        Pairs, ``(..., n // 2 + 1, 2)``.

    Raises:
        ShapeError: if there is no such axis, or nothing to transform.
        DomainError: for another ``norm``.

    >>> rfft([1.0, 2.0, 3.0, 4.0]).tolist()
    [[10.0, 0.0], [-2.0, 2.0], [-2.0, 0.0]]
    """
    x, position, name = _prepared("rfft", x, axis, norm, _length("rfft", n), paired=False)
    return _rfft(x, axis=position, norm=name)


@spelled
def irfft(x: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of :func:`rfft`: half a spectrum gives real numbers.

    The imaginary parts of the first number, and for even n of the last one, have no influence.

    Args:
        x: pairs, ``(..., n // 2 + 1, 2)``, cut or padded with zeros to that length.
        n: the length of the result; ``2 * (length - 1)`` when None, which is even: give n if it was odd.
        axis: along which to transform, counted without the axis of the pairs.
        norm: as for :func:`ifft`.

    Returns:
        Real numbers, ``(..., n)``.

    Raises:
        ShapeError: if there is no last axis of length 2, no such axis, or nothing to transform.
        DomainError: for another ``norm``.

    >>> irfft(rfft([1.0, 2.0, 4.0]), n=3)
    array([1., 2., 4.])
    """
    shape = shape_of(x)
    position = one_axis("irfft", axis, len(shape) - 1) if shape else 0
    size = 2 * (shape[position] - 1) if n is None and shape else _length("irfft", n)(0)
    if size < 1:
        raise ShapeError(f"irfft() needs a length of at least 1, got n={size} for an input of shape {shape}")
    x, position, name = _prepared("irfft", x, axis, norm, lambda have: size // 2 + 1)
    return _irfft(x, n=size, axis=position, norm=name)
