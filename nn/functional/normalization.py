"""Normalization: numbers shifted and scaled to mean 0 and variance 1, over a batch, a sample or a part of it.

What differs between the layers is only over which axes mean and variance are taken. Of a batch of images
(N, C, H, W):

======================== ================= ===========================================
function                 statistics over   one mean and variance for each
======================== ================= ===========================================
:func:`batch_norm`       N, H, W           channel
:func:`instance_norm`    H, W              channel of each sample
:func:`group_norm`       H, W, some of C   group of channels of each sample
:func:`layer_norm`       C, H, W           sample
======================== ================= ===========================================
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor, default_dtype
from autograd_core.errors import ShapeError
from autograd_core.primitive import nodes
from autograd_core.spelling import spelled

from ..checks import check_not_negative, check_size, checked, is_number
from .operands import as_tensor

__all__ = [
    "group_norm",
    "layer_norm",
    "local_response_norm",
    "normalize",
    "rms_norm",
]


def layer_norm(
    input: Any,
    normalized_shape: int | Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Tensor:
    """γ (x - mean) / √(variance + ε) + β, with mean and variance of the last axes.

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the lengths of the last axes; a number for a single one.
        weight: γ, of ``normalized_shape``, or None.
        bias: β, of ``normalized_shape``, or None.
        eps: ε, added to the variance.

    Raises:
        ShapeError: if the shapes do not fit.
        DomainError: if ``eps`` is negative.

    Source: Ba, Kiros and Hinton (2016), "Layer normalization", equation 4.

    >>> layer_norm([[1.0, 3.0], [10.0, 30.0]], 2, eps=0.0)
    Tensor([[-1.,  1.], [-1.,  1.]])
    """
    shape = normalized_lengths("layer_norm()", normalized_shape)
    check_not_negative("layer_norm()", eps=eps)
    scale = _of_shape("layer_norm", "weight", weight, shape)
    return layer_normalized(input, shape, scale, _of_shape("layer_norm", "bias", bias, shape), eps)


def layer_normalized(
    input: Any, shape: tuple[int, ...], weight: Tensor | None, bias: Tensor | None, eps: float
) -> Tensor:
    """:func:`layer_norm` with options that have been checked.

    Raises:
        ShapeError: if the input does not end in ``shape``.
    """
    x, axes = _ending_in(input, shape, "layer_norm")
    return times_and_plus(nodes.standardize(x, axis=axes, eps=float(eps)), weight, bias)


def rms_norm(
    input: Any, normalized_shape: int | Sequence[int], weight: Any = None, eps: float | None = None
) -> Tensor:
    """γ x / √(mean(x²) + ε), with the mean over the last axes: a :func:`layer_norm` that does not shift.

    Args:
        input: (..., *normalized_shape).
        normalized_shape: the lengths of the last axes; a number for a single one.
        weight: γ, of ``normalized_shape``, or None.
        eps: ε; the distance from 1 to the next number of the dtype when None.

    Raises:
        ShapeError: if the shapes do not fit.
        DomainError: if ``eps`` is negative.

    Source: Zhang and Sennrich (2019), "Root mean square layer normalization", equation 4.

    >>> rms_norm([3.0, -3.0], 2)
    Tensor([ 1., -1.])
    """
    shape = normalized_lengths("rms_norm()", normalized_shape)
    if eps is not None:
        check_not_negative("rms_norm()", eps=eps)
    return rms_normalized(input, shape, _of_shape("rms_norm", "weight", weight, shape), eps)


def rms_normalized(input: Any, shape: tuple[int, ...], weight: Tensor | None, eps: float | None) -> Tensor:
    """:func:`rms_norm` with options that have been checked.

    Raises:
        ShapeError: if the input does not end in ``shape``.
    """
    x, axes = _ending_in(input, shape, "rms_norm")
    if eps is None:
        eps = float(np.finfo(x.dtype if x.dtype.kind == "f" else default_dtype()).eps)
    y = x / ac.sqrt(ac.mean(ac.square(x), axes, keepdims=True) + eps)
    return times_and_plus(y, weight, None)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """γ (x - mean) / √(variance + ε) + β, with one mean and variance for each group of channels of a sample.

    Args:
        input: (N, C, ...).
        num_groups: into how many groups of neighbours the channels are split.
        weight: γ, (C,) or None.
        bias: β, (C,) or None.
        eps: ε, added to the variance.

    Raises:
        ShapeError: if the channels cannot be split evenly, or the shapes do not fit.
        DomainError: if ``eps`` is negative.

    Source: Wu and He (2018), "Group normalization", equation 7.

    >>> group_norm([[1.0, 3.0, 10.0, 30.0]], 2, eps=0.0)
    Tensor([[-1.,  1., -1.,  1.]])
    """
    x = with_channels(input, "group_norm", 2)
    check_groups("group_norm()", num_groups, x.shape[1])
    check_not_negative("group_norm()", eps=eps)
    scale, shift = vectors_for(x, "group_norm", weight=weight, bias=bias)
    return group_normalized(x, num_groups, scale, shift, eps)


def group_normalized(
    x: Tensor, num_groups: int, weight: Tensor | None, bias: Tensor | None, eps: float
) -> Tensor:
    """:func:`group_norm` with options that have been checked.

    Raises:
        ShapeError: if a group has not more than one value.
    """
    size = math.prod(x.shape[1:]) // num_groups
    if size < 1:
        raise ShapeError(f"group_norm(): the input of shape {x.shape} has no values to normalize")
    if size == 1:
        raise ShapeError(
            f"group_norm(): every group of the input of shape {x.shape} is one value, which would become 0: "
            f"`num_groups` (={num_groups}) has to be smaller"
        )
    y = ac.standardize(x.reshape(len(x), num_groups, size), -1, eps).reshape(x.shape)
    return times_and_plus(y, column(weight, x), column(bias, x))


@checked(size=check_size)
def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """Divided by the size of the neighbours: x / (k + α mean(x²))^β, the mean taken over ``size`` channels.
    Beyond the ends are zeros.

    Args:
        input: (N, C, ...) with at least three axes.
        size: how many channels stand together, the one that is divided in their middle.
        alpha: α, how much the neighbours count.
        beta: β, the exponent.
        k: what is added to them.

    Raises:
        ShapeError: for fewer axes, or a size that is no whole number from 1.

    Source: Krizhevsky, Sutskever and Hinton (2012), "ImageNet classification with deep convolutional neural
    networks", section 3.3; their α is divided by ``size`` here.

    >>> local_response_norm([[[3.0], [4.0]]], size=3, alpha=3.0, beta=0.5, k=0.0)
    Tensor([[[0.6], [0.8]]])
    """
    x = with_channels(input, "local_response_norm", 3)
    n, channels, *places = x.shape
    rows = ac.square(x).reshape(n, 1, channels, math.prod(places))
    padded = ac.pad(rows, ((0, 0), (0, 0), (size // 2, (size - 1) // 2), (0, 0)))
    neighbours = ac.window_sum(padded, (size, 1), stride=(1, 1)).reshape(x.shape)
    return x / (k + (alpha / size) * neighbours) ** beta  # type: ignore[no-any-return]


@spelled
def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """Vectors of length 1: x / max(‖x‖_p, ε).

    Args:
        input: vectors along the axis ``dim``.
        p: the order of the norm.
        dim: that axis.
        eps: ε, which stands in for a length that is smaller.

    Raises:
        ShapeError: if there is no such axis.

    >>> normalize([[3.0, 4.0], [0.0, 0.0]])
    Tensor([[0.6, 0.8], [0. , 0. ]])
    """
    x = as_tensor(input, "normalize")
    if not is_number(dim) or dim not in range(-x.ndim, x.ndim):
        raise ShapeError(f"normalize(): the input of shape {x.shape} has no axis `dim` (={dim!r})")
    return x / ac.maximum(ac.norm(x, p, dim, keepdims=True), eps)  # type: ignore[no-any-return]


# -- what they share ----------------------------------------------------------------------------------------


def with_channels(input: Any, function: str, least: int) -> Tensor:
    """The input as a tensor (N, C, ...).

    Raises:
        ShapeError: if it has fewer than ``least`` axes.
    """
    x = as_tensor(input, function)
    if x.ndim < least:
        wanted = "(N, C, ...)" if least == 2 else "(N, C, ...) with at least three axes"
        raise ShapeError(f"{function}(): the input has shape {x.shape}, not {wanted}")
    return x


def normalized_lengths(function: str, shape: int | Sequence[int]) -> tuple[int, ...]:
    """``5`` as ``(5,)``, ``(2, 3)`` as it is.

    Raises:
        ShapeError: for no axes, or lengths that are no whole numbers from 1.
    """
    several = isinstance(shape, Sequence | np.ndarray) and not isinstance(shape, str)
    parts: tuple[Any, ...] = tuple(shape) if several else (shape,)  # type: ignore[arg-type]
    try:
        lengths = tuple(operator.index(part) for part in parts)
    except TypeError:
        lengths = ()
    if not lengths or min(lengths) < 1:
        raise ShapeError(
            f"{function}: `normalized_shape` (={shape!r}) has to be a whole number from 1, or several of them"
        )
    return lengths


def check_groups(place: str, num_groups: int, num_channels: int) -> None:
    """The channels have to be split evenly.

    Raises:
        ShapeError: if they cannot.
    """
    check_size(place, num_groups=num_groups)
    if num_channels % num_groups:
        raise ShapeError(
            f"{place}: `num_channels` (={num_channels}) must be divisible by `num_groups` (={num_groups})"
        )


def _ending_in(input: Any, shape: tuple[int, ...], function: str) -> tuple[Tensor, tuple[int, ...]]:
    """The input as a tensor, and its axes, the last ones, that have the lengths ``shape``."""
    x = as_tensor(input, function)
    own, axes = x._raw.shape, tuple(range(x.ndim))[-len(shape) :]
    if own[axes[0] if axes else 0 :] != shape:
        raise ShapeError(
            f"{function}(): the input of shape {own} does not end in `normalized_shape` (={shape})"
        )
    return x, axes


def _of_shape(function: str, name: str, vector: Any, shape: tuple[int, ...]) -> Tensor | None:
    if vector is None:
        return None
    tensor = as_tensor(vector, function)
    if tensor.shape != shape:
        raise ShapeError(
            f"{function}(): the {name} has shape {tensor.shape}, the numbers it belongs to have {shape}"
        )
    return tensor


def vectors_for(x: Tensor, function: str, **vectors: Any) -> list[Tensor | None]:
    """Vectors with a number for each channel of x (N, C, ...), as tensors; None stays None.

    Raises:
        ShapeError: if one has another length.
    """
    channels, found = x.shape[1], []
    for name, vector in vectors.items():
        tensor = None if vector is None else as_tensor(vector, function)
        if tensor is not None and tensor.shape != (channels,):
            raise ShapeError(
                f"{function}(): the {name} has shape {tensor.shape}, but the input of shape {x.shape} has "
                f"{channels} channels"
            )
        found.append(tensor)
    return found


def column(vector: Tensor | None, x: Tensor) -> Tensor | None:
    """A vector (C,) in a shape that stands beside x (N, C, ...)."""
    if vector is None or x.ndim == 2:
        return vector
    return vector.reshape(-1, *(1,) * (x.ndim - 2))


def times_and_plus(y: Tensor, weight: Any, bias: Any) -> Tensor:
    """y γ + β, without what is None."""
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
