"""The convolutional layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.geometry import Sizes

from .. import functional
from ..checks import check_size, check_word
from ..functional.convolution import check_groups, convolve, windows_of
from ..functional.layouts import FORMATS, checked_format
from ..functional.wording import described
from .initial import weight_and_bias
from .windowed import Windowed

__all__ = ["Conv1d", "Conv2d", "Conv3d"]

_MARGINS = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Windowed):
    """What the convolutional layers have in common; they differ in the number of axes of size."""

    groups: int
    padding_mode: str
    _margin: list[int]

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
        check_channels(type(self).__name__, in_channels, out_channels, groups)
        super().__init__(
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            padding_mode=padding_mode,
            data_format=data_format,
        )
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        shape = (out_channels, in_channels // groups, *self.windows.kernel)
        self.weight, self.bias = weight_and_bias(shape, bias, dtype, generator)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options as they are kept, the windows, and the margin that is no zeros."""
        padding, mode = options["padding"], options["padding_mode"]
        check_word("", _MARGINS, padding_mode=mode)
        layout = checked_format(options["data_format"], self.axes)
        kernel, stride, dilation = (options[name] for name in ("kernel_size", "stride", "dilation"))
        windows = windows_of(self.axes, kernel, stride, padding, dilation)
        margin = [end for ends in reversed(windows.padding) for end in ends]
        if layout[1] != "C":
            margin[:0] = [0, 0]  # the channels, which stand last, have none
        return {
            "kernel_size": windows.kernel,
            "stride": windows.stride,
            "padding": padding if isinstance(padding, str) else tuple(p for p, _ in windows.padding),
            "dilation": windows.dilation,
            "padding_mode": mode,
            "data_format": layout,
            "windows": windows if mode == "zeros" else windows._replace(padding=((0, 0),) * self.axes),
            "_margin": margin,
        }

    def forward(self, input: Any) -> Tensor:
        """The convolution of the input, with a margin of zeros or of its own numbers."""
        if self.padding_mode != "zeros":
            input = functional.pad(input, self._margin, self.padding_mode)
        return convolve(input, self.weight, self.bias, self.windows, self.groups, self.data_format)

    def extra_repr(self) -> str:
        return unusual_options(self, "padding", "dilation", "groups", "bias", "padding_mode", "data_format")


_ARGUMENTS = """
    Args:
        in_channels: C of the input {batch}, or of {one}.
        out_channels: of the output.
        kernel_size: the {kernel} of a window.
        stride: the distance between neighbouring windows.
        padding: how many numbers are added on each side; "valid" adds none, "same" keeps the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        padding_mode: what is added: "zeros", or the {name} itself as in :func:`nn.functional.pad`,
            "reflect", "replicate" or "circular".
        data_format: {formats} for inputs and outputs whose channels stand last. The weights keep their
            layout, so that a state fits both.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_channels, in_channels / groups, {kernel_axes}), whatever the ``data_format``.
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.
        DomainError: for an unknown word for a padding or the layout.
"""


@described(_ARGUMENTS)
class Conv1d(_Convolution, axes=1):
    """The same weights for every window of a signal; formula and source are at :func:`nn.functional.conv1d`.

    ...

    >>> Conv1d(8, 16, 3, padding="same")
    Conv1d(8, 16, kernel_size=(3,), stride=(1,), padding='same')
    """


@described(_ARGUMENTS)
class Conv2d(_Convolution, axes=2):
    """The same weights for every window of an image; formula and source are at :func:`nn.functional.conv2d`.

    ...

    >>> Conv2d(1, 20, kernel_size=5, padding=1)
    Conv2d(1, 20, kernel_size=(5, 5), stride=(1, 1), padding=(1, 1))
    >>> Conv2d(3, 20, 5, data_format="NHWC")(np.zeros((2, 28, 28, 3))).shape
    (2, 24, 24, 20)
    """


@described(_ARGUMENTS)
class Conv3d(_Convolution, axes=3):
    """The same weights for every window of a volume; formula and source are at :func:`nn.functional.conv3d`.

    ...

    >>> Conv3d(1, 2, (1, 3, 3))
    Conv3d(1, 2, kernel_size=(1, 3, 3), stride=(1, 1, 1))
    """


def unusual_options(layer: Windowed, *names: str) -> str:
    """Channels, kernel and stride of a convolution, and the options that are not the usual ones."""
    options = vars(layer) | {"bias": vars(layer)["bias"] is not None}
    usual = {"dilation": (1,) * layer.axes, "groups": 1, "bias": True, "padding_mode": "zeros"}
    usual["data_format"] = FORMATS[layer.axes][0]
    parts = ["{in_channels}, {out_channels}, kernel_size={kernel_size}, stride={stride}".format(**options)]
    for name in names:
        if options[name] not in (usual.get(name, (0,) * layer.axes), "valid"):
            parts.append(f"{name}={options[name]!r}")
    return ", ".join(parts)


def check_channels(layer: str, in_channels: int, out_channels: int, groups: int) -> None:
    """Numbers of channels are positive and can be split into the groups.

    Raises:
        ShapeError: if they are not, or cannot.
    """
    check_size(layer, in_channels=in_channels, out_channels=out_channels)
    check_groups(in_channels, out_channels, groups)
