"""Random graphs over the whole table: reverse mode, forward mode and finite differences agree.

``FUZZ_EXAMPLES`` says how many; the default suits every run of the suite.
"""

import os

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor, grad, gradcheck, jvp

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))

SMOOTH = ["sin", "cos", "tanh", "sigmoid", "softplus", "square", "negative"]
SHAPED = {  # every result is tamed by tanh, so that long graphs stay in range
    "exp": lambda x: x.tanh().exp(),
    "log": lambda x: (x.square() + 1.0).log(),
    "sqrt": lambda x: (x.square() + 0.5).sqrt(),
    "reciprocal": lambda x: (x.square() + 1.0).reciprocal(),
    "sum": lambda x: x.sum(-1, keepdims=True) if x.ndim else x,
    "mean": lambda x: x.mean(0) if x.ndim else x,
    "transpose": lambda x: x.T,
    "reshape": lambda x: x.reshape(-1, *([1] * (x.ndim - 1))) if x.ndim else x.reshape(1),
    "reverse": lambda x: x[::-1] if x.ndim else x,
    "gather": lambda x: x[[0, -1, 0]].mean(0, keepdims=True) if x.ndim else x,
    "pad": lambda x: ac.pad(x, 1)[(slice(1, -1),) * x.ndim] if x.ndim else x,
    "double": lambda x: ac.concatenate([x, x * x]).reshape(2, *x.shape).sum(0) if x.ndim else x + x * x,
    "product": lambda x: (x @ x.mT).tanh().sum() * x if x.ndim == 2 else x * x,
}
BINARY = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / (b * b + 1.0),
    "power": lambda a, b: (a.square() + 1.0) ** b.tanh(),
    "where": lambda a, b: ac.where(np.asarray(a.data) > 0.1, a * b, b),
}
SHAPES = [(), (3,), (1,), (2, 3), (2, 1), (1, 3)]


@st.composite
def graphs(draw):
    """Shapes of two leaves, constants beside them, and steps that name earlier results."""
    shapes = [draw(st.sampled_from(SHAPES)) for _ in range(2)]
    steps = []
    for i in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from([*SMOOTH, *SHAPED, *BINARY, "number", "array"]))
        steps.append((kind, draw(st.integers(0, i + 1)), draw(st.integers(0, i + 1))))
    return shapes, steps, draw(st.integers(0, 2**32 - 1))


def computed(steps, leaves):
    made = list(leaves)
    for kind, i, j in steps:
        a, b = made[i], made[j]
        if kind in SMOOTH:
            y = getattr(ac, kind)(a)
        elif kind in SHAPED:
            y = SHAPED[kind](a)
        elif kind == "number":
            y = 1.5 - a * 2
        elif kind == "array":
            y = np.linspace(-1, 1, 3) * a if a.ndim < 2 or a.shape[-1] in (1, 3) else a * 0.5
        else:
            try:
                np.broadcast_shapes(a.shape, b.shape)
            except ValueError:
                b = b.mean()
            y = BINARY[kind](a, b)
        made.append(y.tanh() if y.size and np.abs(y.data).max() > 10 else y)
    return sum((y.mean() for y in made), Tensor(0.0))


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES <= 200
)
@given(graphs())
def test_three_ways_to_a_gradient_agree(graph):
    shapes, steps, seed = graph
    random = np.random.default_rng(seed)
    primals = tuple(random.uniform(-1.5, 1.5, shape) for shape in shapes)

    def f(*leaves):
        return computed(steps, leaves)

    assert gradcheck(f, *primals, tolerance=1e-5)
    tangents = tuple(random.normal(size=shape) for shape in shapes)
    along = sum(float(np.sum(g * t)) for g, t in zip(grad(f, (0, 1))(*primals), tangents, strict=True))
    assert np.isclose(jvp(f, primals, tangents)[1], along, rtol=1e-9, atol=1e-12)


@settings(
    max_examples=max(20, EXAMPLES // 10),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES <= 200,
)
@given(graphs())
def test_the_derivative_of_the_gradient_agrees_too(graph):
    shapes, steps, seed = graph
    random = np.random.default_rng(seed)
    assert gradcheck(
        lambda *leaves: computed(steps, leaves),
        *(random.uniform(-1.5, 1.5, shape) for shape in shapes),
        order=2, tolerance=1e-5,
    )  # fmt: skip
