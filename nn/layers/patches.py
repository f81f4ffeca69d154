"""Images as columns of their windows, and back."""

from __future__ import annotations

from autograd_core.geometry import Sizes, Windows, per_axis

from .. import functional
from .applied import Applied

__all__ = ["Fold", "Unfold"]


class Unfold(Applied):
    """Every window of an image as a column; options and errors are those of :func:`nn.functional.unfold`.

    >>> Unfold((1, 2))([[[1.0, 2.0, 3.0]]])
    Tensor([[1., 2.],
            [2., 3.]])
    """

    function = staticmethod(functional.unfold)

    def __init__(
        self, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
    ) -> None:
        Windows.of(2, kernel_size, stride, padding, dilation)  # refuses what cannot be
        super().__init__(kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride)


class Fold(Applied):
    """Columns added up to an image; options and errors are those of :func:`nn.functional.fold`.

    >>> Fold(output_size=(1, 3), kernel_size=(1, 2))([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[[1., 5., 4.]]])
    """

    function = staticmethod(functional.fold)

    def __init__(
        self,
        output_size: Sizes,
        kernel_size: Sizes,
        dilation: Sizes = 1,
        padding: Sizes = 0,
        stride: Sizes = 1,
    ) -> None:
        per_axis("output_size", output_size, 2)
        Windows.of(2, kernel_size, stride, padding, dilation)  # refuses what cannot be
        super().__init__(
            output_size=output_size,
            kernel_size=kernel_size,
            dilation=dilation,
            padding=padding,
            stride=stride,
        )
