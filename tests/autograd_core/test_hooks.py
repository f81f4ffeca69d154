"""Hooks on the gradient of a tensor: when they are called, with what, and what becomes of what they return."""

import copy
import gc
import pickle

import numpy as np
import pytest

import nn
import viz
from autograd_core import (
    DtypeError,
    GraphError,
    NumericalError,
    ShapeError,
    Tensor,
    Value,
    debug,
    explain,
    grad,
    hessian,
    jacobian,
    jvp,
    no_grad,
    scope,
    tanh,
    vjp,
)
from autograd_core.hooks import living


def leaf(data=(1.0, 2.0), **options):
    return Tensor(np.array(data), requires_grad=True, **options)


def test_a_hook_sees_the_gradient_of_all_uses_once():
    x, seen = leaf(), []
    y = x * 3
    y.register_hook(seen.append)
    (y * y + y + y[0]).sum().backward()
    assert [g.tolist() for g in seen] == [[9.0, 13.0]]  # 2 y + 1, and 2 more from y[0], which is used twice
    assert x.grad.tolist() == [27.0, 39.0]


def test_what_a_hook_returns_takes_the_place_of_the_gradient():
    x = leaf()
    y = x * 3
    y.register_hook(lambda g: 10 * g)
    (y * y).sum().backward()
    assert x.grad.tolist() == [180.0, 360.0]
    x.zero_grad()
    x.register_hook(lambda g: np.clip(g, -1, 1))
    (y * y).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    assert (type(x.grad), x.grad.dtype) == (np.ndarray, np.float64)


def test_several_hooks_are_called_in_their_order_each_with_what_is_left():
    x, seen = leaf((2.0,)), []
    x.register_hook(lambda g: g + 1)
    x.register_hook(seen.append)
    x.register_hook(lambda g: g * 10)
    (x * 3).sum().backward()
    assert seen[0].tolist() == [4.0]
    assert x.grad.tolist() == [40.0]


def test_a_hook_is_removed_by_its_handle_and_no_other():
    x = leaf((1.0,))
    double = lambda g: g * 2  # noqa: E731
    first, second = x.register_hook(double), x.register_hook(double)
    first.remove()
    first.remove()
    (x * 1).sum().backward()
    assert x.grad.tolist() == [2.0]
    with x.register_hook(lambda g: g * 10):
        (x * 1).sum().backward()
    assert x.grad.tolist() == [22.0]
    second.remove()
    (x * 1).sum().backward()
    assert x.grad.tolist() == [23.0]


def test_thousands_of_hooks_that_come_and_go_leave_nothing():
    x = leaf()
    for _ in range(1000):
        x.register_hook(lambda g: g).remove()
    assert len(x.tag.hooks) == 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("data", [2.0, (1.0, 2.0), ((1.0, 2.0), (3.0, 4.0)), ()])
def test_shapes_and_dtypes_stay_what_they_are(data, dtype):
    x = Tensor(np.array(data, dtype), requires_grad=True)
    seen = []
    x.register_hook(seen.append)
    x.register_hook(lambda g: g * np.float64(2))
    x.register_hook(lambda g: g.astype(np.float64))
    (x * 3).sum().backward()
    for gradient, factor in ((seen[0], 3), (x.grad, 6)):
        assert (type(gradient), gradient.shape, gradient.dtype) == (np.ndarray, x.shape, dtype)
        assert (gradient == factor).all()


def test_a_hook_may_change_its_argument_and_nothing_else():
    x, z = leaf(), leaf()
    y = x + z  # all three have the same gradient

    def zero(gradient):
        gradient[...] = 0

    x.register_hook(zero)
    y.sum().backward()
    assert (x.grad.tolist(), z.grad.tolist()) == ([0.0, 0.0], [1.0, 1.0])


def test_a_retained_gradient_is_what_the_hooks_have_left():
    x = leaf()
    y = (x * 2).retain_grad()
    y.register_hook(lambda g: g * 5)
    y.sum().backward()
    assert (y.grad.tolist(), x.grad.tolist()) == ([5.0, 5.0], [10.0, 10.0])
    z = x * 2
    z.register_hook(lambda g: g * 5)
    z.retain_grad()
    z.label = "z"
    z.sum().backward()
    assert z.grad.tolist() == [5.0, 5.0]


def test_the_output_itself_may_have_a_hook():
    x = leaf()
    y = x.sum()
    y.register_hook(lambda g: g * 7)
    y.backward()
    y.backward(np.array(2.0))
    assert x.grad.tolist() == [21.0, 21.0]


def test_a_recorded_gradient_is_given_as_a_tensor_and_can_be_differentiated():
    x, seen = leaf((3.0,)), []
    y = x**2

    def square(gradient):
        seen.append(gradient)
        return gradient * gradient

    y.register_hook(square)
    (y * y).sum().backward(create_graph=True)
    assert isinstance(seen[0], Tensor)
    assert x.grad.tolist() == [4 * 3.0**4 * 2 * 3.0]  # (2 x^2)^2 · 2 x = 8 x^5
    first = x.grad
    x.zero_grad()
    first.sum().backward()
    assert [type(gradient) for gradient in seen] == [Tensor, np.ndarray]  # y is used by the first pass, too
    x = leaf((3.0,))
    x.register_hook(lambda g: np.array([5.0]))
    (x * x).sum().backward(create_graph=True)
    assert isinstance(x.grad, Tensor)
    assert x.grad.tolist() == [5.0]


def test_hooks_are_called_inside_derivative_operators():
    def f(x):
        y = x * 3
        y.register_hook(lambda g: np.clip(g, -1, 1) if isinstance(g, np.ndarray) else g.clip(-1, 1))
        return (y * y).sum()

    assert grad(f)(np.array([1.0, 0.1])).tolist() == [3.0, pytest.approx(1.8)]
    _, pullback = vjp(f, np.array([1.0, 0.1]))
    assert pullback(1.0)[0].tolist() == [3.0, pytest.approx(1.8)]
    assert jvp(f, (np.array([1.0]),), (np.array([1.0]),))[1] == 18.0  # forward mode knows no hooks

    def of_argument(x):
        x.register_hook(lambda g: 2 * g)
        return (x**3).sum()

    assert grad(of_argument)(np.array([2.0])).tolist() == [24.0]
    assert hessian(f)(np.array([0.01])).tolist() == [[18.0]]


def test_the_rows_of_a_jacobian_go_through_a_hook_one_by_one():
    shapes = []

    def f(x):
        y = x * np.array([1.0, 2.0, 3.0])
        y.register_hook(lambda g: shapes.append(g.shape) or 10 * g)
        return tanh(y)

    x = np.zeros(3)
    assert jacobian(f, mode="reverse")(x).tolist() == np.diag([10.0, 20.0, 30.0]).tolist()
    assert shapes == [(3,)] * 3


def test_hooks_hang_on_one_tensor_only():
    x = leaf()
    x.register_hook(lambda g: g * 2)
    y = x * 3
    y.register_hook(lambda g: g * 2)
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), x.detach()):
        assert twin.tag.hooks == ()
    copied = copy.deepcopy(y)
    copied.sum().backward()
    assert copied.parents[0].grad.tolist() == [3.0, 3.0]
    assert (x * 3).tag.hooks == ()
    parameter = nn.Parameter([1.0])
    parameter.register_hook(lambda g: g * 0)
    twin = copy.deepcopy(parameter)
    (twin * 3).sum().backward()
    assert twin.grad.tolist() == [3.0]


def test_a_hook_may_compute_with_tensors():
    x, w = leaf(), leaf((5.0, 7.0))
    x.register_hook(lambda g: g * w)
    (x * 3).sum().backward()
    assert x.grad.tolist() == [15.0, 21.0]
    assert (type(x.grad), w.grad) == (np.ndarray, None)


def test_hooks_freeze_a_part_of_a_weight():
    layer = nn.Linear(2, 1)
    mask = np.array([[1.0, 0.0]])
    layer.weight.register_hook(lambda g: g * mask)
    before = layer.weight.data.copy()
    optimizer = nn.SGD(layer.parameters(), lr=1.0)
    layer(np.ones((3, 2))).sum().backward()
    optimizer.step()
    assert (layer.weight.data - before).tolist() == [[-3.0, 0.0]]


def test_a_drawing_and_an_explanation_show_the_gradient_that_is_left():
    x = leaf((2.0,), label="x")
    y = (x * 3).named("y")
    y.register_hook(lambda g: g * 10)
    boxes = {box.name: box.lines for box in viz.draw((y * y).sum()).picture.boxes}
    assert boxes["x"][1] == "grad [360.0]"
    assert "δ(y) = hook(6 + 6) = [120]\nδ(x) = δ(y) · 3 = 120 · 3 = [360]" in str(
        explain((y * y).sum(), wrt=x)
    )


def test_values_and_tensors_of_one_graph():
    v = Value(2.0)
    t = Tensor([1.0, 2.0], requires_grad=True) * v
    t.register_hook(lambda g: g * 10)
    t.sum().backward()
    assert v.grad == 30.0


def test_a_recorded_hook_stays_in_the_scope_of_its_tensor():
    x = leaf()
    with scope("layer"):
        y = x * x
    y.register_hook(lambda g: (g * 2).named("doubled"))
    (y * y).sum().backward(create_graph=True)
    names = {box.name: box.scope for box in viz.draw(x.grad.sum(), gradients=False).picture.boxes}
    assert names["doubled"] == ("first backward pass", "layer")


@pytest.mark.parametrize(
    ("hook", "error", "words"),
    [
        (
            lambda g: g[:1],
            ShapeError,
            r"a hook of Tensor\(.*label='w'\) returned shape \(1,\), .* shape \(2,\)",
        ),
        (lambda g: 2.0, ShapeError, r"returned shape \(\), the gradient has shape \(2,\)"),
        (lambda g: "much", DtypeError, "a hook of Tensor"),
        (lambda g: np.ones(2) * 1j, DtypeError, "a hook of Tensor"),
    ],
)
@pytest.mark.parametrize("create_graph", [False, True])
def test_what_is_no_gradient_is_refused(hook, error, words, create_graph):
    x = leaf(label="w")
    x.register_hook(hook)
    with pytest.raises(error, match=words):
        (x * x).sum().backward(create_graph=create_graph)


@pytest.mark.parametrize("create_graph", [False, True])
def test_debug_names_the_hook_that_gives_no_number(create_graph):
    x = leaf(label="x")
    with debug():
        y = (x * 3).named("y")
        y.register_hook(lambda g: g * np.array([1.0, np.nan]))
        with pytest.raises(NumericalError, match=r"multiply \('y'\) leaves nan at index \(1,\)") as caught:
            (y * y).sum().backward(create_graph=create_graph)
    assert f'hook: "{__file__}", line ' in str(caught.value)
    assert "y = (x * 3)" in str(caught.value)


def test_hooks_that_would_never_be_called_are_refused():
    with pytest.raises(GraphError, match=r"register_hook\(\) on Tensor\(\[1.\]\): it requires no gradient"):
        Tensor([1.0]).register_hook(print)
    with no_grad(), pytest.raises(GraphError, match="requires no gradient"):
        (leaf() * 2).register_hook(print)
    with pytest.raises(DtypeError, match="a hook has to be a function, got 3"):
        leaf().register_hook(3)


def passes_and_hooks(make, keep, create_graph):
    """Two backward passes through hooks of every kind: what they saw, and the gradients."""
    seen = []

    def note(name):
        return lambda gradient: seen.append((name, np.array(gradient.tolist())))

    a, b = make([1.0, -2.0]), make([0.5, 3.0])
    c = a * b
    c.retain_grad()
    c.register_hook(note("c"))
    c.register_hook(lambda g: g * 2)
    removed = c.register_hook(lambda g: g * 100)
    c.register_hook(note("c doubled"))
    removed.remove()
    a.register_hook(lambda g: g - 1)
    a.register_hook(note("a"))
    d = c * a + c
    d.register_hook(note("d"))
    d.register_hook(lambda g: g + 0.5)
    for _ in range(2):
        (d * d).sum().backward(create_graph=create_graph, **keep)
    return seen + [("gradient", np.array(x.grad.tolist())) for x in (a, b, c)]


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph=True")
@pytest.mark.parametrize("create_graph", [False, True])
def test_everything_happens_as_in_pytorch(create_graph):
    torch = pytest.importorskip("torch")
    ours = passes_and_hooks(lambda x: leaf(x), {}, create_graph)
    theirs = passes_and_hooks(
        lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True),
        {"retain_graph": True},
        create_graph,
    )
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    for (name, mine), (_, other) in zip(ours, theirs, strict=True):
        assert np.allclose(mine, other), name


# -- the same of Values ---------------------------------------------------------------------------------------


def test_a_hook_of_a_value_sees_the_gradient_of_all_uses_once_and_may_replace_it():
    x, seen = Value(2.0), []
    y = x * 3
    y.register_hook(seen.append)
    y.register_hook(lambda g: 10 * g)
    y.register_hook(seen.append)
    (y * y + y).backward()
    assert seen == [13.0, 130.0]
    assert [type(g) for g in seen] == [float, float]
    assert (y.grad, x.grad) == (130.0, 390.0)


@pytest.mark.parametrize("make", [Value, lambda x: Tensor(x, requires_grad=True)])
@pytest.mark.parametrize("create_graph", [False, True])
def test_both_carriers_call_the_same_hooks_with_the_same_numbers(make, create_graph):
    seen = []

    def note(name):
        return lambda gradient: seen.append((name, float(np.asarray(getattr(gradient, "data", gradient)))))

    a, b = make(2.0), make(3.0)
    c = a * b
    c.register_hook(note("c"))
    c.register_hook(lambda g: g * 2)
    removed = c.register_hook(lambda g: g * 100)
    c.register_hook(note("c doubled"))
    removed.remove()
    a.register_hook(lambda g: g - 1)
    a.register_hook(note("a"))
    d = tanh(c * a / 10 + c)
    d.register_hook(note("d"))
    for _ in range(2):
        d.backward(create_graph=create_graph)
    c_bar = (1 - np.tanh(7.2) ** 2) * 1.2
    expected = [
        ("d", 1.0),
        ("c", c_bar),
        ("c doubled", 2 * c_bar),
        ("a", 2 * c_bar * 3 + c_bar / 1.2 * 0.6 - 1),
    ]
    assert [name for name, _ in seen] == [name for name, _ in expected] * 2
    np.testing.assert_allclose([g for _, g in seen], [g for _, g in expected] * 2)
    np.testing.assert_allclose([float(np.asarray(getattr(x.grad, "data", x.grad))) for x in (a, b)],
                               [2 * expected[3][1], 2 * 2 * c_bar * 2])  # fmt: skip


def test_a_recorded_gradient_of_a_value_is_given_as_a_node_and_can_be_differentiated():
    x, seen = Value(3.0), []
    y = x**2
    y.register_hook(lambda g: seen.append(g) or g * g)
    (y * y).backward(create_graph=True)
    assert isinstance(seen[0], Value)
    assert x.grad.data == 4 * 3.0**4 * 2 * 3.0
    first = x.grad
    x.grad = 0.0
    first.backward()
    assert type(x.grad) is float
    x = Value(3.0)
    x.register_hook(lambda g: 5.0)
    (x * x).backward(create_graph=True)
    assert isinstance(x.grad, Value)
    assert x.grad.data == 5.0


def test_hooks_of_values_are_called_inside_derivative_operators():
    def f(x):
        y = x * 3
        y.register_hook(lambda g: 10 * g)
        return y * y

    assert grad(f)(2.0) == 360.0
    assert grad(grad(f))(2.0) == 1800.0  # of 10 · 2 · 3 x · 3, with the hook once more on the way to x
    assert vjp(f, 2.0)[1](1.0)[0] == 360.0
    assert jvp(f, (2.0,), (1.0,))[1] == 36.0  # forward mode knows no hooks


def test_hooks_of_values_hang_on_one_value_only_and_end_with_it():
    x = Value(1.0)
    y = x * 3
    handle = y.register_hook(lambda g: g * 2)
    x.register_hook(lambda g: g * 2)
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), x.detach(), y.detach()):
        assert twin.tag.hooks == ()
    copied = copy.deepcopy(y)
    copied.backward()
    assert copied.parents[0].grad == 3.0
    handle.remove()
    with x.register_hook(lambda g: g * 10):
        y.backward()
    assert x.grad == 60.0
    y.backward()
    assert x.grad == 66.0


def test_a_hook_is_looked_for_as_long_as_it_and_its_value_are_there():
    gc.collect()  # graphs that refer to themselves
    before = len(living)
    x = Value(1.0)
    x.register_hook(abs)
    assert len(living) == before + 1
    x.register_hook(abs).remove()
    assert len(living) == before + 1
    del x
    assert len(living) == before


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    ("hook", "error", "words"),
    [
        (
            lambda g: np.ones(2),
            ShapeError,
            r"a hook of Value\(.*label='w'\) returned shape \(2,\), .* shape \(\)",
        ),
        (lambda g: Tensor([1.0]), ShapeError, r"returned shape \(1,\)"),
        (lambda g: "much", DtypeError, "a hook of Value"),
        (lambda g: 1j, DtypeError, "a hook of Value"),
    ],
)
def test_what_is_no_gradient_of_a_value_is_refused(hook, error, words, create_graph):
    x = Value(2.0, label="w")
    x.register_hook(hook)
    with pytest.raises(error, match=words):
        (x * x).backward(create_graph=create_graph)


def test_drawings_explanations_and_debug_know_hooks_of_values():
    x = Value(2.0, label="x")
    y = (x * 3).named("y")
    y.register_hook(lambda g: g * 10)
    boxes = {box.name: box.lines for box in viz.draw(y * y).picture.boxes}
    assert "grad 360.0" in boxes["x"]
    assert "= 360" in str(explain(y * y, wrt=x))
    with debug():
        y = Value(2.0) * 3
        y.register_hook(lambda g: g * np.nan)
        with pytest.raises(NumericalError, match="a hook of multiply leaves nan"):
            (y * y).backward()
