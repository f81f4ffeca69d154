"""Each call of a module or of a loss has a place of its own, however the calls stand to each other."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, ancestors, no_grad, scope
from viz import draw


def images():
    return Tensor(np.arange(256.0).reshape(1, 1, 16, 16), requires_grad=True, label="x")


def places(y, **options):
    """The clusters of the operations, in order."""
    drawing = draw(y, layout="boxes", **options)
    return list(dict.fromkeys(".".join(box.scope) for box in drawing.picture.boxes if box.operation))


class Net(nn.Module):
    def __init__(self, times, part=None):
        super().__init__()
        self.pool, self.times = part or nn.MaxPool2d(2), times

    def forward(self, x):
        for _ in range(self.times):
            x = self.pool(x)
        return x


def test_calls_in_direct_succession_are_told_apart():
    pool = nn.MaxPool2d(2)
    assert places(pool(pool(pool(images())))) == [f"MaxPool2d ({i} of 3)" for i in (1, 2, 3)]
    assert places(Net(3)(images())) == [f"Net.pool ({i} of 3)" for i in (1, 2, 3)]


def test_a_single_call_has_no_number_whatever_was_computed_before():
    for _ in range(3):
        assert places(Net(1)(images())) == ["Net.pool"]


def test_calls_side_by_side_are_told_apart():
    encoder = nn.Linear(4, 2)
    outputs = [encoder(Tensor(np.full((1, 4), float(i)))).sum() for i in range(3)]
    total = outputs[0]
    for output in outputs[1:]:
        total = total + output
    assert places(total) == ["Linear (1 of 3)", "", "Linear (2 of 3)", "Linear (3 of 3)"]


def test_a_module_with_two_results_is_one_call():
    class Heads(nn.Module):
        def __init__(self):
            super().__init__()
            self.mean, self.spread = nn.Linear(4, 2), nn.Linear(4, 2)

        def forward(self, x):
            return self.mean(x), self.spread(x)

    mean, spread = Heads()(Tensor(np.ones((1, 4))))
    assert places(mean + spread) == ["Heads.mean", "Heads.spread", ""]


def test_the_losses_open_a_scope_of_their_name():
    z = Tensor(np.zeros((2, 3)), requires_grad=True, label="z")
    y = F.cross_entropy(z, [0, 1]) + F.mse_loss(z, np.ones((2, 3))) + F.mse_loss(z, np.zeros((2, 3)))
    assert places(y) == ["cross_entropy", "mse_loss (1 of 2)", "", "mse_loss (2 of 2)"]
    assert y.inputs[0].inputs[0].scope == ("cross_entropy",)


def test_a_scope_opened_twice_by_hand_is_one_place():
    with scope("part"):
        y = images() * 2
    with scope("part"):
        y = y * 3
    assert places(y) == ["part"]


def test_calls_within_scopes_opened_by_hand_are_counted_on():
    pool, y = nn.MaxPool2d(2), images()
    for _ in range(2):
        with scope("part"):
            y = pool(pool(y))
    assert places(y) == [f"part.MaxPool2d ({i} of 4)" for i in (1, 2, 3, 4)]


def test_other_blocks_do_not_start_the_count_again():
    class Paused(nn.Module):
        def __init__(self):
            super().__init__()
            self.pool = nn.MaxPool2d(2)

        def forward(self, x):
            x = self.pool(x)
            with no_grad():
                self.pool(x)
            return self.pool(x)

    assert places(Paused()(images())) == ["Paused.pool (1 of 2)", "Paused.pool (2 of 2)"]


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("part", [nn.Tanh(), nn.MaxPool2d(2), nn.Sigmoid()])
def test_recorded_backward_passes_stand_in_the_frames_of_their_calls(part, before):
    """However many calls there have been before."""
    for _ in range(before):
        Net(1)(images())
    x = images()
    (Net(2, part)(x) ** 2).sum().backward(create_graph=True)
    numbered = [f"Net.pool ({i} of 2)" for i in (1, 2)]
    expected = [*numbered, *(f"first backward pass.{name}" for name in reversed(numbered))]
    assert [place.removeprefix("forward pass.") for place in places(x.grad) if "pool" in place] == expected


@pytest.mark.parametrize("before", range(2))
@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_each_call_has_the_backward_pass_of_its_own(times, before):
    for _ in range(before):
        nn.Tanh()(images())
    x, tanh = images(), nn.Tanh()
    y = x
    for _ in range(times):
        y = tanh(y) * 2
    y.sum().backward(create_graph=True)
    numbers = [f" ({i} of {times})" if times > 1 else "" for i in range(1, times + 1)]
    expected = [f"Tanh{i}" for i in numbers] + [f"first backward pass.Tanh{i}" for i in reversed(numbers)]
    assert [place.removeprefix("forward pass.") for place in places(x.grad) if "Tanh" in place] == expected


@pytest.mark.parametrize("name", ["pool", "pool (1 of 2)", "Net.pool", "Net.pool (1 of 2)"])
def test_a_call_is_found_with_and_without_its_number(name):
    drawing = draw(Net(2)(images()), collapse=name)
    closed = [box.name for box in drawing.picture.boxes if box.kind == "scope"]
    assert closed == (["pool (1 of 2)"] if "(" in name else ["pool (1 of 2)", "pool (2 of 2)"])
    chosen = draw(Net(2)(images()), highlight=name).picture.boxes
    assert sum(box.emphasis for box in chosen if box.operation) == len(closed)


def test_states_and_tags_of_a_training_are_made_once():
    """What every step does again finds what the steps before have made."""
    model, x = Net(3), images()
    steps = [model(x) for _ in range(6)]
    tags = {tuple(id(node.tag) for node in ancestors([y])) for y in steps}
    assert len(tags) == 2
