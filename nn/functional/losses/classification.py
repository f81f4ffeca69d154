"""Losses of one class among several: how probable the right one is thought to be."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.context import in_own_scope
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.primitive import nodes

from ...checks import Array, check_fraction
from ..labels import given_targets, labels_and_mask
from .reduction import (
    beside,
    class_weights,
    floating,
    joined,
    share,
)

__all__ = ["cross_entropy", "nll_loss"]

_NO_CLASS = -100


@in_own_scope
def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = _NO_CLASS,
    reduction: str = "mean",
) -> Tensor:
    """-ln p of the right class, given ln p of every class.

    Args:
        input: logarithms of probabilities, from :func:`log_softmax`, (C,), (N, C) or (N, C, d1, ...).
            Probabilities and logits would be taken without an error; :func:`nn.fit` warns of them.
        target: integer labels, (), (N,) or (N, d1, ...).
        weight: a factor for each class.
        ignore_index: a label that does not count.
        reduction: "mean" (over the weights of the labels that count), "sum" or "none".

    Raises:
        DtypeError: if the labels are not integers.
        IndexRangeError: if one is no class.
        ShapeError: if their number or that of the weights is wrong, or there is nothing to average.
        DomainError: if every label is ignored, and the mean is wanted.

    >>> nll_loss([[-1.5, -0.25]], [1])
    Tensor(0.25)
    """
    log_p, axis = _with_classes(input, "nll_loss")
    return _nll(
        log_p, axis, given_targets("nll_loss", target), weight, ignore_index, reduction, 0.0, "nll_loss"
    )


def _with_classes(input: Any, function: str) -> tuple[Tensor, int]:
    """The input as a tensor of floating-point numbers, and the axis of its classes."""
    x = input if isinstance(input, Tensor) and input._raw.dtype.kind == "f" else floating(input, function)
    shape = x._raw.shape
    axis = 1 if len(shape) > 1 else 0
    if not shape or not shape[axis]:
        raise ShapeError(f"{function}(): needs classes on an axis, (C,) or (N, C, ...), got shape {shape}")
    return x, axis


def _nll(
    log_p: Tensor,
    axis: int,
    target: Array,
    weight: Any,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
    function: str,
) -> Tensor:
    shape = log_p._raw.shape
    classes = shape[axis]
    wanted = shape[:axis] + shape[axis + 1 :]
    if target.shape != wanted:
        raise ShapeError(
            f"{function}(): an input of shape {shape} needs labels of shape {wanted}, got {target.shape}"
            + (", whole rows of them: give the class numbers, or floats" if target.shape == shape else "")
        )
    labels, counts = labels_and_mask(function, target, classes, ignore_index)
    # the primitive itself: the labels were checked, and need no second look
    chosen = nodes.take_along_axis(log_p, indices=labels[(*(slice(None),) * axis, None)].copy(), axis=axis)
    if weight is None and counts is None and not label_smoothing:
        if reduction == "mean" and labels.size:
            return nodes.negative(nodes.mean(chosen, axis=tuple(range(len(shape))), keepdims=False))  # type: ignore[no-any-return]
        return -joined(chosen if reduction != "none" else chosen.reshape(wanted), reduction, function)
    losses = -chosen.reshape(wanted)
    if weight is None:
        shares, everyone = Tensor(labels >= 0, dtype=log_p.dtype), log_p
    else:
        factors = class_weights(log_p, weight, classes, function)
        shares = factors[labels]
        losses = shares * losses
        everyone = factors.reshape(-1, *(1,) * (len(shape) - axis - 1)) * log_p
    if label_smoothing:
        losses = (1 - label_smoothing) * losses - label_smoothing / classes * everyone.sum(axis=axis)
    if counts is not None:
        losses, shares = ac.where(counts, losses, 0.0), ac.where(counts, shares, 0.0)
    return share(losses, shares, reduction, function)


@in_own_scope
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = _NO_CLASS,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-Σ_k y_k ln p_k with p the softmax of the logits, with the gradient p - y.

    Args:
        input: logits, (C,), (N, C) or (N, C, d1, ...): what comes before a softmax, which is taken here.
            Probabilities would be taken for logits without an error; :func:`nn.fit` warns of them.
        target: integer labels, (), (N,) or (N, d1, ...); or probabilities y of the input's shape.
        weight: a factor for each class.
        ignore_index: a label that does not count.
        reduction: "mean" (over the weights of the labels that count; for probabilities over the samples),
            "sum" or "none".
        label_smoothing: how much of each target is spread evenly over all classes, from 0 to 1.

    Raises:
        DtypeError: if labels are not integers.
        IndexRangeError: if one is no class.
        ShapeError: if their number or that of the weights is wrong, or there is nothing to average.
        DomainError: if every label is ignored, and the mean is wanted; if ``label_smoothing`` is no
            fraction.

    Source: Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs";
    Szegedy et al. (2016), "Rethinking the inception architecture for computer vision", section 7, for the
    smoothing.

    >>> cross_entropy([[0.0, 1000.0], [2000.0, 0.0]], [0, 1], reduction="none")
    Tensor([1000., 2000.])
    """
    function = "cross_entropy"
    if label_smoothing:
        check_fraction("cross_entropy()", label_smoothing=label_smoothing)
    logits, axis = _with_classes(input, function)
    log_p = nodes.log_softmax(logits, axis=(axis,))
    ready = isinstance(target, np.ndarray) and target.dtype.kind in "iuf"
    given = target if ready else given_targets(function, target)
    if given.dtype.kind != "f":
        return _nll(log_p, axis, given, weight, ignore_index, reduction, label_smoothing, function)
    if given.shape != logits.shape:
        raise DtypeError(
            f"cross_entropy(): labels have to be integers, got {given.dtype} of shape {given.shape}: give "
            "the list itself, an integer array, or labels.astype(int); probabilities need the input's "
            f"shape {logits.shape}"
        )
    if ignore_index >= 0:
        raise DomainError(
            f"{function}(): `ignore_index` (={ignore_index}) is a label, but the target holds probabilities"
        )
    y, classes = beside(logits, target, function), logits.shape[axis]
    if label_smoothing:
        y = (1 - label_smoothing) * y + label_smoothing / classes
    if weight is not None:
        factors = class_weights(logits, weight, classes, function)
        y = factors.reshape(-1, *(1,) * (logits.ndim - axis - 1)) * y
    return joined(-(y * log_p).sum(axis=axis), reduction, function)
