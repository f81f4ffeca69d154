"""PNG and PDF from SVG, by Typst: its wheel carries the renderer, and letters for a computer without any."""

from __future__ import annotations

import math
import re
from functools import cache
from html import unescape
from typing import Any

from autograd_core import DomainError, DtypeError, MissingDependencyError

from .. import wording

FORMATS = (".png", ".pdf")
DOTS = 144.0
"""Dots per inch of a PNG: two for each point of the drawing."""
MOST_DOTS = 150_000_000
"""A PNG of more takes a gigabyte of memory while it is painted."""
LETTERS = "Helvetica, Arial, 'Liberation Sans', Arimo, 'Nimbus Sans', 'Libertinus Serif'"
"""Five families whose letters are as wide as those that the layout has measured. The last one is Typst's own,
and narrower: where none of the others is installed, everything still fits.
"""
_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)(?:pt)?" height="([\d.]+)(?:pt)?"')
_TITLE = re.compile(r"<title>([^<]*)</title>")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_PANEL = re.compile(r'<rect [^>]*fill="(#[0-9a-f]{6})"/>')
_FAMILY = re.compile(r'font-family="[^"]*"')
_PAGE = b"""\
#set document(title: sys.inputs.title, date: none)
#set page(width: %(width).6fpt, height: %(height).6fpt, margin: 0pt, fill: eval(sys.inputs.panel))
#set image(format: "svg", width: 100%%, height: 100%%, fit: "stretch")
#image(bytes(sys.inputs.svg), alt: sys.inputs.title)
"""


def image_of(svg: str, suffix: str, dpi: float | None = None, transparent: bool = False) -> bytes:
    """A picture as a PNG, or as a PDF of one page of its size in which text is text.

    Its colours are those that are written into the SVG: an image cannot follow the scheme of a page.

    Args:
        svg: a picture of this package: its title, a panel behind it, colours as attributes.
        suffix: ``".png"`` or ``".pdf"``.
        dpi: dots per inch of a PNG, 144 if it is not said.
        transparent: whether the panel is left out.

    Raises:
        DtypeError: if ``dpi`` is no number.
        DomainError: if ``dpi`` is not positive, makes a PNG of more than 150 million dots, or is given for
            another format.
        MissingDependencyError: if Typst is not installed.
    """
    size, title = _SIZE.search(svg), _TITLE.search(svg)
    assert size is not None, "a picture has a size"
    assert title is not None, "a picture has a title"
    width, height = map(float, size.groups())
    dots = _checked(dpi, suffix, width, height)
    typst = renderer()
    svg = _FAMILY.sub(f'font-family="{LETTERS}"', _STYLE.sub("", svg, count=1))
    panel = _PANEL.search(svg)
    assert panel is not None, "a picture has a panel"
    svg = svg[: panel.start()] + svg[panel.end() :]
    behind = "none" if transparent else f'rgb("{panel[1]}")'  # the page has it, up to its last dot
    if suffix == ".png":
        # Typst paints whole dots, from the shape of the picture, rounded up; a row that is too much for the
        # page is left out of the middle. So page and picture are whole dots, and a hair less.
        across, down = (max(round(length * dots / 72), 1) for length in (width, height))
        width, height = ((across - 0.005) * 72 / dots, (down - 0.02) * 72 / dots)
        svg = _SIZE.sub(lambda found: _sized(found, across, down - 0.01), svg, count=1)
    made = typst.compile(
        _PAGE % {b"width": width, b"height": height},
        format=suffix[1:],
        ppi=dots,
        font_paths=_fonts(),
        sys_inputs={"svg": svg, "panel": behind, "title": unescape(title[1])},
    )
    assert isinstance(made, bytes), "one page makes one file"
    return made


def _sized(found: re.Match[str], width: float, height: float) -> str:
    """The beginning of an SVG with another size."""
    start = found[0][: found.start(1) - found.start()]
    return f'{start}{width}" height="{height}"'


def only_for_images(suffix: str, dpi: float | None, transparent: bool) -> None:
    """Refuse what only images have.

    Raises:
        DomainError: for dots or a transparent panel in another format.
    """
    for name, given in (("dpi", dpi is not None), ("transparent", transparent)):
        if given:
            raise DomainError(f"save(..., {name}=...): this is for {' and '.join(FORMATS)}, not for {suffix}")


def renderer() -> Any:
    """The module that paints.

    Raises:
        MissingDependencyError: if it is not installed.
    """
    try:
        import typst
    except (ImportError, OSError):
        raise MissingDependencyError(
            "Typst paints .png and .pdf: pip install 'autograd-core[images]'; .svg and .html need nothing"
        ) from None
    return typst


@cache
def _fonts() -> Any:
    """The letters of this computer; looking for them takes longer than the rest."""
    return renderer().Fonts()


def _checked(dpi: float | None, suffix: str, width: float, height: float) -> float:
    if dpi is None:
        dpi = DOTS
    elif suffix != ".png":
        raise DomainError(f"save(..., dpi={wording.quoted(dpi)}): only a .png has dots, a {suffix} has none")
    if isinstance(dpi, bool) or not isinstance(dpi, int | float):
        raise DtypeError(f"save(..., dpi={wording.quoted(dpi)}): dpi is a number of dots per inch")
    if not 0 < dpi < math.inf:
        raise DomainError(f"save(..., dpi={dpi}): dots per inch are more than 0")
    dots = width * height * (dpi / 72) ** 2
    if dots > MOST_DOTS:
        most = int(72 * math.sqrt(MOST_DOTS / width / height))
        raise DomainError(
            f"save(..., dpi={dpi:g}): {dots / 1e6:,.0f} million dots are more than {MOST_DOTS / 1e6:.0f}; "
            f"take dpi={most} or less, or a .pdf"
        )
    return float(dpi)
