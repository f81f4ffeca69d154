"""Average pooling layers."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor
from autograd_core.geometry import Sizes, Windows

from ..functional.average_pooling import average, checked_divisor, checked_norm, root_of_powers
from ..functional.layouts import checked_format
from .windowed import Windowed

__all__ = ["AvgPool1d", "AvgPool2d", "AvgPool3d", "LPPool1d", "LPPool2d", "LPPool3d"]


class _AvgPool(Windowed):
    shown = ("kernel_size", "stride", "padding")

    ceil_mode: bool
    count_include_pad: bool
    divisor_override: int | None

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
        super().__init__(
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            divisor_override=divisor_override,
            data_format=data_format,
        )

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the windows, of which at most half lies outside."""
        geometry = (options[name] for name in ("kernel_size", "stride", "padding"))
        windows = Windows.pooling(self.axes, *geometry)
        checked_divisor(options["divisor_override"])
        layout = checked_format(options["data_format"], self.axes)
        return options | {"data_format": layout, "windows": windows}

    def forward(self, input: Any) -> Tensor:
        """The means of the windows."""
        how = (self.ceil_mode, self.count_include_pad, self.divisor_override)
        return average(input, self.windows, *how, self.data_format)


class AvgPool1d(_AvgPool, axes=1):
    """The mean of each window of a signal; options and errors are those of :func:`nn.functional.avg_pool1d`.

    >>> AvgPool1d(2)([[1.0, 3.0, 2.0, 5.0]])
    Tensor([[2. , 3.5]])
    """

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
        how = (ceil_mode, count_include_pad)
        super().__init__(kernel_size, stride, padding, *how, data_format=data_format)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The same with numbers for each axis."""
        made = super().arranged(**options)
        kernel, steps, ends, _ = made["windows"]
        padding = tuple(before for before, _ in ends)
        return made | {"kernel_size": kernel, "stride": steps, "padding": padding}


class AvgPool2d(_AvgPool, axes=2):
    """The mean of each window; options and errors are those of :func:`nn.functional.avg_pool2d`.

    >>> AvgPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2.5]]])
    """


class AvgPool3d(_AvgPool, axes=3):
    """The mean of each window of a volume; options and errors: :func:`nn.functional.avg_pool3d`.

    >>> AvgPool3d((1, 2, 2))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[2.5]]]])
    """


class _LPPool(Windowed):
    shown = ("norm_type", "kernel_size", "stride", "ceil_mode")

    norm_type: float
    ceil_mode: bool

    def __init__(
        self,
        norm_type: float,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        ceil_mode: bool = False,
        *,
        data_format: str | None = None,
    ) -> None:
        super().__init__(
            norm_type=norm_type,
            kernel_size=kernel_size,
            stride=stride,
            ceil_mode=ceil_mode,
            data_format=data_format,
        )

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the windows: side by side when there is no stride."""
        windows = Windows.pooling(self.axes, options["kernel_size"], options["stride"])
        checked_norm(options["norm_type"])
        layout = checked_format(options["data_format"], self.axes)
        return options | {"data_format": layout, "windows": windows}

    def forward(self, input: Any) -> Tensor:
        """The roots of the sums of powers."""
        return root_of_powers(input, self.norm_type, self.windows, self.ceil_mode, self.data_format)


class LPPool1d(_LPPool, axes=1):
    """(Σ x^p)^(1/p) of each window of a signal; options and errors: :func:`nn.functional.lp_pool1d`.

    >>> LPPool1d(2, 2)([[3.0, 4.0, 6.0, 8.0]])
    Tensor([[ 5., 10.]])
    """


class LPPool2d(_LPPool, axes=2):
    """(Σ x^p)^(1/p) of each window; options and errors are those of :func:`nn.functional.lp_pool2d`.

    >>> LPPool2d(2, 2)([[[1.0, 2.0], [2.0, 4.0]]])
    Tensor([[[5.]]])
    """


class LPPool3d(_LPPool, axes=3):
    """(Σ x^p)^(1/p) of each window of a volume; options and errors: :func:`nn.functional.lp_pool3d`.

    >>> LPPool3d(2, (1, 1, 2))([[[[3.0, 4.0]]]])
    Tensor([[[[5.]]]])
    """
