"""Layers of signals, images and volumes: their layout, and their windows."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd_core.geometry import Windows

from ..errors import ModuleError
from ..functional.layouts import FORMATS
from ..module import Module

__all__ = ["Windowed", "WithAxes", "shown"]


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

    Attributes:
        shown: the options that are printed.

    Raises:
        ModuleError: if a kernel is assigned that the weights do not have.
    """

    shown: ClassVar[tuple[str, ...]]
    windows: Windows
    data_format: str
    _options: tuple[str, ...] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__()
        vars(self).update(self.arranged(**options))
        self._options = tuple(options)

    def arranged(self, **options: Any) -> dict[str, Any]:
        """The options as they are kept, with the windows that follow from them."""
        raise NotImplementedError

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._options:
            super().__setattr__(name, value)
            return
        options = {option: vars(self)[option] for option in self._options}
        made = self.arranged(**options | {name: value})
        weight = vars(self).get("weight")
        if name == "kernel_size" and weight is not None and weight.shape[2:] != made["windows"].kernel:
            raise ModuleError(
                f"{type(self).__name__}: `kernel_size` (={value!r}) is not that of the weight of shape "
                f"{weight.shape}: assign a weight of the new kernel first, layer.weight = nn.Parameter(...), "
                "or make another layer"
            )
        vars(self).update(made)

    def extra_repr(self) -> str:
        return shown(self, self.shown)


def shown(layer: Any, names: tuple[str, ...]) -> str:
    """The options of a layer as they are printed, the layout where it is not the usual one."""
    last = ["data_format"] * (layer.data_format != FORMATS[layer.axes][0])
    return ", ".join(f"{name}={getattr(layer, name)!r}" for name in (*names, *last))
