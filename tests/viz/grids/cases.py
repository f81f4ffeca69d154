"""Graphs of every kind that is shown on grids, small and with short numbers."""

from __future__ import annotations

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import Tensor


def numbers(seed, *shape, label=""):
    """A leaf with numbers of one decimal, so that sums are exact."""
    rng = np.random.default_rng(seed)
    return Tensor(rng.integers(-9, 10, shape) / 10, requires_grad=True, label=label)


def loss(o, label="o"):
    o.label = label
    return (o**2).sum() / 2


IMAGE = [[0, 1, 0.5, 0], [0, 1, 1, 0], [0.5, 1, 0, 1], [1, 1, 0.5, 0]]


def convolution():
    """The lecture's 4×4 image under a 2×2 kernel."""
    x = Tensor([[IMAGE]], requires_grad=True, label="x")
    k = Tensor([[[[0.6, -0.4], [0.2, 1.0]]]], requires_grad=True, label="k")
    target = np.array([[[[1.0, 1.4, 0.2], [0.9, 0.8, 0.9], [2.0, 0.3, 0.9]]]])
    o = F.conv2d(x, k)
    o.label = "o"
    return ((o - target) ** 2).sum() / 2


def padded():
    return loss(F.conv2d(numbers(1, 1, 1, 4, 4, label="x"), numbers(2, 1, 1, 3, 3, label="k"), padding=1))


def strided():
    x, k, b = (
        numbers(i, *shape, label=n)
        for i, (n, shape) in enumerate({"x": (2, 2, 5, 5), "k": (2, 1, 2, 2), "b": (2,)}.items())
    )
    return loss(F.conv2d(x, k, b, stride=2, groups=2))


def dilated():
    return loss(F.conv2d(numbers(3, 1, 1, 5, 5, label="x"), numbers(4, 1, 1, 2, 2, label="k"), dilation=2))


def channels():
    return loss(F.conv2d(numbers(5, 1, 2, 3, 3, label="x"), numbers(6, 2, 2, 2, 2, label="k")))


def signal():
    return loss(F.conv1d(numbers(5, 1, 1, 6, label="x"), numbers(6, 1, 1, 3, label="k"), padding=1))


def transposed():
    return loss(F.conv_transpose2d(numbers(7, 1, 1, 2, 2, label="x"), numbers(8, 1, 1, 2, 2, label="k")))


def largest():
    x = [[0.3, 0.9, 0.1, 0.4], [0.7, 0.2, 0.8, 0.6], [0.5, 0.5, 0, 0.2], [0.1, 0.4, 0.3, 0.9]]
    return loss(F.max_pool2d(Tensor([[x]], requires_grad=True, label="x"), 2), "m")


def largest_with_margin():
    return loss(F.max_pool2d(numbers(9, 1, 1, 4, 4, label="x"), 2, padding=1), "m")


def largest_of_rows():
    x = Tensor([[0.5, 0.5, 0.1], [0.2, 0.9, 0.4]], requires_grad=True, label="x")
    return loss(x.max(axis=1), "m")


def average():
    return loss(F.avg_pool2d(numbers(10, 1, 1, 4, 4, label="x"), 2), "a")


def dense():
    return loss(numbers(11, 3, 4, label="w") @ numbers(12, 4, label="x") + numbers(13, 3, label="b"))


def batch():
    return loss(
        F.linear(numbers(14, 3, 4, label="x"), numbers(15, 2, 4, label="w"), numbers(16, 2, label="b"))
    )


def softmax():
    return -ac.log(F.softmax(numbers(17, 5, label="z"), 0)[1])


def cross_entropy():
    return F.cross_entropy(numbers(18, 3, 4, label="z"), np.array([1, 0, 3]))


def chosen_class():
    return F.cross_entropy(numbers(19, 1, 3, label="z"), np.array([2]))


def batch_normalization():
    return loss(nn.BatchNorm2d(2)(numbers(20, 2, 2, 2, 2, label="x")), "n")


def layer_normalization():
    return (nn.LayerNorm(4)(numbers(21, 3, 4, label="x")) ** 3).sum()


def look_up():
    table = nn.Embedding(5, 3)
    table.weight.data = numbers(22, 5, 3).data
    return loss(table(np.array([1, 3, 1])), "e")


def attention():
    q, k, v = (numbers(23 + i, 3, 2, label=n) for i, n in enumerate("QKV"))
    return loss(F.softmax(q @ k.T / np.sqrt(2), 1) @ v)


def heads():
    """Two heads under a mask: the first word looks at itself only, with a weight of 1."""
    layer = nn.MultiheadAttention(4, 2, batch_first=True)
    for i, parameter in enumerate(layer.parameters()):
        parameter.data = numbers(60 + i, *parameter.shape).data
    words = numbers(70, 1, 3, 4, label="x")
    return loss(layer(words, words, words, is_causal=True)[0])


def activation():
    return ac.tanh(numbers(26, 4, label="x") * 2 + 1).sum()


def squares():
    x = numbers(27, 4, label="x")
    return (x * x + x.sum()).sum()


def shared():
    w = numbers(28, 2, 2, label="w")
    return loss(w @ (w @ numbers(29, 2, label="x")))


def inverse():
    return ac.linalg.inv(Tensor([[2.0, 0.5], [0.25, 4.0]], requires_grad=True, label="A")).sum()


def joined():
    return loss(
        ac.concatenate([numbers(30, 2, label="x"), numbers(31, 3, label="y")]) * numbers(32, 5, label="w")
    )


def masked():
    return (numbers(33, 4, label="x") * np.array([2.0, 0.0, 2.0, 2.0])).sum()


def network():
    """An image, a kernel, a map, a pooled map, a dense layer and a loss in a row."""
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 3))
    for i, parameter in enumerate(model.parameters()):
        parameter.data = numbers(40 + i, *parameter.shape).data
    return F.cross_entropy(model(Tensor(abs(numbers(39, 1, 1, 6, 6).data), label="image")), np.array([1]))


def large():
    """A 28×28 image under a 5×5 kernel: cells without room for numbers."""
    return loss(F.conv2d(numbers(34, 1, 1, 28, 28, label="x"), numbers(35, 1, 1, 5, 5, label="k")))


def adaptive():
    return loss(F.adaptive_avg_pool2d(numbers(36, 1, 2, 4, 4, label="x"), 1), "a")


def perceptron():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    for i, parameter in enumerate(model.parameters()):
        parameter.data = numbers(50 + i, *parameter.shape).data
    return F.cross_entropy(model(numbers(49, 2, 3, label="x")), np.array([0, 1]))


ALL = [
    convolution, padded, strided, dilated, channels, signal, transposed, largest, largest_with_margin, largest_of_rows,
    average, dense, batch, softmax, cross_entropy, chosen_class, batch_normalization, layer_normalization, look_up,
    attention, heads, activation, squares, shared, inverse, joined, masked, network, large, adaptive, perceptron,
]  # fmt: skip
