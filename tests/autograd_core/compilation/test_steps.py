"""Whole steps of a training, compiled and beside the same steps without, always with new data."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd_core as ac
import nn
from autograd_core import Tensor, compile
from autograd_core.transforms.trees import flatten
from nn import functional as F


def dense(*between):
    return lambda: nn.Sequential(nn.Linear(4, 8), *(layer() for layer in between), nn.Linear(8, 3))


def of_images():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(64, 3),
    )  # fmt: skip


def usual(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss


def clipped(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    nn.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    return loss


def clipped_by_value(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    nn.clip_grad_value_(model.parameters(), 0.01)
    optimizer.step()
    return loss


def with_a_target(model, optimizer, x, y):
    """A part of it is not recorded."""
    optimizer.zero_grad()
    with ac.no_grad():
        target = model(2 * x).softmax(-1)
    loss = F.cross_entropy(model(x), y) + ((model(x).softmax(-1) - target) ** 2).sum()
    loss.backward()
    optimizer.step()
    return loss


def with_a_penalty_on_the_slope(model, optimizer, x, y):
    """Of order two: the slope of the loss by the input is a part of the loss."""
    optimizer.zero_grad()
    x = Tensor(x, requires_grad=True)
    loss = F.cross_entropy(model(x), y)
    loss.backward(create_graph=True)
    slope = x.grad
    optimizer.zero_grad()
    x.grad = None
    loss = loss + 0.5 * (slope**2).sum()
    loss.backward()
    optimizer.step()
    return loss


def by_hand(model, optimizer, x, y):
    """Without an optimiser."""
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    with ac.no_grad():
        for parameter in model.parameters():
            parameter -= 0.1 * parameter.grad
            parameter.grad = None
    return loss


def by_rules_of_hinges(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.multi_margin_loss(model(x), y) + nn.l2_penalty(model)
    loss.backward()
    optimizer.step()
    return loss


def sgd(parameters):
    return nn.SGD(parameters, lr=0.1, momentum=0.9)


STEPS = {  # model, optimiser, step
    "dense": (dense(nn.ReLU), sgd, usual),
    "sigmoid": (dense(nn.Sigmoid), sgd, usual),
    "layer norm": (dense(lambda: nn.LayerNorm(8), nn.GELU), sgd, usual),
    "dropout": (dense(nn.Tanh, lambda: nn.Dropout(0.3)), sgd, usual),
    "dropout with a generator": (
        dense(lambda: nn.Dropout(0.3, generator=np.random.default_rng(7))), sgd, usual,
    ),
    "batch norm": (dense(lambda: nn.BatchNorm1d(8), nn.Tanh), sgd, usual),
    "batch norm, cumulative": (dense(lambda: nn.BatchNorm1d(8, momentum=None)), sgd, usual),
    "images": (of_images, sgd, usual),
    "adam": (dense(nn.ReLU), lambda p: nn.Adam(p, lr=0.01), usual),
    "adamw": (dense(nn.ReLU), lambda p: nn.AdamW(p, lr=0.01, weight_decay=0.1), usual),
    "rmsprop": (dense(nn.ReLU), lambda p: nn.RMSprop(p, lr=0.01), usual),
    "clipped": (dense(nn.Tanh), sgd, clipped),
    "clipped by value": (dense(nn.Tanh), sgd, clipped_by_value),
    "a part that is not recorded": (dense(nn.Tanh), sgd, with_a_target),
    "order two": (dense(nn.Tanh), sgd, with_a_penalty_on_the_slope),
    "by hand": (dense(nn.Tanh), sgd, by_hand),
    "margins": (dense(nn.Tanh), sgd, by_rules_of_hinges),
}  # fmt: skip


def made(name):
    nn.seed(1)
    model, optimizer, step = STEPS[name]
    model = model()
    optimizer = optimizer(model.parameters())
    return model, lambda x, y: step(model, optimizer, x, y)


def batches(name, count=6):
    random = np.random.default_rng(2)
    shape = (6, 1, 8, 8) if name == "images" else (6, 4)
    return [(random.normal(size=shape), random.integers(0, 3, 6)) for _ in range(count)]


def assert_alike(model, other):
    for (path, x), y in zip(model._state().items(), other._state().values(), strict=True):
        assert_allclose(x.data, y.data, rtol=1e-7, atol=1e-10, err_msg=path)


@pytest.mark.parametrize("name", STEPS)
def test_a_compiled_step_does_what_the_step_does(name):
    model, step = made(name)
    other, compiled = made(name)
    compiled = compile(compiled)
    nn.seed(3)
    losses = [step(*batch).item() for batch in batches(name)]
    nn.seed(3)
    assert_allclose([compiled(*batch).item() for batch in batches(name)], losses, rtol=1e-9)
    assert_alike(model, other)
    assert compiled.recordings == 1


def test_schedules_and_groups_are_asked_at_every_step():
    def made():
        nn.seed(1)
        model = dense(nn.Tanh)()
        groups = [{"params": model[0].parameters(), "lr": 0.3}, {"params": model[2].parameters()}]
        optimizer = nn.SGD(groups, lr=0.1, weight_decay=0.01)
        schedule = nn.StepLR(optimizer, 2, 0.5)

        def step(x, y):
            loss = usual(model, optimizer, x, y)
            schedule.step()
            return loss

        return optimizer, step

    optimizer, step = made()
    other, compiled = made()
    compiled = compile(compiled)
    for batch in batches("dense"):
        assert_allclose(compiled(*batch).item(), step(*batch).item(), rtol=1e-9)
        assert [g["lr"] for g in other.param_groups] == [g["lr"] for g in optimizer.param_groups]
    assert compiled.recordings == 1
    assert other.steps_taken == 6


def test_gradients_that_no_optimiser_takes_are_left_where_they_belong():
    model, other = (made("dense")[0] for _ in range(2))

    def gradients_of(model):
        def add_gradients(x, y):
            F.cross_entropy(model(x), y).backward()

        return add_gradients

    compiled = compile(gradients_of(other))
    for x, y in batches("dense", 4):
        gradients_of(model)(x, y)
        compiled(x, y)
        for parameter, its in zip(model.parameters(), other.parameters(), strict=True):
            assert_allclose(its.grad, parameter.grad, rtol=1e-9, atol=1e-12)
    assert compiled.recordings == 2  # without gradients, and beside some


def test_the_gradient_of_an_argument_is_set_in_the_tensor_that_was_given():
    compiled = compile(lambda x: (x**3).sum().backward())
    for numbers in ([1.0, 2.0], [3.0, 4.0]):
        x = Tensor(numbers, requires_grad=True)
        compiled(x)
        assert_allclose(x.grad, 3 * np.square(numbers))


@pytest.mark.parametrize(
    "operator",
    [ac.value_and_grad, ac.elementwise_grad, ac.jacobian, ac.hessian, lambda f: ac.grad(ac.grad(f))],
)
def test_derivative_operators_compile(operator):
    of_numbers = operator.__name__ == "<lambda>"
    f = operator((lambda x: ac.sin(x) * x) if of_numbers else (lambda x: (ac.tanh(x) ** 3 * x[0]).sum()))
    compiled = compile(f)
    for x in np.random.default_rng(0).normal(size=(3,) if of_numbers else (3, 4)):
        wanted, found = f(x), compiled(x)
        for part, its in zip(flatten(found)[0], flatten(wanted)[0], strict=True):
            assert_allclose(part, its, rtol=1e-9, atol=1e-12)
        assert type(found) is type(wanted)
    assert compiled.recordings == 1


def test_what_comes_out_is_what_the_function_returns():
    w = Tensor([1.0, 2.0], requires_grad=True)

    compiled = compile(lambda x: ({"y": w * x, "sum": (np.sum(x), [x * 1]), "shape": x.shape}, w, None))
    for numbers in ([1.0, 2.0], [3.0, 4.0]):
        x = np.array(numbers)
        found, same, nothing = compiled(x)
        assert same is w
        assert nothing is None
        assert type(found["sum"][0]) is np.float64
        assert found["shape"] == (2,)
        assert found["y"].requires_grad
        assert found["y"].tolist() == (x * [1.0, 2.0]).tolist()
    with pytest.raises(ac.GraphError, match="compile value_and_grad"):
        found["y"].sum().backward()


def test_results_are_the_callers_own():
    compiled = compile(lambda x: x + 1)
    first = compiled(np.zeros(3))
    second = compiled(np.ones(3))
    first += 10
    assert second.tolist() == [2.0, 2.0, 2.0]
    assert compiled(np.zeros(3)).tolist() == [1.0, 1.0, 1.0]


def test_in_a_program_and_inside_of_a_derivative_a_compiled_function_is_itself():
    square = compile(lambda x: x * x)
    assert compile(lambda x: square(x) + 1)(np.array([3.0])).tolist() == [10.0]
    assert ac.grad(square)(3.0) == 6.0
    assert square.recordings == 0


def test_no_warning_is_given_where_everything_compiles():
    _, step = made("dense")
    compiled = compile(step)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for batch in batches("dense", 3):
            compiled(*batch)
