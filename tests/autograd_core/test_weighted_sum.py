"""A weighted sum in one node is what the written-out sum is."""

from contextlib import nullcontext

import numpy as np
import pytest

from autograd_core import (
    ShapeError,
    Tensor,
    Value,
    explain,
    gradcheck,
    jvp,
    lower,
    no_grad,
    scope,
    weighted_sum,
)

W, X, B = [0.5, -2.0, 3.0], [1.5, 0.0, -1.0], 0.25


def written_out(w, x, b):
    total = b
    for weight, number in zip(w, x, strict=True):
        total = total + weight * number
    return total


def values(numbers):
    return [Value(number) for number in numbers]


@pytest.mark.parametrize("inside", [nullcontext, lambda: scope("neuron")])
def test_value_and_gradients(inside):
    results = []
    for f in (weighted_sum, written_out):
        w, x, b = values(W), values(X), Value(B)
        with inside():
            y = f(w, x, b)
            (y * y).backward()
        results.append((y.data, [v.grad for v in (*w, *x, b)]))
    assert results[0] == results[1]


def test_nothing_is_recorded_without_need():
    with no_grad():
        assert weighted_sum(values(W), values(X), Value(B)).op is None


def test_one_node_with_all_operands():
    w, x, b = values(W), values(X), Value(B)
    y = weighted_sum(w, x, b)
    assert y.op.name == "weighted_sum"
    assert y.inputs == (*w, *x, b)


def test_the_second_derivative():
    w, x = values(W), values(X)
    y = weighted_sum(w, x, Value(B))
    y.backward(create_graph=True)
    assert w[0].grad.data == X[0]
    first = w[0].grad
    x[0].grad = 0.0
    first.backward()
    assert x[0].grad == 1.0


def test_an_operand_may_come_twice():
    v = Value(3.0)
    y = weighted_sum([v, v], [v, Value(2.0)], v)
    y.backward()
    assert (y.data, v.grad) == (3 * 3 + 3 * 2 + 3, 2 * 3 + 2 + 1)


def test_plain_numbers_and_no_weights():
    assert weighted_sum(W, X, B) == written_out(W, X, B)
    assert weighted_sum([], [], 2.0) == 2.0
    b = Value(2.0)
    assert weighted_sum([], [], b).data == 2.0


def test_numbers_beside_values():
    w = values(W)
    y = weighted_sum(w, X)
    y.backward()
    assert [v.grad for v in w] == X


def test_tensors_element_by_element():
    a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    f = lambda a, b: weighted_sum([a, 2.0], [b, a * b], b)  # noqa: E731
    for order in (1, 2):
        assert gradcheck(f, a, b, order=order)
    assert gradcheck(lambda w, x: weighted_sum([w], [x], 1.0), 2.0, 3.0, order=2)
    _, moved = jvp(f, (Tensor(a), Tensor(b)), (np.ones(2), np.zeros(2)))
    np.testing.assert_allclose(moved, 3 * b)


def test_unequal_numbers_are_refused():
    with pytest.raises(ShapeError, match="3 weights for 2 inputs"):
        weighted_sum(W, X[:2])


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_weighted_sum_is_explained_like_any_node(count):
    weights = [Value(i + 1.0, label=f"w{i}") for i in range(count)]
    inputs = [Value(i + 5.0, label=f"x{i}") for i in range(count)]
    bias = Value(1.0, label="b")
    y = weighted_sum(weights, inputs, bias)
    assert y.local_derivatives() == (*[x.data for x in inputs], *[w.data for w in weights], 1.0)
    assert str(explain(y, weights[0])).endswith("= 5")
    assert str(explain(y, inputs[-1])).endswith(f"= {count}")
    assert str(explain(y, bias)).endswith("= 1")
    assert explain(y * y, weights[0]).paths == 2


def test_a_weighted_sum_with_constants_is_explained():
    w, x = Value(2.0), Value(3.0)
    y = weighted_sum([w, 4.0], [5.0, x], 1.0)
    assert y.local_derivatives() == (5.0, 3.0, 2.0, 4.0, 1.0)
    assert str(explain(y, x)).endswith("= 4")


def test_a_weighted_sum_of_tensors_is_explained_and_lowered():
    w = Tensor([1.0, 2.0], requires_grad=True)
    y = weighted_sum([w], [Value(3.0)], 1.0).sum()
    assert "δ" in str(explain(y, w))
    assert lower(y).output.item().data == 11.0


def test_a_weighted_sum_of_nothing_is_the_bias():
    bias = Value(2.0)
    assert weighted_sum([], [], bias) is bias
    assert weighted_sum([], []) == 0.0
