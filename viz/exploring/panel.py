"""The sliders in a notebook, by ipywidgets, with the picture and what there is to say below."""

from __future__ import annotations

import traceback
import warnings
from decimal import Decimal
from html import escape
from inspect import unwrap
from typing import TYPE_CHECKING, Any

from ..ranges import Choices, Reach, choice, places

if TYPE_CHECKING:
    from .explorer import Explorer

WIDGET = "application/vnd.jupyter.widget-view+json"
_LONGEST = 2_000
"""Of what a function prints the end is shown."""


class Panel:
    """Sliders, the picture, and words. The picture is a value of one widget, which is replaced: nothing is
    added to the output of the cell.

    Attributes:
        inputs: the widgets that are moved, by name.
        picture: shows the graph; pale while it is not that of the sliders.
        words: what the function raised or printed.
    """

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets

        self._explorer = explorer
        self.inputs = {
            name: _input(name, reach, explorer.values[name]) for name, reach in explorer.sliders.items()
        }
        self.picture, self.words = ipywidgets.HTML(), ipywidgets.HTML()
        row = ipywidgets.Layout(flex_flow="row wrap")
        sliders = ipywidgets.Box(list(self.inputs.values()), layout=row)
        self._root = ipywidgets.VBox([sliders, self.picture, self.words])
        self._shown = self._drawn()
        self.picture.value = self._shown
        for widget in self.inputs.values():
            widget.observe(self._follow, "value")

    @property
    def view(self) -> dict[str, Any]:
        """What tells a notebook which widget to show."""
        return {"version_major": 2, "version_minor": 0, "model_id": self._root.model_id}

    def _drawn(self) -> str:
        html: str = self._explorer.drawing._repr_mimebundle_().get("text/html", "")
        return html or f"<pre>{escape(str(self._explorer.drawing))}</pre>"

    def _values(self) -> dict[str, Any]:
        return {
            name: reach.values[widget.value] if isinstance(reach, Choices) else widget.value
            for (name, reach), widget in zip(
                self._explorer.sliders.items(), self.inputs.values(), strict=True
            )
        }

    def _follow(self, _: Any) -> None:
        """Draw the graph where the sliders stand: nobody but the panel can say what goes wrong there."""
        from IPython.utils.capture import capture_output

        values = self._values()
        with capture_output() as captured, warnings.catch_warnings(record=True) as warned:
            try:
                self._explorer.move(values)
                self._shown, words = self._drawn(), ""
            except (Exception, KeyboardInterrupt) as error:
                words = _told(error, self._explorer.function, values, self._explorer.values)
        remarks = "".join(f"{w.category.__name__}: {w.message}\n" for w in warned)
        printed = (captured.stdout + captured.stderr + remarks)[-_LONGEST:]
        self.picture.value = f'<div style="opacity:.35">{self._shown}</div>' if words else self._shown
        self.words.value = words + (f"<pre>{escape(printed)}</pre>" if printed else "")


def _input(name: str, reach: Reach, value: Any) -> Any:
    import ipywidgets

    style = {"description_width": "initial"}
    if isinstance(reach, Choices):
        options = [(choice(x), place) for place, x in enumerate(reach.values)]
        place = next(place for place, x in enumerate(reach.values) if x is value)
        kind = ipywidgets.SelectionSlider if reach.numbers else ipywidgets.Dropdown
        return kind(description=name, options=options, value=place, style=style)
    decimals = max(0, -int(Decimal(repr(reach.round_step)).normalize().as_tuple().exponent))
    return ipywidgets.FloatSlider(
        description=name,
        min=reach.low,
        max=reach.high,
        step=reach.round_step,
        value=value,
        style=style,
        readout_format=f".{decimals}f" if decimals <= 6 else ".3e",
    )


def _told(error: BaseException, function: Any, values: Any, shown: Any) -> str:
    """What a function raised, where, and of which values the picture still is."""
    code = getattr(unwrap(function), "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if code is not None and frame.filename == code.co_filename]
    line = f" <code>{escape(lines[-1])}</code>" if lines and lines[-1] else ""
    kind = "stopped" if isinstance(error, KeyboardInterrupt) else type(error).__name__
    message = f": {escape(str(error))}" if str(error) else ""
    return (
        '<div role="alert" style="border-left:4px solid #d32f2f;padding:.2em .8em">'
        f"At {escape(places(values))}: <b>{kind}</b>{message}{line}<br>"
        f"The picture is that of {escape(places(shown))}.</div>"
    )
