"""The functions of :mod:`autograd_core.structure` as methods of a tensor."""

from __future__ import annotations

import inspect
from typing import Any, Literal, NoReturn, Self

import numpy as np

from . import linalg, structure
from .methods import method
from .node_methods import Operators
from .spelling import ATTRIBUTES, Elsewhere
from .structure.operands import data_of

__all__ = ["ArrayMethods"]


class _Count(int):
    """A number of elements, which says what to write to whoever asks for ``x.size(0)``."""

    __slots__ = ()

    def __call__(self, *axis: Any) -> NoReturn:
        raise TypeError(
            "size is the number of elements here, and no method: write x.shape[0] for the length of an axis, "
            "x.shape for all of them"
        )


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
        return _Count(self._raw.size)

    def __dir__(self) -> list[str]:
        """What there is, without the words that are only answered."""
        kind = type(self)
        return [
            name
            for name in super().__dir__()
            if not isinstance(inspect.getattr_static(kind, name, None), Elsewhere)
        ]

    sum = method(structure.sum)  # type: ignore[arg-type]  # which has a keyword x, not a method's
    mean = method(structure.mean)  # type: ignore[arg-type]
    prod = method(structure.prod)
    max = method(structure.max)
    min = method(structure.min)
    argmax = method(structure.argmax)
    argmin = method(structure.argmin)
    var = method(structure.var)
    std = method(structure.std)
    norm = method(linalg.norm)
    median = method(structure.median)
    quantile = method(structure.quantile)
    logsumexp = method(structure.logsumexp)
    softmax = method(structure.softmax)
    log_softmax = method(structure.log_softmax)

    cumsum = method(structure.cumsum)
    cumprod = method(structure.cumprod)
    cummax = method(structure.cummax)
    cummin = method(structure.cummin)
    sort = method(structure.sort)
    argsort = method(structure.argsort)
    topk = structure.topk

    flatten = method(structure.flatten)
    ravel = method(structure.ravel)
    swapaxes = method(structure.swapaxes)
    moveaxis = method(structure.moveaxis)
    expand_dims = method(structure.expand_dims)
    unsqueeze = method(structure.unsqueeze)
    squeeze = method(structure.squeeze)
    broadcast_to = method(structure.broadcast_to)
    flip = method(structure.flip)
    roll = method(structure.roll)
    repeat = method(structure.repeat)
    astype = method(structure.astype)
    round = method(structure.round)
    conj = method(structure.conj)
    split = structure.split
    chunk = structure.chunk
    unbind = structure.unbind

    take = method(structure.take)
    gather = method(structure.gather)
    scatter = method(structure.scatter)
    scatter_add = method(structure.scatter_add)
    index_add = method(structure.index_add)
    index_set = method(structure.index_set)
    masked_fill = method(structure.masked_fill)
    diagonal = method(structure.diagonal)
    trace = method(structure.trace)
    tril = method(structure.tril)
    triu = method(structure.triu)
    dot = method(structure.dot)
    matmul = method(structure.matmul)

    # Where the method takes other arguments than the function: NumPy's and PyTorch's words.

    def reshape(self, *shape: Any, order: str = "C") -> Self:
        """The same elements in another shape: ``reshape(2, -1)`` or ``reshape((2, -1))``."""
        return structure.reshape(self, _unpacked(shape), order)  # type: ignore[no-any-return]

    view = reshape

    def transpose(self, *axes: Any) -> Self:
        """Reorder the axes, or reverse them when none is named."""
        return structure.transpose(self, _unpacked(axes) if axes else None)  # type: ignore[no-any-return]

    def permute(self, *axes: Any) -> Self:
        """PyTorch's name of :meth:`transpose`."""
        return structure.permute(self, _unpacked(axes))  # type: ignore[no-any-return]

    def expand(self, *shape: Any) -> Self:
        """PyTorch's name of :meth:`broadcast_to`, where -1 keeps a length."""
        return structure.expand(self, _unpacked(shape))  # type: ignore[no-any-return]

    def compress(self, condition: Any, axis: int | None = None) -> Self:
        """The slices along ``axis`` at which the condition is true."""
        return structure.compress(condition, self, axis)  # type: ignore[no-any-return]

    def copy(self) -> Self:
        """The same numbers in an array of their own; the gradient passes through."""
        return self.astype(self._raw.dtype)

    def clip(self, low: Any = None, high: Any = None, *, min: Any = None, max: Any = None) -> Self:
        """The nearest number between ``low`` and ``high``, also called ``min`` and ``max``; None is open."""
        low, high = (low if min is None else min), (high if max is None else max)
        if self._raw.dtype.kind in "iu":
            limits = np.iinfo(self._raw.dtype)
            low, high = limits.min if low is None else low, limits.max if high is None else high
        return super().clip(low, high)

    # What has no gradient looks at the numbers.

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


def _unpacked(numbers: tuple[Any, ...]) -> Any:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    return numbers[0] if len(numbers) == 1 and isinstance(numbers[0], list | tuple) else numbers


def _answer_other_words() -> None:
    """What is a function here and a method elsewhere, and what has another name here."""
    advice = {
        name: f"write autograd_core.{room}{name}(x, ...)"
        for room, functions in (("linalg.", linalg), ("", structure))
        for name in vars(functions)["__all__"]
    }
    for name, words in (advice | ATTRIBUTES).items():
        if not hasattr(ArrayMethods, name):
            setattr(ArrayMethods, name, Elsewhere(name, words))


_answer_other_words()
