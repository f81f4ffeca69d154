"""The dropout layers.

``inplace`` is PyTorch's and changes nothing here: what is recorded is never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from autograd_core import Tensor

from .. import functional
from ..checks import check_fraction
from ..module import Module

__all__ = ["AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropout(Module):
    """Leaves numbers out while training, passes them on after ``eval()``; see :func:`nn.functional.dropout`.

    Args:
        p: the probability of being left out.
        generator: draws the masks; the common one (:func:`nn.seed`) when None.

    Raises:
        DomainError: if ``p`` lies outside [0, 1].

    >>> Dropout(0.5).eval()([1.0, 2.0])
    Tensor([1., 2.])
    """

    function: ClassVar[Callable[..., Tensor]] = staticmethod(functional.dropout)

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: np.random.Generator | None = None
    ) -> None:
        super().__init__()
        check_fraction(type(self).__name__, p=p)
        self.p, self.generator = p, generator

    def forward(self, input: Any) -> Tensor:
        return type(self).function(input, self.p, self.training, generator=self.generator)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout1d(Dropout):
    """Leaves whole channels of sequences (N, C, L), or (C, L) for one, out while training; arguments and
    errors are those of :class:`Dropout`, the formula is at :func:`nn.functional.dropout1d`.

    >>> Dropout1d(1.0)([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[0., 0.], [0., 0.]])
    """

    function = staticmethod(functional.dropout1d)


class Dropout2d(Dropout):
    """Leaves whole channels of images (N, C, H, W) out while training; arguments and errors are those of
    :class:`Dropout`, the formula is at :func:`nn.functional.dropout2d`.

    >>> Dropout2d(1.0)([[[[1.0, 2.0]]]])
    Tensor([[[[0., 0.]]]])
    """

    function = staticmethod(functional.dropout2d)


class Dropout3d(Dropout):
    """Leaves whole channels of volumes (N, C, D, H, W), or (C, D, H, W) for one, out while training;
    arguments and errors are those of :class:`Dropout`, the formula is at :func:`nn.functional.dropout3d`.

    >>> Dropout3d(1.0)([[[[1.0, 2.0]]]])
    Tensor([[[[0., 0.]]]])
    """

    function = staticmethod(functional.dropout3d)


class AlphaDropout(Dropout):
    """Replaces numbers by the lower limit of a SELU while training and keeps mean 0 and variance 1; arguments
    and errors are those of :class:`Dropout`, the formula is at :func:`nn.functional.alpha_dropout`.

    >>> AlphaDropout(1.0)([1.0, 2.0])
    Tensor([0., 0.])
    """

    function = staticmethod(functional.alpha_dropout)


class FeatureAlphaDropout(Dropout):
    """:class:`AlphaDropout` of whole channels (N, C, ...); the formula is at
    :func:`nn.functional.feature_alpha_dropout`.

    >>> FeatureAlphaDropout(1.0)([[1.0, 2.0]])
    Tensor([[0., 0.]])
    """

    function = staticmethod(functional.feature_alpha_dropout)
