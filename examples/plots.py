"""One of each plot: how a network learns, what it has learnt, and what goes on inside.

Trains a small network on two moons and a convolutional one on handwritten digits, checks a gradient,
follows a descent, and writes ``build/demo/plots.html``.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, make_moons
from tqdm import trange

import autograd_core as ac
import nn
import nn.functional as F
from viz import plots

OUT = Path("build/demo")
BOARD = [[1, 2, 3, 4], [0, 0, 0, 1], [1, 0, 2, 1], [0, 1, 0, 2]]


def learn(model, train, test, epochs, lr):
    """Mini-batch descent with Adam; the loss and accuracy on both halves after each epoch."""
    optimizer = nn.Adam(model.parameters(), lr=lr)
    columns = {"loss": [], "accuracy": [], "validation_loss": [], "validation_accuracy": []}
    for _ in trange(epochs, desc="Training", unit="epoch"):
        for x, y in nn.batches(*train, batch_size=32):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        with ac.no_grad():
            for prefix, (x, y) in (("", train), ("validation_", test)):
                logits = model(x)
                columns[prefix + "loss"].append(F.cross_entropy(logits, y).item())
                columns[prefix + "accuracy"].append(nn.accuracy(logits, y))
    return columns


def moons():
    x, y = make_moons(300, noise=0.2, random_state=0)
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2))
    history = learn(model, (x[:200], y[:200]), (x[200:], y[200:]), epochs=60, lr=0.01)
    yield "Learning, epoch by epoch", plots.history(history)
    yield "What was learnt: the border between two moons", plots.decision_boundary(model, x[200:], y[200:])
    yield "Activations, layer by layer", plots.histograms_by_layer(model, x, only="Tanh")


def digits():
    data = load_digits()
    x, y = data.images[:, None] / 16, data.target
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)
    )
    learn(model, (x[:1400], y[:1400]), (x[1400:], y[1400:]), epochs=12, lr=0.01)
    with ac.no_grad():
        shares = ac.softmax(model(x[1400:]), axis=1).data
        maps = F.relu(model[0](x[1400:1401]))
    guess, truth = shares.argmax(axis=1), y[1400:]
    print(f"{np.mean(guess == truth):.0%} of the digits are read.")
    chosen = [*np.flatnonzero(guess == truth)[:3], *np.flatnonzero(guess != truth)[:3]]
    matrix = np.zeros((10, 10), int)
    np.add.at(matrix, (truth, guess), 1)
    yield "Predictions", plots.predictions(x[1400:][chosen], shares[chosen], truth[chosen])
    yield "Which digit is taken for which", plots.confusion_matrix(matrix)
    yield "The kernels of the first layer", plots.filters(model[0].weight)
    yield "What they make of one digit", plots.feature_maps(maps)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    learn(linear, (x[:1400], y[:1400]), (x[1400:], y[1400:]), epochs=12, lr=0.01)
    exciting = plots.maximally_exciting(linear[1].weight, columns=5)
    yield "What excites each output of a single layer most: the digits 0 to 9", exciting


def network(spread):
    """Ten layers of 100 tanh units, with weights of this standard deviation."""
    layers = [layer for _ in range(10) for layer in (nn.Linear(100, 100, bias=False), nn.Tanh())]
    for layer in layers[::2]:
        layer.weight.data[...] = np.random.default_rng(0).normal(0, spread, (100, 100))
    return nn.Sequential(*layers)


def ideas():
    squashing = ["sigmoid", "tanh", "relu", nn.LeakyReLU(0.1), nn.ELU(), nn.GELU(), nn.Hardtanh(), nn.SiLU()]
    yield "Activations and their derivatives", plots.activation_functions(squashing)
    spreads = {"N(0, 0.01²)": 0.01, "N(0, 0.1)": 0.1**0.5, "Xavier": 0.1}
    batch = np.random.default_rng(0).normal(size=(200, 100))
    depth = plots.variance_by_depth({name: network(s) for name, s in spreads.items()}, batch, only="Tanh")
    yield "Signals in a deep network, by initialisation", depth
    check = plots.gradient_check(lambda x: ac.sum(ac.exp(x) * ac.sin(x)), np.array([0.3, 1.2, 2.0]))
    yield "Differences against the gradient of the graph", check

    def valleys(x, y):
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    slope = ac.grad(lambda p: valleys(p[0], p[1]))
    paths = {}
    for name, start in {"left": (-0.5, -1.0), "right": (0.2, -0.5)}.items():
        points = [np.array(start)]
        for _ in range(60):
            points.append(points[-1] - 0.01 * slope(points[-1]))
        paths[name] = points
    yield "Two starts, two minima", plots.loss_surface(valleys, (-5, 5), (-5, 5), paths=paths)
    yield "One step of pooling, and its gradient", plots.pooling_steps(BOARD).draw(1)
    yield "One step of a convolution", plots.convolution_steps(BOARD, [[0, 1], [-1, 0]], stride=2).draw(1)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    nn.seed(0)
    figures = []
    for i, (title, drawn) in enumerate([*moons(), *digits(), *ideas()]):
        axes = drawn[0] if isinstance(drawn, list) else drawn
        axes.figure.savefig(OUT / f"plot{i}.png", dpi=110)
        plt.close(axes.figure)
        figures.append(f'<h2>{escape(title)}</h2><img src="plot{i}.png" alt="{escape(title)}">')
    steps = plots.convolution_steps(BOARD, [[0, 1], [-1, 0]], stride=2)
    steps.animation.save(OUT / "convolution.html")
    figures.append('<p>The convolution <a href="convolution.html">step by step</a>.</p>')
    (OUT / "plots.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Plots</title>'
        "<style>body{font:17px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
        "img{max-width:100%}</style><h1>One of each plot</h1>" + "\n".join(figures) + "</html>\n",
        encoding="utf-8",
    )
    print(f"Page: {OUT / 'plots.html'}")


if __name__ == "__main__":
    main()
