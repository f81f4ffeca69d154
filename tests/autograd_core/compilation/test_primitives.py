"""Every primitive compiles on the first day: its result, and the shares of its rule."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from autograd_core import Tensor
from autograd_core.compilation.arguments import signature
from autograd_core.compilation.run import Run
from autograd_core.errors import CompilationError
from tests.autograd_core.operations import TABLE, applied, operands

DECIDING = {
    "structure.nanmedian", "structure.nanquantile", "structure.nanpercentile",
    "structure.trim_zeros", "structure.geomspace: of Values", "structure.polymul",
    "linalg.cond", "linalg.lstsq", "linalg.lstsq: residuals", "linalg.slogdet",
}  # fmt: skip
"""What reads numbers to decide what to do."""


def value_and_gradients(name, k):
    def f(*arrays):
        inputs = [Tensor(x, requires_grad=True) for x in arrays]
        y = applied(name, inputs, k)
        y = y[0] if isinstance(y, tuple) else y
        if y.requires_grad:
            y.backward(np.cos(np.arange(y.size)).reshape(y.shape))
        return [y, *[x.grad for x in inputs]]

    return f


def arrays(result):
    return [x.data if isinstance(x, Tensor) else x for x in result]


@pytest.mark.parametrize("name", TABLE)
def test_a_program_repeats_an_operation_and_its_gradient_with_other_numbers(name):
    random = np.random.default_rng(3)
    f = value_and_gradients(name, 5)

    def drawn():
        return tuple(random.uniform(-1.5, 1.5, (2, 3)) for _ in range(operands(name)))

    _, leaves = signature((drawn(), {}))
    if name in DECIDING:
        with pytest.raises(CompilationError, match=r"operations\.py"):
            Run(f, (leaves, {}), leaves)
        return
    run = Run(f, (leaves, {}), leaves)
    assert_equal(run.result, f(*leaves))
    for _ in range(2):
        others = drawn()
        assert_equal(run(others), f(*others))


def assert_equal(found, wanted):
    for x, y in zip(arrays(found), arrays(wanted), strict=True):
        assert (x is None) == (y is None)
        if y is not None:
            assert (x.shape, x.dtype) == (y.shape, y.dtype)
            assert_allclose(x, y, rtol=1e-9, atol=1e-10)
