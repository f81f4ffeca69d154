"""Attention with several heads."""

from __future__ import annotations

import math
from functools import reduce
from operator import add, or_
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .. import functional, init
from ..checks import check_flag, check_fraction, check_size, floating_dtype
from ..functional.attention import as_mask, attention_weights, causal_mask
from ..functional.operands import as_tensor, where
from ..module import Module
from ..parameter import Parameter
from .linear import Linear

__all__ = ["MultiheadAttention"]


class MultiheadAttention(Module):
    """Attention in several heads side by side: head i is softmax(Q_i K_iᵀ / √d) V_i with Q_i, K_i and V_i of
    length d = embed_dim / num_heads, all linear in query, key and value; the heads are joined and go through
    a last linear layer.

    Called with query, key and value, it gives the output, and the weights, or None without ``need_weights``.

    Args:
        embed_dim: the length E of a query, and of an output.
        num_heads: how many heads share it.
        dropout: the probability with which a weight is left out while training.
        bias: whether the linear maps add one.
        add_bias_kv: whether a key and a value that are learned are there for every query.
        add_zero_attn: whether a key and a value of zeros are.
        kdim: the length of a key; embed_dim when None.
        vdim: the length of a value; embed_dim when None.
        batch_first: whether inputs are (N, L, E), not (L, N, E).
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights, and dropout's masks; the common one (:func:`nn.seed`) when None.

    Shapes:
        query: (L, N, E); (L, E) for one sequence.
        key: (S, N, kdim); (S, kdim).
        value: (S, N, vdim); (S, vdim).
        key_padding_mask: (N, S); (S,): True for keys that nobody may look at, or numbers that are added.
        attn_mask: (L, S); (N · num_heads, L, S): True where a query may **not** look, or numbers to add.
        output: as the query.
        weights: (N, L, S), the mean over the heads; (L, S).

    The weights of each head, (N, num_heads, L, S), come with ``average_attn_weights=False``.

    With ``is_causal`` and no ``attn_mask``, query i may look at the keys 0 to i only. A query that may look
    at nothing gets the bias of the last layer.

    Attributes:
        in_proj_weight: those of queries, keys and values below one another, (3 E, E); None if their lengths
            differ, and there are q_proj_weight (E, E), k_proj_weight (E, kdim) and v_proj_weight (E, vdim).
        in_proj_bias: (3 E,) or None.
        out_proj: the last :class:`nn.Linear`.
        bias_k, bias_v: the key and the value that are learned, (1, 1, E), or None.

    Raises:
        ShapeError: if a size is not positive, the heads do not share E evenly, or an input or mask has
            another shape.
        DtypeError: if a mask is made of integers.
        DomainError: if ``dropout`` is no probability.

    Source: Vaswani et al. (2017), "Attention is all you need", section 3.2.2.

    >>> attention, x = MultiheadAttention(8, 2, batch_first=True), np.ones((5, 3, 8))
    >>> y, weights = attention(x, x, x)
    >>> y.shape, weights.shape
    ((5, 3, 8), (5, 3, 3))
    """

    _printed = ("embed_dim", "num_heads")

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        place = "MultiheadAttention"
        kdim, vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        check_size(place, embed_dim=embed_dim, num_heads=num_heads, kdim=kdim, vdim=vdim)
        check_fraction(place, dropout=dropout)
        check_flag(
            place, bias=bias, add_bias_kv=add_bias_kv, add_zero_attn=add_zero_attn, batch_first=batch_first
        )
        if embed_dim % num_heads:
            raise ShapeError(
                f"{place}: `embed_dim` (={embed_dim}) cannot be shared out to `num_heads` (={num_heads})"
            )
        self.embed_dim, self.num_heads, self.kdim, self.vdim = embed_dim, num_heads, kdim, vdim
        self.dropout, self.batch_first, self.add_zero_attn = float(dropout), batch_first, add_zero_attn
        self.generator = generator
        kind = floating_dtype(place, dtype)

        def drawn(*shape: int) -> Parameter:
            weight = Parameter(np.empty(shape, kind))
            init.xavier_uniform_(weight, generator=generator)
            return weight

        self.in_proj_weight: Parameter | None = None
        if kdim == vdim == embed_dim:
            self.in_proj_weight = drawn(3 * embed_dim, embed_dim)
        else:
            self.q_proj_weight, self.k_proj_weight = drawn(embed_dim, embed_dim), drawn(embed_dim, kdim)
            self.v_proj_weight = drawn(embed_dim, vdim)
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, kind)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=kind, generator=generator)
        if self.out_proj.bias is not None:
            init.zeros_(self.out_proj.bias)
        self.bias_k: Parameter | None = None
        self.bias_v: Parameter | None = None
        if add_bias_kv:
            self.bias_k, self.bias_v = (Parameter(np.empty((1, 1, embed_dim), kind)) for _ in range(2))
            init.xavier_normal_(self.bias_k, generator=generator)
            init.xavier_normal_(self.bias_v, generator=generator)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        alike = query is key and key is value
        read = [as_tensor(x, "MultiheadAttention") for x in ((query,) if alike else (query, key, value))]
        q, k, v = read * 3 if alike else read
        self._check(q, k, v)
        single = q.ndim == 2
        batch, queries, keys = self._lengths(q, k)
        mask = self._mask(batch, queries, keys, key_padding_mask, attn_mask, is_causal, single)
        q, k, v = self._projected(q, k, v, alike)
        if not single and not self.batch_first:
            q, k, v = (ac.swapaxes(x, 0, 1) for x in (q, k, v))
        elif single:
            q, k, v = (x[None] for x in (q, k, v))
        if self.bias_k is not None and self.bias_v is not None:
            k, v = (self._with_another(x, b) for x, b in ((k, self.bias_k), (v, self.bias_v)))
        if self.add_zero_attn:
            k, v = (self._with_another(x, np.zeros((1, 1, self.embed_dim), x.dtype)) for x in (k, v))
        q, k, v = (self._heads(x) for x in (q, k, v))
        weights = attention_weights(
            q, k, mask, dropout_p=self.dropout if self.training else 0.0, generator=self.generator
        )
        joined = ac.swapaxes(weights @ v, 1, 2).reshape(batch, queries, self.embed_dim)
        if single:
            joined = joined[0]
        elif not self.batch_first:
            joined = ac.swapaxes(joined, 0, 1)
        output = self.out_proj(joined)
        if not need_weights:
            return output, None
        shown = weights.mean(axis=1) if average_attn_weights else weights
        return output, shown[0] if single else shown

    def _check(self, q: Tensor, k: Tensor, v: Tensor) -> None:
        layout = "(N, L, E)" if self.batch_first else "(L, N, E)"
        shapes = f"query {q.shape}, key {k.shape} and value {v.shape}"
        if q.ndim not in (2, 3) or not q.ndim == k.ndim == v.ndim:
            raise ShapeError(f"needs query, key and value of {layout}, or (L, E) each, got {shapes}")
        for name, x, wanted in (("query", q, "embed_dim"), ("key", k, "kdim"), ("value", v, "vdim")):
            if x.shape[-1] != getattr(self, wanted):
                raise ShapeError(
                    f"the {name} of shape {x.shape} has length {x.shape[-1]}, not `{wanted}` "
                    f"(={getattr(self, wanted)})"
                )
        if k.shape[:-1] != v.shape[:-1]:
            raise ShapeError(f"there is a value for each key, got {shapes}")
        if q.ndim == 3 and q.shape[1 - self.batch_first] != k.shape[1 - self.batch_first]:
            raise ShapeError(f"query and key are of batches of unequal size, got {shapes} in {layout}")

    def _lengths(self, q: Tensor, k: Tensor) -> tuple[int, int, int]:
        """How many sequences, queries and keys there are."""
        if q.ndim == 2:
            return 1, len(q), len(k)
        time = int(self.batch_first)
        return q.shape[1 - time], q.shape[time], k.shape[time]

    def _projected(self, q: Tensor, k: Tensor, v: Tensor, alike: bool) -> list[Tensor]:
        """Queries, keys and values of all heads; of one input in one product."""
        bias = self.in_proj_bias
        if self.in_proj_weight is None:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        elif alike:
            return ac.split(functional.linear(q, self.in_proj_weight, bias), 3, axis=-1)
        else:
            weights = ac.split(self.in_proj_weight, 3)
        biases = [None] * 3 if bias is None else ac.split(bias, 3)
        inputs = zip((q, k, v), weights, biases, strict=True)
        return [functional.linear(x, w, b) for x, w, b in inputs]

    @staticmethod
    def _with_another(x: Tensor, item: Any) -> Tensor:
        """(N, S, E) with an item (1, 1, E) behind each sequence."""
        repeated = ac.broadcast_to(item, (len(x), 1, x.shape[-1]))
        return ac.concatenate([x, repeated], axis=1)  # type: ignore[no-any-return]

    def _heads(self, x: Tensor) -> Tensor:
        """(N, L, E) as (N, num_heads, L, d)."""
        n, length, size = x.shape
        return ac.swapaxes(x.reshape(n, length, self.num_heads, size // self.num_heads), 1, 2)  # type: ignore[no-any-return]

    def _mask(
        self,
        batch: int,
        queries: int,
        keys: int,
        padding: Any,
        mask: Any,
        is_causal: bool,
        single: bool,
    ) -> Any:
        """What :func:`nn.functional.scaled_dot_product_attention` takes, (N or 1, heads or 1, L or 1, S)."""
        kind = self.out_proj.weight.dtype
        parts: list[Any] = []
        if mask is not None:
            m, each = as_mask("attn_mask", mask, kind), (batch * self.num_heads, queries, keys)
            if m.shape not in (each[1:], each):
                raise ShapeError(
                    f"`attn_mask` has shape {m.shape}, not (L, S) = {each[1:]} or (N · num_heads, L, S) = "
                    f"{each}"
                )
            parts.append(m if m.ndim == 2 else m.reshape(batch, self.num_heads, queries, keys))
        elif is_causal:
            parts.append(Tensor(~causal_mask(queries, keys)))
        if padding is not None:
            m, wanted = as_mask("key_padding_mask", padding, kind), (keys,) if single else (batch, keys)
            if m.shape != wanted:
                letters = "(S,)" if single else "(N, S)"
                raise ShapeError(f"`key_padding_mask` has shape {m.shape}, not {letters} = {wanted}")
            parts.append(m.reshape(batch, 1, 1, keys))
        if not parts:
            return None
        if all(part.dtype.kind == "b" for part in parts):
            joined = ~reduce(or_, (part.data for part in parts))
        else:
            added = (
                where(p, kind.type(-math.inf), kind.type(0)) if p.dtype.kind == "b" else p for p in parts
            )
            joined = reduce(add, added)
        more = (self.bias_k is not None) + self.add_zero_attn
        if not more:
            return joined
        free = np.full((*joined.shape[:-1], more), joined.dtype.kind == "b", joined.dtype)
        return ac.concatenate([joined, free], axis=-1)
