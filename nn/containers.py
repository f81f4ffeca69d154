"""Modules that hold modules, or parameters, in an order or by name."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any, Self, overload

import numpy as np

from autograd_core import Node, Tensor
from autograd_core.errors import DtypeError, IndexRangeError

from .checks import glimpse
from .errors import MissingNameError, ModuleError
from .module import Module
from .parameter import Parameter

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]


class _Holder(Module):
    """What only holds: it has no forward of its own."""

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """Nothing: what is held is used by the module that owns the container.

        Raises:
            ModuleError: always.
        """
        raise ModuleError(
            f"{type(self).__name__} computes nothing itself: use what it holds in the forward() of its owner"
            + ("; nn.Sequential calls modules one after the other" if isinstance(self, ModuleList) else "")
        )


class _Ordered(_Holder):
    """A list of children; most have their places as names, also when others come or go before them."""

    def __len__(self) -> int:
        return len(self._held())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._held().values())

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Module | Self:
        if isinstance(index, slice):
            part = type(self)()
            part._take_slice(list(self._held().items())[index])
            return part
        return self._held()[self._name_at(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module(self._name_at(index), module)

    def __delitem__(self, index: int | slice) -> None:
        held = self._held()
        names = list(held)[index] if isinstance(index, slice) else [self._name_at(index)]
        self._hold([(name, module) for name, module in held.items() if name not in names])

    def __add__(self, modules: Iterable[Module]) -> Self:
        joined = type(self)()
        return joined.extend(self).extend(modules)

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def append(self, module: Module) -> Self:
        """Add a module at the end; returns the container."""
        return self.extend([module])

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several modules at the end; returns the container."""
        several = list(modules)
        self._check(several)
        place = len(self)
        for module in several:
            while str(place) in self.__dict__:  # a slice has kept its names
                place += 1
            self.add_module(str(place), module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a module before the one at ``index``; returns the container.

        Raises:
            IndexRangeError: for an index beyond the ends.
        """
        held = list(self._held().items())
        held.insert(self._place(index, len(held) + 1, len(held)), ("", module))
        self._hold(held)
        return self

    def pop(self, index: int = -1) -> Module:
        """Take out a module, the last one by default; returns it.

        Raises:
            IndexRangeError: for an index that is not there.
        """
        module = self[index]
        del self[index]
        return module

    def _held(self) -> dict[str, Module]:
        return {name: value for name, value in self.__dict__.items() if isinstance(value, Module)}

    def _hold(self, held: list[tuple[str, Module]]) -> None:
        """Hold these and no others, each by its name, or by its place where that is a number or none."""
        self._check([module for _, module in held])
        for name in self._held():
            delattr(self, name)
        moved: set[Module] = set()  # one that is held twice is named after its first place
        for place, (name, module) in enumerate(held):
            now = str(place) if name.isdecimal() or not name else name
            if name not in ("", now) and module not in moved:
                module._move(name, now)
            moved.add(module)
            self.add_module(now, module)

    def _take_slice(self, held: list[tuple[str, Module]]) -> None:
        """Become a part of another container."""
        self._hold([("", module) for _, module in held])

    def _check(self, modules: list[Any]) -> None:
        for place, module in enumerate(modules):
            if not isinstance(module, Module):
                kind, given = type(self).__name__, glimpse(module)
                raise DtypeError(f"{kind}: number {place} is no Module but {given}{_way_out(module)}")

    def _name_at(self, index: int) -> str:
        names = list(self._held())
        return names[self._place(index, len(names), len(names))]

    def _place(self, index: int, ends: int, length: int) -> int:
        """An index counted from the front; ``ends`` is the first that is too large."""
        if not hasattr(index, "__index__"):
            raise DtypeError(f"{type(self).__name__}: an index is an integer, got {index!r}")
        if not -length <= operator.index(index) < ends:
            raise IndexRangeError(f"{type(self).__name__} of {length} modules has no index {index}")
        return operator.index(index) % length if index < 0 else operator.index(index)


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
        if isinstance(first, Mapping):
            for name, module in first.items():
                self.add_module(name, module)
        else:
            self.extend(modules)  # type: ignore[arg-type]  # which are checked there

    def _take_slice(self, held: list[tuple[str, Module]]) -> None:
        for name, module in held:  # as in PyTorch: what is saved of a part is what is saved of the whole
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
        self.extend(modules)


class ModuleDict(_Holder, MutableMapping[str, Module]):
    """Modules by name, whose parameters are found; what they compute together is up to its owner.

    Args:
        modules: a mapping, or pairs of names and modules, in their order.

    Raises:
        DtypeError: for what is no module, or a name that every module has already.
        MissingNameError: for a name that is not there.

    >>> import nn
    >>> heads = nn.ModuleDict({"age": nn.Linear(2, 1), "name": nn.Linear(2, 5)})
    >>> heads["age"], list(heads), "sex" in heads
    (Linear(in_features=2, out_features=1, bias=True), ['age', 'name'], False)
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        self.update({} if modules is None else modules)

    def __setitem__(self, name: str, module: Module) -> None:
        _check_free(self, name)
        self.add_module(name, module)

    def __getitem__(self, name: str) -> Module:
        value = self.__dict__.get(name)
        if not isinstance(value, Module):
            has = ", ".join(self) or "none"
            raise MissingNameError(f"ModuleDict has no module {name!r}; it has {has}")
        return value

    def __delitem__(self, name: str) -> None:
        self[name]  # refuses an unknown name
        delattr(self, name)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, value in self.__dict__.items() if isinstance(value, Module)])

    # A module is itself and no other, whatever it holds.
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class ParameterList(_Holder):
    """A list of parameters that are found; what is computed with them is up to its owner.

    Args:
        values: the parameters. Other tensors and arrays become parameters, with a copy of their numbers.

    Raises:
        DtypeError: for what is neither.
        IndexRangeError: for an index that is not there.

    >>> import nn
    >>> powers = nn.ParameterList([nn.Parameter([1.0, 2.0]), np.zeros(3)])
    >>> len(powers), powers[-1].shape, [name for name, _ in powers.named_parameters()]
    (2, (3,), ['0', '1'])
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.extend(() if values is None else values)

    def __len__(self) -> int:
        return len(self._held())

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._held())

    @overload
    def __getitem__(self, index: int) -> Parameter: ...
    @overload
    def __getitem__(self, index: slice) -> ParameterList: ...
    def __getitem__(self, index: int | slice) -> Parameter | ParameterList:
        if isinstance(index, slice):
            return ParameterList(self._held()[index])
        parameter: Parameter = self._held()[self._place(index)]
        return parameter

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, str(self._place(index)), _as_parameter("ParameterList", index, value))

    def __iadd__(self, values: Iterable[Any]) -> Self:
        return self.extend(values)

    def append(self, value: Any) -> Self:
        """Add a parameter at the end; returns the list."""
        setattr(self, str(len(self)), _as_parameter("ParameterList", len(self), value))
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add several parameters at the end; returns the list."""
        if isinstance(values, Node | np.ndarray) or not isinstance(values, Iterable):
            raise DtypeError(
                f"ParameterList holds several parameters, got {glimpse(values)}: put it in a list"
            )
        for value in values:
            self.append(value)
        return self

    def _held(self) -> list[Any]:
        return [value for value in self.__dict__.values() if isinstance(value, Tensor)]

    def _place(self, index: int) -> int:
        place, length = operator.index(index), len(self)
        if not -length <= place < length:
            raise IndexRangeError(f"ParameterList of {length} parameters has no index {index}")
        return place % length

    def __repr__(self) -> str:
        return _listed(self)


class ParameterDict(_Holder, MutableMapping[str, Parameter]):
    """Parameters by name that are found; what is computed with them is up to its owner.

    Args:
        parameters: a mapping, or pairs of names and parameters, in their order. Other tensors and arrays
            become parameters, with a copy of their numbers.

    Raises:
        DtypeError: for what is neither, or a name that every module has already.
        MissingNameError: for a name that is not there.

    >>> import nn
    >>> sides = nn.ParameterDict({"left": nn.Parameter([1.0]), "right": np.zeros(2)})
    >>> sides["right"].shape, list(sides), "middle" in sides, sides.pop("left")
    ((2,), ['left', 'right'], False, Parameter([1.], requires_grad=True, label='left'))
    """

    def __init__(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__()
        self.update({} if parameters is None else parameters)

    def __getitem__(self, name: str) -> Parameter:
        value = self.__dict__.get(name)
        if not isinstance(value, Tensor):
            has = ", ".join(self) or "none"
            raise MissingNameError(f"ParameterDict has no parameter {name!r}; it has {has}")
        return value  # type: ignore[return-value]  # a Parameter, or what stands for one (ScalarModel)

    def __setitem__(self, name: str, value: Any) -> None:
        _check_free(self, name)
        setattr(self, name, _as_parameter("ParameterDict", name, value))

    def __delitem__(self, name: str) -> None:
        self[name]  # refuses an unknown name
        delattr(self, name)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, value in self.__dict__.items() if isinstance(value, Tensor)])

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self))

    def popitem(self) -> tuple[str, Parameter]:
        """Take out the parameter that came last; returns its name and it."""
        for name in reversed(self):
            return name, self.pop(name)
        raise MissingNameError("popitem(): the ParameterDict is empty")

    def copy(self) -> ParameterDict:
        """Another dictionary of the same parameters."""
        return ParameterDict(self)

    def fromkeys(self, keys: Iterable[str], default: Any) -> ParameterDict:
        """A dictionary of these names; each has a parameter with the numbers of ``default``."""
        return ParameterDict((key, default) for key in keys)

    def __or__(self, other: Mapping[str, Any]) -> ParameterDict:
        joined = self.copy()
        joined.update(other)
        return joined

    def __ror__(self, other: Mapping[str, Any]) -> ParameterDict:
        return ParameterDict(other) | self

    def __ior__(self, other: Mapping[str, Any]) -> Self:
        self.update(other)
        return self

    # A module is itself and no other, whatever it holds.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return _listed(self)


def _as_parameter(kind: str, place: Any, value: Any) -> Parameter:
    if isinstance(value, Parameter):
        return value
    if isinstance(value, Tensor | np.ndarray):
        return Parameter(value)
    raise DtypeError(f"{kind}: {place!r} is no parameter but {glimpse(value)}; write nn.Parameter(...)")


def _check_free(module: Module, name: Any) -> None:
    if not isinstance(name, str):
        raise DtypeError(f"{type(module).__name__}: a name is a string, got {glimpse(name)}")
    if hasattr(type(module), name) or name in Module().__dict__:
        raise DtypeError(f"{type(module).__name__}: the name {name!r} is taken by a part of every module")


def _listed(module: Module) -> str:
    """A line for each parameter, with its shape and its dtype."""
    lines = [f"  ({name}): {p.dtype}{list(p.shape)}\n" for name, p in module._found_parameters(recurse=False)]
    return f"{type(module).__name__}({chr(10) * bool(lines)}{''.join(lines)})"


def _way_out(given: Any) -> str:
    """What to write instead of something that is no module, where that can be said."""
    if isinstance(given, type) and issubclass(given, Module):
        return f"; write {given.__name__}() with parentheses"
    if isinstance(given, (list, tuple)):
        return "; unpack it with a star, Sequential(*layers)"
    if callable(given):
        return "; a function is called in a module's forward, or stands here as its layer, like nn.ReLU()"
    return ""
