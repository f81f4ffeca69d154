"""What rules say about matrices, and what operations accept as such."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..errors import DomainError, DtypeError, ShapeError
from ..primitive import General, Namespace
from ..structure.operands import constant, data_of, shape_and_name, shape_of, shaped


def rows_of(m: Namespace, x: Any, start: int, stop: int) -> Any:
    """Rows ``start`` to ``stop`` of matrices."""
    return m.getitem(x, index=(..., slice(start, stop), slice(None)))


def below(m: Namespace, *factors: Any) -> Any:
    """Matrices with equally many columns below each other."""
    return m.concatenate(*factors, axis=factors[0].ndim - 2)


def lower_triangle(m: Namespace, x: Any, diagonal: int = 0) -> Any:
    """The lower triangle; with ``diagonal=-1`` without the diagonal."""
    rows, columns = x.shape[-2:]
    return m.where(np.tri(rows, columns, diagonal, dtype=bool), x, 0.0)


def diagonal_row(m: Namespace, x: Any) -> Any:
    """The diagonal as matrices of one row."""
    return m.sum(m.where(np.eye(x.shape[-1], dtype=bool), x, 0.0), axis=(x.ndim - 2,), keepdims=True)


def total(m: Namespace, x: Any) -> Any:
    """The sum of all elements of each matrix, as matrices of one element."""
    return m.sum(x, axis=(x.ndim - 2, x.ndim - 1), keepdims=True)


def each_matrix(m: Namespace, g: Any) -> Any:
    """One number for each matrix as matrices of one element."""
    return m.reshape(g, shape=(*g.shape, 1, 1))


def each_number(m: Namespace, g: Any) -> Any:
    """Matrices of one element as one number each."""
    return m.reshape(g, shape=g.shape[:-2])


def unit(x: Any) -> Any:
    """The unit matrix with as many rows as ``x`` has."""
    return np.eye(x.shape[-2], dtype=x.dtype)


def symmetric_part(x: Any) -> Any:
    """(X + Xᵀ) / 2"""
    return (x + x.mT) * 0.5


def general(name: str, symbol: str, forward: Callable[..., Any], pullback: Any, pushforward: Any) -> General:
    """A primitive of linear algebra: it computes with floating-point numbers only."""
    primitive = General(name, symbol, forward=forward, pullback=pullback, pushforward=pushforward)
    primitive.floating = True
    return primitive


def as_matrices(operation: str, a: Any, square: bool = False) -> Any:
    """``a`` as an operand that is a matrix or a batch of matrices.

    Raises:
        ShapeError: if it is not.
        DtypeError: if NumPy has no linear algebra for its numbers.
    """
    a, shape = shaped(a)
    if len(shape) < 2:
        raise ShapeError(f"{operation}() takes matrices, got shape {shape_and_name(a)}")
    if square and shape[-1] != shape[-2]:
        raise ShapeError(f"{operation}() takes square matrices, got shape {shape_and_name(a)}")
    kind = data_of(a).dtype
    if kind.kind not in "fiub" or kind == np.float16:
        raise DtypeError(f"{operation}() computes in float32 or float64, got {kind}")
    return a


@contextmanager
def converging(operation: str, a: Any) -> Iterator[None]:
    """LAPACK's iterations do not converge on NaN, and on infinities some never end.

    Raises:
        DomainError: for such numbers, before an iteration begins; where one has not converged.
    """
    check_finite(operation, a)
    try:
        yield
    except np.linalg.LinAlgError:
        raise DomainError(f"{operation}: the iteration did not converge for shape {a.shape}") from None


def check_finite(operation: str, a: Any) -> None:
    """Where NaN and infinities are no input.

    Raises:
        DomainError: which names the first of them.
    """
    finite = np.isfinite(a)
    if not finite.all():
        index = tuple(int(i) for i in np.unravel_index(np.argmin(finite), a.shape))
        raise DomainError(
            f"{operation}() takes finite numbers, got {a[index]} at {index} of a matrix of shape {a.shape}"
        )


def answered(result: Any, *matrices: Any) -> Any:
    """What NumPy answers, if it is an answer.

    NumPy tells a failure of LAPACK by the flags of floating-point errors, and fills the result with NaN.
    WebAssembly, in browsers, has no such flags, and the NaN is all there is to see.

    Raises:
        numpy.linalg.LinAlgError: if finite matrices have given NaN.
    """
    if sys.platform == "emscripten":
        failed = np.isnan(result).any(axis=(-2, -1))
        for x in matrices:
            failed = failed & np.isfinite(x).all(axis=(-2, -1))
        if failed.any():
            raise np.linalg.LinAlgError
    return result


def singular(operation: str, a: Any) -> DomainError:
    """The error for a batch one of whose matrices is singular: which, and what its rank is.

    Raises:
        DomainError: if there are NaN or infinities, which have no rank.
    """
    check_finite(operation, a)
    rank = np.asarray(np.linalg.matrix_rank(a))
    first = tuple(int(i) for i in np.unravel_index(np.argmin(rank), rank.shape))
    place = f" at index {first} of the batch" if first else ""
    return DomainError(
        f"{operation}: the matrix{place} (shape {a.shape}) is singular: its rank is "
        f"{int(rank[first])}, not {a.shape[-1]}"
    )


def check_symmetric(operation: str, a: Any) -> None:
    """Rounding may make a matrix a little asymmetric; more than that is a mistake."""
    values = data_of(a)
    if values.dtype.kind != "f":  # differences of unsigned numbers and truths are none
        values = values.astype(np.float64)
    check_finite(operation, values)
    difference = np.abs(values - np.swapaxes(values, -1, -2))
    if difference.size and difference.max() > 1e-3 * np.abs(values).max():
        index = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
        mirrored = (*index[:-2], index[-1], index[-2])
        raise DomainError(
            f"{operation}() takes symmetric matrices, but element {index} is {values[index]:g} and element "
            f"{mirrored} is {values[mirrored]:g}; use (a + a.mT) / 2"
        )


def relative_tolerance(operation: str, a: Any, rcond: Any) -> float:
    """The fraction of the largest singular value up to which one counts as 0: ``max(m, n)`` times the machine
    epsilon by default.

    Raises:
        GraphError: if a gradient with respect to it is asked for: the rank jumps, and is constant between.
    """
    rcond = constant(operation, "rcond", rcond)
    kind = data_of(a).dtype
    rounding = np.finfo(kind if kind.kind == "f" else np.float64).eps
    return float(rounding) * np.max(shape_of(a)[-2:]) if rcond is None else float(rcond)
