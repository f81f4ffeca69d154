"""A program as a table: what is computed, for which operation, how much of it, and where it lies."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..kernels.convolution import convolution, transposed_convolution, weight_gradient
from .placing import kernel_of
from .program import Instruction, Variable, variables_in
from .rows import Rows
from .writing import Replay

__all__ = ["Row", "flops", "listing", "rows"]

_HEAD = ("", "computes", "for", "shape", "bytes", "flops", "place")
_LONGEST = 60  # letters of a call


class Row(NamedTuple):
    """One instruction.

    Attributes:
        call: what is called, with the names that the replay's text has for its operands.
        source: the operation of the function that it comes from, with its scopes.
        shape: of the result, or of the first of several; None if there is none.
        bytes: of all results; 0 for a view.
        flops: estimated floating-point operations: additions, multiplications and function values count one
            each; None for a call of which nothing is known.
        place: where the result is: ``"t3"`` for memory of the program, ``"handed out"``, ``"its place"`` for
            a result that has to be somewhere, ``"new"`` for what a kernel makes at each run.
    """

    call: str
    source: str
    shape: tuple[int, ...] | None
    bytes: int
    flops: int | None
    place: str


def rows(replay: Replay) -> Iterator[Row]:
    """The instructions of a bound program, in the order in which they are carried out."""
    for instruction in replay.placement.instructions:
        results = instruction.results
        own = instruction.kind not in ("view", "modify")
        yield Row(
            _call(replay, instruction),
            instruction.source,
            results[0].shape if results else None,
            sum(x.example.nbytes for x in results) if own else 0,
            flops(instruction),
            _place(replay, instruction),
        )


def listing(replay: Replay) -> str:
    """The rows as text, with their sums.

    >>> from autograd_core.compilation.program import Program
    >>> from autograd_core.compilation.writing import bind
    >>> x, y = (Variable(kind, np.zeros((2, 3))) for kind in ("input", "temporary"))
    >>> instruction = Instruction("ufunc", np.tanh, [x], result=y, source="tanh")
    >>> print(listing(bind(Program([x], [instruction], [y]))))
       computes  for   shape  bytes  flops  place
    1  tanh(x0)  tanh  2×3       48      6  t0
    1 instruction, 6 flops, 48 bytes of memory
    """
    found = list(rows(replay))
    table = [_HEAD]
    for number, row in enumerate(found, start=1):
        shape = "" if row.shape is None else "×".join(map(str, row.shape)) or "number"
        work = "?" if row.flops is None else f"{row.flops:,}"
        table.append((str(number), row.call, row.source, shape, f"{row.bytes:,}", work, row.place))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(_aligned(k, x, n) for k, (x, n) in enumerate(zip(line, widths))).rstrip() for line in table
    ]
    count = f"{len(found)} instruction{'s' * (len(found) != 1)}"
    total = sum(row.flops or 0 for row in found)
    unknown = " and what its kernels do" * any(row.flops is None for row in found)
    lines.append(f"{count}, {total:,} flops{unknown}, {replay.placement.bytes:,} bytes of memory")
    return "\n".join(lines)


def _aligned(column: int, text: str, width: int) -> str:
    """Numbers to the right, words to the left."""
    return text.rjust(width) if _HEAD[column] in ("", "bytes", "flops") else text.ljust(width)


def _call(replay: Replay, instruction: Instruction) -> str:
    name = getattr(instruction.function, "__name__", type(instruction.function).__name__)
    owner = getattr(instruction.function, "__self__", None)
    if isinstance(owner, np.ufunc):
        name = f"{owner.__name__}.{name}"
    operands = ", ".join(_name(replay, x) for x in instruction.operands)
    call = f"{name}({operands})"
    return call if len(call) <= _LONGEST else f"{call[: _LONGEST - 2]}…)"


def _name(replay: Replay, operand: Any) -> str:
    if isinstance(operand, np.ndarray) and not operand.ndim:
        return f"{operand.item():.6g}"
    if isinstance(operand, Variable | np.ndarray):
        return replay.name_of(operand)
    if type(operand) in (tuple, list):
        return f"({', '.join(_name(replay, x) for x in operand)})"
    return f"{operand}"


def _place(replay: Replay, instruction: Instruction) -> str:
    if not instruction.results:
        return ""
    result, placement = instruction.results[0], replay.placement
    if instruction.kind == "view":
        return f"in {replay.name_of(instruction.operands[0])}"
    if result in placement.fresh:
        return "handed out"
    if result in placement.fixed:
        memory = placement.fixed[result]
        own = any(np.may_share_memory(memory, block) for block in placement.memory)
        return replay.name_of(result) if own else "its place"
    return "new"


# -- estimates ------------------------------------------------------------------------------------


def flops(instruction: Instruction) -> int | None:
    """About how many floating-point operations an instruction takes; None if it is not known.

    >>> a, b, c = (Variable("temporary", np.zeros(shape)) for shape in ((2, 3), (3, 4), (2, 4)))
    >>> flops(Instruction("product", np.matmul, [a, b], result=c))  # 2 · 2 · 3 · 4
    48
    """
    if instruction.kind == "ufunc":
        return instruction.results[0].example.size
    if instruction.kind == "product":
        return _of_product(instruction)
    if isinstance(instruction.function, Rows):
        rows = instruction.function
        return rows.count // rows.block * sum(flops(x) or 0 for x in rows.body.instructions)
    if instruction.kind == "call":
        estimate = _KERNELS.get(kernel_of(instruction))
        return None if estimate is None else estimate(instruction)
    return 0


def _of_product(instruction: Instruction) -> int:
    operand = next(variables_in(instruction.operands)).example
    if instruction.function in (np.matmul, np.dot, np.vecdot):
        first = instruction.operands[0]
        inner = (first.example if isinstance(first, Variable) else np.asarray(first)).shape[-1:]
        return 2 * instruction.results[0].example.size * math.prod(inner)
    return 0 if instruction.function is np.take else operand.size


def _of_windows(instruction: Instruction) -> int:
    """Each number of the output, or of its cotangent, meets the weights of one feature."""
    first, second = (x.example for x in instruction.operands[:2])
    result = instruction.results[0].example
    if instruction.function is convolution:
        return int(2 * result.size * math.prod(second.shape[1:]))
    if instruction.function is transposed_convolution:
        return int(2 * first.size * math.prod(second.shape[1:]))
    return int(2 * second.size * math.prod(result.shape[1:]))


_KERNELS: dict[Callable[..., Any] | None, Callable[[Instruction], int]] = dict.fromkeys(
    (convolution, transposed_convolution, weight_gradient), _of_windows
)
