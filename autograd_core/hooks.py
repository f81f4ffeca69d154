"""Functions that are called on the way, and how they are taken away again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self
from weakref import WeakSet

from .errors import DtypeError

__all__ = ["RemovableHandle"]

living: WeakSet[RemovableHandle] = WeakSet()
"""The hooks of Values that are still there: while there are none, no backward pass has to look for them."""


settings = [0]
"""Counts the changes of what modules are made of: attributes, modes, hooks. Whoever relies on that looks
again when the number is another.
"""


class RemovableHandle:
    """What registering a hook returns: ``remove()`` takes the hook away again, and so does the end of a
    ``with``.

    Attributes:
        hook: the function; None once it is removed.

    Raises:
        DtypeError: if the hook is no function.

    >>> from autograd_core import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> with x.register_hook(lambda gradient: print("gradient", gradient)):
    ...     (x * x).sum().backward()
    gradient [2. 4.]
    >>> (x * x).sum().backward()
    """

    __slots__ = ("__weakref__", "hook")

    def __init__(self, hook: Callable[..., Any]) -> None:
        if not callable(hook):
            raise DtypeError(f"a hook has to be a function, got {hook!r}")
        self.hook: Callable[..., Any] | None = hook

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        self.hook = None
        settings[0] += 1
        living.discard(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
