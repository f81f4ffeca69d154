"""What is wrong with the shape of an image is said at the call: what it got, and what it needs."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Value, grad
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError


def zeros(*shape):
    return np.zeros(shape)


CONVOLUTION = {
    "a signal without channels": (
        lambda: F.conv1d(zeros(4), zeros(1, 1, 2)), ShapeError,
        "conv1d(): the input has shape (4,), not (N, C, L), or (C, L) for one signal",
    ),
    "an image for a volume": (
        lambda: nn.Conv3d(1, 1, 2)(zeros(2, 4, 4)), ShapeError,
        "conv3d(): the input has shape (2, 4, 4), not (N, C, D, H, W), or (C, D, H, W) for one volume",
    ),
    "a layout without channels": (
        lambda: F.conv2d(zeros(4, 4), zeros(1, 1, 2, 2), data_format="NHWC"), ShapeError,
        "the input has shape (4, 4), not (N, H, W, C), or (H, W, C) for one image",
    ),
    "an unknown layout": (
        lambda: nn.Conv2d(1, 1, 2, data_format="NWHC"), DomainError,
        "`data_format` (='NWHC') has to be one of 'NCHW', 'NHWC'",
    ),
    "the layout of a signal": (
        lambda: F.max_pool2d(zeros(1, 4, 4), 2, data_format="NLC"), DomainError, "`data_format` (='NLC')",
    ),
    "a weight of too few axes": (
        lambda: F.conv3d(zeros(1, 1, 4, 4, 4), zeros(1, 1, 2, 2)), ShapeError,
        "conv3d(): the weight has shape (1, 1, 2, 2), not (out, in / groups, depth, height, width)",
    ),
    "channels last, channels that differ": (
        lambda: nn.Conv2d(3, 8, 3, data_format="NHWC")(zeros(2, 3, 9, 9)), ShapeError,
        "the input of shape (2, 3, 9, 9) has 9 channels, but weight of shape (8, 3, 3, 3) takes 3",
    ),
    "a kernel longer than the signal": (
        lambda: F.conv1d(zeros(1, 4), zeros(1, 1, 3), dilation=2), ShapeError,
        "conv1d(): the kernel 3 with dilation (2,) spans 5 is larger than the signal: 4",
    ),
    "a bias for other channels": (
        lambda: F.conv2d(zeros(1, 4, 4), zeros(3, 1, 2, 2), zeros(2)), ShapeError,
        "conv2d(): the bias has shape (2,), 3 output channels need (3,)",
    ),
    "half a channel": (
        lambda: nn.Conv2d(1.5, 1, 2), ShapeError, "Conv2d: `in_channels` (=1.5) has to be a whole number",
    ),
    "a kernel without elements": (
        lambda: F.conv2d(zeros(1, 4, 4), zeros(3, 1, 0, 2)), ShapeError,
        "conv2d(): the weight of shape (3, 1, 0, 2) has an empty kernel",
    ),
    "a transposed kernel without elements": (
        lambda: F.conv_transpose1d(zeros(1, 4), zeros(1, 3, 0)), ShapeError, "(1, 3, 0) has an empty kernel",
    ),
    "a kernel of half a pixel": (
        lambda: nn.Conv1d(1, 1, 2.5), ShapeError,
        "`kernel_size` (=2.5) has to be a whole number from 1, or a sequence of one",
    ),
    "a kernel of two for three axes": (
        lambda: nn.Conv3d(1, 1, (2, 2)), ShapeError,
        "`kernel_size` (=(2, 2)) has to be a whole number from 1, or three of them",
    ),
    "True for a stride": (
        lambda: F.conv2d(zeros(1, 4, 4), zeros(1, 1, 2, 2), None, True), ShapeError, "`stride` (=True)",
    ),
    "a negative padding": (
        lambda: nn.Conv2d(1, 1, 2, padding=-1), ShapeError, "`padding` (=-1) has to be a whole number from 0",
    ),
    "same with a stride along the signal": (
        lambda: nn.Conv1d(1, 1, 2, stride=2, padding="same"), ShapeError,
        "`padding` (='same') keeps the size of the signal, which a `stride` (=(2,)) cannot",
    ),
    "an unknown margin": (
        lambda: nn.Conv2d(1, 1, 2, padding_mode="mirror"), DomainError,
        "`padding_mode` (='mirror') has to be one of 'zeros', 'reflect', 'replicate', 'circular'",
    ),
    "a mirror larger than the image": (
        lambda: nn.Conv2d(1, 1, 3, padding=3, padding_mode="reflect")(zeros(1, 3, 5)), ShapeError,
        "pad(): mode 'reflect' cannot add (3, 3) to axis 1 of shape (1, 3, 5): it can take 2 on each side",
    ),
    "more than once round": (
        lambda: F.pad(zeros(1, 3), (4, 0), mode="circular"), ShapeError, "it can take 3 on each side",
    ),
    "nothing to repeat": (
        lambda: F.pad(zeros(1, 0), (1, 0), mode="replicate"), ShapeError, "the axis is empty",
    ),
    "half a pair": (
        lambda: F.pad(zeros(1, 3), (1, 1, 1)), ShapeError,
        "`pad` (=(1, 1, 1)) has to be a pair of whole numbers for each of the last axes",
    ),
    "a single number of padding": (lambda: F.pad(zeros(1, 3), 1), ShapeError, "`pad` (=1) has to be a pair"),
    "more pairs than axes": (
        lambda: F.pad(zeros(3), (1, 1, 1, 1)), ShapeError, "the input of shape (3,) has 1 axes",
    ),
    "cutting off too much": (
        lambda: F.pad(zeros(1, 3), (-2, -2)), ShapeError, "`pad` (=(-2, -2)) cuts more off than there is",
    ),
    "a value for a mirror": (
        lambda: F.pad(zeros(1, 3), (1, 1), mode="reflect", value=2.0), DomainError,
        "a `value` (=2.0) is for mode 'constant', not for 'reflect'",
    ),
    "half a number between whole ones": (
        lambda: F.pad(np.ones(3, int), (1, 1), value=0.5), DtypeError, "which cannot hold the `value` (=0.5)",
    ),
    "a transposed weight for other channels": (
        lambda: nn.ConvTranspose2d(3, 8, 3)(zeros(2, 8, 4, 4)), ShapeError,
        "conv_transpose2d(): the input of shape (2, 8, 4, 4) has 8 channels, but weight of shape "
        "(3, 8, 3, 3) takes 3",
    ),
    "groups that do not divide the channels": (
        lambda: F.conv_transpose1d(zeros(3, 4), zeros(3, 1, 2), groups=2), ShapeError,
        "`in_channels` (=3) must be divisible by `groups` (=2)",
    ),
    "an output padding of a stride": (
        lambda: nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=2), ShapeError,
        "`output_padding` (=(2,)) has to be smaller than the `stride` (=(2,)) or the `dilation` (=(1,))",
    ),
    "nothing left": (
        lambda: F.conv_transpose2d(zeros(1, 1, 1), zeros(1, 1, 3, 3), padding=2), ShapeError,
        "conv_transpose2d(): `padding` (=2) leaves nothing of an output of 3x3",
    ),
    "an empty image": (
        lambda: F.conv_transpose2d(zeros(1, 0, 4), zeros(1, 1, 3, 3)), ShapeError, "(1, 0, 4) is empty",
    ),
    "a mirrored margin of a transposed convolution": (
        lambda: nn.ConvTranspose2d(1, 1, 3, padding_mode="reflect"), DomainError,
        "`padding_mode` (='reflect') has to be one of 'zeros'",
    ),
    "an output size out of reach": (
        lambda: nn.ConvTranspose2d(1, 1, 3, 2)(zeros(1, 4, 4), (9, 11)), ShapeError,
        "`output_size` (=(9, 11)) has to lie between (9, 9) and (10, 10) for an input of shape (1, 4, 4)",
    ),
    "a Value for an image": (lambda: F.conv2d(Value(1.0), zeros(1, 1, 2, 2)), DtypeError, "needs a Tensor"),
}  # fmt: skip

POOLING = {
    "a window of nothing": (lambda: nn.MaxPool2d(0), ShapeError, "`kernel_size` (=0) has to be"),
    "a padding that no window sees past": (
        lambda: nn.AvgPool3d(2, padding=(1, 2, 1)), ShapeError,
        "`padding` (=(1, 2, 1)) has to be at most half of the kernel (2, 2, 2)",
    ),
    "a window larger than the volume": (
        lambda: F.max_pool3d(zeros(1, 4, 2, 4), 3), ShapeError,
        "max_pool3d(): the kernel 3x3x3 is larger than the volume: 4x2x4",
    ),
    "a window whose elements all miss the image": (
        lambda: F.max_pool2d(zeros(1, 1, 8), (3, 4), padding=(1, 2), dilation=2, ceil_mode=True), ShapeError,
        "max_pool2d(): a window (3, 4) with dilation (2, 2) and padding (1, 2) sees nothing but the margin of an "
        "input of size 1x8",
    ),
    "a divisor of nothing": (lambda: nn.AvgPool2d(2, divisor_override=0), DomainError, "`divisor_override` (=0)"),
    "a root of order 0": (lambda: nn.LPPool1d(0, 2), DomainError, "`norm_type` (=0)"),
    "no windows": (
        lambda: nn.AdaptiveAvgPool2d((2, 0)), ShapeError,
        "`output_size` (=(2, 0)) has to be a whole number from 1 or None, or 2 of them",
    ),
    "a third number of windows": (
        lambda: F.adaptive_max_pool2d(zeros(1, 2, 2), (1, 1, 1)), ShapeError, "`output_size` (=(1, 1, 1))",
    ),
    "windows of an empty image": (
        lambda: F.adaptive_avg_pool2d(zeros(1, 0, 4), 1), ShapeError,
        "adaptive_avg_pool2d(): an input of size 0x4 has nothing to pool",
    ),
    "places of another shape": (
        lambda: F.max_unpool2d(zeros(1, 2, 2), [[[0, 1]]], 2), ShapeError,
        "max_unpool2d(): the input has shape (1, 2, 2), the indices (1, 1, 2)",
    ),
    "places that are no integers": (
        lambda: F.max_unpool1d(zeros(1, 1), zeros(1, 1), 2), DtypeError, "indices have to be integers, got float64",
    ),
    "a place outside": (
        lambda: nn.MaxUnpool2d(2)(zeros(1, 1, 1), [[[4]]]), IndexRangeError,
        "max_unpool2d(): index 4 is no place of the output 2x2, whose places are numbered 0 to 3",
    ),
    "a size that pooling cannot have had": (
        lambda: F.max_unpool1d(zeros(1, 2), [[0, 2]], 2, output_size=(6,)), ShapeError,
        "`output_size` (=(6,)) does not fit: the pooling that gave 2 had an input of 4, give or take less than",
    ),
}  # fmt: skip

OTHERS = {
    "neither a size nor a factor": (
        lambda: nn.Upsample(), DomainError,
        "interpolate(): give either `size` or `scale_factor`, got size=None and scale_factor=None",
    ),
    "a size and a factor": (
        lambda: F.interpolate(zeros(1, 1, 2), 3, 2.0), DomainError, "got size=3 and scale_factor=2.0",
    ),
    "an unknown interpolation": (
        lambda: nn.Upsample(2, mode="lanczos"), DomainError, "`mode` (='lanczos') has to be one of 'nearest'",
    ),
    "corners of the nearest": (
        lambda: nn.Upsample(2, align_corners=False), DomainError,
        "`align_corners` (=False) is for the modes 'linear', 'bilinear', 'trilinear', 'bicubic', not for 'nearest'",
    ),
    "an image for a signal": (
        lambda: F.interpolate(zeros(1, 1, 2, 2), 3, mode="linear"), ShapeError,
        "interpolate(): mode 'linear' is for N, C, L, the input has shape (1, 1, 2, 2): use 'bilinear' or "
        "'bicubic' or 'nearest'",
    ),
    "an image without samples and channels": (
        lambda: F.interpolate(zeros(2, 2), 3), ShapeError,
        "interpolate(): the input has shape (2, 2), not (N, C, L), (N, C, H, W) or (N, C, D, H, W)",
    ),
    "a factor that leaves nothing": (
        lambda: F.interpolate(zeros(1, 1, 2), scale_factor=0.3), ShapeError,
        "`scale_factor` (=0.3) leaves nothing of an input of size 2",
    ),
    "a factor of nothing": (
        lambda: F.interpolate(zeros(1, 1, 2), scale_factor=0), ShapeError, "`scale_factor` (=0) has to be a positive",
    ),
    "a ratio without a factor": (
        lambda: nn.Upsample(2, recompute_scale_factor=True), DomainError, "needs a `scale_factor`",
    ),
    "an empty signal": (
        lambda: F.interpolate(zeros(1, 1, 0), 3), ShapeError, "an input of size 0 has nothing to go on from",
    ),
    "channels that are no pixels": (
        lambda: nn.PixelShuffle(2)(zeros(1, 6, 2, 2)), ShapeError,
        "pixel_shuffle(): the input of shape (1, 6, 2, 2) has 6 channels, which cannot be split into 2x2 = 4 pixels",
    ),
    "pixels that are no channels": (
        lambda: F.pixel_unshuffle(zeros(1, 4, 3), 2), ShapeError,
        "(1, 4, 3) is 4x3, which cannot be divided by `downscale_factor` (=2)",
    ),
    "half an image": (lambda: F.pixel_shuffle(zeros(4, 4), 2), ShapeError, "has shape (4, 4), not (..., C, H, W)"),
    "a factor of half a pixel": (lambda: nn.PixelShuffle(1.5), ShapeError, "`upscale_factor` (=1.5)"),
    "channels that are no groups": (
        lambda: F.channel_shuffle(zeros(1, 3, 2), 2), ShapeError, "`in_channels` (=3) must be divisible",
    ),
    "a vector of channels": (
        lambda: F.channel_shuffle(zeros(1, 3), 3), ShapeError, "the input has shape (1, 3), not (N, C, ...)",
    ),
    "an axis split otherwise": (
        lambda: nn.Unflatten(1, (2, 2))(zeros(3, 6)), ShapeError,
        "unflatten(): axis 1 of shape (3, 6) has length 6, which is not split into (2, 2)",
    ),
    "an axis with a remainder": (
        lambda: F.unflatten(zeros(3, 6), 1, (4, -1)), ShapeError, "which is not split into (4, -1)",
    ),
    "an axis that is not there": (
        lambda: F.unflatten(zeros(3), 1, (3,)), ShapeError, "axis 1 is out of range for an input of shape (3,)",
    ),
    "two lengths that are left": (
        lambda: nn.Unflatten(1, (-1, -1)), ShapeError, "`unflattened_size` (=(-1, -1)) has to be a sequence",
    ),
    "a margin of two numbers for an image": (
        lambda: nn.ZeroPad2d((1, 1)), ShapeError,
        "ZeroPad2d: `padding` (=(1, 1)) has to be a whole number, or 4 of them",
    ),
    "a margin of half a pixel": (lambda: nn.ReflectionPad1d(0.5), ShapeError, "`padding` (=0.5)"),
    "a signal where images go": (
        lambda: nn.ZeroPad2d(1)(zeros(3, 3)), ShapeError,
        "ZeroPad2d((1, 1, 1, 1)): pad(): the input has shape (3, 3), not (N, C, H, W), or (C, H, W) for one image",
    ),
    "rows of different lengths": (
        lambda: nn.ZeroPad1d(1)([[1.0, 2.0], [3.0]]), DtypeError, "needs a rectangular array of numbers",
    ),
    "an output size of a vector": (
        lambda: nn.ConvTranspose1d(1, 1, 2)(zeros(3), output_size=(4,)), ShapeError,
        "conv_transpose1d(): the input has shape (3,), not (N, C, L), or (C, L) for one signal",
    ),
    "no such windows": (
        lambda: F.fold(zeros(2, 8, 4), (4, 4), 2), ShapeError,
        "fold(): an image 4x4 has 3x3 = 9 windows of 2x2 = 4 numbers for each channel: the input has shape "
        "(N, C x 4, 9), got (2, 8, 4)",
    ),
    "channels that are no windows": (
        lambda: nn.Fold((2, 3), 2)(zeros(1, 6, 2)), ShapeError, "(N, C x 4, 2), got (1, 6, 2)",
    ),
    "columns of an image": (lambda: F.fold(zeros(1, 1, 4, 1), 2, 2), ShapeError, "the input has shape (1, 1, 4, 1)"),
    "a window that does not fit": (
        lambda: F.unfold(zeros(1, 2, 2), 3), ShapeError, "unfold(): the kernel 3x3 is larger than the image: 2x2",
    ),
    "the same size of columns": (lambda: nn.Unfold(2, padding="same"), ShapeError, "`padding` (='same')"),
}  # fmt: skip

MISTAKES = CONVOLUTION | POOLING | OTHERS


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)


@pytest.mark.parametrize("value", [0.0, 2.0])
def test_the_value_of_a_margin_has_its_gradient(value):
    assert grad(lambda v: (F.pad(np.ones((1, 1, 2, 2)), (1, 0, 0, 1), value=v) * 3).sum())(value) == 15.0
