"""What NumPy offers and a graph does not record: functions of the numbers alone, and refusals."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np

from ..context import is_recording
from ..errors import GraphError
from ..graph import Node

UNRECORDED = {
    # truths
    np.all, np.allclose, np.any, np.array_equal, np.array_equiv, np.can_cast, np.isclose,
    np.iscomplex, np.iscomplexobj, np.isin, np.isneginf, np.isposinf, np.isreal, np.isrealobj,
    np.may_share_memory, np.shares_memory,
    # places and numbers of elements
    np.argmax, np.argmin, np.argpartition, np.argsort, np.argwhere, np.count_nonzero,
    np.diag_indices_from, np.digitize, np.flatnonzero, np.histogram, np.histogram_bin_edges,
    np.histogram2d, np.histogramdd, np.ix_, np.lexsort, np.nanargmax, np.nanargmin, np.nonzero,
    np.packbits, np.ravel_multi_index, np.searchsorted, np.tril_indices_from, np.triu_indices_from,
    np.unpackbits, np.unravel_index,
    # shapes, types, words
    np.array2string, np.array_repr, np.array_str, np.common_type, np.einsum_path, np.empty_like,
    np.min_scalar_type, np.ndim, np.ones_like, np.result_type, np.save, np.savetxt, np.savez,
    np.savez_compressed, np.shape, np.size, np.zeros_like,
}  # fmt: skip
"""Functions whose values are no smooth function of their arguments; they see the data."""

_COUNTING = {np.histogram, np.histogram_bin_edges, np.histogram2d, np.histogramdd}
"""Those among them that weigh what they count."""

LOOKING = UNRECORDED - _COUNTING
"""Those that only look at numbers, whatever they are given."""

_COMPLEX = {getattr(np.fft, name) for name in np.fft.__all__ if name.endswith(("fft", "fft2", "fftn"))}


def full_name(function: Any) -> str:
    """The name under which users know a function: ``np.linalg.det``."""
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{getattr(function, '__name__', function)}"


def without_nodes(x: Any) -> Any:
    """Nested lists with the data of nodes in their place."""
    if isinstance(x, list | tuple):
        parts = map(without_nodes, x)
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    return x.data if isinstance(x, Node) else x


def check_counting(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Refuse weights and edges of a histogram that require a gradient, which would be lost silently.

    Raises:
        GraphError: if they require one.
    """
    if function not in _COUNTING or not is_recording():
        return
    given = inspect.signature(function).bind(*arguments, **keywords).arguments
    for name, instead in (
        ("weights", "use np.bincount(bins, weights), which does, or weights.data"),
        ("bins", "give plain numbers, bins.data"),
        ("range", "give plain numbers, (low.item(), high.item())"),
    ):
        if _requires_grad(given.get(name)):
            raise GraphError(f"{full_name(function)} does not record its {name}: {instead}")


def _requires_grad(x: Any) -> bool:
    """Whether a node in nested lists requires a gradient."""
    return (
        any(map(_requires_grad, x))
        if isinstance(x, list | tuple)
        else isinstance(x, Node) and x.requires_grad
    )


def refusal(function: Any, recorded: Iterable[str]) -> GraphError:
    """The error for a function that cannot be recorded: what to use instead, among the ``recorded`` names."""
    name = full_name(function)
    if function in _COMPLEX:
        return GraphError(
            f"{name} computes with complex numbers, which a graph of real numbers cannot hold: "
            f"autograd_core.fft.{function.__name__} computes with pairs (real, imaginary)"
        )
    return not_recorded(name, recorded)


def not_recorded(name: str, recorded: Iterable[str]) -> GraphError:
    """The error for a name that is no operation: which of the ``recorded`` ones come near it."""
    near = get_close_matches(name, sorted(recorded), n=3)
    hint = f" (near it there is {', '.join(near)})" if near else ""
    return GraphError(
        f"{name} is not an operation that can be recorded{hint}; "
        "use the tensor's methods, or .data for numbers without a gradient"
    )
