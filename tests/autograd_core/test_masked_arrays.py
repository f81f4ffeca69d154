"""A graph has no masks: masked arrays are refused wherever a mask would be dropped."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import DtypeError, GraphError, Tensor, Value, grad, gradcheck, jvp, no_grad, vjp

M = np.ma.array([1.0, 2.0], mask=[False, True])
MATRIX = np.ma.array([[3.0, 1.0], [1.0, 2.0]], mask=[[0, 1], [0, 0]])
INDICES = np.ma.array([0, 1], mask=[False, True])
FLAGS = np.ma.array([True, False], mask=[False, True])

BESIDE_A_TENSOR = {
    "times": lambda t: t * M,
    "minus a matrix": lambda t: t - MATRIX,
    "power": lambda t: t**M,
    "matmul": lambda t: t @ MATRIX,
    "matmul, first": lambda t: np.matmul(MATRIX, t),
    "in place": lambda t: t.__iadd__(M),
    "greater": lambda t: t > M,
    "equal": lambda t: t == M,
    "ufunc": lambda t: np.arctan2(t, M),
    "ufunc, first": lambda t: np.hypot(M, t),
    "comparison, first": lambda t: np.less_equal(M, t),
    "outer": lambda t: np.multiply.outer(M, t),
    "where": lambda t: np.where(M > 1, t, 0.0),
    "branch": lambda t: ac.where([True, False], t, M),
    "stack": lambda t: np.stack([t, M]),
    "concatenate, first": lambda t: np.concatenate([M, t]),
    "list": lambda t: ac.array([t, M]),
    "dot, first": lambda t: np.dot(M, t),
    "solve, first": lambda t: np.linalg.solve(MATRIX, t),
    "einsum": lambda t: np.einsum("i,i->", t, M),
    "interp": lambda t: np.interp(M, [0.0, 3.0], t),
    "convolve": lambda t: np.convolve(t, M),
    "average": lambda t: np.average(t, weights=M),
    "clip": lambda t: ac.clip(t, M, 3.0),
    "insert": lambda t: np.insert(t, 0, M),
    "sum where": lambda t: ac.sum(t, where=FLAGS),
    "index": lambda t: t[INDICES],
    "flags": lambda t: t[FLAGS],
    "tuple": lambda t: t[None, INDICES],
    "take": lambda t: t.take(INDICES),
    "gather": lambda t: t.gather(0, INDICES),
    "masked_fill": lambda t: t.masked_fill(FLAGS, 0.0),
    "compress": lambda t: np.compress(FLAGS, t),
    "assignment": lambda t: t.detach().__setitem__(slice(None), M),
    "assigned at": lambda t: t.detach().__setitem__(INDICES, 0.0),
    "cotangent": lambda t: vjp(lambda x: x * 2, t.data)[1](M),
    "the constant": lambda t: t * np.ma.masked,
}


@pytest.mark.parametrize("f", BESIDE_A_TENSOR.values(), ids=BESIDE_A_TENSOR)
def test_a_masked_array_beside_a_tensor_is_refused_by_name(f):
    for dtype in (np.float64, np.float32):
        for t in (
            Tensor(np.array([0.5, 1.5], dtype), requires_grad=True),
            Tensor(np.array([0.5, 1.5], dtype)),
        ):
            with pytest.raises(
                DtypeError, match=r"got a masked array of shape .*x\.filled\(0\.0\).*where\(x\.mask"
            ):
                f(t)
    with pytest.raises(DtypeError, match="masked array"):
        grad(lambda x: (f(x), x.sum())[1])(np.array([0.5, 1.5]))


@pytest.mark.parametrize(
    "f",
    [
        lambda: Tensor(M),
        lambda: Tensor([M, M]),
        lambda: Value(M[1]),
        lambda: Value(2.0) * M,
        lambda: ac.maximum(Value(2.0), M),
        lambda: ac.exp(M),
        lambda: ac.sum(M),
        lambda: ac.array([M, M]),
        lambda: grad(lambda x: x.sum())(M),
        lambda: jvp(lambda x: x * 2, (np.ones(2),), (M,)),
        lambda: gradcheck(lambda x: x * M, np.ones(2)),
    ],
)
def test_nothing_is_made_of_a_masked_array(f):
    with pytest.raises(DtypeError, match="got a masked array"):
        f()


@pytest.mark.parametrize(
    "f",
    [
        lambda t: M * t,
        lambda t: M - t[0],
        lambda t: MATRIX @ t,
        lambda t: np.ma.add(M, t),
        lambda t: np.ma.dot(M, t),
        lambda t: np.ma.concatenate([M, t]),
        lambda t: np.ma.array(t, mask=[True, False]),
    ],
)
def test_masked_arrays_do_not_take_the_numbers_of_a_tensor_that_requires_a_gradient(f):
    t = Tensor([0.5, 1.5], requires_grad=True)
    with pytest.raises((GraphError, DtypeError), match=r"mask.*x\.filled\(0\.0\)"):
        f(t)
    with pytest.raises((GraphError, DtypeError), match=r"mask.*x\.filled\(0\.0\)"):
        grad(lambda x: (f(x), x.sum())[1])(np.array([0.5, 1.5]))


def test_masks_are_carried_where_a_masked_array_computes_itself():
    t = Tensor([0.5, 1.5], requires_grad=True)
    assert (M * t.detach()).mask.tolist() == [False, True]
    with no_grad():
        assert (M * t).mask.tolist() == [False, True]
    assert (M > t).mask.tolist() == [False, True]  # noqa: SIM300
    products = M * Value(3.0)
    assert products.mask.tolist() == [False, True]
    products[0].backward()


def test_the_ways_out_that_the_message_names():
    t = Tensor([0.5, 1.5], requires_grad=True)
    (t * M.filled(0.0)).sum().backward()
    ac.where(M.mask, 0.0, t * M.data).sum().backward()
    assert t.grad.tolist() == [2.0, 0.0]
