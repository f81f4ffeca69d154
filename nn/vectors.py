"""All parameters of a model as one vector, and back: what methods ask for that know no layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Node, Tensor, concatenate
from autograd_core.errors import DtypeError, ShapeError

from .checks import glimpse
from .module import Module

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Any]) -> Tensor:
    """The numbers of all parameters, one after the other, in one vector; gradients pass through.

    Args:
        parameters: tensors or arrays, such as ``model.parameters()`` or their gradients.

    Raises:
        DtypeError: for something that is neither.
        ShapeError: if there are none.

    >>> import nn
    >>> line = nn.Linear(2, 1)
    >>> nn.vector_to_parameters([1.0, 2.0, 3.0], line.parameters())
    >>> parameters_to_vector(line.parameters()).tolist()
    [1.0, 2.0, 3.0]
    """
    members = _members("parameters_to_vector()", parameters)
    joined = concatenate([member.reshape(-1) for member in members])
    return joined if isinstance(joined, Tensor) else Tensor(joined)


def vector_to_parameters(vec: ArrayLike | Node, parameters: Iterable[Tensor]) -> None:
    """Write a vector into parameters, one after the other, each in its place and its dtype.

    Args:
        vec: (n,), as many numbers as the parameters have together.
        parameters: tensors, such as ``model.parameters()``.

    Raises:
        ShapeError: if the vector has another length. Nothing is written then.
        DtypeError: for something that is no tensor.

    >>> import nn
    >>> line = nn.Linear(2, 1)
    >>> vector_to_parameters([1.0, 2.0, 3.0], line.parameters())
    >>> line.weight.tolist(), line.bias.tolist()
    ([[1.0, 2.0]], [3.0])
    """
    owner = "vector_to_parameters()"
    members = _members(owner, parameters)
    numbers = np.asarray(vec.data if isinstance(vec, Node) else vec)
    if numbers.ndim != 1:
        raise ShapeError(f"{owner}: a vector has one axis, got shape {numbers.shape}")
    count = sum(member.size for member in members)
    if len(numbers) != count:
        raise ShapeError(f"{owner}: the vector has {len(numbers)} numbers, the parameters {count}")
    start = 0
    for member in members:
        part = numbers[start : start + member.size].reshape(member.shape)
        (member.data if isinstance(member, Node) else member)[...] = part
        start += member.size


def _members(owner: str, parameters: Iterable[Any]) -> list[Any]:
    if isinstance(parameters, Module):
        raise DtypeError(f"{owner} takes parameters, got a {type(parameters).__name__}: use .parameters()")
    used = isinstance(parameters, Iterator)
    members = [parameters] if isinstance(parameters, Tensor | np.ndarray) else list(parameters)
    for i, member in enumerate(members):
        if not isinstance(member, Tensor | np.ndarray):
            raise DtypeError(f"{owner}: number {i} is no tensor but {glimpse(member)}")
    if not members:
        why = ": the iterator was used up before, call model.parameters() anew" if used else ""
        raise ShapeError(f"{owner}: there are no parameters{why}")
    return members
