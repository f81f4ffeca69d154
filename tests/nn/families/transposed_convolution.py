"""Transposed convolutions and their options."""

from __future__ import annotations

from typing import Any

from tests.nn.operands import Case, called, wave

TRANSPOSED: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "1d": ((2, 3, 4), (3, 2, 3), {}),
    "1d, stride": ((2, 3, 4), (3, 2, 2), {"stride": 3, "output_padding": 2}),
    "1d, one signal": ((3, 4), (3, 2, 3), {"padding": 1, "dilation": 2}),
    "1d, reaching further than a stride": (
        (1, 2, 3), (2, 2, 3), {"dilation": 4, "stride": 2, "output_padding": 3, "padding": 2},
    ),
    "2d": ((2, 3, 4, 3), (3, 4, 3, 2), {}),
    "2d, stride": ((2, 2, 4, 3), (2, 3, 3, 3), {"stride": 2}),
    "2d, padding": ((2, 2, 4, 3), (2, 3, 3, 3), {"padding": (1, 2), "stride": (1, 3)}),
    "2d, output padding": ((2, 2, 4, 3), (2, 3, 3, 3), {"padding": 1, "stride": 2, "output_padding": 1}),
    "2d, dilation": ((2, 2, 4, 3), (2, 3, 3, 2), {"dilation": (2, 3), "padding": 1}),
    "2d, gaps between windows": ((1, 2, 3, 3), (2, 2, 1, 2), {"stride": 3, "output_padding": (2, 1)}),
    "2d, groups": ((2, 4, 3, 3), (4, 3, 2, 2), {"groups": 2, "stride": 2}),
    "2d, depthwise": ((2, 3, 3, 4), (3, 1, 3, 3), {"groups": 3, "padding": 1}),
    "2d, depthwise, several": ((2, 3, 3, 4), (3, 2, 2, 3), {"groups": 3, "stride": 2}),
    "2d, one image": ((2, 3, 4), (2, 3, 2, 2), {"stride": 2, "padding": 1}),
    "3d": ((1, 2, 2, 3, 2), (2, 3, 2, 1, 3), {"stride": (1, 2, 2), "padding": (0, 0, 1)}),
}  # fmt: skip

CASES: dict[str, Case] = {
    "conv_transpose2d: no bias": called("conv_transpose2d", wave(1, 2, 3, 3), wave(2, 1, 2, 2))
}
for name, (image, kernel, options) in TRANSPOSED.items():
    out_channels = kernel[1] * options.get("groups", 1)
    operands = (wave(*image), wave(*kernel, phase=1.0), wave(out_channels, phase=2.0))
    CASES[f"conv_transpose{name}"] = called(f"conv_transpose{name[:2]}", *operands, **options)

LAYERS = {
    "ConvTranspose1d": ("ConvTranspose1d(2, 3, 3, stride=2, padding=1)", (2, 2, 3)),
    "ConvTranspose2d": ("ConvTranspose2d(2, 3, (2, 3))", (1, 2, 3, 2)),
    "ConvTranspose2d, options": ("ConvTranspose2d(4, 2, 3, 2, 1, 1, 2, True, 2)", (1, 4, 2, 3)),
    "ConvTranspose2d, gaps": ("ConvTranspose2d(1, 2, 1, 2, bias=False)", (2, 1, 2, 2)),
    "ConvTranspose2d, depthwise": ("ConvTranspose2d(2, 2, 2, groups=2)", (2, 2, 2, 2)),
    "ConvTranspose3d": ("ConvTranspose3d(2, 1, (1, 2, 2), stride=(1, 2, 2))", (1, 2, 2, 1, 2)),
}
