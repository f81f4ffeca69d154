"""What all passes do: go through the instructions once, in order, and put others in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..program import Array, Instruction, Program, Variable

__all__ = [
    "has_dense_memory",
    "is_number",
    "made_by",
    "result_of",
    "rewrite",
    "shown_alike",
    "users",
]

Answer = Variable | Sequence[Instruction] | None


def rewrite(program: Program, rule: Callable[[Instruction], Answer]) -> None:
    """Ask a rule about each instruction.

    The rule may change the instruction. It gives None to leave it where it is, instructions that take its
    place (the last of them makes its result), or a variable that is the same as its result. Instructions that
    follow read that variable by the time the rule sees them. A variable whose memory a kernel hands on keeps
    its name: the examples say whose memory that is.
    """
    handed_on = set(_handed_on(program))
    names: dict[Variable, Variable] = {}
    kept: list[Instruction] = []
    for instruction in program.instructions:
        _rename(instruction, names)
        answer = rule(instruction)
        if isinstance(answer, Variable) and result_of(instruction).owner in handed_on:
            answer = None
        if answer is None:
            kept.append(instruction)
        elif isinstance(answer, Variable):
            names[result_of(instruction)] = answer
        else:
            kept += answer
    program.instructions[:] = kept
    program.outputs[:] = [names.get(x, x) for x in program.outputs]
    for place in program.places:
        place.variable = names.get(place.variable, place.variable)


def _handed_on(program: Program) -> Iterator[Variable]:
    """Whose memory the results of kernels show."""
    for call in program.instructions:
        if call.kind == "call":
            for operand in call.variables():
                if any(np.may_share_memory(operand.example, x.example) for x in call.results):
                    yield operand.owner


def _rename(instruction: Instruction, names: dict[Variable, Variable]) -> None:
    renamed = [x for x in instruction.variables() if x in names]
    for variable in renamed:
        instruction.replace(variable, names[variable])
    if renamed and instruction.kind == "view":  # of other memory now
        operand, *rest = instruction.operands
        result_of(instruction).example = instruction.function(operand.example, *rest, **instruction.keywords)


def result_of(instruction: Instruction) -> Variable:
    """The one variable that it makes."""
    (result,) = instruction.results
    return result


def users(program: Program) -> dict[Variable, list[Instruction]]:
    """For each variable the instructions that read it, and for those that have to be somewhere one more."""
    found: dict[Variable, list[Instruction]] = {}
    for instruction in program.instructions:
        for variable in instruction.variables():
            found.setdefault(variable, []).append(instruction)
    wanted = Instruction("effect", lambda: None, [])
    for variable in (*program.outputs, *(place.variable for place in program.places)):
        found.setdefault(variable, []).append(wanted)
    return found


def made_by(operand: Any, function: Callable[..., Any]) -> Instruction | None:
    """The instruction that made an operand, if it is a call of this function and nothing else."""
    maker = operand.maker if isinstance(operand, Variable) else None
    return maker if maker is not None and maker.function is function and not maker.keywords else None


def is_number(operand: Any) -> bool:
    """Whether an operand is one number, as the pass ``numbers`` writes it: an array without axes."""
    return isinstance(operand, np.ndarray) and not operand.ndim


def shown_alike(a: Variable, b: Variable) -> bool:
    """Whether one may be read in place of the other: shape, dtype and order in memory are the same."""
    return a.shape == b.shape and a.dtype == b.dtype and a.example.strides == b.example.strides


def has_dense_memory(array: Array) -> bool:
    """Whether there are no gaps between the numbers, in whatever order the axes are."""
    step = array.itemsize
    for axis in sorted(range(array.ndim), key=lambda axis: array.strides[axis]):
        if array.shape[axis] > 1:
            if array.strides[axis] != step:
                return False
            step *= array.shape[axis]
    return array.size > 0
