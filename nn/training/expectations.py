"""Whether a loss is given what it expects, logits or probabilities or their logarithms, where the numbers or
the graph leave no doubt. With the wrong ones a model trains all the same, only badly.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core import Node, Tensor, ancestors

from .. import functional
from ..layers.applied import Applied

__all__: list[str] = []

_OF_LOGARITHMS = (functional.nll_loss,)
_OF_BINARY_LOGITS = (functional.binary_cross_entropy_with_logits, functional.multilabel_soft_margin_loss)
_PROBABILITIES = ("sigmoid", "softmax")
_REARRANGING = ("astype", "getitem", "reshape", "transpose")


def mistaken(loss: Callable[..., Any], output: Any, value: Node) -> str:
    """What is wrong with what the loss is given; empty if nothing is, or if that is not certain.

    Args:
        loss: a function or a layer.
        output: of the model, which ``loss`` was given.
        value: of the loss.
    """
    for node in ancestors([value]):
        if node.op is not None and node.op.name == "log_softmax":
            logits = node.parents[0]
            if logits.op is not None and _add_up(logits._raw, node.parameters["axis"][0]):
                return (
                    "the loss takes the softmax of numbers that are probabilities already, its rows add up "
                    "to 1: a second softmax flattens them, and gradients become small. Leave out the softmax "
                    "at the end of the model: cross_entropy takes logits"
                )
    function = _function(loss)
    if not isinstance(output, Tensor) or output.op is None or not output.ndim:
        return ""
    if any(function is inspect.unwrap(known) for known in _OF_LOGARITHMS):
        return _of_logarithms(output)
    source = output
    while source.op is not None and source.op.name in _REARRANGING and len(source.parents) == 1:
        source = source.parents[0]  # type: ignore[assignment]
    made_by = source.op.name if source.op is not None else ""
    if made_by in _PROBABILITIES and any(function is inspect.unwrap(known) for known in _OF_BINARY_LOGITS):
        return (
            f"{function.__name__} takes logits, but the model ends with a {made_by}: the probabilities that "
            f"the loss makes of its numbers lie between 0.5 and 0.73. Leave out the {made_by}, or take "
            "binary_cross_entropy"
        )
    return ""


def _of_logarithms(output: Tensor) -> str:
    axis = 1 if output.ndim > 1 else 0
    if _add_up(output._raw, axis):
        return (
            "nll_loss takes logarithms of probabilities, but the model gives probabilities, its rows add up "
            "to 1: take log_softmax in place of softmax"
        )
    with np.errstate(over="ignore"):
        total = np.exp(output._raw).sum(axis=axis)
    if output._raw.shape[axis] > 1 and (np.abs(total - 1) > 0.01).all():
        return (
            "nll_loss takes logarithms of probabilities, but exp of the model's rows does not add up to 1 "
            f"(in the first to {np.ravel(total)[0]:.4g}): end the model with log_softmax, or take "
            "cross_entropy, which takes logits"
        )
    return ""


def _add_up(rows: Any, axis: int) -> bool:
    """Whether rows are probabilities: none is negative, each adds up to 1."""
    close = float(np.sqrt(np.finfo(rows.dtype).eps))
    return bool(
        rows.size
        and rows.shape[axis] > 1
        and rows.min() >= 0
        and (np.abs(rows.sum(axis=axis) - 1) < close).all()
    )


def _function(loss: Callable[..., Any]) -> Any:
    """The function behind a layer, a partial call or a wrapper."""
    while isinstance(loss, functools.partial):
        loss = loss.func
    return inspect.unwrap(type(loss).function if isinstance(loss, Applied) else loss)
