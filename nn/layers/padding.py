"""Layers that put a margin around signals, images and volumes."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, ClassVar

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .. import functional
from ..functional.layouts import FORMATS, check_axes
from ..functional.operands import as_tensor
from .windowed import WithAxes

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Margin(WithAxes):
    """A margin on each side of the last ``axes`` axes of (N, C, *size), or (C, *size)."""

    mode: ClassVar[str]
    value: float | None = None

    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__()
        parts = tuple(padding) if isinstance(padding, Sequence) else (padding,) * (2 * self.axes)
        try:
            self.padding = tuple(operator.index(part) for part in parts)
        except TypeError:
            self.padding = ()
        if len(self.padding) != 2 * self.axes:
            raise ShapeError(
                f"{type(self).__name__}: `padding` (={padding!r}) has to be a whole number, or "
                f"{2 * self.axes} of them, before and after each axis, the last one first"
            )

    def forward(self, input: Any) -> Tensor:
        x = as_tensor(input, "pad")
        check_axes(x.shape, FORMATS[self.axes][0], "pad()")
        return functional.pad(x, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return repr(self.padding)


class _Constant(_Margin):
    mode = "constant"

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _Zero(_Margin):
    mode = "constant"


class _Reflection(_Margin):
    mode = "reflect"


class _Replication(_Margin):
    mode = "replicate"


class _Circular(_Margin):
    mode = "circular"


class ZeroPad1d(_Zero, axes=1):
    """Zeros (left, right), or as many on both sides; options and errors: :func:`nn.functional.pad`.

    >>> ZeroPad1d((1, 0))([[1.0, 2.0]])
    Tensor([[0., 1., 2.]])
    """


class ZeroPad2d(_Zero, axes=2):
    """Zeros (left, right, top, bottom), or as many on all sides; see :func:`nn.functional.pad`.

    >>> ZeroPad2d((0, 1, 1, 0))([[[1.0, 2.0]]]).tolist()
    [[[0.0, 0.0, 0.0], [1.0, 2.0, 0.0]]]
    """


class ZeroPad3d(_Zero, axes=3):
    """Zeros (left, right, top, bottom, front, back), or as many on all sides; see :func:`nn.functional.pad`.

    >>> ZeroPad3d((1, 0, 0, 0, 0, 0))([[[[1.0]]]])
    Tensor([[[[0., 1.]]]])
    """


class ConstantPad1d(_Constant, axes=1):
    """One number (left, right), or as often on both sides; options and errors: :func:`nn.functional.pad`.

    >>> ConstantPad1d(1, 5.0)([[1.0, 2.0]])
    Tensor([[5., 1., 2., 5.]])
    """


class ConstantPad2d(_Constant, axes=2):
    """One number (left, right, top, bottom), or as often on all sides; see :func:`nn.functional.pad`.

    >>> ConstantPad2d((0, 1, 1, 0), 5.0)([[[1.0, 2.0]]]).tolist()
    [[[5.0, 5.0, 5.0], [1.0, 2.0, 5.0]]]
    """


class ConstantPad3d(_Constant, axes=3):
    """One number (left, right, top, bottom, front, back), or as often on all sides.

    See :func:`nn.functional.pad`.

    >>> ConstantPad3d((1, 0, 0, 0, 0, 0), 5.0)([[[[1.0]]]])
    Tensor([[[[5., 1.]]]])
    """


class ReflectionPad1d(_Reflection, axes=1):
    """A signal mirrored at its ends; options and errors: :func:`nn.functional.pad`.

    >>> ReflectionPad1d(2)([[1.0, 2.0, 3.0]])
    Tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """


class ReflectionPad2d(_Reflection, axes=2):
    """An image mirrored at its edges; options and errors: :func:`nn.functional.pad`.

    >>> ReflectionPad2d((1, 1, 0, 0))([[[1.0, 2.0, 3.0]]])
    Tensor([[[2., 1., 2., 3., 2.]]])
    """


class ReflectionPad3d(_Reflection, axes=3):
    """A volume mirrored at its faces; options and errors: :func:`nn.functional.pad`.

    >>> ReflectionPad3d((1, 0, 0, 0, 0, 0))([[[[1.0, 2.0]]]])
    Tensor([[[[2., 1., 2.]]]])
    """


class ReplicationPad1d(_Replication, axes=1):
    """A signal whose ends are repeated; options and errors: :func:`nn.functional.pad`.

    >>> ReplicationPad1d(2)([[1.0, 2.0, 3.0]])
    Tensor([[1., 1., 1., 2., 3., 3., 3.]])
    """


class ReplicationPad2d(_Replication, axes=2):
    """An image whose edges are repeated; options and errors: :func:`nn.functional.pad`.

    >>> ReplicationPad2d((1, 1, 0, 0))([[[1.0, 2.0, 3.0]]])
    Tensor([[[1., 1., 2., 3., 3.]]])
    """


class ReplicationPad3d(_Replication, axes=3):
    """A volume whose faces are repeated; options and errors: :func:`nn.functional.pad`.

    >>> ReplicationPad3d((1, 0, 0, 0, 0, 0))([[[[1.0, 2.0]]]])
    Tensor([[[[1., 1., 2.]]]])
    """


class CircularPad1d(_Circular, axes=1):
    """A signal that goes on from its other end; options and errors: :func:`nn.functional.pad`.

    >>> CircularPad1d(1)([[1.0, 2.0, 3.0]])
    Tensor([[3., 1., 2., 3., 1.]])
    """


class CircularPad2d(_Circular, axes=2):
    """An image that goes on from its other edge; options and errors: :func:`nn.functional.pad`.

    >>> CircularPad2d((1, 1, 0, 0))([[[1.0, 2.0, 3.0]]])
    Tensor([[[3., 1., 2., 3., 1.]]])
    """


class CircularPad3d(_Circular, axes=3):
    """A volume that goes on from its other face; options and errors: :func:`nn.functional.pad`.

    >>> CircularPad3d((1, 0, 0, 0, 0, 0))([[[[1.0, 2.0]]]])
    Tensor([[[[2., 1., 2.]]]])
    """
