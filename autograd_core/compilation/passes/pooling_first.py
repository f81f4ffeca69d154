"""Pool first, then add the bias and cut off what is negative: on a quarter of the numbers.

Adding the same number to all elements of a window, and max(·, 0), keep their order. So, for every window,

    max relu(v + b) = relu(max v + b)

and on the way back the mask of the relu is applied before gradients are spread over their windows, not after.
The sum of all gradients, which is that of the bias, is the same before and after. Two elements that differ,
but no longer do with the bias added, are a tie that was none before: the gradient then goes to the larger,
not to the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from ...kernels.pooling import distribute_to_winners, window_max
from ..placing import kernel_of
from ..program import Array, Instruction, Program, Variable
from .rewriting import is_number, made_by, result_of, rewrite, users

__all__ = ["pooling_first"]


def pooling_first(program: Program) -> None:
    """Exchange the largest number of each window with the relu, and the bias, that stand before it."""
    readers = users(program)
    moved: dict[Variable, Variable] = {}  # what was pooled, and what it has become
    spread: dict[Variable, Variable] = {}  # masked gradients, and what they were before they were spread

    def rule(instruction: Instruction) -> Sequence[Instruction] | Variable | None:
        if kernel_of(instruction) is window_max:
            return _pooled(instruction, readers, moved)
        if kernel_of(instruction) is distribute_to_winners:
            return _masked_first(instruction, readers, moved, spread)
        if instruction.function is np.multiply and result_of(instruction) in spread:
            return []
        if instruction.function is np.matmul:
            return _sum_first(instruction, spread)
        return None

    rewrite(program, rule)


def _pooled(
    instruction: Instruction, readers: dict[Variable, list[Instruction]], moved: dict[Variable, Variable]
) -> list[Instruction] | None:
    best, *winners = instruction.results
    cut = made_by(instruction.operands[0], np.maximum)
    if cut is None or not is_number(cut.operands[1]) or cut.operands[1] != 0:
        return None
    if not all(_is_pooling_or_mask(x, instruction, readers) for x in readers[result_of(cut)]):
        return None
    x, bias = cut.operands[0], None
    sum = made_by(x, np.add)
    if sum is not None and len(readers[x]) == 1 and _is_same_in_windows(sum.operands[1], best.example):
        x, bias = sum.operands
    if not isinstance(x, Variable) or x.shape != result_of(cut).shape:
        return None
    moved[result_of(cut)] = best
    largest, source = Variable("temporary", best.example), instruction.source
    rest = instruction.operands[1:]
    steps = [
        Instruction(
            "call", instruction.function, [x, *rest], instruction.keywords, (largest, *winners), source
        )
    ]
    if bias is not None:
        assert sum is not None
        biased = Variable("temporary", best.example)
        steps.append(Instruction("ufunc", np.add, [largest, bias], result=biased, source=sum.source))
        largest = biased
    return [
        *steps,
        Instruction("ufunc", np.maximum, [largest, cut.operands[1]], result=best, source=cut.source),
    ]


def _is_pooling_or_mask(
    reader: Instruction, pooling: Instruction, readers: dict[Variable, list[Instruction]]
) -> bool:
    """Whether a relu is read by nothing that would need all of its numbers."""
    if reader is pooling:
        return True
    mask = reader.function is np.greater and is_number(reader.operands[1]) and reader.operands[1] == 0
    return mask and all(_spread_of(x, pooling) is not None for x in readers.get(result_of(reader), []))


def _spread_of(product: Instruction, pooling: Instruction) -> Instruction | None:
    """The instruction that spread the gradients which a mask is multiplied with."""
    if product.function is not np.multiply or not all(isinstance(x, Variable) for x in product.operands):
        return None
    for operand in product.operands:
        maker = operand.maker
        if maker is not None and kernel_of(maker) is distribute_to_winners:
            found = maker.keywords.get("winners")
            same = isinstance(found, tuple) and all(x in pooling.results for x in found)
            return maker if same else None
    return None


def _is_same_in_windows(bias: Any, pooled: Array) -> bool:
    """Whether all elements of a window get the same number: one for each channel."""
    positions = pooled.ndim - 2
    if is_number(bias):
        return True
    shape = bias.shape if isinstance(bias, Variable) else np.shape(bias)
    return set(shape[-positions:]) <= {1}


def _masked_first(
    instruction: Instruction,
    readers: dict[Variable, list[Instruction]],
    moved: dict[Variable, Variable],
    spread: dict[Variable, Variable],
) -> list[Instruction] | None:
    product = next(iter(readers.get(result_of(instruction), [])), None)
    if product is None or len(readers[result_of(instruction)]) > 1 or product.function is not np.multiply:
        return None
    mask = next((x.maker for x in product.operands if made_by(x, np.greater) is not None), None)
    pooled = moved.get(mask.operands[0]) if mask is not None else None
    if mask is None or pooled is None:
        return None
    (masked, gradient), zero = product.results + tuple(instruction.operands[:1]), mask.operands[1]
    passes = Variable("temporary", pooled.example > 0)
    small = Variable("temporary", np.zeros_like(pooled.example, gradient.dtype))
    spread[masked] = small
    rest = instruction.operands[1:]
    return [
        Instruction("ufunc", np.greater, [pooled, zero], result=passes, source=mask.source),
        Instruction("ufunc", np.multiply, [gradient, passes], result=small, source=product.source),
        Instruction(
            "call", instruction.function, [small, *rest], instruction.keywords, masked, instruction.source
        ),
    ]


def _sum_first(instruction: Instruction, spread: dict[Variable, Variable]) -> list[Instruction] | None:
    """The sum over samples and positions, ones @ rows of channels, of gradients that are not spread yet."""
    ones, rows = instruction.operands
    if not isinstance(rows, Variable) or not isinstance(ones, Variable) or ones.kind != "constant":
        return None
    if rows.owner not in spread or rows.example.ndim != 2 or not (ones.example == 1).all():
        return None
    small = spread[rows.owner]
    channels = rows.owner.shape[1]
    if rows.shape[1] != channels or rows.example.strides[1] != rows.owner.example.strides[1]:
        return None
    view = partial(_rows_of_channels, channels)
    fewer = Variable("temporary", view(small.example))
    if ones.example.ndim != 1 or not np.may_share_memory(fewer.example, small.example):
        return None
    constant = Variable("constant", np.ones(len(fewer.example), ones.dtype))
    instruction.operands = [constant, fewer]
    return [Instruction("view", view, [small], result=fewer, source=instruction.source), instruction]


def _rows_of_channels(channels: int, x: Array) -> Array:
    return x.transpose(0, *range(2, x.ndim), 1).reshape(-1, channels)
