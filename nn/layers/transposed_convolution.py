"""The transposed convolutional layers."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .. import functional, init
from ..checks import check_word
from ..functional.geometry import (
    Numbers,
    Sizes,
    check_axes,
    inner_size,
    per_axis,
)
from ..functional.operands import as_tensor
from ..functional.transposed_convolution import check_output_padding, transposed_size
from ..module import Module
from ..parameter import Parameter
from .convolution import check_channels, checked_format
from .initial import weight_and_bias

__all__ = ["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


class _TransposedConvolution(Module):
    """What the layers have in common; they differ in the number of axes of size."""

    axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: str = "zeros",
        *,
        data_format: str | None = None,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_channels(type(self).__name__, in_channels, out_channels, groups)
        check_word("", ("zeros",), padding_mode=padding_mode)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = per_axis("stride", stride, self.axes)
        self.padding = per_axis("padding", padding, self.axes, least=0)
        self.dilation = per_axis("dilation", dilation, self.axes)
        self.output_padding = per_axis("output_padding", output_padding, self.axes, least=0)
        check_output_padding(self.output_padding, self.stride, self.dilation)
        self.padding_mode = padding_mode
        self.data_format = checked_format(data_format, self.axes)
        shape = (in_channels, out_channels // groups, *self.kernel_size)
        self.weight, _ = weight_and_bias(shape, False, dtype, generator)
        self.bias: Parameter | None = None
        if bias:  # as many as there are outputs, which are not the weight's first axis here
            bound = 1 / math.sqrt(init.fan_in_and_fan_out(self.weight)[0])
            self.bias = Parameter(np.empty(out_channels, self.weight.dtype), is_bias=True)
            init.uniform_(self.bias, -bound, bound, generator)

    def forward(self, input: Any, output_size: Sizes | None = None) -> Tensor:
        """The transposed convolution; ``output_size``, if given, decides the ``output_padding``."""
        more = self.output_padding
        if output_size is not None:
            input = as_tensor(input, f"conv_transpose{self.axes}d")
            check_axes(input.shape, self.axes, f"conv_transpose{self.axes}d()", self.data_format)
            more = self._reaching(input.shape, output_size)
        convolve = getattr(functional, f"conv_transpose{self.axes}d")
        result: Tensor = convolve(
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            more,
            self.groups,
            self.dilation,
            data_format=self.data_format,
        )
        return result

    def _reaching(self, shape: Numbers, output_size: Sizes) -> Numbers:
        """The output padding with which an input of ``shape`` gives the size that is wanted."""
        behind = int(self.data_format[1] != "C")
        ends = len(shape) - behind
        size = shape[ends - self.axes : ends]
        wanted = inner_size(output_size, self.axes, self.data_format)
        least = transposed_size(
            size, self.kernel_size, self.stride, self.padding, self.dilation, (0,) * self.axes
        )
        most = tuple(n + s - 1 for n, s in zip(least, self.stride, strict=True))
        if not all(a <= n <= b for a, n, b in zip(least, wanted, most, strict=True)):
            raise ShapeError(
                f"`output_size` (={wanted}) has to lie between {least} and {most} for an input "
                f"of shape {shape}"
            )
        return tuple(n - m for n, m in zip(wanted, least, strict=True))

    def extra_repr(self) -> str:
        nothing = (0,) * self.axes
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        parts += [f"stride={self.stride}"]
        parts += [f"padding={self.padding}"] * (self.padding != nothing)
        parts += [f"dilation={self.dilation}"] * (set(self.dilation) != {1})
        parts += [f"output_padding={self.output_padding}"] * (self.output_padding != nothing)
        parts += [f"groups={self.groups}"] * (self.groups != 1)
        parts += ["bias=False"] * (self.bias is None)
        parts += [f"data_format={self.data_format!r}"] * (self.data_format[1] != "C")
        return ", ".join(parts)


class ConvTranspose1d(_TransposedConvolution):
    """The transpose of :class:`Conv1d`; the formula is at :func:`nn.functional.conv_transpose1d`.

    Args and errors are those of :class:`ConvTranspose2d`, with one axis of size.

    Attributes:
        weight: (in_channels, out_channels / groups, kernel length), whatever the ``data_format``.
        bias: (out_channels,) or None.

    >>> ConvTranspose1d(8, 4, 3, stride=2)
    ConvTranspose1d(8, 4, kernel_size=(3,), stride=(2,))
    """

    axes = 1


class ConvTranspose2d(_TransposedConvolution):
    """The transpose of :class:`Conv2d`; the formula is at :func:`nn.functional.conv_transpose2d`.

    Args:
        in_channels: of the input (N, in_channels, H, W), or (in_channels, H, W) for one image.
        out_channels: of the output.
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows.
        padding: how many rows and columns are cut off on each side.
        output_padding: by how many rows and columns less is cut off below and on the right.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        dilation: the distance between neighbouring elements of one window.
        padding_mode: "zeros"; there is no other.
        data_format: "NCHW", or "NHWC" for inputs and outputs whose channels stand last. The weights
            keep their layout, so that a state fits both.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (in_channels, out_channels / groups, kernel height, kernel width), whatever the
            ``data_format``.
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.

    >>> up = ConvTranspose2d(16, 8, 3, stride=2, padding=1)
    >>> up
    ConvTranspose2d(16, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    >>> up(np.zeros((1, 16, 6, 6))).shape, up(np.zeros((1, 16, 6, 6)), output_size=(12, 12)).shape
    ((1, 8, 11, 11), (1, 8, 12, 12))
    """

    axes = 2


class ConvTranspose3d(_TransposedConvolution):
    """The transpose of :class:`Conv3d`; the formula is at :func:`nn.functional.conv_transpose2d`.

    Args and errors are those of :class:`ConvTranspose2d`, with three axes of size.

    Attributes:
        weight: (in_channels, out_channels / groups, kernel depth, kernel height, kernel width), whatever
            the ``data_format``.
        bias: (out_channels,) or None.

    >>> ConvTranspose3d(8, 4, (1, 2, 2), stride=(1, 2, 2))
    ConvTranspose3d(8, 4, kernel_size=(1, 2, 2), stride=(1, 2, 2))
    """

    axes = 3
