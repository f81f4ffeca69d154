"""LeNet-5: the convolutional network that read cheques, here handwritten digits of 28x28 pixels.

    python examples/lenet.py            the 1,797 digits that come with scikit-learn, enlarged
    python examples/lenet.py FOLDER     MNIST: the four IDX files in the folder, compressed or not

Writes what every layer sees to ``build/demo/lenet.png``. Takes about half a minute with the small digits,
some minutes with MNIST.

Source: LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to document
recognition", with the second convolution over all maps of the first.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import autograd_core as ac
import nn
import nn.functional as F

STEPS = 700  # mini-batches, if that is more than one epoch
BATCH = 32
OUT = Path("build/demo")


def lenet5():
    """Two convolutions, each halved by averages, and three dense layers, all through tanh."""
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, kernel_size=5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10),
    )  # fmt: skip


def enlarged(images, size=20, frame=4):
    """Images (N, 8, 8) stretched linearly to 20x20 and framed, as MNIST's digits are: (N, 28, 28)."""
    places = np.linspace(0, images.shape[1] - 1, size)
    stretch = np.maximum(0, 1 - abs(places[:, None] - np.arange(images.shape[1])))
    return np.pad(stretch @ images @ stretch.T, ((0, 0), (frame, frame), (frame, frame)))


def read_idx(folder, name):
    """The bytes of an IDX file as an array: a magic number with the number of axes, their lengths, data."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            if content[:3] != b"\0\0\x08":  # 8: of bytes
                raise SystemExit(f"{path} is no IDX file of bytes, as MNIST's are")
            axes = content[3]
            shape = np.frombuffer(content, ">u4", axes, offset=4)
            return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)
    raise SystemExit(f"{folder} has neither {name} nor {name}.gz, one of the four files of MNIST")


def load(folder):
    """Training and test images (N, 1, 28, 28) from 0 to 1, and their labels."""
    if folder is None:
        digits = load_digits()
        parts = train_test_split(
            enlarged(digits.images / 16), digits.target, test_size=0.2, random_state=0, stratify=digits.target
        )
    else:
        train, test = (read_idx(folder, f"{part}-images-idx3-ubyte") / 255 for part in ("train", "t10k"))
        parts = train, test, *(read_idx(folder, f"{part}-labels-idx1-ubyte") for part in ("train", "t10k"))
    train, test, train_labels, test_labels = parts
    return train[:, None].astype(np.float32), test[:, None].astype(np.float32), train_labels, test_labels


def train(model, images, labels):
    """Mini-batch gradient descent with momentum, the rate falling to 0 along half a cosine."""
    epochs = max(1, round(STEPS * BATCH / len(images)))
    steps = epochs * -(-len(images) // BATCH)
    optimizer = nn.SGD(model.parameters(), lr=0.1, momentum=0.9, l2=1e-4)
    schedule = nn.optim.CosineAnnealingLR(optimizer, T_max=steps)
    with tqdm(total=steps, desc=f"Training, {epochs} epochs", unit="batch") as bar:
        for _ in range(epochs):
            for x, y in nn.batches(images, labels, BATCH):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(x), y)
                loss.backward()
                optimizer.step()
                schedule.step()
                bar.set_postfix(loss=f"{loss.item():.4f}", refresh=False)
                bar.update()


def accuracy(model, images, labels):
    with ac.no_grad():
        outputs = [model(images[start : start + 1000]).data for start in range(0, len(images), 1000)]
    return nn.accuracy(np.concatenate(outputs), labels)


def draw(model, image):
    """What the two convolutions and their averages make of an image: dark is -1, light is 1."""
    seen, x = [], ac.Tensor(image[None])
    with ac.no_grad():
        for index, layer in enumerate(model[:6]):
            x = layer(x)
            if index % 3:  # after tanh, and after the average
                seen.append(
                    (f"{index}: {type(layer).__name__}, {'x'.join(map(str, x.shape[1:]))}", x.data[0])
                )
    figure, axes = plt.subplots(5, 16, figsize=(12, 4.6))
    for axis in axes.flat:
        axis.set_axis_off()
    axes[0, 0].imshow(image[0], cmap="gray")
    axes[0, 0].set_title("the image", fontsize=8, loc="left")
    for row, (title, maps) in zip(axes[1:], seen, strict=True):
        row[0].set_title(title, fontsize=8, loc="left")
        for axis, one in zip(row, maps, strict=False):
            axis.imshow(one, cmap="gray", vmin=-1, vmax=1)
    figure.savefig(OUT / "lenet.png", dpi=120, bbox_inches="tight")
    plt.close(figure)


def main():
    arguments = argparse.ArgumentParser(description="LeNet-5 reads handwritten digits.")
    arguments.add_argument("folder", nargs="?", type=Path, help="where the files of MNIST are")
    OUT.mkdir(parents=True, exist_ok=True)
    ac.set_default_dtype(np.float32)
    nn.seed(0)
    images, test_images, labels, test_labels = load(arguments.parse_args().folder)
    model = lenet5()
    print(nn.summary(model, (1, 1, 28, 28)))

    train(model, images, labels)
    score = accuracy(model, test_images, test_labels)
    print(f"{len(labels):,} images to learn from, {len(test_labels):,} to be tested with.")
    print(f"Test accuracy: {score:.2%}")
    draw(model, test_images[0])
    print(f"Picture: open {OUT / 'lenet.png'}")
    return score


if __name__ == "__main__":
    main()
