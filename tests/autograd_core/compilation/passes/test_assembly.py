"""Scattered parts are written side by side; what overlaps, occurs twice or comes from nowhere is still added."""

from functools import partial

import numpy as np
import pytest

from autograd_core.compilation.assembling import Assembly
from autograd_core.compilation.gathering import NOWHERE, Places, gather, scatter
from autograd_core.compilation.passes.assembly import assembly
from autograd_core.compilation.passes.dead_code import dead_code
from autograd_core.compilation.program import interpret
from autograd_core.compilation.writing import bind
from tests.autograd_core.compilation.programs import Written

SIZE = 12
NUMBERS = np.random.default_rng(0)
FIRST = np.array([[0, 1], [2, 3]])
IRREGULAR = np.array([4, 7, 5])
REST = np.array([6, 8, 9, 10, 11])
CASES = {
    "side by side": (FIRST, IRREGULAR),
    "all places": (FIRST, IRREGULAR, REST),
    "overlapping views": (FIRST, np.array([2, 4, 6])),
    "overlapping places": (IRREGULAR, np.array([5, 0, 3])),
    "with nowhere": (FIRST, np.array([NOWHERE, 7, 5])),
    "overlapping, with nowhere": (IRREGULAR, np.array([NOWHERE, 7, 5])),
    "twice in one": (FIRST, IRREGULAR, np.array([6, 6, 8])),
    "one alone": (IRREGULAR,),
}


def scattered(*indices, beside=False, length=()):
    """The sum of parts at these places, and of a dense array."""
    written = Written()
    terms = []
    for index in indices:
        part = written.ufunc(np.sin, written.input(NUMBERS.normal(size=index.shape + length)))
        terms.append(written.call(scatter.forward, part, places=Places(index), size=SIZE))
    if beside:
        terms.insert(1, written.input(NUMBERS.normal(size=(SIZE, *length))))
    total = terms[0]
    for term in terms[1:]:
        total = written.ufunc(np.add, total, term)
    written.output(total)
    return written


def improved(written):
    """The functions that are left, after checking that the program means what it did."""
    given = [x.example for x in written.program.inputs]
    expected = interpret(written.program, given)
    assembly(written.program)
    dead_code(written.program)
    for found in (interpret(written.program, given), *(bind(written.program)(*given) for _ in range(2))):
        np.testing.assert_allclose(found, expected, rtol=1e-14)
    return [getattr(x.function, "__name__", "") for x in written.program.instructions]


@pytest.mark.parametrize("length", [(), (3,)], ids=["numbers", "rows"])
@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("indices", CASES.values(), ids=CASES)
def test_sums_of_scattered_parts_are_put_together(indices, beside, length):
    left = improved(scattered(*indices, beside=beside, length=length))
    twice = sum(len(np.unique(x)) < x.size for x in indices)
    assert left.count("assemble") == 1
    assert left.count("_scatter") == twice
    assert left.count("add") == beside + twice


def test_a_part_that_somebody_else_reads_is_scattered_for_him_alone():
    written = scattered(FIRST, IRREGULAR)
    first = written.program.instructions[1].results[0]
    written.output(first)
    left = improved(written)
    assert left.count("assemble") == 2
    assert "_scatter" not in left


def test_a_result_can_be_a_place_with_gaps():
    written = scattered(FIRST, IRREGULAR)
    wide = np.zeros((SIZE, 2))
    written.place(written.program.outputs[0], wide[:, 0])
    improved(written)
    np.testing.assert_array_equal(wide[:, 0] != 0, np.isin(np.arange(SIZE), [0, 1, 2, 3, 4, 5, 7]))


def test_only_what_leaves_places_empty_starts_with_zeros():
    assert Assembly([Places(FIRST), Places(IRREGULAR), Places(REST)], SIZE).full
    written = scattered(*CASES["all places"])
    improved(written)
    assert ".fill(0)" not in bind(written.program).source
    written = scattered(*CASES["side by side"])
    improved(written)
    assert ".fill(0)" in bind(written.program).source


@pytest.mark.parametrize("index", [IRREGULAR, np.array([[0, 5], [2, 3]]), np.array([NOWHERE, 2])], ids=str)
def test_irregular_places_are_picked_into_memory_that_is_there(index):
    written = Written()
    x = written.ufunc(np.sin, written.input(NUMBERS.normal(size=SIZE)))
    picked = written.call(partial(gather.forward), x, places=Places(index))
    written.program.instructions[-1].function = gather.forward
    written.output(picked)
    padded = NOWHERE in index
    assert improved(written) == ["sin", "_gather" if padded else "take"]
