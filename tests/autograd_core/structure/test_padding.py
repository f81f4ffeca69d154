"""Padding is NumPy's in every mode, with the gradient of what the new elements are made of."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import DomainError, ShapeError, Tensor, grad, gradcheck
from tests.autograd_core.protocols.numpy_cases import wave

CASES = {
    "maximum": {"mode": "maximum"},
    "minimum of two": {"mode": "minimum", "stat_length": 2},
    "mean": {"mode": "mean"},
    "means of the outermost": {"mode": "mean", "stat_length": ((1, 2), (3, 1))},
    "median": {"mode": "median", "stat_length": (3, 9)},
    "ramp": {"mode": "linear_ramp"},
    "ramps": {"mode": "linear_ramp", "end_values": ((1.0, -2.0), (0.5, 3.0))},
    "constants": {"constant_values": ((1.0, 2.0), (3.0, 4.0))},
    "a pair of constants": {"mode": "constant", "constant_values": (1.0, 2.0)},
    "reflect": {"mode": "reflect"},
    "reflect at a point": {"mode": "reflect", "reflect_type": "odd"},
    "symmetric at a point": {"mode": "symmetric", "reflect_type": "odd"},
    "wrap": {"mode": "wrap"},
    "edge": {"mode": "edge"},
}


@pytest.mark.parametrize("options", CASES.values(), ids=CASES)
@pytest.mark.parametrize("width", [1, (2, 0), ((0, 1), (3, 2)), ((7, 5), (0, 6))], ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_mode_is_numpys(options, width, dtype):
    x = wave(3, 4).astype(dtype)
    found = np.pad(Tensor(x, requires_grad=True), width, **options)
    assert np.allclose(found.data, np.pad(x, width, **options), rtol=1e-5, atol=1e-6)
    assert found.dtype == dtype
    if dtype == np.float64:
        weights = wave(*found.shape, phase=2.0)
        assert gradcheck(lambda x: (np.pad(x, width, **options) * weights).sum(), x)


@pytest.mark.parametrize("mode", ["maximum", "mean", "median", "linear_ramp", "edge"])
def test_integers_stay_integers(mode):
    x = np.array([[1, 5, 2], [8, 3, 9]])
    assert np.pad(Tensor(x), (1, 2), mode=mode).tolist() == np.pad(x, (1, 2), mode=mode).tolist()


def test_numbers_to_pad_with_have_a_gradient():
    ends = np.array([[1.0, 2.0], [3.0, 4.0]])
    x, weights = wave(2, 3), wave(4, 5)
    assert gradcheck(lambda v: (np.pad(x, 1, constant_values=v) * weights).sum() if isinstance(v, np.ndarray)
                     else (_padded(x, v) * weights).sum(), ends)  # fmt: skip
    slope = grad(lambda v: (_ramped(Tensor(x), v) * weights).sum())(2.5)
    assert slope == pytest.approx(
        sum((np.pad(x, 1, mode="linear_ramp", end_values=2.5 + k) * weights).sum() * k for k in (1, -1)) / 2
    )


def _padded(x, values):
    from autograd_core.structure import pad

    return pad(x, 1, "constant", values)


def _ramped(x, end):
    from autograd_core.structure import pad

    return pad(x, 1, "linear_ramp", end_values=end)


def test_what_cannot_be_padded_is_refused():
    t = Tensor(np.ones((2, 3)))
    with pytest.raises(DomainError, match=r"'maximum'.* and 'empty', got 'median_of'"):
        np.pad(t, 1, mode="median_of")
    with pytest.raises(DomainError, match="stat_length counts elements from 1, got 0"):
        np.pad(t, 1, mode="mean", stat_length=0)
    with pytest.raises(DomainError, match="'even' or 'odd', got 'new'"):
        np.pad(t, 1, mode="reflect", reflect_type="new")
    with pytest.raises(ShapeError, match=r"no pair for each of 2 axes"):
        np.pad(t, 1, constant_values=((1, 2), (3, 4), (5, 6)))
    assert np.pad(t, 1, mode="empty").shape == (4, 5)
