"""A curve with error bars that the network learns: where the measurements scatter, it says so.

The network has two heads, one for the mean and one for the logarithm of the variance. Its loss is the
negative logarithm of the probability that a normal distribution gives to the measurement; a large variance
makes errors cheap, and costs ln σ everywhere (Nix and Weigend, 1994, "Estimating the mean and variance of
the target probability distribution"). Writes ``build/demo/uncertainty.png``; takes a few seconds.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

import autograd_core as ac
import nn
import nn.functional as F

EPOCHS = 150
OUT = Path("build/demo")


def curve(x):
    return np.sin(2 * x)


def scatter(x):
    """The standard deviation of the measurements: small on the left, large on the right."""
    return 0.05 + 0.3 / (1 + np.exp(-2 * x))


def measurements(count, generator):
    x = generator.uniform(-3, 3, size=(count, 1))
    return x, curve(x) + scatter(x) * generator.normal(size=x.shape)


class MeanAndVariance(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.mean = nn.Linear(hidden, 1)
        self.log_variance = nn.Linear(hidden, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.mean(h), self.log_variance(h)


def gaussian_nll(output, y):
    """1/2 (ln σ² + (y - μ)² / σ²), averaged: the likelihood without its constant."""
    mean, log_variance = output
    return F.gaussian_nll_loss(mean, y, log_variance.exp())


def within_two_sigma(output, y):
    """The fraction of measurements inside μ ± 2σ; 95.4% if μ and σ are right."""
    mean, log_variance = output
    return (abs((y - mean).data) < 2 * np.exp(0.5 * log_variance.data)).mean()


def plot(model, x, y):
    grid = np.linspace(-3, 3, 300)[:, None]
    with ac.no_grad():
        mean, log_variance = (head.data for head in model(grid))
    sigma = np.exp(0.5 * log_variance)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", width_ratios=(2, 1))
    left.scatter(x, y, s=4, color="#999999", label="measurements")
    band = (mean - 2 * sigma).ravel(), (mean + 2 * sigma).ravel()
    left.fill_between(grid.ravel(), *band, color="#0072B2", alpha=0.25, label="learned, μ ± 2σ")
    left.plot(grid, mean, color="#0072B2", label="learned, μ")
    left.plot(grid, curve(grid), color="#D55E00", linestyle="--", label="true curve")
    left.set(xlabel="x", ylabel="y", title="A curve with learned error bars")
    left.legend(loc="lower left", fontsize=8)
    right.plot(grid, sigma, color="#0072B2", label="learned")
    right.plot(grid, scatter(grid), color="#D55E00", linestyle="--", label="true")
    right.set(xlabel="x", ylabel="σ", title="Scatter of the measurements", ylim=(0, None))
    right.legend(fontsize=8)
    figure.savefig(OUT / "uncertainty.png", dpi=144)
    plt.close(figure)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    generator = nn.seed(0)
    train, test = measurements(1000, generator), measurements(2000, generator)
    model = MeanAndVariance()
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    nn.fit(
        model,
        train,
        loss=gaussian_nll,
        optimizer=optimizer,
        epochs=EPOCHS,
        batch_size=100,
        schedule=nn.optim.CosineAnnealingLR(optimizer, EPOCHS),
        progress=False,
    )
    found = nn.evaluate(model, test, loss=gaussian_nll, metrics=[within_two_sigma])
    with ac.no_grad():
        mean, log_variance = model(test[0])
    error = np.sqrt(np.mean((mean.data - curve(test[0])) ** 2))
    ratio = np.exp(0.5 * log_variance.data) / scatter(test[0])
    print(
        f"{found['within_two_sigma']:.1%} of 2000 new measurements lie within μ ± 2σ (95.4% would be ideal)."
    )
    print(f"μ differs from the true curve by {error:.3f} (root mean square).")
    print(
        f"σ is {ratio.mean():.2f} times the true one on average, from {ratio.min():.2f} to {ratio.max():.2f}."
    )
    plot(model, *train)
    print(f"Picture: {OUT / 'uncertainty.png'}")
    return found


if __name__ == "__main__":
    main()
