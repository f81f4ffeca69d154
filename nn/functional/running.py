"""Running statistics: the means and variances that a normalising layer has seen, changed in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import Array

__all__: list[str] = []


def running_statistics(
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
        _checked(function, "running_mean", mean, channels, training),
        _checked(function, "running_var", variance, channels, training),
    )


def _checked(function: str, name: str, statistic: Any, channels: int, training: bool) -> Array:
    array = statistic.data if isinstance(statistic, Tensor) else statistic
    if training and not (isinstance(array, np.ndarray) and array.dtype.kind == "f"):
        raise DtypeError(
            f"{function}(): `{name}` is changed in place, which takes a floating-point Tensor or array, "
            f"got {statistic!r}"
        )
    array = np.asarray(array)
    if array.shape != (channels,):
        raise ShapeError(
            f"{function}(): `{name}` has shape {array.shape}, but the input has {channels} channels"
        )
    return array


def follow(running: Array | None, batch: Array, momentum: float) -> None:
    """running <- (1 - momentum) running + momentum batch, in place."""
    if running is not None:
        running *= 1 - momentum
        running += momentum * batch
