"""Identities of arithmetic that save an instruction, or make one of two.

======================== ================== ===========================================
written                  becomes            so that
======================== ================== ===========================================
x¹, 1 x, a view of all   x                  nothing is done
x², x³, x^½, x⁻¹         x x, x x x, √x, 1/x a power, the slowest of all, is avoided
x / c, -x                (1/c) x, (-1) x    factors meet
d (c x)                  (c d) x            two passes over memory become one
d (c x + b)              (c d) x + (b d)    likewise, if nobody else reads c x + b
y + (-1) x               y - x
y - (-1) x               y + x
======================== ================== ===========================================

Only where results are floating-point numbers: they may change in the last digit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..program import Instruction, Program, Variable
from .rewriting import Answer, is_number, made_by, result_of, rewrite, shown_alike, users

__all__ = ["algebra"]


def algebra(program: Program) -> None:
    """Apply the identities, from the first instruction to the last."""
    readers = users(program)
    rewrite(program, lambda instruction: _rule(instruction, readers))


def _rule(instruction: Instruction, readers: dict[Variable, list[Instruction]]) -> Answer:
    if instruction.kind == "view":
        return _same_view(instruction)
    if instruction.kind != "ufunc" or instruction.keywords or result_of(instruction).dtype.kind != "f":
        return None
    result = result_of(instruction)
    if any(isinstance(x, Variable) and x.dtype != result.dtype for x in instruction.operands):
        return None
    power = _power(instruction, result)
    if power is not None:
        return power
    _factor_last(instruction, result)
    _factors_meet(instruction, result)
    _signs_meet(instruction)
    scaled = _scaled_sum(instruction, result, readers)
    if scaled is not None:
        return scaled
    x, *others = instruction.operands
    if instruction.function is np.multiply and is_number(others[0]) and others[0] == 1:
        return x if isinstance(x, Variable) and shown_alike(x, result) else None
    return None


def _same_view(instruction: Instruction) -> Variable | None:
    operand, result = instruction.operands[0], result_of(instruction)
    same = shown_alike(operand, result) and _address(operand) == _address(result)
    return operand if same and len(instruction.operands) == 1 else None


def _address(variable: Variable) -> int:
    return int(variable.example.__array_interface__["data"][0])


def _power(instruction: Instruction, result: Variable) -> Answer:
    """Powers as products and roots; None if it is something else."""
    x = instruction.operands[0]
    if instruction.function is np.square:
        exponent = 2.0
    elif instruction.function is np.power and is_number(instruction.operands[1]):
        exponent = float(instruction.operands[1])
    else:
        return None
    if exponent == 1.0 and isinstance(x, Variable) and shown_alike(x, result):
        return x
    if exponent == 2.0:
        instruction.function, instruction.operands = np.multiply, [x, x]
    elif exponent == 0.5:
        instruction.function, instruction.operands = np.sqrt, [x]
    elif exponent == -1.0:
        instruction.function, instruction.operands = np.reciprocal, [x]
    elif exponent == 3.0:
        square = Variable("temporary", result.example)
        return [
            Instruction("ufunc", np.multiply, [x, x], result=square, source=instruction.source),
            Instruction("ufunc", np.multiply, [square, x], result=result, source=instruction.source),
        ]
    return [instruction]


def _factor_last(instruction: Instruction, result: Variable) -> None:
    """c x, x / c and -x as x times a number."""
    function, operands = instruction.function, instruction.operands
    if function is np.negative:
        operands = [operands[0], np.array(-1, result.dtype)]
    elif function is np.divide and is_number(operands[1]) and operands[1] != 0:
        operands = [operands[0], np.array(1 / operands[1], result.dtype)]
    elif function is np.multiply and is_number(operands[0]):
        operands = operands[::-1]
    else:
        return
    instruction.function, instruction.operands = np.multiply, operands


def _factors_meet(instruction: Instruction, result: Variable) -> None:
    if instruction.function is not np.multiply:
        return
    x, number = instruction.operands
    inner = made_by(x, np.multiply)
    if is_number(number) and inner is not None and is_number(inner.operands[1]):
        instruction.operands = [inner.operands[0], np.array(number * inner.operands[1], result.dtype)]


def _scaled_sum(
    instruction: Instruction, result: Variable, readers: dict[Variable, list[Instruction]]
) -> list[Instruction] | None:
    if instruction.function is not np.multiply or not is_number(instruction.operands[1]):
        return None
    total, factor = instruction.operands
    sum = made_by(total, np.add)
    if sum is None or not is_number(sum.operands[1]) or len(readers.get(total, ())) != 1:
        return None
    product, number = sum.operands
    inner = made_by(product, np.multiply)
    alone = inner is not None and is_number(inner.operands[1]) and len(readers.get(product, ())) == 1
    if inner is None or not alone:
        return None
    scaled = Variable("temporary", product.example)
    factors = [inner.operands[0], np.array(inner.operands[1] * factor, result.dtype)]
    shift = np.array(number * factor, result.dtype)
    return [
        Instruction("ufunc", np.multiply, factors, result=scaled, source=instruction.source),
        Instruction("ufunc", np.add, [scaled, shift], result=result, source=instruction.source),
    ]


def _signs_meet(instruction: Instruction) -> None:
    if instruction.function not in (np.add, np.subtract):
        return
    a, b = instruction.operands
    if _negated(b) is not None:
        instruction.function = np.subtract if instruction.function is np.add else np.add
        instruction.operands = [a, _negated(b)]
    elif instruction.function is np.add and _negated(a) is not None:
        instruction.function, instruction.operands = np.subtract, [b, _negated(a)]


def _negated(operand: Any) -> Any:
    """x of (-1) x, or None."""
    maker = made_by(operand, np.multiply)
    if maker is None or not is_number(maker.operands[1]) or maker.operands[1] != -1:
        return None
    return maker.operands[0]
