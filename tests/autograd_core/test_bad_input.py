"""Wrong input is named where it is wrong: the operation, what it got, and the way out."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import (
    AutogradError,
    DomainError,
    DtypeError,
    GraphError,
    IndexRangeError,
    ShapeError,
    Tensor,
    Value,
    grad,
    no_grad,
)

T = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
V = Value(2.0)

CASES = [
    # -- shapes
    (lambda: T + np.ones(4), ShapeError, r"add: shapes \(2, 3\) and \(4,\) do not broadcast"),
    (lambda: np.ones(4) == T, ShapeError, r"equal: shapes \(4,\) and \(2, 3\)"),
    (lambda: T.__eq__(np.ones(4)), ShapeError, r"equal: shapes \(2, 3\) and \(4,\)"),
    (lambda: T @ np.ones((4, 2)), ShapeError, r"\(2, 3\) and \(4, 2\).*left has 3 columns, the right has 4 rows"),
    (lambda: T @ 2.0, ShapeError, r"a number has no rows or columns.*use \*"),
    (lambda: np.ones((5, 2, 3)) @ Tensor(np.ones((4, 3, 2))), ShapeError, "batches .* do not broadcast"),
    (lambda: T.sum(2), ShapeError, r"sum\(\): axis 2 is out of range, the input has axes -2 to 1"),
    (lambda: T.sum((0, -2)), ShapeError, "an axis is named twice"),
    (lambda: T.sum(0.5), ShapeError, r"an axis is an integer, got 0\.5"),
    (lambda: Tensor(np.ones((0, 2))).max(0), ShapeError, r"max\(\) of no elements.*\(0, 2\)"),
    (lambda: T.reshape(4), ShapeError, r"6 elements of shape \(2, 3\) cannot take the shape \(4,\)"),
    (lambda: T.reshape(-1, -1), ShapeError, r"cannot take the shape \(-1, -1\)"),
    (lambda: T.transpose(0), ShapeError, "does not name each of the 2 axes"),
    (lambda: T.squeeze(0), ShapeError, r"axis 0 of shape \(2, 3\) has length 2"),
    (lambda: T.broadcast_to((3, 3)), ShapeError, r"\(2, 3\) cannot be repeated to shape \(3, 3\)"),
    (lambda: ac.concatenate([T, np.ones((2, 2))]), ShapeError, r"\(2, 3\), \(2, 2\) differ elsewhere than on axis 0"),
    (lambda: ac.concatenate([]), ShapeError, "at least one"),
    (lambda: ac.stack([T, T[0]]), ShapeError, r"all shapes have to be equal, got \(2, 3\), \(3,\)"),
    (lambda: ac.pad(T, -1), ShapeError, r"widths are whole numbers from 0, got -1"),
    (lambda: ac.pad(T, [1, 2, 3]), ShapeError, r"no pair for each axis of shape \(2, 3\)"),
    (lambda: ac.sliding_windows(T, 4), ShapeError, "spanning 4 elements does not fit on axis 1 of length 3"),
    (lambda: ac.sliding_windows(T, 2, stride=0), ShapeError, "have to be positive"),
    (lambda: ac.fold_windows(T, (5, 5)), ShapeError, "is not the shape of windows"),
    (lambda: ac.einsum("ij,jk", T, np.ones(3)), ShapeError, r"the term 'jk' does not fit an operand of shape \(3,\)"),
    (lambda: ac.einsum("ij,jk->ik", T, T), ShapeError, "the letter 'j' stands for lengths 3 and 2"),
    (lambda: ac.einsum("ij", T, T), ShapeError, "1 terms for 2 operands"),
    (lambda: ac.einsum("ij->iz", T), ShapeError, "output letter 'z' occurs in no term"),
    (lambda: ac.einsum("ij->ii", T), ShapeError, "names 'i' twice"),
    (lambda: ac.einsum("i1->i", T), ShapeError, "'1' is no subscript"),
    (lambda: T.item(), ShapeError, r"exactly one element, this tensor has shape \(2, 3\)"),
    (lambda: bool(T), ShapeError, "the truth of 6 elements is ambiguous"),
    (lambda: len(Tensor(1.0)), ShapeError, "0-dimensional"),
    # -- types
    (lambda: Value("a"), DtypeError, "one real number, got 'a'"),
    (lambda: Value(None), DtypeError, "got None of type NoneType"),
    (lambda: Value([1.0]), DtypeError, r"got \[1\.0\] of type list"),
    (lambda: Value(np.ones(2)), DtypeError, r"an array of shape \(2,\): use Tensor"),
    (lambda: Value(1j), DtypeError, "real number"),
    (lambda: Value(V), DtypeError, r"use its \.data"),
    (lambda: Tensor("a"), DtypeError, "needs real numbers"),
    (lambda: Tensor(None), DtypeError, "needs real numbers, got type NoneType in None"),
    (lambda: Tensor([1.0, None]), DtypeError, r"got type NoneType in \[1.0, None\]"),
    (lambda: Tensor(np.array([1.0], object)), DtypeError, "got dtype object"),
    (lambda: Tensor([V, V]), DtypeError, r"got Values in \[Value"),
    (lambda: Tensor([[1], [2, 3]]), DtypeError, "rectangular"),
    (lambda: Tensor(1j), DtypeError, "complex128"),
    (lambda: Tensor(T), DtypeError, r"use its \.data"),
    (lambda: Tensor(np.array([V])), DtypeError, r"join Values with stack\(\[\.\.\.\]\)"),
    (lambda: Tensor([1, 2], dtype="complex64"), DtypeError, "real dtype, got complex64"),
    (lambda: Tensor(np.zeros(3, np.int64), requires_grad=True), DtypeError, "int64 has no gradient.*dtype=float64"),
    (lambda: Tensor(np.array([True]), requires_grad=True), DtypeError, "bool has no gradient"),
    (lambda: T.astype(complex), DtypeError, "real dtype"),
    (lambda: ac.exp("x"), DtypeError, r"exp\(\) takes numbers, arrays and nodes, got 'x'"),
    (lambda: ac.add(T, "x"), DtypeError, r"add\(\) takes numbers, arrays and nodes, got 'x'"),
    (lambda: ac.add(V, "x"), DtypeError, r"add\(\) of a Value takes real numbers.*got 'x'"),
    (lambda: ac.set_default_dtype(np.int64), DtypeError, "floating-point dtype, got int64"),
    # -- indices
    (lambda: T[2], IndexRangeError, r"shape \(2, 3\) with \[2\]: index 2 is out of bounds"),
    (lambda: T[0, 0, 0], IndexRangeError, r"\[0, 0, 0\]: too many indices"),
    (lambda: T[1.0], IndexRangeError, r"made of integers or booleans, got 1\.0"),
    (lambda: T[np.ones(2)], IndexRangeError, "made of integers or booleans"),
    (lambda: T[:, [0, 5]], IndexRangeError, r"\[:, array of shape \(2,\)\]"),
    (lambda: ac.take_along_axis(T, np.array([[3]]), 1), IndexRangeError, "outside axis 1 of length 3"),
    (lambda: ac.take_along_axis(T, np.array([[0.5]]), 1), IndexRangeError, "have to be integers"),
    (lambda: ac.take_along_axis(T, np.array([0]), 1), ShapeError, "need 2 dimensions"),
    # -- the graph
    (lambda: T.backward(), GraphError, r"starts from a single number.*\.sum\(\)\.backward\(\)"),
    (lambda: T.backward(np.ones(3)), ShapeError, r"the cotangent has shape \(3,\), the tensor \(2, 3\)"),
    (lambda: Tensor([1.0]).backward(), GraphError, "nothing was recorded.*requires_grad=True"),
    (
        lambda: grad(lambda x: np.asarray(x * 2).sum())(np.ones(2)),
        GraphError,
        r"inside a function that is being differentiated, .* or \.detach\(\) for a constant",
    ),
    (lambda: np.exp(T, out=np.ones((2, 3))), GraphError, "writes into an array that is there already"),
    (lambda: np.add.reduceat(T, [0, 1]), GraphError, r"np\.add\.reduceat is not an operation that can be recorded"),
    (lambda: np.roots(T), GraphError, r"np\.roots is not an operation"),
    (lambda: T.local_derivatives(), GraphError, "this node is a leaf"),
    (lambda: T.sum().local_derivatives(), GraphError, "the result of 'sum'"),
    (lambda: Tensor(np.arange(3)) ** -1, DomainError, "negative integer powers"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_the_message_says_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert isinstance(caught.value, AutogradError)
    builtin = {
        ShapeError: ValueError, DomainError: ValueError, DtypeError: TypeError,
        IndexRangeError: IndexError, GraphError: RuntimeError,
    }[error]  # fmt: skip
    assert isinstance(caught.value, builtin)


@pytest.mark.parametrize("other", ["a", None, {}, object()])
def test_operators_refuse_what_is_no_number_as_python_does(other):
    for node in (T, V):
        with pytest.raises(TypeError, match="unsupported operand"):
            node + other
        with pytest.raises(TypeError, match="unsupported operand"):
            other - node
        assert (node == other) is False


def test_a_tensor_in_use_is_not_written_to():
    w = Tensor([1.0, 2.0], requires_grad=True)
    w[0] = 5.0
    assert w.data.tolist() == [5.0, 2.0]
    w * 2
    with pytest.raises(
        GraphError,
        match=r"'multiply' has used this tensor.*no_grad\(\): tensor\[index\] = value, or .*where\(",
    ):
        w[0] = 1.0
    for symbol, statement in {"+": "w += 1", "-": "w -= 1", "*": "w *= 2", "/": "w /= 2"}.items():
        with pytest.raises(
            GraphError, match=rf"tensor = tensor \{symbol} value .*no_grad\(\): tensor \{symbol}= value"
        ):
            exec(statement, {"w": w})
    assert w.data.tolist() == [5.0, 2.0]


def test_a_running_total_may_be_written_with_the_in_place_sign():
    x = Tensor([1.0, 2.0], requires_grad=True)
    total = Tensor(0.0)
    for _ in range(3):
        total += (x * x).sum()
    total.backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_under_no_grad_a_leaf_is_written_to_although_it_was_used():
    w = Tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    with no_grad():
        w -= 0.5 * w.grad
        w[1] = 7.0
    assert w.data.tolist() == [0.0, 7.0]
    assert w.requires_grad
    total = Tensor(0.0)
    with no_grad():
        total += w
    assert total.shape == (2,)


def test_arrays_are_handed_out_where_nothing_is_recorded():
    with no_grad():
        assert np.asarray(T * 2).tolist() == (T * 2).data.tolist()
    assert np.asarray(Tensor([1.0])).tolist() == [1.0]
    assert np.array(T.detach(), dtype=np.float32).dtype == np.float32
