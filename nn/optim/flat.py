"""The parameters of a model in one stretch of memory: an optimiser's step is a few long operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from autograd_core import Node, Tensor
from autograd_core.context import entered, recorder
from autograd_core.errors import ShapeError
from autograd_core.watching import disturbed, moment

__all__ = ["FlatParameters"]

Array = np.ndarray[Any, np.dtype[Any]]

_CHUNK = 32_768  # numbers of each array that are worked on at a time, so that they stay in the cache


class FlatParameters:
    """Parameters of one dtype, one after the other in one array; ``parameter.data`` are views into it.

    The parameters are moved here when it is made. A parameter whose ``data`` was replaced since, by the
    user or by another optimiser, is moved again with what it holds by then.

    Attributes:
        data: all numbers, one-dimensional.
        gradient: after :meth:`gather` the gradients, in the same places.
        scratch: room as long as the longest piece of :meth:`stretches`.
    """

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        self.parameters = list(parameters)
        sizes = [parameter.size for parameter in self.parameters]
        ends = np.cumsum([0, *sizes]).tolist()
        self.places = [slice(*ends[i : i + 2]) for i in range(len(sizes))]
        self.data: Array = np.empty(ends[-1], self.parameters[0].dtype)
        self.gradient: Array = np.zeros_like(self.data)
        self.scratch: Array = np.empty(min(ends[-1], _CHUNK), self.data.dtype)
        self._views: list[Array] = []
        self._gradients: list[Array] = []
        for parameter, place in zip(self.parameters, self.places, strict=True):
            self._views.append(self.data[place].reshape(parameter.shape))
            self._gradients.append(self.gradient[place].reshape(parameter.shape))
            self._move(parameter, self._views[-1])

    def __reduce__(self) -> tuple[Any, ...]:
        return FlatParameters, (self.parameters,)  # copied with its parameters, which are moved to the copy

    @staticmethod
    def _move(parameter: Tensor, view: Array) -> None:
        if parameter.shape != view.shape or parameter.dtype != view.dtype:
            raise ShapeError(
                f"the parameter {parameter.label!r} was {view.dtype}{list(view.shape)} when the "
                f"optimiser was made and is {parameter.dtype}{list(parameter.shape)} now: "
                "make the optimiser after the model has its dtype and its shapes"
            )
        np.copyto(view, parameter._raw)
        parameter._raw = view

    def buffer(self) -> Array:
        """Another array of the same length, of zeros."""
        return np.zeros_like(self.data)

    def gather(self) -> list[bool]:
        """Collect the gradients; says which of the parameters have one."""
        present = []
        writing = recorder() if entered else None
        for parameter, view, target in zip(self.parameters, self._views, self._gradients, strict=True):
            if parameter._raw is not view:
                self._move(parameter, view)
            gradient = parameter._grad if writing is None else parameter.grad
            present.append(gradient is not None)
            if gradient is not None:
                numbers = gradient.data if isinstance(gradient, Node) else gradient
                if writing is None:
                    target[...] = numbers
                else:
                    writing.place(parameter, numbers, target)
        return present

    def note_change(self, present: Sequence[bool]) -> None:
        """The parameters that have a gradient are about to be changed: what was recorded with them before
        may not be swept any more.
        """
        now = disturbed[-1] = moment()
        for parameter, moves in zip(self.parameters, present, strict=True):
            if moves:
                parameter._written = now

    def stretches(self, kinds: Sequence[Any]) -> Iterator[tuple[Any, list[Tensor], list[slice]]]:
        """Neighbours that are of one kind together, in pieces that fit into the cache.

        Args:
            kinds: for each parameter what is to be done with it; None leaves it out.

        Returns:
            The kind, the parameters, and the places of the pieces.
        """
        members = zip(kinds, self.parameters, self.places, strict=True)
        for kind, alike in groupby(members, key=lambda member: member[0]):
            if kind is None:
                continue
            _, parameters, places = zip(*alike, strict=True)
            end = places[-1].stop
            starts = range(places[0].start, end, _CHUNK)
            yield kind, list(parameters), [slice(start, min(start + _CHUNK, end)) for start in starts]
