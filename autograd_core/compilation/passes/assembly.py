"""Gradients that are collected part by part are put together in one array.

In a graph of single numbers a weight is read out of one long array of all parameters, and so its gradient is
added to one long array of zeros: one for each place where parameters are read, and then the sum of all of
them. The places of the parts are known, and they differ as a rule. So the parts are written side by side into
one array, and nothing is added.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..assembling import Assembly
from ..gathering import gather, scatter
from ..placing import kernel_of
from ..program import Instruction, Program, Variable
from .rewriting import Answer, made_by, result_of, rewrite, users

__all__ = ["assembly"]


def assembly(program: Program) -> None:
    """Write sums of scattered parts side by side, and gather into memory that is there."""
    readers = users(program)

    def rule(instruction: Instruction) -> Answer:
        kernel = kernel_of(instruction)
        if kernel is gather.forward:
            return _taken(instruction)
        if kernel is scatter.forward:
            return None if _is_term(result_of(instruction), readers) else _assembled(instruction, readers)
        is_sum = instruction.kind == "ufunc" and instruction.function is np.add
        if is_sum and not _is_term(result_of(instruction), readers):
            return _assembled(instruction, readers)
        return None

    rewrite(program, rule)


def _taken(instruction: Instruction) -> Answer:
    """Numbers at places that have no order, picked from an array of one axis."""
    (x,), places = instruction.operands, instruction.keywords["places"]
    if x.example.ndim != 1 or places.padded:
        return None
    instruction.kind, instruction.function = "product", np.take
    instruction.operands, instruction.keywords = [x, places.index], {"mode": "clip"}
    return None


def _is_term(variable: Variable, readers: dict[Variable, list[Instruction]]) -> bool:
    """Whether a variable is one of two terms of a sum, and nothing else."""
    found = readers.get(variable, [])
    if len(found) != 1 or found[0].function is not np.add or found[0].kind != "ufunc":
        return False
    terms = found[0].operands
    return all(
        isinstance(x, Variable) and x.shape == variable.shape and x.dtype == variable.dtype for x in terms
    )


def _assembled(instruction: Instruction, readers: dict[Variable, list[Instruction]]) -> Answer:
    result = result_of(instruction)
    parts, others = [], []
    for term in _terms(result, readers):
        maker = term.maker
        if maker is not None and kernel_of(maker) is scatter.forward and maker.keywords["places"].once:
            parts.append(maker)
        else:
            others.append(term)
    if not parts:
        return None
    function = Assembly([x.keywords["places"] for x in parts], parts[0].keywords["size"])
    operands: list[Any] = [x.operands[0] for x in parts]
    source = instruction.source
    whole = Variable("temporary", result.example) if others else result
    steps = [Instruction("product", function, operands, result=whole, source=source)]
    for k, other in enumerate(others, start=1):
        total = result if k == len(others) else Variable("temporary", result.example)
        steps.append(Instruction("ufunc", np.add, [whole, other], result=total, source=source))
        whole = total
    return steps


def _terms(result: Variable, readers: dict[Variable, list[Instruction]]) -> list[Variable]:
    """What a variable is the sum of."""
    sum = made_by(result, np.add)
    if sum is None:
        return [result]
    found = []
    for operand in sum.operands:
        if isinstance(operand, Variable) and _is_term(operand, readers):
            found += _terms(operand, readers)
        elif (
            isinstance(operand, Variable) and operand.shape == result.shape and operand.dtype == result.dtype
        ):
            found.append(operand)
        else:
            return [result]
    return found
