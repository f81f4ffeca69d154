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
}
ROUNDED = ("hardsigmoid", "celu: alpha")  # PyTorch multiplies by 1/6 and 1/alpha in single precision
SLOPES = {"one": (3, 4, 1), "channels": (3, 4, 4), "images": (2, 3, 2, 2, 3), "vector": (4, 1)}
STEEP = np.array([-1e4, -90.0, -30.0, -1e-9, 1e-9, 30.0, 90.0, 1e4])


def activation_cases() -> dict[str, Case]:
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
    return {name: case._replace(exact=not name.startswith(ROUNDED)) for name, case in made.items()}
