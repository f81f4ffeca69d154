"""The chain rule that a graph has carried out, written down with symbols and numbers."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import GraphError
from ..graph import Node
from ..naming import derivative
from ..primitive import Elementwise
from ..sweeping import ancestors, descendants_of, sweep
from ..tensor import Tensor

__all__ = ["Explanation", "explain"]

_MOST_PATHS = 8


@dataclass(frozen=True)
class Explanation:
    """The chain rule from one node to another, as :func:`explain` found it.

    Attributes:
        text: for a terminal.
        latex: for a notebook, where the explanation shows itself.
        paths: over how many paths the sum runs.

    >>> from autograd_core import Value
    >>> x = Value(3.0, label="x")
    >>> explain(x * x, wrt=x).paths
    2
    """

    text: str
    latex: str
    paths: int

    def __str__(self) -> str:
        from .terminal import printable

        return printable(self.text)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\\begin{{aligned}}{self.latex}\\end{{aligned}}$$"


def explain(node: Node, wrt: Node) -> Explanation:
    """Write the chain rule by which d node / d wrt was computed.

    In a small graph of single numbers it is the sum over all paths, each the product of the local
    derivatives along it. With many paths, or with arrays, it is the recursion that the sweep carries
    out: δ of a node is the sum over its uses of δ of the use times the local derivative there.

    Args:
        node: the result, a single number.
        wrt: what it was computed from.

    Raises:
        GraphError: if ``node`` is not one number, or does not depend on ``wrt``.

    >>> from autograd_core import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x + 2 * x
    >>> y.label = "y"
    >>> print(explain(y, wrt=x))
    ∂y/∂x = ∂y/∂v1 · ∂v1/∂x + ∂y/∂v1 · ∂v1/∂x + ∂y/∂v2 · ∂v2/∂x
          = 1 · 3 + 1 · 3 + 1 · 2
          = 8
    """
    if math.prod(node.shape) != 1:
        raise GraphError(f"explain() explains one number, the node has shape {node.shape}")
    order = ancestors([node], until=[wrt])
    between = descendants_of([wrt], order[::-1])
    if node not in between:
        raise GraphError(f"explain(): {node!r} does not depend on {wrt!r}")
    chain = [n for n in order if n in between]
    names = _names(chain, node, wrt)
    uses: dict[Node, list[tuple[Node, int]]] = {n: [] for n in chain}
    paths = dict.fromkeys(chain, 0) | {wrt: 1}
    for n in chain:
        for i, x in enumerate(n.inputs) if n is not wrt else ():
            if isinstance(x, Node) and x in between:
                uses[x].append((n, i))
                paths[n] += paths[x]
    cotangents = dict(sweep([node], [_one(node)], toward=[wrt]))
    scalar = all(math.prod(n.shape) == 1 and isinstance(n.op, Elementwise | None) for n in chain)
    if scalar and paths[node] <= _MOST_PATHS:
        return _as_sum_over_paths(node, wrt, names, uses, cotangents[wrt])
    return _as_recursion(chain, node, wrt, names, uses, cotangents, paths[node])


def _one(node: Node) -> Any:
    return np.ones_like(node.data) if isinstance(node, Tensor) else 1.0


def _names(chain: list[Node], node: Node, wrt: Node) -> dict[Node, str]:
    """Labels where there are any, no two alike; ``y`` for the result, ``x`` for the variable, ``v1`` ...
    between.
    """
    names: dict[Node, str] = {}
    labels = {n: n.label for n in chain}
    taken = set(labels.values())
    count: Counter[str] = Counter()
    number = 0
    for n in chain:
        if label := labels[n]:
            count[label] += 1
            names[n] = label if count[label] == 1 else f"{label} ({count[label]})"
        elif n is node:
            names[n] = "y" if "y" not in taken else "output"
        elif n is wrt:
            names[n] = "x" if "x" not in taken else "input"
        else:
            number += 1
            names[n] = f"v{number}"
    return names


def _as_sum_over_paths(
    node: Node, wrt: Node, names: dict[Node, str], uses: dict[Node, list[tuple[Node, int]]], total: Any
) -> Explanation:
    finished: list[list[tuple[Node, Node, int]]] = []
    growing: list[Any] = [None]
    while growing:  # from the variable upwards, one edge at a time; what paths share is not copied
        path = growing.pop()
        end = path[0][0] if path else wrt
        if end is node:
            finished.append(_edges(path))
        else:
            growing += [((use, end, i), path) for use, i in reversed(uses[end])]
    symbols = [[(names[use], names[x]) for use, x, _ in path] for path in finished]
    numbers = [[_short(_local(use, i)) for use, _, i in path] for path in finished]
    left = derivative(names[node], names[wrt])
    margin = " " * len(left)
    text = "\n".join(
        [
            f"{left} = "
            + " + ".join(" · ".join(derivative(*edge) for edge in path) or "1" for path in symbols),
            f"{margin} = " + " + ".join(" · ".join(map(_bracketed, path)) or "1" for path in numbers),
            f"{margin} = {_short(total)}",
        ]
    )
    latex = _fraction(names[node], names[wrt]) + r" \\ ".join(
        [
            " &= "
            + " + ".join(r" \cdot ".join(_fraction(*edge) for edge in path) or "1" for path in symbols),
            " &= " + " + ".join(r" \cdot ".join(map(_bracketed, path)) or "1" for path in numbers),
            f" &= {_short(total)}",
        ]
    )
    return Explanation(text, latex, len(finished))


def _edges(path: Any) -> list[tuple[Node, Node, int]]:
    """The edges of a path, the last one first: ``(last, (last but one, ... None))``."""
    edges = []
    while path:
        edge, path = path
        edges.append(edge)
    return edges


def _as_recursion(
    chain: list[Node],
    node: Node,
    wrt: Node,
    names: dict[Node, str],
    uses: dict[Node, list[tuple[Node, int]]],
    cotangents: dict[Node, Any],
    paths: int,
) -> Explanation:
    """One line for each node, from the result down to the variable."""
    lines, formulas = [], []
    for n in reversed(chain):
        if n is node:
            lines.append(f"δ({names[n]}) = 1")
            formulas.append(rf"\delta_{{{_latex(names[n])}}} &= 1")
            continue
        terms = " + ".join(_term(names, use, n, i) for use, i in uses[n])
        value = _shown(cotangents[n])
        lines.append(f"δ({names[n]}) = {terms} = {value}")
        right = " + ".join(
            rf"\delta_{{{_latex(names[use])}}} \cdot {_fraction(names[use], names[n])}" for use, _ in uses[n]
        )
        formulas.append(rf"\delta_{{{_latex(names[n])}}} &= {right} = \text{{{value}}}")
    lines.append(
        f"{derivative(names[node], names[wrt])} = δ({names[wrt]}), "
        f"the sum over {_counted(paths)} path{'s' if paths > 1 else ''}"
    )
    return Explanation("\n".join(lines), r" \\ ".join(formulas), paths)


def _counted(paths: int) -> str:
    """A number that doubles with every square; Python writes only so many of its digits."""
    return f"{paths:,}" if paths < 10**15 else f"about 10^{(paths.bit_length() - 1) * math.log10(2):.0f}"


def _term(names: dict[Node, str], use: Node, x: Node, index: int) -> str:
    local = _local(use, index)
    if local is not None and np.size(local) == 1:
        return f"δ({names[use]}) · {_bracketed(_short(local))}"
    op = use.op.name if use.op is not None else ""
    return f"δ({names[use]}) · {derivative(op, names[x])}"


def _local(use: Node, index: int) -> Any:
    op = use.op
    if not isinstance(op, Elementwise):
        return None
    inputs = [x.data if isinstance(x, Node) else x for x in use.inputs]
    return op.local_derivative(use.namespace, index, use.data, inputs)


def _shown(cotangent: Any) -> str:
    array = np.asarray(cotangent)
    return _short(array) if array.size == 1 else f"array of shape {array.shape}"


def _short(number: Any) -> str:
    return f"{float(np.asarray(number).reshape(())) + 0.0:.6g}"


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _latex(name: str) -> str:
    from .showing import symbol

    return symbol(name) or r"\,"


def _fraction(above: str, below: str) -> str:
    return rf"\frac{{\partial {_latex(above)}}}{{\partial {_latex(below)}}}"
