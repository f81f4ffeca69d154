# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 9 · A CNN for real
#
# Everything so far, put to work: networks of convolutions read handwritten digits, name pieces of
# clothing, and show what they look at. You run the lecture's PyTorch class without PyTorch, count the
# parameters of LeNet-5 by hand, train the network of the Kaggle tutorial to more than 98 %, look inside
# it, and shift its images until a dense network fails.
#
# 1. The lecture's twenty lines (lab 6.9)
# 2. Channels first, channels last (lab 6.10)
# 3. LeNet-5: 61,706 parameters (lab 6.11)
# 4. Learning to read (lab 7.1)
# 5. What each layer sees (lab 7.4)
# 6. From edges to digits: a hierarchy
# 7. Shifted by a pixel
# 8. Clothing (lab 7.2)
# 9. Exercises: count parameters; the shift test
#
# On a computer all of this takes less than a minute. In a browser the five trainings take some five
# minutes: run everything, and read meanwhile.

# %%
import json
from importlib.resources import files
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import autograd_core as ac
import viz

lectures = files("autograd_core.checking").joinpath("lectures.json")
facts = json.loads(lectures.read_text(encoding="utf-8"))  # the numbers of the lectures, worked out by hand
ac.set_default_dtype(np.float32)  # half the memory, twice the speed; seven digits are enough to learn with

# %% [markdown]
# ## The lecture's twenty lines
#
# One of the lectures shows a convolutional layer in PyTorch. Its class runs here as it stands; only its
# two import lines have changed, from `import torch.nn as nn` and `import torch.nn.functional as F`. An
# image of 28 × 28 pixels with a frame of one zero and a window of 5 × 5 gives $28 + 2 - 5 + 1 = 26$ rows
# and columns, twenty times.

# %% tags=["lab-6.9"]
import nn
import nn.functional as F


class ConvNet(nn.Module):
    def __init__(self):
        super(ConvNet, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=20, kernel_size=5, stride=1, padding=1)

    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(x)
        return x


model = ConvNet()
model.load_state_dict(
    {
        "conv1.weight": 0.3 * np.cos(np.arange(500.0)).reshape(20, 1, 5, 5),
        "conv1.bias": np.sin(np.arange(20.0)),
    }
)
image = np.cos(0.1 * np.arange(784.0)).reshape(1, 28, 28)
maps = model(image)

assert maps.shape == (20, 26, 26)
pytorch = [
    60.20036071532189,
    568.6387218726152,
    614.5931375361089,
    104.84396531694622,
]  # printed by PyTorch 2.13
assert np.allclose(maps.data[:4].sum(axis=(1, 2)), pytorch, rtol=1e-5)
viz.draw(model, image[None])

# %% [markdown]
# ## Channels first, channels last
#
# PyTorch and this library store a batch of images as (N, C, H, W): all reds, then all greens. TensorFlow,
# and most files, store (N, H, W, C): the colours of a pixel side by side. The numbers are the same, in
# another order. Say which.

# %% tags=["lab-6.10"]
generator = nn.seed(0)
conv = nn.Conv2d(3, 5, kernel_size=3)
first = generator.normal(size=(2, 3, 8, 8))
last = first.transpose(0, 2, 3, 1)

from_first = F.conv2d(first, conv.weight, conv.bias)
from_last = F.conv2d(last, conv.weight, conv.bias, data_format="NHWC")

assert from_first.shape == (2, 5, 6, 6)
assert from_last.shape == (2, 6, 6, 5)
assert np.allclose(from_first.data, from_last.data.transpose(0, 3, 1, 2), rtol=1e-5, atol=1e-6)

# %% [markdown]
# ## LeNet-5
#
# The network that read cheques (LeCun, Bottou, Bengio and Haffner, 1998). Two convolutions, each followed
# by a pooling that halves the image; then three dense layers. The image gets smaller and the number of
# maps larger: *where* is traded for *what*.

# %% tags=["lab-6.11"]
nn.seed(0)
lenet = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, kernel_size=5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Flatten(),
    nn.Linear(400, 120), nn.Tanh(),
    nn.Linear(120, 84), nn.Tanh(),
    nn.Linear(84, 10),
)  # fmt: skip
viz.network(lenet, np.zeros((1, 1, 28, 28)))

# %% [markdown]
# Count them. A convolution has (channels in × height × width + 1 bias) × channels out, a dense layer
# (inputs + 1) × outputs, a pooling none. Here both convolutions have 2,572 of the 61,706; the first dense
# layer alone has 48,120.

# %% tags=["lab-6.11"]
by_hand = (1 * 5 * 5 + 1) * 6 + (6 * 5 * 5 + 1) * 16 + (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
assert sum(p.size for p in lenet.parameters()) == by_hand == facts["lab_6_11"]["lenet5_parameters"] == 61_706
print(nn.summary(lenet, (1, 1, 28, 28)))

# %% [markdown]
# The same as a graph, with the shapes on the arrows. (The original connects its second convolution to
# *some* of the maps of the first, which saves parameters. This is the form that everybody builds today.)

# %% tags=["lab-6.11"]
viz.draw(lenet, np.zeros((1, 1, 28, 28)))

# %% [markdown]
# ## Learning to read
#
# 1,797 handwritten digits come with scikit-learn, 8 × 8 pixels each. Four fifths are to learn from, one
# fifth is looked at only at the end. The network is that of the Kaggle tutorial: two convolutions of 5 ×
# 5 with 32 maps, pooling, dropout; two of 3 × 3 with 64 maps, pooling, dropout; a dense layer of 128,
# dropout, ten scores.
#
# In every epoch some images are moved by a pixel. A digit stays what it is when it moves, and telling the
# network so is worth more than many more epochs.

# %% tags=["lab-7.1"]
digits = load_digits()
images = (digits.images[:, None] / 16).astype(np.float32)
train, test, train_labels, test_labels = train_test_split(
    images, digits.target, test_size=0.2, random_state=0, stratify=digits.target
)


def kaggle():
    model = nn.Sequential(
        nn.Conv2d(1, 32, kernel_size=5, padding="same"), nn.ReLU(),
        nn.Conv2d(32, 32, kernel_size=5, padding="same"), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Conv2d(32, 64, kernel_size=3, padding="same"), nn.ReLU(),
        nn.Conv2d(64, 64, kernel_size=3, padding="same"), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(64 * 2 * 2, 128), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(128, 10),
    )  # fmt: skip
    for layer in model:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight)  # He's variance 2/n_in, for ReLU: notebook 5
    return model


def moved(images, generator):
    """Some of the images moved by a pixel, up or down and left or right."""
    down, right = generator.choice((0, 1, 2), size=(2, len(images)), p=(0.15, 0.7, 0.15))
    framed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    places = np.lib.stride_tricks.sliding_window_view(framed, images.shape[2:], axis=(2, 3))
    return places[np.arange(len(images)), :, down, right]


class Moved:
    """Batches of the training set, new ones and otherwise moved in every epoch."""

    def __init__(self, generator):
        self.generator = generator

    def __iter__(self):
        for x, y in nn.batches(train, train_labels, batch_size=32, generator=self.generator):
            yield moved(x.data, self.generator), y

    def __len__(self):
        return -(-len(train) // 32)


generator = nn.seed(0)
model = kaggle()
optimizer = nn.Adam(model.parameters(), lr=1e-3)
history = nn.fit(
    model,
    Moved(generator),
    (test, test_labels),
    loss=nn.CrossEntropyLoss(label_smoothing=0.1),
    optimizer=optimizer,
    epochs=10,
    schedule=nn.OneCycleLR(optimizer, max_lr=3e-3, total_steps=10 * 45),
    metrics=[nn.accuracy],
    progress=False,
)
axes = viz.plots.history(history)

# %% tags=["lab-7.1"]
model.eval()
with ac.no_grad():
    probabilities = F.softmax(model(test), dim=1).data
guess = probabilities.argmax(axis=1)
score = np.mean(guess == test_labels)
print(f"{score:.2%} of {len(test)} digits that it never saw")
assert score >= 0.98

axes = viz.plots.confusion_matrix(nn.confusion_matrix(probabilities, test_labels))

# %% [markdown]
# Nine of them: first those it gets wrong, then those it is least sure of. Would you have read them?

# %% tags=["lab-7.1"]
doubt = np.where(guess == test_labels, probabilities.max(axis=1), -1)
chosen = np.argsort(doubt)[:9]
axes = viz.plots.predictions(test[chosen], probabilities[chosen], test_labels[chosen])

# %% [markdown]
# LeNet-5 wants 28 × 28 pixels. Where the four files of MNIST lie in `data/mnist` beside this notebook, it
# learns from them. Here they do not, and it gets the same small digits, enlarged.


# %% tags=["lab-7.1"]
def enlarged(images):
    """(N, 1, 8, 8) stretched linearly to 20 × 20 and framed, as MNIST's digits are: (N, 1, 28, 28)."""
    places = np.linspace(0, 7, 20)
    stretch = np.maximum(0, 1 - abs(places[:, None] - np.arange(8)))
    return np.pad(stretch @ images @ stretch.T, ((0, 0), (0, 0), (4, 4), (4, 4))).astype(np.float32)


folder = Path("data/mnist")
if folder.exists():
    large, large_labels = (part[:4000] for part in nn.mnist(folder, train=True, download=False))
    large_test, large_test_labels = nn.mnist(folder, train=False, download=False)
else:
    large, large_labels, large_test, large_test_labels = (
        enlarged(train),
        train_labels,
        enlarged(test),
        test_labels,
    )

nn.fit(
    lenet,
    (large, large_labels),
    loss=F.cross_entropy,
    optimizer=nn.Adam(lenet.parameters(), lr=2e-3),
    epochs=8,
    batch_size=32,
    progress=False,
)
lenet_score = nn.evaluate(lenet, (large_test, large_test_labels), metrics=[nn.accuracy], batch_size=360)[
    "accuracy"
]
print(f"LeNet-5: {lenet_score:.1%}")
assert lenet_score > 0.95

# %% [markdown]
# ## What each layer sees
#
# The kernels of LeNet's first layer can be looked at directly: blue is positive, red negative. After so
# short a training they still show the random numbers that they began with. What they answer to tells
# more.

# %% tags=["lab-7.4"]
axes = viz.plots.filters(lenet[0], columns=6)

# %% [markdown]
# This is what they make of one digit: the maps of the first layer, then those of the second. The first
# draws strokes and edges of the digit, in its place. The second has a coarser image and answers to
# combinations.

# %% tags=["lab-7.4"]
seen = ac.Tensor(large_test[:1])
figure, axes = plt.subplots(1, 3, figsize=(12, 4.2), layout="constrained", width_ratios=(1, 1.6, 2.4))
axes[0].imshow(large_test[0, 0], cmap="gray_r")
axes[0].set_title("the image")
axes[0].set_axis_off()
with ac.no_grad():
    first = lenet[1](lenet[0](seen))
    second = lenet[4](lenet[3](lenet[2](first)))
assert first.shape == (1, 6, 28, 28)
assert second.shape == (1, 16, 10, 10)
viz.plots.feature_maps(first, columns=3, ax=axes[1])
_ = viz.plots.feature_maps(second, columns=4, ax=axes[2])

# %% [markdown]
# ## From edges to digits: a hierarchy
#
# A unit of the first layer looks at 5 × 5 pixels. After a pooling of 2 × 2 and another window of 5 × 5, a
# unit of the second looks at $5 + 1 + 4 \cdot 2 = 14$ pixels in each direction: its *receptive field*.
# For six units of each layer, these are the places in the test images that excite them most, each on a
# grey scale of its own. On the left are borders of strokes, each unit with a direction. On the right are
# arches, corners and ends of strokes, put together from those. The dense layers put whole digits
# together.


# %% tags=["lab-9.kernels.hierarchy"]
def most_exciting_places(maps, images, size, step, frame, unit, count=6):
    """The patches under the largest answers of a unit, one for each image at most."""
    answers = maps[:, unit].reshape(len(maps), -1)
    padded = np.pad(images[:, 0], ((0, 0), (frame, frame), (frame, frame)))
    found = []
    for sample in np.argsort(-answers.max(axis=1))[:count]:
        row, column = np.unravel_index(answers[sample].argmax(), maps.shape[2:])
        found.append(padded[sample, row * step : row * step + size, column * step : column * step + size])
    return found


with ac.no_grad():
    first = lenet[1](lenet[0](large_test[:300]))
    second = lenet[4](lenet[3](lenet[2](first)))
layers = {
    "first layer: 5 × 5 pixels": (first.data, 5, 1, 2),
    "second layer: 14 × 14 pixels": (second.data, 14, 2, 2),
}
figure = plt.figure(figsize=(11, 5.6), layout="constrained")
for panel, (title, (maps, size, step, frame)) in zip(figure.subfigures(1, 2), layers.items(), strict=True):
    panel.suptitle(title)
    units = np.argsort(-maps.max(axis=(0, 2, 3)))[:6]
    for row, unit in zip(panel.subplots(6, 6), units, strict=True):
        for ax, patch in zip(
            row, most_exciting_places(maps, large_test, size, step, frame, unit), strict=True
        ):
            ax.imshow(patch, cmap="gray_r")
            ax.set(xticks=[], yticks=[])

# the receptive field, measured: which pixels of the image have a gradient
probe = ac.Tensor(generator.normal(size=(1, 1, 28, 28)), requires_grad=True)
lenet[3](lenet[2](lenet[0](probe)))[0, 0, 3, 3].backward()
assert np.ptp(np.nonzero(probe.grad[0, 0])[0]) + 1 <= 14

# %% [markdown]
# ## Shifted by a pixel
#
# A dense network learns every digit in the place where it was. Move it, and other weights lie under the
# ink. A convolution meets the same ink with the same weights, wherever it is: its maps move along. But if
# dense weights read those maps, they are back in the old trouble, a little later. Only what throws the
# *place* away does not care: the largest answer of each map over the whole image. All three learn from
# images that are *not* moved.


# %% tags=["lab-9.Nagoya.shifts"]
def framed(images):
    """Two more rows and columns on each side, so that nothing is cut off."""
    return np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))


def accuracy_after(model, pixels):
    """The mean accuracy on images moved up, down, left and right."""
    ways = ((pixels, 0), (-pixels, 0), (0, pixels), (0, -pixels))
    moved = [np.roll(framed(test), way, axis=(2, 3)) for way in ways]
    return np.mean([nn.accuracy(model(images), test_labels) for images in moved])


nn.seed(0)
contestants = {
    "dense": nn.Sequential(nn.Flatten(), nn.Linear(144, 128), nn.ReLU(), nn.Linear(128, 10)),
    "convolutions, then dense": nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 3 * 3, 10),
    ),
    "convolutions, then the largest of each map": nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1),
        nn.Flatten(), nn.Linear(32, 10),
    ),
}  # fmt: skip
shifts, curves = (0, 1, 2), {}
for name, contestant in contestants.items():
    nn.fit(
        contestant,
        (framed(train), train_labels),
        loss=F.cross_entropy,
        optimizer=nn.Adam(contestant.parameters(), lr=3e-3),
        epochs=10,
        batch_size=64,
        progress=False,
        diagnose=False,
    )
    with ac.no_grad():
        curves[name] = [accuracy_after(contestant, pixels) for pixels in shifts]

figure, ax = plt.subplots(figsize=(8, 3.8), layout="constrained")
for (name, curve), style in zip(curves.items(), ("o-", "s--", "^-."), strict=True):
    ax.plot(shifts, curve, style, label=name)
    for shift, share in zip(shifts[1:], curve[1:], strict=True):
        ax.annotate(f"{share:.0%}", (shift, share), (6, 6), textcoords="offset points")
ax.axhline(0.1, color="#999999", linestyle=":", label="guessing")
ax.set(xticks=shifts, ylim=(0, 1.1), xlabel="pixels that the test images are moved by", ylabel="accuracy")
_ = ax.legend()

# %% tags=["lab-9.Nagoya.shifts"]
dense, mixed, invariant = curves.values()
assert min(dense[0], mixed[0], invariant[0]) > 0.94
assert dense[1] < 0.5 < mixed[1] < 0.85 < invariant[1]
assert dense[2] < 0.25 < 0.85 < invariant[2]

# %% [markdown]
# ## Clothing
#
# The classifier of the Fashion-MNIST tutorial: flatten the image, 128 units with ReLU, ten scores; Adam.
# Where the four files of Fashion-MNIST lie in `data/fashion` beside this notebook, it names pieces of
# clothing. Here they do not, and the same network, the same code and the same picture name digits.

# %% tags=["lab-7.2"]
folder = Path("data/fashion")
if folder.exists():
    names = nn.FASHION_MNIST_CLASSES
    x, y = (part[:10_000] for part in nn.fashion_mnist(folder, train=True, download=False))
    x_test, y_test = (part[:1000] for part in nn.fashion_mnist(folder, train=False, download=False))
else:
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    x, y, x_test, y_test = enlarged(train), train_labels, enlarged(test), test_labels

nn.seed(0)
classifier = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 128), nn.ReLU(), nn.Linear(128, 10))
nn.fit(
    classifier,
    (x, y),
    loss=F.cross_entropy,
    optimizer=nn.Adam(classifier.parameters()),
    epochs=10,
    progress=False,
)
with ac.no_grad():
    p = F.softmax(classifier(x_test), dim=1).data
print(f"{nn.accuracy(p, y_test):.1%} of {len(y_test)} test images")
assert nn.accuracy(p, y_test) > 0.8

right = p.argmax(axis=1) == y_test
chosen = [*np.flatnonzero(~right)[:3], *np.flatnonzero(right)[:6]]
axes = viz.plots.predictions(x_test[chosen], p[chosen], y_test[chosen], names)

# %% [markdown]
# ## Exercises
#
# **a.** The parameters of a convolution with square windows and of a dense layer, biases included.


# %% tags=["exercise-parameters"]
def parameters(channels_in, channels_out, kernel_size, inputs, outputs):
    """How many a convolution has, and how many a dense layer has: two numbers."""
    ...


# %%
def counted(channels_in, channels_out, kernel_size, inputs, outputs):
    layers = nn.Conv2d(channels_in, channels_out, kernel_size), nn.Linear(inputs, outputs)
    return np.array([sum(p.size for p in layer.parameters()) for layer in layers])


ac.check(parameters, counted, (6, 16, 5, 400, 120))

# %% [markdown]
# **b.** The shift test moved images with `np.roll`, round the edge. Write an honest shift: what leaves
# the image is gone, and what comes in is 0. `down` and `right` may be negative.


# %% tags=["exercise-shift"]
def shift(image, down, right):
    """The image (H, W), moved, of the same shape."""
    ...


# %%
def shifted(image, down, right):
    rows, columns = (np.arange(size)[:, None] for size in image.shape)
    lower, across = (rows == rows.T + down) * 1.0, (columns == columns.T + right) * 1.0
    return lower @ image @ across.T  # ones beside the diagonal: a shift is a matrix product


ac.check(shift, shifted, (np.arange(1.0, 21.0).reshape(4, 5), 1, -2))
