"""What the losses share: two sides of one shape, weights that fit, many losses joined to one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, ShapeError

from ...checks import array_of_numbers, check_values, check_word
from ..operands import as_tensor

REDUCTIONS = ("mean", "sum", "none")
BATCH_REDUCTIONS = ("mean", "batchmean", "sum", "none")


def check_reduction(owner: str, reduction: str, known: Sequence[str] = REDUCTIONS) -> None:
    """Check the word that says how losses are joined.

    Raises:
        DomainError: if it is none of those known.
    """
    check_word(owner, known, reduction=reduction)


def joined(losses: Tensor, reduction: str, function: str) -> Tensor:
    """The mean of the losses, their sum, or all of them.

    Raises:
        DomainError: for another word.
        ShapeError: if there is nothing to average.
    """
    if reduction == "mean":
        if not losses.size:
            raise nothing_to_average(function)
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    check_reduction(f"{function}()", reduction)
    return losses


def nothing_to_average(function: str) -> ShapeError:
    return ShapeError(f"{function}(): the batch is empty, and the mean of no losses is undefined")


def joined_in_batches(losses: Tensor, reduction: str, function: str) -> Tensor:
    """As :func:`joined`, with one more word: "batchmean" divides the sum by the length of the first axis.

    Raises:
        DomainError: for an unknown word.
        ShapeError: if there is nothing to average.
    """
    check_reduction(f"{function}()", reduction, BATCH_REDUCTIONS)
    if reduction != "batchmean" or not losses.size:
        return joined(losses, "mean" if reduction == "batchmean" else reduction, function)
    return losses.sum() / (losses.shape[0] if losses.ndim else 1)


def joined_with_weights(
    losses: Tensor, weight: Any, reduction: str, function: str, per_weight: bool = False
) -> Tensor:
    """The losses times their weights, joined; the mean is per loss, or ``per_weight``.

    Raises:
        ShapeError: if the weights do not fit the losses.
        DomainError: if the mean is per weight, and the weights add up to 0.
    """
    if weight is None:
        return joined(losses, reduction, function)
    factors = weights_for(losses, weight, function)
    if not per_weight:
        return joined(factors * losses, reduction, function)
    if factors.shape != losses.shape:
        raise ShapeError(f"{function}(): the weight has shape {factors.shape}, the losses {losses.shape}")
    return share(factors * losses, factors, reduction, function)


def share(losses: Tensor, weights: Tensor, reduction: str, function: str) -> Tensor:
    """Losses that carry their weights already, joined; "mean" divides by the sum of the weights.

    Raises:
        DomainError: for an unknown word, or if the weights add up to 0.
        ShapeError: if there is nothing to average.
    """
    if reduction != "mean" or not losses.size:
        return joined(losses, reduction, function)
    total = weights.sum()
    if total.item() == 0:
        raise DomainError(
            f"{function}(): the weights of all targets add up to 0 (every one is ignored or weighs nothing), "
            'and a weighted mean of them is undefined; reduction="sum" is not'
        )
    return losses.sum() / total


def weights_for(x: Tensor, weight: Any, function: str, name: str = "weight") -> Tensor:
    """Weights as a tensor of the dtype of ``x`` that broadcasts to it.

    Raises:
        ShapeError: if they do not broadcast.
        DtypeError: if they are no numbers.
    """
    factors = numbers_like(x, weight, function, name)
    try:
        fits = np.broadcast_shapes(factors.shape, x.shape) == x.shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(
            f"{function}(): `{name}` of shape {factors.shape} does not fit an input of shape {x.shape}"
        )
    return factors


def class_weights(x: Tensor, weight: Any, classes: int, function: str) -> Tensor:
    """A weight for each class, of the dtype of ``x``.

    Raises:
        ShapeError: if there are not as many as classes.
        DtypeError: if they are no numbers.
    """
    factors = numbers_like(x, weight, function, "weight")
    if factors.shape != (classes,):
        raise ShapeError(
            f"{function}(): `weight` of shape {factors.shape} has to be ({classes},), one for each class"
        )
    return factors


def numbers_like(x: Tensor, numbers: Any, function: str, name: str) -> Tensor:
    """Numbers as a tensor of the dtype of ``x``.

    Raises:
        DtypeError: for anything else.
        ShapeError: for rows of unequal lengths.
    """
    if isinstance(numbers, Tensor):
        return numbers if numbers.dtype == x.dtype else numbers.astype(x.dtype)
    return Tensor(array_of_numbers(f"{function}()", f"`{name}`", numbers), dtype=x.dtype)


def floating(input: Any, function: str) -> Tensor:
    """The input as a tensor of floating-point numbers."""
    x = input if isinstance(input, Tensor) else as_tensor(input, function)
    return x if x._raw.dtype.kind == "f" else x.astype(ac.default_dtype())


def beside(x: Tensor, target: Any, function: str, name: str = "target") -> Tensor:
    """Targets as a tensor: floating-point ones keep their dtype if they are one, all others take that of
    the outputs.

    Raises:
        DtypeError: if they are no numbers.
        ShapeError: for rows of unequal lengths.
    """
    if isinstance(target, Tensor):
        return target if target._raw.dtype.kind == "f" else target.astype(x.dtype)
    if not isinstance(target, np.ndarray):
        target = array_of_numbers(f"{function}()", f"the {name}", target)
    return Tensor(target, dtype=x._raw.dtype)


def two_alike(
    input: Any, target: Any, function: str, names: tuple[str, str] = ("input", "target")
) -> tuple[Tensor, Tensor]:
    """Both as tensors of floating-point numbers.

    Raises:
        ShapeError: if their shapes differ.
    """
    x = floating(input, function)
    y = beside(x, target, function, names[1])
    if x._raw.shape != y._raw.shape:
        raise ShapeError(
            f"{function}(): the {names[0]} has shape {x.shape}, the {names[1]} {y.shape}; "
            f"they have to be equal, {_made_equal(x.shape, y.shape, names)}"
        )
    return x, y


def _made_equal(x: tuple[int, ...], y: tuple[int, ...], names: tuple[str, str]) -> str:
    """How to get equal shapes; a column and a row would become a table of all their pairs."""
    for column, row, (one, other) in ((x, y, names), (y, x, names[::-1])):
        if column == (*row, 1):
            return f"write {one}.squeeze(-1), or {other}[..., None]"
    return "reshape one of them"


def signs_for(x: Tensor, target: Any, function: str) -> Tensor:
    """Targets 1 and -1, of the shape and dtype of ``x``.

    Raises:
        ShapeError: if there are not as many.
        DomainError: if one is neither 1 nor -1.
    """
    y = array_of_numbers(f"{function}()", "the target", target)
    if y.shape != x.shape:
        raise ShapeError(
            f"{function}(): needs targets of shape {x.shape}, got {y.shape}: "
            f"{_made_equal(x.shape, y.shape, ('input', 'target'))}"
        )
    advice = "; from labels 0 and 1 they are 2 * y - 1" if ((y == 0) | (y == 1)).all() else ""
    check_values(f"{function}()", "the target", y, (y == 1) | (y == -1), "be 1 or -1", advice)
    return Tensor(y, dtype=x.dtype)


def at_least_zero(x: Tensor) -> Tensor:
    """max(0, x) with the derivative 1 at 0: where a comparison is on its margin, it still pulls."""
    return ac.where(x.data < 0, 0.0, x)  # type: ignore[no-any-return]


def raised(x: Tensor, least: float) -> Tensor:
    """max(x, least), with the derivative 1 everywhere: what was raised can still be moved."""
    short = x.data < least
    return x + np.where(short, least - x.data, 0).astype(x.dtype) if short.any() else x
