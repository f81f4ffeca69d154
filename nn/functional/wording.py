"""What functions and layers share of their documentation, said once; of one, two and three axes of size in
the words for each.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from autograd_core.geometry import NAMES

from .layouts import FORMATS

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_LENGTHS = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def _words(axes: int) -> dict[str, str]:
    sizes = FORMATS[axes][0][2:]
    *lengths, width = _LENGTHS[axes]
    return {
        "name": NAMES[axes],
        "a_name": f"{'an' if axes == 2 else 'a'} {NAMES[axes]}",
        "one": f"one {NAMES[axes]} (C, {', '.join(sizes)})",
        "batch": f"(N, C, {', '.join(sizes)})",
        "positions": ", ".join(f"{letter}'" for letter in sizes),
        "letter": sizes[0],
        "kernel": " and ".join([", ".join(lengths), width][not lengths :]),
        "kernel_axes": ", ".join(f"kernel {length}" for length in _LENGTHS[axes]),
        "formats": '"{}", or "{}"'.format(*FORMATS[axes]),
    }


_WORDS = {axes: _words(axes) for axes in FORMATS}


def described(shared: str) -> Callable[[T], T]:
    """Write ``shared`` in place of the three dots of a documentation, or before it, in the words for the
    number of axes in the name: a length is that of a signal, height and width are those of an image.
    """

    def describe(subject: T) -> T:
        words = _WORDS[int(subject.__name__[-2])]  # type: ignore[attr-defined]
        subject.__doc__ = completed(subject.__doc__, shared.format(**words))
        return subject

    return describe


def completed(text: str | None, shared: str) -> str:
    """A documentation with what it shares with others in place of its three dots, or before it."""
    own, said = inspect.cleandoc(text or ""), inspect.cleandoc(shared)
    before, dots, after = own.partition("\n...\n")
    return f"{before}\n{said}\n{after}" if dots else f"{said}\n\n{own}\n"


def for_each_number_of_axes(
    shared: str, *texts: str
) -> Callable[[Callable[Concatenate[int, P], R]], tuple[Callable[P, R], ...]]:
    """Make three functions of one: for signals, images and volumes, one, two and three axes of size; or two,
    for images and volumes.

    Args:
        shared: what their documentations share, in which the words follow the number of axes.
        texts: the documentation of each, with three dots in place of ``shared``, or its example.

    The function takes the number of axes first. The others are called like it, with a number and a "d"
    instead of the underscore: ``_conv`` makes ``conv1d``.
    """

    def make(function: Callable[Concatenate[int, P], R]) -> tuple[Callable[P, R], ...]:
        return tuple(
            described(shared)(_with_axes(function, axes, text))
            for axes, text in enumerate(texts, 4 - len(texts))
        )

    return make


def _with_axes(function: Callable[Concatenate[int, P], R], axes: int, text: str) -> Callable[P, R]:
    def applied(*inputs: P.args, **options: P.kwargs) -> R:
        return function(axes, *inputs, **options)

    signature = inspect.signature(function)
    _, *parameters = signature.parameters.values()
    layout = parameters[-1].replace(annotation="str", default=FORMATS[axes][0])
    applied.__signature__ = signature.replace(parameters=[*parameters[:-1], layout])  # type: ignore[attr-defined]
    applied.__name__ = applied.__qualname__ = f"{function.__name__[1:]}{axes}d"
    applied.__module__, applied.__doc__ = function.__module__, text
    return applied
