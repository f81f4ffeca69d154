"""An exercise: what is asked, kept in one object, for a notebook and for those who grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .check import check
from .questions import Kind
from .report import CheckReport

__all__ = ["Exercise"]


@dataclass(frozen=True)
class Exercise:
    """What :func:`check` is to be asked of a solution, with a name and points.

    Attributes:
        name: of the exercise, which is that of the function that students write.
        reference: the right function, or layer.
        inputs: at which it is asked; see :func:`check`.
        kind: "function", "gradient", "jacobian", "rule" or "layer".
        argnums: the arguments to differentiate by.
        points: for a right solution.
        samples: at so many random inputs besides.
        tolerance: the largest relative error allowed.
        seconds: how long one call may take.
        seed: of the random inputs.

    >>> cube = Exercise("cube", lambda x: x**3, 2.0, points=2)
    >>> print(cube.check(lambda x: x * x * x))
    cube: right. 1 number agrees with the graph, at the given inputs and at 4 random ones
    """

    name: str
    reference: Callable[..., Any]
    inputs: Any
    kind: Kind = "function"
    argnums: int | str | Sequence[int | str] | None = None
    points: float = 1.0
    samples: int = 4
    tolerance: float = 1e-6
    seconds: float | None = 10.0
    seed: int = 0

    def check(self, student: Any) -> CheckReport:
        """Compare a solution; see :func:`check`."""
        return check(
            student,
            self.reference,
            self.inputs,
            kind=self.kind,
            argnums=self.argnums,
            samples=self.samples,
            tolerance=self.tolerance,
            seconds=self.seconds,
            seed=self.seed,
            name=self.name,
        )
