"""Samples compared with the distribution that they are said to come from."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

CONFIDENCE = 0.9999
"""How probable it is that a sample of the right distribution passes; with a seeded generator it always does."""

_SIGMAS = 3.9  # within which a normal number lies with that probability


def uniform(low: float, high: float) -> Callable[[np.ndarray], np.ndarray]:
    """The distribution function of U(low, high)."""
    return lambda x: np.clip((x - low) / (high - low), 0, 1)


def normal(mean: float = 0.0, std: float = 1.0) -> Callable[[np.ndarray], np.ndarray]:
    """The distribution function of N(mean, std²)."""
    return lambda x: np.array([0.5 * math.erfc((mean - y) / (std * math.sqrt(2))) for y in x])


def assert_mean_and_variance(sample: np.ndarray, mean: float, variance: float) -> None:
    """Both are what they should be, as far as so many numbers can tell."""
    n = sample.size
    assert abs(sample.mean() - mean) < _SIGMAS * math.sqrt(variance / n)
    fourth = ((sample - mean) ** 4).mean()
    assert abs(((sample - mean) ** 2).mean() - variance) < _SIGMAS * math.sqrt((fourth - variance**2) / n)


def assert_distributed(sample: np.ndarray, distribution: Callable[[np.ndarray], np.ndarray]) -> None:
    """The test of Kolmogorov and Smirnov, with the bound of Massart (1990)."""
    x, n = np.sort(np.ravel(sample)).astype(float), sample.size
    expected = distribution(x)
    steps = np.arange(n + 1) / n
    distance = max(np.max(steps[1:] - expected), np.max(expected - steps[:-1]))
    assert distance < math.sqrt(math.log(2 / (1 - CONFIDENCE)) / (2 * n))


def assert_alike(first: np.ndarray, second: np.ndarray) -> None:
    """The same test for two samples."""
    a, b = np.sort(np.ravel(first)), np.sort(np.ravel(second))
    both = np.concatenate([a, b])
    distance = np.abs(
        np.searchsorted(a, both, side="right") / a.size - np.searchsorted(b, both, side="right") / b.size
    )
    bound = math.sqrt(math.log(2 / (1 - CONFIDENCE)) / 2 * (a.size + b.size) / (a.size * b.size))
    assert distance.max() < bound
