"""An array that is put together from parts at places that are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .gathering import NOWHERE, Places
from .program import Array

__all__ = ["Assembly"]


class Assembly:
    """Zeros with parts at their places, of which none occurs twice in a part; a product that takes ``out=``.

    Attributes:
        places: of each part.
        size: the length of the result's first axis.
        alone: for each part whether none of its places belongs to a part before it.
        full: whether the parts leave no place empty.
    """

    __name__ = "assemble"

    def __init__(self, places: Sequence[Places], size: int) -> None:
        self.places, self.size = list(places), size
        taken, self.alone = np.zeros(size, bool), []
        for each in self.places:
            there = each.index[each.index != NOWHERE]
            self.alone.append(not taken[there].any())
            taken[there] = True
        self.full = bool(taken.all())

    def __call__(self, *parts: Array, out: Array | None = None) -> Array:
        """The parts in their places."""
        if out is None:
            behind = parts[0].shape[self.places[0].index.ndim :]
            out = np.empty((self.size, *behind), parts[0].dtype)
        if not self.full:
            out.fill(0)
        for part, places, alone in zip(parts, self.places, self.alone, strict=True):
            if alone:
                places.fill(out, part)
            else:
                places.add(out, part)
        return out
