"""One recorded run of a function, and its replays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..context import writing_down
from .arguments import Arguments, Results, arrays_of
from .guards import Guards
from .listing import listing
from .passes import improve
from .program import GuardError
from .recording import Recorder
from .writing import bind

Function = Callable[..., Any]


class Run:
    """A program of a function, for one signature and one way through the function.

    Making one is the first run: what it does to the outside is done once it is written down whole. If it
    cannot be, nothing has been done, and everything is where it was.

    Args:
        function: is called with the arguments.
        given: the arguments, and those by name.
        leaves: what holds arrays among them.
        without: passes that are left out.

    Attributes:
        program: what was recorded, and improved.
        replay: the program, bound to memory.
        result: what the first run returned.

    Raises:
        CompilationError: if the function does something that no program can repeat.
    """

    def __init__(
        self, function: Function, given: Any, leaves: Sequence[Any], without: Sequence[str] = ()
    ) -> None:
        recorder, self._guards = Recorder(), Guards(function)
        try:
            arguments = Arguments(given, leaves, recorder)
            positional, named = arguments.given
            with writing_down(recorder), self._guards.reads.observed():
                result = function(*positional, **named)
            with writing_down(recorder):
                if recorder.refusal is not None:  # which the function may have caught
                    raise recorder.refusal
                self._results = Results(result, arguments, recorder)
                recorder.write_effects()
                self._guards.settle(recorder)
        except BaseException:
            recorder.is_over = True
            recorder.undo_draws()
            self._guards.put_back()
            raise
        self._distinct = arguments.distinct if len(arguments.distinct) < len(leaves) else None
        del result, arguments, positional, named
        self._finds = recorder.finds
        self.program = recorder.finished()
        outputs = [x.example for x in self.program.outputs]
        self._guards.write(recorder)
        improve(self.program, without)
        self.replay = bind(self.program)
        recorder.carry_out()
        recorder.is_over = True
        self.result = self._results([np.array(x) for x in outputs], leaves)
        self._forget()

    def _forget(self) -> None:
        """Let go what the recorded run has computed: shapes and dtypes are all that is still asked for."""
        for instruction in self.program.instructions:
            for made in instruction.results:
                made.example = np.broadcast_to(np.zeros((), made.dtype), made.shape)

    @property
    def source(self) -> str:
        """The text of the function that replays the program."""
        return self.replay.source

    def explain(self) -> str:
        """The program as a table."""
        return listing(self.replay)

    def fits(self) -> bool:
        """Whether what the function reads beside its arguments is what it was."""
        return self._guards.hold()

    def __call__(self, leaves: Sequence[Any]) -> Any:
        """Run the program with the arrays of other arguments.

        Raises:
            GuardError: if the function would go another way. Nothing has been changed then.
        """
        given = arrays_of(leaves if self._distinct is None else [leaves[i] for i in self._distinct])
        if not self._finds:
            return self._results(self.replay(*given), leaves)
        states = [find().bit_generator.state for find in self._finds]
        try:
            outputs = self.replay(*given)
        except GuardError:
            for find, state in zip(self._finds, states, strict=True):
                find().bit_generator.state = state
            raise
        return self._results(outputs, leaves)
