"""Modules that hold modules in an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, overload

from autograd_core.errors import DtypeError, IndexRangeError

from .module import Module

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


class _Ordered(Module):
    """Indexing, length and iteration over the children, for the containers."""

    def __len__(self) -> int:
        return len(self._held())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._held().values())

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> _Ordered: ...
    def __getitem__(self, index: int | slice) -> Module | _Ordered:
        held = self._held()
        if isinstance(index, slice):
            part = type(self)()
            for name in list(held)[index]:
                part.add_module(name, held[name])
            return part
        if not -len(held) <= index < len(held):
            raise IndexRangeError(f"{type(self).__name__} of {len(held)} modules has no index {index}")
        return list(held.values())[index]

    def append(self, module: Module) -> None:
        """Add a module at the end."""
        self.add_module(str(len(self)), module)

    def _held(self) -> dict[str, Module]:
        return {name: value for name, value in self.__dict__.items() if isinstance(value, Module)}


class Sequential(_Ordered):
    """Modules one after the other: each takes what the one before gives.

    Args:
        modules: the modules, numbered ``"0"``, ``"1"`` ...; or one mapping from names to modules.

    Raises:
        DtypeError: if something is not a module.

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> model[1], len(model), [name for name, _ in model.named_parameters()]
    (ReLU(), 3, ['0.weight', '0.bias', '2.weight', '2.bias'])
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        super().__init__()
        first = modules[0] if len(modules) == 1 else None
        named = first.items() if isinstance(first, Mapping) else ((str(i), m) for i, m in enumerate(modules))
        for name, module in named:
            if not isinstance(module, Module):
                raise DtypeError(f"Sequential: number {name} is no Module but {module!r}{_way_out(module)}")
            self.add_module(name, module)

    def forward(self, input: Any) -> Any:
        """The last module's output."""
        for module in self:
            input = module(input)
        return input


class ModuleList(_Ordered):
    """A list of modules whose parameters are found; what they compute together is up to its owner.

    >>> import nn
    >>> layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    >>> len(layers), len(list(layers.parameters()))
    (3, 6)
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        for module in modules:
            self.append(module)


class ModuleDict(Module):
    """Modules by name, whose parameters are found; what they compute together is up to its owner.

    Raises:
        IndexRangeError: for a name that is not there.

    >>> import nn
    >>> heads = nn.ModuleDict({"age": nn.Linear(2, 1), "name": nn.Linear(2, 5)})
    >>> heads["age"], list(heads), "sex" in heads
    (Linear(in_features=2, out_features=1, bias=True), ['age', 'name'], False)
    """

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        super().__init__()
        for name, module in (modules or {}).items():
            self[name] = module

    def __setitem__(self, name: str, module: Module) -> None:
        if hasattr(type(self), name):
            raise DtypeError(f"ModuleDict: the name {name!r} is taken by a method of every module")
        self.add_module(name, module)

    def __getitem__(self, name: str) -> Module:
        held = dict(self.items())
        if name not in held:
            raise IndexRangeError(f"ModuleDict has no module {name!r}; it has {', '.join(held) or 'none'}")
        return held[name]

    def __delitem__(self, name: str) -> None:
        self[name]  # refuses an unknown name
        del self.__dict__[name]

    def __len__(self) -> int:
        return len(self.items())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return name in self.keys()  # keys() is what this method is made of

    def items(self) -> list[tuple[str, Module]]:
        """Names and modules."""
        return [(name, value) for name, value in self.__dict__.items() if isinstance(value, Module)]

    def keys(self) -> list[str]:
        """The names."""
        return [name for name, _ in self.items()]

    def values(self) -> list[Module]:
        """The modules."""
        return [module for _, module in self.items()]


def _way_out(given: Any) -> str:
    """What to write instead of something that is no module, where that can be said."""
    if isinstance(given, type) and issubclass(given, Module):
        return f"; write {given.__name__}() with parentheses"
    if isinstance(given, (list, tuple)):
        return "; unpack it with a star, Sequential(*layers)"
    if callable(given):
        return "; a function is called in a module's forward, or stands here as its layer, like nn.ReLU()"
    return ""
