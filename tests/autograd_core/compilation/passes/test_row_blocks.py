"""What treats each row by itself is carried out some rows at a time, with the same results."""

import importlib

import numpy as np
import pytest

from autograd_core.compilation.listing import listing
from autograd_core.compilation.passes import improve
from autograd_core.compilation.passes.row_blocks import row_blocks
from autograd_core.compilation.program import GuardError, interpret
from autograd_core.compilation.rows import Rows
from autograd_core.compilation.writing import bind
from tests.autograd_core.compilation.programs import (
    RandomProgram,
    Written,
    assert_same_runs,
    interpreted,
)

ROWS, COLUMNS = 4096, 256
NUMBERS = np.random.default_rng(0)


def softmax(rows=ROWS):
    """The softmax of rows, the sum of its products with weights, and the gradient of that."""
    written = Written()
    x, w = (
        written.input(NUMBERS.normal(size=(rows, COLUMNS))),
        written.live(NUMBERS.normal(size=(rows, COLUMNS))),
    )
    largest = written.product(np.maximum.reduce, x, axis=1, keepdims=True)
    written.guard(written.product(np.logical_and.reduce, written.ufunc(np.isfinite, largest), axis=None))
    powers = written.ufunc(np.exp, written.ufunc(np.subtract, x, largest))
    total = written.product(np.matmul, powers, written.constant(np.ones((COLUMNS, 1))))
    y = written.ufunc(np.divide, powers, total)
    flat = [written.view(lambda a: a.reshape(-1), each) for each in (y, w)]
    loss = written.product(np.dot, *flat)
    along = written.product(np.vecdot, y, w)
    along = written.view(lambda a: a.reshape(rows, 1), along)
    gradient = written.ufunc(np.multiply, written.ufunc(np.subtract, w, along), y)
    columns = written.product(np.matmul, written.constant(np.ones(rows)), gradient)
    return written, (loss, gradient, columns)


def loops(program):
    return [x for x in program.instructions if isinstance(x.function, Rows)]


@pytest.mark.parametrize("interpreted_only", [True, False])
def test_a_softmax_and_its_gradient_are_one_loop(interpreted_only):
    written, results = softmax()
    written.output(*results)
    x = written.program.inputs[0].example
    expected = interpret(written.program, [x])
    row_blocks(written.program)
    (loop,) = loops(written.program)
    assert len(loop.function.body.instructions) > 10
    assert ROWS % loop.function.block == 0
    found = interpret(written.program, [x]) if interpreted_only else bind(written.program)(x)
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def test_what_is_needed_on_the_way_has_the_size_of_a_block():
    written, results = softmax()
    flat = np.zeros((ROWS, COLUMNS))
    written.place(results[1], flat)
    replay = bind(written.output(results[0]))
    row_blocks(written.program)
    in_blocks = bind(written.program)
    assert in_blocks.placement.bytes < replay.placement.bytes / 10
    assert "\n        for " in in_blocks.source
    assert "rows(" in listing(in_blocks)
    x = NUMBERS.normal(size=(ROWS, COLUMNS))
    replay(x)
    expected = flat.copy()
    in_blocks(x)
    np.testing.assert_allclose(flat, expected, rtol=1e-10, atol=1e-12)


def test_a_guard_in_between_is_asked_after_the_loop():
    written, results = softmax()
    written.output(*results)
    row_blocks(written.program)
    replay = bind(written.program)
    with pytest.raises(GuardError):
        replay(np.full((ROWS, COLUMNS), np.inf))
    replay(np.zeros((ROWS, COLUMNS)))


@pytest.mark.parametrize("rows", [512, 4099], ids=["in the cache", "a prime number"])
def test_small_matrices_and_rows_that_cannot_be_divided_stay_whole(rows):
    written, results = softmax(rows)
    written.output(*results)
    row_blocks(written.program)
    assert not loops(written.program)


@pytest.fixture
def for_any_size(monkeypatch):
    """Blocks for small matrices too."""
    module = importlib.import_module("autograd_core.compilation.passes.row_blocks")
    sizes = {"_BEYOND_CACHES": 0, "_FEWEST": 1, "_SMALLEST_BLOCK": 1, "_BLOCK": 300}
    for name, value in sizes.items():
        monkeypatch.setattr(module, name, value)


@pytest.mark.usefixtures("for_any_size")
def test_a_total_that_is_needed_begins_a_second_loop():
    written = Written()
    x = written.input(NUMBERS.normal(size=(6, 4)))
    mean = written.product(np.add.reduce, x, axis=0)
    centred = written.ufunc(np.subtract, x, mean)
    square = written.product(
        np.matmul, written.constant(np.ones(6)), written.ufunc(np.multiply, centred, centred)
    )
    written.output(written.ufunc(np.divide, centred, square))
    given = [x.example]
    expected = interpret(written.program, given)
    row_blocks(written.program)
    assert len(loops(written.program)) >= 2
    np.testing.assert_allclose(bind(written.program)(*given)[0], expected[0], rtol=1e-12)


@pytest.mark.usefixtures("for_any_size")
@pytest.mark.parametrize(
    "others", [(), ("numbers", "algebra", "common_subexpressions", "sums_of_products")], ids=len
)
def test_random_programs_in_blocks_mean_the_same(others):
    count = 0
    for seed in range(12):
        one, other = RandomProgram(seed, 40), RandomProgram(seed, 40)
        improve(one.program, others)
        count += len(loops(one.program))
        runs = [one.inputs() for _ in range(2)]
        assert_same_runs((one, bind(one.program, poison=True, tune=False)), interpreted(other), runs)
    assert count > 5
