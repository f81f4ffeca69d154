"""Gradients kept within bounds."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, DtypeError, NumericalError, ShapeError


def assert_close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def with_gradients(*gradients):
    parameters = [nn.Parameter(np.zeros(len(g))) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = np.array(gradient)
    return parameters


@pytest.mark.peers
@pytest.mark.parametrize("norm", [1.0, 2.0, 3.5, float("inf")])
@pytest.mark.parametrize("bound", [0.5, 100.0])
def test_clipping_the_norm_is_pytorchs(norm, bound):
    torch = pytest.importorskip("torch")
    ours = with_gradients([3.0, -4.0], [1.0])
    theirs = [torch.nn.Parameter(torch.zeros(p.size, dtype=torch.float64)) for p in ours]
    for mine, other in zip(ours, theirs, strict=True):
        other.grad = torch.tensor(mine.grad.copy())
    wanted = torch.nn.utils.clip_grad_norm_(theirs, bound, norm)
    assert nn.clip_grad_norm_(ours, bound, norm) == pytest.approx(wanted.item(), rel=1e-14)
    for mine, other in zip(ours, theirs, strict=True):
        assert_close(mine.grad, other.grad.numpy())


def test_clipping_values():
    (w,) = with_gradients([3.0, -4.0, 0.5])
    nn.clip_grad_value_(w, 1.0)
    assert w.grad.tolist() == [1.0, -1.0, 0.5]


def test_an_undefined_gradient_is_told_when_asked():
    (w,) = with_gradients([float("nan"), 1.0])
    with pytest.raises(NumericalError, match="the norm of the gradients is nan"):
        nn.clip_grad_norm_(w, 1.0, error_if_nonfinite=True)
    with pytest.raises(DomainError, match=r"`max_norm` \(=-1.0\)"):
        nn.clip_grad_norm_(w, -1.0)
    with pytest.raises(DtypeError, match=r"number 0 is no nn\.Parameter"):
        nn.clip_grad_value_([1.0], 1.0)


@pytest.mark.parametrize("clip", [nn.clip_grad_norm_, nn.clip_grad_value_])
def test_a_generator_that_is_used_up_is_refused(clip):
    parameters = nn.Linear(2, 1).parameters()
    clip(parameters, 1.0)
    with pytest.raises(ShapeError, match=r"it was used up before; call model.parameters\(\) anew"):
        clip(parameters, 1.0)
    clip([], 1.0)
