"""How operations are written: in a box, in a formula, and beside an arrow of the backward graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.primitive import Linear, Multilinear, Primitive

from ..wording import Write, clean, number, value

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_INFIX = frozenset({"add", "subtract", "multiply", "divide", "power", "matmul"})
_ABOUT_X = frozenset({"abs", "reciprocal", "square"})  # their symbols are written with an x


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
        return "" if _is_reversal(node) else str(parameters["axes"])
    if isinstance(axis, tuple):
        if len(axis) == np.ndim(getattr(node.inputs[0], "data", node.inputs[0])):
            return ""
        axis = ", ".join(map(str, axis))
    return "" if axis is None or axis == "" else f"axis {axis}"


def _is_reversal(node: Node) -> bool:
    axes = node.parameters.get("axes")
    return axes is None or tuple(axes) == tuple(range(len(axes)))[::-1]


def _index(index: Any) -> str:
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
        return clean(_index(node.parameters.get("index")))
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
    if op.name == "negative":
        return f"−{operands[0]}"
    if op.name == "alias":
        return operands[0]
    if op.name == "transpose" and _is_reversal(node):
        return f"{operands[0]}ᵀ"
    if op.name == "affine" and len(operands) == 3:
        return "{} {}ᵀ + {}".format(*operands)
    if op.name in _ABOUT_X:
        return op.symbol.replace("x", operands[0])
    if op.name == "getitem":
        return operands[0] + _index(node.parameters.get("index"))
    details = _details(node)
    name = op.name if op.symbol == "a>b" else op.symbol
    return f"{name}({', '.join([*operands, *([details] if details else [])])})"


_BACKWARD_OF = {
    "sum": "repeat",
    "mean": "repeat ÷ n",
    "broadcast_to": "Σ",
    "reshape": "reshape",
    "transpose": "transpose",
    "astype": "astype",
    "max": "to the max",
    "window_max": "to the max",
    "min": "to the min",
}


def backward_rule(node: Node, index: int, names: Mapping[Node, str]) -> str:
    """What an operation on arrays does to the cotangent on its way to input ``index``, in short."""
    op, inputs = node.op, node.inputs
    if op is None:
        return ""
    others = [names.get(x, "…") if isinstance(x, Node) else constant(x) for x in inputs]
    if op.name == "matmul":
        return f"@ {others[1]}ᵀ" if index == 0 else f"{others[0]}ᵀ @"
    if op.name == "affine":
        return (f"@ {others[1]}", f"gᵀ @ {others[0]}", "Σ")[index]  # g stands for what arrives
    if op.name == "weighted_sum":
        count = len(inputs) // 2
        rule = f"× {others[(index + count) % (2 * count)]}" if index < 2 * count else ""
        return _and_repeated(rule, node, index)
    if not hasattr(op, "derivatives"):
        return _BACKWARD_OF.get(op.name) or _transpose_or_slope(op)
    rule = _factor(op.name, op.symbol, op.derivatives[index], index, node, others)
    return _and_repeated(rule, node, index)


def _and_repeated(rule: str, node: Node, index: int) -> str:
    """The rule, and the sum that undoes broadcasting."""
    repeated = getattr(node.inputs[index], "shape", ()) != node.shape
    return ", ".join(part for part in (rule, "Σ" if repeated else "") if part)


def _transpose_or_slope(op: Primitive) -> str:
    """The transpose of what is linear in an operand, ``convᵀ``; the slope of what is not, ``softmax′``."""
    short = op.symbol if " " not in op.symbol else op.name.strip("_").replace("_", " ")
    return short + ("ᵀ" if isinstance(op, Linear | Multilinear) else "′")


def _factor(name: str, symbol: str, derivative: Any, index: int, node: Node, operands: list[str]) -> str:
    """What the cotangent is multiplied by, as a formula."""
    if derivative == 1:
        return ""
    if derivative == -1:
        return "× −1"
    if name == "multiply":
        return f"× {operands[1 - index]}"
    if name == "divide" and index == 0:
        return f"÷ {operands[1]}"
    exponent = 2 if name == "square" else node.inputs[1] if name == "power" and index == 0 else None
    if exponent is not None and is_scalar_constant(exponent):
        less = power(constant(float(np.asarray(exponent).item()) - 1))
        return f"× {constant(exponent)}·{operands[0]}{less}"
    return f"× {symbol if symbol.isalpha() else name}′({', '.join(operands)})"
