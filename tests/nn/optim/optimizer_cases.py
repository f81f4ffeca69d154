"""The optimisers and options that are compared with PyTorch's: (class, options), the same for both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tests.nn.cases import start, valley

REFERENCE = Path(__file__).with_name("optimizers.npz")
STEPS = 10


def _grid(kind: str, base: dict[str, Any], variants: dict[str, dict[str, Any]]) -> dict[str, Any]:
    decayed = {"weight decay": {"weight_decay": 0.1}, "maximize": {"maximize": True}}
    everything = {"defaults": {}, **decayed, **variants}
    return {f"{kind}: {name}": (kind, {**base, **options}) for name, options in everything.items()}


OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    **_grid("SGD", {"lr": 0.02}, {"momentum": {"momentum": 0.9, "dampening": 0.3}}),
    **_grid("Adagrad", {"lr": 0.1}, {
        "falling": {"lr_decay": 0.2, "initial_accumulator_value": 0.5, "eps": 1e-6},
        "all": {"lr_decay": 0.2, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "maximize": True},
    }),
    **_grid("RMSprop", {"lr": 0.02}, {
        "momentum": {"momentum": 0.8, "alpha": 0.9},
        "centered": {"centered": True, "alpha": 0.8, "eps": 1e-4},
        "all": {"centered": True, "momentum": 0.8, "alpha": 0.9, "weight_decay": 0.05},
    }),
    **_grid("Adadelta", {}, {"slower": {"lr": 0.5, "rho": 0.7, "eps": 1e-4}}),
    **_grid("Adam", {"lr": 0.05}, {
        "betas": {"betas": (0.6, 0.8), "eps": 1e-3},
        "amsgrad": {"amsgrad": True, "betas": (0.5, 0.6)},
        "decoupled": {"weight_decay": 0.1, "decoupled_weight_decay": True},
        "all": {"amsgrad": True, "weight_decay": 0.1, "maximize": True},
    }),
    **_grid("AdamW", {"lr": 0.05}, {"amsgrad": {"amsgrad": True, "weight_decay": 0.5, "betas": (0.5, 0.6)}}),
    **_grid("Adamax", {"lr": 0.05}, {"betas": {"betas": (0.6, 0.8), "eps": 1e-3}}),
    **_grid("NAdam", {"lr": 0.05}, {
        "momentum": {"momentum_decay": 0.1, "betas": (0.7, 0.9), "eps": 1e-3},
        "decoupled": {"weight_decay": 0.1, "decoupled_weight_decay": True},
    }),
    **_grid("RAdam", {"lr": 0.05}, {
        "betas": {"betas": (0.6, 0.99), "eps": 1e-3},
        "decoupled": {"weight_decay": 0.1, "decoupled_weight_decay": True},
        "never adaptive": {"betas": (0.9, 0.5)},
    }),
    **_grid("ASGD", {"lr": 0.05}, {"averaged": {"t0": 2, "lambd": 0.1, "alpha": 0.6, "weight_decay": 0.05}}),
    "Rprop: defaults": ("Rprop", {}),
    "Rprop: maximize": ("Rprop", {"maximize": True}),
    "Rprop: bounds": ("Rprop", {"lr": 0.2, "etas": (0.3, 1.5), "step_sizes": (0.05, 0.3)}),
    **_grid("Adafactor", {"lr": 0.1}, {
        "clipped": {"eps": (1e-4, 1e-2), "d": 2.0, "beta2_decay": -0.5},
        "all": {"weight_decay": 0.2, "maximize": True, "eps": (1e-2, 0.5)},
    }),
    "Muon: defaults": ("Muon", {}),
    "Muon: as large as Adam's steps": ("Muon", {"lr": 0.1, "nesterov": False, "adjust_lr_fn": "match_rms_adamw"}),
    "Muon: all": ("Muon", {"lr": 0.1, "weight_decay": 0.3, "momentum": 0.5, "ns_steps": 3, "ns_coefficients": (3.0, -3.2, 1.2)}),
    "LBFGS: small steps": ("LBFGS", {"lr": 0.1, "max_iter": 5, "history_size": 4}),
    "LBFGS: fixed steps": ("LBFGS", {"lr": 0.5, "max_iter": 3}),
    "LBFGS: short memory": ("LBFGS", {"lr": 0.3, "max_iter": 2, "history_size": 2}),
    "LBFGS: one iteration": ("LBFGS", {"lr": 0.8, "max_iter": 1}),
    "LBFGS: line search": ("LBFGS", {"max_iter": 2, "line_search_fn": "strong_wolfe"}),
    "LBFGS: long first trial": ("LBFGS", {"lr": 20.0, "max_iter": 3, "max_eval": 25, "line_search_fn": "strong_wolfe"}),
    "LBFGS: short first trial": ("LBFGS", {"lr": 0.001, "max_iter": 2, "line_search_fn": "strong_wolfe"}),
    "LBFGS: few evaluations": ("LBFGS", {"lr": 9.0, "max_eval": 4, "line_search_fn": "strong_wolfe"}),
}  # fmt: skip


def start_of(name: str) -> list[np.ndarray]:
    """Where an optimiser sets out; some take matrices only."""
    return [x.reshape(3, -1) if OPTIMIZERS[name][0] == "Muon" else x for x in start()]


def descend(library: Any, make_parameter: Any, name: str, loss: Any = valley) -> np.ndarray:
    """Weight and bias after each of the steps, one row for a step; ``library`` has the optimisers."""
    kind, options = OPTIMIZERS[name]
    parameters = [make_parameter(x) for x in start_of(name)]
    optimizer = getattr(library, kind)(parameters, **options)

    def closure() -> Any:
        optimizer.zero_grad()
        value = loss(*parameters)
        value.backward()
        return value

    rows = []
    for _ in range(STEPS):
        optimizer.step(closure)
        rows.append(np.concatenate([np.array(p.tolist()).ravel() for p in parameters]))
    return np.array(rows)


@contextmanager
def torch_in_float64() -> Iterator[Any]:
    """PyTorch with float64 as its default: NAdam keeps its product of momenta in the default dtype."""
    import torch

    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield torch
    finally:
        torch.set_default_dtype(default)


def torch_descend(name: str) -> np.ndarray:
    """The same by PyTorch, in float64."""
    with torch_in_float64() as torch:
        return descend(torch.optim, lambda x: torch.nn.Parameter(torch.tensor(x)), name)
