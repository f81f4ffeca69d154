"""What a differentiated function may return, and what must not get lost on the way through it."""

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import (
    Tensor,
    Value,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from autograd_core.errors import DtypeError, GraphError

OPERATORS = {
    "grad": lambda f: grad(f)(3.0),
    "value_and_grad": lambda f: value_and_grad(f)(3.0),
    "elementwise_grad": lambda f: elementwise_grad(f)(3.0),
    "jacobian": lambda f: jacobian(f)(3.0),
    "jacobian, reverse": lambda f: jacobian(f, mode="reverse")(3.0),
    "hessian": lambda f: hessian(f)(3.0),
    "hvp": lambda f: hvp(f, 3.0, 1.0),
    "jvp": lambda f: jvp(f, (3.0,), (1.0,)),
    "vjp": lambda f: vjp(f, 3.0),
    "grad of grad": lambda f: grad(grad(f))(3.0),
    "checkpoint": lambda f: ac.checkpoint(f)(Tensor(3.0, requires_grad=True)),
}


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)
def test_a_forgotten_return_is_said(operator):
    with pytest.raises(DtypeError, match="returned None: is a return statement missing"):
        operator(lambda x: None)


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)
@pytest.mark.parametrize("result", ["loss", True, 1 + 2j, np.array("x"), np.array([True]), object(), {1, 2}])
def test_what_is_no_number_has_no_derivative(operator, result):
    with pytest.raises(DtypeError, match="which has no derivative"):
        operator(lambda x: result)


@pytest.mark.parametrize("operator", [jacobian, elementwise_grad])
@pytest.mark.parametrize("result", [[None], {"loss": "x"}, (1.0, None), []])
def test_structures_are_looked_through(operator, result):
    with pytest.raises(DtypeError):
        operator(lambda x: result)(3.0)


def test_what_is_handed_through_may_be_anything():
    assert grad(lambda x: (x * x, "fine"), has_aux=True)(3.0) == (6.0, "fine")


@pytest.mark.parametrize("result", [3, 3.0, np.float32(3), np.array(3)])
def test_a_constant_has_the_derivative_zero(result):
    assert grad(lambda x: result)(3.0) == 0.0
    assert jvp(lambda x: result, (3.0,), (1.0,))[1] == 0.0
    assert ac.checkpoint(lambda x: result)(Tensor(3.0, requires_grad=True)).item() == 3


# -- an inner derivative that does not depend on the outer variable is 0 -----------------------------------


def test_a_second_derivative_of_a_linear_function_is_zero():
    for w in (Tensor(2.0, requires_grad=True), Value(2.0), 2.0):
        assert grad(grad(lambda t, w=w: w * t))(1.0) == 0.0
        assert grad(lambda x, w=w: grad(lambda t: w * t)(x))(1.0) == 0.0
        assert jvp(grad(lambda t, w=w: w * t), (1.0,), (1.0,))[1] == 0.0
        assert hessian(lambda t, w=w: w * t)(1.0) == 0.0


def test_a_mixed_derivative_of_a_sum_is_zero():
    assert grad(grad(lambda x, y: x**2 + y**2, 0), 1)(1.0, 2.0) == 0.0
    np.testing.assert_array_equal(
        jacobian(grad(lambda x, y: (x**2).sum() + (y**3).sum(), 0), 1)(np.ones(2), np.ones(3)),
        np.zeros((2, 3)),
    )


# -- copies ------------------------------------------------------------------------------------------------

COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "in a list": lambda x: copy.deepcopy([x, x])[1]}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("x", [3.0, np.array(3.0), np.float32(3.0), np.array([3.0])])
def test_a_copy_inside_a_differentiated_function_carries_the_gradient(copied, x):
    f = lambda x: ac.sum(copied(x) ** 3)  # noqa: E731
    inside = lambda x: ac.sum(copied(x * x) * x)  # noqa: E731
    for function in (f, inside):
        assert grad(function)(x) == pytest.approx(27.0)
        assert jvp(function, (x,), (np.ones_like(x) if np.ndim(x) else 1.0,))[1] == pytest.approx(27.0)
        assert grad(lambda x, f=function: ac.sum(grad(f)(x)))(x) == pytest.approx(18.0)


def test_a_copied_value_carries_the_gradient():
    assert grad(lambda x: copy.deepcopy(x) * x)(Value(3.0)).data == 6.0


def test_a_copy_has_memory_of_its_own():
    def f(x):
        twin = copy.deepcopy(x)
        assert not np.shares_memory(twin.data, x.data)
        return (twin * x).sum()

    assert grad(f)(np.array([3.0])).tolist() == [6.0]


def test_a_copied_model_is_a_model_of_its_own():
    model = nn.Linear(2, 1)

    def f(x):
        twin = copy.deepcopy(model)
        assert all(isinstance(p, nn.Parameter) and not p.inputs for p in twin.parameters())
        return twin(x).sum()

    np.testing.assert_allclose(grad(f)(np.ones(2)), model.weight.data[0])


def test_outside_a_copy_is_a_leaf():
    x = Tensor([1.0], requires_grad=True)
    assert not copy.deepcopy(x).inputs
    assert not copy.copy(x).inputs


@pytest.mark.parametrize("x", [1.0, np.ones(2), Value(1.0)])
def test_a_parameter_made_from_what_is_differentiated_is_refused(x):
    with pytest.raises(GraphError, match="its gradient would be lost"):
        grad(lambda x: (nn.Parameter(x) * 3).sum())(x)
    with pytest.raises(GraphError, match="its gradient would be lost"):
        grad(lambda x: (nn.Parameter(x * 2) * 3).sum())(x)
    assert np.all(
        grad(lambda x: ac.sum(nn.Parameter(x.detach() if hasattr(x, "detach") else x) * x))(np.ones(2)) == 1
    )


def test_a_pickled_copy_of_what_is_differentiated_is_refused():
    with pytest.raises(GraphError, match="pickled copy would lose the gradient"):
        grad(lambda x: pickle.loads(pickle.dumps(x)) * 3)(1.0)


# -- gradients of tensors without axes -----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: x,
        lambda x: x * 3,
        lambda x: x * x + x,
        lambda x: ac.exp(x) + x.sum(),
        lambda x: x.reshape(1)[0] * x,
        lambda x: ac.broadcast_to(x, (2, 2)).sum(),
        lambda x: (x * np.ones(3)).sum() + x,
        lambda x: x * Value(2.0),
    ],
)
def test_the_gradient_of_a_tensor_without_axes_is_an_array(f, dtype):
    x = Tensor(np.array(2.0, dtype), requires_grad=True)
    for _ in range(3):
        f(x).backward()
        assert type(x.grad) is np.ndarray
        assert x.grad.shape == ()
        assert x.grad.dtype == dtype
    x.grad.fill(0)
    assert x.grad == 0
    assert type(grad(f)(np.array(2.0, dtype))) is np.ndarray
    assert type(vjp(f, np.array(2.0, dtype))[1](1.0)[0]) is np.ndarray


def test_a_parameter_without_axes_trains_by_every_step():
    x = nn.Parameter(2.0)
    kept = (x * x).retain_grad()
    kept.backward()
    assert type(x.grad) is type(kept.grad) is np.ndarray
