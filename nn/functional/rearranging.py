"""Channels taken apart into pixels, and pixels into channels."""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from ..checks import check_size
from .convolution import check_groups
from .operands import as_tensor

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:
    """r² channels become the r × r pixels of one: an image r times as high and wide.

    Args:
        input: (..., C r², H, W).
        upscale_factor: r.

    Returns:
        (..., C, H r, W r).

    Raises:
        ShapeError: if the channels cannot be split so, or r is not positive.

    Source: Shi et al. (2016), "Real-time single image and video super-resolution using an efficient
    sub-pixel convolutional neural network".

    >>> pixel_shuffle([[[1.0]], [[2.0]], [[3.0]], [[4.0]]], 2)
    Tensor([[[1., 2.],
             [3., 4.]]])
    """
    check_size("", upscale_factor=upscale_factor)
    x, r = _image(input, "pixel_shuffle"), upscale_factor
    *batch, channels, height, width = x.shape
    if channels % (r * r):
        raise ShapeError(
            f"pixel_shuffle(): the input of shape {x.shape} has {channels} channels, which cannot be split "
            f"into {r}x{r} = {r * r} pixels each (`upscale_factor` (={r}))"
        )
    n = len(batch)
    parts = x.reshape(*batch, channels // (r * r), r, r, height, width)
    y: Tensor = ac.transpose(parts, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return y.reshape(*batch, channels // (r * r), height * r, width * r)


def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:
    """r × r pixels become r² channels: the inverse of :func:`pixel_shuffle`.

    Args:
        input: (..., C, H r, W r).
        downscale_factor: r.

    Returns:
        (..., C r², H, W).

    Raises:
        ShapeError: if r does not divide height and width, or is not positive.

    Source: Shi et al. (2016), as for :func:`pixel_shuffle`.

    >>> pixel_unshuffle([[[1.0, 2.0], [3.0, 4.0]]], 2).tolist()
    [[[1.0]], [[2.0]], [[3.0]], [[4.0]]]
    """
    check_size("", downscale_factor=downscale_factor)
    x, r = _image(input, "pixel_unshuffle"), downscale_factor
    *batch, channels, height, width = x.shape
    if height % r or width % r:
        raise ShapeError(
            f"pixel_unshuffle(): the input of shape {x.shape} is {height}x{width}, which cannot be divided "
            f"by `downscale_factor` (={r})"
        )
    n = len(batch)
    parts = x.reshape(*batch, channels, height // r, r, width // r, r)
    y: Tensor = ac.transpose(parts, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return y.reshape(*batch, channels * r * r, height // r, width // r)


def channel_shuffle(input: Any, groups: int) -> Tensor:
    """The channels dealt out like cards: first those that were first in their group, then the second.

    Args:
        input: (N, C, ...).
        groups: how many groups the channels are in.

    Raises:
        ShapeError: if the channels cannot be split so.

    Source: Zhang et al. (2018), "ShuffleNet: an extremely efficient convolutional neural network for
    mobile devices".

    >>> channel_shuffle([[[1.0], [2.0], [3.0], [4.0]]], 2).tolist()
    [[[1.0], [3.0], [2.0], [4.0]]]
    """
    x = as_tensor(input, "channel_shuffle")
    if x.ndim < 3:
        raise ShapeError(f"channel_shuffle(): the input has shape {x.shape}, not (N, C, ...)")
    n, channels, *size = x.shape
    check_groups(channels, channels, groups)
    y: Tensor = ac.swapaxes(x.reshape(n, groups, channels // groups, *size), 1, 2)
    return y.reshape(x.shape)


def _image(input: Any, function: str) -> Tensor:
    x = as_tensor(input, function)
    if x.ndim < 3:
        raise ShapeError(f"{function}(): the input has shape {x.shape}, not (..., C, H, W)")
    return x
