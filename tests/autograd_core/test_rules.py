"""Every rule against finite differences, first and second order, and against forward mode."""

import math

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, Value, calculus, gradcheck
from autograd_core.primitive import Elementwise, floats

RANDOM = np.random.default_rng(0)
DOMAINS = {  # where a function is smooth, if that is not everywhere
    "log": (0.2, 3.0), "log1p": (-0.7, 3.0), "log2": (0.2, 3.0), "log10": (0.2, 3.0), "sqrt": (0.2, 3.0),
    "cbrt": (0.3, 3.0), "reciprocal": (0.3, 3.0), "divide": (0.5, 3.0), "power": (0.5, 2.0),
    "float_power": (0.5, 2.0), "abs": (0.2, 3.0), "relu": (0.2, 3.0), "sign": (0.2, 3.0), "tan": (-1.0, 1.0),
    "arcsin": (-0.8, 0.8), "arccos": (-0.8, 0.8), "arctanh": (-0.8, 0.8), "arccosh": (1.3, 3.0),
    "arctan2": (0.3, 2.0), "hypot": (0.3, 2.0), "copysign": (0.2, 3.0), "erfinv": (-0.7, 0.7),
    "lgamma": (0.6, 3.0), "digamma": (0.6, 3.0), "floor": (0.1, 0.9), "ceil": (0.1, 0.9),
    "trunc": (0.1, 0.9), "rint": (0.1, 0.4), "floor_divide": (0.5, 3.0), "remainder": (0.5, 3.0),
    "fmod": (0.5, 3.0), "sinc": (0.1, 2.0),
}  # fmt: skip
CORE = sorted(
    name
    for name, entry in vars(calculus).items()
    if isinstance(entry, Elementwise) and name not in ("where", "clip", "polygamma")
)


@pytest.fixture(params=CORE, name="function")
def elementwise_function(request):
    found = getattr(calculus, request.param)
    assert isinstance(found, Elementwise)
    return found


def samples(function, *shapes):
    low, high = DOMAINS.get(function.name, (-2.0, 2.0))
    return [RANDOM.uniform(low, high, shape) for shape in shapes[: function.arity]]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    "shapes", [[(2, 3), (2, 3)], [(2, 3), (3,)], [(3, 1), (1, 2)], [(), (2,)], [(2,), ()], [(), ()]], ids=str
)
def test_derivatives_agree_with_finite_differences_and_broadcast(function, shapes, order):
    assert gradcheck(function, *samples(function, *shapes), order=order)


def test_a_value_a_tensor_and_a_plain_number_agree(function):
    numbers = [float(x) for x in samples(function, (), ())]
    values, tensors = [Value(x) for x in numbers], [Tensor(x, requires_grad=True) for x in numbers]
    by_value, by_tensor = function(*values), function(*tensors)
    assert by_value.data == pytest.approx(function(*numbers), rel=1e-14)
    assert by_value.data == pytest.approx(by_tensor.item(), rel=1e-14)
    by_value.backward()
    by_tensor.backward()
    assert [v.grad for v in values] == pytest.approx([float(t.grad) for t in tensors], rel=1e-13)


@pytest.mark.parametrize("corner", [0.0, -0.0, 1.0, -1.0, 1e4, -1e4, 800.0, math.inf, -math.inf, math.nan])
def test_floats_follow_ieee_as_arrays_do(function, corner):
    numbers = [corner, 2.0][: function.arity]
    if function.name in ("erfinv", "digamma") and math.isinf(corner):
        corner = numbers[0] = 0.5  # SciPy serves floats and arrays alike
    with np.errstate(all="ignore"):
        assert function(*numbers) == pytest.approx(function.forward(*map(np.float64, numbers)), nan_ok=True)
        if function.arity == 2:
            numbers.reverse()
            assert function(*numbers) == pytest.approx(
                function.forward(*map(np.float64, numbers)), nan_ok=True
            )


def test_single_precision_stays_single_forward_and_backward(function):
    inputs = [Tensor(x.astype(np.float32), requires_grad=True) for x in samples(function, (2, 3), (3,))]
    y = function(*inputs)
    assert y.dtype == np.float32
    y.backward(np.ones((2, 3)), create_graph=True)
    assert all(x.grad.dtype == np.float32 for x in inputs)


def test_empty_and_non_contiguous_arrays_are_taken(function):
    empty = [Tensor(np.empty((0, 3)), requires_grad=True) for _ in range(function.arity)]
    y = function(*empty)
    y.sum().backward()
    assert y.shape == empty[0].grad.shape == (0, 3)
    views = [x[::2, ::-1].T for x in samples(function, (4, 3), (4, 3))]
    assert gradcheck(function, *views)


@pytest.mark.filterwarnings("ignore:.* encountered in divide:RuntimeWarning")
@pytest.mark.parametrize("a", [-2.5, 0.0, 3.0])
@pytest.mark.parametrize("b", [-1.5, 4.0, 0.0])
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide"])
def test_the_arithmetic_written_out_in_value_is_that_of_the_table(name, a, b):
    operator = {
        "add": lambda x, y: x + y,
        "subtract": lambda x, y: x - y,
        "multiply": lambda x, y: x * y,
        "divide": lambda x, y: x / y,
    }[name]
    function = getattr(calculus, name)
    for left, right in ((Value(a), Value(b)), (Value(a), b), (a, Value(b))):
        result = operator(left, right)
        numbers = [a, b]
        assert result.op is function
        assert result.data == pytest.approx(function.on_floats(a, b), nan_ok=True)
        result.backward()
        for i, node in enumerate((left, right)):
            if isinstance(node, Value):
                expected = function.local_derivative(floats, i, result.data, numbers)
                assert node.grad == pytest.approx(expected, nan_ok=True)
        recorded = [float(x) for x in result.inputs]
        assert recorded == numbers or (name in ("add", "multiply") and recorded == numbers[::-1])


def test_corner_conventions():
    def slope(f, x):
        by_value = Value(x)
        f(by_value).backward()
        by_tensor = Tensor(x, requires_grad=True)
        f(by_tensor).backward()
        assert by_value.grad == pytest.approx(float(by_tensor.grad), nan_ok=True)
        return by_value.grad

    assert slope(lambda x: x.relu(), 0.0) == 0  # the unit is off at 0
    assert slope(abs, 0.0) == 0  # by symmetry
    assert slope(lambda x: x**0, 0.0) == 0  # a constant
    assert slope(lambda x: x**2, 0.0) == 0
    assert slope(lambda x: x**3, -2.0) == 12  # integer powers of negative numbers are smooth
    assert slope(lambda x: x.clip(-1, 1), 1.0) == 0  # on the bound the value no longer moves outwards
    assert slope(lambda x: x.clip(-1, 1), 0.999) == 1
    assert slope(lambda x: x.maximum(1.0), 1.0) == 0.5  # two that tie share
    assert slope(lambda x: x.minimum(1.0), 1.0) == 0.5
    with np.errstate(divide="ignore"):
        assert slope(lambda x: x.sqrt(), 0.0) == math.inf


def test_the_exponent_is_differentiated_at_a_base_of_zero_too():
    a, b = Tensor([0.0, 2.0], requires_grad=True), Tensor([2.0, 3.0], requires_grad=True)
    (a**b).sum().backward()
    assert a.grad.tolist() == [0.0, 12.0]
    assert b.grad.tolist() == pytest.approx([0.0, 8 * math.log(2)])


def test_dividing_by_integers_keeps_the_gradient():
    for divisor in (2, np.array([2, 4]), np.int64(2)):
        w = Tensor([1.0, 1.0], requires_grad=True)
        (w / divisor).sum().backward()
        assert w.grad.tolist() == pytest.approx((np.ones(2) / divisor).tolist())


def test_where_hands_nothing_to_the_branch_not_taken():
    x = Tensor([-1.0, 4.0], requires_grad=True)
    safe = ac.where(x > 0, x, 1.0)
    ac.where(x > 0, safe.sqrt(), 0.0).sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]
    v, w = Value(0.0), Value(1.0)
    with np.errstate(all="ignore"):
        (ac.where(False, v, w) * math.inf).backward()
    assert v.grad == 0.0


def test_sigmoid_and_softplus_are_stable_and_accurate_in_both_tails():
    for x in (-1e4, -40.0, 40.0, 1e4):
        tensor, value = Tensor(x, requires_grad=True), Value(x)
        for f in (ac.sigmoid, ac.softplus):
            y = f(tensor)
            y.backward()
            assert np.isfinite(y.data)
            assert np.isfinite(tensor.grad)
            assert f(value).data == pytest.approx(y.item(), rel=1e-15)
    assert ac.sigmoid(-40.0) == pytest.approx(math.exp(-40), rel=1e-14)
    assert ac.softplus(-40.0) == pytest.approx(math.exp(-40), rel=1e-14)


X = RANDOM.normal(size=(3, 4))
CUBE = RANDOM.normal(size=(2, 3, 4))
ROWS, COLUMNS = np.array([0, 2, 2]), np.array([[1], [0]])
STRUCTURAL = {
    "sum": lambda x: [ac.sum(x), ac.sum(x, 1), ac.sum(x, (0, -1), keepdims=True), ac.sum(x, ())],
    "mean": lambda x: [ac.mean(x), ac.mean(x, 0), ac.mean(x, -1, keepdims=True)],
    "max": lambda x: [ac.max(x), ac.max(x, 0), ac.max(x, (0, 1), keepdims=True)],
    "min": lambda x: [ac.min(x), ac.min(x, 1, keepdims=True)],
    "reshape": lambda x: [x.reshape(-1, 2), x.reshape((4, 3)), x.ravel(), x.flatten(), x.view(2, 6)],
    "transpose": lambda x: [x.T, x.transpose(1, 0), x.swapaxes(0, 1), x.mT],
    "expand and squeeze": lambda x: [x.expand_dims(1), x.unsqueeze(-1).squeeze(), x[None].squeeze(0)],
    "broadcast_to": lambda x: [ac.broadcast_to(x, (2, 3, 4)), ac.broadcast_to(x[:, :1], (3, 5))],
    "basic indexing": lambda x: [x[1], x[..., 2], x[::-2, 1:3], x[None, :, -1], x[1, 2], x[()], x[0:0]],
    "advanced indexing": lambda x: [x[ROWS], x[ROWS, ROWS], x[COLUMNS, ROWS], x[:, ROWS], x[x.data > 0]],
    "mixed indexing": lambda x: [x[ROWS, 1:3], x[None, ROWS, ..., 0], x[[True, False, True], 1]],
    "take_along_axis": lambda x: [ac.take_along_axis(x, np.array([[0, 0, 3]] * 3), 1)],
    "concatenate": lambda x: [ac.concatenate([x, X, x], 0), ac.concatenate([x, x * x], -1), ac.concatenate([x])],
    "stack": lambda x: [ac.stack([x, x * 2.0]), ac.stack([x, X], -1)],
    "pad": lambda x: [ac.pad(x, 1), ac.pad(x, ((0, 2), (1, 0)), value=3.0), ac.pad(x, (1, 2))],
    "windows": lambda x: [
        ac.sliding_windows(x, 2),
        ac.sliding_windows(x, (2, 2), stride=(1, 2)),
        ac.sliding_windows(x, 2, dilation=2, axes=[0]),
        ac.sliding_windows(x, 3, stride=3, axes=[1]),
    ],
    "fold": lambda x: [ac.fold_windows(ac.sliding_windows(x, (2, 3)) * 1.5, (3, 4))],
    "astype": lambda x: [x.astype(np.float64)],
    "einsum": lambda x: [
        ac.einsum("ij->ji", x), ac.einsum("ij->", x), ac.einsum("ij,kj->ik", x, x), ac.einsum("ij,jk", x, X.T),
        ac.einsum("...j,...j->...", x, x), ac.einsum("i...,i...", x, X), ac.einsum("ii->i", x[:, :3]),
        ac.einsum("ij,ij,ij->j", x, x, X), ac.einsum("ij,k->k", x, x[0]), ac.einsum("ij,ij", x, x[:1]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", STRUCTURAL)
def test_structural_operations_agree_with_finite_differences(name, order):
    assert gradcheck(lambda x: [(y * y).sin() for y in STRUCTURAL[name](x)], X, order=order)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,)),
        ((0, 3), (3, 2)), ((2, 0), (0, 3)),
    ],
    ids=str,
)  # fmt: skip
def test_the_matrix_product_in_all_of_numpys_cases(left, right, order):
    a, b = RANDOM.normal(size=left), RANDOM.normal(size=right)
    y = Tensor(a, requires_grad=True) @ Tensor(b, requires_grad=True)
    assert np.array_equal(y.data, a @ b)
    if y.size and a.size:
        assert gradcheck(lambda x, z: x @ z, a, b, order=order)
    else:
        y.sum().backward()


def test_values_of_structural_operations_are_numpys():
    t = Tensor(CUBE)
    assert np.array_equal(
        ac.sliding_windows(t, (2, 2)).data, np.lib.stride_tricks.sliding_window_view(CUBE, (2, 2), (1, 2))
    )
    assert np.array_equal(ac.pad(t, ((0, 0), (1, 1), (2, 0))).data, np.pad(CUBE, ((0, 0), (1, 1), (2, 0))))
    assert np.allclose(ac.einsum("bij,bkj->bik", t, t).data, CUBE @ CUBE.swapaxes(1, 2))
    assert np.array_equal(np.concatenate([CUBE, t], axis=2).data, np.concatenate([CUBE, CUBE], axis=2))


def test_ties_of_the_extremes_share_equally():
    x = Tensor([[2.0, 2.0, 1.0], [1.0, 1.0, 1.0]], requires_grad=True)
    x.max(1).sum().backward()
    assert x.grad.tolist() == [[0.5, 0.5, 0.0], [pytest.approx(1 / 3)] * 3]


def test_an_element_taken_several_times_gets_every_share():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 0, 2, -1]] * [1.0, 10.0, 100.0, 1000.0]).sum().backward()
    assert x.grad.tolist() == [11.0, 0.0, 1100.0]


def test_numpys_functions_on_tensors_record():
    t = Tensor(X, requires_grad=True)
    y = np.sum(np.exp(t) * np.ones(4)) + np.mean(np.transpose(t)) + np.max(np.abs(X) + t)
    y.backward()
    assert isinstance(y, Tensor)
    assert t.grad.shape == X.shape
    assert np.shape(t) == (3, 4)
    assert np.allclose(t, X)


def test_integers_meet_floating_point_numbers():
    single, whole = Tensor(np.ones(2, np.float32)), Tensor(np.array([1, 2], np.int64))
    assert (single * whole).dtype == np.float32
    assert (single * 2.5).dtype == (2 / single).dtype == (single**2).dtype == np.float32
    assert (single * np.array([True, False])).dtype == np.float32
    assert (single * np.ones(2)).dtype == np.float64
    assert (whole + 1).dtype == np.int64
    assert ac.exp(whole).dtype == np.float64
    assert whole.mean().dtype == np.float64
    ac.set_default_dtype(np.float32)
    try:
        assert ac.exp(whole).dtype == Tensor([1, 2]).dtype == np.float32
    finally:
        ac.set_default_dtype(np.float64)


@pytest.mark.parametrize(
    "f",
    [
        np.amax, np.ptp, np.average, np.prod, np.var, np.std, np.cumsum, np.diff, np.median, np.fabs, np.positive,
        np.nan_to_num, np.linalg.norm, np.linalg.pinv,
        lambda x: np.percentile(x, 30), lambda x: np.append(x, X), lambda x: np.append(x, X, axis=0),
        lambda x: np.pad(x, 1, "edge"), lambda x: np.pad(x, 1, constant_values=2.0), lambda x: np.sort(x, axis=0),
        lambda x: np.linalg.svd(x, full_matrices=False)[1], lambda x: np.where(X > 0, x, 0.0),
        lambda x: np.arctan2(x, X), lambda x: np.tensordot(x, X, axes=2), lambda x: np.clip(x, -0.5, 0.5),
        lambda x: np.linalg.det(x @ x.T), lambda x: np.roll(x, 1, axis=0), lambda x: np.max(x, axis=1, keepdims=True),
    ],
)  # fmt: skip
def test_numpys_functions_give_numpys_values_on_tensors_and_record(f):
    x = Tensor(X, requires_grad=True)
    y = f(x)
    assert isinstance(y, Tensor)
    assert np.allclose(y.data, f(X))
    assert gradcheck(f, X)


def test_an_input_without_a_derivative_may_be_a_value():
    order, x = Value(1.0), Value(2.0)
    ac.polygamma(order, x).backward()
    assert (order.grad, x.grad) == (0.0, pytest.approx(float(ac.polygamma(2, 2.0))))
    condition, a, b = Value(1.0), Value(2.0), Value(3.0)
    y = ac.where(condition, a, b)
    y.backward()
    assert (y.data, condition.grad, a.grad, b.grad) == (2.0, 0.0, 1.0, 0.0)
