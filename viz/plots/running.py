"""A model that is only looked at: run in evaluation mode and left as it was."""

from __future__ import annotations

from collections.abc import Iterator
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
    before = [(module, module.__dict__["training"]) for module in modules if "training" in module.__dict__]
    try:
        for module, _ in before:
            module.__dict__["training"] = False
        yield
    finally:
        for module, training in before:
            module.__dict__["training"] = training
