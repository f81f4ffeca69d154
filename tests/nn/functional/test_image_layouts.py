"""Channels may stand last; the weights, the numbers and the gradients are the same."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor
from tests.nn.operands import wave

LAST = {1: "NLC", 2: "NHWC", 3: "NDHWC"}
FIRST = {1: "NCL", 2: "NCHW", 3: "NCDHW"}
SIZE = {1: (7,), 2: (6, 5), 3: (4, 3, 5)}


def unpooled(x, axes, **options):
    pooled = getattr(F, f"max_pool{axes}d")(x, 2, return_indices=True, **options)
    return getattr(F, f"max_unpool{axes}d")(*pooled, 2, output_size=x.shape, **options)


def convolved(x, axes, **options):
    weight, bias = wave(4, 1, *(2,) * axes, phase=1.0), wave(4, phase=2.0)
    return getattr(F, f"conv{axes}d")(x, weight, bias, stride=2, padding=1, groups=2, **options)


def transposed(x, axes, **options):
    weight, bias = wave(2, 3, *(3,) * axes, phase=1.0), wave(6, phase=2.0)
    convolve = getattr(F, f"conv_transpose{axes}d")
    return convolve(x, weight, bias, stride=2, padding=1, output_padding=1, groups=2, **options)


CALLS = {
    "conv": convolved,
    "conv_transpose": transposed,
    "max_pool": lambda x, axes, **o: getattr(F, f"max_pool{axes}d")(x, 3, 2, 1, **o),
    "avg_pool": lambda x, axes, **o: getattr(F, f"avg_pool{axes}d")(x, 2, padding=1, ceil_mode=True, **o),
    "lp_pool": lambda x, axes, **o: getattr(F, f"lp_pool{axes}d")(x, 2, 2, **o),
    "max_unpool": unpooled,
    "interpolate": lambda x, axes, **o: F.interpolate(x, scale_factor=1.5, **o),
    "adaptive_avg_pool": lambda x, axes, **o: getattr(F, f"adaptive_avg_pool{axes}d")(x, 2, **o),
    "adaptive_max_pool": lambda x, axes, **o: getattr(F, f"adaptive_max_pool{axes}d")(x, 3, **o),
}


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("name", CALLS)
def test_channels_last_gives_the_same_numbers_and_gradients(name, axes, single):
    if name == "interpolate" and single:
        single = False  # an interpolation tells signals and images by their axes
    call = CALLS[name]
    x = wave(*(() if single else (3,)), 2, *SIZE[axes])
    first = Tensor(x, requires_grad=True)
    last = Tensor(np.moveaxis(x, -1 - axes, -1).copy(), requires_grad=True)
    wanted = call(first, axes, data_format=FIRST[axes])
    found = call(last, axes, data_format=LAST[axes])
    np.testing.assert_allclose(found.data, np.moveaxis(wanted.data, -1 - axes, -1), rtol=1e-13, atol=1e-13)
    slope = wave(*wanted.shape, phase=0.3)
    wanted.backward(slope)
    found.backward(np.moveaxis(slope, -1 - axes, -1))
    np.testing.assert_allclose(last.grad, np.moveaxis(first.grad, -1 - axes, -1), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("margin", ["zeros", "reflect", "replicate", "circular"])
def test_a_state_fits_layers_of_either_layout(margin):
    first = nn.Conv2d(3, 4, (3, 2), padding=1, padding_mode=margin)
    last = nn.Conv2d(3, 4, (3, 2), padding=1, padding_mode=margin, data_format="NHWC")
    last.load_state_dict(first.state_dict())
    assert last.weight.shape == (4, 3, 3, 2)
    x = wave(2, 3, 5, 6)
    wanted = np.moveaxis(first(x).data, 1, -1)
    np.testing.assert_allclose(last(np.moveaxis(x, 1, -1)).data, wanted, rtol=1e-13, atol=1e-13)


def test_a_state_of_a_transposed_convolution_fits_either_layout():
    first = nn.ConvTranspose2d(3, 4, (3, 2), stride=2)
    last = nn.ConvTranspose2d(3, 4, (3, 2), stride=2, data_format="NHWC")
    last.load_state_dict(first.state_dict())
    x = wave(2, 3, 5, 6)
    wanted = np.moveaxis(first(x).data, 1, -1)
    np.testing.assert_allclose(last(np.moveaxis(x, 1, -1)).data, wanted, rtol=1e-13, atol=1e-13)
    assert last(np.moveaxis(x, 1, -1), output_size=(12, 12)).shape == (2, 12, 12, 4)


@pytest.mark.parametrize("size", [(9, 11), (10, 12), (2, 3, 10, 11)])
def test_an_output_size_is_reached(size):
    layer = nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1)
    assert layer(wave(2, 2, 5, 6), output_size=size).shape == (2, 3, *size[-2:])
    assert layer(wave(2, 5, 6), output_size=size[-2:]).shape == (3, *size[-2:])


def test_a_transposed_convolution_is_the_gradient_of_a_convolution():
    x, weight = Tensor(wave(1, 2, 7, 6), requires_grad=True), wave(3, 2, 3, 2, phase=1.0)
    how = {"stride": 2, "padding": 1, "dilation": (1, 2)}
    y = F.conv2d(x, weight, **how)
    slope = wave(*y.shape, phase=2.0)
    y.backward(slope)
    np.testing.assert_allclose(F.conv_transpose2d(slope, weight, **how, output_padding=(0, 1)).data, x.grad)


def test_a_network_runs_channels_last():
    layout = {"data_format": "NHWC"}
    model = nn.Sequential(nn.Conv2d(3, 8, 3, **layout), nn.ReLU(), nn.MaxPool2d(2, **layout), nn.Flatten())
    assert model(np.ones((2, 8, 8, 3))).shape == (2, 3 * 3 * 8)
    assert repr(model[0]).endswith("stride=(1, 1), data_format='NHWC')")
    assert repr(model[2]).endswith("ceil_mode=False, data_format='NHWC')")


@pytest.mark.parametrize("name", CALLS)
def test_single_precision_stays(name):
    x = Tensor(wave(1, 2, 6, 6).astype(np.float32), requires_grad=True)
    weight = wave(2, 2, 3, 3).astype(np.float32)
    convolutions = {"conv": F.conv2d, "conv_transpose": F.conv_transpose2d}
    y = convolutions[name](x, weight, padding=1) if name in convolutions else CALLS[name](x, 2)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32


def test_whole_numbers_are_pooled():
    x = np.array([[[1, 5], [3, 2]]])
    assert F.max_pool2d(x, 2).tolist() == [[[5]]]
    assert F.max_pool2d(-x, 2, padding=1).tolist() == [[[-1, -5], [-3, -2]]]
    photograph = np.full((1, 4, 5), 200, np.uint8)  # sums of such numbers overflow
    for averaged in (F.avg_pool2d(photograph, 2), F.adaptive_avg_pool2d(photograph, (2, 3))):
        assert averaged.dtype == np.float64
        np.testing.assert_allclose(averaged.data, 200)
    assert F.lp_pool2d(photograph, 2, (1, 4)).tolist() == [[[400]] * 4]
    assert F.avg_pool2d(x, 2, padding=1, count_include_pad=False).tolist() == [[[1, 5], [3, 2]]]


def test_places_are_numbered_by_row_and_column_of_the_image_without_its_margin():
    x = np.array([[[0.0, 1.0, 0.0], [5.0, 0.0, 7.0]]])
    largest, places = F.max_pool2d(x, 2, stride=1, padding=1, return_indices=True)
    assert places.dtype == np.int64
    np.testing.assert_array_equal(largest.data.ravel(), x.ravel()[places.data.ravel()])
    assert places.tolist() == [[[0, 1, 1, 2], [3, 3, 5, 5], [3, 3, 5, 5]]]


@pytest.mark.parametrize("size", [1, (2, 3), (None, 4), (7, 9)])
def test_the_places_of_adaptive_pooling_are_numbered_alike(size):
    x = np.random.default_rng(0).permutation(2 * 5 * 7).reshape(1, 2, 5, 7).astype(float)
    largest, places = F.adaptive_max_pool2d(x, size, return_indices=True)
    found = np.take_along_axis(x.reshape(1, 2, -1), places.data.reshape(1, 2, -1), -1)
    np.testing.assert_array_equal(largest.data.ravel(), found.ravel())


def test_a_window_of_minus_infinities_names_a_place_of_the_image():
    _, places = F.max_pool2d(np.full((1, 3, 3), -np.inf), 2, padding=1, return_indices=True)
    assert places.data.min() >= 0
    assert places.data.max() < 9


def test_only_windows_that_start_before_the_end_reach_over_it():
    x = np.arange(1.0, 6.0)[None]
    assert F.max_pool1d(x, 2, ceil_mode=True).tolist() == [[2, 4, 5]]
    assert F.max_pool1d(x, 2, stride=3, padding=1, ceil_mode=True).tolist() == [[1, 4]]
    assert F.avg_pool1d(x, 2, ceil_mode=True).tolist() == [[1.5, 3.5, 5]]


def test_empty_batches_pass():
    empty = np.zeros((0, 2, 6, 6))
    for call in CALLS.values():
        assert call(empty, 2).shape[0] == 0
