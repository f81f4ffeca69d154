"""Matrix products, cut into blocks where BLAS has a faster way for small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..primitive import Application
from .elementwise import add
from .reductions import ones
from .threads import TINY, WORTHWHILE, in_parts, replace_blas

__all__ = ["affine", "affine_shares", "matmul", "matmul_shares", "shared_out"]

Array = np.ndarray[Any, np.dtype[Any]]

_SMALL_PRODUCT = 1_000_000  # multiplications up to which BLAS does not copy its operands first


def matmul(a: Any, b: Any) -> Any:
    """``a @ b``; large products are cut into blocks of rows, for BLAS and for threads."""
    work = a.size * b.shape[-1] if type(a) is type(b) is np.ndarray and a.ndim and b.ndim else 0
    if work >= TINY:
        replace_blas()
    return np.matmul(a, b) if work <= _SMALL_PRODUCT else _large_product(a, b, work)


def _large_product(a: Array, b: Array, work: int) -> Any:
    """A few rows at a time where ``b`` is a transposed view (``x @ W.T``) of moderate size; and where it pays
    each thread takes some of the rows, or of the matrices.
    """
    block = _block(a, b) if a.ndim == 2 == b.ndim and b.strides[0] < b.strides[1] else 0
    left = a.reshape(len(a) // block, block, -1) if block else a
    alone = work < WORTHWHILE or a.ndim == 1 or b.ndim != 2 or a.dtype != b.dtype
    product = np.matmul(left, b) if alone else shared_out(left, b)
    return product.reshape(len(a), -1) if block else product


def shared_out(a: Array, b: Array, out: Array | None = None) -> Array:
    """The product of ``a``, rows or matrices of which each thread takes some, with the matrix ``b``."""
    product = np.empty((*a.shape[:-1], b.shape[1]), a.dtype) if out is None else out

    def part(first: int, last: int) -> None:
        np.matmul(a[first:last], b, out=product[first:last])

    in_parts(len(a), part, a.size * b.shape[1])
    return product


def matmul_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> Any:
    """G Bᵀ and Aᵀ G of matrices; in memory the second lies as B does. None of anything else."""
    a, b = application.values
    if a.ndim != 2 or b.ndim != 2:
        return None
    left = matmul(g, b.T) if wanted[0] else None
    if not wanted[1]:
        return left, None
    transposed = b.strides[0] < b.strides[1]
    return left, matmul(g.T, a).T if transposed else matmul(a.T, g)


def affine(x: Any, w: Any, b: Any) -> Any:
    """x Wᵀ + b

    Raises:
        ShapeError: if the shapes do not fit.
    """
    rows: tuple[int, ...] = getattr(x, "shape", ())
    weights: tuple[int, ...] = getattr(w, "shape", ())
    shift: tuple[int, ...] = getattr(b, "shape", ())
    if len(weights) != 2 or not rows or rows[-1] != weights[1] or shift != weights[:1]:
        raise ShapeError(
            f"affine(): x (..., inputs), weight (outputs, inputs) and bias (outputs,) do not fit with shapes "
            f"{rows}, {weights} and {shift}"
        )
    y = matmul(x, w.T)
    if y.size < 16_384 and y.dtype == b.dtype:
        y += b
        return y
    return add(y, b)


def affine_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> Any:
    """The rule, for matrices."""
    if g.ndim != 2:
        return None
    x, w, _ = application.values
    return (
        matmul(g, w) if wanted[0] else None,
        matmul(g.T, x) if wanted[1] else None,
        ones(len(g), g.dtype) @ g if wanted[2] else None,
    )


def _block(a: Array, b: Array) -> int:
    """How many rows of a large product at a time, 0 for all."""
    if 4 * b.size > _SMALL_PRODUCT or not (a.dtype == np.float32 == b.dtype) or not a.flags.c_contiguous:
        return 0
    most = min(_SMALL_PRODUCT // b.size, 16)
    return next((n for n in range(most, 3, -1) if len(a) % n == 0), 0)
