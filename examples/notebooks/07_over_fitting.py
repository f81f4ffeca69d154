# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 7 · Over-fitting: learning by heart, and what helps
#
# A network that is large enough can learn anything by heart, the noise included. Then its error on what
# it has seen falls to nothing, and its error on what it has not seen rises. Here you watch that happen,
# see how a penalty on the weights, dropout, early stopping and more data hold it back, and prove what the
# penalty does to a step of descent.
#
# 1. How much can a network bend? Width, depth, and any function at all
# 2. Five fits (lab 3.4)
# 3. The penalty is a decay of the weights (lab 3.3)
# 4. L2 makes weights small, L1 makes them zero
# 5. Dropout keeps the expectation (lab 3.5)
# 6. More data
# 7. Exercises: the factor (1 − αλ); dropout

# %%
import matplotlib.pyplot as plt
import numpy as np

import autograd_core as ac
import nn
import nn.functional as F

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"

# %% [markdown]
# ## How much can a network bend?
#
# *A network with one hidden layer can come as near to any continuous function as you like, if the layer
# is wide enough* (Cybenko, 1989; Hornik, 1991). The proof for one input fits into a picture. Two steep
# sigmoids, one up and one down, make a bump: $\sigma(k(x - a)) - \sigma(k(x - b))$. Many narrow bumps,
# each as high as the function is there, make a staircase that follows it. Nothing is learned here: the
# weights are written down.


# %% tags=["lab-9.Racharak.approximation"]
def target(x):
    return np.sin(4 * x) + 0.4 * np.cos(13 * x)


def staircase(steps, steepness=40.0):
    """A network 1 → 2·steps → 1 that is one bump for each step, from -1 to 1."""
    edges = np.linspace(-1, 1, steps + 1)
    heights = target((edges[:-1] + edges[1:]) / 2)
    k = steepness * steps
    model = nn.Sequential(nn.Linear(1, 2 * steps), nn.Sigmoid(), nn.Linear(2 * steps, 1, bias=False))
    model[0].weight.data[:] = k
    model[0].bias.data[:] = -k * np.concatenate([edges[:-1], edges[1:]])
    model[2].weight.data[:] = np.concatenate([heights, -heights])
    return model


x = np.linspace(-0.999, 0.999, 2001)[:, None]
figure, axes = plt.subplots(1, 3, figsize=(12, 3), layout="constrained", sharey=True)
errors = []
for ax, steps in zip(axes, (6, 24, 96), strict=True):
    with ac.no_grad():
        y = staircase(steps)(x).data
    errors.append(np.abs(y - target(x)).mean())
    ax.plot(x, target(x), color=GREY, linestyle="--")
    ax.plot(x, y, color=BLUE)
    ax.set(title=f"{2 * steps} hidden units, mean error {errors[-1]:.3f}", xlabel="x")

assert errors[0] > 3 * errors[1] > 9 * errors[2]  # four times the bumps, a quarter of the error

# %% [markdown]
# That a network *exists* does not say that descent finds it, nor that it is small. **Depth** can do with
# few units what width needs many for. Two ReLUs fold the line once: a tent. A second layer folds the
# folded line, and every further layer doubles the number of teeth. With one hidden layer, every bend of
# the graph needs a unit of its own (Telgarsky, 2016).


# %% tags=["lab-9.Racharak.approximation"]
def folded(depth):
    """A network that folds [0, 1] `depth` times: tent(x) = 2 relu(x) - 4 relu(x - 1/2), again and again."""
    layers = []
    for _ in range(depth):
        first, second = nn.Linear(1, 2), nn.Linear(2, 1, bias=False)
        first.weight.data[:], first.bias.data[:] = 1, [0, -0.5]
        second.weight.data[:] = [[2, -4]]
        layers += [first, nn.ReLU(), second]
    return nn.Sequential(*layers)


x = np.linspace(0, 1, 2**10 + 1)[:, None]
figure, axes = plt.subplots(1, 3, figsize=(12, 2.4), layout="constrained", sharey=True)
for ax, depth in zip(axes, (1, 2, 5), strict=True):
    with ac.no_grad():
        y = folded(depth)(x).data[:, 0]
    pieces = 1 + np.sum(np.abs(np.diff(y, 2)) > 1e-9)
    assert pieces == 2**depth
    ax.plot(x, y, color=BLUE)
    ax.set(title=f"{depth} layers of 2 units: {pieces} straight pieces", xlabel="x")

# %% [markdown]
# ## Five fits
#
# Thirty noisy points of a sine. A small network cannot follow the noise. An oversized one can bend to
# every point, and does: the error on the points it learns from (blue) falls below the noise, that on new
# points (orange) turns and rises. Then the same oversized network with a penalty on its weights, with
# dropout, and stopped at the best epoch.

# %% tags=["lab-3.4"]
EPOCHS, NOISE = 700, 0.3
generator = np.random.default_rng(1)


def points(count):
    x = generator.uniform(-1, 1, size=(count, 1))
    return x, np.sin(4 * x) + NOISE * generator.normal(size=x.shape)


train, validation, test = points(30), points(100), points(2000)


def fitted(hidden, dropout=0.0, l2=0.0, patience=None):
    nn.seed(0)
    model = nn.Sequential(
        nn.Linear(1, hidden), nn.Tanh(), nn.Dropout(dropout),
        nn.Linear(hidden, hidden), nn.Tanh(), nn.Dropout(dropout),
        nn.Linear(hidden, 1),
    )  # fmt: skip
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


runs = {
    "small: 4 units a layer": fitted(4),
    "oversized: 100": fitted(100),
    "oversized, L2": fitted(100, l2=3e-3),
    "oversized, dropout": fitted(100, dropout=0.3),
    "oversized, stopped": fitted(100, patience=100),
}
error = {name: nn.evaluate(model, test, loss=F.mse_loss)["loss"] for name, (model, _) in runs.items()}

figure, axes = plt.subplots(2, 5, figsize=(13.5, 5.4), layout="constrained", sharey="row")
line = np.linspace(-1, 1, 300)[:, None]
for (name, (model, history)), (fit, curve) in zip(runs.items(), axes.T, strict=True):
    with ac.no_grad():
        fit.plot(line, model.eval()(line).data, color=BLUE)
    fit.plot(line, np.sin(4 * line), color=GREY, linestyle="--")
    fit.plot(*train, ".", color="#333333")
    fit.set(title=f"{name}\nerror on new points {error[name]:.3f}", ylim=(-2, 2), xlabel="x")
    curve.semilogy(history["loss"], color=BLUE, label="learned from")
    curve.semilogy(history["validation_loss"], color=ORANGE, label="new")
    curve.axhline(NOISE**2, color=GREY, linestyle=":", label="noise")
    curve.set(xlabel="epoch", xlim=(0, EPOCHS))
axes[1, 0].set_ylabel("mean squared error")
_ = axes[1, 0].legend(fontsize=8)

# %% tags=["lab-3.4"]
learned = {name: history["loss"][-1] for name, (_, history) in runs.items()}
assert learned["oversized: 100"] < NOISE**2 / 2  # below the noise: it has learned that, too
worst = error["oversized: 100"]
assert all(error[name] < 0.85 * worst for name in error if name != "oversized: 100")

# %% [markdown]
# ## The penalty is a decay of the weights
#
# The ridge penalty adds $\frac{\lambda}{2} \sum W^2$ to the cost. Its derivative by a weight is $\lambda
# w$, so a step is
#
# $$w \leftarrow w - \alpha \Big( \frac{\partial J}{\partial w} + \lambda w \Big)
#     = (1 - \alpha \lambda)\, w - \alpha \frac{\partial J}{\partial w}.$$
#
# First the weight is made a little smaller, always by the same factor; then comes the step that it would
# have made anyway. Hence the name *weight decay*. (With momentum or Adam the two are no longer the same;
# that is what AdamW is for.) Here the three ways to say it, side by side. Biases are left alone: they
# shift a function, and do not make it steeper.

# %% tags=["lab-3.3"]
ALPHA, LAMBDA = 0.05, 0.3
generator = np.random.default_rng(2)
x, y = generator.normal(size=(20, 3)), generator.normal(size=(20, 2))


def layer():
    nn.seed(3)
    return nn.Linear(3, 2)


def penalty_in_the_cost(model):
    optimizer = nn.SGD(model.parameters(), lr=ALPHA)
    for _ in range(25):
        optimizer.zero_grad()
        (F.mse_loss(model(x), y) + LAMBDA * nn.l2_penalty(model)).backward()
        optimizer.step()


def penalty_in_the_optimizer(model):
    optimizer = nn.SGD(model.parameters(), lr=ALPHA, l2=LAMBDA)
    for _ in range(25):
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()


def decay_by_hand(model):
    for _ in range(25):
        model.zero_grad()
        F.mse_loss(model(x), y).backward()
        model.weight.data[:] = (1 - ALPHA * LAMBDA) * model.weight.data - ALPHA * model.weight.grad
        model.bias.data[:] = model.bias.data - ALPHA * model.bias.grad


found = []
for way in (penalty_in_the_cost, penalty_in_the_optimizer, decay_by_hand):
    model = layer()
    way(model)
    found.append(nn.parameters_to_vector(model.parameters()).data)
assert np.allclose(found[0], found[1], rtol=0, atol=1e-12)
assert np.allclose(found[1], found[2], rtol=0, atol=1e-12)

# %% [markdown]
# **Errata.** The lectures do not agree on the factor: one adds $\frac{\lambda}{2} \sum W^2$, another
# $\frac{\lambda}{2m} \sum \Theta^2$ with $m$ the number of samples. Both are right with a $\lambda$ of
# their own: the second one's is $m$ times as large for the same solution. Say which one you mean when you
# report a $\lambda$.

# %% tags=["lab-3.3"]
m = len(x)
first, second = layer(), layer()
((LAMBDA / 2) * (first.weight**2).sum()).backward()
((m * LAMBDA) / (2 * m) * (second.weight**2).sum()).backward()
assert np.allclose(first.weight.grad, second.weight.grad)

# %% [markdown]
# ## L2 makes weights small, L1 makes them zero
#
# **Errata.** One lecture says that the L2 penalty makes weights zero. It makes them small: its pull
# $\lambda w$ fades as the weight gets small. The pull of the L1 penalty $\lambda \sum |w|$ is $\lambda$
# however small the weight is, and it does not stop before zero (Tibshirani, 1996). Here ten inputs, of
# which only the first three matter. The L1 solution is found as it has to be: after each step the weights
# move towards zero by $\alpha \lambda$, and stop there.

# %% tags=["lab-9.Delaware.l1", "lab-9.errata.zeros"]
generator = np.random.default_rng(4)
truth = np.array([2.0, -1.0, 0.7, 0, 0, 0, 0, 0, 0, 0])
x = generator.normal(size=(60, 10))
y = x @ truth + 0.5 * generator.normal(size=60)


def regression(l1=0.0, l2=0.0, alpha=0.05):
    w = nn.Parameter(np.zeros(10))
    for _ in range(800):
        w.grad = None
        (F.mse_loss(x @ w, y) + l2 / 2 * (w**2).sum()).backward()
        moved = w.data - alpha * w.grad
        w.data[:] = np.sign(moved) * np.maximum(np.abs(moved) - alpha * l1, 0)
    return w.data


solutions = {"no penalty": regression(), "L2, λ = 1": regression(l2=1.0), "L1, λ = 0.5": regression(l1=0.5)}
figure, axes = plt.subplots(1, 3, figsize=(12, 2.8), layout="constrained", sharey=True)
for ax, (name, w) in zip(axes, solutions.items(), strict=True):
    ax.bar(range(10), truth, color="#d9d9d9", width=0.9)
    ax.bar(range(10), w, color=BLUE, width=0.5)
    ax.set(
        title=f"{name}: {np.sum(w == 0)} weights are 0", xticks=range(10), xlabel="weight (grey: the truth)"
    )
    ax.axhline(0, color="black", linewidth=0.8)

zeros = {name: np.flatnonzero(w == 0).tolist() for name, w in solutions.items()}
assert zeros["L1, λ = 0.5"] == [3, 4, 5, 6, 7, 8, 9]
assert zeros["no penalty"] == zeros["L2, λ = 1"] == []

# %% [markdown]
# ## Dropout keeps the expectation
#
# In training, each number is set to 0 with probability $p$, and those that stay are divided by $1 - p$.
# So the mean over many draws is the number itself, and in evaluation nothing has to be done at all. No
# unit can rely on another one's being there.

# %% tags=["lab-3.5"]
nn.seed(0)
p, draws = 0.3, 20_000
dropout = nn.Dropout(p)
dropped = dropout(np.ones((draws, 50))).data

sigma = np.sqrt(p / (1 - p) / draws)  # of the mean: one draw is 0 or 1/(1 - p), its variance p/(1 - p)
share = np.mean(np.abs(dropped.mean(axis=0) - 1) < 3 * sigma)
assert abs(dropped.mean() - 1) < 3 * sigma / np.sqrt(50)
assert share >= 0.96  # of 50 units 3 sigma hold 99.7 %
assert abs(np.mean(dropped == 0) - p) < 0.005
assert np.array_equal(dropout.eval()(np.ones(5)).data, np.ones(5))  # in evaluation it does nothing

figure, axes = plt.subplots(1, 2, figsize=(11, 3), layout="constrained", width_ratios=(1.4, 1))
axes[0].imshow(dropped[:12].T[:24].T, cmap="Blues", vmin=0, vmax=2, aspect="auto")
axes[0].set(title="24 units, 12 draws: white is dropped", xlabel="unit", ylabel="draw")
axes[1].hist(dropped.mean(axis=0), bins=15, color=BLUE)
for place in (-3, 3):
    axes[1].axvline(1 + place * sigma, color=ORANGE, linestyle="--")
_ = axes[1].set(title="means of 20,000 draws, and 3 σ", xlabel="mean of a unit", ylabel="units")

# %% [markdown]
# ## More data
#
# The best cure, where it can be had. This is the **learning curve** of the oversized network: the error
# on what it learned from and on new points, against the *number of points*. With few points the gap is
# wide: it over-fits, and more data helps. Where the two curves have met, more data of the same kind helps
# no longer.

# %% tags=["lab-9.Racharak.more-data"]
generator = np.random.default_rng(5)
everything, new = points(640), points(2000)
counts, seen, unseen = (10, 40, 160, 640), [], []
for count in counts:
    nn.seed(0)
    model = nn.Sequential(nn.Linear(1, 60), nn.Tanh(), nn.Linear(60, 60), nn.Tanh(), nn.Linear(60, 1))
    for index in (0, 2):
        model[index].weight.data *= 3
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    some = tuple(part[:count] for part in everything)
    for _ in range(600):
        optimizer.zero_grad()
        F.mse_loss(model(some[0]), some[1]).backward()
        optimizer.step()
    seen.append(nn.evaluate(model, some, loss=F.mse_loss)["loss"])
    unseen.append(nn.evaluate(model, new, loss=F.mse_loss)["loss"])

figure, ax = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
ax.loglog(counts, seen, "o-", color=BLUE, label="learned from")
ax.loglog(counts, unseen, "s-", color=ORANGE, label="new")
ax.axhline(NOISE**2, color=GREY, linestyle=":", label="noise")
ax.set(xlabel="number of points to learn from", ylabel="mean squared error", title="learning curve")
ax.set_xticks(counts, counts)
ax.minorticks_off()
_ = ax.legend()

gap = np.array(unseen) - seen
assert np.all(np.diff(gap) < 0)
assert gap[-1] < 0.05 * gap[0]

# %% [markdown]
# ## Exercises
#
# **a.** Prove the factor $(1 - \alpha\lambda)$: write one step of descent on $J + \frac{\lambda}{2} w^2$
# *without* the penalty's gradient, as a decay and a step. Given are $w$, $g = \partial J / \partial w$,
# $\alpha$ and $\lambda$.


# %% tags=["exercise-decay"]
def step(w, g, alpha, lam):
    """The new w."""
    ...


# %%
def descended(w, g, alpha, lam):
    cost = lambda w: (g * w).sum() + lam / 2 * (w**2).sum()  # J whose gradient is g, and the penalty
    return w - alpha * ac.grad(cost)(w)


ac.check(step, descended, (np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.1, -0.4]), 0.1, 0.5))

# %% [markdown]
# **b.** Write dropout for training. `u` has a random number between 0 and 1 for each number of `x`: those
# with $u < p$ are dropped. Keep the expectation.


# %% tags=["exercise-dropout"]
def dropped_out(x, u, p):
    """x with some numbers set to 0, and the rest made up for it."""
    ...


# %%
def reference(x, u, p):
    return ac.where(u >= p, x, 0.0) / (1 - p)


ac.check(dropped_out, reference, (np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.9, 0.1, 0.5, 0.3]), 0.4))
