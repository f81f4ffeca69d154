"""Assignment while differentiating: a program that fills an array computes, and differentiates, what it says."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import (
    DtypeError,
    GraphError,
    IndexRangeError,
    ShapeError,
    Tensor,
    Value,
    debug,
    explain,
    grad,
    gradcheck,
    hessian,
    hvp,
    jacobian,
    jvp,
    lower,
    no_grad,
    vjp,
)
from viz import draw


# Every program takes a maker of arrays of zeros and one array of shape (2, 3), and runs on NumPy's arrays, too.
def a_slice(zeros, x):
    B = zeros((4, 3))
    B[:2] = x
    return B * B


def an_element(zeros, x):
    B = zeros(3)
    B[1] = x[1, 2]
    return B + x[0]


def element_by_element(zeros, x):
    B = zeros((3, 2))
    for i in range(2):
        for j in range(3):
            B[j, i] = x[i, j] ** (i + 2)
    return B.sum(0) * B[0]


def a_row_and_a_column(zeros, x):
    B = zeros((3, 3))
    B[-1] = x[0]
    B[:, 0] = x[1]
    return B @ B


def parts_that_overlap(zeros, x):
    B = zeros((2, 3))
    B[:] = x * x
    B[0, 1:] = x[1, :2]
    B[:, 1] = x[0, 0] * x[1, 1]
    B[1, 1] = 7.0
    return B * B


def backwards_with_gaps(zeros, x):
    B = zeros(7)
    B[::-3] = x[0] * 2
    B[-2::-2] = x[1]
    return B * B


def numbers_that_broadcast(zeros, x):
    B = zeros((3, 2, 3))
    B[0] = x[0]
    B[1:, :, 1] = x[1, :2]
    B[..., 2] = x[0, 0]
    return B * B


def axes_of_length_one(zeros, x):
    B = zeros((2, 3))
    B[0] = x[:1]
    B[None, 1] = x[None, None, 1]
    return B * B


def a_mask(zeros, x):
    B = zeros((2, 3))
    B[np.array([[True, False, True], [False, False, True]])] = x[1]
    B[np.array([False, True]), 0] = x[0, 0] ** 2
    return B * B


def index_arrays(zeros, x):
    B = zeros((3, 4))
    B[[0, 2, 1], [1, 1, 3]] = x[0]
    B[np.array([[0], [2]]), [0, 3]] = x[:, :2]
    B[[1]] = x[0, 1]
    return B * B


def the_last_of_several_stays(zeros, x):
    B = zeros(3)
    B[[0, 0, 2]] = x[0]
    B[np.array([2, 1, 2, 2])] = x[1, 0] * np.arange(4.0)
    return B * B


def augmented(zeros, x):
    B = zeros((2, 3))
    B[0] += x[0]
    B[0, 1] *= x[1, 1]
    B[:, 1:] -= x[:, 1:] ** 2
    B[1] /= 1 + x[0] ** 2
    B[:, 0] **= 2
    return B * x


def augmented_in_loops(zeros, x):
    B = zeros(2)
    for j in range(3):
        for i in range(2):
            B[i] += x[i, j] * (j + 1)
        B *= 1.5
    return B * B


def augmented_with_a_mask(zeros, x):
    B = zeros((2, 3))
    B[np.eye(2, 3) == 1] += x[1, :2]
    B[[0, 0, 1]] += x[0]  # no place is added to twice
    return B * B


def a_recurrence(zeros, x):
    u = zeros(6)
    u[0] = x[0, 0]
    for i in range(5):
        u[i + 1] = u[i] * x[1, i % 3] + u[max(i - 1, 0)] ** 2
    return u


def a_recurrence_of_rows(zeros, x):
    u = zeros((4, 3))
    u[0] = x[0]
    for t in range(3):
        u[t + 1] = np.sin(u[t]) * x[1] + u[t].sum()
    return u


def a_shift(zeros, x):
    B = zeros(4)
    B[:3] = x[0]
    B[1:] = B[:-1]
    B[0] = B[1] * B[2]
    return B * B


def two_numbers_change_places(zeros, x):
    B = zeros(3)
    B[:] = x[1]
    B[0], B[2] = B[2], B[0]
    return B * x[0]


def a_result(zeros, x):
    y = x * x
    y[0, 1] = 5.0
    y[1] = x[0] * y[1]
    return y * x


def where_it_is_negative(zeros, x):
    y = x.copy()
    y[x < 0] = 0.1
    y[x > 1] *= x[x > 1]
    return y * y


def nothing(zeros, x):
    B = zeros((2, 3))
    B[:] = x
    B[2:] = x[2:]
    B[[]] = x[:1]
    B[np.zeros((2, 3), bool)] = 1.0
    return B * B


def without_axes(zeros, x):
    B = zeros(())
    B[...] = x[0, 0] ** 2
    C = zeros(())
    C[()] = B * x[1, 1]
    return C * x


def several_arrays(zeros, x):
    A, B = zeros(2), zeros((2, 3))
    A[0] = x[0, 0]
    B[0] = A[0] * x[1]
    A[1] = B[0].sum()
    B[1] = A * x[1, 0] if len(x) > 2 else A[1] * x[0]
    return B * B


PROGRAMS = [
    *(a_slice, an_element, element_by_element, a_row_and_a_column, parts_that_overlap, backwards_with_gaps),
    *(numbers_that_broadcast, axes_of_length_one, a_mask, index_arrays, the_last_of_several_stays, augmented),
    *(augmented_in_loops, augmented_with_a_mask, a_recurrence, a_recurrence_of_rows, a_shift, a_result),
    *(two_numbers_change_places, where_it_is_negative, nothing, without_axes, several_arrays),
]
every_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
X = np.array([[0.6, -1.1, 1.7], [1.3, -0.4, 0.9]])


def of(program):
    return lambda x: program(ac.zeros, x)


@every_program
def test_a_program_computes_what_it_computes_on_arrays(program):
    expected = program(np.zeros, X.copy())
    found = program(ac.zeros, Tensor(X, requires_grad=True))
    np.testing.assert_allclose(found.data, expected, rtol=1e-14)
    np.testing.assert_allclose(program(ac.zeros, Tensor(X)).data, expected, rtol=1e-14)


@every_program
@pytest.mark.parametrize("order", [1, 2])
def test_its_derivatives_are_those_of_finite_differences(program, order):
    gradcheck(of(program), X, order=order)


@every_program
def test_forward_reverse_and_second_derivatives_agree(program):
    f = of(program)
    slope = np.cos(np.arange(np.size(f(X).data))).reshape(np.shape(f(X).data))
    total = lambda x: (f(x) * slope).sum()  # noqa: E731
    direction = np.sin(np.arange(6.0)).reshape(2, 3)
    leaf = Tensor(X, requires_grad=True)
    total(leaf).backward()
    gradient = grad(total)(X)
    np.testing.assert_allclose(leaf.grad, gradient, rtol=1e-12)
    np.testing.assert_allclose(vjp(f, X)[1](slope)[0], gradient, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(jvp(total, (X,), (direction,))[1], (gradient * direction).sum(), rtol=1e-12)
    columns, rows = jacobian(f, mode="forward")(X), jacobian(f, mode="reverse")(X)
    np.testing.assert_allclose(rows, columns, rtol=1e-12, atol=1e-14)
    curvature = hessian(total)(X)
    np.testing.assert_allclose(curvature.reshape(6, 6), curvature.reshape(6, 6).T, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(
        hvp(total, X, direction), np.tensordot(curvature, direction, 2), rtol=1e-10, atol=1e-12
    )


@every_program
def test_float32_stays(program):
    leaf = Tensor(X.astype(np.float32), requires_grad=True)
    y = program(lambda shape: ac.zeros(shape, np.float32), leaf)
    y.sum().backward()
    assert y.dtype == leaf.grad.dtype == np.float32
    np.testing.assert_allclose(leaf.grad, grad(lambda x: of(program)(x).sum())(X), rtol=2e-5, atol=1e-5)


@every_program
def test_a_recorded_backward_pass_can_be_differentiated_again(program):
    leaf = Tensor(X, requires_grad=True)
    (program(ac.zeros, leaf) ** 2).sum().backward(create_graph=True)
    first = leaf.grad
    leaf.zero_grad()
    (first * first).sum().backward()
    f = lambda x: (of(program)(x) ** 2).sum()  # noqa: E731
    np.testing.assert_allclose(leaf.grad, 2 * hvp(f, X, grad(f)(X)), rtol=1e-9, atol=1e-12)


@every_program
def test_it_is_drawn_explained_and_written_out_in_values(program):
    leaf = Tensor(X, requires_grad=True, label="x")
    loss = (program(ac.zeros, leaf) ** 2).sum()
    assert "index_set" in {node.op.name for node in ac.ancestors([loss]) if node.op}
    assert draw(loss).dot
    assert explain(loss, leaf)
    lowered = lower(loss)
    lowered.output.item().backward()
    loss.backward()
    np.testing.assert_allclose(lowered.gradient(leaf), leaf.grad, rtol=1e-12, atol=1e-12)
    assert np.isclose(float(lowered.output.item()), loss.item())


@every_program
def test_it_runs_under_debug(program):
    with debug():
        leaf = Tensor(X, requires_grad=True)
        program(ac.zeros, leaf).sum().backward()
    np.testing.assert_allclose(leaf.grad, grad(lambda x: of(program)(x).sum())(X), rtol=1e-12)


# -- what the object becomes --------------------------------------------------------------------------------


def test_the_object_becomes_the_result_of_one_operation():
    x = Tensor([2.0, 3.0], requires_grad=True)
    B = ac.zeros((2, 2))
    B.label = "B"
    before = B.data
    B[0] = x
    B[:, 1] = 4.0
    B[1, 0] = x[0]
    assert B.op.name == "index_set"
    assert B.label == "B"
    assert B.requires_grad
    old, *values = B.inputs
    assert old.data is before
    assert not before.any()
    assert values[0] is x
    assert values[1] == 4.0
    assert B.data.tolist() == [[2, 4], [2, 4]]
    (B * B).sum().backward()
    assert x.grad.tolist() == [8, 0]


def test_values_are_assigned():
    a, b = Value(2.0), Value(3.0)
    B = ac.ones((2, 2))
    B[0] = a * b
    B[1] = [a, 5.0]
    (B * B).sum().backward()
    assert (a.grad, b.grad) == (2 * 2 * 6 * 3 + 2 * 2, 2 * 2 * 6 * 2)


def test_a_long_loop_takes_linear_memory_and_time():
    x = Tensor(np.linspace(0.5, 1, 3000), requires_grad=True)
    B = ac.zeros((3000, 10))
    for i in range(3000):
        B[i] = x[i]
    (B * B).sum().backward()
    np.testing.assert_allclose(x.grad, 20 * x.data)
    assert sum(node.op is not None and node.op.name == "index_set" for node in ac.ancestors([B])) < 10


def test_a_bigger_array_keeps_its_gradient_where_it_is_not_written():
    w = Tensor(np.ones(4), requires_grad=True)
    y = w * 3
    y[1] = 0.0
    y[2:] = w[:2]
    y.sum().backward()
    assert w.grad.tolist() == [3 + 1, 1, 0, 0]


def test_the_last_value_of_a_place_named_twice_gets_the_gradient_alone():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    B = ac.zeros(2)
    B[[1, 1, 0]] = x
    assert B.data.tolist() == [3, 2]
    B.sum().backward()
    assert x.grad.tolist() == [0, 1, 1]


def test_what_was_read_before_is_what_it_was():
    x = Tensor([1.0, 2.0], requires_grad=True)
    B = ac.zeros(3)
    B[:2] = x
    y = B[0] * 10  # of the numbers that stand there now
    B[0] = 5.0
    (y + B[0]).backward()
    assert y.data == 10
    assert x.grad.tolist() == [10, 0]


def test_infinities_that_are_written_over_leave_nothing_behind():
    x = Tensor([0.0, 1.0], requires_grad=True)
    with np.errstate(all="ignore"):
        y = ac.log(x)
        y[0] = 0.0
        y.sum().backward()
    assert y.data.tolist() == [0, 0]
    assert x.grad[1] == 1


def test_nothing_is_recorded_where_there_is_nothing_to_record():
    B = ac.zeros(3)
    B[0] = 1.0
    B[1] = Tensor(2.0)
    with no_grad():
        B[2] = Tensor(3.0, requires_grad=True)
    assert B.data.tolist() == [1, 2, 3]
    assert B.op is None
    assert not B.requires_grad


def test_the_array_that_a_tensor_was_made_from_is_not_written_to_by_a_recorded_assignment():
    array = np.zeros(2)
    B = Tensor(array)
    B[0] = Tensor(1.0, requires_grad=True)
    assert array.tolist() == [0, 0]


def test_a_copy_of_what_has_been_filled_is_filled_alone():
    x = Tensor([1.0, 2.0], requires_grad=True)
    B = ac.zeros(2)
    B[0] = x[0]
    C = copy.copy(B)
    C[1] = x[1]
    assert B.data.tolist() == [1, 0]
    assert C.data.tolist() == [1, 2]
    (B * C).sum().backward()
    assert x.grad.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda B, x: np.put(B, [4, -1], x), [[0, 0, 0], [0, 2, 3]]),
        (lambda B, x: np.put(B, [1, 7], x[0], mode="wrap"), [[0, 2, 0], [0, 0, 0]]),
        (lambda B, x: np.put(B, [0, 1, 2], x), [[2, 3, 2], [0, 0, 0]]),
        (lambda B, x: np.put_along_axis(B, np.array([[1], [2]]), x[:, None], 1), [[0, 2, 0], [0, 0, 3]]),
        (lambda B, x: np.place(B, np.eye(2, 3) == 1, x), [[2, 0, 0], [0, 3, 0]]),
        (lambda B, x: np.place(B, np.ones((2, 3)) == 1, x), [[2, 3, 2], [3, 2, 3]]),
        (lambda B, x: np.putmask(B, [[0, 1, 0], [0, 0, 1]], x), [[0, 3, 0], [0, 0, 3]]),
        (lambda B, x: np.copyto(B, x[:, None]), [[2, 2, 2], [3, 3, 3]]),
        (lambda B, x: np.copyto(B, x[0], where=np.eye(2, 3) == 0), [[0, 2, 2], [2, 0, 2]]),
        (lambda B, x: np.fill_diagonal(B, x), [[2, 0, 0], [0, 3, 0]]),
        (lambda B, x: np.fill_diagonal(B, x[1]), [[3, 0, 0], [0, 3, 0]]),
    ],
)
def test_numpys_functions_that_write_in_place_write_into_tensors(write, expected):
    plain = np.zeros((2, 3))
    assert write(plain, np.array([2.0, 3.0])) is None
    assert plain.tolist() == expected
    x = Tensor([2.0, 3.0], requires_grad=True)
    B = ac.zeros((2, 3))
    assert write(B, x) is None
    assert B.data.tolist() == expected
    B.sum().backward()
    assert x.grad.tolist() == [(plain == 2).sum(), (plain == 3).sum()]
    C = ac.zeros((2, 3))
    write(C, np.array([2.0, 3.0]))
    assert C.data.tolist() == expected
    assert not C.requires_grad


# -- what is refused ----------------------------------------------------------------------------------------


@pytest.fixture
def x():
    return Tensor([1.0, 2.0], requires_grad=True)


@pytest.mark.parametrize(
    ("use", "name"),
    [
        (lambda B, x: B * x, "multiply"),
        (lambda B, x: x + B, "add"),
        (lambda B, x: ac.stack([B, x]), "stack"),
        (lambda B, x: x @ B, "matmul"),
        (lambda B, x: ac.where(B > 0, x, B), "where"),
    ],
)
@pytest.mark.parametrize("filled", [False, True])
def test_what_a_recorded_operation_has_used_is_assigned_to_no_more(x, use, name, filled):
    B = ac.zeros(2)
    if filled:
        B[0] = x[0]
    y = use(B, x)
    with pytest.raises(GraphError, match=rf"'{name}' has used.*before it is used.*index_set"):
        B[1] = x[1]
    with pytest.raises(GraphError, match=rf"'{name}' has used"):
        B[1] = 3.0
    with pytest.raises(GraphError, match=rf"'{name}' has used"):
        np.put(B, 1, x[1])
    y.sum().backward()
    C = ac.index_set(B, 1, x[1])
    assert C.data[1] == 2
    assert B.data[1] == 0


def test_under_debug_the_refusal_names_the_line(x):
    with debug():
        B = ac.zeros(2)
        y = B * x  # here
        with pytest.raises(GraphError, match=r"(?s)test_assignment.py.*y = B \* x  # here"):
            B[0] = x[0]
    assert y.requires_grad


def test_a_leaf_that_requires_a_gradient_is_not_assigned_a_recorded_value(x):
    w = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GraphError, match=r"leaf that requires a gradient.*copy\(\)"):
        w[0] = x[0]
    w[0] = 5.0  # a start value
    assert w.data.tolist() == [5, 2]


@pytest.mark.parametrize("value", [0.0, np.zeros(1)])
def test_nor_is_the_argument_of_a_function_that_is_differentiated(value):
    def f(x):
        x[:1] = value
        return x.sum()

    point = np.array([1.0, 2.0])
    for operator in (grad, jacobian, hessian, lambda f: grad(lambda x: grad(f)(x).sum())):
        with pytest.raises(GraphError, match=r"differentiated.*copy\(\)"):
            operator(f)(point)
    assert point.tolist() == [1, 2]


def test_views_are_not_assigned_to(x):
    A = ac.zeros((2, 2))
    for part in (A[0], A.T[0], A.reshape(-1)[:2]):
        with pytest.raises(GraphError, match=r"view.*assign to the whole"):
            part[:] = x
    part = A[0]
    part[:] = 1.0  # as in NumPy
    assert A.data.tolist() == [[1, 1], [0, 0]]


def test_what_has_been_taken_out_and_is_still_held_would_not_change(x):
    B = ac.zeros((2, 2))
    row = B[0]
    with pytest.raises(GraphError, match=r"taken out.*row\.copy\(\)|taken out.*copy"):
        B[0] = x
    B[1] = x  # elsewhere
    del row
    B[0] = x
    column = B.T[0]
    with pytest.raises(GraphError, match="transpose"):
        B[0] = x
    assert column.requires_grad


def test_a_slice_that_has_been_written_over_is_used_no_more(x):
    B = ac.zeros((2, 2))
    B[0] = x
    row = B[0]
    y = row * 2
    B[0] = 3.0
    for use in (lambda: row * 2, lambda: x + row, lambda: ac.stack([x, row]), row.sum):
        with pytest.raises(GraphError, match="written over"):
            use()
    (y + B[0]).sum().backward()
    assert x.grad.tolist() == [2, 2]


@pytest.mark.parametrize("value", [1.5, np.array([0.5, 1.0]), np.nan, Tensor([1.0, 2.0], requires_grad=True)])
def test_integers_hold_no_fractions(value):
    B = Tensor(np.zeros(2, np.int64))
    with pytest.raises(DtypeError, match=r"int64.*astype\(float\)"):
        B[:] = value
    B[0] = 3.0
    B[1] = True
    assert B.data.tolist() == [3, 1]
    with pytest.raises(DtypeError, match="bool"):
        Tensor(np.zeros(2, bool))[0] = 2


def test_what_does_not_fit_is_refused_before_anything_is_written(x):
    B = ac.zeros((2, 3))
    with pytest.raises(ShapeError, match=r"selects shape \(2,\), to which a value of shape \(3,\)"):
        B[:, 0] = np.ones(3)
    with pytest.raises(ShapeError, match="does not broadcast"):
        B[0] = x
    with pytest.raises(IndexRangeError, match=r"shape \(2, 3\) has no \[2\]"):
        B[2] = x[0]
    with pytest.raises(IndexRangeError, match="integers or booleans"):
        B[1.0] = x[0]
    with pytest.raises(DtypeError):
        B[0] = "text"
    with pytest.raises(DtypeError):
        B[0] = 1j
    assert B.op is None
    assert not B.data.any()


def test_without_recording_a_result_is_not_written_to(x):
    y = x * 2
    with no_grad(), pytest.raises(GraphError, match="no_grad"):
        y[0] = 1.0
    assert y.data.tolist() == [2, 4]
