"""Finding the line where a computation went wrong."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..context import debugging
from ..errors import NumericalError
from ..graph import Node
from ..watching import changed, described, looks_at_input

__all__ = ["debug"]

_OWN_PACKAGES = {"autograd_core", "nn"}


@contextmanager
def debug() -> Iterator[None]:
    """Compute slowly and watch: stop at the first NaN or infinity, and say which line made it.

    Inside, every recorded node remembers the line of your code that made it (``node.origin``). An
    operation whose result is NaN or infinite although its inputs are finite raises at once; so does a
    rule whose cotangent is, naming the line of the forward pass it belongs to; and so does a backward
    pass over data that have been changed in place since they were used. Outside it costs nothing.

    Raises:
        NumericalError: (inside) where the first NaN or infinity appears.
        GraphError: (inside) when data were changed between forward and backward pass.

    >>> from autograd_core import Value, log
    >>> x = Value(0.0)
    >>> with debug():
    ...     try:
    ...         log(x)
    ...     except NumericalError as error:
    ...         print(str(error).splitlines()[0])
    log gives -inf
    """
    with np.errstate(all="ignore"), debugging(_Watch()):  # an error says more than NumPy's warning
        yield


class _Watch:
    """What the recording and the sweep report to while debugging."""

    def origin(self) -> tuple[str, int, str]:
        """File, line and function of the caller outside this library."""
        frame = sys._getframe(1)
        while frame.f_back is not None and _package(frame) in _OWN_PACKAGES:
            frame = frame.f_back
        return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name

    def recorded(self, node: Node, values: Sequence[Any]) -> None:
        """A node has been made from these values."""
        node._tag.fingerprints = tuple(map(_fingerprint, values))
        bad = _first_bad(node.data)
        if bad is None or any(_first_bad(x) is not None for x in values):
            return
        index, number = bad
        inputs = _listed(node.inputs, values)
        raise NumericalError(
            f"{_name(node)} gives {number}{_at(index)}\n{inputs}\n  computed in {described_origin(node)}"
        )

    def pulled(self, node: Node, cotangent: Any, shares: Sequence[Any], wanted: Sequence[bool]) -> None:
        """The rule of ``node`` has given the cotangents of its inputs."""
        found = [(i, _first_bad(share)) for i, share in enumerate(shares) if wanted[i] and share is not None]
        index, bad = next(((i, bad) for i, bad in found if bad is not None), (0, None))
        if bad is None or _first_bad(cotangent) is not None:
            return
        place, number = bad
        values = _listed(node.inputs, list(map(_data, node.inputs)))
        raise NumericalError(
            f"the gradient of {_name(node)} with respect to its input {index}{_label(node.inputs[index])} is "
            f"{number}{_at(place)}\n"
            f"{values}\n  cotangent: {_range(_data(cotangent))}\n  computed in {described_origin(node)}"
        )

    def hooked(self, node: Node, hook: Any, before: Any, after: Any) -> None:
        """A hook of ``node`` has been given a gradient, and has left another."""
        bad = _first_bad(after)
        if bad is None or _first_bad(before) is not None:
            return
        place, number = bad
        code = getattr(hook, "__code__", None)
        where = repr(hook) if code is None else f'"{code.co_filename}", line {code.co_firstlineno}'
        raise NumericalError(
            f"a hook of {_name(node)} leaves {number}{_at(place)}\n  gradient: {_range(_data(before))}\n"
            f"  hook: {where}\n  computed in {described_origin(node)}"
        )

    def visited(self, node: Node) -> None:
        """The sweep is about to use what ``node`` was computed from: all of it is compared, however large."""
        before = node._tag.fingerprints
        for i, value in enumerate(node.values if before is not None else ()):
            if _fingerprint(value) != before[i] and looks_at_input(node.op, i, node.wanted):  # type: ignore[index]
                raise changed(node, i)


def described_origin(node: Node) -> str:
    """The line that made a node, with its text."""
    if node.origin is None:
        return "a place that was not watched: put the forward pass inside debug()"
    return described(node.origin)


def _package(frame: Any) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _data(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x


def _name(node: Node) -> str:
    name = (node.op.name if node.op is not None else "a leaf") + _label(node)
    return f"{name} in {'/'.join(node.scope)}" if node.scope else name


def _label(x: Any) -> str:
    """The name of a node, behind what it is."""
    return f" ({x.label!r})" if isinstance(x, Node) and x.label else ""


def _listed(inputs: Sequence[Any], values: Sequence[Any]) -> str:
    pairs = zip(inputs, values, strict=True)
    return "\n".join(f"  input {i}{_label(x)}: {_range(value)}" for i, (x, value) in enumerate(pairs))


def _at(index: tuple[int, ...]) -> str:
    return f" at index {index}" if index else ""


def _first_bad(x: Any) -> tuple[tuple[int, ...], float] | None:
    """The index and value of the first NaN, or else the first infinity."""
    array = np.asarray(_data(x))
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return None
    wrong = np.isnan(array)
    places = np.argwhere(wrong if wrong.any() else np.isinf(array))
    index = tuple(int(i) for i in places[0])
    return index, float(array[index])


def _range(x: Any) -> str:
    array = np.asarray(x)
    if array.ndim == 0:
        return f"{array[()]:.6g}"
    if not array.size:
        return f"shape {array.shape}, empty"
    return f"shape {array.shape}, from {array.min():.6g} to {array.max():.6g}"


def _fingerprint(x: Any) -> int | None:
    return zlib.crc32(np.ascontiguousarray(x).tobytes()) if isinstance(x, np.ndarray) else None
