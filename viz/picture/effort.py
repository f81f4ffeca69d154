"""How hard a picture is for Graphviz: that depends on how far its arrows reach, not on its boxes alone.

Graphviz puts a hidden point on an arrow for every rank that it crosses. A weight used in each step of a
long recurrence makes thousands of them, and the time grows with their square. So their number is
estimated first, and a picture that would take minutes is drawn more simply instead.
"""

from __future__ import annotations

from ..model import Picture

EASY = 600
"""Up to this many crossed ranks there is time for labels beside the arrows, each of which takes a rank, and
for the best places of all boxes.
"""
CURVED = 4_000
"""Up to this many a picture is laid out with curved arrows, in about a second."""
POSSIBLE = 60_000
"""Up to this many it is laid out with straight arrows, in two seconds at most; above that not at all."""


def crossed_ranks(picture: Picture) -> int:
    """The number of ranks that all arrows cross together, when every box stands as Graphviz puts it.

    >>> from viz.model import Arrow, Box, Kind
    >>> boxes = tuple(Box(key, Kind.OPERATION, key) for key in "abcd")
    >>> chain = (Arrow("a", "b"), Arrow("b", "c"), Arrow("c", "d"))
    >>> crossed_ranks(Picture(boxes, chain)), crossed_ranks(Picture(boxes, (*chain, Arrow("a", "d"))))
    (0, 2)
    """
    before: dict[str, list[str]] = {box.key: [] for box in picture.boxes}
    pairs = [
        (arrow.head, arrow.tail) if arrow.cotangent else (arrow.tail, arrow.head) for arrow in picture.arrows
    ]
    for tail, head in pairs:
        before[head].append(tail)
    rank: dict[str, int] = {}
    for key, tails in before.items():
        rank[key] = max((rank.get(tail, -1) + 1 for tail in tails), default=0)
    first_use: dict[str, int] = {}
    for tail, head in pairs:
        first_use[tail] = min(rank[head], first_use.get(tail, rank[head]))
    for key, tails in before.items():
        if not tails and key in first_use:
            rank[key] = first_use[key] - 1  # a leaf stands directly before its first use
    return sum(max(0, rank[head] - rank[tail] - 1) for tail, head in pairs)
