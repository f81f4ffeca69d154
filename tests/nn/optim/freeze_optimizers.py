"""Write PyTorch's paths of all optimisers to ``optimizers.npz``: python -m tests.nn.optim.freeze_optimizers"""

from __future__ import annotations

import numpy as np

from tests.nn.optim.optimizer_cases import OPTIMIZERS, REFERENCE, torch_descend

if __name__ == "__main__":
    np.savez_compressed(REFERENCE, **{name: torch_descend(name) for name in OPTIMIZERS})
