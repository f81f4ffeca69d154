"""One recorded run of a function, and its replays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..context import writing_down
from .arguments import Arguments, Results, arrays_of
from .program import GuardError, Program, interpret
from .recording import Recorder

Function = Callable[..., Any]


class Run:
    """A program of a function, for one signature and one way through the function.

    Making one is the first run: what it does to the outside is done once it is written down whole. If it
    cannot be, nothing has been done, and generators are where they were.

    Attributes:
        program: what was recorded.
        result: what the first run returned.

    Raises:
        CompilationError: if the function does something that no program can repeat.
    """

    def __init__(self, function: Function, given: Any, leaves: Sequence[Any]) -> None:
        recorder = Recorder()
        try:
            arguments = Arguments(given, leaves, recorder)
            positional, named = arguments.given
            with writing_down(recorder):
                result = function(*positional, **named)
                if recorder.refusal is not None:  # which the function may have caught
                    raise recorder.refusal
                self._results = Results(result, arguments, recorder)
        except BaseException:
            recorder.undo_draws()
            raise
        self.program: Program = recorder.program
        self._recorder = recorder
        outputs = [np.array(x.example) for x in self.program.outputs]
        recorder.carry_out()
        self.result = self._results(outputs, leaves)

    def __call__(self, leaves: Sequence[Any]) -> Any:
        """Run the program with the arrays of other arguments.

        Raises:
            GuardError: if the function would go another way. Nothing has been changed then.
        """
        states = [find().bit_generator.state for find in self._recorder.finds]
        try:
            outputs = interpret(self.program, arrays_of(leaves))
        except GuardError:
            for find, state in zip(self._recorder.finds, states, strict=True):
                find().bit_generator.state = state
            raise
        return self._results(outputs, leaves)
