"""Linear algebra, Einstein sums and Fourier transforms: PyTorch's numbers, and derivatives of any order
and direction that agree with finite differences and with each other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograd_core import Node, Tensor, einsum, fft, gradcheck, jvp, linalg, vjp
from tests.autograd_core.linalg.cases import TABLES, wave


class Products:
    einsum = staticmethod(einsum)


OPERATIONS = {"linalg": linalg, "einsum": Products, "fft": fft}
CASES = [(table, name) for table, cases in TABLES.items() for name in cases]
TOLERANCE = {np.float64: 1e-10, np.float32: 2e-4}


@pytest.fixture(scope="module")
def frozen():
    with np.load(Path(__file__).with_name("reference.npz")) as file:
        return dict(file)


def function_and_inputs(table, name):
    case = TABLES[table][name]
    return lambda *inputs: case.function(OPERATIONS[table], *inputs), case.inputs


def weighted_sum(f):
    """``f`` as a function with a single number, bent so that its second derivative is not zero."""

    def scalar(*inputs):
        y = f(*inputs)
        return (wave(*y.shape, phase=0.5) * (y + y * y * 0.25)).sum()

    return scalar


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("table", "name"), CASES)
def test_values_and_gradients_are_pytorchs(table, name, dtype, frozen):
    f, inputs = function_and_inputs(table, name)
    leaves = [Tensor(x.astype(dtype), requires_grad=True) for x in inputs]
    output = f(*leaves)
    output.backward(wave(*output.shape, phase=0.5).astype(dtype))
    found = {"output": output.data} | {f"gradient {i}": leaf.grad for i, leaf in enumerate(leaves)}
    for key, array in found.items():
        wanted = frozen[f"{table}/{name}/{key}"]
        assert array.dtype == dtype
        assert array.shape == wanted.shape
        np.testing.assert_allclose(
            array, wanted, rtol=0, atol=TOLERANCE[dtype] * max(1.0, np.abs(wanted).max(initial=0.0))
        )


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("table", "name"), CASES)
def test_derivatives_are_finite_differences(table, name, order):
    f, inputs = function_and_inputs(table, name)
    gradcheck(weighted_sum(f), *inputs, order=order)


@pytest.mark.parametrize(("table", "name"), CASES)
def test_forward_mode_is_the_transpose_of_reverse_mode(table, name):
    f, inputs = function_and_inputs(table, name)
    tangents = [wave(*x.shape, phase=2.0 + i) for i, x in enumerate(inputs)]
    y, moved = jvp(f, inputs, tangents)
    w = wave(*np.shape(y), phase=1.0)
    _, pullback = vjp(f, *inputs)
    sent_back = sum(np.sum(g * t) for g, t in zip(pullback(w), tangents, strict=True))
    assert np.sum(w * moved) == pytest.approx(sent_back, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize(("table", "name"), CASES)
def test_plain_arrays_give_plain_arrays_of_the_same_numbers(table, name):
    f, inputs = function_and_inputs(table, name)
    plain, recorded = f(*inputs), f(*map(Tensor, inputs))
    assert not isinstance(plain, Node)
    np.testing.assert_array_equal(plain, recorded.data)


@pytest.mark.parametrize(("table", "name"), CASES)
def test_inputs_need_not_be_contiguous(table, name):
    f, inputs = function_and_inputs(table, name)
    results = []
    for order in ("C", "F"):
        leaves = [Tensor(np.array(x, order=order), requires_grad=True) for x in inputs]
        weighted_sum(f)(*leaves).backward()
        results.append([leaf.grad for leaf in leaves])
    for rowwise, columnwise in zip(*results, strict=True):
        np.testing.assert_allclose(columnwise, rowwise, rtol=1e-9, atol=1e-12)
