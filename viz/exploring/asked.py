"""What is asked of ``viz.explore``: which keywords are sliders, and which are options of the drawing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from autograd_core import DtypeError

from .. import wording
from ..options import OPTIONS, checked
from ..ranges import Reach, reach_of

_SEVERAL = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def told_apart(
    function: Callable[..., Any], signature: inspect.Signature, given: Mapping[str, Any]
) -> tuple[dict[str, Reach], dict[str, Any]]:
    """The sliders and the options among the keywords of a call. What the function calls its own is a slider,
    whatever options are called.

    Raises:
        DtypeError: for a name that neither has, if no slider is left, or not all that the function needs.
        DomainError: for a range without numbers in it, or an option that cannot be.
    """
    parameters = [p for p in signature.parameters.values() if p.kind not in _SEVERAL]
    names = [p.name for p in parameters]
    called = name_of(function) or "the function"
    takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in signature.parameters.values())
    sliders: dict[str, Reach] = {}
    options: dict[str, Any] = {}
    for name, x in given.items():
        if name in names or (takes_any and name not in OPTIONS):
            sliders[name] = reach_of(x, name, f"explore({name}={wording.quoted(x)})")
        elif name in OPTIONS:
            options[name] = x
        else:
            has = f"; it has {', '.join(names)}" if names else ""
            hint = wording.nearest(name, [*names, *OPTIONS], has)
            raise DtypeError(f"explore({name}={wording.quoted(x)}): {called} has no parameter {name!r}{hint}")
    if not sliders:
        wanted = f"give a parameter one, such as {names[0]}=(-3, 3)" if names else "it has no parameters"
        raise DtypeError(f"explore(): no range in which to move {called}; {wanted}")
    missing = [p.name for p in parameters if p.default is p.empty and p.name not in sliders]
    if missing:
        raise DtypeError(
            f"explore(): {called} needs {' and '.join(missing)}, too; give {missing[0]} a range, such as "
            f"{missing[0]}=(-3, 3)"
        )
    checked(options)
    return sliders, options


def signature_of(function: Any) -> inspect.Signature:
    """How the function is called.

    Raises:
        DtypeError: if it is no function, or does not tell.
    """
    if not callable(function):
        raise DtypeError(f"explore(): a function is explored, got {wording.described(function)}")
    try:
        return inspect.signature(function)
    except ValueError as error:
        raise DtypeError(f"explore(): {error}; write lambda w: f(w) in its place") from None


def name_of(function: Any) -> str:
    """What the function is called, empty for one without a name."""
    name = getattr(function, "__name__", type(function).__name__)
    return "" if name == "<lambda>" else str(name)
