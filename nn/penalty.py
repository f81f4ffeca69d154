"""Penalties: what large weights, or units that are always busy, add to the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor, default_dtype
from autograd_core.errors import DomainError, ShapeError

from .checks import check_fraction, check_values
from .functional.operands import as_tensor
from .module import Module
from .parameter import Parameter

__all__ = ["elastic_net_penalty", "kl_sparsity_penalty", "l1_penalty", "l2_penalty"]


def l2_penalty(model: Module, *, biases: bool = False, normalization: bool = False) -> Tensor:
    """1/2 Σ W² over all weights.

    Added to the loss with a factor λ, its gradient λ W is what ``SGD(..., l2=λ)`` adds by itself (that of
    the scales of normalising layers included): for plain gradient descent the penalty is a decay of the
    weights, w <- (1 - α λ) w - α dJ/dw.

    Args:
        model: whose parameters; one that several layers share counts once.
        biases: whether biases count, which shift a function without making it any steeper.
        normalization: whether the scales of normalising layers count, for the same reason.

    Source: Hoerl and Kennard (1970), "Ridge regression"; Krogh and Hertz (1991), "A simple weight decay
    can improve generalization".

    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.init.constant_(layer.weight, 3.0)
    Parameter([[3., 3.]], requires_grad=True, label='weight')
    >>> nn.l2_penalty(layer)
    Tensor(9., op=multiply)
    """
    return 0.5 * _total([w.square().sum() for w in _penalized(model, biases, normalization)])


def l1_penalty(model: Module, *, biases: bool = False, normalization: bool = False) -> Tensor:
    """Σ |W| over all weights, which draws them to 0 with the same force however small they are; at 0
    its derivative is 0.

    Args:
        model: whose parameters; one that several layers share counts once.
        biases: whether biases count.
        normalization: whether the scales of normalising layers count.

    Source: Tibshirani (1996), "Regression shrinkage and selection via the lasso".

    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.init.constant_(layer.weight, -3.0)
    Parameter([[-3., -3.]], requires_grad=True, label='weight')
    >>> nn.l1_penalty(layer)
    Tensor(6., op=sum)
    """
    return _total([abs(w).sum() for w in _penalized(model, biases, normalization)])


def elastic_net_penalty(
    model: Module, l1_ratio: float = 0.5, *, biases: bool = False, normalization: bool = False
) -> Tensor:
    """r Σ |W| + (1 - r) / 2 Σ W²: weights that go to 0, but those that resemble each other go together.

    Args:
        model: whose parameters; one that several layers share counts once.
        l1_ratio: r, from 0 (:func:`l2_penalty`) to 1 (:func:`l1_penalty`).
        biases: whether biases count.
        normalization: whether the scales of normalising layers count.

    Raises:
        DomainError: if ``l1_ratio`` is no fraction.

    Source: Zou and Hastie (2005), "Regularization and variable selection via the elastic net".

    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.init.constant_(layer.weight, 3.0)
    Parameter([[3., 3.]], requires_grad=True, label='weight')
    >>> nn.elastic_net_penalty(layer).item()
    7.5
    """
    check_fraction("elastic_net_penalty()", l1_ratio=l1_ratio)
    which = {"biases": biases, "normalization": normalization}
    return l1_ratio * l1_penalty(model, **which) + (1 - l1_ratio) * l2_penalty(model, **which)


def _penalized(model: Module, biases: bool, normalization: bool) -> list[Parameter]:
    layers = filter(_normalizes, model.modules())
    scales = {id(p) for layer in layers for p in layer.parameters(recurse=False) if not p.is_bias}
    return [
        p for p in model.parameters() if (biases or not p.is_bias) and (normalization or id(p) not in scales)
    ]


def _normalizes(layer: Module) -> bool:
    """Layers that normalise say by one of these names whether they scale afterwards."""
    return any(isinstance(getattr(layer, name, None), bool) for name in ("affine", "elementwise_affine"))


def _total(parts: list[Tensor]) -> Tensor:
    total: Tensor = sum(parts[1:], parts[0]) if parts else Tensor(0.0, dtype=default_dtype())
    return total


def kl_sparsity_penalty(activations: Any, rho: float) -> Tensor:
    """Σ_j ρ ln(ρ / ρ̂_j) + (1 - ρ) ln((1 - ρ) / (1 - ρ̂_j)), with ρ̂_j the mean activation of unit j.

    It is the Kullback-Leibler divergence of coins that fall heads with probability ρ and ρ̂_j: 0 where a
    unit is active as often as wanted, without bound where it always or never is.

    Args:
        activations: (N, ...), samples along the first axis; each unit is a place on the other axes.
        rho: the mean activation that is wanted, between 0 and 1.

    Raises:
        DomainError: if ``rho`` or the mean activation of a unit does not lie between 0 and 1.
        ShapeError: if there are no samples.

    Source: Ng (2011), "Sparse autoencoder", CS294A lecture notes, section 3; Lee, Ekanadham and Ng (2008),
    "Sparse deep belief net model for visual area V2".

    >>> kl_sparsity_penalty([[0.5, 0.25], [0.5, 0.75]], rho=0.5).item()
    0.0
    """
    function = "kl_sparsity_penalty()"
    check_fraction(function, rho=rho)
    if rho in (0, 1):
        raise DomainError(f"{function}: `rho` (={rho}) has to lie between 0 and 1, and not on a bound")
    x = as_tensor(activations, "kl_sparsity_penalty")
    if x.ndim < 2 or not len(x):
        raise ShapeError(f"{function}: needs activations (N, units) of N > 0 samples, got shape {x.shape}")
    busy = x.mean(axis=0)
    check_values(
        function,
        "the mean activation of every unit",
        busy.data,
        (busy.data > 0) & (busy.data < 1),
        "lie between 0 and 1",
        "; a sigmoid gives such activations",
    )
    constant = float(rho * np.log(rho) + (1 - rho) * np.log1p(-rho)) * busy.size
    return constant - (rho * ac.log(busy) + (1 - rho) * ac.log1p(-busy)).sum()  # type: ignore[no-any-return]
