"""Layers that turn channels into pixels, pixels into channels, and mix channels."""

from __future__ import annotations

from .. import functional
from ..functional.convolution import check_groups
from ..functional.rearranging import check_factor
from .applied import Applied

__all__ = ["ChannelShuffle", "PixelShuffle", "PixelUnshuffle"]


class PixelShuffle(Applied):
    """r² channels become r × r pixels; options and errors: :func:`nn.functional.pixel_shuffle`.

    >>> PixelShuffle(2)([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    function = staticmethod(functional.pixel_shuffle)

    def __init__(self, upscale_factor: int) -> None:
        super().__init__(upscale_factor=check_factor("upscale_factor", upscale_factor))


class PixelUnshuffle(Applied):
    """Pixels of r × r become r² channels; options and errors: :func:`nn.functional.pixel_unshuffle`.

    >>> PixelUnshuffle(2)([[[1.0, 2.0], [3.0, 4.0]]]).tolist()
    [[[1.0]], [[2.0]], [[3.0]], [[4.0]]]
    """

    function = staticmethod(functional.pixel_unshuffle)

    def __init__(self, downscale_factor: int) -> None:
        super().__init__(downscale_factor=check_factor("downscale_factor", downscale_factor))


class ChannelShuffle(Applied):
    """The channels dealt out like cards; options and errors: :func:`nn.functional.channel_shuffle`.

    >>> ChannelShuffle(2)([[[1.0], [2.0], [3.0], [4.0]]]).tolist()
    [[[1.0], [3.0], [2.0], [4.0]]]
    """

    function = staticmethod(functional.channel_shuffle)

    def __init__(self, groups: int) -> None:
        check_groups(0, 0, groups)
        super().__init__(groups=groups)
