"""What is compared with PyTorch, a file for each family of functions and layers.

``CASES`` are calls of ``F``, which is ``nn.functional`` or ``torch.nn.functional``; the operands come from a
formula, so that the frozen references need not store them. ``LAYERS`` are written as either library takes
them, with the shape of an input. ``LOSSES`` are written alike, with the operands that are differentiated
and the others.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.nn.families import (
    activations,
    attention,
    convolution,
    dropout,
    embedding,
    linear,
    losses,
    patches,
    pooling,
    recurrent,
    resizing,
    transposed_convolution,
)
from tests.nn.families import (
    normalization as normalisation,
)
from tests.nn.operands import Case

MODULES = (
    activations,
    attention,
    convolution,
    dropout,
    embedding,
    linear,
    losses,
    normalisation,
    patches,
    pooling,
    recurrent,
    resizing,
    transposed_convolution,
)
FAMILIES: dict[str, dict[str, Case]] = {m.__name__.rpartition(".")[2]: m.CASES for m in MODULES}
CASES = {(family, name): case for family, cases in FAMILIES.items() for name, case in cases.items()}
LAYERS: dict[str, tuple[str, tuple[int, ...]]] = {
    name: layer for module in MODULES for name, layer in getattr(module, "LAYERS", {}).items()
}
LOSSES: dict[str, tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]] = {
    name: operands for module in MODULES for name, operands in getattr(module, "LOSSES", {}).items()
}


def reference(family: str) -> Path:
    """Where the frozen numbers of a family are."""
    return Path(__file__).parent / f"{family}.npz"
