"""Signals, images and volumes made larger or smaller."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, ShapeError
from autograd_core.geometry import Numbers, per_axis, times

from ..checks import Array, check_word
from .adaptive_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .layouts import FORMATS, as_given, channels_first, checked_format
from .operands import as_floating, as_tensor

__all__ = ["interpolate"]

MODES = ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area")

_AXES = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
_SMOOTH = tuple(_AXES)
_KEYS = -0.75  # the free parameter of cubic convolution


def interpolate(
    input: Any,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    *,
    data_format: str | None = None,
) -> Tensor:
    """A signal, an image or a volume of another size: each number from the nearest ones of the input.

    Args:
        input: (N, C, L), (N, C, H, W) or (N, C, D, H, W).
        size: the new lengths of the axes of size, or one for all.
        scale_factor: instead of ``size``, by what to multiply the lengths, rounding down.
        mode: "nearest" or "nearest-exact" repeat the nearest element, the second with centres where they
            belong; "linear", "bilinear", "trilinear" (one, two, three axes) weight the two nearest on each
            axis, "bicubic" the four nearest; "area" is adaptive average pooling.
        align_corners: whether the centres of the outermost elements, instead of their outer edges, stay
            where they are. Only for the linear and cubic modes; False when None.
        recompute_scale_factor: whether to scale by the ratio of the lengths instead of by
            ``scale_factor``, which differ where it was rounded.
        data_format: "NHWC", or "NLC" or "NDHWC", where the channels stand last; channels first when None.

    Returns:
        (N, C, *size), in the layout of the input.

    Raises:
        ShapeError: if the number of axes or lengths does not fit the mode, or a length would be 0.
        DomainError: for another mode, for both or none of ``size`` and ``scale_factor``, or an option that
            the mode does not have.

    Source: Keys (1981), "Cubic convolution interpolation for digital image processing", for "bicubic".

    >>> interpolate([[[1.0, 2.0]]], scale_factor=2)
    Tensor([[[1., 1., 2., 2.]]])
    >>> interpolate([[[1.0, 3.0]]], size=3, mode="linear", align_corners=True)
    Tensor([[[1., 2., 3.]]])
    """
    check_interpolation(size, scale_factor, mode, align_corners, recompute_scale_factor)
    given = as_tensor(input, "interpolate")
    axes = given.ndim - 2
    if axes not in FORMATS:
        raise ShapeError(
            f"interpolate(): the input has shape {given.shape}, not (N, C, L), (N, C, H, W) or "
            "(N, C, D, H, W)"
        )
    if _AXES.get(mode, axes) != axes:
        fitting = [word for word, count in _AXES.items() if count == axes]
        raise ShapeError(
            f"interpolate(): mode {mode!r} is for {', '.join(FORMATS[_AXES[mode]][0])}, the input has shape "
            f"{given.shape}: use {' or '.join(map(repr, [*fitting, 'nearest']))}"
        )
    layout = checked_format(data_format, axes)
    x, single = channels_first(given, layout, "interpolate")
    wanted, ratios = _target(x.shape[2:], size, scale_factor, bool(recompute_scale_factor))
    if 0 in x.shape[2:]:
        raise ShapeError(f"interpolate(): an input of size {times(x.shape[2:])} has nothing to go on from")
    if mode == "area":
        pool = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}[axes]
        return as_given(pool(x, wanted), single, layout)
    if mode in _SMOOTH:
        x = as_floating(x)
    for axis, (n, m, ratio) in enumerate(zip(x.shape[2:], wanted, ratios, strict=True), start=2):
        if mode in _SMOOTH:
            x = _weighted(x, axis, *_neighbours(n, m, ratio, bool(align_corners), mode == "bicubic"))
            continue
        if mode == "nearest" and axes == 2 and m in (n, 2 * n):
            ratio = None  # of images, PyTorch takes whole multiples as such, however they came about
        if n != m or ratio is not None:
            x = ac.take(x, _nearest(n, m, ratio, 0.5 if mode == "nearest-exact" else 0.0), axis)
    return as_given(x, single, layout)


def check_interpolation(
    size: int | Sequence[int] | None,
    scale_factor: float | Sequence[float] | None,
    mode: str,
    align_corners: bool | None,
    recompute_scale_factor: bool | None,
) -> None:
    """The options have to go together.

    Raises:
        DomainError: if they do not.
    """
    check_word("", MODES, mode=mode)
    if (size is None) == (scale_factor is None):
        raise DomainError(
            f"interpolate(): give either `size` or `scale_factor`, got size={size!r} and "
            f"scale_factor={scale_factor!r}"
        )
    if align_corners is not None and mode not in _SMOOTH:
        raise DomainError(
            f"`align_corners` (={align_corners}) is for the modes {', '.join(map(repr, _SMOOTH))}, "
            f"not for {mode!r}"
        )
    if recompute_scale_factor and scale_factor is None:
        raise DomainError("`recompute_scale_factor` (=True) needs a `scale_factor`, got a size")


def _target(
    size: Numbers,
    wanted: int | Sequence[int] | None,
    scale_factor: float | Sequence[float] | None,
    recompute: bool,
) -> tuple[Numbers, list[float | None]]:
    """The new lengths, and by what a place of the output is multiplied where that is not their ratio."""
    axes = len(size)
    if wanted is not None:
        return per_axis("size", wanted, axes), [None] * axes
    factors = scale_factor if isinstance(scale_factor, Sequence) else (scale_factor,) * axes
    try:
        numbers = [float(factor) for factor in factors]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != axes or not all(0 < factor < math.inf for factor in numbers):
        raise ShapeError(
            f"`scale_factor` (={scale_factor!r}) has to be a positive number, or a sequence of {axes}"
        )
    lengths = tuple(int(n * factor) for n, factor in zip(size, numbers, strict=True))
    if min(lengths) < 1:
        raise ShapeError(
            f"`scale_factor` (={scale_factor!r}) leaves nothing of an input of size {times(size)}"
        )
    return lengths, [None if recompute else 1 / factor for factor in numbers]


def _nearest(n: int, m: int, ratio: float | None, centre: float) -> Array:
    """Which of n elements stands at each of m places: counted in single precision, as PyTorch does."""
    step = np.float32(n / m if ratio is None else ratio)
    places = (np.arange(m, dtype=np.float32) + np.float32(centre)) * step
    nearest: Array = np.minimum(places.astype(int), n - 1)
    return nearest


def _neighbours(
    n: int, m: int, ratio: float | None, align_corners: bool, cubic: bool
) -> tuple[list[Array], list[Array]]:
    """For each of m places the elements of n that count, and their weights."""
    if n == m and (ratio is None or not cubic):
        return [np.arange(m)], [np.ones(m)]
    if align_corners:
        place = np.arange(m) * ((n - 1) / (m - 1) if m > 1 else 0.0)
    else:
        place = (np.arange(m) + 0.5) * (n / m if ratio is None else ratio) - 0.5
    if not cubic:
        place = np.maximum(place, 0.0)
        first = np.minimum(place.astype(int), n - 1)
        part = np.clip(place - first, 0.0, 1.0)
        return [first, np.minimum(first + 1, n - 1)], [1 - part, part]
    middle = np.floor(place)
    places = [np.clip(middle.astype(int) + offset, 0, n - 1) for offset in (-1, 0, 1, 2)]
    return places, [_cubic(place - middle - offset) for offset in (-1, 0, 1, 2)]


def _cubic(distance: Array) -> Array:
    """The weight of an element at a distance: Keys' (1981) piecewise polynomial of degree 3, equation 15."""
    d = np.abs(distance)
    near = ((_KEYS + 2) * d - (_KEYS + 3)) * d * d + 1
    far = ((d - 5) * d + 8) * d * _KEYS - 4 * _KEYS
    return np.where(d <= 1, near, far)


def _weighted(x: Tensor, axis: int, places: list[Array], weights: list[Array]) -> Tensor:
    """Σ x[places] weights along one axis."""
    if len(places) == 1:
        return x
    shape = (-1,) + (1,) * (x.ndim - axis - 1)
    terms = [
        ac.take(x, where, axis) * weight.astype(x.dtype).reshape(shape)
        for where, weight in zip(places, weights, strict=True)
    ]
    total: Tensor = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
