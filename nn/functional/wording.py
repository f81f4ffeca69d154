"""What functions and layers of one, two and three axes of size share of their documentation, said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from autograd_core.geometry import NAMES

from .layouts import FORMATS

T = TypeVar("T")

_LENGTHS = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def _words(axes: int) -> dict[str, str]:
    sizes = FORMATS[axes][0][2:]
    *lengths, width = _LENGTHS[axes]
    return {
        "name": NAMES[axes],
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
    """Write ``shared`` in place of the three dots of a documentation, in the words for the number of axes
    in the name: a length is that of a signal, height and width are those of an image.
    """

    def describe(subject: T) -> T:
        words = _WORDS[int(subject.__name__[-2])]  # type: ignore[attr-defined]
        subject.__doc__ = (subject.__doc__ or "").replace("    ...\n", shared.lstrip("\n").format(**words))
        return subject

    return describe
