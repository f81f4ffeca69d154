"""Learning-rate schedules have PyTorch's rates, resume, and refuse what makes no sense."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, DtypeError, ShapeError
from tests.nn.optim.schedule_cases import KINDS, REFERENCE, SCHEDULES, rates, sequential, torch_rates


def ours():
    return [nn.Parameter([1.0]), nn.Parameter([2.0])]


@pytest.fixture(scope="module")
def frozen():
    with np.load(REFERENCE) as file:
        return dict(file)


@pytest.mark.parametrize("by_hand", [None, 6])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_and_momenta_are_pytorchs(name, kind, by_hand, frozen):
    found = rates(nn.optim, ours(), SCHEDULES[name], kind, by_hand)
    assert len(np.unique(found, axis=0)) > 2 or "constant" in name
    np.testing.assert_allclose(found, frozen[f"{name}, {kind}, {by_hand}"], rtol=1e-10, atol=1e-14)


@pytest.mark.peers
@pytest.mark.parametrize("by_hand", [None, 6])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_and_momenta_are_pytorchs_today(name, kind, by_hand):
    pytest.importorskip("torch")
    wanted = torch_rates(name, kind, by_hand)
    found = rates(nn.optim, ours(), SCHEDULES[name], kind, by_hand)
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-14)


def test_every_schedule_is_compared():
    classes = [getattr(nn.optim, name) for name in nn.optim.__all__]
    kinds = {c.__name__ for c in classes if isinstance(c, type) and issubclass(c, nn.optim.LRScheduler)}
    named = {name for make in [*SCHEDULES.values(), sequential] for name in make.__code__.co_names}
    assert kinds - {"LRScheduler"} <= named


def made(name):
    optimizer = nn.SGD([{"params": [p]} for p in ours()], lr=0.1, momentum=0.9)
    return optimizer, SCHEDULES[name](nn.optim, optimizer)


SINGLE = [name for name in SCHEDULES if name != "side by side"]


@pytest.mark.parametrize("name", SINGLE)
def test_a_schedule_resumes(name):
    whole, resumed = [], []
    for cut, told in ((None, whole), (6, resumed)):
        optimizer, schedule = made(name)
        for epoch in range(12):
            if epoch == cut:
                state, options = schedule.state_dict(), optimizer.state_dict()
                optimizer, schedule = made(name)
                optimizer.load_state_dict(options)
                schedule.load_state_dict(state)
            optimizer.step()
            schedule.step()
            told.append(schedule.get_last_lr())
    assert whole == resumed


@pytest.mark.parametrize("name", SINGLE)
def test_a_schedule_is_saved_in_a_checkpoint(name, tmp_path):
    model = nn.Linear(1, 1)
    optimizer = nn.SGD([{"params": [p]} for p in model.parameters()], lr=0.1, momentum=0.9)
    schedule = SCHEDULES[name](nn.optim, optimizer)
    for _ in range(5):
        optimizer.step()
        schedule.step()
    nn.save_checkpoint(tmp_path / "a.npz", model, optimizer, schedule)
    again = nn.SGD([{"params": [p]} for p in model.parameters()], lr=0.1, momentum=0.9)
    loaded = SCHEDULES[name](nn.optim, again)
    nn.load_checkpoint(tmp_path / "a.npz", model, again, loaded)
    assert loaded.state_dict() == schedule.state_dict()
    assert loaded.get_last_lr() == schedule.get_last_lr()


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", SINGLE)
def test_a_schedule_begun_in_pytorch_is_continued_here(name):
    torch = pytest.importorskip("torch")
    theirs = [torch.nn.Parameter(torch.ones(1)) for _ in range(2)]
    there = torch.optim.SGD([{"params": [p]} for p in theirs], lr=0.1, momentum=0.9)
    begun = SCHEDULES[name](torch.optim.lr_scheduler, there)
    optimizer, schedule = made(name)
    for epoch in range(12):
        if epoch == 5:
            optimizer.load_state_dict(there.state_dict())
            schedule.load_state_dict(begun.state_dict())
        for one, other in ((there, begun), (optimizer, schedule)):
            one.step()
            other.step()
    assert schedule.get_last_lr() == pytest.approx(begun.get_last_lr(), rel=1e-10)


@pytest.mark.parametrize("name", SINGLE)
def test_a_step_before_the_first_of_the_optimiser_is_warned_of(name):
    _, schedule = made(name)
    with pytest.warns(UserWarning, match=r"\.step\(\) comes before the first optimizer.step\(\)") as told:
        schedule.step()
    assert [Path(warning.filename).name for warning in told] == ["test_schedules.py"]
    assert schedule.last_epoch == 1
    schedule.step()
    fresh, ordered = made(name)
    for _ in range(2):
        fresh.step()
        ordered.step()
    assert ordered.get_last_lr() == schedule.get_last_lr()


def test_a_plateau_leaves_no_rate_out():
    optimizer = nn.SGD(ours(), lr=0.1)
    schedule = nn.optim.ReduceLROnPlateau(optimizer, patience=0)
    for loss in (1.0, 1.0):
        schedule.step(loss)
    assert schedule.get_last_lr() == [pytest.approx(0.01)]


def test_warm_restarts_take_fractions_of_an_epoch():
    optimizer = nn.SGD(ours(), lr=1.0)
    schedule = nn.optim.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    found = []
    for batch in range(12):
        schedule.step(batch / 4)
        found += schedule.get_last_lr()
    wanted = [(1 + np.cos(np.pi * (batch / 8 if batch < 8 else (batch - 8) / 16))) / 2 for batch in range(12)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    again = nn.optim.CosineAnnealingWarmRestarts(nn.SGD(ours(), lr=1.0), T_0=2, T_mult=2)
    again.load_state_dict(schedule.state_dict())
    optimizer.step()
    schedule.step()
    again.step(3.75)
    assert again.get_last_lr() == schedule.get_last_lr()
    with pytest.raises(DomainError, match=r"`epoch` \(=-1\)"):
        schedule.step(-1)


def test_a_state_that_does_not_fit_changes_nothing():
    _, schedule = made("three in sequence")
    before, rate = schedule.state_dict(), schedule.get_last_lr()
    _, other = made("chained")
    with pytest.raises(ShapeError, match="the state is of 2 schedules, there are 3"):
        schedule.load_state_dict(other.state_dict())
    broken = schedule.state_dict()
    broken["last_epoch"] = 7
    del broken["_schedulers"][2]["base_lrs"]
    with pytest.raises(DomainError, match=r"PolynomialLR.load_state_dict.* lacks 'base_lrs'; is it that"):
        schedule.load_state_dict(broken)
    assert schedule.state_dict() == before
    assert schedule.get_last_lr() == rate


O = nn.optim  # noqa: E741


REFUSED = {
    "no optimiser": (lambda s: O.StepLR("SGD", 1), DtypeError, "StepLR: needs an optimiser, got 'SGD'"),
    "no steps": (lambda s: O.StepLR(s, 0), DomainError, r"`step_size` \(=0\) has to be a whole number from 1"),
    "half a step": (lambda s: O.StepLR(s, 1.5), DtypeError, r"`step_size` \(=1.5\) has to be a whole number"),
    "a negative factor": (lambda s: O.ExponentialLR(s, -1.0), DomainError, r"`gamma` \(=-1.0\)"),
    "functions": (lambda s: O.LambdaLR(s, [abs, abs]), ShapeError, "`lr_lambda` gives 2 values for 1 groups"),
    "no function": (lambda s: O.LambdaLR(s, 0.5), DtypeError, r"`lr_lambda` \(=0.5\) has to be a function"),
    "milestones": (lambda s: O.SequentialLR(s, [O.StepLR(s, 1)], [3]), ShapeError, "need 0 milestones"),
    "falling milestones": (lambda s: O.SequentialLR(s, [O.StepLR(s, 1)] * 3, [3, 2]), DomainError, "a whole number from 4"),
    "a foreign schedule": (lambda s: O.SequentialLR(s, ["x"], []), DomainError, "number 0 of the schedules is a str, no"),
    "another optimiser's": (lambda s: O.ChainedScheduler([O.StepLR(s, 1)], nn.SGD(ours(), lr=0.1)), DomainError, "no schedule of this optimiser"),
    "a plateau in a chain": (lambda s: O.ChainedScheduler([O.ReduceLROnPlateau(s)]), DomainError, "a ReduceLROnPlateau, no schedule .* without a measure"),
    "no schedules": (lambda s: O.ChainedScheduler([]), DomainError, "ChainedScheduler: there are no schedules"),
    "no sequence": (lambda s: O.SequentialLR(s, [], []), DomainError, "SequentialLR: there are no schedules"),
    "a factor above 1": (lambda s: O.ConstantLR(s, 1.5), DomainError, r"`factor` \(=1.5\) has to be a number between 0"),
    "no start": (lambda s: O.LinearLR(s, 0.0), DomainError, r"`start_factor` \(=0.0\) has to be a finite number above"),
    "a start above 1": (lambda s: O.LinearLR(s, 2.0), DomainError, r"`start_factor` \(=2.0\)"),
    "an end above 1": (lambda s: O.LinearLR(s, 0.5, 2.0), DomainError, r"`end_factor` \(=2.0\)"),
    "no way down": (lambda s: O.PolynomialLR(s, 0), DomainError, r"`total_iters` \(=0\)"),
    "a factor for a function": (lambda s: O.MultiplicativeLR(s, 0.9), DtypeError, r"`lr_lambda` \(=0.9\) has to be a function"),
    "no restart": (lambda s: O.CosineAnnealingWarmRestarts(s, 0), DomainError, r"`T_0` \(=0\) has to be a whole number"),
    "half a factor": (lambda s: O.CosineAnnealingWarmRestarts(s, 2, 1.5), DtypeError, r"`T_mult` \(=1.5\)"),
    "rates of groups": (lambda s: O.CyclicLR(s, [0.1, 0.2], 1.0), ShapeError, "`base_lr` gives 2 values for 1 groups"),
    "a negative rate": (lambda s: O.CyclicLR(s, 0.1, [-1.0]), DomainError, r"`max_lr\[0\]` \(=-1.0\)"),
    "an unknown cycle": (lambda s: O.CyclicLR(s, 0.1, 1.0, mode="square"), DomainError, "one of 'triangular'"),
    "least rates": (lambda s: O.ReduceLROnPlateau(s, min_lr=[0.1, 0.2]), ShapeError, "`min_lr` gives 2 values for 1 groups"),
    "no length": (lambda s: O.OneCycleLR(s, 1.0), DomainError, "give `total_steps`, or"),
    "a strange cycle": (lambda s: O.OneCycleLR(s, 1.0, 5, anneal_strategy="x"), DomainError, "one of 'cos', 'linear'"),
    "a rising factor": (lambda s: O.ReduceLROnPlateau(s, factor=1.0), DomainError, r"`factor` \(=1.0\)"),
    "an unknown mode": (lambda s: O.ReduceLROnPlateau(s, mode="best"), DomainError, "one of 'min', 'max'"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_options_are_checked(name):
    make, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        make(nn.SGD([nn.Parameter([1.0])], lr=0.1))


def test_a_cycle_ends_and_needs_a_momentum():
    optimizer = nn.SGD([nn.Parameter([1.0])], lr=0.1)
    schedule = O.OneCycleLR(optimizer, 1.0, total_steps=5)
    for _ in range(5):
        optimizer.step()
        schedule.step()
    with pytest.raises(DomainError, match="the cycle of 5 steps is over"):
        schedule.step()
    with pytest.raises(DomainError, match="no momentum to move"):
        O.OneCycleLR(nn.Adagrad([nn.Parameter([1.0])]), 1.0, total_steps=5)
    with pytest.raises(DomainError, match="CyclicLR: the optimiser has no momentum to move"):
        O.CyclicLR(nn.Adagrad([nn.Parameter([1.0])]), 0.1, 1.0)
