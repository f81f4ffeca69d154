"""Gradients kept within bounds, before an optimiser uses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograd_core import Node, Tensor
from autograd_core.dtypes import StandIn
from autograd_core.errors import DomainError, NumericalError, ShapeError

from ..checks import check_not_negative, is_number
from .groups import require_parameters

__all__ = ["clip_grad_norm_", "clip_grad_value_"]

Array = np.ndarray[Any, np.dtype[Any]]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients by one factor, so that the norm of them together is at most ``max_norm``.

    Args:
        parameters: one parameter or several; those without a gradient are left alone.
        max_norm: the bound.
        norm_type: p of the norm (Σ |g|^p)^(1/p); ``float("inf")`` for the largest |g|.
        error_if_nonfinite: whether to refuse gradients that are NaN or infinite.

    Returns:
        The norm before.

    Raises:
        NumericalError: for such gradients. Nothing is changed then.
        DomainError: for a negative bound or a norm that is none.
        ShapeError: for a generator that is used up.

    Source: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural
    networks", algorithm 1.

    >>> import nn
    >>> w = nn.Parameter([3.0, 4.0])
    >>> (0.5 * w * w).sum().backward()
    >>> nn.clip_grad_norm_([w], 1.0), w.grad.round(5).tolist()
    (5.0, [0.6, 0.8])
    """
    check_not_negative("clip_grad_norm_()", max_norm=max_norm)
    if not is_number(norm_type) or not norm_type > 0:  # infinity is one
        raise DomainError(f"clip_grad_norm_(): `norm_type` (={norm_type!r}) has to be a number above 0")
    found = _with_gradients("clip_grad_norm_()", parameters)
    if not found:
        return 0.0
    norms = [np.linalg.norm(gradient.reshape(-1), norm_type) for _, gradient in found]
    total: Any = np.linalg.norm(np.stack(norms).astype(np.float64), norm_type)
    if error_if_nonfinite and not np.isfinite(total):
        raise NumericalError(f"clip_grad_norm_(): the norm of the gradients is {total}")
    factor = np.minimum(max_norm / (total + 1e-6), 1.0)
    if not isinstance(factor, np.floating) or factor != 1:  # a program goes one way for all factors
        for parameter, gradient in found:
            parameter.grad = gradient * factor.astype(gradient.dtype)
    norm: Any = total if isinstance(total, StandIn) else float(total)
    return norm  # type: ignore[no-any-return]


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Bring every number of every gradient into [-clip_value, clip_value].

    Raises:
        DomainError: for a negative bound.
        ShapeError: for a generator that is used up.

    >>> import nn
    >>> w = nn.Parameter([3.0, -0.5])
    >>> (0.5 * w * w).sum().backward()
    >>> nn.clip_grad_value_([w], 1.0)
    >>> w.grad.tolist()
    [1.0, -0.5]
    """
    check_not_negative("clip_grad_value_()", clip_value=clip_value)
    for parameter, gradient in _with_gradients("clip_grad_value_()", parameters):
        parameter.grad = np.clip(gradient, -clip_value, clip_value)


def _with_gradients(owner: str, parameters: Tensor | Iterable[Tensor]) -> list[tuple[Tensor, Array]]:
    members = require_parameters(owner, [parameters] if isinstance(parameters, Tensor) else parameters)
    if not members and isinstance(parameters, Iterator):
        raise ShapeError(
            f"{owner}: the iterator gives no parameters, it was used up before; call model.parameters() anew"
        )
    return [
        (parameter, parameter.grad.data if isinstance(parameter.grad, Node) else parameter.grad)
        for parameter in members
        if parameter.grad is not None
    ]
