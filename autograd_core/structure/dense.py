"""What a dense layer computes: the same weights for every row."""

from __future__ import annotations

from typing import Any

from ..errors import ShapeError
from ..kernels import products as kernels
from ..primitive import General, Namespace

__all__ = ["affine"]


def _rows(m: Namespace, x: Any) -> Any:
    return x if x.ndim == 2 else m.reshape(x, shape=(-1, x.shape[-1]) if x.size else (0, x.shape[-1]))


def _pull(m: Namespace, g: Any, y: Any, x: Any, w: Any, b: Any, *, index: int) -> Any:
    """G W, Gᵀ X and the sum of G over the rows."""
    if index == 0:
        return m.matmul(g, w)
    if index == 1:
        return m.matmul(_rows(m, g).mT, _rows(m, x))
    return m.sum(g, axis=tuple(range(g.ndim - 1)), keepdims=False)


def _push(m: Namespace, t: Any, y: Any, x: Any, w: Any, b: Any, *, index: int) -> Any:
    if index == 2:
        return m.broadcast_to(t, shape=y.shape)
    return m.matmul(t, w.mT) if index == 0 else m.matmul(x, t.mT)


def _forward(x: Any, w: Any, b: Any) -> Any:
    rows: tuple[int, ...] = getattr(x, "shape", ())
    weights: tuple[int, ...] = getattr(w, "shape", ())
    shift: tuple[int, ...] = getattr(b, "shape", ())
    if len(weights) != 2 or not rows or rows[-1] != weights[1] or shift != weights[:1]:
        raise ShapeError(
            f"affine(): x (..., inputs), weight (outputs, inputs) and bias (outputs,) do not fit with shapes "
            f"{rows}, {weights} and {shift}"
        )
    return kernels.affine(x, w, b)


_affine = General("affine", "x Wᵀ + b", forward=_forward, pullback=_pull, pushforward=_push)
_affine.floating = True


def affine(x: Any, weight: Any, bias: Any) -> Any:
    """x Wᵀ + b: every row of ``x`` times every row of ``weight``, and ``bias`` on top.

    Args:
        x: (..., inputs).
        weight: (outputs, inputs).
        bias: (outputs,).

    Returns:
        (..., outputs).

    Raises:
        ShapeError: if the shapes do not fit.

    >>> import numpy as np
    >>> affine(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    return _affine(x, weight, bias)
