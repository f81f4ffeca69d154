"""Losses that ask for a margin: the right answer has to win by a distance, after which nothing is lost."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.context import in_own_scope
from autograd_core.dtypes import asarray
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ...checks import Array, check_indices, checked
from ..labels import checked_labels, given_targets
from .reduction import (
    at_least_zero,
    class_weights,
    floating,
    joined,
    signs_for,
    two_alike,
)

__all__ = [
    "hinge_embedding_loss",
    "hinge_loss",
    "margin_ranking_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "soft_margin_loss",
]


@in_own_scope
def hinge_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """max(0, 1 - y f), the loss of the support vector machine; the derivative on the margin is 0.

    With 1/2 ‖w‖² of :func:`nn.l2_penalty` beside it, the minimum is the line that leaves the widest gap
    between two classes.

    Args:
        input: scores f, of any shape.
        target: y, 1 or -1, of the same shape.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a target is neither 1 nor -1.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Cortes and Vapnik (1995), "Support-vector networks".

    >>> hinge_loss([0.5, 2.0, 0.5], [1, 1, -1], reduction="none")
    Tensor([0.5, 0. , 1.5])
    """
    scores = floating(input, "hinge_loss")
    y = signs_for(scores, target, "hinge_loss")
    return joined((1 - y * scores).relu(), reduction, "hinge_loss")


@in_own_scope
def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """ln(1 + exp(-y f)), the logistic loss of targets 1 and -1: a hinge without a corner.

    Args:
        input: scores f, of any shape.
        target: y, 1 or -1, of the same shape.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a target is neither 1 nor -1.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Friedman, Hastie and Tibshirani (2000), "Additive logistic regression", section 2.

    >>> soft_margin_loss([1000.0, 1000.0], [1, -1], reduction="none")
    Tensor([   0., 1000.])
    """
    scores = floating(input, "soft_margin_loss")
    y = signs_for(scores, target, "soft_margin_loss")
    return joined((-y * scores).softplus(), reduction, "soft_margin_loss")


@in_own_scope
def hinge_embedding_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Tensor:
    """The distance x of a pair that belongs together, max(0, margin - x) of one that does not.

    Args:
        input: distances x, of any shape.
        target: 1 for pairs that belong together, -1 for the others.
        margin: how far these have to be apart.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a target is neither 1 nor -1.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Hadsell, Chopra and LeCun (2006), "Dimensionality reduction by learning an invariant mapping",
    without the squares.

    >>> hinge_embedding_loss([0.25, 0.25], [1, -1], reduction="none")
    Tensor([0.25, 0.75])
    """
    function = "hinge_embedding_loss"
    x = floating(input, function)
    together = signs_for(x, target, function).data > 0
    return joined(ac.where(together, x, at_least_zero(margin - x)), reduction, function)


@in_own_scope
def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    """max(0, margin - y (x1 - x2)): the one that ranks higher has to score higher.

    Args:
        input1: scores x1, of any shape.
        input2: scores x2, of the same shape.
        target: y, 1 where the first ranks higher, -1 where the second does.
        margin: by how much.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a target is neither 1 nor -1.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Joachims (2002), "Optimizing search engines using clickthrough data".

    >>> margin_ranking_loss([3.0, 3.0], [2.0, 2.0], [1, -1], reduction="none")
    Tensor([0., 1.])
    """
    function = "margin_ranking_loss"
    x1, x2 = two_alike(input1, input2, function, ("first input", "second"))
    y = signs_for(x1, target, function)
    return joined(at_least_zero(margin - y * (x1 - x2)), reduction, function)


def _check_exponent(owner: str, p: Any) -> None:
    """Check the exponent of a hinge.

    Raises:
        DomainError: if it is neither 1 nor 2.
    """
    if p not in (1, 2):
        raise DomainError(f"{owner}: `p` (={p!r}) has to be 1 or 2")


@checked(p=_check_exponent)
@in_own_scope
def multi_margin_loss(
    input: Any, target: Any, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
) -> Tensor:
    """Σ_i max(0, margin - x_y + x_i)^p / C over the wrong classes i: the hinge loss of several classes.

    Args:
        input: scores x, (C,) or (N, C).
        target: labels y, () or (N,).
        p: 1 or 2.
        margin: by how much the right class has to win.
        weight: a factor for each class, applied where it is the right one.
        reduction: "mean" (over samples), "sum" or "none".

    Raises:
        DtypeError: if the labels are not integers.
        IndexRangeError: if one is no class.
        ShapeError: if their number or that of the weights is wrong, or there is nothing to average.
        DomainError: if ``p`` is neither 1 nor 2.

    Source: Weston and Watkins (1999), "Support vector machines for multi-class pattern recognition".

    >>> multi_margin_loss([[0.5, 1.0, 0.0]], [1])
    Tensor(0.166667)
    """
    function = "multi_margin_loss"
    x = _rows(floating(input, function), function)
    given = given_targets(function, target)
    if given.shape != x.shape[:-1]:
        raise ShapeError(
            f"{function}(): an input of shape {x.shape} needs labels of shape {x.shape[:-1]}, "
            f"got {given.shape}"
        )
    classes = x.shape[-1]
    labels = checked_labels(function, given, classes)
    right = ac.take_along_axis(x, labels[..., None], -1)
    short = ac.where(labels[..., None] == np.arange(classes), 0.0, (margin - right + x).relu())
    losses = (short if p == 1 else short.square()).sum(axis=-1) / classes
    if weight is not None:
        losses = class_weights(x, weight, classes, function)[labels] * losses
    return joined(losses, reduction, function)


def _rows(x: Tensor, function: str) -> Tensor:
    if x.ndim not in (1, 2) or not x.shape[-1]:
        raise ShapeError(f"{function}(): needs scores of classes, (C,) or (N, C), got shape {x.shape}")
    return x


@in_own_scope
def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Σ_j Σ_i max(0, 1 - x_j + x_i) / C over the classes j that apply and the classes i that do not.

    Args:
        input: scores x, (C,) or (N, C).
        target: integers of the same shape: in each row the classes that apply, ended by -1 if they are
            fewer than C; what follows it does not count.
        reduction: "mean" (over samples), "sum" or "none".

    Raises:
        DtypeError: if the targets are not integers.
        IndexRangeError: if one is no class.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Elisseeff and Weston (2001), "A kernel method for multi-labelled classification".

    >>> multilabel_margin_loss([[0.1, 0.2, 0.4, 0.8]], [[3, 0, -1, 1]])
    Tensor(0.85)
    """
    function = "multilabel_margin_loss"
    x = _rows(floating(input, function), function)
    given = given_targets(function, target)
    if given.shape != x.shape:
        raise ShapeError(f"{function}(): needs targets of the input's shape {x.shape}, got {given.shape}")
    classes = x.shape[-1]
    listed, applying = _listed(given, classes, function)
    wanted = ac.take_along_axis(x, listed, -1)
    pairs = (1 - wanted[..., :, None] + x[..., None, :]).relu()
    between = applying[..., :, None] & ~_members(listed, applying, classes)[..., None, :]
    losses = ac.where(between, pairs, 0.0).sum(axis=(-2, -1)) / classes
    return joined(losses, reduction, function)


def _listed(given: Array, classes: int, function: str) -> tuple[Array, Array]:
    """The classes in each row, and which of them stand before the first -1."""
    if given.dtype.kind not in "iu":
        raise DtypeError(f"{function}(): targets have to be integers, got {given.dtype}")
    applying = np.logical_and.accumulate(given != -1, axis=-1)
    wrong = applying & ((given < 0) | (given >= classes))
    check_indices(f"{function}()", "target", given, wrong, classes, "classes", ", and -1 ends them")
    return np.where(applying, given, 0), applying


def _members(listed: Array, applying: Array, classes: int) -> Array:
    """For each class, whether it is in the row's list."""
    named = listed[..., None] == np.arange(classes)
    return asarray((named & applying[..., None]).any(axis=-2))
