"""A function of :mod:`nn.functional` as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self, dataclass_transform

from ..module import Module

__all__ = ["Applied"]


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Applied(Module):
    """A layer without parameters: a function, and the options it is called with.

    A subclass names its ``function`` and lists the options, as a dataclass lists its fields::

        class ELU(Applied, function=functional.elu):
            alpha: float = 1.0

    Its documentation is that of the function, followed by its own. What the function checks about its
    options (:func:`nn.checks.checked`) is checked when they are assigned, and no more when it is called.
    Options are printed unless they are ``field(repr=False)``; a function that takes ``training`` is told.
    ``inplace`` is PyTorch's and changes nothing: what is recorded is never overwritten.

    Raises:
        TypeError: for an option that the layer does not take.
    """

    function: ClassVar[Callable[..., Any]]
    _checks: ClassVar[dict[str, Callable[..., None]]] = {}
    _options: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, function: Callable[..., Any] | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if function is not None:
            whole = inspect.cleandoc(function.__doc__ or "").partition("\n>>> ")[0].rstrip()
            own = inspect.cleandoc(cls.__dict__.get("__doc__") or "")
            source = f"The layer of :func:`nn.functional.{function.__name__}`"
            cls.__doc__ = f"{whole}\n\n{source}: options are given when it is made.\n\n{own}"
            cls.function = staticmethod(inspect.unwrap(function))
            cls._checks = {**cls._checks, **getattr(function, "checks", {})}
        if inspect.get_annotations(cls) and "__init__" not in cls.__dict__:
            dataclass(eq=False, repr=False)(cls)
            options = fields(cls)  # type: ignore[arg-type]
            cls._options = tuple(option.name for option in options)
            cls._printed = tuple(option.name for option in options if option.repr)
            if function is not None and "training" in inspect.signature(function).parameters:
                cls._options += ("training",)

    def __new__(cls, *given: Any, **options: Any) -> Self:
        made = super().__new__(cls, *given, **options)
        Module.__init__(made)  # a dataclass has no other place before its fields are assigned
        return made

    def __init__(self, *unnamed: Any, **options: Any) -> None:
        if unnamed or options:
            given = ", ".join(
                [*map(repr, unnamed), *(f"{name}={value!r}" for name, value in options.items())]
            )
            raise TypeError(f"{type(self).__name__}() takes no options, got {given}")

    def __post_init__(self, inplace: bool = False) -> None:
        pass  # the word is taken, and nothing is made of it

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._checks:
            self._checks[name](type(self).__name__, **{name: value})
        super().__setattr__(name, value)

    def forward(self, *inputs: Any) -> Any:
        """The function of the inputs."""
        if not self._options:
            return self.function(*inputs)
        return self.function(*inputs, **{name: getattr(self, name) for name in self._options})
