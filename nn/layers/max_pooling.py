"""Max pooling layers, and their inverses."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from autograd_core import Tensor
from autograd_core.geometry import Sizes, Windows

from .. import functional
from ..functional.max_pooling import maximum, unpooled
from .windowed import Pooling, in_numbers

__all__ = ["MaxPool1d", "MaxPool2d", "MaxPool3d", "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"]


class _MaxPool(Pooling):
    kernel_size: Sizes
    stride: Sizes | None = None
    padding: Sizes = 0
    dilation: Sizes = 1
    return_indices: bool = field(default=False, repr=False)
    ceil_mode: bool = False
    data_format: str | None = field(default=None, kw_only=True, repr=False)
    _make_windows = Windows.pooling

    def __post_init__(self, inplace: bool = False) -> None:
        self.stride = self.kernel_size if self.stride is None else self.stride
        super().__post_init__()

    def forward(self, input: Any) -> Any:
        """The largest numbers of the windows, and with ``return_indices`` their places."""
        return maximum(input, self.windows, self.ceil_mode, self.return_indices, self._layout)


class MaxPool1d(_MaxPool, axes=1, function=functional.max_pool1d):
    """
    >>> MaxPool1d(2)([[1.0, 3.0, 2.0, 5.0]])
    Tensor([[3., 5.]])
    """


class MaxPool2d(_MaxPool, axes=2, function=functional.max_pool2d):
    """
    >>> MaxPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[4.]]])
    """


class MaxPool3d(_MaxPool, axes=3, function=functional.max_pool3d):
    """
    >>> MaxPool3d((1, 2, 2))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[4.]]]])
    """


class _MaxUnpool(Pooling):
    kernel_size: Sizes
    stride: Sizes | None = None
    padding: Sizes = 0
    data_format: str | None = field(default=None, kw_only=True, repr=False)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The same with numbers for each axis."""
        return in_numbers(super().arranged(**options))

    def forward(self, input: Any, indices: Any, output_size: Sizes | None = None) -> Tensor:
        """The maxima back at the places of ``indices``."""
        return unpooled(input, indices, self.windows, output_size, self._layout)


class MaxUnpool1d(_MaxUnpool, axes=1, function=functional.max_unpool1d):
    """
    >>> MaxUnpool1d(2)([[3.0, 5.0]], [[1, 3]])
    Tensor([[0., 3., 0., 5.]])
    """


class MaxUnpool2d(_MaxUnpool, axes=2, function=functional.max_unpool2d):
    """
    >>> pool = MaxPool2d(2, return_indices=True)
    >>> MaxUnpool2d(2)(*pool([[[1.0, 2.0], [4.0, 3.0]]]))
    Tensor([[[0., 0.], [4., 0.]]])
    """


class MaxUnpool3d(_MaxUnpool, axes=3, function=functional.max_unpool3d):
    """
    >>> MaxUnpool3d(2)([[[[8.0]]]], [[[[4]]]])
    Tensor([[[[0., 0.], [0., 0.]], [[8., 0.], [0., 0.]]]])
    """
