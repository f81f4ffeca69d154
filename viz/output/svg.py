"""Graphviz's SVG made fit for pages: names that are unique in a document, light and dark, a legend."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from ..model import Picture
from ..style import DARK, THEMES, Palette
from .bands import with_bands
from .clearing import cleared
from .legend import kinds_in, legend_of

_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_VIEW_BOX = re.compile(r'viewBox="\s*([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)')
_KEYED = re.compile(r'(<g id="[^"]*" class="(?:node|edge)[^"]*")(>\s*<title>([^<]*)</title>)')
_ID = re.compile(r'(<g id=")')
_TITLE = re.compile(r"<title>([^<]*)</title>")
_PANEL = re.compile(r'(class="graph"[^>]*>\s*)<polygon [^>]*/>')
_BOX = re.compile(r'<g id="[^"]*" class="node ([^"]*)" data-key="[^"]*">.*?</g>', re.DOTALL)
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)")
_GRADIENT = re.compile(r"(?:grad|Σ of)\b")
_RIM = 3
"""So far down is the text of a cylinder or cube, in points, that it is clear of the rim."""


def finish(svg: str, picture: Picture, identity: str) -> str:
    """The final SVG.

    Args:
        svg: what Graphviz wrote.
        picture: what was drawn.
        identity: the prefix of all ids, and the scope of the style: unique in a page.
    """
    start = _SVG_TAG.search(svg)
    view = _VIEW_BOX.search(svg)
    assert start is not None, "Graphviz writes one <svg>"
    assert view is not None, "Graphviz gives it a viewBox"
    content = svg[start.end() : svg.rindex("</svg>")]
    content = re.sub(r"<!--.*?-->\n?", "", content, flags=re.DOTALL)
    content = _ID.sub(rf"\g<1>{identity}-", content)
    content = _KEYED.sub(_with_key, content)
    content = _TITLE.sub(_tooltips(picture), content)
    content = _PANEL.sub(r"\1", content, count=1)  # there is one behind the legend too
    if picture.title:
        content = content.replace("<text ", '<text font-weight="bold" ', 1)
    content = _BOX.sub(_set_off(picture), content)
    content = cleared(content)
    if picture.layered:
        content = with_bands(content, picture)

    left, top, width, height = (float(number) for number in view.groups())
    below = legend_of(picture, max(width, 440.0))
    full_width, full_height = max(width, below.width), height + below.height
    shift = (full_width - width) / 2
    summary = escape(_summary(picture), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'id="{identity}" role="img" aria-label="{summary}" '
        f'width="{full_width:.0f}pt" height="{full_height:.0f}pt" '
        f'viewBox="{left - shift:.2f} {top:.2f} {full_width:.2f} {full_height:.2f}" '
        f'style="max-width:100%;min-width:{0.6 * full_width:.0f}pt;height:auto">\n'
        f"<title>{summary}</title>\n"
        f"{_style(identity, picture)}"
        f'<rect class="panel" x="{left - shift:.2f}" y="{top:.2f}" width="{full_width:.2f}" '
        f'height="{full_height:.2f}" fill="{THEMES[picture.options["theme"]].panel}"/>\n'
        f"{content.strip()}\n"
        f'<g class="legend" transform="translate({left - shift:.2f} {top + height:.2f})">{below.svg}</g>\n'
        f"</svg>\n"
    )


def _with_key(found: re.Match[str]) -> str:
    """A group with the key of its box or arrow, by which pages find it."""
    key = unescape(found[3])
    if "cotangent" in found[1]:
        tail, _, head = key.partition("->")
        key = f"{head}->{tail}"
    return f'{found[1]} data-key="{escape(key)}"{found[2]}'


def _summary(picture: Picture) -> str:
    title = f"{picture.title}: " if picture.title else ""
    return (
        f"{title}{picture.kind.removesuffix('graph')}computation graph, "
        f"{len(picture.boxes)} boxes and {len(picture.arrows)} arrows"
    )


def _tooltips(picture: Picture) -> Callable[[re.Match[str]], str]:
    """What puts a description in the place of a key; browsers show it as a tooltip."""
    boxes = {box.key: box for box in picture.boxes}

    def tooltip(found: re.Match[str]) -> str:
        key = unescape(found[1])
        if key in boxes:
            return f"<title>{escape(boxes[key].description)}</title>"
        tail, _, head = key.partition("->")
        if tail in boxes and head in boxes:
            return f"<title>{escape(f'{boxes[tail].name} → {boxes[head].name}')}</title>"
        return ""

    return tooltip


def _set_off(picture: Picture) -> Callable[[re.Match[str]], str]:
    """What makes the name in a box bold, and gradients stand out. All of it is written as attributes, which
    every program reads; only the colours of dark pages need a style.
    """
    theme = picture.options["theme"]
    slant = 'font-style="italic" ' if theme == "print" else ""
    fill = f'fill="{THEMES[theme].gradient}"'

    def box(found: re.Match[str]) -> str:
        classes = found[1].split()
        coloured = not {"dim", "heat"} & {*classes}
        low = bool({"parameter", "shared"} & {*classes})
        first = not picture.layered

        def text(found: re.Match[str]) -> str:
            nonlocal first
            attributes, words = found.groups()
            if low:
                attributes = re.sub(r'\by="([^"]*)"', lambda y: f'y="{float(y[1]) + _RIM:.2f}"', attributes)
            if first:
                attributes = f'font-weight="bold" {attributes}'
            first = False
            if _GRADIENT.match(words):
                if coloured:
                    attributes = slant + re.sub(r'\s*fill="[^"]*"', "", attributes) + f" {fill}"
                attributes = f'class="gradient" {attributes}'
            return f"<text {attributes}>{words}"

        return _TEXT.sub(text, found[0])

    return box


def _style(identity: str, picture: Picture) -> str:
    """The dark colours, for pages that are dark."""
    if picture.options["theme"] != "auto":
        return ""
    dark = _dark(f"#{identity}", picture, DARK)
    return f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>\n"


def _dark(root: str, picture: Picture, colours: Palette) -> str:
    """Graphviz writes the light colours as attributes; rules of a style go before attributes."""
    arrow = colours.gradient if picture.options["graph"] == "backward" else colours.quiet
    rules = [
        f"{root} .panel{{fill:{colours.panel}}}",
        f"{root} :not(.heat)>text{{fill:{colours.text}}}",
        f"{root} .graph>text,{root} .cluster text,{root} text.quiet{{fill:{colours.quiet}}}",
        f"{root} .cluster>path,{root} .cluster>polygon"
        f"{{fill:{colours.cluster};stroke:{colours.cluster_line}}}",
        f"{root} .pass>:is(path,polygon){{stroke:{colours.gradient}}}",
        f"{root} .cluster.pass text{{fill:{colours.gradient}}}",
        f"{root} .edge path{{stroke:{arrow}}}",
        f"{root} .edge polygon{{stroke:{arrow};fill:{arrow}}}",
        f"{root} .edge text{{fill:{arrow}}}",
        f"{root} .cotangent path{{stroke:{colours.gradient}}}",
        f"{root} .cotangent polygon{{stroke:{colours.gradient};fill:{colours.gradient}}}",
        f"{root} :not(.heat)>text.gradient,{root} .cotangent text{{fill:{colours.gradient}}}",
    ]
    for kind in kinds_in(picture):
        box = f"{root} .node.{kind.value}"
        filled = f'{box}:not(.heat) :is(polygon,path,rect):not([fill="none"])'
        rules.append(f"{filled}{{fill:{colours.fills[kind]}}}")
        rules.append(f"{box} :is(polygon,path,rect){{stroke:{colours.lines[kind]}}}")
        rules.append(f"{box} polyline{{stroke:{colours.lines[kind]}}}")
    if picture.scale is not None:
        rules.append(f'{root} .node.blank.blank :is(polygon,path):not([fill="none"]){{fill:{colours.panel}}}')
    if any(box.emphasis is False for box in picture.boxes):
        dim = ".dim.dim.dim"
        rules.append(f'{root} .node{dim} :is(polygon,path):not([fill="none"]){{fill:{colours.panel}}}')
        rules.append(f"{root} {dim} :is(polygon,path,polyline){{stroke:{colours.dim_line}}}")
        rules.append(f"{root} .edge{dim} polygon{{fill:{colours.dim_line}}}")
        rules.append(f"{root} {dim}>text{{fill:{colours.dim}}}")
    return "".join(rules)
