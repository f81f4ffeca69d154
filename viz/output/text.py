"""A picture as plain text: one line for each box, in the order of the computation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd_core.inspection.terminal import columns, printable

from ..model import Box, Kind, Picture
from ..wording import clean
from .legend import MEANING

MOST_LINES = 400
"""A longer list is cut in the middle."""
_WIDEST = {3: (44, 32), 4: (44, 56, 48)}
"""Of nodes and of layers: columns are no wider than this, what is longer moves its neighbours."""
LONGEST_NAME = 72
"""A longer name with its expression is cut; the whole of it is in the tooltip of the drawing."""


def as_text(picture: Picture, words: Sequence[str] = ()) -> str:
    """The graph as lines, in characters that can be printed: ``name = expression   value   gradient``, or, of
    layers, ``call   what it does   shapes   parameters``.

    Args:
        picture: what is drawn.
        words: what is said of single numbers, below the lines.
    """
    with_shapes = picture.layered and picture.options["graph"] != "backward"
    rows = [*_rows_of_layers(picture)] if with_shapes else [_row(box) for box in picture.boxes]
    head, foot = [picture.title] if picture.title else [], [*picture.notes, *words]
    everything = "".join([*head, *foot, *("".join(row) for row in rows)])
    if printable(everything) != everything:
        rows = [tuple(map(printable, row)) for row in rows]
        head, foot = [*map(printable, head)], [*map(printable, foot)]
    widths = [
        min(max(map(columns, column)), most)
        for column, most in zip(zip(*rows, strict=True), _WIDEST[len(rows[0])], strict=False)
    ]
    lines = [
        "  ".join([*(_filled(*pair) for pair in zip(row[:-1], widths, strict=True)), row[-1]]).rstrip()
        for row in rows
    ]
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"... {len(lines) - 2 * half:,} more ...", *lines[-half:]]
    return "\n".join([*head, *lines, *foot])


def _rows_of_layers(picture: Picture) -> Iterator[tuple[str, ...]]:
    """Each call: what it does, the shapes of what comes and goes, and its parameters."""
    boxes = {box.key: box for box in picture.boxes}
    into: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    for arrow in picture.arrows:
        if arrow.cotangent:
            continue
        tail = boxes[arrow.tail]
        if tail.kind in (Kind.PARAMETER, Kind.SHARED):
            beside.setdefault(arrow.head, []).append(", ".join([tail.name, *tail.lines]))
        else:
            into.setdefault(arrow.head, []).append(arrow.label)
    for box in picture.boxes:
        if box.kind in (Kind.PARAMETER, Kind.SHARED):
            continue
        meaning = MEANING[box.kind]
        name = f"{box.name}  ({meaning})" if box.kind is Kind.INPUT and box.name != meaning else box.name
        yield (
            name,
            ", ".join(part for part in (box.operation, *box.lines) if part),
            " → ".join(part for part in (", ".join(into.get(box.key, [])), box.shape) if part),
            "; ".join(beside.get(box.key, [])),
        )


def _filled(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _row(box: Box) -> tuple[str, str, str]:
    name = box.heading or box.name
    value, rest = (box.lines[0], box.lines[1:]) if box.lines else ("", ())
    if box.expression:
        computed = f"{', ' if box.heading else ' = '}{box.expression}"
        name += computed if box.expression != name else ""  # it may be called after what it was computed from
    else:
        several = f" {box.operation}" if box.operation else ""
        name = f"{name}  ({MEANING[box.kind]})" if box.kind != "scope" else f"[{name}{several}]"
    if box.scope:
        path = ".".join(clean(part, LONGEST_NAME) or "␣" for part in box.scope)
        rest = (*rest, f"in {path}")
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    return name, value, ", ".join(rest)
