"""Reverse-mode automatic differentiation on an explicit computation graph.

>>> from autograd_core import Value
>>> x = Value(3.0)
>>> y = x * x + 2 * x
>>> y.backward()
>>> x.grad
8.0
"""

from .calculus import (
    abs,
    add,
    clip,
    cos,
    cosh,
    divide,
    exp,
    expm1,
    log,
    log1p,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    reciprocal,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    where,
)
from .dtypes import default_dtype, set_default_dtype
from .errors import (
    AutogradError,
    DomainError,
    DtypeError,
    GradcheckError,
    GraphError,
    IndexRangeError,
    ShapeError,
)
from .graph import Node, ancestors, is_recording, no_grad, scope, sweep
from .structure import (
    argmax,
    argmin,
    astype,
    broadcast_to,
    concatenate,
    einsum,
    expand_dims,
    fold_windows,
    matmul,
    max,
    mean,
    min,
    pad,
    reshape,
    sliding_windows,
    squeeze,
    stack,
    sum,
    swapaxes,
    take_along_axis,
    transpose,
)
from .tensor import Tensor
from .value import Value

__version__ = "0.1.0"
