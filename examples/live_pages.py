"""Five computations to move, predict and send downhill: a neuron, two classes, a layer, a convolution with
its pooling, and softmax with cross-entropy.

Writes one page each into ``build/demo/live``; they need no network, and each opens with a double click.
"""

from __future__ import annotations

from pathlib import Path

import nn.functional as F
import viz
from autograd_core import Tensor, Value, sigmoid, tanh

OUT = Path("build/demo/live")


def neuron():
    """A neuron with a shortcut: x is used twice, so two ways lead from it to the loss."""
    w, x, b, t = (Value(at, label=name) for name, at in zip("wxbt", (1.5, 0.8, -0.4, 0.2), strict=True))
    h = tanh(w * x + b)
    y = h + x
    loss = (y - t) ** 2
    h.label, y.label = "h", "y"
    return viz.live(loss, learn=[w, b], title="A neuron with a shortcut")


def two_classes():
    """The probability of a class, and what a wrong one costs."""
    w, x, b, t = (Value(at, label=name) for name, at in zip("wxbt", (2.0, 0.8, -0.5, 0.0), strict=True))
    p = sigmoid(w * x + b)
    p.label = "p"
    loss = -(t * p.log() + (1 - t) * (1 - p).log())
    return viz.live(
        loss, learn=[w, b], sliders={x: (-3, 3), w: (-4, 4), b: (-4, 4), t: (0, 1)}, title="Two classes"
    )


def layer():
    """Three neurons with four inputs: a matrix, a vector, and the sum over every use of a weight."""
    weight = Tensor(
        [[0.2, -0.4, 0.6, 0.1], [-0.5, 0.3, 0.9, -0.2], [0.7, -0.6, 0.1, 0.4]], requires_grad=True, label="W"
    )
    bias = Tensor([0.1, -0.3, 0.2], requires_grad=True, label="b")
    x = Tensor([1.0, -0.5, 2.0, 0.3], label="x")
    return viz.live(((tanh(weight @ x + bias) - 0.5) ** 2).sum(), learn=[weight, bias], title="A layer")


def convolution():
    """An image, a kernel, the map, and the largest of the map."""
    image = Tensor([[[[0, 1, 2, 1], [1, 3, 1, 0], [2, 1, 0, 1], [0, 1, 1, 2]]]], dtype=float, label="image")
    kernel = Tensor([[[[1.0, -0.5], [0.5, -1.0]]]], requires_grad=True, label="kernel")
    pooled = F.max_pool2d(F.conv2d(image, kernel), 2, stride=1)
    return viz.live((pooled**2).mean(), learn=kernel, title="A convolution, pooled")


def cross_entropy():
    """Scores of three classes for two samples."""
    scores = Tensor([[1.0, -0.5, 0.2], [0.3, 0.8, -1.0]], requires_grad=True, label="z")
    return viz.live(F.cross_entropy(scores, [0, 2]), rate=1.0, title="Softmax with cross-entropy")


PAGES = {
    "neuron": neuron,
    "two_classes": two_classes,
    "layer": layer,
    "convolution": convolution,
    "cross_entropy": cross_entropy,
}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        print(make().save(OUT / f"{name}.html"))


if __name__ == "__main__":
    main()
