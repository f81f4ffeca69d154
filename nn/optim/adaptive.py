"""A rate of its own for every parameter, from the size of its gradients: Adagrad, RMSprop, Adadelta."""

from __future__ import annotations

from dataclasses import InitVar

import numpy as np

from ..checks import check_decay, check_flag, check_not_negative
from .groups import Group
from .optimizer import Optimizer, Piece
from .options import option

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


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
    >>> optimizer = nn.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.9
    """

    lr: InitVar[float] = option(check_not_negative, default=0.01)
    lr_decay: InitVar[float] = option(check_not_negative, default=0.0)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    initial_accumulator_value: InitVar[float] = option(check_not_negative, default=0.0)
    eps: InitVar[float] = option(check_not_negative, default=1e-10)
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)

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
    >>> optimizer = nn.RMSprop([w], lr=0.01, alpha=0.99)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.9
    """

    lr: InitVar[float] = option(check_not_negative, default=0.01)
    alpha: InitVar[float] = option(check_decay, default=0.99)
    eps: InitVar[float] = option(check_not_negative, default=1e-8)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    momentum: InitVar[float] = option(check_not_negative, default=0.0)
    centered: InitVar[bool] = option(check_flag, default=False)
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)

    _fading = ("square_avg", "grad_avg", "momentum_buffer")

    def _keeps(self, group: Group) -> dict[str, float]:
        wanted = {"square_avg": True, "momentum_buffer": group["momentum"] > 0, "grad_avg": group["centered"]}
        return {name: 0.0 for name, needed in wanted.items() if needed}

    def _update(self, group: Group, piece: Piece) -> None:
        g, scratch, rho = piece.gradient, piece.scratch, group["alpha"]
        size = piece.move_average("square_avg", np.multiply(g, g, out=scratch), rho)
        if group["centered"]:
            mean = piece.move_average("grad_avg", g, rho)
            size = np.subtract(size, np.multiply(mean, mean, out=scratch), out=scratch)
        np.sqrt(size, out=scratch)
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
    >>> optimizer = nn.Adadelta([w])
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.996838
    """

    lr: InitVar[float] = option(check_not_negative, default=1.0)
    rho: InitVar[float] = option(check_decay, default=0.9)
    eps: InitVar[float] = option(check_not_negative, default=1e-6)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)

    _fading = ("square_avg", "acc_delta")

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"square_avg": 0.0, "acc_delta": 0.0}

    def _update(self, group: Group, piece: Piece) -> None:
        g, scratch, rho, eps = piece.gradient, piece.scratch, group["rho"], group["eps"]
        square = piece.move_average("square_avg", np.multiply(g, g, out=scratch), rho)
        g *= np.sqrt(np.add(piece.kept["acc_delta"], eps, out=scratch), out=scratch)
        g /= np.sqrt(np.add(square, eps, out=scratch), out=scratch)
        piece.move_average("acc_delta", np.multiply(g, g, out=scratch), rho)
        piece.data -= np.multiply(g, group["lr"], out=scratch)
