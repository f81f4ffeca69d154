"""Functions that a module calls on the way: around forward, and when gradients have come through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograd_core import Node, RemovableHandle, Tensor
from autograd_core.errors import DtypeError
from autograd_core.transforms.custom import primitive

__all__ = ["Hook", "ModuleHook", "call_with_hooks"]

Hook = Callable[..., Any]


class ModuleHook(RemovableHandle):
    """A hook of a module, which may want the keywords of the call as well."""

    __slots__ = ("with_kwargs",)

    def __init__(self, hook: Hook, with_kwargs: bool) -> None:
        super().__init__(hook)
        self.with_kwargs = with_kwargs


def call_with_hooks(
    module: Any, hooks: dict[str, list[ModuleHook]], inputs: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """``forward`` with everything that is hooked to it."""
    for hook, with_kwargs in _in_force(hooks["before"]):
        if with_kwargs:
            inputs, keywords = _checked(hook(module, inputs, keywords), module, inputs, keywords)
        elif (changed := hook(module, inputs)) is not None:
            inputs = changed if isinstance(changed, tuple) else (changed,)
    backward = [hook for hook, _ in _in_force(hooks["backward"])]
    watch = _Watch(module, backward) if backward else None
    if watch:
        inputs = watch.of_inputs(inputs)
    output = module.forward(*inputs, **keywords)
    if watch:
        output = watch.of_output(output)
    for hook, with_kwargs in _in_force(hooks["after"]):
        given = (inputs, keywords) if with_kwargs else (inputs,)
        changed = hook(module, *given, output)
        output = output if changed is None else changed
    return output


def _in_force(handles: list[ModuleHook]) -> list[tuple[Hook, bool]]:
    return [(handle.hook, handle.with_kwargs) for handle in handles if handle.hook is not None]


def _checked(
    changed: Any, module: Any, inputs: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a hook makes of the arguments of a call."""
    if changed is None:
        return inputs, keywords
    if isinstance(changed, tuple) and len(changed) == 2 and isinstance(changed[1], dict):
        first = changed[0]
        return (first if isinstance(first, tuple) else (first,)), changed[1]
    raise DtypeError(
        f"a forward pre-hook with keywords, of {type(module).__name__}, returns None or (inputs, keywords), "
        f"a tuple and a dictionary; got {changed!r}"
    )


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
