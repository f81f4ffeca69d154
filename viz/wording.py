"""How numbers, arrays, names and operations are written in a drawing: short, and like mathematics."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core import Node, default_dtype

Write = Callable[[Any], str]
"""How a number is written."""

LONGEST_LABEL = 28
"""A longer label is shortened in a drawing; the whole of it stands in the tooltip."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_INFIX = frozenset({"add", "subtract", "multiply", "divide", "power", "matmul"})
_ABOUT_X = frozenset({"abs", "reciprocal", "square"})  # their symbols are written with an x


def number(value: Any) -> str:
    """A number in four significant digits, with a real minus sign.

    >>> number(2.0), number(-0.123456), number(1234567.0), number(3), number(float("nan"))
    ('2.0', '−0.1235', '1.235e6', '3', 'nan')
    """
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return str(value).replace("-", "−")
    text = f"{float(value) + 0.0:.4g}"  # adding 0 turns −0 into 0
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif text.lstrip("-").isdigit():
        text += ".0"
    return text.replace("-", "−")


def writer(number_format: str | Callable[[float], str] | None) -> Write:
    """How numbers are written by a format for floats, by a function, or, without one, by :func:`number`.

    >>> writer(".2e")(-1234.5), writer(lambda x: f"{100 * x:.0f} %")(0.25), writer(".3f")(7)
    ('−1.23e+03', '25 %', '7')
    """
    if number_format is None:
        return number
    chosen = number_format

    def write(value: Any) -> str:
        if isinstance(value, bool | np.bool_ | int | np.integer):
            return number(value)
        if isinstance(chosen, str):
            return format(float(value) + 0.0, chosen).replace("-", "−")
        return clean(str(chosen(float(value))))

    return write


def size(count: int) -> str:
    """A count with its thousands apart.

    >>> size(1234567)
    '1,234,567'
    """
    return f"{count:,}"


def memory(count: int) -> str:
    """A number of bytes.

    >>> memory(32), memory(8_000_000)
    ('32 bytes', '8.0 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    power = min(3, (len(str(count)) - 1) // 3)
    return f"{count / 1000**power:.1f} {('', 'kB', 'MB', 'GB')[power]}"


def counted(count: int, noun: str) -> str:
    """A count and its noun.

    >>> counted(1, "node"), counted(2500, "node")
    ('1 node', '2,500 nodes')
    """
    return f"{size(count)} {noun}" if count == 1 else f"{size(count)} {noun}s"


def most_common(counts: Counter[str], most: int) -> str:
    """The most frequent names with their counts, and how many others there are.

    >>> most_common(Counter({"×": 40, "+": 39, "tanh": 4, "relu": 1}), 2)
    '40 ×, 39 +, 5 more'
    """
    common = counts.most_common(most)
    rest = sum(counts.values()) - sum(n for _, n in common)
    return ", ".join(
        [*(f"{size(n)} {_apart(name)}" for name, n in common), *([f"{size(rest)} more"] if rest else [])]
    )


def _apart(symbol: str) -> str:
    return f"({symbol})" if " " in symbol else symbol


def shape(array: Any) -> str:
    """Shape, and dtype where it is not the default one.

    >>> shape(np.zeros((8, 4))), shape(np.zeros(3, dtype=np.float32))
    ('(8, 4)', '(3,) float32')
    """
    return f"{array.shape}{_dtype(array)}"


def _dtype(array: Any) -> str:
    return "" if array.dtype == default_dtype() else f" {array.dtype}"


def value(data: Any, most: int = 4, write: Write = number) -> str:
    """A number, or a small array in full, or the shape of a larger one; with a dtype that is not default.

    >>> value(np.array([1.0, -2.5])), value(np.eye(2, dtype=np.float32)), value(np.zeros((8, 4)))
    ('[1.0  −2.5]', '[1.0  0.0; 0.0  1.0] float32', '(8, 4)')
    """
    if not isinstance(data, np.ndarray):
        return write(data)
    if 0 < data.size <= most and data.ndim <= 2:
        whole = data.dtype.kind != "f"  # one sees from the numbers that they are whole, or true
        return _entries(data, write) + ("" if whole else _dtype(data))
    return shape(data)


def _entries(data: Any, write: Write) -> str:
    if data.ndim == 0:
        return write(data[()])
    rows = ["  ".join(write(x) for x in row) for row in np.atleast_2d(data)]
    return f"[{'; '.join(rows)}]"


def gradient(data: Any, write: Write = number) -> str:
    """A gradient: a number, a small array, or the norm of a larger one.

    >>> gradient(-3.0), gradient(np.full((8, 2), 0.25))
    ('−3.0', 'norm 1.0')
    """
    if not isinstance(data, np.ndarray):
        return write(data)
    if 0 < data.size <= 4 and data.ndim <= 2:
        return _entries(data, write)
    with np.errstate(all="ignore"):
        return f"norm {write(np.sqrt(np.sum(np.square(data, dtype=float))))}"


def clean(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label fit to be drawn: one line, no control characters, not too long.

    >>> clean("first line" + chr(10) + chr(7) + "second"), clean("x" * 10_000, 6)
    ('first line second', 'xxxxx…')
    """
    start = text[: 4 * longest + 16]
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in start)
    plain = "".join("\ufffd" if unicodedata.category(c) in ("Cs", "Cn") else c for c in plain)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def quoted(x: Any, longest: int = 60) -> str:
    """What was given, as it goes into a message.

    >>> quoted("w"), quoted("x" * 10_000, 8)
    ("'w'", "'xxxxxx…")
    """
    text = repr(x)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def described(x: Any) -> str:
    """What was given, and its type.

    >>> described(3.0)
    '3.0 of type float'
    """
    return f"{quoted(x)} of type {type(x).__name__}"


def derivative(of: str, by: str) -> str:
    """The name of a derivative.

    >>> derivative("L", "w"), derivative("L", "a * b")
    ('∂L/∂w', '∂L/∂(a * b)')
    """
    of, by = (x if all(c.isalnum() or c in "_.[]′" for c in x) else f"({x})" for x in (of, by))
    return f"∂{of}/∂{by}"


def numbered(index: int) -> str:
    """The name of the index-th unnamed node, as textbooks write the steps of a computation.

    >>> numbered(12)
    'v₁₂'
    """
    return "v" + str(index).translate(_SUBSCRIPTS)


def is_scalar_constant(x: Any) -> bool:
    """Whether an input is a plain number, which is written inside the operation that uses it."""
    return not isinstance(x, Node) and np.size(x) == 1


def _constant(x: Any, write: Write = number) -> str:
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
    texts = [_constant(x, write) if is_scalar_constant(x) else None for x in node.inputs]
    if op.name == "getitem":
        return clean(_index(node.parameters.get("index")))
    if len(texts) == 2 and op.name in _INFIX and any(texts):
        left, right = texts
        if op.name == "power" and right:
            return "x" + power(_constant(node.inputs[1]))
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
        return operands[0] + power(_constant(node.inputs[1]))
    if op.name in _INFIX and len(operands) == 2:
        return f" {op.symbol} ".join(operands)
    if op.name == "negative":
        return f"−{operands[0]}"
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


def constant(x: Any, write: Write = number) -> str:
    """A constant operand: a number in four digits, or the shape of an array."""
    return _constant(x, write) if is_scalar_constant(x) else value(np.asarray(x), write=write)
