"""The largest number and the sum of every window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..kernels import pooling as kernels
from ..primitive import General, Linear
from .operands import as_operand, shape_of
from .reductions import without_gradient

__all__ = ["window_argmax", "window_max", "window_sum"]

_window_max = General(
    "window_max",
    "max",
    forward=lambda x, *, winners: winners.find(x),
    pullback=lambda m, g, y, x, *, index, winners: m.distribute_to_winners(g, winners=winners),
    pushforward=lambda m, t, y, x, *, index, winners: m.collect_from_winners(t, winners=winners),
)

_collect = Linear(
    "collect_from_winners",
    "collect",
    forward=lambda x, *, winners: winners.collect(x),
    transpose=lambda m, g, x, *, winners: m.distribute_to_winners(g, winners=winners),
)

_distribute = Linear(
    "distribute_to_winners",
    "distribute",
    forward=lambda g, *, winners: winners.distribute(g),
    transpose=lambda m, c, g, *, winners: m.collect_from_winners(c, winners=winners),
)

_window_sum = Linear(
    "window_sum",
    "Σ",
    forward=kernels.window_sums,
    transpose=lambda m, g, x, **how: m.spread_window_sum(g, **how, size=tuple(x.shape[2:])),
)

_spread = Linear(
    "spread_window_sum",
    "spread",
    forward=kernels.spread_window_sums,
    transpose=lambda m, c, g, *, size, **how: m.window_sum(c, **how),
)


def window_max(
    x: Any, window: Sequence[int], stride: Sequence[int] | None = None, dilation: Sequence[int] | None = None
) -> Any:
    """The largest number of each window. The whole gradient goes to it; of equals, to the first.

    Args:
        x: (N, C, *size).
        window: its length along each axis of the size.
        stride: the distance between neighbouring windows; that of the window when None.
        dilation: the distance between neighbouring elements of one window; 1 when None.

    Returns:
        (N, C, *positions).

    Raises:
        ShapeError: if the shapes do not fit, or no window does.

    >>> import numpy as np
    >>> window_max(np.array([[[1.0, 3.0, 2.0, 2.0]]]), (2,))
    array([[[3., 2.]]])
    """
    lengths, steps, gaps = _checked("window_max", x, window, stride, dilation)
    return _window_max(x, winners=kernels.Winners(lengths, steps, gaps))


def window_argmax(
    x: Any, window: Sequence[int], stride: Sequence[int] | None = None, dilation: Sequence[int] | None = None
) -> Any:
    """Where the largest number of each window stands: its number in the flattened axes of size. Of equals
    the first; arguments and errors like those of :func:`window_max`. Integers, which have no derivative.

    >>> import numpy as np
    >>> window_argmax(np.array([[[1.0, 3.0, 2.0, 2.0]]]), (2,))
    array([[[1, 2]]])
    """
    x = as_operand(x)
    lengths, steps, gaps = _checked("window_argmax", x, window, stride, dilation)
    return without_gradient(_winning_places, x, winners=kernels.Winners(lengths, steps, gaps))


def _winning_places(x: kernels.Array, winners: kernels.Winners) -> kernels.Array:
    winners.find(x)
    size = x.shape[2:]
    return winners.collect(np.broadcast_to(np.arange(math.prod(size)).reshape(size), x.shape))


def window_sum(
    x: Any, window: Sequence[int], stride: Sequence[int] | None = None, dilation: Sequence[int] | None = None
) -> Any:
    """The sum of each window; arguments, result and errors like those of :func:`window_max`.

    >>> import numpy as np
    >>> window_sum(np.array([[[1.0, 3.0, 2.0, 2.0]]]), (2,), stride=(1,))
    array([[[4., 5., 4.]]])
    """
    lengths, steps, gaps = _checked("window_sum", x, window, stride, dilation)
    return _window_sum(x, window=lengths, stride=steps, dilation=gaps)


def _checked(
    operation: str,
    x: Any,
    window: Sequence[int],
    stride: Sequence[int] | None,
    dilation: Sequence[int] | None,
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    shape, lengths = shape_of(x), tuple(window)
    steps = lengths if stride is None else tuple(stride)
    gaps = (1,) * len(lengths) if dilation is None else tuple(dilation)
    if not len(shape) - 2 == len(lengths) == len(steps) == len(gaps) or not lengths:
        raise ShapeError(
            f"{operation}(): an input of shape {shape}, read as (N, C, *size), needs one entry for each axis "
            f"of its size in window {lengths}, stride {steps} and dilation {gaps}"
        )
    if any(n < 1 for n in (*lengths, *steps, *gaps)):
        raise ShapeError(
            f"{operation}(): window {lengths}, stride {steps} and dilation {gaps} have to be positive"
        )
    for n, k, d in zip(shape[2:], lengths, gaps, strict=True):
        if d * (k - 1) + 1 > n:
            raise ShapeError(
                f"{operation}(): a window spanning {d * (k - 1) + 1} elements does not fit on an axis of "
                f"length {n} (input shape {shape})"
            )
    return lengths, steps, gaps
