"""Losses of two classes: how sure the network is of yes and no."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.context import in_own_scope
from autograd_core.errors import ShapeError

from ...checks import check_values
from .reduction import joined, joined_with_weights, two_alike, weights_for

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss"]

_CERTAIN = 1e-12


@in_own_scope
def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Tensor:
    """-(y ln p + (1 - y) ln(1 - p)), of any shape; each logarithm is at least -100, as in PyTorch.

    The derivative is (p - y) / (p (1 - p)), with 10⁻¹² for a smaller divisor. From logits,
    :func:`binary_cross_entropy_with_logits` has it without this cut.

    Args:
        input: probabilities p.
        target: y, 0 or 1, or anything between.
        weight: factors that broadcast to the input.
        reduction: "mean" (over all elements), "sum" or "none".

    Raises:
        DomainError: if an input or a target does not lie between 0 and 1.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Good (1952), "Rational decisions".

    >>> round(binary_cross_entropy([0.9], [1.0]).item(), 6)
    0.105361
    """
    function = "binary_cross_entropy"
    p, y = two_alike(input, target, function)
    advice = "; for logits use binary_cross_entropy_with_logits"
    _check_probabilities(function, "the input", p, advice)
    _check_probabilities(function, "the target", y)
    doubtful = p.data * (1 - p.data) >= _CERTAIN
    safe = p if doubtful.all() else ac.where(doubtful, p, 0.5)
    losses = -(y * ac.log(safe) + (1 - y) * ac.log1p(-safe))
    if safe is not p:
        losses = ac.where(doubtful, losses, _certain(p, y))
    return joined_with_weights(losses, weight, reduction, function)


def _check_probabilities(function: str, name: str, p: Tensor, advice: str = "") -> None:
    check_values(f"{function}()", name, p.data, (p.data >= 0) & (p.data <= 1), "lie between 0 and 1", advice)


def _certain(p: Tensor, y: Tensor) -> Tensor:
    """The loss where p is 0 or 1, or all but: the cut logarithms, with the cut slope as a tangent."""
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(p.data), -100), np.maximum(np.log1p(-p.data), -100)
    tangent = (p - p.data) * ((p.data - y.data) / _CERTAIN)
    return tangent - (y * yes + (1 - y) * no)


@in_own_scope
def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """-(y ln σ(z) + (1 - y) ln(1 - σ(z))), of any shape, with the gradient σ(z) - y.

    With ln σ(z) = -softplus(-z) and ln(1 - σ(z)) = -softplus(z) nothing overflows or is lost, however
    sure the network is.

    Args:
        input: logits z: what comes before a sigmoid, which is taken here. Probabilities would be taken for
            logits without an error; :func:`nn.fit` warns of them.
        target: y, 0 or 1, or anything between.
        weight: factors that broadcast to the input.
        reduction: "mean" (over all elements), "sum" or "none".
        pos_weight: factors of the first term, that broadcast to the input; above 1 they favour recall.

    Raises:
        DomainError: if a target does not lie between 0 and 1.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Good (1952), "Rational decisions".

    >>> binary_cross_entropy_with_logits([1000.0, -1000.0], [0.0, 0.0], reduction="none")
    Tensor([1000.,    0.])
    """
    function = "binary_cross_entropy_with_logits"
    z, y = two_alike(input, target, function)
    steep = bool(((y.data == 0) | (y.data == 1)).all())
    if not steep:
        _check_probabilities(function, "the target", y)
    if steep and not y.requires_grad and pos_weight is None:
        losses = ((1 - 2 * y) * z).softplus()  # the one term that is left of the two
    else:
        yes = y if pos_weight is None else y * weights_for(z, pos_weight, function, "pos_weight")
        losses = yes * (-z).softplus() + (1 - y) * z.softplus()
    if weight is None:
        return joined(losses, reduction, function)
    return joined_with_weights(losses, weight, reduction, function)


@in_own_scope
def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"
) -> Tensor:
    """The binary cross-entropy of every class from its logit, averaged over the classes.

    Args:
        input: logits, (C,) or (N, ..., C).
        target: y of the same shape, 1 for each class that applies, 0 for the others.
        weight: a factor for each class.
        reduction: "mean" (over samples), "sum" or "none".

    Raises:
        DomainError: if a target does not lie between 0 and 1.
        ShapeError: if the shapes differ, there are no classes, or there is nothing to average.

    Source: Zhang and Zhou (2006), "Multilabel neural networks with applications to functional genomics and
    text categorization", gives the setting; the loss is that of :func:`binary_cross_entropy_with_logits`.

    >>> multilabel_soft_margin_loss([[1000.0, -1000.0]], [[1.0, 1.0]])
    Tensor(500.)
    """
    function = "multilabel_soft_margin_loss"
    z, y = two_alike(input, target, function)
    if not z.ndim or not z.shape[-1]:
        raise ShapeError(f"{function}(): needs classes on the last axis, (C,) or (N, C), got shape {z.shape}")
    losses = binary_cross_entropy_with_logits(z, y, weight, reduction="none")
    return joined(losses.mean(axis=-1), reduction, function)
