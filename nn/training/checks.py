"""What a training refuses: parts that do not belong together, losses that are no number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_core import Node, Tensor
from autograd_core.errors import DomainError, DtypeError, GraphError, ShapeError

from ..module import Module
from ..optim import Optimizer
from .sources import Source

__all__: list[str] = []

Loss = Callable[[Any, Any], Any]


def one_number(value: Any) -> float:
    """The loss as a float.

    Raises:
        ShapeError: if it is not one number.
    """
    size = getattr(value, "size", None)
    if isinstance(value, Tensor) and size != 1:
        raise ShapeError(
            f"the loss has to be one number, got shape {value.shape}: let the function return the mean "
            "over the batch"
        )
    if not isinstance(value, Node | int | float | np.number):
        raise DtypeError(f"the loss has to be one number, got {value!r}")
    number: Any = value._raw if isinstance(value, Node) else value
    return float(np.asarray(number).item())


def axes_of(inputs: tuple[Any, ...], target: Any) -> list[int]:
    """How many axes each array of a batch has."""
    return [len(x.shape) for x in (*inputs, target) if isinstance(x, Tensor)]


def require_recorded(value: Any) -> None:
    """Gradients have to come back from the loss."""
    if not isinstance(value, Node):
        raise DtypeError(
            f"fit(): the loss function returned the plain number {value!r}, through which no gradient comes "
            "back; leave out item() and NumPy functions of .data"
        )
    if not value.requires_grad:
        raise GraphError(
            "fit(): the loss depends on no parameter that requires a gradient: are all frozen, or was "
            "something detached?"
        )


def check_loss(call: str, loss: Any) -> None:
    """A loss is a function, or a module that has been made."""
    if isinstance(loss, type) and issubclass(loss, Module):
        raise DtypeError(f"{call}: `loss` is the class {loss.__name__}; make one: loss=nn.{loss.__name__}()")
    if not callable(loss):
        raise DtypeError(f"{call}: `loss` has to be a function of (output, y), got {loss!r}")


def check_optimizer(optimizer: Any, model: Module, loss: Any) -> None:
    """An optimiser moves what belongs to the model, or to the loss."""
    if not isinstance(optimizer, Optimizer):
        raise DtypeError(
            f"fit(): `optimizer` has to be one of nn.optim, such as nn.Adam(model.parameters()), "
            f"got {optimizer!r}"
        )
    own = set(model.parameters()) | set(loss.parameters() if isinstance(loss, Module) else ())
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if parameter not in own:
                raise DomainError(
                    f"fit(): `optimizer` moves a parameter {parameter.label!r}, shape {parameter.shape}, "
                    "that is none of the model's: make it after the model, from model.parameters()"
                )


def check_alike(train: Source, validation: Source) -> None:
    """Samples to learn from and samples to validate with are of one shape."""
    if train.arrays is None or validation.arrays is None:
        return
    for name, ours, theirs in zip("xy", train.arrays, validation.arrays, strict=True):
        if ours.shape[1:] != theirs.shape[1:]:
            raise ShapeError(
                f"fit(): a sample of `validation` has {name} of shape {theirs.shape[1:]}, "
                f"one of `train` {ours.shape[1:]}"
            )
