"""What all losses as modules share."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import ClassVar

from ...checks import array_of_numbers
from ...functional.losses.reduction import REDUCTIONS, check_reduction
from ..applied import Applied

__all__ = ["Loss", "ReducedLoss"]

_WEIGHTS = ("weight", "pos_weight")


class Loss(Applied):
    """A loss function with its options, the ``reduction`` among them; weights are kept in the state.

    Raises:
        DomainError: for an unknown reduction.
        DtypeError: for weights that are no numbers.
    """

    reductions: ClassVar[Sequence[str]] = REDUCTIONS

    def __post_init__(self, inplace: bool = False) -> None:
        super().__post_init__()
        kind = type(self).__name__
        check_reduction(kind, self.__dict__["reduction"], self.reductions)
        for name in _WEIGHTS:
            weight = getattr(self, name, None)
            if weight is not None:
                array_of_numbers(kind, f"`{name}`", weight)
                self.register_buffer(name, weight)

    def extra_repr(self) -> str:
        """The options that are not the usual ones."""
        usual = {name: p.default for name, p in inspect.signature(type(self).__init__).parameters.items()}
        chosen = {name: getattr(self, name) for name in self._options if name not in _WEIGHTS}
        return ", ".join(f"{name}={value!r}" for name, value in chosen.items() if value != usual.get(name))


class ReducedLoss(Loss):
    """A loss whose first option is its ``reduction``."""

    reduction: str = "mean"
