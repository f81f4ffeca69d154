"""Losses between distributions, and the likelihood of numbers under one."""

from __future__ import annotations

import math
from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.context import in_own_scope
from autograd_core.errors import ShapeError

from ...checks import check_positive, check_values, checked
from .reduction import (
    joined,
    joined_in_batches,
    numbers_like,
    raised,
    two_alike,
)

__all__ = ["gaussian_nll_loss", "kl_div", "poisson_nll_loss"]


@in_own_scope
def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """q (ln q - ln p), whose sum is the Kullback-Leibler divergence D(q‖p); 0 where q is 0.

    Args:
        input: ln p, of any shape.
        target: q, or ln q with ``log_target``, of the same shape.
        reduction: "batchmean" (the sum divided by the number of samples: the divergence), "mean" (over all
            elements), "sum" or "none".
        log_target: whether the target is a logarithm.

    Raises:
        DomainError: if a probability q is negative.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Kullback and Leibler (1951), "On information and sufficiency", eq. 2.4.

    >>> round(kl_div([[-1.0, -1.0]], [[0.0, 1.0]], reduction="batchmean").item(), 6)
    1.0
    """
    log_p, q = two_alike(input, target, "kl_div")
    if log_target:
        return joined_in_batches(ac.exp(q) * (q - log_p), reduction, "kl_div")
    check_values("kl_div()", "the target", q.data, q.data >= 0, "be a probability", "; see `log_target`")
    positive = q.data > 0
    losses = ac.where(positive, q * ac.log(ac.where(positive, q, 1.0)), 0.0) - q * log_p
    return joined_in_batches(losses, reduction, "kl_div")


@in_own_scope
def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """-ln of the probability of the count k under a Poisson distribution: λ - k ln λ + ln k!.

    Args:
        input: ln λ, or λ with ``log_input=False``; of any shape.
        target: counts k, of the same shape.
        log_input: whether the input is a logarithm.
        full: add Stirling's approximation k ln k - k + 1/2 ln(2πk) of ln k!, for k > 1.
        eps: added to λ in its logarithm.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a count or a rate λ is negative.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: McCullagh and Nelder (1989), "Generalized linear models", section 6.2.

    >>> poisson_nll_loss([0.0], [3.0])
    Tensor(1.)
    """
    function = "poisson_nll_loss"
    x, k = two_alike(input, target, function)
    check_values(f"{function}()", "the target", k.data, ~(k.data < 0), "be a count from 0")
    if log_input:
        losses = ac.exp(x) - k * x
    else:
        advice = "; for its logarithm say log_input=True"
        check_values(f"{function}()", "the input", x.data, ~(x.data < 0), "be a rate from 0", advice)
        losses = x - k * ac.log(x + eps)
    if full:
        several = k.data > 1
        n = ac.where(several, k, 1.0)
        losses = losses + ac.where(several, n * ac.log(n) - n + 0.5 * ac.log(2 * math.pi * n), 0.0)
    return joined(losses, reduction, function)


@checked(eps=check_positive)
@in_own_scope
def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """1/2 (ln σ² + (x - y)² / σ²): -ln of the probability density of y around x.

    Args:
        input: expectations x, of any shape.
        target: numbers y, of the same shape.
        var: variances σ²: of the same shape, of this shape without its last axis or with length 1 there,
            or a single number.
        full: add the constant 1/2 ln 2π.
        eps: stands in for a variance that is smaller, with its gradient.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a variance is negative.
        ShapeError: if the shapes do not fit, or there is nothing to average.

    Source: Nix and Weigend (1994), "Estimating the mean and variance of the target probability
    distribution", eq. 4.

    >>> gaussian_nll_loss([3.0], [1.0], [1.0])
    Tensor(2.)
    """
    function = "gaussian_nll_loss"
    x, y = two_alike(input, target, function)
    variance = _variances(x, var, function)
    variance = raised(variance, eps)
    losses = 0.5 * (ac.log(variance) + (x - y).square() / variance)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return joined(losses, reduction, function)


def _variances(x: Tensor, var: Any, function: str) -> Tensor:
    variance = numbers_like(x, var, function, "var")
    check_values(f"{function}()", "the variance", variance.data, ~(variance.data < 0), "be a number from 0")
    if variance.ndim and variance.shape == x.shape[:-1]:
        return variance.reshape(*variance.shape, 1)
    fitting = dict.fromkeys((x.shape, x.shape[:-1], (*x.shape[:-1], 1), ()))
    if variance.shape not in fitting:
        raise ShapeError(
            f"{function}(): an input of shape {x.shape} needs variances of one of the shapes "
            f"{', '.join(map(str, fitting))}, got {variance.shape}"
        )
    return variance
