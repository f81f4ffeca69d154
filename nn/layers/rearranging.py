"""Layers that turn channels into pixels, pixels into channels, and mix channels."""

from __future__ import annotations

from typing import ClassVar

from .. import functional
from ..checks import check_size
from .applied import Applied

__all__ = ["ChannelShuffle", "PixelShuffle", "PixelUnshuffle"]


class PixelShuffle(Applied, function=functional.pixel_shuffle):
    """
    >>> PixelShuffle(2)([[[1.0]], [[2.0]], [[3.0]], [[4.0]]]).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    upscale_factor: int
    _checks: ClassVar = {"upscale_factor": check_size}


class PixelUnshuffle(Applied, function=functional.pixel_unshuffle):
    """
    >>> PixelUnshuffle(2)([[[1.0, 2.0], [3.0, 4.0]]]).tolist()
    [[[1.0]], [[2.0]], [[3.0]], [[4.0]]]
    """

    downscale_factor: int
    _checks: ClassVar = {"downscale_factor": check_size}


class ChannelShuffle(Applied, function=functional.channel_shuffle):
    """
    >>> ChannelShuffle(2)([[[1.0], [2.0], [3.0], [4.0]]]).tolist()
    [[[1.0], [3.0], [2.0], [4.0]]]
    """

    groups: int
    _checks: ClassVar = {"groups": check_size}
