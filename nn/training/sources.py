"""Where the batches come from: arrays that are cut and shuffled, or anything that gives batches again and
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DtypeError, ShapeError

from ..checks import check_count
from ..data import batches
from .setting import undisturbed

__all__: list[str] = []

Batch = tuple[tuple[Any, ...], Any, int]  # inputs, target, number of samples

_USUAL_SIZE = 32


class Source:
    """Batches ``(x, y)``, epoch after epoch.

    Args:
        call: who asks, for messages.
        owner: the parameter that the data were given for.
        data: a pair of arrays ``(x, y)``, samples along their first axes; or an object that gives batches
            ``(x, y)`` every time it is iterated over: a loader, a list of batches.
        batch_size: for a pair of arrays; 32 when None.
        shuffle: whether a pair of arrays gets a new order in every epoch.
        generator: draws the order.

    Raises:
        ShapeError: if there are no samples, or not as many targets as inputs.
        DomainError: for a ``batch_size`` that is not positive.
        DtypeError: for data that cannot be iterated over, or only once.
    """

    def __init__(
        self,
        call: str,
        owner: str,
        data: Any,
        batch_size: int | None,
        shuffle: bool,
        generator: np.random.Generator | None,
    ) -> None:
        self.where, self.shuffle, self.generator = f"{call}: `{owner}`", shuffle, generator
        if batch_size is not None:
            check_count(call, batch_size=batch_size)
        self.arrays = _pair_of_arrays(self.where, data)
        if self.arrays is not None:
            self.batch_size = batch_size or _USUAL_SIZE
            return
        if isinstance(data, Iterator):
            raise DtypeError(
                f"{self.where} is a {type(data).__name__}, which is used up after one epoch; give what "
                "can be iterated over again: a loader, a list of batches, or the arrays (x, y)"
            )
        if hasattr(data, "__getitem__") and hasattr(data, "__len__") and not hasattr(data, "__iter__"):
            raise DtypeError(
                f"{self.where} is a {type(data).__name__}, which gives single samples; "
                "nn.DataLoader(data, batch_size=32, shuffle=True) makes batches of them"
            )
        if not isinstance(data, Iterable) or hasattr(data, "dtype") or isinstance(data, str | dict):
            raise DtypeError(
                f"{self.where} has to be a pair of arrays (x, y), or give batches (x, y) when it is "
                f"iterated over, got a {type(data).__name__}"
            )
        self.batches: Any = data

    def __len__(self) -> int:
        """The number of batches, 0 if it is not known."""
        if self.arrays is not None:
            return -(-len(self.arrays[0]) // self.batch_size)
        try:
            return len(self.batches)
        except TypeError:
            return 0

    def __iter__(self) -> Iterator[Batch]:
        number = 0
        for batch in self.batches if self.arrays is None else self._cut():
            number += 1
            yield self._checked(batch, number)
        if not number:
            raise ShapeError(f"{self.where} gives no batches")

    def first(self) -> Batch:
        """The first batch; the draws of random numbers stay what they would have been."""
        with undisturbed(self.generator, self.batches if self.arrays is None else None):
            batches = iter(self)
            found = next(batches)
            del batches  # a loader that works ahead stops before the generators are put back
            return found

    def _cut(self) -> Any:
        assert self.arrays is not None
        return batches(*self.arrays, self.batch_size, shuffle=self.shuffle, generator=self.generator)

    def _checked(self, batch: Any, number: int) -> Batch:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            what = type(batch).__name__ + (f" of {len(batch)}" if isinstance(batch, tuple | list) else "")
            raise DtypeError(
                f"{self.where}: a batch is a pair (x, y), but batch {number} is a {what}; "
                "several inputs make one x, a tuple: ((x1, x2), y)"
            )
        x, y = batch
        inputs = tuple(map(_node, x)) if isinstance(x, tuple) else (_node(x),)
        target = _node(y)
        samples = next((len(z) for z in (target, *inputs) if isinstance(z, Tensor) and z.ndim), 1)
        if not samples:
            raise ShapeError(f"{self.where}: batch {number} has no samples")
        return inputs, target, samples


def _pair_of_arrays(where: str, data: Any) -> tuple[Tensor, Tensor] | None:
    """The pair, if that is what was given; a list of two arrays is one too, of two pairs it is none."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        return None
    if any(isinstance(part, tuple) for part in data):
        return None
    if isinstance(data, list) and not all(hasattr(part, "shape") for part in data):
        return None
    x, y = map(_node, data)
    for name, part in (("x", x), ("y", y)):
        if not isinstance(part, Tensor) or not part.ndim:
            raise ShapeError(
                f"{where} has to be a pair of arrays (x, y) with samples along their first axes, "
                f"{name} is {_shortened(part)}"
            )
    if len(x) != len(y):
        raise ShapeError(f"{where} has {len(x)} inputs but {len(y)} targets")
    if not len(x):
        raise ShapeError(f"{where} has no samples, x has shape {x.shape}")
    return x, y


def _shortened(x: Any) -> str:
    text = repr(x)
    return text if len(text) < 80 else text[:70] + " ..."


def _node(x: Any) -> Any:
    """Arrays, other libraries' too, and lists of numbers as a Tensor; everything else as it is."""
    if isinstance(x, Tensor):
        return x
    try:
        array = np.asarray(x) if not isinstance(x, dict) else None
    except ValueError:  # lists of unequal lengths
        array = None
    return x if array is None or array.dtype.kind not in "fiub" else Tensor(array)
