"""A weighted sum is drawn like any node."""

import pytest

import viz
from autograd_core import Tensor, Value, weighted_sum


@pytest.mark.parametrize("graph", ["forward", "backward", "both"])
@pytest.mark.parametrize("bias", [1.0, Value(1.0)])
def test_of_values(graph, bias):
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    text = viz.draw(weighted_sum([w], [x], bias), graph=graph).dot
    assert "digraph" in text
    y = weighted_sum([w, 4.0], [x, Value(5.0)], bias)
    y.backward()
    assert "digraph" in viz.draw(y, graph=graph).dot


@pytest.mark.parametrize("graph", ["forward", "backward", "both"])
def test_of_tensors(graph):
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    y = weighted_sum([w, w], [Value(3.0), w], 1.0).sum()
    y.backward()
    assert "digraph" in viz.draw(y, graph=graph).dot


def test_of_a_function():
    assert "digraph" in viz.draw(lambda w, x: weighted_sum([w], [x], 1.0), 2.0, 3.0).dot
