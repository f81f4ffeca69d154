"""Losses: one number that says how far the outputs are from what is wanted."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from .activations import log_softmax
from .labels import checked_labels
from .operands import as_tensor, one_of, values_of

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "mse_loss",
    "nll_loss",
]


def check_reduction(reduction: str) -> None:
    """Check the word that says how losses are joined.

    Raises:
        DomainError: if it is neither "mean", "sum" nor "none".
    """
    one_of("reduction", reduction, ("mean", "sum", "none"))


def _reduced(losses: Tensor, reduction: str, function: str) -> Tensor:
    check_reduction(reduction)
    if not losses.size and reduction == "mean":
        raise ShapeError(f"{function}(): the batch is empty, and the mean of no losses is undefined")
    return losses.mean() if reduction == "mean" else losses.sum() if reduction == "sum" else losses


def _two_alike(input: Any, target: Any, function: str) -> tuple[Tensor, Tensor]:
    x = as_tensor(input, function)
    y = target if isinstance(target, Tensor) else _beside(x, target)
    if x.shape != y.shape:
        raise ShapeError(
            f"{function}(): the input has shape {x.shape}, the target {y.shape}; "
            "they have to be equal, reshape one of them"
        )
    return x, y if y.dtype.kind == "f" else y.astype(x.dtype)


def _beside(x: Tensor, numbers: Any) -> Tensor:
    """Targets given as an array keep their dtype; lists take that of the outputs."""
    return Tensor(numbers, dtype=None if isinstance(numbers, np.ndarray) else x.dtype)


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """(x - y)², of any shape; "mean" divides by the number of elements.

    Raises:
        ShapeError: if the shapes differ, or there is nothing to average.

    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """
    x, y = _two_alike(input, target, "mse_loss")
    return _reduced((x - y).square(), reduction, "mse_loss")


def binary_cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """-(y ln p + (1 - y) ln(1 - p)), of any shape; each logarithm is at least -100, as in PyTorch.

    At p = 0 and p = 1 the logarithm that is cut off has no gradient; from logits,
    :func:`binary_cross_entropy_with_logits` has the right one.

    Args:
        input: probabilities p.
        target: y, 0 or 1, or anything between.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if an input is no probability.
        ShapeError: if the shapes differ, or there is nothing to average.

    >>> round(binary_cross_entropy([0.9], [1.0]).item(), 6)
    0.105361
    """
    p, y = _two_alike(input, target, "binary_cross_entropy")
    outside = ~((p.data >= 0) & (p.data <= 1))
    if outside.any():
        raise DomainError(
            f"binary_cross_entropy(): the input has to lie between 0 and 1, got {p.data[outside][0]}; "
            "for logits use binary_cross_entropy_with_logits"
        )
    losses = -(y * _log(p) + (1 - y) * _log(1 - p))
    return _reduced(losses, reduction, "binary_cross_entropy")


def _log(p: Tensor) -> Tensor:
    """Ln p, at least -100, with 0 instead of an infinite slope at p = 0."""
    positive = p > 0
    logarithm = ac.log(ac.where(positive, p, 1.0))
    return ac.where(positive, ac.maximum(logarithm, -100.0), -100.0)  # type: ignore[no-any-return]


def binary_cross_entropy_with_logits(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """-(y ln σ(z) + (1 - y) ln(1 - σ(z))), of any shape, with the gradient σ(z) - y.

    With ln σ(z) = -softplus(-z) and ln(1 - σ(z)) = -softplus(z) nothing overflows or is lost, however
    sure the network is.

    Args:
        input: logits z.
        target: y, 0 or 1, or anything between.
        reduction: "mean", "sum" or "none".

    Raises:
        ShapeError: if the shapes differ, or there is nothing to average.

    >>> binary_cross_entropy_with_logits([1000.0, -1000.0], [0.0, 0.0], reduction="none")
    Tensor([1000.,    0.])
    """
    z, y = _two_alike(input, target, "binary_cross_entropy_with_logits")
    if not y.requires_grad and bool(((y.data == 0) | (y.data == 1)).all()):
        losses = ((1 - 2 * y) * z).softplus()  # the one term that is left of the two
    else:
        losses = y * (-z).softplus() + (1 - y) * z.softplus()
    return _reduced(losses, reduction, "binary_cross_entropy_with_logits")


def nll_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """-ln p of the right class, given ln p of every class.

    Args:
        input: logarithms of probabilities, (C,), (N, C) or (N, C, d1, ...).
        target: integer labels, (), (N,) or (N, d1, ...).
        reduction: "mean", "sum" or "none".

    Raises:
        DtypeError: if the labels are not integers.
        IndexRangeError: if one is no class.
        ShapeError: if their number is wrong, or there is nothing to average.

    >>> nll_loss([[-1.5, -0.25]], [1])
    Tensor(0.25)
    """
    return _nll(as_tensor(input, "nll_loss"), target, reduction, "nll_loss")


def _nll(log_p: Tensor, target: Any, reduction: str, function: str) -> Tensor:
    axis = _class_axis(log_p, function)
    wanted = log_p.shape[:axis] + log_p.shape[axis + 1 :]
    found = values_of(target).shape
    if found != wanted:
        raise ShapeError(
            f"{function}(): an input of shape {log_p.shape} needs labels of shape {wanted}, got {found}"
        )
    labels = checked_labels(function, target, log_p.shape[axis])
    index = (*(slice(None),) * axis, None)
    chosen = ac.take_along_axis(log_p, labels[index], axis)
    return -_reduced(chosen if reduction != "none" else chosen.reshape(wanted), reduction, function)


def _class_axis(x: Tensor, function: str) -> int:
    if not x.ndim or not x.shape[min(1, x.ndim - 1)]:
        raise ShapeError(f"{function}(): needs classes on an axis, (C,) or (N, C, ...), got shape {x.shape}")
    return 1 if x.ndim > 1 else 0


def cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """-Σ_k y_k ln p_k with p the softmax of the logits, with the gradient p - y.

    Args:
        input: logits, (C,), (N, C) or (N, C, d1, ...).
        target: integer labels, (), (N,) or (N, d1, ...); or probabilities y of the input's shape.
        reduction: "mean" (over labels, not classes), "sum" or "none".

    Raises:
        DtypeError: if labels are not integers.
        IndexRangeError: if one is no class.
        ShapeError: if their number is wrong, or there is nothing to average.

    >>> cross_entropy([[0.0, 1000.0], [2000.0, 0.0]], [0, 1], reduction="none")
    Tensor([1000., 2000.])
    """
    logits = as_tensor(input, "cross_entropy")
    axis = _class_axis(logits, "cross_entropy")
    log_p = log_softmax(logits, axis)
    given = values_of(target)
    if given.dtype.kind != "f":
        return _nll(log_p, target, reduction, "cross_entropy")
    if given.shape != logits.shape:
        raise DtypeError(
            f"cross_entropy(): labels have to be integers, got {given.dtype} of shape {given.shape}: give "
            "the list itself, an integer array, or labels.astype(int); probabilities need the input's "
            f"shape {logits.shape}"
        )
    y = target if isinstance(target, Tensor) else _beside(logits, target)
    losses = -(y * log_p).sum(axis=axis)
    return _reduced(losses, reduction, "cross_entropy")
