"""NumPy's own functions on tensors: NumPy's values, right derivatives, and nothing that gets lost unsaid."""

from __future__ import annotations

import re

import numpy as np
import pytest

from autograd_core import GraphError, ShapeError, Tensor, grad, gradcheck, jvp, vjp
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, NumericalError
from tests.autograd_core.protocols import numpy_cases
from tests.autograd_core.protocols.numpy_cases import CASES, INPUTS, wave

# NumPy's word until 2.5; what it does is asked for here
pytestmark = pytest.mark.filterwarnings("ignore:numpy.fix is deprecated:DeprecationWarning")

X = INPUTS["X"]
PROMOTING = re.compile(r"WEIGHTS|MISSING|MASK|float|np\.array|np\.ones|np\.diag\(|\[1\.0|\[0\.0")


def function_and_inputs(name):
    used = sorted(set(re.findall(r"\b([XVSPBN])\b", CASES[name])))
    f = eval(f"lambda {', '.join(used)}: {CASES[name]}", vars(numpy_cases))
    return f, [INPUTS[x] for x in used]


@pytest.mark.parametrize("name", CASES)
def test_tensors_give_numpys_values_and_record(name):
    f, inputs = function_and_inputs(name)
    output = f(*[Tensor(x, requires_grad=True) for x in inputs])
    expected = np.asarray(f(*inputs))
    assert isinstance(output, Tensor)
    assert output.requires_grad
    assert output.shape == expected.shape
    np.testing.assert_allclose(output.data, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_their_derivatives_are_finite_differences(name):
    f, inputs = function_and_inputs(name)
    assert gradcheck(f, *inputs)
    assert gradcheck(lambda *x: np.square(f(*x)), *inputs, order=2)


@pytest.mark.parametrize("name", CASES)
def test_their_forward_mode_is_the_transpose_of_reverse_mode(name):
    f, inputs = function_and_inputs(name)
    tangents = tuple(wave(*np.shape(x), phase=5.0) for x in inputs)
    y, moved = jvp(f, tuple(inputs), tangents)
    w = wave(*np.shape(y), phase=6.0)
    _, pullback = vjp(f, *inputs)
    back = sum(np.sum(g * t) for g, t in zip(pullback(w), tangents, strict=True))
    assert np.sum(w * moved) == pytest.approx(back, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in CASES if not PROMOTING.search(CASES[name])])
def test_single_precision_stays_single(name):
    f, inputs = function_and_inputs(name)
    leaves = [Tensor(x.astype(np.float32), requires_grad=True) for x in inputs]
    y = f(*leaves)
    assert y.dtype == np.float32
    y.sum().backward()
    assert all(x.grad is None or x.grad.dtype == np.float32 for x in leaves)
    assert any(x.grad is not None for x in leaves)


@pytest.mark.parametrize("name", CASES)
def test_strided_inputs_give_what_their_copies_give(name):
    f, inputs = function_and_inputs(name)
    strided = [np.repeat(x[..., None], 2, axis=-1)[..., 0] for x in inputs]
    np.testing.assert_allclose(f(*map(Tensor, strided)).data, f(*map(Tensor, inputs)).data, rtol=1e-12)


# -- quantiles by every definition, with their corners ---------------------------------------------------


# -- whole numbers, single numbers, nothing ---------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        np.sum, np.prod, np.max, np.cumsum, np.mean, np.var, np.median, np.round, np.ptp, np.diff, np.gradient,
        np.unique, np.average, lambda x: np.clip(x, 2, None), lambda x: np.quantile(x, 0.3), np.ediff1d, np.sinc,
        lambda x: np.insert(x, 1, 5), lambda x: np.delete(x, 1), lambda x: np.append(x, 3), np.copy, np.fix,
        lambda x: np.round(x, -1), lambda x: np.add.reduce(x), np.cov, lambda x: np.polyval([1, 2], x),
    ],
)  # fmt: skip
def test_integers_give_what_numpy_makes_of_them(f):
    x = np.array([3, 11, 4, 15])
    expected, found = f(x), f(Tensor(x))
    assert isinstance(found, Tensor)
    assert found.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(found.data, expected)


@pytest.mark.parametrize(
    "f",
    [np.sum, np.mean, np.max, np.prod, np.cumsum, np.ravel, np.copy, np.sort, np.median, np.round, np.sinc,
     lambda x: np.append(x, 1.0), lambda x: np.linspace(0.0, x, 3), np.atleast_2d, np.std, lambda x: np.sum(x, ())],
)  # fmt: skip
def test_a_number_without_axes_is_an_array_too(f):
    x = np.array(0.7)
    if f is np.sort:
        f = lambda x: np.sort(x, axis=None)  # noqa: E731
    found = f(Tensor(x, requires_grad=True))
    assert found.shape == np.shape(f(x))
    np.testing.assert_allclose(found.data, f(x))


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (np.sum, ()), (np.prod, ()), (np.cumsum, (0,)), (np.sort, (0,)), (np.unique, (0,)), (np.diff, (0,)),
        (lambda x: np.max(x, initial=3.0), ()), (lambda x: np.append(x, 1.0), (1,)), (np.ravel, (0,)),
        (lambda x: np.insert(x, 0, 2.0), (1,)), (lambda x: np.nansum(x), ()), (lambda x: np.trim_zeros(x), (0,)),
        (lambda x: np.concatenate([x, x]), (0,)), (lambda x: np.linalg.norm(x), ()), (lambda x: np.round(x, 2), (0,)),
    ],
)  # fmt: skip
def test_nothing_is_an_array_too(f, shape):
    x = Tensor(np.zeros(0), requires_grad=True)
    y = f(x)
    assert y.shape == shape == np.shape(f(np.zeros(0)))
    y.sum().backward()
    assert x.grad is None or x.grad.shape == (0,)


# -- lists of nodes ------------------------------------------------------------------------------------------


# -- what is asked for wrongly is answered by name ------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: np.sum(t, out=np.zeros(())), GraphError, r"np.sum with out= writes in place"),
        (lambda t: np.sum(t, 7), ShapeError, r"sum\(\): axis 7 is out of range"),
        (lambda t: np.max(t, where=t > 0), DomainError, r"max\(where=...\) needs initial="),
        (lambda t: np.quantile(t, 0.5, weights=np.ones((3, 4))), DomainError, "weights go with the method"),
        (lambda t: np.quantile(t, 0.5, method="best"), DomainError, "methods are inverted_cdf, .* got 'best'"),
        (lambda t: np.percentile(t, 150), DomainError, r"percentile\(\): a level lies between 0 and 100"),
        (lambda t: np.copyto(np.zeros((3, 4)), t), GraphError, r"np.copyto would write .* type ndarray"),
        (lambda t: grad(lambda x: np.full((3, 4), x).sum())(X), GraphError, "np.full makes plain numbers of a node that requires a gradient"),
        (lambda t: (t * 2, np.fill_diagonal(t, 0.0)), GraphError, "'multiply' has used"),
        (lambda t: (t * 2, np.put(t, 0, 1.0)), GraphError, "'multiply' has used"),
        (lambda t: np.add.at(t, 0, 1.0), GraphError, "writes into an array that is there already"),
        (lambda t: np.exp(t, where=t > 0), GraphError, "leaves elements unset.*np.where"),
        (lambda t: np.linalg.norm(np.ones(3), t[0, 0]), GraphError, "call autograd_core's function of its name"),
        (lambda t: np.frexp(t), GraphError, "np.frexp is not an operation that can be recorded.*np.exp"),
        (lambda t: np.gcd(t, 2), GraphError, "np.gcd is not an operation"),
        (lambda t: np.add.reduceat(t, [0]), GraphError, "np.add.reduceat is not an operation"),
        (lambda t: np.fft.rfft(t), GraphError, r"complex numbers.*autograd_core.fft.rfft computes with pairs"),
        (lambda t: np.histogram(X, weights=t), GraphError, "np.histogram does not record its weights"),
        (lambda t: np.ldexp(t, 1.5), DtypeError, "the exponent is made of integers"),
        (lambda t: np.linalg.eig(t[0, 0] * np.array([[0.0, 1.0], [-1.0, 0.0]])), NumericalError, "complex"),
        (lambda t: np.average(t, axis=0, weights=np.ones(2)), ShapeError, r"weights of shape \(2,\) fit neither"),
        (lambda t: np.average(t, weights=np.zeros((3, 4))), DomainError, "add up to 0"),
        (lambda t: np.insert(t, 9, 0.0, axis=0), IndexRangeError, "outside the axis of length 3"),
        (lambda t: np.delete(t, 9, axis=0), IndexRangeError, "axis of length 3"),
        (lambda t: np.gradient(t, 1.0, 2.0, 3.0), ShapeError, "3 spacings for 2 axes"),
        (lambda t: np.gradient(t[:1]), ShapeError, "needs at least 2 samples"),
        (lambda t: np.interp(t, [0.0, 1.0], [1.0]), ShapeError, "rows of equally many numbers"),
        (lambda t: np.vecdot(t, np.ones(3)), ShapeError, r"vecdot\(\): shapes \(3, 4\) and \(3,\)"),
        (lambda t: np.cov(t[:, :1]), DomainError, "leave no degree of freedom"),
        (lambda t: np.choose([0, 3], [t, t]), IndexRangeError, "outside the 2 choices"),
        (lambda t: np.partition(t, 9), IndexRangeError, "kth=9 is outside"),
        (lambda t: np.vsplit(t[0], 2), ShapeError, "at least two axes"),
        (lambda t: np.reshape(t, (2, 6), order="Q"), (DomainError, ValueError), "order"),
        (lambda t: np.geomspace(-1.0, Tensor(1.0, requires_grad=True)), DomainError, "one sign"),
        (lambda t: np.linalg.norm(t, "nu"), DomainError, "ord for matrices is 'fro', 'nuc', 1, -1, 2, -2, inf or -inf; got 'nu'"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call(Tensor(X, requires_grad=True))


def test_a_tensor_has_the_methods_of_an_array():
    t = Tensor(X, requires_grad=True)
    for name, *arguments in [
        ("round", 1), ("clip", -0.5, 0.5), ("cumsum", 1), ("cumprod", 0), ("sort", 0), ("take", [0, 3], 1), ("std", 0),
        ("var",), ("trace",), ("ravel", "F"), ("repeat", 2, 0), ("dot", X.T), ("conj",), ("copy",), ("compress", [True, False], 0),
        ("all",), ("any", 0), ("nonzero",), ("searchsorted", 0.3), ("tolist",), ("prod", 1), ("argsort", 0), ("diagonal", 1),
    ]:  # fmt: skip
        array = X[0] if name == "searchsorted" else X
        tensor = t[0] if name == "searchsorted" else t
        expected = np.sort(X, 0) if name == "sort" else getattr(array, name)(*arguments)
        found = getattr(tensor, name)(*arguments)
        np.testing.assert_allclose(found.data if isinstance(found, Tensor) else found, expected, err_msg=name)
    np.testing.assert_allclose(t.cummax(1).data, np.maximum.accumulate(X, 1))
    np.testing.assert_allclose(t.cummin(0).data, np.minimum.accumulate(X, 0))
    np.testing.assert_allclose(t.sum(0, where=X > 0, initial=1.0).data, X.sum(0, where=X > 0, initial=1.0))
    np.testing.assert_allclose(t.clip(min=0.0).data, X.clip(min=0.0))


# -- Fourier transforms along several axes, in pairs -----------------------------------------------------------


# -- all of NumPy: recorded, unrecorded or refused by name, one by one -------------------------------------------


"""Functions that NumPy keeps to itself. Those that convert (``np.array(t)``) meet ``Tensor.__array__``, which
refuses where a gradient would be lost.
"""

"""What has no derivative, writes in place or needs complex numbers."""


"""What has no meaning for floating-point numbers, or writes a file."""


"""What also gives numbers that have no derivative: a filling, a sign."""
