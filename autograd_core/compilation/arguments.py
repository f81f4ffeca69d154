"""What goes into a program and what comes out: nested structures, taken apart and put together again.

A program is made for a *signature*: the structure of the arguments, the shapes and dtypes of the arrays in
it, and the values of everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from ..context import is_recording
from ..dtypes import default_dtype
from ..errors import CompilationError, GraphError
from ..graph import Node
from ..primitive import Primitive, Tag
from ..tensor import Tensor
from ..transforms.trees import flatten
from .program import Variable
from .recording import Recorder
from .traced import Traced

Array = np.ndarray[Any, np.dtype[Any]]


def signature(given: Any, floats: bool = False) -> tuple[Hashable, list[Any]]:
    """What a program for these arguments depends on beside the numbers in arrays, and the leaves that hold
    arrays; with ``floats`` Python's floats are such leaves too. What cannot be compared by value is compared
    by identity.
    """
    leaves: list[Any] = []
    key = _key(given, leaves, (float,) if floats else ())
    return (key, _alike(leaves), is_recording(), default_dtype()), leaves


def _key(x: Any, leaves: list[Any], numbers: tuple[type, ...]) -> Hashable:
    kind = type(x)
    if kind is np.ndarray:
        leaves.append(x)
        return x.shape, x.dtype
    if kind is tuple or kind is list:
        return kind, *[_key(part, leaves, numbers) for part in x]
    if isinstance(x, Tensor):
        leaves.append(x)
        return kind, x._raw.shape, x._raw.dtype, x.requires_grad, x._grad is None, x._tag.hooks
    if kind is dict:
        return kind, *[(key, _key(part, leaves, numbers)) for key, part in x.items()]
    if isinstance(x, tuple):  # with names
        return kind, *[_key(part, leaves, numbers) for part in x]
    if isinstance(x, np.generic) or kind in numbers:
        leaves.append(x)
        return (kind,)
    if kind in (bool, int, float, complex, str, bytes):
        return kind, x
    return kind, id(x)


def _alike(leaves: list[Any]) -> Hashable:
    """Which leaves are one object."""
    if len(leaves) < 2:
        return ()
    first: dict[int, int] = {}
    return tuple([first.setdefault(id(x), i) for i, x in enumerate(leaves)])


def arrays_of(leaves: Sequence[Any]) -> list[Array]:
    """What a program is given: the arrays of the arguments, behind that of a tensor its gradient."""
    found: list[Array] = []
    for x in leaves:
        if isinstance(x, Tensor):
            found.append(x._raw)
            if x._grad is not None:
                found.append(x._grad)
        else:
            found.append(np.asarray(x))
    return found


class Arguments:
    """The arguments of the run that is recorded, as the function is given them.

    Attributes:
        given: the structure, in which arrays are traced and tensors stand for those that were given.
        stand_ins: for each leaf that holds an array what stands for it.
        distinct: the leaves that are not one of those before once more.
    """

    def __init__(self, given: Any, leaves: Sequence[Any], recorder: Recorder) -> None:
        self._recorder = recorder
        made: dict[int, Any] = {}
        for x in leaves:
            if id(x) not in made:
                made[id(x)] = self._stand_in(x)
        self.stand_ins = [made[id(x)] for x in leaves]
        seen = [id(x) for x in leaves]
        self.distinct = [i for i, x in enumerate(seen) if seen.index(x) == i]
        every, rebuild = flatten(given)
        self.given = rebuild([made.get(id(x), x) for x in every])

    def _stand_in(self, x: Any) -> Any:
        if type(x) is float:
            return self._input(np.float64(x)).number()
        if not isinstance(x, Tensor):
            return self._input(x)
        if x.inputs and x.requires_grad:
            raise CompilationError(
                f"the argument {x!r} is the result of a computation whose gradient goes on from here"
            )
        if isinstance(x._grad, Node):
            raise CompilationError(f"the gradient of the argument {x!r} is a graph of its own")
        stand_in = x._with_inputs(())
        stand_in._tag = x._tag
        stand_in._raw = self._input(x._raw)
        stand_in._grad = None
        gradient = None if x._grad is None else self._input(x._grad)
        self._recorder.gradients[stand_in] = gradient
        return stand_in

    def _input(self, array: Any) -> Any:
        variable = Variable("input", np.asarray(array))
        if variable.dtype.kind not in "fiub":
            raise CompilationError(f"an argument is an array of {variable.dtype}, not of real numbers")
        self._recorder.program.inputs.append(variable)
        return Traced(array, variable, self._recorder)


class Results:
    """What the function returned, and the gradients that it left behind.

    Making one settles the outputs of the program; calling it with them, and the leaves of the arguments of
    that run, sets the gradients and gives what the function would have returned.
    """

    def __init__(self, result: Any, arguments: Arguments, recorder: Recorder) -> None:
        self._recorder = recorder
        self._outputs = recorder.program.outputs
        self._place = {id(x): i for i, x in enumerate(arguments.stand_ins)}
        leaves, self._rebuild = flatten(result)
        self._finish = [self._output(x) for x in leaves]
        self._gradients = [
            (self._place.get(id(node)), node, self._gradient(gradient))
            for node, gradient in recorder.gradients.items()
            if self._is_left_behind(node)
        ]
        del self._recorder  # and with it all that the run has computed

    def _is_left_behind(self, node: Node) -> bool:
        """Whether a gradient is the business of anybody outside. That of a parameter which an optimiser has
        used is not promised, unless the next run adds to it.
        """
        recorder = self._recorder
        if node in recorder.moved and not recorder.accumulated.get(node):
            return False
        return id(node) in self._place or node in recorder.leaves or node in recorder.accumulated

    def _add(self, x: Any) -> int:
        self._outputs.append(self._recorder.operand(x))
        return len(self._outputs) - 1

    def _output(self, x: Any) -> Callable[[Sequence[Any], Sequence[Any]], Any]:
        """What makes one leaf of the result, of the outputs and the arguments."""
        if id(x) in self._place:
            place = self._place[id(x)]
            return lambda outputs, leaves: leaves[place]
        if isinstance(x, Tensor):
            if not isinstance(x._raw, Traced) and not x.inputs:
                return lambda outputs, leaves: x
            number, needs = self._add(self._recorder.read(x)), x.requires_grad
            return lambda outputs, leaves: made_tensor(outputs[number], needs)
        if isinstance(x, np.ndarray):
            number = self._add(x)
            if isinstance(x, Traced) and x.is_number:
                return lambda outputs, leaves: outputs[number].item()
            if isinstance(x, Traced) and x.is_scalar:
                return lambda outputs, leaves: outputs[number][()]
            return lambda outputs, leaves: outputs[number]
        return lambda outputs, leaves: x

    def _gradient(self, gradient: Any) -> int | None:
        if isinstance(gradient, Node):
            self._recorder.refuse(
                "a gradient that is a graph of its own would be left in a tensor: return what is computed "
                "of it, and set the gradient to None"
            )
        return None if gradient is None else self._add(gradient)

    def __call__(self, outputs: Sequence[Array], leaves: Sequence[Any]) -> Any:
        for place, node, number in self._gradients:
            target: Any = node if place is None else leaves[place]
            target._grad = None if number is None else outputs[number]
        return self._rebuild([finish(outputs, leaves) for finish in self._finish])


class _Program(Primitive):
    """What stands where a program has computed a tensor: the way back through it is not there."""

    def _enter_namespaces(self) -> None:
        """It is no function that rules could call."""

    def shares(self, *details: Any) -> Any:
        raise GraphError(
            "backward() through the result of a compiled function, which has kept nothing for a backward "
            "pass: call backward() inside of it, compile value_and_grad(f), or call the function itself"
        )

    def pushforward(self, *details: Any) -> Any:
        self.shares()


_PROGRAM = Tag(_Program("compiled", "compiled", np.asarray))


def made_tensor(array: Array, requires_grad: bool) -> Tensor:
    """A tensor that a program has computed."""
    made = Tensor.holding(array)
    if requires_grad:
        made.requires_grad, made._tag = True, _PROGRAM
    return made
