# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 10 · Features and kernels
#
# Two ways to see more in data than its raw numbers. A network *learns* its features: here one learns from
# two photographs, without a teacher, that pictures are made of edges. A kernel *has* its features, more
# than could be written down, and never computes them. The same engine does both, and the gradient goes
# through the solution of a linear system as it goes through a neuron.
#
# 1. The sparse autoencoder and its mosaic (lab 7.3)
# 2. Features, convolved over a large image
# 3. A linear bottleneck is PCA
# 4. The kernel trick (lab 8.1)
# 5. Which functions are kernels? (lab 8.2)
# 6. Kernel ridge regression, and gradients through a solve (lab 8.3)
# 7. The singular value decomposition, and its derivative (lab 8.4)
# 8. Exercises: closure rules; the gradient through a solve
#
# On a computer all of this takes less than a minute. In a browser the autoencoder alone learns for some
# five minutes: run everything, and read meanwhile.

# %%
import json
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_sample_images

import autograd_core as ac
import nn
import nn.functional as F
import viz

lectures = files("autograd_core.checking").joinpath("lectures.json")
facts = json.loads(lectures.read_text(encoding="utf-8"))  # the numbers of the lectures, worked out by hand
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"
plt.rcParams["figure.dpi"] = 65  # photographs need room

# %% [markdown]
# ## The sparse autoencoder
#
# 100 pixels go in, 100 hidden units stand between, and the same 100 pixels are to come out. That alone
# would be easy: copy. So each hidden unit may be active in only one patch of a hundred. If $\hat\rho_j$
# is the mean activation of unit $j$ and $\rho = 0.01$ the wanted one, the cost is
#
# $$J = \frac{1}{2m} \sum_i \lVert x_i - h(x_i) \rVert^2 + \frac{\lambda}{2} \sum W^2
#     + \beta \sum_j \mathrm{KL}(\rho \,\Vert\, \hat\rho_j).$$
#
# First the patches. A photograph is whitened, so that coarse and fine structures are equally strong, as
# Olshausen and Field did, and cut into pieces of 10 × 10.

# %%
ac.set_default_dtype(np.float32)
generator = nn.seed(0)


def whitened(image):
    """All spatial frequencies equally strong, but for the highest, which are noise (Olshausen and Field, 1996)."""
    gray = image.mean(axis=2)
    gray = (gray - gray.mean()) / gray.std()
    vertical, horizontal = (np.fft.fftfreq(n)[:, None] for n in gray.shape)
    frequency = np.hypot(vertical, horizontal.T)
    flat = np.real(np.fft.ifft2(np.fft.fft2(gray) * frequency * np.exp(-((frequency / 0.4) ** 4))))
    return flat / flat.std()


photographs = [whitened(image) for image in load_sample_images().images]
patches = nn.image_patches(photographs, 10, 8000, generator).reshape(8000, 100)
patches = patches - patches.mean(axis=1, keepdims=True)
limit = 3 * patches.std()
patches = (np.clip(patches, -limit, limit) / limit).astype(np.float32)

figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), layout="constrained", width_ratios=(1.3, 1))
axes[0].imshow(photographs[0][60:240, 130:400], cmap="gray", vmin=-3, vmax=3, interpolation="nearest")
axes[0].set_title("a photograph, whitened")
tiles = np.pad(patches[:50].reshape(5, 10, 10, 10), ((0, 0), (0, 0), (1, 1), (1, 1)), constant_values=1)
axes[1].imshow(tiles.transpose(0, 2, 1, 3).reshape(60, 120), cmap="gray", vmin=-1, vmax=1)
axes[1].set_title("fifty of 8,000 patches")
for ax in axes:
    ax.set_axis_off()

# %% [markdown]
# All patches at once, and L-BFGS: the cost is smooth, and this finds its way down in a few hundred steps.


# %%
class Autoencoder(nn.Module):
    """100 pixels -> 100 sigmoid units -> 100 pixels."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(100, 100)
        self.decoder = nn.Linear(100, 100)
        for layer in (self.encoder, self.decoder):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        hidden = F.sigmoid(self.encoder(x))
        return self.decoder(hidden), hidden


model = Autoencoder()
optimizer = nn.LBFGS(model.parameters(), max_iter=250, max_eval=400, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    output, hidden = model(patches)
    cost = F.half_squared_error(output, patches, reduction="batchmean")
    cost = cost + 1e-3 * nn.l2_penalty(model) + 3.0 * nn.kl_sparsity_penalty(hidden, 0.01)
    cost.backward()
    return cost


optimizer.step(closure)
weight = model.encoder.weight.data.astype(float)
figure, ax = plt.subplots(figsize=(10, 10.4), layout="constrained")
_ = viz.plots.maximally_exciting(weight, ax=ax)

# %% [markdown]
# Nobody told it about edges. Each tile is the image of length 1 that excites one hidden unit most:
#
# $$x_j = \frac{W_{ij}}{\sqrt{\sum_j W_{ij}^2}}.$$
#
# Why that image? By Cauchy and Schwarz $w \cdot x \le \lVert w \rVert \lVert x \rVert$, with equality
# only if $x$ points along $w$. A search through random images cannot beat it, and does not come near.

# %% tags=["lab-7.3"]
exciting = weight / np.sqrt((weight**2).sum(axis=1, keepdims=True))
bound = np.linalg.norm(weight, axis=1)
assert np.allclose((exciting * weight).sum(axis=1), bound)  # these reach the bound ...

tried = generator.normal(size=(20_000, 100))
tried /= np.linalg.norm(tried, axis=1, keepdims=True)
reached = (tried @ weight.T).max(axis=0) / bound
print(f"the best of 20,000 random images reaches {reached.max():.0%} of it")
assert reached.max() < 0.75  # ... and no random image does


def coherence(images):
    """0 where the slopes of an image point everywhere, 1 where all lie along one line: an edge."""
    down, across = np.gradient(images.reshape(-1, 10, 10), axis=(1, 2))
    a, b, c = ((p * q).sum(axis=(1, 2)) for p, q in ((down, down), (across, across), (down, across)))
    return np.hypot(a - b, 2 * c) / (a + b)


edges, chance = (np.mean(coherence(images) > 0.5) for images in (exciting, generator.normal(size=(100, 100))))
print(f"an edge: {edges:.0%} of the units, {chance:.0%} of images of noise")
assert edges > 0.6
assert chance < 0.1

with ac.no_grad():
    output, hidden = model(patches)
assert abs(hidden.data.mean() - 0.01) < 0.004  # as sparse as was asked
assert np.mean((output.data - patches) ** 2) < 0.5 * np.mean(patches**2)

# %% [markdown]
# ## Features, convolved over a large image
#
# What was learned on patches of 10 × 10 can look at an image of any size: hidden unit $i$ *is* a kernel
# of 10 × 10. Slide it over the photograph, apply the sigmoid, and pool: 100 maps, small enough for a
# classifier. Three of them, with their kernels in the corner.

# %% tags=["lab-9.Delaware.patches"]
large = photographs[0][:400].astype(np.float32) / limit
kernels = weight.reshape(100, 1, 10, 10).astype(np.float32)
with ac.no_grad():
    maps = F.sigmoid(F.conv2d(large[None, None], kernels, model.encoder.bias))
    pooled = F.avg_pool2d(maps, 10)[0].data
assert maps.shape == (1, 100, 391, 631)
assert pooled.shape == (100, 39, 63)

patch = large[50:60, 70:80]  # under one window it is the encoder itself
assert np.allclose(
    maps[0, :, 50, 70].data, F.sigmoid(model.encoder(patch.reshape(1, 100)))[0].data, rtol=1e-3, atol=1e-5
)

slopes = np.gradient(exciting.reshape(100, 10, 10), axis=(1, 2))
down, across = (np.sum(slope**2, axis=(1, 2)) for slope in slopes)
tilted = 2 * np.sum(slopes[0] * slopes[1], axis=(1, 2))
shown = {
    "lying edges": np.argmax(down - across),
    "standing edges": np.argmax(across - down),
    "tilted edges": np.argmax(tilted),
}
figure, axes = plt.subplots(1, 3, figsize=(13, 3), layout="constrained")
for ax, (name, unit) in zip(axes, shown.items(), strict=True):
    ax.imshow(pooled[unit], cmap="magma", vmax=np.quantile(pooled[unit], 0.98))
    ax.set_title(f"{name}: unit {unit}")
    ax.set_axis_off()
    inset = ax.inset_axes((0.0, 0.0, 0.2, 0.32))
    inset.imshow(exciting[unit].reshape(10, 10), cmap="gray")
    inset.set(xticks=[], yticks=[])

# %% [markdown]
# ## A linear bottleneck is PCA
#
# Leave out the sigmoid and make the middle narrow: $x \to W_2 W_1 x$ with two units between 64 pixels and
# 64 pixels. The best that can be done is to project on a plane, and the best plane is that of the two
# **principal components**. Descent finds it without knowing: the same plane, the same error.

# %% tags=["lab-9.Delaware.pca"]
ac.set_default_dtype(np.float64)
digits = load_digits()
x = digits.data / 16 - (digits.data / 16).mean(axis=0)
_, singular, components = np.linalg.svd(x, full_matrices=False)

nn.seed(1)
narrow = nn.Sequential(nn.Linear(64, 2, bias=False), nn.Linear(2, 64, bias=False))
optimizer = nn.LBFGS(narrow.parameters(), max_iter=200, max_eval=400, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    error = F.mse_loss(narrow(x), x, reduction="sum")
    error.backward()
    return error


optimizer.step(closure)
least = (singular[2:] ** 2).sum()  # what a plane cannot reach: the rest of the singular values
assert np.isclose(closure().item(), least, rtol=1e-6)

plane, _ = np.linalg.qr(narrow[1].weight.data)
cosines = np.linalg.svd(components[:2] @ plane, compute_uv=False)
assert np.all(cosines > 1 - 1e-5)  # the two planes are one

figure, axes = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained", sharex=True, sharey=True)
code = x @ plane
turn, _, back = np.linalg.svd(code.T @ (x @ components[:2].T))  # the same plane, other axes in it
for ax, (name, points) in zip(
    axes, {"PCA": x @ components[:2].T, "linear autoencoder, turned": code @ turn @ back}.items(), strict=True
):
    dots = ax.scatter(*points[::3].T, c=digits.target[::3], cmap="tab10", s=9)
    ax.set_title(name)
_ = axes[1].legend(*dots.legend_elements(), fontsize=7, loc="upper right", ncols=2)

# %% [markdown]
# ## The kernel trick
#
# Now features that nobody learns. Take all products of up to two inputs,
#
# $$\varphi(x) = \big(1,\ \sqrt2 x_1,\ \sqrt2 x_2,\ \sqrt2 x_1 x_2,\ x_1^2,\ x_2^2 \big).$$
#
# A *linear* classifier on $\varphi$ draws conics in the plane. With $\theta = (-4, -\sqrt2, -2\sqrt2, 0,
# 1, 1)$ it draws a circle: $\theta \cdot \varphi(x) = (x_1 - 1)^2 + (x_2 - 2)^2 - 9$.


# %% tags=["lab-9.kernels.circle"]
def phi(x):
    """(N, 2) -> (N, 6)."""
    a, b = x[:, 0], x[:, 1]
    root = np.sqrt(2)
    return np.stack([a * 0 + 1, root * a, root * b, root * a * b, a**2, b**2], axis=1)


theta = np.array([-4, -np.sqrt(2), -2 * np.sqrt(2), 0, 1, 1])
generator = np.random.default_rng(0)
points = generator.uniform((-4, -3), (6, 7), size=(200, 2))
outside = ((points - (1, 2)) ** 2).sum(axis=1) > 9

assert np.array_equal(phi(points) @ theta > 0, outside)
axes = viz.plots.decision_boundary(
    lambda x: phi(x) @ theta, points, outside.astype(int), names=["inside", "outside"]
)
axes.set_aspect("equal")

# %% [markdown]
# A classifier of this kind needs $\varphi$ only in products $\varphi(x) \cdot \varphi(x')$, and those can
# be had without $\varphi$:
#
# $$\varphi(x) \cdot \varphi(x') = (x \cdot x' + 1)^2.$$
#
# With 1,000 inputs $\varphi$ has 501,501 features, and nobody needs to compute one of them.

# %% tags=["lab-8.1"]
x, other = generator.normal(size=(5, 2)), generator.normal(size=(7, 2))
assert np.allclose(phi(x) @ phi(other).T, (x @ other.T + 1) ** 2)

d = facts["lab_8_1"]["d"]
constant, linear, products = 1, d, d * (d + 1) // 2
assert constant + linear + products == facts["lab_8_1"]["features"] == 501_501

# %% [markdown]
# What it saves, counted in multiplications and additions of one $\varphi(x) \cdot \varphi(x')$ (the
# constant feature and the factors $\sqrt2$ are free). Written out: 500,500 products of two inputs for $x$
# and as many for $x'$, then 501,500 multiplications and 501,500 additions of the scalar product. With the
# trick: 1,000 multiplications and 1,000 additions for $x \cdot x' + 1$, and one square.

# %% tags=["lab-9.kernels.multiplications"]
written_out = 2 * products + 2 * (linear + products)
with_the_trick = d + d
assert (written_out, with_the_trick) == (2_004_000, 2_000)

figure, ax = plt.subplots(figsize=(7, 1.9), layout="constrained")
bars = ax.barh(["with the trick", "written out"], [with_the_trick, written_out], color=BLUE)
ax.bar_label(bars, fmt="{:,.0f}", padding=4)
ax.set_xscale("log")
ax.set_xlim(100, 3e7)
_ = ax.set_title("operations for one scalar product of features, 1,000 inputs")

# %% [markdown]
# ### Primal and dual
#
# Ridge regression on $\varphi$ has two solutions that are one. *Primal*: one weight for each feature.
# *Dual*: one coefficient for each sample, and features only inside $K = \Phi \Phi^\top$. The predictions
# are the same. Choose the smaller matrix.
#
# $$w = (\Phi^\top \Phi + \lambda I)^{-1} \Phi^\top y, \qquad a = (\Phi \Phi^\top + \lambda I)^{-1} y,
#     \qquad f(x) = w \cdot \varphi(x) = \sum_i a_i k(x_i, x).$$

# %% tags=["lab-9.kernels.dual"]
samples, targets, new = (
    generator.normal(size=(30, 2)),
    generator.normal(size=30),
    generator.normal(size=(9, 2)),
)
features, lam = phi(samples), 0.1

w = np.linalg.solve(features.T @ features + lam * np.eye(6), features.T @ targets)  # 6 × 6
a = np.linalg.solve((samples @ samples.T + 1) ** 2 + lam * np.eye(30), targets)  # 30 × 30
assert np.allclose(phi(new) @ w, (new @ samples.T + 1) ** 2 @ a)
assert np.allclose(w, features.T @ a)

# %% [markdown]
# ## Which functions are kernels?
#
# A function $k(x, x')$ is the scalar product of *some* features exactly if every **Gram matrix** $K_{ij}
# = k(x_i, x_j)$ is positive semidefinite: no eigenvalue below zero (Mercer, 1909). And kernels make
# kernels: sums with positive factors, products, polynomials with positive coefficients, the exponential,
# and $f(x)\, k(x, x')\, f(x')$.

# %% tags=["lab-8.2"]
x = generator.normal(size=(40, 3))


def linear(x, y):
    return x @ y.T


def polynomial(x, y):
    return (x @ y.T + 1) ** 3


def rbf(x, y, gamma=0.5):
    return np.exp(-gamma * ((x[:, None] - y[None]) ** 2).sum(axis=2))


def f(x):
    return np.cos(x[:, 0]) + x[:, 1]


kernels = {
    "linear": linear(x, x),
    "polynomial": polynomial(x, x),
    "RBF": rbf(x, x),
    "2 k₁ + 3 k₂": 2 * linear(x, x) + 3 * rbf(x, x),
    "k₁ k₂": linear(x, x) * rbf(x, x),
    "k³ + 2 k": rbf(x, x) ** 3 + 2 * rbf(x, x),
    "exp k": np.exp(linear(x, x) / 4),
    "f k f": f(x)[:, None] * rbf(x, x) * f(x),
    "no kernel: −‖x − x'‖": -np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=2)),
}
smallest = {name: np.linalg.eigvalsh(K / np.abs(K).max()).min() for name, K in kernels.items()}
assert all(value >= -1e-9 for name, value in smallest.items() if not name.startswith("no"))
assert smallest["no kernel: −‖x − x'‖"] < -1

figure, axes = plt.subplots(2, 5, figsize=(12, 5.2), layout="constrained")
order = np.argsort(x[:, 0])
axes[1, 4].set_axis_off()
for ax, (name, K) in zip(axes.flat, kernels.items(), strict=False):
    top = np.quantile(np.abs(K), 0.98)
    ax.imshow(K[order][:, order], cmap="RdBu", vmin=-top, vmax=top)
    ax.set_title(f"{name}\nsmallest {smallest[name]:.0e}".replace("smallest -", "smallest −"), fontsize=10)
    ax.set_axis_off()

# %% [markdown]
# ### Mercer's expansion, cut off
#
# The eigenvectors of the Gram matrix are the features, the eigenvalues say how much they matter: $k(x,
# x') = \sum_k \lambda_k\, \psi_k(x)\, \psi_k(x')$. The RBF kernel has infinitely many, and needs few: the
# eigenvalues fall faster than any power. Ten features, and the error cannot be seen any more.

# %% tags=["lab-9.kernels.mercer"]
line = np.linspace(-2, 2, 200)[:, None]
K = rbf(line, line)
values, vectors = np.linalg.eigh(K)
values, vectors = values[::-1], vectors[:, ::-1]
error = [np.abs(K - (vectors[:, :r] * values[:r]) @ vectors[:, :r].T).max() for r in range(1, 15)]
assert error[4] < 0.05
assert error[9] < 1e-4

figure, axes = plt.subplots(1, 3, figsize=(13, 3), layout="constrained")
for i in range(5):
    axes[0].plot(line, vectors[:, i] * np.sqrt(values[i]), label=f"i = {i + 1}")
axes[0].set(title="the first five features √λ ψ", xlabel="x")
axes[0].legend(fontsize=7)
axes[1].semilogy(range(1, 15), error, "o-", color=BLUE)
axes[1].set(title="largest error after r features", xlabel="r")
for r in (1, 2, 4):
    axes[2].plot(line, (vectors[:, :r] * values[:r]) @ vectors[100, :r], label=f"{r} features")
axes[2].plot(line, K[100], color="black", linestyle=":", label="the kernel")
axes[2].set(title="k(0, x), cut off", xlabel="x")
_ = axes[2].legend(fontsize=7)

# %% [markdown]
# ## Kernel ridge regression
#
# The coefficients solve a linear system, $a = (K + \lambda I)^{-1} y$. Can descent find them? The cost
# $\tfrac12 \lVert K a - y \rVert^2 + \tfrac{\lambda}{2} a^\top K a$ is flat where $K$ has small
# eigenvalues, and there the *coefficients* hardly move in a million steps. But there they do not matter
# either: compare *predictions*. (Its gradient is $K (K a + \lambda a - y)$; a step along $K a + \lambda
# a - y$ leaves out the flat factor.)

# %% tags=["lab-8.3"]
generator = np.random.default_rng(3)


def truth(x):
    return np.sin(3 * x[:, 0]) + 0.5 * x[:, 0]


x_train, x_valid = generator.uniform(-2, 2, (40, 1)), generator.uniform(-2, 2, (60, 1))
y_train, y_valid = (truth(x) + 0.2 * generator.normal(size=len(x)) for x in (x_train, x_valid))
lam, gamma = 0.1, 2.0
K = rbf(x_train, x_train, gamma)
exact = np.linalg.solve(K + lam * np.eye(40), y_train)

a = np.zeros(40)
step = 1 / (np.linalg.eigvalsh(K).max() + lam)
for _ in range(3000):
    a -= step * (K @ a + lam * a - y_train)
assert np.allclose(rbf(x_valid, x_train, gamma) @ a, rbf(x_valid, x_train, gamma) @ exact, rtol=0, atol=1e-6)

# %% [markdown]
# How to choose $\lambda$, and the width $\gamma$ of the kernel? By the error on points that were not
# used. That error is a function of $\lambda$ and $\gamma$ *through the solution of a system*, and the
# engine has its derivative: for $A a = y$ it is one more system with $A^\top$. So the two are found by
# descent, like weights.


# %% tags=["lab-8.3"]
def validation_error(logarithms):
    """The mean squared error on new points, given ln λ and ln γ."""
    lam, gamma = np.exp(logarithms[0]), np.exp(logarithms[1])
    squares = (x_train - x_train.T) ** 2
    a = np.linalg.solve(np.exp(-gamma * squares) + lam * np.eye(40), y_train)
    predicted = np.exp(-gamma * (x_valid - x_train.T) ** 2) @ a
    return ((predicted - y_valid) ** 2).mean()


slope = ac.grad(validation_error)
starts = {"too free": (-9.0, 4.0), "too stiff": (2.5, -3.0)}
paths = {}
for name, start in starts.items():
    ac.gradcheck(validation_error, np.array(start))
    path = [np.array(start)]
    for _ in range(80):
        g = slope(path[-1])
        path.append(path[-1] - 0.4 * g / max(np.linalg.norm(g), 0.02))  # no step longer than 0.4
    paths[name] = np.array(path)

figure, axes = plt.subplots(1, 2, figsize=(12.5, 4.4), layout="constrained", width_ratios=(1.3, 1))
viz.plots.loss_surface(
    lambda a, b: validation_error((a, b)),
    (-10, 3),
    (-4, 5),
    paths=paths,
    names=("ln λ", "ln γ"),
    resolution=32,
    ax=axes[0],
)
line = np.linspace(-2.1, 2.1, 300)[:, None]
ends = [(path[0], name, ":") for name, path in paths.items()] + [
    (paths["too free"][-1], "found by descent", "-")
]
for logarithms, name, style in ends:
    lam, gamma = np.exp(logarithms)
    a = np.linalg.solve(rbf(x_train, x_train, gamma) + lam * np.eye(40), y_train)
    label = f"{name}: λ = {lam:.2g}, γ = {gamma:.2g}"
    axes[1].plot(line, rbf(line, x_train, gamma) @ a, style, label=label)
axes[1].plot(line, truth(line), color=GREY, linestyle="--", label="truth")
axes[1].plot(x_train, y_train, ".", color="black")
axes[1].legend(fontsize=8)
axes[1].set_ylim(-3, 3)

for path in paths.values():
    assert validation_error(path[-1]) < 0.06 < 0.2 < validation_error(path[0])

# %% [markdown]
# ## The singular value decomposition
#
# Every matrix is a rotation, a stretching along axes and another rotation: $M = U \Sigma V^\top$. Cut off
# after $r$ terms, $\sum_{i \le r} \sigma_i u_i v_i^\top$ is the best matrix of rank $r$ (Eckart and
# Young, 1936). A photograph is a matrix, too.

# %% tags=["lab-9.kernels.svd"]
photograph = load_sample_images().images[1].mean(axis=2)[::4, ::4] / 255
U, sigma, Vt = np.linalg.svd(photograph, full_matrices=False)
assert np.allclose((U * sigma) @ Vt, photograph)

figure, axes = plt.subplots(1, 4, figsize=(13, 2.6), layout="constrained")
for ax, r in zip(axes, (1, 5, 20, len(sigma)), strict=True):
    low = (U[:, :r] * sigma[:r]) @ Vt[:r]
    assert np.isclose(np.sum((photograph - low) ** 2), np.sum(sigma[r:] ** 2), atol=1e-9)  # what is missing
    ax.imshow(low, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    ax.set_title(f"rank {r}: {r * (sum(photograph.shape) + 1):,} numbers", fontsize=9)
    ax.set_axis_off()

# %% [markdown]
# How does a singular value move when the matrix does? Remarkably simply: $\dfrac{\partial
# \sigma_i}{\partial M} = u_i v_i^\top$. The rotations would have moved as well, but to first order that
# changes nothing.

# %% tags=["lab-8.4"]
M = generator.normal(size=(4, 3))
ac.gradcheck(lambda M: np.linalg.svd(M, compute_uv=False) @ np.array([1.0, -2.0, 0.5]), M)

U, sigma, Vt = np.linalg.svd(M, full_matrices=False)
for i in range(3):
    gradient = ac.grad(lambda M: np.linalg.svd(M, compute_uv=False)[i])(M)  # noqa: B023
    assert np.allclose(gradient, np.outer(U[:, i], Vt[i]), rtol=0, atol=1e-12)

moved = ac.Tensor(M, requires_grad=True, label="M")
largest = np.linalg.svd(moved, compute_uv=False)[0].named("σ₁")
viz.draw(largest)

# %% [markdown]
# ## Exercises
#
# **a.** Closure rules. You are given nothing but the Gram matrix $G_{ij} = x_i \cdot x_j$ of the linear
# kernel. Build the Gram matrix of the RBF kernel $\exp(-\tfrac12 \lVert x_i - x_j \rVert^2)$ from it, by
# `exp k` and `f k f`. What is $f$?


# %% tags=["exercise-closure"]
def rbf_from_linear(G):
    """The Gram matrix (N, N) of the RBF kernel, from that of the linear one."""
    ...


# %%
def reference(G):
    squares = ac.diagonal(G)
    return ac.exp(-(squares[:, None] + squares[None] - 2 * G) / 2)


x = generator.normal(size=(4, 2))
ac.check(rbf_from_linear, reference, (x @ x.T,))

# %% [markdown]
# **b.** The gradient through a solve. $a = (K + \lambda I)^{-1} y$ and $E = \tfrac12 \lVert a - t
# \rVert^2$. Write $\partial E / \partial \lambda$. (Differentiate $(K + \lambda I)\, a = y$ by
# $\lambda$.)


# %% tags=["exercise-solve"]
def by_lambda(K, lam, y, t):
    """∂E/∂λ, a number."""
    ...


# %%
def E(K, lam, y, t):
    a = ac.linalg.solve(K + lam * np.eye(4), y)
    return ((a - t) ** 2).sum() / 2


ac.check(by_lambda, E, (x @ x.T, 0.7, np.arange(4.0), np.ones(4)), kind="gradient", argnums="lam", samples=0)
