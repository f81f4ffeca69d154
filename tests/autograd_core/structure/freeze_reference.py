"""Write PyTorch's results of all cases to ``reference.npz``:
python -m tests.autograd_core.structure.freeze_reference
"""

from __future__ import annotations

import numpy as np

from tests.autograd_core.structure.cases import CASES, REFERENCE, operands, weights


def freeze() -> None:
    import torch

    arrays = {}
    for name, (_, theirs, *_) in CASES.items():
        inputs = [torch.tensor(x, requires_grad=True) for x in operands(name)]
        output = theirs(torch, *inputs)
        output.backward(torch.tensor(weights(tuple(output.shape))))
        arrays[f"{name} | output"] = output.detach().numpy()
        for i, x in enumerate(inputs):
            arrays[f"{name} | gradient {i}"] = x.grad.numpy()
    np.savez_compressed(REFERENCE, **arrays)


if __name__ == "__main__":
    freeze()
