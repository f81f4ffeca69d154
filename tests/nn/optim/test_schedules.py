"""Learning-rate schedules have PyTorch's rates, resume, and refuse what makes no sense."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, DtypeError, GraphError, ShapeError

EPOCHS = 14


def sequential(optim, optimizer):
    warm = optim.LinearLR(optimizer, start_factor=0.1, total_iters=3)
    return optim.SequentialLR(optimizer, [warm, optim.ExponentialLR(optimizer, 0.8)], milestones=[4])


SCHEDULES = {
    "steps": lambda o, s: o.StepLR(s, 3, 0.5),
    "milestones": lambda o, s: o.MultiStepLR(s, [2, 7, 7], 0.3),
    "exponential": lambda o, s: o.ExponentialLR(s, 0.7),
    "cosine": lambda o, s: o.CosineAnnealingLR(s, T_max=14, eta_min=0.001),
    "linear": lambda o, s: o.LinearLR(s, start_factor=0.2, end_factor=0.9, total_iters=6),
    "lambda": lambda o, s: o.LambdaLR(s, lambda epoch: 1 / (1 + epoch)),
    "a lambda for each group": lambda o, s: o.LambdaLR(s, [lambda e: 0.9**e, lambda e: 1 + e]),
    "warm-up, then decay": sequential,
    "one cycle": lambda o, s: o.OneCycleLR(s, max_lr=0.5, total_steps=15),
    "one cycle, linear": lambda o, s: o.OneCycleLR(s, 0.5, epochs=5, steps_per_epoch=3, anneal_strategy="linear", div_factor=10, final_div_factor=100, base_momentum=0.5, max_momentum=0.9),
    "one cycle, three phases": lambda o, s: o.OneCycleLR(s, 0.5, total_steps=20, pct_start=0.4, three_phase=True),
    "one cycle, momentum fixed": lambda o, s: o.OneCycleLR(s, 0.5, total_steps=15, cycle_momentum=False),
}  # fmt: skip


def rates(optim, parameters, make, kind="SGD"):
    options = {"momentum": 0.9} if kind == "SGD" else {}
    groups = [{"params": [parameters[0]]}, {"params": [parameters[1]], "lr": 0.3}]
    optimizer = getattr(optim, kind)(groups, lr=0.1, **options)
    schedule = make(getattr(optim, "lr_scheduler", optim), optimizer)
    found = []
    for _ in range(EPOCHS):
        found.append(
            [g["lr"] for g in optimizer.param_groups]
            + [g["momentum"] if kind == "SGD" else g["betas"][0] for g in optimizer.param_groups]
        )
        optimizer.step()
        schedule.step()
    return found


def ours():
    return [nn.Parameter([1.0]), nn.Parameter([2.0])]


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step:UserWarning")
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_and_momenta_are_pytorchs(name, kind):
    torch = pytest.importorskip("torch")
    wanted = rates(torch.optim, [torch.nn.Parameter(torch.ones(1)) for _ in range(2)], SCHEDULES[name], kind)
    found = rates(nn.optim, ours(), SCHEDULES[name], kind)
    assert len(np.unique(wanted, axis=0)) > 2
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_resumes(name):
    whole, optimizers = [], []
    for cut in (None, 6):
        optimizer = nn.SGD([{"params": [p]} for p in ours()], lr=0.1, momentum=0.9)
        schedule = SCHEDULES[name](nn.optim, optimizer)
        for epoch in range(12):
            if epoch == cut:
                state, options = schedule.state_dict(), optimizer.state_dict()
                optimizer = nn.SGD([{"params": [p]} for p in ours()], lr=0.1, momentum=0.9)
                schedule = SCHEDULES[name](nn.optim, optimizer)
                optimizer.load_state_dict(options)
                schedule.load_state_dict(state)
            optimizer.step()
            schedule.step()
            (whole if cut is None else optimizers).append(schedule.get_last_lr())
    assert whole == optimizers


@pytest.mark.parametrize("make", [*SCHEDULES.values(), lambda o, s: o.ReduceLROnPlateau(s)])
def test_a_schedule_stepped_before_its_optimiser_is_refused(make):
    optimizer = nn.SGD([{"params": [p]} for p in ours()], lr=0.1, momentum=0.9)
    schedule = make(nn.optim, optimizer)
    arguments = (1.0,) if isinstance(schedule, nn.optim.ReduceLROnPlateau) else ()
    with pytest.raises(GraphError, match=r"comes before the first optimizer.step\(\)"):
        schedule.step(*arguments)
    optimizer.step()
    schedule.step(*arguments)
    schedule.step(*arguments)


O = nn.optim  # noqa: E741


REFUSED = {
    "no optimiser": (lambda s: O.StepLR("SGD", 1), DtypeError, "StepLR: needs an optimiser, got 'SGD'"),
    "no steps": (lambda s: O.StepLR(s, 0), DomainError, r"`step_size` \(=0\) has to be a whole number from 1"),
    "half a step": (lambda s: O.StepLR(s, 1.5), DtypeError, r"`step_size` \(=1.5\) has to be a whole number"),
    "a negative factor": (lambda s: O.ExponentialLR(s, -1.0), DomainError, r"`gamma` \(=-1.0\)"),
    "functions": (lambda s: O.LambdaLR(s, [abs, abs]), ShapeError, "2 functions for 1 groups"),
    "no function": (lambda s: O.LambdaLR(s, 0.5), DtypeError, r"`lr_lambda` \(=0.5\) has to be a function"),
    "milestones": (lambda s: O.SequentialLR(s, [O.StepLR(s, 1)], [3]), ShapeError, "need 0 milestones"),
    "falling milestones": (lambda s: O.SequentialLR(s, [O.StepLR(s, 1)] * 3, [3, 2]), DomainError, "a whole number from 4"),
    "a foreign schedule": (lambda s: O.SequentialLR(s, ["x"], []), DomainError, "no schedule of this optimiser"),
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
