"""One unit at work: a weighted sum, and the function that it goes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_core
from autograd_core import DomainError, Node, ShapeError, Tensor, no_grad

from ..model import Kind
from ..style import LIGHT
from ..wording import counted, number
from .circles import MOST_UNITS, RADIUS, ROW, TOP, brief, places
from .figure import Figure, unit, weighted_line, words


def neuron(weights: Any, bias: float, activation: str | Callable[[Any], Any], inputs: Any) -> Figure:
    """Draw one unit at work: inputs times weights, plus the bias, through the activation.

    Args:
        weights: (n,) numbers.
        bias: one number.
        activation: a function of autograd_core by name, or any function of a number.
        inputs: (n,) numbers.

    Raises:
        ShapeError: if there are not as many weights as inputs.
        DomainError: for an unknown activation.

    >>> print(neuron([-3.0, 1.0], 6.5, "tanh", [2.0, 0.5]))
    z = −3.0 · 2.0 + 1.0 · 0.5 + 6.5 = 1.0
    tanh(z) = 0.7616
    """
    w, x = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (weights, inputs))
    if w.ndim != 1 or w.shape != x.shape or not w.size:
        raise ShapeError(f"neuron(): weights and inputs are as many numbers, got {w.shape} and {x.shape}")
    function = getattr(autograd_core, activation, None) if isinstance(activation, str) else activation
    if not callable(function):
        raise DomainError(f"neuron(): no activation {activation!r}; give a function, or 'tanh'")
    name = activation if isinstance(activation, str) else getattr(activation, "__name__", "f")
    z = float(w @ x) + float(bias)
    with no_grad():
        result = function(Tensor(z))
    y = float(np.asarray(result.data if isinstance(result, Node) else result))
    fill, line = LIGHT.fills[Kind.OPERATION], LIGHT.lines[Kind.OPERATION]
    at, largest = places(w.size, min(w.size, MOST_UNITS)), float(np.max(np.abs(w)))
    middle = TOP + ROW * min(w.size, MOST_UNITS) / 2
    parts = []
    for i, place in at:
        parts.append(weighted_line(60, place, 260, middle, float(w[i]), largest))
    for i, place in at:
        parts.append(unit(60, place, RADIUS, float(x[i]), float(np.max(np.abs(x))), brief(float(x[i]), 3)))
        label_y = place + 0.4 * (middle - place)
        parts.append(words(140, label_y, f"× {number(w[i])}", 11, clear=True))
    if w.size > MOST_UNITS:
        parts.append(words(60, middle, "⋮", 24, bold=True))
    parts += [
        f'<path d="M260 {middle}H520" stroke="{LIGHT.quiet}" stroke-width="1.5"/>',
        unit(260, middle, 30, None, 0.0, f"Σ {number(z)}"),
        f'<rect x="335" y="{middle - 20}" width="110" height="40" rx="6" fill="{fill}" stroke="{line}"/>',
        words(390, middle, name, 13, bold=True, room=102),
        unit(520, middle, 26, y, abs(y), number(y)),
        words(260, middle - 44, f"bias {number(float(bias))}", 11),
    ]
    terms = [f"{number(a)} · {number(b)}" for a, b in zip(w[:MOST_UNITS], x, strict=False)]
    terms += [f"… ({w.size - MOST_UNITS} more)"] if w.size > MOST_UNITS else []
    text = f"z = {' + '.join([*terms, number(float(bias))])} = {number(z)}\n{name}(z) = {number(y)}"
    height = max(2 * middle, middle + 60) + 10
    return Figure(f"neuron with {counted(w.size, 'input')}", 580, height, "\n".join(parts), text)
