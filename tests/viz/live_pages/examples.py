"""Computations for live pages, and what the library says about them."""

import numpy as np

import nn.functional as F
from autograd_core import Tensor, Value, sigmoid, tanh
from viz import live

NEURON = {"w": 1.5, "x": 0.8, "b": -0.4, "t": 0.2}


def neuron_loss(w, x, b, t):
    """(tanh(w x + b) + x - t)², where x is used twice; and the leaves by their names."""
    leaves = {name: Value(at, label=name) for name, at in zip("wxbt", (w, x, b, t), strict=True)}
    h = tanh(leaves["w"] * leaves["x"] + leaves["b"])
    y = h + leaves["x"]
    e = y - leaves["t"]
    loss = e**2
    for name, node in {"h": h, "y": y, "e": e, "L": loss}.items():
        node.label = name
    return loss, leaves


def neuron(**options):
    loss, _ = neuron_loss(**NEURON)
    return live(loss, **{"learn": ["w", "b"], "title": "A neuron with a shortcut", **options})


def logistic():
    w, x, b, t = (Value(at, label=name) for name, at in zip("wxbt", (2.0, 0.8, -0.5, 1.0), strict=True))
    p = sigmoid(w * x + b)
    return live(-(t * p.log() + (1 - t) * (1 - p).log()), learn=[w, b])


def layer(rows=6, columns=6):
    """A loss of tanh(W x + b), as Tensors."""
    random = np.random.default_rng(0)

    def drawn(label, *shape):
        return Tensor(random.normal(size=shape).round(1), requires_grad=True, label=label)

    weight, x, bias = drawn("W", rows, columns), drawn("x", columns), drawn("b", rows)
    return live((((weight @ x + bias).tanh() - 0.5) ** 2).sum(), learn=["W", "b"])


def pooled_map():
    """A convolution, its largest values, and all of it squared."""
    random = np.random.default_rng(0)
    image = Tensor(random.normal(size=(1, 1, 4, 4)).round(1), requires_grad=True, label="image")
    kernel = Tensor(random.normal(size=(1, 1, 2, 2)).round(1), requires_grad=True, label="kernel")
    filtered = F.conv2d(image, kernel)
    return live(F.max_pool2d(filtered, 2).sum() + (filtered**2).mean())


def classified():
    scores = Tensor([[0.5, -1.0, 2.0], [0.1, 0.2, -0.3]], requires_grad=True, label="z")
    return live(F.cross_entropy(scores, [0, 2]))


def normalized():
    x = Tensor([[0.5, -1.0], [2.0, 0.3], [1.0, 1.2]], requires_grad=True, label="x")
    return live((F.layer_norm(x, (2,)) ** 3).sum())


PAGES = {
    "neuron": neuron,
    "logistic": logistic,
    "layer": layer,
    "pooled map": pooled_map,
    "classified": classified,
    "normalized": normalized,
}
