"""What a call of a layer does, in a few words, from its operations: ``conv 3×3, 16 → 32, stride 2``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core import Node

from .operations import operation

_MOST_SYMBOLS = 4
_MOST_CLASSES = 3
_QUIET = frozenset({"reshape", "transpose", "pad", "astype", "broadcast_to"})
"""What is not told of a call that does anything else."""


def what(nodes: Sequence[Node]) -> str:
    """What the operations of one call do together, computed in this order.

    >>> import nn
    >>> from autograd_core import Tensor
    >>> y = nn.Conv2d(1, 4, 3, stride=2)(Tensor(np.zeros((1, 1, 9, 9))))
    >>> what([y.inputs[0], y])
    'conv 3×3, 1 → 4, stride 2'
    """
    parts: list[str] = []
    for node in nodes:
        assert node.op is not None, "an operation has a primitive"
        told = _TOLD.get(node.op.name)
        text = told(node, nodes) if told else ""
        if text:
            parts.append(text)
    if not parts:
        loud = [node for node in nodes if node.op is not None and node.op.name not in _QUIET] or nodes
        parts = [operation(node) for node in loud]
    parts = list(dict.fromkeys(parts))
    more = ["…"] if len(parts) > _MOST_SYMBOLS else []
    return ", ".join([*parts[:_MOST_SYMBOLS], *more])


def _by(sizes: Sequence[int]) -> str:
    return "×".join(map(str, sizes))


def _windows(node: Node, usual: Sequence[int]) -> str:
    """Stride and dilation, where they are not the usual ones."""
    stride, dilation = node.parameters["stride"], node.parameters["dilation"]
    text = ""
    if tuple(stride) != tuple(usual):
        text += f", stride {stride[0] if len(set(stride)) == 1 else _by(stride)}"
    if set(dilation) != {1}:
        text += f", dilation {dilation[0] if len(set(dilation)) == 1 else _by(dilation)}"
    return text


def _convolution(node: Node, nodes: Sequence[Node]) -> str:
    x, w = node.inputs[0].shape, node.inputs[1].shape
    groups = node.parameters["groups"]
    window = w[2:]
    given, made = x[len(x) - len(window) - 1], node.shape[len(node.shape) - len(window) - 1]
    symbol = operation(node).partition(" ")[0]
    in_groups = f", {groups} groups" if groups > 1 else ""
    return f"{symbol} {_by(window)}, {given} → {made}{_windows(node, [1] * len(window))}{in_groups}"


def _dense(node: Node, nodes: Sequence[Node]) -> str:
    x, w = node.inputs[0], node.inputs[1]
    source = w.inputs[0] if isinstance(w, Node) and w.op is not None and w.op.name == "transpose" else w
    if not isinstance(source, Node) or source.op is not None or not source.requires_grad:
        return operation(node)
    return f"dense {x.shape[-1]} → {node.shape[-1]}"


def _pool(word: str) -> Callable[[Node, Sequence[Node]], str]:
    def told(node: Node, nodes: Sequence[Node]) -> str:
        window = node.parameters["window"]
        return f"{word} {_by(window)}{_windows(node, window)}"

    return told


def _normalization(node: Node, nodes: Sequence[Node]) -> str:
    """Batch, layer, group and instance norm differ in what is averaged over."""
    axes, shape = set(node.parameters["axis"]), node.shape
    before = node.inputs[0]
    if 0 in axes:
        return "batch norm"
    if any(node is before and node.op is not None and node.op.name == "reshape" for node in nodes):
        return f"group norm, {shape[1]} groups" if len(shape) > 1 else "group norm"
    normalized = tuple(shape[axis] for axis in sorted(axes))
    learned = any(isinstance(x, Node) and x.shape == normalized for each in nodes for x in each.inputs)
    return "instance norm" if axes == set(range(2, len(shape))) and not learned else "layer norm"


def _running(node: Node, nodes: Sequence[Node]) -> str:
    """The normalisation by running statistics starts with the difference from an array that is no node."""
    if node is not nodes[0] or len(node.inputs) != 2 or isinstance(node.inputs[1], Node):
        return ""
    return "norm by running statistics" if np.size(node.inputs[1]) > 1 and len(nodes) > 2 else ""


def _mean(node: Node, nodes: Sequence[Node]) -> str:
    x, axes = node.inputs[0], node.parameters.get("axis")
    if isinstance(axes, tuple) and x.ndim > 2 and axes == tuple(range(2, x.ndim)):
        return f"mean of {_by([x.shape[axis] for axis in axes])}"
    return "mean"


def _picked(node: Node, nodes: Sequence[Node]) -> str:
    """The chosen class, or the chosen ones where there are few."""
    indices = np.asarray(node.parameters["indices"]).reshape(-1)
    classes = node.inputs[0].shape[node.parameters["axis"]]
    if 0 < indices.size <= _MOST_CLASSES:
        noun = "class" if indices.size == 1 else "classes"
        return f"pick {noun} {', '.join(map(str, indices.tolist()))} of {classes}"
    return f"pick 1 of {classes}"


def _dropped(node: Node, nodes: Sequence[Node]) -> str:
    """A mask holds zeros and one other number, 1 / (1 - p)."""
    masks = [x for x in node.inputs if not isinstance(x, Node) and np.size(x) > 1]
    if len(nodes) > 1 or len(masks) != 1:
        return ""
    kept = np.unique(np.asarray(masks[0]))
    if kept.size == 2 and kept[0] == 0 and kept[1] >= 1:
        return f"× mask, {1 - 1 / float(kept[1]):.2g} dropped"
    return "× mask" if kept.size == 1 and (kept[0] == 0 or kept[0] >= 1) else ""


def _looked_up(node: Node, nodes: Sequence[Node]) -> str:
    table, index = node.inputs[0], node.parameters.get("index")
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu" and getattr(table, "op", None) is None:
        return f"look up {index.size:,} of {table.shape[0]:,} rows"
    return ""


_TOLD: dict[str, Callable[[Node, Sequence[Node]], str]] = {
    "convolution": _convolution,
    "transposed_convolution": _convolution,
    "affine": _dense,
    "matmul": _dense,
    "window_max": _pool("max"),
    "window_sum": _pool("mean"),
    "standardize": _normalization,
    "standardize_affine": _normalization,
    "subtract": _running,
    "mean": _mean,
    "take_along_axis": _picked,
    "multiply": _dropped,
    "getitem": _looked_up,
    "log_softmax": lambda node, nodes: "log softmax",
    "softmax": lambda node, nodes: "softmax",
}
"""Words for operations that tell what a call is; others are only named where there is none of them."""


def shape_of(node: Any) -> str:
    """The shape of what passes along an arrow.

    >>> from autograd_core import Tensor
    >>> shape_of(Tensor(1.0)), shape_of(Tensor([1.0, 2.0]))
    ('one number', '(2,)')
    """
    return str(node.shape) if node.shape else "one number"
