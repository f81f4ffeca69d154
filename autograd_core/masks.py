"""Masked arrays: they stay outside the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import DtypeError


def check_unmasked(x: Any, owner: str) -> None:
    """Refuse masked arrays, also in a list: a graph has no masks, and theirs would be dropped silently.

    Raises:
        DtypeError: for a masked array.
    """
    if type(x) is np.ndarray:
        return
    if isinstance(x, list | tuple) and x and isinstance(x[0], np.ndarray | list | tuple):
        for part in x:
            check_unmasked(part, owner)
    elif isinstance(x, np.ndarray) and isinstance(x, np.ma.MaskedArray):
        raise DtypeError(
            f"{owner} got a masked array of shape {x.shape}, whose mask would be dropped without a word: "
            "fill it, x.filled(0.0), or choose with where(x.mask, other, x.filled(0.0))"
        )
