"""What a program means."""

import numpy as np
import pytest

from autograd_core.compilation.program import GuardError, Instruction, Place, Program, Variable, interpret

X = np.array([1.0, 2.0])


def temporary(shape=(2,)):
    return Variable("temporary", np.zeros(shape))


def test_operands_may_stand_in_tuples_and_lists():
    x, y = Variable("input", X), temporary((4,))
    program = Program([x], [Instruction("call", np.concatenate, [(x, [x][0])], result=y)], [y])
    assert interpret(program, [X])[0].tolist() == [1.0, 2.0, 1.0, 2.0]
    assert list(program.instructions[0].variables()) == [x, x]


def test_a_live_array_is_read_anew():
    w, y = Variable("live", X.copy()), temporary()
    program = Program([], [Instruction("ufunc", np.negative, [w], result=y)], [y])
    w.example[...] = 5.0
    assert interpret(program, [])[0].tolist() == [-5.0, -5.0]


def test_a_guard_is_asked_before_anything_outside_is_changed():
    x, outside = Variable("input", X), np.zeros(2)
    effect = Instruction("effect", np.copyto, [outside, x])
    guard = Instruction("guard", bool, [x], source="if x > 0", expected=True)
    with pytest.raises(GuardError, match="if x > 0"):
        interpret(Program([x], [effect, guard]), [np.array(0.0)])
    assert outside.tolist() == [0.0, 0.0]


def test_results_are_in_their_places_when_effects_are_carried_out():
    x, place, seen = Variable("input", X), np.zeros(2), []
    y = temporary()
    program = Program(
        [x],
        [
            Instruction("ufunc", np.square, [x], result=y),
            Instruction("effect", lambda: seen.append(place.copy()), []),
        ],
        places=[Place(y, place)],
    )
    interpret(program, [X])
    assert seen[0].tolist() == [1.0, 4.0]


def test_the_owner_of_views_and_modifications_is_who_made_the_memory():
    x, y, view, changed = Variable("input", X), temporary(), temporary((2, 1)), temporary((2, 1))
    Instruction("ufunc", np.negative, [x], result=y)
    Instruction("view", np.reshape, [y, (2, 1)], result=view)
    Instruction("modify", np.ndarray.fill, [view, 0.0], result=changed)
    assert changed.owner is y
    assert x.owner is x


def test_a_replaced_variable_is_replaced_everywhere():
    x, other, y = Variable("input", X), Variable("constant", X * 2), temporary()
    program = Program(
        [x], [Instruction("call", np.concatenate, [(x, x)], result=y)], [x], [Place(x, X.copy())]
    )
    program.replace(x, other)
    assert list(program.instructions[0].variables()) == [other, other]
    assert program.outputs == [other]
    assert program.places[0].variable is other


def test_a_call_may_make_several_variables():
    x, low, high = (Variable(kind, np.zeros(())) for kind in ("input", "temporary", "temporary"))
    call = Instruction("call", lambda a: (a.min(), a.max()), [x], result=(low, high))
    assert low.maker is high.maker is call
    assert interpret(Program([x], [call], [high, low]), [np.array([3.0, 1.0, 2.0])]) == [3.0, 1.0]


def test_a_place_is_filled_with_a_constant_too():
    outside = np.zeros(2)
    interpret(Program(places=[Place(Variable("constant", X), outside)]), [])
    assert outside.tolist() == [1.0, 2.0]
