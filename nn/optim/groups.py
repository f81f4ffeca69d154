"""Groups of parameters that share the options of an optimiser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd_core import Tensor, Value
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import glimpse
from ..module import Module
from ..parameter import Parameter

__all__ = ["Group", "is_bias", "made_groups", "require_parameters"]

Group = dict[str, Any]


def made_groups(owner: str, parameters: Any, options: Group, taken: set[Tensor]) -> list[Group]:
    """The groups, each with all options; ``taken`` are the parameters of groups there already.

    Raises:
        DtypeError: for something that is no parameter, or no list of them.
        DomainError: for an unknown option, or a parameter given twice.
        ShapeError: if there are no parameters.
    """
    if isinstance(parameters, Tensor | Module | Mapping) or not isinstance(parameters, Iterable):
        of_model = isinstance(parameters, Module) or callable(parameters)
        raise DtypeError(
            f"{owner}: needs parameters in a list or an iterator, got {type(parameters).__name__}; "
            f"write {'model.parameters()' if of_model else '[parameter]'}"
        )
    given = list(parameters)
    groups = given if given and all(isinstance(g, Mapping) for g in given) else [{"params": given}]
    return [_made(owner, group, options, taken) for group in groups]


def _made(owner: str, group: Mapping[str, Any], options: Group, taken: set[Tensor]) -> Group:
    unknown = sorted(set(group) - {*options, "params", "initial_lr"})
    if unknown or "params" not in group:
        wrong = f"has the unknown option {unknown[0]!r}" if unknown else "lacks 'params'"
        raise DomainError(f"{owner}: a group {wrong}; it takes 'params' and {', '.join(options)}")
    members = group["params"]
    members = require_parameters(owner, [members] if isinstance(members, Tensor) else members)
    if not members:
        raise ShapeError(f"{owner}: there are no parameters; has the model any, or was the iterator used up?")
    for i, parameter in enumerate(members):
        if parameter in taken:
            raise DomainError(f"{owner}: the parameter {parameter.label or i} is given twice")
        taken.add(parameter)
    return {**options, **group, "params": members}


def require_parameters(owner: str, members: Iterable[Any]) -> list[Tensor]:
    """The parameters as a list: those of modules, and other leaves that require a gradient.

    Raises:
        DtypeError: for something that is none.
    """
    members = list(members)
    for i, member in enumerate(members):
        if isinstance(member, Parameter) or (
            isinstance(member, Tensor) and member.requires_grad and not member.inputs
        ):
            continue
        if isinstance(member, Value):
            advice = "a number is moved by hand, w.data -= lr * w.grad, or is a Tensor from the start"
        elif isinstance(member, Tensor) and member.inputs:
            advice = "the result of a computation; give what it was computed from"
        elif isinstance(member, Tensor):
            advice = "which requires no gradient; write nn.Parameter(x), or Tensor(x, requires_grad=True)"
        else:
            advice = "write nn.Parameter(x)"
        raise DtypeError(f"{owner}: number {i} is no nn.Parameter but {glimpse(member)}: {advice}")
    return members


def is_bias(parameter: Tensor) -> bool:
    """Whether it is a parameter that is added rather than multiplied."""
    return isinstance(parameter, Parameter) and parameter.is_bias
