"""A function of :mod:`nn.functional` as a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ..module import Module

__all__ = ["Applied", "AppliedInPlace"]


class Applied(Module):
    """A layer without parameters: a function, and the options it is called with.

    A subclass names its ``function``; what its ``__init__`` hands on becomes an attribute each and a
    keyword of the call. One without ``__init__`` takes none.

    Raises:
        TypeError: for an option that the layer does not take.
    """

    function: ClassVar[Callable[..., Any]]
    _option_names: tuple[str, ...]

    def __init__(self, *unnamed: Any, **options: Any) -> None:
        if unnamed or (options and type(self).__init__ is Applied.__init__):
            given = ", ".join(
                [*map(repr, unnamed), *(f"{name}={value!r}" for name, value in options.items())]
            )
            raise TypeError(f"{type(self).__name__}() takes no options, got {given}")
        super().__init__()
        self._option_names = tuple(options)
        for name, value in options.items():
            setattr(self, name, value)

    def forward(self, *inputs: Any) -> Any:
        """The function of the inputs."""
        if not self._option_names:
            return self.function(*inputs)
        return self.function(*inputs, **{name: getattr(self, name) for name in self._option_names})

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in self._option_names)


class AppliedInPlace(Applied):
    """One that may overwrite its input in PyTorch. Here ``inplace`` changes nothing: what is recorded is
    never overwritten.
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
