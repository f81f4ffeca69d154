"""Write PyTorch's paths of all optimisers and rates of all schedules: python -m tests.nn.optim.freeze_optimizers"""

from __future__ import annotations

import numpy as np

from tests.nn.optim import optimizer_cases, schedule_cases
from tests.nn.optim.optimizer_cases import OPTIMIZERS, torch_descend
from tests.nn.optim.schedule_cases import KINDS, SCHEDULES, torch_rates

if __name__ == "__main__":
    np.savez_compressed(optimizer_cases.REFERENCE, **{name: torch_descend(name) for name in OPTIMIZERS})
    frozen = {
        f"{name}, {kind}, {by_hand}": torch_rates(name, kind, by_hand)
        for name in SCHEDULES
        for kind in KINDS
        for by_hand in (None, 6)
    }
    np.savez_compressed(schedule_cases.REFERENCE, **frozen)
