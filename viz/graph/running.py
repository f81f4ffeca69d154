"""A model that is run for its numbers alone: in evaluation mode, and left as it was."""

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
    if not callable(model):
        raise DtypeError(f"{operation}(): a model is something to call, got {type(model).__name__}")
    find = getattr(model, "modules", None)
    modules = list(find()) if callable(find) else []
    with replaced("training", [(module, False) for module in modules if "training" in vars(module)]):
        yield


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
