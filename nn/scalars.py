"""A model in single numbers: every weight a Value, every step of the calculation an operation on Values."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import Node, Tensor, Value, lower, stack
from autograd_core.errors import DtypeError

from .module import Module
from .parameter import Parameter

__all__ = ["ScalarModel"]

Array = np.ndarray[Any, np.dtype[Any]]


class ScalarModel:
    """A model whose weights are single numbers. Made by :meth:`nn.Module.scalars`.

    It is called on numbers, Values or nested lists of them and gives nested lists of Values (a single
    Value for an output without axes). It is a copy: the model it was made from does not change with it.

    Attributes:
        values: the weights by path, arrays of Values in the shapes of the parameters.

    Raises:
        DtypeError: for an input that is not made of numbers.

    >>> import nn
    >>> line = nn.Linear(2, 1)
    >>> _ = nn.init.constant_(line.weight, 3.0), nn.init.constant_(line.bias, 1.0)
    >>> model = line.scalars()
    >>> y, = model([1.0, 2.0])
    >>> y.backward()
    >>> y.data, [w.grad for w in model.parameters()]
    (10.0, [1.0, 2.0, 1.0])
    """

    def __init__(self, model: Module) -> None:
        self._model = copy.deepcopy(model)
        self._owners: list[tuple[dict[str, Any], str, str]] = []
        self.values: dict[str, Array] = {}
        paths = {parameter: path for path, parameter in self._model.named_parameters()}
        for parameter, path in paths.items():
            self.values[path] = _values(parameter.data, path)
        for module in self._model.modules():
            for name, value in module.__dict__.items():
                if isinstance(value, Parameter):
                    self._owners.append((module.__dict__, name, paths[value]))

    def parameters(self) -> list[Value]:
        """All weights, those of one parameter after those of the other, a shared one once."""
        return [value for array in self.values.values() for value in array.flat]

    def zero_grad(self) -> None:
        """Forget the gradients of all weights."""
        for value in self.parameters():
            value.grad = 0.0

    def __call__(self, *inputs: Any) -> Any:
        tensors = {path: _tensor(array) for path, array in self.values.items()}
        for owner, name, path in self._owners:
            owner[name] = tensors[path]
        output = self._model(*[_input(x) for x in inputs])
        return lower(output).output.reshape(output.shape).tolist()

    def __repr__(self) -> str:
        kind = type(self._model).__name__
        return f"ScalarModel of {kind} with {len(self.parameters())} weights"


def _values(data: Array, path: str) -> Array:
    array = np.empty(data.shape, dtype=object)
    for index in np.ndindex(data.shape):
        array[index] = Value(float(data[index]), label=f"{path}[{', '.join(map(str, index))}]")
    return array


def _tensor(values: Array) -> Tensor:
    """The numbers as a tensor whose graph begins at the Values."""
    made: Tensor = stack(list(values.flat)).reshape(values.shape)
    return made


def _input(x: Any) -> Tensor:
    if isinstance(x, Tensor):
        return x
    array = np.empty(_shape(x), dtype=object)
    for index in np.ndindex(array.shape):
        number = x
        for i in index:
            number = number[i]
        if not isinstance(number, Value):
            if isinstance(number, str | Node | Sequence) or not isinstance(number, int | float | np.number):
                raise DtypeError(f"a model in single numbers takes numbers and Values, got {number!r}")
            number = Value(float(number))
        array[index] = number
    return _tensor(array)


def _shape(x: Any) -> tuple[int, ...]:
    if isinstance(x, np.ndarray):
        return tuple(x.shape)
    if not isinstance(x, list | tuple):
        return ()
    shapes = {_shape(part) for part in x}
    if len(shapes) != 1:
        raise DtypeError(f"a model in single numbers takes lists of one length, got {x!r}")
    return (len(x), *shapes.pop())
