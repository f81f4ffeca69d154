"""Every function of NumPy is recorded, computed without recording, or refused by name."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from autograd_core import GraphError, Tensor
from autograd_core.errors import AutogradError
from autograd_core.protocols import FUNCTIONS, UNRECORDED
from autograd_core.protocols.ufuncs import UFUNCS
from tests.autograd_core.protocols.numpy_cases import wave

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
    "trapz", "triu_indices", "typename", "zeros",
}  # fmt: skip


REFUSED = {
    "bitwise_count", "bitwise_left_shift", "bitwise_right_shift", "busday_count", "busday_offset",
    "datetime_as_string", "fft", "fft2", "fftn", "frexp", "gcd", "hfft", "ifft", "ifft2",
    "ifftn", "ihfft", "in1d", "intersect1d", "irfft", "irfft2", "irfftn", "is_busday", "isnat", "lcm", "left_shift",
    "nextafter", "poly", "polydiv", "polyfit", "rfft", "rfft2",
    "rfftn", "right_shift", "roots", "setdiff1d", "setxor1d", "sort_complex", "spacing", "union1d",
    "unique_all", "unique_counts", "unique_inverse",
}  # fmt: skip


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
    "put_along_axis": lambda f, x: f(x, np.zeros((1,) * x.ndim, int), 0.5, 0),
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


WITH_CONSTANTS = {"full_like", "slogdet"}


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
