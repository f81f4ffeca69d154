"""What a Value and a Tensor show and offer, and the first lab of the course on both."""

import numpy as np
import pytest

from autograd_core import Tensor, Value, ancestors

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
