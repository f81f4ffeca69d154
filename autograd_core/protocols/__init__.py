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
from .functions import FUNCTIONS, binding, bound
from .ufuncs import call_ufunc, recorded_names
from .unrecorded import UNRECORDED, check_counting, full_name, refusal, without_nodes

__all__ = ["call_function", "call_ufunc", "without_nodes"]


def call_function(
    tensor: Any, function: Any, types: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> Any:
    """Carry out a NumPy function one of whose arguments is a tensor (``__array_function__``).

    Raises:
        GraphError: if it cannot be recorded, or not with these options.
    """
    ours = FUNCTIONS.get(function)
    if ours is not None and not keywords and len(arguments) <= binding(function, ours).plain:
        return ours(*arguments)
    if keywords.get("out") is not None:
        raise GraphError(f"{full_name(function)} with out= writes in place, which a graph cannot record")
    if ours is None:
        if function not in UNRECORDED:
            raise refusal(function, recorded_names())
        check_counting(function, arguments, keywords)
        return function(*map(without_nodes, arguments), **{k: without_nodes(x) for k, x in keywords.items()})
    operands, options, dtype = bound(function, ours, arguments, keywords)
    result = ours(*operands, **options)
    return result if dtype is None else result.astype(dtype)
