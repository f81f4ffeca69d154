"""Modules: how parts are found, named, switched, stored and printed."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, ancestors
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(8, 3))

    def forward(self, x):
        return self.head(F.relu(self.conv1(x)))


def paths(model):
    return [path for path, _ in model.named_parameters()]


def test_parameters_are_found_in_the_order_of_definition():
    assert paths(Net()) == ["conv1.weight", "conv1.bias", "head.2.weight", "head.2.bias"]
    assert [p.shape for p in Net().parameters()] == [(2, 1, 3, 3), (2,), (3, 8), (3,)]
    assert list(Net().parameters(recurse=False)) == []


def test_modules_are_found_outer_before_inner():
    assert [path for path, _ in Net().named_modules()] == ["", "conv1", "head", "head.0", "head.1", "head.2"]
    assert [name for name, _ in Net().named_children()] == ["conv1", "head"]
    assert len(list(Net().modules())) == 6
    assert len(list(Net().children())) == 2


def test_a_shared_parameter_counts_once_and_gets_the_sum_of_its_uses():
    model = nn.Module()
    model.encode, model.decode = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
    model.decode.weight = model.encode.weight
    assert paths(model) == ["encode.weight"]
    assert list(model.state_dict()) == ["encode.weight", "decode.weight"]
    x = np.array([1.0, 2.0])
    y = model.decode(model.encode(x))
    y.sum().backward()
    w = model.encode.weight.data
    ones = np.ones(2)
    assert np.allclose(model.encode.weight.grad, np.outer(w.T @ ones, x) + np.outer(ones, w @ x))


def test_a_shared_module_counts_once():
    layer = nn.Linear(2, 2)
    assert paths(nn.Sequential(layer, nn.Tanh(), layer)) == ["0.weight", "0.bias"]


def test_a_call_opens_scopes_that_carry_the_names():
    y = Net()(np.zeros((1, 1, 4, 4)))
    scopes = {node.scope for node in ancestors([y]) if node.op is not None}
    assert scopes == {
        ("Net",),
        ("Net", "conv1"),
        ("Net", "head", "0: Flatten"),
        ("Net", "head", "1: Dropout"),
        ("Net", "head", "2: Linear"),
    }


def test_parameters_are_labelled_with_their_paths():
    model = Net()
    assert [p.label for p in model.parameters()] == paths(model)
    outer = nn.Sequential(model)
    assert [p.label for p in outer.parameters()] == paths(outer)


def test_a_label_given_by_the_user_stays():
    layer = nn.Linear(1, 1)
    layer.weight.label = "w"
    assert nn.Sequential(layer)[0].weight.label == "w"


def test_train_and_eval_reach_every_module():
    model = Net()
    assert all(not m.training for m in model.eval().modules())
    assert all(m.training for m in model.train().modules())


def test_zero_grad_forgets_and_requires_grad_freezes():
    model = nn.Linear(2, 1)
    model(np.ones(2)).sum().backward()
    assert model.weight.grad is not None
    model.zero_grad()
    assert model.weight.grad is None
    model.requires_grad_(False)
    assert not model(np.ones(2)).requires_grad


def test_apply_reaches_every_module_inner_first():
    seen = []
    Net().apply(lambda module: seen.append(type(module).__name__))
    assert seen == ["Linear", "Dropout", "Flatten", "Sequential", "Conv2d", "Net"]


# -- state -------------------------------------------------------------------------------------------


def test_a_state_can_be_stored_and_loaded(tmp_path):
    first, second = Net().eval(), Net().eval()
    np.savez(tmp_path / "net.npz", **first.state_dict())
    with np.load(tmp_path / "net.npz") as file:
        assert second.load_state_dict(file) == ([], [])
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert np.array_equal(first(x).data, second(x).data)


def test_a_state_is_a_copy():
    model = nn.Linear(1, 1)
    state = model.state_dict()
    model.weight.data += 1
    assert not np.array_equal(state["weight"], model.weight.data)


def test_loading_writes_into_the_parameters_an_optimiser_holds():
    model = nn.Linear(1, 1, dtype=np.float32)
    weight, array = model.weight, model.weight.data
    model.load_state_dict({"weight": [[2.0]], "bias": Tensor([1.0])})
    assert model.weight is weight
    assert model.weight.data is array
    assert array.dtype == np.float32
    assert array == 2


def test_a_wrong_state_is_refused_with_all_reasons_and_nothing_is_loaded():
    model = Net()
    state = model.state_dict()
    before = model.state_dict()
    state["conv1.bias"][...] = 99
    del state["head.2.bias"]
    state["head.2.weight"] = np.zeros((3, 7))
    state["conv2.weight"] = np.zeros(5)
    with pytest.raises(nn.ModuleError) as caught:
        model.load_state_dict(state)
    message = str(caught.value)
    assert "missing: head.2.bias, shape (3,)" in message
    assert "unexpected: conv2.weight, shape (5,)" in message
    assert "mismatched: head.2.weight has shape (3, 8) here, (3, 7) in the state" in message
    assert all(np.array_equal(array, before[path]) for path, array in model.state_dict().items())


def test_without_strict_paths_may_be_missing_but_shapes_must_fit():
    model = nn.Linear(2, 1)
    found = model.load_state_dict({"weight": np.ones((1, 2)), "extra": np.ones(1)}, strict=False)
    assert found.missing_keys == ["bias"]
    assert found.unexpected_keys == ["extra"]
    with pytest.raises(nn.ModuleError, match=r"weight has shape \(1, 2\) here, \(2, 1\) in the state"):
        model.load_state_dict({"weight": np.ones((2, 1))}, strict=False)


def test_buffers_are_stored_but_not_learned():
    model = nn.Module()
    model.register_buffer("mean", np.array([1.0, 2.0]))
    model.inner = nn.Linear(2, 1)
    assert list(model.state_dict()) == ["mean", "inner.weight", "inner.bias"]
    assert [name for name, _ in model.named_buffers()] == ["mean"]
    assert paths(model) == ["inner.weight", "inner.bias"]
    model.load_state_dict({**model.state_dict(), "mean": [3.0, 4.0]})
    assert model.mean.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_is_equal_and_independent(twin):
    model = Net().eval()
    other = twin(model)
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    assert np.array_equal(model(x).data, other(x).data)
    assert [p.label for p in other.parameters()] == paths(model)
    assert [p.is_bias for p in other.parameters()] == [False, True, False, True]
    other.conv1.weight.data += 1
    assert not np.array_equal(model(x).data, other(x).data)


# -- parameters --------------------------------------------------------------------------------------


def test_a_parameter_copies_its_data_and_is_floating_point():
    array = np.array([1.0, 2.0], dtype=np.float32)
    parameter = nn.Parameter(array)
    array[0] = 9
    assert parameter.tolist() == [1.0, 2.0]
    assert parameter.dtype == np.float32
    assert nn.Parameter([1, 2]).dtype == np.float64
    assert nn.Parameter(np.array([1, 2])).dtype == np.float64
    assert nn.Parameter(Tensor([1.0])).requires_grad


def test_biases_are_known_by_flag_or_name():
    model = nn.Module()
    model.weight, model.bias, model.hidden_bias = (nn.Parameter([0.0]) for _ in range(3))
    assert [p.is_bias for p in model.parameters()] == [False, True, True]
    assert nn.Linear(1, 1).bias.is_bias


def test_a_parameter_is_not_replaced_by_a_tensor():
    model = nn.Linear(1, 1)
    with pytest.raises(DtypeError, match=r"cannot assign a Tensor to the parameter 'weight' of Linear"):
        model.weight = model.weight - 0.1


# -- containers --------------------------------------------------------------------------------------


def test_sequential_can_be_indexed_sliced_counted_and_walked():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert len(model) == 3
    assert isinstance(model[1], nn.ReLU)
    assert model[-1] is model[2]
    assert [type(m).__name__ for m in model] == ["Linear", "ReLU", "Linear"]
    assert len(model[:2]) == 2
    with pytest.raises(IndexRangeError, match="Sequential of 3 modules has no index 3"):
        model[3]


def test_sequential_takes_names():
    model = nn.Sequential(OrderedDict(first=nn.Linear(2, 3), act=nn.ReLU()))
    assert paths(model) == ["first.weight", "first.bias"]
    y = model(np.ones(2))
    assert y.scope == ("Sequential", "act")


def test_sequential_names_what_is_no_module():
    with pytest.raises(DtypeError, match="Sequential: number 1 is no Module but"):
        nn.Sequential(nn.Linear(1, 1), F.relu)


def test_what_is_shared_is_listed_once_and_stored_under_each_of_its_paths():
    model = nn.Module()
    model.norm = nn.BatchNorm1d(1)
    model.twin = model.norm
    model.chain = nn.Sequential(model.norm, nn.ReLU())
    model.weight = model.norm.weight
    assert paths(model) == ["weight", "norm.bias"]
    assert [path for path, _ in model.named_modules()] == ["", "norm", "chain", "chain.1"]
    every = [path for path, _ in model.named_modules(remove_duplicate=False)]
    assert every == ["", "norm", "twin", "chain", "chain.0", "chain.1"]
    places = ["norm", "twin", "chain.0"]
    parameters = ["weight", *(f"{place}.{name}" for place in places for name in ("weight", "bias"))]
    assert [path for path, _ in model.named_parameters(remove_duplicate=False)] == parameters
    means = [f"{place}.running_mean" for place in places]
    assert [path for path, _ in model.named_buffers() if "mean" in path] == means[:1]
    assert [path for path, _ in model.named_buffers(remove_duplicate=False) if "mean" in path] == means
    state = model.state_dict()
    assert set(state) == {*parameters, *(path for path, _ in model.named_buffers(remove_duplicate=False))}
    assert model.load_state_dict(state) == ([], [])


def test_a_module_that_holds_the_one_around_it_has_an_end():
    model = nn.Module()
    model.inner = nn.Linear(1, 1)
    model.inner.outer = model
    assert list(model.state_dict()) == ["inner.weight", "inner.bias"]
    assert [path for path, _ in model.named_modules()] == ["", "inner"]


def test_modules_join_an_ordered_container():
    model = nn.Sequential(nn.Linear(2, 2)).append(nn.ReLU()).extend([nn.Linear(2, 1), nn.ReLU()])
    model += nn.Sequential(nn.Linear(1, 1))
    assert [type(m).__name__ for m in model] == ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    layers = nn.ModuleList([nn.Linear(1, 1)])
    layers += [nn.Linear(1, 2)]
    layers.extend(layers)
    assert len(layers) == 4
    assert len(list(layers.parameters())) == 4


def test_what_joins_a_held_container_is_named_by_its_path():
    model = nn.Module()
    model.layers = nn.ModuleList()
    model.layers.append(nn.Linear(1, 1))
    assert [p.label for p in model.parameters()] == paths(model)


def test_a_module_list_is_found():
    model = nn.Module()
    model.layers = nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1)])
    assert paths(model) == [f"layers.{i}.{name}" for i in range(2) for name in ("weight", "bias")]


def test_a_deep_network_needs_no_recursion():
    model = nn.Sequential(*(nn.Identity() for _ in range(3000)))
    assert len(list(model.modules())) == 3001
    assert model(1.0) == 1.0


# -- mistakes ----------------------------------------------------------------------------------------


def test_forgetting_the_constructor_of_module_is_told():
    class Forgetful(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    class Empty(nn.Module):
        def __init__(self):
            pass

        def forward(self, x):
            return x

    with pytest.raises(nn.ModuleError, match=r"Forgetful.__init__\(\) has to call super\(\).__init__\(\)"):
        Forgetful()
    with pytest.raises(nn.ModuleError, match=r"Empty.__init__\(\) has to call super\(\).__init__\(\)"):
        Empty()(1.0)


def test_a_missing_forward_is_told():
    class Blank(nn.Module):
        pass

    with pytest.raises(nn.ModuleError, match=r"Blank has no forward\(\)"):
        Blank()(1.0)


def test_an_error_names_the_innermost_layer_once():
    with pytest.raises(ShapeError) as caught:
        Net()(np.zeros((1, 3, 4, 4)))
    assert str(caught.value) == (
        "conv1: Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1)): conv2d(): the input of shape (1, 3, 4, 4) "
        "has 3 channels, but conv1.weight of shape (2, 1, 3, 3) takes 1"
    )


def test_the_printed_form_is_pytorchs():
    assert repr(Net()) == (
        "Net(\n"
        "  (conv1): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))\n"
        "  (head): Sequential(\n"
        "    (0): Flatten(start_dim=1, end_dim=-1)\n"
        "    (1): Dropout(p=0.5)\n"
        "    (2): Linear(in_features=8, out_features=3, bias=True)\n"
        "  )\n"
        ")"
    )


class Holding(nn.Module):
    def __init__(self, held):
        super().__init__()
        self.blocks = held


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: [nn.Linear(1, 1)], r"a plain list: the modules in it .* write nn.ModuleList"),
        (lambda: (nn.Linear(1, 1), nn.Tanh()), r"a plain tuple: .* nn.ModuleList"),
        (lambda: {"a": nn.Linear(1, 1)}, r"a plain dict: .* nn.ModuleDict"),
        (lambda: [nn.Parameter([1.0])], r"a plain list: the parameters in it .* assign each as an attribute"),
    ],
)
def test_what_a_plain_container_hides_is_said(make, words):
    model = nn.Sequential(Holding(make()), nn.Linear(1, 1))
    with pytest.warns(UserWarning, match=f"Sequential: 0.blocks is {words}") as told:
        assert len(list(model.parameters())) == 2
    assert told[0].filename == __file__
    with pytest.warns(UserWarning, match="0.blocks"):
        nn.SGD(model.parameters(), 0.1)


def test_a_list_of_what_is_found_anyway_hides_nothing():
    model = Holding([nn.Tanh(), 3, "x"])
    model.layer = nn.Linear(1, 1)
    model.order = [model.layer, model.layer.weight]
    assert len(list(model.named_parameters())) == 2
