"""Every argument that a result depends on has its derivative, or is refused: none is taken for a constant
without a word. The derivatives are held against central differences, in both modes.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd_core as ac
from autograd_core import Tensor, Value
from autograd_core.errors import DomainError, GraphError

X = np.array([0.3, -1.2, 2.5, 0.9, -0.4])
M = np.array([[0.3, -1.2, 2.5, 0.9, -0.4], [1.1, 0.2, -0.7, 0.5, 1.9], [-0.8, 0.6, 0.1, -1.5, 0.7]])
W = np.array([0.5, 1.0, 2.0, 0.3, 0.7])
GAPS = np.array([1.0, np.nan, 5.0, 2.0, 3.0])
STEPS = np.arange(5.0)

RECORDED = {
    "quantile(q)": (lambda q: ac.quantile(X, q), 0.3),
    "quantile(q, axis)": (lambda q: ac.quantile(M, q, axis=1), 0.6),
    "quantile(several q)": (lambda q: ac.quantile(M, q, axis=0, keepdims=True), np.array([0.3, 0.55])),
    "quantile(q, hazen)": (lambda q: ac.quantile(X, q, method="hazen"), 0.37),
    "quantile(q, weibull)": (lambda q: ac.quantile(X, q, method="weibull"), 0.37),
    "quantile(q, median_unbiased)": (lambda q: ac.quantile(X, q, method="median_unbiased"), 0.41),
    "quantile(q, lower)": (lambda q: ac.quantile(X, q, method="lower") + q, 0.4),
    "percentile(q)": (lambda q: ac.percentile(M, q, axis=1), 33.0),
    "nanquantile(q)": (lambda q: ac.nanquantile(GAPS, q), 0.3),
    "nanpercentile(q)": (lambda q: ac.nanpercentile(GAPS, q), np.array([30.0, 90.0])),
    "np.quantile(q)": (lambda q: np.quantile(X, q), 0.3),
    "np.nanpercentile(q)": (lambda q: np.nanpercentile(GAPS, q), 40.0),
    "cov(aweights)": (lambda w: ac.cov(M, aweights=w), W),
    "np.cov(aweights)": (lambda w: np.cov(M, aweights=w), W),
    "cov(aweights, fweights)": (lambda w: ac.cov(M, aweights=w, fweights=[1, 2, 1, 3, 1]), W),
    "cov(aweights, bias)": (lambda w: ac.cov(M, aweights=w, bias=True), W),
    "cov(y)": (lambda y: ac.cov(X, y), W),
    "cov(ddof)": (lambda d: ac.cov(M, ddof=d), 0.5),
    "average(weights)": (lambda w: ac.average(M, axis=1, weights=w), W),
    "average(returned)": (lambda w: ac.average(X, weights=w, returned=True)[1], W),
    "interp(x)": (lambda t: ac.interp(t, [0.0, 1.0, 3.0], [1.0, 5.0, 2.0]), 0.4),
    "interp(xp)": (lambda t: ac.interp(0.4, t, [1.0, 5.0, 2.0]), np.array([0.0, 1.0, 3.0])),
    "interp(fp)": (lambda t: ac.interp([0.4, 2.0], [0.0, 1.0, 3.0], t), np.array([0.0, 1.0, 3.0])),
    "interp(left)": (lambda t: ac.interp(-1.0, [0.0, 1.0], [1.0, 5.0], left=t), 0.3),
    "interp(right)": (lambda t: ac.interp(9.0, [0.0, 1.0], [1.0, 5.0], right=t), 0.3),
    "interp(period)": (lambda t: ac.interp(7.3, [0.0, 1.0, 2.0], [1.0, 5.0, 2.0], period=t), 3.1),
    "trapezoid(x)": (lambda t: ac.trapezoid(X, t), W.cumsum()),
    "trapezoid(dx)": (lambda t: ac.trapezoid(M, dx=t, axis=0), 0.3),
    "gradient(step)": (lambda t: ac.gradient(X, t), 0.3),
    "gradient(even coordinates)": (lambda t: ac.gradient(X, t), STEPS),
    "gradient(coordinates, 2)": (lambda t: ac.gradient(X, t, edge_order=2), STEPS),
    "gradient(uneven coordinates)": (lambda t: ac.gradient(X, t), W.cumsum()),
    "gradient(two steps)": (lambda t: ac.gradient(M, t, 0.5)[0], 0.2),
    "linspace(start)": (lambda t: ac.linspace(t, 2.0, 4), 0.3),
    "linspace(stop)": (lambda t: ac.linspace(1.0, t, 4, endpoint=False), 0.3),
    "linspace(retstep)": (lambda t: ac.linspace(1.0, t, 4, retstep=True)[1], 0.3),
    "logspace(base)": (lambda t: ac.logspace(0.0, 2.0, 4, base=t), 3.0),
    "geomspace(start)": (lambda t: ac.geomspace(t, 9.0, 4), 2.0),
    "norm(ord)": (lambda p: ac.linalg.norm(X, p), 2.5),
    "norm(ord, axis)": (lambda p: ac.linalg.norm(M, p, axis=1), 1.5),
    "norm(ord) with zeros": (lambda p: ac.linalg.norm(np.array([0.0, 2.0, 1.0]), p), 0.5),
    "vector_norm(ord)": (lambda p: ac.linalg.vector_norm(M, ord=p), 1.5),
    "var(ddof)": (lambda d: ac.var(X, ddof=d), 0.5),
    "std(correction)": (lambda d: ac.std(X, correction=d), 0.5),
    "std(ddof, where)": (lambda d: ac.std(X, ddof=d, where=X > -1), 0.5),
    "var(mean)": (lambda d: ac.var(X, mean=d), 0.5),
    "nanvar(ddof)": (lambda d: ac.nanvar(GAPS, ddof=d), 0.5),
    "sum(initial)": (lambda d: ac.sum(X, initial=d), 0.5),
    "prod(initial)": (lambda d: ac.prod(X, initial=d), 0.5),
    "max(initial)": (lambda d: ac.max(X, initial=d), 9.0),
    "max(initial, where)": (lambda d: ac.max(X, initial=d, where=X < 0), 9.0),
    "pad(value)": (lambda d: ac.pad(M, (1, 2), value=d), 0.4),
    "unwrap(period)": (lambda d: ac.unwrap([0.0, 5.0, 11.0, 3.0], period=d), 5.2),
    "polyint(k)": (lambda d: ac.polyint(X, k=d), 0.2),
    "diff(prepend)": (lambda d: ac.diff(X, prepend=d), 0.2),
    "clip(bounds)": (lambda d: ac.clip(X, d, 1.0 + d), 0.1),
    "full(value)": (lambda d: ac.full(3, d), 2.0),
}


def differences(f, x, step=1e-6):
    columns = []
    for index in np.ndindex(np.shape(x)):
        unit = np.zeros(np.shape(x))
        unit[index] = step
        columns.append((np.asarray(f(x + unit)) - np.asarray(f(x - unit))) / (2 * step))
    found = np.stack(columns, -1)
    return found.reshape(found.shape[:-1] + np.shape(x))


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("name", RECORDED)
def test_an_argument_has_its_derivative(name, mode):
    f, x = RECORDED[name]
    assert_allclose(ac.jacobian(f, mode=mode)(x), differences(f, x), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", ["quantile(q)", "cov(ddof)", "norm(ord)", "pad(value)", "interp(period)"])
def test_a_value_as_an_argument_gets_its_gradient(name):
    f, x = RECORDED[name]
    value = Value(x)
    f(value).sum().backward()
    assert_allclose(value.grad, np.sum(differences(f, x)), rtol=1e-5)


@pytest.mark.parametrize(
    "name", ["quantile(q, axis)", "cov(aweights)", "gradient(even coordinates)", "norm(ord)"]
)
def test_an_argument_has_second_derivatives(name):
    f, x = RECORDED[name]
    total = lambda x: (ac.array(f(x)) ** 2).sum()  # noqa: E731
    assert_allclose(ac.hessian(total)(x), differences(ac.grad(total), x), rtol=1e-5, atol=1e-5)


def test_a_quantile_that_falls_on_an_element_does_not_move_with_its_level():
    """As in PyTorch: there the slope jumps."""
    for level in (0.0, 0.5, 1.0):
        assert ac.grad(lambda q: ac.quantile([1.0, 2.0, 4.0], q))(level) == 0.0


def test_single_precision_stays():
    q, v = Tensor(np.float32(0.3), requires_grad=True), X.astype(np.float32)
    result = ac.quantile(v, q)
    result.backward()
    assert result.dtype == q.grad.dtype == np.float32
    assert_allclose(q.grad, differences(RECORDED["quantile(q)"][0], 0.3), rtol=1e-5)


REFUSED = {
    "unwrap(discont)": (lambda d: ac.unwrap([0.0, 5.0, 11.0], discont=d), 3.2),
    "cov(fweights)": (lambda w: ac.cov(M, fweights=w), np.ones(5)),
    "pinv(rcond)": (lambda d: ac.linalg.pinv(M, d), 0.2),
    "lstsq(rcond)": (lambda d: ac.linalg.lstsq(M.T, X, d)[0], 0.2),
    "matrix_rank(tol)": (lambda d: ac.linalg.matrix_rank(M, d), 0.2),
    "cond(p)": (lambda p: ac.linalg.cond(M[:, :3], p), 2.0),
    "norm(ord) of matrices": (lambda p: ac.linalg.norm(M, p), 2.0),
    "standardize(eps)": (lambda d: ac.standardize(M, eps=d), 0.2),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_argument_without_a_derivative_is_refused(name):
    f, x = REFUSED[name]
    argument = name.partition("(")[2].partition(")")[0]
    message = f"there is no derivative with respect to {argument}, which is a constant here"
    with pytest.raises(GraphError, match=message):
        ac.grad(lambda x: ac.sum(f(x)))(x)
    with pytest.raises(GraphError, match=message):
        f(Tensor(x, requires_grad=True))
    with ac.no_grad():
        f(Tensor(x, requires_grad=True))
    f(ac.stop_gradient(Tensor(x)))


def test_an_order_without_a_derivative_is_refused():
    with pytest.raises(DomainError, match="no derivative with respect to an ord of inf"):
        ac.grad(lambda p: ac.linalg.norm(X, p))(np.inf)
