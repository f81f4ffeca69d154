"""The text of the function that replays a program, and the function.

One line for each instruction, in the order of the program, and nothing around it: no loop over instructions,
no dispatch, no arrays that are looked up. What has a fixed place is a global name of the text::

    def replay(x0):
        dot(x0, t1, t2)  # affine
        add(t2, w3, t2)
        maximum(t2, t4, out=t2)  # relu
        ...

Surroundings are set once for the whole text. Overflow and 0 / 0 raise no warnings, as in the engine's
kernels: what is not finite is seen in the results. And NumPy is kept from copying rows that are shorter than
its buffer.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar, copy_context
from functools import cache
from typing import Any

import numpy as np

from ..kernels.memory import SameRoom
from .assembling import Assembly
from .placing import Placement, is_placed, place
from .products import fastest, is_product_of_matrices, seen
from .program import Array, GuardError, Instruction, Program, Variable
from .rows import Rows, rows_of

__all__ = ["Replay", "bind"]

_BUFFER = 1024  # numbers, of NumPy's buffer: rows that are longer than that are not copied
_LARGE = 16_384  # numbers, from which it pays to prepare rows
_ROW = 2048
_LETTERS = {"live": "w", "constant": "c", "temporary": "t", "input": "t"}  # as it is given an input is x
_FREED = 0xFF  # each byte of memory that nobody may read any more: NaN, or -1


class Replay:
    """A program that is bound to memory: called with its inputs, it gives its outputs, in arrays of their
    own.

    It has one memory, so one thread at a time may call it.

    Attributes:
        source: the text that is run.
        placement: where the variables are.
        name_of: what stands in the text for an operand.
    """

    __slots__ = ("__wrapped__", "name_of", "placement", "source")

    def __init__(
        self,
        function: Callable[..., list[Array]],
        source: str,
        placement: Placement,
        name_of: Callable[[Any], str],
    ) -> None:
        self.__wrapped__ = function
        self.source = source
        self.placement = placement
        self.name_of = name_of

    def __call__(self, *inputs: Array) -> list[Array]:
        """Run the program.

        Raises:
            GuardError: if a guard was not met; nothing outside has been changed by then.
        """
        return self.__wrapped__(*inputs)


def bind(program: Program, *, share: bool = True, tune: bool = True, poison: bool = False) -> Replay:
    """Give the variables of a program their places, and write the function that replays it.

    Args:
        program: what the function is to do; it is not changed.
        share: whether memory is used again within a run.
        tune: whether the ways to compute a matrix product are measured.
        poison: whether memory that is free is filled with NaN at once, so that a test sees who still reads
            it.

    >>> x, y = (Variable(kind, np.zeros(2)) for kind in ("input", "temporary"))
    >>> program = Program([x], [Instruction("ufunc", np.multiply, [x, np.array(3.0)], result=y)], [y])
    >>> replay = bind(program)
    >>> replay(np.array([1.0, 2.0])), replay(np.array([5.0, 0.0]))
    ([array([3., 6.])], [array([15.,  0.])])
    >>> print(replay.source)
    def replay(x0):
        token0 = surroundings0.set(settings0)
        try:
            multiply(x0, c0, t0)
            return [array(t0)]
        finally:
            surroundings0.reset(token0)
    """
    return _Writer(program, place(program, share), tune, poison).replay()


class _Writer:
    def __init__(self, program: Program, placement: Placement, tune: bool, poison: bool) -> None:
        self.program, self.placement, self.tune, self.poison = program, placement, tune, poison
        self.lines: list[str] = []
        self.globals: dict[str, Any] = {}
        self.names: dict[int, str] = {}  # of objects, by identity; `globals` keeps them alive
        self.counts: dict[str, int] = {}
        self.locals: dict[Variable, str] = {x: f"x{k}" for k, x in enumerate(program.inputs)}

    def replay(self) -> Replay:
        if self.poison:
            for block in self.placement.memory:
                self.line(f"{self.name(block, 'temporary')}.fill({_FREED})")
        for variable in self.placement.taken_in:
            self.line(f"{self.name(np.copyto)}({self.text(variable)}, {self.locals[variable]})")
        results = [""] * len(self.program.outputs)
        handed_out = self._handed_out()
        effects = False
        for instruction in self.placement.instructions:
            self._settle(instruction)
            if instruction.kind == "effect" and not effects:
                effects = True
                self._settle(None)
                self._keep(results)
            self._write_with_source(instruction)
            if self.poison:
                for block in self.placement.freed.get(instruction, ()):
                    self.line(f"{self.name(block, 'temporary')}.fill({_FREED})")
        if not effects:
            self._settle(None)
        for k, output in enumerate(self.program.outputs):
            if not results[k]:
                text = self.text(output)
                results[k] = text if handed_out[k] else f"{self.name(np.array)}({text})"
        self.line(f"return [{', '.join(results)}]")
        return self._compiled()

    def _compiled(self) -> Replay:
        before, after = [], []
        for k, (variable, setting) in enumerate(_surroundings()):
            self.globals |= {f"surroundings{k}": variable, f"settings{k}": setting}
            before.append(f"    token{k} = surroundings{k}.set(settings{k})")
            after.append(f"        surroundings{k}.reset(token{k})")
        inputs = ", ".join(self.locals[x] for x in self.program.inputs)
        body = [f"        {line}" for line in self.lines]
        if not before:
            before, after = [], ["        pass"]
        lines = [f"def replay({inputs}):", *before, "    try:", *body, "    finally:", *after]
        source = "\n".join(lines)
        exec(compile(source, "<program>", "exec"), self.globals)
        return Replay(self.globals["replay"], source, self.placement, self.text)

    # -- results ----------------------------------------------------------------------------------

    def _handed_out(self) -> list[bool]:
        """Whether an output is in memory that is its own: the first of those that show a fresh array."""
        given: set[Variable] = set()
        own = []
        for output in self.program.outputs:
            fresh = output.owner in self.placement.fresh and output.owner not in given
            given.add(output.owner)
            own.append(fresh)
        return own

    def _keep(self, results: list[str]) -> None:
        """Copy what effects could change: an optimiser may work on gradients in their places."""
        pinned = {x.variable.owner for x in self.program.places if x.variable.owner in self.placement.fixed}
        for k, output in enumerate(self.program.outputs):
            if output.owner in pinned:
                results[k] = f"r{k}"
                self.line(f"r{k} = {self.name(np.array)}({self.text(output)})")

    def _settle(self, by: Instruction | None) -> None:
        """Fill the places that have to be filled by now and are not."""
        for one in self.placement.copies:
            if one.by is by:
                self.line(f"{self.name(np.copyto)}({self.name(one.array)}, {self.text(one.variable)})")

    # -- names ------------------------------------------------------------------------------------

    def line(self, text: str) -> None:
        self.lines.append(text)

    def name(self, value: Any, kind: str = "constant") -> str:
        """The global name of an object: of an array by the ``kind`` of the variable."""
        found = self.names.get(id(value))
        if found is None:
            found = self._new_name(value, kind)
            self.names[id(value)], self.globals[found] = found, value
        return found

    def _new_name(self, value: Any, kind: str) -> str:
        if isinstance(value, np.ndarray):
            kind = _LETTERS[kind]
        else:
            owner = getattr(value, "__self__", None)
            prefix = f"{owner.__name__}_" if isinstance(owner, np.ufunc) else ""
            kind = prefix + re.sub(r"\W", "", getattr(value, "__name__", "") or type(value).__name__)
            taken = kind in self.globals or keyword.iskeyword(kind) or hasattr(builtins, kind)
            if kind and not kind[0].isdigit() and not re.fullmatch(r"[a-z]\d+", kind) and not taken:
                return kind
        count = self.counts.get(kind, 0)
        while f"{kind}{count}" in self.globals:
            count += 1
        self.counts[kind] = count + 1
        return f"{kind}{count}"

    def text(self, operand: Any) -> str:
        """An operand as it stands in the text."""
        if isinstance(operand, Variable):
            array = self.placement.array_of(operand)
            if array is not None:
                return self.name(array, operand.owner.kind)
            return self.locals[self.placement.fresh.get(operand, operand)]
        if type(operand) in (tuple, list):
            parts = ", ".join(map(self.text, operand))
            return f"[{parts}]" if type(operand) is list else f"({parts}{',' * (len(operand) == 1)})"
        if operand is None or operand is Ellipsis or type(operand) in (bool, int, str):
            return repr(operand)
        return self.name(operand)

    def call(self, function: Callable[..., Any], *operands: Any, **keywords: Any) -> str:
        """A call, with operands that are in the text as they are if they are texts of this class."""
        texts = [*map(self.text, operands), *(f"{name}={self.text(x)}" for name, x in keywords.items())]
        return f"{self.name(function)}({', '.join(texts)})"

    def _new_local(self, variable: Variable) -> str:
        self.locals[variable] = f"v{len(self.locals)}"
        return self.locals[variable]

    # -- instructions -----------------------------------------------------------------------------

    def _write_with_source(self, instruction: Instruction) -> None:
        """What an instruction does, in one line or none, and the operation that it comes from."""
        start = len(self.lines)
        self._write(instruction)
        loop = isinstance(instruction.function, Rows)
        if instruction.source and len(self.lines) > start and not loop:
            self.lines[-1] += f"  # {instruction.source}"

    def _write(self, instruction: Instruction) -> None:
        operands, keywords, result = instruction.operands, instruction.keywords, instruction.result
        match instruction.kind:
            case "guard":
                condition = f"{'not ' * instruction.expected}{self.text(operands[0])}"
                self.line(f"if {condition}: raise {self.name(GuardError)}({instruction.source!r})")
            case "view":
                assert isinstance(result, Variable)
                if result not in self.placement.fixed:
                    call = self.call(instruction.function, *operands, **keywords)
                    self.line(f"{self._new_local(result)} = {call}")
            case "call":
                self._call(instruction)
            case "modify":
                assert isinstance(result, Variable)
                self.line(self.call(instruction.function, *operands, **keywords))
                if result not in self.placement.fixed:
                    self.locals[result] = self.text(operands[0])
            case "write" | "effect":
                self.line(self.call(instruction.function, *operands, **keywords))
            case "ufunc" | "product":
                assert isinstance(result, Variable)
                self._allocate(result)
                self._compute(instruction, result)

    def _call(self, instruction: Instruction) -> None:
        if is_placed(instruction):
            for result in instruction.results:
                self._allocate(result)
            if isinstance(instruction.function, Rows):
                self._loop(instruction, instruction.function)
                return
            room = SameRoom(self.placement.rooms)
            given = {**instruction.keywords, "out": instruction.result, "room": room}
            self.line(self.call(instruction.function, *instruction.operands, **given))
            return
        call = self.call(instruction.function, *instruction.operands, **instruction.keywords)
        if isinstance(instruction.result, tuple):
            self.line(f"{', '.join(map(self._new_local, instruction.results))}, = {call}")
            return
        (result,) = instruction.results
        if not result.example.ndim:  # perhaps a NumPy number
            call = f"{self.name(np.asarray)}({call})"
        self.line(f"{self._new_local(result)} = {call}")

    def _loop(self, instruction: Instruction, rows: Rows) -> None:
        """The program of a block, for each of them."""
        body = Program(rows.body.inputs, rows.body.instructions, [x.variable for x in rows.outcomes])
        in_rows = [x.variable for x in rows.outcomes if x.total is None]
        placement = place(body, elsewhere=in_rows)
        self.placement.memory += placement.memory
        blocks = _Blocks(rows, self)
        for operand, unit, variable in zip(instruction.operands, rows.units, body.inputs, strict=True):
            self.locals[variable] = blocks.local(operand, unit) if unit else self.text(operand)
        joined = []
        for result, (variable, total) in zip(instruction.results, rows.outcomes, strict=True):
            if total is None:
                self.locals[variable] = blocks.local(result, 1)
            else:
                self.line(f"{self.text(result)}.fill({total.identity})")
                joined.append((total, result, variable))
        self.line(blocks.head())
        outer, self.placement, start = self.placement, placement, len(self.lines)
        self.lines += blocks.slices()
        for each in placement.instructions:
            self._write_with_source(each)
        parts = [self.text(variable) for _, _, variable in joined]
        self.placement = outer
        for part, (total, result, _) in zip(parts, joined, strict=True):
            whole = self.text(result)
            self.line(f"{self.name(total)}({whole}, {part}, {whole})")
        self.lines[start:] = [f"    {line}" for line in self.lines[start:]]

    def _allocate(self, result: Variable) -> None:
        """New memory for what is handed out, where the first of those that share it is made."""
        owner = self.placement.fresh.get(result)
        if owner is not None and owner not in self.locals:
            if owner.example.flags.c_contiguous:
                call = self.call(np.empty, owner.shape, owner.dtype)
            else:
                like = np.empty_like(owner.example)
                call = self.call(np.empty_like, like)
            self.line(f"{self._new_local(owner)} = {call}")

    def _compute(self, instruction: Instruction, result: Variable) -> None:
        function, operands, keywords = instruction.function, instruction.operands, instruction.keywords
        if instruction.kind == "ufunc" and function in (np.maximum, np.minimum):
            self._extreme(instruction, result)
        elif instruction.kind == "ufunc" and not keywords:
            self.line(self.call(function, *operands, result))
        elif isinstance(function, Assembly):
            self._assemble(function, operands, result)
        elif is_product_of_matrices(instruction):
            self._product(instruction, result)
        elif getattr(function, "__name__", "") == "reduce" and keywords.keys() <= {"axis", "keepdims"}:
            axis, keep = keywords.get("axis", 0), bool(keywords.get("keepdims"))
            self.line(self.call(function, operands[0], axis, None, result, keep))
        elif function is np.take and keywords == {"mode": "clip"}:
            source = self.text(operands[0])
            self.line(f"{source}.take({self.text(operands[1])}, None, {self.text(result)}, 'clip')")
        else:
            self.line(self.call(function, *operands, **keywords, out=result))

    def _assemble(self, assembly: Assembly, parts: list[Any], result: Variable) -> None:
        """Each part in its place: a view of the whole, or numbers at an index."""
        whole, text = self.placement.array_of(result), self.text(result)
        if not assembly.full:
            self.line(f"{text}.fill(0)")
        for part, places, alone in zip(parts, assembly.places, assembly.alone, strict=True):
            view = None if whole is None else places.view(whole)
            if view is not None and alone:
                self.line(f"{self.name(np.copyto)}({self.name(view, 'temporary')}, {self.text(part)})")
            elif view is not None:
                seen = self.name(view, "temporary")
                self.line(f"{self.name(np.add)}({seen}, {self.text(part)}, {seen})")
            elif alone and not places.padded:
                self.line(f"{text}[{self.name(places.index)}] = {self.text(part)}")
            else:
                put = places.fill if alone else places.add
                self.line(f"{self.name(put)}({text}, {self.text(part)})")

    def _extreme(self, instruction: Instruction, result: Variable) -> None:
        """The larger or smaller of two: much faster beside a row of equal numbers than beside a number."""
        beside = result.example.ndim > 0
        operands = [
            self._repeated(x, result) if beside and isinstance(x, np.ndarray) and not x.ndim else x
            for x in instruction.operands
        ]
        self.line(self.call(instruction.function, *operands, **instruction.keywords, out=result))

    def _repeated(self, number: Array, result: Variable) -> Array:
        like = self.placement.array_of(result)
        repeated = np.empty_like(result.example if like is None else like, dtype=number.dtype)
        repeated.fill(number)
        return repeated

    def _product(self, instruction: Instruction, result: Variable) -> None:
        a, b = instruction.operands
        first, second, out = (self._example(x) for x in (a, b, result))
        way = fastest(first, second, out, self.tune)
        factor, product = self._seen(a, way.factor), self._seen(result, way.product)
        self.line(f"{self.name(way.function)}({factor}, {self.text(b)}, {product})")

    def _example(self, operand: Any) -> Array:
        array = self.placement.array_of(operand)
        if array is None:
            array = operand.example
        return np.asarray(array)

    def _seen(self, operand: Variable, shape: tuple[int, ...] | None) -> str:
        array = self.placement.array_of(operand)
        if shape is None:
            return self.text(operand)
        return (
            f"{self.text(operand)}.reshape({shape})"
            if array is None
            else self.name(seen(array, shape), operand.owner.kind)
        )


class _Blocks:
    """The head of a loop over blocks of rows, and the names of arrays inside: those of blocks that are known
    beforehand are listed, others are sliced.
    """

    def __init__(self, rows: Rows, writer: _Writer) -> None:
        self.rows, self.writer = rows, writer
        self.columns: dict[str, list[Any]] = {}
        self.sliced: list[str] = []

    def local(self, operand: Any, unit: int) -> str:
        """A name for the rows of an operand that belong to a block."""
        name = f"b{len(self.columns) + len(self.sliced)}"
        starts, size = self.rows.starts(), self.rows.block
        array = self.writer.placement.array_of(operand)
        if array is not None:
            self.columns[name] = [rows_of(array, unit, start, size) for start in starts]
        else:
            self.columns[f"s{unit}"] = [slice(unit * start, unit * (start + size)) for start in starts]
            self.sliced.append(f"{name} = {self.writer.text(operand)}[s{unit}]")
        return name

    def head(self) -> str:
        """``for ... in ...:``"""
        blocks = list(zip(*self.columns.values(), strict=True))
        return f"for {', '.join(self.columns)}, in {self.writer.name(blocks)}:"

    def slices(self) -> list[str]:
        """What is sliced at each run."""
        return self.sliced


@cache
def _surroundings() -> Sequence[tuple[ContextVar[Any], Any]]:
    """The context variables in which NumPy keeps its settings, and what they hold when they are ours.

    Setting them takes a tenth of the time of ``np.errstate``, which looks at each setting anew.
    """

    def changed() -> list[tuple[ContextVar[Any], Any]]:
        before = copy_context()
        np.seterr(all="ignore")
        np.setbufsize(_BUFFER)
        after = copy_context().items()
        return [(variable, value) for variable, value in after if before.get(variable) is not value]

    return copy_context().run(changed)
