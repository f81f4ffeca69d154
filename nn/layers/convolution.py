"""The convolutional layers."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.geometry import Sizes, Windows

from .. import functional
from ..checks import check_size, check_word
from ..functional.convolution import check_groups, convolve, windows_of
from ..functional.layouts import FORMATS
from ..functional.wording import described
from ..parameter import Parameter
from .initial import weight_and_bias
from .windowed import Windowed, in_numbers

__all__ = ["Conv1d", "Conv2d", "Conv3d"]


class Convolutional(Windowed):
    """What the convolutional layers and the transposed ones hold."""

    _margins: ClassVar[tuple[str, ...]] = ("zeros",)
    bias: Parameter | None

    def __init__(self, in_channels: int, out_channels: int, groups: int, **options: Any) -> None:
        super().__init__()
        check_size(type(self).__name__, in_channels=in_channels, out_channels=out_channels)
        check_groups(in_channels, out_channels, groups)
        self._arrange(**options)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options with numbers for each axis, and the windows."""
        check_word("", self._margins, padding_mode=options["padding_mode"])
        return in_numbers(super().arranged(**options))

    def extra_repr(self) -> str:
        """Channels, kernel and stride, and the options that are not the usual ones."""
        options = vars(self) | {"bias": self.bias is not None}
        usual = {
            "padding": (0,) * self.axes,
            "dilation": (1,) * self.axes,
            "output_padding": (0,) * self.axes,
            "groups": 1,
            "bias": True,
            "padding_mode": "zeros",
            "data_format": FORMATS[self.axes][0],
        }
        parts = "{in_channels}, {out_channels}, kernel_size={kernel_size}, stride={stride}".format(**options)
        for name, common in usual.items():
            if options.get(name, common) not in (common, "valid"):
                parts += f", {name}={options[name]!r}"
        return parts


class _Convolution(Convolutional):
    """What the convolutional layers have in common; they differ in the number of axes of size."""

    _margins = ("zeros", "reflect", "replicate", "circular")
    _make_windows = windows_of
    _margin: list[int]
    padding_mode: str

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
        super().__init__(
            in_channels,
            out_channels,
            groups,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            padding_mode=padding_mode,
            data_format=data_format,
        )
        shape = (out_channels, in_channels // groups, *self.windows.kernel)
        self.weight, self.bias = weight_and_bias(shape, out_channels if bias else 0, dtype, generator)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The same, where padding may be a word, and the margin that is no zeros."""
        made, padding = super().arranged(**options), options["padding"]
        windows: Windows = made["windows"]
        margin = [end for ends in reversed(windows.padding) for end in ends]
        if made["_layout"][1] != "C":
            margin[:0] = [0, 0]  # the channels, which stand last, have none
        if options["padding_mode"] != "zeros":
            made["windows"] = windows._replace(padding=((0, 0),) * self.axes)
        return made | ({"padding": padding} if isinstance(padding, str) else {}) | {"_margin": margin}

    def forward(self, input: Any) -> Tensor:
        """The convolution of the input, with a margin of zeros or of its own numbers."""
        if self.padding_mode != "zeros":
            input = functional.pad(input, self._margin, self.padding_mode)
        return convolve(input, self.weight, self.bias, self.windows, self.groups, self._layout)


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
