"""Many cotangents, or many tangents, carried through the graph at once: the rows of a Jacobian.

The rules of calculus are written against a namespace of functions. Here is one more namespace, whose
arrays have a hidden first axis, the row, and whose functions leave that axis alone. A rule that does
something it has no function for is applied row by row instead, so that every rule works.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..dtypes import StandIn
from ..primitive import (
    Application,
    Elementwise,
    Namespace,
    Primitive,
    arrays,
    nodes,
)

__all__ = ["Rows", "rows"]

Array = np.ndarray[Any, np.dtype[Any]]


class NotTogetherError(Exception):
    """A rule asks for something that cannot be done to all rows at once."""


class Rows:
    """Several arrays of one shape, which a rule takes for one array of that shape.

    >>> several = Rows(np.zeros((10, 2, 3)))
    >>> several.shape, (several * np.ones(3)).shape
    ((2, 3), (2, 3))
    """

    __slots__ = ("stacked",)

    stacked: Array

    def __init__(self, stacked: Array) -> None:
        self.stacked = stacked

    @property
    def shape(self) -> tuple[int, ...]:
        _, *shape = self.stacked.shape
        return tuple(shape)

    @property
    def ndim(self) -> int:
        return self.stacked.ndim - 1

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.stacked.dtype

    @property
    def mT(self) -> Rows:
        return Rows(self.stacked.mT)

    def __getattr__(self, name: str) -> Any:
        raise NotTogetherError(name)

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise NotTogetherError("__array__")

    def __array_function__(self, function: Any, *_: Any) -> Any:
        raise NotTogetherError(function.__name__)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **how: Any) -> Rows:
        if method != "__call__" or how or ufunc.signature is not None:
            raise NotTogetherError(ufunc.__name__)
        return _elementwise(ufunc, *operands)

    def __getitem__(self, index: Any) -> Any:
        raise NotTogetherError("indexing")

    def __add__(self, other: Any) -> Any:
        return _elementwise(np.add, self, other)

    def __sub__(self, other: Any) -> Any:
        return _elementwise(np.subtract, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _elementwise(np.subtract, other, self)

    def __mul__(self, other: Any) -> Any:
        return _elementwise(np.multiply, self, other)

    def __truediv__(self, other: Any) -> Any:
        return _elementwise(np.divide, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _elementwise(np.divide, other, self)

    def __neg__(self) -> Any:
        return Rows(-self.stacked)

    __radd__, __rmul__ = __add__, __mul__


def _aligned(x: Rows, ndim: int) -> Array:
    """The rows with axes of length 1 inserted behind the row's, as broadcasting would do in front."""
    missing = ndim - x.ndim
    return x.stacked.reshape(len(x.stacked), *(1,) * missing, *x.shape) if missing > 0 else x.stacked


def _elementwise(function: Callable[..., Array], *operands: Any) -> Rows:
    ndim = max(np.ndim(x) if not isinstance(x, Rows) else x.ndim for x in operands)
    return Rows(function(*(_aligned(x, ndim) if isinstance(x, Rows) else x for x in operands)))


def _matmul(a: Any, b: Any) -> Rows:
    left, right = a, b
    if isinstance(a, Rows):
        left = a.stacked[:, None] if a.ndim == 1 else _aligned(a, max(a.ndim, b.ndim))
    if isinstance(b, Rows):
        right = b.stacked[..., None] if b.ndim == 1 else _aligned(b, max(b.ndim, a.ndim))
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Rows) and one.ndim == 1 and other.ndim > 2:
            raise NotTogetherError("matmul of a vector and a batch of matrices")
    product = np.matmul(left, right)
    if isinstance(a, Rows) and a.ndim == 1:
        product = product[:, 0]
    if isinstance(b, Rows) and b.ndim == 1:
        product = product[..., 0]
    return Rows(product)


def _behind(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis + 1 for axis in axes)


def _reduction(name: str) -> Callable[..., Rows]:
    def reduced(x: Rows, *, axis: tuple[int, ...], keepdims: bool) -> Rows:
        return Rows(getattr(_functions_of(x), name)(x.stacked, axis=_behind(axis), keepdims=keepdims))

    return reduced


def _windows(name: str) -> Callable[..., Rows]:
    def applied(x: Rows, *, axes: tuple[int, ...], **how: Any) -> Rows:
        if "shape" in how:
            how["shape"] = (len(x.stacked), *how["shape"])
        return Rows(getattr(_functions_of(x), name)(x.stacked, axes=_behind(axes), **how))

    return applied


def _behind_the_row(index: Any) -> tuple[Any, ...]:
    parts = index if isinstance(index, tuple) else (index,)
    if not all(part is None or part is Ellipsis or isinstance(part, int | slice) for part in parts):
        raise NotTogetherError("indexing by arrays")
    return (slice(None), *parts)


def _functions_of(*operands: Any) -> Namespace:
    """What computes with these: the functions of arrays, or, while a program is recorded, those that write
    down what they do.
    """
    held = (x.stacked if isinstance(x, Rows) else x for x in operands)
    found: Namespace = next((x.namespace for x in held if isinstance(x, StandIn)), arrays)
    return found


def _put(x: Rows, *, index: Any, shape: tuple[int, ...]) -> Rows:
    put = _functions_of(x).put
    return Rows(put(x.stacked, index=_behind_the_row(index), shape=(len(x.stacked), *shape)))


_TOGETHER: dict[str, Callable[..., Rows]] = {
    "sum": _reduction("sum"),
    "mean": _reduction("mean"),
    "reshape": lambda x, *, shape: Rows(x.stacked.reshape(len(x.stacked), *shape)),
    "transpose": lambda x, *, axes: Rows(x.stacked.transpose(0, *_behind(axes))),
    "broadcast_to": lambda x, *, shape: Rows(
        np.broadcast_to(_aligned(x, len(shape)), (len(x.stacked), *shape))
    ),
    "astype": lambda x, *, dtype: Rows(x.stacked.astype(dtype)),
    "matmul": _matmul,
    "getitem": lambda x, *, index: Rows(x.stacked[_behind_the_row(index)]),
    "put": _put,
    "sliding_windows": _windows("sliding_windows"),
    "fold_windows": _windows("fold_windows"),
}


class _ManyRows(Namespace):
    """The functions of ``arrays``, for rows of arrays; what needs no rows stays an array."""

    def __getattr__(self, function: str) -> Any:
        together = _TOGETHER.get(function)
        elementwise = together is None and isinstance(getattr(nodes, function, None), Elementwise)
        getattr(arrays, function)  # which says it if there is none

        def applied(*operands: Any, **parameters: Any) -> Any:
            alone = getattr(_functions_of(*operands), function)
            if not any(isinstance(x, Rows) for x in operands):
                return alone(*operands, **parameters)
            if elementwise:
                return _elementwise(alone, *operands)
            if together is None:
                raise NotTogetherError(function)
            return together(*operands, **parameters)

        self.__dict__[function] = applied
        return applied

    def shares_of(self, primitive: Primitive) -> Callable[..., Any]:
        """The shares of a cotangent of many rows through ``primitive``."""

        def shares(
            m: Namespace, cotangent: Rows, application: Application, wanted: Sequence[bool]
        ) -> Sequence[Any]:
            try:
                return primitive.shares(m, cotangent, application, wanted)
            except NotTogetherError:
                if not len(cotangent.stacked):
                    return [Rows(np.zeros((0, *np.shape(x)), cotangent.dtype)) for x in application.values]
                m = _functions_of(cotangent, application._raw, *application.values)
                alone = m.shares_of(primitive)
                each = [alone(m, row, application, wanted) for row in cotangent.stacked]
                return [
                    None if share[0] is None or not asked else Rows(np.stack(share))
                    for share, asked in zip(zip(*each, strict=True), wanted, strict=True)
                ]

        return shares

    def pushforward_of(self, primitive: Primitive) -> Callable[..., Any]:
        """The pushforward of ``primitive`` for tangents of many rows."""

        def pushforward(m: Namespace, tangents: Any, application: Application) -> Any:
            try:
                return primitive.pushforward(m, tangents, application)
            except NotTogetherError:
                count = next(len(t.stacked) for t in tangents if t is not None)
                m = _functions_of(*tangents, application._raw, *application.values)
                if not count:
                    return Rows(np.zeros((0, *np.shape(application._raw))))
                each = []
                for row in range(count):
                    moves = [None if t is None else t.stacked[row] for t in tangents]
                    each.append(primitive.pushforward(m, moves, application))
                return None if each[0] is None else Rows(np.stack(each))

        return pushforward


rows = _ManyRows("rows of arrays")
