"""Adaptive pooling layers: outputs of one size for inputs of any."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor

from ..functional.adaptive_pooling import OutputSize, adaptive_average, adaptive_maximum, checked_output_size
from ..functional.layouts import checked_format
from .windowed import WithAxes, shown

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
]


class _Adaptive(WithAxes):
    def __init__(self, output_size: OutputSize, *, data_format: str | None = None) -> None:
        super().__init__()
        checked_output_size(output_size, self.axes)
        self.output_size = output_size
        self.data_format = checked_format(data_format, self.axes)

    def extra_repr(self) -> str:
        return shown(self, ("output_size",))


class _AdaptiveAvg(_Adaptive):
    def forward(self, input: Any) -> Tensor:
        """The means of the windows."""
        return adaptive_average(input, self.output_size, self.data_format)


class AdaptiveAvgPool1d(_AdaptiveAvg, axes=1):
    """The means of ``output_size`` windows; options and errors: :func:`nn.functional.adaptive_avg_pool1d`.

    >>> AdaptiveAvgPool1d(2)([[1.0, 2.0, 3.0, 4.0, 5.0]])
    Tensor([[2., 4.]])
    """


class AdaptiveAvgPool2d(_AdaptiveAvg, axes=2):
    """The means of as many windows as are wanted; see :func:`nn.functional.adaptive_avg_pool2d`.

    >>> AdaptiveAvgPool2d(1)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2.5]]])
    """


class AdaptiveAvgPool3d(_AdaptiveAvg, axes=3):
    """The means of as many windows of a volume as are wanted; see :func:`nn.functional.adaptive_avg_pool3d`.

    >>> AdaptiveAvgPool3d((1, 1, None))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[2., 3.]]]])
    """


class _AdaptiveMax(_Adaptive):
    def __init__(
        self, output_size: OutputSize, return_indices: bool = False, *, data_format: str | None = None
    ) -> None:
        super().__init__(output_size, data_format=data_format)
        self.return_indices = return_indices

    def forward(self, input: Any) -> Any:
        """The largest numbers of the windows, and with ``return_indices`` their places."""
        return adaptive_maximum(input, self.output_size, self.return_indices, self.data_format)


class AdaptiveMaxPool1d(_AdaptiveMax, axes=1):
    """The largest numbers of ``output_size`` windows; see :func:`nn.functional.adaptive_max_pool1d`.

    >>> AdaptiveMaxPool1d(2)([[1.0, 2.0, 3.0, 5.0, 4.0]])
    Tensor([[3., 5.]])
    """


class AdaptiveMaxPool2d(_AdaptiveMax, axes=2):
    """The largest numbers of as many windows as wanted; see :func:`nn.functional.adaptive_max_pool2d`.

    >>> AdaptiveMaxPool2d(1)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[4.]]])
    """


class AdaptiveMaxPool3d(_AdaptiveMax, axes=3):
    """The largest numbers of windows of a volume; see :func:`nn.functional.adaptive_max_pool3d`.

    >>> AdaptiveMaxPool3d((1, 1, None))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[3., 4.]]]])
    """
