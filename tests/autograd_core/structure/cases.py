"""What is compared with PyTorch: each case is one computation, written for both libraries.

A case is ``(ours, theirs, *shapes of the operands)``; ``theirs`` takes the module ``torch`` first. The
operands come from a formula, so that the frozen references need not store them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograd_core import linalg as la
from autograd_core import structure as s

REFERENCE = Path(__file__).parent / "reference.npz"

ROWS = np.array([0, 2, 2, -1])
TABLE = np.array([[1, 0, 3], [2, 2, 0]])
MASK = np.array([[True, False, True, False], [False, False, True, True], [True, True, True, False]])


def wave(*shape: int, phase: float = 0.0) -> Any:
    """Numbers between -2 and 2 without a pattern and without ties, the same everywhere."""
    n = np.arange(int(np.prod(shape, dtype=int)))
    return (2 * np.sin(n * 1.7 + n**2 * 0.13 + phase)).reshape(shape)


A = (3, 4)
B = (2, 3, 4)

CASES: dict[str, tuple[Any, ...]] = {
    # reductions
    "prod": (lambda x: s.prod(x), lambda t, x: t.prod(x), (7,)),
    "prod along an axis": (lambda x: s.prod(x, 1), lambda t, x: t.prod(x, 1), B),
    "prod over two axes": (lambda x: s.prod(x, (0, 2)), lambda t, x: x.prod(2).prod(0), B),
    "prod keepdims": (lambda x: s.prod(x, -1, keepdims=True), lambda t, x: x.prod(-1, keepdim=True), B),
    "max over two axes": (lambda x: s.max(x, (0, 2)), lambda t, x: x.amax((0, 2)), B),
    "min over two axes": (lambda x: s.min(x, (0, 1), True), lambda t, x: x.amin((0, 1), True), B),
    "var": (lambda x: s.var(x), lambda t, x: x.var(correction=0), A),
    "var ddof": (lambda x: s.var(x, (0, 2), ddof=1), lambda t, x: x.var((0, 2)), B),
    "std": (lambda x: s.std(x, 1), lambda t, x: x.std(1, correction=0), B),
    "std keepdims": (lambda x: s.std(x, 0, True, ddof=1), lambda t, x: x.std(0, keepdim=True), A),
    "nansum": (lambda x: s.nansum(x, 0), lambda t, x: x.nansum(0), A),
    "nanmean": (lambda x: s.nanmean(x, 1), lambda t, x: x.nanmean(1), A),
    "norm": (lambda x: la.norm(x), lambda t, x: t.linalg.norm(x), B),
    "norm 1": (lambda x: la.norm(x, 1, 1), lambda t, x: t.linalg.vector_norm(x, 1, 1), B),
    "norm 3": (lambda x: la.norm(x, 3, 1), lambda t, x: t.linalg.vector_norm(x, 3, 1), B),
    "norm inf": (lambda x: la.norm(x, np.inf, 1), lambda t, x: t.linalg.vector_norm(x, np.inf, 1), B),
    "norm -inf": (lambda x: la.norm(x, -np.inf, 1), lambda t, x: t.linalg.vector_norm(x, -np.inf, 1), B),
    "norm 0": (lambda x: la.norm(x, 0, 1) + x[:, 0], lambda t, x: t.linalg.vector_norm(x, 0, 1) + x[:, 0], B),
    "norm fro": (
        lambda x: la.norm(x, "fro", (0, 2)),
        lambda t, x: t.linalg.matrix_norm(x, "fro", (0, 2)),
        B,
    ),
    "norm of matrices 1": (
        lambda x: la.norm(x, 1, (2, 0)),
        lambda t, x: t.linalg.matrix_norm(x, 1, (2, 0)),
        B,
    ),
    "norm of matrices inf": (
        lambda x: la.norm(x, np.inf, (0, 2), keepdims=True),
        lambda t, x: t.linalg.matrix_norm(x, np.inf, (0, 2), keepdim=True),
        B,
    ),
    "norm of a matrix -1": (lambda x: la.norm(x, -1), lambda t, x: t.linalg.matrix_norm(x, -1), A),
    "trapezoid": (lambda x: s.trapezoid(x, dx=0.5), lambda t, x: t.trapezoid(x, dx=0.5), A),
    "trapezoid of both": (lambda y, x: s.trapezoid(y, x), lambda t, y, x: t.trapezoid(y, x), A, (4,)),
    # exponentials
    "logsumexp": (lambda x: s.logsumexp(x, (0, 2)), lambda t, x: t.logsumexp(x, (0, 2)), B),
    "logsumexp keepdims": (lambda x: s.logsumexp(x, 1, True), lambda t, x: t.logsumexp(x, 1, True), B),
    "softmax": (lambda x: s.softmax(x, 1), lambda t, x: t.softmax(x, 1), B),
    "log_softmax": (lambda x: s.log_softmax(x), lambda t, x: t.log_softmax(x, -1), B),
    # scans
    "cumsum": (lambda x: s.cumsum(x, 1), lambda t, x: t.cumsum(x, 1), B),
    "cumprod": (lambda x: s.cumprod(x, 1), lambda t, x: t.cumprod(x, 1), B),
    "cumprod flat": (lambda x: s.cumprod(x), lambda t, x: t.cumprod(x.reshape(-1), 0), (2, 3)),
    "cummax": (lambda x: s.cummax(x, 2), lambda t, x: t.cummax(x, 2).values, B),
    "cummin": (lambda x: s.cummin(x, 0), lambda t, x: t.cummin(x, 0).values, (5, 2)),
    "diff": (lambda x: s.diff(x, 2), lambda t, x: t.diff(x, 2), B),
    "diff with edges": (
        lambda x, a: s.diff(x, axis=0, prepend=a, append=a),
        lambda t, x, a: t.diff(x, dim=0, prepend=a, append=a),
        A,
        (1, 4),
    ),
    # order
    "sort": (lambda x: s.sort(x, 1), lambda t, x: t.sort(x, 1).values, B),
    "topk": (lambda x: s.topk(x, 2, 1)[0], lambda t, x: t.topk(x, 2, 1).values, B),
    "topk smallest": (
        lambda x: s.topk(x, 3, largest=False)[0],
        lambda t, x: t.topk(x, 3, largest=False).values,
        A,
    ),
    "kthvalue": (lambda x: s.kthvalue(x, 2, 1, True)[0], lambda t, x: t.kthvalue(x, 2, 1, True).values, B),
    "quantile": (lambda x: s.quantile(x, 0.3, 1), lambda t, x: t.quantile(x, 0.3, 1), B),
    "quantiles": (
        lambda x: s.quantile(x, [0.1, 0.5, 1.0], 2, True),
        lambda t, x: t.quantile(x, t.tensor([0.1, 0.5, 1.0], dtype=x.dtype), 2, True),
        B,
    ),
    "median": (lambda x: s.median(x, 0), lambda t, x: t.quantile(x, 0.5, 0), (4, 3)),
    # shapes
    "moveaxis": (lambda x: s.moveaxis(x, (0, 1), (-1, 0)), lambda t, x: t.moveaxis(x, (0, 1), (-1, 0)), B),
    "permute": (lambda x: s.permute(x, (2, 0, 1)), lambda t, x: x.permute(2, 0, 1), B),
    "matrix_transpose": (lambda x: s.matrix_transpose(x), lambda t, x: x.mT, B),
    "flatten": (lambda x: s.flatten(x, 1), lambda t, x: t.flatten(x, 1), B),
    "ravel": (lambda x: s.ravel(x), lambda t, x: t.ravel(x), B),
    "unsqueeze": (lambda x: s.unsqueeze(x, -2), lambda t, x: t.unsqueeze(x, -2), A),
    "expand": (lambda x: s.expand(x, (2, -1, 4)), lambda t, x: x.expand(2, -1, 4), (3, 1)),
    "atleast_1d": (lambda x: s.atleast_1d(x), lambda t, x: t.atleast_1d(x), ()),
    "atleast_2d": (lambda x: s.atleast_2d(x), lambda t, x: t.atleast_2d(x), (4,)),
    "atleast_3d": (lambda x: s.atleast_3d(x), lambda t, x: t.atleast_3d(x), (4,)),
    "hstack": (lambda x, y: s.hstack([x, y]), lambda t, x, y: t.hstack([x, y]), A, (3, 2)),
    "vstack": (lambda x, y: s.vstack([x, y]), lambda t, x, y: t.vstack([x, y]), A, (4,)),
    "dstack": (lambda x, y: s.dstack([x, y, x]), lambda t, x, y: t.dstack([x, y, x]), A, A),
    "column_stack": (lambda x, y: s.column_stack([x, y]), lambda t, x, y: t.column_stack([x, y]), A, (3,)),
    "block": (
        lambda x, y: s.block([[x, y], [y, x]]),
        lambda t, x, y: t.cat([t.cat([x, y], 1), t.cat([y, x], 1)]),
        A,
        A,
    ),
    "split": (lambda x: s.split(x, [1, 3], 1)[1], lambda t, x: t.tensor_split(x, [1, 3], 1)[1], A),
    "array_split": (lambda x: s.array_split(x, 3, 1)[0], lambda t, x: t.tensor_split(x, 3, 1)[0], A),
    "chunk": (lambda x: s.chunk(x, 3, 1)[-1], lambda t, x: t.chunk(x, 3, 1)[-1], A),
    "unbind": (lambda x: s.unbind(x, 1)[2], lambda t, x: t.unbind(x, 1)[2], A),
    "tile": (lambda x: s.tile(x, (2, 1, 3)), lambda t, x: t.tile(x, (2, 1, 3)), A),
    "repeat": (lambda x: s.repeat(x, 2, 1), lambda t, x: t.repeat_interleave(x, 2, 1), A),
    "repeat unequally": (
        lambda x: s.repeat(x, [2, 0, 3], 0),
        lambda t, x: t.repeat_interleave(x, t.tensor([2, 0, 3]), 0),
        A,
    ),
    "meshgrid": (
        lambda x, y: s.stack(s.meshgrid(x, y)),
        lambda t, x, y: t.stack(t.meshgrid(x, y, indexing="xy")),
        (3,),
        (4,),
    ),
    "flip": (lambda x: s.flip(x, (0, 2)), lambda t, x: t.flip(x, (0, 2)), B),
    "fliplr": (lambda x: s.fliplr(x), lambda t, x: t.fliplr(x), A),
    "flipud": (lambda x: s.flipud(x), lambda t, x: t.flipud(x), A),
    "rot90": (lambda x: s.rot90(x, 1, (1, 2)), lambda t, x: t.rot90(x, 1, (1, 2)), B),
    "rot90 back": (lambda x: s.rot90(x, -1), lambda t, x: t.rot90(x, -1), A),
    "roll": (lambda x: s.roll(x, (1, -2), (0, 1)), lambda t, x: t.roll(x, (1, -2), (0, 1)), A),
    "roll flat": (lambda x: s.roll(x, 5), lambda t, x: t.roll(x, 5), A),
    "pad reflect": (
        lambda x: s.pad(x, ((0, 0), (1, 0), (2, 3)), mode="reflect"),
        lambda t, x: t.nn.functional.pad(x[None], (2, 3, 1, 0), "reflect")[0],
        B,
    ),
    "pad edge": (
        lambda x: s.pad(x, ((0, 0), (1, 5), (2, 3)), mode="edge"),
        lambda t, x: t.nn.functional.pad(x[None], (2, 3, 1, 5), "replicate")[0],
        B,
    ),
    "pad wrap": (
        lambda x: s.pad(x, ((0, 0), (1, 2), (2, 3)), mode="wrap"),
        lambda t, x: t.nn.functional.pad(x[None], (2, 3, 1, 2), "circular")[0],
        B,
    ),
    "diag of a matrix": (lambda x: s.diag(x, 1), lambda t, x: t.diag(x, 1), A),
    "diag of a row": (lambda x: s.diag(x, -2), lambda t, x: t.diag(x, -2), (3,)),
    "diagonal": (lambda x: s.diagonal(x, -1, 2, 1), lambda t, x: t.diagonal(x, -1, 2, 1), B),
    "trace": (lambda x: s.trace(x), lambda t, x: t.trace(x), A),
    "tril": (lambda x: s.tril(x, 1), lambda t, x: t.tril(x, 1), B),
    "triu": (lambda x: s.triu(x, -1), lambda t, x: t.triu(x, -1), B),
    # indices
    "rows of a table": (lambda x: x[ROWS], lambda t, x: x[t.tensor(ROWS)], A),
    "rows of a wide table": (lambda x: x[TABLE], lambda t, x: x[t.tensor(TABLE)], (4, 20)),
    "columns": (lambda x: x[:, :, ROWS], lambda t, x: x[:, :, t.tensor(ROWS)], B),
    "wide rows on the second axis": (lambda x: x[:, ROWS], lambda t, x: x[:, t.tensor(ROWS)], (2, 3, 17)),
    "two index arrays apart": (
        lambda x: x[[1, 0, 1], :, [3, 3, 3]],
        lambda t, x: x[[1, 0, 1], :, [3, 3, 3]],
        B,
    ),
    "two index arrays together": (lambda x: x[:, [1, 1], [0, 0]], lambda t, x: x[:, [1, 1], [0, 0]], B),
    "an index array and a new axis": (
        lambda x: x[..., None, [3, 0, 3]],
        lambda t, x: x[..., None, [3, 0, 3]],
        B,
    ),
    "a mask": (lambda x: x[MASK], lambda t, x: x[t.tensor(MASK)], A),
    "a mask and an index": (lambda x: x[1, MASK[:, 0], 2:], lambda t, x: x[1, t.tensor(MASK[:, 0]), 2:], B),
    "take": (lambda x: s.take(x, ROWS, 1), lambda t, x: x[:, t.tensor(ROWS)], A),
    "take flat": (lambda x: s.take(x, TABLE), lambda t, x: t.take(x, t.tensor(TABLE)), A),
    "gather": (lambda x: s.gather(x, 1, TABLE), lambda t, x: t.gather(x, 1, t.tensor(TABLE)), A),
    "scatter": (
        lambda x, y: s.scatter(x, 1, TABLE[:, 1:], y),
        lambda t, x, y: t.scatter(x, 1, t.tensor(TABLE[:, 1:].copy()), y),
        A,
        (2, 2),
    ),
    "scatter_add": (
        lambda x, y: s.scatter_add(x, 1, TABLE, y),
        lambda t, x, y: t.scatter_add(x, 1, t.tensor(TABLE), y),
        A,
        (2, 3),
    ),
    "index_add": (
        lambda x, y: s.index_add(x, 0, [2, 0, 2, 2], y),
        lambda t, x, y: t.index_add(x, 0, t.tensor([2, 0, 2, 2]), y),
        A,
        (4, 4),
    ),
    "index_set": (
        lambda x, v: s.index_set(x, slice(0, 2), v),
        lambda t, x, v: t.slice_scatter(x, v, 0, 0, 2),
        A,
        (2, 4),
    ),
    "index_set of a row": (
        lambda x, v: s.index_set(x, 1, v),
        lambda t, x, v: t.select_scatter(x, v, 0, 1),
        A,
        (4,),
    ),
    "index_set of pairs": (
        lambda x, v: s.index_set(x, ([0, 2, 1], [3, -1, 0]), v),
        lambda t, x, v: t.index_put(x, (t.tensor([0, 2, 1]), t.tensor([3, -1, 0])), v),
        A,
        (3,),
    ),
    "index_set of rows, of which a later one is the last": (
        lambda x, v: s.index_set(x, [2, 0, 2], v),
        lambda t, x, v: t.index_put(x, (t.tensor([0, 2]),), v[1:]) + 0 * v.sum(),
        A,
        (3, 4),
    ),
    "index_set where a mask holds, to numbers that broadcast": (
        lambda x, v: s.index_set(x, (slice(None), MASK[0]), v),
        lambda t, x, v: t.where(t.tensor(MASK[0]), v, x),
        A,
        (3, 1),
    ),
    "index_set where a mask holds": (
        lambda x, v: s.index_set(x, MASK, v),
        lambda t, x, v: x.masked_scatter(t.tensor(MASK), v),
        A,
        (7,),
    ),
    "index_set backwards, with a new axis": (
        lambda x, v: s.index_set(x, (None, slice(None, None, -2), Ellipsis), v),
        lambda t, x, v: t.slice_scatter(x, v[0].flip(0), 0, 0, None, 2),
        A,
        (1, 2, 4),
    ),
    "index_set, index arrays apart": (
        lambda x, v: s.index_set(x, ([1, 0], slice(None), [2, 2]), v),
        lambda t, x, v: t.index_put(
            x, (t.tensor([[1], [0]]), t.tensor([[0, 1, 2]]), t.tensor([[2], [2]])), v
        ),
        B,
        (2, 3),
    ),
    "masked_fill": (
        lambda x, v: s.masked_fill(x, MASK, v),
        lambda t, x, v: t.masked_fill(x, t.tensor(MASK), v),
        A,
        (),
    ),
    "select": (
        lambda x, y: s.select([MASK, ~MASK[::-1]], [x, y], 1.0),
        lambda t, x, y: t.where(
            t.tensor(MASK), x, t.where(t.tensor(~MASK[::-1]), y, t.ones((), dtype=x.dtype))
        ),
        A,
        A,
    ),
}


def operands(name: str) -> list[Any]:
    return [wave(*shape, phase=0.3 + i) for i, shape in enumerate(CASES[name][2:])]


def weights(shape: tuple[int, ...]) -> Any:
    """The cotangent with which the gradients were frozen."""
    return wave(*shape, phase=2.0)
