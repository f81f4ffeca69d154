"""Single operations: chains of them on 8x8 arrays, and one at a time on arrays of a million numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["ARRAYS", "CHAIN", "OPERATIONS", "array_names", "array_operands", "operands", "operation_names"]

Array = np.ndarray[Any, np.dtype[Any]]

CHAIN = 100
"""Operations in one graph."""

OPERATIONS = ("add", "multiply", "relu", "sigmoid", "sum", "matmul")
ARRAYS = (
    *("sum-0", "sum-1", "sum-None", "mean-1", "max-1", "logsumexp-1"),
    *("add", "multiply", "exp", "tanh", "maximum"),
)


def operation_names() -> list[str]:
    """``"op-add-forward"``, ``"op-add-both"`` and so on."""
    return [f"op-{name}-{way}" for name in OPERATIONS for way in ("forward", "both")]


def array_names() -> list[str]:
    """``"array-sum-0-float64-forward"`` and so on."""
    return [
        f"array-{name}-{dtype}-{way}"
        for dtype in ("float64", "float32")
        for name in ARRAYS
        for way in ("forward", "backward")
    ]


def operands(operation: str) -> tuple[Array, Array]:
    """Two 8x8 float32 arrays with which a chain of 100 operations stays in bounds."""
    generator = np.random.default_rng(8)
    x = generator.random((8, 8)).astype(np.float32)
    if operation == "matmul":
        rotation, _ = np.linalg.qr(generator.standard_normal((8, 8)))
        return x, rotation.astype(np.float32)
    spread = generator.random((8, 8)) * 0.02 - 0.01
    return x, ((1 if operation == "multiply" else 0) + spread).astype(np.float32)


def array_operands(dtype: str) -> tuple[Array, Array, Callable[[tuple[int, ...]], Array]]:
    """Two (1000, 1000) arrays, and what makes a cotangent of a given shape."""
    generator = np.random.default_rng(9)
    a, b = (generator.standard_normal((1000, 1000)).astype(dtype) for _ in range(2))

    def cotangent(shape: tuple[int, ...]) -> Array:
        return np.asarray(np.random.default_rng(10).standard_normal(shape), dtype)

    return a, b, cotangent
