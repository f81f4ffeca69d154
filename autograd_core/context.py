"""What is in force where an operation is carried out: recording, scopes, who watches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any

from .errors import GraphError
from .primitive import Tag

__all__ = ["is_recording", "no_grad", "scope"]


class _State:
    """What is in force here: whether operations are recorded, in which scope, and who watches.

    A state owns the tags of the nodes made in it and is kept for the next time, so that entering a
    scope or recording in it makes nothing new.
    """

    __slots__ = ("depth", "order", "path", "recording", "tags", "watch", "within")

    def __init__(
        self, recording: bool, path: tuple[str, ...], watch: Any, depth: int, order: int = 0
    ) -> None:
        self.recording = recording
        self.path = path
        self.watch = watch  # of autograd_core.inspection.debugging
        self.depth = depth  # of derivative operators inside one another
        self.order = order  # of the backward pass that is being recorded
        self.tags: dict[Tag, Tag] = {}
        self.within: dict[Any, _State] = {}

    def inside(self, name: str) -> _State:
        """The state within a scope."""
        state = self.within.get(name)
        if state is None:
            made = _State(self.recording, (*self.path, name), self.watch, self.depth, self.order)
            state = self._kept(name, made)
        return state

    def but(self, recording: bool, depth: int = 0) -> _State:
        """The state with recording on or off, and more operators around it."""
        state = self.within.get((recording, depth))
        if state is None:
            made = _State(recording, self.path, self.watch, self.depth + depth, self.order)
            state = self._kept((recording, depth), made)
        return state

    def sweeping(self, path: tuple[str, ...], order: int) -> _State:
        """The state in which the backward pass of a node is recorded."""
        state = self.within.get((path, order))
        if state is None:
            made = _State(True, path, self.watch, self.depth, order)
            state = self._kept((path, order), made)
        return state

    def _kept(self, key: Any, state: _State) -> _State:
        if len(self.within) >= 1000:  # names that never come again, such as "step 12345"
            self.within.clear()
        self.within[key] = state
        return state

    def tag(self, plain: Tag) -> Tag:
        """The tag for nodes made in this scope; ``tags`` keeps it."""
        tag = self.tags[plain] = plain.but(scope=self.path, order=self.order)
        return tag


_OUTSIDE = _State(recording=True, path=(), watch=None, depth=0)
_state: ContextVar[_State] = ContextVar("autograd_core", default=_OUTSIDE)

entered: list[None] = []
"""One entry for each ``no_grad`` or ``scope`` that is open in any thread. While it is empty, recording
need not look at the context variable, which is most of the time and saves a tenth of its cost."""


def enter_scope(name: str) -> Token[_State]:
    """Open a scope; to be closed by :func:`leave_scope` with what this returns. :func:`scope` is the safe
    way to write it, this one the way for a module that is called a thousand times a second.
    """
    state = _state.get()
    token = _state.set(state.within.get(name) or state.inside(name))
    entered.append(None)
    return token


def leave_scope(token: Token[_State]) -> None:
    """Close a scope that :func:`enter_scope` opened."""
    entered.pop()
    _state.reset(token)


class _Within(ContextDecorator):
    """A stretch of a program in another state; for ``with`` and as a decorator."""

    __slots__ = ("_change", "_token")

    def __init__(self, change: Callable[[_State], _State]) -> None:
        self._change = change

    def _recreate_cm(self) -> _Within:
        return _Within(self._change)

    def __enter__(self) -> None:
        self._token = _state.set(self._change(_state.get()))
        entered.append(None)

    def __exit__(self, *_: object) -> None:
        entered.pop()
        _state.reset(self._token)


def no_grad() -> _Within:
    """Compute without recording; also usable as a decorator. Threads and tasks do not affect each other.

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
    return _Within(lambda state: state.inside(name))


def debugging(watch: Any) -> _Within:
    """Report what is recorded and swept to ``watch``; see :mod:`autograd_core.inspection.debugging`."""
    return _Within(lambda state: _State(state.recording, state.path, watch, state.depth, state.order))


def watcher() -> Any:
    """What is watching here, None outside ``debug()``."""
    return _state.get().watch if entered else None


def is_differentiating() -> bool:
    """Whether this is inside a function that a derivative operator differentiates."""
    return _state.get().depth > 0


def check_not_differentiated() -> None:
    """Inside a function that is differentiated, a node does not become a plain number unasked.

    Raises:
        GraphError: if it would.
    """
    if entered and _state.get().depth > 0 and _state.get().recording:
        raise GraphError(
            "inside a function that is being differentiated, a node does not turn into a plain float by "
            "itself, because its gradient would be lost silently: use autograd_core.sin or np.sin, not "
            "math.sin, or .item() for a constant"
        )


def is_recording() -> bool:
    """Whether operations are recorded here, that is, not under :func:`no_grad`.

    >>> with no_grad():
    ...     is_recording()
    False
    """
    return _state.get().recording


def tag_in_context(plain: Tag) -> Tag | None:
    """The tag for a node made here and now, None if it is not to be recorded."""
    state = _state.get()
    if not state.recording:
        return None
    if state.watch is not None:
        return plain.but(scope=state.path, order=state.order, origin=state.watch.origin())
    return state.tags.get(plain) or state.tag(plain) if state.path or state.order else plain


def within_scope(path: tuple[str, ...], order: int) -> _Within:
    """Record a backward pass of this order in this scope, wherever the program is."""
    return _Within(lambda state: state.sweeping(path, order))
