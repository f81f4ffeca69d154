"""Boxes filled by the size of their gradients or values, on a logarithmic scale.

The colours run straight through the space OKLab (Ottosson, 2020, "A perceptual color space for image
processing"), in which equal distances look equally far apart: from a light yellow by a green to a dark
blue, so that they differ in lightness for every eye and on paper, and along the one axis of hue that
nearly every colour-blind eye sees.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import Node

from ..model import Scale

MOST_DECADES = 8
"""What is smaller than the largest by more powers of ten than this has the lightest colour."""

_GREYS = ("#ffffff", "#3b3b3b")
_COLOURS = ("#fff6c4", "#47a397", "#1f2f78")

_CONE_RESPONSES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OPPONENTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def heat_colour(position: float, theme: str = "auto") -> str:
    """The colour at a position of the scale, 0 for the smallest and 1 for the largest.

    >>> heat_colour(0.0), heat_colour(1.0)
    ('#fff6c4', '#1f2f78')
    """
    corners = np.array([to_oklab(colour) for colour in (_GREYS if theme == "print" else _COLOURS)])
    along = np.cumsum([0.0, *np.linalg.norm(np.diff(corners, axis=0), axis=1)])
    return from_oklab(np.array([np.interp(position * along[-1], along, axis) for axis in corners.T]))


def text_colour(fill: str) -> str:
    """Black or white, whichever stands out more; the better one always reaches 4.5 : 1.

    >>> text_colour("#fff6c4"), text_colour("#1f2f78")
    ('#000000', '#ffffff')
    """
    r, g, b = _linear(fill)
    luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def magnitude(numbers: Iterable[Any]) -> float:
    """The root mean square of all entries of several numbers and arrays together.

    >>> magnitude([np.array([3.0, -4.0])]), magnitude([-2.0])
    (3.5355339059327378, 2.0)
    """
    total, count = 0.0, 0
    with np.errstate(all="ignore"):
        for data in numbers:
            total += float(np.sum(np.square(data, dtype=float)))
            count += np.size(data)
        return math.sqrt(total / count) if count and total >= 0 else math.nan


def scale_of(quantity: str, sizes: Sequence[float]) -> Scale | None:
    """The scale on which these sizes lie, None if none of them is a positive number."""
    positive = [size for size in sizes if 0 < size < math.inf]
    if not positive:
        return None
    high = max(positive)
    return Scale(quantity, max(min(positive), high * 10.0**-MOST_DECADES), high)


def position_on(scale: Scale, size: float) -> float | None:
    """Where a size lies on a scale, None for 0 and what is not a number.

    >>> position_on(Scale("|x|", 0.01, 100.0), 1.0)
    0.5
    """
    if not size > 0:
        return None
    if size <= scale.low:
        return 1.0 if scale.low == scale.high else 0.0
    if size >= scale.high:
        return 1.0
    return round(math.log(size / scale.low) / math.log(scale.high / scale.low), 3)


def sizes_of(members: Mapping[str, Sequence[Node]], numbers: Mapping[Node, Any] | None) -> dict[str, float]:
    """The magnitude of each box: of its nodes' gradients, or of their values where none are given."""
    return {
        key: magnitude(
            [node.data for node in nodes]
            if numbers is None
            else [numbers[node] for node in nodes if node in numbers]
        )
        for key, nodes in members.items()
    }


def _linear(colour: str) -> list[float]:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def to_oklab(colour: str) -> Any:
    """A colour ``#rrggbb`` as lightness and two opponent hues."""
    return _OPPONENTS @ np.cbrt(_CONE_RESPONSES @ np.array(_linear(colour)))


def from_oklab(lab: Any) -> str:
    """The nearest colour ``#rrggbb`` that a screen has."""
    linear = np.linalg.solve(_CONE_RESPONSES, np.linalg.solve(_OPPONENTS, lab) ** 3).clip(0.0, 1.0)
    channels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * float(c)):02x}" for c in channels)
