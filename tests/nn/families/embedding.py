"""Tables of rows, and products of two inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nn.operands import Case, called, wave


def looked_up(indices: Any, **options: Any) -> Case:
    """Rows of a table of five."""
    table = wave(5, 3, phase=1.0)
    return Case(
        lambda F, table, i: F.embedding(i, 1 * table, **options), (table,), (np.asarray(indices, np.int64),)
    )


CASES: dict[str, Case] = {
    "embedding: one row": looked_up(3),
    "embedding: rows": looked_up([3, 0, 4]),
    "embedding: a row three times": looked_up([3, 3, 0, 3]),
    "embedding: sentences": looked_up([[0, 2, 2], [4, 1, 0]]),
    "embedding: no rows": looked_up(np.zeros((2, 0))),
    "embedding: padding": looked_up([[0, 2, 2], [4, 1, 0]], padding_idx=2),
    "embedding: padding from the end": looked_up([[0, 2, 2], [4, 1, 0]], padding_idx=-1),
    "embedding: padding that is not met": looked_up([0, 1], padding_idx=3),
    "bilinear: batch": called(
        "bilinear", wave(4, 2), wave(4, 3, phase=1.0), wave(5, 2, 3, phase=2.0), wave(5, phase=3.0)
    ),
    "bilinear: sequences": called(
        "bilinear", wave(2, 4, 2), wave(2, 4, 3, phase=1.0), wave(5, 2, 3, phase=2.0), wave(5, phase=3.0)
    ),
    "bilinear: one sample, no bias": called(
        "bilinear", wave(2), wave(3, phase=1.0), wave(5, 2, 3, phase=2.0)
    ),
}
