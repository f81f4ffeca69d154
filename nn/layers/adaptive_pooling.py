"""Adaptive pooling layers: outputs of one size for inputs of any."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import functional
from ..functional.adaptive_pooling import OutputSize, checked_output_size
from ..functional.layouts import checked_format
from .applied import Applied
from .windowed import shown

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
]


class _Adaptive(Applied):
    axes: ClassVar[int]

    def __init__(self, output_size: OutputSize, *, data_format: str | None = None, **options: Any) -> None:
        checked_output_size(output_size, self.axes)
        layout = checked_format(data_format, self.axes)
        super().__init__(output_size=output_size, data_format=layout, **options)

    def extra_repr(self) -> str:
        return shown(self, ("output_size",))


class AdaptiveAvgPool1d(_Adaptive):
    """The means of ``output_size`` windows; see :func:`nn.functional.adaptive_avg_pool1d`.

    >>> AdaptiveAvgPool1d(2)([[1.0, 2.0, 3.0, 4.0, 5.0]])
    Tensor([[2., 4.]])
    """

    axes = 1
    function = staticmethod(functional.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_Adaptive):
    """The means of as many windows as are wanted; see :func:`nn.functional.adaptive_avg_pool2d`.

    >>> AdaptiveAvgPool2d(1)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2.5]]])
    """

    axes = 2
    function = staticmethod(functional.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_Adaptive):
    """The means of as many windows of a volume as are wanted; see :func:`nn.functional.adaptive_avg_pool3d`.

    >>> AdaptiveAvgPool3d((1, 1, None))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[2., 3.]]]])
    """

    axes = 3
    function = staticmethod(functional.adaptive_avg_pool3d)


class _AdaptiveMax(_Adaptive):
    def __init__(
        self, output_size: OutputSize, return_indices: bool = False, *, data_format: str | None = None
    ) -> None:
        super().__init__(output_size, data_format=data_format, return_indices=return_indices)


class AdaptiveMaxPool1d(_AdaptiveMax):
    """The largest numbers of ``output_size`` windows; see :func:`nn.functional.adaptive_max_pool1d`.

    >>> AdaptiveMaxPool1d(2)([[1.0, 2.0, 3.0, 5.0, 4.0]])
    Tensor([[3., 5.]])
    """

    axes = 1
    function = staticmethod(functional.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMax):
    """The largest numbers of as many windows as wanted; see :func:`nn.functional.adaptive_max_pool2d`.

    >>> AdaptiveMaxPool2d(1)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[4.]]])
    """

    axes = 2
    function = staticmethod(functional.adaptive_max_pool2d)


class AdaptiveMaxPool3d(_AdaptiveMax):
    """The largest numbers of windows of a volume; see :func:`nn.functional.adaptive_max_pool3d`.

    >>> AdaptiveMaxPool3d((1, 1, None))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[3., 4.]]]])
    """

    axes = 3
    function = staticmethod(functional.adaptive_max_pool3d)
