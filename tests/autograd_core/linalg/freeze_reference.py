"""Compute outputs and gradients of all cases with PyTorch and write them to ``reference.npz``.

Run ``python -m tests.autograd_core.linalg.freeze_reference`` with PyTorch installed, after changing the cases.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from tests.autograd_core.linalg.cases import TABLES, Case, wave

REFERENCE = Path(__file__).with_name("reference.npz")


class _PairsFft:
    """PyTorch's transforms, on pairs in place of complex numbers."""

    @staticmethod
    def fft(x: Any, *how: Any) -> Any:
        return torch.view_as_real(torch.fft.fft(torch.view_as_complex(x), *how))

    @staticmethod
    def ifft(x: Any, *how: Any) -> Any:
        return torch.view_as_real(torch.fft.ifft(torch.view_as_complex(x), *how))

    @staticmethod
    def rfft(x: Any, *how: Any) -> Any:
        return torch.view_as_real(torch.fft.rfft(x, *how))

    @staticmethod
    def irfft(x: Any, *how: Any) -> Any:
        return torch.fft.irfft(torch.view_as_complex(x), *how)


def _cond(a: Any, p: Any = None) -> Any:
    """PyTorch's own gradient of ``cond(a, "fro")`` stops at an operation in place."""
    if p != "fro":
        return torch.linalg.cond(a, p)
    return torch.linalg.matrix_norm(a) * torch.linalg.matrix_norm(torch.linalg.inv(a))


LINALG = SimpleNamespace(**{**vars(torch.linalg), "cond": _cond})
OPERATIONS = {"linalg": LINALG, "einsum": torch, "fft": _PairsFft}


def compute(table: str, case: Case) -> dict[str, np.ndarray]:
    inputs = [torch.tensor(x, requires_grad=True) for x in case.inputs]
    output = case.function(OPERATIONS[table], *inputs)
    output.backward(torch.tensor(wave(*output.shape, phase=0.5)))
    found = {"output": output.detach()} | {f"gradient {i}": x.grad for i, x in enumerate(inputs)}
    return {key: value.numpy() for key, value in found.items()}


def main() -> None:
    found = {
        f"{table}/{name}/{key}": array
        for table, cases in TABLES.items()
        for name, case in cases.items()
        for key, array in compute(table, case).items()
    }
    np.savez_compressed(REFERENCE, **found)
    print(f"{len(found)} arrays in {REFERENCE}, by PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
