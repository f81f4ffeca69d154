"""The comparisons that the tests of this folder share."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import nn.functional as F
from autograd_core import Tensor
from tests.nn.cases import STEPS, start, valley
from tests.nn.operands import Case, wave

TOLERANCE = {np.float64: 1e-10, np.float32: 1e-6}


def assert_equal(found: Any, wanted: Any, dtype: type = np.float64) -> None:
    """Equal shape, and equal numbers to the tolerance of the dtype, relative to the largest."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.shape == wanted.shape
    scale = max(1.0, float(np.abs(wanted).max(initial=0.0)))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=TOLERANCE[dtype] * scale)


def run(case: Case, dtype: type = np.float64) -> dict[str, np.ndarray]:
    """Output and gradients of a case: ``output``, ``gradient 0``, ``gradient 1`` ..."""
    tensors = [Tensor(x.astype(dtype), requires_grad=True) for x in case.differentiable]
    constants = [Tensor(c.astype(dtype) if c.dtype.kind == "f" else c) for c in case.constants]
    output = case.function(F, *tensors, *constants)
    output.backward(wave(*output.shape, phase=0.5).astype(dtype))
    return {"output": output.data} | {f"gradient {i}": t.grad for i, t in enumerate(tensors)}


def run_in_torch(case: Case) -> dict[str, np.ndarray]:
    """The same by PyTorch, in float64."""
    import torch

    warnings.filterwarnings("ignore", message="enable_nested_tensor is True, but")
    warnings.filterwarnings("ignore", message="Using padding='same' with even kernel lengths")
    warnings.filterwarnings("ignore", message="reduction: 'mean' divides the total loss by both")
    tensors = [torch.tensor(x, requires_grad=True) for x in case.differentiable]
    constants = [torch.tensor(c) for c in case.constants]
    output = case.function(torch.nn.functional, *tensors, *constants)
    output.backward(torch.tensor(wave(*output.shape, phase=0.5)))
    found = {"output": output.detach()} | {f"gradient {i}": t.grad for i, t in enumerate(tensors)}
    return {key: tensor.numpy() for key, tensor in found.items()}


def descend(make_parameter: Any, make_optimiser: Any) -> np.ndarray:
    """The weight and bias after each of the steps of an optimiser, one row for a step."""
    parameters = [make_parameter(x) for x in start()]
    optimiser = make_optimiser(parameters)
    rows = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        valley(*parameters).backward()
        optimiser.step()
        rows.append(np.concatenate([np.array(p.tolist()).ravel() for p in parameters]))
    return np.array(rows)
