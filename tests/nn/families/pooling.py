"""Pooling and its options."""

from __future__ import annotations

from typing import Any

from tests.nn.operands import Case, called, coarse, wave

POOLINGS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "2": ((2, 3, 6, 4), {"kernel_size": 2}),
    "odd remainder": ((2, 3, 7, 5), {"kernel_size": 2}),
    "pair": ((2, 2, 6, 7), {"kernel_size": (3, 2)}),
    "overlapping": ((2, 2, 7, 7), {"kernel_size": 3, "stride": 2}),
    "stride pair": ((2, 2, 7, 7), {"kernel_size": 3, "stride": (1, 2)}),
    "padding": ((2, 2, 6, 6), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "padding pair": ((2, 2, 6, 6), {"kernel_size": (2, 4), "padding": (1, 2)}),
    "one image": ((3, 6, 6), {"kernel_size": 2}),
}


CASES: dict[str, Case] = {
    "max_pool2d: dilation": called("max_pool2d", wave(2, 2, 6, 6), kernel_size=2, stride=1, dilation=(2, 3)),
    "avg_pool2d: margin not counted": called(
        "avg_pool2d", wave(2, 2, 6, 6), kernel_size=3, stride=2, padding=1, count_include_pad=False
    ),
}
for name, (image, options) in POOLINGS.items():
    CASES[f"max_pool2d: {name}"] = called("max_pool2d", wave(*image), **options)
    CASES[f"max_pool2d: {name}, ties"] = called("max_pool2d", coarse(*image), **options)
    CASES[f"avg_pool2d: {name}"] = called("avg_pool2d", wave(*image), **options)

LAYERS = {
    "MaxPool2d": ("MaxPool2d(3, stride=2, padding=1)", (2, 2, 6, 6)),
    "AvgPool2d": ("AvgPool2d(2)", (2, 2, 5, 4)),
}
