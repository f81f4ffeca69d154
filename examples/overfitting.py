"""Overfitting, and what helps: a small network, an oversized one, and three ways to hold that one back.

Thirty noisy points of a sine. The oversized network can bend to every one of them, and does: its error on
the points that it learns from falls below the noise, while that on new points rises. A penalty on the
weights, dropout and early stopping each keep it from that. (With dropout, the error on the points it learns
from is measured while units drop out, and is therefore larger.) Writes ``build/demo/overfitting.png``; takes
about ten seconds.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from tqdm import tqdm

import autograd_core as ac
import nn
import nn.functional as F

EPOCHS, NOISE = 1000, 0.3
OUT = Path("build/demo")


def points(count, generator):
    x = generator.uniform(-1, 1, size=(count, 1))
    return x, np.sin(4 * x) + NOISE * generator.normal(size=x.shape)


def network(hidden, dropout=0.0):
    return nn.Sequential(
        nn.Linear(1, hidden),
        nn.Tanh(),
        nn.Dropout(dropout),
        nn.Linear(hidden, hidden),
        nn.Tanh(),
        nn.Dropout(dropout),
        nn.Linear(hidden, 1),
    )


def trained(hidden, train, validation, dropout=0.0, l2=0.0, patience=None):
    """The network and the history of its errors."""
    nn.seed(0)
    model = network(hidden, dropout)
    for layer in (model[0], model[3]):
        layer.weight.data *= 3  # so that it bends easily
    history = nn.fit(
        model,
        train,
        validation,
        loss=F.mse_loss,
        optimizer=nn.Adam(model.parameters(), lr=0.01, weight_decay=l2),
        epochs=EPOCHS,
        batch_size=30,
        callbacks=[nn.EarlyStopping(patience=patience)] if patience else [],
        progress=False,
    )
    return model, history


RUNS = {
    "small": {"hidden": 4},
    "oversized": {"hidden": 100},
    "oversized, L2": {"hidden": 100, "l2": 3e-3},
    "oversized, dropout": {"hidden": 100, "dropout": 0.3},
    "oversized, stopped early": {"hidden": 100, "patience": 100},
}


def plot(results, train):
    grid = np.linspace(-1, 1, 300)[:, None]
    figure, axes = plt.subplots(2, len(results), figsize=(15, 5.4), layout="constrained", sharey="row")
    for (name, (model, history, error)), (above, below) in zip(results.items(), axes.T, strict=True):
        epochs = np.arange(1, len(history) + 1)
        above.semilogy(epochs, history["loss"], color="#0072B2", label="learned from")
        above.semilogy(epochs, history["validation_loss"], color="#D55E00", label="new")
        above.axhline(NOISE**2, color="#999999", linestyle=":", label="noise")
        above.set(title=f"{name}\nerror on new points {error:.3f}", xlabel="epoch", xlim=(0, EPOCHS))
        with ac.no_grad():
            below.plot(grid, model.eval()(grid).data, color="#0072B2")
        below.plot(grid, np.sin(4 * grid), color="#999999", linestyle="--")
        below.scatter(*train, s=10, color="#333333")
        below.set(xlabel="x", ylim=(-2, 2))
    axes[0, 0].set_ylabel("mean squared error")
    axes[0, 0].legend(fontsize=8)
    axes[1, 0].set_ylabel("y")
    figure.savefig(OUT / "overfitting.png", dpi=120)
    plt.close(figure)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(1)
    train, validation, test = (points(count, generator) for count in (30, 100, 2000))
    results = {}
    for name, options in tqdm(RUNS.items(), desc="Training", unit="network"):
        model, history = trained(train=train, validation=validation, **options)
        results[name] = model, history, nn.evaluate(model, test, loss=F.mse_loss, batch_size=500)["loss"]
    print(f"Mean squared errors; that of the noise alone is {NOISE**2:.3f}.")
    for name, (_, history, error) in results.items():
        epochs = f"{len(history)} epochs"
        print(f"{name:25} {epochs:>12}: learned from {history['loss'][-1]:.4f}, new points {error:.4f}")
    plot(results, train)
    print(f"Picture: {OUT / 'overfitting.png'}")
    return results


if __name__ == "__main__":
    main()
