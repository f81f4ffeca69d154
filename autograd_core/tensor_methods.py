"""The functions of :mod:`autograd_core.structure` as methods of a tensor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import DTypeLike

from . import structure
from .errors import ShapeError
from .node_methods import Operators
from .structure import rounding as parts
from .structure.operands import Axis, data_of

__all__ = ["ArrayMethods"]


class ArrayMethods(Operators):
    """Sums, shapes, selections and products, NumPy's names first, PyTorch's where it has other ones."""

    __slots__ = ()

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.size(self.data))

    def sum(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """Add up along ``axis``; see :func:`autograd_core.sum`."""
        return structure.sum(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def mean(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """The mean along ``axis``; see :func:`autograd_core.mean`."""
        return structure.mean(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def max(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """The maximum along ``axis``; see :func:`autograd_core.max`."""
        return structure.max(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def min(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """The minimum along ``axis``; see :func:`autograd_core.min`."""
        return structure.min(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Self:
        """The index of the largest element."""
        return structure.argmax(self, axis, keepdims)  # type: ignore[no-any-return]

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Self:
        """The index of the smallest element."""
        return structure.argmin(self, axis, keepdims)  # type: ignore[no-any-return]

    def reshape(self, *shape: Any, order: str = "C") -> Self:
        """The same elements in another shape: ``reshape(2, -1)`` or ``reshape((2, -1))``."""
        return structure.reshape(self, _unpacked(shape), order)  # type: ignore[no-any-return]

    def view(self, *shape: Any) -> Self:
        """PyTorch's name of :meth:`reshape`."""
        return self.reshape(*shape)

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Self:
        """Join the axes from ``start_dim`` to ``end_dim`` into one."""
        if not self.ndim:
            return self.reshape(1)
        first = structure.operands.one_axis("flatten", start_dim, self.ndim)
        last = structure.operands.one_axis("flatten", end_dim, self.ndim)
        if first > last:
            raise ShapeError(f"flatten(): start_dim {start_dim} lies behind end_dim {end_dim}")
        size = math.prod(self.shape[first : last + 1])
        return self.reshape(*self.shape[:first], size, *self.shape[last + 1 :])

    def ravel(self, order: str = "C") -> Self:
        """All elements in one axis."""
        return structure.ravel(self, order)  # type: ignore[no-any-return]

    def transpose(self, *axes: Any) -> Self:
        """Reorder the axes, or reverse them when none is named."""
        return structure.transpose(self, _unpacked(axes) if axes else None)  # type: ignore[no-any-return]

    def swapaxes(self, axis1: int, axis2: int) -> Self:
        """Exchange two axes."""
        return structure.swapaxes(self, axis1, axis2)  # type: ignore[no-any-return]

    def expand_dims(self, axis: int) -> Self:
        """Insert an axis of length 1."""
        return structure.expand_dims(self, axis)  # type: ignore[no-any-return]

    def unsqueeze(self, dim: int) -> Self:
        """PyTorch's name of :meth:`expand_dims`."""
        return self.expand_dims(dim)

    def squeeze(self, axis: Axis = None) -> Self:
        """Remove axes of length 1."""
        return structure.squeeze(self, axis)  # type: ignore[no-any-return]

    def broadcast_to(self, shape: Sequence[int]) -> Self:
        """Repeat along new axes and axes of length 1."""
        return structure.broadcast_to(self, shape)  # type: ignore[no-any-return]

    def astype(self, dtype: DTypeLike) -> Self:
        """The same numbers in another dtype."""
        return structure.astype(self, dtype)  # type: ignore[no-any-return]

    def prod(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """Multiply along ``axis``; see :func:`autograd_core.prod`."""
        return structure.prod(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def var(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """The variance along ``axis``; see :func:`autograd_core.var`."""
        return structure.var(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def std(self, axis: Axis = None, keepdims: bool = False, **options: Any) -> Self:
        """The standard deviation along ``axis``; see :func:`autograd_core.std`."""
        return structure.std(self, axis, keepdims, **options)  # type: ignore[no-any-return]

    def logsumexp(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The logarithm of the sum of exponentials."""
        return structure.logsumexp(self, axis, keepdims)  # type: ignore[no-any-return]

    def softmax(self, axis: Axis = -1) -> Self:
        """Exponentials divided by their sum."""
        return structure.softmax(self, axis)  # type: ignore[no-any-return]

    def log_softmax(self, axis: Axis = -1) -> Self:
        """The logarithm of the softmax."""
        return structure.log_softmax(self, axis)  # type: ignore[no-any-return]

    def cumsum(self, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Self:
        """Running sums."""
        return structure.cumsum(self, axis, dtype=dtype)  # type: ignore[no-any-return]

    def cumprod(self, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Self:
        """Running products."""
        return structure.cumprod(self, axis, dtype=dtype)  # type: ignore[no-any-return]

    def cummax(self, axis: int | None = None) -> Self:
        """Running maxima."""
        return structure.cummax(self, axis)  # type: ignore[no-any-return]

    def cummin(self, axis: int | None = None) -> Self:
        """Running minima."""
        return structure.cummin(self, axis)  # type: ignore[no-any-return]

    def norm(self, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Self:
        """A norm; see :func:`autograd_core.linalg.norm`."""
        from .linalg import norm

        return norm(self, ord, axis, keepdims)  # type: ignore[no-any-return]

    def median(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """The median along ``axis``."""
        return structure.median(self, axis, keepdims)  # type: ignore[no-any-return]

    def quantile(self, q: Any, axis: Axis = None, keepdims: bool = False, *, method: str = "linear") -> Self:
        """Quantiles; see :func:`autograd_core.quantile`."""
        return structure.quantile(self, q, axis, keepdims, method=method)  # type: ignore[no-any-return]

    def argsort(self, axis: int | None = -1) -> Self:
        """The indices that sort along ``axis``."""
        return structure.argsort(self, axis)  # type: ignore[no-any-return]

    def sort(self, axis: int | None = -1) -> Self:
        """The elements in ascending order along ``axis``: a new tensor, not in place."""
        return structure.sort(self, axis)  # type: ignore[no-any-return]

    def searchsorted(self, values: Any, side: Literal["left", "right"] = "left") -> Any:
        """Before which of these sorted elements the values belong, as integers."""
        return np.searchsorted(self.data, np.asarray(data_of(values)), side)

    def nonzero(self) -> tuple[Any, ...]:
        """The indices of the elements that are not 0, one array of integers for each axis."""
        return tuple(np.nonzero(self.data))

    def all(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Whether all elements along ``axis`` are true, without a gradient."""
        return np.all(self.data, axis=axis, keepdims=keepdims)

    def any(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Whether any element along ``axis`` is true, without a gradient."""
        return np.any(self.data, axis=axis, keepdims=keepdims)

    def clip(self, low: Any = None, high: Any = None, *, min: Any = None, max: Any = None) -> Self:
        """The nearest number between ``low`` and ``high``, also called ``min`` and ``max``; None is open."""
        low, high = (low if min is None else min), (high if max is None else max)
        if self.data.dtype.kind in "iu":
            limits = np.iinfo(self.data.dtype)
            low, high = limits.min if low is None else low, limits.max if high is None else high
        return super().clip(low, high)

    def round(self, decimals: int = 0) -> Self:
        """The nearest numbers with so many decimals; the gradient is 0."""
        return parts.round(self, decimals)  # type: ignore[no-any-return]

    def conj(self) -> Self:
        """Real numbers are their own conjugates."""
        return self

    def compress(self, condition: Any, axis: int | None = None) -> Self:
        """The slices along ``axis`` at which the condition is true."""
        return structure.compress(condition, self, axis)  # type: ignore[no-any-return]

    def copy(self) -> Self:
        """The same numbers in an array of their own; the gradient passes through."""
        return self.astype(self.data.dtype)

    def permute(self, *axes: Any) -> Self:
        """PyTorch's name of :meth:`transpose`."""
        return structure.permute(self, _unpacked(axes))  # type: ignore[no-any-return]

    def moveaxis(self, source: Any, destination: Any) -> Self:
        """Move axes to other places."""
        return structure.moveaxis(self, source, destination)  # type: ignore[no-any-return]

    def expand(self, *shape: Any) -> Self:
        """PyTorch's name of :meth:`broadcast_to`, where -1 keeps a length."""
        return structure.expand(self, _unpacked(shape))  # type: ignore[no-any-return]

    def flip(self, axis: Axis = None) -> Self:
        """Reverse the order along ``axis``."""
        return structure.flip(self, axis)  # type: ignore[no-any-return]

    def roll(self, shift: Any, axis: Any = None) -> Self:
        """Shift elements round."""
        return structure.roll(self, shift, axis)  # type: ignore[no-any-return]

    def repeat(self, repeats: Any, axis: int | None = None) -> Self:
        """Repeat each element."""
        return structure.repeat(self, repeats, axis)  # type: ignore[no-any-return]

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Self:
        """The diagonal."""
        return structure.diagonal(self, offset, axis1, axis2)  # type: ignore[no-any-return]

    def trace(
        self, offset: int = 0, axis1: int = 0, axis2: int = 1, *, dtype: DTypeLike | None = None
    ) -> Self:
        """The sum of the diagonal."""
        return structure.trace(self, offset, axis1, axis2, dtype=dtype)  # type: ignore[no-any-return]

    def tril(self, k: int = 0) -> Self:
        """The lower triangle."""
        return structure.tril(self, k)  # type: ignore[no-any-return]

    def triu(self, k: int = 0) -> Self:
        """The upper triangle."""
        return structure.triu(self, k)  # type: ignore[no-any-return]

    def take(self, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Self:
        """Elements by index along ``axis``."""
        return structure.take(self, indices, axis, mode=mode)  # type: ignore[no-any-return]

    def gather(self, axis: int, indices: Any) -> Self:
        """PyTorch's gather."""
        return structure.gather(self, axis, indices)  # type: ignore[no-any-return]

    def scatter(self, axis: int, indices: Any, source: Any) -> Self:
        """A copy with elements replaced."""
        return structure.scatter(self, axis, indices, source)  # type: ignore[no-any-return]

    def scatter_add(self, axis: int, indices: Any, source: Any) -> Self:
        """A copy with elements added to."""
        return structure.scatter_add(self, axis, indices, source)  # type: ignore[no-any-return]

    def index_add(self, axis: int, indices: Any, source: Any) -> Self:
        """A copy with rows added to."""
        return structure.index_add(self, axis, indices, source)  # type: ignore[no-any-return]

    def masked_fill(self, mask: Any, value: Any) -> Self:
        """``value`` where the mask is set."""
        return structure.masked_fill(self, mask, value)  # type: ignore[no-any-return]

    def dot(self, other: Any) -> Self:
        """NumPy's ``dot``."""
        return structure.dot(self, other)  # type: ignore[no-any-return]

    def split(self, indices_or_sections: Any, axis: int = 0) -> list[Self]:
        """Parts along ``axis``."""
        return structure.split(self, indices_or_sections, axis)

    def chunk(self, chunks: int, axis: int = 0) -> list[Self]:
        """A number of parts along ``axis``."""
        return structure.chunk(self, chunks, axis)

    def unbind(self, axis: int = 0) -> list[Self]:
        """The entries along ``axis``."""
        return structure.unbind(self, axis)

    def topk(self, k: int, axis: int = -1, largest: bool = True) -> tuple[Self, Self]:
        """The k largest (or smallest) elements along ``axis``, in order, and their indices."""
        return structure.topk(self, k, axis, largest)

    def matmul(self, other: Any) -> Self:
        """The matrix product; see :func:`autograd_core.matmul`."""
        return structure.matmul(self, other)  # type: ignore[no-any-return]


def _unpacked(numbers: tuple[Any, ...]) -> Any:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], list | tuple) else numbers
