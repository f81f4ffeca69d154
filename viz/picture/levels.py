"""The levels of a picture: the same with its scopes closed, the innermost first, as ``depth`` closes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from .. import wording
from ..graph.reading import Reading
from ..model import Level, Picture
from .grouped import Grouping, by_request

MOST_LEVELS = 3
"""This many closed pictures at most, the outermost ones."""

Closed = Callable[[Grouping], tuple[Picture, list[str], dict[str, str]]]
"""Paints a picture in which some nodes share a box: with the key of the box of each node, and the names of
the boxes that are shared.
"""


def levels_of(reading: Reading, picture: Picture, keys: Sequence[str], closed: Closed) -> tuple[Level, ...]:
    """The levels of a picture, of which ``keys`` are the boxes of the nodes in reading order.

    A level that would not join any boxes, or join all of them in one, is left out.
    """
    options, deepest = picture.options, max(map(len, reading.places)) - bool(reading.recorded_passes)
    if options["depth"] is not None:
        deepest = min(deepest, options["depth"])
    absent = np.flatnonzero([key == "" for key in keys])
    members = {key: i for i, key in enumerate(keys) if key}
    found: list[Level] = []
    fewest = len(picture.boxes)
    for depth in range(min(deepest, MOST_LEVELS) - 1, -1, -1):
        grouping = by_request(reading, options["collapse"], depth).without(absent)
        if not grouping:
            continue
        level, placed, names = closed(grouping)
        if not 1 < len(level.boxes) < fewest:
            continue
        fewest = len(level.boxes)
        places = {}
        for box in picture.boxes:
            owner = box.key if box.key in members else box.key.partition("c")[0]  # of a constant its user
            key = placed[members[owner]]
            places[box.key] = box.key if key == owner else key
        name = f"{wording.counted(depth, 'level')} of scopes open" if depth else "all scopes closed"
        names = {key: wording.clean(text, 200) for key, text in names.items()}
        found.append(Level(name, replace(level, story=None), places, names))
    if len(found) == 1:
        found[0] = replace(found[0], name="one box for each scope")
    return tuple(found)
