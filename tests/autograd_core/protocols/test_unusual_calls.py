"""NumPy's functions on arrays as they come: other layouts, dtypes and byte orders, empty, of one element, without
axes, masked, with NaN and infinities; with ``out=`` and ``where=``.

What NumPy computes is either the same here, with finite differences as its derivative, or refused by one of this
library's errors; what NumPy refuses ends in one of them, too. ``FUZZ_EXAMPLES`` says how many calls are made,
``FUZZ_SEED`` which; a failure prints a program that repeats it.
"""

from __future__ import annotations

import random
import re
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, grad
from autograd_core.errors import AutogradError
from tests.autograd_core.protocols import numpy_cases
from tests.autograd_core.protocols.numpy_cases import CASES, INPUTS, wave
from tests.fuzzing import amount_and_seed

CALLS, SEED = amount_and_seed(400)

# Each is a piece of a program, so that a failure can be repeated.
LAYOUTS = {
    "as it is": "{x}",
    "columns first": "np.asfortranarray({x})",
    "transposed twice": "np.ascontiguousarray({x}.T).T",
    "backwards": "np.flip(np.flip({x}).copy())",
    "every other": "np.repeat({x}[..., None], 2, -1)[..., 0]",
    "big-endian": "{x}.astype('>f8')",
    "single": "{x}.astype(np.float32)",
    "single, big-endian": "{x}.astype('>f4')",
    "half": "{x}.astype(np.float16)",
    "whole": "np.rint({x} * 3).astype(np.int64)",
    "small whole": "np.rint({x} * 3).astype(np.int8)",
    "truths": "{x} > 0",
    "read only": "np.broadcast_to({x}, {x}.shape)",
    "rows repeated": "np.broadcast_to({x}.ravel()[:1].reshape((1,) * {x}.ndim), {x}.shape)",
    "ties": "np.round({x})",
    "zeros": "{x} * 0",
    "with NaN": "np.where(np.arange({x}.size).reshape({x}.shape) == 1, np.nan, {x})",
    "with an infinity": "np.where(np.arange({x}.size).reshape({x}.shape) == 1, np.inf, {x})",
    "with -0": "np.where({x} < 0, -0.0, {x})",
    "one element": "{x}.ravel()[:1]",
    "one row": "{x}[:1] if {x}.ndim else {x}",
    "nothing": "{x}[:0] if {x}.ndim else {x}",
    "nothing along the last axis": "{x}[..., :0] if {x}.ndim else {x}",
    "without axes": "{x}.ravel()[0].reshape(())",
    "one more axis": "{x}[None]",
    "masked": "np.ma.masked_array({x}, {x} > 1)",
}
OPTIONS = ["", "", "", ", out=np.zeros(4)", ", where=np.array([True, False, True, True])", ", axis=-1", ", axis=0",
           ", keepdims=True", ", dtype=np.float32", ", axis=7", ", order='K'"]  # fmt: skip
# Products whose sums are longer here than in NumPy, by zeros: 0 times an infinity is NaN.
WITH_ZEROS = ("np.convolve", "np.correlate", "np.polymul", "np.linalg.lstsq")
# NumPy looks for the singular vectors of infinities forever.
ENDLESS = ("np.linalg.svd", "np.linalg.pinv", "np.linalg.lstsq")
REAL = ("as it is", "columns first", "transposed twice", "backwards", "every other", "read only")
NAMES = vars(numpy_cases) | INPUTS


def drawn(number):
    """The program of a call, and the layout of its inputs."""
    choose = random.Random(f"{SEED} {number}")
    call = CASES[choose.choice(sorted(CASES))]
    option = choose.choice(OPTIONS)
    if option and call.endswith(")") and call.count("np.") == 1:
        call = call[:-1] + option + ")"
    used = sorted(set(re.findall(r"\b([XVSPBN])\b", call)))
    layouts = [choose.choice(list(LAYOUTS)) for _ in used]
    return call, dict(zip(used, layouts, strict=True))


def outcome(call, inputs):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return eval(call, NAMES | inputs)
        except Exception as error:
            return error


def program(call, layouts):
    lines = [f"{name} = {LAYOUTS[layout].format(x=name)}" for name, layout in layouts.items()]
    return "\n".join([*lines, call, f"(FUZZ_SEED={SEED})"])


def fault(call, layouts):
    """What is wrong with a call, None if nothing is."""
    arrays = {name: eval(LAYOUTS[layout].format(x=name), NAMES) for name, layout in layouts.items()}
    nodes = {name: _as_node(x) for name, x in arrays.items()}
    if any(isinstance(x, Exception) for x in nodes.values()):
        return None
    finite = all(np.all(np.isfinite(x)) for x in arrays.values())
    endless = call.startswith(ENDLESS) and not finite
    expected = ArithmeticError("no end") if endless else outcome(call, arrays)
    found = outcome(call, nodes)
    if isinstance(found, Exception):
        told = isinstance(found, AutogradError) or repr(found) == repr(expected)
        told = told or "unexpected keyword" in str(found)  # Python's own: there is no such option
        return None if told else f"{found!r}, where NumPy has {expected!r}"
    if isinstance(expected, Exception) or "masked" in layouts.values():
        return None  # what is more than NumPy can is not judged here
    if "initial=" in call and not all(x.dtype.kind == "f" for x in arrays.values()):
        return None  # NumPy cuts the fraction off what whole numbers start from
    if call.startswith(WITH_ZEROS) and not finite:
        return None
    ours, theirs = np.asarray(getattr(found, "data", found)), np.asarray(expected)
    if ours.shape != theirs.shape:
        return f"shape {ours.shape}, where NumPy has {theirs.shape}"
    exact = all(x.dtype.itemsize == 8 for x in arrays.values()) and "float32" not in call
    rounding = 1e-9 if exact else 5e-2
    if not np.allclose(ours, theirs, rtol=rounding, atol=rounding, equal_nan=True):
        return f"{ours.tolist()}, where NumPy has {theirs.tolist()}"
    if exact and set(layouts.values()) <= set(REAL) and np.all(np.isfinite(ours)):
        return _wrong_slope(call, arrays, ours)
    return None


def _as_node(x):
    try:
        return Tensor(x, requires_grad=x.dtype.kind == "f")
    except AutogradError as error:
        return error


def _wrong_slope(call, arrays, output):
    weights = wave(*output.shape, phase=2.0)
    names = list(arrays)

    def f(*inputs):
        return (eval(call, NAMES | dict(zip(names, inputs, strict=True))) * weights).sum()

    slopes = grad(f, tuple(range(len(names))))(*arrays.values())
    for k, (x, slope) in enumerate(zip(arrays.values(), slopes, strict=True)):
        direction = wave(*x.shape, phase=3.0)
        differences = []
        for step in (1e-5, 1e-6):
            ends = [np.sum(f(*[y + sign * step * direction if i == k else y for i, y in enumerate(arrays.values())]))
                    for sign in (1, -1)]  # fmt: skip
            differences.append((ends[0] - ends[1]) / (2 * step))
        rounding = 1e-4 * (1 + np.abs(differences[0]))
        smooth = np.abs(differences[0] - differences[1]) < rounding
        if smooth and not np.abs(np.sum(slope * direction) - differences[0]) < 3 * rounding:
            return f"slope {np.sum(slope * direction)}, where differences have {differences[0]}"
    return None


def met(call, layouts):
    """What is wrong with a call, or what it raises while it is looked at."""
    try:
        return fault(call, layouts)
    except Exception as error:
        return repr(error)


def simplest(call, layouts):
    """The layouts without those that the fault does not need."""
    for name in layouts:
        simpler = layouts | {name: "as it is"}
        layouts = simpler if met(call, simpler) else layouts
    return layouts


def test_unusual_calls_are_numpys_or_refused_by_name():
    print(f"FUZZ_SEED={SEED}")
    for number in range(CALLS):
        call, layouts = drawn(number)
        found = met(call, layouts)
        assert found is None, f"{found}\n{program(call, simplest(call, layouts))}"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_one(layout):
    for name, x in INPUTS.items():
        assert np.ndim(eval(LAYOUTS[layout].format(x=name), NAMES)) <= x.ndim + 1
