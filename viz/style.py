"""The look of a drawing: shapes, and colours that hold for colour-blind eyes, on light and dark.

The hues are those of Okabe and Ito (2008), "Color Universal Design"; text on every fill reaches the
contrast of WCAG 2 AA (4.5 : 1), outlines and arrows that of graphics (3 : 1). The outlines of two kinds
of boxes are 10 apart in CIELAB for eyes that lack a kind of cones, too; their shapes differ as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from .model import Kind

FONT = "Helvetica"
"""One of the four fonts whose text widths the WebAssembly build of Graphviz knows."""


@dataclass(frozen=True)
class Palette:
    """The colours of one mode.

    Attributes:
        panel: the background.
        text: names, operations, values.
        quiet: titles of clusters, arrows, local derivatives.
        gradient: gradients, and the arrows of a backward graph.
        cluster: the tint of a scope.
        cluster_line: the outline of a scope.
        focus: what the reader has chosen.
        dim: texts beside what the reader has chosen.
        dim_line: outlines and arrows beside what the reader has chosen.
        fills: the inside of a box, by kind.
        lines: the outline of a box, by kind.
    """

    panel: str
    text: str
    quiet: str
    gradient: str
    cluster: str
    cluster_line: str
    focus: str
    dim: str
    dim_line: str
    fills: dict[Kind, str]
    lines: dict[Kind, str]


_INK = ("#ffffff", "#000000")
_BOXES = {
    Kind.INPUT: (("#e0f3eb", "#00704f"), ("#0f3329", "#4cc9a0"), _INK),
    Kind.PARAMETER: (("#fdefd0", "#945600"), ("#3a2a0c", "#e5a93c"), _INK),
    Kind.SHARED: (("#f6f3ad", "#4a4400"), ("#343108", "#e6dc4f"), _INK),
    Kind.CONSTANT: (("#f0f0f0", "#7f7f7f"), ("#2a2d32", "#868d95"), _INK),
    Kind.OPERATION: (("#ffffff", "#3a3f47"), ("#23272e", "#c8d0da"), _INK),
    Kind.OUTPUT: (("#fbe3ef", "#a02c6d"), ("#3a1830", "#e78bc0"), _INK),
    Kind.SCOPE: (("#e3effa", "#0b5c9e"), ("#14293d", "#6bb1f0"), _INK),
}
"""The inside and the outline of a box, on light, on dark and in print."""

_LINES = {
    "panel": ("#ffffff", "#15181d", "#ffffff"),
    "text": ("#1a1a1a", "#f0f2f5", "#000000"),
    "quiet": ("#4a4f57", "#c3c9d2", "#000000"),
    "gradient": ("#a63600", "#ffa366", "#000000"),
    "cluster": ("#f4f6f8", "#1c2027", "#ffffff"),
    "cluster_line": ("#7c8794", "#7c8794", "#000000"),
    "focus": ("#0b5c9e", "#6bb1f0", "#000000"),
    "dim": ("#6a7079", "#8d95a0", "#000000"),
    "dim_line": ("#b4bac2", "#4d545e", "#000000"),
}
"""The other colours, on light, on dark and in print."""


def _palette(mode: int) -> Palette:
    return Palette(
        **{name: colours[mode] for name, colours in _LINES.items()},
        fills={kind: modes[mode][0] for kind, modes in _BOXES.items()},
        lines={kind: modes[mode][1] for kind, modes in _BOXES.items()},
    )


LIGHT, DARK, PRINT = map(_palette, range(3))
"""In print, black on white, shapes, dashes and italics carry what colour does elsewhere."""

THEMES: dict[str, Palette] = {"auto": LIGHT, "light": LIGHT, "dark": DARK, "print": PRINT}
"""The colours that are written into a drawing; ``auto`` adds the dark ones for pages that are dark."""

SHAPES: dict[Kind, dict[str, str]] = {
    Kind.INPUT: {"shape": "Mrecord"},
    Kind.PARAMETER: {"shape": "cylinder"},
    Kind.SHARED: {"shape": "box3d"},
    Kind.CONSTANT: {"shape": "box", "style": "filled,dashed"},
    Kind.OPERATION: {"shape": "record"},
    Kind.OUTPUT: {"shape": "box", "peripheries": "2"},
    Kind.SCOPE: {"shape": "tab"},
}
"""The Graphviz shape of each kind, so that colour is never the only difference."""

TINTS = (
    (("#cfe6f7", "#0b5c9e"), ("#14324d", "#6bb1f0")),
    (("#fbdcae", "#8a4b00"), ("#45300a", "#f0b04a")),
    (("#c5ebd8", "#00704f"), ("#0f3d30", "#4cc9a0")),
    (("#f5cfe4", "#a02c6d"), ("#4a1b3b", "#ee97c8")),
    (("#f3ed9c", "#625a00"), ("#3d3906", "#e6dc4f")),
    (("#d9d9f8", "#4a48b4"), ("#2b2a5c", "#aaa8ff")),
    (("#fbd0c2", "#a63600"), ("#4d2314", "#ffa366")),
    (("#dfe8c4", "#4f6322"), ("#2f3b16", "#b9d27a")),
    (("#e3dad0", "#6d5537"), ("#3b3128", "#d3bb9c")),
)
"""Nine colours for what has to be recognised elsewhere in a picture, such as the weights of a kernel: the
inside and the outline of a cell, on light and on dark. The names of the cells stand beside them."""
