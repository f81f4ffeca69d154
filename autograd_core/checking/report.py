"""What ``check`` has found, to be read by a student."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Self

from ..errors import CheckError
from ..inspection.terminal import printable

__all__ = ["CheckReport"]

_COLOURS = {"right": "#2e7d32", "wrong": "#c62828", "nothing here yet": "#757575"}


@dataclass(frozen=True)
class CheckReport:
    """What :func:`check` has found; it shows itself, on a terminal and in a notebook.

    Attributes:
        name: of the exercise.
        ok: whether the solution is right; the report itself is true if it is.
        empty: whether there is no solution yet.
        finding: what is wrong, or how much was compared.
        details: the numbers, a line each.
        slips: the names of the slips that give the student's numbers, the likeliest first.
        explanation: the same in sentences.
        notes: what else a student should know: what was printed, a warning of NumPy.

    >>> from autograd_core import check
    >>> report = check(lambda x: 2.0 * x, lambda x: x * x, 3.0, kind="gradient")
    >>> report.ok, report.slips
    (True, ())
    """

    name: str
    ok: bool
    finding: str
    details: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    explanation: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    empty: bool = False

    @property
    def verdict(self) -> str:
        """In words: right, wrong, or nothing here yet."""
        return "nothing here yet" if self.empty else "right" if self.ok else "wrong"

    def raise_if_wrong(self) -> Self:
        """The report itself, if the solution is right.

        Raises:
            CheckError: if it is not; its message is the report.
        """
        if not self.ok:
            raise CheckError(str(self))
        return self

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.verdict}" + (f". {self.finding}" if self.finding else ".")]
        lines += [f"  {line}" for line in self.details]
        return printable("\n".join([*lines, *self.explanation, *self.notes]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same for a notebook, in colours that are read on white and on black."""
        colour = _COLOURS[self.verdict]
        head = f"<b>{escape(self.name)}: <span style='color: {colour}'>{self.verdict}</span></b>. "
        parts = [f"<div>{head}{escape(self.finding)}</div>"]
        if self.details:
            parts.append(f"<pre style='margin: 0.3em 0 0.3em 1em'>{escape(chr(10).join(self.details))}</pre>")
        parts += [f"<div>{escape(line)}</div>" for line in self.explanation]
        parts += [f"<div style='opacity: 0.7'>{escape(line)}</div>" for line in self.notes]
        style = f"border-left: 4px solid {colour}; padding: 0.2em 0 0.2em 0.8em"
        return f"<div style='{style}'>{''.join(parts)}</div>"
