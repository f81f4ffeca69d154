"""Layers that make signals, images and volumes larger or smaller without weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_core import Tensor

from .. import functional
from ..functional.resizing import check_interpolation
from ..module import Module

__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]


class Upsample(Module):
    """Another size by interpolation; options and errors are those of :func:`nn.functional.interpolate`.

    >>> Upsample(scale_factor=2, mode="nearest")
    Upsample(scale_factor=2.0, mode='nearest')
    >>> Upsample(scale_factor=2)([[[1.0, 2.0]]])
    Tensor([[[1., 1., 2., 2.]]])
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
        *,
        data_format: str | None = None,
    ) -> None:
        super().__init__()
        check_interpolation(size, scale_factor, mode, align_corners, recompute_scale_factor)
        self.size = size
        self.scale_factor: float | tuple[float, ...] | None = None
        if scale_factor is not None:
            several = isinstance(scale_factor, Sequence)
            self.scale_factor = tuple(map(float, scale_factor)) if several else float(scale_factor)  # type: ignore[arg-type]
        self.mode, self.align_corners = mode, align_corners
        self.recompute_scale_factor = recompute_scale_factor
        self.data_format = data_format

    def forward(self, input: Any) -> Tensor:
        return functional.interpolate(
            input,
            self.size,
            self.scale_factor,
            self.mode,
            self.align_corners,
            self.recompute_scale_factor,
            data_format=self.data_format,
        )

    def extra_repr(self) -> str:
        target = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        layout = f", data_format={self.data_format!r}" if self.data_format else ""
        return f"{target}, mode={self.mode!r}{layout}"


class UpsamplingNearest2d(Upsample):
    """Images made larger by repeating pixels; options and errors: :func:`nn.functional.interpolate`.

    >>> UpsamplingNearest2d(scale_factor=2)([[[[1.0]]]]).tolist()
    [[[[1.0, 1.0], [1.0, 1.0]]]]
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        *,
        data_format: str | None = None,
    ) -> None:
        super().__init__(size, scale_factor, mode="nearest", data_format=data_format)


class UpsamplingBilinear2d(Upsample):
    """Images made larger bilinearly, the corner pixels staying in the corners.

    See :func:`nn.functional.interpolate`.

    >>> UpsamplingBilinear2d(size=(1, 3))([[[[1.0, 3.0]]]])
    Tensor([[[[1., 2., 3.]]]])
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        *,
        data_format: str | None = None,
    ) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True, data_format=data_format)
