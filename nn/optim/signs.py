"""Steps from the signs of the gradients: Rprop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar
from typing import Any

import numpy as np

from autograd_core.errors import DomainError, DtypeError

from ..checks import check_flag, check_not_negative, is_number
from .groups import Group
from .optimizer import Optimizer, Piece
from .options import option

__all__ = ["Rprop"]


def check_pair(place: str, **options: Any) -> None:
    """Two numbers.

    Raises:
        DtypeError: if it is something else.
    """
    for name, pair in options.items():
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not all(is_number(x) for x in pair):
            raise DtypeError(f"{place}: `{name}` has to be two numbers, got {pair!r}")


class Rprop(Optimizer):
    """Rprop: w <- w - Δ sign(g); Δ grows by η⁺ while the sign of g stays, and shrinks by η⁻ when it changes.

    After a change of the sign the number stays where it is for one step. For whole data sets, not for
    mini-batches, whose gradients change their signs by chance.

    Args:
        params: the parameters, or groups of them.
        lr: the first Δ.
        etas: η⁻ and η⁺.
        step_sizes: the smallest and the largest Δ.
        maximize: go up instead of down.

    Raises:
        DomainError: for a negative number, or factors that do not shrink and grow.

    Source: Riedmiller and Braun (1993), "A direct adaptive method for faster backpropagation learning: the
    RPROP algorithm".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimizer = nn.Rprop([w], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> round(w.item(), 6)
    0.78
    """

    lr: InitVar[float] = option(check_not_negative, default=0.01)
    etas: InitVar[tuple[float, float]] = option(check_pair, default=(0.5, 1.2))
    step_sizes: InitVar[tuple[float, float]] = option(check_pair, default=(1e-6, 50))
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)

    def _check(self, options: Mapping[str, Any]) -> None:
        super()._check(options)
        if not 0 < options["etas"][0] < 1 < options["etas"][1]:
            raise DomainError(
                f"Rprop: `etas` (={options['etas']!r}) has to be a factor below 1 and one above"
            )

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"prev": 0.0, "step_size": group["lr"]}

    def _update(self, group: Group, piece: Piece) -> None:
        g, scratch, (shrink, grow) = piece.gradient, piece.scratch, group["etas"]
        before, size = piece.kept["prev"], piece.kept["step_size"]
        agreement = np.multiply(g, before, out=scratch)
        size[agreement > 0] *= grow
        turned = agreement < 0
        size[turned] *= shrink
        np.clip(size, *group["step_sizes"], out=size)
        g[turned] = 0
        before[...] = g
        piece.data -= np.multiply(np.sign(g, out=g), size, out=scratch)
