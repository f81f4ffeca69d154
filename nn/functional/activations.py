"""What follows a linear layer: each number becomes another one, by itself.

``inplace`` is PyTorch's and changes nothing here: what is recorded is never overwritten.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor, default_dtype
from autograd_core.errors import DomainError, ShapeError

from ..checks import check_not_negative, check_order, check_word, checked
from ..randomness import generator_or_default
from .operands import as_node, as_tensor, where

__all__ = [
    "celu",
    "elu",
    "gelu",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "logsigmoid",
    "mish",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softshrink",
    "softsign",
    "tanh",
    "tanhshrink",
    "threshold",
]

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def sigmoid(input: Any) -> Any:
    """1 / (1 + exp(-x)), of any shape.

    >>> sigmoid([0.0, 1000.0])
    Tensor([0.5, 1. ])
    """
    return ac.sigmoid(as_node(input))


def logsigmoid(input: Any) -> Any:
    """ln(1 / (1 + exp(-x))), of any shape, exact where the sigmoid underflows.

    >>> logsigmoid(-1000.0)
    Tensor(-1000.)
    """
    return -ac.softplus(-as_node(input))


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """(x + 3) / 6 between 0 and 1, of any shape: a sigmoid of three straight lines.

    Source: Courbariaux, Bengio and David (2015), "BinaryConnect".

    >>> hardsigmoid([-4.0, 0.0, 4.0])
    Tensor([0. , 0.5, 1. ])
    """
    return ac.clip(as_node(input) + 3.0, 0.0, 6.0) / 6.0


def tanh(input: Any) -> Any:
    """The hyperbolic tangent, of any shape.

    >>> tanh(0.0)
    Tensor(0.)
    """
    return ac.tanh(as_node(input))


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x between the two bounds, of any shape; no gradient on the bounds and outside.

    Raises:
        DomainError: if ``min_val`` is above ``max_val``.

    Source: Collobert (2004), "Large scale machine learning".

    >>> hardtanh([-3.0, 0.5, 3.0])
    Tensor([-1. ,  0.5,  1. ])
    """
    if not min_val <= max_val:
        raise DomainError(f"hardtanh(): `min_val` (={min_val}) is above `max_val` (={max_val})")
    return ac.clip(as_node(input), min_val, max_val)


def tanhshrink(input: Any) -> Any:
    """x - tanh(x), of any shape.

    >>> tanhshrink(0.0)
    Tensor(0.)
    """
    x = as_node(input)
    return x - ac.tanh(x)


def softsign(input: Any) -> Any:
    """x / (1 + |x|), of any shape: like tanh, with tails that fade more slowly.

    Source: Turian, Bergstra and Bengio (2009), "Quadratic features and deep architectures for chunking".

    >>> softsign([-1.0, 3.0])
    Tensor([-0.5 ,  0.75])
    """
    x = as_node(input)
    return x / (1.0 + abs(x))


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """ln(1 + exp(β x)) / β, of any shape: a smooth :func:`relu`.

    Args:
        input: x.
        beta: β; the larger, the sharper the bend.
        threshold: where β x is above it the result is x itself, which differs by less than exp(-threshold).

    Raises:
        DomainError: if ``beta`` is 0.

    Source: Dugas et al. (2001), "Incorporating second-order functional knowledge for better option pricing".

    >>> softplus(0.0), softplus(1000.0)
    (Tensor(0.693147), Tensor(1000.))
    """
    if beta == 0:
        raise DomainError("softplus(): `beta` must not be 0")
    x = as_node(input)
    scaled = x * beta
    return where(scaled > threshold, x, ac.softplus(scaled) / beta)


def relu(input: Any, inplace: bool = False) -> Any:
    """max(0, x), of any shape; the derivative at 0 is 0.

    >>> relu([-1.0, 2.0])
    Tensor([0., 2.])
    """
    return ac.relu(as_node(input))


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(0, x), 6), of any shape.

    Source: Krizhevsky (2010), "Convolutional deep belief networks on CIFAR-10".

    >>> relu6([-1.0, 2.0, 8.0])
    Tensor([0., 2., 6.])
    """
    return ac.clip(as_node(input), 0.0, 6.0)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x where positive, ``negative_slope`` times x elsewhere, of any shape.

    Source: Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".

    >>> leaky_relu([-1.0, 2.0])
    Tensor([-0.01,  2.  ])
    """
    x = as_node(input)
    return where(x > 0, x, x * negative_slope)


def prelu(input: Any, weight: Any) -> Tensor:
    """x where positive, a learned slope times x elsewhere.

    Args:
        input: (N, C, ...), or of any shape for a single slope.
        weight: the slopes, (C,), or (1,) for all channels.

    Raises:
        ShapeError: if the number of slopes is neither 1 nor that of the channels.

    Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", eq. 1.

    >>> prelu([[-1.0, -1.0]], [0.5, 0.25])
    Tensor([[-0.5 , -0.25]])
    """
    x, slopes = as_tensor(input, "prelu"), as_tensor(weight, "prelu")
    channels = x.shape[1] if x.ndim > 1 else 1
    if slopes.ndim > 1 or slopes.size not in (1, channels):
        raise ShapeError(
            f"prelu(): {slopes.label or 'the weight'} of shape {slopes.shape} has to have one slope, or one "
            f"for each of the {channels} channels of the input of shape {x.shape}"
        )
    if slopes.size > 1:
        slopes = slopes.reshape(-1, *(1,) * (x.ndim - 2))
    # the inner choice keeps an infinity that is not scaled from 0 · ∞
    return where(x > 0, x, where(x > 0, 0.0, x) * slopes)  # type: ignore[no-any-return]


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: np.random.Generator | None = None,
) -> Tensor:
    """x where positive, a x elsewhere, with a drawn anew for each element while training.

    Args:
        input: x, of any shape.
        lower: the least slope a.
        upper: the largest; without training a is the mean of the two.
        training: whether to draw.
        inplace: changes nothing.
        generator: draws the slopes; the common one (:func:`nn.seed`) when None.

    Raises:
        DomainError: if ``lower`` is above ``upper``.

    Source: Xu et al. (2015), "Empirical evaluation of rectified activations in convolutional network".

    >>> rrelu([-2.0, 3.0], lower=0.25, upper=0.75)
    Tensor([-1.,  3.])
    """
    check_order("rrelu()", lower=lower, upper=upper)
    x = as_tensor(input, "rrelu")
    if not training:
        return leaky_relu(x, (lower + upper) / 2)  # type: ignore[no-any-return]
    slopes = generator_or_default(generator).uniform(lower, upper, x.shape)
    return where(x > 0, x, x * slopes.astype(x.dtype if x.dtype.kind == "f" else default_dtype()))  # type: ignore[no-any-return]


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where positive, α (exp(x) - 1) elsewhere, of any shape.

    Source: Clevert, Unterthiner and Hochreiter (2015), "Fast and accurate deep network learning by
    exponential linear units", eq. 16.

    >>> elu([-1000.0, 2.0])
    Tensor([-1.,  2.])
    """
    x = as_node(input)
    return where(x > 0, x, _exponential_tail(x, alpha, 1.0))


def selu(input: Any, inplace: bool = False) -> Any:
    """λ times :func:`elu` with the λ and α for which mean 0 and variance 1 reproduce themselves.

    Source: Klambauer, Unterthiner, Mayr and Hochreiter (2017), "Self-normalizing neural networks", eq. 2.

    >>> selu([0.0, 1.0])
    Tensor([0.      , 1.050701])
    """
    return _SELU_SCALE * elu(input, _SELU_ALPHA)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where positive, α (exp(x / α) - 1) elsewhere: an :func:`elu` without a kink, whatever α is.

    Raises:
        DomainError: if ``alpha`` is 0.

    Source: Barron (2017), "Continuously differentiable exponential linear units".

    >>> celu([-1000.0, 2.0], alpha=0.5)
    Tensor([-0.5,  2. ])
    """
    if alpha == 0:
        raise DomainError("celu(): `alpha` must not be 0")
    x = as_node(input)
    return where(x > 0, x, _exponential_tail(x, alpha, 1 / alpha))


def _exponential_tail(x: Any, height: float, rate: float) -> Any:
    """height (exp(rate x) - 1) for x up to 0; what stands in for a larger x is not used."""
    return height * ac.expm1(rate * where(x > 0, 0.0, x))


def gelu(input: Any, approximate: str = "none") -> Any:
    """x Φ(x), with Φ(x) the probability that a standard normal number is below x; of any shape.

    Args:
        input: x.
        approximate: "none", or "tanh" for x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))).

    Raises:
        DomainError: for another word.

    Source: Hendrycks and Gimpel (2016), "Gaussian error linear units".

    >>> gelu([0.0, 100.0])
    Tensor([  0., 100.])
    """
    check_word("gelu()", ("none", "tanh"), approximate=approximate)
    x = as_node(input)
    if approximate == "none":
        return x * 0.5 * (1.0 + ac.erf(x * math.sqrt(0.5)))
    return x * 0.5 * (1.0 + ac.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))


def silu(input: Any, inplace: bool = False) -> Any:
    """x σ(x), of any shape; also called swish.

    Source: Elfwing, Uchibe and Doya (2017), "Sigmoid-weighted linear units".

    >>> silu(0.0)
    Tensor(0.)
    """
    x = as_node(input)
    return x * ac.sigmoid(x)


def mish(input: Any, inplace: bool = False) -> Any:
    """x tanh(ln(1 + exp(x))), of any shape.

    Source: Misra (2019), "Mish: a self regularized non-monotonic neural activation function".

    >>> mish(0.0)
    Tensor(0.)
    """
    x = as_node(input)
    return x * ac.tanh(ac.softplus(x))


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x times (x + 3) / 6 between 0 and 1: a :func:`silu` without exponentials.

    Source: Howard et al. (2019), "Searching for MobileNetV3", section 5.2.

    >>> hardswish([0.0, 1.5, 4.0])
    Tensor([0.   , 1.125, 4.   ])
    """
    x = as_node(input)
    return x * hardsigmoid(x)


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x, but 0 where |x| is at most λ; of any shape.

    Source: Donoho and Johnstone (1994), "Ideal spatial adaptation by wavelet shrinkage".

    >>> hardshrink([-1.0, 0.25])
    Tensor([-1.,  0.])
    """
    x = as_node(input)
    return where(abs(x.data) > lambd, x, 0.0)


@checked(lambd=check_not_negative)
def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x moved towards 0 by λ, and 0 where that would pass it; of any shape.

    Raises:
        DomainError: if ``lambd`` is negative.

    Source: Donoho and Johnstone (1994), "Ideal spatial adaptation by wavelet shrinkage".

    >>> softshrink([-1.0, 0.25])
    Tensor([-0.5,  0. ])
    """
    x = as_node(input)
    return where(abs(x.data) > lambd, x - lambd * np.sign(x.data), 0.0)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where it is above ``threshold``, ``value`` elsewhere; of any shape.

    >>> threshold([0.5, 2.0], 1.0, -7.0)
    Tensor([-7.,  2.])
    """
    x = as_node(input)
    return where(x > threshold, x, value)
