"""The diagrams of lectures: a network as circles and lines, or as a row of volumes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, Node

from .circles import circles, follow_one_another
from .columns import columns_at_rest, columns_at_work
from .figure import Figure
from .volumes import volumes

MOST_COLUMNS = 40
"""A network of more layers is no diagram."""


def network(model: Any, input: Any = None, *, training: bool = False) -> Figure:
    """Draw a network: its units and weights where it is dense, its volumes where it convolves.

    A weight's line is as thick as the weight is large; blue is positive, dashed vermilion negative. With
    an input the units show their activations for its first sample, and on volumes lie the windows of
    convolutions and pools, with stride and padding. An activation, a normalisation and dropout have no column
    of their own: they stand at the layer that they follow. ``print`` says the same.

    Args:
        model: a module: it has ``named_modules()``, ``parameters()`` and ``forward``.
        input: an example batch; a network with convolutions needs one, for its shapes.
        training: whether the model is run in training mode: what dropout left out of the first sample in this
            pass is crossed out, numbers, units or whole channels. The pass draws from the generators of the
            model like any other; modes and running statistics are afterwards as before.

    Raises:
        DtypeError: if the model is no module.
        DomainError: if it has no layer with weights, more than 40 layers, or needs an input.
        ShapeError: if dense layers do not follow one another.
        GraphError: inside of ``no_grad()``, where nothing is recorded.

    >>> import nn
    >>> print(network(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))))
    Sequential
    input: 2 units
    Linear, Tanh: 3 units
    Linear: 1 unit

    >>> dropout = nn.Dropout2d(0.5, generator=np.random.default_rng(0))
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), dropout, nn.MaxPool2d(2))
    >>> print(network(model, np.ones((1, 1, 8, 8)), training=True))
    Sequential, in training mode
    input: 1 × 8 × 8
    Conv2d, ReLU, Dropout2d: 4 × 8 × 8; conv 3×3, 1 → 4, padding 1; channels 1, 2, 3 of 4 dropped
    MaxPool2d: 4 × 4 × 4; max 2×2
    """
    if not all(hasattr(model, name) for name in ("named_modules", "parameters", "forward")):
        raise DtypeError(f"network() draws a module, got {type(model).__name__}")
    name = type(model).__name__
    if training and input is None:
        raise DomainError(
            "network(model, training=True): dropout acts on an input: (model, x, training=True)"
        )
    if input is None:
        columns = columns_at_rest(model)
        if any(column.weight is not None and column.weight.ndim > 2 for column in columns):
            raise DomainError("network(model): convolutions need an input for their shapes: (model, x)")
    else:
        data = np.asarray(input.data if isinstance(input, Node) else input)
        columns = columns_at_work(model, data, training)
    if not any(column.weight is not None or column.windows is not None for column in columns):
        raise DomainError(f"network(): {name} has no dense or convolutional layer")
    if len(columns) > MOST_COLUMNS:
        raise DomainError(
            f"network(): {name} has {len(columns)} layers, at most {MOST_COLUMNS} are drawn side by side; "
            "viz.draw(model, x) draws them, with depth= fewer at once"
        )
    if input is None or follow_one_another(columns):
        return circles(name, columns, training)
    return volumes(name, columns, training)
