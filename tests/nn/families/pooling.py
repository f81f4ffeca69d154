"""Pooling and its options."""

from __future__ import annotations

from typing import Any

import numpy as np

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

BOTH: dict[str, dict[str, tuple[tuple[int, ...], dict[str, Any]]]] = {
    "pool1d": {
        "2": ((2, 3, 7), {"kernel_size": 2}),
        "overlapping": ((2, 3, 8), {"kernel_size": 3, "stride": 2, "padding": 1}),
        "one signal": ((3, 6), {"kernel_size": (3,), "stride": (1,)}),
        "ceil": ((2, 2, 7), {"kernel_size": 3, "stride": 2, "ceil_mode": True}),
        "ceil, nothing starts outside": (
            (1, 2, 5),
            {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
        ),
        "ceil, larger than the signal": ((1, 2, 1), {"kernel_size": 2, "ceil_mode": True}),
    },
    "pool2d": {
        "ceil": ((2, 2, 7, 6), {"kernel_size": 2, "ceil_mode": True}),
        "ceil, padding": (
            (2, 2, 7, 6),
            {"kernel_size": (3, 4), "stride": 3, "padding": (1, 2), "ceil_mode": True},
        ),
        "ceil, wide stride": ((1, 2, 6, 5), {"kernel_size": 2, "stride": 4, "padding": 1, "ceil_mode": True}),
    },
    "pool3d": {
        "2": ((2, 2, 4, 5, 4), {"kernel_size": 2}),
        "padding": ((1, 2, 4, 3, 5), {"kernel_size": (3, 2, 3), "stride": (1, 2, 2), "padding": (1, 0, 1)}),
        "ceil": ((1, 2, 5, 3, 4), {"kernel_size": (2, 2, 3), "padding": (0, 1, 1), "ceil_mode": True}),
        "one volume": ((2, 3, 4, 4), {"kernel_size": (1, 2, 2)}),
    },
}
for pool, grid in BOTH.items():
    for name, (image, options) in grid.items():
        CASES[f"max_{pool}: {name}"] = called(f"max_{pool}", coarse(*image), **options)
        CASES[f"avg_{pool}: {name}"] = called(f"avg_{pool}", wave(*image), **options)
        CASES[f"avg_{pool}: {name}, margin not counted"] = called(
            f"avg_{pool}", wave(*image), **options, count_include_pad=False
        )
CASES |= {
    "max_pool1d: dilation, ceil": called(
        "max_pool1d", wave(2, 2, 9), kernel_size=3, stride=2, padding=1, dilation=2, ceil_mode=True
    ),
    "max_pool3d: dilation": called(
        "max_pool3d", wave(1, 2, 5, 4, 4), kernel_size=2, stride=1, dilation=(1, 2, 3)
    ),
    "avg_pool2d: divisor": called(
        "avg_pool2d", wave(2, 2, 5, 5), kernel_size=2, padding=1, ceil_mode=True, divisor_override=3
    ),
    "avg_pool3d: divisor": called("avg_pool3d", wave(1, 2, 4, 4, 4), kernel_size=2, divisor_override=-5),
}

POWERS: dict[str, tuple[str, np.ndarray, tuple[Any, ...], dict[str, Any]]] = {
    "lp_pool1d": ("lp_pool1d", wave(2, 3, 6), (2.0, 3), {}),
    "lp_pool2d": ("lp_pool2d", wave(2, 3, 6, 5), (2, (2, 3)), {"stride": (1, 2)}),
    "lp_pool2d: sum": ("lp_pool2d", wave(2, 2, 4, 4), (1, 2), {}),
    "lp_pool2d: cubes": ("lp_pool2d", np.abs(wave(2, 2, 4, 4)), (3.0, 2), {}),
    "lp_pool2d: ceil": ("lp_pool2d", wave(2, 2, 5, 6), (2, 2), {"stride": 3, "ceil_mode": True}),
    "lp_pool2d: windows of zeros": ("lp_pool2d", np.maximum(wave(1, 1, 4, 8), 1.2) - 1.2, (2, 2), {}),
    "lp_pool3d": ("lp_pool3d", wave(1, 2, 4, 4, 2), (2, 2), {}),
}
for name, (function, image, numbers, options) in POWERS.items():
    CASES[name] = Case(lambda F, x, f=function, n=numbers, o=options: getattr(F, f)(x, *n, **o), (image,))

UNPOOLINGS: dict[str, tuple[int, tuple[int, ...], dict[str, Any], dict[str, Any]]] = {
    "1d": (1, (2, 3, 6), {"kernel_size": 2}, {}),
    "2d": (2, (2, 3, 6, 4), {"kernel_size": 2}, {}),
    "2d, one image": (2, (3, 6, 4), {"kernel_size": (3, 2)}, {}),
    "2d, a remainder": (2, (2, 2, 7, 5), {"kernel_size": 2}, {"output_size": (7, 5)}),
    "2d, padding": (2, (2, 2, 6, 6), {"kernel_size": 2, "padding": 1}, {"output_size": (2, 2, 6, 6)}),
    "3d": (3, (1, 2, 4, 4, 4), {"kernel_size": (2, 1, 2)}, {}),
}
for name, (axes, image, options, more) in UNPOOLINGS.items():

    def back(F: Any, x: Any, axes: int = axes, options: Any = options, more: Any = more) -> Any:
        winners, places = getattr(F, f"max_pool{axes}d")(x, **options, return_indices=True)
        return getattr(F, f"max_unpool{axes}d")(winners, places, **options, **more)

    CASES[f"max_unpool: {name}"] = Case(back, (wave(*image),))

ADAPTIVE: dict[str, tuple[int, tuple[int, ...], Any]] = {
    "1d": (1, (2, 3, 7), 3),
    "1d, even": (1, (2, 3, 6), 3),
    "1d, more than there are": (1, (2, 3), 5),
    "2d, all": (2, (2, 3, 5, 4), 1),
    "2d": (2, (2, 3, 5, 7), (2, 3)),
    "2d, lengths differ": (2, (2, 2, 7, 11), (3, 4)),
    "2d, None": (2, (2, 2, 5, 4), (None, 3)),
    "2d, one image": (2, (2, 6, 4), (3, 4)),
    "3d": (3, (1, 2, 3, 4, 5), (2, None, 3)),
}
for name, (axes, image, size) in ADAPTIVE.items():
    CASES[f"adaptive_avg_pool{name}"] = called(f"adaptive_avg_pool{axes}d", wave(*image), output_size=size)
    CASES[f"adaptive_max_pool{name}"] = called(f"adaptive_max_pool{axes}d", coarse(*image), output_size=size)

LAYERS = {
    "MaxPool2d": ("MaxPool2d(3, stride=2, padding=1)", (2, 2, 6, 6)),
    "MaxPool2d, ceil": ("MaxPool2d((2, 3), 2, 1, (1, 2), False, True)", (1, 2, 6, 6)),
    "MaxPool1d": ("MaxPool1d(2)", (3, 5)),
    "MaxPool3d": ("MaxPool3d(2, ceil_mode=True)", (1, 2, 3, 2, 2)),
    "AvgPool2d": ("AvgPool2d(2)", (2, 2, 5, 4)),
    "AvgPool2d, options": ("AvgPool2d(3, 2, 1, True, False)", (2, 1, 6, 6)),
    "AvgPool2d, divisor": ("AvgPool2d(2, divisor_override=3)", (2, 1, 4, 4)),
    "AvgPool1d": ("AvgPool1d(3, 2, 1, count_include_pad=False)", (2, 2, 6)),
    "AvgPool3d": ("AvgPool3d((1, 2, 2))", (1, 1, 2, 4, 2)),
    "AdaptiveAvgPool1d": ("AdaptiveAvgPool1d(3)", (1, 2, 5)),
    "AdaptiveAvgPool2d": ("AdaptiveAvgPool2d((2, None))", (1, 2, 3, 2)),
    "AdaptiveAvgPool2d to 1": ("AdaptiveAvgPool2d(1)", (2, 2, 3, 2)),
    "AdaptiveAvgPool3d": ("AdaptiveAvgPool3d(2)", (1, 1, 3, 2, 2)),
    "AdaptiveMaxPool1d": ("AdaptiveMaxPool1d(3)", (1, 2, 5)),
    "AdaptiveMaxPool2d": ("AdaptiveMaxPool2d((2, 3))", (1, 2, 4, 4)),
    "AdaptiveMaxPool3d": ("AdaptiveMaxPool3d((1, None, 2))", (1, 1, 3, 2, 3)),
    "LPPool1d": ("LPPool1d(2, 3, stride=1)", (2, 2, 5)),
    "LPPool2d": ("LPPool2d(2, (2, 3))", (1, 2, 4, 3)),
    "LPPool3d": ("LPPool3d(2, 2)", (1, 1, 2, 2, 2)),
}
