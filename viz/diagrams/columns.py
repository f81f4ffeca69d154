"""A network as columns, from input to output: what one sample is in each layer, and how it gets there.

What changes no shape (an activation, a normalisation, dropout) belongs to the column before it; a reshape
belongs to the way between two.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np

from autograd_core import GraphError, Node, Tensor
from autograd_core.geometry import Windows
from autograd_core.inspection.operations import operation

from ..graph.reading import Reading
from ..graph.running import evaluating, training_once
from ..graph.targets import read
from ..picture.layer_words import mask_of, steps_of, what, windows_of
from ..picture.layers import Layer, bare, entering, layers_of
from ..wording import clean

Array = np.ndarray[Any, np.dtype[Any]]
_MOST_LISTED = 6


@dataclass
class Column:
    """A layer with the functions that follow it.

    Attributes:
        title: what it is called.
        shape: the shape of one sample.
        then: the functions that follow and keep the shape.
        sources: the places of the columns from which it is computed.
        change: how the shape is changed on the way.
        said: what it computes, in words.
        windows: how its windows lie on the column before it; None where it has none.
        onto: whether they lie on this column instead, each made from one number of the one before.
        weight: (units, units before) of a dense layer.
        values: the first sample, all functions applied.
        dropped: what dropout has left out of it, an array of truth values that is broadcast to the shape.
        factor: what dropout has multiplied the others by.
    """

    title: str
    shape: tuple[int, ...]
    then: list[str] = field(default_factory=list)
    sources: tuple[int, ...] = ()
    change: str = ""
    said: str = ""
    windows: Windows | None = None
    onto: bool = False
    weight: Array | None = None
    values: Array | None = None
    dropped: Array | None = None
    factor: float = 1.0

    @property
    def names(self) -> str:
        """The layer and what follows it."""
        return ", ".join([self.title, *self.then])

    @property
    def size(self) -> int:
        """How many numbers one sample has."""
        return math.prod(self.shape)

    @property
    def channels(self) -> bool:
        """Whether dropout has left out whole channels."""
        mask = self.dropped
        return mask is not None and len(self.shape) > 1 and math.prod(mask.shape[1:]) == 1

    @property
    def left_out(self) -> str:
        """What dropout has left out, in words; empty where there was none."""
        if self.dropped is None:
            return ""
        noun = "channel" if self.channels else "unit" if len(self.shape) < 2 else "number"
        mask = self.dropped.ravel() if self.channels else np.broadcast_to(self.dropped, self.shape).ravel()
        places = np.flatnonzero(mask).tolist()
        if noun != "number" and 0 < len(places) <= _MOST_LISTED:
            plural = "s" * (len(places) > 1)
            return f"{noun}{plural} {', '.join(map(str, places))} of {mask.size} dropped"
        return f"{len(places):,} of {mask.size:,} {noun}s dropped"


def columns_at_work(model: Any, data: Array, training: bool) -> list[Column]:
    """The columns of a model as it computes a batch, read off the graph that this records.

    Raises:
        GraphError: if nothing is recorded.
    """
    x = Tensor(data, requires_grad=data.dtype.kind == "f")
    mode = training_once if training else evaluating
    with mode("network", model):
        reading, _ = read(model, (x,), "network")
    if all(output.op is None for output in reading.outputs):
        raise GraphError("network(): nothing was recorded; call it outside of no_grad()")
    return _Columns(reading, x).found


def columns_at_rest(model: Any) -> list[Column]:
    """The columns of a model that was given no input: its dense layers, as it holds them."""
    found: list[Column] = []
    for path, module in model.named_modules():
        if len(list(module.named_modules())) > 1:
            continue
        weight, name = getattr(module, "weight", None), path.rpartition(".")[2]
        title = type(module).__name__ if not name or name.isdigit() else clean(name)
        if isinstance(weight, Tensor) and weight.data.ndim >= 2:
            found.append(Column(title, (weight.shape[0],), weight=weight.data))
        elif found:
            found[-1].then.append(type(module).__name__)
    return found


def left_out_in_words(columns: Sequence[Column]) -> str:
    """What a cross means, with the factor that keeps the expectation where it is one for all."""
    factors = {round(column.factor, 9) for column in columns if column.dropped is not None}
    factor = factors.pop() if len(factors) == 1 else 1.0
    return f"left out in this pass{f', the others × {factor:.3g}' if factor > 1 else ''}"


class _Columns:
    """The columns as they are found, layer by layer."""

    def __init__(self, reading: Reading, x: Tensor) -> None:
        self.reading, self.input = reading, x
        self.layers = layers_of(reading, None)
        self.batched = x.data.ndim > 1
        self.at: dict[Layer | None, int] = {None: 0}
        self.found = [Column("input", self._shape(x), values=self._sample(x.data))]
        self.used = Counter(source for layer in self.layers.order for source, _, _ in self._sources(layer))
        for layer in self.layers.order:
            self._add(layer)

    def _shape(self, node: Node) -> tuple[int, ...]:
        return tuple(node.shape[1:] if self.batched else node.shape)

    def _sample(self, batch: Array) -> Array:
        return np.array(batch[0] if self.batched and np.ndim(batch) else batch).reshape(-1)

    def _sources(self, layer: Layer) -> Iterator[tuple[Layer | None, str, Node]]:
        """The layers (None is the input) from which it is computed, with the change of the shape on the way
        and what arrives.
        """
        for x in entering(self.reading, layer, self.layers):
            source, change = self.layers.carried.get(x, (x, ""))
            if source is self.input:
                yield None, change, x
            elif source in self.layers.of:
                yield self.layers.of[source], change, x

    def _add(self, layer: Layer) -> None:
        reading = self.reading
        sources = list(self._sources(layer))
        nodes = [*layer.nodes, *layer.following]
        sliding = next((node for node in layer.nodes if windows_of(node) is not None), None)
        weight = next(filter(lambda w: w is not None, map(self._weight, layer.nodes)), None)
        alone = len(sources) == 1 and sources[0][1] == "" and self.used[sources[0][0]] == 1
        i = self.at[sources[0][0]] if alone else -1
        names = [
            bare(reading, place) if place and ": " in place[-1] else operation(list(group)[-1])
            for place, group in groupby(layer.following, reading.scope)
        ]
        masks = [found for node in nodes if (found := mask_of(node)) is not None]
        told = "dropout" if masks else what(layer.nodes)
        if alone and sliding is None and weight is None and self.found[i].shape == self._shape(layer.end):
            column = self.found[i]
            column.then.append(bare(reading, layer.place) if _is_numbered(layer) else told)
        else:
            i = len(self.found)
            title = clean(layer.place[-1]).rpartition(": ")[2] if layer.place else told
            column = Column(title, self._shape(layer.end), said=told if told != title else "", weight=weight)
            column.sources = tuple(dict.fromkeys(self.at[source] for source, _, _ in sources)) or (0,)
            column.change = next((change for _, change, _ in sources if change), "")
            if sliding is not None and len(sources) == 1:
                self._slide(column, sliding, sources[0][2])
            self.found.append(column)
        column.then += names
        column.values = self._sample(layer.end.data)
        for mask, factor in masks:
            left = np.asarray(mask[0] if self.batched and mask.ndim == len(layer.end.shape) else mask) == 0
            column.dropped = left if column.dropped is None else left | column.dropped
            column.factor *= factor
        self.at[layer] = i

    def _weight(self, node: Node) -> Array | None:
        """The matrix of a dense layer, (units, units before)."""
        if node.op is None or node.op.name not in ("affine", "matmul"):
            return None
        leaf = weight = node.inputs[1]
        while isinstance(leaf, Node) and leaf.op is not None and len(leaf.parents) == 1:
            leaf = leaf.parents[0]
        if not isinstance(leaf, Node) or not self.reading.is_learned(leaf) or len(weight.shape) != 2:
            return None
        matrix = np.asarray(weight.data)
        return matrix if node.op.name == "affine" else matrix.T

    def _slide(self, column: Column, node: Node, source: Node) -> None:
        """The windows, with the padding that was put around the source before."""
        windows = windows_of(node)
        assert windows is not None, "it slides"
        assert node.op is not None, "an operation slides"
        axes = len(windows.kernel)
        column.onto = node.op.name == "transposed_convolution"
        given = node.inputs[0].shape[-axes:]
        if not column.onto:
            around = [max(0, n - m) for n, m in zip(given, source.shape[-axes:], strict=True)]
            padding = tuple(
                (before + n // 2, after + n - n // 2)
                for n, (before, after) in zip(around, windows.padding, strict=True)
            )
            windows = windows._replace(padding=padding)
        column.windows = windows
        padded = [part for part in steps_of(windows, False) if part.startswith("padding")]
        column.said = ", ".join([column.said or column.title, *padded])


def _is_numbered(layer: Layer) -> bool:
    """Whether a call is that of an entry of a list, which is called by its class."""
    return bool(layer.place) and ": " in layer.place[-1]
