"""Windows as columns, and columns added up."""

from __future__ import annotations

from typing import Any

from tests.nn.operands import Case, called, wave

UNFOLDINGS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "2": ((2, 3, 4, 5), {"kernel_size": 2}),
    "options": (
        (2, 2, 5, 6),
        {"kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 2), "stride": (1, 3)},
    ),
    "one image": ((2, 4, 4), {"kernel_size": (3, 2), "stride": 2}),
}
FOLDINGS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "2": ((2, 12, 12), {"output_size": (4, 5), "kernel_size": 2}),
    "options": (
        (2, 12, 15),
        {"output_size": (5, 6), "kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 2), "stride": (1, 3)},
    ),
    "a remainder": ((1, 8, 4), {"output_size": 5, "kernel_size": 2, "stride": 2}),
    "one image": ((12, 2), {"output_size": (4, 4), "kernel_size": (3, 2), "stride": 2}),
}  # fmt: skip

CASES: dict[str, Case] = {
    **{
        f"unfold: {name}": called("unfold", wave(*shape), **options)
        for name, (shape, options) in UNFOLDINGS.items()
    },
    **{
        f"fold: {name}": called("fold", wave(*shape), **options)
        for name, (shape, options) in FOLDINGS.items()
    },
}

LAYERS = {
    "Unfold": ("Unfold((2, 3), 1, 1, 2)", (2, 2, 3, 4)),
    "Fold": ("Fold((4, 5), (2, 3), padding=1, stride=2)", (1, 12, 9)),
}
