"""The page of derivatives as a table, written by the page itself: what is shown is what is computed with."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt

import viz
from autograd_core import Value, calculus
from autograd_core.namespaces.latex import latex
from viz import plots

RANGES = {
    "arcsin": (-1, 1),
    "arccos": (-1, 1),
    "arccosh": (1, 4),
    "arctanh": (-1, 1),
    "erfinv": (-1, 1),
    "tan": (-1.5, 1.5),
    "exp": (-2, 2),
    "exp2": (-2, 2),
    "expm1": (-2, 2),
    "sinh": (-2, 2),
    "cosh": (-2, 2),
    "i0": (-3, 3),
    "i1": (-3, 3),
    "log": (0.1, 4),
    "log2": (0.1, 4),
    "log10": (0.1, 4),
    "log1p": (-0.9, 3),
    "sqrt": (0, 4),
    "digamma": (0.3, 5),
    "lgamma": (0.2, 5),
    "reciprocal": (0.3, 4),
    "power": (0, 3),
    "float_power": (0, 3),
}
"""Where a function is drawn, if not from -3 to 3."""
AT = {"power": 1.5, "float_power": 1.5}
"""Where a function is taken as a graph, if not about three quarters of the way through where it is drawn."""
HELD: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "polygamma": ("polygamma(1, x)", lambda x: calculus.polygamma(1, x)),
    "clip": ("clip(x, -1, 2)", lambda x: calculus.clip(x, -1.0, 2.0)),
    "where": ("where(a > 1, a, 0)", lambda a: calculus.where(a > 1, a, 0.0)),
    "heaviside": ("heaviside(a, 0.5)", lambda a: calculus.heaviside(a, 0.5)),
}
"""Functions of several numbers, drawn along one of them while the others stand still; else b is 2."""
LETTERS = {1: "x", 2: "ab", 3: "cab"}
OTHER_LETTERS = {"clip": ("x", "low", "high"), "polygamma": ("n", "x")}


def told(function: Any) -> tuple[str, str]:
    """What it is, and its derivative, in the words of the table."""
    text = " ".join(inspect.cleandoc(function.__doc__).split(">>>")[0].split())
    at = text.index("Derivative")
    return text[:at].strip(), text[at:].strip()


def typeset(function: Any) -> list[str]:
    """The local derivative by each input, in LaTeX, as the rules write it."""
    letters = OTHER_LETTERS.get(function.name, tuple(LETTERS[len(function.derivatives)]))
    operands = [latex.name(letter) for letter in letters]
    return [
        rf"$\dfrac{{\partial y}}{{\partial {operand}}} = {latex.derivative(function, k, operands)}$"
        for k, (operand, rule) in enumerate(zip(operands, function.derivatives, strict=True))
        if rule is not None
    ]


def drawn(function: Any, path: Path) -> str:
    """A plot of the function and its derivative; what is drawn, in words."""
    name = function.name
    if len(function.derivatives) == 1:
        title, along = name, function
    else:
        title, along = HELD.get(name, (f"{name}(a, 2)", lambda a: function(a, 2.0)))
    (axes,) = plots.activation_functions({title: along}, RANGES.get(name, (-3, 3)))
    axes.figure.savefig(path, bbox_inches="tight")
    plt.close(axes.figure)
    return title


def graph(function: Any, path: Path) -> str:
    """The function as a graph, with numbers; what is drawn, in words."""
    name = function.name
    low, high = RANGES.get(name, (-3, 3))
    at = AT.get(name, round(2 * (low + 0.75 * (high - low))) / 2)
    if name in HELD:
        _, function = HELD[name]
        letters: Sequence[str] = list(inspect.signature(function).parameters)
    else:
        letters = LETTERS[len(function.derivatives)]
    inputs = [Value(x, label=letter) for x, letter in zip((at, 2.0), letters, strict=False)]
    viz.draw(function(*inputs).named("y"), legend=False).save(path)
    return f"the graph of {name} at " + ", ".join(f"{x.label} = {x.data:g}" for x in inputs)


def derivatives(folder: Path) -> str:
    """The page, in Markdown; its plots and graphs are put into the folder."""
    source = Path(inspect.getsourcefile(calculus) or "").read_text(encoding="utf-8")
    sections = re.split(r"^# -- (.*?) -+$", source, flags=re.MULTILINE)
    page = [HEAD]
    for title, lines in zip(sections[1::2], sections[2::2], strict=True):
        names = [name for name in re.findall(r"^(\w+) = ", lines, re.MULTILINE) if name in calculus.__all__]
        page += [f"## {title[0].upper()}{title[1:]}", "", "::::{list-table}", ":header-rows: 1"]
        page += [
            ":class: derivatives",
            "",
            "* - function",
            "  - local derivative",
            "  - as a graph",
            "  - both, drawn",
        ]
        for name in names:
            function = getattr(calculus, name)
            what, slope = told(function)
            picture = drawn(function, folder / f"{name}.svg")
            boxes = graph(function, folder / f"{name}-graph.svg")
            rules = "<br>".join(typeset(function))
            page.append(f"* - {{func}}`~autograd_core.{name}`<br>{words(what)}")
            page.append(f"  - {rules}<br>{words(slope)}")
            page.append(f"  - ![{words(boxes)}](derivatives/{name}-graph.svg)")
            page.append(f"  - ![{words(picture)} and its derivative](derivatives/{name}.svg)")
        page += ["::::", ""]
    return "\n".join(page)


def words(text: str) -> str:
    """Text in Markdown where no sign means anything."""
    return re.sub(r"([\\*_|\[\]$`~^])", r"\\\1", escape(text, quote=False))


HEAD = """---
hide-toc: true
---

# The page of derivatives

Every elementwise function of the library, with its derivative by each input. The formulas are what the rules
in `autograd_core/calculus.py` write when letters are put in. Graphs are taken at one place: in a box stand
the value and the gradient of y, beside an arrow the local derivative. The plots are what the rules compute,
the function solid, the derivative dashed. At corners and ties the sentence says which number is taken.
"""
