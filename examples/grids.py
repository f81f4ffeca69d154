"""Layers number by number: a convolution, its pooling, a dense layer, softmax, attention, heads of it under a
mask, and a network in a row.

Writes pages on which every cell can be chosen, and a picture for slides of each, to ``build/demo/grids``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz

OUT = Path("build/demo/grids")
IMAGE = [[0, 1, 0.5, 0], [0, 1, 1, 0], [0.5, 1, 0, 1], [1, 1, 0.5, 0]]
KERNEL = [[0.6, -0.4], [0.2, 1.0]]


def leaf(numbers, label):
    return ac.Tensor(numbers, requires_grad=True, label=label)


def error(output, label):
    """Half the squares of an output, so that each δ is the output itself."""
    output.label = label
    return (output**2).sum() / 2


def convolution():
    return error(F.conv2d(leaf([[IMAGE]], "x"), leaf([[KERNEL]], "k")), "o")


def pooling():
    return error(F.max_pool2d(leaf([[IMAGE]], "x"), 2), "m")


def dense():
    w = leaf([[0.4, -1.0, 0.2, 0.6], [-0.2, 0.8, 0.5, 0.0], [1.0, 0.4, -0.6, -0.4]], "w")
    return error(w @ leaf([1.0, -0.5, 2.0, 0.5], "x") + leaf([0.1, 0.0, -0.2], "b"), "o")


def cross_entropy():
    return F.cross_entropy(leaf([[2.0, 1.0, 0.1, -1.0]], "z"), np.array([1]))


def attention():
    q, k = leaf([[1.0, 0.0], [0.5, 1.0], [-1.0, 0.5]], "Q"), leaf([[0.5, 1.0], [1.0, -0.5], [0.0, 1.0]], "K")
    return error(F.softmax(q @ k.T / np.sqrt(2), 1) @ leaf([[1.0, 2.0], [0.0, -1.0], [2.0, 0.5]], "V"), "o")


def heads():
    """Two heads over three words, none of which looks at those behind it."""
    nn.seed(2)
    words = leaf([[[1.0, 0.5, 0.0, -1.0], [0.0, 1.0, -0.5, 0.5], [-1.0, 0.0, 1.0, 0.5]]], "x")
    output, _ = nn.MultiheadAttention(4, 2, bias=False, batch_first=True)(words, words, words, is_causal=True)
    return error(output, "o")


def network():
    nn.seed(1)
    model = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 3))
    image = np.round(np.random.default_rng(1).uniform(0, 1, (1, 1, 6, 6)), 1)
    return F.cross_entropy(model(ac.Tensor(image, label="image")), np.array([1]))


SHOWN = [convolution, pooling, dense, cross_entropy, attention, heads, network]
HIGHLIGHTED = {heads: "A[0, 0, 2, 1]"}  # of the first head, how much the third word looks at the second


def main(out=OUT):
    out.mkdir(parents=True, exist_ok=True)
    for make in SHOWN:
        title = make.__name__.replace("_", " ")
        drawing = viz.draw(make(), layout="grid", title=title, highlight=HIGHLIGHTED.get(make))
        drawing.save(out / f"{make.__name__}.svg")
        print(drawing.interactive().save(out / f"{make.__name__}.html"))


if __name__ == "__main__":
    main()
