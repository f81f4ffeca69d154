"""``viz.live``: a page on which a computation can be moved, predicted and sent downhill."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from autograd_core import DomainError, DtypeError

from .. import wording
from ..drawing import Drawing
from ..options import checked
from ..output.files import save
from ..output.notebook import Bundle, Shown, live_bundle, svg_image
from ..output.page import SAID, asset, controls, document, played
from ..picture.plan import picture_of
from .layout import layout
from .story import LiveStory

_PARTS = ("graph.js", "watch.js", "predict.js", "descend.js", "start.js")
_HEIGHT = 700
"""Of the frame in a notebook, in pixels."""
_pages = count(1)


class LivePage(Shown):
    """A page that computes: values and gradients follow its sliders.

    The page needs no network and loads nothing; its policy allows the one script in it, whose program was
    written from the graph. Notebooks that are trusted show it live, in a frame that can touch nothing outside
    itself; others show the drawing.

    Attributes:
        html: the page.

    >>> from autograd_core import Value, tanh
    >>> import viz
    >>> x, w = Value(0.5, label="x"), Value(2.0, label="w")
    >>> viz.live(tanh(w * x))
    <LivePage: 2 steps forward, 4 steps backward, 2 sliders>
    """

    def __init__(self, story: LiveStory, title: str, theme: str) -> None:
        self._story, self._title, self._theme = story, title, theme
        self._number = next(_pages)

    @cached_property
    def _drawing(self) -> Drawing:
        """The computation as it was, for where the page is not shown."""
        options = checked({"theme": self._theme})
        return Drawing(picture_of(self._story.reading, options, self._title))

    @cached_property
    def html(self) -> str:
        """The whole page.

        Raises:
            DrawingError: if no Graphviz is there to lay the boxes out, or an operation cannot be written in
                JavaScript.
        """
        parts = (asset(part, __package__) for part in _PARTS)
        script = played("(() => {", self._story.program.javascript, *parts, "})();")
        data = self._story.data() | {"views": [layout(self._story, way) for way in ("LR", "TB")]}
        title = self._title or "A computation, live"
        formula = "".join(f' <span class="formula">{escape(text)}</span>' for text in self._story.formula)
        body = _BODY.format(
            title=escape(title),
            formula=formula,
            controls=controls(("First", "Back", "Play", "Step", "Last"), 16),
            said=SAID,
            note=f'<p class="keys">{escape(self._story.note)}</p>\n' if self._story.note else "",
        )
        return document(title, self._theme, asset("live.css", __package__), body, script=script, story=data)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all.

        Raises:
            DtypeError: if the path is no path.
            DomainError: if the name does not end in .html.
            DrawingError: if the page cannot be made.
            OSError: if the file cannot be written.
        """
        return save(path, {".html", ".htm"}, "a live page is an .html file", lambda _: self.html.encode())

    def __str__(self) -> str:
        return str(self._drawing)

    def __repr__(self) -> str:
        story = self._story
        parts = [
            f"{wording.counted(len(story.forward), 'step')} forward",
            f"{wording.counted(len(story.backward), 'step')} backward",
            wording.counted(len(story.controls), "slider"),
        ]
        return f"<LivePage: {', '.join(parts)}>"

    def _bundle(self) -> Bundle:
        svg, text = self._drawing.svg, str(self)
        name = f"f-{hashlib.sha256(svg.encode()).hexdigest()[:8]}-{self._number}"
        return live_bundle(self.html, svg_image(svg, text), text, name, "A computation, live", _HEIGHT)


def live(
    target: Any,
    *inputs: Any,
    sliders: Any = None,
    learn: Any = None,
    rate: float = 0.1,
    title: str = "",
    theme: str = "auto",
) -> LivePage:
    """A page on which the computation of one number lives: move an input, and every number follows.

    *Watch* steps forward and backward; beside an arrow stands its local derivative, as soon as its value is
    known, and its formula is written out. *Predict* hides the numbers and asks for them, and says what a
    wrong one is: the wrong sign, a path left out, a factor forgotten. *Descend* takes gradient steps while
    the curve of the loss grows. The page computes by itself: its program is what the page of derivatives
    writes when it is given texts in place of numbers.

    Args:
        target: what :func:`viz.draw` takes, as long as it ends in a single number and needs at most 1,000 of
            them: a graph of Values, each a box, or of Tensors, each a box with its matrix.
        inputs: the example inputs of a function or module.
        sliders: the inputs that can be changed, nodes or their names, all when None; the others are
            constants. A dictionary says for each how far its slider reaches, ``{"w": (-1, 1)}``, in which
            steps, ``(-1, 1, 0.5)``, or over which numbers, ``[0.1, 1, 10]``.
        learn: the inputs that gradient descent changes, nodes or their names: the parameters when None; where
            nothing is known to be one, all.
        rate: the learning rate η with which the page begins.
        title: the heading; for a function or module its name.
        theme: as for :func:`viz.draw`.

    Raises:
        DtypeError: if the target is nothing that can be drawn, or an option of the wrong type.
        DomainError: for an input that there is not, an empty range, a negative rate or an unknown theme.
        GraphError: if the result is not one number with a gradient, or what is to learn has none.
        DrawingError: if the computation is too large.

    >>> from autograd_core import Value, tanh
    >>> import viz
    >>> w, x, b = Value(1.5, label="w"), Value(0.8, label="x"), Value(-0.4, label="b")
    >>> page = viz.live((tanh(w * x + b) - 0.2) ** 2, learn=[w, b], sliders={"w": (-2, 2), "x": (-1, 1)})
    >>> page
    <LivePage: 5 steps forward, 8 steps backward, 2 sliders>
    """
    if not isinstance(rate, int | float) or isinstance(rate, bool):
        raise DtypeError(f"live(rate={wording.quoted(rate)}): the learning rate is a number")
    if not 0 <= rate < float("inf"):
        raise DomainError(f"live(rate={rate}): the learning rate is at least 0 and finite")
    if not isinstance(title, str):
        raise DtypeError(f"live(title={wording.quoted(title)}): the title is a text")
    checked({"theme": theme})
    story = LiveStory(target, inputs, sliders, learn, float(rate))
    return LivePage(story, wording.clean(title or story.name, 120), theme)


_MODES = "".join(
    f'<button type="button" data-mode="{mode.lower()}">{mode}</button>\n'
    for mode in ("Watch", "Predict", "Descend")
)
_BODY = f"""\
<div class="top"><h1>{{title}}{{formula}}</h1>
<div class="bar" role="group" aria-label="What to do">
{_MODES}</div></div>
{{controls}}<div class="line">{{said}}<button type="button" id="overview" aria-pressed="false" hidden>
Whole graph</button></div>
<div class="all"><div class="main">
<div class="figure" id="figure">
<svg id="svg" role="group" aria-label="The computation as a graph"></svg></div>
<div class="inputs" id="inputs" role="group" aria-label="Inputs and parameters"></div></div>
<div class="side"><section class="ask" id="ask" aria-label="Question" hidden></section>
<section class="descent" id="descent" aria-label="Gradient descent" hidden></section>
<section class="about" id="about" aria-label="The chosen box"></section></div></div>
<p class="keys"><kbd>Space</kbd> plays wherever the focus is, <kbd>→</kbd> <kbd>←</kbd> step,
<kbd>Enter</kbd> presses a button or chooses a box, <kbd>Esc</kbd> lets go. In the drawing the arrow keys walk
from box to box.</p>
{{note}}"""
