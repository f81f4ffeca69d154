"""Formulas as people type them, read into a graph of Values and Tensors. Nothing of a formula is ever
executed.
"""

from __future__ import annotations

import ast
import math
import operator
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import autograd_core
from autograd_core import AutogradError, DomainError, Node, Tensor, Value

MOST_LETTERS = 2_000
"""A longer formula is refused: its picture could not be read."""

_OF_ONE = """
abs arccos arccosh arcsin arcsinh arctan arctanh cbrt cos cosh elu erf exp exp2 expm1 gelu log log10 log1p
log2 log_sigmoid reciprocal relu sigmoid silu sin sinh softplus softsign sqrt square tan tanh
"""
_OF_TWO = "arctan2 hypot logaddexp maximum minimum power"
_OF_ARRAYS = "max mean min prod softmax sum"
_COMPOSED: dict[str, Callable[[Any], Any]] = {
    "elu": lambda x: autograd_core.maximum(x, 0.0) + autograd_core.expm1(autograd_core.minimum(x, 0.0)),
    "gelu": lambda x: x * 0.5 * (1.0 + autograd_core.erf(x * math.sqrt(0.5))),
    "log_sigmoid": lambda x: -autograd_core.softplus(-x),
    "silu": lambda x: x * autograd_core.sigmoid(x),
    "softsign": lambda x: x / (1.0 + autograd_core.abs(x)),
}
"""Functions of one number that are no operation of the engine, as a picture writes them out."""
FUNCTIONS: dict[str, int] = dict.fromkeys(f"{_OF_ONE} {_OF_ARRAYS}".split(), 1)
FUNCTIONS |= dict.fromkeys(_OF_TWO.split(), 2)
"""The functions that a formula may call, with the number of their arguments."""

_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
}
_ALLOWED = "a formula is made of names, numbers, + - * / ** @ ( ) and functions such as tanh(x)"


def evaluate(formula: str, at: Mapping[str, Any]) -> Node:
    """Compute a formula from Values that carry its names, recording the graph; from Tensors where lists of
    numbers are given.

    Args:
        formula: such as ``"tanh(w*x + b)"``.
        at: the value of each name, a number or nested lists; ``pi`` needs none.

    Raises:
        DomainError: if the formula is not one, or a name has no value or is no function.
        ShapeError: if arrays do not fit each other.

    >>> y = evaluate("tanh(w*x + b)", {"w": -3.0, "x": 2.0, "b": 6.0})
    >>> y
    Value(0.0, op=tanh)
    """
    try:
        at = {unicodedata.normalize("NFKC", name): value for name, value in at.items()}  # as Python has names
        reader = _Reader(formula, at)
        found = reader.read(_parsed(formula))
    except (RecursionError, MemoryError):
        raise DomainError("the formula is nested too deeply; give its parts names of their own") from None
    unused = [name for name in at if name not in reader.nodes]
    if unused:
        near = get_close_matches(unused[0], reader.nodes, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise DomainError(f"{unused[0]} has a value, but does not occur in {_short(formula)}{hint}")
    return found if isinstance(found, Node) else reader.constant(found)


def _parsed(formula: str) -> ast.expr:
    if len(formula) > MOST_LETTERS:
        raise DomainError(f"the formula has {len(formula):,} letters, at most {MOST_LETTERS:,} can be drawn")
    if not formula.strip():
        raise DomainError(f"the formula is empty; {_ALLOWED}")
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except SyntaxError as error:
        place = " " * (2 + max((error.offset or 1) - 1, 0)) + "^"
        raise DomainError(
            f"the formula cannot be read: {error.msg}\n  {formula.strip()}\n{place}"
            if "\n" not in formula.strip()
            else f"the formula cannot be read: {error.msg}"
        ) from None
    except ValueError as error:  # null characters, on older versions of Python
        raise DomainError(f"the formula cannot be read: {error}") from None


class _Reader:
    """The names met so far, each one node however often it is used."""

    def __init__(self, formula: str, at: Mapping[str, Any]) -> None:
        self.formula = formula
        self.at = at
        self.nodes: dict[str, Node] = {}

    def constant(self, x: float) -> Value:
        return Value(x, label=f"{x:g}")

    def read(self, part: ast.expr) -> Any:
        """A node, or a float for what is made of numbers alone."""
        match part:
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int() | float() as number):
                return self._number(lambda: float(number), part)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return -self.read(x)
            case ast.UnaryOp(op=ast.UAdd(), operand=x):
                return self.read(x)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                a, b = self.read(left), self.read(right)
                return self._number(lambda: _OPERATORS[type(op)](a, b), part)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, arguments)
            case ast.BinOp(op=ast.BitXor()):
                raise DomainError(f"{self._source(part)}: a power is written with **, not ^")
        raise DomainError(f"{self._source(part)} cannot be drawn: {_ALLOWED}")

    def _number(self, compute: Callable[[], Any], part: ast.expr) -> Any:
        try:
            found = compute()
        except ArithmeticError as error:
            raise DomainError(f"{self._source(part)}: {error}") from None
        except TypeError as error:
            if isinstance(error, AutogradError):
                raise
            raise DomainError(f"{self._source(part)} has no meaning: @ multiplies matrices") from None
        if isinstance(found, complex):
            raise DomainError(f"{self._source(part)} is a complex number, which has no place in a drawing")
        return found

    def _name(self, name: str) -> Any:
        if name not in self.at:
            if name == "pi":
                return math.pi
            if name in FUNCTIONS:
                raise DomainError(f"{name} is a function: write {name}(...)")
            near = get_close_matches(name, self.at, 1)
            hint = f", or did you mean {near[0]}?" if near else ""
            raise DomainError(f"{_short(name)} has no value; give it one with --at {_short(name)}=1.0{hint}")
        if name not in self.nodes:
            value = self.at[name]
            several = isinstance(value, list)
            self.nodes[name] = (
                Tensor(value, requires_grad=True, dtype=float, label=name)
                if several
                else Value(value, label=name)
            )
        return self.nodes[name]

    def _call(self, name: str, arguments: list[ast.expr]) -> Node:
        if name not in FUNCTIONS:
            near = get_close_matches(name, FUNCTIONS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(FUNCTIONS))}"
            raise DomainError(f"there is no function {_short(name)}; {hint}")
        if len(arguments) != FUNCTIONS[name]:
            wanted = "one argument" if FUNCTIONS[name] == 1 else f"{FUNCTIONS[name]} arguments"
            raise DomainError(f"{name} takes {wanted}, not {len(arguments)}")
        found = [self.read(x) for x in arguments]
        if not any(isinstance(x, Node) for x in found):
            found[0] = self.constant(found[0])
        function = _COMPOSED.get(name) or getattr(autograd_core, name)
        result: Node = function(*found)
        return result

    def _source(self, part: ast.expr) -> str:
        return _short(ast.get_source_segment(self.formula.strip(), part) or self.formula)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
