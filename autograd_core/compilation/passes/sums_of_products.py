"""Σ a b without an array of the products."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ..program import Array, Instruction, Program, Variable
from .rewriting import Answer, has_dense_memory, made_by, result_of, rewrite, users

__all__ = ["sums_of_products"]


def sums_of_products(program: Program) -> None:
    """Turn the sum of an elementwise product into a scalar product: over everything, or along the last axis.

    Penalties, squared errors and the variances of rows are such sums. BLAS multiplies and adds in one pass
    over memory, and nothing is written.
    """
    readers = users(program)

    def rule(instruction: Instruction) -> Answer:
        axis = _summed_axis(instruction)
        product = made_by(instruction.operands[0], np.multiply) if axis != () else None
        if product is None or len(readers[result_of(product)]) > 1:
            return None
        a, b = product.operands
        if not all(isinstance(x, Variable) and x.shape == result_of(product).shape for x in (a, b)):
            return None
        if not a.dtype == b.dtype == result_of(instruction).dtype or a.dtype.kind != "f":
            return None
        return _of_everything(instruction, a, b) if axis is None else _of_rows(instruction, a, b)

    rewrite(program, rule)


def _summed_axis(instruction: Instruction) -> int | tuple[()] | None:
    """None for all axes, -1 for the last one, and () for whatever is no such sum."""
    if instruction.kind != "product" or not isinstance(instruction.operands[0], Variable):
        return ()
    summed = instruction.operands[0]
    if instruction.function is np.matmul:  # with ones, which BLAS adds up sooner
        ones = instruction.operands[1]
        ones = ones.example if isinstance(ones, Variable) and ones.kind == "constant" else ones
        return -1 if summed.example.ndim > 1 and isinstance(ones, np.ndarray) and _is_ones(ones) else ()
    if not _is_sum(instruction.function) or not instruction.keywords.keys() <= {"axis", "keepdims"}:
        return ()
    axis, ndim = instruction.keywords.get("axis", 0), summed.example.ndim
    axes = tuple(range(ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) == ndim and not instruction.keywords.get("keepdims"):
        return None
    return -1 if [x % ndim for x in axes] == [ndim - 1] else ()


def _is_sum(function: Callable[..., object]) -> bool:
    return getattr(function, "__self__", None) is np.add and getattr(function, "__name__", "") == "reduce"


def _is_ones(array: Array) -> bool:
    return array.ndim in (1, 2) and array.shape[1:] in ((), (1,)) and bool((array == 1).all())


def _of_everything(instruction: Instruction, a: Variable, b: Variable) -> Answer:
    """Two rows of numbers, in the order in which they lie in memory."""
    if a.example.strides != b.example.strides or not has_dense_memory(a.example):
        return None
    order = tuple(sorted(range(a.example.ndim), key=lambda axis: -a.example.strides[axis]))
    flat = partial(_flat, order)
    views = [
        Instruction(
            "view", flat, [x], result=Variable("temporary", flat(x.example)), source=instruction.source
        )
        for x in (a, b)
    ]
    instruction.function, instruction.keywords = np.dot, {}
    instruction.operands = [result_of(view) for view in views]
    return [*views, instruction]


def _flat(order: tuple[int, ...], x: Array) -> Array:
    return x.transpose(order).reshape(-1)


def _of_rows(instruction: Instruction, a: Variable, b: Variable) -> Answer:
    """One scalar product for each row."""
    result = result_of(instruction)
    if result.shape == a.shape[:-1]:
        instruction.function, instruction.operands, instruction.keywords = np.vecdot, [a, b], {}
        return None
    sums = Variable("temporary", np.ascontiguousarray(result.example).reshape(a.shape[:-1]))
    column = partial(_column, result.shape)
    return [
        Instruction("product", np.vecdot, [a, b], result=sums, source=instruction.source),
        Instruction("view", column, [sums], result=result, source=instruction.source),
    ]


def _column(shape: tuple[int, ...], x: Array) -> Array:
    return x.reshape(shape)
