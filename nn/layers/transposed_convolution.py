"""The transposed convolutional layers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import Numbers, Sizes, per_axis

from ..functional.layouts import check_axes, inner_size
from ..functional.operands import as_tensor
from ..functional.transposed_convolution import check_output_padding, convolve_transposed
from ..functional.wording import described
from .convolution import Convolutional
from .initial import weight_and_bias

__all__ = ["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]


class _TransposedConvolution(Convolutional):
    """What the layers have in common; they differ in the number of axes of size."""

    output_padding: Numbers

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
        super().__init__(
            in_channels,
            out_channels,
            groups,
            kernel_size=kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            output_padding=output_padding,
            padding_mode=padding_mode,
            data_format=data_format,
        )
        shape = (in_channels, out_channels // groups, *self.windows.kernel)
        self.weight, self.bias = weight_and_bias(shape, out_channels if bias else 0, dtype, generator)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The same, with what is added to the output."""
        made = super().arranged(**options)
        more = per_axis("output_padding", options["output_padding"], self.axes, least=0)
        check_output_padding(more, made["windows"])
        return made | {"output_padding": more}

    def forward(self, input: Any, output_size: Sizes | None = None) -> Tensor:
        """The transposed convolution; ``output_size``, if given, decides the ``output_padding``."""
        more = self.output_padding
        if output_size is not None:
            function = f"conv_transpose{self.axes}d"
            input = as_tensor(input, function)
            check_axes(input.shape, self._layout, f"{function}()")
            more = self._reaching(input.shape, output_size)
        return convolve_transposed(
            input, self.weight, self.bias, self.windows, more, self.groups, self._layout
        )

    def _reaching(self, shape: Numbers, output_size: Sizes) -> Numbers:
        """The output padding with which an input of ``shape`` gives the size that is wanted."""
        end = len(shape) - (self._layout[1] != "C")
        wanted = inner_size(output_size, self._layout)
        least = self.windows.least_size(shape[end - self.axes : end])
        most = tuple(n + s - 1 for n, s in zip(least, self.windows.stride, strict=True))
        if not all(a <= n <= b for a, n, b in zip(least, wanted, most, strict=True)):
            raise ShapeError(
                f"`output_size` (={wanted}) has to lie between {least} and {most} for an input "
                f"of shape {shape}"
            )
        return tuple(n - m for n, m in zip(wanted, least, strict=True))


_ARGUMENTS = """
    Args:
        in_channels: C of the input {batch}, or of {one}.
        out_channels: of the output.
        kernel_size: the {kernel} of a window.
        stride: the distance between neighbouring windows.
        padding: how much is cut off on each side of an axis.
        output_padding: by how much less is cut off at the end.
        groups: into how many blocks the channels are split, each with weights of its own.
        bias: whether to add one number to each output channel.
        dilation: the distance between neighbouring elements of one window.
        padding_mode: "zeros"; there is no other.
        data_format: {formats} for inputs and outputs whose channels stand last. The weights keep their
            layout, so that a state fits both.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (in_channels, out_channels / groups, {kernel_axes}), whatever the ``data_format``.
        bias: (out_channels,) or None.

    Raises:
        ShapeError: if numbers are not positive, or do not fit each other or the input.
        DomainError: for another padding mode, or an unknown layout.
"""


@described(_ARGUMENTS)
class ConvTranspose1d(_TransposedConvolution, axes=1):
    """The transpose of :class:`Conv1d`; formula and source are at :func:`nn.functional.conv_transpose1d`.

    ...

    >>> ConvTranspose1d(8, 4, 3, stride=2)
    ConvTranspose1d(8, 4, kernel_size=(3,), stride=(2,))
    """


@described(_ARGUMENTS)
class ConvTranspose2d(_TransposedConvolution, axes=2):
    """The transpose of :class:`Conv2d`; formula and source are at :func:`nn.functional.conv_transpose2d`.

    ...

    >>> up = ConvTranspose2d(16, 8, 3, stride=2, padding=1)
    >>> up
    ConvTranspose2d(16, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    >>> up(np.zeros((1, 16, 6, 6))).shape, up(np.zeros((1, 16, 6, 6)), output_size=(12, 12)).shape
    ((1, 8, 11, 11), (1, 8, 12, 12))
    """


@described(_ARGUMENTS)
class ConvTranspose3d(_TransposedConvolution, axes=3):
    """The transpose of :class:`Conv3d`; formula and source are at :func:`nn.functional.conv_transpose3d`.

    ...

    >>> ConvTranspose3d(8, 4, (1, 2, 2), stride=(1, 2, 2))
    ConvTranspose3d(8, 4, kernel_size=(1, 2, 2), stride=(1, 2, 2))
    """
