"""A picture with its scopes closed, level by level: each scope one box, the arrows between them merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import wording
from ..model import Arrow, Box, Kind, Picture

MOST_LEVELS = 3
"""This many closed pictures at most, the outermost ones."""


@dataclass(frozen=True, slots=True)
class Level:
    """One picture of a computation at one depth.

    Attributes:
        name: what is drawn, for a list to choose from.
        picture: the boxes and arrows.
        places: for each box of the open picture the key of the box it is drawn in.
        names: for each closed scope, by its key, its dotted name.
    """

    name: str
    picture: Picture
    places: dict[str, str]
    names: dict[str, str]


def levels(picture: Picture) -> list[Level]:
    """The picture itself, then the same with the scopes of each level closed, the innermost first.

    A level that would not join any boxes, or join all of them in one, is left out.
    """
    found = [Level("every node", picture, {box.key: box.key for box in picture.boxes}, {})]
    deepest = max((len(box.scope) for box in picture.boxes), default=0)
    closed = [_closed(picture, depth) for depth in range(min(deepest, MOST_LEVELS), 0, -1)]
    for level in closed:
        if 1 < len(level.picture.boxes) < len(found[-1].picture.boxes):
            found.append(level)
    if len(found) == 2:
        found[1] = replace(found[1], name="one box for each scope")
    return found


def _closed(picture: Picture, depth: int) -> Level:
    """Every scope of this depth as one box; what lies further out stays as it is."""
    members: dict[tuple[str, ...], list[Box]] = {}
    for box in picture.boxes:
        if len(box.scope) >= depth:
            members.setdefault(box.scope[:depth], []).append(box)
    keys = {scope: f"s{i}" for i, scope in enumerate(members)}
    places = {
        box.key: keys[box.scope[:depth]] if len(box.scope) >= depth else box.key for box in picture.boxes
    }
    boxes: dict[str, Box] = {}
    for box in picture.boxes:
        if places[box.key] == box.key:
            boxes[box.key] = box
    for scope, inside in members.items():
        boxes[keys[scope]] = _box(keys[scope], scope, inside)
    # A scope stands in the list where its last box is computed.
    position = {places[box.key]: i for i, box in enumerate(picture.boxes)}
    ordered = sorted(boxes.values(), key=lambda box: position[box.key])
    arrows: list[Arrow] = []
    merged: set[Arrow] = set()
    for arrow in picture.arrows:
        tail, head = places[arrow.tail], places[arrow.head]
        joined = Arrow(tail, head, cotangent=arrow.cotangent, emphasis=arrow.emphasis)
        if (tail, head) == (arrow.tail, arrow.head):
            arrows.append(arrow)
        elif tail != head and joined not in merged:
            merged.add(joined)
            arrows.append(joined)
    return Level(
        f"{wording.counted(depth - 1, 'level')} of scopes open" if depth > 1 else "all scopes closed",
        replace(picture, boxes=tuple(ordered), arrows=tuple(arrows), story=None),
        places,
        {key: wording.clean(".".join(scope), 200) for scope, key in keys.items()},
    )


def _box(key: str, scope: tuple[str, ...], inside: Sequence[Box]) -> Box:
    operations = Counter(_symbol(box) for box in inside if box.operation)
    lines = []
    if operations:
        lines.append(wording.counted(operations.total(), "operation"))
        lines.append(", ".join(f"{count} {name}" for name, count in operations.most_common(3)))
    leaves = Counter(str(box.kind) for box in inside if not box.operation)
    lines += [wording.counted(count, kind) for kind, count in leaves.items()]
    name = wording.clean(scope[-1]) or "␣"
    description = f"{wording.clean('.'.join(scope), 200)}: {'; '.join(lines)}"
    chosen = [box.emphasis for box in inside if box.emphasis is not None]
    return Box(
        key,
        Kind.SCOPE,
        name,
        lines=tuple(lines),
        scope=scope[:-1],
        description=description,
        emphasis=any(chosen) if chosen else None,
    )


def _symbol(box: Box) -> str:
    """The operation without its constants; a symbol written about an x is kept whole."""
    return box.operation if box.operation.startswith("x ") else box.operation.partition(" ")[0]
