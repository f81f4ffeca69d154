"""Normalisation: numbers shifted and scaled to mean 0 and variance 1, over a batch, a sample or a part of it.

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

from ..checks import check_fraction, check_not_negative, check_size, is_number
from .operands import as_tensor
from .running import follow, running_statistics

__all__ = [
    "batch_norm",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "local_response_norm",
    "normalize",
    "rms_norm",
]


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """γ (x - mean) / √(variance + ε) + β, with one mean and variance for each channel.

    While training they are those of the batch, and the gradient takes the way through them too; the
    running ones are moved towards them, running <- (1 - momentum) running + momentum batch, the variance
    with n - 1 in its denominator. Otherwise the running ones are used, as constants.

    Args:
        input: (N, C, ...).
        running_mean: (C,), a Tensor or an array, changed in place while training; or None.
        running_var: the same for the variance.
        weight: γ, (C,) or None.
        bias: β, (C,) or None.
        training: whether to use the batch's own statistics.
        momentum: how far the running statistics move.
        eps: ε, added to the variance.

    Raises:
        ShapeError: if the numbers of channels differ, or a batch has a single value for each channel.
        DtypeError: if running statistics cannot be changed in place.
        DomainError: if there are none where they are needed, ``eps`` is negative, or ``momentum`` does not
            lie between 0 and 1.

    Source: Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", algorithm 1.

    >>> batch_norm([[1.0], [3.0]], None, None, training=True, eps=0.0)
    Tensor([[-1.], [ 1.]])
    """
    x = _with_channels(input, "batch_norm", 2)
    mean, variance = running_statistics("batch_norm", running_mean, running_var, x.shape[1], training)
    check_not_negative("batch_norm()", eps=eps)
    check_fraction("batch_norm()", momentum=momentum)
    axes = (0, *range(2, x.ndim))
    count = math.prod(x.shape[i] for i in axes)
    if not training:
        return _by_constants(x, mean, variance, weight, bias, eps, "batch_norm")
    if count < 2:
        raise ShapeError(
            f"batch_norm(): the input of shape {x.shape} has {count} value{'s' * (count != 1)} for each "
            "channel, and training needs at least two: give a larger batch, or call eval()"
        )
    scale, shift = _by_channel(x, "batch_norm", weight=weight, bias=bias)
    y, m, v = ac.standardize(x, axes, eps, scale, shift, moments=True)
    follow(mean, m.reshape(-1), momentum)
    follow(variance, v.reshape(-1) * (count / (count - 1)), momentum)
    return y  # type: ignore[no-any-return]


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """:func:`batch_norm` of every sample by itself: one mean and variance for each channel of it.

    Args:
        input: (N, C, ...) with at least three axes.
        running_mean: (C,), a Tensor or an array, changed in place with the batch's mean; or None.
        running_var: the same for the variance.
        weight: γ, (C,) or None.
        bias: β, (C,) or None.
        use_input_stats: False uses the running statistics.
        momentum: how far the running statistics move.
        eps: ε, added to the variance.

    Raises:
        ShapeError: if the numbers of channels differ, or a channel of a sample has a single value.
        DtypeError: if running statistics cannot be changed in place.
        DomainError: if there are none where they are needed, ``eps`` is negative, or ``momentum`` does not
            lie between 0 and 1.

    Source: Ulyanov, Vedaldi and Lempitsky (2016), "Instance normalization: the missing ingredient for fast
    stylization".

    >>> instance_norm([[[1.0, 3.0]], [[10.0, 30.0]]], eps=0.0)
    Tensor([[[-1.,  1.]], [[-1.,  1.]]])
    """
    x = _with_channels(input, "instance_norm", 3)
    mean, variance = running_statistics(
        "instance_norm", running_mean, running_var, x.shape[1], use_input_stats
    )
    check_not_negative("instance_norm()", eps=eps)
    check_fraction("instance_norm()", momentum=momentum)
    count = math.prod(x.shape[2:])
    if not use_input_stats:
        return _by_constants(x, mean, variance, weight, bias, eps, "instance_norm")
    if count < 2:
        raise ShapeError(
            f"instance_norm(): the input of shape {x.shape} has {count} value{'s' * (count != 1)} for each "
            "channel of a sample, and needs at least two"
        )
    y, m, v = ac.standardize(x, tuple(range(2, x.ndim)), eps, moments=True)
    if len(m):
        follow(mean, m.mean(0).reshape(-1), momentum)
        follow(variance, v.mean(0).reshape(-1) * (count / (count - 1)), momentum)
    return _times_and_plus(y, *_by_channel(x, "instance_norm", weight=weight, bias=bias))


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
    x, shape = _ending_in(input, normalized_shape, "layer_norm")
    check_not_negative("layer_norm()", eps=eps)
    scale = _of_shape("layer_norm", "weight", weight, shape)
    shift = _of_shape("layer_norm", "bias", bias, shape)
    return _times_and_plus(ac.standardize(x, tuple(range(-len(shape), 0)), eps), scale, shift)


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
    x, shape = _ending_in(input, normalized_shape, "rms_norm")
    scale = _of_shape("rms_norm", "weight", weight, shape)
    if eps is None:
        eps = float(np.finfo(x.dtype if x.dtype.kind == "f" else default_dtype()).eps)
    check_not_negative("rms_norm()", eps=eps)
    axes = tuple(range(-len(shape), 0))
    y = x / ac.sqrt(ac.mean(ac.square(x), axes, keepdims=True) + eps)
    return _times_and_plus(y, scale, None)


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
    x = _with_channels(input, "group_norm", 2)
    check_num_groups("group_norm()", num_groups, x.shape[1])
    check_not_negative("group_norm()", eps=eps)
    size = math.prod(x.shape[1:]) // num_groups
    if size < 1:
        raise ShapeError(f"group_norm(): the input of shape {x.shape} has no values to normalise")
    y = ac.standardize(x.reshape(len(x), num_groups, size), -1, eps).reshape(x.shape)
    return _times_and_plus(y, *_by_channel(x, "group_norm", weight=weight, bias=bias))


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
    x = _with_channels(input, "local_response_norm", 3)
    check_size("local_response_norm()", size=size)
    n, channels, *places = x.shape
    rows = ac.square(x).reshape(n, 1, channels, math.prod(places))
    padded = ac.pad(rows, ((0, 0), (0, 0), (size // 2, (size - 1) // 2), (0, 0)))
    neighbours = ac.window_sum(padded, (size, 1), stride=(1, 1)).reshape(x.shape)
    return x / (k + (alpha / size) * neighbours) ** beta  # type: ignore[no-any-return]


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


def _with_channels(input: Any, function: str, least: int) -> Tensor:
    x = as_tensor(input, function)
    if x.ndim < least:
        wanted = "(N, C, ...)" if least == 2 else "(N, C, ...) with at least three axes"
        raise ShapeError(f"{function}(): the input has shape {x.shape}, not {wanted}")
    return x


def normalised_shape(function: str, shape: int | Sequence[int]) -> tuple[int, ...]:
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


def check_num_groups(place: str, num_groups: int, num_channels: int) -> None:
    """The channels have to be split evenly.

    Raises:
        ShapeError: if they cannot.
    """
    check_size(place, num_groups=num_groups)
    if num_channels % num_groups:
        raise ShapeError(
            f"{place}: `num_channels` (={num_channels}) must be divisible by `num_groups` (={num_groups})"
        )


def _ending_in(
    input: Any, normalized_shape: int | Sequence[int], function: str
) -> tuple[Tensor, tuple[int, ...]]:
    x, shape = as_tensor(input, function), normalised_shape(f"{function}()", normalized_shape)
    if x.shape[max(0, x.ndim - len(shape)) :] != shape:
        raise ShapeError(
            f"{function}(): the input of shape {x.shape} does not end in `normalized_shape` (={shape})"
        )
    return x, shape


def _of_shape(function: str, name: str, vector: Any, shape: tuple[int, ...]) -> Tensor | None:
    if vector is None:
        return None
    tensor = as_tensor(vector, function)
    if tensor.shape != shape:
        raise ShapeError(
            f"{function}(): the {name} has shape {tensor.shape}, the numbers it belongs to have {shape}"
        )
    return tensor


def _by_constants(
    x: Tensor, mean: Any, variance: Any, weight: Any, bias: Any, eps: float, function: str
) -> Tensor:
    """(x - mean) γ / √(variance + ε) + β with statistics (C,) that are constants of the graph."""
    kind = x.dtype if x.dtype.kind == "f" else default_dtype()
    gamma, beta = _by_channel(x, function, weight=weight, bias=bias)
    column = (x.shape[1], *(1,) * (x.ndim - 2))
    scale: Any = (1 / np.sqrt(variance.astype(kind) + eps)).astype(kind).reshape(column)
    centred = x - mean.astype(kind).reshape(column)
    return _times_and_plus(centred, scale if gamma is None else gamma * scale, beta)


def _by_channel(x: Any, function: str, **vectors: Any) -> list[Tensor | None]:
    """Vectors (C,) in a shape that stands beside x (N, C, ...)."""
    channels, shaped = x.shape[1], []
    for name, vector in vectors.items():
        tensor = None if vector is None else as_tensor(vector, function)
        if tensor is not None and tensor.shape != (channels,):
            raise ShapeError(
                f"{function}(): the {name} has shape {tensor.shape}, but the input of shape {x.shape} has "
                f"{channels} channels"
            )
        if tensor is not None and x.ndim > 2:
            tensor = tensor.reshape(channels, *(1,) * (x.ndim - 2))
        shaped.append(tensor)
    return shaped


def _times_and_plus(y: Any, weight: Any, bias: Any) -> Tensor:
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    result: Tensor = y
    return result
