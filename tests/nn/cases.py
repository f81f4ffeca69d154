"""What the optimisers are compared on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.nn.operands import wave

REFERENCE = Path(__file__).parent / "reference.npz"
STEPS = 10

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "momentum": {"momentum": 0.9},
    "dampening": {"momentum": 0.9, "dampening": 0.5},
    "nesterov": {"momentum": 0.8, "nesterov": True},
    "weight decay": {"weight_decay": 0.1},
    "all": {"momentum": 0.7, "weight_decay": 0.05, "nesterov": True},
}


def start() -> tuple[np.ndarray, np.ndarray]:
    """The weight and bias from which the optimisers set out."""
    return wave(3, 2), wave(3, phase=1.0)


def valley(weight: Any, bias: Any) -> Any:
    """A loss with a curved valley, for either library."""
    return ((weight * weight).sum() - 3) ** 2 * 0.05 + ((weight.sum() - bias) ** 2).sum() * 0.1
