"""The convolutional layers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor

from .. import functional
from ..checks import check_size, check_word
from ..functional.convolution import check_groups
from ..functional.geometry import FORMATS, Sizes, per_axis, sides
from ..module import Module
from .initial import weight_and_bias

__all__ = ["Conv1d", "Conv2d", "Conv3d"]

_MARGINS = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What the convolutional layers have in common; they differ in the number of axes of size."""

    axes: ClassVar[int]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        data_format: str | None = None,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_channels(type(self).__name__, in_channels, out_channels, groups)
        check_word("", _MARGINS, padding_mode=padding_mode)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis("kernel_size", kernel_size, self.axes)
        self.stride = per_axis("stride", stride, self.axes)
        self.dilation = per_axis("dilation", dilation, self.axes)
        self._sides = sides(padding, self.kernel_size, self.stride, self.dilation)
        self.padding = padding if isinstance(padding, str) else tuple(before for before, _ in self._sides)
        self.padding_mode = padding_mode
        self.data_format = checked_format(data_format, self.axes)
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight, self.bias = weight_and_bias(shape, bias, dtype, generator)

    def forward(self, input: Any) -> Tensor:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = self._continued(input), 0
        convolve = getattr(functional, f"conv{self.axes}d")
        result: Tensor = convolve(
            input,
            self.weight,
            self.bias,
            self.stride,
            padding,
            self.dilation,
            self.groups,
            data_format=self.data_format,
        )
        return result

    def _continued(self, input: Any) -> Tensor:
        """The input with a margin of its own numbers."""
        pairs = [end for ends in reversed(self._sides) for end in ends]
        if self.data_format[1] != "C":
            pairs = [0, 0, *pairs]  # the channels, which stand last, have none
        return functional.pad(input, pairs, self.padding_mode)

    def extra_repr(self) -> str:
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        parts += [f"stride={self.stride}"]
        parts += [f"padding={self.padding!r}"] * (self.padding not in ((0,) * self.axes, "valid"))
        parts += [f"dilation={self.dilation}"] * (set(self.dilation) != {1})
        parts += [f"groups={self.groups}"] * (self.groups != 1)
        parts += ["bias=False"] * (self.bias is None)
        parts += [f"padding_mode={self.padding_mode!r}"] * (self.padding_mode != "zeros")
        parts += [f"data_format={self.data_format!r}"] * (self.data_format[1] != "C")
        return ", ".join(parts)


class Conv1d(_Convolution):
    """The same weights for every window of a signal; the formula is at :func:`nn.functional.conv1d`.

    Args:
        in_channels: of the input (N, in_channels, L), or (in_channels, L) for one signal.
        out_channels: of the output.
        kernel_size: the length of a window.
        stride: the distance between neighbouring windows.
        padding: how many numbers are added on each side; "valid" adds none, "same" keeps the length.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        padding_mode: what is added: "zeros", or the signal itself as in :func:`nn.functional.pad`,
            "reflect", "replicate" or "circular".
        data_format: "NCL", or "NLC" for inputs and outputs whose channels stand last.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_channels, in_channels / groups, kernel length), whatever the ``data_format``.
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.

    >>> Conv1d(8, 16, 3, padding="same")
    Conv1d(8, 16, kernel_size=(3,), stride=(1,), padding='same')
    """

    axes = 1


class Conv2d(_Convolution):
    """The same weights for every window of an image; the formula is at :func:`nn.functional.conv2d`.

    Args:
        in_channels: of the input (N, in_channels, H, W), or (in_channels, H, W) for one image.
        out_channels: of the output.
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows.
        padding: how many numbers are added on each side; "valid" adds none, "same" keeps the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        padding_mode: what is added: "zeros", or the image itself as in :func:`nn.functional.pad`,
            "reflect", "replicate" or "circular".
        data_format: "NCHW", or "NHWC" for inputs and outputs whose channels stand last. The weights
            keep their layout, so that a state fits both.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_channels, in_channels / groups, kernel height, kernel width), whatever the
            ``data_format``.
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.

    >>> Conv2d(1, 20, kernel_size=5, padding=1)
    Conv2d(1, 20, kernel_size=(5, 5), stride=(1, 1), padding=(1, 1))
    >>> Conv2d(3, 20, 5, data_format="NHWC")(np.zeros((2, 28, 28, 3))).shape
    (2, 24, 24, 20)
    """

    axes = 2


class Conv3d(_Convolution):
    """The same weights for every window of a volume; the formula is at :func:`nn.functional.conv2d`.

    Args:
        in_channels: of the input (N, in_channels, D, H, W), or (in_channels, D, H, W) for one volume.
        out_channels: of the output.
        kernel_size: the depth, height and width of a window.
        stride: the distance between neighbouring windows.
        padding: how many numbers are added on each side; "valid" adds none, "same" keeps the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        padding_mode: what is added: "zeros", or the volume itself as in :func:`nn.functional.pad`,
            "reflect", "replicate" or "circular".
        data_format: "NCDHW", or "NDHWC" for inputs and outputs whose channels stand last.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_channels, in_channels / groups, kernel depth, kernel height, kernel width), whatever
            the ``data_format``.
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.

    >>> Conv3d(1, 2, (1, 3, 3))
    Conv3d(1, 2, kernel_size=(1, 3, 3), stride=(1, 1, 1))
    """

    axes = 3


def check_channels(layer: str, in_channels: int, out_channels: int, groups: int) -> None:
    """Numbers of channels are positive and can be split into the groups.

    Raises:
        ShapeError: if they are not, or cannot.
    """
    check_size(layer, in_channels=in_channels, out_channels=out_channels)
    check_groups(in_channels, out_channels, groups)


def checked_format(data_format: str | None, axes: int) -> str:
    """The layout; channels first when None.

    Raises:
        DomainError: for an unknown one.
    """
    if data_format is None:
        return FORMATS[axes][0]
    check_word("", FORMATS[axes], data_format=data_format)
    return data_format
