# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 1 · A computation is a graph
#
# A network is a formula, and a formula is a graph: boxes with numbers, arrows for what was computed from what.
# Backpropagation is the chain rule, carried out once on that graph, from the end to the beginning. After this
# notebook you can do it by hand, you can say why it runs backwards, and you know what happens to a number
# that is used twice.
#
# 1. A neuron, box by box
# 2. The one-dimensional network of the lecture (lab 1.1)
# 3. Step by step, and with your own numbers
# 4. The general chain rule: a number that is used more than once
# 5. Why backwards? Counting the work (lab 1.4)
# 6. Exercises that check themselves
#
# Run the cells from top to bottom; then change the numbers and run them again.

# %%
import json
from collections import Counter
from importlib.resources import files

import matplotlib.pyplot as plt
import numpy as np

import autograd_core as ac
import viz
from autograd_core import Value, sigmoid, tanh

lectures = files("autograd_core.checking").joinpath("lectures.json")
facts = json.loads(lectures.read_text(encoding="utf-8"))  # the numbers of the lectures, worked out by hand

# %% [markdown]
# ## A neuron, box by box
#
# Weight times input, plus bias, through a function that bends. We write the formula; the library remembers how the
# result came about. Each box is one number, each arrow says what was computed from what.

# %%
x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.7, label="b")
y = tanh(w * x + b).named("y")
viz.draw(y)

# %% [markdown]
# `backward()` walks the graph from the result to the leaves. Along each arrow the gradient is multiplied by the
# *local derivative*: how much this box moves when that one moves. Where arrows meet, gradients add up. That is
# the chain rule, and there is no more to it.

# %%
y.backward()
by_hand = (1 - y.data**2) * x.data  # dy/dw = (1 - y²) x, since tanh' = 1 - tanh²
assert abs(w.grad - by_hand) < 1e-15
w

# %% [markdown]
# ## The one-dimensional network
#
# The lecture begins with the smallest network that has a hidden layer. One number goes in, one comes out:
#
# $$x \;\to\; z_1 = w_1 x + b_1 \;\to\; a_1 = \sigma(z_1) \;\to\; z_2 = w_2 a_1 + b_2 \;\to\; a_2 = \sigma(z_2),
# \qquad J = \tfrac12 (a_2 - y)^2$$
#
# We name the numbers as on the board. `named` gives a result its letter.

# %%
start = facts["lab_1_1"]["inputs"]
x, y, w1, b1, w2, b2 = (Value(start[name], label=name) for name in ("x", "y", "w1", "b1", "w2", "b2"))

z1 = (w1 * x + b1).named("z1")
a1 = sigmoid(z1).named("a1")
z2 = (w2 * a1 + b2).named("z2")
a2 = sigmoid(z2).named("a2")
J = ((a2 - y) ** 2 / 2).named("J")

viz.draw(J, gradients=False)

# %% [markdown]
# Now by hand, as the lecture does it. The *error* $\delta_l = \partial J/\partial z_l$ of a layer is computed first
# at the end, then carried one layer back; every gradient is an error times what the weight was multiplied by.
#
# $$\delta_2 = (a_2 - y)\,\sigma'(z_2), \qquad \delta_1 = \delta_2\, w_2\, \sigma'(z_1)$$
#
# $$\frac{\partial J}{\partial w_2} = \delta_2 a_1, \quad \frac{\partial J}{\partial b_2} = \delta_2, \quad
# \frac{\partial J}{\partial w_1} = \delta_1 x, \quad \frac{\partial J}{\partial b_1} = \delta_1,
# \qquad \text{where } \sigma'(z) = \sigma(z)\,(1 - \sigma(z)).$$
#
# Some copies of the slides forget the factor $\sigma'$ in $\delta$. Leave it out below, and the assertion fails.

# %% tags=["lab-1.1"]
delta2 = (a2.data - y.data) * a2.data * (1 - a2.data)
delta1 = delta2 * w2.data * a1.data * (1 - a1.data)
by_hand = {"w1": delta1 * x.data, "b1": delta1, "w2": delta2 * a1.data, "b2": delta2}

J.backward()
from_the_graph = {"w1": w1.grad, "b1": b1.grad, "w2": w2.grad, "b2": b2.grad}

for name in by_hand:
    print(f"dJ/d{name}   by hand {by_hand[name]: .12f}   graph {from_the_graph[name]: .12f}")
    assert abs(by_hand[name] - from_the_graph[name]) < 1e-15
    assert abs(from_the_graph[name] - facts["lab_1_1"][f"dJ_d{name}"]) < 1e-15
assert abs(J.data - facts["lab_1_1"]["J"]) < 1e-15

# %% [markdown]
# Forwards and backwards in one picture: solid arrows carry values and their local derivatives, dashed arrows carry
# gradients back. Follow the dashed line from `J` to `w1` and multiply what you meet.

# %%
viz.draw(J, graph="both", direction="TB")

# %% [markdown]
# The library writes it out, with symbols and numbers: forwards every value, backwards every $\delta$, which is the
# gradient of $J$ with respect to that value, and at the end the product along the way.

# %%
ac.explain(J, wrt=w1)

# %% [markdown]
# ## Step by step
#
# The picture to remember. Press **Step**, or the right arrow key: first the values appear, then the gradients flow
# back. Click a box to see its chain rule with numbers. Before each step of the way back, say the number first.

# %%
viz.draw(J).interactive()

# %% [markdown]
# And the same network to move. Drag a slider, and every value and every gradient follows. *Predict* asks you for
# the numbers one by one and names your slip; *Descend* lets the four parameters roll downhill.

# %%
viz.live(J, learn=[w1, b1, w2, b2])

# %% [markdown]
# ## The general chain rule
#
# Until now there was one way from each weight to $J$. In general there are several. If $\theta$ enters $J$ through
# $g_1, \dots, g_n$, then
#
# $$\frac{\partial J}{\partial \theta} = \sum_j \frac{\partial J}{\partial g_j}\,
# \frac{\partial g_j}{\partial \theta}.$$
#
# Each *way* contributes a product, and the ways are added. The smallest example is a number that meets itself:

# %%
a = Value(3.0, label="a")
c = (a * a + a).named("c")
viz.draw(c)

# %%
c.backward()
assert a.grad == 3 + 3 + 1  # one share for each of the three arrows that leave a
ac.explain(c, wrt=a)

# %% [markdown]
# Three functions of one $\theta$, and all ways from $\theta$ to $J$ in dark lines. We add the three shares by hand and
# compare with the graph.

# %% tags=["lab-9.Nagoya.chain-rule"]
theta = Value(0.7, label="θ")
g1 = (theta**2).named("g1")
g2 = ac.sin(theta).named("g2")
g3 = ac.exp(theta).named("g3")
J_of_g = (g1 * g2 + g3).named("J")

t = theta.data
dJ_dg = np.array([np.sin(t), t**2, 1.0])  # J = g1 g2 + g3
dg_dtheta = np.array([2 * t, np.cos(t), np.exp(t)])
J_of_g.backward()
print("shares:", (dJ_dg * dg_dtheta).round(6), " sum:", round(float(dJ_dg @ dg_dtheta), 6))
assert abs(dJ_dg @ dg_dtheta - theta.grad) < 1e-15

viz.draw(J_of_g, highlight=(theta, J_of_g))

# %% [markdown]
# This is why `backward` *adds* to `.grad` and never overwrites it, and why a training loop calls `zero_grad()` before
# the next step: the sum is part of the mathematics, and only you know when a new sum begins.

# %%
J_of_g.backward()
assert abs(theta.grad - 2 * float(dJ_dg @ dg_dtheta)) < 1e-14  # called twice, it has added twice
theta.zero_grad()
assert theta.grad == 0

# %% [markdown]
# ## Why backwards?
#
# In a deep network the number of ways from a weight to $J$ explodes, but the ways share almost everything. Walking
# backwards computes each shared piece once and keeps it: dynamic programming. Let us not believe it, but count.
#
# The network: 3 inputs, then layers of 3 sigmoid units. We count how often $\sigma$ or $\sigma'$ is evaluated
# to get the gradient with respect to *all* weights and biases, in three ways:
#
# * **the sweep** of the library, backwards, where each $\delta$ is kept;
# * **path by path**: the recursion $\delta_j = \sigma'(z_j) \sum_k w_{kj} \delta_k$ called anew for each weight,
#   nothing kept;
# * **finite differences**: one more forward pass for each parameter.
#
# The sigmoid below is an operation of our own, made with `@ac.primitive`, whose function and derivative count their
# calls.

# %%
calls = Counter()


def sigma_prime(m, y, z):
    calls["σ'"] += 1
    return y * (1 - y)


@ac.primitive(sigma_prime, name="σ")
def s(z):
    calls["σ"] += 1
    return 1 / (1 + np.exp(-z))


def network_of(layers, width=3):
    """For each layer its units, for each unit its weights and its bias."""
    numbers = np.random.default_rng(0)

    def unit(layer, j):
        weights = [Value(numbers.normal(), label=f"w{layer}[{j},{i}]") for i in range(width)]
        return weights, Value(numbers.normal(), label=f"b{layer}[{j}]")

    return [[unit(layer, j) for j in range(width)] for layer in range(1, layers + 1)]


def forward(network, x):
    """The activations of each layer, the inputs first, and J, half the sum of the squared outputs."""
    activations = [x]
    for layer in network:
        before = activations[-1]
        activations.append([s(ac.weighted_sum(weights, before, b)) for weights, b in layer])
    first, *others = (a**2 for a in activations[-1])
    return activations, (sum(others, first) / 2).named("J")


# %% [markdown]
# Two layers of two units. One weight of the first layer, and all its ways to the cost, in dark lines:

# %%
inputs = [Value(value, label=f"x{i}") for i, value in enumerate((0.5, -1.0, 2.0))]
small = network_of(layers=2, width=2)
_, J_small = forward(small, inputs[:2])
first_weight = small[0][0][0][0]
viz.draw(J_small, highlight=(first_weight, J_small), direction="TB", gradients=False, legend=False)

# %% [markdown]
# Now the three counts, for five layers and 60 parameters.

# %% tags=["lab-1.4"]


def by_sweep(network):
    """σ' evaluated for one backward sweep, which gives the gradient of every parameter."""
    calls.clear()
    _, J = forward(network, inputs)
    J.backward()
    return calls["σ'"]


def path_by_path(network):
    """σ' evaluated when the recursion for δ begins anew at each parameter."""
    activations, _ = forward(network, inputs)
    calls.clear()

    def delta(layer, j):
        a = activations[layer + 1][j].data
        if layer + 1 == len(network):
            arriving = a  # dJ/da of the last layer
        else:
            above = enumerate(network[layer + 1])
            arriving = sum(weights[j].data * delta(layer + 1, k) for k, (weights, _) in above)
        return sigma_prime(None, a, None) * arriving

    for layer, units in enumerate(network):
        for j, (weights, b) in enumerate(units):
            for i, w in enumerate(weights):
                assert abs(delta(layer, j) * activations[layer][i].data - w.grad) < 1e-12
            assert abs(delta(layer, j) - b.grad) < 1e-12
    return calls["σ'"]


def by_differences(network):
    """σ evaluated by one forward pass, and another for each parameter moved by ε."""
    calls.clear()
    _, J = forward(network, inputs)
    for weights, b in (unit for layer in network for unit in layer):
        for parameter in (*weights, b):
            parameter.data += 1e-6
            _, moved = forward(network, inputs)
            parameter.data -= 1e-6
            assert abs((moved.data - J.data) / 1e-6 - parameter.grad) < 1e-5
    return calls["σ"]


deep = network_of(layers=5)
counts = {f.__name__: f(deep) for f in (by_sweep, path_by_path, by_differences)}
print(counts)
assert counts == {"by_sweep": 15, "path_by_path": 2148, "by_differences": 61 * 15}

# %% [markdown]
# Fifteen: one $\sigma'$ for each unit. All three methods found the same 60 derivatives; the assertions above compare
# them. With depth $L$ and $m$ units a layer the sweep needs $mL$ evaluations, finite differences
# $mL\,(1 + m(m+1)L)$, and the paths grow like $m^L$.

# %%
depths = range(1, 7)
work = {name: [] for name in counts}
for depth in depths:
    network = network_of(depth)
    for f in (by_sweep, path_by_path, by_differences):
        work[f.__name__].append(f(network))

figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
words = ("backward sweep", "path by path", "finite differences")
for counted, label, style in zip(work.values(), words, ("o-", "s--", "^-."), strict=True):
    axes.semilogy(depths, counted, style, label=f"{label} ({counted[-1]:,} at depth 6)")
axes.set(xlabel="layers of 3 units", ylabel="evaluations of σ or σ'", title="The price of the whole gradient")
axes.grid(alpha=0.25)
axes.legend()
plt.show()

# %% [markdown]
# ## Exercises
#
# Write the function in place of `...`, run the cell, then the one below it. The report says what is right, and where
# something is not, what the slip may be.
#
# **1. Four gradients by hand.** For the one-dimensional network, as on the board, without the library. Use
# `np.exp` for the sigmoid.

# %% tags=["exercise-four-gradients"]


def four_gradients(x, y, w1, b1, w2, b2):
    """∂J/∂w1, ∂J/∂b1, ∂J/∂w2, ∂J/∂b2 as four numbers."""
    ...


# %%


def J_of(x, y, w1, b1, w2, b2):
    return (sigmoid(w2 * sigmoid(w1 * x + b1) + b2) - y) ** 2 / 2


ac.check(
    four_gradients, J_of, (1.5, 0.2, 0.8, -0.4, -1.1, 0.3), kind="gradient", argnums=("w1", "b1", "w2", "b2")
)

# %% [markdown]
# **2. A shared variable.** In $f(a, b) = a\,b + \sin(a)\,b^2$ both letters are used twice. Add the ways.

# %% tags=["exercise-shared-variable"]


def shared_variable(a, b):
    """∂f/∂a and ∂f/∂b."""
    ...


# %%
f = lambda a, b: a * b + ac.sin(a) * b**2
ac.check(shared_variable, f, (0.6, -1.5), kind="gradient")

# %% [markdown]
# ## What to take with you
#
# * A formula is a graph; a gradient is a sum over ways, each a product of local derivatives.
# * The sweep goes backwards because then each shared piece is computed once: the whole gradient for about the price
#   of one more evaluation, however many parameters there are.
# * A number that is used twice gets both shares. Gradients are added, never overwritten.
