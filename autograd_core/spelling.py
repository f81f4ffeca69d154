"""Names that are not there: which name was meant. Other libraries' words are known, the rest is spelling."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

__all__ = ["ATTRIBUTES", "Elsewhere", "hint", "refuse", "spelled", "unfitting"]

P = ParamSpec("P")
R = TypeVar("R")

_ELSEWHERE = {
    "axis": ("dim",),
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "keepdims": ("keepdim",),
    "kernel": ("kernel_size",),
    "filters": ("out_channels",),
    "units": ("out_features",),
    "learning_rate": ("lr",),
    "alpha": ("negative_slope",),
    "slope": ("negative_slope",),
    "rate": ("p", "lr"),
    "name": ("label",),
    "gradient": ("cotangent",),
    "wrt": ("argnums",),
    "size_average": ("reduction",),
    "x": ("input",),
    "dataset": ("data",),
    "collate_fn": ("collate",),
    "num_workers": ("prefetch",),
    "prefetch_factor": ("prefetch",),
}
"""What one library calls so has another name in another one; here there is the one or the other."""


_NOWHERE = {
    "device": "there are no devices here",
    "retain_graph": "a graph stays as long as somebody refers to it",
    "pin_memory": "there are no devices here",
    "pin_memory_device": "there are no devices here",
    "worker_init_fn": "there are no worker processes here",
    "persistent_workers": "there are no worker processes here",
    "multiprocessing_context": "there are no worker processes here",
    "timeout": "there are no worker processes here",
}
"""What there is no word for, and why."""


_NO_DEVICES = "there are no devices here, leave it out"
_NOT_IN_PLACE = "results are new; a leaf is changed by x.data[...] = ..., outside the graph"
ATTRIBUTES = {
    **dict.fromkeys(("cuda", "cpu", "device", "is_cuda", "pin_memory"), _NO_DEVICES),
    "to": "there are no devices here; x.astype(dtype) converts",
    **{
        name: f"write x.astype({dtype})"
        for name, dtype in {
            "float": "np.float32",
            "double": "np.float64",
            "half": "np.float16",
            "long": "np.int64",
            "int": "np.int32",
            "bool": "bool",
            "type": "dtype",
            "type_as": "other.dtype",
        }.items()
    },
    **dict.fromkeys(("add_", "sub_", "mul_", "div_", "pow_", "fill_", "zero_", "copy_"), _NOT_IN_PLACE),
    **dict.fromkeys(("clamp_", "uniform_", "normal_", "exp_", "sqrt_", "detach_"), _NOT_IN_PLACE),
    "requires_grad_": "write x.requires_grad = True, of a leaf",
    "is_leaf": "write x.op is None",
    "grad_fn": "write x.op",
    "numel": "write x.size",
    "nelement": "write x.size",
    "dim": "write x.ndim",
    "ndimension": "write x.ndim",
    "clone": "write x.copy()",
    "contiguous": "every result is an array of its own, leave it out",
    "t": "write x.T",
    "H": "write x.T",
    "mm": "write x @ y",
    "mv": "write x @ y",
    "bmm": "write x @ y",
    "outer": "write x[:, None] * y",
    "add": "write x + y",
    "sub": "write x - y",
    "mul": "write x * y",
    "div": "write x / y",
    "pow": "write x ** y",
    "neg": "write -x",
    "eq": "write x == y",
    "ne": "write x != y",
    "lt": "write x < y",
    "le": "write x <= y",
    "gt": "write x > y",
    "ge": "write x >= y",
    "view_as": "write x.reshape(other.shape)",
    "reshape_as": "write x.reshape(other.shape)",
    "expand_as": "write x.broadcast_to(other.shape)",
    "index_select": "write x.take(indices, axis)",
    "masked_select": "write x[mask]",
    "repeat_interleave": "write x.repeat(n, axis)",
    "tile": "write np.tile(x, n)",
    "amax": "write x.max(axis)",
    "amin": "write x.min(axis)",
    "clamp": "write x.clip(low, high)",
    "fill": "a leaf is changed by x.data[...] = number, outside the graph",
    "set_shape": "write x.reshape(shape)",
}
"""What tensors of other libraries have, and what to write here."""


class Elsewhere:
    """An attribute that is not there, and says what to write instead; others are found as fast as ever."""

    def __init__(self, name: str, advice: str) -> None:
        self.name, self.advice = name, advice

    def __get__(self, node: Any, kind: type) -> NoReturn:
        said = f"{kind.__name__!r} object has no attribute {self.name!r}; {self.advice}"
        raise AttributeError(said, name=self.name, obj=node)


def hint(given: str, known: Iterable[str]) -> str:
    """What to write instead of a name that is unknown: "; did you mean 'axis'?", or nothing.

    >>> hint("dim", ["axis", "keepdims"]), hint("strid", ["stride"]), hint("q", ["stride"])
    ("; write 'axis' here", "; did you mean 'stride'?", '')
    """
    names = list(known)
    for other in _ELSEWHERE.get(given, ()):
        if other in names:
            return f"; write {other!r} here"
    if given in _NOWHERE:
        return f"; {_NOWHERE[given]}, leave it out"
    near = get_close_matches(given, names, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def unfitting(
    called: str, signature: inspect.Signature, given: tuple[Any, ...], options: Mapping[str, Any]
) -> TypeError | None:
    """The error of a call that does not fit a signature, with the word that is right; None if it fits."""
    try:
        signature.bind(*given, **options)
    except TypeError as error:
        return _unknown(called, signature, options) or TypeError(f"{called}(): {error}")
    return None


def refuse(function: Callable[..., Any], unknown: Mapping[str, Any]) -> NoReturn:
    """Say which word is right in place of those that a function has taken and does not know.

    Raises:
        TypeError: which says it.
    """
    error = _unknown(function.__name__, inspect.signature(function), unknown)
    raise error or TypeError(f"{function.__name__}() does not take {', '.join(unknown)}")


def _unknown(called: str, signature: inspect.Signature, options: Mapping[str, Any]) -> TypeError | None:
    """The error about the first of these options that is unknown; None if there is none."""
    known = [
        name
        for name, x in signature.parameters.items()
        if x.kind in (x.POSITIONAL_OR_KEYWORD, x.KEYWORD_ONLY) and name != "self"
    ]
    for name in options:
        if name not in known:
            taken = f"; it takes {', '.join(known)}" if known else ""
            return TypeError(
                f"{called}() got an unexpected keyword argument {name!r}{hint(name, known) or taken}"
            )
    return None


def spelled(function: Callable[P, R]) -> Callable[P, R]:
    """A function that says which word is right when it is called with a wrong one."""

    @wraps(function)
    def spoken(*given: P.args, **options: P.kwargs) -> R:
        try:
            return function(*given, **options)
        except TypeError:
            named: Any = type(given[0]) if function.__name__ == "__init__" else function
            error = unfitting(named.__name__, inspect.signature(function), given, options)
            if error is None:  # it comes from within
                raise
            raise error from None

    return spoken
