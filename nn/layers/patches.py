"""Images as columns of their windows, and back."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor
from autograd_core.geometry import Sizes, per_axis

from .. import functional
from ..functional.patches import folded, unfolded
from .windowed import Pooling

__all__ = ["Fold", "Unfold"]


class Unfold(Pooling, axes=2, function=functional.unfold):
    """
    >>> Unfold((1, 2))([[[1.0, 2.0, 3.0]]])
    Tensor([[1., 2.],
            [2., 3.]])
    """

    kernel_size: Sizes
    dilation: Sizes = 1
    padding: Sizes = 0
    stride: Sizes = 1

    def forward(self, input: Any) -> Tensor:
        """The columns."""
        return unfolded(input, self.windows)


class Fold(Pooling, axes=2, function=functional.fold):
    """
    >>> Fold(output_size=(1, 3), kernel_size=(1, 2))([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[[1., 5., 4.]]])
    """

    output_size: Sizes
    kernel_size: Sizes
    dilation: Sizes = 1
    padding: Sizes = 0
    stride: Sizes = 1

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the windows."""
        per_axis("output_size", options["output_size"], 2)
        return super().arranged(**options)

    def forward(self, input: Any) -> Tensor:
        """The image."""
        return folded(input, per_axis("output_size", self.output_size, 2), self.windows)
