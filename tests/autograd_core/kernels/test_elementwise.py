"""The kernels give what NumPy's plain expressions give, in every layout, and leave NumPy as it was."""

import os
import subprocess
import sys

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import gradcheck
from autograd_core.kernels import (
    elementwise,
    exponentials,
    indexing,
    products,
    reductions,
)
from autograd_core.kernels import (
    normalization as standardising,
)
from autograd_core.kernels.memory import keep_freed_memory
from autograd_core.kernels.rows import short_rows
from autograd_core.primitive import Application

RANDOM = np.random.default_rng(0)


def layouts(*shape, dtype=np.float32):
    """One array in several kinds of memory."""
    x = RANDOM.normal(size=shape).astype(dtype)
    yield x
    yield np.asfortranarray(x)
    yield np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    yield np.repeat(x, 2, 0)[::2]
    yield x[..., ::-1]
    yield np.broadcast_to(x[:1], shape)


SHAPES = [(3, 4, 5, 6), (8, 20, 13, 17), (33, 64, 40), (1, 70_000), (2, 3, 0)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_relu(shape, dtype):
    for x in layouts(*shape, dtype=dtype):
        y = elementwise.relu(x)
        np.testing.assert_array_equal(y, np.maximum(x, 0))
        assert y.dtype == dtype
        (share,) = elementwise.relu_shares(None, x, Application(y, [x], {}), [True])
        np.testing.assert_array_equal(share, np.where(x > 0, x, 0))


def test_relu_of_nan_and_integers():
    row = np.full(20_000, np.nan)
    assert np.isnan(elementwise.relu(row)).all()
    assert elementwise.relu(np.array([-1, 2])).tolist() == [0, 2]
    assert elementwise.relu(3) == 3


@pytest.mark.parametrize("function", ["add", "multiply"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_row_beside_an_array(function, shape):
    plain, kernel = getattr(np, function), getattr(elementwise, function)
    for a in layouts(*shape):
        for axis in range(a.ndim):
            row = RANDOM.normal(size=[n if i == axis else 1 for i, n in enumerate(shape)]).astype(np.float32)
            for b in (row, row.astype(np.float64), row[0] if axis else row):
                expected = plain(a, b)
                for found in (kernel(a, b), kernel(b, a)):
                    np.testing.assert_array_equal(found, expected)
                    assert found.dtype == expected.dtype
        np.testing.assert_array_equal(kernel(a, 2.0), plain(a, 2.0))
        np.testing.assert_array_equal(kernel(a, a), plain(a, a))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid(dtype):
    x = np.linspace(-100, 100, 4001).astype(dtype)
    exact = 1 / (1 + np.exp(-x.astype(np.longdouble)))
    y = elementwise.sigmoid(x)
    assert y.dtype == dtype
    sure = exact > 4 * np.finfo(dtype).tiny
    np.testing.assert_allclose(y[sure], exact[sure].astype(dtype), rtol=4 * np.finfo(dtype).eps)
    assert elementwise.sigmoid(np.array([-1e4, 1e4], dtype)).tolist() == [0.0, 1.0]
    assert elementwise.sigmoid(np.array(0.0, dtype)) == 0.5
    assert np.isnan(elementwise.sigmoid(np.array([np.nan], dtype))).all()


@pytest.mark.parametrize("shape", [(50, 30, 4), (3, 4), (6, 1000), (17, 8, 9, 10)])
@pytest.mark.parametrize("keepdims", [True, False])
def test_sums_and_means(shape, keepdims):
    for x in layouts(*shape):
        for axis in [(0,), (1,), (0, 1), tuple(range(x.ndim)), (x.ndim - 1,), (0, *range(2, x.ndim)), ()]:
            for kernel, plain in ((reductions.sum, np.sum), (reductions.mean, np.mean)):
                found = kernel(x, axis=axis, keepdims=keepdims)
                expected = plain(x.astype(np.float64), axis=axis, keepdims=keepdims)
                np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-3)
                assert np.shape(found) == expected.shape
                assert found.dtype == np.float32


def test_a_repeated_array_may_only_be_read():
    x = np.arange(3.0)
    for shape in ((2, 3), (3,), (4, 2, 3)):
        view = reductions.broadcast_to(x, shape=shape)
        np.testing.assert_array_equal(view, np.broadcast_to(x, shape))
        assert view is x or not view.flags.writeable
    assert reductions.broadcast_to(x.reshape(3, 1)[::2], shape=(2, 2)).tolist() == [[0, 0], [2, 2]]
    with pytest.raises(ValueError, match="broadcast"):
        reductions.broadcast_to(x, shape=(2, 4))


@pytest.mark.parametrize("shape", [(4, 7), (40, 300), (3, 5, 6)])
@pytest.mark.parametrize("axis", [(0,), (1,), (0, 1), (-1,)])
def test_softmax_and_its_relatives(shape, axis):
    axis = tuple(i % len(shape) for i in axis)
    for x in layouts(*shape, dtype=np.float64):
        x = 30 * x
        powers = np.exp(x - x.max(axis, keepdims=True))
        softmax = powers / powers.sum(axis, keepdims=True)
        np.testing.assert_allclose(exponentials.softmax(x, axis=axis), softmax, rtol=1e-12)
        np.testing.assert_allclose(
            exponentials.log_softmax(x, axis=axis), np.log(softmax), rtol=1e-12, atol=1e-12
        )
        y, residuals = exponentials.logsumexp(x, axis=axis, keepdims=False)
        application = Application(y, [x], {"axis": axis}, residuals)
        np.testing.assert_allclose(y, x.max(axis) + np.log(powers.sum(axis)), rtol=1e-12)
        g = RANDOM.normal(size=y.shape)
        spread = np.reshape(g, [1 if i in axis else n for i, n in enumerate(shape)])
        for _ in range(2):  # the residuals are not used up
            (share,) = exponentials.logsumexp_shares(None, g, application, [True])
            np.testing.assert_allclose(share, softmax * spread, rtol=1e-12)


@pytest.mark.parametrize("axis", [(1,), (0,), (0, 1)])
def test_standardizing(axis):
    for x in layouts(30, 400, dtype=np.float64):
        y, _ = standardising.standardize(x, axis=axis, eps=1e-5)
        expected = (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + 1e-5)
        np.testing.assert_allclose(y, expected, rtol=1e-9, atol=1e-12)
    x = RANDOM.normal(size=(3, 4))
    for order in (1, 2):
        assert gradcheck(lambda x: ac.standardize(x, axis), x, order=order)


@pytest.mark.parametrize(
    "function", [ac.softmax, ac.log_softmax, ac.standardize, lambda x: ac.logsumexp(x, -1)]
)
@pytest.mark.parametrize("numbers", [[1, 3], [True, False]])
def test_whole_numbers_are_taken_as_real_ones(function, numbers):
    expected = np.asarray(function(np.array(numbers, float)))
    assert np.array_equal(function(np.array(numbers)), expected)
    assert np.array_equal(function(ac.Tensor(np.array(numbers))).data, expected)


def test_products_in_blocks():
    x = RANDOM.normal(size=(32, 784)).astype(np.float32)
    w = RANDOM.normal(size=(100, 784)).astype(np.float32)
    np.testing.assert_allclose(products.matmul(x, w.T), x.astype(float) @ w.T, rtol=1e-4, atol=1e-3)
    b = RANDOM.normal(size=100).astype(np.float32)
    np.testing.assert_allclose(products.affine(x, w, b), x.astype(float) @ w.T + b, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 4, 3), (0, 3)])
@pytest.mark.parametrize("order", [1, 2])
def test_affine_for_any_number_of_rows(shape, order):
    x, w, b = RANDOM.normal(size=shape), RANDOM.normal(size=(2, 3)), RANDOM.normal(size=2)
    np.testing.assert_allclose(ac.affine(x, w, b), x @ w.T + b)
    assert gradcheck(ac.affine, x, w, b, order=order)


def test_one_number_of_each_row():
    x = RANDOM.normal(size=(4, 5))
    for indices in (np.array([[1], [-1], [0], [4]]), np.array([[0, 2], [1, 1], [3, 4], [2, 0]])):
        np.testing.assert_array_equal(
            indexing.take_along_axis(x, indices=indices, axis=1), np.take_along_axis(x, indices, 1)
        )


# -- NumPy's own state --------------------------------------------------------------------------------


def numpy_state():
    return np.getbufsize(), np.geterr(), np.geterrcall()


def test_numpy_is_left_as_it_was():
    x = RANDOM.normal(size=(40, 1024))
    with np.errstate(all="raise"):
        np.setbufsize(4096)
        before = numpy_state()
        t = ac.Tensor(x, requires_grad=True)
        z = ac.standardize(t) * x[0] + ac.softmax(t) + ac.log_softmax(t) + ac.logsumexp(t, 1, True)
        (z + ac.sigmoid(t)).relu().sum().backward()
        assert numpy_state() == before


@pytest.mark.parametrize(("shape", "size"), [((1000, 100), 1024), ((100, 1000), 256)])
def test_numpy_is_left_as_it_was_after_an_error_too(shape, size):
    before = numpy_state()
    sizes = []

    def broken():
        with short_rows(np.empty(shape)):
            sizes.append(np.getbufsize())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert sizes == [size]
    assert numpy_state() == before
    with pytest.raises(ac.ShapeError):
        ac.Tensor(np.ones((200, 300)), requires_grad=True) * np.ones(299)
    assert numpy_state() == before


# -- memory -------------------------------------------------------------------------------------------

PROGRAM = """
import numpy as np, autograd_core as ac
x = ac.Tensor(np.linspace(-1, 1, 600_000).reshape(600, 1000), requires_grad=True)
y = (x.tanh() * x).relu().sum()
y.backward()
print(repr(y.item()), repr(x.grad.sum()))
"""


def test_keeping_memory_changes_no_result():
    outputs = {
        setting: subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "AUTOGRAD_CORE_KEEP_MEMORY": setting},
            capture_output=True, text=True, check=True,
        ).stdout
        for setting in ("0", "1")
    }  # fmt: skip
    assert outputs["0"] == outputs["1"] != ""


def test_keeping_memory_can_be_switched_off(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_CORE_KEEP_MEMORY", "0")
    assert not keep_freed_memory()
    monkeypatch.delenv("AUTOGRAD_CORE_KEEP_MEMORY")
    assert keep_freed_memory()
