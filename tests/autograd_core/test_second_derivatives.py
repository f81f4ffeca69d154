"""Derivatives where a formula divides 0 by 0 or cancels: first, second and mixed, on Values and Tensors,
in reverse and in forward mode. The numbers come from mathematics; where a function has no derivative, what
PyTorch says.
"""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd_core as ac
from autograd_core import Tensor, Value, grad, hvp, jvp
from nn import functional as F

INF = math.inf


def by_values(f, x, i, j):
    """d²f / dx_i dx_j through ``create_graph``, on Values."""
    leaves = [Value(number) for number in x]
    f(*leaves).backward(create_graph=True)
    slope = leaves[i].grad
    for leaf in leaves:
        leaf.grad = 0.0
    if isinstance(slope, Value) and slope.requires_grad:
        slope.backward()
    return float(leaves[j].grad)


def by_operators(f, x, i, j):
    return grad(grad(f, i), j)(*x)


def forward_over_reverse(f, x, i, j):
    return jvp(lambda moving: grad(f, i)(*x[:j], moving, *x[j + 1 :]), (x[j],), (1.0,))[1]


WAYS = [by_values, by_operators, forward_over_reverse]

MIXED = [  # f, x, the matrix of its second derivatives
    (ac.power, (23.0, 0.0), [[0, 1 / 23], [1 / 23, math.log(23) ** 2]]),
    (ac.power, (0.5, 0.0), [[0, 2], [2, math.log(0.5) ** 2]]),
    (ac.float_power, (23.0, 0.0), [[0, 1 / 23], [1 / 23, math.log(23) ** 2]]),
    (ac.power, (0.0, 2.0), [[2, 0], [0, 0]]),
    (ac.power, (0.0, 3.0), [[0, 0], [0, 0]]),
    (ac.power, (0.0, 0.0), [[0, 0], [0, 0]]),
    (ac.hypot, (0.0, 2.0), [[0.5, 0], [0, 0]]),
    (ac.hypot, (0.0, 0.0), [[0, 0], [0, 0]]),
    (ac.arctan2, (0.0, 0.0), [[0, 0], [0, 0]]),
    (ac.arctan2, (0.0, 2.0), [[0, -0.25], [-0.25, 0]]),
    (ac.logaddexp, (1.0, 1.0), [[0.25, -0.25], [-0.25, 0.25]]),
    (ac.logaddexp, (-INF, -INF), [[0, 0], [0, 0]]),
    (ac.logaddexp, (1.0, INF), [[0, 0], [0, 0]]),
    (ac.logaddexp, (-INF, 1.0), [[0, 0], [0, 0]]),
    (ac.logaddexp2, (1.0, 1.0), np.array([[1, -1], [-1, 1]]) * math.log(2) / 4),
    (ac.sinc, (0.0,), [[-(math.pi**2) / 3]]),
    (ac.sinc, (1e-3,), [[-(math.pi**2) / 3 + math.pi**4 * 1e-6 / 10]]),
    (ac.i1, (0.0,), [[0]]),
    (ac.i1, (1e-3,), [[0.375e-3]]),
    (ac.expm1, (-40.0,), [[math.exp(-40)]]),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(("f", "x", "expected"), MIXED, ids=lambda x: getattr(x, "__name__", None))
def test_second_derivatives_at_corners(f, x, expected, way):
    found = [[way(f, x, i, j) for j in range(len(x))] for i in range(len(x))]
    assert_allclose(found, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (ac.arctan2, (0.0, 0.0), (0, 0)),
        (ac.power, (0.0, -1.0), (-INF, -INF)),
        (ac.power, (0.0, 2.0), (0, 0)),
        (ac.power, (0.0, 0.0), (0, 0)),
        (ac.power, (23.0, 0.0), (0, math.log(23))),
        (ac.logaddexp, (INF, 1.0), (1, 0)),
        (ac.logaddexp, (1.0, INF), (0, 1)),
        (ac.logaddexp2, (-INF, 3.0), (0, 1)),
        (ac.logaddexp, (1.0, 3.0), (1 / (1 + math.e**2), 1 / (1 + math.e**-2))),
    ],
)
@pytest.mark.parametrize("kind", [float, np.float64, np.float32])
def test_first_derivatives_at_corners(f, x, expected, kind):
    with np.errstate(all="ignore"):
        if kind is float:
            found = [grad(f, i)(*x) for i in range(2)]
        else:
            arrays = [np.array([number], kind) for number in x]
            found = [grad(lambda *leaves: f(*leaves).sum(), i)(*arrays)[0] for i in range(2)]
    assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("f", "derivative"),
    [
        (ac.expm1, math.exp),
        (F.elu, math.exp),
        (F.celu, math.exp),
        (F.softplus, math.exp),
        (F.selu, lambda x: 1.0507009873554805 * 1.6732632423543772 * math.exp(x)),
        (lambda x: F.celu(x, 2.0), lambda x: math.exp(x / 2)),
        (lambda x: F.elu(x, 0.5), lambda x: 0.5 * math.exp(x)),
    ],
)
@pytest.mark.parametrize(("x", "dtype"), [(-40.0, np.float64), (-300.0, np.float64), (-20.0, np.float32)])
def test_small_exponentials_are_not_rounded_away(f, derivative, x, dtype):
    total = lambda x: f(x).sum()  # noqa: E731
    at, along = np.array([x], dtype), np.ones(1, dtype)
    assert_allclose(grad(total)(at), [derivative(x)], rtol=1e-5)
    assert_allclose(jvp(f, (at,), (along,))[1], [derivative(x)], rtol=1e-5)
    second = derivative(x) / (2 if derivative(x) == math.exp(x / 2) else 1)
    assert_allclose(hvp(total, at, along), [second], rtol=1e-5)
    assert_allclose(grad(f)(x), derivative(x), rtol=1e-8)


def test_a_sinc_in_single_precision_keeps_its_slope():
    x = np.geomspace(1e-5, 0.5, 50)
    single = Tensor(x.astype(np.float32), requires_grad=True)
    ac.sinc(single).sum().backward()
    assert_allclose(single.grad, (np.cos(np.pi * x) - np.sinc(x)) / x, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("p", [-2.0, -1.0, -0.5, 0.3, 0.5, 0.9])
def test_norms_of_small_order_have_no_slope_along_zeros(p):
    x = np.array([0.0, 2.0])
    slope = [0.0, 1.0] if p > 0 else [0.0, 0.0]  # a negative order takes the smallest element, which is 0
    with np.errstate(divide="ignore"):
        assert_allclose(grad(lambda x: ac.linalg.norm(x, p))(x), slope)
        assert_allclose(jvp(lambda x: ac.linalg.norm(x, p), (x,), (np.ones(2),))[1], sum(slope))
        assert_allclose(grad(lambda x: ac.linalg.norm(x, p))(np.zeros(2)), [0.0, 0.0])
        assert_allclose(grad(lambda x: ac.linalg.norm(x, p))(x.astype(np.float32)), slope)


@pytest.mark.parametrize("p", [0.5, 1.5, 2.5, 3.0, -1.0])
def test_the_hessian_of_a_norm(p):
    hessian = ac.hessian(lambda x: ac.linalg.norm(x, p))(np.array([3.0, -4.0]))
    size, slopes = np.array([3.0, 4.0]), np.array([3.0, 4.0])
    length = (size**p).sum() ** (1 / p)
    u = (slopes / length) ** (p - 1) * [1, -1]
    expected = (p - 1) / length * (np.diag((size / length) ** (p - 2)) - np.outer(u, u))
    assert_allclose(hessian, expected, rtol=1e-12)


def test_the_hessian_of_a_cubic_norm_where_an_element_is_zero():
    assert_allclose(ac.hessian(lambda x: ac.linalg.norm(x, 3))(np.array([0.0, 2.0])), np.zeros((2, 2)))


@pytest.mark.parametrize("zeros", [[0], [0, 1], [0, 1, 2], []])
def test_the_hessian_of_a_product_with_zeros(zeros):
    x = np.array([2.0, 3.0, 5.0, 7.0])
    x[zeros] = 0.0
    pairs = [
        [0 if i == j else np.prod([x[k] for k in range(4) if k not in (i, j)]) for j in range(4)]
        for i in range(4)
    ]
    assert_allclose(ac.hessian(ac.prod)(x), pairs)
    assert_allclose(ac.hessian(lambda x: ac.cumprod(x)[-1])(x), pairs)
    assert_allclose(ac.hessian(ac.nanprod)(x), pairs)
    assert_allclose(hvp(ac.prod, x, np.ones(4)), np.sum(pairs, axis=1))


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_hessian_of_a_variance_of_equal_numbers(ddof):
    x = np.full(3, 2.0)
    expected = 2 * (np.eye(3) - 1 / 3) / (3 - ddof)
    assert_allclose(ac.hessian(lambda x: ac.var(x, ddof=ddof))(x), expected, atol=1e-15)
    assert_allclose(ac.hessian(lambda x: ac.nanvar(x, ddof=ddof))(x), expected, atol=1e-15)
    assert_allclose(grad(lambda x: ac.std(x, ddof=ddof))(x), np.zeros(3))
