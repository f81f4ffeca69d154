"""Solutions with a slip each, and what the slip is called."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.autograd_core.checking import exercises as e
from tests.autograd_core.checking.exercises import sigmoid, softmax, windows

PLANTED: list[tuple[str, str, Any]] = []
"""Slip, exercise, solution."""


def plant(slip: str, exercise: str):
    def planted(solution):
        PLANTED.append((slip, exercise, solution))
        return solution

    return planted


def short(slip: str, exercise: str, solution: Any) -> None:
    PLANTED.append((slip, exercise, solution))


# -- transposed

short("transposed", "DENSE", lambda c, x, W, b: _dense(c, x, W, b, turn=True))
short("transposed", "SQUARE", lambda c, x, W, b: _dense(c, x, W, b, turn=True))
short("transposed", "JACOBIAN", lambda W, x: ((1 - np.tanh(W @ x) ** 2)[:, None] * W).T)
short("transposed", "ACCUMULATED", lambda *p: e.accumulated_gradient(*p).T)
short("transposed", "LAYERS", lambda *p: ([w.T for w in e.delta_loop(*p)[0]], e.delta_loop(*p)[1]))
short("transposed", "SQUARE", lambda c, x, W, b: (_delta(c, x, W, b) @ W.T, *e.dense_rule(c, x, W, b)[1:]))
short("transposed", "CONVOLUTION", lambda x, k: e.conv2d_in_numpy(x, k.T))


def _delta(c, x, W, b):
    return c * (1 - np.tanh(x @ W.T + b) ** 2)


def _dense(c, x, W, b, turn=False):
    share_x, share_w, share_b = e.dense_rule(c, x, W, b)
    return share_x, share_w.T if turn else share_w, share_b


# -- forgotten local derivative


@plant("forgotten local derivative", "CHAIN")
def _(x, y, w1, b1, w2, b2):
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 * w2
    return d1 * x, d1, d2 * a1, d2


@plant("forgotten local derivative", "CHAIN")
def _(x, y, w1, b1, w2, b2):
    a1 = sigmoid(w1 * x + b1)
    d2 = sigmoid(w2 * a1 + b2) - y
    d1 = d2 * w2 * a1 * (1 - a1)
    return d1 * x, d1, d2 * a1, d2


short("forgotten local derivative", "NEURON", lambda w, x, b: (x, w, 1.0))
short("forgotten local derivative", "DENSE", lambda c, x, W, b: (c @ W, c.T @ x, c.sum(0)))
short("forgotten local derivative", "SHARED", lambda x, w: (x + np.sin(x) + w, x))
short("forgotten local derivative", "JACOBIAN", lambda W, x: W)


@plant("forgotten local derivative", "LAYERS")
def _(weights, biases, x, y):
    activations, a = [x], x
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a = np.maximum(W @ a + b, 0)
        activations.append(a)
    delta = weights[-1] @ a + biases[-1] - y
    by_weights, by_biases = [], []
    for i in (2, 1, 0):
        by_weights.insert(0, np.outer(delta, activations[i]))
        by_biases.insert(0, delta)
        delta = weights[i].T @ delta
    return by_weights, by_biases


# -- forgotten second path

short("forgotten path", "SHARED", lambda x, w: (np.cos(x) * x + w, x))
short("forgotten path", "SHARED", lambda x, w: (np.sin(x) + w, x))
short("forgotten path", "SHARED", lambda x, w: (w, x))
short("forgotten path", "CROSS_ENTROPY", lambda z, y: softmax(z) / len(y))
short("forgotten path", "LOG_LOSS", lambda z, y: sigmoid(z) * (1 - y) / len(y))
short("forgotten path", "SOFTMAX_RULE", lambda c, z: softmax(z) * c)

# -- missing 1/m, a sum where a mean belongs, and the other way round

short("missing 1/m", "CROSS_ENTROPY", lambda z, y: len(y) * e.p_minus_y(z, y))
short("missing 1/m", "LOG_LOSS", lambda z, y: sigmoid(z) - y)
short("missing 1/m", "SQUARED_ERROR_VALUE", lambda p, y: np.sum((p - y) ** 2))
short("missing 1/m", "AVERAGE_POOL", lambda x: e.blocks(x).sum((2, 3)))
short("missing 1/m", "AVERAGE_POOL_RULE", lambda c, x: np.kron(c, np.ones((2, 2))))
short("missing 1/m", "VARIANCE", lambda x: np.sum((x - x.mean()) ** 2))


@plant("missing 1/m", "ACCUMULATED")
def _(theta, a, y, rate):
    total = len(a) * e.accumulated_gradient(theta, a, y, 0.0)
    total[:, 1:] += rate * theta[:, 1:]
    return total


@plant("missing 1/m", "RIDGE")
def _(W, b, x, y, rate):
    error = 2 * (x @ W + b - y)
    return x.T @ error + rate * W, error.sum()


short("mean for a sum", "DENSE", lambda *p: (*e.dense_rule(*p)[:2], _delta(*p).mean(0)))
short("mean for a sum", "LAYERS", lambda *p: tuple([g / 2 for g in part] for part in e.delta_loop(*p)))
short("mean for a sum", "ENTROPY_OF_ONE", lambda y, p: -np.mean(y * np.log(p)))
short("mean for a sum", "SIGNAL", lambda s, k: np.correlate(s, k, "valid") / len(k))
short("mean for a sum", "CONVOLUTION", lambda x, k: e.conv2d_in_numpy(x, k) / k.size)

# -- wrong sign

short("wrong sign", "CROSS_ENTROPY", lambda z, y: -e.p_minus_y(z, y))
short(
    "wrong sign",
    "LOG_LOSS_VALUE",
    lambda z, y: np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z))),
)
short("wrong sign", "CHAIN", lambda *p: tuple(-g for g in e.chain_gradient(*p)))
short("wrong sign", "PENDULUM", lambda a, length: (-length * np.sin(a), 1 - np.cos(a)))
short("wrong sign", "ENTROPY_OF_ONE", lambda y, p: np.sum(y * np.log(p)))

# -- off by one window


@plant("off by one", "STRIDED")
def _(image, kernel, stride):
    out = np.zeros((3, 3))
    for o, (rows, columns) in windows(image, kernel, stride):
        part = image[rows.start + 1 : rows.stop + 1, columns.start + 1 : columns.stop + 1]
        out[o] = np.sum(part * kernel[: part.shape[0], : part.shape[1]])
    return out


@plant("off by one", "CONVOLUTION")
def _(image, kernel):
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            out[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    return out[:, :]


@plant("off by one", "CONVOLUTION")
def _(image, kernel):
    out = np.zeros((4, 4))
    for i in range(3):
        for j in range(4):
            out[i, j] = np.sum(image[i : i + 3, j : j + 3] * kernel)
    return out


@plant("off by one", "MAX_POOL")
def _(x):
    out = np.zeros((3, 3))
    for i, j in np.ndindex(3, 3):
        out[i, j] = x[2 * i : 2 * i + 2, 2 * j + 1 : 2 * j + 3].max()
    return out


short("off by one", "SIGNAL", lambda s, k: np.correlate(s, k, "valid")[:-1])
short("off by one", "THREE_STEPS", lambda g, beta: np.append(0.0, e.three_steps_in_numpy(g, beta)[:-1]))

# -- kernel flipped

short("kernel flipped", "CONVOLUTION", lambda x, k: e.conv2d_in_numpy(x, k[::-1, ::-1]))
short("kernel flipped", "STRIDED", lambda x, k, s: e.conv2d_in_numpy(x, k[::-1, ::-1], s))
short("kernel flipped", "SIGNAL", lambda s, k: np.convolve(s, k, "valid"))
short(
    "kernel flipped",
    "CONVOLUTION_RULE",
    lambda c, x, k: (e.conv2d_rule(c, x, k[::-1, ::-1])[0], e.conv2d_rule(c, x, k)[1]),
)
short(
    "kernel flipped",
    "CONVOLUTION_RULE",
    lambda c, x, k: (e.conv2d_rule(c, x, k)[0], e.conv2d_rule(c, x, k)[1][::-1, ::-1]),
)
short("kernel flipped", "CONVOLUTION", lambda x, k: e.conv2d_in_numpy(x, k[::-1]))

# -- bias penalised

short(
    "bias penalised",
    "RIDGE",
    lambda W, b, x, y, rate: (
        e.ridge_gradient(W, b, x, y, rate)[0],
        e.ridge_gradient(W, b, x, y, rate)[1] + rate * b,
    ),
)
short(
    "bias penalised",
    "ACCUMULATED",
    lambda theta, a, y, rate: e.accumulated_gradient(theta, a, y, 0.0) + rate * theta,
)
short(
    "bias penalised",
    "RIDGE_VALUE",
    lambda W, b, x, y, rate: np.mean((x @ W + b - y) ** 2) + rate / 2 * (np.sum(W**2) + b**2),
)
short("penalty forgotten", "RIDGE", lambda W, b, x, y, rate: e.ridge_gradient(W, b, x, y, 0.0))
short("penalty forgotten", "ACCUMULATED", lambda theta, a, y, rate: e.accumulated_gradient(theta, a, y, 0.0))

# -- factor of two

short("factor of two", "SQUARED_ERROR", lambda p, y: (p - y) / len(p))
short("factor of two", "SQUARED_ERROR_VALUE", lambda p, y: np.mean((p - y) ** 2) / 2)
short("factor of two", "CHAIN", lambda *p: tuple(2 * g for g in e.chain_gradient(*p)))
short(
    "factor of two",
    "RIDGE",
    lambda W, b, x, y, rate: (
        e.ridge_gradient(W, b, x, y, 2 * rate)[0] / 2,
        e.ridge_gradient(W, b, x, y, rate)[1] / 2,
    ),
)

# -- not added but overwritten

short("overwritten", "SHARED", lambda x, w: (w, x))


@plant("overwritten", "CONVOLUTION_RULE")
def _(cotangent, image, kernel):
    share_image, share_kernel = np.zeros_like(image), np.zeros_like(kernel)
    for o, place in windows(image, kernel):
        share_image[place] = cotangent[o] * kernel
        share_kernel += cotangent[o] * image[place]
    return share_image, share_kernel


@plant("overwritten", "STRIDED_RULE")
def _(cotangent, image, kernel, stride):
    share_image, share_kernel = np.zeros_like(image), np.zeros_like(kernel)
    for o, place in windows(image, kernel, stride):
        share_image[place] = cotangent[o] * kernel
        share_kernel += cotangent[o] * image[place]
    return share_image, share_kernel


@plant("only one term", "DENSE")
def _(cotangent, x, W, b):
    delta = _delta(cotangent, x, W, b)
    for n in range(len(x)):
        share_w = np.outer(delta[n], x[n])
        share_b = delta[n]
    return delta @ W, share_w, share_b


@plant("only one term", "ACCUMULATED")
def _(theta, a, y, rate):
    one = e.accumulated_gradient(theta, a[-1:], y[-1:], 0.0) / len(a)
    one[:, 1:] += rate * theta[:, 1:]
    return one


@plant("only one term", "SQUARED_ERROR_VALUE")
def _(p, y):
    for one, other in zip(p, y, strict=True):
        total = (one - other) ** 2
    return total / len(p)


@plant("only one term", "ENTROPY_OF_ONE")
def _(y, p):
    for one, other in zip(y, p, strict=True):
        return -one * np.log(other)
    return 0.0


# -- degrees

short("degrees", "PENDULUM", lambda a, length: (length * np.sin(np.deg2rad(a)), 1 - np.cos(np.deg2rad(a))))
short("degrees", "ROTATION", lambda a, x, y: e.ROTATION.right[0](np.deg2rad(a), x, y))
short("degrees", "DIRECTION", lambda x, y: np.rad2deg(np.arctan2(y, x)))
short("degrees", "SHARED", lambda x, w: (math.cos(math.radians(x)) * x + math.sin(math.radians(x)) + w, x))

# -- y for x

short("y for x", "SIGMOID_SLOPE", lambda x: x * (1 - x))
short("y for x", "TANH_SLOPE", lambda x: 1 - x**2)
short("y for x", "SIGMOID_SLOPE", lambda x: sigmoid(sigmoid(x)) * (1 - sigmoid(sigmoid(x))))


@plant("y for x", "CHAIN")
def _(x, y, w1, b1, w2, b2):
    slope = lambda z: sigmoid(z) * (1 - sigmoid(z))  # noqa: E731
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    d2 = (a2 - y) * slope(a2)
    d1 = d2 * w2 * slope(a1)
    return d1 * x, d1, d2 * a1, d2


@plant("y for x", "DENSE")
def _(cotangent, x, W, b):
    delta = cotangent * (1 - (x @ W.T + b) ** 2)
    return delta @ W, delta.T @ x, delta.sum(0)


@plant("activation for its input", "CHAIN")
def _(x, y, w1, b1, w2, b2):
    d1x, d1, _, d2 = e.chain_gradient(x, y, w1, b1, w2, b2)
    return d1x, d1, d2 * (w1 * x + b1), d2


@plant("activation for its input", "LAYERS")
def _(weights, biases, x, y):
    seen, a = [x], x
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        z = W @ a + b
        a = np.maximum(z, 0)
        seen.append(z)
    delta = weights[-1] @ a + biases[-1] - y
    by_weights, by_biases = [], []
    for i in (2, 1, 0):
        by_weights.insert(0, np.outer(delta, seen[i]))
        by_biases.insert(0, delta)
        delta = (weights[i].T @ delta) * (seen[i] > 0)
    return by_weights, by_biases


# -- wrong axis

short("wrong axis", "SOFTMAX", lambda z: softmax(z, 0))
short("wrong axis", "STANDARDIZED", lambda x: ((x.T - x.mean(1)) / x.std(1)).T)
short("wrong axis", "STANDARDIZED", lambda x: (x - x.mean()) / x.std(0))
short("wrong axis", "CROSS_ENTROPY", lambda z, y: (softmax(z, 0) - np.eye(3)[y]) / len(y))
short("wrong axis", "SOFTMAX_RULE", lambda c, z: softmax(z, 0) * (c - (c * softmax(z, 0)).sum(0)))

# -- another logarithm

short("another logarithm", "ENTROPY_OF_ONE", lambda y, p: -np.sum(y * np.log2(p)))
short("another logarithm", "CROSS_ENTROPY_VALUE", lambda z, y: -np.log10(softmax(z)[np.arange(4), y]).mean())
short(
    "another logarithm",
    "LOG_LOSS_VALUE",
    lambda z, y: -np.mean(y * np.log2(sigmoid(z)) + (1 - y) * np.log2(1 - sigmoid(z))),
)

# -- broadcast

short("broadcast", "SQUARED_ERROR_VALUE", lambda p, y: np.mean((p[:, None] - y) ** 2))
short("broadcast", "LOG_LOSS_VALUE", lambda z, y: _mixed_log_loss(z[:, None], y))
short(
    "broadcast",
    "RIDGE_VALUE",
    lambda W, b, x, y, rate: np.mean(((x @ W + b)[:, None] - y) ** 2) + rate / 2 * np.sum(W**2),
)


def _mixed_log_loss(z, y):
    p = sigmoid(z)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# -- the cotangent

short("cotangent not used", "RELU_RULE", lambda c, x: 1.0 * (x > 0))
short("cotangent not used", "DENSE", lambda c, x, W, b: e.dense_rule(np.ones_like(c), x, W, b))
short("cotangent not used", "CONVOLUTION_RULE", lambda c, x, k: e.conv2d_rule(np.ones_like(c), x, k))

# -- not summed

short("not summed", "DENSE", lambda *p: (*e.dense_rule(*p)[:2], _delta(*p)))
short(
    "not summed",
    "RIDGE",
    lambda W, b, x, y, rate: (e.ridge_gradient(W, b, x, y, rate)[0], 2 * (x @ W + b - y) / len(y)),
)


class _NotSummed(e.Affine):
    def backward(self, cotangent):
        self.dW, self.db = self.x.T @ cotangent, cotangent
        return cotangent @ self.W.T


class _Minus(e.OfTheLibrary):
    def forward(self, x):
        return x @ self.weight.T - self.bias


class _WithoutBias(e.Affine):
    def __call__(self, x):
        self.x = x
        return x @ self.W


class _Turned(e.Affine):
    def backward(self, cotangent):
        self.dW, self.db = -self.x.T @ cotangent, cotangent.sum(0)
        return cotangent @ self.W.T


short("not summed", "LAYER", _NotSummed())
short("wrong sign", "LAYER", _Minus())
short("forgotten term", "LAYER", _WithoutBias())
short("wrong sign", "LAYER", _Turned())

# -- functions, factors and terms that are left out

short("forgotten function", "GLOROT", lambda z, n_in, n_out: z * 2 / (n_in + n_out))
short("forgotten function", "STANDARDIZED", lambda x: (x - x.mean(0)) / x.var(0))
short("forgotten function", "SOFTMAX", lambda z: np.exp(z))
short("forgotten factor", "MOMENTUM", lambda v, g, beta: beta * v + g)
short(
    "forgotten factor",
    "THREE_STEPS",
    lambda g, beta: [g[0], beta * g[0] + g[1], beta**2 * g[0] + beta * g[1] + g[2]],
)
short("forgotten factor", "DROPOUT", lambda x, mask, p: x * mask)
short("forgotten factor", "DECAY", lambda w, g, rate, decay: w - rate * (g + w))
short("forgotten term", "LOG_LOSS_VALUE", lambda z, y: -np.mean(y * np.log(sigmoid(z))))
short("forgotten term", "MOMENTUM", lambda v, g, beta: (1 - beta) * g)
short("forgotten term", "DECAY", lambda w, g, rate, decay: w - rate * g)
short("wrong sign", "DECAY", lambda w, g, rate, decay: w + rate * (g + decay * w))
short(
    "wrong sign", "ROTATION", lambda a, x, y: [np.cos(a) * x + np.sin(a) * y, np.sin(a) * x + np.cos(a) * y]
)
short("wrong sign", "DECAY", lambda w, g, rate, decay: w - rate * (g - decay * w))
short("p for 1 - p", "DROPOUT", lambda x, mask, p: x * mask / p)
short("p for 1 - p", "MOMENTUM", lambda v, g, beta: (1 - beta) * v + beta * g)
short(
    "p for 1 - p",
    "LOG_LOSS_VALUE",
    lambda z, y: -np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(sigmoid(z))),
)

# -- activations, maxima, inputs

short("another activation", "DENSE", lambda c, x, W, b: _with_slope(c, x, W, np.tanh(x @ W.T + b)))
short("another activation", "SIGMOID_SLOPE", lambda x: 1 - np.tanh(x) ** 2)
short("another activation", "SHARED", lambda x, w: (-np.sin(x) * x + np.sin(x) + w, x))


def _with_slope(c, x, W, y):
    delta = c * y * (1 - y)
    return delta @ W, delta.T @ x, delta.sum(0)


short("mask turned round", "RELU_RULE", lambda c, x: c * (x < 0))
short("mask turned round", "RELU_RULE", lambda c, x: np.maximum(c, 0))
short("maximum or mean", "MAX_POOL", lambda x: e.blocks(x).mean((2, 3)))
short("maximum or mean", "AVERAGE_POOL", lambda x: e.blocks(x).max((2, 3)))
short("maximum or mean", "MAX_POOL_RULE", lambda c, x: np.kron(c, np.ones((2, 2))) / 4)
short("each by its own input", "SOFTMAX_RULE", lambda c, z: c * softmax(z) * (1 - softmax(z)))
short("wrong input", "NEURON", lambda w, x, b: e.neuron_gradient(x, w, b))
short("wrong input", "DECAY", lambda w, g, rate, decay: g - rate * (w + decay * g))
short("wrong input", "GLOROT", lambda z, n_in, n_out: z * np.sqrt(2 / (n_in + n_in)))
short("other order", "NEURON", lambda *p: e.neuron_gradient(*p)[::-1])
short("other order", "CHAIN", lambda *p: (lambda a, b, c, d: (c, d, a, b))(*e.chain_gradient(*p)))
short("other order", "DENSE", lambda *p: (lambda x, W, b: (W, b, x))(*e.dense_rule(*p)))

# -- shapes, numbers, another question

short("another shape", "SQUARED_ERROR", lambda p, y: (2 * (p - y) / len(p))[:, None])
short("another shape", "CONVOLUTION", lambda x, k: e.conv2d_in_numpy(x, k).ravel())
short("another shape", "SIGNAL", lambda s, k: np.correlate(s, k, "valid").reshape(1, -1))
short("whole numbers", "CONVOLUTION", lambda x, k: e.conv2d_in_numpy(x, k).astype(int))
short("whole numbers", "SIGNAL", lambda s, k: np.correlate(s, k, "valid").astype(np.int64))
short("whole numbers", "MAX_POOL", lambda x: e.blocks(x).max((2, 3)).astype(int))
short("never filled in", "CONVOLUTION_RULE", lambda c, x, k: (np.zeros_like(x), e.conv2d_rule(c, x, k)[1]))
short("never filled in", "CONVOLUTION", lambda x, k: np.zeros((4, 4)))
short("never filled in", "DENSE", lambda *p: (*e.dense_rule(*p)[:2], np.zeros(3)))
short("another question", "SQUARED_ERROR", lambda p, y: np.mean((p - y) ** 2))
short("another question", "SQUARED_ERROR_VALUE", lambda p, y: 2 * (p - y) / len(p))
short("another question", "SIGMOID_SLOPE", sigmoid)
short("stride or padding", "STRIDED", lambda x, k, s: e.conv2d_in_numpy(x, k, 1))
short(
    "stride or padding",
    "MAX_POOL",
    lambda x: np.array([[x[i : i + 2, j : j + 2].max() for j in range(5)] for i in range(5)]),
)
short("stride or padding", "BOARD", lambda x, k, s: e.conv2d_in_numpy(x, k, 1))
short("n - 1 for n", "VARIANCE", lambda x: np.var(x, ddof=1))
short("n - 1 for n", "SQUARED_ERROR_VALUE", lambda p, y: np.sum((p - y) ** 2) / (len(p) - 1))
short("wrong sign", "SHARED", lambda x, w: (np.cos(x) * x - np.sin(x) + w, x))
short("wrong sign", "SHARED", lambda x, w: (np.cos(x) * x + np.sin(x) - w, x))
short("exchanged operands", "GLOROT", lambda z, n_in, n_out: z * np.sqrt((n_in + n_out) / 2))
short("exchanged operands", "DIRECTION", lambda x, y: np.arctan2(x, y))

# -- difference quotients and kernels

short("one-sided difference", "CENTRAL", lambda x, h: ((x + h) ** 3 - x**3) / h)
short("one-sided difference", "CENTRAL", lambda x, h: (x**3 - (x - h) ** 3) / h)
short("one-sided difference", "CENTRAL_OF_SINE", lambda x, h: (np.sin(x + h) - np.sin(x)) / h)
short("factor of two", "CENTRAL", lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / h)
short("divided for multiplied", "CENTRAL", lambda x, h: ((x + h) ** 3 - (x - h) ** 3) / 2 * h)
short("divided for multiplied", "CENTRAL_OF_SINE", lambda x, h: (np.sin(x + h) - np.sin(x - h)) / 2 * h)
short("divided for multiplied", "DROPOUT", lambda x, mask, p: x * mask * (1 - p))
short(
    "degrees",
    "CENTRAL_OF_SINE",
    lambda x, h: (math.sin(math.radians(x + h)) - math.sin(math.radians(x - h))) / (2 * h),
)
short("a function too many", "KERNEL_MATRIX", lambda X, Y, g: np.exp(-g * np.sqrt(e.distances(X, Y))))
short("a function too many", "REGRESSION", lambda W, b, x: sigmoid(x @ W + b))
short("a function too many", "REGRESSION", lambda W, b, x: np.maximum(x @ W + b, 0))
short("a function too many", "SQUARED_ERROR_VALUE", lambda p, y: np.sqrt(np.mean((p - y) ** 2)))
short("another activation", "KERNEL_MATRIX", lambda X, Y, g: np.exp(-g * np.abs(X[:, None] - Y[None]).sum(2)))
short("transposed", "KERNEL_MATRIX", lambda X, Y, g: np.exp(-g * e.distances(Y, X)))
short("wrong sign", "KERNEL_MATRIX", lambda X, Y, g: np.exp(g * e.distances(X, Y)))
short("forgotten term", "REGRESSION", lambda W, b, x: x @ W)
short("each by its own input", "SOFTMAX_JACOBIAN", lambda z: np.diag(softmax(z, 0) * (1 - softmax(z, 0))))
short("forgotten path", "SOFTMAX_JACOBIAN", lambda z: np.diag(softmax(z, 0)))
short(
    "wrong sign",
    "SOFTMAX_JACOBIAN",
    lambda z: np.outer(softmax(z, 0), softmax(z, 0)) - np.diag(softmax(z, 0)),
)

# -- a network of two layers

short("missing 1/m", "NETWORK", lambda *p: e.network_gradient(*p, mean=False))
short("forgotten local derivative", "NETWORK", lambda *p: e.network_gradient(*p, slope=lambda z, h: 1))
short("y for x", "NETWORK", lambda *p: e.network_gradient(*p, slope=lambda z, h: 1 - z**2))
short("another activation", "NETWORK", lambda *p: e.network_gradient(*p, slope=lambda z, h: h * (1 - h)))
short("activation for its input", "NETWORK", lambda *p: e.network_gradient(*p, seen=lambda z, h: z))
short("forgotten path", "NETWORK", lambda *p: e.network_gradient(*p, labels=0.0))
short("wrong sign", "NETWORK", lambda *p: tuple(-g for g in e.network_gradient(*p)))
short("bias penalised", "NETWORK", lambda *p: e.network_gradient(*p, on_biases=p[-1]))
short("penalty forgotten", "NETWORK", lambda *p: e.network_gradient(*p[:-1], 0.0))
short("factor of two", "NETWORK", lambda *p: e.network_gradient(*p[:-1], 2 * p[-1]))
short("other order", "NETWORK", lambda *p: [e.network_gradient(*p)[i] for i in (2, 3, 0, 1)])


@plant("only one term", "NETWORK")
def _(W1, b1, W2, b2, x, y, rate):
    for n in range(len(x)):
        found = e.network_gradient(W1, b1, W2, b2, x[n : n + 1], y[n : n + 1], 0.0)
    penalties = (rate * W1, 0, rate * W2, 0)
    return [g / len(x) + p for g, p in zip(found, penalties, strict=True)]


# -- channels

short("kernel flipped", "CHANNELS", lambda x, k, b: e.channels_in_numpy(x, k[:, :, ::-1, ::-1], b))
short("stride or padding", "CHANNELS", lambda x, k, b: e.channels_in_numpy(x, k, b, stride=1))
short("stride or padding", "CHANNELS", lambda x, k, b: e.channels_in_numpy(x, k, b, padding=0))
short("forgotten term", "CHANNELS", lambda x, k, b: e.channels_in_numpy(x, k, 0 * b))
short("only one term", "CHANNELS", lambda x, k, b: e.channels_in_numpy(x[:, -1:], k[:, -1:], b))
short("off by one", "CHANNELS", lambda x, k, b: e.channels_in_numpy(x, k, b)[:, :, :-1, :-1])
short("overwritten", "CHANNELS_RULE", lambda c, x, k, b: e.channels_rule(c, x, k, b, add=False))
short(
    "kernel flipped",
    "CHANNELS_RULE",
    lambda c, x, k, b: e.channels_rule(c, x, k, b, turn=lambda w: w[:, :, ::-1, ::-1]),
)
short("not summed", "CHANNELS_RULE", lambda c, x, k, b: (*e.channels_rule(c, x, k, b)[:2], c.sum((2, 3))))
short("cotangent not used", "CHANNELS_RULE", lambda c, x, k, b: e.channels_rule(np.ones_like(c), x, k, b))

# -- a step, and batch normalization

short(
    "forgotten factor",
    "STEP",
    lambda w, v, g, beta, rate: {"w": w - rate * (beta * v + g), "v": beta * v + g},
)
short("forgotten factor", "STEP", lambda w, v, g, beta, rate: e.step(w, v, g, beta, 1.0))
short("wrong sign", "STEP", lambda w, v, g, beta, rate: e.step(w, v, g, beta, -rate))
short("p for 1 - p", "STEP", lambda w, v, g, beta, rate: e.step(w, v, g, 1 - beta, rate))
short("forgotten term", "STEP", lambda w, v, g, beta, rate: e.step(w, 0 * v, g, beta, rate))
short("wrong axis", "NORMALIZED", lambda x, scale, shift: scale * _normal(x, 1) + shift)
short("n - 1 for n", "NORMALIZED", lambda x, scale, shift: scale * _normal(x, 0, 1) + shift)
short("forgotten factor", "NORMALIZED", lambda x, scale, shift: _normal(x, 0) + shift)
short(
    "forgotten function",
    "NORMALIZED",
    lambda x, scale, shift: scale * (x - x.mean(0)) / (x.var(0) + 1e-5) + shift,
)
short("wrong input", "NORMALIZED", lambda x, scale, shift: shift * _normal(x, 0) + scale)
short("maximum or mean", "MAX_POOL", lambda x: e.blocks(x).min((2, 3)))
short("mask turned round", "RELU_RULE", lambda c, x: np.maximum(c, 0) * (x > 0))
short("exchanged operands", "PENDULUM", lambda a, length: (length * np.sin(a), np.cos(a) - 1))


def _normal(x, axis, ddof=0):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True, ddof=ddof) + 1e-5)
