"""Layers that put a margin around signals, images and volumes."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Sequence
from typing import Any, ClassVar

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import NAMES

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


_SIDES = {1: "left, right", 2: "left, right, top, bottom", 3: "left, right, top, bottom, front, back"}
_PADDING = """Args:
    padding: how much on all sides, or ({sides}); a negative number cuts off.

The layer of :func:`nn.functional.pad`: what it raises stands there."""


class _Margin(WithAxes):
    """A margin on each side of the last ``axes`` axes of (N, C, *size), or (C, *size)."""

    mode: ClassVar[str] = "constant"
    value: float | None = None

    def __init_subclass__(cls, axes: int | None = None) -> None:
        super().__init_subclass__(axes=axes)
        if axes is not None:  # what the base says holds for one, two and three axes
            whole = f"{cls.__base__.__doc__}\n\n{_PADDING}".format(
                things=f"{NAMES[axes]}s", sides=_SIDES[axes]
            )
            cls.__doc__ = f"{whole}\n\n{inspect.cleandoc(cls.__doc__ or '')}"

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
    """One number, the ``value``, around {things}."""

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _Zero(_Margin):
    """Zeros around {things}."""


class _Reflection(_Margin):
    """A margin that mirrors {things} at their ends."""

    mode = "reflect"


class _Replication(_Margin):
    """A margin that repeats the ends of {things}."""

    mode = "replicate"


class _Circular(_Margin):
    """A margin in which {things} go on from their other end."""

    mode = "circular"


class ZeroPad1d(_Zero, axes=1):
    """
    >>> ZeroPad1d((1, 0))([[1.0, 2.0]])
    Tensor([[0., 1., 2.]])
    """


class ZeroPad2d(_Zero, axes=2):
    """
    >>> ZeroPad2d((0, 1, 1, 0))([[[1.0, 2.0]]]).tolist()
    [[[0.0, 0.0, 0.0], [1.0, 2.0, 0.0]]]
    """


class ZeroPad3d(_Zero, axes=3):
    """
    >>> ZeroPad3d((1, 0, 0, 0, 0, 0))([[[[1.0]]]])
    Tensor([[[[0., 1.]]]])
    """


class ConstantPad1d(_Constant, axes=1):
    """
    >>> ConstantPad1d(1, 5.0)([[1.0, 2.0]])
    Tensor([[5., 1., 2., 5.]])
    """


class ConstantPad2d(_Constant, axes=2):
    """
    >>> ConstantPad2d((0, 1, 1, 0), 5.0)([[[1.0, 2.0]]]).tolist()
    [[[5.0, 5.0, 5.0], [1.0, 2.0, 5.0]]]
    """


class ConstantPad3d(_Constant, axes=3):
    """
    >>> ConstantPad3d((1, 0, 0, 0, 0, 0), 5.0)([[[[1.0]]]])
    Tensor([[[[5., 1.]]]])
    """


class ReflectionPad1d(_Reflection, axes=1):
    """
    >>> ReflectionPad1d(2)([[1.0, 2.0, 3.0]])
    Tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """


class ReflectionPad2d(_Reflection, axes=2):
    """
    >>> ReflectionPad2d((1, 1, 0, 0))([[[1.0, 2.0, 3.0]]])
    Tensor([[[2., 1., 2., 3., 2.]]])
    """


class ReflectionPad3d(_Reflection, axes=3):
    """
    >>> ReflectionPad3d((1, 0, 0, 0, 0, 0))([[[[1.0, 2.0]]]])
    Tensor([[[[2., 1., 2.]]]])
    """


class ReplicationPad1d(_Replication, axes=1):
    """
    >>> ReplicationPad1d(2)([[1.0, 2.0, 3.0]])
    Tensor([[1., 1., 1., 2., 3., 3., 3.]])
    """


class ReplicationPad2d(_Replication, axes=2):
    """
    >>> ReplicationPad2d((1, 1, 0, 0))([[[1.0, 2.0, 3.0]]])
    Tensor([[[1., 1., 2., 3., 3.]]])
    """


class ReplicationPad3d(_Replication, axes=3):
    """
    >>> ReplicationPad3d((1, 0, 0, 0, 0, 0))([[[[1.0, 2.0]]]])
    Tensor([[[[1., 1., 2.]]]])
    """


class CircularPad1d(_Circular, axes=1):
    """
    >>> CircularPad1d(1)([[1.0, 2.0, 3.0]])
    Tensor([[3., 1., 2., 3., 1.]])
    """


class CircularPad2d(_Circular, axes=2):
    """
    >>> CircularPad2d((1, 1, 0, 0))([[[1.0, 2.0, 3.0]]])
    Tensor([[[3., 1., 2., 3., 1.]]])
    """


class CircularPad3d(_Circular, axes=3):
    """
    >>> CircularPad3d((1, 0, 0, 0, 0, 0))([[[[1.0, 2.0]]]])
    Tensor([[[[2., 1., 2.]]]])
    """
