"""Where the variables of a program are in memory.

An array that a program makes has a *fixed* place: memory that is found once, when the program is bound, and
used again at every run. Nothing is allocated then, views are taken once, and what was just written is still
in the cache when it is read. Three questions are answered here, each from the lifetimes of the variables:

* Whose memory is free again? A variable is dead after the last instruction that reads it, or a view of it.
* Which results may overwrite an operand? That of a ufunc, if the operand dies there and lies in memory as it
  does.
* Which results have to end somewhere? A gradient in its slice of the optimiser's array, an output in memory
  that is handed out. They are computed there, and so is what they are made of in place.

Memory has the order of axes of the recorded run: a convolution hands its channels on standing last, and an
array in another order beside it makes each element a jump.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..kernels.convolution import convolution, transposed_convolution, weight_gradient
from ..kernels.pooling import distribute_to_winners, window_max
from .assembling import Assembly
from .program import Array, Instruction, Place, Program, Variable
from .rows import Rows

__all__ = ["Placement", "dense_strides", "in_order", "is_placed", "kernel_of", "place"]

_ALIGNED = 64  # bytes, a line of the cache
_A_VIEW = 8192  # bytes that are copied in the time in which a view is taken
_HANDED_OUT = 64  # numbers, above which an output is computed where it is handed out, and not copied
_WITH_ROOM = {convolution, transposed_convolution, weight_gradient, window_max, distribute_to_winners}
"""Kernels that write to memory that they are given."""


def kernel_of(instruction: Instruction) -> Callable[..., Any] | None:
    """The kernel that a call carries out, whatever is done with its results afterwards."""
    if instruction.kind != "call":
        return None
    kernel: Callable[..., Any] = getattr(instruction.function, "__wrapped__", instruction.function)
    return kernel


def is_placed(instruction: Instruction | None) -> bool:
    """Whether it takes ``out=``, so that its results may be anywhere."""
    if instruction is None:
        return False
    if instruction.kind in ("ufunc", "product") or isinstance(instruction.function, Rows):
        return True
    return kernel_of(instruction) in _WITH_ROOM


def in_order(program: Program) -> list[Instruction]:
    """The instructions, effects last: whatever can fail, or find that the run took another way, comes
    first.
    """
    effects = [x for x in program.instructions if x.kind == "effect"]
    return [x for x in program.instructions if x.kind != "effect"] + effects


@dataclass(eq=False)
class Placement:
    """What was decided.

    Attributes:
        instructions: in the order in which they are carried out.
        fixed: the arrays of the variables that stay where they are from run to run.
        taken_in: inputs that are copied to a fixed place, so that views of them are taken once.
        fresh: for each variable that is computed where it is handed out, the owner that is handed out.
        copies: the places that are filled by copying.
        freed: what memory is free after an instruction.
        memory: all blocks that were allocated.
        rooms: memory that kernels need while they compute, which all of them share.
    """

    instructions: list[Instruction]
    fixed: dict[Variable, Array] = field(default_factory=dict)
    taken_in: list[Variable] = field(default_factory=list)
    fresh: dict[Variable, Variable] = field(default_factory=dict)
    copies: list[Place] = field(default_factory=list)
    freed: dict[Instruction, list[Array]] = field(default_factory=dict)
    memory: list[Array] = field(default_factory=list)
    rooms: list[Array] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """How much memory the program has of its own; what kernels need is known after the first run."""
        return sum(block.nbytes for block in (*self.memory, *self.rooms))

    def array_of(self, operand: Any) -> Any:
        """The array of an operand: None for a variable that has another one at each run."""
        if not isinstance(operand, Variable):
            return operand
        if operand.kind in ("live", "constant"):
            return operand.example
        return self.fixed.get(operand)


def place(program: Program, share: bool = True, elsewhere: Iterable[Variable] | None = None) -> Placement:
    """Find a place for every variable of a program.

    Args:
        program: what is to be bound.
        share: whether memory is used again within a run.
        elsewhere: the variables that are computed in memory which is there already; if that is not given,
            those that are handed out.
    """
    return _Placing(program, share, elsewhere).placement


class _Placing:
    def __init__(self, program: Program, share: bool, elsewhere: Iterable[Variable] | None) -> None:
        self.program, self.share = program, share
        self.placement = Placement(in_order(program))
        self.free: dict[int, list[Array]] = {}
        self.blocks: dict[Variable, Array] = {}  # whose memory has to be given back
        self.viewed = {x.operands[0] for x in self.placement.instructions if x.kind == "view"}
        self.changed = {x.operands[0].owner for x in self.placement.instructions if x.kind == "modify"}
        effects = [x for x in self.placement.instructions if x.kind == "effect"]
        self.read_by_effects = Counter(y for x in effects for y in {v.owner for v in x.variables()})
        self.last = _lifetimes(program, self.placement.instructions)
        self.position = {x: k for k, x in enumerate(self.placement.instructions)}
        if elsewhere is None:
            self._inputs()
        self._places()
        for owner in self._handed_out() if elsewhere is None else elsewhere:
            for variable in self._in_place(owner, dense_strides(owner)):
                self.placement.fresh[variable] = owner
        for position, instruction in enumerate(self.placement.instructions):
            self._place(position, instruction)
            self._release(position, instruction)

    # -- what is given, and results that have to be somewhere
    # --------------------------------------------------------

    def _inputs(self) -> None:
        """Small inputs that are viewed often are copied: views of what is given would be taken at each
        run.
        """
        views = Counter(x.results[0].owner for x in self.placement.instructions if x.kind == "view")
        for variable in self.program.inputs:
            if 0 < variable.example.nbytes <= views[variable] * _A_VIEW:
                block = self._allocate(variable.example.nbytes)
                strides = dense_strides(variable)
                array: Array = np.ndarray(variable.shape, variable.dtype, block, 0, strides)
                self.placement.fixed[variable], self.blocks[variable] = array, block
                self.placement.taken_in.append(variable)

    def _places(self) -> None:
        crowded = _crowded(self.program)
        for place in self.program.places:
            owner = place.variable.owner
            taken = id(place) in crowded or owner in self.placement.fixed or self.read_by_effects[owner] > 1
            array = None if taken else self._home(place, owner)
            if array is None:
                self.placement.copies.append(place)
                continue
            for variable in self._in_place(owner, array.strides):
                self.placement.fixed[variable] = array

    def _home(self, place: Place, owner: Variable) -> Array | None:
        """The array of a place as its owner would fill it, None if it has to be copied there."""
        if not is_placed(owner.maker) or owner.dtype != place.array.dtype:
            return None
        loop = owner.maker is not None and isinstance(owner.maker.function, Rows)
        if owner is place.variable and owner not in self.viewed and not loop:
            return place.array  # with gaps in memory, perhaps
        shown, array = place.variable.example, place.array
        if not array.flags.c_contiguous or shown.size != owner.example.size:
            return None
        if shown.flags.c_contiguous and owner.example.flags.c_contiguous:
            return array.reshape(owner.shape)
        return None

    def _handed_out(self) -> Iterator[Variable]:
        """Large results, which are computed in memory that is handed out."""
        for owner, output in {x.owner: x for x in reversed(self.program.outputs)}.items():
            large = _HANDED_OUT < owner.example.size == output.example.size
            viewed = owner.maker is not None and isinstance(owner.maker.function, Assembly)  # part by part
            if large and is_placed(owner.maker) and owner not in self.placement.fixed and not viewed:
                yield owner

    def _in_place(self, owner: Variable, strides: tuple[int, ...]) -> Iterator[Variable]:
        """A variable and those that it is made of one after the other in the same memory."""
        taken = True
        while taken:
            yield owner
            taken = False
            maker = owner.maker
            if maker is None or maker.kind != "ufunc" or not self.share:
                return
            for operand in maker.operands:
                if self._may_become(operand, owner, strides, maker):
                    owner, taken = operand, True
                    break

    def _may_become(
        self, operand: Any, result: Variable, strides: tuple[int, ...], maker: Instruction
    ) -> bool:
        """Whether an operand may be computed where the result will be."""
        return (
            isinstance(operand, Variable)
            and is_placed(operand.maker)
            and operand not in self.viewed
            and operand not in self.changed
            and operand not in self.placement.fixed
            and operand not in self.placement.fresh
            and operand.shape == result.shape
            and operand.dtype == result.dtype
            and dense_strides(operand) == strides
            and self.last[operand] == self.position[maker]
        )

    # -- memory -----------------------------------------------------------------------------------

    def _place(self, position: int, instruction: Instruction) -> None:
        fixed, fresh = self.placement.fixed, self.placement.fresh
        if instruction.kind in ("view", "modify"):
            self._show(instruction)
        elif is_placed(instruction):
            for result in instruction.results:
                if result not in fixed and result not in fresh:
                    self._find_memory(position, instruction, result)

    def _show(self, instruction: Instruction) -> None:
        """The same memory under another name, if it stays where it is."""
        (result,), (operand, *rest) = instruction.results, instruction.operands
        array = self.placement.array_of(operand)
        if array is None:
            return
        view = (
            array
            if instruction.kind == "modify"
            else instruction.function(array, *rest, **instruction.keywords)
        )
        if view.size and not np.may_share_memory(view, array):
            raise AssertionError(f"a view that copies: {instruction.function} in {instruction.source}")
        self.placement.fixed[result] = view

    def _find_memory(self, position: int, instruction: Instruction, result: Variable) -> None:
        fixed = self.placement.fixed
        taken = self._taken_over(position, instruction, result) if self.share else None
        if taken is None:
            block = self._allocate(result.example.size * result.dtype.itemsize)
            fixed[result] = np.ndarray(result.shape, result.dtype, block, 0, dense_strides(result))
        else:
            fixed[result], block = fixed[taken], self.blocks.pop(taken.owner)
        self.blocks[result] = block

    def _taken_over(self, position: int, instruction: Instruction, result: Variable) -> Variable | None:
        """The operand whose memory a ufunc's result may have."""
        if instruction.kind != "ufunc":
            return None
        for operand in instruction.operands:
            if not isinstance(operand, Variable) or operand.owner not in self.blocks:
                continue
            owner, array = operand.owner, self.placement.fixed[operand]
            alike = [x for x in instruction.variables() if x.owner is owner]
            if (
                self.last[owner] == position
                and array.flags.writeable  # what broadcast_to gives is not, though it may be all there is
                and array.shape == result.shape
                and array.dtype == result.dtype
                and array.size == owner.example.size
                and array.strides == dense_strides(result)
                and all(_same_memory(self.placement.fixed[x], array) for x in alike)
            ):
                return operand
        return None

    def _allocate(self, size: int) -> Array:
        for fitting in sorted(n for n in self.free if size <= n <= 2 * size):
            if self.share and self.free[fitting]:
                return self.free[fitting].pop()
        block = _aligned(size)
        self.placement.memory.append(block)
        return block

    def _release(self, position: int, instruction: Instruction) -> None:
        for owner in {x.owner: None for x in (*instruction.variables(), *instruction.results)}:
            for variable in _and_shown_by_calls(owner):
                block = self.blocks.get(variable)
                if block is not None and self.last[variable] == position:
                    del self.blocks[variable]
                    self.free.setdefault(block.nbytes, []).append(block)
                    self.placement.freed.setdefault(instruction, []).append(block)


def _lifetimes(program: Program, instructions: Iterable[Instruction]) -> dict[Variable, int]:
    """The position of the last instruction that reads an owner's memory, under whatever name."""
    last: dict[Variable, int] = {}
    end = 0
    for end, instruction in enumerate(instructions, start=1):
        for variable in (*instruction.variables(), *instruction.results):
            for owner in _and_shown_by_calls(variable.owner):
                last[owner] = end - 1
    for variable in (*program.outputs, *(place.variable for place in program.places)):
        for owner in _and_shown_by_calls(variable.owner):
            last[owner] = end + 1
    return last


def _and_shown_by_calls(owner: Variable) -> Iterator[Variable]:
    """An owner, and those whose memory the call that made it has handed on."""
    yield owner
    if owner.maker is not None and owner.maker.kind == "call":
        for operand in owner.maker.variables():
            if np.may_share_memory(operand.example, owner.example):
                yield from _and_shown_by_calls(operand.owner)


def _crowded(program: Program) -> set[int]:
    """The places (by identity) that share memory with another one, or with what the program reads."""
    spans = [(*np.lib.array_utils.byte_bounds(p.array), id(p)) for p in program.places if p.array.size]
    live = {v for x in program.instructions for v in x.variables() if v.kind == "live" and v.example.size}
    spans += [(*np.lib.array_utils.byte_bounds(v.example), 0) for v in live]
    crowded: set[int] = set()
    end, holder = 0, 0
    for low, high, key in sorted(spans):
        if low < end:
            crowded |= {key, holder}
        if high > end:
            end, holder = high, key
    return crowded


def dense_strides(variable: Variable) -> tuple[int, ...]:
    """Strides without gaps, the axes in the order that they had in the memory of the recorded run."""
    example = variable.example
    steps = example.strides
    axes = list(range(example.ndim))
    if not any(n > 1 and step == 0 for n, step in zip(example.shape, steps)):
        axes.sort(key=lambda axis: -abs(steps[axis]) if example.shape[axis] > 1 else -np.inf)
    strides, step = [0] * example.ndim, example.itemsize
    for axis in reversed(axes):
        strides[axis] = step
        step *= max(example.shape[axis], 1)
    return tuple(strides)


def _same_memory(a: Array, b: Array) -> bool:
    return a.strides == b.strides and a.shape == b.shape and a.ctypes.data == b.ctypes.data


def _aligned(size: int) -> Array:
    """Memory of so many bytes, which begins where a line of the cache does."""
    block = np.zeros(size + _ALIGNED, np.uint8)
    start = -block.ctypes.data % _ALIGNED
    return block[start : start + size]
