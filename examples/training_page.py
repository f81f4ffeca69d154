"""A training to look back at, and to go on with: two classes in a spiral, a sine, and handwritten digits.

Writes a page each into ``build/demo/training``; they need no network, and each opens with a double click.
On the first two the page trains on by itself from any epoch.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import nn
import nn.functional as F
import viz

OUT = Path("build/demo/training")


def recorded(model, data, loss, epochs, rate, **options):
    """Train a model, and keep what it was after each epoch."""
    recording = viz.Recording(model)
    optimizer = nn.Adam(model.parameters(), lr=rate)
    nn.fit(
        model,
        data,
        loss=loss,
        optimizer=optimizer,
        epochs=epochs,
        callbacks=[recording],
        progress=False,
        **options,
    )
    return recording


def spiral(epochs=80):
    """Two arms that no straight line tells apart: the units of the second layer bend round them."""
    angle = np.linspace(0.8, 2.3 * np.pi, 100)
    arm = np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 7
    noise = np.random.default_rng(0).normal(scale=0.03, size=(200, 2))
    x, y = np.concatenate([arm, -arm]) + noise, np.repeat([0.0, 1.0], 100)
    model = nn.Sequential(
        nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0)
    )
    loss = F.binary_cross_entropy_with_logits
    recording = recorded(model, (x, y), loss, epochs, 0.03, batch_size=20)
    title = "Two arms of a spiral, two hidden layers of eight units"
    return viz.training(
        model, (x, y), history=recording, loss=loss, title=title, names=["one arm", "the other"]
    )


def sine(epochs=80):
    """A curve through points: each unit is a step at another place, their sum the sine."""
    x = np.linspace(-3, 3, 60)[:, None]
    y = np.sin(2 * x) + np.random.default_rng(0).normal(scale=0.1, size=x.shape)
    model = nn.Sequential(nn.Linear(1, 10), nn.Tanh(), nn.Linear(10, 1))
    recording = recorded(model, (x, y), F.mse_loss, epochs, 0.03, batch_size=20)
    return viz.training(model, (x, y), history=recording, loss=F.mse_loss, title="A sine from ten steps")


def digits(epochs=10):
    """Images: the kernels, what the layers make of six digits, and how sure the outputs are."""
    data = load_digits()
    x, y = data.images[:, None] / 16, data.target
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10))
    held_out = (x[1200:], y[1200:])
    recording = recorded(
        model,
        (x[:1200], y[:1200]),
        F.cross_entropy,
        epochs,
        0.005,
        validation=held_out,
        metrics=[nn.accuracy],
    )
    title = "Digits, epoch by epoch"
    return viz.training(model, held_out, history=recording, title=title, names=[str(k) for k in range(10)])


PAGES = {"spiral": spiral, "sine": sine, "digits": digits}


def main() -> None:
    nn.seed(0)
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        print(make().save(OUT / f"{name}.html"))


if __name__ == "__main__":
    main()
