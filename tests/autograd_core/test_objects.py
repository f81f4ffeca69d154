"""What a Value and a Tensor show and offer, and the first lab of the course on both."""

import copy
import math
import warnings

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GraphError, ShapeError, Tensor, Value, ancestors, grad, jvp

LAB = {
    "x": 1.5, "y": 0.2, "w1": 0.8, "b1": -0.4, "w2": -1.1, "b2": 0.3,
    "z1": 0.8000000000000002, "a1": 0.6899744811276125, "z2": -0.45897192924037383,
    "a2": 0.3872297391392901, "J": 0.017527487609083306, "dJ_dw2": 0.03065308886213743,
    "dJ_db2": 0.04442640952755478, "dJ_dw1": -0.015680345636217174, "dJ_db1": -0.010453563757478116,
}  # fmt: skip


@pytest.mark.parametrize("leaf", [Value, lambda x: Tensor(x, requires_grad=True)], ids=["Value", "Tensor"])
def test_the_one_dimensional_network_of_the_lecture(leaf):
    w1, b1, w2, b2 = (leaf(LAB[name]) for name in ("w1", "b1", "w2", "b2"))
    z1 = w1 * LAB["x"] + b1
    a1 = z1.sigmoid()
    z2 = w2 * a1 + b2
    a2 = z2.sigmoid()
    cost = 0.5 * (a2 - LAB["y"]) ** 2
    cost.backward()
    for name, node in {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "J": cost}.items():
        assert float(node) == pytest.approx(LAB[name], rel=1e-14)
    for name, node in {"w1": w1, "b1": b1, "w2": w2, "b2": b2}.items():
        assert float(node.grad) == pytest.approx(LAB[f"dJ_d{name}"], rel=1e-14)
    slope = float(a2) * (1 - float(a2))
    assert a2.local_derivatives()[0] == pytest.approx(slope)


def test_a_value_shows_number_gradient_operation_and_name():
    x = Value(2.0, label="x")
    y = x * x
    y.backward()
    assert repr(x) == "Value(2.0, grad=4.0, label='x')"
    assert repr(y) == "Value(4.0, grad=1.0, op=multiply)"
    assert repr(Value(1 / 3)) == "Value(0.333333)"


def test_a_tensor_shows_numbers_shape_dtype_gradient_state_and_operation():
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    assert repr(w) == "Tensor([1., 2.], requires_grad=True, label='w')"
    assert repr(w * 2) == "Tensor([2., 4.], op=multiply)"
    assert repr(Tensor(np.zeros((10, 10), np.float32))).endswith("shape=(10, 10), dtype=float32)")
    assert repr(Tensor([])) == "Tensor([], shape=(0,))"


def test_inputs_keep_their_order_and_repetitions_and_constants():
    a, b = Value(2.0), Value(3.0)
    assert (a * a).parents == (a, a)
    assert (a - b).inputs == (a, b)
    assert (a / 4.0).inputs == (a, 4.0)
    assert (4.0 - a).inputs == (4.0, a)
    assert [node.data for node in ancestors([a * b])] == [2.0, 3.0, 6.0]
    t = Tensor([1.0], requires_grad=True)
    assert (2.0 / t).inputs[0] == 2.0
    assert (t + np.ones(1)).parents == (t,)


def test_values_compare_by_number_and_are_told_apart_by_identity():
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert a != 2
    assert a < 2 <= Value(2.0) < 3.5
    assert Value(3) > a >= 1
    assert len({a, b}) == 2
    assert bool(a)
    assert float(a) == a.item() == 1.0


def test_tensors_compare_element_by_element():
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    assert (t > 1.5).data.tolist() == [False, True, True]
    assert (t == t.detach()).data.all()
    assert ((t >= 2) & (t < 3) | (t <= 1)).data.tolist() == [True, True, False]
    assert (~(t != 2)).data.tolist() == [False, True, False]
    assert not (t > 1).requires_grad


def test_a_tensor_shares_the_array_it_was_given():
    array = np.ones(2)
    assert Tensor(array).data is array
    assert Tensor(array).detach().data is array


def test_a_tensor_unpacks_and_converts():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, second = t
    (first * second).sum().backward()
    assert t.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert (len(t), t.ndim, t.size, t.T.shape) == (2, 2, 4, (2, 2))
    assert t.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert [10, 20, 30][Tensor(np.array(1))] == 20
    assert int(Tensor(2.0)) == 2
    assert t.numpy() is t.data


@pytest.mark.parametrize("function", [np.arctan, np.log2, np.cbrt, np.rint, np.exp, np.deg2rad])
def test_numpys_functions_of_a_value_are_recorded(function):
    x = Value(0.7)
    y = function(x)
    assert isinstance(y, Value)
    assert y.data == pytest.approx(function(0.7))
    assert y.parents == (x,)


CARRIERS = {
    "Value": Value,
    "Tensor": lambda x: Tensor(x, requires_grad=True),
    "float32": lambda x: Tensor(np.float32(x), requires_grad=True),
}
carriers = pytest.mark.parametrize("leaf", CARRIERS.values(), ids=CARRIERS)


@carriers
def test_a_node_is_written_as_its_number_is(leaf):
    x = leaf(7.25)
    assert (f"{x:.1f}", f"{x:>+9.3f}", f"{x:.2e}", f"{x:%}") == (
        "7.2",
        "   +7.250",
        "7.25e+00",
        "725.000000%",
    )
    assert f"{x}" == str(x)
    assert "%.2f %d" % (x, x) == "7.25 7"  # noqa: UP031
    with pytest.raises(ValueError, match="format"):
        f"{x:d}"


def test_an_array_is_written_with_each_of_its_elements_so():
    assert f"{Tensor([[1.0, -2.5]]):.2f}" == "[[1.00, -2.50]]"
    assert f"{Tensor(np.array([1, 20])):03d}" == "[001, 020]"


@carriers
def test_whole_numbers_are_pythons(leaf):
    for number in (7.25, -7.25, 2.5, -0.5):
        x = leaf(number)
        for convert in (int, round, math.floor, math.ceil, math.trunc):
            assert convert(x) == convert(number)
            assert type(convert(x)) is int
    assert complex(leaf(7.25)) == 7.25
    with pytest.raises(OverflowError):
        math.floor(leaf(math.inf))
    with pytest.raises(ShapeError, match="one element"):
        math.ceil(Tensor([1.0, 2.0]))


@carriers
def test_a_node_that_is_rounded_to_decimals_stays_a_node(leaf):
    x = leaf(7.625)
    for digits, expected in ((2, 7.62), (1, 7.6), (0, 8.0), (-1, 10.0)):
        y = round(x, digits)
        assert type(y) is type(x)
        assert y.item() == pytest.approx(expected, rel=1e-6)
    (round(x, 1) * x).backward()
    assert x.grad == pytest.approx(7.6, rel=1e-6)
    assert round(Tensor([1.26, 2.74]), 1).tolist() == [1.3, 2.7]


@carriers
def test_remainders_and_whole_quotients_are_recorded(leaf):
    for a, b in ((7.25, 2.0), (-7.25, 2.0), (7.25, -2.0), (1.0, 0.1)):
        x, y = leaf(a), leaf(b)
        quotient, rest = divmod(np.float32(a), np.float32(b)) if leaf is CARRIERS["float32"] else divmod(a, b)
        assert ((x // y).item(), (x % y).item()) == (quotient, rest)
        assert [part.item() for part in divmod(x, y)] == [quotient, rest]
        assert [part.item() for part in divmod(x, b)] == [x // b, x % b]
        assert [part.item() for part in divmod(a, y)] == [a // y, a % y]
        (x % y + x // y).backward()
        assert (x.grad, y.grad) == (1.0, -quotient)


@pytest.mark.parametrize("start", [7.25, np.array([7.25, -3.5], np.float32), Value(7.25)])
def test_remainders_are_differentiated_in_every_mode(start):
    def f(x):
        return (
            ((x * x) % 5.0 + 40.0 % x + x // 2).sum()
            if isinstance(x, Tensor)
            else x * x % 5 + 40 % x + x // 2
        )

    number = start.data if isinstance(start, Value) else start
    slope = 2 * number - 40.0 // number
    assert np.allclose(grad(f)(start), slope)
    assert np.allclose(jvp(f, (start,), (number * 0 + 1,))[1], np.sum(slope))
    assert np.allclose(grad(lambda x: (grad(f)(x) * x).sum() if isinstance(x, Tensor) else grad(f)(x) * x)(start),
                       2 * number + slope)  # fmt: skip


def test_numpys_arrays_stand_beside_nodes_under_every_operator():
    t = Tensor([3.0, -2.0], requires_grad=True)
    row = np.array([7.0, 8.5])
    assert (row % t).tolist() == (row % t.data).tolist()
    assert (row // t).tolist() == (row // t.data).tolist()
    assert [part.tolist() for part in divmod(row, t)] == [part.tolist() for part in divmod(row, t.data)]
    assert [x.data for x in np.array([7.0, 8.0]) % Value(3.0)] == [1.0, 2.0]
    flags = Tensor(np.array([True, False]))
    assert (flags ^ True).tolist() == (True ^ flags).tolist() == [False, True]


@pytest.mark.parametrize("operation", ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "@="])
def test_a_tensor_in_use_is_not_changed_by_any_operator(operation):
    t = Tensor([3.0, -2.0], requires_grad=True)
    t * t
    with pytest.raises(GraphError, match=r"would change a tensor that 'multiply' has used"):
        exec(f"t {operation} 2.0", {"t": t})


@carriers
def test_what_is_no_number_is_left_to_itself(leaf):
    for operation in (
        lambda x: x % "a",
        lambda x: "a" // x,
        lambda x: divmod(x, None),
        lambda x: divmod({}, x),
    ):
        with pytest.raises(TypeError, match="unsupported operand"):
            operation(leaf(1.0))


def test_what_has_no_axes_has_no_length():
    for node in (Tensor(1.0), Value(1.0), Tensor([1.0]).sum()):
        for f in (len, iter, list, tuple, sorted):
            with pytest.raises(TypeError):
                f(node)


def test_other_libraries_read_a_tensor_and_a_tensor_reads_theirs():
    t = Tensor([[1.0, 2.0]], requires_grad=True)
    assert np.from_dlpack(t.detach()).tolist() == [[1.0, 2.0]]
    assert np.shares_memory(np.from_dlpack(t.detach()), t.data)

    class Foreign:
        def __init__(self, array):
            self.array = array

        def __dlpack__(self, **options):
            return self.array.__dlpack__(**options)

        def __dlpack_device__(self):
            return self.array.__dlpack_device__()

    for dtype in (np.float32, np.int64):
        assert Tensor(Foreign(np.ones((2, 3), dtype))).dtype == dtype
        assert (t.sum() * Foreign(np.ones((2, 3), dtype)).__dlpack_device__()[1]).item() == 0.0
    with pytest.raises(GraphError):
        grad(lambda x: x * float(np.from_dlpack(x)))(np.ones(1))


# -- the gradient of what is no leaf


RESULTS = {
    "an operator": (lambda x: x * 2, "multiply"),
    "a function": (lambda x: ac.exp(x), "exp"),
    "NumPy's": (lambda x: np.tanh(x), "tanh"),
    "a sum": (lambda x: x.sum(), "sum"),
    "a part": (lambda x: x[0], "getitem"),
    "a copy": (lambda x: x.reshape(-1), "reshape"),
}


@pytest.mark.parametrize(("f", "name"), RESULTS.values(), ids=RESULTS)
def test_a_result_that_keeps_no_gradient_says_how_it_would(f, name):
    x = ac.Tensor([[1.0, 2.0]], requires_grad=True)
    y = f(x)
    y.sum().backward()
    with pytest.warns(
        UserWarning, match=rf"the result of '{name}'.*call its .retain_grad\(\) before"
    ) as caught:
        assert y.grad is None
    assert caught[0].filename == __file__
    kept = f(x).retain_grad()
    assert kept.grad is None  # not yet
    kept.sum().backward()
    np.testing.assert_array_equal(kept.grad, np.ones(kept.shape))


def test_it_says_so_once_in_a_place():
    x = ac.Tensor([1.0], requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            _ = (x * 2).grad
    assert len(caught) == 1


def test_nothing_is_said_of_leaves_constants_and_numbers():
    x, constant = ac.Tensor([1.0], requires_grad=True), ac.Tensor([2.0])
    with ac.no_grad():
        unrecorded = x * 2
    value = ac.Value(1.0)
    number = value * 2
    for node in (x, constant, unrecorded, constant * 2, x.detach(), value):
        assert node.grad in (None, 0.0)
    number.backward()
    assert number.grad == 1.0


def test_the_library_itself_reads_no_gradient_of_a_result():
    x = ac.Tensor([[1.0, 2.0]], requires_grad=True)
    y = (x * x).sum()
    y.backward()
    assert y._repr_html_()
    assert copy.copy(y).data == copy.deepcopy(y).data == 5.0
    assert ac.grad(lambda t: (t * t).sum())(np.ones(3)).tolist() == [2.0] * 3
    (x * y).sum().backward(create_graph=True)
    y.zero_grad()
