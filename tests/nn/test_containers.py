"""Containers of parameters, and the parts of a module by their paths."""

import copy
import pickle

import numpy as np
import pytest

import nn
import viz
from autograd_core import AutogradError, DtypeError, IndexRangeError, ShapeError, Tensor


class Polynomial(nn.Module):
    """c0 + c1 x + c2 x^2, its coefficients in a list; scaled by what a dictionary holds."""

    def __init__(self):
        super().__init__()
        self.coefficients = nn.ParameterList()
        for power in range(3):
            self.coefficients.append(nn.Parameter(float(power + 1)))
        self.scales = nn.ParameterDict({"inner": nn.Parameter(2.0), "outer": np.array(0.5)})

    def forward(self, x):
        x = x * self.scales["inner"]
        terms = [c * x**power for power, c in enumerate(self.coefficients)]
        return sum(terms[1:], terms[0]) * self.scales["outer"]


PATHS = ["coefficients.0", "coefficients.1", "coefficients.2", "scales.inner", "scales.outer"]


def test_parameters_in_containers_are_found_named_and_trained():
    model = Polynomial()
    assert [name for name, _ in model.named_parameters()] == PATHS
    assert [p.label for p in model.parameters()] == PATHS
    assert list(model.state_dict()) == PATHS
    assert [p.label for p in nn.Sequential(model).parameters()] == [f"0.{path}" for path in PATHS]
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    loss = model(3.0)
    assert loss.item() == 60.5  # (1 + 2 * 6 + 3 * 36) / 2
    loss.backward()
    assert [p.grad.item() for p in model.parameters()] == [0.5, 3.0, 18.0, 57.0, 121.0]
    optimizer.step()
    assert model.coefficients[0].item() == pytest.approx(0.95)
    assert model.coefficients[0].data.base is model.scales["outer"].data.base  # one flat array


@pytest.mark.parametrize("twin", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_of_containers_are_independent(twin):
    model = Polynomial()
    other = twin(model)
    other.coefficients[0].data += 1
    other.scales["inner"].data += 1
    assert (model.coefficients[0].item(), model.scales["inner"].item()) == (1.0, 2.0)
    assert [name for name, _ in other.named_parameters()] == PATHS
    model.load_state_dict(other.state_dict())
    assert model(1.0).item() == other(1.0).item()


def test_containers_follow_their_model():
    model = Polynomial().float()
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert not model.eval().scales.training
    assert not any(p.requires_grad for p in model.requires_grad_(False).parameters())
    seen = []
    model.apply(lambda module: seen.append(type(module).__name__))
    assert seen == ["ParameterDict", "ParameterList", "Polynomial"]
    assert "total" in nn.summary(Polynomial(), ())
    scalar = Polynomial().scalars()
    y = scalar(3.0)
    y.backward()
    assert (y.data, [v.grad for v in scalar.parameters()]) == (60.5, [0.5, 3.0, 18.0, 57.0, 121.0])


def test_containers_are_drawn_with_their_paths():
    names = {box.name for box in viz.draw(Polynomial(), np.array(3.0)).picture.boxes}
    assert set(PATHS) <= names


def test_a_list_of_parameters_is_a_list():
    a, b, c = (nn.Parameter([float(i)]) for i in range(3))
    held = nn.ParameterList([a, b])
    held += [c]
    assert (len(held), held[0], held[-1]) == (3, a, c)
    assert list(held) == [a, b, c]
    assert isinstance(held[1:], nn.ParameterList)
    assert list(held[::2]) == [a, c]
    assert held.append(np.zeros(2)).extend((Tensor([1.0]),)) is held
    assert [p.shape for p in held] == [(1,), (1,), (1,), (2,), (1,)]
    assert all(isinstance(p, nn.Parameter) for p in held)
    held[1] = Tensor([7.0, 8.0])
    assert held[1].tolist() == [7.0, 8.0]
    assert [name for name, _ in held.named_parameters()] == ["0", "1", "2", "3", "4"]
    assert repr(held[:2]) == "ParameterList(\n  (0): float64[1]\n  (1): float64[2]\n)"
    assert repr(nn.ParameterList()) == "ParameterList()"


def test_a_dictionary_of_parameters_is_a_dictionary():
    a, b, c = (nn.Parameter([float(i)]) for i in range(3))
    held = nn.ParameterDict([("b", b), ("a", a)])
    held["c"] = c
    assert (list(held), list(reversed(held)), len(held)) == (["b", "a", "c"], ["c", "a", "b"], 3)
    assert list(held.items()) == [("b", b), ("a", a), ("c", c)]
    assert [*held.keys()] == ["b", "a", "c"]
    assert [*held.values()] == [b, a, c]
    assert (held.get("d"), held.get("a"), held.setdefault("a", b), "c" in held, "d" in held) == (
        None, a, a, True, False,
    )  # fmt: skip
    assert held.popitem() == ("c", c)
    assert held.pop("a") is a
    held |= {"d": np.zeros(2)}
    assert list(held | {"e": c}) == ["b", "d", "e"]
    assert list({"e": c} | held) == ["e", "b", "d"]
    twin = held.copy()
    assert (twin["b"] is b, twin == held, twin in {twin}) == (True, False, True)
    assert [p.tolist() for p in held.fromkeys(["x", "y"], np.ones(1)).values()] == [[1.0], [1.0]]
    held.clear()
    assert (len(held), list(held.parameters())) == (0, [])


def test_a_bias_in_a_dictionary_is_one():
    held = nn.ParameterDict({"weight": np.zeros(2), "bias": np.zeros(2)})
    assert [p.is_bias for p in held.parameters()] == [False, True]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.ParameterList([1.0]), DtypeError, r"ParameterList: 0 is no parameter but 1.0; write nn.P"),
        (lambda: nn.ParameterList(np.zeros(2)), DtypeError, "holds several parameters, got .*put it in a list"),
        (lambda: nn.ParameterList()[0], IndexRangeError, "ParameterList of 0 parameters has no index 0"),
        (lambda: nn.ParameterDict({"a": [1.0]}), DtypeError, r"ParameterDict: 'a' is no parameter but"),
        (lambda: nn.ParameterDict({1: np.ones(1)}), DtypeError, "a name is a string, got 1"),
        (lambda: nn.ParameterDict({"keys": np.ones(1)}), DtypeError, "'keys' is taken by a part of every"),
        (lambda: nn.ParameterDict({"training": np.ones(1)}), DtypeError, "'training' is taken by a part"),
        (lambda: nn.ModuleDict({"training": nn.ReLU()}), DtypeError, "'training' is taken by a part"),
        (lambda: nn.ParameterDict({"a": np.ones(1)})["b"], KeyError, "ParameterDict has no parameter 'b'; it has a"),
        (lambda: nn.ParameterDict().popitem(), KeyError, r"popitem\(\): the ParameterDict is empty"),
        (lambda: nn.ModuleDict({"a": nn.ReLU()})["b"], KeyError, "ModuleDict has no module 'b'; it has a"),
        (lambda: nn.ModuleList([nn.ReLU()])(1.0), nn.ModuleError, "ModuleList computes nothing .*nn.Sequential calls"),
        (lambda: nn.ModuleDict()(1.0), nn.ModuleError, "computes nothing itself: use what it holds in the forward"),
        (lambda: nn.ParameterList()(1.0), nn.ModuleError, r"ParameterList computes nothing .* of its owner$"),
        (lambda: nn.ParameterDict()(), nn.ModuleError, "ParameterDict computes nothing itself"),
    ],
)  # fmt: skip
def test_mistakes_with_containers_are_told(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert isinstance(caught.value, AutogradError)


def test_what_a_plain_list_hides_finds_its_remedy():
    class Hiding(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = {"a": nn.Parameter([1.0])}

    with pytest.warns(UserWarning, match=r"write nn.ParameterDict\(...\), or assign each as an attribute"):
        list(Hiding().parameters())


# -- parts by their paths ------------------------------------------------------------------------


@pytest.fixture
def model():
    return nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), nn.ReLU())


def test_parts_are_found_by_their_paths(model):
    assert model.get_submodule("") is model
    assert model.get_submodule("0.1") is model[0][1]
    assert model.get_parameter("0.0.weight") is model[0][0].weight
    assert model.get_buffer("0.1.running_mean") is model[0][1].running_mean
    for path, module in model.named_modules():
        assert model.get_submodule(path) is module
    for path, parameter in model.named_parameters():
        assert model.get_parameter(path) is parameter
    for path, buffer in model.named_buffers():
        assert model.get_buffer(path) is buffer


def test_buffers_are_listed(model):
    paths = ["0.1.running_mean", "0.1.running_var", "0.1.num_batches_tracked"]
    assert [name for name, _ in model.named_buffers()] == paths
    assert [name for name, _ in model.named_buffers(prefix="net")] == [f"net.{path}" for path in paths]
    assert list(model.named_buffers(recurse=False)) == list(model.buffers(recurse=False)) == []
    assert list(model[0][1].buffers(recurse=False)) == list(model.buffers())
    model.twin = nn.Module()
    model.twin.register_buffer("mean", np.zeros(1))
    model.twin.register_buffer("none", None)
    object.__setattr__(model.twin, "again", model.twin.mean)
    model.twin._buffer_names.add("again")
    assert [name for name, _ in model.twin.named_buffers()] == ["mean"]
    assert list(model.twin.state_dict()) == ["mean", "again"]
    assert model.twin.none is None


def test_a_buffer_may_be_no_part_of_the_state():
    module = nn.Module()
    module.register_buffer("grid", np.arange(3.0), persistent=False)
    module.register_buffer("mean", np.zeros(2))
    assert [name for name, _ in module.named_buffers()] == ["grid", "mean"]
    assert list(module.state_dict()) == ["mean"]
    assert module.float().grid.dtype == np.float32
    assert list(copy.deepcopy(module).state_dict()) == ["mean"]
    assert not module.load_state_dict({"mean": [1.0, 2.0]}).missing_keys
    module.register_buffer("grid", module.grid)
    assert list(module.state_dict()) == ["grid", "mean"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m.get_submodule("0.2"), r"'0.2': Sequential at '0' has no module '2'; it has 0, 1$"),
        (lambda m: m.get_submodule("1.0"), "'1.0': ReLU at '1' has no module '0'; it has no modules$"),
        (lambda m: m.get_submodule("0.0.weight"), "Linear at '0.0' has no module 'weight'"),
        (lambda m: m.get_parameter("0.0.wieght"), "has no parameter 'wieght'; did you mean 'weight'"),
        (lambda m: m.get_parameter("0.1.running_mean"), "BatchNorm1d at '0.1' has no parameter 'running_mean'"),
        (lambda m: m.get_buffer("0.0.bias"), "Linear at '0.0' has no buffer 'bias'; it has no buffers$"),
        (lambda m: m.get_parameter(""), "Sequential has no parameter ''"),
    ],
)  # fmt: skip
def test_paths_that_lead_nowhere_are_told(model, call, words):
    with pytest.raises(AttributeError, match=words) as caught:
        call(model)
    assert isinstance(caught.value, nn.MissingPartError)


# -- all parameters as one vector ----------------------------------------------------------------


def test_parameters_become_a_vector_and_a_vector_becomes_parameters():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    vector = nn.parameters_to_vector(model.parameters())
    assert vector.tolist() == [x for p in model.parameters() for x in p.data.ravel().tolist()]
    before = [p.data for p in model.parameters()]
    nn.vector_to_parameters(np.arange(13.0), model.parameters())
    assert model[0].weight.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    assert (model[0].bias.tolist(), model[1].bias.tolist()) == ([6.0, 7.0, 8.0], [12.0])
    assert all(p.data is data for p, data in zip(model.parameters(), before, strict=True))
    nn.vector_to_parameters(vector * 2, model.parameters())
    assert np.allclose(nn.parameters_to_vector(model.parameters()).data, 2 * vector.data)


def test_a_vector_of_parameters_has_a_gradient():
    model = nn.Linear(2, 1)
    (nn.parameters_to_vector(model.parameters()) * np.array([1.0, 2.0, 3.0])).sum().backward()
    assert (model.weight.grad.tolist(), model.bias.grad.tolist()) == ([[1.0, 2.0]], [3.0])


def test_parameters_keep_their_dtype_and_their_place_in_an_optimiser():
    model = nn.Linear(2, 1, dtype=np.float32)
    optimizer = nn.SGD(model.parameters(), lr=1.0)
    nn.vector_to_parameters(np.ones(3), model.parameters())
    assert model.weight.dtype == np.float32
    model(np.ones((1, 2), np.float32)).sum().backward()
    optimizer.step()
    assert nn.parameters_to_vector(model.parameters()).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m, v: nn.vector_to_parameters(v[:-1], m.parameters()), ShapeError, "has 2 numbers, the parameters 3"),
        (lambda m, v: nn.vector_to_parameters([*v, 0.0], m.parameters()), ShapeError, "has 4 numbers, the param"),
        (lambda m, v: nn.vector_to_parameters(v[None], m.parameters()), ShapeError, r"one axis, got shape \(1, 3\)"),
        (lambda m, v: nn.parameters_to_vector(m), DtypeError, r"parameters_to_vector\(\).*\.parameters\(\)"),
        (lambda m, v: nn.parameters_to_vector([]), ShapeError, r"parameters_to_vector\(\): .*no parameters"),
    ],
)  # fmt: skip
def test_mistakes_with_vectors_are_told(call, error, words):
    model = nn.Linear(2, 1)
    before = model.state_dict()
    with pytest.raises(error, match=words):
        call(model, np.zeros(3))
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())


# -- lists of modules ------------------------------------------------------------------------------------------


def numbered(kind, *widths):
    layers = [nn.Linear(n, n) for n in widths]
    return kind(*layers) if kind.__name__ == "Sequential" else kind(layers)


def widths_and_names(container):
    assert [p.label for p in container.parameters()] == [name for name, _ in container.named_parameters()]
    return {name: module.in_features for name, module in container.named_children()}


CHANGES = {
    "insert at the front": lambda c: c.insert(0, nn.Linear(9, 9)),
    "insert": lambda c: c.insert(2, nn.Linear(9, 9)),
    "insert at the end": lambda c: c.insert(4, nn.Linear(9, 9)),
    "pop": lambda c: c.pop(1),
    "pop the last": lambda c: c.pop(-1),
    "del": lambda c: c.__delitem__(0),
    "del from the end": lambda c: c.__delitem__(-2),
    "del a slice": lambda c: c.__delitem__(slice(1, 3)),
    "del every other": lambda c: c.__delitem__(slice(None, None, 2)),
    "del none": lambda c: c.__delitem__(slice(3, 1)),
    "set": lambda c: c.__setitem__(1, nn.Linear(9, 9)),
    "set from the end": lambda c: c.__setitem__(-1, nn.Linear(9, 9)),
    "append": lambda c: c.append(nn.Linear(9, 9)),
    "extend": lambda c: c.extend([nn.Linear(8, 8), nn.Linear(9, 9)]),
    "one after the other": lambda c: (
        c.pop(0),
        c.insert(1, nn.Linear(9, 9)),
        c.append(nn.Linear(7, 7)),
        c.pop(-2),
    ),
}
CHANGED = {
    "insert at the front": [9, 1, 2, 3, 4],
    "insert": [1, 2, 9, 3, 4],
    "insert at the end": [1, 2, 3, 4, 9],
    "pop": [1, 3, 4],
    "pop the last": [1, 2, 3],
    "del": [2, 3, 4],
    "del from the end": [1, 2, 4],
    "del a slice": [1, 4],
    "del every other": [2, 4],
    "del none": [1, 2, 3, 4],
    "set": [1, 9, 3, 4],
    "set from the end": [1, 2, 3, 9],
    "append": [1, 2, 3, 4, 9],
    "extend": [1, 2, 3, 4, 8, 9],
    "one after the other": [2, 9, 3, 7],
}


@pytest.mark.parametrize("kind", [nn.ModuleList, nn.Sequential])
@pytest.mark.parametrize("change", CHANGES)
def test_places_are_names_whatever_comes_or_goes(kind, change):
    container = numbered(kind, 1, 2, 3, 4)
    CHANGES[change](container)
    assert widths_and_names(container) == {str(i): n for i, n in enumerate(CHANGED[change])}
    assert [layer._scope for layer in container] == [f"{i}: Linear" for i in range(len(container))]


@pytest.mark.peers
@pytest.mark.parametrize("kind", ["ModuleList", "Sequential"])
@pytest.mark.parametrize("change", CHANGES)
def test_lists_change_as_pytorchs(kind, change, monkeypatch):
    torch = pytest.importorskip("torch")
    ours = numbered(getattr(nn, kind), 1, 2, 3, 4)
    CHANGES[change](ours)
    monkeypatch.setattr(nn, "Linear", torch.nn.Linear)
    theirs = numbered(getattr(torch.nn, kind), 1, 2, 3, 4)
    CHANGES[change](theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert [layer.in_features for layer in ours] == [layer.in_features for layer in theirs]


def test_what_is_taken_out_is_returned_and_goes_on_alone():
    layers = numbered(nn.ModuleList, 1, 2, 3)
    first = layers[0]
    assert layers.pop(0) is first
    assert first not in layers
    assert len(list(layers.parameters())) == 4
    assert layers.insert(1, first) is layers
    assert [layer.in_features for layer in layers] == [2, 1, 3]


def test_a_list_inside_a_module_renames_its_parameters_there():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = numbered(nn.ModuleList, 1, 2)

    net = Net()
    net.layers.insert(0, nn.Linear(9, 9))
    assert [p.label for p in net.parameters()] == [name for name, _ in net.named_parameters()]
    net.layers[1].weight.label = "mine"
    net.layers.pop(0)
    assert [p.label for p in net.parameters()] == [
        "mine",
        "layers.0.bias",
        "layers.1.weight",
        "layers.1.bias",
    ]


def test_slices_share_the_modules_and_leave_the_whole_as_it_was():
    layers, model = numbered(nn.ModuleList, 1, 2, 3, 4), numbered(nn.Sequential, 1, 2, 3, 4)
    assert {name: m.in_features for name, m in layers[1:3].named_children()} == {"0": 2, "1": 3}
    assert {name: m.in_features for name, m in model[1:3].named_children()} == {"1": 2, "2": 3}
    assert {name: m.in_features for name, m in model[::-2].named_children()} == {"3": 4, "1": 2}
    part = model[1:].append(nn.Linear(9, 9))
    assert {name: m.in_features for name, m in part.named_children()} == {"1": 2, "2": 3, "3": 4, "4": 9}
    assert layers[1:][0] is layers[1]
    layers[1:].append(nn.Linear(9, 9))
    assert widths_and_names(layers) == widths_and_names(model) == {"0": 1, "1": 2, "2": 3, "3": 4}


def test_sums_are_new_lists_of_the_same_modules():
    layers = numbered(nn.ModuleList, 1, 2)
    both = layers + numbered(nn.ModuleList, 3) + numbered(nn.ModuleList, 4)
    assert {name: m.in_features for name, m in both.named_children()} == {"0": 1, "1": 2, "2": 3, "3": 4}
    assert (both[0] is layers[0], len(layers)) == (True, 2)
    layers += [nn.Linear(5, 5)]
    assert widths_and_names(layers) == {"0": 1, "1": 2, "2": 5}
    model = nn.Sequential(nn.Linear(1, 1)) + nn.Sequential({"last": nn.Tanh()})
    assert [name for name, _ in model.named_children()] == ["0", "1"]


def test_given_names_stay():
    model = nn.Sequential({"first": nn.Linear(1, 2), "last": nn.Linear(2, 1)})
    model.insert(1, nn.Tanh())
    assert [name for name, _ in model.named_children()] == ["first", "1", "last"]
    del model[0]
    assert [name for name, _ in model.named_children()] == ["0", "last"]
    model[1] = nn.ReLU()
    assert [name for name, _ in model.named_children()] == ["0", "last"]


def test_a_module_that_is_held_twice_keeps_the_name_of_its_first_place():
    layer = nn.Linear(1, 1)
    layers = nn.ModuleList([layer, nn.Tanh(), layer])
    layers.insert(0, nn.Tanh())
    assert (layer.weight.label, layer._scope) == ("1.weight", "1: Linear")
    assert [p.label for p in layers.parameters()] == ["1.weight", "1.bias"]


@pytest.mark.parametrize("kind", [nn.ModuleList, nn.Sequential])
def test_a_refused_change_changes_nothing(kind):
    container = numbered(kind, 1, 2, 3)
    for change, error, words in (
        (lambda: container.insert(5, nn.Tanh()), IndexRangeError, "of 3 modules has no index 5"),
        (lambda: container.insert(-4, nn.Tanh()), IndexRangeError, "has no index -4"),
        (lambda: container.pop(3), IndexRangeError, "has no index 3"),
        (lambda: container.__delitem__(-4), IndexRangeError, "has no index -4"),
        (lambda: container.__setitem__(3, nn.Tanh()), IndexRangeError, "has no index 3"),
        (lambda: container["0"], DtypeError, "an index is an integer, got '0'"),
        (lambda: container.pop(0.5), DtypeError, "an index is an integer, got 0.5"),
        (lambda: container.insert(0, nn.Tanh), DtypeError, r"is no Module .*write Tanh\(\) with parentheses"),
        (lambda: container.extend([nn.Tanh(), 3]), DtypeError, "number 1 is no Module but 3"),
        (lambda: container.append(None), DtypeError, "number 0 is no Module but None"),
        (lambda: container.__setitem__(0, np.tanh), DtypeError, "needs a Module"),
    ):
        with pytest.raises(error, match=words):
            change()
        assert widths_and_names(container) == {"0": 1, "1": 2, "2": 3}


def test_a_dictionary_of_modules_is_a_mapping():
    heads = nn.ModuleDict([("a", nn.Linear(1, 1)), ("b", nn.Linear(2, 2))])
    heads.update({"c": nn.Linear(3, 3)}, d=nn.Linear(4, 4))
    assert heads.pop("b").in_features == 2
    assert heads.get("b") is None
    assert [head.in_features for head in heads.values()] == [1, 3, 4]
    assert {name: head.in_features for name, head in heads.items()} == {"a": 1, "c": 3, "d": 4}
    assert heads == heads
    assert heads != nn.ModuleDict(heads)
    heads.clear()
    assert (len(heads), list(heads.parameters())) == (0, [])
    with pytest.raises(nn.MissingNameError, match="no module 'b'; it has none"):
        heads.pop("b")
