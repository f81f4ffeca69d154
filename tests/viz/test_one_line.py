"""Everything in viz says in one line of plain English what it is."""

import numpy as np
import pytest

import nn
import viz
from autograd_core import Tensor, Value, tanh
from viz import plots


def neuron():
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    return tanh(w * x)


def grids():
    w = Tensor([[1.0, 2.0]], requires_grad=True, label="w")
    return viz.draw(w @ Tensor([3.0, 4.0], label="x"), layout="grid")


def picture():
    return viz.draw(neuron(), heat=True).picture


THINGS = [
    (lambda: viz.draw(neuron()), "<Drawing: forward graph, 4 boxes, 3 arrows>"),
    (lambda: viz.draw(Value(1.0) + 1, graph="both"), "<Drawing: forward and backward graph, 2 boxes, 2 arrows>"),
    (lambda: viz.draw(Value(1.0) + 1), "<Drawing: forward graph, 2 boxes, 1 arrow>"),
    (lambda: viz.draw(Value(1.0)), "<Drawing: forward graph, 1 box, 0 arrows>"),
    (grids, "<GridDrawing: 3 grids, 5 cells>"),
    (lambda: grids().interactive(), "<GridPage: 1 step forward, 2 steps backward>"),
    (lambda: viz.draw(neuron()).interactive(), "<StepPage: 2 steps forward, 4 steps backward>"),
    (lambda: viz.live(neuron()), "<LivePage: 2 steps forward, 4 steps backward, 2 sliders>"),
    (lambda: viz.network(nn.Sequential(nn.Linear(2, 1))), "<Figure: network Sequential>"),
    (lambda: viz.neuron([1.0], 0.0, "tanh", [1.0]), "<Figure: neuron with 1 input>"),
    (
        lambda: plots.convolution_steps(np.eye(3), np.eye(2)),
        "<ConvolutionSteps: convolution of a 3×3 image, 4 steps>",
    ),
    (lambda: plots.pooling_steps(np.eye(2)), "<PoolingSteps: max pooling of a 2×2 image, 1 step>"),
    (lambda: plots.pooling_steps(np.eye(2)).animation, "<Animation: max pooling, 1 frame>"),
    (picture, "<Picture: forward graph, 4 boxes, 3 arrows>"),
    (lambda: picture().story, "<Story: 2 steps forward, 4 steps backward>"),
    (lambda: picture().story.moments[2], "<Moment: v₁ = w × x>"),
    (lambda: picture().boxes[2], "<Box: v₁ = w × x, 1.0, gradient 0.42>"),
    (lambda: picture().arrows[0], "<Arrow: from n0 to n2, 0.5>"),
    (lambda: picture().scale, "<Scale: |∂L/∂box| from 0.21 to 1>"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "line"), THINGS, ids=[line[1:].partition(":")[0] for _, line in THINGS])
def test_one_line(make, line):
    assert repr(make()) == line


def test_the_steps_of_a_window_are_printed_one_by_one():
    steps = plots.convolution_steps(np.eye(3), np.eye(2))
    assert str(steps).splitlines() == [steps.sentence(i) for i in range(4)]
    many = plots.convolution_steps(np.eye(14), np.eye(2))
    assert str(many).splitlines()[-1].startswith("… ")
