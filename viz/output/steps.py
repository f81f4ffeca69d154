"""The step-by-step page: one file that plays a computation forwards and backwards in any browser."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from ..model import Level, Picture
from ..wording import counted
from .files import save
from .notebook import Bundle, Shown, frame_height, live_bundle, svg_image
from .page import KEYS, SAID, asset, controls, document, played

_pages = count(1)


class StepPage(Shown):
    """A page that plays a drawing: values appear forwards, gradients flow backwards.

    The page needs no network and loads nothing; its policy forbids it. Notebooks that are trusted show it
    live, in a frame that can touch nothing outside itself; others show the drawing.

    Attributes:
        html: the page.

    >>> from autograd_core import Value
    >>> from viz import draw
    >>> draw(Value(2.0) * 3).interactive()
    <StepPage: 1 step forward, 2 steps backward>
    """

    def __init__(self, picture: Picture, lay_out: Callable[[Picture], str], text: str) -> None:
        """Put the page together from a picture and its levels; ``lay_out`` gives their SVG."""
        assert picture.story is not None, "a drawing without a story has no page"
        whole = Level("every node", picture, {box.key: box.key for box in picture.boxes}, {})
        self._picture, self._levels = picture, (whole, *picture.levels)
        self._story, self._lay_out, self._text = picture.story, lay_out, text
        self._number = next(_pages)

    @cached_property
    def _svgs(self) -> list[str]:
        return [self._lay_out(level.picture) for level in self._levels]

    @cached_property
    def html(self) -> str:
        """The whole page.

        Raises:
            DrawingError: if the drawing cannot be rendered.
        """
        picture = self._picture
        notes = "".join(f'<p class="keys">{escape(note)}</p>\n' for note in picture.notes)
        views = "".join(
            f'<div class="view"{" hidden" if i else ""}>\n{svg}</div>\n' for i, svg in enumerate(self._svgs)
        )
        title = picture.title or "A computation, step by step"
        body = (
            f"<h1>{escape(title)}</h1>\n{self._controls()}{SAID}"
            f'<div class="figure" id="figure">\n{views}</div>\n'
            f'<div class="about" id="about" role="region" aria-label="The chosen box"></div>\n{notes}{_KEYS}'
        )
        style, script = asset("steps.css"), played(asset("steps.js"))
        return document(title, picture.options["theme"], style, body, script=script, story=self._data())

    def _controls(self) -> str:
        names = [f'<option value="{i}">{escape(level.name)}</option>' for i, level in enumerate(self._levels)]
        detail = f'<label>Detail <select id="detail">{"".join(names)}</select></label>\n'
        buttons = ("First", "Back", "Play", "Step", "Last")
        return controls(buttons, 16, detail if len(names) > 1 else "")

    def _data(self) -> dict[str, Any]:
        story = asdict(self._story)
        order = {moment.key: i for i, moment in enumerate(self._story.moments)}
        data = {
            "graph": self._picture.options["graph"],
            "direction": self._picture.direction,
            "nodes": story["moments"],
            "forward": [order[key] for key in self._story.forward],
            "backward": [order[key] for key in self._story.backward],
            "arrows": story["arrows"],
            "why": story["why"],
            "views": [
                {"keys": [level.places[key] for key in order], "names": level.names} for level in self._levels
            ],
        }
        if self._picture.compact:
            for node in data["nodes"]:
                node["roles"] = node["roles"][:1]  # a small box has one line
        return data

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all.

        Raises:
            DtypeError: if the path is no path.
            DomainError: if the name does not end in .html.
            DrawingError: if the drawing cannot be rendered.
            OSError: if the file cannot be written.
        """
        return save(
            path, {".html", ".htm"}, "a step-by-step page is an .html file", lambda _: self.html.encode()
        )

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        forward, backward = (
            counted(len(steps), "step") for steps in (self._story.forward, self._story.backward)
        )
        return f"<StepPage: {forward} forward, {backward} backward>"

    def _bundle(self) -> Bundle:
        svg = self._svgs[0]
        name = f"f-{hashlib.sha256(svg.encode()).hexdigest()[:8]}-{self._number}"
        image, title = svg_image(svg, self._text), "A computation, step by step"
        return live_bundle(self.html, image, self._text, name, title, frame_height(svg))


def static_page(picture: Picture, svg: str) -> str:
    """A page that shows a drawing, for one that has no steps."""
    style = "body{margin:1rem;padding:0;text-align:center}"
    return document(picture.title or "Computation graph", picture.options["theme"], style, svg)


_KEYS = f"""\
<p class="keys">{KEYS} Choose a box with a click to see its chain rule; <kbd>Esc</kbd> lets go.
<kbd>Tab</kbd> leads into the drawing: there the arrow keys walk from box to box, <kbd>Enter</kbd> chooses,
<kbd>Page Down</kbd> and <kbd>Page Up</kbd> step.</p>
"""
