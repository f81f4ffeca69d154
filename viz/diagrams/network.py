"""The diagrams of lectures: a network as circles and lines, or as a row of volumes; and one neuron."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd_core
from autograd_core import DomainError, DtypeError, Node, ShapeError, Tensor, no_grad

from ..graph.running import evaluating, replaced
from ..model import Kind
from ..style import LIGHT
from ..wording import counted, number
from .figure import Figure, unit, weighted_line, words

Array = np.ndarray[Any, np.dtype[Any]]
MOST_UNITS = 10
"""A layer of more units is drawn with dots in its middle."""
_COLUMN, _ROW, _RADIUS, _TOP = 170.0, 46.0, 18, 60.0
_LETTERS, _LINE = 22, 15.0  # of a title above a column


class Layer(NamedTuple):
    """One innermost module: its path, its name, its weights, and what it computed."""

    path: str
    name: str
    weight: Array | None
    output: Array | None


def network(model: Any, input: Any = None) -> Figure:
    """Draw a network: its units and weights where it is dense, its volumes where it convolves.

    A weight's line is as thick as the weight is large; blue is positive, dashed vermilion negative. With
    an input the units show their activations for its first sample. The model is run in evaluation mode
    without recording, and left as it was.

    Args:
        model: a module: it has ``named_modules()``, ``parameters()`` and ``forward``.
        input: an example batch; a network with convolutions needs one, for its shapes.

    Raises:
        DtypeError: if the model is no module.
        DomainError: if it has no dense or convolutional layer, or needs an input.
        ShapeError: if dense layers do not follow one another.

    >>> import nn
    >>> print(network(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))))
    Sequential
    input: 2 units
    Linear, Tanh: 3 units
    Linear: 1 unit
    """
    if not all(hasattr(model, name) for name in ("named_modules", "parameters", "forward")):
        raise DtypeError(f"network() draws a module, got {type(model).__name__}")
    data = None if input is None else np.asarray(input.data if isinstance(input, Node) else input)
    layers = _layers(model, data)
    weights = [layer.weight for layer in layers if layer.weight is not None]
    if any(weight.ndim > 2 for weight in weights):
        if data is None:
            raise DomainError("network(model): convolutions need an input for their shapes: (model, x)")
        return _volumes(type(model).__name__, data, layers)
    if not weights:
        raise DomainError(f"network(): {type(model).__name__} has no dense or convolutional layer")
    return _circles(type(model).__name__, data, layers)


def _layers(model: Any, data: Array | None) -> list[Layer]:
    """The innermost modules, in the order in which they run if there is an input, else as they are held."""
    leaves = [(path, m) for path, m in model.named_modules() if len(list(m.named_modules())) == 1]
    if data is None:
        return [Layer(path, type(m).__name__, _weight(m), None) for path, m in leaves]
    found: list[Layer] = []

    def watched(path: str, module: Any) -> Callable[..., Any]:
        forward = module.forward

        def run(*inputs: Any, **keywords: Any) -> Any:
            output = forward(*inputs, **keywords)
            held = np.array(output.data) if isinstance(output, Node) else None
            found.append(Layer(path, type(module).__name__, _weight(module), held))
            return output

        return run

    forwards = [(m, watched(path, m)) for path, m in leaves]
    with replaced("forward", forwards), evaluating("network", model), no_grad():
        model(Tensor(data))
    return found


def _weight(module: Any) -> Array | None:
    weight = getattr(module, "weight", None)
    return weight.data if isinstance(weight, Tensor) and weight.data.ndim >= 2 else None


def _circles(name: str, data: Array | None, layers: Sequence[Layer]) -> Figure:
    columns: list[tuple[str, int, Array | None]] = []
    weights: list[Array] = []
    for layer in layers:
        first = None if layer.output is None else _first(layer.output)
        if layer.weight is not None:
            after, before = layer.weight.shape
            if not columns:
                columns.append(("input", before, None if data is None else _first(data)))
            elif columns[-1][1] != before:
                raise ShapeError(
                    f"network(): layer {layer.path or layer.name} takes {before} numbers, "
                    f"the one before gives {columns[-1][1]}"
                )
            columns.append((layer.name, after, first))
            weights.append(layer.weight)
        elif columns:
            title, size, held = columns[-1]
            kept = first if first is not None and first.size == size else held
            columns[-1] = (f"{title}, {layer.name}", size, kept)
    tallest = max(min(size, MOST_UNITS) for _, size, _ in columns)
    titles = [textwrap.wrap(title, _LETTERS) for title, _, _ in columns]
    top = _TOP + _LINE * (max(map(len, titles)) - 1)
    places = [_places(size, tallest, top) for _, size, _ in columns]
    width, height = _COLUMN * len(columns), top + _ROW * tallest + 30
    parts = []
    for i, weight in enumerate(weights):
        largest = float(np.max(np.abs(weight), initial=0.0))
        for row, y1 in places[i + 1]:
            for column, y0 in places[i]:
                x0, x1 = _COLUMN * (i + 0.5), _COLUMN * (i + 1.5)
                w = float(weight[row, column])
                parts.append(weighted_line(x0, y0, x1, y1, w, largest))
    lines = [name]
    for i, (title, size, held) in enumerate(columns):
        x = _COLUMN * (i + 0.5)
        values = held if held is not None and held.size == size else None
        largest = 0.0 if values is None else float(np.max(np.abs(values), initial=0.0))
        for index, y in places[i]:
            value = None if values is None else float(values[index])
            parts.append(unit(x, y, _RADIUS, value, largest, "" if value is None else _brief(value, 2)))
        if size > MOST_UNITS:
            parts.append(words(x, top + _ROW * tallest / 2, "⋮", 24, bold=True))
        below = top - _TOP + 38
        for line, part in enumerate(reversed(titles[i])):
            parts.append(words(x, below - 18 - _LINE * line, part, 12, bold=True, room=_COLUMN - 8))
        parts.append(words(x, below, counted(size, "unit"), 11, LIGHT.quiet))
        lines.append(f"{title}: {counted(size, 'unit')}")
    parts.append(words(width / 2, height - 14, "line: weight, blue +, dashed vermilion −", 11, LIGHT.quiet))
    return Figure(f"network {name}", width, height, "\n".join(parts), "\n".join(lines))


def _first(batch: Array) -> Array:
    """The first sample of a batch, as a row; one sample alone is the row."""
    return (batch[0] if batch.ndim > 1 else batch).reshape(-1)


def _brief(value: float, digits: int) -> str:
    """A number as short as it fits into a unit."""
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def _places(size: int, tallest: int, top: float = _TOP) -> list[tuple[int, float]]:
    """The units that are drawn, and their heights; of many the first and the last."""
    middle = top + _ROW * tallest / 2
    if size <= MOST_UNITS:
        return [(i, middle + _ROW * (i - (size - 1) / 2)) for i in range(size)]
    half = (MOST_UNITS - 1) // 2
    drawn = [*range(half), *range(size - half, size)]
    rows = [*range(half), *range(MOST_UNITS - half, MOST_UNITS)]
    return [(i, middle + _ROW * (row - (MOST_UNITS - 1) / 2)) for i, row in zip(drawn, rows, strict=True)]


def _volumes(name: str, data: Array, layers: Sequence[Layer]) -> Figure:
    arrays = [("input", data), *((layer.name, layer.output) for layer in layers if layer.output is not None)]
    parts, lines, x = [], [name], 20.0
    for title, array in arrays:
        shape = array.shape[1:]
        sheets = min(shape[0], 8) if len(shape) == 3 else 1
        if len(shape) == 3:
            high, wide = (8 + 14 * math.log2(1 + n) for n in shape[1:])
        else:
            high, wide = 20 + 14 * math.log2(1 + math.prod(shape)), 12.0
        depth = 5.0 * (sheets - 1)
        step = max(90.0, wide + depth + 24, 7.0 * len(title) + 12)
        left, top = x + (step - wide - depth) / 2, 130 - (high + depth) / 2
        parts += [
            f'<rect x="{left + 5 * k:.1f}" y="{top + 5 * k:.1f}" width="{wide:.1f}" height="{high:.1f}" '
            f'fill="{LIGHT.fills[Kind.SCOPE]}" stroke="{LIGHT.lines[Kind.SCOPE]}"/>'
            for k in range(sheets)
        ]
        text = " × ".join(map(str, shape)) or "1"
        parts += [
            words(x + step / 2, 24, title, 11, bold=True),
            words(x + step / 2, 236, text, 11, LIGHT.quiet),
        ]
        lines.append(f"{title}: {text}")
        x += step
    return Figure(f"network {name}", x + 10, 260, "\n".join(parts), "\n".join(lines))


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
    places, largest = _places(w.size, min(w.size, MOST_UNITS)), float(np.max(np.abs(w)))
    middle = _TOP + _ROW * min(w.size, MOST_UNITS) / 2
    parts = []
    for i, place in places:
        parts.append(weighted_line(60, place, 260, middle, float(w[i]), largest))
    for i, place in places:
        parts.append(unit(60, place, _RADIUS, float(x[i]), float(np.max(np.abs(x))), _brief(float(x[i]), 3)))
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
    return Figure(f"neuron with {w.size} inputs", 580, height, "\n".join(parts), text)
