"""Max pooling layers, and their inverses."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor
from autograd_core.geometry import Sizes, Windows

from ..functional.layouts import checked_format
from ..functional.max_pooling import maximum, unpooled
from .windowed import Windowed

__all__ = ["MaxPool1d", "MaxPool2d", "MaxPool3d", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"]


class _MaxPool(Windowed):
    shown = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")

    return_indices: bool
    ceil_mode: bool

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
        super().__init__(
            kernel_size=kernel_size,
            stride=kernel_size if stride is None else stride,
            padding=padding,
            dilation=dilation,
            ceil_mode=ceil_mode,
            return_indices=return_indices,
            data_format=data_format,
        )

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the windows, of which at most half lies outside."""
        geometry = (options[name] for name in ("kernel_size", "stride", "padding", "dilation"))
        windows = Windows.pooling(self.axes, *geometry)
        layout = checked_format(options["data_format"], self.axes)
        return options | {"data_format": layout, "windows": windows}

    def forward(self, input: Any) -> Any:
        """The largest numbers of the windows, and with ``return_indices`` their places."""
        return maximum(input, self.windows, self.ceil_mode, self.return_indices, self.data_format)


class MaxPool1d(_MaxPool, axes=1):
    """The largest number of each window of a signal; options and errors: :func:`nn.functional.max_pool1d`.

    >>> MaxPool1d(2)([[1.0, 3.0, 2.0, 5.0]])
    Tensor([[3., 5.]])
    """


class MaxPool2d(_MaxPool, axes=2):
    """The largest number of each window; options and errors are those of :func:`nn.functional.max_pool2d`.

    >>> MaxPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[4.]]])
    """


class MaxPool3d(_MaxPool, axes=3):
    """The largest number of each window of a volume; options and errors: :func:`nn.functional.max_pool3d`.

    >>> MaxPool3d((1, 2, 2))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[4.]]]])
    """


class _MaxUnpool(Windowed):
    shown = ("kernel_size", "stride", "padding")

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        *,
        data_format: str | None = None,
    ) -> None:
        super().__init__(kernel_size=kernel_size, stride=stride, padding=padding, data_format=data_format)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options, and the windows: side by side when there is no stride."""
        windows = Windows.of(self.axes, options["kernel_size"], options["stride"], options["padding"])
        return {
            "kernel_size": windows.kernel,
            "stride": windows.stride,
            "padding": tuple(before for before, _ in windows.padding),
            "data_format": checked_format(options["data_format"], self.axes),
            "windows": windows,
        }

    def forward(self, input: Any, indices: Any, output_size: Sizes | None = None) -> Tensor:
        """The maxima back at the places of ``indices``."""
        return unpooled(input, indices, self.windows, output_size, self.data_format)


class MaxUnpool1d(_MaxUnpool, axes=1):
    """The maxima of a signal back where they stood; options and errors: :func:`nn.functional.max_unpool1d`.

    >>> MaxUnpool1d(2)([[3.0, 5.0]], [[1, 3]])
    Tensor([[0., 3., 0., 5.]])
    """


class MaxUnpool2d(_MaxUnpool, axes=2):
    """The maxima back where they stood; options and errors are those of :func:`nn.functional.max_unpool2d`.

    >>> pool = MaxPool2d(2, return_indices=True)
    >>> MaxUnpool2d(2)(*pool([[[1.0, 2.0], [4.0, 3.0]]]))
    Tensor([[[0., 0.], [4., 0.]]])
    """


class MaxUnpool3d(_MaxUnpool, axes=3):
    """The maxima of a volume back where they stood; options and errors: :func:`nn.functional.max_unpool3d`.

    >>> MaxUnpool3d(2)([[[[8.0]]]], [[[[4]]]])
    Tensor([[[[0., 0.], [0., 0.]], [[8., 0.], [0., 0.]]]])
    """
