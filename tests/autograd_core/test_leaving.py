"""One rule for what leaves the graph (docs/leaving-the-graph.md): free, warned of, or refused, on both carriers."""

import array
import cmath
import ctypes
import json
import logging
import math
import pprint
import statistics
import sys
import threading
import warnings
from math import sqrt as root

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import GraphError, GraphWarning, Tensor, Value, grad, jvp, no_grad

CARRIERS = {
    "Value": Value,
    "Tensor": lambda x: Tensor(x, requires_grad=True),
    "float32": lambda x: Tensor(np.float32(x), requires_grad=True),
    "one element": lambda x: Tensor([x], requires_grad=True),
}
carriers = pytest.mark.parametrize("leaf", CARRIERS.values(), ids=CARRIERS)
row = [2.0, 3.0]


def numbers(x):
    return x.data if isinstance(x, Value | Tensor) else x


# -- what is computed with ------------------------------------------------------------------------------------

tau = 2.0
exponential = math.exp
of_functions = {"log": math.log}


class Physics:
    wave = math.sin

    def __init__(self):
        self.decay = math.exp


def aliased(x):
    f = math.tanh
    return f(x)


MATHEMATICS = {
    "exp": (lambda x: math.exp(x), "math.exp", "autograd_core.exp,"),
    "a sum": (lambda x: 1.0 + tau * math.sin(x), "math.sin", "autograd_core.sin,"),
    "other spelling": (lambda x: math.atan2(x, 1.0), "math.atan2", "autograd_core.arctan2,"),
    "power": (lambda x: math.pow(2.0, x), "math.pow", "autograd_core.power,"),
    "within": (lambda x: math.log(math.cosh(x)), "math.cosh", "autograd_core.cosh,"),
    "imported": (lambda x: root(x), "math.sqrt", "autograd_core.sqrt,"),
    "global name": (lambda x: exponential(x), "math.exp", "autograd_core.exp,"),
    "local name": (aliased, "math.tanh", "autograd_core.tanh,"),
    "comprehension": (lambda x: [math.log1p(each) for each in (x, x)], "math.log1p", "autograd_core.log1p,"),
    "generator": (lambda x: sum(math.erf(each) for each in (x, x)), "math.erf", "autograd_core.erf,"),
    "unpacked": (lambda x: math.hypot(*(x, 1.0)), "math.hypot", "autograd_core.hypot,"),
    "sum": (lambda x: math.fsum([x, x]), "math.fsum", "autograd_core.sum,"),
    "another function here": (lambda x: math.remainder(x, 2.0), "math.remainder", "compute with the node"),
    "complex": (lambda x: cmath.exp(x), "cmath.exp", "autograd_core.exp,"),
    "several lines": (
        lambda x: math.degrees(
            x,
        ),
        "math.degrees",
        "autograd_core.rad2deg,",
    ),
}  # fmt: skip


@carriers
@pytest.mark.parametrize(("f", "name", "instead"), MATHEMATICS.values(), ids=MATHEMATICS)
def test_functions_of_math_name_those_that_are_recorded(f, name, instead, leaf):
    with pytest.raises(
        GraphError, match=rf"^{name} makes a plain number .*{instead}.* or {name}\(x.item\(\)\)"
    ):
        f(leaf(0.5))


@pytest.mark.parametrize("start", [0.5, np.array(0.5), np.array([0.5])], ids=["float", "array", "row"])
@pytest.mark.parametrize("operator", [grad, lambda f: lambda x: jvp(f, (x,), (x,))], ids=["grad", "jvp"])
@pytest.mark.parametrize(
    "f", [math.sin, lambda x: x * float(x), lambda x: x * math.exp(x), lambda x: x * np.float64(x)]
)
def test_inside_a_function_that_is_differentiated_only_item_gives_a_constant(f, operator, start):
    with pytest.raises(GraphError, match=r"which would be lost without a word: .*\.item\(\)"):
        operator(f)(start)
    assert grad(lambda x: x * x.item())(3.0) == 3.0


def fill(x):
    np.zeros(3).fill(x)


HIDDEN_FROM_NUMPY = {
    "sum": (lambda t: np.sum([t, t]), "np.sum"),
    "mean": (lambda t: np.mean((t, 2.0)), "np.mean"),
    "maximum": (lambda t: np.maximum([t, t], 0.0), "np.maximum"),
    "dot": (lambda t: np.dot([t, t], [1.0, 2.0]), "np.dot"),
    "norm": (lambda t: np.linalg.norm([t, t]), "np.linalg.norm"),
    "solve": (lambda t: np.linalg.solve([[t, 0.0], [0.0, t]], np.ones(2)), "np.linalg.solve"),
    "einsum": (lambda t: np.einsum("i,i->", [t, t], [1.0, 2.0]), "np.einsum"),
    "concatenate": (lambda t: np.concatenate([[t], [t]]), "np.concatenate"),
    "interp": (lambda t: np.interp(0.5, [0.0, 1.0], [t, t]), "np.interp"),
    "list": (lambda t: np.array([t, t]), "np.array"),
    "tuple": (lambda t: np.asarray((t, 1.0)), "np.asarray"),
    "comprehension": (lambda t: np.array([t for _ in row]), "np.array"),
    "full": (lambda t: np.full(3, t), "np.full"),
    "require": (lambda t: np.require(t), "np.require"),
    "contiguous": (lambda t: np.ascontiguousarray(t), "np.ascontiguousarray"),
    "fortran": (lambda t: np.asfortranarray(t), "np.asfortranarray"),
    "arange": (lambda t: np.arange(0.0, t), "np.arange"),
    "normal": (lambda t: np.random.normal(t, size=2), "np.random.normal"),  # noqa: NPY002
    "plus": (lambda t: np.ones(2) + [t, t], r"array \+ \[node\]"),  # noqa: RUF005
    "modulo": (lambda t: np.ones(2) % [t, t], r"array % \[node\]"),
    "matmul": (lambda t: np.ones((1, 2)) @ [t, t], r"array @ \[node\]"),
    "pad": (lambda t: np.pad(np.zeros(2), 1, constant_values=t), "np.pad"),
}  # fmt: skip


@pytest.mark.parametrize(("f", "name"), HIDDEN_FROM_NUMPY.values(), ids=HIDDEN_FROM_NUMPY)
def test_numpy_does_not_get_numbers_of_tensors_that_it_cannot_see(f, name):
    for t in (Tensor(2.0, requires_grad=True), Tensor(2.0, requires_grad=True) * 1.5):
        with pytest.raises(GraphError, match=rf"^{name} makes plain numbers .*autograd_core\.array\("):
            f(t)
        with pytest.raises(GraphError, match=f"^{name} makes plain numbers "):
            grad(lambda x: (f(x), x * x)[1])(2.0)
        with no_grad():
            f(t)
        f(t.detach())


def test_a_list_that_has_a_name_is_a_list_too():
    losses = [Tensor(1.0, requires_grad=True) * 2.0] * 3
    for f in (
        lambda: np.array(losses),
        lambda: np.asarray(losses, dtype=np.float32),
        lambda: np.mean(losses),
    ):
        with pytest.raises(GraphError, match=r"join nodes with autograd_core\.array"):
            f()
    assert ac.array(losses).tolist() == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.vectorize(lambda y: y * y)(x),
        lambda x: np.zeros(2).dot(x),
        lambda x: np.zeros(2).put(0, x),
        lambda x: np.random.default_rng(0).normal(x),
        lambda x: np.random.default_rng(0).choice(2, p=x),
    ],
)
def test_methods_of_numpy_are_noticed(f):
    with pytest.raises((GraphError, GraphWarning)):
        f(Tensor([0.25, 0.75], requires_grad=True))


def test_values_that_numpy_holds_as_objects_stay_in_the_graph():
    x, y = Value(2.0), Value(3.0)
    (
        np.sum([x, x * y]) + np.dot([x, y], [1.0, 2.0]) + np.mean(np.array([x, y])) + np.full(2, x)[0]
    ).backward()
    assert (x.grad, y.grad) == (1 + 3 + 1 + 0.5 + 1, 2 + 2 + 0.5)
    for f in (
        lambda: np.array([x, y], dtype=float),
        lambda: np.full(2, x, dtype=float),
        lambda: np.fromiter([x], float),
        lambda: np.vectorize(math.sin)(x),
    ):
        with pytest.raises(GraphError):
            f()


# -- assignment -----------------------------------------------------------------------------------------------


def element(c, x):
    c[0] = x


def a_slice(c, x):
    c[0:2] = x


def everything(c, x):
    c[...] = x


def chosen(c, x):
    c[[0, 1]] = x


def flat(c, x):
    c.flat = x


@pytest.mark.parametrize("assign", [a_slice, everything, chosen, flat])
@carriers
def test_a_node_is_not_written_into_an_array_of_numbers(assign, leaf):
    c = np.zeros(2)
    for node in (leaf(2.0), leaf(2.0) * 2.0):
        with pytest.raises(
            GraphError, match=r"^array\[...\] = node writes plain numbers .*index_set.*node\.data"
        ):
            assign(c, node)
    assert not c.any()
    assign(c, leaf(2.0).data)
    with no_grad():
        assign(c, leaf(3.0))
    assert c.tolist() == [3.0, 3.0]


def test_one_element_is_refused_with_the_remedy_as_the_cause_where_numpy_insists_on_its_words():
    c = np.zeros(2)
    with pytest.raises(GraphError, match=r"array\[...\] = node"):
        element(c, Value(1.0))
    for operation in (lambda t: element(c, t), lambda t: c.fill(t), lambda t: np.sum(c, initial=t)):
        with pytest.raises(ValueError, match="setting an array element") as refused:
            operation(Tensor(row, requires_grad=True)[0])
        assert isinstance(refused.value.__cause__, GraphError)
    with pytest.raises(GraphError, match=r"array\[...\] = node"):
        element(array.array("d", [0.0]), Tensor(1.0, requires_grad=True))
    held = np.empty(2, dtype=object)
    element(held, Tensor(1.0, requires_grad=True))
    assert held[0].requires_grad


# -- lists of nodes are one array --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: Tensor(row) + [a, b],  # noqa: RUF005
        lambda a, b: [a * b, 1.0] - Tensor(row),
        lambda a, b: Tensor(row) ** (a, b),
        lambda a, b: ac.maximum([a, b], 2.5) * ac.exp([a, 1.0]),
        lambda a, b: ac.matmul([[a, b], [b, a]], [1.0, 2.0]),
        lambda a, b: [a, b] @ Tensor([[1.0, 2.0], [3.0, 4.0]]),
        lambda a, b: ac.where([True, False], [a, b], [b * b, a * b]),
        lambda a, b: ac.logaddexp([a, b], [[b], [a]]),
        lambda a, b: ac.sum([a, [b, b][0]]) * ac.cumsum([a, b]),
    ],
)
def test_lists_of_tensors_are_recorded_by_functions_and_operators(f):
    for kind in (np.float64, np.float32):
        inputs = np.array(1.5, kind), np.array(0.5, kind)
        assert f(*map(Tensor, inputs)).dtype == np.float64 or kind is np.float32
        found = grad(lambda a, b: f(a, b).sum(), argnums=(0, 1))(*inputs)
        step = 1e-6
        shifted = [
            (np.sum(f(Tensor(1.5 + da), Tensor(0.5 + db)).data) - np.sum(f(Tensor(1.5 - da), Tensor(0.5 - db)).data)) / (2 * step)
            for da, db in ((step, 0.0), (0.0, step))
        ]  # fmt: skip
        assert found == pytest.approx(shifted, rel=1e-5)
        moved = sum(np.sum(jvp(f, inputs, unit)[1]) for unit in ((1.0, 0.0), (0.0, 1.0)))
        assert moved == pytest.approx(sum(shifted), rel=1e-5)


def test_lists_of_nodes_are_compared_and_counted():
    a, b = Tensor(2.0, requires_grad=True), Value(3.0)
    assert (Tensor(row) >= [a, 4.0]).tolist() == [True, False]
    assert (Tensor(row) == (a, b)).tolist() == [True, True]
    assert np.allclose([a, a], 2.0)
    assert (np.array(row) == [a, a]).tolist() == [True, False]


def test_a_leaf_is_not_made_of_nodes():
    a = Tensor(2.0, requires_grad=True)
    for make in (Tensor, lambda x: Tensor(x, requires_grad=True), lambda x: Tensor(x, dtype=np.float32)):
        with pytest.raises(GraphError, match=r"^Tensor\(\) takes plain numbers.*array\(\["):
            make([a, 1.0])
    assert Tensor([a.detach(), 1.0]).tolist() == [2.0, 1.0]
    with no_grad():
        assert Tensor([a, 1.0]).tolist() == [2.0, 1.0]


def test_weights_and_edges_of_histograms_are_refused_wherever_they_stand():
    t = Tensor([0.5, 1.5], requires_grad=True)
    for f in (
        lambda: np.histogram(row, 2, None, None, t),
        lambda: np.histogram(t, bins=[0.0, t[1]]),
        lambda: np.histogram2d(row, row, 2, None, None, t),
        lambda: np.histogramdd(t[:, None], 2, weights=t),
        lambda: np.histogram_bin_edges(row, t),
    ):
        with pytest.raises(GraphError, match=r"does not record its (weights|bins)"):
            f()
    assert (
        np.histogram(t, 2)[0].tolist() == np.histogram(row, 2, None, None, t.data.round() * 0 + 1)[0].tolist()
    )
    with no_grad():
        assert np.histogram(row, 2, weights=t)[0].tolist() == [0.5, 1.5]


# -- what is asked for by name, and what only looks ------------------------------------------------------------


@carriers
def test_what_looks_is_free_everywhere(leaf, caplog):
    x = leaf(2.25)

    def looked_at(x):
        assert "%.1f and %5.2e" % (x, x) == "2.2 and 2.25e+00"  # noqa: UP031
        assert "%d" % x == "2"  # noqa: UP031
        assert "%.2f" % x == "2.25"  # noqa: UP031
        assert str(x) in repr(x)
        assert x > 2
        assert bool(x)
        assert int(x) == round(x) == math.floor(x) == math.trunc(x) == 2
        assert [f(x) for f in (math.isnan, math.isinf, cmath.isnan)] == [False] * 3
        assert math.isfinite(x)
        assert math.isclose(x, 2.25)
        assert x.item() == 2.25
        assert numbers(x) == 2.25
        assert json.dumps({"loss": x}, default=float) == '{"loss": 2.25}'
        assert "2.25" in pprint.pformat(x)
        with caplog.at_level(logging.INFO):
            logging.info("loss %.3f", x)
        np.testing.assert_allclose(numbers(x), 2.25)
        return x * 1.0

    looked_at(x)
    with no_grad():
        looked_at(x)
    for gradient in (grad(looked_at)(np.array(2.25)), grad(lambda x: looked_at(x).sum())(np.array([2.25]))):
        assert gradient == 1.0


def test_comparisons_of_arrays_are_free():
    t = Tensor(row, requires_grad=True)
    np.testing.assert_allclose(t, row)
    np.testing.assert_array_equal([t, t], [row, row])
    assert t.tolist() == pytest.approx(row)
    assert np.array_equal(t, row)
    assert np.argmax(t) == 1
    assert np.array2string(t) == "[2. 3.]"
    assert t.numpy() is t.data
    assert [x.item() for x in t] == row


@carriers
def test_numbers_that_are_asked_for_by_name_are_given(leaf):
    x = leaf(2.0) * 1.0
    losses = []
    total = 0.0
    for _ in range(3):
        losses.append(float(x))
        total += float(x) / 2
    assert losses == [2.0, 2.0, 2.0] == [float(y) for y in (x, x, x)]
    listed, ordered = list(map(float, [x, x])), sorted(map(float, (x, x)))
    mean = sum(map(float, [x, x])) / min(map(float, [x, 3.0]))
    assert listed == ordered == [mean, mean] == [2.0, 2.0]
    assert (total, complex(x), max((x, x), key=lambda y: float(y))) == (3.0, 2.0 + 0.0j, x)
    assert np.float32(x.item()) == np.mean([float(x), float(x)]) == 2.0
    assert np.float64(leaf(2.0).data) == 2.0


def test_plots_are_free():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    curve = Tensor(row, requires_grad=True) * 2.0
    losses = [Value(1.0) * 2.0, Value(2.0) + 1.0]
    figure, axes = pyplot.subplots()
    axes.plot(curve)
    axes.plot(losses)
    axes.plot(list(curve), [1.0, 2.0])
    axes.scatter(curve, curve)
    axes.bar([0, 1], losses)
    axes.hist(curve, bins=2)
    axes.axhline(losses[0])
    axes.imshow(Tensor(np.eye(2), requires_grad=True))
    axes.text(0.0, losses[0], f"{losses[0]:.2f}")
    figure.canvas.draw()
    pyplot.close(figure)


# -- what is not known ------------------------------------------------------------------------------------------


UNKNOWN = {
    "asarray": (lambda t: np.asarray(t), "np.asarray"),
    "array": (lambda t: np.array(t, dtype=np.float32), "np.array"),
    "asanyarray": (lambda t: np.asanyarray(t), "np.asanyarray"),
    "dlpack": (lambda t: np.from_dlpack(t), "np.from_dlpack"),
    "buffer": (lambda t: array.array("d", [t]), "array.array"),
    "ctypes": (lambda t: ctypes.c_double(t), "ctypes.c_double"),
    "map": (lambda t: list(map(math.exp, [t, t])), "list"),
    "key": (lambda t: max([t, t], key=float), "max"),
    "table": (lambda t: of_functions["log"](t), "this line"),
    "attribute": (lambda t: Physics.wave(t), "Physics.wave"),
    "instance": (lambda t: Physics().decay(t), "this line"),
    "statistics": (lambda t: statistics.fmean([t, t]), "statistics"),
}


@pytest.mark.parametrize(("f", "name"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_is_warned_of_at_the_line_of_the_program(f, name):
    t = Tensor(2.0, requires_grad=True) * 1.0
    with pytest.warns(GraphWarning, match=rf"^{name} makes plain numbers .*\.item\(\)") as told:
        f(t)
    assert {warning.filename for warning in told} == {__file__}
    assert {warning.lineno for warning in told} == {f.__code__.co_firstlineno}
    with pytest.raises(
        GraphError, match=f"^inside a function that is being differentiated, {name} would make"
    ):
        grad(lambda x: (f(x), x * x)[1])(2.0)
    with no_grad():
        f(t)
    f(t.detach())


def test_a_place_is_warned_of_once():
    t = Tensor(row, requires_grad=True)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for step in range(5):
            np.asarray(t * step)
        for step in range(5):
            np.asarray(t * step)
    assert len(told) == 2


def library(folder, source):
    """A module that is installed."""
    path = folder / "site-packages" / "somebodys.py"
    names = {"__name__": "somebodys.code", "np": np, "math": math}
    exec(compile(source, str(path), "exec"), names)
    return names


def test_other_libraries_are_warned_of_where_they_are_called(tmp_path):
    theirs = library(
        tmp_path,
        "def asked(x): return float(x)\n"
        "def converted(x): return np.asarray(x) + 1.0\n"
        "def hidden(x): return np.sum([x, x])\n"
        "def computed(x): return math.exp(x)\n"
        "def through(x): return converted(x)\n",
    )
    t = Tensor(2.0, requires_grad=True)
    for name in ("asked", "converted", "hidden", "computed", "through"):
        with pytest.warns(GraphWarning, match="^somebodys makes plain numbers") as told:
            theirs[name](t)
        assert {warning.filename for warning in told} == {__file__}
        with pytest.raises(
            GraphError, match="inside a function that is being differentiated, somebodys would"
        ):
            grad(theirs[name])(2.0)
        with no_grad():
            theirs[name](t)


def test_libraries_that_draw_are_free_whatever_they_call(tmp_path):
    theirs = library(tmp_path, "def point(x): return np.add(np.asarray([x, x], float), math.log(x))\n")
    theirs["__name__"] = "matplotlib.somewhere"
    for x in (Tensor(1.0, requires_grad=True), Value(1.0)):
        assert theirs["point"](x).tolist() == [1.0, 1.0]


# -- where --------------------------------------------------------------------------------------------------------


def test_the_rule_holds_in_every_thread():
    found = {}

    def work(x):
        assert float(x) == 2.0
        for name, f in (("exp", lambda: math.exp(x)), ("sum", lambda: np.sum([x, x], dtype=float))):
            try:
                f()
            except GraphError:
                found[name] = "refused"
        with no_grad():
            found["inside no_grad"] = math.exp(x)

    for x in (Value(2.0), Tensor(2.0, requires_grad=True)):
        found.clear()
        with no_grad():  # of another thread
            thread = threading.Thread(target=work, args=(x,))
            thread.start()
            thread.join()
        assert found == {"exp": "refused", "sum": "refused", "inside no_grad": math.exp(2.0)}


def test_the_rule_holds_where_programs_are_traced_and_names_are_not_where_they_were():
    x = Value(2.0)
    sys.settrace(lambda *_: None)
    try:
        assert float(x) == 2.0
        with pytest.raises(GraphError, match=r"math\.exp"):
            math.exp(x)
    finally:
        sys.settrace(None)
    with pytest.raises(GraphError, match=r"math\.exp"):
        exec("exponential(x)", {"exponential": math.exp}, {"x": x})
    assert eval("float(x)", {"x": x}) == 2.0
    with pytest.warns(GraphWarning):
        eval("float(x)", {"x": x, "float": np.frompyfunc(lambda y: math.fabs(y.data) + y.__float__(), 1, 1)})


def test_what_has_no_place_in_the_source_is_warned_of():
    x = Value(2.0)
    code = compile("float(x), math.exp(x)", "nowhere", "eval")
    code = code.replace(co_linetable=b"") if sys.version_info < (3, 15) else code
    with pytest.warns(GraphWarning, match="^this line makes plain numbers"):
        eval(code, {"x": x, "math": math})
