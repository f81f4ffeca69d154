"""Modules that hold modules in an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, overload

from autograd_core.errors import DtypeError, IndexRangeError

from .module import Module

__all__ = ["ModuleList", "Sequential"]


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
                raise DtypeError(f"Sequential: number {name} is no Module but {module!r}")
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
