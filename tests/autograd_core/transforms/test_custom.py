"""Operations that users add, and parts of a graph that are computed twice instead of kept."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import (
    GraphError,
    Tensor,
    Value,
    grad,
    gradcheck,
    jvp,
)
from autograd_core.transforms.custom import checkpoint, primitive

X = np.random.default_rng(0).normal(size=(2, 3))


@primitive(lambda m, y, x: m.cos(x) * y)
def exp_sin(x):
    return np.exp(np.sin(x))


@primitive(lambda m, y, a, b: 2 * a * b, lambda m, y, a, b: a * a)
def square_times(a, b):
    return a * a * b


@primitive(
    pullback=lambda m, g, y, x, *, index, order: g[::-1],
    pushforward=lambda m, t, y, x, *, index, order: t[::-1],
)
def reverse(x, *, order):
    return x[::-1]


def test_an_elementwise_rule_serves_both_modes_both_carriers_and_second_derivatives():
    for order in (1, 2):
        assert gradcheck(exp_sin, X, order=order)
        assert gradcheck(exp_sin, 0.3, order=order)
        assert gradcheck(square_times, X, X[0], order=order)
    assert jvp(exp_sin, (0.3,), (1.0,))[1] == pytest.approx(grad(exp_sin)(0.3))
    assert exp_sin(Value(0.3)).op.name == "exp_sin"


def test_plain_numbers_stay_plain():
    assert exp_sin(0.0) == 1.0
    assert type(exp_sin(X)) is np.ndarray


def test_a_rule_for_whole_arrays_takes_keywords():
    f = lambda x: reverse(x, order="rows").square() * X  # noqa: E731
    assert gradcheck(f, X)
    assert gradcheck(f, X, order=2)
    assert np.allclose(jvp(f, (X,), (X,))[1], 2 * X[::-1] ** 2 * X)


def test_an_operation_of_the_user_does_not_take_the_place_of_the_engines():
    @primitive(7)
    def exp(x):
        return 7 * x

    assert grad(exp)(1.0) == 7.0
    assert grad(ac.exp)(0.0) == 1.0
    assert grad(grad(ac.exp))(0.0) == 1.0


def test_wrong_rules_are_caught_by_the_gradient_check():
    @primitive(lambda m, y, x: y)
    def half(x):
        return 0.5 * x

    with pytest.raises(ac.GradcheckError, match="suspected operation: half"):
        gradcheck(half, X)


def test_a_primitive_needs_one_kind_of_rule():
    for rules in ({}, {"pullback": lambda *_: None}):
        with pytest.raises(GraphError, match=r"either local derivatives.* or pullback="):
            primitive(*([1] if rules else []), **rules)


def test_a_missing_forward_rule_is_named():
    @primitive(pullback=lambda m, g, y, x, *, index: g)
    def same(x):
        return x

    with pytest.raises(GraphError, match=r"'same' has no rule for forward mode"):
        jvp(same, (X,), (X,))


def layer(x, w):
    return (x @ w).tanh().sin().sum()


def test_a_checkpoint_gives_the_same_gradients_and_keeps_nothing_on_the_way():
    w = Tensor(X.T.copy(), requires_grad=True)
    x = Tensor(X, requires_grad=True)
    layer(x, w).backward()
    expected = x.grad.copy(), w.grad.copy()
    x.zero_grad()
    w.zero_grad()
    y = checkpoint(layer)(x, w)
    assert y.inputs == (x, w)
    y.backward()
    assert np.allclose(x.grad, expected[0])
    assert np.allclose(w.grad, expected[1])


def test_a_checkpoint_is_evaluated_once_forward_and_once_backward():
    calls = []

    def counted(x, w):
        calls.append(1)
        return layer(x, w)

    x, w = Tensor(X, requires_grad=True), Tensor(X.T.copy(), requires_grad=True)
    y = checkpoint(counted)(x, w)
    assert len(calls) == 1
    y.backward()
    assert len(calls) == 2


def test_a_checkpoint_can_be_differentiated_twice_and_forwards():
    assert gradcheck(checkpoint(layer), X, X.T.copy(), order=2)
    tangents = (X * 0.1, X.T * 0.2)
    assert jvp(checkpoint(layer), (X, X.T), tangents)[1] == pytest.approx(jvp(layer, (X, X.T), tangents)[1])


def test_a_checkpoint_takes_structures_and_constants():
    f = checkpoint(lambda p, scale: (p["w"] * p["b"]).sum() * scale)
    p = {"w": Tensor(X, requires_grad=True), "b": Tensor(2.0, requires_grad=True)}
    f(p, 3.0).backward()
    assert p["w"].grad.tolist() == np.full((2, 3), 6.0).tolist()
    assert float(p["b"].grad) == pytest.approx(3 * X.sum())


def test_a_checkpoint_refuses_to_lose_the_gradient_of_a_hidden_input():
    w = Tensor(X.T.copy(), requires_grad=True, label="w")
    y = checkpoint(lambda x: layer(x, w))(Tensor(X, requires_grad=True))
    with pytest.raises(GraphError, match=r"label='w'.*no argument.*Pass it as an argument"):
        y.backward()
