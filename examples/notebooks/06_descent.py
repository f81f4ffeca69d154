# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 6 · Descent: what to do with a gradient
#
# The gradient says which way is up. Descent takes a step the other way, and asks again. Here you see how
# many samples a step should look at, how long it should be, what momentum does in a ravine, how to tell
# from one curve that something is wrong, and why two starts can end in two places.
#
# 1. One pass, many steps: batch, mini-batch, stochastic (lab 5.1)
# 2. A small batch is right on average
# 3. Is it working? (lab 5.2)
# 4. Momentum, by hand (lab 5.3)
# 5. The ravine
# 6. Two starts, two minima (lab 5.4)
# 7. Exercises: the moving average by hand; diagnose four curves

# %%
import json
import warnings
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import autograd_core as ac
import nn
import nn.functional as F
import viz

lectures = files("autograd_core.checking").joinpath("lectures.json")
facts = json.loads(lectures.read_text(encoding="utf-8"))  # the numbers of the lectures, worked out by hand
BLUE, ORANGE, GREEN, SKY = "#0072B2", "#D55E00", "#009E73", "#56B4E9"

# %% [markdown]
# ## One pass, many steps
#
# The cost is a mean over the training set, $J(\theta) = \frac1m \sum_{i=1}^m J_i(\theta)$, and so is its
# gradient. *Batch* descent looks at all samples before each step. *Stochastic* descent looks at one.
# *Mini-batch* descent looks at some. An **epoch** is one pass over all samples, however many steps that
# makes. When the batch size does not divide the number of samples, the last batch is short. It is not
# left out.

# %% tags=["lab-5.1"]
x, y = np.arange(10.0), np.arange(10)
epoch = [list(inputs.data.astype(int)) for inputs, _ in nn.batches(x, y, batch_size=4)]
for batch in epoch:
    print(*batch)

assert [len(batch) for batch in epoch] == [4, 4, 2]
assert sorted(i for batch in epoch for i in batch) == list(range(10))  # every sample once

# %% [markdown]
# The three on the same data: 400 handwritten digits and softmax regression, from the same start. On the
# left, every step counts one, and descent by single samples seems slow and nervous. On the right, every
# *look at a sample* counts, and it is far ahead: it has taken 400 steps when batch descent takes its
# first.

# %% tags=["lab-5.1"]
digits = load_digits()
images, labels = digits.images[:400].reshape(400, 64) / 16, digits.target[:400]


def softmax_regression():
    """64 pixels -> 10 classes, from zeros: this cost is convex, so any start will do."""
    model = nn.Linear(64, 10)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return model


def descend(batch_size, alpha, epochs):
    """The steps taken and the samples seen when J was measured, and J over all samples."""
    nn.seed(0)
    model = softmax_regression()
    optimizer = nn.SGD(model.parameters(), lr=alpha)
    steps, every, measured = 0, max(1, 400 // batch_size // 20), []
    for _ in range(epochs):
        for inputs, targets in nn.batches(images, labels, batch_size):
            if steps % every == 0:
                with ac.no_grad():
                    measured.append(
                        (steps, steps * batch_size / 400, F.cross_entropy(model(images), labels).item())
                    )
            optimizer.zero_grad()
            F.cross_entropy(model(inputs), targets).backward()
            optimizer.step()
            steps += 1
    return np.array(measured).T


runs = {
    "batch (400)": descend(400, alpha=0.5, epochs=150),
    "mini-batch (32)": descend(32, alpha=0.5, epochs=12),
    "stochastic (1)": descend(1, alpha=0.05, epochs=6),
}

figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
for (name, (steps, epochs, J)), color in zip(runs.items(), (BLUE, ORANGE, GREEN), strict=True):
    axes[0].plot(steps, J, color=color, label=name)
    axes[1].plot(epochs, J, color=color, label=name)
axes[0].set(
    xlim=(0, 150), yscale="log", xlabel="iterations", ylabel="J over all samples", title="step by step"
)
axes[1].set(xlim=(0, 12), xlabel="epochs", title="pass by pass")
_ = axes[0].legend()

# %% tags=["lab-5.1"]
after_four_epochs = {name: J[epochs <= 4][-1] for name, (steps, epochs, J) in runs.items()}
after_60_steps = {name: J[steps <= 60][-1] for name, (steps, epochs, J) in runs.items()}
assert after_four_epochs["stochastic (1)"] < after_four_epochs["batch (400)"] / 3
assert after_60_steps["batch (400)"] < after_60_steps["stochastic (1)"]

# %% [markdown]
# ## A small batch is right on average
#
# Why may we look at a few samples only? Because the gradient of a random batch has the gradient of the
# whole set as its *expectation*: it is **unbiased**. What a small batch costs is spread. Drawn without
# replacement from $N$ samples, the variance of the mean of $m$ is
#
# $$\operatorname{Var} = \frac{\sigma^2}{m} \cdot \frac{N - m}{N - 1},$$
#
# with $\sigma^2$ the variance over single samples. Four times the batch, half the error: and four times
# the work.

# %% tags=["lab-9.Delaware.minibatch"]
model = softmax_regression()


def gradient(inputs, targets):
    """All parameters' gradients in one vector θ."""
    model.zero_grad()
    F.cross_entropy(model(inputs), targets).backward()
    return nn.parameters_to_vector([p.grad for p in model.parameters()]).data


whole = gradient(images, labels)
single = np.array([gradient(images[i : i + 1], labels[i : i + 1]) for i in range(400)])
assert np.allclose(
    single.mean(axis=0), whole, rtol=0, atol=1e-15
)  # the mean of the gradients is the mean's gradient

generator = np.random.default_rng(0)
sizes = [1, 2, 5, 10, 20, 50, 100, 200]
spread = []
for m in sizes:
    drawn = np.array([single[generator.choice(400, m, replace=False)].mean(axis=0) for _ in range(300)])
    spread.append(((drawn - whole) ** 2).sum(axis=1).mean())
variance = ((single - whole) ** 2).sum(axis=1).mean() * 400 / 399
expected = [variance / m * (1 - m / 400) for m in sizes]
assert np.allclose(spread, expected, rtol=0.12)

figure, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
ax.loglog(sizes, expected, color="#777777", label="σ²/m · (N − m)/(N − 1)")
ax.loglog(sizes, spread, "o", color=BLUE, label="measured, 300 batches each")
ax.set(
    xlabel="batch size m",
    ylabel="mean ‖batch gradient − gradient‖²",
    title="how far a batch's gradient is off",
)
_ = ax.legend()

# %% [markdown]
# ## Is it working?
#
# The first plot of every training is $J$ against the iterations. For batch descent it must fall at
# *every* step. If it rises, the step is too long: $\alpha$ is too large. If it hardly moves, $\alpha$ may
# be too small. On a parabola $J = \frac{c}{2} w^2$ all can be said exactly: a step multiplies $w$ by $1 -
# \alpha c$. So descent creeps for $\alpha c \ll 1$, is there in one step for $\alpha c = 1$, jumps from
# side to side up to $\alpha c = 2$, and runs away above.

# %% tags=["lab-5.2"]
rates = {"too small": 0.02, "good": 0.6, "from side to side": 1.9, "too large": 2.1}
figure, axes = plt.subplots(1, 4, figsize=(13, 3), layout="constrained", sharey=True)
line = np.linspace(-2.6, 2.6, 100)
for ax, (name, alpha) in zip(axes, rates.items(), strict=True):
    w = nn.Parameter(1.5)
    optimizer = nn.SGD([w], lr=alpha)
    path = [w.item()]
    for _ in range(10):
        optimizer.zero_grad()
        (w**2 / 2).backward()
        optimizer.step()
        path.append(w.item())
    path = np.array(path)
    assert np.allclose(path, 1.5 * (1 - alpha) ** np.arange(11), rtol=0, atol=1e-12)
    ax.plot(line, line**2 / 2, color="#999999")
    ax.plot(path, path**2 / 2, ".-", color=ORANGE if alpha > 2 else BLUE)
    ax.set(title=f"{name}: α = {alpha}", xlabel="w")
_ = axes[0].set_ylabel("J")

# %% [markdown]
# The trainer of this library looks at that curve as well. Here the rate is far too large, and it says so:

# %% tags=["lab-5.2"]
nn.seed(0)
model = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10))
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    history = nn.fit(
        model,
        (images, labels),
        loss=F.cross_entropy,
        optimizer=nn.SGD(model.parameters(), lr=30.0),
        epochs=12,
        batch_size=400,
        progress=False,
    )
for warning in said:
    print(warning.message)

axes = viz.plots.history(history)
assert any(issubclass(warning.category, nn.TrainingWarning) for warning in said)
assert history["loss"][-1] > history["loss"][0]

# %% [markdown]
# ## Momentum, by hand
#
# Plain descent forgets. **Momentum** keeps a velocity, an exponential moving average of the gradients:
#
# $$V \leftarrow \beta V + (1 - \beta)\, g, \qquad W \leftarrow W - \alpha V.$$
#
# With $\beta = 0.9$ it remembers about the last ten. The first three steps on $J = w^2 / 2$ from $w = 1$,
# where the gradient is $w$ itself, can be done on the board:
#
# | step | $g$ | $V$ | $w$ |
# |---|---|---|---|
# | 1 | 1 | 0.9 · 0 + 0.1 · 1 = 0.1 | 1 − 0.1 · 0.1 = 0.99 |
# | 2 | 0.99 | 0.9 · 0.1 + 0.1 · 0.99 = 0.189 | 0.99 − 0.0189 = 0.9711 |
# | 3 | 0.9711 | 0.9 · 0.189 + 0.1 · 0.9711 = 0.26721 | 0.9711 − 0.026721 = 0.944379 |

# %% tags=["lab-5.3"]
lab = facts["lab_5_3"]
w = nn.Parameter(lab["w0"])
optimizer = nn.SGD([w], lr=lab["alpha"], momentum=lab["beta"], momentum_form="average")
for step in lab["steps"]:
    before = w.item()
    optimizer.zero_grad()
    (w**2 / 2).backward()
    optimizer.step()
    v = (before - w.item()) / lab["alpha"]
    print(f"V = {v:.5f}   w = {w.item():.6f}")
    assert np.isclose(v, step["v"], rtol=1e-12)
    assert np.isclose(w.item(), step["w"], rtol=1e-12)

# %% [markdown]
# PyTorch's `SGD` has no $(1 - \beta)$: its velocity is a *sum*, $V \leftarrow \beta V + g$. The
# directions are the same, the steps are $1 / (1 - \beta)$ times as long: ten times, for $\beta = 0.9$.
# Copy an $\alpha$ from a paper, and you have to know which form it used. Here both exist:
# `momentum_form="average"` and `momentum_form="sum"`.


# %% tags=["lab-5.3"]
def positions(form, alpha):
    w = nn.Parameter(1.0)
    optimizer = nn.SGD([w], lr=alpha, momentum=0.9, momentum_form=form)
    found = []
    for _ in range(50):
        optimizer.zero_grad()
        (w**2 / 2).backward()
        optimizer.step()
        found.append(w.item())
    return found


assert np.allclose(positions("average", 0.1), positions("sum", 0.01), rtol=0, atol=1e-12)

# %% [markdown]
# ## The ravine
#
# Most costs are steep in one direction and flat in another. Plain descent then **zigzags**: the step that
# is short enough for the steep walls is far too short along the flat floor. The moving average helps
# twice. Across the ravine the gradients change sign and cancel. Along it they agree and add up.


# %% tags=["lab-9.Racharak.zigzag"]
def ravine(a, b):
    return (a**2 + 30 * b**2) / 2


def path_of(steps=40, start=(-9.0, 1.6), **options):
    w = nn.Parameter(np.array(start))
    optimizer = nn.SGD([w], **options)
    found = [w.data.copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        ravine(w[0], w[1]).backward()
        optimizer.step()
        found.append(w.data.copy())
    return np.array(found)


plain = path_of(lr=0.062)
rolling = path_of(lr=0.3, momentum=0.75, momentum_form="average")

figure, axes = plt.subplots(2, 1, figsize=(10, 7), dpi=74, layout="constrained", height_ratios=(3, 2))
viz.plots.loss_surface(
    ravine,
    (-10, 2.5),
    (-2.2, 2.2),
    paths={"without momentum": plain, "with momentum": rolling},
    ax=axes[0],
)
for name, path, color in (("without momentum", plain, ORANGE), ("with momentum", rolling, SKY)):
    axes[1].semilogy(ravine(*path.T), color=color, label=name)
axes[1].set(xlabel="iteration", ylabel="J")
_ = axes[1].legend()

# %% tags=["lab-9.Racharak.zigzag"]
crossings = (np.diff(np.sign(plain[:, 1])) != 0).sum()
assert crossings == 40  # from wall to wall, in every single step
assert ravine(*rolling[-1]) < ravine(*plain[-1]) / 10

# %% [markdown]
# ## Two starts, two minima
#
# The cost of a network is not convex: it has more than one valley, and descent ends in the one it started
# above. This function of Himmelblau has four.


# %% tags=["lab-5.4"]
def valleys(a, b):
    return (a**2 + b - 11) ** 2 + (a + b**2 - 7) ** 2


slope = ac.grad(lambda p: valleys(p[0], p[1]))
paths = {}
for name, start in {"left": (-0.5, -1.0), "right": (0.5, -1.0)}.items():
    points = [np.array(start)]
    for _ in range(80):
        points.append(points[-1] - 0.01 * slope(points[-1]))
    paths[name] = np.array(points)

assert np.allclose(paths["left"][-1], (-3.779310, -3.283186), atol=1e-4)
assert np.allclose(paths["right"][-1], (3.584428, -1.848127), atol=1e-4)
figure, ax = plt.subplots(figsize=(7, 5), dpi=54, layout="constrained")
_ = viz.plots.loss_surface(valleys, (-5, 5), (-5, 5), paths=paths, ax=ax)

# %% [markdown]
# The same with one parameter, to play with: $J = \frac14 w^4 - \frac12 w^2 + 0.15\, w$ has a deep valley
# on the left and a shallow one on the right. Choose *Descend*, move `w`, and find the place from which
# the two ways part.

# %% tags=["lab-5.4"]
w = ac.Value(1.6, label="w")
J = w**4 / 4 - w**2 / 2 + 0.15 * w
J.label = "J"
viz.live(J, learn=w, sliders={w: (-2, 2)}, title="Two valleys")

# %% [markdown]
# ## Exercises
#
# **a.** The moving average. Given are the gradients of all steps and $\beta$; give $V$ after each of
# them, from $V = 0$.


# %% tags=["exercise-moving-average"]
def velocities(gradients, beta):
    """V after each step, as many as there are gradients."""
    ...


# %%
def reference(gradients, beta):
    v, found = 0.0, []
    for t in range(len(gradients)):
        v = beta * v + (1 - beta) * gradients[t]
        found.append(v)
    return ac.stack(found)


ac.check(velocities, reference, (np.array([1.0, 0.99, 0.9711, -2.0]), 0.9))

# %% [markdown]
# **b.** Four trainings of the same network from the same start, with four learning rates. Which curve
# belongs to which? Give the numbers of the curves (0 to 3) in the order of the rates.

# %%
shuffled = [0.5, 0.002, 2.0, 0.1]
figure, axes = plt.subplots(1, 4, figsize=(13, 2.8), layout="constrained", sharey=True)
for number, (ax, alpha) in enumerate(zip(axes, shuffled, strict=True)):
    nn.seed(0)
    model = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10))
    optimizer = nn.SGD(model.parameters(), lr=alpha)
    J = []
    for _ in range(10):
        for inputs, targets in nn.batches(images, labels, 40):
            optimizer.zero_grad()
            cost = F.cross_entropy(model(inputs), targets)
            cost.backward()
            optimizer.step()
            J.append(cost.item())
    ax.plot(J, color=BLUE)
    ax.set(title=f"curve {number}", xlabel="iteration", yscale="log", ylim=(0.05, 50))
_ = axes[0].set_ylabel("J of the batch")


# %% tags=["exercise-diagnosis"]
order = ...  # the numbers of the curves of the rates 0.002, 0.1, 0.5 and 2, such as [0, 1, 2, 3]


# %%
ac.check(
    order,
    lambda rates: rates * 0 + np.array([shuffled.index(rate) for rate in (0.002, 0.1, 0.5, 2.0)]),
    np.array([0.002, 0.1, 0.5, 2.0]),
    name="the order of the curves",
)
