"""A bar for every epoch, where tqdm is installed; a line for every epoch where it is not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

__all__: list[str] = []


class Progress:
    """What the reader sees while a model learns.

    Args:
        shown: False for silence.
        epochs: how many there will be.
    """

    def __init__(self, shown: bool, epochs: int) -> None:
        self.shown, self.epochs = shown, epochs
        self._make = _tqdm() if shown else None
        self._bar: Any = None
        self._title = ""

    def begin(self, epoch: int, batches: int) -> None:
        """An epoch of so many batches begins; 0 if their number is not known."""
        self._title = f"Epoch {epoch}/{self.epochs}"
        if self._make is not None:
            self._bar = self._make(total=batches or None, desc=self._title, unit="batch")

    def batch(self, loss: float) -> None:
        """A batch is done, with this mean loss so far."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"loss={loss:.4g}", refresh=False)
            self._bar.update()

    def end(self, numbers: Mapping[str, Any]) -> None:
        """The epoch is done, with these numbers."""
        told = ", ".join(f"{name}={x:.4g}" for name, x in numbers.items() if isinstance(x, int | float))
        if self._bar is not None:
            self._bar.set_postfix_str(told)
        elif self.shown:
            print(f"{self._title}: {told}", file=sys.stderr)
        self.close()

    def tell(self, line: str) -> None:
        """Something that is worth a line."""
        if self.shown:
            print(line, file=sys.stderr)

    def close(self) -> None:
        """No bar stays open."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _tqdm() -> Any:
    """None if it is not installed: lines do instead."""
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm
