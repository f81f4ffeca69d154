"""A picture as plain text: one line for each box, in the order of the computation."""

from __future__ import annotations

from autograd_core.inspection.terminal import columns, printable

from ..model import Box, Picture
from ..wording import clean
from .legend import MEANING

MOST_LINES = 400
"""A longer list is cut in the middle."""
LONGEST_NAME = 72
"""A longer name with its expression is cut; the whole of it is in the tooltip of the drawing."""


def as_text(picture: Picture) -> str:
    """The graph as lines of ``name = expression   value   gradient``, in characters that can be printed."""
    rows = [_row(box) for box in picture.boxes]
    head, foot = [picture.title] if picture.title else [], list(picture.notes)
    everything = "".join([*head, *foot, *("".join(row) for row in rows)])
    if printable(everything) != everything:
        rows = [(printable(a), printable(b), printable(c)) for a, b, c in rows]
        head, foot = [*map(printable, head)], [*map(printable, foot)]
    left = min(max((columns(row[0]) for row in rows), default=0), 44)
    middle = min(max((columns(row[1]) for row in rows), default=0), 32)
    lines = [f"{_filled(a, left)}  {_filled(b, middle)}  {c}".rstrip() for a, b, c in rows]
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"... {len(lines) - 2 * half:,} more ...", *lines[-half:]]
    return "\n".join([*head, *lines, *foot])


def _filled(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _row(box: Box) -> tuple[str, str, str]:
    name = box.heading or box.name
    value, rest = (box.lines[0], box.lines[1:]) if box.lines else ("", ())
    if box.expression:
        name = f"{name}, {box.expression}" if box.heading else f"{name} = {box.expression}"
    else:
        several = f" {box.operation}" if box.operation else ""
        name = f"{name}  ({MEANING[box.kind]})" if box.kind != "scope" else f"[{name}{several}]"
    if box.scope:
        path = ".".join(clean(part, LONGEST_NAME) or "␣" for part in box.scope)
        rest = (*rest, f"in {path}")
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    return name, value, ", ".join(rest)
