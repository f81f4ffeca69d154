"""What a reader may ask of a drawing, checked where it is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from autograd_core import DomainError, DtypeError

from . import wording
from .style import THEMES

GRAPHS = ("forward", "backward", "both")
HEATS = ("gradient", "value")
DIRECTIONS = ("LR", "RL", "TB", "BT")


@dataclass(frozen=True)
class Options:
    """The keywords of :func:`viz.draw`, which explains them."""

    graph: str = "forward"
    direction: str = "LR"
    gradients: bool = True
    collapse: bool | Collection[str] = False
    depth: int | None = None
    fold: bool | None = None
    force: bool = False
    max_nodes: int | None = None
    number_format: str | Callable[[float], str] | None = None
    highlight: Any = None
    heat: bool | str = False
    theme: str = "auto"
    legend: bool = True

    def __post_init__(self) -> None:
        one_of("graph", self.graph, GRAPHS)
        one_of("direction", self.direction, DIRECTIONS)
        one_of("theme", self.theme, tuple(THEMES))
        if self.max_nodes is not None:
            at_least("max_nodes", self.max_nodes, 1)
        if self.depth is not None:
            at_least("depth", self.depth, 0)
        _check_format(self.number_format)
        if not isinstance(self.heat, bool):
            one_of("heat", self.heat, HEATS)

    @property
    def swept(self) -> bool:
        """Whether the picture is made of gradients, so that it cannot do without."""
        return self.graph != "forward" or self.measured == "gradient"

    @property
    def measured(self) -> str:
        """What the fill of a box measures: ``"gradient"``, ``"value"`` or nothing."""
        return "gradient" if self.heat is True else self.heat or ""

    @property
    def asked(self) -> str:
        """The keyword that cannot do without gradients, as it was written."""
        return f"graph={self.graph!r}" if self.graph != "forward" else f"heat={self.heat!r}"

    @property
    def write(self) -> wording.Write:
        """How a number is written."""
        return wording.writer(self.number_format)


def one_of(parameter: str, value: Any, known: tuple[str, ...]) -> None:
    """Refuse a value that is none of the known ones.

    Raises:
        DomainError: naming the nearest known value.
    """
    if value not in known:
        alike = [name for name in known if name.lower() == str(value).lower()]
        near = alike or get_close_matches(str(value), known, 1, 0.4)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        listed = f"{', '.join(map(repr, known[:-1]))} or {known[-1]!r}"
        raise DomainError(f"draw({parameter}={wording.quoted(value)}): {parameter} is {listed}{hint}")


def at_least(parameter: str, value: Any, least: int) -> None:
    """Refuse what is no whole number, or too small a one.

    Raises:
        DtypeError: for what is no whole number.
        DomainError: for one that is too small.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise DtypeError(f"draw({parameter}={wording.quoted(value)}): {parameter} is a whole number")
    if value < least:
        raise DomainError(f"draw({parameter}={wording.quoted(value)}): {parameter} is at least {least}")


def _check_format(given: Any) -> None:
    if given is None:
        return
    wanted = 'number_format is a format for floats such as ".3g", or a function from a number to a text'
    if isinstance(given, str):
        try:
            format(0.5, given)
        except ValueError as error:
            raise DomainError(f"draw(number_format={wording.quoted(given)}): {error}; {wanted}") from None
    elif callable(given):
        text = given(0.5)
        if not isinstance(text, str):
            raise DtypeError(
                f"draw(number_format=...): the function made {wording.described(text)} from 0.5; {wanted}"
            )
    else:
        raise DtypeError(f"draw(number_format=...): got {wording.described(given)}; {wanted}")
