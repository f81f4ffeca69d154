"""A fragment gives what the kernel of its primitive gives, forwards and backwards, however arrays lie in memory."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from autograd_core import Tensor, compile
from autograd_core.compilation.arguments import signature
from autograd_core.compilation.fragments import FORWARD, SHARES
from autograd_core.compilation.run import Run
from autograd_core.primitive import nodes

LABELS = np.array([[2], [0], [1], [2]])


def of_one(name, **parameters):
    return lambda x, y: getattr(nodes, name)(x, **parameters)


CASES = {  # of a matrix x (4, 3) and a matrix y (4, 3)
    "affine": lambda x, y: nodes.affine(x, y, y.sum(1)),
    "matmul": lambda x, y: nodes.matmul(x, nodes.transpose(y, axes=(1, 0))),
    "reshape": of_one("reshape", shape=(3, 4)),
    "transpose": of_one("transpose", axes=(1, 0)),
    "broadcast_to": of_one("broadcast_to", shape=(2, 4, 3)),
    "sum": of_one("sum", axis=(0,), keepdims=True),
    "sum, of rows": of_one("sum", axis=(1,), keepdims=False),
    "sum, of all": of_one("sum", axis=(0, 1), keepdims=False),
    "sum, of channels": lambda x, y: nodes.sum(
        nodes.transpose(nodes.reshape(x, shape=(2, 2, 1, 3)), axes=(0, 3, 1, 2)),
        axis=(0, 2, 3),
        keepdims=False,
    ),
    "mean": of_one("mean", axis=(0,), keepdims=False),
    "mean, of all": of_one("mean", axis=(0, 1), keepdims=True),
    "relu": of_one("relu"),
    "sigmoid": of_one("sigmoid"),
    "softmax": of_one("softmax", axis=(1,)),
    "softmax, of columns": of_one("softmax", axis=(0,)),
    "log_softmax": of_one("log_softmax", axis=(1,)),
    "log_softmax, of columns": of_one("log_softmax", axis=(0,)),
    "log_softmax, at labels": lambda x, y: nodes.take_along_axis(
        nodes.log_softmax(x, axis=(1,)), indices=labels_of(y), axis=1
    ).mean(),
    "logsumexp": of_one("logsumexp", axis=(1,), keepdims=False),
    "logsumexp, kept": of_one("logsumexp", axis=(0,), keepdims=True),
    "standardize": of_one("standardize", axis=(1,), eps=1e-5),
    "standardize, of columns": of_one("standardize", axis=(0,), eps=1e-5),
    "standardize_affine": lambda x, y: nodes.standardize_affine(x, y.sum(1), y[:, 0], axis=(1,), eps=1e-5),
    "standardize_affine, of columns": lambda x, y: nodes.standardize_affine(
        x, y.sum(0), y[0], axis=(0,), eps=1e-5
    ),
    "take_along_axis": lambda x, y: nodes.take_along_axis(x, indices=labels_of(y), axis=1),
    "put_along_axis": lambda x, y: nodes.put_along_axis(x[:, :1], indices=labels_of(y), axis=1, shape=(4, 3)),
    "step": lambda x, y: nodes.step(x, y) * x,
    "maximum": lambda x, y: nodes.maximum(x, y),
}


def labels_of(y):
    """A label for each row, another one for other numbers."""
    return np.argmax(y.data, axis=1)[:, None]


LAYOUTS = {
    "rows": lambda x: x,
    "columns": np.asfortranarray,
    "every other": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "from the end": lambda x: x[::-1, ::-1],
    "one row repeated": lambda x: np.broadcast_to(x[:1], x.shape),
}


def step_of(case):
    def f(x, y):
        x, y = Tensor(x, requires_grad=True), Tensor(y, requires_grad=True)
        z = case(x, y)
        (z * Tensor(np.cos(np.arange(z.size)).reshape(z.shape).astype(z.dtype))).sum().backward()
        return [z.data, x.grad, y.grad]

    return f


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("case", CASES)
def test_a_fragment_gives_what_the_kernel_gives(case, layout):
    f = step_of(CASES[case])
    random = np.random.default_rng(4)
    for dtype, accuracy in ((np.float64, 1e-10), (np.float32, 2e-4)):
        given = [
            tuple(LAYOUTS[layout](random.normal(size=(4, 3)).astype(dtype)) for _ in "xy") for _ in "abc"
        ]
        run = Run(f, (given[0], {}), signature((given[0], {}))[1])
        for one in given[1:]:
            for found, wanted in zip(run(one), f(*one), strict=True):
                assert (found is None) == (wanted is None)
                if wanted is not None:
                    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
                    assert_allclose(found, wanted, rtol=accuracy, atol=accuracy)


def test_every_fragment_has_a_case():
    assert {*FORWARD, *SHARES} <= {case.partition(",")[0] for case in CASES}


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_rows_without_a_finite_largest_number_are_left_to_the_kernel(name):
    f = compile(lambda x: CASES[name](Tensor(x), None))
    x = np.random.default_rng(0).normal(size=(4, 3))
    masked = x.copy()
    masked[1] = -np.inf
    with np.errstate(all="ignore"):
        for each in (x, masked, x + 1, masked - 1):
            assert_allclose(f(each).data, CASES[name](Tensor(each), None).data)
    assert f.recordings == 2
