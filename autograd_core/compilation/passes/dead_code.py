"""What nobody reads is not computed."""

from __future__ import annotations

from ..program import Program

__all__ = ["dead_code"]

_FOR_WHAT_THEY_DO = ("guard", "write", "effect")


def dead_code(program: Program) -> None:
    """Leave out instructions whose results neither outputs nor places nor anything else needs.

    A recorded run computes more than is asked for: the loss of a step that returns nothing, the gradient of
    an input, and whatever another pass has made superfluous.
    """
    alive = {*program.outputs, *(place.variable for place in program.places)}
    kept = []
    for instruction in reversed(program.instructions):
        does_something = instruction.kind in _FOR_WHAT_THEY_DO or not instruction.pure
        if does_something or not alive.isdisjoint(instruction.results):
            alive.update(instruction.variables())
            kept.append(instruction)
    program.instructions[:] = kept[::-1]
