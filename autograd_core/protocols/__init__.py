"""NumPy's own functions on tensors: ``np.exp(t)``, ``array * t``, ``np.sum(t, axis=0)``.

NumPy asks a tensor to carry out a function itself. Every function of NumPy is one of three kinds:

* recorded: :mod:`~autograd_core.protocols.functions` and :mod:`~autograd_core.protocols.ufuncs` say which
  function of this library it is;
* unrecorded: its values are no smooth function of its arguments (indices, booleans, shapes), so it sees the
  numbers only: :mod:`~autograd_core.protocols.unrecorded`;
* refused: everything else, by name and with what comes near.
"""

from __future__ import annotations

from typing import Any

from ..errors import GraphError
from .binding import full_name, translated, without_nodes
from .functions import FUNCTIONS
from .ufuncs import call_ufunc
from .unrecorded import UNRECORDED, check_unweighted, refusal

__all__ = ["call_function", "call_ufunc"]


def call_function(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Carry out a NumPy function one of whose arguments is a tensor.

    Raises:
        GraphError: if it cannot be recorded, or not with these options.
    """
    if keywords.get("out") is not None:
        raise GraphError(f"{full_name(function)} with out= writes in place, which a graph cannot record")
    if function in UNRECORDED:
        check_unweighted(function, keywords)
        return function(*map(without_nodes, arguments), **{k: without_nodes(x) for k, x in keywords.items()})
    ours = FUNCTIONS.get(function)
    if ours is None:
        raise refusal(function)
    operands, options, dtype = translated(function, ours, arguments, keywords)
    result = ours(*operands, **options)
    return result if dtype is None else result.astype(dtype)
