"""What is in force where an operation is carried out: recording, scopes, who watches, who writes it down."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from contextvars import Context, ContextVar
from functools import lru_cache, partial, wraps
from typing import Any, ParamSpec, TypeVar
from weakref import ref

from .primitive import Tag

__all__ = ["is_recording", "no_grad", "scope"]

P = ParamSpec("P")
R = TypeVar("R")


class _State:
    """What is in force here: whether operations are recorded, in which scope, who watches, and who writes a
    program down.

    A state owns the tags of the nodes made in it and is kept for the next time, so that entering a
    scope or recording in it makes nothing new.
    """

    __slots__ = ("calls", "depth", "order", "path", "recorder", "recording", "tags", "watch", "within")

    def __init__(
        self,
        recording: bool,
        path: tuple[str, ...],
        calls: tuple[int | None, ...],
        watch: Any,
        depth: int,
        order: int = 0,
        recorder: Any = None,
    ) -> None:
        self.recording = recording
        self.path = path
        self.calls = calls  # for each name in the path which of its calls this is
        self.watch = watch  # of autograd_core.inspection.debugging
        self.depth = depth  # of derivative operators inside one another
        self.order = order  # of the backward pass that is being recorded
        self.recorder = recorder  # of autograd_core.compilation
        self.tags: dict[Tag, Tag] = {}
        self.within: dict[Any, _State] = {}

    def inside(self, name: str, call: int | None) -> _State:
        """The state within a scope."""
        state = self.within.get((name, call))
        if state is None:
            path, calls = (*self.path, name), (*self.calls, call)
            made = _State(self.recording, path, calls, self.watch, self.depth, self.order, self.recorder)
            state = self._kept((name, call), made)
        return state

    def but(self, recording: bool, depth: int = 0) -> _State:
        """The state with recording on or off, and more operators around it."""
        state = self.within.get((recording, depth))
        if state is None:
            depth_here = self.depth + depth
            made = _State(recording, self.path, self.calls, self.watch, depth_here, self.order, self.recorder)
            state = self._kept((recording, depth), made)
        return state

    def sweeping(self, place: Tag, order: int) -> _State:
        """The state in which the backward pass of a node is recorded."""
        key = place.scope, place.calls, order
        state = self.within.get(key)
        if state is None:
            made = _State(True, place.scope, place.calls, self.watch, self.depth, order, self.recorder)
            state = self._kept(key, made)
        return state

    def _kept(self, key: Any, state: _State) -> _State:
        if len(self.within) >= 1000:  # names that never come again, such as "step 12345"
            self.within.clear()
        self.within[key] = state
        return state

    def tag(self, plain: Tag) -> Tag:
        """The tag for nodes made in this scope; ``tags`` keeps it."""
        tag = self.tags[plain] = plain.but(scope=self.path, calls=self.calls, order=self.order)
        return tag


class _Block:
    """A stretch of a program in a state of its own: a ``with``, a call.

    Blocks know the block around them, so that one that ends before others that were opened inside it, as
    happens with generators, is taken out from between and the others stay what they are. Ctrl-C can strike
    before any line of Python: what opens and closes a block is written so that it is closed all the same.
    """

    __slots__ = ("change", "counts", "cycle", "outer", "state", "watch")
    change: Callable[[_State], _State] | tuple[str, int]
    """What makes the state from the one around it; of a call its name and number."""
    outer: _Block
    state: _State
    counts: dict[Any, Any]
    """The number of the last call of each name, and the same for each scope that is opened by hand here."""
    cycle: int
    """After so many calls of a name the numbers begin again."""

    def open_one(self) -> _Block:
        """The block itself, or the nearest one around it that is still open."""
        block = self
        while block not in entered and block is not _OUTSIDE:
            block = block.outer
        return block

    def begin(self, change: Callable[[_State], _State], outer: _Block) -> None:
        """Lie in another block, or in the nearest one around it that is still open."""
        outer = outer.open_one()
        self.change, self.outer = change, outer
        self.state = change(outer.state)
        path, counts = self.state.path, outer.counts
        self.counts = counts if path is outer.state.path else counts.setdefault(path, {})
        self.cycle = outer.cycle
        self.watch: Any = None  # of what lives as long as the block is open


class _Outside(_Block):
    """Outside all blocks."""

    def __init__(self) -> None:
        self.outer = self
        self.state = _State(recording=True, path=(), calls=(), watch=None, depth=0)
        # Here every step of a training calls its model once more, and a number that never came again would
        # make new states and tags in each: calls are told from those before and after them, no more.
        self.counts, self.cycle = {}, 2


entered: set[_Block] = set()
"""The blocks that are open in any thread. While there is none, recording need not look at the context
variable, which is most of the time and saves a tenth of its cost."""

_OUTSIDE = _Outside()
_here: ContextVar[_Block] = ContextVar("autograd_core", default=_OUTSIDE)
here = _here.get
"""The block that the program is in: ``here().state.tags`` has the tags that were used in its state before."""


def _leave(block: _Block) -> None:
    """Close a block, whichever were opened inside it. May be repeated if it did not come to its end."""
    here = _here.get()
    if here is block:
        _here.set(block.outer)
    else:
        _take_out(block, here)
    block.watch = None
    entered.discard(block)


def _take_out(block: _Block, here: _Block) -> None:
    """Take a block out from between those around it and those in it, which become what they are without."""
    inner = []
    while here is not block and here is not _OUTSIDE:
        inner.append(here)
        here = here.outer
    if here is block:  # else it belongs to another thread, which will not find it open
        for one in reversed(inner):
            change = one.change if callable(one.change) else inside(*one.change)
            one.begin(change, block.outer if one is inner[-1] else one.outer)


def close_left_open(context: Context) -> None:
    """Close the blocks that a program has opened in a context of its own, and not left."""
    block, around = context.get(_here, _OUTSIDE), _here.get()
    while block is not around and block is not _OUTSIDE:
        entered.discard(block)
        block = block.outer


def within(
    change: str | Callable[[_State], _State], function: Callable[..., Any], inputs: Any, keywords: Any
) -> Any:
    """Call a function in another state, or, given a name, in a scope that is told apart from other calls of
    this name; the way for a module that is called a thousand times a second.
    """
    block, outer = _Block(), _here.get()
    if isinstance(change, str):  # as `begin`, without its detours
        if outer is not _OUTSIDE and outer not in entered:
            outer = outer.open_one()
        counts, state = outer.counts, outer.state
        number = counts[change] = (counts.get(change, -1) + 1) % outer.cycle
        block.change = call = change, number
        block.outer = outer
        block.state = state.within.get(call) or state.inside(change, number)
        block.counts = {}
        block.cycle = _MOST_CALLS
    else:
        block.begin(change, outer)
    try:
        entered.add(block)
        _here.set(block)
        return function(*inputs, **keywords)
    finally:
        # the interpreter looks for signals once a call is over: what the first one does is done
        try:
            was: Any = _here.set(block.outer).old_value
            if was is not block:
                _here.set(was)
                _take_out(block, was)
        finally:
            entered.discard(block)


def in_own_scope(function: Callable[P, R]) -> Callable[P, R]:
    """The function, each call of it in a scope of its name."""
    name = function.__name__

    @wraps(function)
    def made(*inputs: P.args, **keywords: P.kwargs) -> R:
        return within(name, function, inputs, keywords)  # type: ignore[no-any-return]

    return made


_MOST_CALLS = 4096


@lru_cache(1000)
def inside(name: str, call: int | None = None) -> Callable[[_State], _State]:
    """What changes when a scope is opened, by hand or by a call."""
    key = name, call
    return lambda state: state.within.get(key) or state.inside(name, call)


class _Exit:
    """Finds ``__exit__``, which a ``with`` asks for before it enters and keeps as long as it lasts.

    What it keeps is made for it and held by nothing else: when the ``with`` ends in any way, by an interrupt
    on the way into ``__exit__`` for one, it is forgotten and the block is closed.
    """

    def __get__(self, within: _Within | None, kind: type) -> Callable[..., None]:
        if within is None:
            return _exit_last
        block = _Block()
        leave = partial(_exit, within, block)
        within._next = block, ref(leave, partial(_forgotten, block))
        return leave


def _exit(within: _Within, block: _Block, *_: object) -> None:
    if block in entered:
        _leave(block)
    else:
        _exit_last(within)


def _exit_last(within: _Within, *_: object) -> None:
    _leave(within._entered.pop())


def _forgotten(block: _Block, _: object) -> None:
    if block in entered:
        _leave(block)


class _Within:
    """A stretch of a program in another state; for ``with`` and as a decorator."""

    __slots__ = ("_change", "_entered", "_next")

    def __init__(self, change: Callable[[_State], _State]) -> None:
        self._change = change
        self._next: tuple[_Block, Any] | None = None
        self._entered: list[_Block] = []

    def __enter__(self) -> None:
        block, watch = self._next or (_Block(), None)
        self._next = None
        if watch is None:  # entered by hand, or by an ExitStack, which has looked for `__exit__` in the class
            self._entered.append(block)
        block.begin(self._change, _here.get())
        block.watch = watch
        try:
            entered.add(block)
            _here.set(block)
        except BaseException:
            _leave(block)
            raise

    __exit__ = _Exit()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """The function, in this state whenever it runs: generators and coroutines between two stops."""
        change: Any = self._change
        made: Any
        if inspect.isasyncgenfunction(function):

            @wraps(function)
            async def made(*inputs: Any, **keywords: Any) -> Any:
                generator = function(*inputs, **keywords)
                send, sent = generator.asend, None
                while True:
                    try:
                        found = await _Steps(change, send(sent))
                    except StopAsyncIteration:
                        return
                    try:
                        send, sent = generator.asend, (yield found)
                    except GeneratorExit:
                        await _Steps(change, generator.aclose())
                        raise
                    except BaseException as error:
                        send, sent = generator.athrow, error

        elif inspect.iscoroutinefunction(function):

            @wraps(function)
            async def made(*inputs: Any, **keywords: Any) -> Any:
                return await _Steps(change, function(*inputs, **keywords))

        elif inspect.isgeneratorfunction(function):

            @wraps(function)
            def made(*inputs: Any, **keywords: Any) -> Any:
                return (yield from _Steps(change, function(*inputs, **keywords)))

        else:

            @wraps(function)
            def made(*inputs: Any, **keywords: Any) -> Any:
                return within(change, function, inputs, keywords)

        decorated: Callable[P, R] = made
        return decorated


class _Steps(Generator[Any, Any, Any]):
    """A generator or a coroutine whose every step is carried out in another state."""

    def __init__(self, change: Callable[[_State], _State], steps: Any) -> None:
        self._change = change
        self._steps = steps.__await__() if not hasattr(steps, "send") else steps

    def __await__(self) -> _Steps:
        return self

    def send(self, value: Any) -> Any:
        return within(self._change, self._steps.send, (value,), {})

    def throw(self, *error: Any) -> Any:
        return within(self._change, self._steps.throw, error, {})

    def close(self) -> None:
        within(self._change, self._steps.close, (), {})


def no_grad() -> _Within:
    """Compute without recording; also usable as a decorator. Threads and tasks do not affect each other.

    A decorated generator or coroutine computes without recording whenever it runs, and nobody else does while
    it waits. Inside a ``with``, a ``yield`` hands the state to whoever goes on.

    >>> from autograd_core import Tensor, no_grad
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     (w * 2).requires_grad
    False
    """
    return _Within(lambda state: state.but(recording=False))


def recording() -> _Within:
    """Record, even inside :func:`no_grad`: derivative operators have to see what they differentiate."""
    return _Within(lambda state: state.but(recording=True))


def differentiating() -> _Within:
    """Within a function that a derivative operator differentiates: record, even inside :func:`no_grad`,
    the derivatives taken here too.
    """
    return _Within(lambda state: state.but(recording=True, depth=1))


def scope(name: str) -> _Within:
    """Give the nodes made inside a common name, which drawings turn into a box. Scopes nest.

    >>> from autograd_core import Value, scope
    >>> with scope("neuron"):
    ...     y = Value(2.0) * 3
    >>> y.scope
    ('neuron',)
    """
    return _Within(inside(name))


def debugging(watch: Any) -> _Within:
    """Report what is recorded and swept to ``watch``; see :mod:`autograd_core.inspection.debugging`."""
    return _Within(
        lambda state: _State(
            state.recording, state.path, state.calls, watch, state.depth, state.order, state.recorder
        )
    )


def watcher() -> Any:
    """What is watching here, None outside ``debug()``."""
    return _here.get().state.watch if entered else None


def writing_down(recorder: Any) -> _Within:
    """Have ``recorder`` write down the arrays that are computed inside; see
    :mod:`autograd_core.compilation.recording`.
    """
    return _Within(
        lambda state: _State(
            state.recording, state.path, state.calls, state.watch, state.depth, state.order, recorder
        )
    )


def recorder() -> Any:
    """What writes a program down here; None where nobody compiles, which is nearly always."""
    return _here.get().state.recorder if entered else None


def array_of(node: Any) -> Any:
    """The array of a node, or the number of a Value, for those who compute with it and do not hand it out;
    where a program is being recorded, the array that knows its variable.
    """
    writing = recorder()
    return node._raw if writing is None else writing.read(node)


def check_not_compiled(reason: str) -> None:
    """For what decides by the numbers of an array in ways that no program can repeat.

    Raises:
        CompilationError: where a program is being recorded.
    """
    if (writing := recorder()) is not None:
        writing.refuse(reason)


def at_every_run(act: Callable[..., Any], *given: Any) -> None:
    """Do something to the world outside of the computation, ``act(*given)``: now, or, where a program is
    being recorded, at the end of each of its runs.
    """
    if entered and (writing := _here.get().state.recorder) is not None:
        writing.effect(act, given)
    else:
        act(*given)


def is_differentiating() -> bool:
    """Whether this is inside a function that a derivative operator differentiates."""
    return _here.get().state.depth > 0


def is_recording() -> bool:
    """Whether operations are recorded here, that is, not under :func:`no_grad`.

    >>> with no_grad():
    ...     is_recording()
    False
    """
    return _here.get().state.recording


def tag_in_context(plain: Tag) -> Tag | None:
    """The tag for a node made here and now, None if it is not to be recorded."""
    state = _here.get().state
    if not state.recording:
        return None
    if state.watch is not None:
        origin = state.watch.origin()
        return plain.but(scope=state.path, calls=state.calls, order=state.order, origin=origin)
    return state.tags.get(plain) or state.tag(plain) if state.path or state.order else plain


def within_scope(place: Tag, order: int) -> _Within:
    """Record a backward pass of this order in the scope of this tag, wherever the program is."""
    return _Within(lambda state: state.sweeping(place, order))
