"""Convolution by kernels is what its definition says, whatever the shapes, and however it is cut up."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import ShapeError, Tensor, gradcheck, jvp, vjp
from autograd_core.geometry import Windows
from autograd_core.kernels import convolution as kernels

RANDOM = np.random.default_rng(0)


def by_definition(x, w, stride, padding, dilation, groups):
    """Windows, then a matrix product, in float64."""
    x, w = x.astype(float), w.astype(float)
    before = [max(0, a) for a, _ in padding]
    after = [max(0, b) for _, b in padding]
    x = np.pad(x, ((0, 0), (0, 0), *zip(before, after, strict=True)))
    cut = tuple(slice(-min(0, a), n + min(0, b)) for n, (a, b) in zip(x.shape[2:], padding, strict=True))
    x = x[(slice(None), slice(None), *cut)]
    kernel = w.shape[2:]
    span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    axes = tuple(range(2, x.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(x, span, axes)
    windows = windows[(slice(None), slice(None), *(slice(None, None, s) for s in stride))]
    windows = windows[(..., *(slice(None, None, d) for d in dilation))]
    per_group = w.shape[1]
    parts = [
        np.tensordot(
            windows[:, g * per_group : (g + 1) * per_group],
            rows,
            axes=((1, *range(windows.ndim - len(kernel), windows.ndim)), range(1, w.ndim)),
        )
        for g, rows in enumerate(np.split(w, groups))
    ]
    return np.moveaxis(np.concatenate(parts, -1), -1, 1)


def laid_out(x, layout):
    """The same numbers, in memory in another way."""
    if layout == "channels last":
        return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    if layout == "with gaps":
        return np.repeat(x, 2, -1)[..., ::2]
    if layout == "backwards":
        return x[::-1].copy()[::-1]
    return x


def assert_the_three_agree(x, w, dtype=np.float64, **how):
    """The convolution is the definition's, and the others are its transposes: all three give the same
    number Σ x w g.
    """
    y = kernels.convolution(x, w, **how)
    expected = by_definition(x, w, **how)
    tolerance = {"rtol": 1e-10, "atol": 1e-10} if dtype == np.float64 else {"rtol": 1e-4, "atol": 1e-3}
    assert y.shape == expected.shape
    assert y.dtype == dtype
    np.testing.assert_allclose(y, expected, **tolerance)
    g = laid_out(RANDOM.normal(size=y.shape).astype(dtype), RANDOM.choice(["plain", "channels last"]))
    dx = kernels.transposed_convolution(g, w, **how, size=x.shape[2:])
    dw = kernels.weight_gradient(x, g, **how, kernel=w.shape[2:])
    assert dx.shape == x.shape
    assert dw.shape == w.shape
    assert dx.dtype == dw.dtype == dtype
    for _ in range(2):  # linear in each, so directions at random tell everything
        direction = RANDOM.normal(size=x.shape)
        along = np.sum(by_definition(direction, w, **how) * g)
        np.testing.assert_allclose(np.sum(dx * direction), along, **tolerance)
        direction = RANDOM.normal(size=w.shape)
        along = np.sum(by_definition(x, direction, **how) * g)
        np.testing.assert_allclose(np.sum(dw * direction), along, **tolerance)


@st.composite
def convolutions(draw):
    axes = draw(st.integers(1, 3))
    some = lambda least, most: tuple(draw(st.integers(least, most)) for _ in range(axes))  # noqa: E731
    kernel, size = some(1, 3), some(1, 8)
    stride = some(1, 3) if draw(st.booleans()) else (1,) * axes
    dilation = some(1, 2)
    padding = tuple((draw(st.integers(-1, 2)), draw(st.integers(-1, 2))) for _ in range(axes))
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    per_group, features = draw(st.sampled_from([1, 2, 3, 9])), draw(st.sampled_from([1, 2, 5]))
    left = [n + a + b for n, (a, b) in zip(size, padding, strict=True)]
    assume(all(n > 0 for n in left))
    how = {"stride": stride, "padding": padding, "dilation": dilation}
    assume(0 not in Windows(kernel, **how).positions(size))
    samples = draw(st.integers(1, 4))
    x = RANDOM.normal(size=(samples, per_group * groups, *size))
    w = RANDOM.normal(size=(features * groups, per_group, *kernel))
    layout = draw(st.sampled_from(["plain", "channels last", "with gaps", "backwards"]))
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    return laid_out(x.astype(dtype), layout), w.astype(dtype), dtype, {**how, "groups": groups}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(convolutions())
def test_any_convolution_is_what_the_definition_says(convolution):
    x, w, dtype, how = convolution
    assert_the_three_agree(x, w, dtype, **how)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("channels", [1, 2, 12])
def test_a_grid_of_convolutions(axes, stride, dilation, channels):
    for kernel, margin in product((1, 2, 3), (0, 1)):
        x = RANDOM.normal(size=(2, channels, *(5 + kernel + i for i in range(axes))))
        w = RANDOM.normal(size=(3, channels, *(kernel,) * axes))
        assert_the_three_agree(
            x, w, stride=(stride,) * axes, padding=((margin, margin),) * axes,
            dilation=(dilation,) * axes, groups=1,
        )  # fmt: skip


@pytest.mark.parametrize(
    "setting", [{"_CACHE": 1}, {"_CACHE": 4000}, {"_SMALL_PRODUCT": 200}, {"_FEW": 0}, {"_FEW": 1000},
                {"_WASTE": 0.0}, {"_WASTE": 1e9}]
)  # fmt: skip
@pytest.mark.parametrize("kernel", [(3, 3), (1, 1), (1, 3), (2, 1)])
def test_however_it_is_cut_up_the_result_is_the_same(setting, kernel, monkeypatch):
    for planned in ("_plan", "_turned"):  # what was planned with other settings is no use
        monkeypatch.setattr(kernels, planned, getattr(kernels, planned).__wrapped__)
    for name, value in setting.items():
        monkeypatch.setattr(kernels, name, value)
    x, w = RANDOM.normal(size=(7, 6, 8, 9)), RANDOM.normal(size=(4, 6, *kernel))
    for margin in (0, 1):
        how = {"stride": (1, 1), "padding": ((margin, margin),) * 2, "dilation": (1, 1), "groups": 1}
        assert_the_three_agree(x, w, **how)


@pytest.mark.parametrize(
    ("x", "w"),
    [((0, 2, 4, 4), (3, 2, 2, 2)), ((2, 0, 4, 4), (3, 0, 2, 2)), ((2, 2, 4, 4), (0, 2, 2, 2))],
)
def test_nothing_gives_zeros_or_nothing(x, w):
    how = {"stride": (1, 1), "padding": ((0, 0),) * 2, "dilation": (1, 1), "groups": 1}
    y = kernels.convolution(np.ones(x), np.ones(w), **how)
    assert y.shape == (x[0], w[0], 3, 3)
    assert not y.any()
    assert kernels.transposed_convolution(y, np.ones(w), **how, size=(4, 4)).shape == x
    assert kernels.weight_gradient(np.ones(x), y, **how, kernel=(2, 2)).shape == w


def test_mixed_dtypes_take_the_larger():
    how = {"stride": (1,), "padding": ((0, 0),), "dilation": (1,), "groups": 1}
    assert kernels.convolution(np.ones((1, 1, 4), np.float32), np.ones((1, 1, 2)), **how).dtype == np.float64


def test_inputs_are_left_as_they_are():
    x, w = RANDOM.normal(size=(3, 2, 6, 6)), RANDOM.normal(size=(4, 2, 3, 3))
    kept = x.copy(), w.copy()
    how = {"stride": (1, 1), "padding": ((1, 1),) * 2, "dilation": (1, 1), "groups": 1}
    y = kernels.convolution(x, w, **how)
    kernels.transposed_convolution(y, w, **how, size=(6, 6))
    kernels.weight_gradient(x, y, **how, kernel=(3, 3))
    assert (x == kept[0]).all()
    assert (w == kept[1]).all()


# -- as operations of the graph ---------------------------------------------------------------------

CASES = {
    "plain": {"x": (2, 2, 4, 4), "w": (3, 2, 2, 2)},
    "stride and padding": {
        "x": (1, 2, 5, 5),
        "w": (2, 2, 3, 2),
        "stride": (2, 1),
        "padding": ((1, 0), (0, 2)),
    },
    "dilation": {"x": (1, 1, 5, 6), "w": (2, 1, 2, 2), "dilation": (2, 3)},
    "groups": {"x": (2, 4, 3, 3), "w": (2, 2, 2, 2), "groups": 2},
    "each channel alone": {"x": (2, 3, 4), "w": (6, 1, 2), "groups": 3, "stride": (2,)},
    "three axes": {"x": (1, 2, 3, 3, 3), "w": (2, 2, 2, 2, 2), "padding": ((0, 1), (1, 0), (0, 0))},
}


def of_case(case):
    case = dict(case)
    x, w = RANDOM.normal(size=case.pop("x")), RANDOM.normal(size=case.pop("w"))
    return x, w, case


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("order", [1, 2])
def test_its_derivatives(name, order):
    x, w, how = of_case(CASES[name])
    assert gradcheck(lambda x, w: ac.convolution(x, w, **how), x, w, order=order)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("order", [1, 2])
def test_the_derivatives_of_its_transpose(name, order):
    x, w, how = of_case(CASES[name])
    g = RANDOM.normal(size=ac.convolution(x, w, **how).shape)
    size = x.shape[2:]
    assert gradcheck(lambda g, w: ac.transposed_convolution(g, w, size, **how), g, w, order=order)


@pytest.mark.parametrize("name", CASES)
def test_forward_and_reverse_mode_agree(name):
    x, w, how = of_case(CASES[name])
    f = lambda x, w: ac.convolution(x, w, **how)  # noqa: E731
    tangents = RANDOM.normal(size=x.shape), RANDOM.normal(size=w.shape)
    y, moved = jvp(f, (x, w), tangents)
    weights = RANDOM.normal(size=y.shape)
    shares = vjp(f, x, w)[1](weights)
    paid = sum(np.sum(share * tangent) for share, tangent in zip(shares, tangents, strict=True))
    np.testing.assert_allclose(np.sum(moved * weights), paid)


def test_float32_stays_float32():
    x = Tensor(np.ones((1, 1, 4, 4), np.float32), requires_grad=True)
    w = Tensor(np.ones((1, 1, 2, 2), np.float32), requires_grad=True)
    ac.convolution(x, w).sum().backward()
    assert x.grad.dtype == w.grad.dtype == np.float32


def test_a_weight_collects_from_every_window():
    w = Tensor(np.zeros((1, 1, 2, 2)), requires_grad=True)
    image = np.arange(9.0).reshape(1, 1, 3, 3)
    ac.convolution(image, w).sum().backward()
    assert w.grad.tolist() == [[[[8.0, 12.0], [20.0, 24.0]]]]


IMAGE, KERNEL = np.ones((1, 2, 4, 4)), np.ones((3, 2, 2, 2))
WRONG = [
    (lambda: ac.convolution(np.ones((2, 4, 4)), KERNEL), r"slide over \(N, C, 2 axes of size\).*\(2, 4, 4\)"),
    (lambda: ac.convolution(np.ones((1, 3, 4, 4)), KERNEL), "has 3 channels.* take 2"),
    (lambda: ac.convolution(IMAGE, KERNEL, groups=2), "3 output channels cannot be split into 2 groups"),
    (lambda: ac.convolution(IMAGE, KERNEL, stride=(1,)), "need one entry for each of the 2 axes"),
    (lambda: ac.convolution(IMAGE, KERNEL, stride=(0, 1)), r"stride \(0, 1\).* have to be positive"),
    (lambda: ac.convolution(IMAGE, np.ones((1, 2, 5, 1))), r"the kernel \(5, 1\).* larger than the input"),
    (lambda: ac.convolution(IMAGE, np.ones((1, 2))), "a kernel of one to three axes"),
    (lambda: ac.transposed_convolution(IMAGE, KERNEL, (4, 4)), r"has the shape \(N, 3, 3, 3\), got"),
    (lambda: ac.transposed_convolution(IMAGE, KERNEL, (4,)), "different numbers of axes"),
]


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ShapeError, match=message):
        call()
