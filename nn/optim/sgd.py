"""Gradient descent with momentum."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd_core.errors import DomainError

from .optimizer import Optimizer, Parameters, Piece
from .options import Check, Group, flag, not_negative

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent, w <- w - α g, with momentum if wanted.

    With ``momentum_form="sum"``, PyTorch's, the velocity adds up gradients, V <- β V + (1 - τ) g (the
    first time V <- g); with ``"average"``, the lecture's, it is their moving average,
    V <- β V + (1 - β) g from V = 0. Then w <- w - α V: the sum takes steps 1 / (1 - β) times as long.

    Args:
        params: the parameters; or a list of groups, dictionaries with "params" and any of the
            options below, which then hold for the group.
        lr: the learning rate α.
        momentum: β.
        dampening: τ.
        weight_decay: adds weight_decay × w to the gradient of every parameter, as PyTorch does.
        nesterov: look ahead, g + β V in place of V.
        maximize: go up instead of down.
        l2: adds l2 × w to the gradients of weights only: the ridge penalty l2/2 Σ W², see
            :func:`nn.l2_penalty`.
        momentum_form: "sum" or "average".

    Attributes:
        param_groups: the groups; ``param_groups[0]["lr"]`` may be changed between steps.

    Raises:
        DomainError: for a negative or undefined number, an unknown option, or a parameter given twice.
        DtypeError: for something that is no parameter.
        ShapeError: if there are no parameters.

    Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Sutskever
    et al. (2013), "On the importance of initialization and momentum in deep learning".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimiser = nn.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimiser.step()
    >>> w
    Parameter([0.8], requires_grad=True)
    """

    _checks: ClassVar[dict[str, Check]] = {
        "momentum": not_negative,
        "l2": not_negative,
        "dampening": not_negative,
        "nesterov": flag,
    }

    def __init__(
        self,
        params: Parameters,
        lr: float,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        l2: float = 0.0,
        momentum_form: str = "sum",
    ) -> None:
        options = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
            "l2": l2,
            "momentum_form": momentum_form,
        }
        super().__init__(params, options)

    def _check(self, group: Group) -> None:
        super()._check(group)
        form = group["momentum_form"]
        if form not in ("sum", "average"):
            raise DomainError(f"SGD: `momentum_form` (={form!r}) has to be 'sum' or 'average'")
        if form == "average" and (group["momentum"] >= 1 or group["dampening"] or group["nesterov"]):
            raise DomainError(
                "SGD: `momentum_form` (='average') needs `momentum` below 1, no `dampening` and no `nesterov`"
            )
        if group["nesterov"] and (not group["momentum"] or group["dampening"]):
            raise DomainError("SGD: `nesterov` needs a `momentum` and no `dampening`")

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"momentum_buffer": 0.0} if group["momentum"] else {}

    def _update(self, group: Group, piece: Piece) -> None:
        beta, average, g, scratch = (
            group["momentum"],
            group["momentum_form"] == "average",
            piece.gradient,
            piece.scratch,
        )
        if beta:
            v, first = piece.kept["momentum_buffer"], piece.numbers["step"] == 1
            fresh: Any = 1 - (beta if average else group["dampening"])
            v *= beta
            v += g if fresh == 1 or (first and not average) else np.multiply(g, fresh, out=scratch)
            if group["nesterov"]:
                g += np.multiply(v, beta, out=scratch)
            else:
                g = v
        piece.data -= np.multiply(g, group["lr"], out=scratch)
