"""What the page shows of a model that it does not compute: pictures of its layers, made state by state."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from autograd_core import GraphError

from ..plots.layers import arrays_by_layer
from ..wording import clean
from .story import TrainingStory

Array = np.ndarray[Any, np.dtype[Any]]

SAMPLES, UNITS, CELLS, BINS, GRID = 6, 16, 64, 24, 40
_MOST_LAYERS = 5


def pictures(story: TrainingStory) -> dict[str, Any]:
    """Everything that the page draws without computing: for each of its states

    - ``weights``: of each weight a histogram, and its span;
    - ``filters``: the weights of the first layer as images, where they are images;
    - ``samples``: inputs, targets, outputs and activations of a few samples;
    - ``surface``: for inputs in the plane or on a line, the outputs on a grid.
    """
    chosen = _chosen(story)
    x = story.x[chosen]
    held: dict[str, Any] = {
        "inputs": [coded(image) for image in _images(x)],
        "inputShape": list(_images(x).shape[1:]),
        "values": [[round(float(v), 4) for v in row.ravel()[:8]] for row in x],
        "targets": [_target(story, i) for i in chosen],
        "weights": _weights(story),
        "filters": _filters(story),
        "outputs": [],
        "activations": [],
        "surface": [],
    }
    grid = _grid(story)
    for state in story.states:
        with story.recording.at(state):
            held["outputs"].append(np.round(_shares(story, story.run(x)), 4).tolist())
            held["activations"].append(_activations(story, x))
            if grid is not None:
                held["surface"].append(_surface(story, story.run(grid)))
    return held


def coded(array: Array) -> dict[str, Any]:
    """Numbers in 256 steps between the smallest and the largest, as text."""
    flat = np.nan_to_num(np.asarray(array, float).ravel())
    low, high = (float(flat.min()), float(flat.max())) if flat.size else (0.0, 0.0)
    steps = np.round((flat - low) / ((high - low) or 1.0) * 255).astype(np.uint8)
    return {
        "low": float(f"{low:.5g}"),
        "high": float(f"{high:.5g}"),
        "data": base64.b64encode(steps).decode(),
    }


def _chosen(story: TrainingStory) -> Array:
    """A few samples, of as many classes as possible."""
    count = min(SAMPLES, len(story.x))
    if story.classes is None:
        return np.linspace(0, len(story.x) - 1, count).round().astype(int)
    order = np.argsort(story.classes, kind="stable")
    firsts = [int(np.flatnonzero(story.classes == c)[0]) for c in np.unique(story.classes)]
    return np.array([*firsts, *(i for i in order if i not in firsts)][:count])


def _images(x: Array) -> Array:
    """Samples as images: (n, height, width); those that are none become one row of cells."""
    if x.ndim == 4:
        return x[:, 0] if x.shape[1] != 3 else x.mean(axis=1)
    if x.ndim == 3:
        return x
    flat = x.reshape(len(x), -1)
    side = math.isqrt(flat.shape[1])
    if side * side == flat.shape[1] and side >= 4:
        return flat.reshape(-1, side, side)
    return flat[:, None, :CELLS]


def _target(story: TrainingStory, i: int) -> str:
    if story.classes is not None:
        return story.names[int(story.classes[i])]
    return ", ".join(f"{v:.3g}" for v in np.ravel(story.y[i])[:4])


def _shares(story: TrainingStory, raw: Array) -> Array:
    """Outputs as the probabilities of classes, where there are classes."""
    if story.classes is None:
        return raw[:, :12]
    if raw.shape[1] == 1:
        share = raw if story.link == "probabilities" else 0.5 * (1 + np.tanh(0.5 * raw))
        return np.concatenate([1 - share, share], axis=1)
    if story.link == "probabilities":
        return raw
    powers = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _weights(story: TrainingStory) -> list[dict[str, Any]]:
    """A histogram of each weight at each state, over a span that holds all states."""
    found = []
    start = 0
    for name, shape in story.recording.shapes.items():
        part = story.states[:, start : start + math.prod(shape)]
        start += math.prod(shape)
        if len(shape) < 2 or not np.isfinite(part).all():
            continue
        low, high = float(part.min()), float(part.max())
        edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
        counts = [np.histogram(row, edges)[0].tolist() for row in part]
        span = [float(f"{edges[0]:.3g}"), float(f"{edges[-1]:.3g}")]
        found.append({"name": clean(name, 30), "span": span, "counts": counts})
    return found[: _MOST_LAYERS + 1]


def _filters(story: TrainingStory) -> dict[str, Any] | None:
    """The weights of the first layer as images, one for each unit, at each state."""
    shapes = story.recording.shapes
    if not shapes:
        return None
    name, held = next(iter(shapes.items()))
    shape = _images(story.x[:1]).shape[1:]
    if len(held) not in (2, 4):
        return None
    first = story.states[:, : math.prod(held)].reshape(len(story.states), *held)
    if len(held) == 4:
        images = first[:, :UNITS].mean(axis=2)
    elif held[1] == math.prod(shape) and shape[0] > 1:
        images = first[:, :UNITS].reshape(len(first), -1, *shape)
    else:
        return None
    return {
        "name": clean(name, 30),
        "of": held[0],
        "count": images.shape[1],
        "shape": list(images.shape[2:]),
        "states": [coded(state) for state in images],
    }


def _activations(story: TrainingStory, x: Array) -> list[dict[str, Any]]:
    """What the layers compute of the samples; those that are maps as images, others as rows of cells."""
    if story.records_nothing:
        return []
    try:
        layers = arrays_by_layer("training", story.model, x, "activations", None, None)
    except GraphError:  # it has no layers: the page does without
        return []
    names: list[str] = []
    for name, array in layers.items():  # what only rearranges shows nothing new
        before = layers[names[-1]] if names else x
        if array.size != before.size or not np.array_equal(np.ravel(array), np.ravel(before)):
            names.append(name)
    spread = np.linspace(0, len(names) - 1, min(len(names), _MOST_LAYERS)).round().astype(int)
    kept = [names[i] for i in spread]
    found = []
    for name in kept:
        array = layers[name]
        if array.ndim == 4:
            part = array[:, :4]
            high, wide = part.shape[2:]
            step = max(1, math.ceil(max(high, wide) / 14))
            part = part[:, :, ::step, ::step]
            rows = np.concatenate(list(part.transpose(1, 0, 2, 3)), axis=2)
        elif array.ndim >= 2 and len(array) == len(x):
            rows = array.reshape(len(x), 1, -1)[:, :, :CELLS]
        else:
            continue
        shape = {"shape": list(rows.shape[1:]), "of": int(array[0].size)}
        found.append({"name": clean(name, 24), **shape, **coded(rows)})
    return found


def _span(story: TrainingStory) -> tuple[Array, Array]:
    """The part of the plane or line that is shown: the points, and a tenth around them."""
    flat = story.x.reshape(len(story.x), -1).astype(float)
    low, high = flat.min(axis=0), flat.max(axis=0)
    margin = np.where(high > low, 0.1 * (high - low), 1.0)
    return low - margin, high + margin


def _grid(story: TrainingStory) -> Array | None:
    if story.kind == "samples":
        return None
    low, high = _span(story)
    if story.kind == "line":
        points = np.linspace(low, high, 4 * GRID)
    else:
        across, up = (np.linspace(a, b, GRID) for a, b in zip(low, high, strict=True))
        points = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    points = points.reshape(-1, *story.x.shape[1:])
    return points.astype(story.x.dtype) if story.x.dtype.kind == "f" else points


def _surface(story: TrainingStory, raw: Array) -> list[dict[str, Any]]:
    """The outputs on the grid, one by one."""
    return [coded(column) for column in raw.T]
