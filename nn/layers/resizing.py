"""Layers that make signals, images and volumes larger or smaller without weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from .. import functional
from ..functional.resizing import check_interpolation
from .applied import Applied

__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]


class Upsample(Applied, function=functional.interpolate):
    """
    >>> Upsample(scale_factor=2, mode="nearest")
    Upsample(scale_factor=2.0, mode='nearest')
    >>> Upsample(scale_factor=2)([[[1.0, 2.0]]])
    Tensor([[[1., 1., 2., 2.]]])
    """

    size: int | Sequence[int] | None = None
    scale_factor: float | Sequence[float] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None
    recompute_scale_factor: bool | None = None
    data_format: str | None = field(default=None, kw_only=True)

    def __post_init__(self, inplace: bool = False) -> None:
        factor = self.scale_factor
        check_interpolation(self.size, factor, self.mode, self.align_corners, self.recompute_scale_factor)
        if factor is not None:
            self.scale_factor = tuple(map(float, factor)) if isinstance(factor, Sequence) else float(factor)

    def extra_repr(self) -> str:
        target = f"scale_factor={self.scale_factor}" if self.size is None else f"size={self.size}"
        layout = f", data_format={self.data_format!r}" if self.data_format else ""
        return f"{target}, mode={self.mode!r}{layout}"


class UpsamplingNearest2d(Upsample):
    """Images made larger by repeating pixels; options and errors: :func:`nn.functional.interpolate`.

    >>> UpsamplingNearest2d(scale_factor=2)([[[[1.0]]]]).tolist()
    [[[[1.0, 1.0], [1.0, 1.0]]]]
    """

    mode: str = field(default="nearest", init=False)
    align_corners: bool | None = field(default=None, init=False)
    recompute_scale_factor: bool | None = field(default=None, init=False)


class UpsamplingBilinear2d(Upsample):
    """Images made larger bilinearly, the corner pixels staying in the corners.

    See :func:`nn.functional.interpolate`.

    >>> UpsamplingBilinear2d(size=(1, 3))([[[[1.0, 3.0]]]])
    Tensor([[[[1., 2., 3.]]]])
    """

    mode: str = field(default="bilinear", init=False)
    align_corners: bool | None = field(default=True, init=False)
    recompute_scale_factor: bool | None = field(default=None, init=False)
