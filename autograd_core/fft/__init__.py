"""Discrete Fourier transforms.

The library computes with real numbers, so an array of complex numbers is written as a real array with
one more axis, the last, of length 2: real part and imaginary part (``view`` them as NumPy's complex numbers
with ``pairs[..., 0] + 1j * pairs[..., 1]``). ``axis`` counts the axes of the array of complex numbers, that
is, without the last one.

A transform is linear, and its transpose is again a transform. With F the matrix of exp(-2πi jk / n), the
transpose of F, seen as a map of pairs of real numbers, is the conjugate transpose F*, which is n times the
inverse: the inverse transform with the other normalisation. This is the whole rule.

>>> from autograd_core import Tensor, fft
>>> signal = Tensor([1.0, 0.0, -1.0, 0.0], requires_grad=True)
>>> spectrum = fft.rfft(signal)
>>> spectrum.tolist()
[[0.0, 0.0], [2.0, 0.0], [0.0, 0.0]]
>>> power = (spectrum * spectrum).sum()
>>> power.backward()
>>> signal.grad
array([ 4.,  0., -4.,  0.])
"""

from types import ModuleType as _Module

from .one_axis import *
from .several_axes import *
from .spectra import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
