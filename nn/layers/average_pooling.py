"""Average pooling layers."""

from __future__ import annotations

from dataclasses import field
from typing import Any, ClassVar

from autograd_core import Tensor
from autograd_core.geometry import Sizes, Windows

from .. import functional
from ..checks import check_not_zero
from ..functional.average_pooling import average, root_of_powers
from .windowed import Pooling, in_numbers

__all__ = ["AvgPool1d", "AvgPool2d", "AvgPool3d", "LPPool1d", "LPPool2d", "LPPool3d"]


class _AvgPool(Pooling):
    kernel_size: Sizes
    stride: Sizes | None = None
    padding: Sizes = 0
    ceil_mode: bool = field(default=False, repr=False)
    count_include_pad: bool = field(default=True, repr=False)
    divisor_override: int | None = field(default=None, repr=False)
    data_format: str | None = field(default=None, kw_only=True, repr=False)
    _make_windows = Windows.pooling
    _checks: ClassVar = {"divisor_override": check_not_zero}

    def __post_init__(self, inplace: bool = False) -> None:
        self.stride = self.kernel_size if self.stride is None else self.stride
        super().__post_init__()

    def forward(self, input: Any) -> Tensor:
        """The means of the windows."""
        how = (self.ceil_mode, self.count_include_pad, self.divisor_override)
        return average(input, self.windows, *how, self._layout)


class AvgPool1d(_AvgPool, axes=1, function=functional.avg_pool1d):
    """
    >>> AvgPool1d(2)([[1.0, 3.0, 2.0, 5.0]])
    Tensor([[2. , 3.5]])
    """

    divisor_override: int | None = field(default=None, init=False, repr=False)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The same with numbers for each axis."""
        return in_numbers(super().arranged(**options))


class AvgPool2d(_AvgPool, axes=2, function=functional.avg_pool2d):
    """
    >>> AvgPool2d(2)([[[1.0, 2.0], [3.0, 4.0]]])
    Tensor([[[2.5]]])
    """


class AvgPool3d(_AvgPool, axes=3, function=functional.avg_pool3d):
    """
    >>> AvgPool3d((1, 2, 2))([[[[1.0, 2.0], [3.0, 4.0]]]])
    Tensor([[[[2.5]]]])
    """


class _LPPool(Pooling):
    norm_type: float
    kernel_size: Sizes
    stride: Sizes | None = None
    ceil_mode: bool = False
    data_format: str | None = field(default=None, kw_only=True, repr=False)
    _make_windows = Windows.pooling
    _checks: ClassVar = {"norm_type": check_not_zero}

    def forward(self, input: Any) -> Tensor:
        """The roots of the sums of powers."""
        return root_of_powers(input, self.norm_type, self.windows, self.ceil_mode, self._layout)


class LPPool1d(_LPPool, axes=1, function=functional.lp_pool1d):
    """
    >>> LPPool1d(2, 2)([[3.0, 4.0, 6.0, 8.0]])
    Tensor([[ 5., 10.]])
    """


class LPPool2d(_LPPool, axes=2, function=functional.lp_pool2d):
    """
    >>> LPPool2d(2, 2)([[[1.0, 2.0], [2.0, 4.0]]])
    Tensor([[[5.]]])
    """


class LPPool3d(_LPPool, axes=3, function=functional.lp_pool3d):
    """
    >>> LPPool3d(2, (1, 1, 2))([[[[3.0, 4.0]]]])
    Tensor([[[[5.]]]])
    """
