"""What is computed twice is computed once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from ..program import Instruction, Program, Variable
from .rewriting import Answer, result_of, rewrite

__all__ = ["common_subexpressions"]

_SMALL = 4096  # bytes, up to which constants are compared by their numbers


def common_subexpressions(program: Program) -> None:
    """Have everybody read the first of several equal results.

    Rules are written without looking at each other: the derivative by one operand and that by another ask for
    the same product, and each view of a weight is taken anew. Two instructions are equal if they call the
    same function with equal operands. What is changed in place is another array afterwards: it stays out of
    this.
    """
    changed = {x.operands[0].owner for x in program.instructions if x.kind == "modify"}
    seen: dict[Hashable, Variable] = {}

    def rule(instruction: Instruction) -> Answer:
        if instruction.kind not in ("ufunc", "product", "view", "call") or not instruction.pure:
            return None
        if not isinstance(instruction.result, Variable):
            return None
        touched = (*instruction.variables(), instruction.result)
        if any(x.owner in changed for x in touched):
            return None
        found = seen.setdefault(_key(instruction), instruction.result)
        return None if found is instruction.result else found

    rewrite(program, rule)


def _key(instruction: Instruction) -> Hashable:
    if instruction.kind == "view":
        (operand, *_), result = instruction.operands, result_of(instruction)
        start, shown = (x.example.__array_interface__["data"][0] for x in (operand, result))
        return operand, shown - start, result.shape, result.example.strides, result.dtype
    function = instruction.function
    called = getattr(function, "__self__", None), getattr(function, "__name__", None), type(function)
    keywords = tuple((name, _operand(x)) for name, x in sorted(instruction.keywords.items()))
    named = isinstance(function, np.ufunc) or isinstance(called[0], np.ufunc)
    return called if named else function, tuple(map(_operand, instruction.operands)), keywords


def _operand(operand: Any) -> Hashable:
    if isinstance(operand, Variable):
        if operand.kind != "constant":
            return operand
        operand = operand.example
    if isinstance(operand, np.ndarray | np.generic):
        if operand.nbytes > _SMALL or operand.dtype.hasobject:
            return id(operand)
        return operand.dtype, operand.shape, operand.tobytes()
    if type(operand) in (tuple, list):
        return (type(operand), *map(_operand, operand))
    return type(operand), repr(operand)
