"""Optimisers: what becomes of the parameters, given their gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from .flat import FlatParameters
from .module import Module
from .parameter import Parameter

__all__ = ["SGD"]

Array = np.ndarray[Any, np.dtype[Any]]
Group = dict[str, Any]


class SGD:
    """Gradient descent, w <- w - α g, with momentum if wanted.

    With ``momentum_form="sum"``, PyTorch's, the velocity adds up gradients, V <- β V + (1 - τ) g (the
    first time V <- g); with ``"average"``, the lecture's, it is their moving average,
    V <- β V + (1 - β) g from V = 0. Then w <- w - α V: the sum takes steps 1 / (1 - β) times as long.

    Args:
        parameters: the parameters; or a list of groups, dictionaries with "params" and any of the
            options below, which then hold for the group.
        lr: the learning rate α.
        momentum: β.
        dampening: τ.
        weight_decay: adds weight_decay × w to the gradient of every parameter, as PyTorch does.
        nesterov: look ahead, g + β V in place of V.
        l2: adds l2 × w to the gradients of weights only: the ridge penalty l2/2 Σ W², see
            :func:`nn.l2_penalty`.
        momentum_form: "sum" or "average".

    Attributes:
        param_groups: the groups; ``param_groups[0]["lr"]`` may be changed between steps.

    Raises:
        DomainError: for a negative or undefined number, an unknown option, or a parameter given twice.
        DtypeError: for something that is no parameter.
        ShapeError: if there are no parameters.

    Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; Sutskever
    et al. (2013), "On the importance of initialization and momentum in deep learning".

    >>> import nn
    >>> w = nn.Parameter([1.0])
    >>> optimiser = nn.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimiser.step()
    >>> w
    Parameter([0.8], requires_grad=True)
    """

    def __init__(
        self,
        parameters: Iterable[Parameter] | Iterable[Mapping[str, Any]],
        lr: float,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        l2: float = 0.0,
        momentum_form: str = "sum",
    ) -> None:
        options: Group = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "l2": l2,
            "momentum_form": momentum_form,
        }
        self.param_groups = _groups(parameters, options)
        self._flats = [_of_each_dtype(group["params"]) for group in self.param_groups]
        self._velocity: dict[FlatParameters, Array] = {}
        self._moving: set[Parameter] = set()  # those whose velocity has begun

    def step(self) -> None:
        """Move every parameter that has a gradient, in place in its ``data``."""
        for group, flats in zip(self.param_groups, self._flats, strict=True):
            for flat in flats:
                self._step(group, flat)

    def _step(self, group: Group, flat: FlatParameters) -> None:
        lr, beta, average = group["lr"], group["momentum"], group["momentum_form"] == "average"
        fresh = 1 - (beta if average else group["dampening"])
        kinds = []
        for w, present in zip(flat.parameters, flat.gather(), strict=True):
            decay = group["weight_decay"] + (0.0 if w.is_bias else group["l2"])
            kinds.append((decay, w in self._moving) if present else None)
            if present and beta:
                self._moving.add(w)
        if beta and flat not in self._velocity:
            self._velocity[flat] = flat.buffer()
        for (decay, moving), place in flat.stretches(kinds):
            data, g = flat.data[place], flat.gradient[place]
            scratch = np.empty_like(g)
            if decay:
                g += np.multiply(data, decay, out=scratch)
            if beta:
                v = self._velocity[flat][place]
                v *= beta
                v += g if fresh == 1 or not (moving or average) else np.multiply(g, fresh, out=scratch)
                if group["nesterov"]:
                    g += np.multiply(v, beta, out=scratch)
                else:
                    g = v
            data -= np.multiply(g, lr, out=scratch)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.zero_grad()

    # -- state ----------------------------------------------------------------------------------

    def _parameters(self) -> list[Parameter]:
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def state_dict(self) -> dict[str, Any]:
        """The options and the velocities, parameters replaced by their numbers, as in PyTorch."""
        number = {parameter: i for i, parameter in enumerate(self._parameters())}
        return {
            "state": {
                number[parameter]: {"momentum_buffer": velocity.reshape(parameter.shape).copy()}
                for parameter, velocity in self._velocities()
                if parameter in self._moving
            },
            "param_groups": [
                {**group, "params": [number[parameter] for parameter in group["params"]]}
                for group in self.param_groups
            ],
        }

    def _velocities(self) -> Iterator[tuple[Parameter, Array]]:
        for flat, velocity in self._velocity.items():
            for parameter, place in zip(flat.parameters, flat.places, strict=True):
                yield parameter, velocity[place]

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over options and velocities from :meth:`state_dict` of an optimiser of the same model.

        Raises:
            ShapeError: if groups, their parameters or their shapes differ. Nothing is loaded then.
            DomainError: for options that an optimiser does not take.
        """
        groups = state_dict["param_groups"]
        sizes, own = [len(g["params"]) for g in groups], [len(g["params"]) for g in self.param_groups]
        if sizes != own:
            raise ShapeError(
                f"load_state_dict(): the state has groups of {sizes} parameters, this optimiser {own}"
            )
        everything = self._parameters()
        velocity = {}
        for i, entry in state_dict["state"].items():
            parameter, buffer = everything[int(i)], entry.get("momentum_buffer")
            if buffer is None:
                continue
            array = np.array(buffer, dtype=parameter.dtype)
            if array.shape != parameter.shape:
                raise ShapeError(
                    f"load_state_dict(): the velocity of parameter {i} has shape {array.shape}, "
                    f"the parameter {parameter.shape}"
                )
            velocity[parameter] = array
        options = [
            {**group, **{key: given[key] for key in group if key in given and key != "params"}}
            for group, given in zip(self.param_groups, groups, strict=True)
        ]
        for group in options:
            _check_options(group)
        for group, loaded in zip(self.param_groups, options, strict=True):
            group.update(loaded)
        self._velocity = {flat: flat.buffer() for flats in self._flats for flat in flats}
        self._moving = set(velocity)
        for parameter, place in self._velocities():
            if parameter in velocity:
                place[...] = velocity[parameter].reshape(-1)

    def __repr__(self) -> str:
        lines = [
            ", ".join(
                [
                    f"{len(group['params'])} parameters",
                    *(f"{k}={v!r}" for k, v in group.items() if k != "params"),
                ]
            )
            for group in self.param_groups
        ]
        return "SGD(" + "; ".join(lines) + ")"


def _of_each_dtype(parameters: list[Parameter]) -> list[FlatParameters]:
    """The parameters in flat memory, weights before biases so that like stands beside like."""
    dtypes = dict.fromkeys(parameter.dtype for parameter in parameters)
    return [
        FlatParameters(sorted((p for p in parameters if p.dtype == dtype), key=lambda p: p.is_bias))
        for dtype in dtypes
    ]


def _groups(parameters: Any, options: Group) -> list[Group]:
    """The groups, each with all options, checked."""
    if isinstance(parameters, Tensor | Module | Mapping) or not isinstance(parameters, Iterable):
        hint = (
            "model.parameters()" if isinstance(parameters, Module) or callable(parameters) else "[parameter]"
        )
        raise DtypeError(
            f"SGD: needs parameters in a list or an iterator, got {type(parameters).__name__}; write {hint}"
        )
    given = list(parameters)
    groups = given if given and all(isinstance(g, Mapping) for g in given) else [{"params": given}]
    made: list[Group] = []
    seen: set[Parameter] = set()
    for group in groups:
        unknown = sorted(set(group) - {*options, "params"})
        if unknown or "params" not in group:
            known = ", ".join(options)
            wrong = f"has the unknown option {unknown[0]!r}" if unknown else "lacks 'params'"
            raise DomainError(f"SGD: a group {wrong}; it takes 'params' and {known}")
        members = group["params"]
        members = [members] if isinstance(members, Tensor) else list(members)
        if not members:
            raise ShapeError("SGD: there are no parameters; has the model any, or was the iterator used up?")
        for i, parameter in enumerate(members):
            if not isinstance(parameter, Parameter):
                raise DtypeError(f"SGD: number {i} is no nn.Parameter but {parameter!r}")
            if parameter in seen:
                raise DomainError(f"SGD: the parameter {parameter.label or i} is given twice")
            seen.add(parameter)
        made.append({**options, **group, "params": members})
        _check_options(made[-1])
    return made


def _check_options(group: Group) -> None:
    for name in ("lr", "momentum", "weight_decay", "l2", "dampening"):
        value = group[name]
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise DtypeError(f"SGD: `{name}` has to be a number, got {value!r}")
        if not math.isfinite(value) or value < 0:
            raise DomainError(f"SGD: `{name}` (={value}) has to be a finite number from 0")
    form = group["momentum_form"]
    if form not in ("sum", "average"):
        raise DomainError(f"SGD: `momentum_form` (={form!r}) has to be 'sum' or 'average'")
    if form == "average" and (group["momentum"] >= 1 or group["dampening"] or group["nesterov"]):
        raise DomainError(
            "SGD: `momentum_form` (='average') needs `momentum` below 1, no `dampening` and no `nesterov`"
        )
    if group["nesterov"] and (not group["momentum"] or group["dampening"]):
        raise DomainError("SGD: `nesterov` needs a `momentum` and no `dampening`")
