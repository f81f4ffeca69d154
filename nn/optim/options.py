"""The options of optimisers and schedules: groups of parameters that share them, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..module import Module
from ..parameter import Parameter

__all__ = ["Check", "Group", "flag", "fraction", "made_groups", "not_negative", "positive", "two_fractions"]

Group = dict[str, Any]
Check = Callable[[str, str, Any], None]  # (the owner's name, the option's name, the value)


def _number(owner: str, name: str, value: Any, wanted: str, holds: Callable[[float], bool]) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise DtypeError(f"{owner}: `{name}` has to be a number, got {value!r}")
    if not (math.isfinite(value) and holds(float(value))):
        raise DomainError(f"{owner}: `{name}` (={value}) has to be a finite number {wanted}")


def not_negative(owner: str, name: str, value: Any) -> None:
    """A finite number from 0."""
    _number(owner, name, value, "from 0", lambda x: x >= 0)


def positive(owner: str, name: str, value: Any) -> None:
    """A finite number above 0."""
    _number(owner, name, value, "above 0", lambda x: x > 0)


def fraction(owner: str, name: str, value: Any) -> None:
    """A number from 0 and below 1: the weight of the past in a moving average."""
    _number(owner, name, value, "from 0 and below 1", lambda x: 0 <= x < 1)


def two_fractions(owner: str, name: str, value: Any) -> None:
    """The two weights of the past, of the gradient and of its square."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise DtypeError(f"{owner}: `{name}` has to be two numbers, (β1, β2), got {value!r}")
    for i, beta in enumerate(value):
        fraction(owner, f"{name}[{i}]", beta)


def flag(owner: str, name: str, value: Any) -> None:
    """True or False."""
    if not isinstance(value, bool | np.bool_):
        raise DtypeError(f"{owner}: `{name}` has to be True or False, got {value!r}")


def made_groups(
    owner: str, parameters: Any, options: Group, check: Callable[[Group], None], taken: set[Parameter]
) -> list[Group]:
    """The groups, each with all options, checked; ``taken`` are parameters of groups there already."""
    if isinstance(parameters, Tensor | Module | Mapping) or not isinstance(parameters, Iterable):
        hint = (
            "model.parameters()" if isinstance(parameters, Module) or callable(parameters) else "[parameter]"
        )
        raise DtypeError(
            f"{owner}: needs parameters in a list or an iterator, got {type(parameters).__name__}; "
            f"write {hint}"
        )
    given = list(parameters)
    groups = given if given and all(isinstance(g, Mapping) for g in given) else [{"params": given}]
    seen = set(taken)
    return [_made(owner, group, options, check, seen) for group in groups]


def _made(
    owner: str,
    group: Mapping[str, Any],
    options: Group,
    check: Callable[[Group], None],
    seen: set[Parameter],
) -> Group:
    unknown = sorted(set(group) - {*options, "params", "initial_lr"})
    if unknown or "params" not in group:
        known = ", ".join(options)
        wrong = f"has the unknown option {unknown[0]!r}" if unknown else "lacks 'params'"
        raise DomainError(f"{owner}: a group {wrong}; it takes 'params' and {known}")
    members = group["params"]
    members = [members] if isinstance(members, Tensor) else list(members)
    if not members:
        raise ShapeError(f"{owner}: there are no parameters; has the model any, or was the iterator used up?")
    for i, parameter in enumerate(members):
        if not isinstance(parameter, Parameter):
            raise DtypeError(f"{owner}: number {i} is no nn.Parameter but {parameter!r}")
        if parameter in seen:
            raise DomainError(f"{owner}: the parameter {parameter.label or i} is given twice")
        seen.add(parameter)
    made = {**options, **group, "params": members}
    check(made)
    return made
