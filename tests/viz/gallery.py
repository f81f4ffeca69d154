"""Pictures of every kind, by name: what they show is drawn in several ways, and each is an SVG."""

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import Tensor, Value, grad, lower, scope, tanh
from tests.viz.grids import cases
from tests.viz.picture.test_layered import block, digits, images, mlp
from viz import draw, network, neuron

BOTH_WAYS = ({}, {"graph": "backward"}, {"graph": "both"})


def numbers(*shape, label=""):
    values = np.random.default_rng(len(label)).normal(size=shape).round(1)
    return Tensor(values, requires_grad=True, label=label)


def unit():
    w, x, b = (Value(at, label=name) for name, at in zip("wxb", (1.5, 0.8, -0.4), strict=True))
    with scope("neuron"):
        return tanh(w * x + b)


def shared_weight():
    w = Value(0.7, label="w")
    h = Value(0.5, label="x")
    for _ in range(3):
        h = tanh(w * h)
    return h * w


def paths():
    x = Value(0.3, label="x")
    y, z = ac.exp(x), ac.sin(x)
    return y * z + y / (1 + z) + x**2


def long_labels():
    x = Value(2.0, label="weight of the connection from the third pixel to the first unit")
    with scope("a scope whose name is as long as a sentence about it would be"):
        return ac.exp(x * Value(-0.123456789, label="another one that goes on and on and on")) + 1


def unicode_labels():
    names = ("θ₁ₙ", "重み", "x̂ᵢⱼ", "∂²L/∂w²", "Ωμέγα", "weißer Ääü")
    values = [Value(0.5 + i, label=name) for i, name in enumerate(names)]
    with scope("слой ①"):
        return ac.log(values[0] * values[1] + values[2] * values[3] + values[4] / values[5])


def hostile_labels():
    names = (
        '<script>alert("x")</script>',
        "a|b{c}<d>\\n",
        "&lt;&amp; &#65;",
        "two\nlines",
        "%s {0} $x",
        "x" * 500,
    )
    total = Value(0.0)
    for name in names:
        with scope(name):
            total = total + tanh(Value(1.0, label=name))
    return total


def chain(length=60):
    h = Value(0.9, label="x")
    for _ in range(length):
        h = ac.sin(h)
    return h


def sum_of_many(count=30):
    return sum((Value(i / 7, label=f"x{i}") ** 2 for i in range(count)), Value(0.0))


def extreme_numbers():
    values = (1e-300, -1.23456789e17, 0.1 + 0.2, 1e308, -0.0)
    return sum((Value(at, label=f"v{i}") * 1.5 for i, at in enumerate(values)), Value(1.0))


def not_finite():
    return Value(float("nan"), label="a") * Value(float("inf"), label="b") + Value(-float("inf"), label="c")


def nested_scopes():
    x = Value(0.5, label="x")
    with scope("encoder"):
        for i in range(2):
            with scope(f"block{i}"), scope("attention"):
                x = tanh(x * 2) + x
    with scope("decoder"):
        return ac.exp(x)


def second_order():
    x = Value(0.5, label="x")
    return grad(lambda x: ac.sin(x) * x**2)(x)


def many_operations():
    h = [Value(i / 10, label=f"x{i}") for i in range(8)]
    for _ in range(6):
        h = [tanh(a * 0.5 + b) for a, b in zip(h, h[1:] + h[:1], strict=True)]
    return sum(h, Value(0.0))


class Attention(nn.Module):
    """Branches, a weight used twice, and what is computed between the calls."""

    def __init__(self):
        super().__init__()
        self.embed, self.norm = nn.Embedding(20, 6), nn.LayerNorm(6)
        self.query, self.key, self.value = (nn.Linear(6, 6) for _ in range(3))

    def forward(self, tokens):
        h = self.norm(self.embed(tokens))
        weights = ac.softmax(self.query(h) @ self.key(h).T / 6**0.5, axis=-1)
        return ((h + weights @ self.value(h)) @ self.embed.weight.T).sum()


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.into, self.again, self.out = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 1)

    def forward(self, x):
        h = Tensor(np.zeros((1, 4)))
        for t in range(len(x)):
            h = ac.tanh(self.into(x[t : t + 1]) + self.again(h))
        return self.out(h).sum()


class Gated(nn.Module):
    """A cell with a memory that is written and read through gates."""

    def __init__(self):
        super().__init__()
        self.forget, self.write, self.read, self.content = (nn.Linear(5, 3) for _ in range(4))

    def forward(self, x):
        h, c = Tensor(np.zeros((1, 3))), Tensor(np.zeros((1, 3)))
        for t in range(2):
            z = ac.concatenate([x[t : t + 1], h], axis=1)
            c = ac.sigmoid(self.forget(z)) * c + ac.sigmoid(self.write(z)) * ac.tanh(self.content(z))
            h = ac.sigmoid(self.read(z)) * ac.tanh(c)
        return h.sum()


class UNet(nn.Module):
    """Two levels down and up again, with a skip at each."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.bottom = nn.Conv2d(8, 8, 3, padding=1)
        self.up2, self.up1 = nn.ConvTranspose2d(8, 8, 2, stride=2), nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.merge2, self.merge1 = nn.Conv2d(16, 8, 3, padding=1), nn.Conv2d(8, 1, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        first = F.relu(self.down1(x))
        second = F.relu(self.down2(self.pool(first)))
        h = F.relu(self.bottom(self.pool(second)))
        h = F.relu(self.merge2(ac.concatenate([self.up2(h), second], axis=1)))
        return self.merge1(ac.concatenate([self.up1(h), first], axis=1)).mean()


class Residual(nn.Module):
    """Blocks of the same structure in a row."""

    def __init__(self, count=5):
        super().__init__()
        self.blocks = nn.Sequential(*(nn.Sequential(nn.Linear(4, 4), nn.Tanh()) for _ in range(count)))

    def forward(self, x):
        for layer in self.blocks:
            x = x + layer(x)
        return x.sum()


def seeded(make):
    nn.seed(0)
    return make()


def residual():
    return seeded(Residual)(images(2, 4, label="x"))


def gated():
    return seeded(Gated)(images(2, 2, label="x"))


def classes():
    return F.cross_entropy(nn.Linear(4, 3)(images(2, 4, label="x")), [2, 0], reduction="mean").named("loss")


def normalized():
    return (nn.Sequential(nn.BatchNorm1d(3), nn.LayerNorm(3))(images(4, 3, label="x")) ** 3).sum()


def grouped():
    layers = (
        nn.Conv2d(4, 8, 3, groups=2, stride=2, padding=1),
        nn.ELU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(8, 2),
    )
    return nn.Sequential(*layers)(images(1, 4, 4, 4)).sum()


def dense():
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def convolving():
    layers = nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3)
    return nn.Sequential(*layers)


def several_outputs(x, y):
    return {"sum": x + y, "products": [x * y, x / y], "nothing": None}


def drawn(make, *ways, layouts=("boxes",)):
    """The pictures of a graph: each way in each layout."""
    target = make()
    return [draw(target, layout=layout, **way).svg for layout in layouts for way in ways or BOTH_WAYS]


SINGLE = (*BOTH_WAYS, {"direction": "TB"}, {"theme": "print", "graph": "both"}, {"heat": True})
LAYERED = ("layers",)

GALLERY = {
    "neuron": lambda: drawn(unit, *SINGLE, {"highlight": "w"}, {"collapse": True}, {"direction": "RL"}),
    "shared weight": lambda: drawn(shared_weight, *SINGLE),
    "several paths": lambda: drawn(paths, *SINGLE, {"heat": "value"}),
    "long labels": lambda: drawn(long_labels, *SINGLE, {"depth": 0}),
    "unicode": lambda: drawn(unicode_labels, *SINGLE, {"depth": 0}),
    "hostile labels": lambda: drawn(hostile_labels, *SINGLE, {"depth": 0}),
    "deep chain": lambda: drawn(chain, *BOTH_WAYS, {"direction": "TB"}),
    "wide sum": lambda: drawn(sum_of_many, *BOTH_WAYS, {"direction": "TB"}),
    "extreme numbers": lambda: drawn(extreme_numbers, *SINGLE),
    "not finite": lambda: drawn(not_finite, {}, {"graph": "both"}),
    "nested scopes": lambda: drawn(nested_scopes, *SINGLE, {"depth": 1}, {"depth": 2}),
    "second order": lambda: drawn(second_order, *BOTH_WAYS),
    "many operations": lambda: drawn(many_operations, *BOTH_WAYS),
    "small boxes": lambda: drawn(lambda: chain(170), {}),
    "lowered product": lambda: drawn(lambda: lower((numbers(2, 3, label="w") @ numbers(3, label="x")).sum())),
    "lowered convolution": lambda: drawn(lambda: lower(cases.signal()), {}),
    "tensors": lambda: drawn(
        lambda: ac.softmax(numbers(2, 3, label="w") @ numbers(3, label="x"))[0], *SINGLE
    ),
    "perceptron": lambda: drawn(mlp, layouts=("boxes", "layers")),
    "convolutions": lambda: drawn(digits, layouts=LAYERED),
    "convolutions across": lambda: drawn(digits, {"direction": "LR"}, layouts=LAYERED),
    "convolutions as boxes": lambda: drawn(digits, {}, {"depth": 1}, layouts=("boxes",)),
    "residual block": lambda: drawn(lambda: block().sum(), layouts=LAYERED),
    "residual network": lambda: drawn(residual, *BOTH_WAYS, {"depth": 1}, layouts=LAYERED),
    "residual folded": lambda: drawn(residual, {"depth": 1, "fold": True}),
    "attention": lambda: drawn(lambda: seeded(Attention)(np.array([1, 2, 3])), layouts=LAYERED),
    "attention as boxes": lambda: drawn(lambda: seeded(Attention)(np.array([1, 2, 3])), {}),
    "recurrent": lambda: drawn(lambda: seeded(Recurrent)(images(4, 3, label="x")), layouts=LAYERED),
    "gated": lambda: drawn(gated, layouts=LAYERED),
    "u-net": lambda: drawn(lambda: seeded(UNet)(images(1, 1, 8, 8)), layouts=LAYERED),
    "batch normalisation": lambda: drawn(normalized, layouts=("boxes", "layers")),
    "classes": lambda: drawn(lambda: seeded(classes), layouts=("boxes", "layers")),
    "groups": lambda: drawn(lambda: seeded(grouped), layouts=("boxes", "layers")),
    "several outputs": lambda: [draw(several_outputs, 2.0, 3.0).svg],
    "convolution on grids": lambda: drawn(cases.convolution, *BOTH_WAYS, layouts=("grid",)),
    "pooling on grids": lambda: drawn(cases.largest, *BOTH_WAYS[:2], layouts=("grid",)),
    "softmax on grids": lambda: drawn(cases.softmax, *BOTH_WAYS[:2], layouts=("grid",)),
    "network on grids": lambda: drawn(cases.network, *BOTH_WAYS[:2], layouts=("grid",)),
    "large grid": lambda: drawn(cases.large, *BOTH_WAYS[:2], layouts=("grid",)),
    "units": lambda: [network(seeded(dense), np.ones((1, 3))).svg],
    "volumes": lambda: [network(seeded(convolving), np.ones((1, 1, 8, 8))).svg],
    "one unit": lambda: [neuron([0.5, -1.5], 0.25, "tanh", [1.0, 2.0]).svg],
}
