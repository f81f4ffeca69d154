"""The tensor workloads as data: layers, deterministic inputs and start values. Needs NumPy only.

Every library builds its network from the same table and starts from the same numbers, so that losses and
gradients can be compared before anything is timed. Arrays have PyTorch's layouts: images are (batch,
channels, height, width), the weights of a dense layer (outputs, inputs), of a convolution (outputs,
inputs, height, width).
"""

from __future__ import annotations

import itertools
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "BLACK",
    "LEARNING_RATE",
    "MOMENTUM",
    "NETWORKS",
    "ROWS",
    "Layer",
    "Problem",
    "RowsProblem",
    "batch_loss",
    "problem",
    "rows_problem",
]

Array = np.ndarray[Any, np.dtype[Any]]
Layer = tuple[Any, ...]
"""The name of a layer in ``nn`` and ``torch.nn``, and its arguments."""

LEARNING_RATE = 0.01
MOMENTUM = 0.9
DATA = 2**25
"""Bytes of inputs that a network goes through before it meets some again, and 256 batches at most."""


@dataclass(frozen=True)
class Network:
    """Layers, the loss, the shape of one sample, the number of samples."""

    title: str
    layers: tuple[Layer, ...]
    loss: str
    sample: tuple[int, ...]
    batch: int


@dataclass(frozen=True)
class Problem:
    """A network with its data: everything that a library needs to carry out training steps.

    Attributes:
        inputs: one batch after the other, a new one for each step.
        targets: one batch fewer, so that no two passes have the same pairs. A network that is timed on what
            it has learned by heart computes with zeros. Targets that are the inputs are as many.
        settling: how many steps to take before any is timed.
    """

    layers: tuple[Layer, ...]
    loss: str
    inputs: list[Array]
    targets: list[Array]
    parameters: dict[str, Array]
    settling: int = 1

    @property
    def tolerance(self) -> float:
        """How far float32 gradients may lie apart, as a share of the largest one.

        Where two pixels of a pooling window are equal but for rounding, libraries that add up in another
        order choose another one, and the gradient goes there as a whole.
        """
        return 1e-2 if any(kind == "MaxPool2d" for kind, *_ in self.layers) else 2e-4


@dataclass(frozen=True)
class RowsProblem:
    """One operation along the rows of a matrix: its input, the weights of its output, its parameters."""

    x: Array
    output_weights: Array
    parameters: dict[str, Array] = field(default_factory=dict)


def _dense(*sizes: int, between: str, last: tuple[Layer, ...] = ()) -> tuple[Layer, ...]:
    """Dense layers of these sizes, with an activation between them."""
    layers: list[Layer] = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [("Linear", inputs, outputs), (between,)]
    return (*layers[:-1], *last)


def _multilayer(batch: int) -> Network:
    layers = _dense(784, 100, 10, between="ReLU")
    return Network(f"MLP 784-100-10, batch {batch}", layers, "CrossEntropyLoss", (784,), batch)


_LENET = (
    *(("Conv2d", 1, 20, 5), ("ReLU",), ("MaxPool2d", 2)),
    *(("Conv2d", 20, 50, 5), ("ReLU",), ("MaxPool2d", 2)),
    *(("Flatten",), ("Linear", 800, 500), ("ReLU",), ("Linear", 500, 10)),
)
_FOUR_CONVOLUTIONS = (
    *(("Conv2d", 1, 32, 3), ("ReLU",), ("Conv2d", 32, 32, 3), ("ReLU",), ("MaxPool2d", 2)),
    *(("Conv2d", 32, 64, 3), ("ReLU",), ("Conv2d", 64, 64, 3), ("ReLU",), ("MaxPool2d", 2)),
    *(("Flatten",), ("Linear", 1024, 256), ("ReLU",), ("Dropout", 0.5), ("Linear", 256, 10)),
)
_KAGGLE = (
    *(("Conv2d", 1, 32, 5, 1, 2), ("ReLU",), ("Conv2d", 32, 32, 5, 1, 2), ("ReLU",)),
    *(("MaxPool2d", 2), ("Dropout", 0.25)),
    *(("Conv2d", 32, 64, 3, 1, 1), ("ReLU",), ("Conv2d", 64, 64, 3, 1, 1), ("ReLU",)),
    *(("MaxPool2d", 2, 2), ("Dropout", 0.25)),
    *(("Flatten",), ("Linear", 3136, 256), ("ReLU",), ("Dropout", 0.5), ("Linear", 256, 10)),
)
_IMAGE = (1, 28, 28)

NETWORKS = {
    "T1-32": _multilayer(32),
    "T1-128": _multilayer(128),
    "T2": Network(
        "autoencoder 100-100-100",
        _dense(100, 100, 100, between="Sigmoid", last=(("Sigmoid",),)),
        *("MSELoss", (100,), 100),
    ),
    "T3": Network("LeNet, batch 64", _LENET, "CrossEntropyLoss", _IMAGE, 64),
    "T4": Network("four 3x3 convolutions, batch 32", _FOUR_CONVOLUTIONS, "CrossEntropyLoss", _IMAGE, 32),
    "T4-kaggle": Network("the same, 5x5 and padded", _KAGGLE, "CrossEntropyLoss", _IMAGE, 32),
    "T5": Network(
        "MLP 2-16-16-1, batch 100",
        _dense(2, 16, 16, 1, between="ReLU"),
        *("BCEWithLogitsLoss", (2,), 100),
    ),
}
"""One training step each: zero_grad, forward, loss, backward, gradient descent with momentum; float32."""

ROWS = {"T6-logsumexp": (256, 1024), "T6-softmax": (256, 1024), "T6-layernorm": (256, 1024)}
"""Forward and backward of one operation along the rows of a float32 matrix of this shape."""

BLACK = {
    f"black-{pixels}": f"784-100-10, batch 32, {pixels} pixels black for a thousand steps"
    for pixels in (0, 600)
}
"""A step of T1-32 long after the weights of many inputs have had their last gradient: their momenta decay."""


def _scaled(kind: str, size: int) -> Network:
    """The networks of the scaling study: one size grows, the others stay."""
    if kind == "depth":
        layers = _dense(*(64,) * (size + 1), 10, between="ReLU")
        return Network(f"{size} layers of 64", layers, "CrossEntropyLoss", (64,), 32)
    if kind == "width":
        return Network(
            f"two layers of {size}",
            _dense(size, size, size, 10, between="ReLU"),
            *("CrossEntropyLoss", (size,), 32),
        )
    if kind == "batch":
        return _multilayer(size)
    if kind == "black":
        return _multilayer(32)
    raise KeyError(kind)


def _shapes(layers: tuple[Layer, ...]) -> dict[str, tuple[int, ...]]:
    """The shapes of the parameters, named as in a ``state_dict``."""
    shapes: dict[str, tuple[int, ...]] = {}
    for index, (kind, *arguments) in enumerate(layers):
        if kind == "Linear":
            inputs, outputs = arguments
            shapes[f"{index}.weight"] = (outputs, inputs)
        elif kind == "Conv2d":
            inputs, outputs, size, *_ = arguments
            shapes[f"{index}.weight"] = (outputs, inputs, size, size)
        else:
            continue
        shapes[f"{index}.bias"] = (outputs,)
    return shapes


def _generator(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def _normal(generator: np.random.Generator, shape: tuple[int, ...], scale: float = 1.0) -> Array:
    return (scale * generator.standard_normal(shape)).astype(np.float32)


def problem(name: str) -> Problem:
    """The workload of this name, or one of a study of its own, such as ``"depth-64"``."""
    kind, _, size = name.partition("-")
    network = NETWORKS[name] if name in NETWORKS else _scaled(kind, int(size))
    generator = _generator(name)
    first, targets_of_first = _batch(network, generator)
    parameters = {
        key: _normal(generator, shape, float(np.prod(shape[1:])) ** -0.5 if len(shape) > 1 else 0.1)
        for key, shape in _shapes(network.layers).items()
    }
    bytes_of_batch = 4 * network.batch * int(np.prod(network.sample))
    count = min(256, max(3, DATA // bytes_of_batch))
    more = [_batch(network, generator) for _ in range(count - 1)]
    inputs = [first, *(x for x, _ in more)]
    targets = [targets_of_first, *(y for _, y in more)]
    if network.loss != "MSELoss":
        targets.pop()
    if kind != "black":
        return Problem(network.layers, network.loss, inputs, targets, parameters)
    for later in inputs[1:]:
        later[:, : int(size)] = 0
    return Problem(network.layers, network.loss, inputs, targets, parameters, settling=1000)


def _batch(network: Network, generator: np.random.Generator) -> tuple[Array, Array]:
    """Inputs and targets."""
    shape = (network.batch, *network.sample)
    if network.loss == "MSELoss":
        inputs = generator.random(shape).astype(np.float32)
        return inputs, inputs
    inputs = _normal(generator, shape)
    if network.loss == "BCEWithLogitsLoss":
        return inputs, (generator.random((network.batch, 1)) > 0.5).astype(np.float32)
    return inputs, generator.integers(0, 10, network.batch)


def rows_problem(name: str) -> RowsProblem:
    """The T6 workload of this name."""
    shape = ROWS[name]
    generator = _generator(name)
    x = _normal(generator, shape)
    parameters = {}
    if name == "T6-layernorm":
        parameters = {
            "weight": 1 + _normal(generator, shape[1:], 0.1),
            "bias": _normal(generator, shape[1:], 0.1),
        }
    weights = _normal(generator, shape[:1] if name == "T6-logsumexp" else shape)
    return RowsProblem(x, weights, parameters)


def batch_loss(name: str, library: Any, outputs: Any, targets: Any, one_hot: Any) -> Any:
    """The loss of a network, for libraries that come without losses: ``library`` has NumPy's functions."""
    if name == "MSELoss":
        return library.mean((outputs - targets) ** 2)
    if name == "BCEWithLogitsLoss":
        softplus = library.log(1 + library.exp(-library.abs(outputs)))
        return library.mean(library.maximum(outputs, 0) - outputs * targets + softplus)
    largest = library.max(outputs, axis=1, keepdims=True)
    shifted = outputs - largest
    log_sums = library.log(library.sum(library.exp(shifted), axis=1))
    return library.mean(log_sums - library.sum(shifted * one_hot, axis=1))
