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

OF_SIGNALS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((2, 3, 7), (4, 3, 3), {}),
    "stride, padding, dilation": ((2, 2, 9), (3, 2, 3), {"stride": 2, "padding": 2, "dilation": 2}),
    "same, even kernel": ((2, 2, 6), (3, 2, 4), {"padding": "same"}),
    "groups": ((2, 4, 6), (6, 2, 2), {"groups": 2, "stride": (3,)}),
    "one signal": ((2, 6), (3, 2, 3), {"padding": (1,)}),
}

OF_VOLUMES: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((2, 2, 4, 3, 5), (3, 2, 2, 2, 3), {}),
    "stride, padding, dilation": (
        (1, 2, 5, 4, 6),
        (2, 2, 2, 3, 2),
        {"stride": (2, 1, 3), "padding": (1, 2, 0), "dilation": (2, 1, 2)},
    ),
    "same": ((1, 2, 3, 4, 2), (2, 2, 2, 3, 1), {"padding": "same"}),
    "groups": ((2, 4, 3, 3, 3), (2, 2, 2, 2, 2), {"groups": 2}),
    "one volume": ((2, 3, 3, 3), (3, 2, 3, 2, 1), {"padding": 1, "stride": 2}),
}

CASES: dict[str, Case] = {"conv2d: no bias": called("conv2d", wave(2, 2, 4, 4), wave(3, 2, 3, 3))}
for function, grid in {"conv2d": CONVOLUTIONS, "conv1d": OF_SIGNALS, "conv3d": OF_VOLUMES}.items():
    for name, (image, kernel, options) in grid.items():
        operands = (wave(*image), wave(*kernel, phase=1.0), wave(kernel[0], phase=2.0))
        CASES[f"{function}: {name}"] = called(function, *operands, **options)

MARGINS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "zeros": ((2, 3, 4), {"pad": (1, 2)}),
    "a number": ((2, 3, 4), {"pad": (1, 0, 2, 1), "value": 1.5}),
    "cut off": ((2, 4, 5), {"pad": (-1, 2, 1, -2)}),
    "reflect, a signal": ((2, 3, 4), {"pad": (3, 2), "mode": "reflect"}),
    "reflect, an image": ((2, 2, 3, 4), {"pad": (1, 3, 2, 0), "mode": "reflect"}),
    "reflect, cut off": ((2, 3, 5), {"pad": (3, -2), "mode": "reflect"}),
    "replicate, cut off": ((2, 3, 5), {"pad": (-3, 4), "mode": "replicate"}),
    "circular, cut off": ((2, 3, 5), {"pad": (3, -2), "mode": "circular"}),
    "replicate, an image": ((2, 2, 3, 4), {"pad": (1, 5, 0, 4), "mode": "replicate"}),
    "replicate, a volume": ((1, 2, 2, 3, 2), {"pad": (1, 0, 2, 1, 3, 0), "mode": "replicate"}),
    "circular, an image": ((2, 2, 3, 4), {"pad": (4, 1, 0, 3), "mode": "circular"}),
    "circular, a volume": ((1, 2, 2, 3, 2), {"pad": (1, 2, 3, 0, 1, 2), "mode": "circular"}),
}
for name, (image, options) in MARGINS.items():
    CASES[f"pad: {name}"] = called("pad", wave(*image), **options)

LAYERS = {
    "Conv2d": ("Conv2d(2, 3, 3)", (2, 2, 5, 5)),
    "Conv2d, options": ("Conv2d(4, 2, (3, 2), stride=2, padding=1, dilation=2, groups=2)", (2, 4, 7, 7)),
    "Conv2d, same": ("Conv2d(1, 2, 3, padding='same', bias=False)", (1, 1, 4, 4)),
    "Conv2d, reflect": ("Conv2d(1, 2, (2, 3), padding=(1, 2), padding_mode='reflect')", (2, 1, 3, 4)),
    "Conv2d, replicate": ("Conv2d(1, 2, 3, 2, 2, padding_mode='replicate')", (2, 1, 3, 4)),
    "Conv2d, circular": ("Conv2d(1, 2, 3, 1, 1, 1, 1, True, 'circular')", (2, 1, 3, 4)),
    "Conv2d, circular, same": (
        "Conv2d(1, 2, (2, 3), padding='same', padding_mode='circular')", (1, 1, 3, 4),
    ),
    "Conv1d": ("Conv1d(2, 3, 3, stride=2, padding=1)", (2, 2, 6)),
    "Conv1d of one signal": ("Conv1d(2, 3, (2,), padding_mode='reflect', padding=2)", (2, 5)),
    "Conv3d": ("Conv3d(2, 2, (1, 2, 3), padding=1, stride=2, groups=2)", (2, 2, 2, 3, 3)),
    "Conv3d, replicate": ("Conv3d(1, 1, 2, padding=1, padding_mode='replicate')", (1, 1, 2, 2, 2)),
}  # fmt: skip
