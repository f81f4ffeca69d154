# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 2 · Layers
#
# A layer is the one-dimensional network many times over, written with a matrix. The chain rule becomes a short loop:
# multiply by the transposed weights, multiply by the derivative of the activation, go one layer back. After this
# notebook you can write that loop, you know the shape of everything in it, and you can say what a batch, a penalty
# and a mean do to a gradient.
#
# 1. A network in blocks
# 2. The loop for δ (lab 1.2), and a factor that slides forget
# 3. Component form and vector form
# 4. The matrix chain rule (lab 1.6) and the Jacobian inside it
# 5. A batch, a sum or a mean, a penalty (lab 1.3)
# 6. All parameters as one vector
# 7. Exercises that check themselves

# %%
import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz
from autograd_core import Tensor

ac.set_default_dtype("float64")  # sixteen digits, so that equal means equal

# %% [markdown]
# ## A network in blocks
#
# The picture to remember: one block for each layer, its parameters beside it, and on every arrow the shape of what
# passes along it. Solid arrows are the forward pass, dashed ones carry $\partial\,\text{loss}/\partial\,\cdot$ back.

# %%
nn.seed(0)
model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3), nn.ReLU(), nn.Linear(3, 2), nn.Sigmoid())
numbers = np.random.default_rng(0)
batch = Tensor(numbers.normal(size=(6, 4)), label="X")
targets = Tensor(numbers.uniform(size=(6, 2)), label="Y")

loss = F.mse_loss(model(batch), targets).named("loss")
viz.draw(loss, graph="both")

# %% [markdown]
# The dashed arrow into a block arrives with the shape of the solid one that left it: **a gradient has the shape of
# what it is the gradient of**. So one can check a derivation before computing anything. Here are all shapes, with
# $Z^l$ before the activation and $A^l$ after it, for a batch of $m = 6$ rows:

# %% tags=["lab-9.MIT.blocks"]
a, rows = batch, []
for l, (linear, activation) in enumerate(zip(model[0::2], model[1::2], strict=True), 1):
    z = linear(a).named(f"Z{l}")
    a = activation(z).named(f"A{l}")
    z.retain_grad()  # a node on the way keeps its gradient only if asked
    rows.append((l, linear, z))
F.mse_loss(a, targets).backward()

print("layer   W         Z        ∂loss/∂Z   ∂loss/∂W")
for l, linear, z in rows:
    print(f"{l}       {linear.weight.shape!s:9} {z.shape!s:8} {z.grad.shape!s:10} {linear.weight.grad.shape}")
    assert z.grad.shape == z.shape
    assert linear.weight.grad.shape == linear.weight.shape

# %% [markdown]
# Two conventions live side by side in the lectures. One writes $z = W a + b$ with $W$ of shape (out, in); the
# library stores `weight` like that. The other writes $z = W^\top x + W_0$ with $W$ of shape (in, out): its $W$ is our
# `weight.T`. Samples are rows in the library, so a whole batch is `X @ weight.T + bias`.

# %%
first = model[0]
assert np.allclose(first(batch).data, batch.data @ first.weight.data.T + first.bias.data, rtol=0, atol=1e-15)

# %% [markdown]
# ## The loop for δ
#
# With $\delta_l = \partial J/\partial z_l$, for one sample and $J = \tfrac12 \lVert a_L - y \rVert^2$:
#
# $$\delta_L = (a_L - y) * g'(z_L), \qquad \delta_l = (W_{l+1}^\top \delta_{l+1}) * g'(z_l),$$
#
# $$\frac{\partial J}{\partial W_l} = \delta_l\, a_{l-1}^\top, \qquad \frac{\partial J}{\partial b_l} = \delta_l.$$
#
# The star multiplies element by element. Why the transposed matrix? Going forward, $W$ hands each $a_i$ to every
# $z_j$; going back, $a_i$ collects from every $z_j$ that it was handed to: the same table, read by columns.
# Three layers of ReLU, written out:

# %% tags=["lab-1.2"]
nn.seed(1)
relu_net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3), nn.ReLU(), nn.Linear(3, 2), nn.ReLU())
W = [layer.weight.data for layer in relu_net[0::2]]
b = [layer.bias.data for layer in relu_net[0::2]]
x, y = np.array([0.5, -1.0, 2.0, 1.5]), np.array([1.0, -0.5])


def forward(x):
    """All z, and all a with the input first."""
    z, a = [], [x]
    for W_l, b_l in zip(W, b, strict=True):
        z.append(W_l @ a[-1] + b_l)
        a.append(np.maximum(z[-1], 0))
    return z, a


def backward(z, a, y, derivative=lambda z: z > 0):
    """∂J/∂W and ∂J/∂b of every layer, by the loop; the derivative is that of ReLU."""
    dW, db = [], []
    delta = (a[-1] - y) * derivative(z[-1])
    for l in reversed(range(len(W))):
        dW.insert(0, np.outer(delta, a[l]))
        db.insert(0, delta)
        if l > 0:
            delta = (W[l].T @ delta) * derivative(z[l - 1])
    return dW, db


dW, db = backward(*forward(x), y)
(((relu_net(x) - y) ** 2).sum() / 2).backward()
for l, layer in enumerate(relu_net[0::2]):
    assert np.allclose(dW[l], layer.weight.grad, rtol=0, atol=1e-12)
    assert np.allclose(db[l], layer.bias.grad, rtol=0, atol=1e-12)
    print(f"layer {l + 1}: largest difference {np.abs(dW[l] - layer.weight.grad).max():.1e}")
assert any(np.abs(part).max() > 0 for part in dW[:1])  # and it is not 0 = 0

# %% [markdown]
# **Errata.** One of the lectures prints $\delta_l = W_{l+1}^\top \delta_{l+1}$, without the factor $g'(z_l)$. For a
# linear network that is right, for every other it is not. We leave the factor out and look how far the gradient of
# the first layer is off:

# %% tags=["lab-9.errata.missing-derivative"]
as_printed, _ = backward(*forward(x), y, derivative=lambda z: 1.0)
off = np.abs(as_printed[0] - dW[0]).max() / np.abs(dW[0]).max()
print(f"without g' the gradient of the first layer is off by {off:.1f} times its largest element")
assert off > 0.1

# %% [markdown]
# **Quiz.** Two examples $(x^{(1)}, y^{(1)})$ and $(x^{(2)}, y^{(2)})$. Which order is right?
# (a) forward 1, forward 2, back 1, back 2; (b) forward 1, back 1, forward 2, back 2.
#
# With the loop on the board there is one set of variables $z, a$, and the second forward pass overwrites them: only
# (b) is right. A graph remembers each pass by itself, so in the library both orders work.

# %% tags=["lab-9.Racharak.two-examples"]
x2, y2 = np.array([1.0, 0.3, -0.7, 0.2]), np.array([0.4, 0.6])
right = backward(*forward(x), y)[0][0] + backward(*forward(x2), y2)[0][0]

overwritten = forward(x)
overwritten = forward(x2)  # (a): the first z and a are gone
wrong = backward(*overwritten, y)[0][0] + backward(*overwritten, y2)[0][0]

relu_net.zero_grad()
costs = [((relu_net(x_i) - y_i) ** 2).sum() / 2 for x_i, y_i in ((x, y), (x2, y2))]  # forward 1, forward 2
for cost in costs:
    cost.backward()  # back 1, back 2
assert np.allclose(relu_net[0].weight.grad, right, rtol=0, atol=1e-12)
assert not np.allclose(wrong, right, rtol=0.1)

# %% [markdown]
# ## Component form and vector form
#
# The vector form is shorthand. Written in components, $z_j = \sum_i w_{ji} a_i + b_j$ and
# $\partial J/\partial w_{ji} = \delta_j a_i$. `model.scalars()` makes every weight a number of its own. It is the
# same graph, opened: the same value, the same gradients.

# %% tags=["lab-9.Delaware.components"]
nn.seed(0)
small = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 1))
components = small.scalars()
(output,) = components([ac.Value(1.0, label="x0"), ac.Value(-0.5, label="x1")])
output.named("a2").backward()
small(np.array([1.0, -0.5])).sum().backward()

for name, parameter in small.named_parameters():
    singly = np.array([w.grad for w in components.values[name].flat]).reshape(parameter.shape)
    assert np.allclose(singly, parameter.grad, rtol=0, atol=1e-15)
print(f"vector form: {small}")
viz.draw(output, gradients=False)

# %% [markdown]
# ## The matrix chain rule
#
# The other lecture, the other convention: $x$ is a column (4×1), $W$ is 4×3, $W_0$ is 3×1, and
#
# $$A = W^\top x + W_0, \qquad \text{loss} = \sum (A - y)^2.$$
#
# $$\underbrace{\frac{\partial\,\text{loss}}{\partial W}}_{4\times3} = \underbrace{x}_{4\times1}\,
# \underbrace{\Bigl(\frac{\partial\,\text{loss}}{\partial A}\Bigr)^{\!\top}}_{1\times3}, \qquad
# \underbrace{\frac{\partial\,\text{loss}}{\partial W_0}}_{3\times1} = \frac{\partial\,\text{loss}}{\partial A}.$$
#
# The shapes leave no choice: from a 4×1 and a 3×1 only one product is 4×3.

# %% tags=["lab-1.6"]
x4 = Tensor([[1.0], [2.0], [-1.0], [0.5]], label="x")
y3 = Tensor([[1.0], [0.0], [-1.0]], label="y")
W43 = Tensor(
    [[0.1, -0.1, 0.6], [0.1, -0.5, 0.4], [1.3, 0.9, -0.7], [-1.3, -0.6, 0.0]], requires_grad=True, label="W"
)
W0 = Tensor([[0.1], [-0.2], [0.3]], requires_grad=True, label="W0")

A = (W43.T @ x4 + W0).named("A")
A.retain_grad()
loss = ((A - y3) ** 2).sum().named("loss")
loss.backward()

dA = 2 * (A.data - y3.data)
assert np.array_equal(A.grad, dA)
assert np.allclose(W43.grad, x4.data @ dA.T, rtol=0, atol=1e-15)
assert np.array_equal(W0.grad, dA)
assert (W43.grad.shape, W0.grad.shape) == ((4, 3), (3, 1))

viz.draw(loss, graph="both")

# %% [markdown]
# The same layer number by number, on its way back. The weight $W_{12}$ was multiplied by $x_1 = 2$ and went into
# $A_2$, so it gets $2 \cdot \partial\,\text{loss}/\partial A_2$. (Indices count from 0, as in the code.)

# %%
viz.draw(loss, layout="grid", graph="backward", highlight="W[1,2]")

# %% [markdown]
# And to play with: click any cell. Forwards its sum is written out, backwards its gradient.

# %%
viz.draw(loss, layout="grid").interactive()

# %% [markdown]
# After the linear part comes the activation, $A = f(Z)$. Its derivative is a whole matrix, the 3×3 Jacobian
# $\partial A/\partial Z$ with the entries $\partial A_i/\partial Z_j$, and the chain rule reads
#
# $$\frac{\partial\,\text{loss}}{\partial Z} = \Bigl(\frac{\partial A}{\partial Z}\Bigr)^{\!\top}
# \frac{\partial\,\text{loss}}{\partial A}.$$
#
# For an activation that works on each element alone the Jacobian is diagonal, and the product shrinks to the star of
# the loop: that is where $* \, g'(z)$ comes from. Softmax mixes its inputs, so all nine entries are there.

# %% tags=["lab-9.MIT.jacobian"]
z3 = np.array([2.0, 1.0, 0.1])
dloss_dA = np.array([1.0, -2.0, 0.5])

for name, f in {"sigmoid": ac.sigmoid, "softmax": ac.softmax}.items():
    J = ac.jacobian(f)(z3)
    _, pull = ac.vjp(f, z3)
    assert np.allclose(J.T @ dloss_dA, pull(dloss_dA)[0], rtol=0, atol=1e-15)
    print(name, J.round(4), sep="\n")

s = ac.sigmoid(z3)
assert np.allclose(ac.jacobian(ac.sigmoid)(z3), np.diag(s * (1 - s)), rtol=0, atol=1e-15)
p = ac.softmax(z3)
assert np.allclose(ac.jacobian(ac.softmax)(z3), np.diag(p) - np.outer(p, p), rtol=0, atol=1e-15)

# %% [markdown]
# ## A batch
#
# Over $m$ samples the gradients are added, sample by sample, into an accumulator $\Delta$; at the end comes the mean,
# and the penalty for large weights. With the bias as column 0 of $\Theta$:
#
# $$D = \frac1m \sum_{i=1}^m \delta^{(i)} \bigl(a^{(i)}\bigr)^\top + \lambda\,\Theta,
# \qquad \text{without the last term in the bias column.}$$
#
# It is the gradient of
# $J = \frac1m \sum_i \tfrac12 \lVert a^{(i)} - y^{(i)} \rVert^2 + \tfrac{\lambda}{2} \sum W^2$.
# We accumulate by hand and compare with one `backward()` on the whole batch.

# %% tags=["lab-1.3"]
X, Y = numbers.normal(size=(8, 4)), numbers.normal(size=(8, 2))
m, lam = len(X), 0.1

D = [np.zeros((len(b_l), W_l.shape[1] + 1)) for W_l, b_l in zip(W, b, strict=True)]
for x_i, y_i in zip(X, Y, strict=True):
    dW, db = backward(*forward(x_i), y_i)
    for l in range(len(W)):
        D[l] += np.column_stack([db[l], dW[l]]) / m
for l in range(len(W)):
    D[l][:, 1:] += lam * W[l]  # column 0 is the bias

relu_net.zero_grad()
J = ((relu_net(X) - Y) ** 2).sum() / (2 * m) + lam * nn.l2_penalty(relu_net)  # l2_penalty is 1/2 Σ W²
J.backward()
for l, layer in enumerate(relu_net[0::2]):
    assert np.allclose(D[l], np.column_stack([layer.bias.grad, layer.weight.grad]), rtol=0, atol=1e-12)
print(f"J = {J.data:.6f}; D of the first layer has shape {D[0].shape}, the bias in column 0")

# %% [markdown]
# **Errata.** One lecture writes the penalty in $J$ as $\frac{\lambda}{2m} \sum \Theta^2$ and keeps $+\lambda\,\Theta$
# in $D$. The two do not belong together: the derivative of $\frac{\lambda}{2m} \Theta^2$ is $\frac{\lambda}{m} \Theta$.
# Either is a fine penalty, with another meaning of $\lambda$; but one has to be the derivative of the other.

# %% tags=["lab-9.errata.penalty-factor"]
relu_net.zero_grad()
(lam / m * nn.l2_penalty(relu_net)).backward()  # λ/2m Σ W²
weight = relu_net[0].weight
assert np.allclose(weight.grad, lam / m * weight.data, rtol=0, atol=1e-15)
assert np.allclose(lam * weight.data / weight.grad, m)  # λΘ is m times too large

# %% [markdown]
# **Errata.** In one formula the sum runs over the bias as well, in the next it does not. The bias is not penalised: it
# moves a function up and down and makes it no steeper. See what a penalised bias does to a regression whose targets
# lie around 100: the weights are small and right, and the prediction is dragged towards 0.

# %% tags=["lab-9.errata.penalised-bias"]
features = numbers.normal(size=(200, 1))
heights = 100 + 0.5 * features
found = {}
for biases in (False, True):
    line = nn.Linear(1, 1)
    optimizer = nn.SGD(line.parameters(), lr=0.2)
    for _ in range(200):
        optimizer.zero_grad()
        (F.mse_loss(line(features), heights) / 2 + 0.1 * nn.l2_penalty(line, biases=biases)).backward()
        optimizer.step()
    found[biases] = float(line(features).data.mean() - heights.mean())
print(
    "prediction too low by, bias free / bias penalised:", *(f"{abs(error):.2f}" for error in found.values())
)
assert abs(found[False]) < 0.01
assert found[True] < -5

# %% [markdown]
# **Sum or mean?** Some lectures take the cost as a sum over the training set, others as a mean. The direction of the
# gradient is the same, its length is not: a sum over $m$ samples makes $m$ times the step. Whoever changes from one to
# the other divides the learning rate by $m$.

# %% tags=["lab-9.Nagoya.sum"]


def gradient_of(reduction):
    relu_net.zero_grad()
    F.mse_loss(relu_net(X), Y, reduction=reduction).backward()
    return nn.parameters_to_vector(p.grad for p in relu_net.parameters()).data


of_sum, of_mean = gradient_of("sum"), gradient_of("mean")
assert np.allclose(of_sum, Y.size * of_mean, rtol=1e-12)  # the mean is over all m × 2 numbers
print(f"length of the gradient: sum {np.linalg.norm(of_sum):.3f}, mean {np.linalg.norm(of_mean):.3f}")

# %% [markdown]
# ## All parameters as one vector
#
# For an optimiser a network is a function of one long vector $\theta \in \mathbb{R}^d$, and its gradient is a vector of
# the same length. "Downhill" then needs no layers: move $\theta$ by $h$ in the direction $u$, and $J$ moves by
# $h\, \nabla J \cdot u$, up to $h^2$.

# %% tags=["lab-9.Nagoya.theta"]
theta = nn.parameters_to_vector(relu_net.parameters()).data.copy()
assert theta.shape == (5 * 4 + 5 + 3 * 5 + 3 + 2 * 3 + 2,)


def J_of_theta(theta):
    nn.vector_to_parameters(theta, relu_net.parameters())
    return float(F.mse_loss(relu_net(X), Y).data)


u = numbers.normal(size=theta.shape)
u /= np.linalg.norm(u)
h = 1e-5
measured = (J_of_theta(theta + h * u) - J_of_theta(theta - h * u)) / (2 * h)
J_of_theta(theta)  # back to where we were
print(f"d = {theta.size}; slope along u: measured {measured:.9f}, from the gradient {of_mean @ u:.9f}")
assert abs(measured - of_mean @ u) < 1e-9

# %% [markdown]
# **Quiz.** $D_1$ is a 10×6 matrix, $D_2$ a 1×11 matrix, and they are unrolled into one vector, $D_1$ first. Which
# elements are $D_2$? In Octave, which counts from 1: 61 to 71. In Python: `vector[60:71]`. (Beware when moving numbers
# from one to the other: Octave unrolls a matrix by columns, NumPy by rows.)

# %% tags=["lab-9.Racharak.unrolling"]
D1, D2 = numbers.normal(size=(10, 6)), numbers.normal(size=(1, 11))
vector = nn.parameters_to_vector([D1, D2]).data
assert np.array_equal(vector[60:71].reshape(1, 11), D2)
assert np.array_equal(vector[:60].reshape(10, 6), D1)
assert not np.array_equal(vector[:60].reshape(10, 6, order="F"), D1)  # by columns it is another matrix

# %% [markdown]
# ## Exercises
#
# **1. The loop for δ.** A network of two layers with the sigmoid, $J = \tfrac12 \lVert a_2 - y \rVert^2$. Return the
# gradients with respect to `W1`, `b1`, `W2`, `b2`, in this order. NumPy only.

# %% tags=["exercise-delta-loop"]


def delta_loop(W1, b1, W2, b2, x, y):
    """∂J/∂W1, ∂J/∂b1, ∂J/∂W2, ∂J/∂b2."""
    ...


# %%


def J_of_layers(W1, b1, W2, b2, x, y):
    a1 = ac.sigmoid(W1 @ x + b1)
    a2 = ac.sigmoid(W2 @ a1 + b2)
    return ((a2 - y) ** 2).sum() / 2


draw = np.random.default_rng(3).normal
inputs = (draw(size=(3, 4)), draw(size=3), draw(size=(2, 3)), draw(size=2), draw(size=4), draw(size=2))
ac.check(delta_loop, J_of_layers, inputs, kind="gradient", argnums=("W1", "b1", "W2", "b2"))

# %% [markdown]
# **2. The Jacobian by index.** For softmax, $p_i = e^{z_i} / \sum_k e^{z_k}$, the entries are
# $\partial p_i/\partial z_j = p_i ([i = j] - p_j)$. Derive it on paper, then fill the matrix.

# %% tags=["exercise-softmax-jacobian"]


def softmax_jacobian(z):
    """The matrix of ∂p_i/∂z_j."""
    ...


# %%
ac.check(softmax_jacobian, ac.softmax, np.array([2.0, 1.0, 0.1]), kind="jacobian")

# %% [markdown]
# ## What to take with you
#
# * $\delta_l = (W_{l+1}^\top \delta_{l+1}) * g'(z_l)$: transposed, because the same table is read the other way round.
# * A gradient has the shape of what it is the gradient of; shapes alone find most mistakes.
# * A mean, a sum, a penalty: each is a factor in the gradient, and the factor has to be the derivative of what stands
#   in $J$.
