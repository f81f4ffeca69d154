"""The inputs at which answers are compared: those that are given, and fresh ones like them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import DtypeError
from ..graph import Node
from ..tensor import Tensor
from ..transforms.trees import flatten
from ..value import Value

__all__ = ["Sample", "given", "is_moved", "like", "named_changes"]

Array = np.ndarray[Any, np.dtype[Any]]
Draw = Callable[[np.random.Generator], Any]


@dataclass(frozen=True)
class Sample:
    """The arguments of one call.

    Attributes:
        arguments: by position.
        keywords: by name.
        origin: "given", or "drawn".
    """

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    origin: str

    def leaves(self) -> tuple[list[Any], Callable[[list[Any]], Sample]]:
        """All numbers and arrays, and how to make a sample of others."""
        found, rebuild = flatten((self.arguments, self.keywords))

        def made(new: list[Any]) -> Sample:
            arguments, keywords = rebuild(new)
            return Sample(arguments, keywords, self.origin)

        return found, made

    def copy(self) -> Sample:
        """The same numbers, in arrays and nodes of their own."""
        found, rebuild = self.leaves()
        return rebuild([_copied(x) for x in found])


def given(inputs: Any, generator: np.random.Generator, moved: bool = False) -> Sample:
    """What the caller of ``check`` has given, as the arguments of one call. Integers that are all there is
    are taken for floats where something has to be ``moved``.

    Raises:
        DtypeError: if a generator of inputs gives nothing that can be an argument.
    """
    origin = "given"
    if callable(inputs) and not isinstance(inputs, Node):
        inputs, origin = inputs(generator), "drawn"
        if inputs is None:
            raise DtypeError(
                "check(): inputs() returned None; it has to return the arguments, drawn with the generator "
                "that it is given"
            )
    if isinstance(inputs, dict):
        sample = Sample((), inputs, origin)
    else:
        sample = Sample(tuple(inputs) if isinstance(inputs, tuple | list) else (inputs,), {}, origin)
    found, rebuild = sample.leaves()
    if moved and not any(map(is_moved, found)):
        return rebuild([float(x) if isinstance(x, int) and not isinstance(x, bool) else x for x in found])
    return sample


def is_moved(x: Any) -> bool:
    """Whether an input is a number or an array that a derivative can be taken by."""
    if isinstance(x, Node):
        return bool(x.requires_grad)
    return isinstance(x, float) or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "f")


def like(
    sample: Sample, generator: np.random.Generator, spread: float | None = None, absolute: bool = False
) -> Sample:
    """Random inputs of the same shapes and kind: positive ones stay positive, those between 0 and 1 between
    them, probabilities sum to 1, one-hot rows and labels change places. With a ``spread`` every number is
    moved by about that part of itself instead; by about that much, if it is ``absolute``.
    """
    found, rebuild = sample.leaves()
    drawn = rebuild([_drawn(x, generator, spread, absolute) for x in found])
    return Sample(drawn.arguments, drawn.keywords, "drawn")


def _drawn(x: Any, generator: np.random.Generator, spread: float | None, absolute: bool) -> Any:
    if isinstance(x, Node):
        data = _drawn(np.asarray(x.data), generator, spread, absolute) if x.requires_grad else x.data
        return _node(x, data)
    if isinstance(x, np.ndarray) and x.dtype.kind in "iub" and x.ndim and spread is None:
        return generator.permutation(x)
    if not is_moved(x) or not np.size(x):
        return x
    array = np.asarray(x, dtype=np.float64)
    if spread is None:
        fresh = _random(array, generator)
    else:
        fresh = array + spread * generator.normal(size=array.shape) * (1.0 if absolute else array)
    return float(fresh) if isinstance(x, float) else fresh.astype(x.dtype).reshape(np.shape(x))


def _random(x: Array, generator: np.random.Generator) -> Array:
    if not np.isfinite(x).all():
        return x
    if x.ndim and x.size > 1 and np.isin(x, (0.0, 1.0)).all() and 0 < x.sum() < x.size:
        return generator.permutation(x) if x.ndim == 1 or (x.sum(-1) == 1).all() else generator.permuted(x)
    if x.ndim and x.shape[-1] > 1 and (x >= 0).all() and np.allclose(x.sum(-1), 1):
        exponentials = np.exp(generator.normal(size=x.shape))
        return np.asarray(exponentials / exponentials.sum(-1, keepdims=True))
    size = float(np.sqrt(np.mean(x**2))) or 1.0
    fresh: Any
    if (x > 0).all():
        fresh = (
            generator.uniform(0.1, 0.9, x.shape)
            if (x < 1).all()
            else size * generator.uniform(0.4, 1.6, x.shape)
        )
    else:
        fresh = size * generator.normal(size=x.shape)
    if x.ndim == 2 and x.shape[0] == x.shape[1] > 1 and np.allclose(x, x.T):
        return np.asarray((fresh + fresh.T) / 2)
    return np.asarray(fresh)


def _copied(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return x.copy()
    return _node(x, x.data) if isinstance(x, Node) else x


def _node(like: Any, data: Any) -> Any:
    if isinstance(like, Value):
        return Value(float(data), label=like.label)
    return Tensor(np.array(data), requires_grad=like.requires_grad, label=like.label)


def named_changes(before: Sequence[Any], after: Sequence[Any], names: Sequence[str]) -> Iterator[str]:
    """A phrase for each input that is not what it was."""
    for x, y, name in zip(before, after, names, strict=True):
        a, b = (np.asarray(z.data if isinstance(z, Node) else z) for z in (x, y))
        if a.dtype == object or b.dtype == object:
            continue
        if a.shape != b.shape:
            yield f"{name}, of shape {a.shape} and afterwards {b.shape}"
        elif a.tobytes() != b.tobytes():
            index = tuple(int(i) for i in np.argwhere(~((a == b) | ((a != a) & (b != b))))[:1].ravel())
            place = f" at index {index}" if index else ""
            if a[index] != b[index]:
                yield f"{name}{place}, {a[index]:.6g} before and {b[index]:.6g} afterwards"
