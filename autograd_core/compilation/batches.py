"""A function of one sample, replayed for many samples at once.

The graph of single numbers is recorded for the first sample. Its inputs get one axis more, that of the
samples, and so does every array that depends on them; a matrix of weights meets all samples side by side, as
one wide matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, update_wrapper
from typing import Any, Literal

import numpy as np

from ..context import is_recording
from ..errors import CompilationError, DomainError, ShapeError
from ..transforms.trees import flatten
from ..value import Value
from .lifting import Lifted
from .matrices import Matrices
from .program import GuardError
from .values import CompiledNumber, ValueRun, agrees

__all__ = ["Batch", "BatchRun", "Batched"]

Batch = Literal["sum", "each"]


class Batched:
    """A function of one sample as a function of many: arrays of floats have an axis of samples in front, all
    else is the same for each. The results are added up, or listed.

    >>> Batched(lambda x, scale: x * scale, "sum")(np.array([1.0, 2.0]), 10.0)
    30.0
    >>> Batched(lambda x, scale: x * scale, "each")(np.array([1.0, 2.0]), 10.0)
    [10.0, 20.0]
    """

    def __init__(self, function: Callable[..., Any], batch: Batch) -> None:
        if batch not in ("sum", "each"):
            raise DomainError(
                f"compile(batch={batch!r}): 'sum' adds up what the samples give, 'each' lists it"
            )
        update_wrapper(self, function)
        self.function, self.batch = function, batch

    def __call__(self, *given: Any, **named: Any) -> Any:
        leaves, rebuild = flatten((given, named))
        results = []
        for i in range(samples_in(leaves)):
            positional, by_name = rebuild(sample_of(leaves, i))
            results.append(flatten(self.function(*positional, **by_name)))
        _, rebuild_result = results[0]
        of_all = zip(*[found for found, _ in results], strict=True)
        return rebuild_result([_together(found, self.batch) for found in of_all])


def _together(found: Sequence[Any], batch: Batch) -> Any:
    """The results of all samples; of what is no number, that of the first."""
    if not isinstance(found[0], Value | float | int | np.floating):
        return found[0]
    return sum(found[1:], found[0]) if batch == "sum" else list(found)


def _has_samples(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind == "f" and x.ndim > 0


def samples_in(leaves: Sequence[Any]) -> int:
    """How many samples there are.

    Raises:
        ShapeError: if there are none, or if arrays have different numbers of them.
    """
    counts = sorted({len(x) for x in leaves if _has_samples(x)})
    if len(counts) != 1 or not counts[0]:
        raise ShapeError(
            "a function compiled with batch= takes arrays of floats with one axis of samples in front; "
            + (f"it was given {' and '.join(map(str, counts))} samples" if counts else "it was given none")
        )
    return counts[0]


def sample_of(leaves: Sequence[Any], i: int) -> list[Any]:
    """The leaves for one sample."""
    return [(float(x[i]) if x.ndim == 1 else x[i]) if _has_samples(x) else x for x in leaves]


class BatchRun:
    """One recorded run of a function of one sample, and its replays for many.

    Attributes:
        result: what the first call gives.

    Raises:
        CompilationError: if it cannot be carried out for all samples at once.
    """

    def __init__(self, batched: Batched, given: Any, leaves: Sequence[Any]) -> None:
        self._each = batched.batch == "each"
        self._samples = samples_in(leaves)
        first = sample_of(leaves, 0)
        one = self._one = ValueRun(batched.function, flatten(given)[1](first), first)
        lifted = Lifted(one.scalars)
        numbers = one.numbers(first)
        if not agrees(lifted, one.way.forward(*numbers), numbers):
            raise CompilationError("a function in it takes single numbers only, not those of all samples")
        self.way = Matrices(lifted, self._samples, self._each)
        kind = CompiledNumber if self._each else partial(_CompiledSum, self.way)
        self._operations = [kind(one, k) if depends else None for k, depends in enumerate(one.depends)]
        try:
            self.result = self(leaves)
        except GuardError:
            raise CompilationError("the samples take different ways through the function") from None

    def fits(self) -> bool:
        """Whether what the function reads beside its arguments is what it was."""
        return self._one.fits()

    @property
    def source(self) -> str:
        """The text of the function that replays the program."""
        return self.way.source

    def explain(self) -> str:
        """The program as a table."""
        return self.way.explain()

    def _inputs(self, leaves: Sequence[Any]) -> Any:
        """One row for each input, one column for each sample."""
        rows = [
            np.reshape(x, (self._samples, -1)).T if _has_samples(x) else np.full((1, self._samples), x)
            for x in (leaves[i] for i in self._one.inputs)
        ]
        return np.concatenate(rows) if rows else np.zeros((0, self._samples))

    def __call__(self, leaves: Sequence[Any]) -> Any:
        """The results for other samples.

        Raises:
            GuardError: if the function would do something else for one of them.
        """
        operands, inputs = self._one.parameters(leaves), self._inputs(leaves)
        parameters: Any = np.array([v._raw for v in operands])
        if self._each:
            parameters = parameters[:, None]
        count = len(self._operations)
        gradients: list[Any] = [None] * count
        numbers: Any = None
        for k, operation in enumerate(self._operations):
            if operation is not None and is_recording():
                unit = np.arange(count)[:, None] == k
                numbers, gradient = self.way.run(parameters, inputs, unit)
                gradients[k] = gradient.copy()
        if numbers is None:
            numbers, _ = self.way.run(parameters, inputs)
        self._one.check(numbers)
        made = [
            self._made(operation, numbers[k], operands, gradients[k], inputs)
            for k, operation in enumerate(self._operations)
        ]
        batch: Batch = "each" if self._each else "sum"
        return self._one.rebuilt(made, lambda x: _together([x] * self._samples, batch))

    def _made(self, operation: Any, numbers: Any, operands: list[Value], gradient: Any, inputs: Any) -> Any:
        if operation is None or gradient is None:
            plain: Any = numbers.tolist() if self._each else float(numbers.sum())
            if operation is None:
                return plain
            return [Value(x) for x in plain] if self._each else Value(plain)
        if not self._each:
            total = float(numbers.sum())
            return operation.applied(total, operands, gradient.tolist(), inputs.ravel().tolist())
        return [
            operation.applied(y, operands, slopes, x)
            for y, slopes, x in zip(numbers.tolist(), gradient.T.tolist(), inputs.T.tolist(), strict=True)
        ]


class _CompiledSum(CompiledNumber):
    """A result added up over samples, as an operation on parameters; its further operands are the inputs of
    all samples, one input after the other.
    """

    def __init__(self, way: Matrices, run: ValueRun, index: int) -> None:
        self._way = way
        super().__init__(run, index)

    def _again(self, *operands: Any) -> Any:
        count = len(self._run.scalars.parameters)
        parameters, inputs = operands[:count], operands[count:]
        samples = len(inputs) // len(self._run.scalars.inputs)
        return sum(super(_CompiledSum, self)._again(*parameters, *inputs[i::samples]) for i in range(samples))

    def _on_floats(self, *operands: float) -> float:
        count, results = len(self._run.scalars.parameters), self._run.scalars.results
        inputs = np.reshape(operands[count:], (len(self._run.scalars.inputs), -1))
        outputs, _ = self._way.run(np.array(operands[:count]), inputs, np.zeros((results, 1)))
        return float(outputs[self._index].sum())
