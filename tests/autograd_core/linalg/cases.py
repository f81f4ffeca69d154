"""The operations that the tests of this folder check, with the inputs on which they do.

``function(operations, *inputs)`` is written once and runs with this library and with PyTorch, whose
operations have the same names. Eigenvectors and singular vectors are known up to a sign: only what
does not depend on it is returned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


def wave(*shape: int, phase: float = 0.4) -> np.ndarray:
    """Numbers between -1 and 1 that look irregular and are the same everywhere."""
    steps = np.arange(int(np.prod(shape))).reshape(shape)
    return np.sin(2.3 * steps + 0.7 * steps**1.5 + phase)


def invertible(*shape: int, phase: float = 0.4) -> np.ndarray:
    return wave(*shape, phase=phase) + 2.5 * np.eye(shape[-1])


def positive(*shape: int) -> np.ndarray:
    """Symmetric positive definite matrices whose eigenvalues are far apart."""
    a = invertible(*shape)
    product = a @ np.swapaxes(a, -1, -2)
    return (product + np.swapaxes(product, -1, -2)) / 2 + np.diag(np.arange(1.0, shape[-1] + 1))


class Case(NamedTuple):
    function: Callable[..., Any]
    inputs: tuple[np.ndarray, ...]


def _symmetric_function(linalg: Any, a: Any) -> Any:
    values, vectors = linalg.eigh(a)
    return (vectors * values[..., None, :] ** 0.5) @ vectors.mT


def _squares_of_eigenvectors(linalg: Any, a: Any) -> Any:
    _, vectors = linalg.eigh(a)
    return vectors * vectors


def _rotation(linalg: Any, a: Any) -> Any:
    """The orthogonal factor of the polar decomposition."""
    u, _, vh = linalg.svd(a, full_matrices=False)
    return u @ vh


def _squares_of_left_vectors(linalg: Any, a: Any) -> Any:
    u, s, _ = linalg.svd(a, full_matrices=False)
    return u * u * s[..., None, :]


def _squares_of_right_vectors(linalg: Any, a: Any) -> Any:
    _, s, vh = linalg.svd(a, full_matrices=False)
    return vh * vh * s[..., :, None]


EYE, SINGULAR = np.eye(2), np.array([[1.0, 2.0], [2.0, 4.0]])
SQUARE, BATCH = invertible(3, 3), invertible(2, 3, 3)
TALL, WIDE, TALLS = wave(4, 3), wave(2, 3, 4), wave(2, 4, 3)

LINALG: dict[str, Case] = {
    "solve": Case(lambda linalg, a, b: linalg.solve(a, b), (SQUARE, wave(3, 2))),
    "solve, a vector": Case(lambda linalg, a, b: linalg.solve(a, b), (SQUARE, wave(3))),
    "solve, batches": Case(lambda linalg, a, b: linalg.solve(a, b), (BATCH, wave(2, 3, 2))),
    "solve, one matrix for a batch": Case(lambda linalg, a, b: linalg.solve(a, b), (SQUARE, wave(4, 3, 2))),
    "solve, one right side for a batch": Case(lambda linalg, a, b: linalg.solve(a, b), (BATCH, wave(3, 2))),
    "inv": Case(lambda linalg, a: linalg.inv(a), (SQUARE,)),
    "inv, batch": Case(lambda linalg, a: linalg.inv(a), (BATCH,)),
    "pinv, tall": Case(lambda linalg, a: linalg.pinv(a), (TALL,)),
    "pinv, wide batch": Case(lambda linalg, a: linalg.pinv(a), (WIDE,)),
    "lstsq": Case(lambda linalg, a, b: linalg.lstsq(a, b)[0], (TALL, wave(4, 2))),
    "lstsq, batch": Case(lambda linalg, a, b: linalg.lstsq(a, b)[0], (TALLS, wave(2, 4, 2))),
    "det": Case(lambda linalg, a: linalg.det(a), (SQUARE,)),
    "det, batch": Case(lambda linalg, a: linalg.det(a), (BATCH,)),
    "slogdet": Case(lambda linalg, a: linalg.slogdet(a).logabsdet, (SQUARE,)),
    "slogdet, batch": Case(lambda linalg, a: linalg.slogdet(a).logabsdet, (BATCH,)),
    "cholesky": Case(lambda linalg, a: linalg.cholesky(a), (positive(3, 3),)),
    "cholesky, batch": Case(lambda linalg, a: linalg.cholesky(a), (positive(2, 3, 3),)),
    "qr, Q": Case(lambda linalg, a: linalg.qr(a)[0], (SQUARE,)),
    "qr, R": Case(lambda linalg, a: linalg.qr(a)[1], (SQUARE,)),
    "qr, Q of tall batch": Case(lambda linalg, a: linalg.qr(a)[0], (TALLS,)),
    "qr, R of tall batch": Case(lambda linalg, a: linalg.qr(a)[1], (TALLS,)),
    "qr, Q of wide batch": Case(lambda linalg, a: linalg.qr(a)[0], (WIDE,)),
    "qr, R of wide batch": Case(lambda linalg, a: linalg.qr(a)[1], (WIDE,)),
    "eigvalsh": Case(lambda linalg, a: linalg.eigvalsh(a), (positive(2, 3, 3),)),
    "eigh, square root of a matrix": Case(_symmetric_function, (positive(2, 3, 3),)),
    "eigh, squares of eigenvectors": Case(_squares_of_eigenvectors, (positive(3, 3),)),
    "svdvals": Case(lambda linalg, a: linalg.svdvals(a), (WIDE,)),
    "svd, rotation of a square": Case(_rotation, (SQUARE,)),
    "svd, rotation of tall": Case(_rotation, (TALL,)),
    "svd, rotation of wide batch": Case(_rotation, (WIDE,)),
    "svd, left vectors of a square": Case(_squares_of_left_vectors, (SQUARE,)),
    "svd, left vectors of tall batch": Case(_squares_of_left_vectors, (TALLS,)),
    "svd, right vectors of wide batch": Case(_squares_of_right_vectors, (WIDE,)),
    "svd, right vectors of tall": Case(_squares_of_right_vectors, (TALL,)),
    "norm": Case(lambda linalg, a: linalg.norm(a), (TALL,)),
    "norm, 3 of a vector": Case(lambda linalg, a: linalg.norm(a, 3), (wave(4),)),
    "norm, spectral": Case(lambda linalg, a: linalg.norm(a, 2), (TALL,)),
    "norm, smallest singular value": Case(lambda linalg, a: linalg.norm(a, -2, (-2, -1), True), (WIDE,)),
    "norm, nuclear": Case(lambda linalg, a: linalg.norm(a, "nuc", (-2, -1)), (WIDE,)),
    "norm, of columns": Case(lambda linalg, a: linalg.norm(a, 1), (TALL,)),
    "norm, of rows": Case(lambda linalg, a: linalg.norm(a, np.inf), (TALL,)),
    "cond": Case(lambda linalg, a: linalg.cond(a), (WIDE,)),
    "cond, -2": Case(lambda linalg, a: linalg.cond(a, -2), (SQUARE,)),
    "cond, Frobenius": Case(lambda linalg, a: linalg.cond(a, "fro"), (BATCH,)),
    "matrix_power": Case(lambda linalg, a: linalg.matrix_power(a, 5), (BATCH,)),
    "matrix_power, inverse": Case(lambda linalg, a: linalg.matrix_power(a, -3), (SQUARE,)),
    "multi_dot": Case(
        lambda linalg, *arrays: linalg.multi_dot(arrays), (wave(3), SQUARE, wave(3, 5), wave(5, 2))
    ),
}


def _einsum(subscripts: str, *shapes: tuple[int, ...]) -> Case:
    inputs = tuple(wave(*shape, phase=float(i)) for i, shape in enumerate(shapes))
    return Case(lambda products, *operands: products.einsum(subscripts, *operands), inputs)


EINSUM: dict[str, Case] = {
    "matrix product": _einsum("ij,jk->ik", (2, 3), (3, 4)),
    "implicit output in alphabetical order": _einsum("ba,cb", (2, 3), (4, 2)),
    "implicit sum over a letter that occurs twice": _einsum("ii", (3, 3)),
    "implicit output with an ellipsis": _einsum("...ij,...jk", (2, 1, 3, 2), (4, 2, 3)),
    "ellipsis that broadcasts": _einsum("...i,...i->...", (2, 1, 3), (4, 3)),
    "ellipsis of no axes on one side": _einsum("...i,j->...j", (2, 3), (4,)),
    "ellipsis at the end": _einsum("i...,j->...", (2, 3), (2,)),
    "ellipsis alone": _einsum("...,...->...", (2, 3), (3,)),
    "diagonal": _einsum("ii->i", (3, 3)),
    "diagonal of a batch": _einsum("...ii->...i", (2, 3, 3)),
    "triple diagonal": _einsum("iii->i", (3, 3, 3)),
    "diagonal and sum in one operand": _einsum("iij->j", (3, 3, 2)),
    "diagonal that meets a vector": _einsum("ii,i->", (3, 3), (3,)),
    "letter in one operand only": _einsum("ij,k->i", (2, 3), (4,)),
    "both letters summed away": _einsum("i,j->", (2,), (3,)),
    "length 1 that broadcasts": _einsum("ij,jk->ik", (2, 1), (3, 4)),
    "length 1 on the right": _einsum("i,i->", (3,), (1,)),
    "length 1 that stays": _einsum("i,i->i", (1,), (1,)),
    "numbers": _einsum(",->", (), ()),
    "number times a matrix": _einsum(",ij->ji", (), (2, 3)),
    "transpose": _einsum("ijk->kij", (2, 3, 4)),
    "outer": _einsum("i,j->ji", (2,), (3,)),
    "three operands": _einsum("a,ab,b->", (2,), (2, 3), (3,)),
    "letters of both cases": _einsum("aB,Bc->ac", (2, 3), (3, 2)),
    "elementwise": _einsum("ij,ij->ij", (2, 3), (2, 3)),
}


FFT: dict[str, Case] = {
    f"{name}, n={n}, axis={axis}, norm={norm}": Case(
        lambda fft, x, name=name, n=n, axis=axis, norm=norm: getattr(fft, name)(x, n, axis, norm),
        (wave(4, 5) if name == "rfft" else wave(4, 5, 2),),
    )
    for name in ("fft", "ifft", "rfft", "irfft")
    for n, axis, norm in (
        (None, -1, None),
        (None, 0, "ortho"),
        (3, 1, "forward"),
        (8, 0, None),
        (7, -1, "ortho"),
        (1, 1, None),
    )
}

TABLES: dict[str, dict[str, Case]] = {"linalg": LINALG, "einsum": EINSUM, "fft": FFT}
