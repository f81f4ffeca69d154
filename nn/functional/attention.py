"""Attention: a weighted mean of values, with weights that queries and keys give."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import Array, check_fraction, check_number
from .dropout import dropout
from .operands import as_tensor, values_of, where

__all__ = ["scaled_dot_product_attention"]

Generator = np.random.Generator | None


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    generator: Generator = None,
) -> Tensor:
    """A V with A = softmax(Q Kᵀ / √E + M): each query gets the mean of the values, weighted by how well its
    product with each key compares with the others.

    Args:
        query: Q, (..., L, E).
        key: K, (..., S, E).
        value: V, (..., S, E').
        attn_mask: M, numbers that are added; or True where a query may look at a key and False where it may
            not, as if -inf were added. It broadcasts to (..., L, S). A query that may look at nothing gets
            zeros.
        dropout_p: the probability with which a weight is left out, in training and evaluation alike.
        is_causal: whether query i may look at the keys 0 to i only.
        scale: what the products are multiplied with; 1/√E when None.
        enable_gqa: whether several heads of queries, in a row, share a head of keys and values; heads lie
            along the third axis from the end.
        generator: draws what is left out; the common one when None.

    Returns:
        (..., L, E').

    Raises:
        ShapeError: if the shapes do not fit, or the mask does not broadcast.
        DtypeError: if the mask is made of integers.
        DomainError: if there are a mask and ``is_causal``, or ``dropout_p`` is no probability.

    Source: Vaswani et al. (2017), "Attention is all you need", equation 1.

    >>> keys, values = [[1.0, 0.0], [0.0, 1.0]], [[10.0], [20.0]]
    >>> scaled_dot_product_attention([[100.0, 0.0], [0.0, 0.0]], keys, values)
    Tensor([[10.], [15.]])
    """
    name = "scaled_dot_product_attention"
    q, k, v = (as_tensor(x, name) for x in (query, key, value))
    check_fraction(f"{name}()", dropout_p=dropout_p)
    if scale is not None:
        check_number(f"{name}()", scale=scale)
    if is_causal and attn_mask is not None:
        raise DomainError(f"{name}(): `is_causal` is a mask itself; give it, or `attn_mask`")
    _check_shapes(f"{name}()", q, k, v)
    if enable_gqa:
        k, v = _shared_heads(q, k), _shared_heads(q, v)
    mask = causal_mask(q.shape[-2], k.shape[-2]) if is_causal else attn_mask
    return attention_weights(q, k, mask, scale, dropout_p, generator) @ v


def attention_weights(
    q: Tensor,
    k: Tensor,
    mask: Any = None,
    scale: float | None = None,
    dropout_p: float = 0.0,
    generator: Generator = None,
) -> Tensor:
    """A = softmax(Q Kᵀ / √E + M), (..., L, S), by this name in drawings; some left out, if ``dropout_p`` says
    so.

    Raises:
        ShapeError: if the mask does not broadcast.
        DtypeError: if it is made of integers.
    """
    scores = (q @ ac.swapaxes(k, -1, -2)) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    weights = _softmax(scores, mask).named("A")
    return dropout(weights, dropout_p, generator=generator) if dropout_p else weights


def causal_mask(queries: int, keys: int) -> Array:
    """True where a query may look at a key: at its own place and before, (L, S).

    >>> causal_mask(2, 3)
    array([[ True, False, False],
           [ True,  True, False]])
    """
    return np.arange(keys) <= np.arange(queries)[:, None]


def _softmax(scores: Tensor, mask: Any) -> Tensor:
    if mask is None:
        return ac.softmax(scores, axis=-1)  # type: ignore[no-any-return]
    m = as_mask("attn_mask", mask, scores.dtype)
    if not _broadcasts(m.shape, scores.shape):
        raise ShapeError(
            f"the mask of shape {m.shape} does not broadcast to (..., L, S), here {scores.shape}"
        )
    added = m.dtype.kind == "f"
    allowed = m.data != -math.inf if added else m.data
    none = ~allowed.any(axis=-1, keepdims=True)
    if none.any():  # softmax has no answer where all are -inf
        m = where(none, 0.0, m) if added else Tensor(m.data | none)
    weights = ac.softmax(scores + m if added else where(m, scores, -math.inf), axis=-1)
    return where(none, 0.0, weights) if none.any() else weights  # type: ignore[no-any-return]


def as_mask(name: str, mask: Any, dtype: np.dtype[Any]) -> Tensor:
    """A mask as a tensor of True and False, or of numbers of this dtype that are added.

    Raises:
        DtypeError: if it is made of integers.
    """
    m = mask if isinstance(mask, Tensor) else Tensor(values_of(mask))
    if m.dtype.kind not in "bf":
        raise DtypeError(
            f"`{name}` has to be made of True and False, or of numbers that are added, got {m.dtype}"
        )
    return m if m.dtype.kind == "b" or m.dtype == dtype else ac.astype(m, dtype)


def _broadcasts(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    beside = zip(reversed(shape), reversed(whole), strict=False)
    return len(shape) <= len(whole) and all(n in (1, m) for n, m in beside)


def _check_shapes(place: str, q: Tensor, k: Tensor, v: Tensor) -> None:
    shapes = f"query {q.shape}, key {k.shape} and value {v.shape}"
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise ShapeError(f"{place}: needs (..., L, E), (..., S, E) and (..., S, E'), got {shapes}")
    if q.shape[-1] != k.shape[-1]:
        raise ShapeError(f"{place}: queries and keys need the same length E, got {shapes}")
    if k.shape[-2] != v.shape[-2]:
        raise ShapeError(f"{place}: there is a value for each key, got {shapes}")


def _shared_heads(q: Tensor, x: Tensor) -> Tensor:
    """Each head of keys or values as often as heads of queries share it."""
    heads, shared = (tensor.shape[-3] if tensor.ndim > 2 else 0 for tensor in (q, x))
    if not shared or heads % shared:
        raise ShapeError(
            f"scaled_dot_product_attention(): {heads} heads of queries cannot share {shared} heads of keys "
            f"and values; got shapes {q.shape} and {x.shape}"
        )
    return ac.repeat(x, heads // shared, axis=-3)  # type: ignore[no-any-return]
