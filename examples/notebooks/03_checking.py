# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 3 · Checking the gradient
#
# A derivative that is wrong does not crash. The network learns a little worse, and nobody knows why. So derivatives are
# checked against something that knows nothing of the chain rule: move an input a little and look. After this
# notebook you can do that, you know how small "a little" should be and why smaller is worse, and why nobody learns
# this way.
#
# 1. The quiz: a central difference (lab 2.1)
# 2. How small should ε be? The V (lab 2.2)
# 3. What checking costs (lab 2.3)
# 4. A planted bug (lab 2.4), and what a check cannot find
# 5. Exercises that check themselves

# %%
import json
import time
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz

ac.set_default_dtype("float64")
lectures = files("autograd_core.checking").joinpath("lectures.json")
facts = json.loads(lectures.read_text(encoding="utf-8"))  # the numbers of the lectures, worked out by hand

# %% [markdown]
# ## The quiz
#
# $J(\theta) = \theta^3$ at $\theta = 1$, with $\varepsilon = 0.01$. What does
# $\frac{J(\theta + \varepsilon) - J(\theta - \varepsilon)}{2 \varepsilon}$ give, and what is the derivative?

# %% tags=["lab-2.1"]
quiz = facts["lab_2_1"]
theta, eps = quiz["theta"], quiz["eps"]


def J(theta):
    return theta**3


central = (J(theta + eps) - J(theta - eps)) / (2 * eps)
print(f"central difference {central:.4f}, derivative {ac.grad(J)(theta):.4f}")
assert abs(central - quiz["central_difference"]) < 1e-12  # 3.0001: off by ε²
assert ac.grad(J)(theta) == 3

# %% [markdown]
# In a picture, with a larger $\varepsilon$ so that there is something to see. The forward difference is the slope of a
# line through the point itself and one neighbour; the central one takes a neighbour on each side, and is almost
# parallel to the tangent.

# %%
t, e = np.linspace(0.2, 1.8, 200), 0.5
figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
axes.plot(t, J(t), color="#6b6b6b", linewidth=2.5, label=r"$J(\theta) = \theta^3$")
forward, central = (J(1 + e) - J(1)) / e, (J(1 + e) - J(1 - e)) / (2 * e)
middle = (J(1 + e) + J(1 - e)) / 2  # the height of the central line at θ = 1
axes.plot(t, 1 + 3 * (t - 1), "-", color="#0072b2", label="tangent, slope 3.00")
axes.plot(t, 1 + forward * (t - 1), "-.", color="#009e73", label=f"forward difference, slope {forward:.2f}")
axes.plot(
    t, middle + central * (t - 1), "--", color="#d55e00", label=f"central difference, slope {central:.2f}"
)
axes.plot([1 - e, 1, 1 + e], J(np.array([1 - e, 1, 1 + e])), "o", color="#000000", zorder=3)
axes.set(
    ylim=(-1.5, 6),
    xlabel=r"$\theta$",
    ylabel="$J$",
    title=r"Three slopes at $\theta = 1$, $\varepsilon = 0.5$",
)
axes.grid(alpha=0.25)
axes.legend()
plt.show()

# %% [markdown]
# ## How small should ε be?
#
# By Taylor's theorem the forward difference is off by about $\varepsilon$ and the central one by $\varepsilon^2$, so
# smaller is better. But $J(\theta + \varepsilon)$ and $J(\theta)$ are almost equal, and the computer keeps sixteen
# digits of each: their difference loses what they have in common. That error grows like $10^{-16}/\varepsilon$.
#
# The two errors together make a **V**, on axes of powers. The function is the one with which Squire and Trapp
# showed in 1998 that there is a third way: take a step in the *imaginary* direction,
# $\operatorname{Im} f(x + i\varepsilon)/\varepsilon$. Nothing is subtracted, so nothing is lost.

# %%


def f(x):
    return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)


axes = viz.plots.gradient_check(f, 1.5, steps=np.logspace(-1, -15, 43))

# %% [markdown]
# The slopes on the right arm of each V are the orders of the formulas, 1 and 2. The lowest point is where both errors
# are equal: near $\varepsilon = 10^{-8}$ for the forward difference, near $10^{-5}$ for the central one, and nothing is
# better than about ten digits there. Backpropagation is no difference at all: it has all digits.

# %% tags=["lab-2.2"]
x = 1.5
s, c = np.sin(x), np.cos(x)
by_hand = f(x) * (1 - 1.5 * s * c * (s - c) / (s**3 + c**3))  # f' on paper
steps = 10.0 ** -np.arange(1, 16)
errors = {
    "forward": np.abs((f(x + steps) - f(x)) / steps - by_hand),
    "central": np.abs((f(x + steps) - f(x - steps)) / (2 * steps) - by_hand),
    "complex": np.abs(np.imag(f(x + 1j * steps)) / steps - by_hand),
}
backprop = abs(ac.grad(f)(x) - by_hand)


def slope(name, first, last):
    """Of the error against ε, from one step to another, on axes of powers."""
    chosen = slice(first - 1, last)
    return np.polyfit(np.log10(steps[chosen]), np.log10(errors[name][chosen]), 1)[0]


assert abs(slope("forward", 3, 6) - 1) < 0.1
assert abs(slope("central", 2, 4) - 2) < 0.1
assert abs(slope("complex", 2, 6) - 2) < 0.1
assert backprop < 1e-14
assert errors["complex"][-1] < 1e-14  # exact at ε = 1e-15
best = {name: steps[error.argmin()] for name, error in errors.items()}
assert 1e-9 <= best["forward"] <= 1e-7
assert 1e-6 <= best["central"] <= 1e-4
print({name: f"best {error.min():.0e}" for name, error in errors.items()}, f"backprop {backprop:.0e}")

# %% [markdown]
# ## What checking costs
#
# A central difference needs two evaluations of $J$ **for each parameter**. Backpropagation needs one evaluation and
# one sweep, whatever the number of parameters. First the count, which is the same on every computer:

# %% tags=["lab-2.3"]
X = np.random.default_rng(0).normal(size=(32, 10))
Y = np.sin(X.sum(axis=1, keepdims=True))
evaluations = 0


def cost(model):
    global evaluations
    evaluations += 1
    return F.mse_loss(model(X), Y)


def by_backpropagation(model):
    model.zero_grad()
    cost(model).backward()
    return nn.parameters_to_vector(p.grad for p in model.parameters()).data


def by_differences(model, eps=1e-5):
    theta = nn.parameters_to_vector(model.parameters()).data.copy()
    gradient = np.empty_like(theta)
    with ac.no_grad():
        for i in range(theta.size):
            step = np.zeros_like(theta)
            step[i] = eps
            nn.vector_to_parameters(theta + step, model.parameters())
            ahead = float(cost(model).data)
            nn.vector_to_parameters(theta - step, model.parameters())
            gradient[i] = (ahead - float(cost(model).data)) / (2 * eps)
    nn.vector_to_parameters(theta, model.parameters())
    return gradient


def network(hidden):
    nn.seed(0)
    return nn.Sequential(nn.Linear(10, hidden), nn.Tanh(), nn.Linear(hidden, 1))


for hidden in (1, 10, 50):
    model, evaluations = network(hidden), 0
    gradient = by_backpropagation(model)
    assert evaluations == 1
    assert np.allclose(by_differences(model), gradient, atol=1e-8)
    assert evaluations - 1 == 2 * gradient.size
    print(f"{gradient.size:4} parameters: 1 evaluation and a sweep, or {evaluations - 1:5} evaluations")

# %% [markdown]
# Then the clock. (This figure is measured anew on every run; its numbers are those of the computer, its slopes are
# not: 1 for differences, almost 0 for backpropagation until the matrices become large.)

# %% tags=["measured"]


def seconds(work, model, repeat=1):
    best = np.inf
    for _ in range(repeat):
        start = time.perf_counter()
        work(model)
        best = min(best, time.perf_counter() - start)
    return best


widths = (1, 2, 4, 8, 16, 32, 64)
models = [network(hidden) for hidden in widths]
sizes = [sum(p.size for p in model.parameters()) for model in models]
differences = [1e3 * seconds(by_differences, model) for model in models]
backpropagation = [1e3 * seconds(by_backpropagation, model, 20) for model in models]
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
axes.loglog(sizes, differences, "s--", color="#d55e00", label="differences")
axes.loglog(sizes, backpropagation, "o-", color="#0072b2", label="backpropagation")
axes.set(xlabel="parameters", ylabel="milliseconds", title="The time of one gradient")
axes.set_xticks(sizes, [str(size) for size in sizes])
axes.minorticks_off()
axes.grid(alpha=0.25)
axes.legend()
plt.show()

# %% [markdown]
# **Quiz.** Why do we learn with backpropagation and not with differences, which are so much easier to program?
# (a) Differences are hard to program. (b) Differences are inexact. (c) They take far too long. The answer is (c). For
# LeNet-5, a small network from 1998, a single step would need this many forward passes:

# %% tags=["lab-9.Racharak.why-backpropagation"]
parameters = facts["lab_6_11"]["lenet5_parameters"]
print(f"LeNet-5: {parameters:,} parameters, {2 * parameters:,} forward passes for one step")
assert 2 * parameters == 123_412

# %% [markdown]
# So one **checks with differences and learns with backpropagation**: once, on a small network, with the check switched
# off afterwards.
#
# ## A planted bug
#
# `gradcheck` does all this for every input of a function. Here is a softplus, $\ln(1 + e^x)$, whose derivative is the
# sigmoid; we have planted $1 - \sigma$ instead. The plot of the outputs looks right, and the network would even
# learn a little.

# %% tags=["lab-2.4"]


@ac.primitive(lambda m, y, x: m.exp(-y), name="my_softplus")  # e^-y = 1 - σ(x): planted
def my_softplus(x):
    return np.log1p(np.exp(x))


w = np.array([[0.5, -1.0], [2.0, 0.0]])
try:
    ac.gradcheck(lambda w: (my_softplus(w) ** 2).sum(), w)
except ac.GradcheckError as error:
    report = str(error)
    print(report)
else:
    raise AssertionError("a wrong rule has passed")

assert "my_softplus" in report  # the operation to blame
assert "input 0 is wrong at index (0, 0)" in report  # the element
assert "relative error" in report

# %% [markdown]
# The report names the element, both numbers, how far they are apart, and the operation whose rule is wrong. In the
# picture below the blamed operation is the box that stands out. With the right rule the check says `True`.

# %%
leaf = ac.Tensor(w, requires_grad=True, label="w")
blamed = my_softplus(leaf).named("a")
viz.draw((blamed**2).sum().named("J"), highlight=[blamed])

# %%


@ac.primitive(lambda m, y, x: 1 - m.exp(-y), name="my_softplus")
def my_softplus_mended(x):
    return np.log1p(np.exp(x))


assert ac.gradcheck(lambda w: (my_softplus_mended(w) ** 2).sum(), w)

# %% [markdown]
# **What a check cannot find.** It looks at one point. A rule that is wrong only for negative inputs passes at positive
# ones; a dead ReLU passes for ever. And it compares the gradient with the *forward* pass: if that computes the
# wrong function, its gradient is checked and right. Check at random inputs of both signs, and more than once.

# %%


@ac.primitive(lambda m, y, x: m.where(x > 0, 2 * x, 0.0), name="half_right")
def half_right(x):  # x², whose derivative is 2x on both sides
    return np.square(x)


assert ac.gradcheck(half_right, np.array([0.5, 2.0]))  # passes where nobody looks
try:
    ac.gradcheck(half_right, np.array([0.5, -2.0]))
except ac.GradcheckError as error:
    print(str(error).splitlines()[0])

# %% [markdown]
# ## Exercises
#
# **1. The quiz, as a function.** The central difference of $J = \theta^3$.

# %% tags=["exercise-central-difference"]


def central_difference(theta, eps):
    """(J(θ + ε) - J(θ - ε)) / 2ε for J = θ³."""
    ...


# %%
ac.check(
    central_difference, lambda theta, eps: ((theta + eps) ** 3 - (theta - eps) ** 3) / (2 * eps), (1.0, 0.01)
)

# %% [markdown]
# **2. Three planted bugs.** The function below is meant to give the gradients of
# $J = \frac1m \sum_i \tfrac12 (w_2 \cdot \tanh(W_1 x_i) + b_2 - y_i)^2$ with respect to `W1`, `w2` and `b2`. It has three
# bugs. Read it first: how many do you see? Then copy it into the stub below, run the check, and mend what it names.

# %%


def J_of_three(W1, w2, b2, X, y):
    return ((ac.tanh(X @ W1.T) @ w2 + b2 - y) ** 2).mean() / 2


def with_three_bugs(W1, w2, b2, X, y):
    h = np.tanh(X @ W1.T)
    delta = h @ w2 + b2 - y
    delta_hidden = np.outer(delta, w2)
    dW1 = delta_hidden.T @ X / len(y)
    dw2 = h.T @ delta
    db2 = -delta.mean()
    return dW1, dw2, db2


draw = np.random.default_rng(5).normal
three = (draw(size=(3, 2)), draw(size=3), 0.3, draw(size=(6, 2)), draw(size=6))
assert not np.allclose(with_three_bugs(*three)[0], ac.grad(J_of_three)(*three))

# %% tags=["exercise-three-bugs"]


def without_bugs(W1, w2, b2, X, y):
    """∂J/∂W1, ∂J/∂w2 and ∂J/∂b2, right."""
    ...


# %%
ac.check(without_bugs, J_of_three, three, kind="gradient", argnums=("W1", "w2", "b2"))

# %% [markdown]
# ## What to take with you
#
# * The central difference is off by $\varepsilon^2$ until rounding takes over; its best $\varepsilon$ is about $10^{-5}$.
# * Two evaluations per parameter: good for a check, hopeless for learning.
# * A check compares two numbers at one point. Choose points at which something happens.
