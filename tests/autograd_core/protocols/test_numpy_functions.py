"""NumPy's own functions on tensors: NumPy's values, right derivatives, and nothing that gets lost unsaid."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import (
    GraphError,
    ShapeError,
    Tensor,
    Value,
    grad,
    gradcheck,
    jvp,
    vjp,
)
from autograd_core.errors import (
    AutogradError,
    DomainError,
    DtypeError,
    IndexRangeError,
    NumericalError,
)
from autograd_core.protocols import FUNCTIONS, UNRECORDED
from autograd_core.protocols.ufuncs import UFUNCS
from tests.autograd_core.protocols import numpy_cases
from tests.autograd_core.protocols.numpy_cases import CASES, INPUTS, wave

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


@pytest.mark.parametrize("method", ac.structure.quantiles.METHODS)
@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_quantiles_are_numpys_by_each_of_its_methods(method, n):
    x, q = wave(n), [0.0, 0.1, 0.25, 0.5, 0.625, 0.9, 1.0]
    found = np.quantile(Tensor(x, requires_grad=True), q, method=method)
    np.testing.assert_allclose(found.data, np.quantile(x, q, method=method), rtol=1e-9, atol=1e-12)
    missing = np.append(x, np.nan)
    found = np.nanquantile(Tensor(missing, requires_grad=True), q, method=method)
    np.testing.assert_allclose(found.data, np.nanquantile(missing, q, method=method), rtol=1e-9, atol=1e-12)


def test_a_row_of_nothing_but_nans_is_nan():
    x = np.array([[1.0, np.nan], [np.nan, np.nan]])
    for f in (np.nanmax, np.nanmin, np.nanmedian, np.nanmean):
        result = f(Tensor(x, requires_grad=True), axis=1)
        assert np.isnan(result.data[1])
        assert result.data[0] == 1


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


def test_nested_lists_of_numbers_and_nodes_become_one_recorded_array():
    v, t, row = Value(2.0), Tensor(3.0, requires_grad=True), Tensor(np.array([4.0, 5.0]), requires_grad=True)
    a = ac.array([[v, 1.0], [t, v * t], row])
    assert a.tolist() == [[2.0, 1.0], [3.0, 6.0], [4.0, 5.0]]
    (a * a).sum().backward()
    assert v.grad == 4 + 2 * 6 * 3
    assert t.grad == 6 + 2 * 6 * 2
    assert row.grad.tolist() == [8.0, 10.0]
    assert gradcheck(lambda x, y: ac.array([[x, y], [x * y, 1.0]]).square(), 0.3, 0.7, order=2)


def test_numbers_in_lists_promote_no_single_precision():
    t = Tensor(np.float32(2), requires_grad=True)
    assert ac.array([t, 1.0]).dtype == ac.stack([t, 1.0, Value(2.0)]).dtype == np.float32
    assert isinstance(ac.array([[1, 2]]), np.ndarray)
    with pytest.raises(ShapeError, match="of one shape"):
        ac.array([[t, 1.0], [t]])


@pytest.mark.parametrize(
    "f",
    [
        ac.sum,
        ac.mean,
        ac.max,
        ac.prod,
        ac.var,
        ac.cumsum,
        ac.sort,
        ac.transpose,
        ac.ravel,
        ac.median,
        ac.norm,
        ac.ptp,
    ],
)
def test_the_librarys_functions_take_lists_of_nodes(f):
    assert gradcheck(lambda x, y: f([[x, y, x * y], [y, 1.0, x * x]]), 0.3, 0.7)
    assert np.shape(grad(lambda x: ac.sum(f([x, 2 * x])))(np.array([1.0, 2.0]))) == (2,)


# -- what is asked for wrongly is answered by name ------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda t: np.sum(t, out=np.zeros(())), GraphError, r"np.sum with out= writes in place"),
        (lambda t: np.sum(t, 7), ShapeError, r"sum\(\): axis 7 is out of range"),
        (lambda t: np.max(t, where=t > 0), DomainError, r"max\(where=...\) needs initial="),
        (lambda t: np.quantile(t, 0.5, weights=np.ones((3, 4))), GraphError, "does not take the option weights"),
        (lambda t: np.quantile(t, 0.5, method="best"), DomainError, "methods are inverted_cdf, .* got 'best'"),
        (lambda t: np.percentile(t, 150), DomainError, r"percentile\(\): a level lies between 0 and 100"),
        (lambda t: np.copyto(np.zeros((3, 4)), t), GraphError, r"np.copyto writes in place.*where\(mask, new, old\)"),
        (lambda t: grad(lambda x: np.full((3, 4), x).sum())(X), GraphError, "does not turn into an ndarray by itself"),
        (lambda t: np.fill_diagonal(t, 0.0), GraphError, "np.fill_diagonal writes in place"),
        (lambda t: np.put(t, 0, 1.0), GraphError, r"np.put writes in place.*scatter"),
        (lambda t: np.add.at(t, 0, 1.0), GraphError, "writes in place"),
        (lambda t: np.exp(t, where=t > 0), GraphError, "writes in place"),
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


def test_one_norm_does_everything():
    assert ac.norm is ac.linalg.norm
    assert ac.norm([[3.0, 0.0], [0.0, 4.0]], "nuc") == 7.0


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


def _as_pairs(z):
    return np.stack([z.real, z.imag], -1) if np.iscomplexobj(z) else z


@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
@pytest.mark.parametrize(
    ("name", "shape", "options"),
    [
        ("fft2", (3, 4, 2), {}), ("ifft2", (2, 3, 4, 2), {"s": (2, 5)}), ("fftn", (2, 3, 4, 2), {}),
        ("ifftn", (2, 3, 4, 2), {"axes": (0, 2)}), ("hfft", (4, 2), {}), ("hfft", (3, 4, 2), {"n": 5, "axis": 0}),
        ("irfft2", (3, 4, 2), {"s": (3, 5)}), ("irfftn", (2, 3, 4, 2), {"axes": (0, 1), "s": (2, 4)}),
        ("rfft2", (3, 4), {}), ("rfftn", (2, 3, 4), {"axes": (1, 0)}), ("ihfft", (3, 4), {"n": 6}),
    ],
)  # fmt: skip
def test_transforms_along_several_axes_are_numpys(name, shape, options, norm):
    x = wave(*shape)
    paired = not name.startswith(("rfft", "ihfft"))
    expected = _as_pairs(
        getattr(np.fft, name)(x[..., 0] + 1j * x[..., 1] if paired else x, norm=norm, **options)
    )

    def f(x):
        return getattr(ac.fft, name)(x, norm=norm, **options)

    np.testing.assert_allclose(f(Tensor(x)).data, expected, atol=1e-12)
    assert gradcheck(lambda x: f(x).square(), x)
    assert gradcheck(lambda x: f(x).square(), x, order=2)
    assert f(Tensor(x.astype(np.float32))).dtype == np.float32


def test_the_middle_of_a_spectrum_moves_and_moves_back():
    x = wave(3, 4, 2)
    z = x[..., 0] + 1j * x[..., 1]
    np.testing.assert_array_equal(ac.fft.fftshift(x), _as_pairs(np.fft.fftshift(z)))
    np.testing.assert_array_equal(ac.fft.ifftshift(x, 0), _as_pairs(np.fft.ifftshift(z, 0)))
    assert gradcheck(lambda x: ac.fft.fftshift(x, (1,)) * wave(3, 4, 2, phase=1.0), x)
    with pytest.raises(ShapeError, match=r"for real numbers there is np\.fft\.fftshift"):
        ac.fft.fftshift(np.ones((3, 3)))


# -- all of NumPy: recorded, unrecorded or refused by name, one by one -------------------------------------------

MODULES = (np, np.linalg, np.fft)

NOT_ASKED = {
    "arange", "array", "asanyarray", "asarray", "asarray_chkfinite", "ascontiguousarray", "asfortranarray",
    "asmatrix", "bartlett", "base_repr", "binary_repr", "blackman", "bmat", "broadcast_shapes",
    "datetime_data", "diag_indices", "empty", "eye", "fftfreq", "format_float_positional", "format_float_scientific",
    "from_dlpack", "frombuffer", "fromfile", "fromfunction", "fromiter", "frompyfunc", "fromregex",
    "fromstring", "full", "genfromtxt", "get_include", "get_printoptions", "getbufsize", "geterr",
    "geterrcall", "hamming", "hanning", "identity", "indices", "info", "isdtype", "isfortran", "isscalar",
    "issubdtype", "iterable", "kaiser", "load", "loadtxt", "mask_indices", "mintypecode", "nested_iters",
    "ones", "printoptions", "promote_types", "require", "rfftfreq", "row_stack", "set_printoptions",
    "setbufsize", "seterr", "seterrcall", "show_config", "show_runtime", "test", "tri", "tril_indices",
    "triu_indices", "typename", "zeros",
}  # fmt: skip
"""Functions that NumPy keeps to itself. Those that convert (``np.array(t)``) meet ``Tensor.__array__``, which
refuses where a gradient would be lost.
"""

REFUSED = {
    "bitwise_count", "bitwise_left_shift", "bitwise_right_shift", "busday_count", "busday_offset", "copyto",
    "datetime_as_string", "fft", "fft2", "fftn", "fill_diagonal", "frexp", "gcd", "hfft", "ifft", "ifft2",
    "ifftn", "ihfft", "intersect1d", "irfft", "irfft2", "irfftn", "is_busday", "isnat", "lcm", "left_shift",
    "nextafter", "place", "poly", "polydiv", "polyfit", "put", "put_along_axis", "putmask", "rfft", "rfft2",
    "rfftn", "right_shift", "roots", "setdiff1d", "setxor1d", "sort_complex", "spacing", "union1d",
    "unique_all", "unique_counts", "unique_inverse",
}  # fmt: skip
"""What has no derivative, writes in place or needs complex numbers."""


def _functions_of_numpy():
    for module in MODULES:
        for name in sorted(vars(module)):
            f = getattr(module, name)
            if not name.startswith("_") and callable(f) and not isinstance(f, type):
                yield pytest.param(name, f, id=f"{module.__name__}.{name}")


FUNCTIONS_OF_NUMPY = list(_functions_of_numpy())


@pytest.mark.parametrize(("name", "function"), FUNCTIONS_OF_NUMPY)
def test_every_function_of_numpy_is_of_one_known_kind(name, function):
    from autograd_core.protocols.ufuncs import _BOOLEAN

    kinds = {
        "recorded": (function in FUNCTIONS and name not in NOT_ASKED) or function in UFUNCS,
        "unrecorded": function in UNRECORDED or function in _BOOLEAN,
        "refused": name in REFUSED,
        "not asked": name in NOT_ASKED,
    }
    assert sum(kinds.values()) == 1, kinds


OF_LISTS = {
    "block", "column_stack", "concat", "concatenate", "dstack", "hstack", "multi_dot", "stack", "vstack",
}  # fmt: skip
FORMS = [  # NumPy's own behaviour on arrays decides which of them a function has
    lambda f, x: f(x),
    lambda f, x: f(x, 1),
    lambda f, x: f(x, x),
    lambda f, x: f(x, 1, 1),
    lambda f, x: f(x, [0, 1], 1),
    lambda f, x: f(x, (3, 1, 1) if x.ndim < 2 else (1, 3, 3)),
]
MASKED = np.eye(3, dtype=bool)
OWN_FORMS = {
    "bincount": lambda f, x: f([0, 1, 1], x),
    "apply_along_axis": lambda f, x: f(lambda row: row * row[0], 0, x),
    "apply_over_axes": lambda f, x: f(np.sum, x, [0]),
    "astype": lambda f, x: f(x, float),
    "can_cast": lambda f, x: f(x.dtype, float),
    "choose": lambda f, x: f(MASKED.astype(int), [x, x]),
    "dsplit": lambda f, x: f(x[..., None], 1),
    "einsum": lambda f, x: f("...i->...", x),
    "einsum_path": lambda f, x: f("ij,jk", x, x),
    "interp": lambda f, x: f(x, np.arange(3.0), x[..., 0] if x.ndim == 2 else x),
    "piecewise": lambda f, x: f(x, [MASKED], [lambda row: row * 2, 0.0]),
    "select": lambda f, x: f([MASKED], [x]),
    "take_along_axis": lambda f, x: f(x, MASKED.astype(int), 0),
    "where": lambda f, x: f(MASKED, x, x),
}
ONLY_INTEGERS = {
    "bitwise_and", "bitwise_invert", "bitwise_not", "bitwise_or", "bitwise_xor", "invert", "packbits",
    "ravel_multi_index", "save", "savetxt", "savez", "savez_compressed", "unpackbits", "unravel_index",
}  # fmt: skip
"""What has no meaning for floating-point numbers, or writes a file."""


WITH_CONSTANTS = {"full_like", "slogdet"}
"""What also gives numbers that have no derivative: a filling, a sign."""


def _asked(f, form, x):
    """What a function makes of an argument; None where NumPy does not take it."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return form(f, x)
    except Exception as error:
        return error


@pytest.mark.parametrize(("name", "function"), FUNCTIONS_OF_NUMPY)
def test_what_numpy_does_with_arrays_works_with_tensors_or_is_refused_by_name(name, function):
    if name in NOT_ASKED:
        return
    forms = (
        [OWN_FORMS[name]] if name in OWN_FORMS else [lambda f, x: f([x, x])] if name in OF_LISTS else FORMS
    )
    asked = 0
    for data in (wave(3, 3) + 2 * np.eye(3), np.abs(wave(3)) + 0.1, np.array(0.7)):
        for form in forms:
            expected = _asked(function, form, data.copy())
            if isinstance(expected, Exception) or (name in ("pad", "roll") and form is FORMS[2]):
                continue
            asked += 1
            found = _asked(function, form, Tensor(data, requires_grad=True))
            if name in REFUSED:
                assert isinstance(found, GraphError)
                assert name in str(found)
            elif not isinstance(found, AutogradError):
                assert not isinstance(found, Exception), found
                if (function in FUNCTIONS or function in UFUNCS) and name not in WITH_CONSTANTS:
                    _check_recorded(found, expected)
    assert asked or name in REFUSED | ONLY_INTEGERS


def _check_recorded(found, expected):
    if isinstance(expected, tuple | list):
        for one, other in zip(found, expected, strict=True):
            _check_recorded(one, other)
    elif np.asarray(expected).dtype.kind == "f":
        assert isinstance(found, Tensor)
        assert found.requires_grad
        assert found.shape == np.shape(expected)
