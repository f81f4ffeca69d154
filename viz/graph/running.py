"""A model that is run for a picture of it: in one mode or the other, and left as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograd_core import DtypeError


@contextmanager
def evaluating(operation: str, model: Any) -> Iterator[None]:
    """Dropout off, running means used, as far as the model has modules; afterwards as before.

    Raises:
        DtypeError: if the model cannot be called.
    """
    with replaced("training", _modes(operation, model, False)):
        yield


@contextmanager
def training_once(operation: str, model: Any) -> Iterator[None]:
    """Dropout on, means of the batch used; afterwards the modes are as before, and so are the buffers, such
    as running means. Random numbers that were drawn stay drawn.

    Raises:
        DtypeError: if the model cannot be called.
    """
    modes = _modes(operation, model, True)
    find = getattr(model, "buffers", None)
    held = [(buffer, buffer.data.copy()) for buffer in find()] if callable(find) else []
    try:
        with replaced("training", modes):
            yield
    finally:
        for buffer, before in held:
            buffer.data[...] = before


def _modes(operation: str, model: Any, training: bool) -> list[tuple[Any, bool]]:
    """The modules that have a mode, each with the one that it is to have."""
    if not callable(model):
        raise DtypeError(f"{operation}(): a model is something to call, got {type(model).__name__}")
    find = getattr(model, "modules", None)
    modules = list(find()) if callable(find) else []
    return [(module, training) for module in modules if "training" in vars(module)]


@contextmanager
def replaced(name: str, values: Sequence[tuple[Any, Any]]) -> Iterator[None]:
    """Another value for an attribute of each object; afterwards what it had in its dictionary before."""
    before = [(holder, vars(holder).get(name)) for holder, _ in values]
    try:
        for holder, value in values:
            vars(holder)[name] = value
        yield
    finally:
        for holder, value in before:
            if value is None:
                vars(holder).pop(name, None)
            else:
                vars(holder)[name] = value
