"""A program: what a function did with arrays, written down instruction by instruction.

Every variable is made once (static single assignment) and its numbers never change, but for what a
``modify`` does to memory that two variables share. A program is data: recording makes one, passes make
better ones of it, binding gives its variables their places in memory and writes the function that replays
it. :func:`interpret` says what a program means, in the plainest way: every other way to run it has to give
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

VariableKind = Literal["input", "live", "constant", "temporary"]
InstructionKind = Literal["ufunc", "product", "view", "call", "modify", "guard", "write", "effect"]


class GuardError(Exception):
    """A guard was not met: the run that was recorded took another way. Nothing has been changed outside."""


@dataclass(eq=False, slots=True)
class Variable:
    """An array of the program.

    Attributes:
        kind: an ``"input"`` is given at each run; a ``"live"`` array belongs to the outside and is read
            anew at each run (parameters, captured data); a ``"constant"`` never changes; a ``"temporary"``
            is made by an instruction.
        example: what the variable held in the recorded run. It tells shape, dtype and the order of the
            axes in memory; of a live or constant variable it is the array itself.
        maker: the instruction that makes it, of a temporary.
        residuals: what the instructions of a forward pass leave for those of its backward pass.
    """

    kind: VariableKind
    example: Array
    maker: Instruction | None = None
    residuals: dict[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        shape: tuple[int, ...] = self.example.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers."""
        return self.example.dtype

    @property
    def owner(self) -> Variable:
        """The variable whose memory this one shows: itself, unless a view or a modification made it."""
        owner = self
        while owner.maker is not None and owner.maker.kind in ("view", "modify"):
            owner = owner.maker.operands[0]
        return owner


@dataclass(eq=False, slots=True)
class Instruction:
    """A call with variables in place of arrays.

    ========= =========================================================== ===========================
    kind      what ``function(*operands, **keywords)`` does               where its result may be
    ========= =========================================================== ===========================
    ufunc     computes number by number                                   anywhere, in place too
    product   computes an array from arrays (matrix products, reductions) anywhere, never in place
    view      shows the memory of its first operand                       where that is
    call      anything: a kernel as the eager engine uses it              wherever it puts it
    modify    changes its first operand, which the result is another      where that is
              name of
    guard     asks whether ``bool(operand)`` is ``expected``              no result
    write     puts numbers into an array of the program                   no result
    effect    changes the outside (a step of an optimiser): always last   no result
    ========= =========================================================== ===========================

    Attributes:
        function: what is called. That of a ufunc or product takes ``out=``.
        operands: variables, plain data, and tuples and lists of them.
        keywords: the same by name.
        result: the variable that it makes; of a call that gives a tuple a tuple of them, as long as that.
        source: the operation of the function that it came from, with the scopes around it.
        expected: what a guard has to find.
        pure: whether it may be left out where nobody needs the result (a draw of random numbers may not).
    """

    kind: InstructionKind
    function: Callable[..., Any]
    operands: list[Any]
    keywords: dict[str, Any] = field(default_factory=dict)
    result: Variable | tuple[Variable, ...] | None = None
    source: str = ""
    expected: bool = True
    pure: bool = True

    def __post_init__(self) -> None:
        for made in self.results:
            made.maker = self

    @property
    def results(self) -> tuple[Variable, ...]:
        """The variables that it makes."""
        if isinstance(self.result, Variable):
            return (self.result,)
        return self.result or ()

    def variables(self) -> Iterator[Variable]:
        """What it reads, as often as it does."""
        for operand in (*self.operands, *self.keywords.values()):
            yield from variables_in(operand)

    def replace(self, old: Variable, new: Any) -> None:
        """Read something else in place of a variable."""
        self.operands = [_replaced(x, old, new) for x in self.operands]
        self.keywords = {name: _replaced(x, old, new) for name, x in self.keywords.items()}


@dataclass(eq=False, slots=True)
class Place:
    """Where a result has to be when the program has run, or before ``by`` is carried out: the gradient of a
    weight, say, in its slice of the optimiser's flat gradient.
    """

    variable: Variable
    array: Array
    by: Instruction | None = None


@dataclass(eq=False, slots=True)
class Program:
    """Instructions in the order in which they are carried out."""

    inputs: list[Variable] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    outputs: list[Variable] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def replace(self, old: Variable, new: Variable) -> None:
        """Have everybody read another variable, the outputs and places too."""
        for instruction in self.instructions:
            instruction.replace(old, new)
        self.outputs = [new if x is old else x for x in self.outputs]
        for place in self.places:
            if place.variable is old:
                place.variable = new


def variables_in(operand: Any) -> Iterator[Variable]:
    """The variables of an operand, those in its tuples and lists too."""
    if isinstance(operand, Variable):
        yield operand
    elif type(operand) in (tuple, list):
        for part in operand:
            yield from variables_in(part)


def _replaced(operand: Any, old: Variable, new: Any) -> Any:
    if operand is old:
        return new
    if type(operand) in (tuple, list):
        return type(operand)([_replaced(part, old, new) for part in operand])
    return operand


def interpret(program: Program, inputs: Sequence[Array]) -> list[Array]:
    """Carry out a program, each result in an array of its own: slow, and beyond doubt.

    Raises:
        GuardError: if a guard finds something else than the recorded run did. Effects come after all guards.

    >>> x = Variable("input", np.zeros(2))
    >>> y = Variable("temporary", np.zeros(2))
    >>> program = Program([x], [Instruction("ufunc", np.multiply, [x, 3.0], result=y)], [y])
    >>> interpret(program, [np.array([1.0, 2.0])])
    [array([3., 6.])]
    """
    found: dict[Variable, Any] = dict(zip(program.inputs, inputs, strict=True))

    def value(operand: Any) -> Any:
        if isinstance(operand, Variable):
            return operand.example if operand.kind in ("live", "constant") else found[operand]
        if type(operand) in (tuple, list):
            return type(operand)([value(part) for part in operand])
        return operand

    def settle(by: Instruction | None) -> None:
        for place in program.places:
            if place.by is by:
                place.array[...] = value(place.variable)

    effects = [x for x in program.instructions if x.kind == "effect"]
    for instruction in [x for x in program.instructions if x.kind != "effect"]:
        settle(instruction)
        _carry_out(instruction, value, found)
    settle(None)
    for instruction in effects:
        settle(instruction)
        _carry_out(instruction, value, found)
    return [np.array(value(x)) for x in program.outputs]


def _carry_out(instruction: Instruction, value: Callable[[Any], Any], found: dict[Variable, Any]) -> None:
    operands = [value(x) for x in instruction.operands]
    keywords = {name: value(x) for name, x in instruction.keywords.items()}
    if instruction.kind == "guard":
        if bool(operands[0]) is not instruction.expected:
            raise GuardError(instruction.source)
        return
    given = instruction.function(*operands, **keywords)
    if isinstance(instruction.result, Variable):
        found[instruction.result] = operands[0] if instruction.kind == "modify" else np.asarray(given)
    elif instruction.result is not None:
        found.update(zip(instruction.result, map(np.asarray, given), strict=True))
