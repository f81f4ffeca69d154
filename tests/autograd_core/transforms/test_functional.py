"""Derivative operators: reverse and forward mode agree, nest, and keep the structure they are given."""

from collections import namedtuple

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, Value, no_grad
from autograd_core.errors import DomainError, DtypeError, GraphError, ShapeError
from autograd_core.transforms.functional import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    stop_gradient,
    value_and_grad,
    vjp,
)

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(3, 4))
SQUARE = RANDOM.normal(size=(4, 4))
POSITIVE = RANDOM.uniform(0.5, 2.0, size=(3, 4))
INDEX = np.array([0, 2, 2, 1])

FUNCTIONS = {
    "arithmetic": lambda x: (x * x + 2.0 / x - x) ** 3,
    "exponentials": lambda x: (ac.exp(-x) + ac.log1p(x)).sqrt(),
    "sigmoid and softplus": lambda x: x.sigmoid() * ac.softplus(x),
    "corners": lambda x: ac.maximum(x, 1.0) + x.clip(0.6, 1.5) + ac.where(x.data > 1, x.sin(), x),
    "sum and mean": lambda x: x.sum(1, keepdims=True) * x.mean(0),
    "max": lambda x: x.max(0) * x.min(1, keepdims=True),
    "shapes": lambda x: x.reshape(2, 6).T.expand_dims(1).squeeze() * 2.0,
    "broadcast": lambda x: ac.broadcast_to(x.sum(0), (5, 4)),
    "indexing": lambda x: x[INDEX % 3, INDEX] * x[1, ::-1] + x[x.data > 0].sum(),
    "take": lambda x: ac.take_along_axis(x, x.data.argmax(1)[:, None], 1),
    "joining": lambda x: ac.concatenate([x, np.ones((1, 4)), x * x]).sum(1) + ac.stack([x, x]).mean(),
    "padding": lambda x: ac.pad(x, 1, value=2.0).square(),
    "windows": lambda x: ac.sliding_windows(x, (2, 2), dilation=(1, 2)).sum((2, 3)),
    "matrix product": lambda x: (x @ SQUARE) @ x.T,
    "vector product": lambda x: x @ x[0],
    "einsum": lambda x: ac.einsum("ij,kj,j->ik", x, x, x[0]),
}  # fmt: skip


@pytest.fixture(params=FUNCTIONS, name="f")
def function_named(request):
    return FUNCTIONS[request.param]


def test_forward_and_reverse_mode_are_transposes_of_each_other(f):
    tangent = RANDOM.normal(size=POSITIVE.shape)
    y, moved = jvp(f, (POSITIVE,), (tangent,))
    cotangent = RANDOM.normal(size=np.shape(y))
    value, pullback = vjp(f, POSITIVE)
    assert np.allclose(value, y)
    assert np.sum(cotangent * moved) == pytest.approx(np.sum(pullback(cotangent)[0] * tangent), rel=1e-10)


def test_a_tangent_is_the_directional_derivative(f):
    tangent = RANDOM.normal(size=POSITIVE.shape)
    _, moved = jvp(f, (POSITIVE,), (tangent,))
    step = 1e-6
    ends = [f(Tensor(POSITIVE + side * step * tangent)).data for side in (1, -1)]
    assert np.allclose(moved, (ends[0] - ends[1]) / (2 * step), rtol=1e-5, atol=1e-7)


def test_forward_mode_over_reverse_mode_is_the_hessian_product(f):
    def total(x):
        return ac.sum(f(x) * 0.1).sin() if np.ndim(f(x).data) else (f(x) * 0.1).sin()

    tangent = RANDOM.normal(size=POSITIVE.shape)
    product = hvp(total, POSITIVE, tangent)
    step = 1e-5
    ends = [grad(total)(POSITIVE + side * step * tangent) for side in (1, -1)]
    assert np.allclose(product, (ends[0] - ends[1]) / (2 * step), rtol=1e-4, atol=1e-6)


def test_both_directions_give_the_same_jacobian(f):
    assert np.allclose(jacobian(f, mode="forward")(POSITIVE), jacobian(f, mode="reverse")(POSITIVE))


def test_a_jacobian_has_the_shape_of_the_output_and_then_of_the_argument():
    assert jacobian(lambda x: x @ SQUARE)(X).shape == (3, 4, 3, 4)
    assert jacobian(lambda x: x.sum())(X).shape == (3, 4)
    assert jacobian(lambda x: ac.broadcast_to(x, (2, 3)))(1.5).shape == (2, 3)


def test_a_jacobian_of_structures_is_a_structure_of_blocks():
    blocks = jacobian(lambda p: {"y": p["a"] * p["b"].sum()})({"a": np.ones(2), "b": np.ones(3)})
    assert blocks["y"]["a"].tolist() == [[3, 0], [0, 3]]
    assert blocks["y"]["b"].shape == (2, 3)


def test_the_hessian_is_symmetric_and_agrees_with_two_gradients():
    def f(x):
        return (x @ SQUARE @ x).tanh()

    x = RANDOM.normal(size=4) * 0.3
    h = hessian(f)(x)
    assert np.allclose(h, h.T)
    assert np.allclose(h, jacobian(grad(f), mode="reverse")(x))
    assert np.allclose(h @ x, hvp(f, x, x))


@pytest.mark.parametrize("order", range(6))
def test_derivatives_nest_to_any_order(order):
    derivative = lambda x: ac.sin(2 * x)  # noqa: E731
    for _ in range(order):
        derivative = grad(derivative)
    expected = 2**order * np.sin(0.6 + order * np.pi / 2)
    value = derivative(0.3)
    assert value == pytest.approx(expected)


def test_inner_derivatives_do_not_mistake_outer_variables_for_their_own():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(2.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(1.0))(2.0) == 4.0
    assert jvp(lambda x: x * jvp(lambda y: x * y, (1.0,), (1.0,))[1], (2.0,), (1.0,))[1] == 4.0
    assert grad(lambda x: jvp(lambda y: x * y * y, (x,), (1.0,))[1])(3.0) == 12.0


def test_an_inner_derivative_at_an_outer_variable_is_differentiated_in_turn():
    assert grad(lambda x: grad(lambda y: y**3)(x * x))(2.0) == pytest.approx(3 * 4 * 2.0**3)


def test_the_gradient_has_the_structure_of_the_argument():
    Point = namedtuple("Point", "x y")
    gradient = grad(lambda p, q: (p.x * q["w"][0] + p.y).sum() * q["w"][1], argnums=(0, 1))(
        Point(np.ones(2), 1.0), {"w": [2.0, 3.0]}
    )
    assert isinstance(gradient[0], Point)
    assert gradient[0].x.tolist() == [6.0, 6.0]
    assert gradient[0].y == 6.0
    assert gradient[1] == {"w": [6.0, 6.0]}


def test_plain_arguments_give_plain_results():
    value, gradient = value_and_grad(lambda x: (x * x).sum())(X)
    assert type(value) is float
    assert type(gradient) is np.ndarray
    assert type(grad(lambda x: x * x)(2)) is float
    assert grad(lambda x: (x * x).sum())(X.astype(np.float32)).dtype == np.float32


def test_node_arguments_give_nodes_that_can_be_differentiated():
    for x in (Value(2.0), Tensor(2.0, requires_grad=True)):
        slope = grad(lambda y: y**3)(x)
        assert float(slope) == 12.0
        slope.backward()
        assert float(x.grad) == 12.0


def test_an_argument_that_is_not_used_has_a_gradient_of_zeros():
    gradients = grad(lambda x, y: (x * x).sum(), argnums=(0, 1))(X, np.ones(2, np.float32))
    assert gradients[1].tolist() == [0.0, 0.0]
    assert gradients[1].dtype == np.float32


def test_auxiliary_results_are_handed_through():
    f = lambda x: (x * x, "seen")  # noqa: E731
    assert value_and_grad(f, has_aux=True)(3.0) == ((9.0, "seen"), 6.0)
    assert grad(f, has_aux=True)(3.0) == (6.0, "seen")


def test_parameters_outside_the_arguments_are_constants_and_keep_their_gradients():
    w = Tensor([1.0, 2.0], requires_grad=True)
    assert grad(lambda x: (w * x).sum())(np.ones(2)).tolist() == [1.0, 2.0]
    assert w.grad is None


def test_derivatives_are_taken_inside_no_grad_too():
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6.0


def test_elementwise_grad_is_the_derivative_of_each_element():
    assert np.allclose(
        elementwise_grad(elementwise_grad(ac.tanh))(X), -2 * np.tanh(X) * (1 - np.tanh(X) ** 2)
    )


def test_stop_gradient_makes_a_constant():
    assert grad(lambda x: stop_gradient(x * x) * x)(3.0) == 9.0
    assert stop_gradient(2.0) == 2.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: grad(lambda x: x * 2.0)(X), GraphError, r"one number, got shape \(3, 4\).*jacobian"),
        (lambda: grad(lambda x: x, argnums=2)(1.0), DomainError, r"argnums=2.*1 arguments"),
        (lambda: grad(lambda x: x.sum())(np.arange(3)), DtypeError, r"floating-point.*array\(\[0, 1, 2\]\)"),
        (lambda: grad(lambda x: x, has_aux=True)(1.0), GraphError, r"pair \(value, aux\)"),
        (lambda: vjp(lambda x: x * 2.0, X)[1](np.ones(3)), ShapeError, r"shape \(3,\).*shape \(3, 4\)"),
        (lambda: jvp(lambda x: x, (X,), (X, X)), ShapeError, r"2 tangents .* 1 primals"),
        (lambda: jacobian(lambda x: x, mode="sideways"), DomainError, r"mode='sideways'"),
    ],
)  # fmt: skip
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
