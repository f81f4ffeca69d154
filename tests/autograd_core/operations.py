"""Every operation of the library, tamed: defined, smooth and of moderate size for whatever comes in.

An entry is ``name: function``, or ``name: variant`` where one is not enough. A function takes one operand
or several, and, if it has a parameter ``k``, a small number from which it reads its choices (axes, modes,
on which side of a corner it works). Corners, jumps and ties are avoided by construction, not by luck: the
operands of ``abs``, ``floor`` or ``max`` are first moved between the corners, or away from each other.
"""

import inspect
from functools import cache, wraps

import numpy as np

import nn.functional as a
from autograd_core import (
    Node,
    calculus,
    fft,
    linalg,
    structure,
)
from autograd_core.primitive import Elementwise

c, s, la, f = calculus, structure, linalg, fft
CHOICES = 12  # the numbers k that an operation may be given: 0 to 11

# -- shapes and places, made of operations of the library so that gradients flow through them -----------


def shape(x):
    return getattr(x, "shape", ())


def size(x):
    return int(np.prod(shape(x), dtype=int))


def axis(x, k):
    """One of the axes, counted from the front or from the back."""
    n = len(shape(x))
    return k % (2 * n) - n


def fit(x, *wanted):
    """An array of this shape: ``x`` itself, or its elements in a row, repeated or cut, and told apart."""
    if shape(x) == wanted:
        return x
    count = int(np.prod(wanted, dtype=int))
    elements = s.take(s.reshape(x, (size(x),)), np.arange(count) % size(x))
    return s.reshape(elements + 0.3 * np.sin(1.3 * np.arange(count)), wanted)


def full(x):
    """With one axis at least."""
    return x if len(shape(x)) else fit(x, 3)


def row(x):
    return x if len(shape(x)) == 1 else fit(x, 4)


def matrix(x):
    return x if len(shape(x)) == 2 else fit(x, 2, 3)


def box(x):
    return x if len(shape(x)) == 3 else fit(x, 2, 3, 2)


def first(x):
    """One number: a Value as it is, of an array an element."""
    return s.getitem(s.reshape(x, -1), 0) if len(shape(x)) else x


def array(x):
    """A Value as a Tensor, everything else as it is."""
    return s.reshape(x, shape(x))


def alike(x, y):
    """``y`` in the shape of ``x``."""
    return fit(y, *shape(x))


def numbered(of, k):
    """A whole number for each place, beginning with k."""
    return k if not of else (5 * np.arange(int(np.prod(of, dtype=int))) + k).reshape(of)


def mask(x, k):
    """Some of the places of ``x``."""
    return numbered(shape(x), k) % 3 == 0


def among(x, k, *corners):
    """Numbers well between the corners, a different interval from place to place."""
    edges = np.array([corners[0] - 1.0, *corners, corners[-1] + 1.0])
    interval = numbered(shape(x), k) % (len(corners) + 1)
    low, high = edges[interval], edges[interval + 1]
    if not shape(x):
        low, high = float(low), float(high)
    return (low + high) / 2 + c.tanh(x) * (0.4 * (high - low))


def missing(x, k, tame=c.tanh):
    """Three by three, with no more than one NaN in a row or column."""
    x = fit(x, 3, 3)
    gaps = np.roll(np.eye(3, dtype=bool), k, 0) & (np.arange(3) < 2)
    return c.where(gaps, np.nan, tame(x) if tame is c.tanh else tame(x, k))


def apart(x, k):
    """Numbers of which no two are close, in an order that depends on k."""
    n = size(x)
    order = np.random.default_rng(k).permutation(n).reshape(shape(x))
    return (order - (n - 1) / 2 + 0.4 * c.tanh(x)) * (3.0 / n)


def beside(x, k):
    """Numbers that are all above 1 or below -1."""
    return (1 - 2 * (numbered(shape(x), k) % 2)) * (1.5 + 0.4 * c.tanh(x))


def unit(x):
    """Between -1 and 1."""
    return c.tanh(x)


def above(x, low=0.5):
    """Above the bound, by 1 at most."""
    return low + c.sigmoid(x)


# -- matrices, from batches of them (k odd) to one -------------------------------------------------------


def batch(k):
    return (2,) * (k % 2)


def square(x, k):
    """Invertible: the diagonal outweighs the rest of its row."""
    return 0.5 * c.tanh(fit(x, *batch(k), 3, 3)) + 2.2 * np.eye(3)


def symmetric(x, k):
    """With eigenvalues near 1, 3 and 5."""
    m = 0.2 * c.tanh(fit(x, *batch(k), 3, 3))
    return m + s.matrix_transpose(m) + np.diag([1.5, 3.5, 5.5])


def real(x, k):
    """Not symmetric, with real eigenvalues near 1, 3 and 5."""
    return 0.2 * c.tanh(fit(x, *batch(k), 3, 3)) + np.diag([1.0, 5.0, 3.0])


def oblong(x, k):
    """Three by two, or two by three, with singular values near 3 and 1.5."""
    rows, columns = ((3, 2), (2, 3))[k // 2 % 2]
    return 0.2 * c.tanh(fit(x, *batch(k), rows, columns)) + np.eye(rows, columns) * 1.5 * (
        1 + np.arange(rows)[:, None]
    )


def pairs(x, k):
    """Complex numbers, on one or two axes."""
    return fit(x, 4, 2) if k % 2 else fit(x, 2, 3, 2)


def pair_axis(k):
    """An axis of what :func:`pairs` gives for the same k, not counting that of the pairs."""
    return -1 if k % 2 else k // 2 % 2


WHOLE = (-1.0, 0.0, 1.0)
NORMS = ["backward", "ortho", "forward", None]


def without_signs(values, vectors):
    """Eigenvalues, and of the vectors what does not depend on their signs."""
    return s.concatenate([values[..., None, :], vectors * vectors], -2)


def singular(u, values, vh):
    v = s.matrix_transpose(vh)
    return s.concatenate([without_signs(values, u), without_signs(values, v)], -2)


# -- the table -------------------------------------------------------------------------------------------

CALCULUS = {
    "add": lambda x, y: c.add(x, y),
    "add: operator": lambda x, y: x + y,
    "subtract": lambda x, y: c.subtract(x, y),
    "subtract: operator": lambda x, y: x - y,
    "multiply": lambda x, y: c.multiply(x, y),
    "multiply: operator": lambda x, y: x * y,
    "divide": lambda x, y, k: c.divide(x, among(y, k, -0.5, 0.5) + 1.2),
    "divide: operator": lambda x, y: x / above(y),
    "power": lambda x, y: c.power(above(x), unit(y)),
    "power: operator": lambda x, y: above(x) ** unit(y),
    "power: number": lambda x, k: above(x) ** (k % 4 - 1),
    "power: whole number": lambda x, k: unit(x) ** (k % 4),
    "power: of a number": lambda x: c.power(2.0, unit(x)),
    "float_power": lambda x, y: c.float_power(above(x), unit(y)),
    "negative": lambda x: c.negative(x),
    "reciprocal": lambda x: c.reciprocal(above(x)),
    "square": lambda x: c.square(x),
    "sqrt": lambda x: c.sqrt(above(x)),
    "cbrt": lambda x: c.cbrt(above(x)),
    "exp": lambda x: c.exp(unit(x)),
    "exp2": lambda x: c.exp2(unit(x)),
    "expm1": lambda x: c.expm1(unit(x)),
    "log": lambda x: c.log(c.square(x) + 1.0),
    "log2": lambda x: c.log2(above(x)),
    "log10": lambda x: c.log10(above(x)),
    "log1p": lambda x: c.log1p(c.square(x)),
    "logaddexp": lambda x, y: c.logaddexp(x, y),
    "logaddexp2": lambda x, y: c.logaddexp2(x, y),
    "sin": lambda x: c.sin(x),
    "cos": lambda x: c.cos(x),
    "tan": lambda x: c.tan(unit(x)),
    "arcsin": lambda x: c.arcsin(0.8 * unit(x)),
    "arccos": lambda x: c.arccos(0.8 * unit(x)),
    "arctan": lambda x: c.arctan(x),
    "arctan2": lambda x, y: c.arctan2(x, above(y)),
    "hypot": lambda x, y: c.hypot(x, above(y)),
    "sinc": lambda x: c.sinc(unit(x)),
    "deg2rad": lambda x: c.deg2rad(x),
    "rad2deg": lambda x: c.rad2deg(x * 0.02),
    "radians": lambda x: c.radians(x),
    "degrees": lambda x: c.degrees(x * 0.02),
    "sinh": lambda x: c.sinh(unit(x)),
    "cosh": lambda x: c.cosh(unit(x)),
    "tanh": lambda x: c.tanh(x),
    "arcsinh": lambda x: c.arcsinh(x),
    "arccosh": lambda x: c.arccosh(above(x, 1.5)),
    "arctanh": lambda x: c.arctanh(0.8 * unit(x)),
    "erf": lambda x: c.erf(x),
    "erfc": lambda x: c.erfc(x),
    "erfinv": lambda x: c.erfinv(0.7 * unit(x)),
    "polygamma": lambda x, k: c.polygamma(k % 3, above(x, 1.5)),
    "digamma": lambda x: c.digamma(above(x)),
    "lgamma": lambda x: c.lgamma(above(x)),
    "step": lambda x, y, k: c.step(unit(x), beside(y, k)) * x,
    "sign": lambda x, k: c.sign(among(x, k, 0.0)) * x,
    "abs": lambda x, k: c.abs(among(x, k, 0.0)),
    "maximum": lambda x, y, k: c.maximum(unit(x), beside(y, k)),
    "maximum: of itself": lambda x: c.maximum(x, x),
    "minimum": lambda x, y, k: c.minimum(unit(x), beside(y, k)),
    "clip": lambda x, k: c.clip(among(x, k, -1.0, 1.0), -1.0, 1.0),
    "clip: bounds that move": lambda x, y, k: c.clip(
        among(x, k, -1.0, 1.0), unit(y) * 0.1 - 1, 1 + unit(y) * 0.1
    ),
    "fmax": lambda x, y, k: c.fmax(unit(x), beside(y, k)),
    "fmin": lambda x, y, k: c.fmin(unit(x), beside(y, k)),
    "copysign": lambda x, y, k: c.copysign(among(x, k, 0.0), among(y, k // 2, 0.0)),
    "nan_to_num": lambda x: c.nan_to_num(x),
    "floor": lambda x, k: c.floor(among(x, k, *WHOLE)) + x,
    "ceil": lambda x, k: c.ceil(among(x, k, *WHOLE)) * x,
    "rint": lambda x, k: c.rint(among(x, k, -0.5, 0.5)) - x,
    "trunc": lambda x, k: c.trunc(among(x, k, *WHOLE)) * x,
    "floor_divide": lambda x, y, k: c.floor_divide(among(x, k, *WHOLE) * above(y), above(y)) * x,
    "remainder": lambda x, y, k: c.remainder(among(x, k, *WHOLE) * above(y), above(y)),
    "fmod": lambda x, y, k: c.fmod(among(x, k, *WHOLE) * above(y), above(y)),
    "where": lambda x, y, k: c.where(mask(x, k), x, y),
    "where: the condition broadcasts": lambda x, y, k: c.where(k % 2 == 0, x, y),
    "heaviside": lambda x, y, k: c.heaviside(among(x, k, 0.0), 0.5) * y,
    "i0": lambda x: c.i0(unit(x)),
    "i1": lambda x: c.i1(unit(x)),
    "relu": lambda x, k: c.relu(among(x, k, 0.0)),
    "sigmoid": lambda x: c.sigmoid(x),
    "softplus": lambda x: c.softplus(x),
}


def of_any(activation):
    """An activation of ``nn``, which makes tensors of plain numbers, as the engine's own functions take them."""

    def applied(x, **k):
        y = activation(x, **k)
        return y if isinstance(x, Node) else y.data[()]

    return wraps(activation)(applied)


ACTIVATIONS = {
    "leaky_relu": lambda x, k: a.leaky_relu(among(x, k, 0.0), 0.1),
    "elu": lambda x, k: a.elu(among(x, k, 0.0), 0.7),
    "celu": lambda x, k: a.celu(among(x, k, 0.0), 1.3),
    "selu": lambda x, k: a.selu(among(x, k, 0.0)),
    "gelu": lambda x: a.gelu(x),
    "gelu: tanh": lambda x: a.gelu(x, approximate="tanh"),
    "silu": lambda x: a.silu(x),
    "mish": lambda x: a.mish(x),
    "softsign": lambda x, k: a.softsign(among(x, k, 0.0)),
    "logsigmoid": lambda x: a.logsigmoid(x),
    "relu6": lambda x, k: a.relu6(among(x, k, 0.0, 6.0)),
    "hardtanh": lambda x, k: a.hardtanh(among(x, k, -1.0, 1.0)),
    "hardsigmoid": lambda x, k: a.hardsigmoid(among(x, k, -3.0, 3.0)),
    "hardswish": lambda x, k: a.hardswish(among(x, k, -3.0, 3.0)),
    "hardshrink": lambda x, k: a.hardshrink(among(x, k, -0.5, 0.5)),
    "softshrink": lambda x, k: a.softshrink(among(x, k, -0.5, 0.5)),
    "tanhshrink": lambda x: a.tanhshrink(x),
    "threshold": lambda x, k: a.threshold(among(x, k, 0.3), 0.3, -1.0),
}

ACTIVATIONS = {name: of_any(activation) for name, activation in ACTIVATIONS.items()}

STRUCTURE = {
    # reductions
    "sum": lambda x, k: s.sum(full(x), axis(full(x), k), keepdims=k > 5),
    "sum: all": lambda x: s.sum(x),
    "sum: two axes": lambda x, k: s.sum(box(x), (0, -1), keepdims=k > 5),
    "sum: where": lambda x, k: s.sum(full(x), axis(full(x), k), where=mask(full(x), 0), initial=0.5),
    "mean": lambda x, k: s.mean(full(x), axis(full(x), k), keepdims=k > 5),
    "mean: all": lambda x: s.mean(x),
    "prod": lambda x, k: s.prod(full(unit(x)), axis(full(x), k), keepdims=k > 5),
    "prod: zeros": lambda x, k: s.prod(c.where(mask(full(x), k), 0.0, full(unit(x)))),
    "max": lambda x, k: s.max(apart(full(x), k), axis(full(x), k), keepdims=k > 5),
    "max: two axes": lambda x, k: s.max(apart(box(x), k), (0, 2)),
    "min": lambda x, k: s.min(apart(full(x), k), axis(full(x), k), keepdims=k > 5),
    "var": lambda x, k: s.var(apart(full(x), k), axis(full(x), k), keepdims=k > 5),
    "var: ddof": lambda x: s.var(fit(x, 2, 3), 1, ddof=1),
    "var: mean": lambda x: s.var(fit(x, 2, 3), 1, mean=s.mean(fit(x, 2, 3), 1, keepdims=True)),
    "std": lambda x, k: s.std(apart(fit(x, 2, 3), k), axis(fit(x, 2, 3), k), keepdims=k > 5, ddof=k % 2),
    "nansum": lambda x, k: s.nansum(c.where(mask(full(x), k), np.nan, full(x)), axis(full(x), k)),
    "nanmean": lambda x, k: s.nanmean(
        s.concatenate([c.where(mask(full(x), k), np.nan, full(x)), full(x)], 0), 0
    ),
    "round": lambda x, k: s.round(among(full(x), k, -0.5, 0.5)) + full(x),
    "around": lambda x, k: s.around(10 * among(full(x), k, -0.5, 0.5), -1) * full(x),
    "fix": lambda x, k: s.fix(among(full(x), k, *WHOLE)) * full(x),
    "modf": lambda x, k: s.modf(among(full(x), k, *WHOLE))[k % 2] + full(x),
    "divmod": lambda x, y, k: s.divmod(among(full(x), k, *WHOLE) * 0.75, 0.75)[k % 2] + alike(full(x), y),
    "ldexp": lambda x, k: s.ldexp(full(x), numbered(shape(full(x)), k) % 4 - 1),
    "real": lambda x: s.real(full(x)),
    "imag": lambda x: s.imag(full(x)) + full(x),
    "conj": lambda x: s.conj(full(x)),
    "conjugate": lambda x: s.conjugate(full(x)),
    "angle": lambda x, k: s.angle(among(full(x), k, 0.0), deg=k % 2 == 0) + full(x),
    "trapezoid": lambda x, k: s.trapezoid(full(x), dx=0.5, axis=axis(full(x), k)),
    "trapezoid: of both": lambda x, y: s.trapezoid(fit(x, 2, 3), fit(y, 3)),
    "average": lambda x, y, k: s.average(fit(x, 2, 3), 1, weights=above(fit(y, 2, 3)), keepdims=k > 5),
    "average: weights of an axis": lambda x, y: s.average(fit(x, 2, 3), 1, weights=above(fit(y, 3))),
    "ptp": lambda x, k: s.ptp(apart(full(x), k), axis(full(x), k), keepdims=k > 5),
    "standardize": lambda x, k: s.standardize(apart(fit(x, 2, 3), k), (-1, 0, None)[k % 3], eps=0.1),
    "standardize: scaled and shifted": lambda x, y, k: s.standardize(
        apart(fit(x, 2, 3), k), (-1, 0, None)[k % 3], 0.1, fit(y, *((3,), (2, 1), (2, 3))[k % 3]), fit(y, 3)
    ),
    "cov": lambda x, k: s.cov(fit(x, 2, 4), rowvar=k % 2 == 0, bias=k > 5),
    "cov: of both": lambda x, y: s.cov(fit(x, 4), fit(y, 4), ddof=0),
    "cov: weights": lambda x: s.cov(fit(x, 2, 3), fweights=[1, 2, 1], aweights=[0.5, 1.0, 2.0]),
    "corrcoef": lambda x, k: s.corrcoef(apart(fit(x, 2, 4), k)),
    "corrcoef: of both": lambda x, y, k: s.corrcoef(apart(fit(x, 4), k), apart(fit(y, 4), k + 1)),
    "apply_along_axis": lambda x, k: s.apply_along_axis(lambda r: s.cumsum(r * r), k % 2, fit(x, 2, 3)),
    "apply_over_axes": lambda x, k: s.apply_over_axes(s.sum, box(x), [0, 2]),
    # with numbers missing
    "nanmax": lambda x, k: s.nanmax(missing(x, k, apart), k % 2, keepdims=k > 5),
    "nanmin": lambda x, k: s.nanmin(missing(x, k, apart), k % 2, keepdims=k > 5),
    "nanprod": lambda x, k: s.nanprod(missing(x, k), k % 2, keepdims=k > 5),
    "nanvar": lambda x, k: s.nanvar(missing(x, k, apart), k % 2, keepdims=k > 5),
    "nanvar: of a number": lambda x: s.nanvar(first(x)),
    "nanstd": lambda x, k: s.nanstd(missing(x, k, apart), k % 2, keepdims=k > 5),
    "nanstd: of a number": lambda x: s.nanstd(first(x)),
    "nanmedian": lambda x, k: s.nanmedian(missing(x, k, apart), k % 2, keepdims=k > 5),
    "nanmedian: of a number": lambda x: s.nanmedian(first(x)),
    "nanquantile": lambda x, k: s.nanquantile(missing(x, k, apart), [0.2, 0.6], k % 2, keepdims=k > 5),
    "nanpercentile": lambda x, k: s.nanpercentile(missing(x, k, apart), 30.0, k % 2, keepdims=k > 5),
    "nancumsum": lambda x, k: s.nancumsum(missing(x, k), k % 2),
    "nancumprod": lambda x, k: s.nancumprod(missing(x, k), k % 2),
    # exponentials
    "logsumexp": lambda x, k: s.logsumexp(full(x), axis(full(x), k), keepdims=k > 5),
    "logsumexp: all": lambda x: s.logsumexp(full(x)),
    "logsumexp: of a number": lambda x: s.logsumexp(s.sum(x)),
    "softmax": lambda x, k: s.softmax(full(x), axis(full(x), k)),
    "log_softmax": lambda x, k: s.log_softmax(full(x), axis(full(x), k)),
    # scans
    "cumsum": lambda x, k: s.cumsum(full(x), axis(full(x), k)),
    "cumsum: flat": lambda x: s.cumsum(x),
    "cumprod": lambda x, k: s.cumprod(full(unit(x)), axis(full(x), k)),
    "cumprod: zeros": lambda x, k: s.cumprod(c.where(mask(full(x), k), 0.0, full(unit(x)))),
    "cummax": lambda x, k: s.cummax(apart(full(x), k), axis(full(x), k)),
    "cummin": lambda x, k: s.cummin(apart(full(x), k), axis(full(x), k)),
    "cumulative_sum": lambda x, k: s.cumulative_sum(full(x), axis=axis(full(x), k), include_initial=k > 5),
    "cumulative_prod": lambda x, k: s.cumulative_prod(
        full(unit(x)), axis=axis(full(x), k), include_initial=k > 5
    ),
    "ediff1d": lambda x, y: s.ediff1d(array(x), to_end=fit(y, 2), to_begin=s.mean(y)),
    "ediff1d: of a Value": lambda x: s.ediff1d(first(x), to_begin=1.5),
    "gradient": lambda x, k: s.gradient(fit(x, 3, 4), 0.5, axis=k % 2, edge_order=1 + k // 2 % 2),
    "gradient: of both axes": lambda x, k: s.stack(list(s.gradient(fit(x, 3, 4), 0.5, [0.0, 1.0, 1.5, 2.5])))[
        k % 2
    ],
    "unwrap": lambda x, k: s.unwrap(0.4 * unit(fit(x, 4)) + 3.0 * numbered((4,), k)),
    "interp": lambda x, y: s.interp(among(x, 1, *WHOLE), [-2.0, -1.0, 0.0, 1.0, 2.0], fit(y, 5)),
    "interp: points that move": lambda x, y: s.interp(
        0.3 * unit(x) + 0.5, [0.0, 1.0] + 0.1 * unit(fit(y, 2)), fit(x, 2)
    ),
    "diff": lambda x, k: s.diff(fit(x, 3, 3), 1 + k % 2, axis=k % 2),
    "diff: with edges": lambda x, y: s.diff(fit(x, 2, 3), prepend=fit(y, 2, 1), append=s.mean(y)),
    # order
    "sort": lambda x, k: s.sort(apart(full(x), k), axis(full(x), k)),
    "sort: flat": lambda x, k: s.sort(apart(x, k), None),
    "topk": lambda x, k: s.topk(apart(fit(x, 3, 3), k), 1 + k % 3, k % 2, largest=k > 5)[0],
    "kthvalue": lambda x, k: s.kthvalue(apart(fit(x, 3, 3), k), 1 + k % 3, k % 2, keepdims=k > 5)[0],
    "quantile": lambda x, k: s.quantile(
        apart(full(x), k), [0.1, 0.5, 0.85], axis(full(x), k), keepdims=k > 5
    ),
    "median": lambda x, k: s.median(apart(full(x), k), axis(full(x), k)),
    "median: all": lambda x, k: s.median(apart(full(x), k)),
    "median: of a number": lambda x: s.median(first(x)),
    "nanmean: of a number": lambda x: s.nanmean(first(x)),
    "partition": lambda x, k: s.sort(s.partition(apart(fit(x, 3, 3), k), k % 3, k % 2), k % 2),
    "percentile": lambda x, k: s.percentile(apart(full(x), k), [10.0, 60.0], axis(full(x), k)),
    "unique": lambda x, k: s.unique(apart(x, k)),
    "unique: equals": lambda x, k: s.unique(s.repeat(apart(full(x), k), 2, 0), axis=None),
    # shapes
    "astype": lambda x: s.astype(x, np.float64),
    "atleast_1d": lambda x: s.atleast_1d(x),
    "atleast_2d": lambda x: s.atleast_2d(x),
    "atleast_3d": lambda x: s.atleast_3d(x),
    "broadcast_to": lambda x, k: s.broadcast_to(x, (1 + k % 2, *shape(x))),
    "broadcast_to: inside": lambda x: s.broadcast_to(fit(x, 2, 1), (2, 3)),
    "expand": lambda x: s.expand(fit(x, 3, 1), (2, -1, 2)),
    "expand_dims": lambda x, k: s.expand_dims(x, k % (len(shape(x)) + 1)),
    "unsqueeze": lambda x, k: s.unsqueeze(x, -1 - k % (len(shape(x)) + 1)),
    "squeeze": lambda x: s.squeeze(x),
    "squeeze: an axis": lambda x, k: s.squeeze(
        s.expand_dims(x, k % (len(shape(x)) + 1)), k % (len(shape(x)) + 1)
    ),
    "flatten": lambda x, k: s.flatten(box(x), k % 2, -1 - k % 2),
    "ravel": lambda x: s.ravel(x),
    "reshape": lambda x: s.reshape(x, (-1, 1)),
    "reshape: of a view": lambda x: s.reshape(s.transpose(box(x)), -1),
    "transpose": lambda x: s.transpose(x),
    "transpose: axes": lambda x: s.transpose(box(x), (1, 2, 0)),
    "permute": lambda x: s.permute(box(x), (2, 0, 1)),
    "matrix_transpose": lambda x: s.matrix_transpose(matrix(x)),
    "moveaxis": lambda x, k: s.moveaxis(box(x), k % 3, -1),
    "swapaxes": lambda x, k: s.swapaxes(box(x), k % 3, 0),
    "pad": lambda x, k: s.pad(full(x), k % 2 + 1, value=0.5),
    "pad: of a number": lambda x: s.pad(s.sum(x), 1),
    "pad: modes": lambda x, k: s.pad(
        fit(x, 3), (k % 3, 1), mode=("edge", "reflect", "wrap", "constant")[k % 4]
    ),
    "resize": lambda x, k: s.resize(x, (2, 1 + k % 4)),
    "rollaxis": lambda x, k: s.rollaxis(box(x), k % 3, k // 3),
    "broadcast_arrays": lambda x, y, k: s.broadcast_arrays(fit(x, 3, 1), fit(y, 2))[k % 2],
    "trim_zeros": lambda x: s.trim_zeros(s.pad(above(row(x)), 2)),
    "trim_zeros: of a number": lambda x: s.trim_zeros(first(x)),
    "array": lambda x, y: s.array([[first(x), 1.0], [first(y), first(x)]]),
    "array: of arrays": lambda x, y: s.array([x, alike(x, y)]),
    "full": lambda x, k: s.full((2, 3), (first(x), fit(x, 3))[k % 2]),
    "full_like": lambda x, y: s.full_like(array(y), first(x)),
    "full_like: of a Value": lambda x, y: s.full_like(first(y), first(x)),
    "linspace": lambda x, y, k: s.linspace(
        array(first(x)), fit(y, 2), 3, endpoint=k % 2 == 0, axis=-1 if k > 5 else 0
    ),
    "linspace: of Values": lambda x, y: s.linspace(first(x), first(y), 3),
    "logspace": lambda x, y: s.logspace(0.3 * unit(array(first(x))), 0.3 * unit(fit(y, 2)), 4, base=2.0),
    "logspace: of Values": lambda x, y: s.logspace(0.3 * unit(first(x)), 0.3 * unit(first(y)), 4, base=2.0),
    "geomspace": lambda x, y: s.geomspace(above(array(first(x))), above(fit(y, 2)), 4),
    "geomspace: of Values": lambda x, y: s.geomspace(above(first(x)), above(first(y)), 4),
    # joining and parting
    "concatenate": lambda x, y, k: s.concatenate([full(x), alike(full(x), y), full(x)], axis(full(x), k)),
    "stack": lambda x, y, k: s.stack([x, alike(x, y)], k % (len(shape(x)) + 1)),
    "hstack": lambda x, y: s.hstack([x, alike(x, y)]),
    "vstack": lambda x, y: s.vstack([x, alike(x, y)]),
    "dstack": lambda x, y: s.dstack([x, alike(x, y)]),
    "column_stack": lambda x, y: s.column_stack([matrix(x), fit(y, shape(matrix(x))[0])]),
    "block": lambda x, y: s.block([[fit(x, 2, 2), fit(y, 2, 1)], [fit(y, 1, 2), fit(x, 1, 1)]]),
    "split": lambda x, k: s.split(fit(x, 4, 2), 2 if k % 2 else [1, 3], 0)[k % 2],
    "array_split": lambda x, k: s.array_split(fit(x, 4, 2), 3)[k % 3],
    "chunk": lambda x, k: s.chunk(fit(x, 3, 2), 2)[k % 2],
    "unbind": lambda x, k: s.unbind(full(x), axis(full(x), k))[-1],
    "append": lambda x, y, k: s.append(full(x), alike(full(x), y), axis(full(x), k) if k > 3 else None),
    "delete": lambda x, k: s.delete(fit(x, 3, 3), (1, [0, -1], slice(None, None, 2))[k % 3], k % 2),
    "insert": lambda x, y, k: s.insert(
        fit(x, 2, 3), (1, [0, 2], [1, 1])[k % 3], fit(y, 2)[:, None] if k % 3 else s.mean(y), 1
    ),
    "unstack": lambda x, k: s.unstack(full(x), axis=axis(full(x), k))[0],
    "hsplit": lambda x: s.hsplit(fit(x, 2, 4), 2)[1],
    "vsplit": lambda x: s.vsplit(fit(x, 4, 2), [1])[1],
    "dsplit": lambda x: s.dsplit(fit(x, 1, 2, 4), 2)[0],
    "tile": lambda x, k: s.tile(x, (2, 1 + k % 2)),
    "repeat": lambda x, k: s.repeat(full(x), 2, axis(full(x), k)),
    "repeat: unequally": lambda x, k: s.repeat(fit(x, 3, 2), [2, 0, 1], 0),
    "meshgrid": lambda x, y, k: s.meshgrid(fit(x, 3), fit(y, 2), indexing=("xy", "ij")[k % 2])[k // 2 % 2],
    # turning and diagonals
    "flip": lambda x, k: s.flip(full(x), axis(full(x), k) if k > 3 else None),
    "flip: of a number": lambda x: s.flip(first(x)),
    "fliplr": lambda x: s.fliplr(matrix(x)),
    "flipud": lambda x: s.flipud(full(x)),
    "rot90": lambda x, k: s.rot90(matrix(x), k - 5),
    "roll": lambda x, k: s.roll(full(x), k - 5, axis(full(x), k)),
    "roll: flat": lambda x, k: s.roll(x, k),
    "diag": lambda x, k: s.diag(matrix(x) if k % 2 else row(x), k // 2 % 3 - 1),
    "diagflat": lambda x, k: s.diagflat(fit(x, 1, 3), k % 3 - 1),
    "vander": lambda x, k: s.vander(unit(row(x)), 3 if k % 3 else None, increasing=k > 5),
    "diagonal": lambda x, k: s.diagonal(box(x), k % 3 - 1, k % 3, (k + 1) % 3),
    "trace": lambda x, k: s.trace(fit(x, 2, 3, 2), k % 2, 1, 2),
    "tril": lambda x, k: s.tril(matrix(x), k % 3 - 1),
    "triu": lambda x, k: s.triu(matrix(x), k % 3 - 1),
    # indices
    "getitem: a row": lambda x: s.getitem(matrix(x), -1),
    "getitem: an element": lambda x: s.getitem(matrix(x), (0, -1)),
    "getitem: backwards": lambda x: s.getitem(matrix(x), (slice(None, None, -1), slice(None, None, -1))),
    "getitem: every other": lambda x: s.getitem(matrix(x), (Ellipsis, slice(None, None, 2))),
    "getitem: a new axis": lambda x: s.getitem(matrix(x), (slice(None), None, Ellipsis)),
    "getitem: rows, one twice": lambda x: s.getitem(matrix(x), [0, -1, 0]),
    "getitem: columns, one twice": lambda x: s.getitem(matrix(x), (slice(None), np.array([-1, 0, 0]))),
    "getitem: a table of rows": lambda x: s.getitem(matrix(x), np.array([[0, -1], [-1, 0]])),
    "getitem: pairs of indices": lambda x: s.getitem(matrix(x), ([0, -1, 0], [0, 0, -1])),
    "getitem: indices that broadcast": lambda x: s.getitem(
        matrix(x), (np.array([[0], [-1]]), np.array([0, -1]))
    ),
    "getitem: an index array and a new axis": lambda x: s.getitem(matrix(x), (None, [0, 0, -1], slice(0, 2))),
    "getitem: index arrays apart": lambda x: s.getitem(matrix(x)[None], ([0, 0], slice(None), [0, -1])),
    "getitem: a mask": lambda x: s.getitem(matrix(x), mask(matrix(x), 0)),
    "getitem: a mask of rows": lambda x: s.getitem(matrix(x), mask(matrix(x)[:, 0], 0)),
    "getitem: operator": lambda x: matrix(x)[..., 0],
    "take": lambda x, k: s.take(full(x), [0, -1, 0], axis(full(x), k)),
    "take: flat": lambda x: s.take(full(x), [[0, -1], [0, 0]]),
    "take_along_axis": lambda x: s.take_along_axis(fit(x, 2, 3), np.array([[2, 0], [1, 1]]), 1),
    "gather": lambda x: s.gather(fit(x, 2, 3), 1, [[2, 2, 0]]),
    "scatter": lambda x, y: s.scatter(fit(x, 2, 3), 1, [[2, 0], [1, 1]], fit(y, 2, 2)),
    "scatter_add": lambda x, y: s.scatter_add(fit(x, 2, 3), 1, [[2, 0, 2]], fit(y, 1, 3)),
    "index_add": lambda x, y: s.index_add(fit(x, 2, 3), 1, [2, 0, 2], fit(y, 2, 3)),
    "index_set": lambda x, y: s.index_set(fit(x, 2, 3), (slice(None), 1), fit(y, 2)),
    "index_set: a place twice": lambda x, y: s.index_set(fit(x, 3), [0, -1, 0], fit(y, 3)),
    "index_set: a mask": lambda x, y: s.index_set(fit(x, 2, 3), mask(fit(x, 2, 3), 0), s.mean(y)),
    "masked_fill": lambda x, y, k: s.masked_fill(x, mask(x, k), s.mean(y)),
    "select": lambda x, y, k: s.select([mask(x, k), mask(x, k + 1)], [x, alike(x, y)], 0.5),
    "choose": lambda x, y: s.choose([[0, 1, 0], [1, 1, 0]], [fit(x, 2, 3), fit(y, 3)]),
    "compress": lambda x, k: s.compress([True, False, True], fit(x, 3, 3), (0, 1, None)[k % 3]),
    "extract": lambda x, k: s.extract(mask(full(x), 0), full(x)),
    "bincount": lambda x: s.bincount([0, 2, 2, 1], weights=fit(x, 4)),
    "piecewise": lambda x, k: s.piecewise(
        full(x), [mask(full(x), k), mask(full(x), k + 1)], [c.sin, c.square, 0.5]
    ),
    "piecewise: of a number": lambda x, k: s.piecewise(first(x), [k % 2 == 0], [c.sin, c.square]),
    # windows
    "sliding_windows": lambda x, k: s.sliding_windows(
        fit(x, 5), 2, stride=1 + k % 2, dilation=1 + k // 2 % 2
    ),
    "sliding_windows: of images": lambda x, k: s.sliding_windows(
        fit(x, 3, 3), (2, 2), axes=(k % 2, 1 - k % 2)
    ),
    "fold_windows": lambda x, k: s.fold_windows(fit(x, (3, 2)[k % 2], 3), (5,), stride=1 + k % 2),
    "window_max": lambda x, k: s.window_max(
        apart(fit(x, 1, 2, 3, 3), k), (2, 2), stride=(1, 1 + k % 2), dilation=(1 + k // 2 % 2, 1)
    ),
    "window_sum": lambda x, k: s.window_sum(
        fit(x, 1, 2, 3, 3), (2, 2), stride=(1, 1 + k % 2), dilation=(1 + k // 2 % 2, 1)
    ),
    "convolution": lambda x, y, k: s.convolution(
        fit(x, 2, 2, 4),
        fit(y, 2, 2 - k % 2, 2),
        (1 + k // 2 % 2,),
        ((k % 3, 1),),
        (1 + k // 4 % 2,),
        1 + k % 2,
    ),
    "convolution: of images": lambda x, y, k: s.convolution(
        fit(x, 1, 2, 3, 3), fit(y, 2, 2, 2, 2), (1, 1 + k % 2), ((1, 0), (k % 2, 1))
    ),
    "transposed_convolution": lambda x, y, k: s.transposed_convolution(
        fit(x, 1, 2, 2), fit(y, 2, 2, 2), (3 + k % 2,), (1 + k % 2,)
    ),
    # products
    "matmul": lambda x, y: s.matmul(fit(x, 2, 3), fit(y, 3, 2)),
    "matmul: operator": lambda x, y: fit(x, 2, 3) @ fit(y, 3),
    "matmul: batches broadcast": lambda x, y, k: s.matmul(fit(x, 2, 1, 3)[:, None], fit(y, 3, 2)),
    "matmul: vectors": lambda x, y, k: s.matmul(fit(x, 3), fit(y, *((3,), (3, 2), (2, 3, 2))[k % 3])),
    "dot": lambda x, y, k: s.dot(
        fit(x, *((2,), (3, 2), ())[k % 3]), fit(y, *((2,), (2, 3), (2, 2, 2))[k // 3 % 3])
    ),
    "vdot": lambda x, y: s.vdot(fit(x, 2, 3), fit(y, 3, 2)),
    "inner": lambda x, y: s.inner(fit(x, 2, 3), fit(y, 2, 3)),
    "affine": lambda x, y: s.affine(fit(x, 2, 3), fit(y, 2, 3), fit(x, 2)),
    "affine: of a row": lambda x, y: s.affine(fit(x, 3), fit(y, 2, 3), fit(y, 2)),
    "vecdot": lambda x, y, k: s.vecdot(fit(x, 2, 3), fit(y, 3) if k % 2 else fit(y, 2, 3)),
    "matvec": lambda x, y, k: s.matvec(fit(x, *batch(k), 2, 3), fit(y, 2, 3) if k % 2 else fit(y, 3)),
    "vecmat": lambda x, y, k: s.vecmat(fit(x, *batch(k), 2), fit(y, 2, 3)),
    "polyadd": lambda x, y: s.polyadd(fit(x, 2), fit(y, 3)),
    "polysub": lambda x, y: s.polysub(fit(x, 2), fit(y, 3)),
    "polymul": lambda x, y: s.polymul(above(fit(x, 2)), above(fit(y, 3))),
    "polyval": lambda x, y: s.polyval(fit(x, 3), unit(y)),
    "polyder": lambda x, k: s.polyder(fit(x, 4), 1 + k % 2),
    "polyint": lambda x, k: s.polyint(fit(x, 3), 1 + k % 2),
    "outer": lambda x, y: s.outer(fit(x, 2), y),
    "tensordot": lambda x, y, k: s.tensordot(
        fit(x, 2, 3, 2), fit(y, 3, 2), (2, ([2], [1]), ([1, 0], [0, 1]))[k % 3]
    ),
    "kron": lambda x, y, k: s.kron(fit(x, 2, 2) if k % 2 else fit(x, 2), fit(y, 1, 3)),
    "cross": lambda x, y, k: s.cross(fit(x, 2, 3), fit(y, 3) if k % 2 else fit(y, 2, 3)),
    "convolve": lambda x, y, k: s.convolve(fit(x, 4), fit(y, 2 + k % 4), ("full", "same", "valid")[k % 3]),
    "correlate": lambda x, y, k: s.correlate(fit(x, 4), fit(y, 2 + k % 4), ("full", "same", "valid")[k % 3]),
    "einsum": lambda x, y, k: s.einsum(
        ("ij,jk->ik", "ij,jk", "ij,jk->kj", "ij,jk->", "ij,jk->ijk", "ij,jk->i")[k % 6],
        fit(x, 2, 3),
        fit(y, 3, 2),
    ),
    "einsum: of one": lambda x, k: s.einsum(
        ("ii", "ii->i", "ij->ji", "ij->j", "...i->i...", "ij->")[k % 6], fit(x, 3, 3)
    ),
    "einsum: ellipsis": lambda x, y, k: s.einsum(
        ("...ij,...j->...i", "i...,...i->...i")[k % 2], *((fit(x, 2, 2, 2), fit(y, 2)))
    ),
    "einsum: of three": lambda x, y: s.einsum("i,ij,j->", fit(x, 2), fit(y, 2, 3), fit(x, 3)),
    "einsum: a length of one": lambda x, y: s.einsum("ij,ij->j", fit(x, 1, 3), fit(y, 2, 3)),
}

LINALG = {
    "cholesky": lambda x, k: la.cholesky(symmetric(x, k)),
    "cond": lambda x, k: la.cond(square(x, 0), (None, -2, "fro")[k % 3]),
    "det": lambda x, k: la.det(square(x, k)) * 0.1,
    "eigh": lambda x, k: without_signs(*la.eigh(symmetric(x, k))),
    "eig": lambda x, k: without_signs(*la.eig(real(x, k))),
    "eigvals": lambda x, k: la.eigvals(real(x, k)),
    "eigvalsh": lambda x, k: la.eigvalsh(symmetric(x, k)),
    "inv": lambda x, k: la.inv(square(x, k)),
    "lstsq": lambda x, y, k: la.lstsq(oblong(x, k), fit(y, *batch(k), shape(oblong(x, k))[-2], 2))[0],
    "lstsq: residuals": lambda x, y: la.lstsq(oblong(x, 0), fit(y, 3, 2))[1],
    "matrix_power": lambda x, k: la.matrix_power(0.5 * square(x, k), k % 6 - 2),
    "multi_dot": lambda x, y, k: la.multi_dot(
        [fit(x, 2) if k % 2 else fit(x, 1, 2), fit(y, 2, 3), fit(x, 3, 2)]
    ),
    "norm": lambda x, k: la.norm(oblong(x, k), ("fro", 2, -2, "nuc")[k % 4], (-2, -1), keepdims=k > 5),
    "norm: of vectors": lambda x, k: la.norm(
        apart(fit(x, 4, 2), k), (None, 2, 3, 1, np.inf, -np.inf)[k % 6], k % 2
    ),
    "norm: by sums": lambda x, k: la.norm(
        apart(fit(x, 2, 3, 2), k), ("fro", 1, -1, np.inf, -np.inf)[k % 5], (k % 2, 2), keepdims=k > 5
    ),
    "matrix_norm": lambda x, k: la.matrix_norm(oblong(x, k), ord=("fro", 2, "nuc")[k % 3], keepdims=k > 5),
    "vector_norm": lambda x, k: la.vector_norm(
        apart(full(x), k), axis=axis(full(x), k), ord=(2, 3, 1)[k % 3]
    ),
    "tensorinv": lambda x: la.tensorinv(s.reshape(square(x, 0), (3, 1, 3)), 1),
    "tensorsolve": lambda x, y: la.tensorsolve(s.reshape(square(x, 0), (3, 3, 1)), fit(y, 3)),
    "pinv": lambda x, k: la.pinv(oblong(x, k)),
    "qr": lambda x, k: (
        s.concatenate(list(la.qr(oblong(x, k))), -2) if k // 2 % 2 == 0 else la.qr(square(x, k), "r")
    ),
    "qr: wide": lambda x, k: s.concatenate(list(la.qr(oblong(x, 2 + k % 2))), -1),
    "slogdet": lambda x, k: la.slogdet(square(x, k)).logabsdet,
    "solve": lambda x, y, k: la.solve(square(x, k), fit(y, 3, 2) if k % 3 else fit(y, 3)),
    "solve_triangular": lambda x, y, k: la.solve_triangular(
        square(x, k), fit(y, 3, 2), lower=k % 3 == 0, unit_diagonal=k % 4 == 0
    ),
    "svd": lambda x, k: singular(*la.svd(oblong(x, k), full_matrices=False)),
    "svd: square": lambda x, k: singular(*la.svd(symmetric(x, k) @ square(x, 0))),
    "svdvals": lambda x, k: la.svdvals(oblong(x, k)),
}

FFT = {
    "fft": lambda x, k: f.fft(pairs(x, k), (None, 2, 5)[k % 3], pair_axis(k), NORMS[k % 4]),
    "ifft": lambda x, k: f.ifft(pairs(x, k), (None, 2, 5)[k % 3], pair_axis(k), NORMS[k % 4]),
    "rfft": lambda x, k: f.rfft(full(x), (None, 2, 5)[k % 3], axis(full(x), k), NORMS[k % 4]),
    "irfft": lambda x, k: f.irfft(pairs(x, k), (None, 2, 5)[k % 3], pair_axis(k), NORMS[k % 4]),
    "hfft": lambda x, k: f.hfft(pairs(x, k), (None, 2, 5)[k % 3], pair_axis(k), NORMS[k % 4]),
    "ihfft": lambda x, k: f.ihfft(full(x), (None, 2, 5)[k % 3], axis(full(x), k), NORMS[k % 4]),
    "fft2": lambda x, k: f.fft2(fit(x, 2, 3, 2), (None, (3, 2))[k % 2], norm=NORMS[k % 4]),
    "ifft2": lambda x, k: f.ifft2(fit(x, 2, 3, 2), (None, (3, 2))[k % 2], norm=NORMS[k % 4]),
    "rfft2": lambda x, k: f.rfft2(
        fit(x, 2, 4), (None, (3, 3))[k % 2], ((0, 1), (1, 0))[k // 2 % 2], NORMS[k % 4]
    ),
    "irfft2": lambda x, k: f.irfft2(fit(x, 2, 3, 2), (None, (2, 5))[k % 2], norm=NORMS[k % 4]),
    "fftn": lambda x, k: f.fftn(fit(x, 2, 3, 2), (None, (3,))[k % 2], norm=NORMS[k % 4]),
    "ifftn": lambda x, k: f.ifftn(fit(x, 2, 3, 2), axes=(None, (0,), (1, 0))[k % 3], norm=NORMS[k % 4]),
    "rfftn": lambda x, k: f.rfftn(fit(x, 2, 4), axes=(None, (0,), (1, 0))[k % 3], norm=NORMS[k % 4]),
    "irfftn": lambda x, k: f.irfftn(fit(x, 2, 3, 2), (None, (2, 3))[k % 2], norm=NORMS[k % 4]),
    "fftshift": lambda x, k: f.fftshift(fit(x, 2, 3, 2), (None, 0, 1)[k % 3]),
    "ifftshift": lambda x, k: f.ifftshift(fit(x, 2, 3, 2), (None, 0, 1)[k % 3]),
}

TABLE = {
    f"{room}.{name}": function
    for room, table in [
        ("calculus", CALCULUS),
        ("activations", ACTIVATIONS),
        ("structure", STRUCTURE),
        ("linalg", LINALG),
        ("fft", FFT),
    ]
    for name, function in table.items()
}

SCALAR = [name for name in TABLE if name.startswith(("calculus.", "activations."))]
"""What a number can go through as well as an array."""

NOT_DRAWN = {
    "structure.argmax": "gives integers",
    "structure.argmin": "gives integers",
    "structure.argsort": "gives integers",
    "structure.window_argmax": "gives integers",
    "structure.one_hot": "takes integers",
    "structure.ones": "takes a shape",
    "structure.ones_like": "looks at a shape",
    "structure.zeros": "takes a shape",
    "structure.zeros_like": "looks at a shape",
    "linalg.matrix_rank": "gives integers",
    "linalg.EighResult": "the name of eigh's pair",
    "linalg.EigResult": "the name of eig's pair",
    "linalg.QRResult": "the name of qr's pair",
    "linalg.SVDResult": "the name of svd's three factors",
    "linalg.SlogdetResult": "the name of slogdet's pair",
}

PUBLIC = {
    *(f"calculus.{name}" for name, entry in vars(calculus).items() if isinstance(entry, Elementwise)),
    *(f"activations.{name}" for name in vars(a) if name in ACTIVATIONS),
    *(f"structure.{name}" for name in structure.__all__),
    *(f"linalg.{name}" for name in linalg.__all__),
    *(f"fft.{name}" for name in fft.__all__),
}


@cache
def operands(name):
    """How many operands an operation takes."""
    return len([p for p in inspect.signature(TABLE[name]).parameters if p in ("x", "y")])


@cache
def choosing(name):
    """Whether an operation has choices to make."""
    return "k" in inspect.signature(TABLE[name]).parameters


def applied(name, inputs, k):
    """The operation with this name, of one operand or two."""
    return TABLE[name](*inputs, k=k) if choosing(name) else TABLE[name](*inputs)
