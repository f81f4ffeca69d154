"""Fourier transforms are NumPy's, as pairs of real numbers."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import ShapeError, Tensor, fft, grad, gradcheck
from tests.autograd_core.protocols.numpy_cases import wave


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


def test_a_spectrum_of_half_the_length_carries_the_whole_energy():
    """Parseval: the numbers between the ends count twice, so the gradient of the energy is 2 x."""
    x = wave(3, 6)
    pairs = fft.fft(np.stack([x, 0 * x], axis=-1), norm="ortho")
    np.testing.assert_allclose((pairs**2).sum(), (x**2).sum())
    np.testing.assert_allclose(fft.irfft(fft.rfft(x)), x, atol=1e-14)
    gradient = grad(lambda z: (fft.fft(z, norm="ortho") ** 2).sum())(wave(5, 2))
    np.testing.assert_allclose(gradient, 2 * wave(5, 2))
