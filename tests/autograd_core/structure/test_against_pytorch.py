"""Every structural operation gives PyTorch's numbers and gradients, and its rule can be differentiated."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import Tensor, gradcheck, jvp, vjp
from tests.autograd_core.structure.cases import CASES, REFERENCE, operands, wave, weights


@pytest.fixture(scope="module")
def frozen():
    with np.load(REFERENCE) as file:
        return dict(file)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CASES)
def test_output_and_gradients_are_pytorchs_in_the_dtype_of_the_inputs(name, dtype, frozen):
    inputs = [Tensor(x.astype(dtype), requires_grad=True) for x in operands(name)]
    output = CASES[name][0](*inputs)
    output.backward(weights(output.shape).astype(dtype))
    results = {"output": output.data, **{f"gradient {i}": x.grad for i, x in enumerate(inputs)}}
    accuracy = 1e-12 if dtype == np.float64 else 2e-5
    for key, found in results.items():
        assert found.dtype == dtype
        expected = frozen[f"{name} | {key}"]
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=accuracy, atol=accuracy)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", CASES)
def test_derivatives_agree_with_finite_differences(name, order):
    # squared, so that also of a linear operation there is a second derivative to check
    gradcheck(lambda *x: CASES[name][0](*x).square(), *map(np.asarray, operands(name)), order=order)


@pytest.mark.parametrize("name", CASES)
def test_forward_and_reverse_mode_are_transposes(name):
    f = CASES[name][0]
    primals = tuple(operands(name))
    tangents = tuple(wave(*np.shape(x), phase=4.0) for x in primals)
    output, tangent = jvp(f, primals, tangents)
    cotangent = weights(np.shape(output))
    _, pullback = vjp(f, *primals)
    pulled = pullback(cotangent)
    pulled = pulled if isinstance(pulled, tuple) else (pulled,)
    there = np.sum(cotangent * tangent)
    back = sum(np.sum(g * t) for g, t in zip(pulled, tangents, strict=True))
    np.testing.assert_allclose(there, back, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_a_strided_view_gives_what_its_copy_gives(name):
    views = [np.repeat(x[..., None], 2, axis=-1)[..., 0] for x in operands(name)]
    f = CASES[name][0]
    viewed, copied = (f(*map(Tensor, xs)).data for xs in (views, operands(name)))
    np.testing.assert_allclose(viewed, copied, rtol=1e-13)


@pytest.mark.parametrize("name", CASES)
def test_plain_arrays_give_plain_arrays(name, frozen):
    output = CASES[name][0](*operands(name))
    assert isinstance(output, np.ndarray | np.generic)
    np.testing.assert_allclose(output, frozen[f"{name} | output"], rtol=1e-12, atol=1e-12)
