"""Operations that move, sum and multiply arrays without looking at single numbers.

They are linear (each with its transpose), multilinear (one transpose for each operand), or select
elements (the cotangent goes to what was selected).
"""

from .indexing import getitem, take_along_axis
from .products import einsum, matmul
from .reductions import argmax, argmin, max, mean, min, sum
from .shaping import (
    astype,
    broadcast_to,
    concatenate,
    expand_dims,
    pad,
    reshape,
    squeeze,
    stack,
    swapaxes,
    transpose,
)
from .windows import fold_windows, sliding_windows

__all__ = [
    "argmax",
    "argmin",
    "astype",
    "broadcast_to",
    "concatenate",
    "einsum",
    "expand_dims",
    "fold_windows",
    "getitem",
    "matmul",
    "max",
    "mean",
    "min",
    "pad",
    "reshape",
    "sliding_windows",
    "squeeze",
    "stack",
    "sum",
    "swapaxes",
    "take_along_axis",
    "transpose",
]
