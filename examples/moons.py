"""Two moons, told apart by a network made of single numbers.

Every weight, every product and every sum is a ``Value``: about 65,000 of them for one pass over the
100 points. Writes the decision boundary to ``build/demo/moons.png`` and one neuron's graph beside it.
"""

from __future__ import annotations

import random
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from tqdm import trange

import viz
from autograd_core import Value, relu

STEPS = 100
OUT = Path("build/demo")


def neuron(weights, bias, inputs):
    """w·x + b, for Values as for plain numbers and arrays."""
    return sum((w * x for w, x in zip(weights, inputs, strict=True)), bias)


def layer(size, count):
    """``count`` neurons with ``size`` inputs each, as pairs (weights, bias)."""
    return [([Value(random.gauss(0, size**-0.5)) for _ in range(size)], Value(0.0)) for _ in range(count)]


def network(layers, inputs):
    """The score of one point: positive for one moon, negative for the other."""
    *hidden, ((weights, bias),) = layers
    for neurons in hidden:
        inputs = [relu(neuron(w, b, inputs)) for w, b in neurons]
    return neuron(weights, bias, inputs)


def loss_and_accuracy(layers, points, labels):
    """The hinge loss max(0, 1 - y score), averaged, plus a penalty on the weights (not the biases)."""
    scores = [network(layers, point) for point in points]
    hinge = sum(relu(1 - y * score) for y, score in zip(labels, scores, strict=True)) * (1 / len(labels))
    penalty = 1e-4 * sum(w * w for neurons in layers for weights, _ in neurons for w in weights)
    hits = sum((score > 0) == (y > 0) for y, score in zip(labels, scores, strict=True))
    return hinge + penalty, hits / len(labels)


def train(layers, points, labels):
    parameters = [p for neurons in layers for weights, bias in neurons for p in [*weights, bias]]
    with trange(STEPS, desc="Training", unit="step") as steps:
        for step in steps:
            loss, accuracy = loss_and_accuracy(layers, points, labels)
            for p in parameters:
                p.zero_grad()
            loss.backward()
            for p in parameters:
                p.data -= (1.0 - 0.9 * step / STEPS) * p.grad
            steps.set_postfix(loss=f"{loss.data:.4f}", accuracy=f"{accuracy:.0%}")
    return loss_and_accuracy(layers, points, labels)[1]


def plot(layers, points, labels):
    """The same network, given arrays for the coordinates and plain numbers for the weights."""
    plain = [[([w.data for w in weights], bias.data) for weights, bias in neurons] for neurons in layers]
    x, y = np.meshgrid(np.linspace(-1.6, 2.6, 200), np.linspace(-1.2, 1.7, 200))
    score = network(plain, [x, y])
    figure, axes = plt.subplots(figsize=(6, 4.2), layout="constrained")
    axes.contourf(x, y, score, levels=[-1e9, 0, 1e9], colors=["#9ecae1", "#fdd0a2"])
    axes.contour(x, y, score, levels=[-1, 0, 1], colors="#333333", linestyles=["--", "-", "--"])
    axes.scatter(*points.T, c=np.where(labels > 0, "#D55E00", "#0072B2"), edgecolors="white", s=40)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title="Two moons: score 0 (line), margins ±1 (dashed)")
    figure.savefig(OUT / "moons.png", dpi=144)
    plt.close(figure)


def draw_neuron(layers, point):
    weights, bias = layers[0][0]
    for i, weight in enumerate(weights, start=1):
        weight.label = f"w{i}"
    bias.label = "b"
    inputs = [Value(x, label=f"x{i}") for i, x in enumerate(point, start=1)]
    viz.draw(relu(neuron(weights, bias, inputs)), title="One hidden neuron").save(OUT / "neuron.svg")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    random.seed(1)
    points, classes = make_moons(n_samples=100, noise=0.1, random_state=0)
    labels = np.where(classes == 1, 1.0, -1.0)
    layers = [layer(2, 16), layer(16, 16), layer(16, 1)]
    accuracy = train(layers, points.tolist(), labels.tolist())
    print(f"{accuracy:.0%} of the points are on the right side.")
    plot(layers, points, labels)
    draw_neuron(layers, points[0].tolist())
    print(f"Pictures: {OUT / 'moons.png'}, {OUT / 'neuron.svg'}")
    return accuracy


if __name__ == "__main__":
    main()
