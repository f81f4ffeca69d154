"""Exercises as a course sets them: the reference, inputs, and right solutions in several ways of writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F

RANDOM = np.random.default_rng(7)


@dataclass
class Exercise:
    """What is asked, and solutions that are right."""

    reference: Callable[..., Any]
    inputs: Any
    right: list[Any]
    options: dict[str, Any] = field(default_factory=dict)

    def check(self, student: Any, **more: Any) -> ac.CheckReport:
        return ac.check(student, self.reference, self.inputs, **self.options, **more)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


# -- a neuron ------------------------------------------------------------------------------------------------


def neuron(w, x, b):
    return ac.tanh(w * x + b)


def neuron_gradient(w, x, b):
    y = np.tanh(w * x + b)
    d = 1 - y**2
    return d * x, d * w, d


def neuron_by_hand(w, x, b):
    d = 1 / np.cosh(w * x + b) ** 2
    return {"w": d * x, "x": d * w, "b": d}


def neuron_with_the_engine(w, x, b):
    w, x, b = ac.Value(w), ac.Value(x), ac.Value(b)
    ac.tanh(w * x + b).backward()
    return [w.grad, x.grad, b.grad]


NEURON = Exercise(
    neuron,
    (-3.0, 2.0, 6.7),
    [neuron_gradient, neuron_by_hand, neuron_with_the_engine, lambda *p: np.array(neuron_gradient(*p))],
    {"kind": "gradient"},
)

# -- a chain of two: the first lab ------------------------------------------------------------------------------


def chain(x, y, w1, b1, w2, b2):
    a1 = ac.sigmoid(w1 * x + b1)
    a2 = ac.sigmoid(w2 * a1 + b2)
    return 0.5 * (a2 - y) ** 2


def chain_gradient(x, y, w1, b1, w2, b2):
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 * w2 * a1 * (1 - a1)
    return d1 * x, d1, d2 * a1, d2


CHAIN = Exercise(
    chain,
    (1.5, 0.2, 0.8, -0.4, -1.1, 0.3),
    [chain_gradient, lambda *p: dict(zip(["w1", "b1", "w2", "b2"], chain_gradient(*p), strict=True))],
    {"kind": "gradient", "argnums": (2, 3, 4, 5)},
)

# -- a variable that is used twice --------------------------------------------------------------------------------


def shared(x, w):
    return ac.sin(x) * x + w * x


SHARED = Exercise(
    shared, (0.7, -1.3), [lambda x, w: (np.cos(x) * x + np.sin(x) + w, x)], {"kind": "gradient"}
)

# -- a dense layer's backward rule -------------------------------------------------------------------------------


def dense(x, W, b):
    return ac.tanh(x @ W.T + b)


def dense_rule(cotangent, x, W, b):
    delta = cotangent * (1 - np.tanh(x @ W.T + b) ** 2)
    return delta @ W, delta.T @ x, delta.sum(0)


def dense_rule_with_loops(cotangent, x, W, b):
    y = np.tanh(x @ W.T + b)
    share_x, share_w, share_b = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for n in range(len(x)):
        for o in range(len(b)):
            delta = cotangent[n, o] * (1 - y[n, o] ** 2)
            share_b[o] += delta
            for i in range(x.shape[1]):
                share_w[o, i] += delta * x[n, i]
                share_x[n, i] += delta * W[o, i]
    return share_x, share_w, share_b


DENSE = Exercise(
    dense,
    (RANDOM.normal(size=(5, 4)), RANDOM.normal(size=(3, 4)), RANDOM.normal(size=3)),
    [dense_rule, dense_rule_with_loops, lambda *p: list(dense_rule(*p))],
    {"kind": "rule"},
)
SQUARE = Exercise(  # where a transposed matrix is no error of shapes
    dense,
    (RANDOM.normal(size=(4, 4)), RANDOM.normal(size=(4, 4)), RANDOM.normal(size=4)),
    [dense_rule],
    {"kind": "rule"},
)

# -- softmax and cross-entropy ---------------------------------------------------------------------------------


def cross_entropy(logits, labels):
    return F.cross_entropy(logits, labels)


def p_minus_y(logits, labels):
    p = softmax(logits)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


def p_minus_y_with_one_hot(logits, labels):
    return (softmax(logits) - np.eye(logits.shape[1])[labels]) / len(logits)


LOGITS = RANDOM.normal(size=(4, 3))
LABELS = np.array([0, 2, 1, 2])
CROSS_ENTROPY = Exercise(
    cross_entropy, (LOGITS, LABELS), [p_minus_y, p_minus_y_with_one_hot], {"kind": "gradient"}
)
CROSS_ENTROPY_VALUE = Exercise(
    cross_entropy,
    (LOGITS, LABELS),
    [
        lambda z, y: -np.log(softmax(z)[np.arange(len(y)), y]).mean(),
        lambda z, y: F.cross_entropy(z, y).item(),
        lambda z, y: np.array([np.mean([np.log(np.exp(r).sum()) - r[k] for r, k in zip(z, y, strict=True)])]),
    ],
)
ENTROPY_OF_ONE = Exercise(
    lambda y, p: -(y * ac.log(p)).sum(),
    (np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.63, 0.12, 0.07, 0.18])),
    [lambda y, p: -np.sum(y * np.log(p)), lambda y, p: -np.log(p[y == 1])],
)


def log_loss(z, y):
    p = ac.sigmoid(z)
    return -(y * ac.log(p) + (1 - y) * ac.log(1 - p)).mean()


SCORES = RANDOM.normal(size=6)
BINARY = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
LOG_LOSS = Exercise(
    log_loss, (SCORES, BINARY), [lambda z, y: (sigmoid(z) - y) / len(y)], {"kind": "gradient", "argnums": 0}
)
LOG_LOSS_VALUE = Exercise(
    log_loss,
    (SCORES, BINARY),
    [
        lambda z, y: -np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z))),
        lambda z, y: np.mean(np.log1p(np.exp(-np.where(y == 1, z, -z)))),
    ],
)

# -- a batch with a penalty ----------------------------------------------------------------------------------------


def ridge(W, b, x, y, rate):
    return ((x @ W + b - y) ** 2).mean() + rate / 2 * (W**2).sum()


def ridge_gradient(W, b, x, y, rate):
    error = 2 * (x @ W + b - y) / len(y)
    return x.T @ error + rate * W, error.sum()


RIDGE_INPUTS = (RANDOM.normal(size=3), 0.5, RANDOM.normal(size=(7, 3)), RANDOM.normal(size=7), 0.3)
RIDGE = Exercise(ridge, RIDGE_INPUTS, [ridge_gradient], {"kind": "gradient", "argnums": (0, 1)})
RIDGE_VALUE = Exercise(
    ridge,
    RIDGE_INPUTS,
    [lambda W, b, x, y, rate: np.mean((x @ W + b - y) ** 2) + rate / 2 * np.sum(W * W)],
)


def accumulated(theta, a, y, rate):
    """The lecture's D = 1/m Σ δ aᵀ + λ Θ: the first column holds the biases."""
    m = len(a)
    delta = ac.sigmoid(theta[:, 1:] @ a.T + theta[:, :1]).T - y
    return (delta**2).sum() / (2 * m) + rate / 2 * (theta[:, 1:] ** 2).sum()


def accumulated_gradient(theta, a, y, rate):
    total = np.zeros_like(theta)
    for a_i, y_i in zip(a, y, strict=True):
        with_bias = np.append(1.0, a_i)
        s = sigmoid(theta @ with_bias)
        total += np.outer((s - y_i) * s * (1 - s), with_bias)
    total /= len(a)
    total[:, 1:] += rate * theta[:, 1:]
    return total


ACCUMULATED = Exercise(
    accumulated,
    (RANDOM.normal(size=(2, 4)), RANDOM.normal(size=(5, 3)), RANDOM.normal(size=(5, 2)), 0.4),
    [accumulated_gradient],
    {"kind": "gradient", "argnums": "theta"},
)

# -- convolution -------------------------------------------------------------------------------------------------


def windows(image, kernel, stride=1):
    rows = (image.shape[0] - kernel.shape[0]) // stride + 1
    columns = (image.shape[1] - kernel.shape[1]) // stride + 1
    for i in range(rows):
        for j in range(columns):
            yield (
                (i, j),
                np.s_[stride * i : stride * i + kernel.shape[0], stride * j : stride * j + kernel.shape[1]],
            )


def conv2d(image, kernel, stride=1):
    image, kernel = image.reshape(1, 1, *image.shape), kernel.reshape(1, 1, *kernel.shape)
    return F.conv2d(image, kernel, stride=stride)[0, 0]


def conv2d_in_numpy(image, kernel, stride=1):
    places = dict(windows(image, kernel, stride))
    out = np.zeros([n + 1 for n in max(places)])
    for o, place in places.items():
        out[o] = np.sum(image[place] * kernel)
    return out


def conv2d_with_views(image, kernel, stride=1):
    views = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", views, kernel)


def conv2d_rule(cotangent, image, kernel, stride=1):
    share_image, share_kernel = np.zeros_like(image), np.zeros_like(kernel)
    for o, place in windows(image, kernel, stride):
        share_image[place] += cotangent[o] * kernel
        share_kernel += cotangent[o] * image[place]
    return share_image, share_kernel


IMAGE, KERNEL = RANDOM.normal(size=(6, 6)), RANDOM.normal(size=(3, 3))
CONVOLUTION = Exercise(conv2d, (IMAGE, KERNEL), [conv2d_in_numpy, conv2d_with_views])
STRIDED = Exercise(conv2d, (RANDOM.normal(size=(7, 7)), KERNEL, 2), [conv2d_in_numpy, conv2d_with_views])
BOARD = Exercise(
    conv2d,
    (np.array([[1.0, 2, 3, 4], [0, 0, 0, 1], [1, 0, 2, 1], [0, 1, 0, 2]]), np.array([[0.0, 1], [-1, 0]]), 2),
    [conv2d_in_numpy, conv2d_with_views],
)
CONVOLUTION_RULE = Exercise(conv2d, (IMAGE, KERNEL), [conv2d_rule], {"kind": "rule"})
STRIDED_RULE = Exercise(conv2d, (RANDOM.normal(size=(7, 7)), KERNEL, 2), [conv2d_rule], {"kind": "rule"})


def convolution_by_hand(signal, kernel):
    """Written out with slices: no operation of windows is in the graph."""
    n = len(signal) - len(kernel) + 1
    return ac.stack([(signal[i : i + len(kernel)] * kernel).sum() for i in range(n)])


SIGNAL = Exercise(
    convolution_by_hand,
    (RANDOM.normal(size=8), RANDOM.normal(size=3)),
    [lambda s, k: np.correlate(s, k, "valid"), lambda s, k: np.convolve(s, k[::-1], "valid")],
)

# -- pooling -----------------------------------------------------------------------------------------------------


def max_pool(x):
    return F.max_pool2d(x.reshape(1, 1, *x.shape), 2)[0, 0]


def average_pool(x):
    return F.avg_pool2d(x.reshape(1, 1, *x.shape), 2)[0, 0]


def blocks(x):
    return x.reshape(x.shape[0] // 2, 2, x.shape[1] // 2, 2).swapaxes(1, 2)


def max_pool_rule(cotangent, x):
    share = np.zeros_like(x)
    for i, j in np.ndindex(*cotangent.shape):
        window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        share[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += cotangent[i, j] * (window == window.max())
    return share


MAP = RANDOM.normal(size=(6, 6))
MAX_POOL = Exercise(max_pool, (MAP,), [lambda x: blocks(x).max((2, 3))])
AVERAGE_POOL = Exercise(average_pool, (MAP,), [lambda x: blocks(x).mean((2, 3))])
MAX_POOL_RULE = Exercise(max_pool, (MAP,), [max_pool_rule], {"kind": "rule"})
AVERAGE_POOL_RULE = Exercise(
    average_pool, (MAP,), [lambda c, x: np.kron(c, np.ones((2, 2))) / 4], {"kind": "rule"}
)

# -- descent -------------------------------------------------------------------------------------------------------


def momentum(v, g, beta):
    return beta * v + (1 - beta) * g


MOMENTUM = Exercise(
    momentum,
    (RANDOM.normal(size=4), RANDOM.normal(size=4), 0.9),
    [lambda v, g, beta: v + (1 - beta) * (g - v)],
)


def three_steps(g, beta):
    v, found = 0.0, []
    for i in range(3):
        v = beta * v + (1 - beta) * g[i]
        found.append(v)
    return ac.stack(found)


def three_steps_in_numpy(g, beta):
    v, found = 0.0, np.zeros(3)
    for i in range(3):
        v = beta * v + (1 - beta) * g[i]
        found[i] = v
    return found


THREE_STEPS = Exercise(three_steps, (RANDOM.normal(size=3), 0.8), [three_steps_in_numpy])
DECAY = Exercise(
    lambda w, g, rate, decay: w - rate * (g + decay * w),
    (RANDOM.normal(size=3), RANDOM.normal(size=3), 0.1, 0.5),
    [lambda w, g, rate, decay: (1 - rate * decay) * w - rate * g],
)

# -- other things that a course asks for ---------------------------------------------------------------------------


def dropout(x, mask, p):
    return x * mask / (1 - p)


DROPOUT = Exercise(
    dropout,
    (RANDOM.normal(size=(3, 4)), RANDOM.integers(0, 2, (3, 4)).astype(float), 0.3),
    [lambda x, mask, p: np.where(mask == 1, x / (1 - p), 0)],
)


def standardized(x):
    return (x - x.mean(axis=0)) / ac.std(x, axis=0)


STANDARDIZED = Exercise(
    standardized, (RANDOM.normal(2.0, 3.0, size=(4, 4)),), [lambda x: (x - x.mean(0)) / x.std(0)]
)
PENDULUM = Exercise(
    lambda angle, length: length * (1 - ac.cos(angle)),
    (0.7, 2.0),
    [lambda a, length: (length * np.sin(a), 1 - np.cos(a))],
    {"kind": "gradient"},
)
ROTATION = Exercise(
    lambda angle, x, y: ac.stack(
        [ac.cos(angle) * x - ac.sin(angle) * y, ac.sin(angle) * x + ac.cos(angle) * y]
    ),
    (0.4, 1.5, -0.5),
    [lambda a, x, y: [np.cos(a) * x - np.sin(a) * y, np.sin(a) * x + np.cos(a) * y]],
)
DIRECTION = Exercise(
    lambda x, y: ac.arctan2(y, x), (1.5, -0.5), [np.vectorize(lambda x, y: np.angle(x + 1j * y))]
)
VARIANCE = Exercise(
    lambda x: ac.var(x), (RANDOM.normal(size=9),), [np.var, lambda x: np.mean(x**2) - np.mean(x) ** 2]
)
GLOROT = Exercise(
    lambda z, n_in, n_out: z * ac.sqrt(2.0 / (n_in + n_out)),
    (RANDOM.normal(size=(3, 4)), 4.0, 3.0),
    [lambda z, n_in, n_out: z * np.sqrt(2 / (n_in + n_out))],
)
SIGMOID_SLOPE = Exercise(
    ac.sigmoid, (RANDOM.normal(size=5),), [lambda x: sigmoid(x) * (1 - sigmoid(x))], {"kind": "gradient"}
)
TANH_SLOPE = Exercise(
    ac.tanh, (RANDOM.normal(size=5),), [lambda x: 1 - np.tanh(x) ** 2], {"kind": "gradient"}
)
RELU_RULE = Exercise(
    ac.relu, (RANDOM.normal(size=8),), [lambda c, x: c * (x > 0), lambda c, x: c * (x >= 0)], {"kind": "rule"}
)
SOFTMAX = Exercise(lambda z: ac.softmax(z, axis=1), (RANDOM.normal(size=(4, 4)),), [softmax])
SOFTMAX_RULE = Exercise(
    lambda z: ac.softmax(z, axis=1),
    (RANDOM.normal(size=(4, 4)),),
    [lambda c, z: softmax(z) * (c - (c * softmax(z)).sum(1, keepdims=True))],
    {"kind": "rule"},
)
JACOBIAN = Exercise(
    lambda W, x: ac.tanh(W @ x),
    (RANDOM.normal(size=(3, 3)), RANDOM.normal(size=3)),
    [lambda W, x: (1 - np.tanh(W @ x) ** 2)[:, None] * W],
    {"kind": "jacobian", "argnums": "x"},
)
SQUARED_ERROR = Exercise(
    lambda p, y: ((p - y) ** 2).mean(),
    (RANDOM.normal(size=6), RANDOM.normal(size=6)),
    [lambda p, y: 2 * (p - y) / len(p)],
    {"kind": "gradient", "argnums": 0},
)
SQUARED_ERROR_VALUE = Exercise(
    SQUARED_ERROR.reference, SQUARED_ERROR.inputs, [lambda p, y: np.dot(p - y, p - y) / p.size]
)


CENTRAL = Exercise(
    lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / (2 * h),
    (1.0, 0.01),
    [lambda x, h: 3 * x**2 + h**2, lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / h / 2],
)
CENTRAL_OF_SINE = Exercise(
    lambda x, h: (ac.sin(x + h) - ac.sin(x - h)) / (2 * h),
    (0.7, 0.05),
    [lambda x, h: np.cos(x) * np.sin(h) / h],
)
KERNEL_MATRIX = Exercise(
    lambda X, Y, g: ac.exp(-g * ((X[:, None, :] - Y[None, :, :]) ** 2).sum(axis=2)),
    (RANDOM.normal(size=(3, 2)), RANDOM.normal(size=(4, 2)), 0.5),
    [lambda X, Y, g: np.exp(-g * distances(X, Y))],
)
REGRESSION = Exercise(
    lambda W, b, x: x @ W + b,
    (RANDOM.normal(size=3), 0.4, RANDOM.normal(size=(5, 3))),
    [lambda W, b, x: np.array([W @ row + b for row in x])],
)
SOFTMAX_JACOBIAN = Exercise(
    lambda z: ac.softmax(z, axis=0),
    (RANDOM.normal(size=4),),
    [lambda z: np.diag(softmax(z, 0)) - np.outer(softmax(z, 0), softmax(z, 0))],
    {"kind": "jacobian"},
)


def distances(x, y):
    return ((x[:, None] - y[None]) ** 2).sum(2)


# -- two layers and a batch, with a penalty --------------------------------------------------------------------------


def network(W1, b1, W2, b2, x, y, rate):
    h = ac.tanh(x @ W1 + b1)
    return F.cross_entropy(h @ W2 + b2, y) + 0.5 * rate * ((W1 * W1).sum() + (W2 * W2).sum())


def network_gradient(
    W1,
    b1,
    W2,
    b2,
    x,
    y,
    rate,
    mean=True,
    slope=lambda z, h: 1 - h**2,
    seen=lambda z, h: h,
    on_biases=0.0,
    labels=1.0,
):
    z = x @ W1 + b1
    h = np.tanh(z)
    delta = softmax(h @ W2 + b2) - labels * np.eye(3)[y]
    delta = delta / len(x) if mean else delta
    below = (delta @ W2.T) * slope(z, h)
    penalties = [rate * W1, on_biases * b1, rate * W2, on_biases * b2]
    gradients = [x.T @ below, below.sum(0), seen(z, h).T @ delta, delta.sum(0)]
    return tuple(a + b for a, b in zip(gradients, penalties, strict=True))


NETWORK = Exercise(
    network,
    (
        RANDOM.normal(size=(4, 5)),
        RANDOM.normal(size=5),
        RANDOM.normal(size=(5, 3)),
        RANDOM.normal(size=3),
        RANDOM.normal(size=(6, 4)),
        np.array([0, 1, 2, 2, 1, 0]),
        0.3,
    ),
    [network_gradient],
    {"kind": "gradient", "argnums": (0, 1, 2, 3)},
)


# -- a convolution of several channels ------------------------------------------------------------------------------


def channels(x, kernel, bias):
    return F.conv2d(x, kernel, bias, stride=2, padding=1)


def places(x, stride=2, padding=1):
    """The padded images, and where each window lies."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n = (padded.shape[2] - 3) // stride + 1
    return padded, {
        (i, j): np.s_[:, :, stride * i : stride * i + 3, stride * j : stride * j + 3]
        for i in range(n)
        for j in range(n)
    }


def channels_in_numpy(x, kernel, bias, stride=2, padding=1):
    padded, windows_of = places(x, stride, padding)
    n = max(windows_of)[0] + 1
    out = np.zeros((len(x), len(kernel), n, n))
    for (i, j), place in windows_of.items():
        out[:, :, i, j] = np.einsum("ncij,fcij->nf", padded[place], kernel) + bias
    return out


def channels_rule(cotangent, x, kernel, bias, add=True, turn=lambda k: k):
    padded, windows_of = places(x)
    share_x, share_kernel = np.zeros_like(padded), np.zeros_like(kernel)
    for (i, j), place in windows_of.items():
        c = cotangent[:, :, i, j]
        share_x[place] = np.einsum("nf,fcij->ncij", c, turn(kernel)) + (share_x[place] if add else 0)
        share_kernel += np.einsum("nf,ncij->fcij", c, padded[place])
    return share_x[:, :, 1:-1, 1:-1], share_kernel, cotangent.sum((0, 2, 3))


CHANNELS_INPUTS = (RANDOM.normal(size=(3, 3, 7, 7)), RANDOM.normal(size=(4, 3, 3, 3)), RANDOM.normal(size=4))
CHANNELS = Exercise(channels, CHANNELS_INPUTS, [channels_in_numpy])
CHANNELS_RULE = Exercise(channels, CHANNELS_INPUTS, [channels_rule], {"kind": "rule"})


# -- an optimizer's step, and batch normalization --------------------------------------------------------------------


def step(w, v, g, beta, rate):
    v = beta * v + (1 - beta) * g
    return {"w": w - rate * v, "v": v}


STEP = Exercise(step, (*RANDOM.normal(size=(3, 3)), 0.9, 0.1), [step])
NORMALIZED = Exercise(
    lambda x, scale, shift: scale * (x - x.mean(axis=0)) / ac.sqrt(ac.var(x, axis=0) + 1e-5) + shift,
    (RANDOM.normal(size=(5, 5)), RANDOM.normal(size=5), RANDOM.normal(size=5)),
    [lambda x, scale, shift: scale * (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) + shift],
)


# -- the loop over the layers -----------------------------------------------------------------------------------------


def three_layers(weights, biases, x, y):
    a = x
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a = ac.relu(W @ a + b)
    return 0.5 * ((weights[-1] @ a + biases[-1] - y) ** 2).sum()


def delta_loop(weights, biases, x, y):
    activations, a = [x], x
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a = np.maximum(W @ a + b, 0)
        activations.append(a)
    delta = weights[-1] @ a + biases[-1] - y
    by_weights, by_biases = [], []
    for i in (2, 1, 0):
        by_weights.insert(0, np.outer(delta, activations[i]))
        by_biases.insert(0, delta)
        delta = (weights[i].T @ delta) * (activations[i] > 0)
    return by_weights, by_biases


LAYERS = Exercise(
    three_layers,
    (
        [RANDOM.normal(size=(5, 3)), RANDOM.normal(size=(4, 5)), RANDOM.normal(size=(2, 4))],
        [RANDOM.normal(size=5), RANDOM.normal(size=4), RANDOM.normal(size=2)],
        RANDOM.normal(size=3),
        RANDOM.normal(size=2),
    ),
    [delta_loop],
    {"kind": "gradient", "argnums": ("weights", "biases")},
)


# -- layers ------------------------------------------------------------------------------------------------------------


class Affine:
    """A layer in NumPy, stored as n_in x n_out."""

    def __init__(self):
        self.W, self.b = np.ones((4, 3)), np.zeros(3)

    def __call__(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, cotangent):
        self.dW, self.db = self.x.T @ cotangent, cotangent.sum(0)
        return cotangent @ self.W.T


class OfTheLibrary(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(np.ones((3, 4)))
        self.bias = nn.Parameter(np.zeros(3))

    def forward(self, x):
        return x @ self.weight.T + self.bias


class OfNodes:
    """No module: attributes that are nodes."""

    def __init__(self):
        self.weight = ac.Tensor(np.ones((3, 4)), requires_grad=True)
        self.bias = ac.Tensor(np.zeros(3), requires_grad=True)

    def __call__(self, x):
        return x @ self.weight.T + self.bias


LAYER = Exercise(
    nn.Linear(4, 3),
    (RANDOM.normal(size=(5, 4)),),
    [Affine(), Affine, OfTheLibrary(), OfNodes(), nn.Linear(4, 3)],
    {"kind": "layer"},
)

EXERCISES = {name: thing for name, thing in vars().copy().items() if isinstance(thing, Exercise)}
