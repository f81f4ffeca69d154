"""Images as columns of their windows, and back."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd_core import Tensor
from autograd_core.geometry import Sizes, Windows, per_axis

from ..functional.layouts import FORMATS
from ..functional.patches import folded, unfolded
from .windowed import Windowed

__all__ = ["Fold", "Unfold"]


class _Patches(Windowed, axes=2):
    shown: ClassVar[tuple[str, ...]] = ("kernel_size", "dilation", "padding", "stride")

    def __init__(
        self, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
    ) -> None:
        super().__init__(kernel_size=kernel_size, dilation=dilation, padding=padding, stride=stride)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the windows."""
        geometry = (options[name] for name in ("kernel_size", "stride", "padding", "dilation"))
        return options | {"data_format": FORMATS[2][0], "windows": Windows.of(2, *geometry)}


class Unfold(_Patches):
    """Every window of an image as a column; options and errors are those of :func:`nn.functional.unfold`.

    >>> Unfold((1, 2))([[[1.0, 2.0, 3.0]]])
    Tensor([[1., 2.],
            [2., 3.]])
    """

    def forward(self, input: Any) -> Tensor:
        """The columns."""
        return unfolded(input, self.windows)


class Fold(_Patches):
    """Columns added up to an image; options and errors are those of :func:`nn.functional.fold`.

    >>> Fold(output_size=(1, 3), kernel_size=(1, 2))([[1.0, 2.0], [3.0, 4.0]])
    Tensor([[[1., 5., 4.]]])
    """

    shown = ("output_size", *_Patches.shown)

    def __init__(
        self,
        output_size: Sizes,
        kernel_size: Sizes,
        dilation: Sizes = 1,
        padding: Sizes = 0,
        stride: Sizes = 1,
    ) -> None:
        per_axis("output_size", output_size, 2)
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        """The image."""
        return folded(input, per_axis("output_size", self.output_size, 2), self.windows)
