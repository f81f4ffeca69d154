"""A picture as plain text: one line for each box, in the order of the computation."""

from __future__ import annotations

from .model import Box, Picture

MOST_LINES = 400
"""A longer list is cut in the middle."""


def as_text(picture: Picture) -> str:
    """The graph as lines of ``name = expression   value   gradient``."""
    rows = [_row(box) for box in picture.boxes]
    left = min(max((len(row[0]) for row in rows), default=0), 44)
    middle = min(max((len(row[1]) for row in rows), default=0), 32)
    lines = [f"{a:<{left}}  {b:<{middle}}  {c}".rstrip() for a, b, c in rows]
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"... {len(lines) - 2 * half:,} more ...", *lines[-half:]]
    heading = [picture.title] if picture.title else []
    return "\n".join([*heading, *lines, *picture.notes])


def _row(box: Box) -> tuple[str, str, str]:
    name = box.heading or box.name
    value, rest = (box.lines[0], box.lines[1:]) if box.lines else ("", ())
    if box.expression:
        name = f"{name}, {box.expression}" if box.heading else f"{name} = {box.expression}"
    else:
        several = f" {box.operation}" if box.operation else ""
        name = f"{name}  ({box.kind})" if box.kind != "scope" else f"[{name}{several}]"
    if box.scope:
        rest = (*rest, f"in {'.'.join(box.scope)}")
    return name, value, ", ".join(rest)
