"""Kernels, feature maps and the images that excite hidden units, tile by tile."""

import numpy as np
import pytest

import nn
from autograd_core import DomainError, DtypeError, IndexRangeError, ShapeError, Tensor
from tests.viz.plots.drawn import fits, given_axes, lines
from viz.plots import feature_maps, filters, maximally_exciting

RNG = np.random.default_rng(0)


def tile(axes, row, column, height, width):
    """The pixels of a tile; tiles are one pixel apart, and from the edge."""
    picture = np.asarray(axes.images[0].get_array().filled(np.nan))
    top, left = 1 + row * (height + 1), 1 + column * (width + 1)
    return picture[top : top + height, left : left + width]


def colour(axes, value):
    image = axes.images[0]
    return np.asarray(image.cmap(image.norm(value)))[:3]


def bar_label(axes):
    return axes.images[0].colorbar.ax.get_ylabel()


def test_each_filter_is_a_tile_in_reading_order():
    weights = RNG.normal(size=(5, 1, 3, 2))
    axes = filters(weights)
    np.testing.assert_array_equal(tile(axes, 0, 2, 3, 2), weights[2, 0])
    np.testing.assert_array_equal(tile(axes, 1, 0, 3, 2), weights[3, 0])
    assert np.isnan(tile(axes, 1, 2, 3, 2)).all()
    assert axes.get_title() == "5 filters of 3×2"
    assert fits(axes.figure)


def test_zero_is_white_and_the_scale_is_the_same_to_both_sides():
    axes = filters(np.array([[[[-2.0, 0.5]]]]))
    assert axes.images[0].get_clim() == (-2.0, 2.0)
    np.testing.assert_allclose(colour(axes, 0.0), 1.0, atol=0.04)
    red, blue = colour(axes, -2.0), colour(axes, 2.0)
    assert red[0] > red[2]
    assert blue[2] > blue[0]


def test_negative_weights_carry_a_dot_as_well():
    axes = filters(np.array([[[[-2.0, 0.5], [0.0, -1.0]]]]))
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), [[1, 1], [2, 2]])
    assert bar_label(axes) == "weight (dot: negative)"
    assert bar_label(filters(np.ones((1, 1, 2, 2)))) == "weight"


def test_three_channels_are_a_colour():
    weights = RNG.normal(size=(2, 3, 2, 2))
    axes = filters(weights)
    picture = np.asarray(axes.images[0].get_array())
    largest = np.abs(weights).max()
    np.testing.assert_allclose(picture[1:3, 4:6], 0.5 + 0.5 * weights[1].transpose(1, 2, 0) / largest)


def test_other_channels_are_columns():
    weights = RNG.normal(size=(4, 2, 3, 3))
    axes = filters(weights)
    np.testing.assert_array_equal(tile(axes, 3, 1, 3, 3), weights[3, 1])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("input channel", "filter")
    assert [text.get_text() for text in axes.get_yticklabels()] == ["0", "1", "2", "3"]


def test_the_colour_bar_of_a_wide_mosaic_lies_below_it():
    axes = filters(RNG.normal(size=(8, 1, 3, 3)), columns=8)
    assert axes.images[0].colorbar.ax.get_xlabel() == "weight (dot: negative)"
    assert fits(axes.figure)


def test_a_layer_is_as_good_as_its_weight():
    layer = nn.Conv2d(1, 4, 3)
    for given in (layer, layer.weight):
        np.testing.assert_array_equal(tile(filters(given), 1, 1, 3, 3), layer.weight.data[3, 0])
    assert maximally_exciting(nn.Linear(4, 3)).get_title() == "what excites each of 3 units most"


def test_feature_maps_are_those_of_one_sample_on_one_scale():
    activations = RNG.random((2, 6, 4, 5))
    axes = feature_maps(Tensor(activations), sample=-1, columns=2)
    np.testing.assert_array_equal(tile(axes, 2, 1, 4, 5), activations[1, 5])
    assert axes.images[0].get_clim() == (activations[1].min(), activations[1].max())
    assert bar_label(axes) == "activation"
    assert axes.images[0].get_cmap().name == "viridis"


def test_a_silent_map_is_crossed_out():
    activations = RNG.random((3, 2, 2))
    activations[1] = 0.0
    axes = feature_maps(activations)
    assert "1 of them 0 everywhere" in axes.get_title()
    assert fits(axes.figure)
    crosses = lines(axes)
    assert set(crosses) == {"silent 1"}
    np.testing.assert_array_equal(crosses["silent 1"][0], [3.5, 5.5])


def test_a_hidden_unit_is_excited_most_by_its_own_weights_normalised():
    weight = RNG.normal(size=(100, 64))
    axes = maximally_exciting(nn.Parameter(weight))
    expected = weight / np.sqrt((weight**2).sum(axis=1, keepdims=True))
    drawn = tile(axes, 9, 9, 8, 8)
    np.testing.assert_allclose(drawn * np.abs(expected[99]).max(), expected[99].reshape(8, 8))
    assert np.abs(drawn).max() == 1.0
    assert axes.images[0].get_array().shape == (91, 91)


def test_images_need_not_be_square_and_a_unit_without_weights_is_grey():
    axes = maximally_exciting(np.array([[1.0, 2, 3, 4, 5, 6], [0.0] * 6]), shape=(2, 3))
    np.testing.assert_allclose(tile(axes, 0, 0, 2, 3)[1], [4 / 6, 5 / 6, 1])
    np.testing.assert_array_equal(tile(axes, 0, 1, 2, 3), np.zeros((2, 3)))


@pytest.mark.parametrize("plot", [filters, feature_maps])
def test_it_draws_where_it_is_told(plot):
    axes = given_axes()
    assert plot(np.ones((2, 1, 3, 3)), ax=axes) is axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: filters(np.ones((3, 4))), ShapeError, r"got \(3, 4\); maximally_exciting\(\) draws dense"),
        (lambda: filters(np.ones(3)), ShapeError, r"height, width\), got \(3,\)"),
        (lambda: filters(np.ones((0, 1, 3, 3))), DomainError, "weights is empty"),
        (
            lambda: filters(np.full((1, 1, 1, 2), np.nan)),
            DomainError,
            "2 of the 2 numbers of weights are NaN",
        ),
        (lambda: filters("a"), DtypeError, "weights has to be real numbers, got str"),
        (
            lambda: filters(np.ones((2, 1, 3, 3)), columns=0),
            DomainError,
            "columns has to be at least 1, got 0",
        ),
        (lambda: feature_maps(np.ones((3, 3))), ShapeError, r"got \(3, 3\)"),
        (lambda: feature_maps(np.ones((2, 1, 3, 3)), sample=2), IndexRangeError, "no sample 2 among 2"),
        (lambda: feature_maps(np.ones((2, 1, 3, 3)), sample=0.5), DtypeError, "whole number, got 0.5"),
        (lambda: maximally_exciting(np.ones((2, 5))), ShapeError, "5 inputs are no square image"),
        (lambda: maximally_exciting(np.ones((2, 5)), shape=(2, 3)), ShapeError, r"do not fill.*\(2, 3\)"),
        (
            lambda: maximally_exciting(np.ones((2, 5)), shape="ab"),
            DtypeError,
            "shape is one whole number or two",
        ),
        (lambda: maximally_exciting(np.ones(4)), ShapeError, r"\(hidden units, inputs\), got \(4,\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
