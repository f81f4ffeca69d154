"""Steps of a graph are called by the formulas that a student would write."""

import numpy as np
import pytest

from autograd_core import Tensor, exp, softmax, tanh
from autograd_core.checking.wording import formula

W, X, B = (
    Tensor(np.ones(shape), requires_grad=True, label=name)
    for name, shape in {"W": (3, 2), "x": (4, 2), "b": 3}.items()
)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (X @ W.T + B, "x @ Wᵀ + b"),
        (tanh(X * 2 - 1), "tanh(x * 2 - 1)"),
        ((X - 1) * (X + 1), "(x - 1) * (x + 1)"),
        (X - (X - 1), "x - (x - 1)"),
        (X / (2 * X), "x / (2 * x)"),
        (-(X**2), "-x ** 2"),
        ((-X) ** 2, "(-x) ** 2"),
        (exp(X).sum(), "sum(exp(x))"),
        (softmax((X @ W.T).named("z"), axis=1), "softmax(z)"),
        ((X @ W.T + B).named("z"), "x @ Wᵀ + b"),
        (tanh(X + tanh(X + tanh(X + tanh(X + 1)))), "tanh(x + tanh(x + tanh(...)))"),
    ],
)
def test_a_step_is_its_formula(node, text):
    assert formula(node) == text
