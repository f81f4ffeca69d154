# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 5 · Where to start
#
# Descent needs a place to begin. Begin with zeros, and most of the network never moves; begin with equal numbers, and a
# hundred units do the work of one; begin too small or too large, and no signal reaches the other end. After this
# notebook you know why weights are random, how wide the dice have to be, and where the factors 1/n and 2/n come from.
#
# 1. All zeros, all equal (lab 4.1), and the quiz
# 2. The variance of signals by depth (lab 4.2)
# 3. N(0, √·): deviation or variance?
# 4. A small positive bias (lab 4.3)
# 5. Four mistakes of 1986
# 6. Exercises that check themselves

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz

ac.set_default_dtype("float64")

# %% [markdown]
# ## All zeros, all equal
#
# A network 2-4-1 with tanh, and the same number in every weight of a layer. The four hidden units compute the same,
# get the same $\delta$, make the same step, and are the same again. Nothing ever tells them apart. We train and look
# at the four units after every step:

# %% tags=["lab-4.1"]
generator = nn.seed(0)
x = generator.normal(size=(60, 2))
y = np.sin(2 * x[:, :1]) + x[:, 1:]


def train(start, steps=200):
    """The model after some steps, and what its hidden units had for incoming weights on the way."""
    nn.seed(1)
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    start(model)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    seen = [model[0].weight.data.copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
        seen.append(model[0].weight.data.copy())
    return model, np.array(seen)


def constant(number):
    def start(model):
        for parameter in model.parameters():
            nn.init.constant_(parameter, number)

    return start


twins, of_twins = train(constant(0.5))
hidden = twins[1](twins[0](x)).data
assert np.abs(hidden - hidden[:, :1]).max() < 1e-12  # the same activations after 200 steps,
assert np.abs(twins[0].weight.grad - twins[0].weight.grad[:1]).max() < 1e-12  # and the same gradients

zeros, _ = train(constant(0.0))
moved = {name: bool(np.any(parameter.data != 0)) for name, parameter in zeros.named_parameters()}
print("from all zeros, has moved:", moved)
assert moved == {"0.weight": False, "0.bias": False, "2.weight": False, "2.bias": True}

different, of_different = train(lambda model: None)  # as the library begins: at random

# %% [markdown]
# Why only the last bias? With all zeros every activation is $\tanh(0) = 0$, so $\partial J/\partial W_2 = \delta_2 a_1 = 0$;
# and $\delta_1$ is multiplied by $W_2 = 0$. Only $\partial J/\partial b_2 = \delta_2$ is left. (With the sigmoid,
# $a_1 = \tfrac12$, the weights of the last layer would move too, all by the same.)
#
# Four units, eight weights, step by step. On the left the four lines of each colour lie on top of each other.

# %%
figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.6), sharey=True, layout="constrained")
for axes, seen, name in zip(
    panels, (of_twins, of_different), ("all began equal", "began at random"), strict=True
):
    axes.plot(seen[:, :, 0], color="#0072b2", linewidth=1.8)
    axes.plot(seen[:, :, 1], "--", color="#d55e00", linewidth=1.8)
    axes.set(title=name, xlabel="step")
    axes.grid(alpha=0.25)
panels[0].set_ylabel("weights of the hidden units")
panels[0].plot([], color="#0072b2", label="from $x_1$, four units")
panels[0].plot([], "--", color="#d55e00", label="from $x_2$, four units")
panels[0].legend()
plt.show()

# %% [markdown]
# The picture of a network says it, too: twins have the same colours, lines and numbers.

# %%
viz.network(twins, x)

# %% [markdown]
# **Quiz.** Somebody draws *one* random number $r$ and sets every $\Theta_{ij} = r$. Does that work? No: random is not
# enough, the weights have to *differ*. Whatever $r$ is, the units stay twins.

# %% tags=["lab-9.Racharak.equal-weights"]
for r in generator.uniform(-1, 1, size=3):
    model, _ = train(constant(r), steps=50)
    gradient = model[0].weight.grad
    assert np.abs(gradient - gradient[:1]).max() < 1e-12
    print(
        f"r = {r: .3f}: the four units differ by {np.ptp(model[0].weight.data, axis=0).max():.1e} after 50 steps"
    )

# %% [markdown]
# ## The variance of signals by depth
#
# So: at random. How widely? A unit adds $n_{in}$ products, $z = \sum_i w_i a_i$, and if they are independent, variances
# add up:
#
# $$\operatorname{Var} z = n_{in}\, \operatorname{Var} w \cdot \mathrm{E}\, a^2.$$
#
# The factor $n_{in} \operatorname{Var} w$ stands in **every** layer. If it is 0.5, ten layers leave a thousandth; if it is
# 2, they make a thousand. On the way back the same holds with $n_{out}$. Hence
#
# * Xavier (Glorot and Bengio, 2010): $\operatorname{Var} w = \frac{2}{n_{in} + n_{out}}$, a compromise of the two;
# * He (2015): $\operatorname{Var} w = \frac{2}{n_{in}}$, since ReLU throws half of the signal away.
#
# Ten layers of 256 units, four ways to start, three activations. Above: variance of the activations. Below: that of
# the gradients on their way back, from a random cotangent at the output. The picture to remember: **a level line is a
# network that can learn.**

# %% tags=["lab-4.2"]
WIDTH, DEPTH = 256, 10
ways = {
    "N(0, 0.01²)": lambda w: nn.init.normal_(w, 0, 0.01),
    "N(0, 0.1)": lambda w: nn.init.normal_(w, 0, np.sqrt(0.1)),
    "Xavier": nn.init.xavier_normal_,
    "He": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu"),
}
activations = {"Tanh": nn.Tanh, "Sigmoid": nn.Sigmoid, "ReLU": nn.ReLU}


def deep(activation, start):
    layers = [layer for _ in range(DEPTH) for layer in (nn.Linear(WIDTH, WIDTH, bias=False), activation())]
    model = nn.Sequential(*layers)
    for linear in model[0::2]:
        start(linear.weight)
    return model


signals = nn.seed(0).normal(size=(200, WIDTH))  # inputs of variance 1
cotangent = np.random.default_rng(1).normal(size=(200, WIDTH))
figure, panels = plt.subplots(2, 3, figsize=(13, 8), sharex=True, layout="constrained")
for column, (name, activation) in zip(panels.T, activations.items(), strict=True):
    models = {way: deep(activation, start) for way, start in ways.items()}
    viz.plots.variance_by_depth(models, signals, only=name, ax=column[0])
    viz.plots.variance_by_depth(
        models, signals, of="gradients", only=name, loss=lambda a: (a * cotangent).sum(), ax=column[1]
    )
    column[0].set_title(name)
plt.show()

# %% [markdown]
# Read it column by column. With N(0, 0.01²) the signals of tanh and ReLU fall by decades: after ten layers nothing is
# left. With N(0, 0.1), where 0.1 is the variance, tanh saturates and ReLU explodes. Xavier with tanh falls slowly, since
# tanh shrinks a little; He with ReLU is level. Sigmoids look level above, because every activation is about ½; below,
# their gradients die: $\sigma' \le \frac14$ takes a factor of 16 from the variance in every layer.
#
# Now the ratios of the last layer's variance to the first one's, with the numbers that theory ("mean field") gives:

# %%


def ratio(activation, start, x=signals):
    """Var of the activations of layer 10 / that of layer 1."""
    nn.seed(0)
    variances, a = [], x
    model = deep(activation, start)
    with ac.no_grad():
        for linear, g in zip(model[0::2], model[1::2], strict=True):
            a = g(linear(a))
            variances.append(a.data.var())
    return variances[-1] / variances[0]


# %% tags=["lab-4.2"]
he_relu = ratio(nn.ReLU, ways["He"])
xavier_tanh = ratio(nn.Tanh, ways["Xavier"])
with_gain = ratio(nn.Tanh, lambda w: nn.init.xavier_normal_(w, gain=5 / 3))
small_inputs = ratio(nn.Tanh, ways["Xavier"], 0.1 * signals)
tiny = {name: ratio(activation, ways["N(0, 0.01²)"]) for name, activation in activations.items()}

print(f"He, ReLU                          {he_relu:5.2f}")
print(f"Xavier, tanh, inputs of variance 1{xavier_tanh:5.2f}   (mean field: 0.13)")
print(f"the same with gain 5/3            {with_gain:5.2f}   (0.75)")
print(f"Xavier, tanh, inputs of σ = 0.1   {small_inputs:5.2f}   (0.85)")
print("N(0, 0.01²):", {name: f"{value:.0e}" for name, value in tiny.items()})
assert 0.2 < he_relu < 5
assert abs(xavier_tanh - 0.13) < 0.03
assert abs(with_gain - 0.75) < 0.05
assert abs(small_inputs - 0.85) < 0.05
assert tiny["Tanh"] < 1e-3
assert tiny["ReLU"] < 1e-3

# %% [markdown]
# ## Deviation or variance?
#
# **Errata.** The slides write $N(0, \sqrt{2/(n_{in} + n_{out})})$ in one place and $N(0, 2/(n_{in} + n_{out}))$ in another.
# In the first the second number is the standard deviation, in the second it is the variance: the same distribution,
# written in two ways. It goes wrong when the root is taken *and* read as a variance, or when a function that wants the
# deviation, as `normal_(tensor, mean, std)` and NumPy do, is given the variance. For 256 units:

# %% tags=["lab-9.errata.deviation-or-variance"]
variance = 2 / (WIDTH + WIDTH)
readings = {
    "deviation √(2/(n+n)), meant": np.sqrt(variance),
    "√· read as a variance": variance**0.25,
    "variance given as deviation": variance,
}
spread = {}
for reading, deviation in readings.items():
    nn.seed(0)
    a = signals
    with ac.no_grad():
        for linear in deep(nn.Tanh, lambda w, deviation=deviation: nn.init.normal_(w, 0, deviation))[0::2]:
            a = np.tanh(linear(a).data)
    saturated = np.mean(np.abs(a) > 0.99)
    spread[reading] = a.std()
    print(
        f"{reading:28} σ = {deviation:.4f}: layer 10 has deviation {a.std():.1e}, {saturated:.0%} saturated"
    )
meant, too_wide, too_narrow = spread.values()
assert too_narrow < 1e-3 < 0.1 < meant < 0.5 < too_wide

# %% [markdown]
# ## A small positive bias
#
# A ReLU that is negative for *all* samples passes no gradient: it is **dead**, and no training wakes it. Inputs like
# pixels, between 0 and 1, make that likely, since their signs never cancel. Starting with a small positive bias wakes
# some of them.

# %% tags=["lab-4.3"]
pixels = np.random.default_rng(2).uniform(0.2, 1.0, size=(100, 4))


def dead_units(bias):
    nn.seed(5)
    layer = nn.Linear(4, 200)
    nn.init.kaiming_normal_(layer.weight)
    nn.init.constant_(layer.bias, bias)
    return nn.Sequential(layer, nn.ReLU())


dead = {}
figure, panels = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
for axes, bias in zip(panels, (0.0, 0.1, 0.5), strict=True):
    model = dead_units(bias)
    dead[bias] = int((model(pixels).data == 0).all(axis=0).sum())
    viz.plots.histograms_by_layer(model, pixels, only="ReLU", ax=axes)
plt.show()
print("dead of 200 units, by bias:", dead)
assert dead[0.0] > dead[0.1] > dead[0.5]

# %% [markdown]
# ## Four mistakes of 1986
#
# Backpropagation was published in 1986 and then given up for twenty years. Looking back, Geoffrey Hinton named four
# reasons: the labelled data were thousands of times too few; the computers were millions of times too slow; the weights
# were started in a stupid way; and the units were of the wrong kind. The last two are ours. The same network, the
# same data, the same optimiser; only the start and the unit are from 1986, or not:

# %% tags=["lab-9.kernels.mistakes-of-1986"]


def learn(activation, start, epochs=40):
    generator = nn.seed(4)
    x, labels = nn.moons(300, noise=0.1, generator=generator)
    sizes = [2, 32, 32, 32, 32, 2]
    layers = [part for n, m in pairwise(sizes) for part in (nn.Linear(n, m), activation())][:-1]
    model = nn.Sequential(*layers)
    for linear in layers[0::2]:
        start(linear.weight)
        nn.init.zeros_(linear.bias)
    optimizer = nn.SGD(model.parameters(), lr=0.03, momentum=0.9)
    history = nn.fit(
        model,
        (x, labels),
        loss=F.cross_entropy,
        optimizer=optimizer,
        epochs=epochs,
        progress=False,
        diagnose=False,
    )
    return history, nn.accuracy(model(x), labels)


runs = {
    "sigmoid, N(0, 0.01²)": learn(nn.Sigmoid, ways["N(0, 0.01²)"]),
    "sigmoid, Xavier": learn(nn.Sigmoid, ways["Xavier"]),
    "ReLU, He": learn(nn.ReLU, ways["He"]),
}
axes = viz.plots.compare_runs({name: history for name, (history, _) in runs.items()})
axes.set_title("Five layers on two moons")
accuracy = {name: round(float(reached), 2) for name, (_, reached) in runs.items()}
print(accuracy)
assert accuracy["sigmoid, N(0, 0.01²)"] < 0.6  # it has not begun: the loss stays ln 2
assert accuracy["ReLU, He"] > 0.98

# %% [markdown]
# ## Exercises
#
# **1. Predict the ratio.** A network without biases has the same $n$ and $\operatorname{Var} w$ in every layer. What is
# $\mathrm{E} z^2$ in layer 10 divided by that in layer 1? Once for no activation at all, once for ReLU, of which half
# of $\mathrm{E} z^2$ comes through. Predict first; the cell after next measures.

# %% tags=["exercise-predicted-ratio"]


def predicted_ratio(n, variance):
    """Layer 10 / layer 1, two numbers: without an activation, and with ReLU."""
    ...


# %%
ac.check(predicted_ratio, lambda n, variance: ((n * variance) ** 9, (n * variance / 2) ** 9), (100.0, 0.015))

# %%
n, variance = 100, 0.015
measured = []
for g in (lambda z: z, lambda z: np.maximum(z, 0)):
    ratios = []
    for seed in range(20):  # one network is one throw of the dice
        draw = np.random.default_rng(seed)
        z = [draw.normal(size=(200, n)) @ draw.normal(0, np.sqrt(variance), (n, n))]
        for _ in range(9):
            z.append(g(z[-1]) @ draw.normal(0, np.sqrt(variance), (n, n)))
        ratios.append((z[-1] ** 2).mean() / (z[0] ** 2).mean())
    measured.append(np.mean(ratios))
print(f"measured: {measured[0]:.1f} without an activation, {measured[1]:.3f} with ReLU")

# %% [markdown]
# **2. Which number goes into `normal`?** The standard deviations of Xavier's and of He's start for a layer with $n_{in}$
# inputs and $n_{out}$ outputs.

# %% tags=["exercise-deviations"]


def deviations(n_in, n_out):
    """Two standard deviations: Xavier's and He's."""
    ...


# %%
ac.check(deviations, lambda n_in, n_out: (ac.sqrt(2 / (n_in + n_out)), ac.sqrt(2 / n_in)), (100.0, 300.0))

# %% [markdown]
# ## What to take with you
#
# * Units that begin equal stay equal: weights have to differ. Biases may begin with 0.
# * The variance is multiplied by $n_{in} \operatorname{Var} w$ in each layer, by half of it with ReLU. Make that factor 1.
# * $N(0, \cdot)$: ask what the second number is before typing it.
