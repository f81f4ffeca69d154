"""Functions that a module calls on the way: around forward, and when gradients have come through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_core import Node, Tensor
from autograd_core.errors import DtypeError
from autograd_core.transforms.custom import primitive

__all__ = ["Hook", "RemovableHandle", "call_with_hooks"]

Hook = Callable[..., Any]


class RemovableHandle:
    """What registering a hook returns: ``remove()`` takes the hook away again."""

    def __init__(self, hooks: list[Hook], hook: Hook) -> None:
        if not callable(hook):
            raise DtypeError(f"a hook has to be a function, got {hook!r}")
        self._hooks, self._hook = hooks, hook
        hooks.append(hook)

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        self._hooks[:] = [hook for hook in self._hooks if hook is not self._hook]


def call_with_hooks(
    module: Any, hooks: dict[str, list[Hook]], inputs: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """``forward`` with everything that is hooked to it."""
    for hook in list(hooks.get("before", ())):
        changed = hook(module, inputs)
        if changed is not None:
            inputs = changed if isinstance(changed, tuple) else (changed,)
    watch = _Watch(module, hooks["backward"]) if hooks.get("backward") else None
    if watch:
        inputs = watch.of_inputs(inputs)
    output = module.forward(*inputs, **keywords)
    if watch:
        output = watch.of_output(output)
    for hook in list(hooks.get("after", ())):
        changed = hook(module, inputs, output)
        output = output if changed is None else changed
    return output


class _Watch:
    """Identities before and after a module, whose pullbacks see the gradients on their way back."""

    def __init__(self, module: Any, hooks: list[Hook]) -> None:
        self.module, self.hooks = module, hooks
        self.watched: set[int] = set()  # the inputs that require a gradient
        self.awaited: set[int] = set()  # those whose gradient has not come yet in this sweep
        self.of_each_input: list[Any] = []
        self.at_output: Any = None

    def of_inputs(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        self.of_each_input = [None] * len(inputs)
        watched = []
        for i, x in enumerate(inputs):
            needs = isinstance(x, Tensor) and x.requires_grad
            if needs:
                self.watched.add(i)
            watched.append(_identity(partial(self._came_in, i))(x) if needs else x)
        return tuple(watched)

    def of_output(self, output: Any) -> Any:
        if not isinstance(output, Tensor):
            kind = type(output).__name__
            raise DtypeError(f"a backward hook needs a module that gives one Tensor, this one gives a {kind}")
        return _identity(self._came_out)(output) if output.requires_grad else output

    def _came_out(self, cotangent: Any) -> None:
        self.at_output, self.awaited = cotangent, set(self.watched)
        if not self.awaited:
            self._call()

    def _came_in(self, index: int, cotangent: Any) -> None:
        self.of_each_input[index] = cotangent
        self.awaited.discard(index)
        if not self.awaited:
            self._call()

    def _call(self) -> None:
        for hook in list(self.hooks):
            hook(self.module, tuple(map(_plain, self.of_each_input)), (_plain(self.at_output),))


def _identity(seen: Callable[[Any], None]) -> Callable[[Tensor], Tensor]:
    def back(m: Any, cotangent: Any, y: Any, x: Any, index: int) -> Any:
        seen(cotangent)
        return cotangent

    made: Callable[[Tensor], Tensor] = primitive(pullback=back, name="hook")(np.array)
    return made


def _plain(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x
