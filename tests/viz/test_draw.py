"""What can be drawn, and what is said about the rest."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest

import nn
from autograd_core import DomainError, DtypeError, Node, Tensor, Value, scope, sigmoid
from autograd_core.transforms.trees import flatten
from viz import draw
from viz.model import Kind


class Linear:
    """As much of a module as drawings ask for."""

    def __init__(self):
        self.weight = Tensor(np.ones((3, 2)), requires_grad=True)
        self.bias = Tensor(np.zeros(2), requires_grad=True)

    def named_parameters(self):
        yield "layer.weight", self.weight
        yield "layer.bias", self.bias

    def forward(self, image):
        return image @ self.weight + self.bias

    def __call__(self, *inputs):
        with scope("layer"):
            return self.forward(*inputs)


def kinds(drawing):
    return {box.name: box.kind for box in drawing.picture.boxes}


def test_a_module_is_called_and_its_parameters_get_their_dotted_names():
    drawing = draw(Linear(), np.ones((5, 3)))
    assert kinds(drawing) == {
        "image": Kind.INPUT,
        "layer.weight": Kind.PARAMETER,
        "v₁": Kind.OPERATION,
        "layer.bias": Kind.PARAMETER,
        "v₂": Kind.OUTPUT,
    }
    assert drawing.picture.title == "Linear"
    outside = [box.name for box in drawing.picture.boxes if not box.scope]
    assert outside == ["image"]


def test_drawing_a_module_does_not_rename_its_parameters():
    model = Linear()
    draw(model, np.ones((5, 3)))
    assert model.weight.label == ""


def test_a_function_names_its_inputs_by_its_parameters():
    def score(x, w):
        return (w @ x).sum()

    drawing = draw(score, [1.0, 2.0], np.ones((3, 2)))
    assert {"x", "w"} <= set(kinds(drawing))
    assert drawing.picture.title == "score"


def test_floats_become_values_and_lists_of_nodes_stay_lists():
    assert draw(lambda x: sigmoid(x), 0.0).picture.boxes[0].lines[0] == "0.0"
    drawing = draw(lambda xs: xs[0] * xs[1], [Value(1.0), Value(2.0)])
    assert list(kinds(drawing))[:2] == ["xs[0]", "xs[1]"]


def test_outputs_may_be_nested_and_have_the_names_of_their_places():
    drawing = draw(lambda x: {"twice": 2 * x, "others": [x + 1, {"less": x - 1}]}, 1.0)
    outputs = [name for name, kind in kinds(drawing).items() if kind is Kind.OUTPUT]
    assert outputs == ["twice", "others[0]", "others[1].less"]


def test_a_list_or_an_array_of_nodes_is_drawn_with_all_its_places():
    x = Value(2.0, label="x")
    rows = [[x * 2, x * 3], [x + 1, x]]
    for several in (rows, tuple(rows), np.array(rows, dtype=object)):
        drawing = draw(several)
        found = [name for name, kind in kinds(drawing).items() if kind is Kind.OUTPUT]
        assert [name.replace("][", ", ") for name in found] == ["y[0, 0]", "y[0, 1]", "y[1, 0]"]
        assert kinds(drawing)["x"] is Kind.INPUT


def test_the_only_output_in_a_list_or_dictionary_is_named_after_its_key():
    y = Value(2.0) * 3
    assert draw({"loss": y}).picture.boxes[-1].name == "loss"
    assert draw(y).picture.boxes[-1].name == "L"


class Pair(NamedTuple):
    left: float
    right: float


@pytest.mark.parametrize(
    ("example", "names"),
    [
        ({"w": 1.0, "b": 2.0}, ["p.w", "p.b"]),
        ({"layers": [{"w": np.ones(2)}, {"w": np.ones(2)}]}, ["p.layers[0].w", "p.layers[1].w"]),
        ([np.ones((2, 3)), np.ones(3)], ["p[0]", "p[1]"]),
        ([[1.0, 2.0], [3.0, 4.0]], ["p"]),
        ([{"x": 1.0}, 2.0], ["p[0].x", "p[1]"]),
        (Pair(1.0, 2.0), ["p"]),
        (Pair(np.ones(2), np.ones(2)), ["p.left", "p.right"]),
        ({1: 2.0, "name": "text", "count": 3, "flag": True, "none": None}, ["p[1]"]),
        (np.array([Value(1.0), Value(2.0)], dtype=object), ["p[0]", "p[1]"]),
    ],
)
def test_example_inputs_may_be_nested_lists_and_dictionaries(example, names):
    def f(p):
        leaves, _ = flatten(p.tolist() if isinstance(p, np.ndarray) else p)
        return sum((leaf * 1.0).sum() if leaf.shape else leaf for leaf in leaves if isinstance(leaf, Node))

    drawing = draw(f, example)
    assert [name for name, kind in kinds(drawing).items() if kind is Kind.INPUT] == names


class Neuron:
    """A model of single numbers, as people write their first one."""

    def __init__(self):
        self.w = [Value(0.5), Value(-1.0)]
        self.b = Value(0.0, label="bias")

    def parameters(self):
        return [*self.w, self.b]

    def __call__(self, x):
        total = self.b
        for w, v in zip(self.w, x, strict=True):
            total = total + w * v
        return total + self.b


def test_a_model_of_values_gets_values_and_its_parameters_are_seen():
    assert kinds(draw(Neuron(), [1, 2.0])) == {
        "bias": Kind.SHARED,
        "parameters[0]": Kind.PARAMETER,
        "x[0]": Kind.INPUT,
        "v₁": Kind.OPERATION,
        "v₂": Kind.OPERATION,
        "parameters[1]": Kind.PARAMETER,
        "x[1]": Kind.INPUT,
        "v₃": Kind.OPERATION,
        "v₄": Kind.OPERATION,
        "L": Kind.OUTPUT,
    }


def test_the_scalars_of_a_module_are_its_parameters():
    drawing = draw(nn.Linear(2, 3).scalars(), [1.0, 2.0])
    found = Counter(kinds(drawing).values())
    assert (found[Kind.PARAMETER], found[Kind.INPUT], found[Kind.OUTPUT]) == (9, 2, 3)


def test_the_caption_is_the_name_of_what_is_drawn():
    assert draw(sigmoid, 0.5).picture.title == "sigmoid"
    assert draw(lambda x: x * 2, 0.5).picture.title == ""
    assert draw(Neuron(), [1.0, 2.0]).picture.title == "Neuron"
    assert draw(Neuron(), [1.0, 2.0], title="My neuron").picture.title == "My neuron"


def test_what_is_no_number_keeps_its_type_in_nested_inputs():
    def f(p):
        assert (p["axis"], p["flag"], p["none"]) == (0, True, None)
        assert type(p["axis"]) is int
        return p["x"].sum(axis=p["axis"])

    assert draw(f, {"x": np.ones((2, 2)), "axis": 0, "flag": True, "none": None}).picture.boxes


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "message"),
    [
        ((3.0,), {}, DtypeError, r"takes a Value or Tensor.*got 3.0 of type float"),
        ((Tensor,), {}, DtypeError, "got <class"),
        (([],), {}, DtypeError, r"holds no Value or Tensor, got \[\]"),
        (([Value(1.0), "x"],), {}, DtypeError, "'x' of type str"),
        ((lambda x: 3.0, 1.0), {}, DtypeError, "the result is to be made of Values and Tensors, got 3.0"),
        ((Linear(),), {}, DtypeError, r"draw\(model, x\)"),
        ((Value(1.0), 2.0), {}, DtypeError, "computed already"),
        ((Value(1.0),), {"graph": "backwards"}, DomainError, "did you mean 'backward'"),
        ((Value(1.0),), {"direction": "left"}, DomainError, "'LR', 'RL', 'TB' or 'BT'"),
        ((Value(1.0),), {"direction": "tb"}, DomainError, "did you mean 'TB'"),
        ((Value(1.0),), {"theme": "darc"}, DomainError, "did you mean 'dark'"),
        ((Value(1.0),), {"max_nodes": 0}, DomainError, "max_nodes is at least 1"),
        ((Value(1.0),), {"max_nodes": 1e6}, DtypeError, "max_nodes is a whole number"),
        ((Value(1.0),), {"number_format": "3q"}, DomainError, r"'3q'.*a format for floats such as \"\.3g\""),
        ((Value(1.0),), {"number_format": 3}, DtypeError, "got 3 of type int"),
        ((Value(1.0),), {"number_format": int}, DtypeError, "made 0 of type int from 0.5"),
        ((Value(1.0),), {"collapse": "encoder"}, DomainError, "no scope 'encoder'.*none at all"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(arguments, keywords, error, message):
    with pytest.raises(error, match=message):
        draw(*arguments, **keywords)


@pytest.mark.parametrize("x", [0.5, 2, np.float64(0.5)])
def test_numbers_enter_a_drawn_function_as_they_enter_grad(x):
    def f(t):
        return np.linalg.solve((2 + t) * np.eye(2), np.ones(2)).sum()

    assert len(draw(f, x).picture.boxes) == 8


def test_a_module_may_have_results_that_are_none():
    class Outputs(nn.Module):
        def forward(self, x):
            return {"logits": x * 2, "attentions": None, "states": [None, x + 1]}

    drawing = draw(Outputs(), np.ones(3))
    assert [box.name for box in drawing.picture.boxes if box.kind == "output"] == ["logits", "states[1]"]
    with pytest.raises(DtypeError, match="holds no Value or Tensor"):
        draw(lambda x: {"nothing": None}, 1.0)
