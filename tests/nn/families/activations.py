"""Activations and their options."""

from __future__ import annotations

import numpy as np

from tests.nn.operands import Case, called, coarse, wave

OPTIONS: dict[str, list[dict[str, object]]] = {
    "relu": [{}],
    "sigmoid": [{}],
    "tanh": [{}],
    "relu6": [{}],
    "selu": [{}],
    "silu": [{}],
    "mish": [{}],
    "hardswish": [{}],
    "hardsigmoid": [{}],
    "logsigmoid": [{}],
    "softsign": [{}],
    "tanhshrink": [{}],
    "leaky_relu": [{}, {"negative_slope": 0.3}],
    "elu": [{}, {"alpha": 0.4}],
    "celu": [{}, {"alpha": 0.4}],
    "gelu": [{}, {"approximate": "tanh"}],
    "softplus": [{}, {"beta": 3.0}, {"beta": 0.5, "threshold": 0.25}],
    "hardtanh": [{}, {"min_val": -0.4, "max_val": 1.7}],
    "hardshrink": [{}, {"lambd": 1.1}],
    "softshrink": [{}, {"lambd": 1.1}],
    "threshold": [{"threshold": 0.3, "value": -7.0}],
    "softmax": [{"dim": 0}, {"dim": 1}, {"dim": -1}],
    "log_softmax": [{"dim": 0}, {"dim": 1}, {"dim": -1}],
    "softmin": [{"dim": 0}, {"dim": 1}],
    "glu": [{}, {"dim": 1}, {"dim": -1}],
    "rrelu": [{}, {"lower": 0.1, "upper": 0.7}],
}
ROUNDED = ("hardsigmoid", "celu: alpha")  # PyTorch multiplies by 1/6 and 1/alpha in single precision
SLOPES = {"one": (3, 4, 1), "channels": (3, 4, 4), "images": (2, 3, 2, 2, 3), "vector": (4, 1)}
STEEP = np.array([-1e4, -90.0, -30.0, -1e-9, 1e-9, 30.0, 90.0, 1e4])


EXTREME = np.array([[1e4, -1e4, 0.0], [-1000.0, 1000.0, 999.0], [1e4, 1e4, -1e4]])


def _cases() -> dict[str, Case]:
    made = {}
    for name, grid in OPTIONS.items():
        for options in grid:
            words = ", ".join(f"{key} {value}" for key, value in options.items())
            made[f"{name}: {words}"] = called(name, 2 * wave(3, 4), **options)
        if "dim" not in grid[0]:
            made[f"{name}: corners"] = called(name, 2 * coarse(3, 4), **grid[0])
            made[f"{name}: far out"] = called(name, STEEP, **grid[0])
    for name, (*shape, slopes) in SLOPES.items():
        made[f"prelu: {name}"] = called("prelu", wave(*shape), 0.3 * wave(slopes, phase=1.0))
    for name in ("softmax", "log_softmax"):
        made[f"{name}: extreme"] = called(name, EXTREME, dim=1)
    return {name: case._replace(exact=not name.startswith(ROUNDED)) for name, case in made.items()}


CASES = _cases()

LAYERS: dict[str, tuple[str, tuple[int, ...]]] = {
    text: (text, (3, 4))
    for text in (
        "CELU()", "CELU(0.5)", "ELU()", "ELU(alpha=0.4)", "GELU()", "GELU(approximate='tanh')", "Hardshrink()",
        "Hardshrink(0.2)", "Hardsigmoid()", "Hardswish()", "Hardtanh()", "Hardtanh(-0.3, 0.7)", "Identity()",
        "LeakyReLU()", "LeakyReLU(0.3)", "LogSigmoid()", "LogSoftmax(dim=0)", "Mish()", "PReLU()", "PReLU(4)",
        "PReLU(init=0.6)", "ReLU()", "ReLU6()", "SELU()", "SiLU()", "Sigmoid()", "Softmax(dim=1)", "Softmin(1)",
        "Softplus()", "Softplus(beta=2, threshold=1)", "Softshrink()", "Softshrink(0.2)", "Softsign()", "Tanh()",
        "Tanhshrink()", "Threshold(0.3, -2.0)", "GLU()", "RReLU().eval()", "RReLU(0.1, 0.2).eval()",
    )
} | {"Softmax2d()": ("Softmax2d()", (2, 3, 2, 2))}  # fmt: skip
