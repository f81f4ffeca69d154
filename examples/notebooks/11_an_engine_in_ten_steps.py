# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
# ---

# %% [markdown]
# # 11 · An engine in ten steps
#
# For those who want to have built it once. From an empty cell to an engine that trains a network: a
# hundred lines of Python and NumPy, grown in ten steps. Each step adds one idea, says why it is needed,
# and is compared with this library by an assertion. At the end your engine differentiates its own
# gradients, works on matrices, and takes the same training steps as `nn.SGD`, number for number. Read it
# from top to bottom; better, close it after each idea and write the step yourself first.
#
# 1. A number that remembers
# 2. Local derivatives: a table with a line for each operation
# 3. The chain rule, path by path
# 4. Once for every number: the order of the sweep
# 5. The sweep: where paths meet, gradients add up
# 6. More functions, and the rest from those
# 7. A drawing
# 8. Trust: a check from outside
# 9. The gradient of the gradient, for nothing
# 10. Matrices, and a training step

# %%
import math

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz

# %% [markdown]
# ## Step 1 · A number that remembers
#
# A plain number forgets where it came from. To find derivatives we need to know: *which operation made
# it, from what?* So we put the number into an object that keeps both. That is all a computation graph is.
# Nobody draws it up: it comes about while we calculate.


# %%
class Node:
    """A number, the operation that made it, and the nodes it was made from."""

    def __init__(self, value, operation="", inputs=()):
        self.value, self.operation, self.inputs = value, operation, inputs

    def __repr__(self):
        return f"Node({self.value:.6g})" if np.ndim(self.value) == 0 else f"Node({np.shape(self.value)})"


x, y = Node(3.0), Node(-2.0)
product = Node(x.value * y.value, "×", (x, y))
product, product.operation, product.inputs

# %% [markdown]
# ## Step 2 · Local derivatives
#
# Of each operation we need to know two things: how to compute it, and how its result moves when one input
# moves. The second is its **local derivative**, and it is school calculus: it knows nothing of the rest
# of the graph.
#
# We write it the way it will be used. On the way back a gradient $g$ arrives at the result; the rule says
# which **share** of it each input gets: $g$ times the local derivative. One line for each operation, and
# nothing else in this notebook knows calculus.

# %%
RULES = {
    # operation: (compute it, the shares of its inputs, given g, the result y and the inputs)
    "+": (lambda a, b: a + b, lambda g, y, a, b: (g, g)),
    "×": (lambda a, b: a * b, lambda g, y, a, b: (g * b, g * a)),
}


def apply(operation, *inputs):
    """Carry an operation out, and remember it."""
    inputs = tuple(x if isinstance(x, Node) else Node(x) for x in inputs)
    compute, _ = RULES[operation]
    return Node(compute(*[x.value for x in inputs]), operation, inputs)


Node.__add__ = Node.__radd__ = lambda a, b: apply("+", a, b)
Node.__mul__ = Node.__rmul__ = lambda a, b: apply("×", a, b)

x, y = Node(3.0), Node(-2.0)
z = x * y + x

assert z.value == (ac.Value(3.0) * ac.Value(-2.0) + ac.Value(3.0)).data == -3.0
z

# %% [markdown]
# Note what happened without our asking for it. The rule of `×` says `g * b`, and if `g` and `b` are
# nodes, that is again a node. Keep it in mind until step 9.
#
# ## Step 3 · The chain rule, path by path
#
# The gradient of $z$ by $x$ is a sum over all **paths** from $x$ to $z$, and each path gives the product
# of the local derivatives along it. In $z = x y + x$ two paths lead from $x$ to $z$: through the product,
# and straight. That can be written down as it stands, walking from the end: hand each input its share,
# and go on from there.


# %%
def path_by_path(node, wrt, g=1.0):
    """∂(the end)/∂wrt, as the sum over all paths from the end to it; and how many paths there are."""
    if node is wrt:
        return g, 1
    if not node.inputs:
        return 0.0, 0
    _, shares = RULES[node.operation]
    values = [x.value for x in node.inputs]
    found = [path_by_path(x, wrt, share) for x, share in zip(node.inputs, shares(g, node.value, *values))]
    return sum(gradient for gradient, _ in found), sum(paths for _, paths in found)


gradient, paths = path_by_path(z, x)
assert (gradient, paths) == (y.value + 1, 2)

a, b = ac.Value(3.0), ac.Value(-2.0)
(a * b + a).backward()
assert gradient == a.grad == -1.0

# %% [markdown]
# It is right, and it is hopeless. Square a number again and again, $x \to x^2 \to x^4 \to \dots$: each
# step doubles the paths. Twenty steps, a million paths.

# %%
for steps in (1, 5, 10, 15):
    power = x = Node(1.01)
    for _ in range(steps):
        power = power * power
    print(f"{steps:2} multiplications, {path_by_path(power, x)[1]:6,} paths")

assert path_by_path(power, x)[1] == 2**15

# %% [markdown]
# ## Step 4 · Once for every number
#
# The paths share their pieces. Everything that arrives at a node on the way back is multiplied by the
# *same* local derivatives afterwards. So wait until all of it has arrived, add it up, and go on **once**.
# For that the nodes have to be taken in an order in which every node comes after all the nodes that use
# it: a **topological order**, backwards.
#
# We count for each node how often it is used, and hand it out when all its uses have been. A loop and a
# list, no recursion: a graph may be a million nodes deep, and Python's stack is not.


# %%
def backward_order(end):
    """The nodes that lead to the end, each after all of its uses."""
    uses, found = {end: 0}, [end]
    for node in found:  # the list grows while it is read
        for x in node.inputs:
            if x not in uses:
                uses[x] = 0
                found.append(x)
            uses[x] += 1
    ready, order = [end], []
    while ready:
        order.append(node := ready.pop())
        for x in node.inputs:
            uses[x] -= 1
            if uses[x] == 0:
                ready.append(x)
    return order


order = backward_order(power)
place = {node: i for i, node in enumerate(order)}
assert all(place[node] < place[x] for node in order for x in node.inputs)
assert len(order) == 16  # fifteen products and x: not 32,768 paths

chain = Node(0.0)
for _ in range(100_000):
    chain = chain + 1.0
assert len(backward_order(chain)) == 200_001

# %% [markdown]
# ## Step 5 · The sweep
#
# Now the whole of backpropagation, in ten lines. Gradients under way wait in a dictionary. Take the nodes
# in the order of step 4; hand each input its share; **if something is already there, add**. That plus is
# the general chain rule, $\partial J / \partial x = \sum_j \partial J / \partial g_j \cdot \partial g_j /
# \partial x$, and the line that everybody forgets once.
#
# The shares are computed with *nodes*, not with their values. It costs nothing now and will pay in
# step 9.


# %%
def gradients(end, wrt):
    """∂end/∂x for each x in wrt, as nodes."""
    arrived = {end: Node(np.ones_like(end.value) if np.ndim(end.value) else 1.0)}
    for node in backward_order(end):
        if node.inputs and node in arrived:
            _, shares = RULES[node.operation]
            for x, share in zip(node.inputs, shares(arrived[node], node, *node.inputs)):
                if share is not None:  # a constant gets none
                    arrived[x] = arrived[x] + share if x in arrived else share
    return [arrived.get(x, Node(0.0)) for x in wrt]


x, y = Node(3.0), Node(-2.0)
z = x * y + x * x * x + x  # x is used five times
found = [g.value for g in gradients(z, [x, y])]

a, b = ac.Value(3.0), ac.Value(-2.0)
(a * b + a * a * a + a).backward()
assert found == [a.grad, b.grad] == [y.value + 3 * x.value**2 + 1, x.value]

x = power = Node(1.01)
for _ in range(15):
    power = power * power
(slope,) = gradients(power, [x])  # sixteen nodes, where there were 32,768 paths
assert math.isclose(slope.value, 2**15 * 1.01 ** (2**15 - 1), rel_tol=1e-9)

# %% [markdown]
# ## Step 6 · More functions, and the rest from those
#
# Four lines of calculus more. For `exp` and `tanh` the result $y$ itself says what the derivative is:
# $e^x$ is its own, and $\tanh' = 1 - y^2$. That is why the rules are given $y$. Minus, division and the
# sigmoid need no rules: they are made of what is there, and so are their derivatives.

# %%
RULES["exp"] = (np.exp, lambda g, y, x: (g * y,))
RULES["tanh"] = (np.tanh, lambda g, y, x: (g * (1 - y * y),))
RULES["log"] = (np.log, lambda g, y, x: (g / x,))
RULES["^"] = (lambda x, n: x**n, lambda g, y, x, n: (g * n * x ** (n - 1), None))  # n is a plain number

exp, tanh, log = (lambda x, name=name: apply(name, x) for name in ("exp", "tanh", "log"))
Node.__pow__ = lambda x, n: apply("^", x, n)
Node.__neg__ = lambda x: x * -1.0
Node.__sub__ = lambda a, b: a + b * -1.0
Node.__rsub__ = lambda a, b: a * -1.0 + b
Node.__truediv__ = lambda a, b: a * b**-1.0
Node.__rtruediv__ = lambda a, b: a**-1.0 * b


def sigmoid(x):
    return 1 / (1 + exp(-x))


# %% [markdown]
# The exponent $n$ is a constant: its share is `None`, and nothing is handed on.
#
# The network of the first lecture, with its four gradients, against the library:


# %%
def lecture(w1, b1, w2, b2, sigmoid):
    a1 = sigmoid(w1 * 1.5 + b1)
    a2 = sigmoid(w2 * a1 + b2)
    return 0.5 * (a2 - 0.2) ** 2


start = (0.8, -0.4, -1.1, 0.3)
ours = [Node(value) for value in start]
theirs = [ac.Value(value) for value in start]
J = lecture(*ours, sigmoid)
lecture(*theirs, ac.sigmoid).backward()

for g, w in zip(gradients(J, ours), theirs):
    assert math.isclose(g.value, w.grad, rel_tol=1e-12)

# %% [markdown]
# ## Step 7 · A drawing
#
# A graph that one cannot see cannot be taught. Each node gets a line: its name, what it was made of, its
# value, its gradient. It is the order of step 4, read from the leaves.


# %%
def drawing(end, **names):
    """The graph as a text, a line for each node; constants stand where they are used."""
    order = backward_order(end)[::-1]
    name = {node: word for word, node in names.items()}
    steps = [node for node in order if node.inputs]
    name |= {node: f"v{i}" for i, node in enumerate(steps, 1) if node not in name}
    name |= {node: f"{node.value:g}" for node in order if node not in name}
    lines = []
    for node, g in zip(order, gradients(end, order)):
        if node.inputs or node in names.values():
            made = f" {node.operation} ".join(name[x] for x in node.inputs)
            made = f"{node.operation} {made}" if len(node.inputs) == 1 else made
            lines.append(f"{name[node]:>4}  {made:12}  {node.value:9.4f}   gradient {g.value:9.4f}")
    return "\n".join(lines)


w, x, b = Node(-3.0), Node(2.0), Node(6.7)
h = tanh(w * x + b)
print(drawing(h, w=w, x=x, b=b, h=h))

a = ac.Value(-3.0)
ac.tanh(a * 2.0 + 6.7).backward()
assert f"{a.grad:.4f}" in drawing(h, w=w)

# %% [markdown]
# ## Step 8 · Trust: a check from outside
#
# A wrong rule raises no error. It gives wrong numbers, a network learns all the same, only worse, and
# nobody notices. So the rules are checked by something that knows nothing of them: move an input a little
# both ways, and look how far the result moves. The error of this *central difference* goes with
# $\varepsilon^2$.


# %%
def check(f, *at, epsilon=1e-6):
    """The largest relative difference between our gradients and central differences."""
    nodes = [Node(value) for value in at]
    worst = 0.0
    for i, g in enumerate(gradients(f(*nodes), nodes)):
        moved = [
            f(*[Node(v + sign * epsilon * (j == i)) for j, v in enumerate(at)]).value for sign in (1, -1)
        ]
        difference = (moved[0] - moved[1]) / (2 * epsilon)
        worst = max(worst, abs(g.value - difference) / max(1, abs(difference)))
    return worst


def everything(a, b):
    return tanh(a * b) - sigmoid(a) / log(b) + exp(-a) * a**3.0 + 2 / b


assert check(everything, 0.7, 2.3) < 1e-8

right = RULES["tanh"]
RULES["tanh"] = (np.tanh, lambda g, y, x: (g * (1 - y),))  # a typical slip: y for y²
assert check(everything, 0.7, 2.3) > 1e-3  # found
RULES["tanh"] = right

assert ac.gradcheck(lambda a, b: ac.tanh(a * b) - ac.sigmoid(a) / ac.log(b), 0.7, 2.3)  # the library's own

# %% [markdown]
# ## Step 9 · The gradient of the gradient, for nothing
#
# The shares were computed with nodes. So a gradient is a node, it remembers how it came about, and it
# can be differentiated like anything else. Nothing has to be added. That is why each rule is written
# with `g * b` and not with `g.value * b.value`: **the backward pass is a computation, too.**

# %%
x = Node(0.5)
derivatives = [tanh(x)]
for _ in range(4):
    derivatives += gradients(derivatives[-1], [x])

f, by_library = ac.tanh, []
for _ in range(5):
    by_library.append(float(f(0.5)))
    f = ac.grad(f)
print(*[f"{d.value:.6f}" for d in derivatives])
assert np.allclose([d.value for d in derivatives], by_library, rtol=1e-9)

# %% [markdown]
# Newton's method wants first and second derivatives. Here is the minimum of $e^x - 2 x$, which lies at
# $\ln 2$, found in six steps.

# %%
x = 0.0
for _ in range(6):
    node = Node(x)
    (slope,) = gradients(exp(node) - node * 2.0, [node])
    (curvature,) = gradients(slope, [node])
    x = x - slope.value / curvature.value
assert math.isclose(x, math.log(2), rel_tol=1e-12)

# %% [markdown]
# ## Step 10 · Matrices, and a training step
#
# A layer of a thousand units would be a million nodes. Put a whole *matrix* into a node instead: Node
# does not care what its value is, and `+`, `×`, `exp` and `tanh` work on arrays of one shape as they are.
# Four operations are new. Their rules follow from one thought: the share of an input has the shape of
# that input, and there is only one way to make the shapes fit. For $Y = A B$ with the gradient $G$ of
# $Y$: $G B^\top$ for $A$ and $A^\top G$ for $B$.
#
# `spread` copies a number over a shape, `sum` adds all up, and each is the other's rule: what is copied
# on the way there is added on the way back. A bias is spread over the batch by a product with a column of
# ones; so no rule here ever has to undo NumPy's broadcasting.

# %%
RULES["@"] = (lambda A, B: A @ B, lambda g, y, A, B: (g @ transpose(B), transpose(A) @ g))
RULES["ᵀ"] = (lambda A: A.T, lambda g, y, A: (transpose(g),))
RULES["sum"] = (np.sum, lambda g, y, A: (spread(g, np.shape(A.value)),))
RULES["spread"] = (lambda a, shape: np.full(shape, a), lambda g, y, a, shape: (total(g), None))

Node.__matmul__ = lambda A, B: apply("@", A, B)
transpose, total = (lambda A, name=name: apply(name, A) for name in ("ᵀ", "sum"))


def spread(a, shape):
    return apply("spread", a, shape)


generator = np.random.default_rng(0)
A, B = generator.normal(size=(3, 4)), generator.normal(size=(4, 2))
ours = [Node(A), Node(B)]
theirs = [ac.Tensor(A, requires_grad=True), ac.Tensor(B, requires_grad=True)]
J = total(tanh(ours[0] @ ours[1]) ** 2.0)
(ac.tanh(theirs[0] @ theirs[1]) ** 2).sum().backward()
for g, tensor in zip(gradients(J, ours), theirs):
    assert np.allclose(g.value, tensor.grad, rtol=1e-12)

# %% [markdown]
# The rule of `^` has `n - 1` and `1 - y * y` has a plain 1 beside a matrix: NumPy spreads *constants*,
# which get no gradient that anybody asks for. That is harmless.
#
# Now a network, 2 → 8 → 1 with tanh, that has to learn exclusive or with a little noise; squared error;
# plain descent. Beside it the same network of this library, from the same weights. After every one of
# 1,500 steps both have the same cost, and at the end the same weights.

# %%
x = np.repeat([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], 10, axis=0)
target = np.repeat([[0.0], [1.0], [1.0], [0.0]], 10, axis=0)
x = x + 0.1 * generator.normal(size=x.shape)
alpha = 0.3

nn.seed(1)
model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = nn.SGD(model.parameters(), lr=alpha)
weights = [
    p.data.T.copy() if p.ndim == 2 else p.data[None].copy() for p in model.parameters()
]  # (in, out), (1, out)


def network(x, W1, b1, W2, b2):
    ones = Node(np.ones((len(x.value), 1)))
    return tanh(x @ W1 + ones @ b1) @ W2 + ones @ b2


history = []
for _ in range(1500):
    nodes = [Node(w) for w in weights]  # ours: forward, backward, step
    error = network(Node(x), *nodes) + Node(-target)
    J = total(error * error) * (1 / 40)
    weights = [w - alpha * g.value for w, g in zip(weights, gradients(J, nodes))]
    history.append(J.value)

    optimizer.zero_grad()  # the library's
    cost = F.mse_loss(model(x), target)
    cost.backward()
    optimizer.step()
    assert math.isclose(J.value, cost.item(), rel_tol=1e-9, abs_tol=1e-12)

for ours, theirs in zip(weights, model.parameters()):
    assert np.allclose(ours.T.reshape(theirs.shape), theirs.data, rtol=1e-7, atol=1e-9)

learned = [Node(w) for w in weights]
print(f"J: {history[0]:.4f} → {history[-1]:.4f}")
assert np.array_equal(network(Node(x), *learned).value > 0.5, target == 1)  # all forty are right

axes = viz.plots.decision_boundary(
    lambda x: 8 * (network(Node(x), *learned).value - 0.5), x, target[:, 0].astype(int)
)
axes.set_title("exclusive or, learned by a hundred lines")
axes.set_aspect("equal")

# %% [markdown]
# ## What you have, and what you have not
#
# Count the lines of code of the engine (with the blank ones and the texts it is a hundred):


# %%
def length(function):
    """The lines of code of a function."""
    return len({line for *_, line in function.__code__.co_lines() if line})


functions = [Node.__init__, Node.__repr__, apply, backward_order, gradients, sigmoid, spread]
operators = [name for name in vars(Node) if name.startswith("__") and not hasattr(object, name)]
lines = sum(map(length, functions)) + len(operators) + len(RULES)
print(f"{lines} lines, {len(RULES)} of them rules; the sweep has {length(gradients)} and knows none of them")
assert lines < 100

# %% [markdown]
# That is the whole idea, and the library around this notebook is the same: one table of rules
# (`autograd_core/calculus.py`), one function that records (`graph.py`), one sweep (`sweeping.py`). What
# else is in it is what you would add next:
#
# - **Broadcasting**, undone in one place, so that a bias needs no column of ones.
# - **More operations**: convolutions, maxima, solutions of linear systems. Each is a line or two of the same kind.
# - **Speed**: gradients that are only numbers where nobody wants the second derivative; sums in place; nodes that
#   are freed on the way.
# - **Forward mode**, the same table read in the other direction.
# - **Messages** that say what is wrong: a graph that was changed underneath, a NaN and the line that made it.
#
# ## Exercises
#
# **a.** Add `sin` to the table: compute it, and its share. Then take the fourth derivative.


# %% tags=["exercise-sine"]
def sine_share(g, x):
    """The share of x for y = sin x, when the gradient g arrives at y."""
    ...


# %%
ac.check(sine_share, lambda x: ac.sin(x), (np.array([0.3, -1.2, 2.0]),), kind="rule")

# %% [markdown]
# **b.** The rule of the matrix product, by yourself: the shares of $A$ and $B$ for $Y = A B$.


# %% tags=["exercise-matmul"]
def matmul_shares(G, A, B):
    """The shares of A and of B."""
    ...


# %%
ac.check(
    matmul_shares,
    lambda A, B: ac.matmul(A, B),
    (generator.normal(size=(3, 4)), generator.normal(size=(4, 2))),
    kind="rule",
)
