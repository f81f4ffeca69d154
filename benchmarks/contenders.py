"""Who takes part, and in what."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

__all__ = ["CONTENDERS", "OURS", "REFERENCES", "Contender"]

OURS = "autograd-core"


@dataclass(frozen=True)
class Contender:
    """A library, or one way of using it.

    Attributes:
        label: the heading of its column.
        module: its module in :mod:`benchmarks.libraries`.
        requires: the package that has to be installed.
        families: the groups of workloads it takes part in.
        variant: passed to the module.
        quick: whether it takes part with ``--quick``.
    """

    label: str
    module: str
    requires: str
    families: tuple[str, ...]
    variant: str = ""
    quick: bool = True

    @property
    def installed(self) -> bool:
        """Whether its package can be found."""
        return importlib.util.find_spec(self.requires) is not None


_TENSORS = ("networks", "momenta", "rows")

CONTENDERS = (
    Contender(
        OURS,
        "ours",
        "autograd_core",
        (*_TENSORS, "scalars", "operations", "arrays", "scaling"),
    ),
    Contender("PyTorch", "with_torch", "torch", (*_TENSORS, "operations", "scaling")),
    Contender("PyTorch channels-last", "with_torch", "torch", ("networks",), "channels_last"),
    Contender("torch.compile", "with_torch", "torch", _TENSORS, "compile", quick=False),
    Contender("JAX jit", "with_jax", "jax", _TENSORS),
    Contender("autograd", "with_autograd", "autograd", (*_TENSORS, "operations")),
    Contender("MyGrad", "with_mygrad", "mygrad", (*_TENSORS, "operations")),
    Contender("micrograd", "with_micrograd", "micrograd", ("scalars", "scaling")),
    Contender("XAD", "with_xad", "xad", ("scalars",)),
    Contender("CasADi", "with_casadi", "casadi", ("scalars",)),
    Contender("PyTorch 0-d", "with_torch", "torch", ("scalars",), quick=False),
    Contender("NumPy", "plain_numpy", "numpy", ("operations", "arrays")),
)

REFERENCES = {
    "networks": "PyTorch",
    "momenta": "PyTorch",
    "rows": "PyTorch",
    "operations": "PyTorch",
    "scalars": "micrograd",
    "arrays": "NumPy",
}
"""Whose time is 1, in each family of workloads."""
