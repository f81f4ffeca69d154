"""Values, first and second derivatives equal those that PyTorch computed (``freeze_reference.py``)."""

import json
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F
from autograd_core import Tensor, Value

REFERENCE = json.loads(Path(__file__).with_name("reference.json").read_text(encoding="utf-8"))

# How far PyTorch's own numbers are from the truth, where that is the larger error: its trigamma is a
# short series, and its hard sigmoid multiplies by a sixth in single precision.
ITS_ERROR = {"lgamma": 1e-8, "digamma": 1e-8, "hardsigmoid": 1e-7}


def _function(name):
    return getattr(ac, name, None) or getattr(F, name)


@pytest.mark.parametrize("name", REFERENCE)
def test_a_function_and_its_derivatives_on_tensors(name):
    expected = REFERENCE[name]
    inputs = [Tensor(column, requires_grad=True) for column in expected["inputs"]]
    y = _function(name)(*inputs)
    assert y.data == pytest.approx(np.array(expected["value"]), rel=ITS_ERROR.get(name, 1e-12), abs=1e-14)
    y.sum().backward(create_graph=True)
    first = [x.grad for x in inputs]
    for gradient, numbers in zip(first, expected["first"], strict=True):
        assert gradient.data == pytest.approx(np.array(numbers), rel=ITS_ERROR.get(name, 1e-11), abs=1e-13)
    for x in inputs:
        x.zero_grad()
    total = sum((g.sum() for g in first), Tensor(0.0))
    if total.requires_grad:
        total.backward()
    for x, numbers in zip(inputs, expected["second"], strict=False):
        second = np.zeros(x.shape) if x.grad is None else x.grad
        assert second == pytest.approx(np.array(numbers), rel=ITS_ERROR.get(name, 1e-10), abs=1e-12)


@pytest.mark.parametrize("name", REFERENCE)
def test_a_function_and_its_derivative_on_values(name):
    expected = REFERENCE[name]
    for i, number in enumerate(expected["value"]):
        inputs = [Value(column[i]) for column in expected["inputs"]]
        y = _function(name)(*inputs)
        assert y.data == pytest.approx(number, rel=ITS_ERROR.get(name, 1e-12), abs=1e-14)
        y.backward()
        for x, gradients in zip(inputs, expected["first"], strict=True):
            assert x.grad == pytest.approx(gradients[i], rel=ITS_ERROR.get(name, 1e-11), abs=1e-13)
