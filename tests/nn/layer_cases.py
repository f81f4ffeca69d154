"""Every layer as it is written for either library, and the shape of an input."""

from __future__ import annotations

from typing import Any

import numpy as np

ACTIVATIONS: dict[str, tuple[str, tuple[int, ...]]] = {
    text: (text, (3, 4))
    for text in (
        "CELU()", "CELU(0.5)", "ELU()", "ELU(alpha=0.4)", "GELU()", "GELU(approximate='tanh')", "Hardshrink()",
        "Hardshrink(0.2)", "Hardsigmoid()", "Hardswish()", "Hardtanh()", "Hardtanh(-0.3, 0.7)", "Identity()",
        "LeakyReLU()", "LeakyReLU(0.3)", "LogSigmoid()", "LogSoftmax(dim=0)", "Mish()", "PReLU()", "PReLU(4)",
        "PReLU(init=0.6)", "ReLU()", "ReLU6()", "SELU()", "SiLU()", "Sigmoid()", "Softmax(dim=1)", "Softmin(1)",
        "Softplus()", "Softplus(beta=2, threshold=1)", "Softshrink()", "Softshrink(0.2)", "Softsign()", "Tanh()",
        "Tanhshrink()", "Threshold(0.3, -2.0)",
    )
}  # fmt: skip

LAYERS: dict[str, tuple[str, tuple[int, ...]]] = {
    "Linear": ("Linear(3, 2)", (4, 3)),
    "Linear without bias": ("Linear(3, 2, bias=False)", (4, 3)),
    "Conv2d": ("Conv2d(2, 3, 3)", (2, 2, 5, 5)),
    "Conv2d, options": ("Conv2d(4, 2, (3, 2), stride=2, padding=1, dilation=2, groups=2)", (2, 4, 7, 7)),
    "Conv2d, same": ("Conv2d(1, 2, 3, padding='same', bias=False)", (1, 1, 4, 4)),
    "MaxPool2d": ("MaxPool2d(3, stride=2, padding=1)", (2, 2, 6, 6)),
    "AvgPool2d": ("AvgPool2d(2)", (2, 2, 5, 4)),
    "Flatten": ("Flatten()", (2, 3, 2)),
    "Dropout": ("Dropout(0.3).eval()", (3, 4)),
    "Sequential": ("Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))", (2, 1, 4, 4)),
    **ACTIVATIONS,
}

# a jump of the slope that central differences would step over
TWICE = [name for name in LAYERS if name != "Identity()"]


def build(library: Any, text: str) -> Any:
    """The layer, of ``nn`` or of ``torch.nn``."""
    return eval(f"nn.{text}", {"nn": library, "np": np})
