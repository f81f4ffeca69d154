"""Each pass alone, all of them, and all but one: a program means the same afterwards."""

import numpy as np
import pytest

from autograd_core.compilation.passes import PASSES, improve
from autograd_core.compilation.passes.algebra import algebra
from autograd_core.compilation.passes.common_subexpressions import common_subexpressions
from autograd_core.compilation.passes.dead_code import dead_code
from autograd_core.compilation.passes.numbers import numbers
from autograd_core.compilation.passes.sums_of_products import sums_of_products
from autograd_core.compilation.program import interpret
from autograd_core.compilation.writing import bind
from tests.autograd_core.compilation.programs import (
    RandomProgram,
    Written,
    add_at,
    assert_same_runs,
    interpreted,
    same,
)

NAMES = sorted({each.__name__ for each in PASSES})
LEFT_OUT = [(), *((name,) for name in NAMES), *(tuple(x for x in NAMES if x != name) for name in NAMES)]
X = np.arange(1.0, 13.0).reshape(3, 4)


@pytest.mark.parametrize("without", LEFT_OUT, ids=" ".join)
def test_random_programs_mean_the_same(without):
    for seed in range(6):
        one, other = RandomProgram(seed), RandomProgram(seed)
        improve(one.program, without)
        runs = [one.inputs() for _ in range(2)]
        assert_same_runs((one, bind(one.program, poison=True)), interpreted(other), runs)


def calls(program):
    return [getattr(x.function, "__name__", "view") for x in program.instructions]


def improved(written, *passes):
    """The calls that are left, after checking that the program means what it did."""
    given = [x.example for x in written.program.inputs]
    with np.errstate(all="ignore"):
        before = interpret(written.program, given)
        for each in passes:
            each(written.program)
        after = interpret(written.program, given)
    for a, b in zip(before, after, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    return calls(written.program)


def test_dead_code_keeps_what_does_something():
    written = Written()
    x = written.input(X)
    written.ufunc(np.sin, written.ufunc(np.cos, x))
    written.guard(written.ufunc(np.greater, written.product(np.add.reduce, x, axis=None), 0.0))
    drawn = written.call(lambda: np.zeros(3))
    drawn.maker.pure = False
    written.effect(np.abs, written.ufunc(np.exp, x))
    written.output(written.ufunc(np.tan, x))
    assert improved(written, dead_code) == ["reduce", "greater", "bool", "<lambda>", "exp", "absolute", "tan"]


@pytest.mark.parametrize("ones", [np.ones((3, 4)), np.broadcast_to(1.0, (3, 4)), np.ones((1, 1)), 1.0])
def test_repeated_numbers_become_numbers(ones):
    written = Written()
    x = written.input(X)
    written.output(written.ufunc(np.add, x, ones))
    improved(written, numbers)
    (number,) = written.program.instructions[0].operands[1:]
    assert number.shape == ()
    assert number.dtype == np.float64


def test_arrays_that_give_the_result_its_shape_or_differ_in_a_sign_stay_arrays():
    written = Written()
    row = written.input(X[0])
    shape, signs = np.ones((3, 4)), np.array([0.0, -0.0, 0.0, 0.0])
    written.output(written.ufunc(np.add, row, shape), written.ufunc(np.divide, row, signs))
    numbers(written.program)
    assert [x.operands[1] is y for x, y in zip(written.program.instructions, (shape, signs))] == [True, True]


@pytest.mark.parametrize(
    ("function", "operands", "left"),
    [
        (np.multiply, ("x", 1.0), []),
        (np.power, ("x", 1.0), []),
        (np.power, ("x", 2.0), ["multiply"]),
        (np.square, ("x",), ["multiply"]),
        (np.power, ("x", 3.0), ["multiply", "multiply"]),
        (np.power, ("x", 0.5), ["sqrt"]),
        (np.power, ("x", -1.0), ["reciprocal"]),
        (np.power, ("x", 1.5), ["power"]),
        (np.divide, ("x", 4.0), ["multiply"]),
        (np.divide, ("x", 0.0), ["divide"]),
        (np.multiply, (3.0, "x"), ["multiply"]),
    ],
)
def test_algebra_of_one_instruction(function, operands, left):
    written = Written()
    x = written.input(X)
    written.output(written.ufunc(function, *(x if each == "x" else each for each in operands)))
    assert improved(written, numbers, algebra) == left


def test_factors_meet_and_signs_become_differences():
    written = Written()
    x, y = written.input(X), written.input(X + 1)
    third = written.ufunc(np.divide, written.ufunc(np.multiply, 2.0, written.ufunc(np.negative, x)), 3.0)
    minus = written.ufunc(np.negative, y)
    sums = [
        written.ufunc(np.add, minus, x),
        written.ufunc(np.add, x, minus),
        written.ufunc(np.subtract, x, minus),
    ]
    written.output(third, *sums)
    assert improved(written, numbers, algebra, dead_code) == ["multiply", "subtract", "subtract", "add"]


def test_a_factor_goes_into_a_sum_that_nobody_else_reads():
    for read in (False, True):
        written = Written()
        x = written.input(X)
        half = written.ufunc(np.add, written.ufunc(np.multiply, x, 0.5), 0.5)
        written.output(written.ufunc(np.multiply, half, 3.0), *([half] if read else []))
        left = improved(written, numbers, algebra, dead_code)
        assert left == ["multiply", "add", *["multiply"] * read]


def test_whole_numbers_become_arrays_of_the_dtype_beside_them():
    written = Written()
    small = written.input(np.arange(4, dtype=np.uint8))
    written.output(written.ufunc(np.less, small, 3), written.ufunc(np.less, small, 300))
    improved(written, numbers)
    first, second = (x.operands[1] for x in written.program.instructions)
    assert first.dtype == np.uint8
    assert second == 300
    assert type(second) is int


def test_algebra_leaves_integers_and_other_precisions_alone():
    written = Written()
    whole, single = written.input(np.arange(1, 5)), written.input(np.ones(4, np.float32))
    written.output(
        written.ufunc(np.divide, whole, np.array(2)),
        written.ufunc(np.power, whole, np.array(2)),
        written.ufunc(np.multiply, single, np.array(1.0)),
    )
    before = calls(written.program)
    assert improved(written, numbers, algebra) == before


def test_a_view_of_everything_is_the_array_itself():
    written = Written()
    x = written.input(X)
    written.output(written.ufunc(np.sin, written.view(lambda a: a[:], x)))
    assert improved(written, algebra) == ["sin"]


def test_equal_instructions_are_carried_out_once():
    written = Written()
    x, w = written.input(X), written.live(X.T)
    twice = [
        written.product(np.matmul, x, written.ufunc(np.sin, written.view(lambda a: a.T.T, w)))
        for _ in range(2)
    ]
    shifted = [written.ufunc(np.add, twice[0], np.full(3, 2.0)) for _ in range(2)]
    written.output(written.ufunc(np.add, *twice), *shifted)
    assert improved(written, common_subexpressions) == ["<lambda>", "sin", "matmul", "add", "add"]


def test_what_is_changed_in_place_is_not_equal_to_what_it_was():
    written = Written()
    x = written.input(X)
    first, second = (written.ufunc(np.sin, x) for _ in range(2))
    written.output(written.modify(add_at, first, np.array([0]), 1.0), second)
    assert improved(written, common_subexpressions) == ["sin", "sin", "add_at"]


def test_a_draw_of_random_numbers_is_made_as_often_as_it_was():
    written = Written()
    generator = np.random.default_rng(0)
    draws = [written.call(generator.random, 3) for _ in range(2)]
    for draw in draws:
        draw.maker.pure = False
    written.output(*draws)
    common_subexpressions(written.program)
    assert len(written.program.instructions) == 2


def test_what_a_kernel_hands_on_keeps_its_name():
    """Otherwise nobody would know that the memory is still in use."""
    written = Written()
    x = written.ufunc(np.sin, written.input(X))
    one = written.ufunc(np.multiply, x, 1.0)
    written.output(written.ufunc(np.subtract, written.call(same, one), written.ufunc(np.cos, x)))
    assert improved(written, numbers, algebra) == ["sin", "multiply", "same", "cos", "subtract"]


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_sum_of_products_is_a_scalar_product(order):
    written = Written()
    x, y = written.input(np.array(X, order=order)), written.input(np.array(X + 1, order=order))
    written.output(written.product(np.add.reduce, written.ufunc(np.multiply, x, y), axis=None))
    assert improved(written, sums_of_products, dead_code) == ["view", "view", "dot"]


@pytest.mark.parametrize("keep", [False, True])
def test_a_sum_of_products_along_rows_is_one_for_each(keep):
    written = Written()
    x = written.input(X)
    products = written.ufunc(np.multiply, x, x)
    written.output(written.product(np.add.reduce, products, axis=1, **({"keepdims": True} if keep else {})))
    assert improved(written, sums_of_products, dead_code) == ["vecdot", *["view"] * keep]


def test_products_that_somebody_else_reads_or_that_lie_otherwise_are_summed():
    written = Written()
    x, other = written.input(X), written.input(np.asfortranarray(X))
    read = written.ufunc(np.multiply, x, x)
    across = written.ufunc(np.multiply, x, other)
    written.output(
        read,
        *(written.product(np.add.reduce, each, axis=None) for each in (read, across)),
        written.product(np.add.reduce, written.ufunc(np.multiply, x, x), axis=0),
    )
    assert "dot" not in improved(written, sums_of_products)
