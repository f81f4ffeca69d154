"""Embedding: a table with a row of numbers for each word."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError

from ..checks import Array, check_indices, check_positive, check_whole
from .operands import as_tensor, values_of

__all__ = ["embedding"]


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
) -> Tensor:
    """The rows of a table that indices name: E[i].

    It is the product of a one-hot row with the table, without the zeros. A row that is taken several
    times gets the sum of the gradients.

    Args:
        input: integers of any shape, 0 to num_embeddings - 1.
        weight: the table E, (num_embeddings, embedding_dim).
        padding_idx: a row that gets no gradient: what stands where there is no word. Negative ones count
            from the end.
        max_norm: shorten longer rows to this length, in the table itself, when they are taken.
        norm_type: the order of the norm that is the length.

    Returns:
        (*shape of the input, embedding_dim).

    Raises:
        DtypeError: if the indices are not integers.
        IndexRangeError: if one is no row of the table.
        ShapeError: if the table is no matrix.
        DomainError: if ``max_norm`` is not positive.

    Source: Bengio, Ducharme, Vincent and Jauvin (2003), "A neural probabilistic language model".

    >>> embedding([1, 1], [[1.0, 2.0], [3.0, 4.0]])
    Tensor([[3., 4.], [3., 4.]])
    """
    table = as_tensor(weight, "embedding")
    if table.ndim != 2:
        raise ShapeError(
            f"embedding(): {table.label or 'the weight'} has shape {table.shape}, not (num_embeddings, "
            "embedding_dim)"
        )
    indices = checked_indices("embedding", input, len(table))
    padding = row_of("embedding()", padding_idx, len(table))
    if max_norm is not None:
        _shorten(table.data, np.unique(indices), max_norm, norm_type)
    rows: Tensor = table[indices if indices.ndim else int(indices)]
    if padding is not None and (indices == padding).any():
        rows = ac.where((indices == padding)[..., None], rows.detach(), rows)
    return rows


def checked_indices(function: str, indices: Any, rows: int) -> Array:
    """The indices as an array of integers from 0 to ``rows`` - 1.

    Raises:
        DtypeError: if they are not integers.
        IndexRangeError: if one is no row.
    """
    numbers = values_of(indices)
    if not numbers.size and isinstance(indices, list | tuple):
        return numbers.astype(int)
    if numbers.dtype.kind not in "iu":
        example = f", the first is {numbers.flat[0]}" if numbers.size else ""
        raise DtypeError(
            f"{function}(): indices have to be integers, got {numbers.dtype} of shape {numbers.shape}"
            f"{example}: give the list itself, an integer array, or indices.astype(int)"
        )
    wrong = (numbers < 0) | (numbers >= rows)
    check_indices(f"{function}()", "index", numbers, wrong, rows, "rows")
    return numbers


def row_of(place: str, padding_idx: int | None, rows: int) -> int | None:
    """``padding_idx`` counted from the front.

    Raises:
        DtypeError: if it is no integer.
        IndexRangeError: if it is no row.
    """
    if padding_idx is None:
        return None
    check_whole(place, padding_idx=padding_idx)
    if not -rows <= padding_idx < rows:
        raise IndexRangeError(
            f"{place}: `padding_idx` (={padding_idx}) is out of range, {rows} rows are numbered 0 to "
            f"{rows - 1}"
        )
    return padding_idx % rows


def _shorten(table: Array, rows: Array, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are longer than ``max_norm`` to that length, in place."""
    check_positive("embedding()", max_norm=max_norm)
    if rows.size:
        lengths = np.linalg.norm(table[rows], norm_type, axis=1)
        longer = lengths > max_norm
        scales = (max_norm / (lengths[longer] + 1e-7)).astype(table.dtype)
        table[rows[longer]] *= scales[:, None]
