"""The metrics of a training, each with its name: means over the samples, and objects that collect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.errors import DomainError, DtypeError, ShapeError

from .metrics import Metric

__all__: list[str] = []

ABOUT = ("learning_rate", "iteration", "seconds")
"""The columns of a history that say how an epoch was, not how good."""

_TAKEN = ("loss", "epoch", *ABOUT)


class Measures:
    """Metrics by name, told batch after batch.

    Attributes:
        names: their columns.
    """

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self._metrics = dict(metrics)
        self.names = list(metrics)

    def reset(self) -> None:
        """Begin a new pass over the data."""
        for metric in self._metrics.values():
            metric.reset()

    def update(self, output: Any, target: Any, samples: int) -> None:
        """Take in a batch of so many samples."""
        for metric in self._metrics.values():
            if isinstance(metric, _Mean):
                metric.samples_of_batch = samples
            metric.update(output, target)

    def computed(self) -> dict[str, Any]:
        """What the pass gave."""
        return {name: metric.compute() for name, metric in self._metrics.items()}


class _Mean(Metric):
    """The mean of a function over all samples: a short batch counts less."""

    def __init__(self, name: str, function: Callable[[Any, Any], Any]) -> None:
        self.name, self.function = name, function
        self.samples_of_batch = 0
        self.reset()

    def reset(self) -> None:
        self.total, self.samples = 0.0, 0

    def update(self, output: Any, target: Any) -> None:
        value = self.function(output, target)
        number = np.asarray(value._raw if isinstance(value, Node) else value)
        if number.size != 1 or number.dtype.kind not in "fiub":
            raise ShapeError(
                f"the metric {self.name!r} has to give one number for a batch, got "
                f"{f'shape {number.shape}' if number.dtype.kind in 'fiub' else repr(value)}"
            )
        self.total += float(number.item()) * self.samples_of_batch
        self.samples += self.samples_of_batch

    def compute(self) -> float:
        return self.total / self.samples


def made_measures(metrics: Iterable[Any] | Mapping[str, Any]) -> Measures:
    """Give every metric its name.

    Raises:
        DtypeError: for something that is no metric.
        DomainError: if two have one name, or one has none.
    """
    if callable(metrics) or isinstance(metrics, Metric | str) or not isinstance(metrics, Iterable):
        raise DtypeError(f"`metrics` is a list, write metrics=[...], got {metrics!r}")
    pairs = metrics.items() if isinstance(metrics, Mapping) else [(_name_of(m), m) for m in metrics]
    made: dict[str, Metric] = {}
    for name, metric in pairs:
        if isinstance(metric, type) or not (isinstance(metric, Metric) or callable(metric)):
            hint = f"; write {metric.__name__}()" if isinstance(metric, type) else ""
            raise DtypeError(
                f"`metrics`: a metric is a function (output, y) or an nn.Metric, got {metric!r}{hint}"
            )
        if not isinstance(name, str) or not name.replace("lambda", "").strip("<>"):
            raise DomainError(
                "`metrics`: a metric has no name of its own; give a mapping, metrics={'name': function}"
            )
        if name in made or name in _TAKEN or name.startswith("validation_"):
            raise DomainError(
                f"`metrics`: the name {name!r} of a metric is taken; give a mapping, "
                "metrics={'name': function}"
            )
        made[name] = metric if isinstance(metric, Metric) else _Mean(name, metric)
    return Measures(made)


def _name_of(metric: Any) -> Any:
    if isinstance(metric, Metric):
        return metric.name
    return getattr(metric, "__name__", "")
