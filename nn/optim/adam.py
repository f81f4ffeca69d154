"""Momentum and a rate of its own for every parameter: Adam and its relatives."""

from __future__ import annotations

import math
from dataclasses import InitVar
from typing import Any

import numpy as np

from autograd_core.errors import DtypeError

from ..checks import check_decay, check_flag, check_not_negative
from .groups import Group
from .optimizer import Optimizer, Piece
from .options import option

__all__ = ["Adam", "AdamW", "Adamax", "NAdam", "RAdam"]

Betas = tuple[float, float]


def check_betas(place: str, *, betas: Any) -> None:
    """The two weights of the past, of the gradient and of its square.

    Raises:
        DtypeError: if they are not two numbers.
        DomainError: if one is not from 0 and below 1.
    """
    if not isinstance(betas, tuple | list) or len(betas) != 2:
        raise DtypeError(f"{place}: `betas` has to be two numbers, (β1, β2), got {betas!r}")
    for i, beta in enumerate(betas):
        check_decay(place, **{f"betas[{i}]": beta})


class _Moments(Optimizer):
    """Moving averages of the gradient, M <- β1 M + (1 - β1) g, and of its square, S <- β2 S + (1 - β2) g²."""

    lr: InitVar[float] = option(check_not_negative, default=0.001)
    betas: InitVar[Betas] = option(check_betas, default=(0.9, 0.999))
    eps: InitVar[float] = option(check_not_negative, default=1e-8)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)

    _fading = ("exp_avg", "exp_avg_sq")

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"exp_avg": 0.0, "exp_avg_sq": 0.0}

    def _move_moments(self, group: Group, piece: Piece) -> tuple[float, float]:
        """Move both averages; returns how far they are from their start, 1 - β1^t and 1 - β2^t."""
        (first, second), g, step = group["betas"], piece.gradient, piece.numbers["step"]
        piece.move_average("exp_avg", g, first)
        piece.move_average("exp_avg_sq", np.multiply(g, g, out=piece.scratch), second)
        return 1 - first**step, 1 - second**step


class Adam(_Moments):
    """Adam: w <- w - α M̂ / (√Ŝ + ε) with the averages M̂ = M / (1 - β1^t) and Ŝ = S / (1 - β2^t).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        betas: β1 and β2, the weights of the past in M <- β1 M + (1 - β1) g, S <- β2 S + (1 - β2) g².
        eps: ε.
        weight_decay: adds weight_decay × w to the gradients.
        amsgrad: divide by the largest S so far (Reddi et al. 2018).
        maximize: go up instead of down.
        decoupled_weight_decay: shrink the parameters themselves, w <- (1 - α λ) w, as :class:`AdamW`.

    Raises:
        DomainError: for a number out of its range.

    Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 1; Reddi, Kale
    and Kumar (2018), "On the convergence of Adam and beyond".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.9
    """

    amsgrad: InitVar[bool] = option(check_flag, default=False)
    decoupled_weight_decay: InitVar[bool] = option(check_flag, default=False, kw_only=True)

    def _keeps(self, group: Group) -> dict[str, float]:
        return super()._keeps(group) | ({"max_exp_avg_sq": 0.0} if group["amsgrad"] else {})

    def _update(self, group: Group, piece: Piece) -> None:
        first, second = self._move_moments(group, piece)
        square, scratch = piece.kept["exp_avg_sq"], piece.scratch
        if group["amsgrad"]:
            square = np.maximum(piece.kept["max_exp_avg_sq"], square, out=piece.kept["max_exp_avg_sq"])
        np.sqrt(square, out=scratch)
        scratch /= math.sqrt(second)
        scratch += group["eps"]
        step = np.divide(piece.kept["exp_avg"], scratch, out=scratch)
        step *= group["lr"] / first
        piece.data -= step


class AdamW(Adam):
    """Adam whose decay shrinks the parameters themselves, w <- (1 - α λ) w, rather than the gradients.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        betas: β1 and β2.
        eps: ε.
        weight_decay: λ.
        amsgrad: divide by the largest average square so far.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Loshchilov and Hutter (2019), "Decoupled weight decay regularization", algorithm 2.

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.85
    """

    weight_decay: InitVar[float] = option(check_not_negative, default=0.01)
    decoupled_weight_decay: InitVar[bool] = option(check_flag, default=True, init=False)


class Adamax(_Moments):
    """Adam with the largest gradient in place of the mean square: U <- max(β2 U, |g| + ε), w <- w - α M̂ / U.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        betas: β1 and β2.
        eps: ε.
        weight_decay: adds weight_decay × w to the gradients.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization", algorithm 2.

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.9
    """

    lr: InitVar[float] = option(check_not_negative, default=0.002)

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"exp_avg": 0.0, "exp_inf": 0.0}

    def _update(self, group: Group, piece: Piece) -> None:
        (first, second), g, scratch = group["betas"], piece.gradient, piece.scratch
        mean, largest = piece.move_average("exp_avg", g, first), piece.kept["exp_inf"]
        largest *= second
        np.abs(g, out=scratch)
        scratch += group["eps"]
        np.maximum(largest, scratch, out=largest)
        step = np.divide(mean, largest, out=scratch)
        step *= group["lr"] / (1 - first ** piece.numbers["step"])
        piece.data -= step


class NAdam(_Moments):
    """Adam that looks ahead as Nesterov's momentum does, with a momentum μ_t that grows towards β1.

    w <- w - α (μ_{t+1} M / (1 - Π μ) + (1 - μ_t) g / (1 - Π μ)) / (√Ŝ + ε),
    μ_t = β1 (1 - 0.96^(t ψ) / 2); the products run to t + 1 and t.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        betas: β1 and β2.
        eps: ε.
        weight_decay: adds weight_decay × w to the gradients.
        momentum_decay: ψ.
        decoupled_weight_decay: shrink the parameters themselves, as :class:`AdamW`.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Dozat (2016), "Incorporating Nesterov momentum into Adam".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.NAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 4)
    0.8944
    """

    lr: InitVar[float] = option(check_not_negative, default=0.002)
    momentum_decay: InitVar[float] = option(check_not_negative, default=0.004)
    decoupled_weight_decay: InitVar[bool] = option(check_flag, default=False)

    def _begin(self) -> dict[str, float]:
        return {"step": 0, "mu_product": 1.0}

    def _advance(self, group: Group, numbers: dict[str, float]) -> None:
        super()._advance(group, numbers)
        numbers["mu_product"] *= self._mu(group, numbers["step"])

    @staticmethod
    def _mu(group: Group, step: float) -> float:
        mu: float = group["betas"][0] * (1 - 0.5 * 0.96 ** (step * group["momentum_decay"]))
        return mu

    def _update(self, group: Group, piece: Piece) -> None:
        _, second = self._move_moments(group, piece)
        step, product = piece.numbers["step"], piece.numbers["mu_product"]
        g, scratch = piece.gradient, piece.scratch
        now, ahead = self._mu(group, step), self._mu(group, step + 1)
        g *= (1 - now) / (1 - product)
        g += np.multiply(piece.kept["exp_avg"], ahead / (1 - product * ahead), out=scratch)
        np.divide(piece.kept["exp_avg_sq"], second, out=scratch)
        np.sqrt(scratch, out=scratch)
        scratch += group["eps"]
        g /= scratch
        g *= group["lr"]
        piece.data -= g


class RAdam(_Moments):
    """Adam that waits with its adaptive rates until the average square is known well enough.

    With ρ_∞ = 2 / (1 - β2) - 1 and ρ_t = ρ_∞ - 2 t β2^t / (1 - β2^t): w <- w - α M̂ while ρ_t <= 5, and
    w <- w - α r M̂ / √Ŝ after, r² = (ρ_t - 4)(ρ_t - 2) ρ_∞ / ((ρ_∞ - 4)(ρ_∞ - 2) ρ_t).

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate α.
        betas: β1 and β2.
        eps: ε.
        weight_decay: adds weight_decay × w to the gradients.
        decoupled_weight_decay: shrink the parameters themselves, as :class:`AdamW`.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Liu et al. (2020), "On the variance of the adaptive learning rate and beyond", algorithm 2.

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.RAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.8
    """

    decoupled_weight_decay: InitVar[bool] = option(check_flag, default=False)

    def _update(self, group: Group, piece: Piece) -> None:
        first, second = self._move_moments(group, piece)
        beta, step, scratch = group["betas"][1], piece.numbers["step"], piece.scratch
        limit = 2 / (1 - beta) - 1
        length = limit - 2 * step * beta**step / second
        np.multiply(piece.kept["exp_avg"], group["lr"] / first, out=scratch)
        if length > 5:
            # the gradient is no longer needed: its place takes the divisor
            size = np.sqrt(piece.kept["exp_avg_sq"], out=piece.gradient)
            size += group["eps"]
            scratch /= size
            rectified = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
            scratch *= math.sqrt(rectified) * math.sqrt(second)
        piece.data -= scratch
