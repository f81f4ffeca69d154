"""Large matrices are worked through some rows at a time, so that these stay in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from ..program import Array, Instruction, Program, Variable, variables_in
from ..rows import Outcome, Rows
from .rewriting import result_of

__all__ = ["row_blocks"]

_BEYOND_CACHES = 12_000_000  # bytes of all the arrays of a part, from which blocks pay
_BLOCK = 262_144  # bytes, of the largest array in a block
_FEWEST = 3  # instructions
_SMALLEST_BLOCK = 4  # rows
_TOTALS = {np.add.reduce: np.add, np.logical_and.reduce: np.logical_and}


def row_blocks(program: Program) -> None:
    """Replace instructions that treat each row by itself by one that carries them out block by block.

    It pays where the arrays do not fit into the caches, twice over for long chains (softmax, layer norm, and
    their gradients). What does not depend on the part is carried out before it, everything else after it.
    """
    done: list[Instruction] = []
    rest = program.instructions
    while rest:
        part = _largest_part(rest)
        if part is None:
            break
        wanted = {*program.outputs, *(place.variable for place in program.places)}
        wanted.update(x for one in part.after for x in one.variables())
        loop = part.as_loop(wanted)
        if loop is None:
            break
        done += [*part.before, loop]
        rest = part.after
    program.instructions[:] = [*done, *rest]


class _Part:
    """Instructions that work on the same rows, what comes before them and what after.

    Attributes:
        count: the number of rows.
        inside: the instructions.
        units: for each variable that they read or make in rows, how many elements of its first axis are a
            row.
        totals: the results that are sums over all rows, which are known after the last.
        views: what takes the views of a block.
        whole: what all rows meet.
    """

    def __init__(self, instructions: Iterable[Instruction], count: int) -> None:
        self.count = count
        self.inside: list[Instruction] = []
        self.before: list[Instruction] = []
        self.after: list[Instruction] = []
        self.units: dict[Variable, int] = {}
        self.totals: dict[Variable, np.ufunc] = {}
        self.views: dict[Instruction, Callable[[Array], Array]] = {}
        self.whole: set[Variable] = set()
        self.made: set[Variable] = set()
        late: set[Variable] = set()
        for instruction in instructions:
            read = set(instruction.variables())
            if read & late or read & self.totals.keys():
                self._put_off(instruction, late)
            elif self._fits(instruction):
                self.inside.append(instruction)
                self.made.update(instruction.results)
            elif read & self.made or not self._may_come_first(instruction):
                self._put_off(instruction, late)
            else:
                self.before.append(instruction)

    def _put_off(self, instruction: Instruction, late: set[Variable]) -> None:
        self.after.append(instruction)
        late.update(instruction.results)

    def _may_come_first(self, instruction: Instruction) -> bool:
        """What changes something keeps its place among the rest."""
        if instruction.kind not in ("ufunc", "product", "view", "call"):
            return False
        return instruction.pure or all(x.pure for x in self.after)

    # -- what is done row by row --------------------------------------------------------------------

    def _fits(self, instruction: Instruction) -> bool:
        if len(instruction.results) != 1:
            return False
        result = result_of(instruction)
        if instruction.kind == "ufunc" and not instruction.keywords:
            return self._elementwise(instruction, result)
        if instruction.kind == "view":
            return self._view(instruction, result)
        return instruction.kind == "product" and self._product(instruction, result)

    def _is_split(self, operand: Any) -> bool:
        """Whether the first axis of an operand counts the rows, which follow each other in memory."""
        if not isinstance(operand, Variable) or operand.example.shape[:1] != (self.count,):
            return False
        free = operand not in self.whole and self.units.get(operand, 1) == 1
        return free and operand.example.flags.c_contiguous

    def _split(self, *variables: Variable) -> bool:
        self.units.update(dict.fromkeys(variables, 1))
        return True

    def _is_whole(self, operand: Any) -> bool:
        """Whether an operand may be the same for all rows."""
        return not isinstance(operand, Variable) or operand not in self.units

    def _elementwise(self, instruction: Instruction, result: Variable) -> bool:
        if not self._is_split(result):
            return False
        split, whole = [], []
        for operand in instruction.operands:
            shape = np.shape(operand.example if isinstance(operand, Variable) else operand)
            if len(shape) < result.example.ndim or shape[0] == 1:
                whole.append(operand)
            else:
                split.append(operand)
        if not split or not all(map(self._is_split, split)) or not all(map(self._is_whole, whole)):
            return False
        self.whole.update(x for x in whole if isinstance(x, Variable))
        return self._split(result, *split)

    def _view(self, instruction: Instruction, result: Variable) -> bool:
        operand, *others = instruction.operands
        if not self._is_split(operand) or operand not in self.units or list(variables_in(others)):
            return False
        unit, rest = divmod(result.shape[0] if result.shape else 0, self.count)
        function = _view_of_rows(instruction, unit) if unit and not rest else None
        if function is None:
            return False
        self.units[result], self.views[instruction] = unit, function
        return True

    def _product(self, instruction: Instruction, result: Variable) -> bool:
        function, keywords = instruction.function, instruction.keywords
        a, b = (*instruction.operands, None)[:2]
        if function in (np.matmul, np.dot) and not keywords and isinstance(a, Variable):
            return self._matrix_product(instruction, result, a, b)
        if function is np.vecdot and not keywords:
            return (
                self._is_split(a) and self._is_split(b) and a.example.ndim > 1 and self._split(result, a, b)
            )
        if getattr(function, "__name__", "") != "reduce" or not keywords.keys() <= {"axis", "keepdims"}:
            return False
        axis = keywords.get("axis", 0)
        axes = range(a.example.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        if not self._is_split(a):
            return False
        if 0 not in [x % a.example.ndim for x in axes]:
            return self._is_split(result) and self._split(result, a)
        total = _TOTALS.get(function)
        return total is not None and self._total(result, total, a)

    def _matrix_product(self, instruction: Instruction, result: Variable, a: Variable, b: Any) -> bool:
        if not isinstance(b, Variable):
            return False
        if a.kind == "constant" and a.shape == (self.count,) and self._is_split(b) and (a.example == 1).all():
            return self._total(result, np.add, a, b)  # the sum of all rows
        unit = self.units.get(a, 0)
        if result.example.ndim == 0 and unit and unit == self._unit_beside(b, unit):
            self.units[b] = unit
            return self._total(result, np.add, a)
        whole = self._is_whole(b) and b.example.ndim > 0 and a is not b
        if a.example.ndim == 2 and self._is_split(a) and self._is_split(result) and whole:
            self.whole.add(b)
            return self._split(result, a)
        return False

    def _unit_beside(self, b: Variable, unit: int) -> int:
        """How many elements of another row of numbers belong to a row."""
        fits = b.shape == (self.count * unit,) and b.example.flags.c_contiguous and b not in self.whole
        return self.units.get(b, unit if fits else 0)

    def _total(self, result: Variable, joined_by: np.ufunc, *split: Variable) -> bool:
        self.totals[result] = joined_by
        for x in split:
            self.units.setdefault(x, 1)
        return True

    # -- as one instruction -------------------------------------------------------------------------

    @property
    def bytes(self) -> int:
        """Of all arrays that are worked through in rows."""
        return sum(x.example.nbytes for x in {v.owner for v in self.units})

    def block(self) -> int:
        """How many rows at a time: a divisor of all, 0 if there is none that would do."""
        row = max(x.example.nbytes for x in self.units) // self.count
        most = min(_BLOCK // max(row, 1), self.count // 2)
        return next((n for n in range(most, _SMALLEST_BLOCK - 1, -1) if self.count % n == 0), 0)

    def as_loop(self, wanted: set[Variable]) -> Instruction | None:
        """The instruction, after which views that somebody else reads are taken again."""
        block = self.block()
        body, units, given = Program(), [], []
        names: dict[Variable, Variable] = {}

        def local(variable: Variable) -> Variable:
            """A variable as the program of a block knows it."""
            if variable not in names:
                unit = self.units.get(variable, 0)
                if not unit and variable.kind in ("live", "constant"):
                    return variable
                example = variable.example[: unit * block] if unit else variable.example
                names[variable] = Variable("input", example)
                body.inputs.append(names[variable])
                units.append(unit)
                given.append(variable)
            return names[variable]

        for instruction in self.inside:
            result = result_of(instruction)
            operands = [local(x) if isinstance(x, Variable) else x for x in instruction.operands]
            unit = self.units.get(result, 0)
            names[result] = Variable("temporary", result.example[: unit * block] if unit else result.example)
            function, keywords = instruction.function, instruction.keywords
            if instruction in self.views:
                function, operands, keywords = self.views[instruction], operands[:1], {}
            body.instructions.append(
                Instruction(instruction.kind, function, operands, keywords, names[result], instruction.source)
            )
        views = [x for x in self.inside if x.kind == "view" and _is_wanted(result_of(x), wanted, self.inside)]
        wanted = wanted | {result_of(x).owner for x in views}
        results = [x for one in self.inside if one.kind != "view" for x in one.results if x in wanted]
        outcomes = [Outcome(names[x], self.totals.get(x)) for x in results]
        self.after[:0] = views
        source = " ".join(dict.fromkeys(x.source for x in self.inside if x.source))
        return Instruction(
            "call",
            Rows(body, units, outcomes, self.count, block),
            list(given),
            result=tuple(results),
            source=source,
        )


def _is_wanted(view: Variable, wanted: set[Variable], inside: list[Instruction]) -> bool:
    """Whether a view, or a view of it, is read outside."""
    if view in wanted:
        return True
    further = [result_of(x) for x in inside if x.kind == "view" and x.operands[0] is view]
    return any(_is_wanted(x, wanted, inside) for x in further)


def _largest_part(instructions: list[Instruction]) -> _Part | None:
    """The part with the largest arrays, if blocks pay there."""
    counts = {
        x.example.shape[0]: x.example.nbytes
        for one in sorted(instructions, key=_size_of_result)
        for x in one.results
        if one.kind == "ufunc" and x.example.ndim > 1 and len(x.example) > 2
    }
    for count in sorted(counts, key=lambda n: -counts[n])[:2]:
        if counts[count] * _FEWEST < _BEYOND_CACHES / 2:
            continue
        part = _Part(instructions, count)
        if len(part.inside) >= _FEWEST and part.bytes >= _BEYOND_CACHES and part.block():
            return part
    return None


def _size_of_result(instruction: Instruction) -> int:
    return max((x.example.nbytes for x in instruction.results), default=0)


def _view_of_rows(instruction: Instruction, unit: int) -> Callable[[Array], Array] | None:
    """What takes the view of any number of rows; None if there is no such function."""
    operand, *rest = instruction.operands
    whole = result_of(instruction).example

    def fits(function: Callable[[Array], Array], count: int) -> bool:
        rows = operand.example[:count]
        try:
            view = function(rows)
        except ValueError:  # the number of rows is written out in a shape
            return False
        alike = view.shape == (unit * count, *whole.shape[1:]) and view.strides == whole.strides
        return alike and view.ctypes.data == rows.ctypes.data and np.may_share_memory(view, rows)

    for function in (
        partial(_called, instruction.function, rest, instruction.keywords),
        partial(_reshaped, whole.shape[1:]),
    ):
        if fits(function, 2) and fits(function, 3):
            return function
    return None


def _called(function: Any, rest: list[Any], keywords: dict[str, Any], x: Array) -> Array:
    view: Array = function(x, *rest, **keywords)
    return view


def _reshaped(shape: tuple[int, ...], x: Array) -> Array:
    return x.reshape(-1, *shape)
