"""All optimisers: PyTorch's numbers, state that moves both ways, memory, and what is refused."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError
from tests.nn.cases import valley
from tests.nn.optim.optimizer_cases import (
    OPTIMIZERS,
    REFERENCE,
    descend,
    start_of,
    torch_descend,
    torch_in_float64,
)

FIRST_ORDER = [name for name in OPTIMIZERS if not name.startswith("LBFGS")]


@pytest.fixture(scope="module")
def frozen():
    with np.load(REFERENCE) as file:
        return dict(file)


def assert_close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_ten_steps_are_pytorchs(name, frozen):
    path = descend(nn, nn.Parameter, name)
    assert len(np.unique(path, axis=0)) > 1
    assert_close(path, frozen[name])


@pytest.mark.peers
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_ten_steps_are_pytorchs_today(name):
    pytest.importorskip("torch")
    assert_close(descend(nn, nn.Parameter, name), torch_descend(name))


def test_every_optimiser_is_compared():
    classes = {name: getattr(nn.optim, name) for name in nn.optim.__all__}
    made = {
        name
        for name, kind in classes.items()
        if isinstance(kind, type) and issubclass(kind, nn.optim.Optimizer)
    }
    assert {kind for kind, _ in OPTIMIZERS.values()} == made - {"Optimizer"}


@pytest.mark.parametrize("name", FIRST_ORDER)
def test_float32_stays_float32_in_the_same_memory(name):
    kind, options = OPTIMIZERS[name]
    parameters = [nn.Parameter(x.astype(np.float32)) for x in start_of(name)]
    optimizer = getattr(nn, kind)(parameters, **options)
    arrays = [p.data for p in parameters]
    for _ in range(3):
        take_step(optimizer, parameters)
    for parameter, array in zip(parameters, arrays, strict=True):
        assert parameter.data is array
        assert array.dtype == np.float32
    kept = [a for entry in optimizer.state_dict()["state"].values() for a in entry.values()]
    assert all(a.dtype == np.float32 for a in kept if isinstance(a, np.ndarray))


def take_step(optimizer, parameters):
    def closure():
        optimizer.zero_grad()
        loss = valley(*parameters)
        loss.backward()
        return loss

    optimizer.step(closure)


def made(name):
    kind, options = OPTIMIZERS[name]
    parameters = [nn.Parameter(x) for x in start_of(name)]
    return parameters, getattr(nn, kind)(parameters, **options)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_interrupted_training_continues_bit_for_bit(name):
    (whole, first), (halfway, second), (rest, third) = made(name), made(name), made(name)
    for _ in range(6):
        take_step(first, whole)
    for _ in range(3):
        take_step(second, halfway)
    for parameter, there in zip(rest, halfway, strict=True):
        parameter.data[...] = there.data
    third.load_state_dict(second.state_dict())
    for _ in range(3):
        take_step(third, rest)
    for parameter, wanted in zip(rest, whole, strict=True):
        assert np.array_equal(parameter.data, wanted.data)


@pytest.mark.peers
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_begun_in_pytorch_is_continued_here(name):
    torch = pytest.importorskip("torch")
    kind, options = OPTIMIZERS[name]
    theirs = [torch.nn.Parameter(torch.tensor(x)) for x in start_of(name)]
    begun = getattr(torch.optim, kind)(theirs, **options)
    with torch_in_float64():
        for _ in range(4):
            take_step(begun, theirs)
    ours, optimizer = made(name)
    for parameter, there in zip(ours, theirs, strict=True):
        parameter.data[...] = there.detach().numpy()
    optimizer.load_state_dict(begun.state_dict())
    for _ in range(3):
        with torch_in_float64():
            take_step(begun, theirs)
        take_step(optimizer, ours)
    for parameter, there in zip(ours, theirs, strict=True):
        assert_close(parameter.data, there.detach().numpy())


@pytest.mark.peers
def test_the_layout_of_the_state_is_pytorchs():
    torch = pytest.importorskip("torch")
    for name in FIRST_ORDER:
        kind, options = OPTIMIZERS[name]
        theirs = [torch.nn.Parameter(torch.tensor(x)) for x in start_of(name)]
        there = getattr(torch.optim, kind)(theirs, **options)
        ours, here = made(name)
        take_step(there, theirs)
        take_step(here, ours)
        wanted, found = there.state_dict(), here.state_dict()
        assert list(found["state"]) == list(wanted["state"])
        for i, entry in wanted["state"].items():
            kept = {key for key, value in entry.items() if value is not None}
            assert set(found["state"][i]) - {"step"} == kept - {"step"}


def test_parameters_that_join_late_count_their_own_steps():
    early, late = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = nn.Adam([early, late], lr=0.1)
    for step in range(3):
        optimizer.zero_grad()
        (early + late if step == 2 else early * 1.0).sum().backward()
        optimizer.step()
    state = optimizer.state_dict()["state"]
    assert (state[0]["step"], state[1]["step"]) == (3, 1)
    assert late.item() == pytest.approx(0.9)


def test_a_group_can_be_added_and_has_its_own_rate():
    slow, fast = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = nn.Adam([slow], lr=0.01)
    optimizer.add_param_group({"params": [fast], "lr": 0.1})
    (slow + fast).sum().backward()
    optimizer.step()
    assert (slow.item(), fast.item()) == (pytest.approx(0.99), pytest.approx(0.9))
    with pytest.raises(DomainError, match="is given twice"):
        optimizer.add_param_group({"params": [slow]})


def test_long_parameters_are_worked_on_piece_by_piece():
    long, short = nn.Parameter(np.ones(100_000)), nn.Parameter(np.ones(1))
    optimizer = nn.Adam([long, short], lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        ((long * long).sum() + (short * short).sum()).backward()
        optimizer.step()
    assert np.all(long.data == short.data)


REFUSED = {
    "beta of 1": ("Adam", {"betas": (0.9, 1.0)}, DomainError, r"Adam: `betas\[1\]` \(=1.0\) .* below 1"),
    "one beta": ("NAdam", {"betas": 0.9}, DtypeError, "`betas` has to be two numbers"),
    "negative eps": ("RMSprop", {"eps": -1.0}, DomainError, r"RMSprop: `eps` \(=-1.0\)"),
    "rho above 1": ("Adadelta", {"rho": 1.5}, DomainError, r"Adadelta: `rho` \(=1.5\)"),
    "an undefined rate": ("Adamax", {"lr": float("nan")}, DomainError, r"Adamax: `lr` \(=nan\)"),
    "an endless decay": ("AdamW", {"weight_decay": float("inf")}, DomainError, "`weight_decay`"),
    "amsgrad in words": ("Adam", {"amsgrad": "yes"}, DtypeError, r"`amsgrad` \(='yes'\) has to be True or False"),
    "a negative start": ("Adagrad", {"initial_accumulator_value": -1}, DomainError, "initial_accumulator"),
    "factors that shrink": ("Rprop", {"etas": (0.5, 0.9)}, DomainError, r"Rprop: `etas` \(=\(0.5, 0.9\)\)"),
    "one step size": ("Rprop", {"step_sizes": 0.1}, DtypeError, "`step_sizes` has to be two numbers"),
    "a negative decay": ("ASGD", {"lambd": -1.0}, DomainError, r"ASGD: `lambd` \(=-1.0\)"),
    "a growing memory": ("Adafactor", {"beta2_decay": 0.5}, DomainError, r"`beta2_decay` \(=0.5\) has to be at most 0"),
    "a negative epsilon": ("Adafactor", {"eps": (None, -1.0)}, DomainError, r"`eps\[1\]` \(=-1.0\)"),
    "a small bound": ("Adafactor", {"d": 0.5}, DomainError, r"`d` \(=0.5\) has to be at least 1"),
    "no matrix": ("Muon", {}, ShapeError, r"Muon: only matrices .* has shape \(1,\); give it to another"),
    "two coefficients": ("Muon", {"ns_coefficients": (1, 2)}, DtypeError, "has to be three numbers"),
    "an unknown search": ("LBFGS", {"line_search_fn": "armijo"}, DomainError, "one of 'strong_wolfe', None"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_options_are_checked(name):
    kind, options, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        getattr(nn, kind)([nn.Parameter([1.0])], **options)


def test_lbfgs_needs_a_closure_one_group_and_one_dtype():
    w, v = nn.Parameter([1.0]), nn.Parameter(np.ones(1, np.float32))
    with pytest.raises(DtypeError, match=r"step\(\) needs a function that computes the loss"):
        nn.LBFGS([w]).step()
    with pytest.raises(DomainError, match="one group"):
        nn.LBFGS([{"params": [w]}, {"params": [v]}])
    with pytest.raises(DtypeError, match="of one dtype, got"):
        nn.LBFGS([w, v])


@pytest.mark.parametrize(
    ("make", "shape"), [(lambda w: nn.LBFGS([w]), (1,)), (lambda w: nn.Muon([w]), (3,)), (nn.SGD, (1,))]
)
def test_a_group_that_is_refused_is_not_added(make, shape):
    w = nn.Parameter(np.ones((2, 2)))
    optimizer = make(w) if make is not nn.SGD else nn.SGD([w], 0.1)
    group = {"params": [w if make is nn.SGD else nn.Parameter(np.ones(shape))]}
    with pytest.raises((DomainError, ShapeError)):
        optimizer.add_param_group(group)
    assert len(optimizer.param_groups) == 1
    w.grad = np.ones((2, 2))
    optimizer.step(lambda: 1.0)


def test_a_parameter_that_joins_late_begins_with_the_rate_of_then():
    early, late = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = nn.Rprop([early, late], lr=0.1)
    early.grad = np.ones(1)
    optimizer.step()
    optimizer.param_groups[0]["lr"] = 0.5
    late.grad = np.ones(1)
    optimizer.step()
    assert late.item() == pytest.approx(0.5)
    assert early.item() == pytest.approx(0.9 - 0.12)


def test_a_foreign_state_is_refused_and_changes_nothing():
    sgd, adam = nn.SGD([nn.Parameter([1.0])], 0.1, momentum=0.9), nn.Adam([nn.Parameter([1.0])])
    for optimizer in (sgd, adam):
        optimizer.param_groups[0]["params"][0].sum().backward()
        optimizer.step()
    before = adam.state_dict()
    with pytest.raises(DomainError, match=r"lacks 'exp_avg'; is it that of another optimiser than Adam\?"):
        adam.load_state_dict(sgd.state_dict())
    assert adam.state_dict() == before
    wrong = adam.state_dict()
    wrong["state"][0]["exp_avg"] = np.zeros(3)
    with pytest.raises(ShapeError, match=r"exp_avg of parameter 0 has shape \(3,\), of a parameter"):
        adam.load_state_dict(wrong)


def test_a_parameter_of_another_dtype_than_the_optimisers_is_refused():
    w = nn.Parameter([1.0])
    optimizer = nn.SGD([w], 0.1)
    w.data = w.data.astype(np.float32)
    w.grad = np.ones(1, np.float32)
    with pytest.raises(ShapeError, match=r"was float64\[1\] .* float32\[1\] now: make the optimiser after"):
        optimizer.step()


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["copy", "pickle"]
)
@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam, nn.LBFGS])
def test_a_model_and_its_optimizer_copied_together_go_on_as_the_originals_do(copied, kind):
    nn.seed(0)
    model = nn.Linear(3, 1)
    pair = model, kind(model.parameters(), lr=0.1)
    x = Tensor(np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32))

    def step(model, optimizer):
        def loss():
            optimizer.zero_grad()
            found = (model(x) ** 2).sum()
            found.backward()
            return found

        optimizer.step(loss)

    step(*pair)
    twin = copied(pair)
    before = twin[0].weight.data.copy()
    for _ in range(3):
        step(*pair)
        step(*twin)
    assert not np.array_equal(twin[0].weight.data, before)
    assert np.array_equal(twin[0].weight.data, pair[0].weight.data)
