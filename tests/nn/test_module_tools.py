"""Hooks, dtypes, ModuleDict, the table of a model, and models in single numbers."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, Value
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError

X = np.array([[1.0, -2.0], [0.5, 3.0]])


def net():
    nn.seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))


def test_forward_hooks_see_and_change_inputs_and_outputs():
    model, seen = nn.ReLU(), []
    before = model.register_forward_pre_hook(lambda module, inputs: (inputs[0] * 2,))
    after = model.register_forward_hook(lambda module, inputs, output: output + 1)
    watching = model.register_forward_hook(lambda *call: seen.append(call))
    assert model(Tensor([-1.0, 2.0])).tolist() == [1.0, 5.0]
    ((module, inputs, output),) = seen
    assert module is model
    assert inputs[0].tolist() == [-2.0, 4.0]
    assert output.tolist() == [1.0, 5.0]
    for handle in (before, after, watching, watching):
        handle.remove()
    assert model(Tensor([-1.0, 2.0])).tolist() == [0.0, 2.0]
    assert len(seen) == 1


@pytest.mark.peers
def test_backward_hooks_see_pytorchs_gradients():
    torch = pytest.importorskip("torch")
    ours = net()
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
    theirs.load_state_dict({path: torch.tensor(array) for path, array in ours.state_dict().items()})
    found = []
    for model, input in (
        (ours, Tensor(X, requires_grad=True)),
        (theirs, torch.tensor(X, requires_grad=True)),
    ):
        seen = {}
        for name, layer in model.named_children():
            layer.register_full_backward_hook(
                lambda m, i, o, name=name, seen=seen: seen.update({name: (i, o)})
            )
        (model(input) ** 2).sum().backward()
        found.append(seen)
    assert list(found[0]) == list(found[1]) == ["2", "1", "0"]
    for name, (inputs, outputs) in found[1].items():
        for mine, other in zip((*found[0][name][0], *found[0][name][1]), (*inputs, *outputs), strict=True):
            assert (mine is None) == (other is None)
            if other is not None:
                np.testing.assert_allclose(mine, other.numpy(), rtol=1e-12)


def test_a_backward_hook_leaves_the_gradients_alone():
    plain, hooked = net(), net()
    hooked[1].register_full_backward_hook(lambda *call: None)
    for model in (plain, hooked):
        (model(X) ** 2).sum().backward()
    for mine, other in zip(plain.parameters(), hooked.parameters(), strict=True):
        assert np.array_equal(mine.grad, other.grad)


def test_a_hook_is_a_function():
    with pytest.raises(DtypeError, match="a hook has to be a function, got 3"):
        nn.ReLU().register_forward_hook(3)


def test_a_model_takes_another_dtype_in_all_its_parts():
    model = net()
    model.register_buffer("mean", np.ones(2))
    model.register_buffer("count", np.array(3))
    assert model.float() is model
    assert {array.dtype.name for array in model.state_dict().values()} == {"float32", "int64"}
    assert model(X.astype(np.float32)).dtype == np.float32
    assert model.double()(X).dtype == np.float64
    with pytest.raises(DtypeError, match="needs a floating-point dtype, got int64"):
        model.to(np.int64)


def test_an_optimiser_made_before_the_conversion_is_told_so():
    model = net()
    optimiser = nn.SGD(model.parameters(), lr=0.1)
    model.float()
    (model(X.astype(np.float32)) ** 2).sum().backward()
    with pytest.raises(ShapeError, match="make the optimiser after"):
        optimiser.step()


def test_a_dictionary_of_modules():
    heads = nn.ModuleDict({"a": nn.Linear(1, 2), "b": nn.ReLU()})
    heads["c"] = nn.Linear(2, 1, bias=False)
    assert [path for path, _ in heads.named_parameters()] == ["a.weight", "a.bias", "c.weight"]
    assert (list(heads.keys()), len(heads), heads.values()[1]) == (["a", "b", "c"], 3, heads["b"])
    del heads["a"]
    assert [path for path, _ in heads.named_parameters()] == ["c.weight"]
    with pytest.raises(IndexRangeError, match="ModuleDict has no module 'a'; it has b, c"):
        heads["a"]
    with pytest.raises(IndexRangeError, match="no module 'z'"):
        del heads["z"]
    with pytest.raises(DtypeError, match="'keys' is taken"):
        heads["keys"] = nn.ReLU()


@pytest.mark.peers
def test_a_module_prints_like_pytorchs():
    torch = pytest.importorskip("torch")
    texts = [
        repr(
            lib.ModuleDict(
                {
                    "body": lib.Sequential(lib.Linear(2, 3), lib.ReLU()),
                    "heads": lib.ModuleDict({"a": lib.Linear(3, 1)}),
                }
            )
        )
        for lib in (nn, torch.nn)
    ]
    assert texts[0] == texts[1]


def cells(text):
    return [line.split() for line in text.splitlines() if not line.startswith("-")]


def test_the_table_counts_parameters_and_multiply_adds():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
    table = cells(nn.summary(model, (2, 1, 8, 8)))
    convolution, dense, total = table[1], table[-2], table[-1]
    assert convolution[-2:] == ["40", f"{2 * 4 * 6 * 6 * 9:,}"]
    assert dense[-2:] == ["370", f"{2 * 36 * 10:,}"]
    assert total == ["total", "410", f"{2 * 4 * 6 * 6 * 9 + 2 * 36 * 10:,}"]
    assert "(2, 4, 6, 6)" in nn.summary(model, (2, 1, 8, 8))


def test_the_table_of_a_model_that_begins_with_an_embedding():
    model = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2))
    assert cells(nn.summary(model, (2, 3), dtype=int))[-1] == ["total", "46", str(2 * 3 * 4 * 2)]


def test_the_table_counts_shared_weights_once_and_leaves_the_model_as_it_was():
    layer, dropout = nn.Linear(2, 2, bias=False), nn.Dropout(0.5)
    model = nn.Sequential(layer, dropout, nn.Linear(2, 2, bias=False))
    model[2].weight = layer.weight
    assert cells(nn.summary(model, (1, 2)))[-1] == ["total", "4", "8"]
    assert dropout.training
    calls = len(cells(nn.summary(model, (1, 2))))
    model(X)
    assert calls == len(cells(nn.summary(model, (1, 2)))) == 5
    with pytest.raises(ShapeError, match="takes 2"):
        nn.summary(model, (1, 3))
    assert dropout.training


MODELS = {
    "dense": (net, X.tolist()),
    "one sample": (net, [1.0, 2.0]),
    "flattened": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(4, 1), nn.Sigmoid()), [X.tolist()]),
    "convolution": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 3)),
        np.random.default_rng(0).normal(size=(2, 1, 3, 3)).tolist(),
    ),
}  # fmt: skip


def numbers(values):
    return [x for part in values for x in numbers(part)] if isinstance(values, list) else [values]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_in_single_numbers_gives_the_tensors_numbers_and_gradients(name):
    make, x = MODELS[name]
    model = make()
    scalar = model.scalars()
    wanted = model(x)
    wanted.square().sum().backward()
    found = numbers(scalar(x))
    np.testing.assert_allclose([y.data for y in found], wanted.data.ravel(), rtol=1e-12)
    sum((y * y for y in found[1:]), found[0] * found[0]).backward()
    gradients = [np.ravel(p.grad) for p in model.parameters()]
    np.testing.assert_allclose([w.grad for w in scalar.parameters()], np.concatenate(gradients), rtol=1e-10)


def test_values_go_through_and_learn():
    scalar, x = net().scalars(), [Value(1.0), Value(-0.5)]
    losses = []
    for _ in range(20):
        first, second = scalar(x)
        loss = (first - 1.0) ** 2 + (second + 1.0) ** 2
        scalar.zero_grad()
        loss.backward()
        losses.append(loss.data)
        for weight in scalar.parameters():
            weight.data -= 0.1 * weight.grad
    assert losses[-1] < 0.01 * losses[0]
    assert x[0].grad != 0


def test_shared_weights_are_one_value_and_the_model_stays_apart():
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    before = copy.deepcopy(model.state_dict())
    scalar = model.scalars()
    assert len(scalar.parameters()) == 4
    assert scalar.values["0.weight"][0, 1].label == "0.weight[0, 1]"
    scalar.parameters()[0].data += 1
    assert all(np.array_equal(before[path], array) for path, array in model.state_dict().items())


@pytest.mark.parametrize("x", [["a", 1.0], [[1.0], [1.0, 2.0]], [None, 1.0]])
def test_what_is_no_number_is_refused(x):
    with pytest.raises(DtypeError, match="a model in single numbers takes"):
        net().scalars()(x)
    assert F.relu(1.0).item() == 1
