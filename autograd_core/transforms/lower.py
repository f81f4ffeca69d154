"""A tensor graph written out as the graph of single numbers that computes the same.

In the lowered graph every weight is one :class:`Value`, and a weight that is shared - by the samples of a
batch, by the positions of a convolution - has one edge for every use. Its gradient is the sum over
these edges, which is the same number that the tensor graph computes in one sweep.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Set
from functools import reduce
from typing import Any

import numpy as np

from ..calculus import maximum, minimum
from ..errors import GraphError
from ..graph import Node
from ..naming import element
from ..primitive import Elementwise, Primitive, arrays
from ..structure.operands import data_of
from ..sweeping import ancestors
from ..value import Value

__all__ = ["Lowered", "lower"]

Array = np.ndarray[Any, np.dtype[Any]]


class Lowered:
    """The result of :func:`lower`.

    Attributes:
        output: an object array of Values, shaped like the tensor.
        count: how many Values there are.
        expanded: for each tensor of the graph, in topological order, the Values that stand for it.

    >>> from autograd_core import Tensor
    >>> x = Tensor([3.0, 4.0], requires_grad=True)
    >>> lower(x * x).output
    array([Value(9.0, op=multiply), Value(16.0, op=multiply)], dtype=object)
    """

    def __init__(self, output: Array, expanded: dict[Node, Array], count: int) -> None:
        self.output = output
        self.count = count
        self.expanded = expanded

    def __getitem__(self, node: Node) -> Array:
        """The Values that stand for a tensor of the graph, as an object array of its shape. Constants
        that an operation put in, such as padding, are plain numbers.

        Raises:
            GraphError: if the tensor is not part of the graph.
        """
        if node not in self.expanded:
            raise GraphError(f"{node!r} is not part of the lowered graph")
        return self.expanded[node]

    def gradient(self, node: Node) -> Array:
        """The gradients that the Values of a tensor have collected, as an array of its shape."""
        values = self[node]
        return np.array([float(data_of(v.grad)) for v in values.flat]).reshape(values.shape)

    def __repr__(self) -> str:
        return f"<lowered graph of {self.count} Values, output of shape {self.output.shape}>"


def lower(node: Node, max_values: int = 100_000) -> Lowered:
    """Expand the graph of ``node`` into a graph of Values. Those of a tensor named ``w`` are called
    ``w[0, 1]`` after their places in it.

    Args:
        node: a Tensor that was recorded.
        max_values: refuse to create more Values than about this.

    Raises:
        GraphError: if the graph would be too large; the message says how large.

    >>> from autograd_core import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    >>> lowered = lower((w * w[::-1]).sum())
    >>> lowered.output.item().backward()
    >>> lowered[w][0], lowered.gradient(w)
    (Value(1.0, grad=4.0, label='w[0]'), array([4., 2.]))
    """
    order = ancestors([node])
    total = sum(_size(n) for n in order)
    if total > max_values:
        raise GraphError(
            f"lower(): this graph of {len(order)} tensors would become about {total:,} Values, "
            f"more than max_values={max_values:,}: lower a smaller input or a single layer"
        )
    given = {n for n in order if isinstance(n, Value)}
    expanded: dict[Node, Array] = {}
    for n in order:
        op = n.op
        if isinstance(n, Value):
            expanded[n] = _boxed(n)
        elif op is None:
            expanded[n] = _leaf(n)
        else:
            inputs = [expanded[x] if isinstance(x, Node) else x for x in n.inputs]
            if isinstance(op, Elementwise):
                result = np.frompyfunc(op, len(inputs), 1)(*inputs)
            else:
                result = _structural(op, inputs, n)
            expanded[n] = _boxed(result)
            _name_elements(n, expanded[n], given)
    output = _boxed(np.frompyfunc(_as_value, 1, 1)(expanded[node]))
    expanded[node] = output
    values = [v for array in expanded.values() for v in array.flat if isinstance(v, Value)]
    return Lowered(output, expanded, len(ancestors(values)))


def _structural(op: Primitive, inputs: list[Any], node: Node) -> Any:
    residuals = {} if node.residuals is None else {"residuals": node.residuals}
    try:
        return _ON_VALUES.get(op.name, op.forward)(*inputs, **node.parameters, **residuals)
    except TypeError:
        raise GraphError(
            f"lower(): {op.name!r} is no sum of products of single numbers, and no rule writes it as one"
        ) from None


def _as_value(x: Any) -> Value:
    """Padding and other constants are plain numbers on the way; an output is always a Value."""
    return x if isinstance(x, Value) else Value(x)


def _boxed(values: Any) -> Array:
    if isinstance(values, np.ndarray):
        return values
    box = np.empty((), dtype=object)
    box[()] = values
    return box


def _leaf(node: Node) -> Array:
    array = np.empty(node.shape, dtype=object)
    for index in np.ndindex(node.shape):
        array[index] = Value(node.data[index])
    _name_elements(node, array, set())
    return array


def _name_elements(node: Node, values: Array, given: Set[Node]) -> None:
    """Call the Values that stand for a named tensor after it, unless they have a name or are the user's."""
    label = node.label
    if label:
        for index, value in np.ndenumerate(values):
            if isinstance(value, Value) and not value.label and value not in given:
                value.label = element(label, ", ".join(map(str, index))) if index else label


def _size(node: Node) -> int:
    """About how many Values one tensor becomes: a product of matrices has two for each of its terms."""
    size = math.prod(node.shape)
    op = node.op
    if op is not None and op.name in ("affine", "convolution"):
        return size * 2 * int(math.prod(node.inputs[1].shape[1:]))
    if op is not None and op.name == "transposed_convolution":
        return int(math.prod(node.inputs[0].shape)) * 2 * int(math.prod(node.inputs[1].shape[1:]))
    if op is not None and op.name in ("matmul", "einsum", "sum", "mean"):
        terms = np.prod([max((1, *x.shape)) for x in node.parents[:1]], dtype=int)
        return max(size * 2 * int(terms), *(math.prod(x.shape) for x in node.parents))
    return size


def _extreme(pick: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Reduce by ``pick``, which shares the gradient between two that tie; more that tie are averaged."""

    def along(values: list[Any]) -> Any:
        best = reduce(pick, map(data_of, values))
        tied = [v for v in values if data_of(v) == best]
        if len(tied) > 2:
            return sum(tied[1:], tied[0]) * (1 / len(tied))
        return reduce(pick, values)

    def forward(x: Array, *, axis: tuple[int, ...], keepdims: bool) -> Any:
        kept = [i for i in range(x.ndim) if i not in axis]
        rows = np.transpose(x, (*kept, *axis)).reshape(math.prod([x.shape[i] for i in kept]), -1)
        result = np.empty(len(rows), dtype=object)
        for i, row in enumerate(rows):
            result[i] = along(list(row))
        shape = [1 if i in axis else n for i, n in enumerate(x.shape)]
        return result.reshape(shape if keepdims else [x.shape[i] for i in kept])

    return forward


def _window_max(x: Array, *, residuals: Any, **how: Any) -> Any:
    """The largest number of each window; where several are, the winner alone, which gets the gradient."""
    windows = arrays.sliding_windows(x, **how, axes=tuple(range(2, x.ndim)))
    candidates = windows.reshape(*windows.shape[: x.ndim], -1)
    result = arrays.collect_from_winners(x, winners=residuals, **how)
    for place in np.ndindex(result.shape):
        largest = data_of(result[place])
        if sum(data_of(v) == largest for v in candidates[place]) == 1:
            result[place] = reduce(maximum, [v for v in candidates[place] if data_of(v) != -math.inf])
    return result


def _einsum(*operands: Array, subscripts: tuple[str, ...], output: str) -> Any:
    """Products of single numbers, then their sums: without the zeros from which NumPy would start."""
    letters = output + "".join(sorted(set("".join(subscripts)) - set(output)))
    factors = []
    for term, operand in zip(subscripts, operands, strict=True):
        array = np.asarray(operand, dtype=object)
        unique = "".join(dict.fromkeys(term))
        if len(unique) < len(term):
            array = np.einsum(f"{term}->{unique}", array)
        order = sorted(range(len(unique)), key=lambda i: letters.index(unique[i]))
        lengths = dict(zip(unique, array.shape, strict=True))
        factors.append(np.transpose(array, order).reshape([lengths.get(letter, 1) for letter in letters]))
    product = reduce(np.multiply, factors)
    return np.add.reduce(product, axis=tuple(range(len(output), len(letters))))


def _matmul(a: Array, b: Array) -> Any:
    left, right = np.asarray(a, dtype=object), np.asarray(b, dtype=object)
    columns = right[..., None, :, :] if right.ndim > 1 else right[:, None]
    product = left[..., None] * columns
    result = np.add.reduce(product, axis=product.ndim - 2)
    if right.ndim == 1:
        return result[..., 0]
    return result[..., 0, :] if left.ndim == 1 else result


def _largest(x: Array, axis: tuple[int, ...]) -> Array:
    numbers = np.array([data_of(v) for v in x.flat]).reshape(x.shape)
    largest = np.max(numbers, axis=axis, keepdims=True)
    return np.where(np.isneginf(largest), 0.0, largest)


def _logsumexp(x: Array, *, axis: tuple[int, ...], keepdims: bool, **_: Any) -> Any:
    largest = _largest(x, axis)
    total = np.log(np.add.reduce(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return total if keepdims else np.squeeze(total, axis)


def _softmax(x: Array, *, axis: tuple[int, ...]) -> Any:
    powers = np.exp(x - _largest(x, axis))
    return powers / np.add.reduce(powers, axis=axis, keepdims=True)


def _convolution(
    x: Array,
    w: Array,
    *,
    stride: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
    dilation: tuple[int, ...],
    groups: int,
) -> Any:
    """The definition: windows, then products of each with the same weights, then their sum."""
    x, w = np.asarray(x, dtype=object), np.asarray(w, dtype=object)
    kernel = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), *padding), constant_values=0.0)
    windows = arrays.sliding_windows(
        padded, window=kernel, stride=stride, dilation=dilation, axes=tuple(range(2, x.ndim))
    )
    rows = np.moveaxis(windows, 1, x.ndim - 1)  # (N, *positions, C, *kernel)
    parts = []
    for image, weights in zip(np.split(rows, groups, x.ndim - 1), np.split(w, groups), strict=True):
        seen = image.reshape(*image.shape[: x.ndim - 1], -1)
        parts.append(_matmul(seen, weights.reshape(len(weights), -1).T))
    return np.moveaxis(np.concatenate(parts, -1), -1, 1)


def _transposed_convolution(
    g: Array,
    w: Array,
    *,
    stride: tuple[int, ...],
    padding: tuple[tuple[int, int], ...],
    dilation: tuple[int, ...],
    groups: int,
    size: tuple[int, ...],
) -> Any:
    """The definition: products of each number with its weights, then sums where windows overlap."""
    rows, w = np.moveaxis(np.asarray(g, dtype=object), 1, -1), np.asarray(w, dtype=object)
    parts = []
    for numbers, weights in zip(np.split(rows, groups, rows.ndim - 1), np.split(w, groups), strict=True):
        paid = _matmul(numbers, weights.reshape(len(weights), -1))
        parts.append(paid.reshape(*rows.shape[:-1], *w.shape[1:]))
    windows = np.moveaxis(np.concatenate(parts, rows.ndim - 1), rows.ndim - 1, 1)
    whole = [n + before + after for n, (before, after) in zip(size, padding, strict=True)]
    total = _fold_windows(
        windows,
        window=w.shape[2:],
        stride=stride,
        dilation=dilation,
        axes=tuple(range(2, w.ndim)),
        shape=(*windows.shape[:2], *whole),
    )
    inner = [slice(max(0, b), n - max(0, a)) for n, (b, a) in zip(whole, padding, strict=True)]
    missing = [(max(0, -b), max(0, -a)) for b, a in padding]
    return np.pad(total[(..., *inner)], [(0, 0), (0, 0), *missing], constant_values=0.0)


def _fold_windows(x: Array, **how: Any) -> Any:
    """Sums of what the windows have in common: without the zeros from which NumPy would start."""
    places = np.arange(1, x.size + 1).reshape(x.shape)  # 0 stands for nothing
    terms = np.array([None, *x.flat], dtype=object)
    total: Any = np.full(how["shape"], None, dtype=object)
    for offset in np.ndindex(how["window"]):
        alone = np.zeros_like(places)
        alone[(..., *offset)] = places[(..., *offset)]
        total = _joined(total, terms[arrays.fold_windows(alone, **how)])
    return np.frompyfunc(lambda value: 0.0 if value is None else value, 1, 1)(total)


_joined = np.frompyfunc(lambda a, b: b if a is None else a if b is None else a + b, 2, 1)


def _standardize(x: Array, *, axis: tuple[int, ...], eps: float, **_: Any) -> Any:
    count = x.size // max(math.prod(n for i, n in enumerate(x.shape) if i not in axis), 1)
    centred = x - np.add.reduce(x, axis=axis, keepdims=True) * (1 / count)
    variance = np.add.reduce(centred * centred, axis=axis, keepdims=True) * (1 / count)
    return centred / np.sqrt(variance + eps)


def _standardize_affine(x: Array, w: Any, b: Any, **how: Any) -> Any:
    shape = [1 if i in how["axis"] else n for i, n in enumerate(x.shape)]
    w, b = (np.asarray(v, dtype=object).reshape(shape) for v in (w, b))
    return _standardize(x, **how) * w + b


def _affine(x: Array, w: Array, b: Array) -> Any:
    return _matmul(x, np.asarray(w, dtype=object).T) + np.asarray(b, dtype=object)


_ON_VALUES: dict[str, Callable[..., Any]] = {
    "max": _extreme(maximum),
    "min": _extreme(minimum),
    "einsum": _einsum,
    "matmul": _matmul,
    "affine": _affine,
    "convolution": _convolution,
    "transposed_convolution": _transposed_convolution,
    "fold_windows": _fold_windows,
    "window_max": _window_max,
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "standardize": _standardize,
    "standardize_affine": _standardize_affine,
    "log_softmax": lambda x, *, axis: x - _logsumexp(x, axis=axis, keepdims=True),
    "astype": lambda x, *, dtype: x,
}
