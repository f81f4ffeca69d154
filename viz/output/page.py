"""HTML pages that need no network: one document, one set of controls and one style for all of them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from typing import Any

from ..style import DARK, LIGHT, THEMES, Palette

_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def document(title: str, theme: str, style: str, body: str, *, script: str = "", **data: Any) -> str:
    """A whole page, whose policy allows the script in it and nothing else: no network, no other code.

    Args:
        title: what it is called, any characters.
        theme: the name of its colours.
        style: rules beside those that all pages share.
        body: what is shown, as HTML.
        script: what moves it.
        data: what the script reads, as JSON, from the element of this name.
    """
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; script-src 'sha256-{allowed}'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )
    held = "".join(
        f'<script type="application/json" id="{name}">{json.dumps(held).translate(_ESCAPED)}</script>\n'
        for name, held in data.items()
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_colours(theme)}\n{asset('page.css')}{style}</style>\n</head>\n<body>\n{body}{held}"
        f"{f'<script>{script}</script>' if script else ''}\n</body>\n</html>\n"
    )


def asset(name: str, package: str = __package__) -> str:
    """The text of a file that stands beside the code."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def controls(buttons: Sequence[str], fastest: int, more: str = "") -> str:
    """Buttons, a slider over all steps, and a choice of speeds up to ``fastest`` times the usual one."""
    pressed = "".join(f'<button type="button" id="{name.lower()}">{name}</button>\n' for name in buttons)
    speeds = "".join(
        f'<option value="{speed}"{" selected" if speed == 1 else ""}>{"½" if speed < 1 else speed}×</option>'
        for speed in (0.5, 1, 2, 4, 16)
        if speed <= fastest
    )
    return (
        f'<div class="controls" role="group" aria-label="Steps">\n{pressed}'
        '<input type="range" id="jump" min="0" value="0" step="1" aria-label="Jump to a step">\n'
        f'<label>Speed <select id="speed">{speeds}</select></label>\n{more}</div>\n'
    )


def played(*parts: str) -> str:
    """The script of a page with :func:`controls`: its own parts, behind what they all share, the player and
    what knows whether the page is dark.
    """
    return "\n".join([asset("dark.js"), asset("player.js"), *parts])


SAID = '<p class="said" id="said" role="status" aria-live="polite"></p>\n'
"""The sentence of the step, which is read aloud."""
KEYS = """\
<kbd>Space</kbd> plays and pauses, <kbd>→</kbd> and <kbd>←</kbd> step, <kbd>Home</kbd> and
<kbd>End</kbd> jump."""
"""The keys that every page with steps understands."""


def _colours(theme: str) -> str:
    def variables(p: Palette) -> str:
        kinds = "".join(f";--{kind}:{p.fills[kind]};--{kind}-line:{p.lines[kind]}" for kind in p.fills)
        return (
            f"--panel:{p.panel};--raised:{p.cluster};--line:{p.cluster_line};--text:{p.text};"
            f"--quiet:{p.quiet};--gradient:{p.gradient};--focus:{p.focus}{kinds}"
        )

    if theme != "auto":
        scheme = "dark" if theme == "dark" else "light"
        return f":root:root{{color-scheme:{scheme};{variables(THEMES[theme])}}}"
    return f":root{{{variables(LIGHT)}}}@media (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}"
