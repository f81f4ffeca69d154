"""A lowered graph computes the same numbers and gradients, one Value at a time."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GraphError, Tensor, Value, ancestors, lower

RANDOM = np.random.default_rng(0)


def leaves(*shapes):
    return [Tensor(RANDOM.normal(size=s), requires_grad=True, label="abc"[i]) for i, s in enumerate(shapes)]


def convolution(x, w):
    return ac.einsum("nchwij,ocij->nohw", ac.sliding_windows(x, w.shape[2:]), w)


def pooled(x):
    windows = ac.sliding_windows(x, (2, 2), stride=2).reshape(-1, 4)
    return ac.take_along_axis(windows, windows.data.argmax(1)[:, None], 1)


COMPUTATIONS = {
    "matrix products": (lambda a, b: (a @ b).tanh() @ b[0], (3, 2), (2, 2)),
    "batched products": (lambda a, b: a @ b, (2, 3, 2), (2, 1)),
    "a vector times a matrix": (lambda a, b: (a @ b).tanh() @ b.T, (3,), (3, 2)),
    "a vector times a batch": (lambda a, b: a @ b, (3,), (2, 3, 2)),
    "vector product": (lambda a, b: a @ b, (3,), (3,)),
    "einsum": (lambda a, b: ac.einsum("ij,kj,j->ik", a, b, a[0]), (2, 3), (4, 3)),
    "diagonal": (lambda a: ac.einsum("ii->i", a) * ac.einsum("ii", a), (3, 3)),
    "convolution": (convolution, (2, 2, 4, 4), (3, 2, 2, 2)),
    "transposed convolution": (
        lambda g, w: ac.transposed_convolution(g, w, (7, 3), (2, 1), ((1, -1), (-1, 1)), (2, 2), 2), (1, 2, 3, 1), (2, 2, 2, 2),
    ),
    "folding": (lambda a: ac.fold_windows(a, (7,), 3), (3, 1)),
    "pooling": (pooled, (4, 4)),
    "reductions": (lambda a: a.mean(0) * a.max(0) - a.min((0, 1)) / a.sum(), (3, 4)),
    "rearrangement": (lambda a, b: ac.concatenate([ac.pad(a, 1)[1:, ::2].T, b]).reshape(-1) ** 2, (3, 4), (2, 4)),
    "activations": (lambda a: a.sigmoid() + a.relu() * a.softplus() + ac.where(a.data > 0, a, 2 * a), (5,)),
    "normalised exponentials": (lambda a: (a - a.max(1, keepdims=True)).exp() / a.exp().sum(1, True), (2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPUTATIONS)
def test_values_and_gradients_are_those_of_the_tensors(name):
    f, *shapes = COMPUTATIONS[name]
    inputs = leaves(*shapes)
    y = f(*inputs)
    weights = RANDOM.normal(size=y.shape)
    y.backward(weights)
    lowered = lower(y)
    assert np.allclose([v.data for v in lowered.output.flat], y.data.ravel(), rtol=1e-12, atol=1e-13)
    sum((v * float(w) for v, w in zip(lowered.output.flat, weights.flat, strict=True)), Value(0.0)).backward()
    for x in inputs:
        assert np.allclose(lowered.gradient(x), x.grad, rtol=1e-12, atol=1e-13)


def test_a_shared_weight_is_one_value_with_an_edge_for_every_use():
    x, w = leaves((1, 1, 4, 4), (1, 1, 2, 2))
    lowered = lower(convolution(x, w).sum())
    graph = ancestors([lowered.output.item()])
    for weight in lowered[w].flat:
        assert sum(parent is weight for node in graph for parent in node.parents) == 9
    assert len([node for node in graph if node.op is None]) == 16 + 4
    assert lowered.count == len(graph)


@pytest.mark.parametrize(("stride", "sums"), [(1, 7), (2, 0)])
def test_windows_are_added_up_only_where_they_overlap(stride, sums):
    g, w = leaves((1, 1, 2, 2), (1, 1, 2, 2))
    lowered = lower(ac.transposed_convolution(g, w, (2 + stride, 2 + stride), (stride, stride)))
    made = [node.op.name for node in ancestors(list(lowered.output.flat)) if node.op]
    assert sorted(made) == ["add"] * sums + ["multiply"] * 16


def test_labels_carry_the_index():
    (a,) = leaves((2, 2))
    assert lower(a * 2)[a][0, 1].label == "a[0, 1]"


def test_tied_maxima_share_the_gradient_equally():
    a = Tensor([1.0, 3.0, 3.0, 3.0], requires_grad=True)
    lowered = lower(a.max())
    lowered.output.item().backward()
    assert lowered.gradient(a) == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])


def test_graphs_that_would_be_too_large_are_refused_with_their_size():
    a, b = leaves((60, 60), (60, 60))
    with pytest.raises(GraphError, match=r"about 4\d\d,\d\d\d Values, more than max_values=100,000"):
        lower(a @ b)
    with pytest.raises(GraphError, match="is not part of the lowered graph"):
        lower(a[0, :2] * 1.0)[b]
