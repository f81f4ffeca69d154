"""How a node shows itself in a notebook: as HTML, and as LaTeX for pages that are typeset.

No colour and no style sheet: the page around it, light or dark, decides how tables look.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from ..graph import Node
from ..namespaces.latex import LONGEST, in_latex, symbol
from ..naming import clean
from .matrices import edges

__all__ = ["as_html", "as_latex", "number"]

Array = np.ndarray[Any, np.dtype[Any]]
MOST_IN_FULL = 10
"""A matrix of more rows or columns is shown by its edges, as NumPy prints it."""
_EDGE = 3
_LEFT, _RIGHT = (f'style="text-align:{side};padding:.1em .5em"' for side in ("left", "right"))


def as_html(node: Node) -> str:
    """The value, the gradient, the operation, shape and dtype of a node as a small table.

    Args:
        node: a number, or an array of any shape; of a large one the edges are shown.

    Never raises: an object that cannot be read says so.

    >>> from autograd_core import Value
    >>> as_html(Value(2.0, label="a & b")).partition("<tbody>")[0]
    '<table><caption style="text-align:left">Value <b>a &amp; b</b></caption>'
    """
    try:
        return _html(node)
    except Exception as error:
        return f"<p>{escape(_unreadable(node, error))}</p>"


def as_latex(node: Node) -> str | None:
    r"""The name, the value and the gradient of a node as a formula; None for more than two axes.

    Args:
        node: a number, a vector (written as one row) or a matrix; of a large one the edges are written.

    Never raises: an object that cannot be read says so.

    >>> from autograd_core import Tensor
    >>> as_latex(Tensor([[1.0, 0.5]], label="w1"))
    '$\\displaystyle w_{1} = \\begin{bmatrix}1.0 & 0.5\\end{bmatrix}$'
    """
    try:
        return _latex(node)
    except Exception as error:
        return rf"$\mathrm{{{in_latex(_unreadable(node, error))}}}$"


def number(x: Any) -> str:
    """A number with seven significant digits; what is no integer shows a point or an exponent.

    >>> number(2.0), number(1 / 3), number(-1e-12), number(3), number(True)
    ('2.0', '0.3333333', '-1e-12', '3', 'True')
    """
    if isinstance(x, bool | np.bool_ | int | np.integer):
        return str(x)
    text = f"{float(x):.7g}"
    return f"{text}.0" if text.lstrip("-").isdigit() else text


def _html(node: Node) -> str:
    data = np.asarray(node.data)
    rows = [("value", _cells(data))]
    if (gradient := _gradient(node)) is not None:
        rows.append(("gradient", _cells(gradient)))
    if node.op is not None:
        rows.append(("operation", escape(node.op.name)))
    if isinstance(node.data, np.ndarray):
        rows += [("shape", str(data.shape)), ("dtype", escape(str(data.dtype)))]
    name = escape(clean(node.label, LONGEST))
    title = f"{escape(type(node).__name__)}{f' <b>{name}</b>' if name else ''}"
    caption = f'<caption style="text-align:left">{title}</caption>'
    body = "".join(f'<tr><th scope="row" {_LEFT}>{head}</th><td {_LEFT}>{x}</td></tr>' for head, x in rows)
    return f"<table>{caption}<tbody>{body}</tbody></table>"


def _cells(data: Array) -> str:
    """A number as it is, a vector or matrix as a table, anything else as NumPy prints it."""
    if data.ndim == 0:
        return number(data[()])
    if data.ndim > 2 or not data.size:
        with np.printoptions(threshold=100, edgeitems=2 if data.ndim == 3 else 1, precision=6):
            return f'<pre style="margin:0">{escape(np.array2string(data, separator=", "))}</pre>'
    rows = edges(data, number, MOST_IN_FULL, _EDGE, ("⋯", "⋮", "⋱"))
    lines = ("".join(f"<td {_RIGHT}>{x}</td>" for x in row) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"


def _latex(node: Node) -> str | None:
    data, gradient = np.asarray(node.data), _gradient(node)
    if data.ndim > 2 or not data.size:
        return None
    name = symbol(node.label)
    terms = [f"{name} = {_matrix(data)}" if name else _matrix(data)]
    if gradient is not None and gradient.ndim <= 2 and gradient.size:
        terms.append(rf"\mathrm{{gradient}} = {_matrix(gradient)}")
    formula = r",\quad ".join(terms)
    return rf"$\displaystyle {formula}$"


def _matrix(data: Array) -> str:
    if data.ndim == 0:
        return _number_in_latex(data[()])
    rows = edges(data, _number_in_latex, MOST_IN_FULL, _EDGE, (r"\cdots", r"\vdots", r"\ddots"))
    lines = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{bmatrix}}{lines}\end{{bmatrix}}"


def _gradient(node: Node) -> Array | None:
    """The gradient, if one has arrived; a Value starts with 0.0, and results that are arrays keep none."""
    gradient = node.grad if node.op is None or node.rank == 1 or node.tag.retains else None
    if gradient is None or (type(gradient) is float and gradient == 0.0):
        return None
    return np.asarray(gradient.data if isinstance(gradient, Node) else gradient)


def _number_in_latex(x: Any) -> str:
    text = number(x)
    if text.lstrip("-") in ("inf", "nan"):
        return text.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}")
    if text in ("True", "False"):
        return rf"\mathrm{{{text}}}"
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _unreadable(node: Any, error: Exception) -> str:
    return f"{type(node).__name__} ({type(error).__name__}: {error})"
