"""Pooling layers."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd_core import Tensor

from .. import functional
from ..functional.average_pooling import check_divisor, check_norm
from ..functional.geometry import FORMATS, Numbers, Sizes, per_axis
from ..functional.pooling_windows import PoolingWindows
from .applied import Applied
from .convolution import checked_format

__all__ = [
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]


class Pooling(Applied):
    """A pooling function with its options, of which ``shown`` are printed."""

    axes: ClassVar[int]
    shown: ClassVar[tuple[str, ...]]
    data_format: str

    def __init__(self, *, data_format: str | None, **options: Any) -> None:
        super().__init__(data_format=checked_format(data_format, self.axes), **options)

    def extra_repr(self) -> str:
        last = self.data_format != FORMATS[self.axes][0]
        names = (*self.shown, *["data_format"] * last)
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in names)


class _MaxPool(Pooling):
    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
        *,
        data_format: str | None = None,
    ) -> None:
        PoolingWindows(self.axes, kernel_size, stride, padding, dilation)  # refuses what cannot be
        super().__init__(
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            dilation=dilation,
            ceil_mode=ceil_mode,
            return_indices=return_indices,
            data_format=data_format,
        )


class MaxPool1d(_MaxPool):
    """The largest number of each window of a signal; see :func:`nn.functional.max_pool1d`.

    >>> MaxPool1d(2)([[1.0, 3.0, 2.0, 5.0]])
    Tensor([[3., 5.]])
    """

    axes = 1
    function = staticmethod(functional.max_pool1d)


class MaxPool2d(_MaxPool):
    """The largest number of each window; options and errors are those of :func:`nn.functional.max_pool2d`.

    >>> MaxPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[4.]]])
    """

    axes = 2
    function = staticmethod(functional.max_pool2d)


class MaxPool3d(_MaxPool):
    """The largest number of each window of a volume; see :func:`nn.functional.max_pool3d`.

    >>> MaxPool3d((1, 2, 2))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[4.]]]])
    """

    axes = 3
    function = staticmethod(functional.max_pool3d)


class _AvgPool(Pooling):
    shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
        *,
        data_format: str | None = None,
    ) -> None:
        PoolingWindows(self.axes, kernel_size, stride, padding)  # refuses what cannot be
        check_divisor(divisor_override)
        super().__init__(
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            divisor_override=divisor_override,
            data_format=data_format,
        )


class AvgPool1d(Pooling):
    """The mean of each window of a signal; see :func:`nn.functional.avg_pool1d`.

    >>> AvgPool1d(2)([[1.0, 3.0, 2.0, 5.0]])
    Tensor([[2. , 3.5]])
    """

    axes = 1
    shown = ("kernel_size", "stride", "padding")
    function = staticmethod(functional.avg_pool1d)

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        *,
        data_format: str | None = None,
    ) -> None:
        windows = PoolingWindows(1, kernel_size, stride, padding)
        super().__init__(
            kernel_size=windows.kernel,
            stride=windows.stride,
            padding=windows.padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            data_format=data_format,
        )


class AvgPool2d(_AvgPool):
    """The mean of each window; options and errors are those of :func:`nn.functional.avg_pool2d`.

    >>> AvgPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2.5]]])
    """

    axes = 2
    function = staticmethod(functional.avg_pool2d)


class AvgPool3d(_AvgPool):
    """The mean of each window of a volume; see :func:`nn.functional.avg_pool3d`.

    >>> AvgPool3d((1, 2, 2))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[2.5]]]])
    """

    axes = 3
    function = staticmethod(functional.avg_pool3d)


class _LPPool(Pooling):
    shown = ("norm_type", "kernel_size", "stride", "ceil_mode")

    def __init__(
        self,
        norm_type: float,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        ceil_mode: bool = False,
        *,
        data_format: str | None = None,
    ) -> None:
        check_norm(norm_type)
        PoolingWindows(self.axes, kernel_size, stride)  # refuses what cannot be
        super().__init__(
            norm_type=norm_type,
            kernel_size=kernel_size,
            stride=stride,
            ceil_mode=ceil_mode,
            data_format=data_format,
        )


class LPPool1d(_LPPool):
    """(Σ x^p)^(1/p) of each window of a signal; see :func:`nn.functional.lp_pool1d`.

    >>> LPPool1d(2, 2)([[3.0, 4.0, 6.0, 8.0]])
    Tensor([[ 5., 10.]])
    """

    axes = 1
    function = staticmethod(functional.lp_pool1d)


class LPPool2d(_LPPool):
    """(Σ x^p)^(1/p) of each window; options and errors are those of :func:`nn.functional.lp_pool2d`.

    >>> LPPool2d(2, 2)([[[1.0, 2.0], [2.0, 4.0]]])
    Tensor([[[5.]]])
    """

    axes = 2
    function = staticmethod(functional.lp_pool2d)


class LPPool3d(_LPPool):
    """(Σ x^p)^(1/p) of each window of a volume; see :func:`nn.functional.lp_pool3d`.

    >>> LPPool3d(2, (1, 1, 2))([[[[3.0, 4.0]]]])
    Tensor([[[[5.]]]])
    """

    axes = 3
    function = staticmethod(functional.lp_pool3d)


class _MaxUnpool(Pooling):
    kernel_size: Numbers
    stride: Numbers
    padding: Numbers
    shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        *,
        data_format: str | None = None,
    ) -> None:
        kernel = per_axis("kernel_size", kernel_size, self.axes)
        super().__init__(
            kernel_size=kernel,
            stride=kernel if stride is None else per_axis("stride", stride, self.axes),
            padding=per_axis("padding", padding, self.axes, least=0),
            data_format=data_format,
        )

    def forward(self, input: Any, indices: Any, output_size: Sizes | None = None) -> Tensor:
        """The maxima back at the places of ``indices``."""
        result: Tensor = type(self).function(
            input,
            indices,
            self.kernel_size,
            self.stride,
            self.padding,
            output_size,
            data_format=self.data_format,
        )
        return result


class MaxUnpool1d(_MaxUnpool):
    """The maxima of a signal back where they stood; see :func:`nn.functional.max_unpool1d`.

    >>> MaxUnpool1d(2)([[3.0, 5.0]], [[1, 3]])
    Tensor([[0., 3., 0., 5.]])
    """

    axes = 1
    function = staticmethod(functional.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """The maxima back where they stood; options and errors are those of :func:`nn.functional.max_unpool2d`.

    >>> pool = MaxPool2d(2, return_indices=True)
    >>> MaxUnpool2d(2)(*pool([[[1.0, 2.0], [4.0, 3.0]]]))
    Tensor([[[0., 0.], [4., 0.]]])
    """

    axes = 2
    function = staticmethod(functional.max_unpool2d)


class MaxUnpool3d(_MaxUnpool):
    """The maxima of a volume back where they stood; see :func:`nn.functional.max_unpool3d`.

    >>> MaxUnpool3d(2)([[[[8.0]]]], [[[[4]]]])
    Tensor([[[[0., 0.], [0., 0.]], [[8., 0.], [0., 0.]]]])
    """

    axes = 3
    function = staticmethod(functional.max_unpool3d)
