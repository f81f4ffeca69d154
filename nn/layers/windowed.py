"""Layers of signals, images and volumes: their layout, and their windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from autograd_core.geometry import Windows

from ..errors import ModuleError
from ..functional.layouts import FORMATS, checked_format
from ..module import Module
from .applied import Applied

__all__ = ["Pooling", "Windowed", "WithAxes", "in_numbers"]

_GEOMETRY = ("kernel_size", "stride", "padding", "dilation")


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
    """A layer with windows. They are made of its options, and checked, when the layer is made and again when
    an option is assigned (``layer.stride = 1``); what is refused changes nothing.

    Raises:
        ModuleError: if a kernel is assigned that the weights do not have.
    """

    _make_windows: ClassVar[Callable[..., Windows]] = Windows.of
    _arranged: tuple[str, ...] = ()
    _layout: str
    windows: Windows

    def _arrange(self, **options: Any) -> None:
        vars(self).update(self.arranged(**options))
        self._arranged = tuple(options)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options as they are kept, with the windows and the layout that follow from them."""
        geometry = {name: options[name] for name in _GEOMETRY if name in options}
        layout = checked_format(options.get("data_format"), self.axes)
        windows = type(self)._make_windows(self.axes, **geometry)
        return options | {"data_format": layout, "_layout": layout, "windows": windows}

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._arranged:
            super().__setattr__(name, value)
            return
        options = {option: vars(self)[option] for option in self._arranged}
        made = self.arranged(**options | {name: value})
        weight = vars(self).get("weight")
        if name == "kernel_size" and weight is not None and weight.shape[2:] != made["windows"].kernel:
            raise ModuleError(
                f"{type(self).__name__}: `kernel_size` (={value!r}) is not that of the weight of shape "
                f"{weight.shape}: assign a weight of the new kernel first, layer.weight = nn.Parameter(...), "
                "or make another layer"
            )
        super().__setattr__(name, value)
        vars(self).update(made)


class Pooling(Windowed, Applied):
    """A layer without weights that looks through windows: its options are those of the function."""

    def __post_init__(self, inplace: bool = False) -> None:
        self._arrange(**{name: getattr(self, name) for name in self._options})

    def extra_repr(self) -> str:
        """The layout stands there only where it is not the usual one."""
        unusual = self._layout != FORMATS[self.axes][0]
        return super().extra_repr() + f", data_format={self._layout!r}" * unusual


def in_numbers(options: dict[str, Any]) -> dict[str, Any]:
    """The options with a number for each axis, as the windows have them."""
    kernel, stride, _, dilation = windows = options["windows"]
    numbers = zip(_GEOMETRY, (kernel, stride, windows.before, dilation), strict=True)
    return options | {name: value for name, value in numbers if name in options}
