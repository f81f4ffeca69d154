"""Hooks, dtypes, ModuleDict, and what a module prints."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import nn
from autograd_core import Tensor
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


class Scale(nn.Module):
    def forward(self, x, gain=1.0):
        return x * gain


def test_forward_hooks_with_keywords_see_and_change_them():
    model, seen = Scale(), []
    model.register_forward_pre_hook(lambda m, x, k: seen.append((x, k)), with_kwargs=True)
    before = model.register_forward_pre_hook(lambda m, x, k: (x, {**k, "gain": 10.0}), with_kwargs=True)
    model.register_forward_pre_hook(lambda m, x, k: (x[0] + 1, k), with_kwargs=True)  # one input, no tuple
    model.register_forward_pre_hook(lambda m, x: (x[0] * 2,))
    after = model.register_forward_hook(lambda m, x, k, y: y + k["gain"], with_kwargs=True)
    assert model(2.0, gain=3.0) == 70.0
    assert seen == [((2.0,), {"gain": 3.0})]
    before.remove()
    assert model(2.0, gain=3.0) == 21.0
    after.remove()
    assert model(2.0) == 6.0


def test_a_hook_may_come_before_those_that_are_there():
    model, order = nn.ReLU(), []
    for kind in (
        model.register_forward_pre_hook,
        model.register_forward_hook,
        model.register_full_backward_hook,
    ):
        name = kind.__name__.removeprefix("register_")
        kind(lambda *_, name=name: order.append(f"{name} 1"))
        kind(lambda *_, name=name: order.append(f"{name} 2"))
        kind(lambda *_, name=name: order.append(f"{name} 0"), prepend=True)
    model(Tensor([1.0], requires_grad=True)).sum().backward()
    kinds = ("forward_pre_hook", "forward_hook", "full_backward_hook")
    assert order == [f"{kind} {i}" for kind in kinds for i in range(3)]


def test_a_handle_takes_away_its_own_hook_only():
    model, seen = nn.ReLU(), []
    hook = lambda *_: seen.append(1)  # noqa: E731
    first, second = model.register_forward_hook(hook), model.register_forward_hook(hook)
    first.remove()
    model(1.0)
    assert len(seen) == 1
    with model.register_forward_hook(hook):
        model(1.0)
    model(1.0)
    assert len(seen) == 4
    twin = copy.deepcopy(model)
    second.remove()
    model(1.0)
    assert len(seen) == 4
    twin(1.0)
    assert len(seen) == 5


def test_a_hook_with_keywords_returns_both():
    model = Scale()
    model.register_forward_pre_hook(lambda m, x, k: (3.0,), with_kwargs=True)
    with pytest.raises(DtypeError, match=r"of Scale, returns None or \(inputs, keywords\), .*got \(3.0,\)"):
        model(1.0)


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
    assert (list(heads.keys()), len(heads), list(heads.values())[1]) == (["a", "b", "c"], 3, heads["b"])
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
