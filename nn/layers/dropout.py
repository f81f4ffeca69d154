"""Dropout as modules: in force while training, left out after ``eval()``."""

from __future__ import annotations

from dataclasses import InitVar, field

import numpy as np

from .. import functional
from .applied import Applied

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropout(Applied, function=functional.dropout):
    """
    >>> Dropout(0.5).eval()([1.0, 2.0])
    Tensor([1., 2.])
    """

    p: float = 0.5
    inplace: InitVar[bool] = False
    generator: np.random.Generator | None = field(default=None, kw_only=True, repr=False)


class Dropout1d(Dropout, function=functional.dropout1d):
    """
    >>> Dropout1d(1.0)([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[0., 0.], [0., 0.]])
    """


class Dropout2d(Dropout, function=functional.dropout2d):
    """
    >>> Dropout2d(1.0)([[[[1.0, 2.0]]]])
    Tensor([[[[0., 0.]]]])
    """


class Dropout3d(Dropout, function=functional.dropout3d):
    """
    >>> Dropout3d(1.0)([[[[1.0, 2.0]]]])
    Tensor([[[[0., 0.]]]])
    """


class AlphaDropout(Dropout, function=functional.alpha_dropout):
    """
    >>> AlphaDropout(1.0)([1.0, 2.0])
    Tensor([0., 0.])
    """


class FeatureAlphaDropout(Dropout, function=functional.feature_alpha_dropout):
    """
    >>> FeatureAlphaDropout(1.0)([[1.0, 2.0]])
    Tensor([[0., 0.]])
    """
