"""A rate of its own for every parameter, from the size of its gradients: Adagrad, RMSprop, Adadelta."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .optimizer import Array, Optimizer, Parameters, Piece
from .options import (
    Check,
    Group,
    flag,
    fraction,
    not_negative,
)

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


def move_average(average: Array, new: Array, keep: float, scratch: Array) -> None:
    """Move a running average in place, keep × average + (1 - keep) × new; ``new`` may be ``scratch``."""
    average *= keep
    average += np.multiply(new, 1 - keep, out=scratch)


class Adagrad(Optimizer):
    """Adagrad: S <- S + g², w <- w - α g / (√S + ε), the rate α falling as α / (1 + (t - 1) δ).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        lr_decay: δ.
        weight_decay: adds weight_decay × w to the gradients.
        initial_accumulator_value: where S begins.
        eps: ε.
        maximize: go up instead of down.

    Raises:
        DomainError: for a negative or undefined number.

    Source: Duchi, Hazan and Singer (2011), "Adaptive subgradient methods for online learning and
    stochastic optimization".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimiser = nn.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimiser.step()
    >>> round(w.item(), 6)
    0.9
    """

    _checks: ClassVar[dict[str, Check]] = {
        "lr_decay": not_negative,
        "initial_accumulator_value": not_negative,
        "eps": not_negative,
    }

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"sum": group["initial_accumulator_value"]}

    def _update(self, group: Group, piece: Piece) -> None:
        g, total, scratch = piece.gradient, piece.kept["sum"], piece.scratch
        rate = group["lr"] / (1 + (piece.numbers["step"] - 1) * group["lr_decay"])
        total += np.multiply(g, g, out=scratch)
        np.sqrt(total, out=scratch)
        scratch += group["eps"]
        g /= scratch
        g *= rate
        piece.data -= g


class RMSprop(Optimizer):
    """RMSprop: S <- ρ S + (1 - ρ) g², w <- w - α g / (√S + ε); S less (mean g)² if centred.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        alpha: ρ, the weight of the past in the moving averages.
        eps: ε.
        weight_decay: adds weight_decay × w to the gradients.
        momentum: β; with it V <- β V + g / (√S + ε) and w <- w - α V.
        centered: divide by the standard deviation of the gradients rather than their size.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Tieleman and Hinton (2012), "Lecture 6.5: rmsprop"; centred: Graves (2013), "Generating
    sequences with recurrent neural networks", eq. 38-45.

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimiser = nn.RMSprop([w], lr=0.01, alpha=0.99)
    >>> (w * w).sum().backward()
    >>> optimiser.step()
    >>> round(w.item(), 6)
    0.9
    """

    _checks: ClassVar[dict[str, Check]] = {
        "alpha": fraction,
        "eps": not_negative,
        "momentum": not_negative,
        "centered": flag,
    }

    def __init__(
        self,
        params: Parameters,
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _keeps(self, group: Group) -> dict[str, float]:
        wanted = {"square_avg": True, "momentum_buffer": group["momentum"] > 0, "grad_avg": group["centered"]}
        return {name: 0.0 for name, needed in wanted.items() if needed}

    def _update(self, group: Group, piece: Piece) -> None:
        g, square, scratch, rho = piece.gradient, piece.kept["square_avg"], piece.scratch, group["alpha"]
        move_average(square, np.multiply(g, g, out=scratch), rho, scratch)
        if group["centered"]:
            mean = piece.kept["grad_avg"]
            move_average(mean, g, rho, scratch)
            np.subtract(square, np.multiply(mean, mean, out=scratch), out=scratch)
            np.sqrt(scratch, out=scratch)
        else:
            np.sqrt(square, out=scratch)
        scratch += group["eps"]
        g /= scratch
        if group["momentum"]:
            velocity = piece.kept["momentum_buffer"]
            velocity *= group["momentum"]
            velocity += g
            g = velocity
        piece.data -= np.multiply(g, group["lr"], out=scratch)


class Adadelta(Optimizer):
    """Adadelta: S <- ρ S + (1 - ρ) g², Δ = √(D + ε) / √(S + ε) g, D <- ρ D + (1 - ρ) Δ², w <- w - α Δ.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α, 1 in the article.
        rho: ρ, the weight of the past in the moving averages.
        eps: ε.
        weight_decay: adds weight_decay × w to the gradients.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Zeiler (2012), "ADADELTA: an adaptive learning rate method", algorithm 1.

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimiser = nn.Adadelta([w])
    >>> (w * w).sum().backward()
    >>> optimiser.step()
    >>> round(w.item(), 6)
    0.996838
    """

    _checks: ClassVar[dict[str, Check]] = {"rho": fraction, "eps": not_negative}

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize}
        super().__init__(params, options)

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"square_avg": 0.0, "acc_delta": 0.0}

    def _update(self, group: Group, piece: Piece) -> None:
        g, scratch, rho, eps = piece.gradient, piece.scratch, group["rho"], group["eps"]
        square, moved = piece.kept["square_avg"], piece.kept["acc_delta"]
        move_average(square, np.multiply(g, g, out=scratch), rho, scratch)
        g *= np.sqrt(np.add(moved, eps, out=scratch), out=scratch)
        g /= np.sqrt(np.add(square, eps, out=scratch), out=scratch)
        move_average(moved, np.multiply(g, g, out=scratch), rho, scratch)
        piece.data -= np.multiply(g, group["lr"], out=scratch)
