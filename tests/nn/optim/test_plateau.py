"""A rate that falls when nothing gets better has PyTorch's values, and resumes."""

from __future__ import annotations

import pytest

import nn

PLATEAUS = {
    "defaults": {"patience": 2},
    "absolute": {"patience": 0, "threshold_mode": "abs", "threshold": 0.05, "factor": 0.5},
    "larger is better": {"mode": "max", "patience": 1, "cooldown": 2, "factor": 0.3},
    "a floor": {"patience": 0, "min_lr": 0.02},
}


@pytest.mark.peers
@pytest.mark.parametrize("name", PLATEAUS)
def test_the_plateau_is_pytorchs(name):
    torch = pytest.importorskip("torch")
    found = []
    for optim, parameter in (
        (nn.optim, nn.Parameter([1.0])),
        (torch.optim, torch.nn.Parameter(torch.ones(1))),
    ):
        optimizer = optim.SGD([parameter], lr=0.1)
        schedule = getattr(optim, "lr_scheduler", optim).ReduceLROnPlateau(optimizer, **PLATEAUS[name])
        path = []
        for epoch in range(20):
            optimizer.step()
            schedule.step(max(0.2, 1 / (1 + epoch)))
            path.append(optimizer.param_groups[0]["lr"])
        found.append(path)
    assert len(set(found[1])) > 1
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_the_plateau_resumes():
    def made():
        optimizer = nn.SGD([nn.Parameter([1.0])], lr=0.1)
        optimizer.step()
        return nn.optim.ReduceLROnPlateau(optimizer, patience=1), optimizer

    (whole, first), (second, other) = made(), made()
    first.step()
    other.step()
    for _ in range(2):
        whole.step(1.0)
    second.load_state_dict(whole.state_dict())
    for schedule in (whole, second):
        schedule.step(1.0)
    assert whole.get_last_lr() == second.get_last_lr() == [pytest.approx(0.01)]
