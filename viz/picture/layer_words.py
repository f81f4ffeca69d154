"""What a call of a layer does, in a few words, from its operations: ``conv 3×3, 16 → 32, stride 2``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.geometry import Windows
from autograd_core.inspection.operations import operation

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


def by(sizes: Sequence[int]) -> str:
    """Sizes of axes: ``3×3``."""
    return "×".join(map(str, sizes))


def windows_of(node: Node) -> Windows | None:
    """The windows that an operation slides over its first input, or, of a transposed convolution, over what
    it makes; None for any other operation.
    """
    how = node.parameters
    if node.op is None or "stride" not in how or "dilation" not in how:
        return None
    window = tuple(how.get("window") or node.inputs[1].shape[2:])
    padding = how.get("padding", ((0, 0),) * len(window))
    return Windows(window, tuple(how["stride"]), tuple(padding), tuple(how["dilation"]))


def steps_of(windows: Windows, side_by_side: bool) -> list[str]:
    """Stride, dilation and padding in words, where they are not the usual ones.

    Args:
        windows: how they lie.
        side_by_side: whether they usually do, as in pooling; else one starts at each element.

    >>> steps_of(Windows((3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1)), False)
    ['stride 2', 'padding 1']
    """
    parts = []
    if windows.stride != (windows.kernel if side_by_side else (1,) * len(windows.kernel)):
        parts.append(f"stride {_once(windows.stride)}")
    if {*windows.dilation} != {1}:
        parts.append(f"dilation {_once(windows.dilation)}")
    ends = sorted({end for pair in windows.padding for end in pair})
    if ends != [0]:
        parts.append(f"padding {'–'.join(map(str, ends))}")
    return parts


def _once(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len({*numbers}) == 1 else by(numbers)


def _moving(node: Node, side_by_side: bool) -> str:
    """Stride and dilation; the padding shows in the shapes."""
    windows = windows_of(node)
    assert windows is not None, "it slides"
    bare = windows._replace(padding=((0, 0),) * len(windows.kernel))
    return "".join(f", {part}" for part in steps_of(bare, side_by_side))


def _convolution(node: Node, nodes: Sequence[Node]) -> str:
    x, w = node.inputs[0].shape, node.inputs[1].shape
    groups = node.parameters["groups"]
    window = w[2:]
    given, made = x[len(x) - len(window) - 1], node.shape[len(node.shape) - len(window) - 1]
    symbol = operation(node).partition(" ")[0]
    in_groups = f", {groups} groups" if groups > 1 else ""
    return f"{symbol} {by(window)}, {given} → {made}{_moving(node, False)}{in_groups}"


def _dense(node: Node, nodes: Sequence[Node]) -> str:
    x, w = node.inputs[0], node.inputs[1]
    source = w.inputs[0] if isinstance(w, Node) and w.op is not None and w.op.name == "transpose" else w
    if not isinstance(source, Node) or source.op is not None or not source.requires_grad:
        return operation(node)
    return f"dense {x.shape[-1]} → {node.shape[-1]}"


def _pool(word: str) -> Callable[[Node, Sequence[Node]], str]:
    def told(node: Node, nodes: Sequence[Node]) -> str:
        window = node.parameters["window"]
        return f"{word} {by(window)}{_moving(node, True)}"

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
        return f"mean of {by([x.shape[axis] for axis in axes])}"
    return "mean"


def _picked(node: Node, nodes: Sequence[Node]) -> str:
    """The chosen class, or the chosen ones where there are few."""
    indices = np.asarray(node.parameters["indices"]).reshape(-1)
    classes = node.inputs[0].shape[node.parameters["axis"]]
    if 0 < indices.size <= _MOST_CLASSES:
        noun = "class" if indices.size == 1 else "classes"
        return f"pick {noun} {', '.join(map(str, indices.tolist()))} of {classes}"
    return f"pick 1 of {classes}"


def mask_of(node: Node) -> tuple[np.ndarray[Any, np.dtype[Any]], float] | None:
    """The mask that dropout has multiplied with, of zeros and one other number, and that number: usually
    1 / (1 - p), and 0 where nothing is left; None for any other operation.

    >>> from autograd_core import Tensor
    >>> mask_of(Tensor([1.0, 2.0], requires_grad=True) * np.array([0.0, 4.0]))
    (array([0., 4.]), 4.0)
    """
    masks = [x for x in node.inputs if not isinstance(x, Node) and np.size(x) > 1]
    if node.op is None or node.op.name != "multiply" or len(masks) != 1:
        return None
    mask = np.asarray(masks[0])
    kept = np.unique(mask)
    if kept.size > 2 or kept[0] < 0 or (kept.size == 2 and kept[0] > 0) or 0 < kept[0] < 1:
        return None
    return mask, float(kept[-1])


def _dropped(node: Node, nodes: Sequence[Node]) -> str:
    found = mask_of(node) if len(nodes) == 1 else None
    if found is None:
        return ""
    mask, factor = found
    return f"× mask, {1 - 1 / factor:.2g} dropped" if factor >= 1 and mask.min() == 0 else "× mask"


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
