"""How operations are written: in a box, and applied to the names of their operands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import Node
from ..namespaces.formulas import Formulas, of_arrays
from ..namespaces.writing import Text
from ..naming import clean
from ..primitive import Elementwise, Primitive
from .wording import Write, number, value

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_INFIX = frozenset({"add", "subtract", "multiply", "divide", "power", "matmul"})


def is_scalar_constant(x: Any) -> bool:
    """Whether an input is a plain number, which is written inside the operation that uses it."""
    return not isinstance(x, Node) and np.size(x) == 1


def constant(x: Any, write: Write = number) -> str:
    """A constant operand: a number in four digits, or the shape of an array."""
    if not is_scalar_constant(x):
        return value(np.asarray(x), write)
    item = np.asarray(x).reshape(()).item()
    whole = isinstance(item, float) and item.is_integer() and abs(item) < 1e4
    return write(int(item) if whole else item)


def _details(node: Node) -> str:
    parameters = node.parameters
    axis = parameters.get("axis")
    if "subscripts" in parameters:
        return f"{','.join(parameters['subscripts'])}→{parameters['output']}"
    if node.op is not None and node.op.name == "transpose":
        return "" if is_reversal(node) else str(parameters["axes"])
    if isinstance(axis, tuple):
        if len(axis) == np.ndim(getattr(node.inputs[0], "data", node.inputs[0])):
            return ""
        axis = ", ".join(map(str, axis))
    return "" if axis is None or axis == "" else f"axis {axis}"


def is_reversal(node: Node) -> bool:
    """Whether all axes are reversed, as in a transposed matrix."""
    axes = node.parameters.get("axes")
    return axes is None or tuple(axes) == tuple(range(len(axes)))[::-1]


def index_text(index: Any) -> str:
    """An index in its brackets.

    >>> index_text((0, slice(1, None), ..., np.array([2, 0])))
    '[0, 1:, …, array]'
    """
    parts = []
    for i in index if isinstance(index, tuple) else (index,):
        if isinstance(i, slice):
            ends = ["" if end is None else str(end) for end in (i.start, i.stop)]
            parts.append(":".join(ends) + ("" if i.step is None else f":{i.step}"))
        elif i is Ellipsis:
            parts.append("…")
        elif np.size(i) == 1:
            parts.append(str(i))
        else:
            parts.append("array")
    return f"[{', '.join(parts)}]"


def operation(node: Node, write: Write = number) -> str:
    """The operation of a node as it stands in the node's box, plain constants included.

    >>> from autograd_core import Value, tanh
    >>> a = Value(3.0)
    >>> operation(a * 2), operation(2 - a), operation(a**3), operation(tanh(a)), operation(a)
    ('× 2', '2 −', 'x³', 'tanh', '')
    """
    op = node.op
    if op is None:
        return ""
    texts = [constant(x, write) if is_scalar_constant(x) else None for x in node.inputs]
    if op.name == "getitem":
        return clean(index_text(node.parameters.get("index")))
    if len(texts) == 2 and op.name in _INFIX and any(texts):
        left, right = texts
        if op.name == "power" and right:
            return "x" + power(constant(node.inputs[1]))
        return f"{left} {op.symbol}" if left else f"{op.symbol} {right}"
    symbol = op.symbol
    if any(texts):
        return f"{symbol}({', '.join(text or '·' for text in texts)})"
    details = _details(node)
    return clean(f"{symbol}  {details}" if details else symbol, 40)


def power(exponent: str) -> str:
    """A constant exponent as it is written behind its base.

    >>> power("1"), power("−2"), power("0.5")
    ('', '⁻²', '^0.5')
    """
    whole = exponent.replace("−", "-")
    if whole == "1":
        return ""
    return whole.translate(_SUPERSCRIPTS) if whole.lstrip("-").isdigit() else f"^{exponent}"


def expression(node: Node, operands: Sequence[str]) -> str:
    """The operation of a node applied to its operands, in one line.

    >>> from autograd_core import Value, tanh
    >>> a = Value(3.0)
    >>> expression(a * 2, ["a", "2"]), expression(tanh(a), ["a"]), expression(a**3, ["a", "3"])
    ('a × 2', 'tanh(a)', 'a³')
    """
    op = node.op
    if op is None:
        return ""
    if op.name == "power" and len(operands) == 2 and is_scalar_constant(node.inputs[1]):
        return operands[0] + power(constant(node.inputs[1]))
    if op.name in _INFIX and len(operands) == 2:
        return f" {op.symbol} ".join(operands)
    return str(applied(of_arrays, node, [of_arrays.words(operand) for operand in operands]))


def applied(m: Formulas, node: Node, operands: Sequence[Any]) -> Text:
    """The operation of a node applied to texts, as a namespace writes it.

    >>> from autograd_core import Tensor
    >>> from autograd_core.linalg import solve
    >>> a, b = of_arrays.name("A"), of_arrays.name("B")
    >>> print(applied(of_arrays, solve(Tensor([[2.0]], requires_grad=True), Tensor([[4.0]])), [a, b]))
    A⁻¹ @ B
    """
    op = node.op
    assert op is not None, "only operations are applied"
    if op.name in _WRITTEN:
        return m.text(_WRITTEN[op.name](m, node, *operands))
    if isinstance(op, Elementwise):
        return m.as_number(m.applied(op, operands))
    details = _details(node)
    return m.function(short_name(op), [*operands, *([m.words(details)] if details else [])])


def short_name(op: Primitive) -> str:
    """The symbol of an operation where it is a word, else its name."""
    symbol = op.symbol
    return symbol if symbol[:1].isalpha() and " " not in symbol else op.name.strip("_").replace("_", " ")


def transposed(m: Formulas, node: Node, x: Any) -> Text:
    """A matrix, or each of a batch, transposed; axes in another order by their numbers."""
    axes = [*(node.parameters["axes"] or ())]
    if is_reversal(node) or axes == [*range(len(axes) - 2), len(axes) - 1, len(axes) - 2]:
        return m.transposed(x)
    return m.function("transpose", [x, m.words(str(tuple(axes)))])


def summed_axes(node: Node) -> tuple[int, ...]:
    """The axes of a sum; none where it is over all."""
    axis = node.parameters.get("axis")
    axes = axis if isinstance(axis, tuple) else () if axis is None else (axis,)
    return () if len(axes) == len(np.shape(getattr(node.inputs[0], "data", node.inputs[0]))) else axes


_WRITTEN: dict[str, Callable[..., Any]] = {
    "alias": lambda m, node, x: x,
    "matmul": lambda m, node, a, b: a @ b,
    "affine": lambda m, node, x, w, b: x @ w.T + b,
    "transpose": transposed,
    "getitem": lambda m, node, x: m.part(x, index_text(node.parameters["index"])),
    "sum": lambda m, node, x: m.total(x, summed_axes(node)),
    "window_sum": lambda m, node, x: m.said(m.total(x), "over each window"),
    "spread_window_sum": lambda m, node, x: m.function("spread", [x]),
    "euclidean_norm": lambda m, node, x: m.norm(x),
    "p_norm": lambda m, node, x: m.norm(x, node.parameters["p"]),
    "standardize_affine": lambda m, node, x, w, b: m.multiply(m.function("z", [x]), w) + b,
    "inv": lambda m, node, a: m.inverse(a),
    "pinv": lambda m, node, a: m.pseudo_inverse(a),
    "solve": lambda m, node, a, b: m.inverse(a) @ b,
    "logabsdet": lambda m, node, a: m.log(m.abs(m.function("det", [a]))),
}
"""What is written by signs of its own, or by several."""
