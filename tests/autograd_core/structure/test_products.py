"""Products by their many names: NumPy's values for every combination of shapes, and their derivatives."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core.structure as products
from autograd_core import DomainError, DtypeError, ShapeError, Tensor, Value, gradcheck
from tests.autograd_core.linalg.cases import wave


def call(name, *shapes, **keywords):
    inputs = [wave(*shape, phase=float(i)) for i, shape in enumerate(shapes)]
    return pytest.param(name, inputs, keywords, id=f"{name} {shapes} {keywords}")


PRODUCTS = [
    call("dot", (3,), (3,)),
    call("dot", (2, 3), (3,)),
    call("dot", (2, 3), (3, 4)),
    call("dot", (3,), (3, 4)),
    call("dot", (2, 3), (4, 3, 5)),
    call("dot", (), (2, 3)),
    call("dot", (2, 3), ()),
    call("dot", (0,), (0,)),
    call("vdot", (2, 3), (3, 2)),
    call("vdot", (), ()),
    call("inner", (3,), (3,)),
    call("inner", (2, 3), (4, 5, 3)),
    call("inner", (), (3,)),
    call("inner", (2, 3), ()),
    call("outer", (2,), (3,)),
    call("outer", (2, 2), (3, 1)),
    call("outer", (), (3,)),
    call("outer", (0,), (2,)),
    call("tensordot", (2, 3, 4), (3, 4, 5)),
    call("tensordot", (2, 3), (4,), axes=0),
    call("tensordot", (2, 3), (3, 4), axes=1),
    call("tensordot", (2, 3, 4), (4, 3, 5), axes=((1, 2), (1, 0))),
    call("tensordot", (2, 3, 4), (5, 3), axes=(-2, 1)),
    call("kron", (2, 3), (4, 5)),
    call("kron", (2,), (3, 2)),
    call("kron", (2, 3, 2), (2,)),
    call("kron", (), (2,)),
    call("cross", (3,), (3,)),
    call("cross", (4, 3), (3,)),
    call("cross", (2, 1, 3), (4, 3)),
    call("cross", (3, 4), (3, 4), axis=0),
    call("cross", (3, 4), (4, 3), axisa=0, axisc=0),
    *(call("convolve", (n,), (k,), mode=mode)
      for mode in ("full", "same", "valid")
      for n, k in ((5, 3), (5, 2), (2, 5), (4, 4), (1, 3), (3, 6))),
    *(call("correlate", (n,), (k,), mode=mode)
      for mode in ("full", "same", "valid")
      for n, k in ((5, 3), (5, 2), (2, 5), (4, 4), (1, 3), (3, 6))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "keywords"), PRODUCTS)
def test_values_are_numpys(name, inputs, keywords):
    wanted = getattr(np, name)(*inputs, **keywords)
    recorded = getattr(products, name)(*map(Tensor, inputs), **keywords)
    for found in (getattr(products, name)(*inputs, **keywords), recorded.data):
        assert np.shape(found) == np.shape(wanted)
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    ("name", "inputs", "keywords"), [case for case in PRODUCTS if all(x.size for x in case.values[1])]
)
def test_derivatives_are_finite_differences(name, inputs, keywords, order):
    def weighted_sum(*operands):
        y = getattr(products, name)(*operands, **keywords)
        return (wave(*y.shape, phase=3.0) * (y + y * y)).sum()

    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    gradcheck(weighted_sum, *leaves, order=order)


@pytest.mark.parametrize(("name", "inputs", "keywords"), PRODUCTS)
def test_float32_stays_float32_forward_and_backward(name, inputs, keywords):
    leaves = [Tensor(x.astype(np.float32), requires_grad=True) for x in inputs]
    y = getattr(products, name)(*leaves, **keywords)
    y.sum().backward()
    assert {y.dtype, *(leaf.grad.dtype for leaf in leaves)} == {np.dtype(np.float32)}


def test_lists_and_values_can_be_multiplied():
    a = Value(2.0)
    products.einsum(",i->i", a, [1.0, 3.0]).sum().backward()
    assert a.grad == 4.0
    assert products.dot(Value(2.0), 3.0).data == 6.0
    assert products.outer([1, 2], [3, 4]).tolist() == [[3, 4], [6, 8]]
    assert products.inner([1, 2], [3, 4]) == 11
    assert products.einsum("i,->i", [1.0, 2.0], Value(3.0)).tolist() == [3.0, 6.0]


def test_axes_of_an_ellipsis_that_the_output_leaves_out_are_summed():
    """NumPy refuses this, PyTorch sums."""
    assert products.einsum("...i->i", np.ones((2, 3))).tolist() == [2.0, 2.0, 2.0]


def test_a_sum_over_no_elements_is_zero_and_has_an_empty_gradient():
    a = Tensor(np.zeros((0, 2)), requires_grad=True)
    y = products.einsum("ij->j", a)
    y.sum().backward()
    assert y.tolist() == [0.0, 0.0]
    assert a.grad.shape == (0, 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: p.dot(wave(2), wave(3)), ShapeError, r"dot\(\): axis 0 of shape \(2,\) has length 2"),
        (lambda p: p.vdot(wave(2), wave(3)), ShapeError, r"vdot\(\): axis 0"),
        (lambda p: p.inner(wave(2, 3), wave(2)), ShapeError, r"inner\(\): axis 1 of shape \(2, 3\)"),
        (lambda p: p.tensordot(wave(3), wave(3)), ShapeError, "do not both have 2 axes"),
        (lambda p: p.tensordot(wave(3), wave(3), ((0,), (0, 0))), ShapeError, "1 axes of the left meet 2"),
        (lambda p: p.tensordot(wave(3), wave(3), (0, 0, 0)), ShapeError, "a number or a pair"),
        (lambda p: p.tensordot(wave(3), wave(3), (1, 0)), ShapeError, "axis 1 is out of range"),
        (lambda p: p.cross(wave(2), wave(2)), ShapeError, "vectors have 3 components, got 2"),
        (lambda p: p.cross(wave(2, 3), wave(4, 3)), ShapeError, "do not broadcast"),
        (lambda p: p.convolve(wave(0), wave(2)), ShapeError, r"two vectors with elements, got shape \(0,\)"),
        (lambda p: p.correlate(wave(2, 2), wave(2)), ShapeError, r"correlate\(\) takes two vectors"),
        (
            lambda p: p.convolve(wave(2), wave(2), "half"),
            DomainError,
            "'full', 'same' or 'valid', got 'half'",
        ),
        (lambda p: p.einsum(wave(2), wave(2)), DtypeError, "takes the subscripts first"),
        (
            lambda p: p.einsum("ij->", wave(2)),
            ShapeError,
            r"term 'ij' does not fit an operand of shape \(2,\)",
        ),
        (lambda p: p.einsum("i,i->", wave(2)), ShapeError, "2 terms for 1 operands"),
        (lambda p: p.einsum("i,i->", wave(2), wave(3)), ShapeError, "stands for lengths 2 and 3"),
        (lambda p: p.einsum("ii", wave(1, 3)), ShapeError, r"the diagonal 'ii' .* \(1, 3\) has unequal"),
        (lambda p: p.einsum("i->ii", wave(2)), ShapeError, "the output names 'i' twice"),
        (lambda p: p.einsum("i->j", wave(2)), ShapeError, "the output letter 'j' occurs in no term"),
        (lambda p: p.einsum("..i->i", wave(2)), ShapeError, "'.' is no subscript"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call(products)
