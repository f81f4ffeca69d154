"""Computes, with PyTorch in double precision, the numbers that ``test_against_pytorch.py`` expects.

Run it after adding a function: ``python tests/autograd_core/freeze_reference.py``.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

X = [-2.7, -1.3, -0.6, -0.2, 0.3, 0.45, 0.8, 1.6, 2.9]
UNIT = [-0.9, -0.4, 0.1, 0.7]
POSITIVE = [0.2, 0.7, 1.9, 4.3]
ABOVE_ONE = [1.1, 1.7, 3.4]

UNARY = {
    **{name: (getattr(torch, name), X) for name in (
        "negative", "square", "exp", "exp2", "expm1", "sin", "cos", "tan", "arctan", "sinc", "deg2rad", "rad2deg",
        "sinh", "cosh", "tanh", "arcsinh", "erf", "erfc", "sign", "abs", "relu", "sigmoid", "floor", "ceil",
        "trunc", "reciprocal",
    )},
    **{name: (getattr(torch, name), UNIT) for name in ("arcsin", "arccos", "arctanh", "erfinv")},
    **{name: (getattr(torch, name), POSITIVE) for name in ("sqrt", "log", "log2", "log10", "log1p", "lgamma", "digamma")},
    "arccosh": (torch.arccosh, ABOVE_ONE),
    "rint": (torch.round, X),
    "softplus": (F.softplus, X),
    **{name: (getattr(F, name), X) for name in (
        "celu", "elu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "mish",
        "relu6", "selu", "silu", "softshrink", "softsign", "tanhshrink",
    )},
    "logsigmoid": (F.logsigmoid, X),
}  # fmt: skip

PAIRS = ([0.4, 1.7, 2.6, 1.3], [1.9, 0.6, 1.1, 2.2])
BINARY = {
    "add": torch.add, "subtract": torch.subtract, "multiply": torch.multiply, "divide": torch.divide,
    "power": torch.pow, "float_power": torch.pow, "arctan2": torch.arctan2, "hypot": torch.hypot,
    "logaddexp": torch.logaddexp, "logaddexp2": torch.logaddexp2, "fmod": torch.fmod,
    "remainder": torch.remainder, "copysign": torch.copysign, "maximum": torch.maximum,
    "minimum": torch.minimum, "fmax": torch.fmax, "fmin": torch.fmin,
}  # fmt: skip


def record(function, *columns):
    inputs = [torch.tensor(c, dtype=torch.float64, requires_grad=True) for c in columns]
    y = function(*inputs)
    first = torch.autograd.grad(y.sum(), inputs, create_graph=True, allow_unused=True, materialize_grads=True)
    total = sum(g.sum() for g in first)
    second = [torch.zeros_like(x) for x in inputs]
    if total.requires_grad:
        try:
            second = torch.autograd.grad(total, inputs, allow_unused=True, materialize_grads=True)
        except RuntimeError:  # a few have no second derivative there; finite differences check those
            second = []
    return {
        "inputs": columns,
        "value": y.tolist(),
        "first": [(torch.zeros_like(x) + g).tolist() for x, g in zip(inputs, first)],
        "second": [(torch.zeros_like(x) + g).tolist() for x, g in zip(inputs, second)],
    }


if __name__ == "__main__":
    reference = {name: record(f, column) for name, (f, column) in UNARY.items()}
    reference |= {name: record(f, *PAIRS) for name, f in BINARY.items()}
    path = Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, indent=1).replace("\n   ", "") + "\n", encoding="utf-8")
