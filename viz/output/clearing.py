"""Labels of arrows and titles of scopes that an arrow runs through are moved to where there is room.

Graphviz keeps a place free for each label, but draws other arrows across it where there are many. A label
stays beside its arrow and a title in its scope; each takes the free place that is nearest to where it stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

_GROUP = re.compile(r'<g id="[^"]*" class="(node|edge|cluster)[^"]*".*?</g>', re.DOTALL)
_CURVE = re.compile(r'<path [^>]*\bd="M([^"]*)"')
_POINTS = re.compile(r'\b(?:points|d)="([^"]*)"')
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_STEP = 3.0
"""So many points apart are the places of a curve that are looked at."""
_MOST_PLACES = 24
"""So many points of an arrow are tried."""
_SQUARE, _MOST_SQUARES = 1.5, 2_000_000
"""The side of a square in points, and how many there are at most; of a large drawing they are larger."""
_NARROW = frozenset(" .,:;'!|/\\[]fijlt\u00a0")
_SLIM = frozenset("()-{}r₀₁₂₃₄₅₆₇₈₉")
_WIDE = frozenset("mwMW@%→←…")
"""Letters of Helvetica that are about 0.28, 0.35 and 0.9 of its size wide; the others take 0.57."""
_AIR = 2.0
PAD = "\u00a0"


@dataclass
class _Label:
    """A text that may move: where it stands in the content, its middle, its extent, and where it may go."""

    start: int
    end: int
    attributes: str
    words: str
    middle: Array
    half: Array
    places: Array


def cleared(content: str) -> str:
    """The drawing with every label where no arrow runs through it, as far as there are such places."""
    curves: list[Array] = []
    boxes: list[Array] = []
    labels: list[_Label] = []
    for group in _GROUP.finditer(content):
        if group[1] == "node":
            boxes.append(_extent(group[0]))
            continue
        text = _TEXT.search(group[0])
        curve = np.empty((0, 2))
        if group[1] == "edge":
            found = _CURVE.search(group[0])
            assert found is not None, "an arrow has a curve"
            curve = _points_on(found[1])
            curves.append(curve)
        if text is not None and text[2].strip():
            labels.append(_label(group, text, curve))
    if not labels or not curves:
        return content
    ground = _Ground(np.concatenate(curves), np.array(boxes).reshape(-1, 4))
    within = np.array([_rectangle(label.middle, label.half) for label in labels])
    within = np.concatenate(
        [np.minimum(within[:, :2].min(0), ground.low), np.maximum(within[:, 2:].max(0), ground.high)]
    )
    for label in labels:
        rectangles = _rectangle(label.places, label.half)
        inside = (rectangles[:, :2] >= within[:2]) & (rectangles[:, 2:] <= within[2:])
        label.places = label.places[inside.all(1)]
    for _ in range(2):  # a label that has moved leaves room for another
        taken = np.array([_rectangle(label.middle, label.half) for label in labels])
        for i, label in enumerate(labels):
            taken[i] = np.inf
            _settle(label, ground, taken)
            taken[i] = _rectangle(label.middle, label.half)
    for label in sorted(labels, key=lambda label: label.start, reverse=True):
        content = content[: label.start] + _written(label) + content[label.end :]
    return content


def _label(group: re.Match[str], text: re.Match[str], curve: Array) -> _Label:
    attributes, words = text.groups()
    size, x, y = (float(_attribute(attributes, name)) for name in ("font-size", "x", "y"))
    half = np.array([_width(unescape(words).strip()) * size / 2 + 1, 0.5 * size])
    middle = np.array([x, y - 0.32 * size])
    if group[1] == "edge":
        places = _beside(curve, half)
    else:
        left, _, right, _ = _extent(group[0])
        if words.endswith(PAD):  # what is behind the title has made room for it beside an arrow
            words = words.rstrip(PAD)
            middle[0] = left + 8 + half[0]
        across = np.arange(left + half[0] + 6, right - half[0] - 6, 4.0)
        places = np.column_stack([across, np.full(len(across), middle[1])])
    start = group.start() + text.start()
    return _Label(start, group.start() + text.end(), attributes, words, middle, half, places)


def padded(title: str) -> str:
    """The title of a scope that arrows enter from above, with as much behind it: it stands left of them."""
    return title + PAD * (int(_width(title) / _width(PAD)) + 6)


def _width(words: str) -> float:
    """How wide a text is, in sizes of its font."""
    return sum(
        0.28 if c in _NARROW else 0.35 if c in _SLIM else 0.9 if c in _WIDE else 0.68 if c.isupper() else 0.57
        for c in words
    )


def _beside(curve: Array, half: Array) -> Array:
    """Places at which a label touches its own arrow, but for the ends, where others are near."""
    inner = curve[len(curve) // 8 : len(curve) - len(curve) // 6]
    inner = inner[:: max(len(inner) // _MOST_PLACES, 1)]
    ways = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y], dtype=float)
    return (inner[:, None] + ways * (half + _AIR + 1)).reshape(-1, 2)


def _settle(label: _Label, ground: _Ground, labels: Array) -> None:
    """Move a label to the best of its places, if it is in the way of something where it is."""
    here = label.middle[None]
    if not _in_the_way(here, label.half, ground, labels)[0]:
        return
    every = np.vstack([here, label.places])
    cost = _in_the_way(every, label.half, ground, labels)
    away = np.hypot(*(every - label.middle).T)
    label.middle = every[np.lexsort((away, cost))[0]]


def _in_the_way(places: Array, half: Array, ground: _Ground, labels: Array) -> Array:
    """For each place of a label how much of it is taken: by curves, by boxes, and by other labels."""
    x0, y0, x1, y1 = _rectangle(places, half - 1).T[..., None]
    over = (x0 < labels[:, 2]) & (labels[:, 0] < x1) & (y0 < labels[:, 3]) & (labels[:, 1] < y1)
    taken: Array = ground.under(_rectangle(places, half)) + 10.0 * over.sum(1)
    return taken


class _Ground:
    """Curves and boxes on squared paper, summed up: a rectangle is four look-ups, whatever lies in it."""

    def __init__(self, curves: Array, boxes: Array) -> None:
        corners = np.vstack([curves, boxes[:, :2], boxes[:, 2:]])
        self.low, self.high = corners.min(0), corners.max(0)
        extent = self.high - self.low
        self.square = max(_SQUARE, float(np.sqrt(extent.prod() / _MOST_SQUARES)))
        shape = tuple((extent / self.square).astype(int) + 2)
        squares = np.zeros(shape)
        np.add.at(squares, tuple(self._square(curves).T), 1.0)
        for x0, y0, x1, y1 in self._square(boxes.reshape(-1, 2)).reshape(-1, 4):
            squares[x0 : x1 + 1, y0 : y1 + 1] += 1.0
        self.sums = np.pad(squares.cumsum(0).cumsum(1), ((1, 0), (1, 0)))

    def _square(self, points: Array) -> Any:
        return ((points - self.low) / self.square).astype(int)

    def under(self, rectangles: Array) -> Array:
        """How much lies under each rectangle."""
        most = np.array(self.sums.shape) - 1
        low = np.clip(self._square(rectangles[:, :2]), 0, most)
        high = np.clip(self._square(rectangles[:, 2:]) + 1, 0, most)
        s = self.sums
        found: Array = (
            s[high[:, 0], high[:, 1]]
            - s[low[:, 0], high[:, 1]]
            - s[high[:, 0], low[:, 1]]
            + s[low[:, 0], low[:, 1]]
        )
        return found


def _rectangle(places: Array, half: Array) -> Array:
    return np.concatenate([places - half, places + half], axis=-1)


def _extent(group: str) -> Array:
    """Left, top, right and bottom of the shapes of a group."""
    shapes = [_NUMBER.findall(points) for points in _POINTS.findall(group)]
    points = np.array([float(x) for shape in shapes for x in shape]).reshape(-1, 2)
    return np.concatenate([points.min(0), points.max(0)])


def _points_on(path: str) -> Array:
    """Points along a path of cubic curves, each after its first given by three points."""
    given = np.array([float(x) for x in _NUMBER.findall(path)]).reshape(-1, 2)
    pieces = [given[:1]]
    for a, b, c, d in zip(given[:-3:3], given[1:-2:3], given[2:-1:3], given[3::3], strict=True):
        count = max(int(np.hypot(*(d - a)) / _STEP), 4)
        t = np.linspace(0, 1, count + 1)[1:, None]
        pieces.append((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)
    return np.concatenate([*pieces, given[-1:]])


def _written(label: _Label) -> str:
    size = float(_attribute(label.attributes, "font-size"))
    x, y = label.middle[0], label.middle[1] + 0.32 * size
    attributes = re.sub(r'\bx="[^"]*"', f'x="{x:.2f}"', label.attributes)
    attributes = re.sub(r'\by="[^"]*"', f'y="{y:.2f}"', attributes)
    return f"<text {attributes}>{label.words}</text>"


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', attributes)
    assert found is not None, f"Graphviz gives a text its {name}"
    return found[1]
