"""The look of a drawing: shapes, and colours that hold for colour-blind eyes, on light and dark.

The hues are those of Okabe and Ito (2008), "Color Universal Design"; text on every fill reaches the
contrast of WCAG 2 AA (4.5 : 1), outlines and arrows that of graphics (3 : 1).
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


LIGHT = Palette(
    panel="#ffffff",
    text="#1a1a1a",
    quiet="#4a4f57",
    gradient="#a63600",
    cluster="#f4f6f8",
    cluster_line="#7c8794",
    focus="#0b5c9e",
    dim="#6a7079",
    dim_line="#b4bac2",
    fills={
        Kind.INPUT: "#e0f3eb",
        Kind.PARAMETER: "#fdefd0",
        Kind.SHARED: "#f6f3ad",
        Kind.CONSTANT: "#f0f0f0",
        Kind.OPERATION: "#ffffff",
        Kind.OUTPUT: "#fbe3ef",
        Kind.SCOPE: "#e3effa",
    },
    lines={
        Kind.INPUT: "#00704f",
        Kind.PARAMETER: "#945600",
        Kind.SHARED: "#625a00",
        Kind.CONSTANT: "#6b6b6b",
        Kind.OPERATION: "#3a3f47",
        Kind.OUTPUT: "#a02c6d",
        Kind.SCOPE: "#0b5c9e",
    },
)

DARK = Palette(
    panel="#15181d",
    text="#f0f2f5",
    quiet="#c3c9d2",
    gradient="#ffa366",
    cluster="#1c2027",
    cluster_line="#7c8794",
    focus="#6bb1f0",
    dim="#8d95a0",
    dim_line="#4d545e",
    fills={
        Kind.INPUT: "#0f3329",
        Kind.PARAMETER: "#3a2a0c",
        Kind.SHARED: "#343108",
        Kind.CONSTANT: "#2a2d32",
        Kind.OPERATION: "#23272e",
        Kind.OUTPUT: "#3a1830",
        Kind.SCOPE: "#14293d",
    },
    lines={
        Kind.INPUT: "#4cc9a0",
        Kind.PARAMETER: "#e5a93c",
        Kind.SHARED: "#e6dc4f",
        Kind.CONSTANT: "#9aa0a6",
        Kind.OPERATION: "#aab2bd",
        Kind.OUTPUT: "#e78bc0",
        Kind.SCOPE: "#6bb1f0",
    },
)

PRINT = Palette(
    panel="#ffffff",
    text="#000000",
    quiet="#000000",
    gradient="#000000",
    cluster="#ffffff",
    cluster_line="#000000",
    focus="#000000",
    dim="#000000",
    dim_line="#000000",
    fills=dict.fromkeys(Kind, "#ffffff"),
    lines=dict.fromkeys(Kind, "#000000"),
)
"""Black on white: shapes, dashes and italics carry what colour does elsewhere."""

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
