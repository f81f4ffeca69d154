"""Layers of signals, images and volumes: how they print, what they hold, what they cost."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import gradcheck
from tests.nn.operands import build, wave

PRINTED = (
    "Conv1d(2, 4, kernel_size=(3,), stride=(2,), padding=(1,))",
    "Conv2d(2, 4, kernel_size=(3, 3), stride=(1, 1), dilation=(2, 1), groups=2, bias=False)",
    "Conv3d(2, 4, kernel_size=(1, 2, 3), stride=(1, 1, 1))",
    "ConvTranspose1d(2, 4, kernel_size=(3,), stride=(2,))",
    "ConvTranspose2d(4, 2, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1), groups=2)",
    "ConvTranspose3d(4, 2, kernel_size=(2, 2, 2), stride=(1, 1, 1), dilation=(1, 2, 1), bias=False)",
    "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
    "MaxPool3d(kernel_size=(1, 2, 2), stride=1, padding=0, dilation=1, ceil_mode=True)",
    "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))",
    "AvgPool2d(kernel_size=3, stride=1, padding=(0, 1))",
    "LPPool1d(norm_type=2, kernel_size=3, stride=None, ceil_mode=False)",
    "LPPool2d(norm_type=1.5, kernel_size=(3, 2), stride=2, ceil_mode=True)",
    "MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))",
    "AdaptiveAvgPool1d(output_size=3)",
    "AdaptiveMaxPool2d(output_size=(None, 3))",
    "Upsample(size=(3, 2), mode='nearest')",
    "Upsample(scale_factor=2.0, mode='bilinear')",
    "Upsample(scale_factor=(2.0, 1.5), mode='bicubic')",
    "PixelShuffle(upscale_factor=2)",
    "PixelUnshuffle(downscale_factor=3)",
    "ChannelShuffle(groups=2)",
    "Unflatten(dim=1, unflattened_size=(2, 3))",
    "ZeroPad2d((2, 2, 1, 2))",
    "ConstantPad1d(padding=(1, 1), value=2.5)",
    "ReflectionPad3d((1, 2, 3, 4, 5, 6))",
    "ReplicationPad1d((1, 1))",
    "CircularPad2d((1, 1, 0, 0))",
    "Unfold(kernel_size=(2, 3), dilation=1, padding=0, stride=2)",
    "Fold(output_size=(4, 4), kernel_size=2, dilation=1, padding=0, stride=1)",
)


@pytest.mark.peers
@pytest.mark.parametrize("text", PRINTED)
def test_layers_print_like_pytorchs_and_what_is_printed_makes_them_again(text):
    torch = pytest.importorskip("torch")
    assert repr(build(nn, text)) == repr(build(torch.nn, text)) == text


@pytest.mark.peers
@pytest.mark.parametrize(
    "name", ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]
)
def test_initial_weights_are_drawn_from_pytorchs_interval(name):
    torch = pytest.importorskip("torch")
    make = lambda library, **more: getattr(library, name)(6, 30, 5, groups=2, **more)  # noqa: E731
    ours, theirs = make(nn, generator=np.random.default_rng(0)), make(torch.nn)
    for mine, other in ((ours.weight, theirs.weight), (ours.bias, theirs.bias)):
        assert mine.shape == tuple(other.shape)
        bound = 1 / np.sqrt(theirs.weight[0].numel())
        assert np.abs(mine.data).max() == pytest.approx(bound, rel=0.2)
        assert np.abs(mine.data).max() <= bound
        assert other.abs().max().item() <= bound


@pytest.mark.parametrize("name", ["Conv1d", "ConvTranspose2d"])
def test_a_generator_repeats_the_weights_and_a_dtype_holds_for_all(name):
    first, second = (
        getattr(nn, name)(2, 3, 3, dtype="float32", generator=np.random.default_rng(5)) for _ in range(2)
    )
    for mine, other in zip(first.parameters(), second.parameters(), strict=True):
        assert mine.dtype == np.float32
        assert np.array_equal(mine.data, other.data)


def test_a_convolution_is_a_product_of_weights_and_unfolded_windows():
    x, weight = wave(2, 3, 5, 6), wave(4, 3, 2, 3, phase=1.0)
    columns = F.unfold(x, (2, 3), padding=1, stride=2)
    product = weight.reshape(4, -1) @ columns.data
    convolved = F.conv2d(x, weight, padding=1, stride=2)
    np.testing.assert_allclose(product.reshape(convolved.shape), convolved.data)


@pytest.mark.peers
@pytest.mark.parametrize(("mode", "shape"), [("nearest", (1, 2, 5)), ("bicubic", (1, 1, 4, 3))])
def test_a_factor_that_leaves_the_size_as_it_is_moves_the_elements_like_pytorchs(mode, shape):
    torch = pytest.importorskip("torch")
    x = wave(*shape)
    found = F.interpolate(x, scale_factor=1.2, mode=mode)
    wanted = torch.nn.functional.interpolate(torch.tensor(x), scale_factor=1.2, mode=mode)
    np.testing.assert_allclose(found.data, wanted.numpy(), atol=1e-12)
    assert gradcheck(lambda x: F.interpolate(x, scale_factor=1.2, mode=mode), x)


def test_folding_what_was_unfolded_counts_how_many_windows_see_a_number():
    x = np.ones((1, 3, 3))
    assert F.fold(F.unfold(x, 2), 3, 2).tolist() == [[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]


def test_a_transposed_convolution_costs_what_its_convolution_costs():
    down = nn.summary(nn.Sequential(nn.Conv2d(3, 8, 3, 2)), (1, 3, 9, 9))
    up = nn.summary(nn.Sequential(nn.ConvTranspose2d(8, 3, 3, 2)), (1, 8, 4, 4))
    assert down.split()[-1] == up.split()[-1] == f"{8 * 16 * 27:,}"


WINDOWED = {
    "Conv1d": (lambda **o: nn.Conv1d(2, 3, **{"kernel_size": 3} | o), {"padding": "same", "dilation": 2}),
    "Conv2d": (lambda **o: nn.Conv2d(2, 3, **{"kernel_size": 3} | o), {"padding": (1, 0), "stride": (1, 2)}),
    "Conv2d: reflected": (
        lambda **o: nn.Conv2d(2, 3, 3, **{"padding": 1} | o),
        {"padding_mode": "reflect", "data_format": "NHWC"},
    ),
    "Conv3d": (lambda **o: nn.Conv3d(2, 3, **{"kernel_size": 2} | o), {"padding_mode": "circular", "padding": 1}),
    "ConvTranspose2d": (lambda **o: nn.ConvTranspose2d(2, 3, 3, **o), {"stride": 2, "output_padding": 1}),
    "MaxPool2d": (lambda **o: nn.MaxPool2d(**{"kernel_size": 2} | o), {"kernel_size": 3, "padding": 1}),
    "AvgPool1d": (lambda **o: nn.AvgPool1d(**{"kernel_size": 2} | o), {"stride": 1, "ceil_mode": True}),
    "LPPool2d": (lambda **o: nn.LPPool2d(**{"norm_type": 2, "kernel_size": 2} | o), {"kernel_size": 3, "norm_type": 4}),
    "Unfold": (lambda **o: nn.Unfold(**{"kernel_size": 2} | o), {"kernel_size": 3, "stride": 2, "padding": 1}),
}  # fmt: skip


@pytest.mark.parametrize(("made", "options"), WINDOWED.values(), ids=WINDOWED)
def test_options_that_are_assigned_afterwards_count_as_if_the_layer_had_been_made_with_them(made, options):
    changed = made()
    if isinstance(changed, nn.MaxPool2d):
        changed.stride = 3  # it does not follow the kernel once there is one
    for name, value in options.items():
        setattr(changed, name, value)
    wanted = made(**options)
    wanted.load_state_dict(changed.state_dict())
    axes = getattr(changed, "axes", 2)
    x = wave(2, 6, 6, 2) if options.get("data_format") else wave(2, 2, *[6] * axes)
    assert repr(changed) == repr(wanted)
    np.testing.assert_array_equal(changed(x).data, wanted(x).data)


@pytest.mark.parametrize(
    ("made", "name", "value", "words"),
    [
        (lambda: nn.Conv2d(1, 1, 2), "kernel_size", 3, "not that of the weight of shape"),
        (lambda: nn.ConvTranspose1d(1, 1, 2), "kernel_size", (5,), "not that of the weight of shape"),
        (lambda: nn.Conv2d(1, 1, 2, stride=2), "padding", "same", "use stride 1"),
        (lambda: nn.Conv2d(1, 1, 2), "stride", 0, "`stride` .=0. has to be a whole number from 1"),
        (lambda: nn.Conv1d(1, 1, 2), "data_format", "NHWC", "has to be one of 'NCL', 'NLC'"),
        (lambda: nn.ConvTranspose2d(1, 1, 2), "output_padding", 1, "smaller than the `stride`"),
        (lambda: nn.MaxPool2d(2), "padding", 2, "at most half of the kernel"),
        (lambda: nn.AvgPool2d(2), "divisor_override", 0, "other than 0"),
        (lambda: nn.Fold((4, 4), 2), "dilation", -1, "`dilation` .=-1."),
    ],
)
def test_an_option_that_does_not_fit_is_refused_when_it_is_assigned_and_changes_nothing(
    made, name, value, words
):
    layer = made()
    before = repr(layer)
    with pytest.raises(ac.AutogradError, match=words):
        setattr(layer, name, value)
    assert repr(layer) == before


def test_a_kernel_can_be_assigned_after_a_weight_that_has_it():
    layer = nn.Conv2d(1, 1, 3, padding="same")
    layer.weight = nn.Parameter(wave(1, 1, 5, 5))
    layer.kernel_size = 5
    assert layer(wave(1, 6, 6)).shape == (1, 6, 6)
    assert "kernel_size=(5, 5)" in repr(layer)


def test_options_of_other_layers_are_checked_when_they_are_assigned():
    layer = nn.Dropout(0.5)
    layer.p = 0.0
    np.testing.assert_array_equal(layer(wave(3)).data, wave(3))
    for made, name, value in ((nn.Dropout(0.5), "p", 2.0), (nn.Softshrink(), "lambd", -1.0)):
        with pytest.raises(ac.AutogradError, match=f"`{name}`"):
            setattr(made, name, value)
