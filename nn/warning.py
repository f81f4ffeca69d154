"""Warnings, told at the line of the user's program that they are about."""

from __future__ import annotations

import sys
import warnings

_OURS = ("nn.", "autograd_core.")


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside this library that led here."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).startswith(_OURS):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
