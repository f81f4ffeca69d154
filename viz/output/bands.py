"""The boxes of layers in an SVG that Graphviz wrote: names in bold, a line above each band."""

from __future__ import annotations

import re
from html import escape, unescape

from ..model import Box, Kind, Picture

_NODE = re.compile(r'<g id="[^"]*" class="node[^"]*" data-key="([^"]*)">.*?</g>', re.DOTALL)
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
_ABOVE = 0.93
"""How far above its baseline the line over a text lies, in sizes of its letters."""


def with_bands(content: str, picture: Picture) -> str:
    """The drawing with names set off from what they are the names of."""
    boxes = {box.key: box for box in picture.boxes}
    return _NODE.sub(lambda found: _with_bands(found[0], boxes[unescape(found[1])]), content)


def _with_bands(group: str, box: Box) -> str:
    texts = list(_TEXT.finditer(group))
    if box.kind in (Kind.PARAMETER, Kind.SHARED) or not texts:
        return group
    first = texts[0]
    name = escape(unescape(box.name), quote=False)
    written = unescape(first[2])
    start = len(written) - len(written.lstrip())
    rest = escape(written[start + len(box.name) :], quote=False)
    bold = f'<text {first[1]}><tspan font-weight="bold">{name}</tspan>{rest}</text>'
    lines = ""
    shape = re.search(r'<polygon [^>]*stroke="([^"]*)"[^>]* points="([^"]*)"', group)
    if shape is not None:
        across = [float(x) for x in re.findall(r"([-\d.]+),", shape[2])]
        for text in texts[1:]:
            y, size = (float(_attribute(text[1], name)) for name in ("y", "font-size"))
            level = f"{y - _ABOVE * size:.2f}"
            ends = f"{min(across)},{level} {max(across)},{level}"
            lines += f'<polyline fill="none" stroke="{shape[1]}" points="{ends}"/>\n'
    return group[: first.start()] + lines + bold + group[first.end() :]


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf'\b{name}="([-\d.]+)"', attributes)
    assert found is not None, f"Graphviz gives a text its {name}"
    return found[1]
