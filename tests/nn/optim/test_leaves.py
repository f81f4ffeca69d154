"""An optimiser moves the leaves that it is given, whether a module holds them or not."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import DtypeError, Tensor, Value

START = np.array([[1.0, -2.0], [0.5, 3.0]])
KINDS = {
    "SGD": lambda w: nn.SGD(w, lr=0.1, momentum=0.9),
    "Adam": lambda w: nn.Adam(w, lr=0.1),
    "AdamW": lambda w: nn.AdamW(w, lr=0.1),
    "RMSprop": lambda w: nn.RMSprop(w, lr=0.1),
    "Adagrad": lambda w: nn.Adagrad(w, lr=0.1),
    "Rprop": lambda w: nn.Rprop(w, lr=0.1),
    "LBFGS": lambda w: nn.LBFGS(w, lr=0.5),
}


def loss(w):
    return (w * w).sum() + (w[0] * w[1]).sum()


def moved(optimizer, w):
    def closure():
        optimizer.zero_grad()
        value = loss(w)
        value.backward()
        return value

    for _ in range(3):
        optimizer.step(closure)
    return w.data


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_a_leaf_moves_as_a_parameter_does(kind, dtype):
    start = START.astype(dtype)
    leaf, parameter = Tensor(start, requires_grad=True), nn.Parameter(start)
    wanted = moved(KINDS[kind]([parameter]), parameter)
    np.testing.assert_array_equal(moved(KINDS[kind]([leaf]), leaf), wanted)
    assert leaf.dtype == dtype
    assert not np.array_equal(wanted, START)


def test_leaves_and_parameters_stand_in_one_group_and_in_a_state():
    leaf, parameter = Tensor([1.0], requires_grad=True), nn.Parameter([2.0])
    optimizer = nn.Adam([{"params": [leaf, parameter]}], lr=0.1)
    (leaf * parameter).sum().backward()
    optimizer.step()
    assert (round(leaf.item(), 6), round(parameter.item(), 6)) == (0.9, 1.9)
    assert list(optimizer.state_dict()["state"]) == [0, 1]
    nn.clip_grad_norm_([leaf, parameter], 1.0)
    assert float(np.hypot(leaf.grad[0], parameter.grad[0])) == pytest.approx(1.0, rel=1e-5)
    optimizer.zero_grad()
    assert leaf.grad is parameter.grad is None


X = Tensor([1.0], requires_grad=True)
REFUSED = {
    "no gradient": (Tensor([1.0]), r"requires no gradient; write nn.Parameter\(x\), or Tensor\(x, requires"),
    "a result": (X * 2, "the result of a computation; give what it was computed from"),
    "an array": (np.ones(2), r"write nn.Parameter\(x\)"),
    "a number": (Value(1.0), r"moved by hand, w.data -= lr \* w.grad"),
    "integers": (Tensor([1, 2]), "requires no gradient"),
}


@pytest.mark.parametrize(("wrong", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_moved_is_told(wrong, words):
    with pytest.raises(DtypeError, match=f"^SGD: number 1 is no nn.Parameter but .*{words}"):
        nn.SGD([X, wrong], lr=0.1)
