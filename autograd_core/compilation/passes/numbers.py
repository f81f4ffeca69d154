"""Arrays of one repeated number become that number."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program import Array, Instruction, Program, Variable
from .rewriting import result_of, rewrite

__all__ = ["numbers"]

_MIXED = {
    *(np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum),
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
}


def numbers(program: Program) -> None:
    """Write constants whose elements are all equal, and Python's numbers, as arrays without axes.

    A cotangent that starts as ones, divided by the size of the batch and spread over it, is such an array: as
    a number it need not be read from memory, and ``algebra`` can multiply it with others. A Python number
    would be made an array at every run, which takes longer than a small operation.
    """
    rewrite(program, _rule)


def _rule(instruction: Instruction) -> None:
    if instruction.kind != "ufunc":
        return
    result = result_of(instruction)
    for k, operand in enumerate(instruction.operands):
        others = [_array(x) for x in (*instruction.operands[:k], *instruction.operands[k + 1 :])]
        number = _number(operand, instruction, others)
        if number is not None and np.broadcast_shapes(*(x.shape for x in others), ()) == result.shape:
            instruction.operands[k] = number


def _number(operand: Any, instruction: Instruction, others: list[Array]) -> Array | None:
    if isinstance(operand, Variable):
        operand = operand.example if operand.kind == "constant" else None
    if isinstance(operand, np.ndarray | np.generic):
        return _repeated(np.asarray(operand))
    if type(operand) not in (int, float) or instruction.function not in _MIXED:
        return None
    kinds = {x.dtype for x in others if not np.isscalar(x)}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    if kind.kind == "f":
        return np.array(operand, kind)
    fits = kind.kind in "iu" and type(operand) is int and np.iinfo(kind).min <= operand <= np.iinfo(kind).max
    return np.array(operand, kind) if fits else None


def _repeated(array: Array) -> Array | None:
    """The number that all elements are, sign and all."""
    if not array.size or array.dtype.kind not in "fiub":
        return None
    first = array.flat[0]
    if any(array.strides) and array.size > 1:
        if not (array == first).all():
            return None
        if array.dtype.kind == "f" and (np.signbit(array) != np.signbit(first)).any():
            return None
    return np.array(first, array.dtype)


def _array(operand: Any) -> Array:
    return operand.example if isinstance(operand, Variable) else np.asarray(operand)
