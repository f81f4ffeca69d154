"""Optimisers that see a parameter as a matrix: Adafactor and Muon."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import InitVar
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import (
    check_count,
    check_flag,
    check_not_negative,
    check_number,
    check_word,
    is_number,
)
from .flat import FlatParameters
from .groups import Group
from .optimizer import Array, Optimizer, Piece, Run
from .options import option

__all__ = ["Adafactor", "Muon"]


class _Shaped(Optimizer):
    """Optimisers whose pieces are whole parameters, in their shapes."""

    def _plan(
        self, flat: FlatParameters, present: list[bool], starts: dict[str, float], decay: float, l2: float
    ) -> list[Run]:
        group = next(g for g, flats in zip(self.param_groups, self._flats, strict=True) if flat in flats)
        runs = []
        for w, place, has_gradient in zip(flat.parameters, flat.places, present, strict=True):
            if has_gradient:
                numbers = self._numbers.setdefault(w, self._begin())
                data, gradient = (x[place].reshape(w.shape) for x in (flat.data, flat.gradient))
                kept = self._arrays_of(group, flat, w, place)
                runs.append(Run(decay, numbers, [Piece(data, gradient, np.empty_like(data), kept, numbers)]))
        return runs

    def _arrays_of(
        self, group: Group, flat: FlatParameters, parameter: Tensor, place: slice
    ) -> dict[str, Array]:
        kept = self._kept.setdefault(flat, {})
        shapes = self._shapes(group, parameter)
        names = {name: f"{name} {place.start}" for name in shapes}
        for name, shape in shapes.items():
            kept.setdefault(names[name], np.zeros(shape, parameter.dtype))
        return {name: kept[names[name]] for name in shapes}


def check_epsilons(place: str, *, eps: Any) -> None:
    """ε1, which may be None, and ε2.

    Raises:
        DtypeError: if they are not two.
        DomainError: if one is negative.
    """
    if not isinstance(eps, tuple | list) or len(eps) != 2:
        raise DtypeError(f"{place}: `eps` has to be two numbers, (ε1, ε2), got {eps!r}")
    check_not_negative(place, **{f"eps[{i}]": x for i, x in enumerate(eps) if i or x is not None})


class Adafactor(_Shaped):
    """Adafactor: Adam's squares from the mean squares of rows R and columns C only, S = R C / mean(R).

    With ρ = min(α, 1/√t) and 1 - β = t^τ, the update is U = g / max(√S, ε1), divided by max(1, rms(U) / d),
    and w <- (1 - α λ) w - max(ε2, rms(w)) ρ U. A vector keeps all its squares.

    Args:
        params: the parameters, or groups of them.
        lr: α, the largest relative step.
        beta2_decay: τ, at most 0.
        eps: ε1 (the precision of the dtype when None) and ε2.
        d: the largest root mean square of an update.
        weight_decay: λ.
        maximize: go up instead of down.

    Raises:
        DomainError: for a number out of its range.

    Source: Shazeer and Stern (2018), "Adafactor: adaptive learning rates with sublinear memory cost".

    >>> import nn
    >>> w = nn.Parameter([[1.0, 2.0]])
    >>> optimizer = nn.Adafactor([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(4).tolist()
    [[0.8419, 1.8419]]
    """

    lr: InitVar[float] = option(check_not_negative, default=0.01)
    beta2_decay: InitVar[float] = option(check_number, default=-0.8)
    eps: InitVar[tuple[float | None, float]] = option(check_epsilons, default=(None, 1e-3))
    d: InitVar[float] = option(check_number, default=1.0)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.0)
    maximize: InitVar[bool] = option(check_flag, default=False, kw_only=True)

    def _check(self, options: Mapping[str, Any]) -> None:
        super()._check(options)
        if options["beta2_decay"] > 0:
            raise DomainError(f"Adafactor: `beta2_decay` (={options['beta2_decay']!r}) has to be at most 0")
        if options["d"] < 1:
            raise DomainError(f"Adafactor: `d` (={options['d']!r}) has to be at least 1")

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"row_var": 0.0, "col_var": 0.0, "variance": 0.0}

    def _shapes(self, group: Group, parameter: Tensor) -> dict[str, tuple[int, ...]]:
        shape = parameter.shape
        if len(shape) < 2:
            return {"variance": shape}
        return {"row_var": (*shape[:-1], 1), "col_var": (*shape[:-2], 1, shape[-1])}

    def _decay(self, group: Group) -> float:
        return 0.0  # after the size of w is measured

    def _update(self, group: Group, piece: Piece) -> None:
        w, g, kept, step, lr = piece.data, piece.gradient, piece.kept, piece.numbers["step"], group["lr"]
        fresh, (tiny, least) = step ** group["beta2_decay"], group["eps"]
        tiny = float(np.finfo(w.dtype).eps) if tiny is None else tiny
        rate = max(least, _rms(w)) * min(lr, 1 / math.sqrt(step))
        w *= 1 - lr * group["weight_decay"]
        squares = g * g
        if g.ndim > 1:
            rows, columns = kept["row_var"], kept["col_var"]
            rows += fresh * (squares.mean(axis=-1, keepdims=True) - rows)
            columns += fresh * (squares.mean(axis=-2, keepdims=True) - columns)
            squares = rows * columns / np.maximum(rows.mean(axis=-2, keepdims=True), tiny)
        else:
            kept["variance"] += fresh * (squares - kept["variance"])
            squares = kept["variance"]
        update = g / np.sqrt(np.maximum(squares, tiny * tiny))
        w -= update * (rate / max(1.0, _rms(update) / group["d"]))


def _rms(x: Array) -> float:
    return float(np.linalg.norm(x.reshape(-1))) / math.sqrt(x.size) if x.size else 0.0


def check_coefficients(place: str, *, ns_coefficients: Any) -> None:
    """Three numbers.

    Raises:
        DtypeError: if it is something else.
    """
    given = ns_coefficients
    if not isinstance(given, tuple | list) or len(given) != 3 or not all(is_number(x) for x in given):
        raise DtypeError(f"{place}: `ns_coefficients` has to be three numbers, (a, b, c), got {given!r}")


class Muon(_Shaped):
    """Muon: the momentum made nearly orthogonal, w <- (1 - α λ) w - α s O.

    B <- μ B + (1 - μ) g; O comes from B (with ``nesterov`` from (1 - μ) g + μ B) by a few steps of
    X <- a X + (b X Xᵀ + c (X Xᵀ)²) X, beginning at B / ‖B‖, which bring all singular values near 1. They
    are taken in bfloat16, as in PyTorch: a direction needs no more digits.

    Args:
        params: matrices, or groups of them; biases and embeddings belong to another optimiser.
        lr: the learning rate α.
        weight_decay: λ.
        momentum: μ.
        nesterov: look ahead.
        ns_coefficients: a, b and c.
        eps: the least norm that is divided by.
        ns_steps: how many steps.
        adjust_lr_fn: "original" or None for s = √max(1, rows / columns), "match_rms_adamw" for
            s = 0.2 √max(rows, columns).

    Raises:
        DomainError: for a number out of its range.
        ShapeError: for a parameter that is no matrix.

    Source: Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks"; Liu et al.
    (2025), "Muon is scalable for LLM training".

    >>> import nn
    >>> w = nn.Parameter([[3.0, 0.0], [0.0, 1.0]])
    >>> optimizer = nn.Muon([w], lr=0.1, weight_decay=0.0)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.data.round(1).tolist()  # both directions have moved equally far, about
    [[2.9, 0.0], [0.0, 0.9]]
    """

    lr: InitVar[float] = option(check_not_negative, default=0.001)
    weight_decay: InitVar[float] = option(check_not_negative, default=0.1)
    momentum: InitVar[float] = option(check_not_negative, default=0.95)
    nesterov: InitVar[bool] = option(check_flag, default=True)
    ns_coefficients: InitVar[Sequence[float]] = option(check_coefficients, default=(3.4445, -4.775, 2.0315))
    eps: InitVar[float] = option(check_not_negative, default=1e-7)
    ns_steps: InitVar[int] = option(check_count, 0, default=5)
    adjust_lr_fn: InitVar[str | None] = option(check_word, ("original", "match_rms_adamw"), default=None)
    decoupled_weight_decay: InitVar[bool] = option(check_flag, default=True, init=False)

    _fading = ("momentum_buffer",)

    def _check(self, options: Mapping[str, Any]) -> None:
        super()._check(options)
        if options["ns_steps"] >= 100:
            raise DomainError(f"Muon: `ns_steps` (={options['ns_steps']}) has to be below 100")
        for i, w in enumerate(options.get("params", ())):
            if w.ndim != 2:
                raise ShapeError(
                    f"Muon: only matrices are made orthogonal, the parameter {w.label or i} has shape "
                    f"{w.shape}; give it to another optimiser, nn.AdamW(...)"
                )

    def _keeps(self, group: Group) -> dict[str, float]:
        return {"momentum_buffer": 0.0}

    def _update(self, group: Group, piece: Piece) -> None:
        w, g, momentum, (rows, columns) = piece.data, piece.gradient, group["momentum"], piece.data.shape
        average = piece.kept["momentum_buffer"]
        average += (1 - momentum) * (g - average)
        direction = g + momentum * (average - g) if group["nesterov"] else average
        scale = math.sqrt(max(1, rows / columns))
        if group["adjust_lr_fn"] == "match_rms_adamw":
            scale = 0.2 * math.sqrt(max(rows, columns))
        w -= group["lr"] * scale * _orthogonal(direction, group).astype(w.dtype)


def _orthogonal(matrix: Array, group: Group) -> Array:
    """Newton and Schulz's iteration: the singular values go to about 1, the singular vectors stay."""
    a, b, c = group["ns_coefficients"]
    x = _bfloat16(matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T)
    x = _bfloat16(x / max(_bfloat16(np.asarray(np.linalg.norm(x))), _bfloat16(np.asarray(group["eps"]))))
    for _ in range(group["ns_steps"]):
        gram = _bfloat16(x @ x.T)
        x = _bfloat16(a * x + _bfloat16(b * gram + c * (gram @ gram)) @ x)
    return x if matrix.shape[0] <= matrix.shape[1] else x.T


def _bfloat16(x: Array) -> Array:
    """The nearest numbers of eight binary digits, as float32; halves go to the even one."""
    bits = np.asarray(x, dtype=np.float32).view(np.uint32)
    rounded = bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    return (rounded & np.uint32(0xFFFF0000)).view(np.float32)
