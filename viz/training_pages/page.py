"""``viz.training``: a training epoch by epoch, and the network that goes on learning in the page."""

from __future__ import annotations

import base64
import hashlib
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError

from .. import wording
from ..diagrams.figure import Figure, words
from ..options import checked
from ..output.files import save
from ..output.notebook import Bundle, Shown, live_bundle, svg_image
from ..output.page import KEYS, SAID, asset, controls, document, played
from ..style import LIGHT
from .layers import pictures
from .program import Program
from .story import TrainingStory

_PARTS = ("model.js", "plot.js", "curve.js", "diagram.js", "panel.js", "start.js")
_HUES = (
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"),
    ("#56b4e9", "#ff9a57", "#2fc79b", "#e39ac6", "#f0c04a", "#9ad4f5", "#d8dce2"),
)
"""The classes, and the signs of weights and units, on light and on dark: Okabe and Ito (2008)."""
_HEIGHT = 700
"""Of the frame in a notebook, in pixels."""
_pages = count(1)


class TrainingPage(Shown):
    """A training as a page: a slider over its epochs, and buttons that train on.

    The page needs no network and loads nothing; its policy allows the one script in it. Notebooks that are
    trusted show it live, in a frame that can touch nothing outside itself; others show the curve.

    Attributes:
        html: the page.

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> import viz
    >>> w = Tensor([[1.0, -1.0]], requires_grad=True, label="w")
    >>> x, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0], [1.0]])
    >>> viz.training(lambda points: points @ w.T, (x, y), history=viz.Recording({"w": w}))
    <TrainingPage: 1 state, 2 points>
    """

    def __init__(self, story: TrainingStory, title: str, theme: str, rate: float) -> None:
        self._story, self._title, self._theme, self._rate = story, title, theme, rate
        self._number = next(_pages)

    @cached_property
    def html(self) -> str:
        """The whole page."""
        story, losses = self._story, self._story.losses
        drawn = None if story.program else pictures(story)
        program = [
            f"const network = {_functions(story.program) if story.program else 'null'};",
            f"const losses = [{', '.join(map(_functions, losses))}];",
        ]
        script = played("(() => {", *program, *(asset(part, __package__) for part in _PARTS), "})();")
        title = self._title or "A training"
        notes = "".join(f'<p class="keys note">{escape(note)}</p>\n' for note in story.notes)
        shown = _NET if story.program else _SAMPLES
        beside = _CURVE + ("" if story.program else _PANEL) if story.kind == "samples" else _PLOT + _CURVE
        below = _PANEL if story.kind != "samples" and not story.program else ""
        body = (
            f"<h1>{escape(title)}</h1>\n{controls(('First', 'Back', 'Play', 'Step', 'Last'), 16)}{SAID}"
            f"{_LEARN if losses else ''}"
            f'<div class="all"><div class="main">{shown}{below}</div>\n'
            f'<div class="side">{beside}</div></div>\n'
            f'<p class="keys">{KEYS} {_WALKING if story.program else ""}</p>\n{notes}'
        )
        style = f"{_variables(self._theme)}\n{asset('training.css', __package__)}"
        return document(title, self._theme, style, body, script=script, story=self._data(drawn))

    def _data(self, drawn: dict[str, Any] | None) -> dict[str, Any]:
        story = self._story
        flat = story.x.reshape(len(story.x), -1)
        low, high = flat.min(axis=0).astype(float), flat.max(axis=0).astype(float)
        margin = np.where(high > low, 0.1 * (high - low), 1.0)
        computed = story.program is not None
        held = sum(map(math.prod, story.recording.shapes.values()))
        return {
            "kind": story.kind,
            "names": story.names,
            "classes": None if story.classes is None else story.classes.tolist(),
            "link": story.link,
            "n": len(flat),
            "d": flat.shape[1],
            "x": _coded(flat, "<f8") if story.kind != "samples" else "",
            "y": _coded(story.y, "<f8") if story.kind != "samples" else "",
            "which": story.which if story.losses else [],
            "span": [(low - margin).tolist()[:2], (high + margin).tolist()[:2]],
            "columns": {name: _rounded(column) for name, column in story.columns.items()},
            "epochs": story.epochs,
            "last": story.last,
            "states": _coded(story.states[:, :held] if computed else story.states[:, :1], "<f4"),
            "layers": [asdict(layer) for layer in story.layers()] if computed else [],
            "count": story.output.shape[1],
            "rate": self._rate,
            "pictures": drawn,
        }

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all.

        Raises:
            DtypeError: if the path is no path.
            DomainError: if the name does not end in .html.
            OSError: if the file cannot be written.
        """
        return save(
            path, {".html", ".htm"}, "a page of a training is an .html file", lambda _: self.html.encode()
        )

    def __str__(self) -> str:
        story = self._story
        lines = [self._title or "A training", f"{story.last} epochs, {len(story.epochs)} states shown"]
        for name, column in story.columns.items():
            known = column[np.isfinite(column)]
            if known.size:
                lines.append(
                    f"{name}: {wording.value(known[0])} at first, {wording.value(known[-1])} at last"
                )
        return "\n".join([*lines, *story.notes])

    def __repr__(self) -> str:
        story = self._story
        states = wording.counted(len(story.epochs), "state")
        return f"<TrainingPage: {states}, {wording.counted(len(story.x), 'point')}>"

    def _bundle(self) -> Bundle:
        text = str(self)
        figure = _curve(self._title or "A training", self._story.columns, text)
        name = f"t-{hashlib.sha256(text.encode()).hexdigest()[:8]}-{self._number}"
        return live_bundle(self.html, svg_image(figure.svg, text), text, name, "A training, live", _HEIGHT)


def training(
    model: Callable[[Any], Any],
    data: Any,
    *,
    history: Any = None,
    loss: Callable[[Any, Any], Any] | None = None,
    outputs: str = "auto",
    names: Sequence[str] | None = None,
    rate: float = 0.1,
    title: str = "",
    theme: str = "auto",
) -> TrainingPage:
    """A training as a page: epoch by epoch what the model decides, its weights, its units and its loss.

    For points in the plane or on a line and a model of dense layers, the page computes: every unit shows
    what it gives all over the plane, and buttons train on from the epoch that is shown, by gradient descent
    w ← w - η (∂L/∂w + λ w), whose derivatives the page of derivatives wrote. Other models and inputs are
    drawn state by state: the weights of the first layer, distributions, and what the layers make of a few
    samples.

    Args:
        model: takes the inputs and gives a row for each; it is run in evaluation mode.
        data: inputs and targets (x, y); more than 1,000 samples are thinned.
        history: a :class:`Recording`, which shows every epoch; or columns of numbers, which ``nn.fit``
            returns, for the curves alone.
        loss: ``loss(output, target)``, the mean over the samples, with which the page trains on.
        outputs: of a classifier ``logits``, ``probabilities``, or ``auto``, as for
            ``viz.plots.decision_boundary``; ``values`` if the targets are no classes.
        names: what the classes are called.
        rate: the learning rate η with which the page begins.
        title: the heading.
        theme: as for :func:`viz.draw`.

    Raises:
        DtypeError: if the model cannot be called, or something is of another type.
        ShapeError: if data, outputs or names do not fit each other.
        DomainError: for NaN in the data, an unknown option, or more than 7 classes in the plane.

    >>> import numpy as np
    >>> from autograd_core import Tensor, tanh
    >>> import viz
    >>> x = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> w = Tensor([[0.5, -0.5], [1.0, 1.0]], requires_grad=True, label="w")
    >>> v = Tensor([[1.0, 1.0]], requires_grad=True, label="v")
    >>> model = lambda points: tanh(points @ w.T) @ v.T
    >>> squared = lambda output, target: ((output - target) ** 2).mean()
    >>> recording = viz.Recording({"w": w, "v": v})
    >>> for _ in range(2):
    ...     loss = squared(model(x), np.ones((3, 1)))
    ...     for p in (w, v):
    ...         p.zero_grad()
    ...     loss.backward()
    ...     for p in (w, v):
    ...         p.data -= 0.1 * p.grad
    ...     recording.snap(loss=loss)
    >>> viz.training(model, (x, np.ones((3, 1))), history=recording, loss=squared)
    <TrainingPage: 3 states, 3 points>
    """
    if not callable(model):
        raise DtypeError(f"training(): a model is something to call, got {wording.quoted(model)}")
    if loss is not None and not callable(loss):
        raise DtypeError(f"training(): loss is a function of output and target, got {wording.quoted(loss)}")
    if not isinstance(rate, int | float) or isinstance(rate, bool):
        raise DtypeError(f"training(rate={wording.quoted(rate)}): the learning rate is a number")
    if not 0 <= rate < math.inf:
        raise DomainError(f"training(rate={rate}): the learning rate is at least 0 and finite")
    if not isinstance(title, str):
        raise DtypeError(f"training(title={wording.quoted(title)}): the title is a text")
    checked({"theme": theme})
    story = TrainingStory(model, data, history, loss, outputs, names)
    return TrainingPage(story, wording.clean(title, 120), theme, float(rate))


def _functions(program: Program) -> str:
    """A program as an object with its two functions."""
    held = f"size: {program.size}, output: {program.output.tolist()}"
    return f"(() => {{\n{program.javascript}return {{ forward, backward, {held} }};\n}})()"


def _coded(array: Any, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array).astype(kind).tobytes()).decode()


def _rounded(column: Any) -> list[float | None]:
    """Numbers for JSON, which knows no NaN."""
    return [float(f"{x:.6g}") if math.isfinite(x) else None for x in column.tolist()]


def _variables(theme: str) -> str:
    def rules(mode: int) -> str:
        return ";".join(f"--hue-{k}:{hue}" for k, hue in enumerate(_HUES[mode]))

    if theme != "auto":
        return f":root{{{rules(int(theme == 'dark'))}}}"
    return f":root{{{rules(0)}}}@media (prefers-color-scheme:dark){{:root{{{rules(1)}}}}}"


def _curve(title: str, columns: dict[str, Any], text: str) -> Figure:
    """The losses by epoch as a picture, for where the page is not shown."""
    parts = [words(180, 16, title, 13, bold=True, room=340), words(190, 186, "epoch", 12, LIGHT.quiet)]
    losses = {name: column for name, column in columns.items() if "loss" in name}
    known = [x for column in losses.values() for x in column if math.isfinite(x)]
    most, least = max(known, default=1.0), min([0.0, *known])
    for name, column in losses.items():
        last = max(len(column) - 1, 1)
        places = [
            f"{40 + 300 * k / last:.1f} {170 - 135 * (x - least) / ((most - least) or 1.0):.1f}"
            for k, x in enumerate(column)
            if math.isfinite(x)
        ]
        dash = "" if name == "loss" else ' stroke-dasharray="6 4"'
        if places:
            line = f'<path d="M{"L".join(places)}" fill="none" stroke="#0072b2" stroke-width="2"{dash}/>'
            parts.append(line)
    parts.append(f'<path d="M40 35V170H340" fill="none" stroke="{LIGHT.quiet}"/>')
    return Figure(title, 360, 200, "\n".join(parts), text)


_NET = """\
<div class="net" id="net" role="group" aria-label="The network: units by layer"></div>
<p class="about" id="about"></p>"""
_SAMPLES = '<div class="samples" id="samples"></div>'
_PANEL = '<div class="panel" id="panel"></div>'
_PLOT = """\
<figure class="plot"><figcaption id="what"></figcaption>
<canvas id="plot" role="img"></canvas><div class="legend" id="legend"></div></figure>"""
_CURVE = """\
<div class="curve"><label>Curve <select id="measure"></select></label>
<svg id="curve" viewBox="0 0 360 150" role="img"></svg></div>"""
_LEARN = """\
<div class="learn" role="group" aria-label="Train on from the epoch that is shown">
<button type="button" id="train">Train</button>
<button type="button" id="one">One step</button>
<button type="button" id="reset">Reset</button>
<label>Learning rate η <input type="number" id="rate" step="any" min="0"></label>
<label>Batch <select id="batch"></select></label>
<label>Weight decay λ <select id="decay"><option value="0">off</option><option>0.0001</option>
<option>0.001</option><option>0.003</option><option>0.01</option><option>0.03</option><option>0.1</option>
</select></label></div>
"""
_WALKING = """\
In the network the arrow keys walk from unit to unit, <kbd>Enter</kbd> chooses one, <kbd>Esc</kbd> lets go."""
