"""A function of one sample, compiled for many, gives what it gives for each."""

import numpy as np
import pytest

from autograd_core import CompilationWarning, Value, compile, primitive, tanh
from autograd_core.compilation.batches import Batched
from autograd_core.errors import DomainError, ShapeError
from tests.autograd_core.compilation.structured import STRUCTURED

NAMES = ["a network", "relu", "a convolution", "a recurrent network", "attention", "fixed data",
         "operands twice", "coefficients 0 and 1", "a constant gradient", "nothing depends on a parameter",
         "outer products", "a band", "quotients", "outputs that are leaves", "connections dropped"]  # fmt: skip


def results_and_gradients(f, parameters, inputs, pulled):
    for v in parameters:
        v.grad = 0.0
    outputs = f(inputs)
    for y in pulled(outputs):
        if isinstance(y, Value):
            y.backward()
    plain = [[float(x) for x in y] if isinstance(y, list) else float(y) for y in outputs]
    return plain, [v.grad for v in parameters]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("batch", ["sum", "each"])
def test_many_samples_at_once_give_what_they_give_one_by_one(name, batch):
    case = STRUCTURED[name]
    numbers, inputs = case.numbers(4)
    inputs = inputs if inputs.size else np.zeros((1, 4))
    parameters = [Value(x) for x in numbers[:, 0]]

    def f(x):
        return case.f(parameters, [x[i] for i in range(len(x))])

    compiled = compile(f, batch=batch)
    for k in range(2):
        for v, x in zip(parameters, numbers[:, k], strict=True):
            v.data = float(x)
        x = np.cos(k + inputs.T)
        for pulled in (
            [lambda outputs: outputs]
            if batch == "sum"
            else [
                lambda outputs: [y[2] for y in outputs],
                lambda outputs: [y for several in outputs for y in several],
            ]
        ):
            found = results_and_gradients(compiled, parameters, x, pulled)
            expected = results_and_gradients(Batched(f, batch), parameters, x, pulled)
            for a, b in zip(found, expected, strict=True):
                np.testing.assert_allclose(np.array(a), np.array(b), rtol=1e-9, atol=1e-9)
    assert compiled.recordings == 1


def test_a_gradient_of_many_samples_can_be_differentiated_again():
    w = Value(0.5)
    f = compile(lambda x: tanh(w * x), batch="sum")
    x = np.array([1.0, -2.0, 0.3])
    f(x)
    y = f(x)
    y.backward(create_graph=True)
    slope, w.grad = w.grad, 0.0
    slope.backward()
    t = np.tanh(0.5 * x)
    assert slope.data == pytest.approx(np.sum(x * (1 - t**2)))
    assert w.grad == pytest.approx(np.sum(-2 * t * (1 - t**2) * x**2))


def test_numbers_beside_the_samples_are_the_same_for_all():
    w = Value(2.0)
    f = compile(lambda x, scale, n: sum(w * x for _ in range(n)) * scale, batch="each")
    assert [y.data for y in f(np.array([1.0, 2.0]), 10.0, 3)] == [60.0, 120.0]
    assert [y.data for y in f(np.array([1.0, 2.0]), 1.0, 3)] == [6.0, 12.0]
    assert f.recordings == 1


def test_samples_that_take_different_ways_go_one_by_one_and_that_is_said():
    w = Value(2.0)
    f = compile(lambda x: w * x if x > 0 else w - x, batch="each")
    with pytest.warns(CompilationWarning, match="different ways"):
        assert [y.data for y in f(np.array([1.0, -1.0]))] == [2.0, 3.0]


def test_functions_of_single_numbers_go_one_by_one():
    @primitive(lambda m, y, x: 1.0 if x > 0 else 2.0)
    def bent(x):
        return x if x > 0 else 2.0 * x

    w = [Value(1.0), Value(-1.0)]
    f = compile(lambda x: sum(bent(v * x) for v in w), batch="sum")
    with pytest.warns(CompilationWarning, match="single numbers only"):
        assert f(np.array([1.0, 2.0])).data == 3.0 - 6.0


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ((1.0,), "given none"),
        ((np.ones(2), np.ones(3)), "2 and 3 samples"),
        ((np.ones((0, 2)),), "given 0 samples"),
    ],
)
def test_samples_have_to_be_there_and_as_many_in_all_arrays(given, reason):
    w = Value(1.0)
    f = compile(lambda *x: w * x[0], batch="sum")
    with pytest.raises(ShapeError, match=reason):
        f(*given)


def test_a_batch_is_summed_or_listed():
    with pytest.raises(DomainError, match="batch='mean'"):
        compile(lambda x: x, batch="mean")
