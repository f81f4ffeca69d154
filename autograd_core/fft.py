"""Discrete Fourier transforms.

The library computes with real numbers, so an array of complex numbers is written as a real array with
one more axis, the last, of length 2: real part and imaginary part (``view`` them as NumPy's complex numbers
with ``pairs[..., 0] + 1j * pairs[..., 1]``). ``axis`` counts the axes of the array of complex numbers, that
is, without the last one.

A transform is linear, and its transpose is again a transform. With F the matrix of exp(-2πi jk / n), the
transpose of F, seen as a map of pairs of real numbers, is the conjugate transpose F*, which is n times the
inverse: the inverse transform with the other normalisation. This is the whole rule.

>>> from autograd_core import Tensor, fft
>>> signal = Tensor([1.0, 0.0, -1.0, 0.0], requires_grad=True)
>>> spectrum = fft.rfft(signal)
>>> spectrum.tolist()
[[0.0, 0.0], [2.0, 0.0], [0.0, 0.0]]
>>> power = (spectrum * spectrum).sum()
>>> power.backward()
>>> signal.grad
array([ 4.,  0., -4.,  0.])
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .errors import DomainError, DtypeError, ShapeError
from .primitive import Linear, Namespace
from .spelling import spelled
from .structure import getitem, pad, roll
from .structure.operands import (
    Axis,
    as_operand,
    data_of,
    lying_along,
    on_axis,
    one_axis,
    reduced_axes,
    several_axes,
    shape_and_name,
    shape_of,
    shaped,
)

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]

_OPPOSITE = {"backward": "forward", "ortho": "ortho", "forward": "backward"}
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
    return m.irfft(g / _multiplicity(n, axis, g), n=n, axis=axis, norm=_OPPOSITE[norm])


def _transpose_of_irfft(m: Namespace, g: Any, x: Any, *, n: int, axis: int, norm: str) -> Any:
    return m.rfft(g, axis=axis, norm=_OPPOSITE[norm]) * _multiplicity(n, axis, x)


_fft = Linear(
    "fft",
    "FFT",
    forward=lambda x, *, axis, norm: _pairs(np.fft.fft(_complex(x), axis=axis, norm=norm)),
    transpose=lambda m, g, x, *, axis, norm: m.ifft(g, axis=axis, norm=_OPPOSITE[norm]),
)

_ifft = Linear(
    "ifft",
    "FFT⁻¹",
    forward=lambda x, *, axis, norm: _pairs(np.fft.ifft(_complex(x), axis=axis, norm=norm)),
    transpose=lambda m, g, x, *, axis, norm: m.fft(g, axis=axis, norm=_OPPOSITE[norm]),
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
    if name not in _OPPOSITE:
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


# -- several axes: one after the other ---------------------------------------------------------------


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


# -- spectra that are real, and the middle of a spectrum ---------------------------------------------


def _opposite(norm: str | None) -> str:
    """What this normalisation leaves to the inverse; an unknown name stays, and is refused there."""
    name = "backward" if norm is None else norm
    return _OPPOSITE.get(name, name)


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
