"""Gradient descent: with momentum, and averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar
from typing import Any

import numpy as np

from autograd_core.errors import DomainError

from ..checks import check_flag, check_not_negative, check_word
from .groups import Group
from .optimizer import Optimizer, Piece
from .options import option

__all__ = ["ASGD", "SGD"]


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

    Raises:
        DomainError: for a negative or undefined number, an unknown option, or a parameter given twice.
        DtypeError: for something that is no parameter.
        ShapeError: if there are no parameters.

    Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Sutskever
    et al. (2013), "On the importance of initialization and momentum in deep learning".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter([0.8], requires_grad=True)
    """

    lr: InitVar[float] = option(check_not_negative)
    momentum: InitVar[float] = option(check_not_negative, default=0.0)
    dampening: InitVar[float] = option(check_not_negative, default=0.0)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    nesterov: InitVar[bool] = option(check_flag, default=False)
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)
    l2: InitVar[float] = option(check_not_negative, default=0.0, kw_only=True)
    momentum_form: InitVar[str] = option(check_word, ("sum", "average"), default="sum", kw_only=True)

    _fading = ("momentum_buffer",)

    def _check(self, options: Mapping[str, Any]) -> None:
        super()._check(options)
        momentum, dampening, nesterov = (options[name] for name in ("momentum", "dampening", "nesterov"))
        if options["momentum_form"] == "average" and (momentum >= 1 or dampening or nesterov):
            raise DomainError(
                "SGD: `momentum_form` (='average') needs `momentum` below 1, no `dampening` and no `nesterov`"
            )
        if nesterov and (not momentum or dampening):
            raise DomainError("SGD: `nesterov` needs a `momentum` and no `dampening`")

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"momentum_buffer": 0.0} if group["momentum"] else {}

    def _update(self, group: Group, piece: Piece) -> None:
        g, scratch, beta = piece.gradient, piece.scratch, group["momentum"]
        if beta:
            v, average = piece.kept["momentum_buffer"], group["momentum_form"] == "average"
            first = piece.numbers["step"] == 1
            fresh: Any = 1 - (beta if average else group["dampening"])
            v *= beta
            v += g if fresh == 1 or (first and not average) else np.multiply(g, fresh, out=scratch)
            if group["nesterov"]:
                g += np.multiply(v, beta, out=scratch)
            else:
                g = v
        piece.data -= np.multiply(g, group["lr"], out=scratch)


class ASGD(Optimizer):
    """Averaged gradient descent: w <- (1 - λ η) w - η g, with the mean of all w after step t0 in the state.

    The rate falls as η = α / (1 + λ α t)^κ; the mean is ``state_dict()["state"][i]["ax"]``.

    Args:
        params: the parameters, or groups of them.
        lr: the first rate α.
        lambd: λ, the decay.
        alpha: κ, the power.
        t0: the step after which the mean begins; until then it is w.
        weight_decay: adds weight_decay × w to the gradients.
        maximize: go up instead of down.

    Raises:
        DomainError: for a negative or undefined number.

    Source: Polyak and Juditsky (1992), "Acceleration of stochastic approximation by averaging"; Bottou
    (2012), "Stochastic gradient descent tricks", section 5.3.

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.ASGD([w], lr=0.1, lambd=0.0)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.8
    """

    lr: InitVar[float] = option(check_not_negative, default=0.01)
    lambd: InitVar[float] = option(check_not_negative, default=1e-4)
    alpha: InitVar[float] = option(check_not_negative, default=0.75)
    t0: InitVar[float] = option(check_not_negative, default=1e6)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    maximize: InitVar[bool] = option(check_flag, default=False)

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"ax": 0.0}

    def _begin(self) -> dict[str, float]:
        return {"step": 0, "eta": 0.0, "mu": 1.0}

    def _advance(self, group: Group, numbers: dict[str, float]) -> None:
        super()._advance(group, numbers)
        if numbers["step"] == 1:
            numbers["eta"] = group["lr"]

    def _update(self, group: Group, piece: Piece) -> None:
        w, scratch, mean = piece.data, piece.scratch, piece.kept["ax"]
        eta, mu = piece.numbers["eta"], piece.numbers["mu"]
        w *= 1 - group["lambd"] * eta
        w -= np.multiply(piece.gradient, eta, out=scratch)
        if mu == 1:
            mean[...] = w
        else:
            mean += np.multiply(np.subtract(w, mean, out=scratch), mu, out=scratch)

    def _finish(self, group: Group, numbers: dict[str, float]) -> None:
        lr, step = group["lr"], numbers["step"]
        numbers["eta"] = lr / (1 + group["lambd"] * lr * step) ** group["alpha"]
        numbers["mu"] = 1 / max(1, step - group["t0"])
