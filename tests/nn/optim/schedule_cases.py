"""The schedules that are compared with PyTorch's: each made by ``make(library, optimizer)``, for either."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE = Path(__file__).with_name("schedules.npz")
EPOCHS = 24
KINDS = ("SGD", "Adam")


def sequential(o, s):
    warm = o.LinearLR(s, start_factor=0.1, total_iters=3)
    return o.SequentialLR(s, [warm, o.ExponentialLR(s, 0.8)], milestones=[4])


SCHEDULES = {
    "steps": lambda o, s: o.StepLR(s, 3, 0.5),
    "milestones": lambda o, s: o.MultiStepLR(s, [2, 7, 7], 0.3),
    "exponential": lambda o, s: o.ExponentialLR(s, 0.7),
    "cosine": lambda o, s: o.CosineAnnealingLR(s, T_max=14, eta_min=0.001),
    "cosine, up again": lambda o, s: o.CosineAnnealingLR(s, T_max=5),
    "constant": lambda o, s: o.ConstantLR(s),
    "constant, longer": lambda o, s: o.ConstantLR(s, factor=0.25, total_iters=8),
    "linear": lambda o, s: o.LinearLR(s, start_factor=0.2, end_factor=0.9, total_iters=6),
    "linear, down to 0": lambda o, s: o.LinearLR(s, start_factor=1.0, end_factor=0.0, total_iters=9),
    "polynomial": lambda o, s: o.PolynomialLR(s),
    "polynomial, curved": lambda o, s: o.PolynomialLR(s, total_iters=11, power=1.7),
    "lambda": lambda o, s: o.LambdaLR(s, lambda epoch: 1 / (1 + epoch)),
    "a lambda for each group": lambda o, s: o.LambdaLR(s, [lambda e: 0.9**e, lambda e: 1 + e]),
    "factors": lambda o, s: o.MultiplicativeLR(s, lambda epoch: 0.9 + 0.01 * epoch),
    "factors for each group": lambda o, s: o.MultiplicativeLR(s, [lambda e: 0.9, lambda e: 1 - e / 100]),
    "restarts": lambda o, s: o.CosineAnnealingWarmRestarts(s, 4),
    "restarts, growing": lambda o, s: o.CosineAnnealingWarmRestarts(s, T_0=3, T_mult=2, eta_min=0.01),
    "cycles": lambda o, s: o.CyclicLR(s, 0.01, 0.2, step_size_up=3),
    "cycles, halved": lambda o, s: o.CyclicLR(s, [0.01, 0.02], [0.2, 0.3], 3, 5, "triangular2", base_momentum=[0.5, 0.6], max_momentum=[0.8, 0.9]),
    "cycles, decaying": lambda o, s: o.CyclicLR(s, 0.01, 0.2, 4, mode="exp_range", gamma=0.9, cycle_momentum=False),
    "cycles, scaled": lambda o, s: o.CyclicLR(s, 0.01, 0.2, 4, scale_fn=lambda t: 0.8**t, scale_mode="iterations"),
    "cycles, scaled by cycle": lambda o, s: o.CyclicLR(s, 0.01, 0.2, 4, scale_fn=lambda cycle: 1 / cycle),
    "one cycle": lambda o, s: o.OneCycleLR(s, max_lr=0.5, total_steps=24),
    "one cycle, linear": lambda o, s: o.OneCycleLR(s, 0.5, epochs=8, steps_per_epoch=3, anneal_strategy="linear", div_factor=10, final_div_factor=100, base_momentum=0.5, max_momentum=0.9),
    "one cycle, three phases": lambda o, s: o.OneCycleLR(s, [0.5, 0.6], total_steps=30, pct_start=0.4, three_phase=True, base_momentum=[0.8, 0.7]),
    "one cycle, momentum fixed": lambda o, s: o.OneCycleLR(s, 0.5, total_steps=25, cycle_momentum=False),
    "warm-up, then decay": sequential,
    "three in sequence": lambda o, s: o.SequentialLR(s, [o.ConstantLR(s, 0.1, 2), o.CosineAnnealingLR(s, 6), o.PolynomialLR(s, 4)], [3, 9]),
    "factors go on": lambda o, s: o.SequentialLR(s, [o.StepLR(s, 2), o.MultiplicativeLR(s, lambda e: 0.9)], [5]),
    "cycles in sequence": lambda o, s: o.SequentialLR(s, [o.LinearLR(s), o.CyclicLR(s, 0.01, 0.2, 3), o.CosineAnnealingWarmRestarts(s, 5)], [4, 12]),
    "chained": lambda o, s: o.ChainedScheduler([o.ConstantLR(s, 0.1, 2), o.ExponentialLR(s, 0.9)]),
    "chained, shifted": lambda o, s: o.ChainedScheduler([o.StepLR(s, 4, 0.5), o.CosineAnnealingLR(s, 5, 0.02)], s),
    "chained with a lambda": lambda o, s: o.ChainedScheduler([o.ExponentialLR(s, 0.9), o.LambdaLR(s, lambda e: 0.8**e), o.StepLR(s, 4)]),
    "chained sequences": lambda o, s: o.ChainedScheduler([sequential(o, s), o.PolynomialLR(s, 20, 2.0)]),
    "side by side": lambda o, s: [o.LinearLR(s, 0.1, total_iters=4), o.ExponentialLR(s, 0.9), o.MultiStepLR(s, [6], 0.5)],
}  # fmt: skip


def rates(optim: Any, parameters: list[Any], make: Any, kind: str, by_hand: int | None = None) -> np.ndarray:
    """The rates and momenta of two groups in every epoch; after one of them the rates are halved by hand."""
    options = {"momentum": 0.9} if kind == "SGD" else {}
    groups = [{"params": [parameters[0]]}, {"params": [parameters[1]], "lr": 0.3}]
    optimizer = getattr(optim, kind)(groups, lr=0.1, **options)
    made = make(getattr(optim, "lr_scheduler", optim), optimizer)
    found = []
    for epoch in range(EPOCHS):
        found.append(
            [g["lr"] for g in optimizer.param_groups]
            + [g["momentum"] if kind == "SGD" else g["betas"][0] for g in optimizer.param_groups]
        )
        optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] *= 0.5 if epoch == by_hand else 1.0
        for schedule in made if isinstance(made, list) else [made]:
            schedule.step()
    return np.array(found)


def torch_rates(name: str, kind: str, by_hand: int | None = None) -> np.ndarray:
    """The same by PyTorch."""
    import torch

    parameters = [torch.nn.Parameter(torch.ones(1)) for _ in range(2)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns of its own SequentialLR
        return rates(torch.optim, parameters, SCHEDULES[name], kind, by_hand)
