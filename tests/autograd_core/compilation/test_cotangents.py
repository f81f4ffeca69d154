"""Where a recorded backward pass starts from: ones are a constant, given weights are read anew."""

import numpy as np

from autograd_core import Tensor
from autograd_core.compilation.arguments import signature
from autograd_core.compilation.run import Run


def recorded(f, x):
    _, leaves = signature(((x,), {}))
    return Run(f, ((x,), {}), leaves)


def test_the_ones_of_a_loss_are_a_constant_wherever_they_have_been_spread():
    def gradient(x):
        x = Tensor(x, requires_grad=True)
        (x * x.data).mean().backward()
        return x.grad

    run = recorded(gradient, np.arange(6.0).reshape(2, 3))
    kinds = {v.kind for x in run.program.instructions for v in x.variables()}
    assert "live" not in kinds
    x = np.linspace(0.0, 1.0, 6).reshape(2, 3)
    np.testing.assert_allclose(run([x]), x / 6)


def test_weights_that_are_given_belong_to_the_outside():
    weights = np.array([1.0, 2.0])

    def gradient(x):
        x = Tensor(x, requires_grad=True)
        (2 * x).backward(weights)
        return x.grad

    run = recorded(gradient, np.ones(2))
    weights[...] = 5.0
    np.testing.assert_array_equal(run([np.ones(2)]), [10.0, 10.0])
