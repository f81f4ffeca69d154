"""Dropout: numbers, or whole channels, left out at random while training.

``inplace`` is PyTorch's and changes nothing here: what is recorded is never overwritten.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import Tensor, default_dtype
from autograd_core.errors import ShapeError

from ..checks import Array, check_fraction, checked
from ..randomness import generator_or_default
from .operands import as_tensor

__all__ = [
    "alpha_dropout",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
]

Generator = np.random.Generator | None

_SELU_LIMIT = -1.7580993408473766  # -λα, what a SELU gives far below 0


@checked(p=check_fraction)
def dropout(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None
) -> Tensor:
    """Zero each number with probability ``p`` and divide the others by 1 - p: the expectation is kept.

    Args:
        input: of any shape.
        p: the probability of being left out.
        training: False returns the input as it is.
        inplace: changes nothing.
        generator: draws the mask; the common one when None.

    Raises:
        DomainError: if ``p`` lies outside [0, 1].

    Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting".

    >>> dropout([1.0, 2.0], p=0.5, training=False)
    Tensor([1., 2.])
    """
    x = as_tensor(input, "dropout")
    if not training or p == 0:
        return x
    return _without(x, x.shape, p, generator)


@checked(p=check_fraction)
def dropout1d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None
) -> Tensor:
    """Zero each channel of each sequence with probability ``p`` and divide the others by 1 - p.

    Neighbouring numbers of a channel resemble each other, so one alone tells nothing when it is missing.

    Args:
        input: (N, C, L), or (C, L) for one sequence.
        p: the probability of a channel being left out.
        training: False returns the input as it is.
        inplace: changes nothing.
        generator: draws the mask; the common one when None.

    Raises:
        DomainError: if ``p`` lies outside [0, 1].
        ShapeError: for another number of axes.

    Source: Tompson, Goroshin, Jain, LeCun and Bregler (2015), "Efficient object localization using
    convolutional networks", section 3.2.

    >>> dropout1d([[1.0, 2.0], [3.0, 4.0]], p=1.0)
    Tensor([[0., 0.], [0., 0.]])
    """
    return _without_channels(input, p, training, generator, "dropout1d", ("(N, C, L)", "(C, L)"))


@checked(p=check_fraction)
def dropout2d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None
) -> Tensor:
    """Zero each channel of each image (N, C, H, W) with probability ``p``; see :func:`dropout1d`.

    >>> dropout2d([[[[1.0, 2.0], [3.0, 4.0]]]], p=1.0)
    Tensor([[[[0., 0.], [0., 0.]]]])
    """
    return _without_channels(input, p, training, generator, "dropout2d", ("(N, C, H, W)",))


@checked(p=check_fraction)
def dropout3d(
    input: Any, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None
) -> Tensor:
    """Zero each channel of each volume (N, C, D, H, W), or (C, D, H, W) for one, with probability ``p``;
    see :func:`dropout1d`.

    >>> dropout3d([[[[1.0, 2.0], [3.0, 4.0]]]], p=1.0)
    Tensor([[[[0., 0.], [0., 0.]]]])
    """
    layouts = ("(N, C, D, H, W)", "(C, D, H, W)")
    return _without_channels(input, p, training, generator, "dropout3d", layouts)


@checked(p=check_fraction)
def alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, *, generator: Generator = None
) -> Tensor:
    """Replace each number with probability ``p`` by -λα, the lower limit of a SELU, then shift and scale
    so that mean 0 and variance 1 stay what they are.

    With probability 1 - p, y = a x + b, otherwise y = -a λα + b, where
    a = ((1 - p) (1 + p λ²α²))^(-1/2) and b = a p λα. For p = 1 all is 0.

    Args:
        input: of any shape.
        p: the probability of being replaced.
        training: False, the default here, returns the input as it is.
        inplace: changes nothing.
        generator: draws the mask; the common one when None.

    Raises:
        DomainError: if ``p`` lies outside [0, 1].

    Source: Klambauer, Unterthiner, Mayr and Hochreiter (2017), "Self-normalizing neural networks", section
    "New dropout technique".

    >>> alpha_dropout([1.0, 2.0], p=0.5)
    Tensor([1., 2.])
    """
    x = as_tensor(input, "alpha_dropout")
    return _replaced(x, x.shape, p, generator) if training and p else x


@checked(p=check_fraction)
def feature_alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False, *, generator: Generator = None
) -> Tensor:
    """:func:`alpha_dropout` of whole channels (N, C, ...).

    Raises:
        DomainError: if ``p`` lies outside [0, 1].
        ShapeError: for fewer than two axes.

    >>> feature_alpha_dropout([[1.0, 2.0]], p=0.5)
    Tensor([[1., 2.]])
    """
    x = as_tensor(input, "feature_alpha_dropout")
    if x.ndim < 2:
        raise ShapeError(f"feature_alpha_dropout(): the input has shape {x.shape}, not (N, C, ...)")
    return _replaced(x, x.shape[:2] + (1,) * (x.ndim - 2), p, generator) if training and p else x


def _without_channels(
    input: Any, p: float, training: bool, generator: Generator, function: str, layouts: tuple[str, ...]
) -> Tensor:
    x = as_tensor(input, function)
    spatial = layouts[0].count(",") - 1
    if x.ndim - spatial not in range(3 - len(layouts), 3):
        wanted = " or ".join(layouts)
        raise ShapeError(f"{function}(): the input has shape {x.shape}, not {wanted}")
    if not training or p == 0:
        return x
    return _without(x, x.shape[: x.ndim - spatial] + (1,) * spatial, p, generator)


def _without(x: Tensor, shape: tuple[int, ...], p: float, generator: Generator) -> Tensor:
    """x times a mask of ``shape``: 0 with probability ``p``, else 1 / (1 - p)."""
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * _as_factor(_kept(shape, p, generator) * scale, x)


def _replaced(x: Tensor, shape: tuple[int, ...], p: float, generator: Generator) -> Tensor:
    """Scaled and shifted where a mask of ``shape`` says so, put at the shifted limit elsewhere."""
    if p == 1:
        return x * _as_factor(np.zeros(shape), x)
    kept = _kept(shape, p, generator)
    a = 1 / math.sqrt((1 - p) * (1 + p * _SELU_LIMIT**2))
    b = -a * p * _SELU_LIMIT
    return x * _as_factor(kept * a, x) + _as_factor(np.where(kept, b, a * _SELU_LIMIT + b), x)


def _kept(shape: tuple[int, ...], p: float, generator: Generator) -> Array:
    return generator_or_default(generator).random(shape) >= p


def _as_factor(mask: Array, x: Tensor) -> Array:
    return mask.astype(x.dtype if x.dtype.kind == "f" else default_dtype())
