"""Programs written by hand, line by line, and random ones; and the check that two ways to run one agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from autograd_core.compilation.program import (
    Array,
    Instruction,
    Place,
    Program,
    Variable,
    interpret,
)

_ROWS = 6


def bare(operand: Any) -> Any:
    """What a variable held in the recorded run."""
    if isinstance(operand, Variable):
        return operand.example
    return type(operand)(map(bare, operand)) if type(operand) in (tuple, list) else operand


class Written:
    """A program that is written like NumPy code: each call adds an instruction and gives its variable.

    ``outside`` are the arrays that belong to somebody else, by name.
    """

    def __init__(self) -> None:
        self.program = Program()
        self.outside: dict[str, Array] = {}

    def input(self, example: Any) -> Variable:
        self.program.inputs.append(Variable("input", np.array(example)))
        return self.program.inputs[-1]

    def live(self, array: Any) -> Variable:
        array = np.array(array)
        self.outside[f"live {len(self.outside)}"] = array
        return Variable("live", array)

    def constant(self, array: Any) -> Variable:
        return Variable("constant", np.array(array))

    def _add(self, kind: Any, function: Callable[..., Any], operands: Any, **keywords: Any) -> Variable:
        name = getattr(function, "__name__", "")
        with np.errstate(all="ignore"):
            example = function(*map(bare, operands), **{k: bare(x) for k, x in keywords.items()})
        result = Variable("temporary", np.asarray(example))
        self.program.instructions.append(Instruction(kind, function, list(operands), keywords, result, name))
        return result

    def ufunc(self, function: Callable[..., Any], *operands: Any) -> Variable:
        return self._add("ufunc", function, operands)

    def product(self, function: Callable[..., Any], *operands: Any, **keywords: Any) -> Variable:
        return self._add("product", function, operands, **keywords)

    def view(self, function: Callable[..., Any], *operands: Any) -> Variable:
        return self._add("view", function, operands)

    def call(self, function: Callable[..., Any], *operands: Any, **keywords: Any) -> Variable:
        return self._add("call", function, operands, **keywords)

    def calls(self, function: Callable[..., Any], *operands: Any) -> tuple[Variable, ...]:
        """A call with several results."""
        results = tuple(Variable("temporary", np.asarray(x)) for x in function(*map(bare, operands)))
        self.program.instructions.append(Instruction("call", function, list(operands), result=results))
        return results

    def modify(self, function: Callable[..., Any], *operands: Any) -> Variable:
        function(*map(bare, operands))
        result = Variable("temporary", operands[0].example)
        self.program.instructions.append(Instruction("modify", function, list(operands), result=result))
        return result

    def guard(self, operand: Variable) -> None:
        expected = bool(operand.example)
        self.program.instructions.append(
            Instruction("guard", bool, [operand], expected=expected, source="if")
        )

    def effect(self, function: Callable[..., Any], *operands: Any) -> None:
        self.program.instructions.append(Instruction("effect", function, list(operands), source="effect"))

    def place(self, variable: Variable, array: Array) -> None:
        self.program.places.append(Place(variable, array))

    def output(self, *variables: Variable) -> Program:
        self.program.outputs += variables
        return self.program


# -- random programs ------------------------------------------------------------------------------

UNARY = (np.tanh, np.sin, np.abs, np.negative, np.square)
BINARY = (np.add, np.subtract, np.multiply, np.maximum, np.minimum, np.add, np.multiply)


def add_at(target: Array, places: Array, numbers: Any) -> None:
    target.reshape(-1)[places] += numbers


def put(target: Array, numbers: Array) -> None:
    target[...] = numbers


def half_sorted(x: Array) -> Array:
    return np.sort(x, axis=-1) * x.dtype.type(0.5)


def both(x: Array) -> tuple[Array, Array]:
    """The second is memory of the operand."""
    return np.cos(x), x


def same(x: Array) -> Array:
    """A kernel that hands on what it was given."""
    return x


class NothingFitsError(Exception):
    """There is no variable yet that such an instruction could take."""


class RandomProgram(Written):
    """A program of about ``length`` instructions; the same one again from the same seed."""

    def __init__(self, seed: int, length: int = 25) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.dtype = np.dtype(self.random.choice(["f4", "f8"]))
        self.shapes = [(_ROWS, 4), (4, 4), (4,), (_ROWS, 1), (), (2, 3, 4), (_ROWS, 40)]
        self.frozen: set[Variable] = set()  # what was changed in place since, or may be
        self.variables = [self.input(self._some(self.random.choice(self.shapes))) for _ in range(2)]
        self.variables += [self.live(self._some(shape)) for shape in self.shapes[:4]]
        self.variables += [self.constant(self._constant(shape)) for shape in self.shapes]
        self.flat = np.zeros(800, self.dtype)
        self.outside["flat"] = self.flat
        for _ in range(length):
            self._step()
        self._end()

    def _some(self, shape: tuple[int, ...]) -> Array:
        return self.numbers.normal(size=shape).astype(self.dtype)

    def _constant(self, shape: tuple[int, ...]) -> Array:
        if self.random.random() < 0.5:
            return np.full(shape, self.random.choice([0.0, 1.0, 2.0, -1.0, 0.5]), self.dtype)
        return self._some(shape)

    def inputs(self) -> list[Array]:
        """Other numbers for the inputs."""
        return [self._some(x.shape) for x in self.program.inputs]

    def _pick(self, fits: Callable[[Variable], bool] = lambda x: True) -> Variable:
        found = [x for x in self.variables if x.owner not in self.frozen and fits(x)]
        if not found:
            raise NothingFitsError
        return self.random.choice(found[-12:] if self.random.random() < 0.7 else found)

    def _beside(self, x: Variable) -> Any:
        """An operand that x can be combined with, without growing."""

        def fits(y: Variable) -> bool:
            try:
                return np.broadcast_shapes(x.shape, y.shape) == x.shape
            except ValueError:
                return False

        return self.random.choice([self._pick(fits), self._pick(fits), 0.5, np.array(2, self.dtype), 1.0, x])

    def _step(self) -> None:
        kinds = ["unary", "binary", "binary", "reduce", "matmul", "dot", "view", "call", "sum", "scale"]
        kind = self.random.choice([*kinds, "modify", "take", "order", "pair"])
        with suppress(NothingFitsError):
            self.variables.append(getattr(self, f"_{kind}")())

    def _unary(self) -> Variable:
        return self.ufunc(self.random.choice(UNARY[:4]), self._pick())

    def _scale(self) -> Variable:
        x = self._pick()
        number = np.array(self.random.choice([0.5, 2.0, -1.0, 1.0]), self.dtype)
        function, operands = self.random.choice(
            [
                (np.multiply, (x, number)),
                (np.multiply, (number, x)),
                (np.divide, (x, number)),
                (np.negative, (x,)),
                (np.power, (self.ufunc(np.tanh, x), self.random.choice([1, 2.0]))),
                (np.square, (self.ufunc(np.tanh, x),)),
            ]
        )
        return self.ufunc(function, *operands)

    def _binary(self) -> Variable:
        x = self._pick()
        operands = [x, self._beside(x)]
        if self.random.random() < 0.3:
            operands.reverse()
        return self.ufunc(np.tanh, self.ufunc(self.random.choice(BINARY), *operands))

    def _reduce(self) -> Variable:
        x = self._pick(lambda x: x.example.ndim > 0)
        axis = self.random.choice([None, 0, x.example.ndim - 1])
        keep = {"keepdims": True} if self.random.random() < 0.5 else {}
        function = self.random.choice([np.add.reduce, np.maximum.reduce])
        return self.ufunc(np.tanh, self.product(function, x, axis=axis, **keep))

    def _sum(self) -> Variable:
        x = self._pick(lambda x: x.example.ndim > 0)
        y = self._pick(lambda y: y.shape == x.shape)
        axis = self.random.choice([None, None, x.example.ndim - 1])
        return self.ufunc(np.tanh, self.product(np.add.reduce, self.ufunc(np.multiply, x, y), axis=axis))

    def _matmul(self) -> Variable:
        a = self._pick(lambda x: x.example.ndim > 1)
        b = self._pick(lambda x: x.example.ndim == 2 and x.shape[0] == a.shape[-1])
        return self.ufunc(np.sin, self.product(np.matmul, a, b))

    def _dot(self) -> Variable:
        a = self._pick(lambda x: x.shape == (4,))
        return self.product(np.dot, a, self._pick(lambda x: x.shape[:1] == (4,) and x.example.ndim < 3))

    def _view(self) -> Variable:
        x = self._pick(lambda x: x.example.ndim > 0)
        views: list[tuple[Any, ...]] = [
            (np.transpose, x),
            (lambda a: a[..., :1], x),
            (lambda a: a[::2], x),
            (lambda a: a[None], x),
        ]
        if x.example.flags.c_contiguous:
            views.append((lambda a: a.reshape(-1), x))
        return self.view(*self.random.choice(views))

    def _order(self) -> Variable:
        x = self._pick(lambda x: x.example.ndim > 1)
        return self.call(np.array, x, order=self.random.choice("CF"))

    def _call(self) -> Variable:
        return self.call(
            *self.random.choice(
                [(half_sorted, self._pick(lambda x: x.example.ndim > 0)), (same, self._pick())]
            )
        )

    def _pair(self) -> Variable:
        return self.ufunc(np.subtract, *self.calls(both, self._pick()))

    def _take(self) -> Variable:
        x = self._pick(lambda x: x.example.ndim == 1)
        places = self.numbers.integers(0, x.example.size, 4)
        return self.product(np.take, x, places, mode="clip")

    def _modify(self) -> Variable:
        """A copy is changed in place, and not read under its old names from then on."""
        x = self.ufunc(np.sin, self._pick(lambda x: x.shape == (_ROWS, 4)))
        if not x.example.flags.c_contiguous:
            raise NothingFitsError
        names = [y for y in self.variables if y.owner is x]
        self.frozen.update(names)
        return self.modify(add_at, x, np.array([1, 5]), self._pick(lambda x: x.shape == ()))

    def _end(self) -> None:
        big = self.variables[-1]
        test = self.ufunc(
            np.greater_equal, self.product(np.add.reduce, self.ufunc(np.abs, big), axis=None), 0.0
        )
        self.guard(test)
        made = [x for x in self.variables if x.maker is not None and x.owner not in self.frozen]
        start = 0
        for x in self.random.sample(made, min(3, len(made))):
            self.place(x, self.flat[start : start + x.example.size].reshape(x.shape))
            start += x.example.size
        gap = self._pick(lambda x: x.example.ndim == 2)
        wide = np.zeros((gap.shape[0], gap.shape[1] + 3), self.dtype)
        self.outside["wide"] = wide
        self.place(gap, wide[:, 1:-2])
        state = np.zeros(big.shape, big.dtype)
        self.outside["state"] = state
        self.effect(put, state, big)
        self.output(*(self._pick() for _ in range(3)), self.variables[-1])


# -- the check ------------------------------------------------------------------------------------


def assert_same_runs(
    one: tuple[Written, Callable[..., Any]],
    other: tuple[Written, Callable[..., Any]],
    inputs: list[list[Array]],
) -> None:
    """Two ways to run two copies of a program: outputs and what is outside agree after each run."""
    for given in inputs:
        mine, theirs = one[1](*given), other[1](*given)
        for a, b in zip(mine, theirs, strict=True):
            assert a.shape == b.shape
            assert a.dtype == b.dtype
            _assert_close(a, b)
        for name, array in one[0].outside.items():
            _assert_close(array, other[0].outside[name])


def _assert_close(a: Array, b: Array) -> None:
    tolerance = 1e-11 if a.dtype == np.float64 else 1e-4
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def interpreted(written: Written) -> tuple[Written, Callable[..., Any]]:
    """A program as the plain interpreter runs it."""
    return written, lambda *inputs: interpret(written.program, inputs)
