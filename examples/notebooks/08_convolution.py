# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 8 · Convolution: one small window of weights, used everywhere
#
# A dense layer looks at every pixel with a weight of its own. A convolution looks through a small window,
# and takes the same few weights to every place. Here you compute one by hand, watch it go forward and
# backward, and see why the gradient of a shared weight is a sum over all the places where it was used.
# Nothing new is needed for that: it is the chain rule of notebook 01.
#
# 1. The board picture: a kernel, four windows (lab 6.1)
# 2. Forward and backward on the grid
# 3. A misprint in one lecture
# 4. Edges in a photograph (labs 6.2, 6.3)
# 5. Dense, locally connected, shared (lab 6.4)
# 6. Sharing, seen: an edge for every use (labs 6.5, 6.6)
# 7. What moves with the image, and what does not (lab 6.7)
# 8. Pooling, and where its gradient goes (lab 6.8)
# 9. Exercises: `conv2d` and its ∂K in NumPy

# %%
import json
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_sample_image

import autograd_core as ac
import nn
import nn.functional as F
import viz

lectures = files("autograd_core.checking").joinpath("lectures.json")
facts = json.loads(lectures.read_text(encoding="utf-8"))  # the numbers of the lectures, worked out by hand

# %% [markdown]
# ## The board picture
#
# The lecture's formula is
#
# $$C(x, y) = \sum_m \sum_n I(x + m,\, y + n)\; K(m, n).$$
#
# Lay the kernel $K$ on the image $I$. Multiply each weight with the pixel under it. Add the products.
# Write the sum down, move the kernel on, and do it again. With stride 2 it moves two pixels at a time.
#
# Mathematicians call this *cross-correlation*; their convolution turns the kernel round first. In our
# field nobody turns it: the weights are learned, so a turned kernel is only another kernel.
#
# Play the film, or step through it with the arrow keys.

# %% tags=["lab-6.1"]
board = facts["lab_6_1"]
viz.plots.convolution_steps(board["image"], board["kernel"], stride=board["stride"])

# %% [markdown]
# The same with the library. It wants two axes more: which image of the batch, and which channel (grey has
# one).

# %% tags=["lab-6.1"]
image = ac.Tensor([[board["image"]]], dtype=float, requires_grad=True, label="I")
kernel = ac.Tensor([[board["kernel"]]], dtype=float, requires_grad=True, label="K")
C = F.conv2d(image, kernel, stride=board["stride"]).named("C")

assert C.data[0, 0].tolist() == board["out"] == [[2, 4], [0, 1]]
viz.draw(C, layout="grid", highlight="C[0, 1]")

# %% [markdown]
# ## Forward and backward on the grid
#
# Now a number to make small: $J = \tfrac12 \sum C^2$. Its gradient with respect to the map is $\delta =
# \partial J / \partial C = C$ itself, which keeps the numbers easy.
#
# Each colour below is one weight. It lies on four pixels, one for each window. In every window it hands
# its $\delta$ times the pixel under it to its own gradient, and the four add up:
#
# $$\frac{\partial J}{\partial K(m, n)} = \sum_x \sum_y \delta(x, y)\; I(s x + m,\, s y + n), \qquad s = 2.$$
#
# This is again a convolution: the map of $\delta$ is laid on the image.

# %%
J = ((C**2).sum() / 2).named("J")
viz.draw(J, layout="grid", graph="both")

# %%
J.backward()
print(kernel.grad[0, 0])

pixels = np.array(board["image"])
by_hand = [[(C.data[0, 0] * pixels[m::2, n::2]).sum() for n in (0, 1)] for m in (0, 1)]
assert np.array_equal(kernel.grad[0, 0], by_hand)

# %% [markdown]
# On this page every cell can be chosen: press one, and its sum is written out; press *backward*, and its
# gradient is. Choose a weight, then a pixel. A pixel is used by several windows as soon as they overlap,
# and then its gradient is a sum as well.

# %%
viz.draw(J, layout="grid").interactive()

# %% [markdown]
# ## A misprint in one lecture
#
# One of the five lectures has $I(x + m,\, y + m)$ in the sum. With $m$ twice, the window reads only its
# diagonal: both columns of the kernel then lie on the same pixel. The number on the board is right, the
# formula beside it is not.

# %% tags=["lab-9.errata.index"]
weights = np.array(board["kernel"])


def printed(x, y):
    return sum(pixels[x + m, y + m] * weights[m, n] for m in (0, 1) for n in (0, 1))


def meant(x, y):
    return sum(pixels[x + m, y + n] * weights[m, n] for m in (0, 1) for n in (0, 1))


places = [[(x, y) for y in (0, 2)] for x in (0, 2)]
print("as printed:", [[int(printed(*place)) for place in row] for row in places])
print("as meant:  ", [[int(meant(*place)) for place in row] for row in places])
assert [[meant(*place) for place in row] for row in places] == board["out"]
assert [[printed(*place) for place in row] for row in places] != board["out"]

# %% [markdown]
# ## Edges
#
# A kernel with $+1$ on the left and $-1$ on the right answers where the image gets darker from left to
# right, and is silent where nothing changes. The image below is bright on the left and dark on the right.
# The kernel finds the border, and nothing else.

# %% tags=["lab-6.2"]
lab = facts["lab_6_2"]
halves = ac.Tensor([[[lab["image_row"]] * lab["rows"]]], dtype=float, label="I")
vertical = ac.Tensor([[lab["kernel"]]], dtype=float, requires_grad=True, label="K")
edge = F.conv2d(halves, vertical).named("C")

assert edge.data[0, 0].tolist() == [lab["out_row"]] * lab["out_rows"]  # four rows (0, 30, 30, 0)
viz.draw(edge, layout="grid", highlight="C[1, 1]")

# %% [markdown]
# On a photograph: the first kernel compares a pixel with its eight neighbours, the second adds that
# difference to the pixel. The weights of the first add up to 0, so a wall of one colour gives 0. Those of
# the second add up to 1, so a wall stays what it is.

# %% tags=["lab-6.3"]
EDGE = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], float)
SHARPEN = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], float)

photograph = load_sample_image("china.jpg").mean(axis=2)[60:240, 130:400] / 255
found = {
    name: F.conv2d(photograph[None], kernel[None, None])[0].data
    for name, kernel in {"edges": EDGE, "sharpened": SHARPEN}.items()
}

figure, axes = plt.subplots(1, 3, figsize=(9, 2.3), dpi=50, layout="constrained")
shown = {"photograph": photograph, "edges": np.abs(found["edges"]), "sharpened": found["sharpened"]}
for ax, (name, picture) in zip(axes, shown.items(), strict=True):
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
    ax.set_title(name)
    ax.set_axis_off()

wall = np.full((1, 6, 6), 0.25)
assert np.all(F.conv2d(wall, EDGE[None, None]).data == 0)
assert np.all(F.conv2d(wall, SHARPEN[None, None]).data == 0.25)

# %% [markdown]
# These kernels were thought up by people. A network begins with random ones, and the gradient of the
# kernel makes them into what it needs. Here one is learned from nothing but the photograph and its edges:

# %%
nn.seed(0)
learned = nn.Conv2d(1, 1, kernel_size=3, bias=False)
optimizer = nn.LBFGS(learned.parameters(), max_iter=60, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    error = F.mse_loss(learned(photograph[None]), found["edges"][None])
    error.backward()
    return error


before = learned.weight.data[0, 0].copy()
optimizer.step(closure)
after = learned.weight.data[0, 0]

axes = viz.plots.filters(np.stack([before, after, EDGE]), columns=3)
axes.set_title("before learning, after learning, and the kernel it had to find")
assert np.abs(after - EDGE).max() < 0.01

# %% [markdown]
# ## Dense, locally connected, shared
#
# Three ways to get 8 outputs from 10 inputs. *Dense*: every output sees every input. *Locally connected*:
# every output sees three neighbours, with weights of its own. *Shared*: three neighbours, and the same
# three weights for all. Each is a matrix $W$ with $z = W x$; equal colours are equal weights, white is no
# weight at all.

# %% tags=["lab-9.Racharak.shared"]
generator = np.random.default_rng(1)
inside = np.abs(np.arange(8)[:, None] + 1 - np.arange(10)) <= 1  # output i sees the inputs i, i + 1, i + 2
dense = generator.uniform(-1, 1, (8, 10))
local = np.where(inside, dense, np.nan)
shared = np.full((8, 10), np.nan)
for i in range(8):
    shared[i, i : i + 3] = [-0.9, 0.35, 0.75]

figure, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
for ax, (name, matrix) in zip(
    axes, {"dense": dense, "locally connected": local, "shared": shared}.items(), strict=True
):
    weights = len(np.unique(matrix[~np.isnan(matrix)]))
    ax.imshow(matrix, cmap="RdBu", vmin=-1, vmax=1)
    ax.set(title=f"{name}: {weights} weights", xlabel="input", ylabel="output")
    ax.set_xticks(np.arange(11) - 0.5, [])
    ax.set_yticks(np.arange(9) - 0.5, [])
    ax.grid(color="#d5d5d5", linewidth=0.8)
    ax.tick_params(length=0)

signal = generator.normal(size=10)
assert np.allclose(np.nan_to_num(shared) @ signal, F.conv1d(signal[None], [[[-0.9, 0.35, 0.75]]]).data[0])

# %% [markdown]
# In an image the difference is large. 100 features of a 28 × 28 image, each connected to all pixels, need
# 78,400 weights. One 5 × 5 window that is shared needs 25. An image of 64 × 64 pixels in three colours is
# 12,288 inputs; a window of 4 × 4 pixels in three colours has 48 weights, wherever it looks.

# %% tags=["lab-6.4"]
lab = facts["lab_6_4"]
counts = {
    "dense_28x28_to_100_weights": nn.Linear(28 * 28, 100, bias=False).weight.size,
    "kernel_5x5": nn.Conv2d(1, 1, kernel_size=5, bias=False).weight.size,
    "inputs_64x64x3": np.zeros((3, 64, 64)).size,
    "window_4x4x3": nn.Conv2d(3, 1, kernel_size=4, bias=False).weight.size,
}
assert counts == lab

figure, ax = plt.subplots(figsize=(8, 2.2), layout="constrained")
bars = ax.barh(
    ["one 5×5 window", "dense, 28×28 to 100"], [counts["kernel_5x5"], counts["dense_28x28_to_100_weights"]]
)
ax.bar_label(bars, fmt="{:,.0f}", padding=4)
ax.set_xscale("log")
ax.set_xlim(1, 1e6)
_ = ax.set_title("weights (each mark of the axis is ten times the one before)")

# %% [markdown]
# ## Sharing, seen
#
# Open a small convolution into single numbers: four inputs, two weights, three windows. Every weight is
# *one* box, and from it leads one arrow for every use. The rule of notebook 01 says the rest: where
# arrows leave a box, the gradients that come back along them add up. A shared weight is a variable that
# is used several times, nothing more.

# %% tags=["lab-6.5"]
x = ac.Tensor([[[1.0, 2.0, -1.0, 3.0]]], label="x")
w = ac.Tensor([[[0.5, -1.0]]], requires_grad=True, label="w")
loss = F.conv1d(x, w).sum()
opened = ac.lower(loss)

viz.draw(opened, layout="boxes", highlight="w[0, 0, 0]", title="w[0, 0, 0] is used three times")

# %% tags=["lab-6.5"]
opened.output.item().backward()  # through the single numbers
loss.backward()  # through the arrays
assert np.array_equal(opened.gradient(w), w.grad)

# the picture's arrows: the sum of the local derivatives beside them is the gradient
pixels_under_w0 = x.data[0, 0, :3]  # 1, 2 and -1
assert w.grad[0, 0, 0] == pixels_under_w0.sum() == 2

# %% [markdown]
# The same the other way round. Give every window a copy of the kernel for itself, so that nothing is
# shared; compute the gradient of each copy; add them up. *Sliding is tying*: the sum is the gradient of
# the one kernel.

# %% tags=["lab-6.6"]
picture, weights = generator.normal(size=(1, 6, 6)), generator.normal(size=(3, 3))

tied = ac.Tensor(weights[None, None], requires_grad=True)
(F.conv2d(picture, tied) ** 2).sum().backward()

copies = ac.Tensor(
    np.broadcast_to(weights, (4, 4, 3, 3)), requires_grad=True
)  # one kernel for each of 4 × 4 places
windows = ac.sliding_windows(picture[0], (3, 3))  # (4, 4, 3, 3): what each of them sees
((windows * copies).sum(axis=(2, 3)) ** 2).sum().backward()

assert np.allclose(copies.grad.sum(axis=(0, 1)), tied.grad[0, 0], rtol=1e-12)

figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained", width_ratios=(2, 1))
limit = np.abs(tied.grad).max()
mosaic = np.pad(copies.grad, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=np.nan)
axes[0].imshow(mosaic.transpose(0, 2, 1, 3).reshape(16, 16)[:-1, :-1], cmap="RdBu", vmin=-limit, vmax=limit)
axes[0].set_title("gradients of the 16 untied copies")
axes[1].imshow(tied.grad[0, 0], cmap="RdBu", vmin=-limit, vmax=limit)
axes[1].set_title("their sum: the gradient of the kernel")
for ax in axes:
    ax.set_axis_off()

# %% [markdown]
# ## What moves with the image, and what does not
#
# Shift the image, and the map shifts with it: a convolution *commutes with shifts*. The word is
# **equivariance**. A detector of edges finds the same edge wherever it is.
#
# Pooling then throws the place away, a little: the largest number of each 2 × 2 window stays the same as
# long as the strongest answer stays in the window. The word is **invariance**, and it holds only roughly:
# we count how often.

# %% tags=["lab-6.7"]
digit = np.zeros((1, 16, 16))
digit[:, 3:11, 3:11] = load_digits().images[3] / 16
shift = (2, 1)  # two pixels down, one to the right
detector = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])[None, None]

first = F.conv2d(digit, detector, padding="same").data
moved = F.conv2d(np.roll(digit, shift, axis=(1, 2)), detector, padding="same").data
assert np.allclose(moved, np.roll(first, shift, axis=(1, 2)), rtol=0, atol=1e-12)

figure, axes = plt.subplots(2, 2, figsize=(6.4, 6.4), layout="constrained")
rows = ((digit, first), (np.roll(digit, shift, axis=(1, 2)), moved))
for pair, images, when in zip(axes, rows, ("", ", shifted"), strict=True):
    pair[0].imshow(images[0][0], cmap="gray_r")
    pair[0].set_title(f"image{when}")
    pair[1].imshow(images[1][0], cmap="RdBu", vmin=-4, vmax=4)
    pair[1].set_title(f"map{when}")
for ax in axes.flat:
    ax.set_axis_off()

# %% tags=["lab-6.7"]
digits = np.pad(load_digits().images[:300, None] / 16, ((0, 0), (0, 0), (4, 4), (4, 4)))


def answers(images, window):
    """Where the detector answers, seen through windows of this size."""
    maps = F.relu(F.conv2d(images, detector, padding="same"))
    return F.max_pool2d(maps, window).data > 1


kept = {}
for window in (1, 2, 4):
    before, after = answers(digits, window), answers(np.roll(digits, 1, axis=3), window)
    kept[window] = (before & after).sum() / before.sum()
assert kept[1] < 0.6 < kept[2] < kept[4]

figure, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
bars = ax.bar(["no pooling", "2 × 2", "4 × 4"], kept.values(), color="#0072B2")
ax.bar_label(bars, fmt="{:.0%}")
ax.set_ylim(0, 1.1)
_ = ax.set_title("answers still in their place after a shift by one pixel")

# %% [markdown]
# ## Pooling, and where its gradient goes
#
# A maximum depends on one of its inputs: move another one a little, and nothing happens. So the whole
# gradient goes to the winner. An average depends on all of its inputs equally, so each gets an equal
# share.

# %% tags=["lab-6.8"]
image = ac.Tensor([[board["image"]]], dtype=float, requires_grad=True, label="I")
largest = F.max_pool2d(image, 2).named("P")
J = ((largest**2).sum() / 2).named("J")
J.backward()

assert largest.data[0, 0].tolist() == [[2, 4], [1, 2]]
assert image.grad[0, 0].tolist() == [[0, 2, 0, 4], [0, 0, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]]
viz.draw(J, layout="grid", graph="backward", highlight="I[0, 1]")

# %% [markdown]
# Two of the windows have their largest number twice (1 and 1; 2 and 2). The gradient goes to the first of
# them. At such a tie the function has a corner and no derivative; any share between the two would do, and
# this is PyTorch's choice.

# %% tags=["lab-6.8"]
image.grad = None
mean = F.avg_pool2d(image, 2).named("A")
J = ((mean**2).sum() / 2).named("J")
J.backward()

assert mean.data[0, 0].tolist() == [[0.75, 2], [0.5, 1.25]]
assert image.grad[0, 0].tolist() == np.kron(mean.data[0, 0] / 4, np.ones((2, 2))).tolist()
viz.draw(J, layout="grid", graph="backward", highlight="I[0, 1]")

# %% [markdown]
# The same as a film, with the gradient of every window beside it:

# %% tags=["lab-6.8"]
viz.plots.pooling_steps(board["image"])

# %% [markdown]
# ## Exercises
#
# Replace the `...` and run the cell below it. It compares your function with the graph's and says what is
# wrong.
#
# **a.** Write $C(x, y) = \sum_m \sum_n I(x + m, y + n) K(m, n)$ for one channel and stride 1, with NumPy.
# For an image of height $H$ and a kernel of height $h$ there are $H - h + 1$ rows of windows.


# %% tags=["exercise-conv2d"]
def conv2d(image, kernel):
    """The map (H - h + 1, W - w + 1) of an image (H, W) and a kernel (h, w)."""
    ...


# %%
def graph_conv2d(image, kernel):
    return F.conv2d(image[None, None], kernel[None, None])[0, 0]


ac.check(conv2d, graph_conv2d, (generator.normal(size=(5, 6)), generator.normal(size=(2, 3))))

# %% [markdown]
# **b.** The gradient of the kernel for $J = \tfrac12 \sum C^2$. It has the kernel's shape; the formula
# above the coloured kernel says all, with stride $s = 1$. Use your `conv2d`.


# %% tags=["exercise-kernel-gradient"]
def kernel_gradient(image, kernel):
    """∂J/∂K, of the kernel's shape."""
    ...


# %%
def half_the_squares(image, kernel):
    return (graph_conv2d(image, kernel) ** 2).sum() / 2


inputs = generator.normal(size=(5, 6)), generator.normal(size=(2, 3))
ac.check(kernel_gradient, half_the_squares, inputs, kind="gradient", argnums="kernel")
