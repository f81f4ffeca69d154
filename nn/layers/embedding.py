"""The embedding layer."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .. import functional, init
from ..checks import check_positive, check_size, floating_dtype
from ..functional.embedding import row_of
from ..functional.operands import as_tensor
from ..module import Module
from ..parameter import Parameter

__all__ = ["Embedding"]


class Embedding(Module):
    """A table with a row of numbers for each word, learned; see :func:`nn.functional.embedding`.

    Args:
        num_embeddings: how many rows there are.
        embedding_dim: how long they are.
        padding_idx: a row that begins with zeros and learns nothing. Negative ones count from the end.
        max_norm: shorten longer rows to this length when they are taken.
        norm_type: the order of the norm that is the length.
        dtype: of the table; the default dtype when None.
        generator: draws the initial rows from N(0, 1); the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (num_embeddings, embedding_dim).

    Raises:
        ShapeError: if a number is not positive.
        IndexRangeError: if ``padding_idx``, or an index of the input, is no row.
        DtypeError: if the input is not made of integers.
        DomainError: if ``max_norm`` is not positive.

    >>> words = Embedding(1000, 8)
    >>> words([[3, 14, 15], [92, 65, 35]]).shape
    (2, 3, 8)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
        _weight: Parameter | None = None,
    ) -> None:
        super().__init__()
        check_size("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if max_norm is not None:
            check_positive("Embedding", max_norm=max_norm)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = row_of("Embedding", padding_idx, num_embeddings)
        self.max_norm, self.norm_type = max_norm, norm_type
        if _weight is not None:
            self.weight = _weight
            return
        kind = floating_dtype("Embedding", dtype)
        self.weight = Parameter(np.empty((num_embeddings, embedding_dim), kind))
        init.normal_(self.weight, generator=generator)
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
    ) -> Self:
        """The layer with a table that is known already, copied.

        Args:
            embeddings: (num_embeddings, embedding_dim).
            freeze: whether the table is to stay as it is.
            padding_idx: a row that learns nothing.
            max_norm: shorten longer rows to this length when they are taken.
            norm_type: the order of the norm that is the length.

        Raises:
            ShapeError: if the table is no matrix.

        >>> Embedding.from_pretrained([[1.0, 2.0], [3.0, 4.0]])([1])
        Tensor([[3., 4.]])
        """
        table = as_tensor(embeddings, "Embedding.from_pretrained")
        if table.ndim != 2:
            raise ShapeError(
                f"Embedding.from_pretrained(): the table has shape {table.shape}, not (num_embeddings, "
                "embedding_dim)"
            )
        rows, length = table.shape
        weight = Parameter(table, requires_grad=not freeze)
        return cls(rows, length, padding_idx, max_norm, norm_type, _weight=weight)

    def forward(self, input: Any) -> Tensor:
        return functional.embedding(input, self.weight, self.padding_idx, self.max_norm, self.norm_type)

    def extra_repr(self) -> str:
        parts = [f"{self.num_embeddings}, {self.embedding_dim}"]
        parts += [f"padding_idx={self.padding_idx}"] * (self.padding_idx is not None)
        parts += [f"max_norm={self.max_norm}"] * (self.max_norm is not None)
        parts += [f"norm_type={self.norm_type}"] * (self.norm_type != 2)
        return ", ".join(parts)
