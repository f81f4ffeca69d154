"""Write PyTorch's results of all cases, or of some families: python -m tests.nn.freeze_reference [family ...]"""

from __future__ import annotations

import sys

import numpy as np

from tests.nn.cases import OPTIMIZERS, REFERENCE
from tests.nn.checks import descend, run_in_torch
from tests.nn.families import FAMILIES, reference
from tests.nn.operands import wave

GAINS = {"linear": None, "conv2d": None, "sigmoid": None, "tanh": None, "relu": None, "leaky_relu": 0.2}


def freeze_family(family: str) -> None:
    arrays = {}
    for name, case in FAMILIES[family].items():
        for key, array in run_in_torch(case).items():
            arrays[f"{name} | {key}"] = array
    np.savez_compressed(reference(family), **arrays)


def freeze_the_rest() -> None:
    import torch

    arrays = {}
    for name, options in OPTIMIZERS.items():
        arrays[f"SGD: {name}"] = descend(
            lambda x: torch.nn.Parameter(torch.tensor(x)),
            lambda parameters, o=options: torch.optim.SGD(parameters, lr=0.02, **o),
        )
    for name, slope in GAINS.items():
        arrays[f"gain: {name}"] = np.array(torch.nn.init.calculate_gain(name, slope))
    image = torch.tensor(wave(1, 28, 28))
    weight, bias = torch.tensor(wave(20, 1, 5, 5)), torch.tensor(wave(20, phase=1.0))
    output = torch.relu(torch.conv2d(image, weight, bias, stride=1, padding=1))
    arrays["ConvNet: sums over rows"] = output.sum(dim=2).numpy()
    np.savez_compressed(REFERENCE, **arrays)


if __name__ == "__main__":
    for family in sys.argv[1:] or FAMILIES:
        freeze_family(family)
    if not sys.argv[1:]:
        freeze_the_rest()
