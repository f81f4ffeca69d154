"""The step-by-step page: one file that plays a computation forwards and backwards in any browser."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from html import escape
from importlib.resources import files
from itertools import count
from pathlib import Path

from autograd_core import DomainError

from ..model import Picture
from ..picture.levels import Level
from ..style import DARK, LIGHT, THEMES, Palette
from ..wording import counted
from .files import as_path, check_place, write
from .notebook import Bundle, Shown, frame_height, live_bundle, svg_image

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

    def __init__(self, levels: Sequence[Level], lay_out: Callable[[Picture], str], text: str) -> None:
        """Put the page together from the open picture and its closed levels; ``lay_out`` gives their SVG."""
        self._picture = levels[0].picture
        assert self._picture.story is not None, "a drawing without a story has no page"
        self._levels, self._story, self._lay_out, self._text = levels, self._picture.story, lay_out, text
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
        title = escape(self._picture.title or "A computation, step by step")
        script = _asset("steps.js")
        allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy = (
            f"default-src 'none'; script-src 'sha256-{allowed}'; style-src 'unsafe-inline'; "
            "base-uri 'none'; form-action 'none'"
        )
        notes = "".join(f'<p class="keys">{escape(note)}</p>\n' for note in self._picture.notes)
        views = "".join(
            f'<div class="view"{" hidden" if i else ""}>\n{svg}</div>\n' for i, svg in enumerate(self._svgs)
        )
        return (
            f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
            f"<style>{_colours(self._picture)}\n{_asset('steps.css')}</style>\n</head>\n<body>\n"
            f"<h1>{title}</h1>\n"
            f"{_controls([level.name for level in self._levels])}"
            f'<div class="figure" id="figure">\n{views}</div>\n'
            f'<div class="about" id="about" role="region" aria-label="The chosen box"></div>\n{notes}{_KEYS}'
            f'<script type="application/json" id="story">{self._json()}</script>\n'
            f"<script>{script}</script>\n</body>\n</html>\n"
        )

    def _json(self) -> str:
        story = asdict(self._story)
        order = {moment.key: i for i, moment in enumerate(self._story.moments)}
        data = {
            "graph": self._picture.options["graph"],
            "direction": self._picture.options["direction"],
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
        return json.dumps(data).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all.

        Raises:
            DtypeError: if the path is no path.
            DomainError: if the name does not end in .html.
            DrawingError: if the drawing cannot be rendered.
            OSError: if the file cannot be written.
        """
        path = as_path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise DomainError(f"save({str(path)!r}): a step-by-step page is an .html file")
        check_place(path)
        return write(path, self.html.encode())

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
    title = escape(picture.title or "Computation graph")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_colours(picture)}"
        "body{margin:1rem;text-align:center;background:var(--panel)}</style>\n"
        f"</head>\n<body>\n{svg}</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _colours(picture: Picture) -> str:
    theme = picture.options["theme"]

    def variables(p: Palette) -> str:
        return (
            f"--panel:{p.panel};--raised:{p.cluster};--line:{p.cluster_line};--text:{p.text};"
            f"--quiet:{p.quiet};--gradient:{p.gradient};--focus:{p.focus}"
        )

    if theme != "auto":
        scheme = "dark" if theme == "dark" else "light"
        return f":root:root{{color-scheme:{scheme};{variables(THEMES[theme])}}}"
    return f":root{{{variables(LIGHT)}}}@media (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"


def _controls(levels: Sequence[str]) -> str:
    options = "".join(f'<option value="{i}">{escape(name)}</option>' for i, name in enumerate(levels))
    detail = f'<label>Detail <select id="detail">{options}</select></label>\n' if len(levels) > 1 else ""
    return _CONTROLS.format(detail=detail)


_CONTROLS = """\
<div class="controls" role="group" aria-label="Steps">
<button type="button" id="first">First</button>
<button type="button" id="back">Back</button>
<button type="button" id="play">Play</button>
<button type="button" id="step">Step</button>
<button type="button" id="last">Last</button>
<input type="range" id="jump" min="0" value="0" step="1" aria-label="Jump to a step">
<label>Speed <select id="speed"><option value="0.5">½×</option><option value="1" selected>1×</option>\
<option value="2">2×</option><option value="4">4×</option><option value="16">16×</option></select></label>
{detail}</div>
<p class="said" id="said" role="status" aria-live="polite"></p>
"""
_KEYS = """\
<p class="keys"><kbd>Space</kbd> plays and pauses, <kbd>→</kbd> and <kbd>←</kbd> step, <kbd>Home</kbd> and
<kbd>End</kbd> jump. Choose a box with a click to see its chain rule; <kbd>Esc</kbd> lets go.
<kbd>Tab</kbd> leads into the drawing: there the arrow keys walk from box to box, <kbd>Enter</kbd> chooses,
<kbd>Page Down</kbd> and <kbd>Page Up</kbd> step.</p>
"""
