"""The layer of radial basis functions."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import DomainError, ShapeError

from .. import functional, init
from ..checks import Array, check_size, floating_dtype
from ..functional.operands import values_of
from ..module import Module
from ..parameter import Parameter
from ..randomness import generator_or_default

__all__ = ["RBF"]


class RBF(Module):
    """exp(-β_k ‖x - c_k‖²): units that answer to what is near their centre, which is learned; see
    :func:`nn.functional.rbf`.

    A linear layer on top makes it the classical network of radial basis functions. The centres begin as
    draws from N(0, 1) and every β as 1 / in_features, which suits inputs of mean 0 and variance 1;
    :meth:`initialize_from` puts them where the data are.

    Args:
        in_features: the length of the input's last axis.
        num_centers: how many units there are.
        dtype: of the parameters; the default dtype when None.
        generator: draws the centres; the common one (:func:`nn.seed`) when None.

    Attributes:
        centers: c, (num_centers, in_features).
        beta: β, (num_centers,).

    Raises:
        ShapeError: if a number is not positive, or the input has other features.

    Source: Broomhead and Lowe (1988), "Multivariable functional interpolation and adaptive networks".

    >>> layer = RBF(2, 3).initialize_from([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    >>> layer(layer.centers.data).data.max(axis=1)
    array([1., 1., 1.])
    """

    _printed = ("in_features", "num_centers")

    def __init__(
        self,
        in_features: int,
        num_centers: int,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_size("RBF", in_features=in_features, num_centers=num_centers)
        self.in_features, self.num_centers = in_features, num_centers
        kind = floating_dtype("RBF", dtype)
        self.centers = Parameter(np.empty((num_centers, in_features), kind))
        init.normal_(self.centers, generator=generator)
        self.beta = Parameter(np.full(num_centers, 1 / in_features, kind))

    def initialize_from(
        self, data: Any, iterations: int = 20, generator: np.random.Generator | None = None
    ) -> Self:
        """Put the centres where the data are, by k-means, and the widths to the distances between them.

        The centres begin as samples, which are then replaced by the mean of the samples that are nearest
        to them, over and over. β_k becomes 1 / (2 σ²) with σ the distance to the nearest other centre.

        Args:
            data: samples, (N, in_features).
            iterations: how often the means are taken at most; 0 leaves the centres at samples.
            generator: draws the samples; the common one (:func:`nn.seed`) when None.

        Returns:
            The layer.

        Raises:
            ShapeError: if the data have other features.
            DomainError: if there are fewer different samples than centres, or one is not finite.

        Source: Moody and Darken (1989), "Fast learning in networks of locally-tuned processing units";
        Lloyd (1982), "Least squares quantization in PCM".

        >>> RBF(1, 2).initialize_from([[0.0], [0.0], [4.0], [4.0]]).beta.data
        array([0.03125, 0.03125])
        """
        samples = values_of(data).astype(np.float64)
        if samples.ndim != 2 or samples.shape[1] != self.in_features:
            raise ShapeError(
                f"RBF.initialize_from(): the data have shape {samples.shape}, not (N, {self.in_features})"
            )
        different = np.unique(samples, axis=0)
        if len(different) < self.num_centers:
            raise DomainError(
                f"RBF.initialize_from(): {self.num_centers} centres need as many different samples, there "
                f"are {len(different)}"
            )
        check_size("RBF.initialize_from()", 0, iterations=iterations)
        if not np.isfinite(samples).all():
            raise DomainError("RBF.initialize_from(): there are infinities or NaNs among the data")
        chosen = generator_or_default(generator).choice(len(different), self.num_centers, replace=False)
        centers = _means(samples, different[chosen], iterations)
        self.centers.data[...] = centers
        self.beta.data[...] = 1 / (2 * _to_the_nearest(centers))
        return self

    def forward(self, input: Any) -> Tensor:
        return functional.rbf(input, self.centers, self.beta)


def _squared_distances(a: Array, b: Array) -> Array:
    squares: Array = np.square(a[:, None] - b).sum(-1)
    return squares


def _means(samples: Array, centers: Array, iterations: int) -> Array:
    """The centres of k-means; one that is nearest to no sample stays where it is."""
    for _ in range(iterations):
        nearest = _squared_distances(samples, centers).argmin(axis=1)
        moved = centers.copy()
        for k in np.unique(nearest):
            moved[k] = samples[nearest == k].mean(axis=0)
        if np.array_equal(moved, centers):
            break
        centers = moved
    return centers


def _to_the_nearest(centers: Array) -> Array:
    """The squared distance of each centre to the nearest one elsewhere; 1 if there is none."""
    squares = _squared_distances(centers, centers)
    nearest: Array = np.where(squares > 0, squares, np.inf).min(axis=1)
    return np.where(np.isfinite(nearest), nearest, 1.0)
