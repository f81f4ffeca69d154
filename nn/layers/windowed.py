"""Layers of signals, images and volumes: their layout, and their windows."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd_core.geometry import Windows

from ..errors import ModuleError
from ..functional.layouts import FORMATS, checked_format
from ..module import Module

__all__ = ["Windowed", "WithAxes", "shown"]

_FIXED = {"windows", "kernel_size", "stride", "padding", "dilation", "data_format"}


class WithAxes(Module):
    """A layer for signals, images or volumes: ``class Conv2d(..., axes=2)``.

    Attributes:
        axes: how many axes of size its input has.
    """

    axes: ClassVar[int]

    def __init_subclass__(cls, axes: int | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if axes is not None:
            cls.axes = axes


class Windowed(WithAxes):
    """A layer with windows. They are made and checked once, when the layer is, and cannot be changed.

    Attributes:
        shown: the options that are printed.

    Raises:
        ModuleError: if they are changed afterwards.
    """

    shown: ClassVar[tuple[str, ...]]
    windows: Windows
    data_format: str

    def __init__(self, windows: Windows, data_format: str | None, **options: Any) -> None:
        super().__init__()
        self.data_format = checked_format(data_format, self.axes)
        for name, value in options.items():
            setattr(self, name, value)
        self.windows = windows

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _FIXED and "windows" in self.__dict__:
            raise ModuleError(
                f"{type(self).__name__}: `{name}` has been checked and cannot be changed: make another layer"
            )
        super().__setattr__(name, value)

    def extra_repr(self) -> str:
        return shown(self, self.shown)


def shown(layer: Any, names: tuple[str, ...]) -> str:
    """The options of a layer as they are printed, the layout where it is not the usual one."""
    last = ["data_format"] * (layer.data_format != FORMATS[layer.axes][0])
    return ", ".join(f"{name}={getattr(layer, name)!r}" for name in (*names, *last))
