"""The text of a replay, and what running it leaves alone."""

import warnings

import numpy as np
import pytest

from autograd_core.compilation.program import GuardError, Instruction, Place
from autograd_core.compilation.writing import _surroundings, bind
from tests.autograd_core.compilation.programs import Written, put

X = np.arange(12.0).reshape(3, 4)


def lines(replay):
    """The lines that compute something."""
    return [x.strip() for x in replay.source.splitlines() if x.startswith(" " * 8)][:-1]


def test_one_line_for_each_instruction_and_none_for_a_view():
    written = Written()
    x, w = written.input(X), written.live(np.eye(4))
    y = written.product(np.matmul, x, written.view(np.transpose, w))
    written.output(written.product(np.add.reduce, written.ufunc(np.tanh, y), axis=None))
    assert lines(bind(written.program)) == [
        "dot(x0, w0, t0)  # matmul",
        "tanh(t0, t0)  # tanh",
        "add_reduce(t0, None, None, t1, False)  # reduce",
        "return [array(t1)]",
    ]


def test_outputs_are_arrays_of_their_own():
    written = Written()
    x = written.input(X)
    y = written.ufunc(np.sin, x)
    small = written.product(np.add.reduce, y, axis=None)
    replay = bind(written.output(y, written.view(np.transpose, y), small, x, written.live(X)))
    first, second = replay(X), replay(2 * X)
    arrays = [*first, *second]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])
    np.testing.assert_array_equal(first[0], np.sin(X))


def test_a_large_output_is_computed_where_it_is_handed_out():
    written = Written()
    x = written.input(np.ones((20, 30), order="F"))
    y = written.ufunc(np.tanh, written.ufunc(np.sin, x))
    replay = bind(written.output(y))
    assert not replay.placement.memory
    (result,) = replay(x.example)
    assert result.flags.f_contiguous
    assert result.base is None


def test_a_guard_that_is_not_met_leaves_what_is_outside_alone():
    written = Written()
    x = written.input(X)
    state = np.zeros((3, 4))
    written.effect(put, state, written.ufunc(np.negative, x))
    written.guard(written.ufunc(np.greater, written.product(np.add.reduce, x, axis=None), 0.0))
    replay = bind(written.program)
    with pytest.raises(GuardError, match="if"):
        replay(-X)
    assert not state.any()
    replay(X)
    np.testing.assert_array_equal(state, -X)


def test_an_output_in_a_place_is_what_it_was_before_the_effects():
    written = Written()
    gradient = written.ufunc(np.sin, written.input(X))
    place = np.zeros((3, 4))
    written.place(gradient, place)
    written.effect(lambda g: np.multiply(g, 0.0, out=g), gradient)
    (result,) = bind(written.output(gradient))(X)
    np.testing.assert_array_equal(result, np.sin(X))
    assert not place.any()


def test_a_place_is_filled_before_the_instruction_that_needs_it():
    written = Written()
    x = written.input(X)
    flat, seen = np.zeros(12), []
    look = Instruction("write", lambda array: seen.append(array.copy()), [flat])
    y = written.ufunc(np.sin, x)
    written.program.instructions.append(look)
    written.program.places.append(Place(written.view(np.transpose, y), flat.reshape(4, 3), look))
    written.output(written.ufunc(np.negative, y))
    bind(written.program)(X)
    np.testing.assert_array_equal(seen[0], np.sin(X).T.reshape(-1))


def test_numbers_that_are_not_finite_raise_no_warnings_and_settings_are_put_back():
    written = Written()
    x = written.input(np.array([1.0]))
    replay = bind(written.output(written.ufunc(np.divide, x, written.constant([0.0]))))
    before = np.geterr(), np.getbufsize()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(replay(np.array([0.0]))[0])
    with pytest.raises(TypeError):
        replay(np.array(["a"]))
    assert (np.geterr(), np.getbufsize()) == before


def test_numpys_settings_are_found():
    assert len(_surroundings()) == 1


def test_names_of_functions_that_python_or_the_text_has_are_told_apart():
    def array(x):
        return x + 1

    def x0(x):
        return x + 2

    written = Written()
    x = written.input(X)
    y = written.call(x0, written.call(array, written.call(lambda a: a * 2, written.ufunc(np.abs, x))))
    np.testing.assert_array_equal(bind(written.output(y))(X)[0], 2 * X + 3)


def test_a_ufunc_with_keywords_and_an_unusual_reduction_are_called_as_they_were():
    written = Written()
    x = written.input(X)
    total = written.product(np.add.reduce, x, axis=1, initial=5.0)
    written.output(written.product(np.vecdot, x, x), total)
    np.testing.assert_array_equal(bind(written.program)(X)[1], X.sum(1) + 5)
