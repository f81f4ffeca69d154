"""A wrong call is refused where it is made, by a message that names what it got."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import DomainError, IndexRangeError, ShapeError, Tensor
from autograd_core import linalg as la
from autograd_core import structure as s

X = np.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: s.prod(x, 2), ShapeError, r"prod\(\): axis 2 is out of range"),
        (lambda x: s.cumsum(x, 2), ShapeError, r"cumsum\(\): axis 2"),
        (lambda x: s.softmax(x, 5), ShapeError, r"softmax\(\): axis 5"),
        (lambda x: s.var(x, 0, ddof=2), DomainError, r"var\(\): 2 elements .* ddof=2"),
        (lambda x: la.norm(x, "nuclear"), DomainError, r"norm\(\): ord for matrices .* got 'nuclear'"),
        (lambda x: la.norm(x, 3, (0, 1)), DomainError, "got 3"),
        (lambda x: la.norm(x[None], 1), ShapeError, "needs a vector or a matrix, got shape"),
        (lambda x: s.diff(x, -1), ShapeError, "got -1"),
        (lambda x: s.quantile(x, 1.5), DomainError, "between 0 and 1, got 1.5"),
        (lambda x: s.median(x[:0]), ShapeError, r"median\(\) of no elements"),
        (lambda x: s.topk(x, 4), ShapeError, r"topk\(\): k=4, .* has 3 elements"),
        (lambda x: s.kthvalue(x, 0), ShapeError, r"kthvalue\(\): k=0"),
        (lambda x: s.moveaxis(x, (0, 1), 0), ShapeError, "2 axes cannot go to 1 places"),
        (lambda x: s.flatten(x, 1, 0), ShapeError, "start_dim 1 lies behind end_dim 0"),
        (lambda x: s.expand(x, (3,)), ShapeError, r"shape \(2, 3\) cannot be expanded to \(3,\)"),
        (lambda x: s.matrix_transpose(x[0]), ShapeError, r"needs matrices, got shape \(3,\)"),
        (lambda x: s.hstack([]), ShapeError, "at least one array"),
        (lambda x: s.vstack([x, x[:, :2]]), ShapeError, "differ elsewhere"),
        (lambda x: s.block([[x], x]), ShapeError, "equally deep"),
        (lambda x: s.split(x, 2, 1), ShapeError, "a length of 3 does not divide into 2"),
        (lambda x: s.array_split(x, 0), ShapeError, "at least one part, got 0"),
        (lambda x: s.chunk(x, 0), ShapeError, "got 0"),
        (lambda x: s.tile(x, -1), ShapeError, "got -1"),
        (lambda x: s.repeat(x, [1, 2], 1), ShapeError, "2 repeats for an axis of length 3"),
        (lambda x: s.repeat(x, -1), ShapeError, "got -1"),
        (lambda x: s.meshgrid(x), ShapeError, r"rows of numbers, got shape \(2, 3\)"),
        (lambda x: s.meshgrid(x[0], indexing="yx"), ShapeError, "got 'yx'"),
        (lambda x: s.rot90(x, 1, (0,)), ShapeError, r"two axes of a plane, got \(0,\)"),
        (lambda x: s.roll(x, (1, 2, 3), (0, 1)), ShapeError, "3 shifts for 2 axes"),
        (lambda x: s.pad(x, 1, mode="mirror"), DomainError, "got 'mirror'"),
        (lambda x: s.pad(x[:0], 1, mode="edge"), ShapeError, "axis 0 .* is empty"),
        (lambda x: s.diag(x[None]), ShapeError, r"got shape \(1, 2, 3\)"),
        (lambda x: s.trace(x, 0, 1, 1), ShapeError, "named twice"),
        (lambda x: s.tril(x[0]), ShapeError, r"tril\(\): needs matrices"),
        (lambda x: s.take(x, 3, 1), IndexRangeError, r"take\(\): an index is outside the axis of length 3"),
        (lambda x: s.take(x, 0.5), IndexRangeError, "integers, got dtype float64"),
        (lambda x: s.gather(x, 0, [0]), ShapeError, "need 2 dimensions"),
        (lambda x: s.gather(x, 1, np.zeros((3, 1), int)), ShapeError, "reach beyond axis 0"),
        (lambda x: s.scatter(x, 1, [[0, 1]], x[:, :1]), ShapeError, "too little"),
        (lambda x: s.index_add(x, 0, [0], x), ShapeError, r"source of shape \(1, 3\), got \(2, 3\)"),
        (lambda x: s.select([x.data > 0], []), ShapeError, "1 conditions for 0 choices"),
        (lambda x: s.take_along_axis(x, np.zeros((3, 1), int), 1), ShapeError, "do not broadcast on axis 0"),
        (lambda x: s.one_hot([3], 3), IndexRangeError, "range from 0 to 2, got 3 to 3"),
        (lambda x: x[3], IndexRangeError, r"shape \(2, 3\) with \[3\]"),
    ],
)
def test_a_wrong_call_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(Tensor(X))
