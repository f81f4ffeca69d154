"""Memory that other libraries share with a tensor, by the protocol that all of them have.

The other direction is ``tensor.__dlpack__``, which ``torch.from_dlpack(tensor)`` asks for;
docs/leaving-the-graph.md says when that may be.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import DtypeError, GraphError
from .graph import Node
from .tensor import Tensor

__all__ = ["from_dlpack"]


def from_dlpack(x: Any) -> Tensor:
    """A tensor without a gradient on the memory of another library's array: nothing is copied.

    What either side writes, the other sees. A backward pass that needs the numbers from before is refused.
    Memory that the other library has for reading only is not written to here either.

    Args:
        x: an array or tensor of any library that has DLPack, in main memory.

    Raises:
        DtypeError: if it is no such array, is not of real numbers or is on another device; or if its library
            does not give it away, as PyTorch does not while the tensor requires a gradient.
        GraphError: for a node of this library.

    Source: the DLPack specification, https://dmlc.github.io/dlpack/latest/.

    >>> array = np.array([1.0, 2.0])
    >>> shared = from_dlpack(array)  # or a torch.Tensor
    >>> array[0] = 3.0
    >>> shared
    Tensor([3., 2.])
    """
    if isinstance(x, Node):
        raise GraphError(
            f"from_dlpack(): {x!r} is a node already; .detach() makes a leaf that shares its array"
        )
    if not hasattr(x, "__dlpack__"):
        raise DtypeError(f"from_dlpack(): a {type(x).__name__} has no __dlpack__; Tensor(x) copies numbers")
    try:
        array = np.from_dlpack(x)
    except (BufferError, RuntimeError) as error:  # RuntimeError is NumPy's, for what it does not know
        kind = f"{type(x).__module__.partition('.')[0]}.{type(x).__name__}"
        raise DtypeError(f"from_dlpack(): this {kind} cannot be shared: {error}") from None
    return Tensor(array)
