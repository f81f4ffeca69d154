"""A function of single numbers, recorded once: Values in place of its arguments, and what it does with them.

Its graph is carried out again by arrays (:mod:`~autograd_core.compilation.matrices`) or by straight lines
(:mod:`~autograd_core.compilation.straight`), whichever takes less time. What comes out is Values again, each
one node of the eager graph: an operation whose operands are the parameters, with the gradient as its local
derivatives. ``backward()`` goes through it as through any other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from itertools import count
from threading import get_ident
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any, NoReturn, Protocol

import numpy as np

from ..context import entered, is_recording, no_grad, recording, tag_in_context
from ..errors import AutogradError, CompilationError
from ..graph import Node
from ..kernels.memory import pause_gc
from ..primitive import Application, Elementwise, Namespace, Primitive, nodes
from ..sweeping import sweep
from ..tensor import Tensor
from ..transforms.trees import flatten
from ..value import Value, told
from .costs import measured_costs
from .guards import Guards
from .lifting import Lifted
from .matrices import Matrices
from .program import GuardError
from .recording import Recorder, line_of_the_user
from .scalars import LEAF, Scalars, flattened
from .straight import StraightLines
from .sums import found_sums

__all__ = [
    "CompiledNumber",
    "ValueRun",
    "agrees",
    "computes_with_numbers",
    "fastest",
    "referred_to",
    "signature",
]

Function = Callable[..., Any]


class Way(Protocol):
    """What carries a graph of numbers out again, by the text ``source``."""

    @property
    def source(self) -> str: ...

    def explain(self) -> str:
        """What is run, in words."""

    def forward(self, parameters: Sequence[float], inputs: Sequence[float]) -> list[float]:
        """The outputs."""

    def backward(
        self, parameters: Sequence[float], inputs: Sequence[float], cotangents: Sequence[float]
    ) -> tuple[list[float], list[float]]:
        """The outputs, and the gradient of the weighted sum of the results by the parameters."""


def signature(given: Any) -> tuple[Hashable, list[Any]]:
    """What a program of numbers depends on beside the numbers, and all leaves of the arguments."""
    leaves: list[Any] = []
    return (_key(given, leaves, {}), is_recording()), leaves


def _key(x: Any, leaves: list[Any], first: dict[int, int]) -> Hashable:
    kind = type(x)
    if kind is list or kind is tuple:
        return kind, *[_key(part, leaves, first) for part in x]
    if kind is dict:
        return kind, *[(key, _key(part, leaves, first)) for key, part in x.items()]
    if isinstance(x, tuple):  # with names
        return kind, *[_key(part, leaves, first) for part in x]
    leaves.append(x)
    if isinstance(x, float | np.floating):
        return (kind,)
    if isinstance(x, Value):
        return kind, first.setdefault(id(x), len(leaves))
    if isinstance(x, np.ndarray):
        if x.dtype.kind != "f":
            return kind, x.dtype, x.shape, x.tobytes()
        return kind, x.shape
    return (kind, x) if kind in (bool, int, complex, str, bytes, type(None)) else (kind, id(x))


def computes_with_numbers(function: Function, given: Any) -> bool:
    """Whether a function looks like one of single numbers: it is given Values, or floats while there are no
    tensors, neither among the arguments nor among what it refers to.
    """
    leaves = flatten(given)[0]
    if any(isinstance(x, Value) for x in leaves):
        return True
    if not any(isinstance(x, float | np.floating) for x in leaves):
        return False
    every = [*leaves, *referred_to(function)]
    if any(isinstance(x, Node) and x.rank > 1 for x in every):
        return False
    return any(isinstance(x, Value) for x in every) or not any(isinstance(x, np.ndarray) for x in leaves)


def referred_to(function: Function) -> Iterator[Any]:
    """The nodes that can be reached from the names that a function uses."""
    waiting: list[Any] = [function]
    seen = set()
    while waiting:
        x = waiting.pop()
        if id(x) in seen or isinstance(x, ModuleType | type):
            continue
        seen.add(id(x))
        if isinstance(x, Node):
            yield x
        elif isinstance(x, FunctionType):
            waiting += [cell.cell_contents for cell in x.__closure__ or () if cell != CellType()]
            waiting += [x.__globals__[name] for name in x.__code__.co_names if name in x.__globals__]
        elif isinstance(x, MethodType):
            waiting += [x.__func__, x.__self__]
        elif isinstance(x, list | tuple | set):
            waiting += x
        elif isinstance(x, dict):
            waiting += x.values()
        elif isinstance(x, partial):
            waiting += [x.func, x.args, x.keywords]
        elif not isinstance(x, Primitive):
            waiting += vars(x).values() if hasattr(x, "__dict__") else ()


_LONGEST = 20_000
"""So many operations are the most that are written as lines: the text takes memory, and time to compile."""


class ValueRun:
    """One recorded run of a function of Values, and its replays: called with the leaves of other arguments,
    it gives what the function would return for them.

    Floats among the arguments are inputs, Values are parameters, and so are the Values that the function
    finds elsewhere. Everything else belongs to the run.

    Attributes:
        scalars: what was recorded.
        way: how it is carried out again.
        result: what the first run returned.

    Raises:
        CompilationError: if the function does something with numbers that its graph does not show.

    >>> w = Value(3.0)
    >>> run = ValueRun(lambda x: w * x if x > 0 else 0.0, ((2.0,), {}), [2.0])
    >>> y = run([5.0])
    >>> y.backward()
    >>> y.data, w.grad
    (15.0, 5.0)
    >>> run([-1.0])
    Traceback (most recent call last):
    autograd_core.compilation.program.GuardError: a comparison of numbers has another outcome
    """

    def __init__(self, function: Function, given: Any, leaves: Sequence[Any]) -> None:
        rebuild = flatten(given)[1]
        stand_ins = [_stand_in(x) for x in leaves]
        first = {id(x): i for i, x in reversed(list(enumerate(leaves))) if isinstance(x, Value)}
        self.inputs = [i for i, x in enumerate(leaves) if isinstance(x, float | np.floating | np.ndarray)]
        inputs = [v for i in self.inputs for v in np.ravel(stand_ins[i])]
        self._given = list(first.values())  # an argument that is there twice is one
        positional, named = rebuild([stand_ins[first.get(id(x), i)] for i, x in enumerate(leaves)])
        self._guards = Guards(function)
        result, looks = _watched_run(function, positional, named, self._guards)
        outputs, self._rebuild = flatten(result)
        for y in outputs:
            if isinstance(y, Node | np.ndarray) and not isinstance(y, Value):
                raise CompilationError(f"the function returns {type(y).__name__}s beside Values")
        values = list({id(y): y for y in outputs if isinstance(y, Value)}.values())
        watched = list({id(x): x for look in looks for x in look[1:3] if isinstance(x, Value)}.values())
        self._found: list[Value] = []
        self.scalars = flattened(
            values,
            [stand_ins[i] for i in self._given],
            inputs,
            watched=watched,
            found=self._found,
        )
        place = {id(x): i for i, x in enumerate([*values, *watched])}
        self._beside = [float(x) for look in looks for x in look[1:3] if not isinstance(x, Value)]
        behind = count(len(place))
        self._looks = [
            (holds, *[place[id(x)] if isinstance(x, Value) else next(behind) for x in pair], outcome)
            for holds, *pair, outcome in looks
        ]
        of_arguments = {id(stand_ins[i]): i for i in (*self._given, *self.inputs)}
        self._guards.write(Recorder())
        depends = np.full(1, bool(len(self.scalars.parameters)))
        if len(self.scalars.outputs) > 1:
            depends = self.scalars.depending_on(self.scalars.parameters)[self.scalars.outputs]
        self._finish = [
            (of_arguments.get(id(y)), place.get(id(y)), y) if isinstance(y, Value) else (None, None, y)
            for y in outputs
        ]
        self.name = getattr(function, "__name__", "f")
        self.depends = depends[: len(values)].tolist()
        self._operations = [
            CompiledNumber(self, k) if self.depends[k] and y._a is not None else None
            for k, y in enumerate(values)
        ]
        self.way = fastest(self.scalars, [y._raw for y in (*values, *watched)], self.numbers(leaves))
        self.result = self(leaves)

    def parameters(self, leaves: Sequence[Any]) -> list[Value]:
        """Those of the arguments, and those that the function found elsewhere."""
        return [*[leaves[i] for i in self._given], *self._found]

    def numbers(self, leaves: Sequence[Any]) -> tuple[list[float], list[float]]:
        """Parameters and inputs."""
        inputs: list[float] = []
        for i in self.inputs:
            x = leaves[i]
            inputs += x.ravel().tolist() if isinstance(x, np.ndarray) else [float(x)]
        return [v._raw for v in self.parameters(leaves)], inputs

    def fits(self) -> bool:
        """Whether what the function reads beside its arguments is what it was."""
        return self._guards.hold()

    @property
    def source(self) -> str:
        """The text that is run."""
        return self.way.source

    def explain(self) -> str:
        """What is run, in words."""
        return self.way.explain()

    def __call__(self, leaves: Sequence[Any]) -> Any:
        """The result for other arguments, of which ``leaves`` are all leaves.

        Raises:
            GuardError: if the function would do something else for them.
        """
        parameters, inputs = self.numbers(leaves)
        operations = self._operations
        gradients: list[Any] = [()] * len(operations)
        try:
            if is_recording() and any(operations):
                for k, operation in enumerate(operations):
                    if operation is not None:
                        unit = [float(i == k) for i in range(len(operations))]
                        numbers, gradients[k] = self.way.backward(parameters, inputs, unit)
            else:
                numbers = self.way.forward(parameters, inputs)
        except (ArithmeticError, ValueError):
            raise GuardError("Python's floats have no result here") from None
        self.check(numbers)
        operands = self.parameters(leaves)
        made = [
            numbers[k] if operation is None else operation.applied(numbers[k], operands, gradients[k], inputs)
            for k, operation in enumerate(operations)
        ]
        finished = []
        for argument, place, y in self._finish:
            leaf = y if place is None or y._a is None else made[place]
            finished.append(leaf if argument is None else leaves[argument])
        return self._rebuild(finished)

    def check(self, numbers: Sequence[Any]) -> None:
        """See whether comparisons of numbers, or of arrays of those of all samples, have the outcomes that
        they had.

        Raises:
            GuardError: if not.
        """
        seen = [*numbers, *self._beside] if self._looks else ()
        for holds, a, b, outcome in self._looks:
            if np.any(holds(seen[a], seen[b]) != outcome):
                raise GuardError("a comparison of numbers has another outcome")

    def rebuilt(self, made: Sequence[Any], otherwise: Callable[[Any], Any]) -> Any:
        """The structure of the result, with ``otherwise(x)`` in place of any x that is not computed."""
        return self._rebuild([otherwise(y) if place is None else made[place] for _, place, y in self._finish])


def _stand_in(x: Any) -> Any:
    """A Value in place of a number, an array of them in place of an array; anything else as it is."""
    if isinstance(x, Value):
        return Value(x._raw)
    if isinstance(x, np.ndarray):
        made = np.empty(x.shape, object)
        made.reshape(-1)[:] = [Value(number) for number in x.ravel().tolist()]
        return made
    return Value(x) if isinstance(x, float | np.floating) else x


def fastest(scalars: Scalars, outputs: list[float], numbers: tuple[list[float], list[float]]) -> Way:
    """The way that takes the least time by what calls and lines cost here.

    Args:
        scalars: the computation.
        outputs: what it gave. A function of the user's own may be one of single numbers only; then arrays
            give something else, or nothing.
        numbers: what it gave that for, parameters and inputs.

    Raises:
        CompilationError: if the graph is too long for lines and too irregular for arrays.
    """
    prices = measured_costs()
    operations = int(np.count_nonzero(scalars.kind != LEAF))
    of_lines = prices.of_lines(operations)
    if of_lines > prices.of_arrays(1, operations):
        sums = found_sums(scalars)
        if of_lines > prices.of_arrays(int(sums.level.max()), 0):
            lifted = Lifted(scalars, sums)
            of_arrays = prices.of_arrays(len(lifted.steps), lifted.size)
            if of_lines > of_arrays and agrees(lifted, outputs, numbers):
                return Matrices(lifted)
    if operations > _LONGEST:
        raise CompilationError(
            f"a graph of {operations} operations, of which hardly any two can be carried out together"
        )
    return StraightLines(scalars)


def agrees(lifted: Lifted, outputs: list[float], numbers: tuple[list[float], list[float]]) -> bool:
    """Whether arrays give what single numbers gave."""
    try:
        with no_grad(), np.errstate(all="ignore"):
            results, watched = lifted.run(*(Tensor(np.array(x)) for x in numbers))
    except (AutogradError, TypeError, ValueError):
        return False
    found = np.concatenate([results._raw, watched._raw])
    return bool(np.allclose(found, outputs, rtol=1e-6, atol=1e-9, equal_nan=True))


class CompiledNumber(Elementwise):
    """A result of a compiled function as an operation on its parameters: its local derivatives are known with
    it. Where they are to be recorded themselves, the graph is carried out once more.
    """

    def __init__(self, run: ValueRun, index: int) -> None:
        self._run, self._index = run, index
        self.derivatives = ()
        self.arity = 0
        self.floating = True
        self.formula = None
        self.on_floats = self._on_floats
        super(Elementwise, self).__init__(run.name, run.name, self._again)

    def _enter_namespaces(self) -> None:
        """It is no function that rules could call."""

    def _on_floats(self, *operands: float) -> float:
        count = len(self._run.scalars.parameters)
        none = [0.0] * self._run.scalars.results
        return self._run.way.backward(operands[:count], operands[count:], none)[0][self._index]

    def _again(self, *operands: Any) -> Any:
        count = len(self._run.scalars.parameters)
        return self._run.scalars.carried_out(operands[:count], operands[count:])[self._index]

    def applied(
        self, number: float, parameters: Sequence[Value], gradient: Sequence[float], inputs: Sequence[float]
    ) -> Value:
        """The Value that the eager graph goes on with."""
        tag = tag_in_context(self.tag) if entered else self.tag
        y = Value(number)
        if tag is not None:
            y._tag = tag
            y._a, y._da = tuple(parameters), tuple(gradient)
            y._db = (*parameters, *inputs)
        return y

    def local_derivative(self, m: Namespace, index: int, output: Any, inputs: Sequence[Any]) -> Any:
        unit = [i == index for i in range(len(inputs))]
        return self.shares(m, 1.0, Application(output, inputs, {}), unit)[index]

    def shares(self, m: Namespace, cotangent: Any, application: Any, wanted: Sequence[bool]) -> Sequence[Any]:
        if isinstance(application, Value):
            shares = [cotangent * slope for slope in application._da]
            return [*shares, *[None] * (len(wanted) - len(shares))]
        variables = [x if isinstance(x, Node) else Value(x) for x in application.values]
        seed = cotangent if isinstance(cotangent, Node) or m is not nodes else Value(cotangent)
        with recording():
            y = self._again(*variables)
            found = dict(sweep([y], [seed], create_graph=m is nodes, toward=variables))
        return [found.get(x) if asked else None for x, asked in zip(variables, wanted, strict=True)]


class _Listener:
    """Hears what a function does with the numbers of Values, beside computing with them."""

    def __init__(self) -> None:
        self.looks: list[Any] = []
        self.refusal: CompilationError | None = None

    def compare(self, value: Value, holds: Callable[[Any, Any], bool], other: Any, found: bool) -> None:
        self.looks.append((holds, value, other, found))

    def read(self, value: Value) -> NoReturn:
        self._refuse(
            "the plain number of a Value is read, which would be the same at every run; compute with Values"
        )

    def change(self, value: Value) -> NoReturn:
        self._refuse("the number of a Value is changed: do that outside")

    def pull(self, value: Value) -> NoReturn:
        self._refuse("backward() of a Value is called inside: call it on what the compiled function returns")

    def _refuse(self, reason: str) -> NoReturn:
        self.refusal = CompilationError(f"{reason}\n  in {line_of_the_user()}")
        raise self.refusal


def _watched_run(function: Function, positional: Any, named: Any, guards: Guards) -> tuple[Any, list[Any]]:
    """What the function returns, and its comparisons: how, of what with what, and the outcome."""
    thread, listener = get_ident(), _Listener()
    told[thread] = listener
    try:
        try:
            with pause_gc(), guards.reads.observed():
                result = function(*positional, **named)
        finally:
            del told[thread]
        if listener.refusal is not None:  # which the function may have caught
            raise listener.refusal
        guards.settle(Recorder())
    except BaseException:
        guards.put_back()
        raise
    return result, listener.looks
