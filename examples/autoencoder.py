"""A sparse autoencoder finds that pictures are made of edges.

Two photographs that come with scikit-learn are cut into patches of 10x10 pixels. A network of 100 hidden
units learns to reproduce them, while each unit may be active in 1 % of the patches only. What excites a
unit most is drawn in ``build/demo/autoencoder.png``. Takes about half a minute.

Source: Ng (2011), "Sparse autoencoder", and the UFLDL tutorial after it; Olshausen and Field (1996),
"Emergence of simple-cell receptive field properties by learning a sparse code for natural images".
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_images
from tqdm import trange

import autograd_core as ac
import nn
import nn.functional as F

SIZE = 10  # pixels along an edge of a patch
HIDDEN = 100
PATCHES = 10_000
ITERATIONS = 200
ACTIVE = 0.01  # ρ, the fraction of patches that a unit may answer to
SPARSITY = 3.0  # β, the factor of the sparsity penalty
DECAY = 1e-3  # λ, the factor of the weight decay
OUT = Path("build/demo")


class Autoencoder(nn.Module):
    """100 pixels -> 100 hidden sigmoid units -> 100 pixels."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(SIZE * SIZE, HIDDEN)
        self.decoder = nn.Linear(HIDDEN, SIZE * SIZE)
        for layer in (self.encoder, self.decoder):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        """The reproduction, and the activations of the hidden units."""
        hidden = F.sigmoid(self.encoder(x))
        return self.decoder(hidden), hidden


def whitened(image):
    """All spatial frequencies equally strong, but for the highest, which are noise (Olshausen and Field)."""
    gray = image.mean(axis=2)
    gray = (gray - gray.mean()) / gray.std()
    vertical, horizontal = (np.fft.fftfreq(n)[:, None] for n in gray.shape)
    frequency = np.hypot(vertical, horizontal.T)
    passed = frequency * np.exp(-((frequency / 0.4) ** 4))
    flat = np.real(np.fft.ifft2(np.fft.fft2(gray) * passed))
    return flat / flat.std()


def load(generator):
    """Patches from random places, (PATCHES, 100), without their mean and cut off at 3 deviations."""
    patches = []
    images = [whitened(image) for image in load_sample_images().images]
    for image in images:
        corners = np.array(image.shape) - SIZE + 1
        for row, column in generator.integers(0, corners, (PATCHES // len(images), 2)):
            patches.append(image[row : row + SIZE, column : column + SIZE].ravel())
    x = np.array(patches)
    x -= x.mean(axis=1, keepdims=True)
    limit = 3 * x.std()
    return (np.clip(x, -limit, limit) / limit).astype(np.float32)


def train(model, x):
    """Minimise 1/2 mean ‖x - h(x)‖² + λ/2 Σ W² + β Σ_j KL(ρ ‖ ρ̂_j) by L-BFGS, all patches at once."""
    error = nn.HalfSquaredError(reduction="batchmean")
    optimizer = nn.LBFGS(model.parameters(), max_iter=10, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        output, hidden = model(x)
        loss = error(output, x) + DECAY * nn.l2_penalty(model)
        loss = loss + SPARSITY * nn.kl_sparsity_penalty(hidden, ACTIVE)
        loss.backward()
        return loss

    with trange(ITERATIONS // 10, desc="Training", unit="10 steps") as bar:
        for _ in bar:
            bar.set_postfix(loss=f"{optimizer.step(closure).item():.4f}")
    with ac.no_grad():
        output, hidden = model(x)
    return 1 - np.mean((output.data - x) ** 2) / np.mean(x**2), hidden.data.mean(axis=0)


def most_exciting(weight):
    """For each unit the image x of length 1 with the largest w·x: x_j = w_j / sqrt(Σ_j w_j²)."""
    return weight / np.sqrt((weight**2).sum(axis=1, keepdims=True))


def search(weight, generator, count=20_000):
    """The most that random images of length 1 excite each unit, as a fraction of what is possible.

    By Cauchy and Schwarz w·x is at most ‖w‖ ‖x‖, and this is what the image of :func:`most_exciting` gives.
    """
    images = generator.normal(size=(count, weight.shape[1]))
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    bound = np.linalg.norm(weight, axis=1)
    reached = (images @ weight.T).max(axis=0) / bound
    exact = (most_exciting(weight) * weight).sum(axis=1) / bound
    return reached, exact


def coherence(images):
    """From 0, where the slopes of an image point everywhere, to 1, where all lie along one line: an edge."""
    found = []
    for image in images.reshape(-1, SIZE, SIZE):
        down, across = np.gradient(image)
        a, b, c = (down * down).sum(), (across * across).sum(), (down * across).sum()
        found.append(np.hypot(a - b, 2 * c) / (a + b))
    return np.array(found)


def draw(images, path):
    """The images as a mosaic of 10 rows, each with a grey of its own for 0."""
    tiles = images.reshape(-1, SIZE, SIZE) / np.abs(images).max(axis=1)[:, None, None]
    framed = np.pad(tiles, ((0, 0), (1, 0), (1, 0)), constant_values=-1)
    rows = framed.reshape(10, HIDDEN // 10, SIZE + 1, SIZE + 1).transpose(0, 2, 1, 3)
    mosaic = np.pad(rows.reshape(10 * (SIZE + 1), -1), ((0, 1), (0, 1)), constant_values=-1)
    figure, axis = plt.subplots(figsize=(7, 7.4), layout="constrained")
    axis.imshow(mosaic, cmap="gray", vmin=-1, vmax=1)
    axis.set(title=f"What excites each of {HIDDEN} hidden units most")
    axis.set_axis_off()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    ac.set_default_dtype(np.float32)
    generator = nn.seed(0)
    x = load(generator)
    model = Autoencoder()

    explained, activity = train(model, x)
    print(f"Reproduced: {explained:.1%} of the variance of {len(x):,} patches.")
    print(f"Mean activation of a unit: {activity.mean():.4f}, wanted {ACTIVE}.")

    weight = model.encoder.weight.data.astype(float)
    reached, exact = search(weight, generator)
    print(f"Random images of length 1 excite a unit by at most {reached.max():.1%} of the bound ‖w‖.")
    print(f"The images w / ‖w‖ excite theirs by {exact.min():.1%} of it.")

    edges = np.mean(coherence(most_exciting(weight)) > 0.5)
    chance = np.mean(coherence(generator.normal(size=weight.shape)) > 0.5)
    print(f"Edges: {edges:.0%} of the units, and {chance:.0%} of images of noise.")
    draw(most_exciting(weight), OUT / "autoencoder.png")
    print(f"Picture: open {OUT / 'autoencoder.png'}")
    return explained, activity, reached, edges


if __name__ == "__main__":
    main()
