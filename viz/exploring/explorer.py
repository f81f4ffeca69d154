"""``viz.explore``: the graph of a function, wherever its sliders stand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from inspect import BoundArguments, Parameter
from typing import Any

from autograd_core import GraphError, Value

from ..drawing import Drawing, draw
from ..graph.targets import read
from ..live_pages.page import LivePage, live
from ..output.engines import DrawingError
from ..output.notebook import Bundle, Shown, text_of
from ..ranges import Choices, Reach, choice, is_number, places
from .asked import name_of, signature_of, told_apart
from .panel import WIDGET, Panel

Asked = Mapping[str, Any]


class Moment:
    """The function at one place of its sliders.

    Attributes:
        values: where the sliders stand.
        drawing: the graph there.
    """

    def __init__(self, call: Callable[[Asked], Any], values: Asked, name: str, options: Asked) -> None:
        self.values = values
        self._arguments = {
            name: Value(float(x), label=name) if is_number(x) else x for name, x in values.items()
        }
        self._result = call(self._arguments)
        self._name, self._options = name, options
        self._reached = {*read(self._again, (), "explore")[0].order}
        self.drawing = draw(self._again, **options)

    @property
    def _again(self) -> Callable[[], Any]:
        """What gives the graph that is there already, under the name of the function."""

        def again() -> Any:
            return self._result

        again.__name__ = self._name or "<lambda>"
        return again

    def page(self, sliders: Mapping[str, Reach]) -> LivePage:
        """The page that moves what moves numbers of this graph."""
        moved = {
            self._arguments[name]: reach
            for name, reach in sliders.items()
            if self._arguments[name] in self._reached and (not isinstance(reach, Choices) or reach.numbers)
        }
        held = [
            f"{name} = {choice(self.values[name])}"
            for name, reach in sliders.items()
            if isinstance(reach, Choices) and not reach.numbers
        ]
        title = ", ".join(filter(None, [str(self._options.get("title", "")) or self._name, *held]))
        return live(self._again, sliders=moved, title=title, theme=self._options.get("theme", "auto"))


class Explorer(Shown):
    """A function under sliders. Where ipywidgets is installed and a kernel runs, moving one draws the graph
    anew; everywhere else, and in the notebook that is saved, there is the page that computes by itself.

    Attributes:
        values: where the sliders stand.
        drawing: the graph there.

    >>> from autograd_core import tanh
    >>> import viz
    >>> viz.explore(lambda w, x: tanh(w * x), w=(-3, 3), x=[0.5, 1.0])
    <Explorer: w = 1.5, x = 0.5>
    """

    def __init__(self, function: Callable[..., Any], given: Asked) -> None:
        self._signature = signature_of(function)
        self.sliders, self._options = told_apart(function, self._signature, given)
        self.function = function
        defaults = {name: p.default for name, p in self._signature.parameters.items()}
        self.move({name: reach.begin(defaults.get(name)) for name, reach in self.sliders.items()})

    def move(self, values: Asked) -> None:
        """Go to where the sliders stand. What the function raises there leaves everything as it is."""
        self._moment = Moment(self._call, values, name_of(self.function), self._options)

    def _call(self, arguments: Asked) -> Any:
        parameters = self._signature.parameters
        own = {name: x for name, x in arguments.items() if name in parameters}
        rest = {name: x for name, x in arguments.items() if name not in parameters}
        others = next((p.name for p in parameters.values() if p.kind is Parameter.VAR_KEYWORD), "")
        bound = BoundArguments(self._signature, own | ({others: rest} if rest else {}))
        bound.apply_defaults()
        return self.function(*bound.args, **bound.kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return dict(self._moment.values)

    @property
    def drawing(self) -> Drawing:
        return self._moment.drawing

    def page(self) -> LivePage:
        """The page whose sliders reach as far, for a browser: ``explorer.page().save("neuron.html")``.

        Raises:
            GraphError: if the function does not end in one number.
            DrawingError: if the computation is too large for a page.

        >>> import viz
        >>> viz.explore(lambda w, x: w * x + w, w=(-3, 3), x=(0, 1, 0.1)).page()
        <LivePage: 2 steps forward, 4 steps backward, 2 sliders>
        """
        return self._moment.page(self.sliders)

    @cached_property
    def _panel(self) -> Panel:
        return Panel(self)

    def _bundle(self) -> Bundle:
        try:
            bundle = self.page()._bundle()
        except (GraphError, DrawingError):
            bundle = self.drawing._bundle()
        if _has_widgets():
            bundle[WIDGET] = self._panel.view
        return bundle

    def __str__(self) -> str:
        return text_of(self.drawing)

    def __repr__(self) -> str:
        return f"<Explorer: {places(self.values)}>"


def explore(f: Callable[..., Any], /, **ranges_and_options: Any) -> Explorer:
    """The graph of ``f(**values)`` under sliders, one for each keyword; moving one draws it anew.

    That takes a kernel and ipywidgets, which ``autograd-core[notebook]`` brings. Without them, and in the
    notebook that is saved and opened again, the page of :func:`viz.live` serves, with the same sliders; of a
    graph that does not end in one number it is the drawing.

    Args:
        f: any function. A number reaches it as a Value with the name of its slider as label. A slider begins
            at the default of the parameter, or three quarters of the way up.
        ranges_and_options: for parameters of ``f`` ``(low, high)``, ``(low, high, step)`` or a list of
            choices, numbers or others, such as functions; besides, the options of :func:`viz.draw`.

    Raises:
        DtypeError: if ``f`` is no function or has no such parameter, if no range is given or one for too few
            of its parameters, or if what it returns has no graph.
        DomainError: for a range that is empty or not finite, or an option that cannot be.

    >>> from autograd_core import relu, tanh
    >>> import viz
    >>> def neuron(w, x, b=0.5, act=tanh):
    ...     return act(w * x + b)
    >>> explorer = viz.explore(neuron, w=(-3, 3), x=(-2, 2, 0.5), act=[tanh, relu], direction="TB")
    >>> explorer
    <Explorer: w = 1.5, x = 1.0, act = tanh>
    >>> explorer.drawing
    <Drawing: forward graph, 5 boxes, 4 arrows>
    """
    return Explorer(f, ranges_and_options)


def _has_widgets() -> bool:
    """Whether a kernel runs that a notebook can ask to move something, with ipywidgets beside it."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None:
        return False
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        return False
    return True
