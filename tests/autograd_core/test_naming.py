"""Names: given in an expression, kept by what only shows a node otherwise, found in every message."""

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
import viz
from autograd_core import (
    AutogradError,
    GraphError,
    NumericalError,
    ShapeError,
    Tensor,
    Value,
    debug,
    elementwise_grad,
    exp,
    explain,
    grad,
    gradcheck,
    hessian,
    jacobian,
    jvp,
    log,
    lower,
    no_grad,
    scope,
    stack,
    tanh,
    value_and_grad,
    vjp,
)
from autograd_core.naming import derivative, parameter_names
from autograd_core.transforms import functional


def tensor(shape=(2, 3), dtype=float, **options):
    return Tensor(np.arange(float(np.prod(shape))).reshape(shape).astype(dtype), label="w", **options)


# -- given ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Value, lambda x: Tensor(x, requires_grad=True)])
def test_a_node_is_named_in_the_middle_of_an_expression(kind):
    x = kind(0.5).named("x")
    y = tanh((2 * x + 1).named("z1")).named("y")
    assert (x.label, y.parents[0].label, y.label) == ("x", "z1", "y")
    z = y.parents[0]
    assert z.named("z") is z
    y.backward()
    assert float(x.grad) == pytest.approx(2 * (1 - np.tanh(2.0) ** 2))


def test_a_name_belongs_to_one_node():
    x = Value(1.0)
    a, b = x * 2, x * 2
    a.label = "a"
    assert (b.label, (x * 2).label) == ("", "")
    assert Value(1.0).label == Tensor(1.0).label == ""


def test_what_is_computed_has_no_name():
    w = tensor(requires_grad=True)
    for y in (w * 2, w.sum(), w.exp(), w @ w.T, w.max(axis=0), np.concatenate([w, w]), w[[0, 1]], w[w > 1]):
        assert y.label == ""


# -- kept ----------------------------------------------------------------------------------------

IN_ANOTHER_SHAPE = {
    "None": lambda w: w[None],
    "None twice": lambda w: w[None, ..., None],
    "dots": lambda w: w[...],
    "all": lambda w: w[:],
    "reshape": lambda w: w.reshape(3, 2),
    "reshape column by column": lambda w: w.reshape(3, 2, order="F"),
    "np.reshape": lambda w: np.reshape(w, -1),
    "flatten": lambda w: w.flatten(),
    "ravel": lambda w: w.ravel(),
    "unsqueeze": lambda w: w.unsqueeze(0),
    "expand_dims": lambda w: np.expand_dims(w, (0, 2)),
    "squeeze": lambda w: w[None].squeeze(0),
    "moveaxis": lambda w: np.moveaxis(w[None], 0, 1),
    "broadcast_to": lambda w: np.broadcast_to(w, (4, 2, 3)),
    "twice transposed": lambda w: w.T.T,
    "copy": lambda w: w.copy(),
    "copy.copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "astype": lambda w: w.astype(np.float32),
    "detach": lambda w: w.detach(),
    "detached part": lambda w: w.reshape(-1).detach(),
    "+": lambda w: +w,
    "three steps": lambda w: w.reshape(-1)[None].astype(np.float32),
}


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("change", IN_ANOTHER_SHAPE.values(), ids=list(IN_ANOTHER_SHAPE))
def test_in_another_shape_a_node_keeps_its_name(change, dtype, recorded):
    assert change(tensor(dtype=dtype, requires_grad=recorded)).label == "w"
    with no_grad():
        assert change(tensor(dtype=dtype, requires_grad=recorded)).label == "w"
    assert change(Tensor(np.ones((2, 3)), requires_grad=recorded)).label == ""


@pytest.mark.parametrize("recorded", [True, False])
def test_parts_are_called_by_their_places(recorded):
    w = tensor(requires_grad=recorded)
    assert w[0, 1].label == "w[0, 1]"
    assert w[-1].label == "w[-1]"
    assert w[0][1].label == "w[0][1]"
    assert w[:, 1:].label == "w[:, 1:]"
    assert w[..., ::2].label == "w[..., ::2]"
    assert [row.label for row in w] == ["w[0]", "w[1]"]
    assert w.reshape(-1)[4].label == "w[4]"
    assert (w * 2).named("a + b")[0].label == "(a + b)[0]"


@pytest.mark.parametrize("recorded", [True, False])
def test_a_transposed_matrix_is_called_so(recorded):
    w = tensor(requires_grad=recorded)
    assert w.T.label == w.mT.label == np.transpose(w).label == w.swapaxes(0, 1).label == "wᵀ"
    assert w[None].mT.label == "wᵀ"
    assert w[0].T.label == "w[0]"
    assert w.T[0].label == "wᵀ[0]"


def test_a_name_given_later_is_found_as_well():
    w = Tensor([1.0, 2.0], requires_grad=True)
    row = w[None]
    assert row.label == ""
    w.label = "w"
    assert row.label == "w"
    row.label = "row"
    assert (row.label, row[0].label, w.label) == ("row", "row[0]", "w")


def test_long_ways_end_without_a_name():
    w = tensor((4,), requires_grad=True)
    for _ in range(100_000):
        w = w[None][0]
    assert w.label == ""


def test_leaves_keep_their_names_in_files_and_copies():
    for leaf in (Value(1.0, label="x"), tensor(requires_grad=True), nn.Parameter([1.0], label="p")):
        for twin in (copy.copy(leaf), copy.deepcopy(leaf), pickle.loads(pickle.dumps(leaf))):
            assert (twin.label, type(twin)) == (leaf.label, type(leaf))
        copied = copy.deepcopy((leaf * 2).named("double"))
        assert (copied.label, copied.parents[0].label) == ("double", leaf.label)


def test_a_value_in_an_array_keeps_its_name():
    v = Value(2.0, label="v")
    assert v.detach().label == "v"
    assert np.reshape(stack([v]), ()).label == ""


# -- lowered -------------------------------------------------------------------------------------


def test_every_number_of_a_named_tensor_is_called_by_its_place():
    w = tensor(requires_grad=True)
    hidden = tanh(w).named("h")
    loss = (hidden[0] * hidden[1]).sum().named("loss")
    lowered = lower(loss)
    assert lowered[w][1, 2].label == "w[1, 2]"
    assert lowered[hidden][0, 1].label == "h[0, 1]"
    assert lowered.output.item().label == "loss"
    assert [v.label for v in lowered[hidden[0].parents[0]].flat][:2] == ["h[0, 0]", "h[0, 1]"]


def test_what_is_only_shown_otherwise_is_the_same_number_when_lowered():
    w = tensor(requires_grad=True)
    row = w.reshape(-1).named("row")
    lowered = lower((row * 2).named("doubled"))
    assert [v.label for v in lowered[row]][:2] == ["w[0, 0]", "w[0, 1]"]
    assert lowered.output[5].label == "doubled[5]"


def test_lowering_names_no_value_of_the_user():
    a, b = Value(1.0), Value(2.0, label="b")
    x = stack([a, b]).named("x")
    lower((x * x).sum())
    assert (a.label, b.label) == ("", "b")


# -- differentiated -----------------------------------------------------------------------------------


def names_in(operator, *arguments):
    """The names that the arguments of a function have while it is differentiated."""
    seen = []

    def f(x, weights):
        seen.append([x.label, weights["w"].label, weights["b"][1].label])
        return x * weights["w"] + weights["b"][1] ** 2

    operator(f)(*arguments)
    return seen[0]


WEIGHTS = {"w": 2.0, "b": [1.0, 3.0]}
OPERATORS = {
    "grad": lambda f: grad(f, (0, 1)),
    "value_and_grad": lambda f: value_and_grad(f, (1, 0)),
    "jacobian": lambda f: jacobian(f, (0, 1)),
    "vjp": lambda f: lambda *primals: vjp(f, *primals),
    "jvp": lambda f: lambda *primals: jvp(f, primals, (1.0, WEIGHTS)),
    "grad of grad": lambda f: grad(lambda x, p: grad(f, (0, 1))(x, p)[0], (0, 1)),
}


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=list(OPERATORS))
def test_arguments_have_the_names_of_the_parameters(operator):
    found = names_in(operator, 0.5, WEIGHTS)
    if operator is OPERATORS["grad of grad"]:
        assert found == ["x", "p.w", "p.b[1]"]  # given to the inner function by the outer one
    else:
        assert found == ["x", "weights.w", "weights.b[1]"]


@pytest.mark.parametrize("recorded", [True, False])
def test_an_argument_with_a_name_keeps_it(recorded):
    seen = []
    f = lambda x: seen.append((x.label, x[None].label)) or (x**2).sum()  # noqa: E731
    grad(f)(tensor(requires_grad=recorded))
    jacobian(f)(tensor(requires_grad=recorded))
    hessian(f)(tensor(requires_grad=recorded))
    assert set(seen) == {("w", "w")}


def test_a_function_of_any_arguments_names_them_by_their_places():
    seen = []
    grad(lambda *xs: seen.extend(x.label for x in xs) or xs[0] * xs[1], (0, 1))(1.0, 2.0)
    assert seen == ["xs[0]", "xs[1]"]


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        (ac.tanh, ["x"]),
        (ac.sigmoid, ["x"]),
        (ac.arctan2, ["a", "b"]),
        (ac.where, ["condition", "a", "b"]),
        (nn.Linear(2, 3), ["input"]),
    ],
    ids=str,
)
def test_the_inputs_of_an_operation_are_called_as_in_its_signature(operation, names):
    assert parameter_names(operation, len(names)) == names


def test_copies_of_an_argument_keep_its_name():
    seen = []
    f = lambda x: seen.extend([copy.copy(x).label, copy.deepcopy(x).label]) or x**2  # noqa: E731
    grad(f)(1.0)
    assert seen == ["x", "x"]


@pytest.mark.parametrize(
    ("of", "by", "name"),
    [
        ("y", "x", "∂y/∂x"),
        ("∂y/∂x", "x", "∂²y/∂x²"),
        ("∂²y/∂x²", "x", "∂³y/∂x³"),
        ("∂y/∂x", "z", "∂²y/∂z∂x"),
        ("∂²y/∂x∂z", "x", "∂³y/∂x²∂z"),
        ("∂y/∂x2", "x", "∂²y/∂x∂x2"),
        ("∂⁹y/∂x⁹", "x", "∂(∂⁹y/∂x⁹)/∂x"),
        ("a + b", "w[0, 1]", "∂(a + b)/∂w[0, 1]"),
        ("L", "conv1.weight", "∂L/∂conv1.weight"),
    ],
)
def test_derivatives_are_written_like_mathematics(of, by, name):
    assert derivative(of, by) == name


@pytest.mark.parametrize("kind", [Value, lambda x, label: Tensor(x, requires_grad=True, label=label)])
def test_a_recorded_gradient_is_called_a_derivative(kind):
    x, z = kind(2.0, label="x"), kind(3.0, label="z")
    y = (x**3 * z).named("y")
    y.backward(create_graph=True)
    first = x.grad
    assert (first.label, z.grad.label) == ("∂y/∂x", "∂y/∂z")
    for leaf in (x, z):
        leaf.zero_grad()
    first.backward(create_graph=True)
    assert (x.grad.label, z.grad.label) == ("∂²y/∂x²", "∂²y/∂z∂x")
    assert float(x.grad.data) == 36.0


def test_one_gradient_of_several_leaves_has_several_names():
    a, b = (Tensor(v, requires_grad=True, label=label) for v, label in ((1.0, "a"), (2.0, "b")))
    s = (a + b).named("s")
    s.backward(create_graph=True)
    assert (a.grad.label, b.grad.label, s.label) == ("∂s/∂a", "∂s/∂b", "s")
    a.zero_grad(), b.zero_grad()
    s = ((a + b) ** 2).named("s")
    s.backward(create_graph=True)
    assert (a.grad.label, b.grad.label) == ("∂s/∂a", "∂s/∂b")
    scopes = {box.name: box.scope for box in viz.draw(b.grad).picture.boxes}
    assert scopes["∂s/∂b"] == ("first backward pass",)
    b.zero_grad()
    a.grad.backward()
    assert float(b.grad) == 2.0


def test_a_parameter_is_called_by_the_place_that_it_gets():
    encoder, decoder = nn.Linear(2, 2), nn.Module()
    decoder.weight = nn.Parameter(encoder.weight.T)
    assert decoder.weight.label == "weight"


def test_a_gradient_without_names_has_none():
    x, y = Value(2.0, label="x"), Value(3.0)
    z = x * y
    z.backward(create_graph=True)
    assert (x.grad.label, y.grad.label) == ("", "")
    assert not isinstance(x.grad * 1, float)


def test_an_inner_gradient_has_the_name_of_the_function():
    seen = []

    def f(x):
        return x**3

    def g(x):
        d = grad(f)(x)
        seen.append(d.label)
        return d

    assert grad(g)(2.0) == 12.0
    assert seen == ["∂f/∂x"]
    grad(lambda x: seen.append(grad(lambda x: (x**2).named("energy"))(x).label) or x)(1.0)
    grad(lambda x: seen.append(grad(lambda x: x**2)(x).label) or x)(1.0)
    assert seen[1:] == ["∂energy/∂x", ""]
    grad(lambda x: seen.append(elementwise_grad(f)(x).label) or x)(1.0)
    assert seen[3] == "∂f/∂x"


# -- shown ----------------------------------------------------------------------------------------


def boxes(drawing):
    return [box.name for box in drawing.picture.boxes]


def test_a_drawing_shows_the_names():
    x, w = Tensor([1.0, 2.0], label="x"), tensor((1, 2), requires_grad=True)
    y = tanh((w @ x[:, None]).named("z1")).sum().named("y")
    assert boxes(viz.draw(y)) == ["w", "x", "z1", "v₁", "y"]
    y = (w.T.reshape(-1) * x).named("z1").sum()
    assert boxes(viz.draw(y)) == ["w", "wᵀ", "wᵀ (2)", "x", "z1", "L"]
    (chosen,) = [box.name for box in viz.draw(y, highlight=["w"]).picture.boxes if box.emphasis]
    assert chosen == "w"


def test_a_drawn_function_names_what_it_makes():
    def f(x):
        return (x[None] * 2).named("double").sum()

    assert boxes(viz.draw(f, np.ones(3))) == ["x", "x (2)", "double", "L"]


def test_a_drawn_derivative_is_called_so():
    x = Value(2.0, label="x")
    (x**3).named("y").backward(create_graph=True)
    assert boxes(viz.draw(x.grad))[-1] == "∂y/∂x"
    assert "∂²y/∂box∂x" in viz.draw(x.grad).picture.legend

    def f(x):
        return x**3

    assert boxes(viz.draw(grad(grad(f)), 2.0))[-1] == "∂²f/∂x²"


def test_a_lowered_drawing_names_the_numbers_on_the_way():
    w = tensor((2,), requires_grad=True)
    drawing = viz.draw(lower((tanh(w).named("h") * 2).sum()), layout="boxes")
    assert {"w[0]", "h[0]", "h[1]"} <= set(boxes(drawing))


def test_the_chain_rule_is_written_with_names():
    x = Value(0.5, label="x")
    y = exp((x * x).named("z1")).named("y")
    assert "\n∂y/∂x = ∂y/∂z1 · ∂z1/∂x + ∂y/∂z1 · ∂z1/∂x ≈" in str(explain(y, wrt=x))
    w = tensor((1,), requires_grad=True)
    text = str(explain((w[None] * 2).sum().named("y"), wrt=w))
    assert "δ(w (2))" in text
    assert "∂y/∂w = δ(w)" in text
    twins = explain(((x * 2).named("h") * 3).named("h"), wrt=x)
    assert "∂(h (2))/∂x = ∂(h (2))/∂h · ∂h/∂x = 6" in str(twins)


def test_a_derivative_is_typeset_as_a_fraction():
    x = Value(2.0, label="x1")
    (x**3).named("y").backward(create_graph=True)
    assert x.grad._repr_latex_().startswith(r"$\displaystyle \frac{\partial y}{\partial x_{1}} = ")
    assert tensor(requires_grad=True).T._repr_latex_().startswith(r"$\displaystyle w^{\top} = ")


# -- said ---------------------------------------------------------------------------------------


def test_shapes_that_do_not_fit_are_told_with_names():
    w, b = tensor(), Tensor(np.ones(2), label="b")
    for recorded in (False, True):
        w.requires_grad = recorded
        with pytest.raises(
            ShapeError, match=r"shapes \(2, 3\) and \(2,\) do not broadcast \('w' and 'b'\); fr"
        ):
            w + b
        with pytest.raises(ShapeError, match=r"multiply: .* do not broadcast \(the left is 'wᵀ'\);"):
            w.T * np.ones(4)
        with pytest.raises(ShapeError, match=r"matmul: .* cannot be multiplied \('w' and 'b'\): the left"):
            w @ b
        with pytest.raises(ShapeError, match=r"less: .* do not broadcast \('w' and 'b'\)"):
            assert (w < b) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda w: w.reshape(4), r"reshape\(\): 6 elements of shape \(2, 3\) of 'w' cannot take"),
        (lambda w: w.T.squeeze(0), r"squeeze\(\): axis 0 of shape \(3, 2\) of 'wᵀ' has length 3"),
        (lambda w: np.broadcast_to(w, (2, 4)), r"shape \(2, 3\) of 'w' cannot be repeated"),
        (lambda w: np.concatenate([w, np.ones((2, 2))]), r"shapes \(2, 3\) of 'w', \(2, 2\) differ"),
        (lambda w: np.linalg.inv(w), r"square matrices, got shape \(2, 3\) of 'w'"),
        (lambda w: w[5], r"cannot index an input of shape \(2, 3\) of 'w' with \[5\]"),
        (
            lambda w: ac.matvec(w, w[0, :2]),
            r"\(2, 3\) and \(2,\) cannot be multiplied \('w' and 'w\[0, :2\]'\)",
        ),
    ],
)
@pytest.mark.parametrize("recorded", [True, False])
def test_operations_that_are_refused_tell_the_names(call, words, recorded):
    with pytest.raises(AutogradError, match=words):
        call(tensor(requires_grad=recorded))


def test_debug_speaks_of_names():
    x = Value(0.0, label="x")
    with debug(), pytest.raises(NumericalError, match=r"log gives -inf\n  input 0 \('x'\): 0\n"):
        log(x)
    t = Tensor([0.0, 1.0], requires_grad=True, label="t")
    with debug(), scope("layer"):
        y = t.sqrt().named("root")
        with pytest.raises(
            NumericalError,
            match=r"gradient of sqrt \('root'\) in layer with respect to its input 0 \('t'\) is",
        ):
            y.sum().backward()
    with debug():
        z = (t * t).named("z").sum()
        t.data[...] = 3.0
        with pytest.raises(GraphError, match=r"multiply' \('z'\): its input 0 \('t'\), .* has been changed"):
            z.backward()


def test_other_messages_speak_of_names():
    with pytest.raises(GraphError, match=r"backward\(\) on Tensor\(.*label='w'\): nothing was recorded"):
        tensor((1,)).backward()
    broken = Tensor([1.0, 2.0], requires_grad=True, label="broken")
    with pytest.raises(AssertionError, match=r"\('broken'\) is wrong"):
        gradcheck(lambda x: (x * x.detach()).sum(), broken)


def test_names_of_derivatives_are_looked_for_when_somebody_asks(monkeypatch):
    asked = []
    monkeypatch.setattr(functional, "parameter_names", lambda f, count: asked.append(f) or ["x"] * count)

    def f(x):
        return x**3

    assert grad(grad(grad(f)))(2.0) == 6.0
    assert not asked
    seen = []

    def noted(x):
        seen.append(grad(f)(x))
        return seen[0]

    grad(noted)(2.0)
    assert not asked
    assert seen[0].label == "∂f/∂x"
    assert asked
