"""The rows of a Jacobian travel together: they are what each would be alone."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import (
    Tensor,
    Value,
    grad,
    hessian,
    jacobian,
    jvp,
    vjp,
)
from autograd_core.namespaces.rows import NotTogetherError, Rows, rows
from autograd_core.primitive import arrays

X = np.linspace(-1.4, 1.3, 6).reshape(2, 3)
W = np.cos(np.arange(12.0)).reshape(3, 4)

TOGETHER = {
    "elementwise": lambda x: x.tanh() * x + ac.exp(x) / (1.5 + x * x) - 2.0,
    "a number beside": lambda x: 1.0 / (3.0 + x) - 2.0 * x,
    "broadcasting on the left": lambda x: x[0] * x,
    "broadcasting on the right": lambda x: x * x.sum(1, keepdims=True),
    "sums and means": lambda x: x.sum(0) * x.mean() + x.mean(0),
    "a matrix on the right": lambda x: x @ W,
    "a matrix on the left": lambda x: W.T @ x.T,
    "both": lambda x: x @ x.T,
    "a vector on the right": lambda x: x @ x[0],
    "a vector on the left": lambda x: x[:, 1] @ x,
    "two vectors": lambda x: x[0] @ x[1],
    "a batch of matrices": lambda x: x.reshape(1, 2, 3) @ np.stack([W, 2 * W]),
    "a vector and a batch": lambda x: np.stack([W.T, 2 * W.T]) @ x[0],
    "shapes": lambda x: x.reshape(3, 2).T.broadcast_to((2, 2, 3))[..., None, ::-1],
    "windows": lambda x: ac.sliding_windows(x, (2, 2)).sum((0, 1)),
    "folding": lambda x: ac.fold_windows(ac.sliding_windows(x, 2) * 2.0, (2, 3)),
    "float32": lambda x: x.astype(np.float32) * x,
}
ONE_BY_ONE = {
    "gathering": lambda x: x[[0, 1, 0], [2, 0, 2]] * x[1],
    "sorting": lambda x: ac.sort(x, 1) * x,
    "extremes": lambda x: x.max(1) + x.min(),
    "softmax": lambda x: ac.softmax(x, 1),
    "a running product": lambda x: ac.cumprod(x, 1),
    "joining": lambda x: ac.concatenate([x, x * x], 1),
    "padding": lambda x: ac.pad(x * x, 1),
    "a solution": lambda x: ac.linalg.solve(x @ x.T + 2 * np.eye(2), x),
}
FUNCTIONS = {**TOGETHER, **ONE_BY_ONE}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_the_rows_are_what_each_direction_gives_alone(name, mode):
    f = FUNCTIONS[name]
    found = jacobian(f, mode=mode)(X)
    value, pullback = vjp(f, X)
    expected = np.empty((*np.shape(value), *X.shape))
    for index in np.ndindex(X.shape):
        direction = np.zeros(X.shape)
        direction[index] = 1.0
        expected[(..., *index)] = jvp(f, (X,), (direction,))[1]
    tolerance = 1e-6 if name == "float32" else 1e-12
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
    for index in np.ndindex(np.shape(value)):
        cotangent = np.zeros(np.shape(value), np.asarray(value).dtype)
        cotangent[index] = 1.0
        np.testing.assert_allclose(found[index], pullback(cotangent)[0], rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", TOGETHER)
def test_these_take_all_rows_at_once(name, monkeypatch):
    def refuse(*_):
        raise AssertionError("one row at a time")

    monkeypatch.setattr(np, "stack", refuse)
    f = TOGETHER[name]
    if "batch" not in name:  # a vector beside a batch of matrices goes row by row
        jacobian(f, mode="reverse")(X)
        jacobian(f, mode="forward")(X)


def test_a_hessian_is_many_tangents_through_one_gradient():
    sweeps = []

    def f(x):
        sweeps.append(1)
        return (x**4).sum() + x[0, 0] * x[1, 2]

    found = hessian(f)(X)
    expected = np.einsum("ij,ia,jb->ijab", 12 * X**2, np.eye(2), np.eye(3))
    expected[0, 0, 1, 2] = expected[1, 2, 0, 0] = 1.0
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert len(sweeps) == 1


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_rows_that_do_not_fit_together_come_in_several_lots(mode, monkeypatch):
    lots = []
    original = Rows.__init__

    def counted(self, stacked):
        lots.append(len(stacked))
        original(self, stacked)

    n = 40
    matrix = np.sin(np.arange(float(n * n))).reshape(n, n)
    wide = np.ones((2**17, 1))
    monkeypatch.setattr(Rows, "__init__", counted)
    found = jacobian(lambda x: matrix @ x + (wide * x.mean()).mean(), mode=mode)(np.ones(n))
    np.testing.assert_allclose(found, matrix + 1 / n, atol=1e-12)
    assert max(lots) == 2**22 // 2**17


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_structures_empty_arrays_and_what_does_not_depend(mode):
    found = jacobian(lambda p: {"y": p["a"] * 2.0, "c": np.ones(2)}, mode=mode)({"a": np.ones(3), "b": 1.0})
    assert found["y"]["a"].tolist() == (2 * np.eye(3)).tolist()
    assert found["y"]["b"].tolist() == [0.0, 0.0, 0.0]
    assert found["c"]["a"].shape == (2, 3)
    assert jacobian(lambda x: x * 2.0, mode=mode)(np.ones((0, 2))).shape == (0, 2, 0, 2)
    assert jacobian(lambda x: x[:0] * 2.0, mode=mode)(np.ones(2)).shape == (0, 2)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_the_dtype_and_the_kind_stay(mode):
    assert jacobian(lambda x: x * x, mode=mode)(np.ones(2, np.float32)).dtype == np.float32
    of_tensor = jacobian(lambda x: x * x, mode="reverse")(Tensor([1.0, 2.0]))
    assert isinstance(of_tensor, Tensor)
    assert of_tensor.tolist() == [[2.0, 0.0], [0.0, 4.0]]


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_values_meet_tensors_in_a_jacobian(mode):
    w = Value(3.0)
    found = jacobian(lambda x: x * (w * w) + x.sum() * w.sin(), mode=mode)(np.ones(2))
    np.testing.assert_allclose(found, 9.0 * np.eye(2) + np.sin(3.0), atol=1e-15)


def test_a_jacobian_of_a_jacobian():
    found = jacobian(jacobian(lambda x: x**3))(np.array([1.0, 2.0]))
    assert found[0, 0, 0] == 6.0
    assert found[1, 1, 1] == 12.0
    assert np.count_nonzero(found) == 2


def test_the_gradient_of_a_function_of_a_jacobian():
    assert grad(lambda x: jacobian(lambda z: z**3)(x).sum())(np.array([1.0, 2.0])).tolist() == [6.0, 12.0]


def test_rows_say_when_they_cannot_go_together():
    several = Rows(np.ones((4, 2, 3)))
    assert (several.shape, several.ndim, several.dtype, several.mT.shape) == ((2, 3), 2, np.float64, (3, 2))
    for impossible in (
        lambda: several.flat,
        lambda: several[0],
        lambda: np.asarray(several),
        lambda: rows.sort(several, axis=0),
        lambda: rows.getitem(several, index=[0, 1]),
    ):
        with pytest.raises(NotTogetherError):
            impossible()


def test_what_has_no_rows_stays_an_array():
    assert rows.sum(np.ones((2, 3)), axis=(0,), keepdims=False).tolist() == [2.0, 2.0, 2.0]
    assert rows.cos(0.0) == arrays.cos(0.0)
