"""What grids, their cells and the operations between them are called, where nobody has named them."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_core import Node

from ..picture.layer_words import by, steps_of, windows_of

_RESULTS = {
    "convolution": ("map", "c"),
    "transposed_convolution": ("map", "c"),
    "window_max": ("pooled", "m"),
    "window_sum": ("pooled", "a"),
    "affine": ("layer", "z"),
    "matmul": ("product", "z"),
    "multiply": ("product", ""),
    "softmax": ("softmax", "p"),
    "log_softmax": ("log-softmax", "ℓ"),
    "standardize": ("normalised", "n"),
    "standardize_affine": ("normalised", "n"),
    "getitem": ("look-up", "e"),
    "take": ("look-up", "e"),
}
"""What an output is called, and its cells."""
_OPERANDS = {
    "convolution": (("image", "x"), ("kernel", "k")),
    "transposed_convolution": (("image", "x"), ("kernel", "k")),
    "window_max": (("image", "x"),),
    "window_sum": (("image", "x"),),
    "affine": (("input", "x"), ("weights", "w"), ("bias", "b")),
    "matmul": (("matrix", "a"), ("matrix", "b")),
    "softmax": (("logits", "z"),),
    "log_softmax": (("logits", "z"),),
    "standardize_affine": (("input", "x"), ("scale", "γ"), ("shift", "β")),
    "getitem": (("table", "E"),),
    "take": (("table", "E"),),
}
"""What the operands are called, where they are leaves, and their cells."""
_FREE = "vustqgfy"
"""The letters of cells whose operation has none."""
BIAS = ("bias", "b")
"""What is added to a sum."""
_SPOKEN = {
    "window_max": "max pooling",
    "window_sum": "average pooling",
    "affine": "dense layer",
    "matmul": "matrix product",
    "log_softmax": "log-softmax",
    "standardize": "normalisation",
    "standardize_affine": "normalisation",
    "getitem": "look-up",
    "take": "look-up",
}


def result(node: Node) -> tuple[str, str]:
    """What the output of an operation is called, and its cells."""
    name = _name(node)
    return _RESULTS.get(name, (name.replace("_", " "), ""))


def operands(node: Node) -> Sequence[tuple[str, str]]:
    """What the operands are called where they are leaves, and their cells, as far as this is known."""
    return _OPERANDS.get(_name(node), ())


def unused(letter: str, letters: Sequence[str]) -> str:
    """A name for cells that no other grid has.

    >>> unused("x", ["x"]), unused("", ["v"])
    ('x′', 'u')
    """
    letter = letter or next((x for x in _FREE if x not in letters), "v")
    while letter in letters:
        letter += "′"
    return letter


def stage_title(node: Node, scale: str) -> str:
    """What an operation does, with what windows, and by what number its sums are multiplied after it.

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> import nn.functional as F
    >>> x, k = Tensor(np.ones((1, 1, 5, 5)), requires_grad=True), Tensor(np.ones((1, 1, 3, 3)))
    >>> stage_title(F.conv2d(x, k, stride=2, padding=1), "")
    'convolution 3×3, stride 2, padding 1'
    """
    name, windows = _name(node), windows_of(node)
    parts = [_SPOKEN.get(name, name.replace("_", " "))]
    if windows is not None:
        parts[0] += f" {by(windows.kernel)}"
        parts += steps_of(windows, "window" in node.parameters)
    groups = node.parameters.get("groups", 1)
    if groups > 1:
        parts.append(f"groups {groups}")
    if scale and name != "window_sum":
        parts.append(" ".join(scale.replace("−", "× −1").split()))
    return ", ".join(parts)


def _name(node: Node) -> str:
    assert node.op is not None, "leaves are called by their use"
    return node.op.name
