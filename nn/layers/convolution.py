"""The convolutional layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .. import functional
from ..functional.convolution import check_groups, sides
from ..functional.operands import Pair, pair
from ..module import Module
from .initial import weight_and_bias

__all__ = ["Conv2d"]


class Conv2d(Module):
    """The same weights for every window of an image; the formula is at :func:`nn.functional.conv2d`.

    Args:
        in_channels: of the input (N, in_channels, H, W), or (in_channels, H, W) for one image.
        out_channels: of the output.
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows.
        padding: zeros added on each side; "valid" adds none, "same" as many as keep the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_channels, in_channels / groups, kernel height, kernel width).
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.

    >>> Conv2d(1, 20, kernel_size=5, padding=1)
    Conv2d(1, 20, kernel_size=(5, 5), stride=(1, 1), padding=(1, 1))
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Pair | str = 0,
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        for name, number in (("in_channels", in_channels), ("out_channels", out_channels)):
            if number < 1:
                raise ShapeError(f"Conv2d: `{name}` (={number}) has to be a whole number from 1")
        check_groups(in_channels, out_channels, groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = pair("kernel_size", kernel_size)
        self.stride, self.dilation = pair("stride", stride), pair("dilation", dilation)
        sides(padding, self.kernel_size, self.stride, self.dilation)  # refuses what cannot be
        self.padding = padding if isinstance(padding, str) else pair("padding", padding, least=0)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight, self.bias = weight_and_bias(shape, bias, dtype, generator)

    def forward(self, input: Any) -> Tensor:
        return functional.conv2d(
            input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )

    def extra_repr(self) -> str:
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        parts += [f"stride={self.stride}"]
        parts += [f"padding={self.padding!r}"] * (self.padding not in ((0, 0), "valid"))
        parts += [f"dilation={self.dilation}"] * (self.dilation != (1, 1))
        parts += [f"groups={self.groups}"] * (self.groups != 1)
        parts += ["bias=False"] * (self.bias is None)
        return ", ".join(parts)
