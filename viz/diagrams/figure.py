"""Figure: a picture written as SVG without any layout program."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from html import escape
from itertools import count
from pathlib import Path

from autograd_core.inspection.terminal import columns, printable

from ..model import Kind
from ..output.files import save
from ..output.images import FORMATS, image_of, only_for_images
from ..output.notebook import Bundle, Shown, picture_bundle
from ..style import DARK, FONT, LIGHT
from ..wording import clean

POSITIVE, NEGATIVE = "#0072b2", "#c04a00"
"""Signs of weights and activations: blue and vermilion (Okabe and Ito, 2008); negative lines are dashed."""
DARK_OF = {
    **{getattr(LIGHT, part)[kind]: getattr(DARK, part)[kind] for part in ("fills", "lines") for kind in Kind},
    LIGHT.panel: DARK.panel,
    LIGHT.text: DARK.text,
    LIGHT.quiet: DARK.quiet,
    LIGHT.focus: DARK.focus,
    POSITIVE: "#56b4e9",
    NEGATIVE: "#ff9a57",
}
"""What each colour becomes on a dark page."""
_COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
_LETTER, _BOLD_LETTER = 0.56, 0.61
"""The mean width of a letter, as a share of the size of the font."""
_LEGEND = 12
"""The size of the font of what is explained below a figure."""
_figures = count(1)


class Figure(Shown):
    """A finished picture: ``svg``, ``save``, a text with ``str``, and itself in a notebook.

    Attributes:
        svg: the picture as an SVG document.

    >>> Figure("one dot", 20, 20, '<circle cx="10" cy="10" r="5"/>', "a dot")
    <Figure: one dot>
    """

    def __init__(self, name: str, width: float, height: float, content: str, text: str) -> None:
        self._name, self._text = name, text
        label, identity = escape(name, quote=True), f"figure-{next(_figures)}"
        panel = f'<rect width="{width:.0f}" height="{height:.0f}" fill="{LIGHT.panel}"/>'
        self.svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{identity}" role="img" '
            f'aria-label="{label}" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:100%;height:auto">\n'
            f"<title>{label}</title>\n<style>{_dark(identity, panel + content)}</style>\n"
            f"{panel}\n{content}\n</svg>\n"
        )

    def save(
        self, path: str | os.PathLike[str], *, dpi: float | None = None, transparent: bool = False
    ) -> Path:
        """Write the picture to an .svg, .png or .pdf file, whole or not at all.

        Args:
            path: where to; a file that is there is replaced.
            dpi: dots per inch of a .png, 144 if it is not said.
            transparent: whether a .png or .pdf has nothing behind the picture.

        Raises:
            DtypeError: if the path is no path, or ``dpi`` no number.
            DomainError: if the name ends in none of the three, ``dpi`` is too large or not positive, or one
                of the two is given for another format.
            MissingDependencyError: for .png and .pdf without ``autograd-core[images]``.
            OSError: if the file cannot be written.
        """

        def content(suffix: str) -> bytes:
            if suffix in FORMATS:
                return image_of(self.svg, suffix, dpi, transparent)
            only_for_images(suffix, dpi, transparent)
            return self.svg.encode()

        wanted = f"a figure is an .svg, {' or '.join(FORMATS)} file"
        return save(path, (".svg", *FORMATS), wanted, content)

    def __str__(self) -> str:
        return printable(self._text)

    def __repr__(self) -> str:
        return f"<Figure: {self._name}>"

    def _bundle(self) -> Bundle:
        return picture_bundle(self.svg, self._text)


def _dark(identity: str, content: str) -> str:
    """The light colours are written as attributes; on a dark page rules of a style go before them."""
    used = sorted(set(_COLOUR.findall(content)))
    rules = (
        f'#{identity} [{what}="{colour}"]{{{what}:{DARK_OF[colour]}}}'
        for what, colour in used
        if colour in DARK_OF
    )
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"


def words(
    x: float,
    y: float,
    text: str,
    size: float = 12,
    colour: str = LIGHT.text,
    *,
    bold: bool = False,
    clear: bool = False,
    room: float = math.inf,
    anchor: str = "middle",
) -> str:
    """Text, any characters as they are, centred unless it has another ``anchor``; ``clear`` of the lines
    behind it, smaller where there is not as much ``room``.
    """
    size = min(size, round(room / (_BOLD_LETTER if bold else _LETTER) / max(columns(text), 1), 1))
    weight = ' font-weight="bold"' if bold else ""
    around = f' stroke="{LIGHT.panel}" stroke-width="6" stroke-linejoin="round" paint-order="stroke"'
    halo = around if clear else ""
    return (
        f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" text-anchor="{anchor}" font-family="{FONT},sans-serif" '
        f'font-size="{size}" fill="{colour}"{weight}{halo}>{escape(clean(text, 60))}</text>'
    )


def weighted_line(x0: float, y0: float, x1: float, y1: float, weight: float, largest: float) -> str:
    """A connection: as thick as its weight is large, blue where positive, dashed vermilion where negative."""
    share = abs(weight) / largest if largest > 0 else 0.0
    if not share <= 1.0:  # a NaN, or an infinity over an infinity
        share = 1.0
    sign = f'stroke="{POSITIVE}"' if weight >= 0 else f'stroke="{NEGATIVE}" stroke-dasharray="6 3"'
    return (
        f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" {sign} stroke-width="{0.4 + 3.6 * share:.2f}" '
        f'stroke-opacity="{0.35 + 0.65 * share:.2f}"/>'
    )


def line(colour: str, dash: str = "") -> str:
    """A piece of a line, for a legend."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M-12 0H12" stroke="{colour}" stroke-width="2.5"{dashed}/>'


def cross(x: float, y: float, width: float, height: float) -> str:
    """A cross through what was left out."""
    return (
        f'<path d="M{x:.1f} {y:.1f}l{width:.1f} {height:.1f}M{x:.1f} {y + height:.1f}'
        f'l{width:.1f} {-height:.1f}" stroke="{LIGHT.text}" stroke-width="2" stroke-linecap="round"/>'
    )


def legend(width: float, top: float, entries: Sequence[tuple[str, str]]) -> tuple[str, float]:
    """Rows of marks, each drawn about (0, 0), with what they mean; and their height."""
    rows: list[list[tuple[str, str, float]]] = [[]]
    for mark, text in entries:
        room = 34 + _LEGEND * _LETTER * columns(text) + 22
        if rows[-1] and sum(entry[2] for entry in rows[-1]) + room > width - 16:
            rows.append([])
        rows[-1].append((mark, text, room))
    parts = []
    for i, row in enumerate(rows):
        x, y = (width - sum(room for _, _, room in row) + 22) / 2, top + 12 + 20 * i
        for mark, text, room in row:
            parts.append(f'<g transform="translate({x + 14:.1f} {y:.1f})">{mark}</g>')
            parts.append(words(x + 32, y, text, _LEGEND, LIGHT.quiet, anchor="start"))
            x += room
    return "\n".join(parts), 24 + 20 * (len(rows) - 1)


def unit(x: float, y: float, radius: float, value: float | None, largest: float, text: str = "") -> str:
    """A circle, filled by its activation as far as the number in it stays readable."""
    share = abs(value) / largest if value is not None and 0 < largest < float("inf") else 0.0
    colour = POSITIVE if value is None or value >= 0 else NEGATIVE
    tint = 0.4 * min(share, 1.0)
    inside = words(x, y, text, 10, room=1.75 * radius) if text else ""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{LIGHT.panel}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" fill-opacity="{tint:.2f}" '
        f'stroke="{LIGHT.lines[Kind.OPERATION]}" stroke-width="1.3"/>{inside}'
    )
