"""Channels are standardised alike, however they lie in memory."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import gradcheck
from autograd_core.errors import ShapeError
from autograd_core.kernels.channels import layout_of
from autograd_core.kernels.normalization import (
    standardize,
    standardize_affine,
    standardize_affine_shares,
    standardize_shares,
)
from autograd_core.primitive import Application

RANDOM = np.random.default_rng(0)
TOLERANCE = {np.float64: 1e-11, np.float32: 1e-4}


def in_memory_as(x, *order):
    """The same array with its axes in another order in memory, outermost first."""
    moved = np.empty([x.shape[i] for i in order], x.dtype).transpose(np.argsort(order))
    moved[...] = x
    return moved


IMAGES = (6, 5, 4, 3)

ARRAYS = {
    "channels of images": (IMAGES, (0, 1, 2, 3), (0, 2, 3), (6, 5, 12)),
    "channels of images, last in memory": (IMAGES, (0, 2, 3, 1), (0, 2, 3), (72, 5, 1)),
    "channels of images, first in memory": (IMAGES, (1, 0, 2, 3), (0, 2, 3), (1, 5, 72)),
    "channels of each image": (IMAGES, (0, 1, 2, 3), (2, 3), (1, 30, 12)),
    "images": (IMAGES, (0, 1, 2, 3), (1, 2, 3), (1, 6, 60)),
    "images, channels last in memory": (IMAGES, (0, 2, 3, 1), (1, 2, 3), (1, 6, 60)),
    "everything": (IMAGES, (0, 1, 2, 3), (0, 1, 2, 3), (1, 1, 360)),
    "rows": ((7, 30), (0, 1), (1,), (1, 7, 30)),
    "columns": ((30, 7), (0, 1), (0,), (30, 7, 1)),
    "columns, first in memory": ((30, 7), (1, 0), (0,), (1, 7, 30)),
    "long columns": ((97, 5), (0, 1), (0,), (97, 5, 1)),
    "one image": ((1, 5, 4, 3), (0, 1, 2, 3), (0, 2, 3), (1, 5, 12)),
    "images of one place": ((6, 5, 1, 1), (0, 1, 2, 3), (0, 2, 3), (6, 5, 1)),
    "sequences": ((6, 5, 4), (0, 1, 2), (0, 2), (6, 5, 4)),
    "a vector": ((9,), (0,), (0,), (1, 1, 9)),
    "every other block": (IMAGES, (0, 1, 2, 3), (1, 3), None),
    "channels of each image, last in memory": (IMAGES, (0, 2, 3, 1), (2, 3), None),
    "kept axes the other way round": (IMAGES, (2, 3, 1, 0), (2, 3), None),
    "nothing to reduce": ((6, 1), (0, 1), (1,), None),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ARRAYS)
def test_channels_in_any_place(name, dtype):
    shape, order, axis, blocks = ARRAYS[name]
    x, g = (in_memory_as((3 + RANDOM.normal(size=shape)).astype(dtype), *order) for _ in range(2))
    layout = layout_of(x, axis)
    assert (layout and (layout.outer, layout.kept, layout.inner)) == blocks
    exact = x.astype(np.float64)
    mean, variance = exact.mean(axis, keepdims=True), exact.var(axis, keepdims=True)
    scale = 1 / np.sqrt(variance + 0.1)
    z = (exact - mean) * scale
    pulled = scale * (g - g.mean(axis, keepdims=True, dtype=float) - z * (g * z).mean(axis, keepdims=True))
    y, residuals = standardize(x, axis=axis, eps=0.1)
    application = Application(y, [x], {"axis": axis}, residuals)
    assert y.strides == x.strides
    for found, wanted in zip((y, *residuals), (z, mean, variance, scale), strict=True):
        assert found.dtype == dtype
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, atol=TOLERANCE[dtype])
    for cotangent in (g, np.ascontiguousarray(g), np.asfortranarray(g)):
        (share,) = standardize_shares(None, cotangent, application, [True])
        assert share.dtype == dtype
        np.testing.assert_allclose(share, pulled, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ARRAYS)
def test_channels_scaled_and_shifted(name, dtype):
    shape, order, axis, blocks = ARRAYS[name]
    x, g = (in_memory_as((3 + RANDOM.normal(size=shape)).astype(dtype), *order) for _ in range(2))
    beside = [1 if i in axis else n for i, n in enumerate(shape)]
    each = [n for i, n in enumerate(shape) if i not in axis]
    w, b = (RANDOM.normal(size=each).astype(dtype) for _ in range(2))
    exact = x.astype(np.float64)
    scale = 1 / np.sqrt(exact.var(axis, keepdims=True) + 0.1)
    z = (exact - exact.mean(axis, keepdims=True)) * scale
    v = g * w.astype(np.float64).reshape(beside)
    wanted = (
        scale * (v - v.mean(axis, keepdims=True) - z * (v * z).mean(axis, keepdims=True)),
        (g * z).sum(axis),
        g.sum(axis, dtype=np.float64),
    )
    parameters = {"axis": axis, "eps": 0.1}
    y, residuals = standardize_affine(x, w, b, **parameters)
    application = Application(y, [x, w, b], parameters, residuals)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, z * w.reshape(beside) + b.reshape(beside), atol=TOLERANCE[dtype])
    for cotangent in (g, np.ascontiguousarray(g)):
        shares = standardize_affine_shares(None, cotangent, application, [True, True, True])
        assert (shares is None) == (blocks is None)  # then the rule is used
        for found, expected in zip(shares or (), wanted, strict=shares is not None):
            assert found.dtype == dtype
            np.testing.assert_allclose(found, expected, atol=30 * TOLERANCE[dtype])


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 3, 1)])
def test_channels_far_from_0_in_single_precision(order):
    x = in_memory_as((1e4 + RANDOM.normal(size=(64, 4, 28, 28))).astype(np.float32), *order)
    exact = x.astype(np.float64)
    z = (exact - exact.mean((0, 2, 3), keepdims=True)) / exact.std((0, 2, 3), keepdims=True)
    y, _ = standardize(x, axis=(0, 2, 3), eps=0.0)
    assert np.abs(y - z).max() < 2e-3  # the numbers themselves are only known to 5e-4


WEIGHTS = {
    "beside the statistics": ((0, 2), (3, 1)),
    "one for all": ((0, 2), (1,)),
    "with as many axes": ((0, 2), (1, 3, 1)),
    "along the rows": ((2,), (2,)),
    "along some of the reduced axes": ((1, 2), (3, 1)),
    "everywhere": ((0, 1, 2), (4, 3, 2)),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_anywhere(name, order):
    axis, shape = WEIGHTS[name]
    x, w, b = (RANDOM.normal(size=s) for s in ((4, 3, 2), shape, shape))
    gradcheck(lambda x, w, b: ac.standardize(x, axis, 0.1, w, b), x, w, b, order=order)
    gradcheck(lambda x, w: ac.standardize(x, axis, 0.1, weight=w), x, w, order=order)
    gradcheck(lambda x, b: ac.standardize(x, axis, 0.1, bias=b) ** 2, x, b, order=order)
    y, mean, variance = ac.standardize(x, axis, 0.1, w, b, moments=True)
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(variance + 0.1) * w + b)
    np.testing.assert_allclose(mean, x.mean(axis, keepdims=True))
    np.testing.assert_allclose(variance, x.var(axis, keepdims=True))


def test_weights_of_another_precision():
    x = ac.Tensor(RANDOM.normal(size=(6, 3)).astype(np.float32), requires_grad=True)
    w, b = (ac.Tensor(RANDOM.normal(size=3), requires_grad=True) for _ in range(2))
    y = ac.standardize(x, 0, 1e-5, w, b)
    y.backward(np.ones((6, 3)))
    assert (y.dtype, x.grad.dtype, w.grad.dtype) == (np.float64, np.float32, np.float64)
    np.testing.assert_allclose(b.grad, 6)


@pytest.mark.parametrize("shape", [(2,), (3, 1), (5, 4, 3), (1, 1, 4, 3)])
@pytest.mark.parametrize("name", ["weight", "bias"])
def test_weights_that_do_not_fit_are_refused(name, shape):
    message = rf"standardize\(\): the {name} of shape .* does not broadcast to that of x, \(4, 3\)"
    with pytest.raises(ShapeError, match=message):
        ac.standardize(np.ones((4, 3)), 0, **{name: np.ones(shape)})


def test_gaps_and_other_numbers_have_no_layout():
    x = np.ones((6, 8))
    assert layout_of(x[:, ::2], (1,)) is None
    assert layout_of(np.broadcast_to(x[:1], (6, 8)), (1,)) is None
    assert layout_of(x[:, :0], (1,)) is None
    assert layout_of(x.astype(np.float16), (1,)) is None
    assert layout_of(np.ones((2, 70_000)), (1,)) is None  # too long to be added up in one go
    for array in (x[:, ::2] * [1, 2, 3, 4], np.arange(140_000.0).reshape(2, -1)):
        y, _ = standardize(array, axis=(1,), eps=0.0)
        np.testing.assert_allclose(y.mean(1), 0, atol=1e-9)
        np.testing.assert_allclose(y.std(1), 1, rtol=1e-9)
