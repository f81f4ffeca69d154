"""Training or evaluation: the modes of modules, switched for a while and put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .module import Module

__all__: list[str] = []


def set_modes(training: bool, *modules: Any) -> None:
    """Training or evaluation, for what is a module."""
    for module in modules:
        if isinstance(module, Module):
            module.train(training)


@contextmanager
def modes_restored(*modules: Any) -> Iterator[None]:
    """Every module goes back to the mode, training or evaluation, that it was in."""
    modes = {part: part.training for m in modules if isinstance(m, Module) for part in m.modules()}
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode
