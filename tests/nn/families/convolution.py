"""Convolutions and their options."""

from __future__ import annotations

from typing import Any

from tests.nn.operands import Case, called, wave

CONVOLUTIONS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((2, 3, 6, 5), (4, 3, 3, 2), {}),
    "stride": ((2, 2, 7, 6), (3, 2, 3, 3), {"stride": 2}),
    "stride pair": ((2, 2, 7, 6), (3, 2, 3, 2), {"stride": (2, 1)}),
    "padding": ((2, 2, 5, 5), (3, 2, 3, 3), {"padding": 1}),
    "padding pair": ((2, 2, 5, 5), (3, 2, 3, 3), {"padding": (0, 2)}),
    "same": ((2, 2, 5, 6), (3, 2, 3, 3), {"padding": "same"}),
    "same, even kernel": ((2, 2, 5, 6), (3, 2, 2, 4), {"padding": "same"}),
    "valid": ((2, 2, 5, 5), (3, 2, 2, 2), {"padding": "valid"}),
    "dilation": ((2, 2, 7, 7), (3, 2, 3, 2), {"dilation": 2}),
    "dilation pair, same": ((2, 2, 7, 7), (3, 2, 3, 3), {"dilation": (2, 3), "padding": "same"}),
    "groups": ((2, 4, 5, 5), (6, 2, 3, 3), {"groups": 2}),
    "depthwise": ((2, 3, 5, 5), (6, 1, 3, 3), {"groups": 3, "padding": 1}),
    "everything": (
        (2, 4, 9, 8), (4, 2, 3, 2), {"stride": (2, 3), "padding": (2, 1), "dilation": (1, 2), "groups": 2},
    ),
    "one image": ((2, 5, 5), (3, 2, 3, 3), {"padding": 1}),
    "one image, groups": ((2, 5, 5), (4, 1, 3, 3), {"groups": 2}),
    "kernel as large as the image": ((2, 3, 4, 5), (2, 3, 4, 5), {}),
    "1x1": ((2, 3, 4, 4), (5, 3, 1, 1), {}),
}  # fmt: skip


CASES: dict[str, Case] = {"conv2d: no bias": called("conv2d", wave(2, 2, 4, 4), wave(3, 2, 3, 3))}
for name, (image, kernel, options) in CONVOLUTIONS.items():
    operands = (wave(*image), wave(*kernel, phase=1.0), wave(kernel[0], phase=2.0))
    CASES[f"conv2d: {name}"] = called("conv2d", *operands, **options)

LAYERS = {
    "Conv2d": ("Conv2d(2, 3, 3)", (2, 2, 5, 5)),
    "Conv2d, options": ("Conv2d(4, 2, (3, 2), stride=2, padding=1, dilation=2, groups=2)", (2, 4, 7, 7)),
    "Conv2d, same": ("Conv2d(1, 2, 3, padding='same', bias=False)", (1, 1, 4, 4)),
}
