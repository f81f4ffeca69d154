"""Handwritten digits, end to end: check the gradients, train a small convolutional network, draw it.

Reads the 1,797 scanned digits that come with scikit-learn and writes its pictures to ``build/demo/``.
Takes about a minute.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from page import write_page
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import autograd_core as ac
import nn
import nn.functional as F
import viz

EPOCHS = 25
RATE = 1e-3
OUT = Path("build/demo")


class ConvNet(nn.Module):
    """8x8 image -> twice 32 feature maps -> 4x4 -> twice 64 feature maps -> 2x2 -> 128 -> 10 classes."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding="same")
        self.conv2 = nn.Conv2d(32, 32, kernel_size=5, padding="same")
        self.conv3 = nn.Conv2d(32, 64, kernel_size=3, padding="same")
        self.conv4 = nn.Conv2d(64, 64, kernel_size=3, padding="same")
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.25)
        self.hidden = nn.Linear(64 * 2 * 2, 128)
        self.dropout_hidden = nn.Dropout(0.5)
        self.output = nn.Linear(128, 10)
        for layer in self.children():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = self.dropout(self.pool(x))
        x = F.relu(self.conv4(F.relu(self.conv3(x))))
        x = self.dropout(self.pool(x))
        x = F.relu(self.hidden(x.flatten(1)))
        return self.output(self.dropout_hidden(x))


def load():
    digits = load_digits()
    images = (digits.images[:, None] / 16).astype(np.float32)
    return train_test_split(images, digits.target, test_size=0.2, random_state=0, stratify=digits.target)


def check(model, images, labels):
    """Hold every parameter's gradient against finite differences, with dropout switched off."""
    model.eval()
    ac.gradcheck(lambda *parameters: F.cross_entropy(model(images), labels), *model.parameters())
    count = sum(p.size for p in model.parameters())
    print(f"Gradients of all {count:,} parameters agree with finite differences.")


def shifted(images, generator):
    """Some of the images moved by a pixel, up or down and left or right."""
    down, right = generator.choice(3, size=(2, len(images)), p=[0.15, 0.7, 0.15])
    framed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    places = np.lib.stride_tricks.sliding_window_view(framed, (8, 8), axis=(2, 3))
    return places[np.arange(len(images)), :, down, right]


def train(model, images, labels, generator):
    """Adam on mini-batches of shifted images; returns the mean loss and accuracy of every epoch."""
    optimizer = nn.Adam(model.parameters(), lr=RATE)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    history = []
    model.train()
    with tqdm(total=EPOCHS, desc="Training", unit="epoch") as bar:
        for epoch in range(EPOCHS):
            optimizer.param_groups[0]["lr"] = RATE * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
            losses, hits = [], 0
            for x, y in nn.batches(images, labels, batch_size=32):
                optimizer.zero_grad()
                logits = model(shifted(x.data, generator))
                loss = criterion(logits, y)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                hits += nn.accuracy(logits, y) * len(y)
            history.append((np.mean(losses), hits / len(labels)))
            bar.set_postfix(loss=f"{history[-1][0]:.4f}", accuracy=f"{history[-1][1]:.1%}")
            bar.update()
    return np.array(history)


def accuracy(model, images, labels):
    model.eval()
    with ac.no_grad():
        return nn.accuracy(model(images), labels)


def draw_training_step(model, images, labels):
    """The graph of one training step, forward and backward, a box for each layer."""
    model.train()
    x = ac.Tensor(images, requires_grad=True, label="images")
    loss = F.cross_entropy(model(x), labels)
    loss.label = "loss"
    viz.draw(loss, title="One training step, forward").save(OUT / "forward.svg")
    viz.draw(loss, graph="backward", title="One training step, backward").save(OUT / "backward.svg")


def draw_shared_weights(model):
    """The first convolution number by number: 4x4 pixels of one image, a 2x2 kernel, and every position at
    which its weights are used.
    """
    kernel = ac.Tensor(model.conv1.weight.data[:1, :, 1:3, 1:3].round(2), requires_grad=True, label="w")
    image = ac.Tensor(
        np.array([[[[0, 1, 1, 0], [0, 0, 1, 0], [0, 1, 0, 0], [1, 1, 1, 0]]]], float), label="x"
    )
    viz.draw(F.conv2d(image, kernel).sum(), layout="grid", graph="both").save(OUT / "convolution.svg")


def plot_history(history):
    loss, _ = viz.plots.history({"loss": history[:, 0], "accuracy": history[:, 1]})
    loss.figure.savefig(OUT / "loss.png", dpi=144)


def plot_filters(model):
    viz.plots.filters(model.conv1, columns=8).figure.savefig(OUT / "filters.png", dpi=144)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    ac.set_default_dtype(np.float32)
    generator = nn.seed(0)
    train_images, test_images, train_labels, test_labels = load()
    model = ConvNet()

    check(model, train_images[:8], train_labels[:8])
    history = train(model, train_images, train_labels, generator)
    score = accuracy(model, test_images, test_labels)
    print(f"Test accuracy: {score:.2%} of {len(test_labels)} digits that the network never saw.")

    draw_training_step(model, train_images[:64], train_labels[:64])
    draw_shared_weights(model)
    plot_history(history)
    plot_filters(model)
    write_page(OUT / "index.html", score)
    print(f"Pictures: open {OUT / 'index.html'}")
    return score


if __name__ == "__main__":
    main()
