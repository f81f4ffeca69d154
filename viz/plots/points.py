"""A model at points of the plane, however it takes them: all at once, by coordinates, or one by one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd_core import ShapeError, Value

from .canvas import Array, numbers

_MISFITS = (TypeError, ValueError, IndexError, AttributeError, ArithmeticError)
"""What a function raises that is made for points of another form."""

Way = tuple[str, Callable[[Array], Any]]


class Asked:
    """Asks a model, in the way in which it has answered first.

    Attributes:
        one_by_one: whether it takes one point at a time.
    """

    def __init__(self, operation: str, model: Callable[..., Any]) -> None:
        self._operation, self._model = operation, model
        self._ways = list(self._possible())
        self.one_by_one = False

    def find(self, points: Array) -> None:
        """Settle on a way, with a few points.

        Raises:
            ShapeError: if the model gives nothing that is one row for each point; or what the model itself
                raises, with a note of what else was tried.
        """
        failed: list[tuple[str, Exception]] = []
        for told, ask in self._ways:
            try:
                self._checked(ask(points), len(points))
            except _MISFITS as error:
                failed.append((told, error))
                continue
            self._ways = [(told, ask)]
            self.one_by_one = "one by one" in told
            return
        (_, first), *others = failed
        for told, reason in others:
            first.add_note(f"{self._operation}() has also tried {told}: {reason}")
        raise first

    def __call__(self, points: Array) -> Array:
        """(n, K) for (n, 2) points."""
        return self._checked(self._ways[0][1](points), len(points))

    def _possible(self) -> Iterator[Way]:
        """A module takes a batch; a function, points as a batch or one by one, or their two coordinates."""
        model = self._model
        count = 1 if hasattr(model, "named_parameters") else _required(model)
        if count != 2:
            yield "(n, 2) points", model
            if not hasattr(model, "named_parameters"):
                yield "points one by one", lambda p: [model([a, b]) for a, b in p.tolist()]
                yield (
                    "points of two Values one by one",
                    lambda p: [model([Value(a), Value(b)]) for a, b in p.tolist()],
                )
        if count in (2, None):
            yield "the two coordinates as arrays", lambda p: model(p[:, 0], p[:, 1])
            yield "the two coordinates one by one", lambda p: [model(a, b) for a, b in p.tolist()]
            yield "two Values one by one", lambda p: [model(Value(a), Value(b)) for a, b in p.tolist()]

    def _checked(self, given: Any, count: int) -> Array:
        if isinstance(given, list):
            given = [list(row) if isinstance(row, tuple) else row for row in given]
        array = numbers(self._operation, "the model's output", given)
        if array.ndim == 1:
            array = array[:, None]
        if array.ndim != 2 or len(array) != count:
            raise ShapeError(
                f"{self._operation}(): the model has to give ({count},) or ({count}, K) for {count} points, "
                f"got {np.shape(given)}"
            )
        return array.astype(float)


def _required(model: Callable[..., Any]) -> int | None:
    """How many arguments a function needs; None where Python does not know."""
    try:
        parameters = inspect.signature(model).parameters.values()
    except (TypeError, ValueError):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in positional and p.default is inspect.Parameter.empty for p in parameters)
