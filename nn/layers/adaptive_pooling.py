"""Adaptive pooling layers: outputs of one size for inputs of any."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from autograd_core import Tensor

from .. import functional
from ..functional.adaptive_pooling import OutputSize, adaptive_average, adaptive_maximum, checked_output_size
from ..functional.layouts import checked_format
from .windowed import Pooling

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
]


class _Adaptive(Pooling):
    output_size: OutputSize
    data_format: str | None = field(default=None, kw_only=True, repr=False)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the layout; the windows depend on the input."""
        checked_output_size(options["output_size"], self.axes)
        layout = checked_format(options["data_format"], self.axes)
        return options | {"data_format": layout, "_layout": layout}


class _AdaptiveAvg(_Adaptive):
    def forward(self, input: Any) -> Tensor:
        """The means of the windows."""
        return adaptive_average(input, self.output_size, self._layout)


class AdaptiveAvgPool1d(_AdaptiveAvg, axes=1, function=functional.adaptive_avg_pool1d):
    """
    >>> AdaptiveAvgPool1d(2)([[1.0, 2.0, 3.0, 4.0, 5.0]])
    Tensor([[2., 4.]])
    """


class AdaptiveAvgPool2d(_AdaptiveAvg, axes=2, function=functional.adaptive_avg_pool2d):
    """
    >>> AdaptiveAvgPool2d(1)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2.5]]])
    """


class AdaptiveAvgPool3d(_AdaptiveAvg, axes=3, function=functional.adaptive_avg_pool3d):
    """
    >>> AdaptiveAvgPool3d((1, 1, None))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[2., 3.]]]])
    """


class _AdaptiveMax(_Adaptive):
    return_indices: bool = field(default=False, repr=False)

    def forward(self, input: Any) -> Any:
        """The largest numbers of the windows, and with ``return_indices`` their places."""
        return adaptive_maximum(input, self.output_size, self.return_indices, self._layout)


class AdaptiveMaxPool1d(_AdaptiveMax, axes=1, function=functional.adaptive_max_pool1d):
    """
    >>> AdaptiveMaxPool1d(2)([[1.0, 2.0, 3.0, 5.0, 4.0]])
    Tensor([[3., 5.]])
    """


class AdaptiveMaxPool2d(_AdaptiveMax, axes=2, function=functional.adaptive_max_pool2d):
    """
    >>> AdaptiveMaxPool2d(1)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[4.]]])
    """


class AdaptiveMaxPool3d(_AdaptiveMax, axes=3, function=functional.adaptive_max_pool3d):
    """
    >>> AdaptiveMaxPool3d((1, 1, None))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[3., 4.]]]])
    """
