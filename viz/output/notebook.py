"""What notebooks are given to show: a picture that is there whether the notebook is trusted or not.

A notebook that somebody else has run is not trusted at first: Jupyter then shows no SVG and no frame,
and takes styles out of HTML; an image stays. So the HTML of a drawing is an image, and a live page comes
with an image that a style hides: where the style is taken out, so is the frame, and the image appears.

An image is light or dark as what is around it, where that says so, else as the reader's system. A frame has
to be told, browsers show it the system only: its element has a colour that is decided around it, and says
inside which one, whenever it changes.
"""

from __future__ import annotations

import base64
import math
import re
from html import escape
from typing import Any

Bundle = dict[str, Any]
LONGEST_ALTERNATIVE = 2_000
"""The text in the place of an image is read aloud; a longer one is cut."""
_AROUND, _LEAST, _MOST = 400, 480, 760
"""The height in pixels of everything around the drawing in a live page, and of the whole."""
_HEIGHT = re.compile(r'<svg\b[^>]*\bheight="([\d.]+)pt"')
_STYLE = re.compile(r'<svg\b[^>]*\bstyle="([^"]*)"')


_SENSED = "color:light-dark(#000,#fff);transition:color 1ms"
_TELL = (
    "const s=getComputedStyle(this);this.contentWindow.postMessage(s.colorScheme=='normal'?'':"
    "s.color=='rgb(255, 255, 255)'?'dark':'light','*')"
)
"""The end of a transition is how an element hears that its colours are others now, whoever changed them."""


class Shown:
    """What shows itself in Jupyter and in marimo. Showing never raises: where there is no picture, there is
    the text, and why.
    """

    def _bundle(self) -> Bundle:
        """The object by MIME type."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """What Jupyter chooses from."""
        try:
            return self._bundle()
        except Exception as error:
            return {"text/plain": f"{text_of(self)}\n\nno picture: {error}"}

    def _mime_(self) -> tuple[str, str]:
        """The one type and content that marimo asks for."""
        bundle = self._repr_mimebundle_()
        kind = "text/html" if "text/html" in bundle else "text/plain"
        return kind, bundle[kind]


def text_of(shown: Any) -> str:
    """The object as text, or what went wrong with that."""
    try:
        return str(shown)
    except Exception as error:
        return f"{type(shown).__name__} ({type(error).__name__}: {error})"


def picture_bundle(svg: str, text: str) -> Bundle:
    """A picture by MIME type: as an image in HTML, as SVG for exports, and as text.

    >>> picture_bundle('<svg style="max-width:100%"></svg>', "a & b")["text/html"]
    '<div style="overflow-x:auto"><img alt="a &amp; b"
    src="data:image/svg+xml;base64,PHN2ZyBzdHlsZT0ibWF4LXdpZHRoOjEwMCUiPjwvc3ZnPg=="
    style="max-width:100%"></div>'
    """
    return {
        "text/html": f'<div style="overflow-x:auto">{svg_image(svg, text)}</div>',
        "image/svg+xml": svg,
        "text/plain": text,
    }


def live_bundle(page: str, image: str, text: str, name: str, title: str, height: float) -> Bundle:
    """A page by MIME type: alive in a frame that may run scripts and nothing else, else its picture.

    Args:
        page: the HTML document.
        image: the ``<img>`` for where the page is not shown.
        text: the same in words.
        name: a class name that no other output has.
        title: what the frame is called when it is read aloud.
        height: of the frame, in pixels.
    """
    return {
        "text/html": (
            f'<div class="{name}">{image}</div><style>.{name}{{display:none}}</style>'
            f'<iframe sandbox="allow-scripts" title="{escape(title)}" '
            f'style="width:100%;height:{height:.0f}px;border:0;{_SENSED}" '
            f'onload="{_TELL}" ontransitionend="{_TELL}" srcdoc="{escape(page)}"></iframe>'
        ),
        "text/plain": text,
    }


def frame_height(svg: str) -> float:
    """Room for a drawing and the controls around it, in pixels; a large drawing scrolls inside."""
    points = float(found[1]) if (found := _HEIGHT.match(svg)) else math.inf
    return min(max(_AROUND + points * 4 / 3, _LEAST), _MOST)


def svg_image(svg: str, text: str) -> str:
    """An SVG as an image; it takes the widths that the SVG asks for."""
    style = found[1] if (found := _STYLE.match(svg)) else ""
    return _image("svg+xml", svg.encode(), text, f' style="{style}"')


def png_image(png: bytes, text: str) -> str:
    """A PNG as an image."""
    return _image("png", png, text)


def _image(kind: str, content: bytes, text: str, style: str = "") -> str:
    alternative = text if len(text) <= LONGEST_ALTERNATIVE else text[: LONGEST_ALTERNATIVE - 1] + "…"
    data = base64.b64encode(content).decode()
    return f'<img alt="{escape(alternative)}" src="data:image/{kind};base64,{data}"{style}>'
