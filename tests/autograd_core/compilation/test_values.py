"""A function of Values, recorded once, goes on giving what it gives."""

import math

import numpy as np
import pytest

from autograd_core import CompilationWarning, Value, compile, exp, maximum, no_grad, primitive, scope, tanh
from autograd_core.compilation.matrices import Matrices
from autograd_core.compilation.program import GuardError
from autograd_core.compilation.straight import StraightLines
from autograd_core.compilation.values import ValueRun, signature
from autograd_core.errors import CompilationError
from tests.autograd_core.compilation.numbers import RandomGraph, weights
from tests.autograd_core.compilation.structured import STRUCTURED, dense
from tests.fuzzing import amount_and_seed

EXAMPLES, SEED = amount_and_seed(100)


def run_of(function, *given):
    return ValueRun(function, (given, {}), signature((given, {}))[1])


def agrees(case, replays=2):
    """Whether replays give the outputs, and send back the gradients, of the function: its parameters are
    Values from outside, its inputs floats.
    """
    parameters = [Value(x) for x in case.numbers()[0]]
    run = run_of(lambda *inputs: case.f(parameters, list(inputs)), *case.numbers()[1].tolist())
    for _ in range(replays):
        numbers, inputs = case.numbers()
        for v, x in zip(parameters, numbers, strict=True):
            v.data, v.grad = float(x), 0.0
        outputs = run(inputs.tolist())
        expected, gradients, _ = case.eagerly(numbers, inputs)
        for y, weight in zip(outputs, weights(len(outputs)), strict=True):
            if isinstance(y, Value):
                y.backward(weight)
        np.testing.assert_allclose([float(y) for y in outputs], expected, rtol=1e-9, atol=1e-9)
        scale = 1 + np.max(np.abs(gradients), initial=0.0)
        np.testing.assert_allclose([v.grad for v in parameters], gradients, rtol=1e-9, atol=1e-9 * scale)
    return True


@pytest.mark.parametrize("name", [name for name in STRUCTURED if "that ask" not in name])
def test_a_structured_function_goes_on_giving_what_it_gives(name):
    assert agrees(STRUCTURED[name])


def test_random_functions_go_on_giving_what_they_give():
    for seed in range(SEED, SEED + EXAMPLES):
        case = RandomGraph(seed).case(seed)
        case.recorded()  # it looks at its numbers then
        try:
            assert agrees(case), f"seed {seed}"
        except CompilationError as error:  # some activations choose by the plain number
            if "is read" not in str(error):
                raise


def test_much_of_one_kind_is_computed_by_arrays_and_little_by_lines():
    w = [Value(0.1 * i) for i in range(40)]
    few = run_of(lambda x: w[0] * x + w[1], 1.0)
    many = run_of(lambda *x: [tanh(sum(a * b for a, b in zip(w, x, strict=True))) for _ in range(40)], *w)
    assert isinstance(few.way, StraightLines)
    assert isinstance(many.way, Matrices)


def test_the_first_result_is_that_of_the_function():
    w = Value(3.0)
    y = run_of(lambda x: (w * x, {"kept": "text", "x": x}, w), 2.0).result
    assert y[0].data == 6.0
    assert y[1] == {"kept": "text", "x": 2.0}
    assert y[2] is w


def test_what_depends_on_no_parameter_is_a_plain_number():
    run = run_of(lambda x: x * x, 2.0)
    assert run([3.0]) == 9.0
    assert type(run([3.0])) is float


def test_values_among_the_arguments_get_gradients_where_they_are():
    run = run_of(lambda a, b: a * b + a, Value(2.0), Value(3.0))
    a, b = Value(5.0), Value(7.0)
    c = a * 2.0
    run([c, b]).backward()
    assert (a.grad, b.grad) == (16.0, 10.0)


def test_one_value_in_two_places_gets_both_shares():
    v = Value(2.0)
    run = run_of(lambda a, b: a * b, v, v)
    w = Value(5.0)
    run([w, w]).backward()
    assert w.grad == 10.0


def test_a_result_is_a_node_of_the_eager_graph():
    w = Value(0.5)
    run = run_of(lambda x: tanh(w * x), 1.0)
    y = run([2.0]) * 3.0 + w
    y.backward()
    assert y.data == pytest.approx(3 * math.tanh(1.0) + 0.5)
    assert w.grad == pytest.approx(3 * (1 - math.tanh(1.0) ** 2) * 2.0 + 1.0)


def test_the_gradient_of_a_result_can_be_differentiated_again():
    w = Value(0.5)
    run = run_of(lambda x: tanh(w * x) * w, 1.0)
    y = run([2.0])
    y.backward(create_graph=True)
    slope, w.grad = w.grad, 0.0
    slope.backward()
    t = math.tanh(1.0)
    assert slope.data == pytest.approx(t + 0.5 * 2.0 * (1 - t * t))
    assert w.grad == pytest.approx(4.0 * (1 - t * t) - 4.0 * t * (1 - t * t) * 2.0 * 0.5)


def test_without_recording_a_result_hangs_on_nothing():
    w = Value(2.0)
    run = run_of(lambda x: w * x, 1.0)
    with no_grad():
        assert run([3.0]).parents == ()


def test_a_result_belongs_to_the_scope_of_the_call():
    w = Value(2.0)
    run = run_of(lambda x: w * x, 1.0)
    with scope("layer"):
        assert run([3.0]).scope == ("layer",)


@pytest.mark.parametrize(
    "branch",
    [
        lambda v: v > 0,
        lambda v: v.relu() <= 1.0,
        lambda v: v == 2.0,
        lambda v: not v - 3.0,
        lambda v: v < v * v,
    ],
)
def test_a_comparison_is_made_anew(branch):
    w = Value(1.0)

    def f(x):
        return w * x if branch(x) else w - x

    run = run_of(f, 2.0)
    for x in (2.0, 3.0, 0.5, -1.0):
        try:
            found = run([x]).data
        except GuardError:
            found = run_of(f, x).result.data
        assert found == f(Value(x)).data


def test_a_comparison_of_parameters_is_made_anew_too():
    w = Value(1.0)
    run = run_of(lambda x: w * x if w > 0 else x, 2.0)
    w.data = -1.0
    with pytest.raises(GuardError, match="another outcome"):
        run([2.0])


def test_choices_by_operations_need_no_guard():
    w = Value(1.0)
    run = run_of(lambda x: maximum(w, x).relu(), 2.0)
    for x in (0.5, 3.0, -1.0):
        assert run([x]).data == max(1.0, x)


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda w, x: w * float(w * x), "is read"),
        (lambda w, x: w * (w * x).data, "is read"),
        (lambda w, x: w * (w * x).item(), "is read"),
        (lambda w, x: setattr(w, "data", 3.0), "is changed"),
        (lambda w, x: (w * x).backward(), "backward()"),
    ],
)
@pytest.mark.filterwarnings("ignore::autograd_core.GraphWarning")
def test_what_no_graph_shows_is_refused(function, reason):
    w = Value(2.0)
    with pytest.raises(CompilationError, match=reason):
        run_of(lambda x: function(w, x), 3.0)
    assert (w.data, w.grad) == (2.0, 0.0)


def test_a_refusal_that_the_function_catches_is_one_all_the_same():
    w = Value(2.0)

    def careless(x):
        try:
            return w * float(w.data)
        except CompilationError:
            return w * x

    with pytest.raises(CompilationError, match="is read"):
        run_of(careless, 3.0)


def test_afterwards_numbers_may_be_read_again():
    w = Value(2.0)
    with pytest.raises(ZeroDivisionError):
        run_of(lambda x: w * (1 // 0), 3.0)
    assert float(w) == 2.0


def test_a_pole_is_left_to_the_function():
    w = Value(2.0)
    run = run_of(lambda x: w / x, 1.0)
    with pytest.raises(GuardError, match="no result"):
        run([0.0])


def test_functions_of_single_numbers_are_not_given_arrays():
    @primitive(lambda m, y, x: 1.0 if x > 0 else 2.0)
    def bent(x):
        return x if x > 0 else 2.0 * x

    w = [Value(0.1 * i - 2.0) for i in range(200)]
    run = run_of(lambda x: sum(bent(v * x) for v in w), 1.0)
    y = run([2.0])
    y.backward()
    assert y.data == pytest.approx(sum(bent.on_floats(2.0 * v.data) for v in w))
    assert [v.grad for v in w] == [2.0 if v.data > 0 else 4.0 for v in w]


def test_a_long_chain_is_refused_in_words():
    def chain(x):
        for _ in range(30_000):
            x = x * 0.999
        return x

    with pytest.raises(CompilationError, match="30000 operations"):
        run_of(chain, 1.0)


def test_training_with_a_program_is_training():
    case = dense(6, (2, 4, 1))

    def trained(of_run):
        parameters, inputs = ([Value(x) for x in numbers] for numbers in dense(6, (2, 4, 1)).numbers())
        numbers = [x.data for x in inputs]
        step = run_of(lambda *x: case.f(parameters, x)[0], *numbers)
        losses = []
        for number in range(20):
            x = [a * math.cos(number + i) for i, a in enumerate(numbers)]
            loss = step(x) if of_run else case.f(parameters, x)[0]
            for p in parameters:
                p.grad = 0.0
            loss.backward()
            for p in parameters:
                p.data -= 0.1 * p.grad
            losses.append(loss.data)
        return losses

    np.testing.assert_allclose(trained(True), trained(False), rtol=1e-10)


def test_exponentials_overflow_as_they_do_in_the_function():
    w = [Value(1.0) for _ in range(300)]
    run = run_of(lambda x: sum(exp(v * x) for v in w), 1.0)
    assert isinstance(run.way, Matrices)
    assert run([1e4]).data == math.inf


def test_a_compiled_function_is_recorded_once_for_all_floats():
    w = Value(3.0)
    f = compile(lambda x, y: w * x + y)
    for x in (1.0, 2.0, 5.0):
        assert f(x, 0.5).data == 3.0 * x + 0.5
    assert f.recordings == 1


def test_a_compiled_function_is_recorded_for_each_way_through_it():
    w = Value(3.0)
    f = compile(lambda x: w * x if x > 0 else w - x)
    assert [f(x).data for x in (1.0, -1.0, 2.0, -2.0)] == [3.0, 4.0, 6.0, 5.0]
    assert f.recordings == 2


def test_whole_numbers_and_texts_choose_the_program():
    w = Value(3.0)
    f = compile(lambda x, n, kind: sum(w * x for _ in range(n)) + len(kind))
    assert [f(1.0, n, kind).data for n, kind in ((1, "a"), (2, "a"), (2, "aa"), (1, "a"))] == [
        4.0,
        7.0,
        8.0,
        4.0,
    ]
    assert f.recordings == 3


def test_arrays_among_the_arguments_are_inputs():
    w = [Value(1.0), Value(2.0)]
    f = compile(lambda x, scale: sum(a * b for a, b in zip(w, x, strict=True)) * scale)
    for x in (np.array([1.0, 2.0]), np.array([3.0, -1.0])):
        assert f(x, 2.0).data == pytest.approx(2.0 * (x[0] + 2.0 * x[1]))
    assert f.recordings == 1


def test_a_parameter_that_is_exchanged_is_noticed():
    layer = [Value(1.0), Value(2.0)]
    f = compile(lambda x: sum(w * x for w in layer))
    assert f(1.0).data == 3.0
    layer[0] = Value(5.0)
    y = f(1.0)
    y.backward()
    assert (y.data, layer[0].grad) == (7.0, 1.0)


def test_an_attribute_that_is_changed_is_noticed():
    class Neuron:
        def __init__(self):
            self.w, self.slope = Value(2.0), 0.5

        def __call__(self, x):
            return self.w * x * self.slope

    neuron = Neuron()
    f = compile(lambda x: neuron(x))
    assert f(1.0).data == 1.0
    neuron.slope = 3.0
    neuron.w.data = 4.0
    assert f(1.0).data == 12.0


def test_what_cannot_be_compiled_runs_as_it_is_and_says_so_once():
    w = Value(2.0)
    f = compile(lambda x: w * (w * x).data)
    with pytest.warns(CompilationWarning, match="is read"):
        assert f(1.0).data == 4.0
    assert f(3.0).data == 12.0
    assert f.recordings == 0


def test_a_program_of_numbers_can_be_read():
    w = Value(2.0)
    f = compile(lambda x: tanh(w * x))
    f(1.0)
    assert "v2 = tanh(v1)" in f.source
    assert "lines of Python" in f.explain()
    many = [Value(1.0) for _ in range(60)]
    g = compile(lambda *x: [tanh(sum(a * b for a, b in zip(many, x, strict=True))) for _ in range(40)])
    g(*[0.5] * 60)
    assert "dot(" in g.source
    assert "tanh" in g.explain()
