"""Normalization of each channel over a batch or a sample, by its own statistics or by running ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import Tensor, default_dtype
from autograd_core.dtypes import asarray
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.primitive import nodes
from autograd_core.structure.normalization import moments_of
from autograd_core.structure.operands import constant

from ..checks import Array, check_fraction, check_not_negative
from .normalization import column, times_and_plus, vectors_for, with_channels

__all__ = ["batch_norm", "instance_norm"]


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
        GraphError: if a gradient with respect to running statistics is asked for.
        DomainError: if there are none where they are needed, ``eps`` is negative, or ``momentum`` does not
            lie between 0 and 1.

    Source: Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", algorithm 1.

    >>> batch_norm([[1.0], [3.0]], None, None, training=True, eps=0.0)
    Tensor([[-1.], [ 1.]])
    """
    x = with_channels(input, "batch_norm", 2)
    return _checked("batch_norm", x, running_mean, running_var, weight, bias, training, momentum, eps)


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
        GraphError: if a gradient with respect to running statistics is asked for.
        DomainError: if there are none where they are needed, ``eps`` is negative, or ``momentum`` does not
            lie between 0 and 1.

    Source: Ulyanov, Vedaldi and Lempitsky (2016), "Instance normalization: the missing ingredient for fast
    stylization".

    >>> instance_norm([[[1.0, 3.0]], [[10.0, 30.0]]], eps=0.0)
    Tensor([[[-1.,  1.]], [[-1.,  1.]]])
    """
    x = with_channels(input, "instance_norm", 3)
    own = use_input_stats
    return _checked("instance_norm", x, running_mean, running_var, weight, bias, own, momentum, eps)


def _checked(
    function: str,
    x: Tensor,
    mean: Any,
    variance: Any,
    weight: Any,
    bias: Any,
    own: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    check_not_negative(f"{function}()", eps=eps)
    check_fraction(f"{function}()", momentum=momentum)
    running = _running_statistics(function, mean, variance, x.data.shape[1], own)
    weight, bias = vectors_for(x, function, weight=weight, bias=bias)
    return normalized(function, x, *running, weight, bias, own, momentum, eps)


_OF_BATCH = "channel, and training needs at least two: give a larger batch, or call eval()"
_OF_SAMPLE = "channel of a sample, and needs at least two"


def normalized(
    function: str,
    x: Tensor,
    mean: Array | None,
    variance: Array | None,
    weight: Tensor | None,
    bias: Tensor | None,
    own: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """:func:`batch_norm` or :func:`instance_norm` with options that have been checked.

    Raises:
        ShapeError: if the input's own statistics are wanted of a single value for each channel.
    """
    if not own:
        return _by_constants(x, mean, variance, weight, bias, eps)
    shape, together = x.data.shape, function == "batch_norm"
    axes = (0, *range(2, len(shape))) if together else tuple(range(2, len(shape)))
    count = (shape[0] if together else 1) * math.prod(shape[2:])
    if count < 2:
        raise ShapeError(
            f"{function}(): the input of shape {shape} has {count} value{'s' * (count != 1)} for each "
            f"{_OF_BATCH if together else _OF_SAMPLE}"
        )
    # the primitives themselves: what standardize() would check is known to be right
    if together and weight is not None and bias is not None:
        y = z = nodes.standardize_affine(x, weight, bias, axis=axes, eps=float(eps))
    else:
        z = nodes.standardize(x, axis=axes, eps=float(eps))
        y = times_and_plus(z, column(weight, x), column(bias, x))
    if mean is not None and variance is not None and shape[0]:
        m, v = moments_of(z, x, {"axis": axes, "eps": float(eps)})
        if not together:
            m, v = m.mean(0), v.mean(0)
        _follow(mean, m.reshape(-1), momentum)
        _follow(variance, v.reshape(-1) * (count / (count - 1)), momentum)
    return y  # type: ignore[no-any-return]


def _by_constants(x: Tensor, mean: Any, variance: Any, weight: Any, bias: Any, eps: float) -> Tensor:
    """(x - mean) γ / √(variance + ε) + β with statistics (C,) that are constants of the graph."""
    kind = x.dtype if x.dtype.kind == "f" else default_dtype()
    shape = (-1, *(1,) * (x.ndim - 2))
    scale: Any = (1 / np.sqrt(variance.astype(kind) + eps)).astype(kind).reshape(shape)
    gamma, centred = column(weight, x), x - mean.astype(kind).reshape(shape)
    return times_and_plus(centred, scale if gamma is None else gamma * scale, column(bias, x))


def _running_statistics(
    function: str, mean: Any, variance: Any, channels: int, training: bool
) -> tuple[Array | None, Array | None]:
    """The arrays behind a running mean and variance.

    Raises:
        DomainError: if one is missing, or both where there are no others.
        DtypeError: if one is to be changed, but is no floating-point Tensor or array.
        ShapeError: if one has no number for each channel.
    """
    if (mean is None) != (variance is None):
        raise DomainError(f"{function}(): give both `running_mean` and `running_var`, or neither")
    if mean is None:
        if not training:
            raise DomainError(
                f"{function}(): without the input's own statistics `running_mean` and `running_var` are "
                "needed, both are None"
            )
        return None, None
    return (
        _running_statistic(function, "running_mean", mean, channels, training),
        _running_statistic(function, "running_var", variance, channels, training),
    )


def _running_statistic(function: str, name: str, statistic: Any, channels: int, training: bool) -> Array:
    array = constant(function, name, statistic)
    if training and not (isinstance(array, np.ndarray) and array.dtype.kind == "f"):
        raise DtypeError(
            f"{function}(): `{name}` is changed in place, which takes a floating-point Tensor or array, "
            f"got {statistic!r}"
        )
    array = asarray(array)
    if array.shape != (channels,):
        raise ShapeError(
            f"{function}(): `{name}` has shape {array.shape}, but the input has {channels} channels"
        )
    return array


def _follow(running: Array, batch: Array, momentum: float) -> None:
    """running <- (1 - momentum) running + momentum batch, in place."""
    running *= 1 - momentum
    running += momentum * batch
