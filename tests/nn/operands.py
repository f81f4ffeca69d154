"""Numbers to compute with, from formulas: the frozen references need not store them. And layers to compute with, of
either library.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

import nn
from autograd_core import Tensor, concatenate


def wave(*shape: int, phase: float = 0.0) -> np.ndarray:
    """Numbers between -2 and 2 without a pattern, the same everywhere."""
    n = int(np.prod(shape, dtype=int))
    return (2 * np.sin(np.arange(n) * 1.7 + np.arange(n) ** 2 * 0.13 + phase)).reshape(shape)


def coarse(*shape: int) -> np.ndarray:
    """Few different numbers, so that maxima tie."""
    return np.round(wave(*shape))


class Case(NamedTuple):
    """``function(F, *differentiable, *constants)``

    ``exact`` is False where PyTorch itself rounds its constants to single precision.
    """

    function: Callable[..., Any]
    differentiable: tuple[np.ndarray, ...]
    constants: tuple[np.ndarray, ...] = ()
    exact: bool = True

    def precision(self, dtype: type = np.float64) -> type:
        """The precision in which the results agree."""
        return dtype if self.exact else np.float32


def build(library: Any, text: str) -> Any:
    """The layer, of ``nn`` or of ``torch.nn``."""
    return eval(f"nn.{text}", {"nn": library, "np": np})


def whole(result: Any) -> Any:
    """A tensor as it is; several, in nested tuples, in one row."""
    if not isinstance(result, tuple):
        return result
    rows = [whole(part).reshape(-1) for part in result if part is not None]
    if isinstance(rows[0], Tensor):
        return concatenate(rows)
    import torch

    return torch.cat(rows)


def of_layer(text: str, *inputs: np.ndarray, call: Callable[..., Any] | None = None) -> Case:
    """What a layer gives, as a function of its inputs and of all its parameters.

    ``call(library, layer, *inputs)`` says how it is called, if not just with them; ``layer`` takes keywords, too.
    """
    shapes = {path: array.shape for path, array in build(nn, text).state_dict().items()}
    weights = [wave(*shape, phase=1.0 + i) / 3 for i, shape in enumerate(shapes.values())]

    def function(F: Any, *given: Any) -> Any:
        library = import_module(F.__name__.rpartition(".")[0])
        layer = build(library, text)
        own = dict(zip(shapes, given[len(inputs) :], strict=True))

        def applied(*operands: Any, **options: Any) -> Any:
            if library is not nn:
                return import_module("torch.func").functional_call(layer, own, operands, options)
            for path, tensor in own.items():
                owner, _, name = path.rpartition(".")
                layer.get_submodule(owner).__dict__[name] = tensor
            return layer(*operands, **options)

        operands = given[: len(inputs)]
        return whole(call(library, applied, *operands) if call else applied(*operands))

    return Case(function, (*inputs, *weights))


def called(name: str, *operands: np.ndarray, constants: tuple[np.ndarray, ...] = (), **options: Any) -> Case:
    """The function of ``F`` with that name, of the operands, the constants and the options."""
    return Case(lambda F, *given: getattr(F, name)(*given, **options), operands, constants)
