"""Names that are not there: which name was meant. Other libraries' words are known, the rest is spelling."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import wraps
from typing import Any, ParamSpec, TypeVar

__all__ = ["hint", "spelled", "unfitting"]

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
    "pin_memory": "there are no devices here",
    "pin_memory_device": "there are no devices here",
    "worker_init_fn": "there are no worker processes here",
    "persistent_workers": "there are no worker processes here",
    "multiprocessing_context": "there are no worker processes here",
    "timeout": "there are no worker processes here",
}
"""What there is no word for, and why."""


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
        return TypeError(f"{called}(): {error}")
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
