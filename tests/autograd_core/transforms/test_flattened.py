"""Functions of structures as functions of a vector, and SciPy's solvers on them."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import check_grad, least_squares, minimize, root

import autograd_core as ac
from autograd_core import (
    DtypeError,
    ShapeError,
    Tensor,
    flattened,
    grad,
    hessian,
    hvp,
    jacobian,
    value_and_grad,
)

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
TRUE = {"weight": np.array([[1.0, -2.0, 0.5]]), "bias": [0.25]}
TARGETS = X @ TRUE["weight"].T + TRUE["bias"][0]


def squared_error(p, x=X, y=TARGETS):
    return ((x @ p["weight"].T + p["bias"][0] - y) ** 2).sum()


def rosenbrock(p):
    """Its minimum is 0, at (1, 1), at the end of a bent valley."""
    return (1 - p["x"]) ** 2 + 100 * (p["y"] - p["x"] ** 2) ** 2


def logistic(p):
    """Cross-entropy with a penalty; its minimum is not where a formula says."""
    logits = (X @ p["weight"].T)[:, 0] + p["bias"]
    return (ac.softplus(logits) - (TARGETS[:, 0] > 0) * logits).mean() + 0.1 * (p["weight"] ** 2).sum()


ZEROS = {"weight": np.zeros((1, 3)), "bias": [0.0]}


# -- the way there and back


class Layer(NamedTuple):
    weight: object
    bias: object


STRUCTURES = {
    "an array": np.ones((2, 3)),
    "a number": 2.5,
    "a whole number": 2,
    "a list": [1.0, np.array([2.0, 3.0])],
    "named, in a dictionary": {"layers": (Layer(np.eye(2), 0.5), Layer(np.zeros((0, 2)), np.array(1.0)))},
    "float32": {"single": np.ones(2, np.float32), "double": np.ones(2)},
}


def shapes_and_kinds(tree):
    if isinstance(tree, dict):
        return {key: shapes_and_kinds(x) for key, x in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree).__name__, [shapes_and_kinds(x) for x in tree]
    return (tree.shape, tree.dtype) if isinstance(tree, np.ndarray) else float


@pytest.mark.parametrize("tree", STRUCTURES.values(), ids=STRUCTURES)
def test_a_vector_becomes_the_structure_again(tree):
    _, start, back = flattened(lambda p: p, tree)
    assert start.dtype == np.float64
    assert shapes_and_kinds(back(start)) == shapes_and_kinds(tree)
    again = flattened(lambda p: p, back(start + 1))[1]
    assert np.array_equal(again, start + 1)


def test_what_comes_back_shares_no_memory_with_the_vector():
    _, start, back = flattened(lambda p: p, np.ones(3))
    given = back(start)
    start[...] = 7
    assert given.tolist() == [1, 1, 1]


def test_a_gradient_by_the_vector_is_the_gradient_by_the_structure():
    p = {"weight": rng.normal(size=(1, 3)), "bias": [rng.normal()]}
    g, start, _ = flattened(squared_error, p)
    by_structure = flattened(lambda p: p, grad(squared_error)(p))[1]
    assert np.allclose(grad(g)(start), by_structure, rtol=1e-14)
    assert np.allclose(grad(g)(start), grad(lambda x: g(x, X, TARGETS))(start))
    assert check_grad(g, grad(g), start) < 1e-4
    assert np.allclose(hessian(g)(start) @ start, hvp(g, start, start))


def test_numbers_in_single_precision_are_computed_with_as_such():
    kinds = []

    def f(p):
        kinds.append(p.dtype)
        return (p**3).sum()

    g, start, _ = flattened(f, np.ones(2, np.float32))
    value, gradient = value_and_grad(g)(start)
    assert (value, gradient.tolist(), gradient.dtype) == (2.0, [3.0, 3.0], np.float64)
    assert kinds == [np.float32]


def test_tensors_are_leaves_like_arrays():
    g, start, back = flattened(lambda p: (p[0] * p[1]).sum(), [Tensor([1.0, 2.0], requires_grad=True), 3.0])
    assert grad(g)(start).tolist() == [3.0, 3.0, 3.0]
    assert isinstance(back(start)[0], np.ndarray)


@pytest.mark.parametrize(
    ("tree", "error", "message"),
    [
        ({"n": np.arange(3)}, DtypeError, "int64 numbers, which have no derivative"),
        ({"mask": [True]}, DtypeError, "bool numbers"),
        ({"name": "relu"}, DtypeError, "needs real numbers"),
        ({"z": 1j}, DtypeError, "needs real numbers"),
        ([], ShapeError, "there are no numbers"),
    ],
)
def test_what_has_no_derivative_is_refused(tree, error, message):
    with pytest.raises(error, match=message):
        flattened(lambda p: p, tree)


@pytest.mark.parametrize("vector", [np.ones(3), np.ones((1, 4)), [1.0]])
def test_a_vector_of_another_length_is_refused(vector):
    g, _, back = flattened(squared_error, ZEROS)
    for call in (g, back):
        with pytest.raises(ShapeError, match=r"the structure has 4 numbers, the vector shape"):
            call(vector)


# -- SciPy


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP"])
def test_a_structure_is_fitted_by_solvers_that_take_gradients(method):
    g, start, back = flattened(squared_error, ZEROS)
    found = back(minimize(value_and_grad(g), start, jac=True, method=method, tol=1e-10).x)
    assert np.allclose(found["weight"], TRUE["weight"], atol=1e-5)
    assert np.allclose(found["bias"], TRUE["bias"], atol=1e-5)


@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-krylov"])
@pytest.mark.parametrize(
    ("f", "tree"), [(rosenbrock, {"x": -1.2, "y": 1.0}), (logistic, ZEROS | {"bias": 0.0})]
)
def test_and_by_those_that_take_products_with_the_hessian(method, f, tree):
    g, start, _ = flattened(f, tree)
    found = minimize(value_and_grad(g), start, jac=True, hessp=lambda x, v: hvp(g, x, v), method=method)
    assert np.abs(grad(g)(found.x)).max() < 1e-4
    assert np.linalg.eigvalsh(hessian(g)(found.x)).min() > 0
    if f is rosenbrock:
        assert np.allclose(found.x, 1, atol=1e-3)


def test_a_whole_hessian_is_taken_too():
    g, start, _ = flattened(rosenbrock, {"x": -1.2, "y": 1.0})
    found = minimize(value_and_grad(g), start, jac=True, hess=hessian(g), method="trust-exact")
    assert np.allclose(found.x, 1, atol=1e-6)


def test_further_arguments_are_handed_through():
    g, start, back = flattened(squared_error, ZEROS)
    half = slice(0, 20)
    found = minimize(value_and_grad(g), start, args=(X[half], TARGETS[half]), jac=True)
    assert np.allclose(back(found.x)["weight"], TRUE["weight"], atol=1e-5)


def test_bounds_and_constraints_are_functions_of_the_vector_too():
    g, start, _ = flattened(rosenbrock, {"x": 0.0, "y": 0.0})
    disk, _, _ = flattened(lambda p: 1 - p["x"] ** 2 - p["y"] ** 2, {"x": 0.0, "y": 0.0})
    inside = {"type": "ineq", "fun": disk, "jac": grad(disk)}
    found = minimize(value_and_grad(g), start, jac=True, method="SLSQP", constraints=inside)
    assert disk(found.x) == pytest.approx(0, abs=1e-6)
    assert found.x == pytest.approx([0.7864, 0.6177], abs=1e-3)


def test_residuals_and_equations_get_their_jacobian():
    g, start, _ = flattened(lambda p: (X @ p["weight"].T + p["bias"][0] - TARGETS).ravel(), ZEROS)
    found = least_squares(g, start, jac=jacobian(g))
    assert np.allclose(found.x, [1.0, -2.0, 0.5, 0.25])
    h, start, _ = flattened(
        lambda p: ac.stack([p["x"] ** 2 + p["y"] - 3, p["x"] - p["y"]]), {"x": 1.0, "y": 0.0}
    )
    solved = root(lambda v: np.asarray(h(v)), start, jac=jacobian(h)).x
    assert np.allclose(solved, (np.sqrt(13) - 1) / 2)
