"""A graph of single numbers becomes matrix products, and gives what it gave."""

import numpy as np
import pytest

from autograd_core import Tensor, Value, grad, tanh
from autograd_core.compilation.lifting import Lifted, Product, lift
from tests.autograd_core.compilation.numbers import RandomGraph, agrees, lifted, weights
from tests.autograd_core.compilation.structured import STRUCTURED, dense
from tests.fuzzing import amount_and_seed

EXAMPLES, SEED = amount_and_seed(200)
BY_ARRAYS = [name for name in STRUCTURED if name != "functions of one's own that ask"]


def products(case):
    """The sizes (n, p, u, q) of the stacks of matrix products that were found."""
    return [
        (*left.shape, right.shape[2])
        for step in Lifted(case.flattened()).steps
        if isinstance(step, Product)
        for left, right in step.factors
    ]


@pytest.mark.parametrize("name", BY_ARRAYS)
def test_a_structured_graph_gives_what_it_gave(name):
    assert agrees(lifted, STRUCTURED[name])


def test_random_graphs_give_what_they_gave():
    for seed in range(SEED, SEED + EXAMPLES):
        assert agrees(lifted, RandomGraph(seed).case(seed)), f"seed {seed}"


def test_the_layers_of_a_network_are_matrix_products_of_its_weights_and_all_samples():
    assert products(dense(5, (3, 4, 6, 2)))[:3] == [(1, 4, 3, 5), (1, 6, 4, 5), (1, 2, 6, 5)]


def test_a_network_without_some_of_its_connections_has_matrices_with_zeros():
    found = products(dense(8, (6, 12, 12, 2), dropped=0.3))
    assert found[:3] == [(1, 12, 6, 8), (1, 11, 12, 8), (1, 2, 11, 8)]  # one is used by neither output


def test_a_convolution_is_a_product_of_its_filters_and_all_windows():
    assert products(STRUCTURED["a convolution"])[0] == (1, 2, 9, 16)


def test_weights_between_biases_are_looked_at_where_they_lie():
    f = Lifted(dense(4, (3, 5, 1)).flattened())
    weights_of_first_layer = f.steps[0].factors[0][0]
    assert weights_of_first_layer.places.steps == (0, (0, 4, 1))


def test_samples_in_no_order_are_one_product_all_the_same():
    assert products(STRUCTURED["samples in no order"])[0] == (1, 4, 3, 6)


def test_sums_that_have_nothing_in_common_are_a_stack():
    w, x = ([Value(float(i)) for i in range(12)] for _ in range(2))
    f = lift([tanh(sum(a * b for a, b in zip(w[i::4], x[i::4], strict=True))) for i in range(4)], w, x)
    assert f.steps[0].factors[0][0].shape == (4, 1, 3)


def test_sums_of_unequal_length_share_a_stack_if_none_is_twice_as_long_as_another():
    sums = [[(Value(1.0), Value(2.0)) for _ in range(length)] for length in (1, 7, 3, 2, 4)]
    w, x = ([pair[side] for terms in sums for pair in terms] for side in (0, 1))
    f = lift([sum(a * b for a, b in terms) for terms in sums], w, x)
    assert [step.factors[0][0].shape for step in f.steps] == [(2, 1, 7), (2, 1, 3), (1, 1, 1)]


def test_a_partial_sum_that_is_used_twice_stays():
    a, b, c = (Value(x) for x in (1.0, 2.0, 3.0))
    partial = a + b
    assert lift([partial + c, partial * c], [a, b, c]).levels == 2


@pytest.mark.parametrize("name", ["a network", "a convolution", "powers", "attention"])
def test_the_derivative_of_the_gradient_is_that_of_the_eager_graph(name):
    case = STRUCTURED[name]
    f = Lifted(case.flattened())
    parameters, inputs = case.numbers()
    direction = np.sin(1.0 + np.arange(len(parameters)))

    def sloped(y, p):
        """Along the direction, of the gradient."""
        y.backward(create_graph=True)
        gradients = p.grad if isinstance(p, Tensor) else [v.grad for v in p]
        return sum(g * float(d) for g, d in zip(gradients, direction, strict=True))

    values = [Value(x) for x in parameters]
    y = case.f(values, [Value(x) for x in inputs])[0]
    along = sloped(y, values)
    for v in values:
        v.grad = 0.0
    along.backward()

    p = Tensor(parameters, requires_grad=True)
    along = sloped(f(p, Tensor(inputs))[0], p)
    p.grad = None
    along.backward()
    np.testing.assert_allclose(p.grad, [float(v.grad) for v in values], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", BY_ARRAYS)
def test_samples_on_a_second_axis_give_what_each_gives_alone(name):
    case = STRUCTURED[name]
    f = Lifted(case.flattened())
    samples = 3
    parameters, inputs = case.numbers(samples)
    for of_each in (parameters, parameters[:, 0]):
        p, x = Tensor(of_each, requires_grad=True), Tensor(inputs, requires_grad=True)
        y = f(p, x)
        if y.requires_grad:
            y.backward(
                np.broadcast_to(np.array(weights(len(y)))[:, None], (len(y), samples))[
                    :, : y.size // len(y)
                ].reshape(y.shape)
            )
        summed = np.zeros(len(parameters))
        for k in range(samples):
            mine = of_each if of_each.ndim == 1 else of_each[:, k]
            alone = lifted_alone(f, mine, inputs[:, k])
            np.testing.assert_allclose(
                y.data[:, k] if y.ndim == 2 else y.data, alone[0], rtol=1e-9, atol=1e-9
            )
            if x.grad is not None and y.ndim == 2:
                np.testing.assert_allclose(x.grad[:, k], alone[2], rtol=1e-9, atol=1e-9)
            if of_each.ndim == 2 and p.grad is not None:
                np.testing.assert_allclose(p.grad[:, k], alone[1], rtol=1e-9, atol=1e-9)
            summed += alone[1]
        if of_each.ndim == 1 and p.grad is not None and y.ndim == 2:
            np.testing.assert_allclose(p.grad, summed, rtol=1e-9, atol=1e-9)


def lifted_alone(f, parameters, inputs):
    p, x = Tensor(parameters, requires_grad=True), Tensor(inputs, requires_grad=True)
    y = f(p, x)
    if y.requires_grad:
        y.backward(np.array(weights(len(y))))
    return [y.data, *(np.zeros(len(v.data)) if v.grad is None else v.grad for v in (p, x))]


def test_poles_are_infinite_as_in_the_eager_graph():
    p = Value(0.5)
    f = lift([1.0 / p, p.log()], [p])
    with np.errstate(divide="ignore"):
        assert f(Tensor([0.0]), Tensor([])).data.tolist() == [np.inf, -np.inf]


def test_gradients_of_functions_of_values_can_be_lifted_too():
    w = Value(0.3)
    slope = grad(lambda v: tanh(v * v))(w)
    assert lift([w * w], [w])(Tensor([2.0]), Tensor([])).data.tolist() == [4.0]
    assert isinstance(slope, Value)
    f = lift([slope], [w])
    assert f(Tensor([0.3]), Tensor([])).data[0] == pytest.approx(slope.data)
    assert f(Tensor([0.8]), Tensor([])).data[0] == pytest.approx(grad(lambda v: np.tanh(v * v))(0.8))
