"""Recording and sweeping: order, sums over paths, scale, contexts, and nothing left behind."""

import asyncio
import copy
import gc
import math
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import (
    GraphError,
    Tensor,
    Value,
    ancestors,
    is_recording,
    no_grad,
    scope,
    sweep,
)
from autograd_core.sweeping import reverse_topological

CARRIERS = [Value, lambda x: Tensor(x, requires_grad=True)]


@pytest.fixture(params=CARRIERS, ids=["Value", "Tensor"], name="leaf")
def make_leaf(request):
    return request.param


def test_a_node_used_twice_in_one_product_gets_both_shares(leaf):
    a = leaf(3.0)
    (a * a).backward()
    assert float(a.grad) == 6.0


def test_gradients_add_over_the_paths_of_a_diamond(leaf):
    x = leaf(2.0)
    a, b = x * 3.0, x * x
    (a * b).backward()
    assert float(x.grad) == 3 * 3 * 2.0**2


def test_a_node_used_ten_thousand_times_collects_them_all(leaf):
    x = leaf(1.0)
    total = x
    for _ in range(9_999):
        total = total + x
    total.backward()
    assert float(x.grad) == 10_000


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [("x * (x * x)", 27.0), ("(x * x) * x", 27.0), ("ac.exp(x) * x - x", 4 * math.exp(3) - 1)],
)
@pytest.mark.parametrize("carrier", ["Value(3.0)", "Tensor(3.0, requires_grad=True)"])
def test_the_first_operation_of_a_program_comes_after_its_leaves(carrier, formula, wanted):
    program = f"""
import autograd_core as ac
from autograd_core import Tensor, Value
x = {carrier}
({formula}).backward()
print(float(ac.sum(x.grad)))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(run.stdout) == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("operations", [10_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_long_chain_is_built_swept_printed_copied_and_freed_without_recursion(leaf, operations):
    x = leaf(1.0)
    y = x
    for _ in range(operations // 2):
        y = (y + 1.0) * 1.0
    y.backward()
    assert float(x.grad) == 1.0
    assert "op=multiply" in repr(y)
    duplicate = copy.deepcopy(y)
    assert duplicate.data == y.data
    del y, duplicate


def test_backward_twice_adds_exactly_twice():
    x = Value(3.0)
    middle = x * x
    y = middle * 2.0
    for times in (1, 2, 3):
        y.backward()
        assert (x.grad, middle.grad, y.grad) == (12.0 * times, 2.0 * times, 1.0 * times)
    t = Tensor([1.0, 2.0], requires_grad=True)
    loss = (t * t).sum()
    loss.backward()
    loss.backward()
    assert t.grad.tolist() == [4.0, 8.0]


def test_two_losses_share_a_graph_and_their_gradients_add():
    x = Value(2.0)
    shared = x * x
    first, second = shared * 3.0, shared + x
    first.backward()
    second.backward()
    assert x.grad == 3 * 4 + 5
    assert shared.grad == 4.0


def test_zero_grad_starts_anew(leaf):
    x = leaf(2.0)
    y = x * x
    y.backward()
    x.zero_grad()
    y.backward()
    assert float(x.grad) == 4.0


@st.composite
def expressions(draw):
    """Operations to apply, each naming two earlier results, on two leaves."""
    count = draw(st.integers(1, 25))
    kinds = st.sampled_from(["add", "subtract", "multiply", "tanh", "sin"])
    return [(draw(kinds), draw(st.integers(0, i + 1)), draw(st.integers(0, i + 1))) for i in range(count)]


def evaluate(plan, leaves):
    made = list(leaves)
    for kind, i, j in plan:
        function = getattr(ac, kind)
        made.append(function(made[i]) if kind in ("tanh", "sin") else function(made[i], made[j]))
    return made


@given(expressions())
def test_a_node_comes_after_all_of_its_uses_in_the_reverse_order(plan):
    for carrier in CARRIERS:
        root = evaluate(plan, [carrier(0.3), carrier(-0.7)])[-1]
        order = reverse_topological([root])
        place = {id(node): i for i, node in enumerate(order)}
        assert all(place[id(node)] < place[id(x)] for node in order for x in node.parents)
        assert [id(node) for node in ancestors([root])] == [id(node) for node in order[::-1]]


@given(expressions())
def test_gradients_of_random_graphs_agree_with_forward_mode_and_between_the_carriers(plan):
    def f(a, b):
        return evaluate(plan, [a, b])[-1]

    primals = (0.3, -0.7)
    gradient = ac.grad(f, argnums=(0, 1))(*primals)
    forward = [ac.jvp(f, primals, unit)[1] for unit in ((1.0, 0.0), (0.0, 1.0))]
    assert gradient == pytest.approx(forward, rel=1e-9, abs=1e-12)
    a, b = Value(primals[0]), Value(primals[1])
    f(a, b).backward()
    assert (a.grad, b.grad) == pytest.approx(gradient, rel=1e-9, abs=1e-12)


def test_the_sweep_yields_each_node_once_with_its_complete_cotangent():
    x = Value(2.0, label="x")
    y = x * x + x
    y.label = "y"
    seen = [(node.label or node.op.name, cotangent) for node, cotangent in sweep([y], [1.0])]
    assert seen[0] == ("y", 1.0)
    assert seen[-1] == ("x", 5.0)
    assert len(seen) == 3


def test_the_sweep_can_be_told_where_to_go():
    x, w = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    middle = x * 5.0
    y = middle * w
    swept = {id(node) for node, _ in sweep([y], [np.ones(())], toward=[middle])}
    assert swept == {id(y), id(middle)}


def test_derivatives_of_derivatives_are_recorded(leaf):
    x = leaf(2.0)
    y = x**4
    expected = [4 * 8.0, 12 * 4.0, 24 * 2.0]
    for value in expected:
        x.zero_grad()
        y.backward(create_graph=True)
        y = x.grad
        assert float(y) == pytest.approx(value)


def test_gradients_never_share_memory_with_each_other_or_with_the_seed():
    x, y = Tensor(np.ones(3), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    seed = np.ones(3)
    (x + y).backward(seed)
    x.grad *= 100
    assert y.grad.tolist() == [1, 1, 1]
    assert seed.tolist() == [1, 1, 1]
    x.sum().backward()
    x.grad[0] = 5.0
    assert x.grad.flags.writeable


def test_a_retained_gradient_of_a_node_on_the_way_is_its_own_array():
    x = Tensor(np.ones(3), requires_grad=True)
    middle = (x + 0.0).retain_grad()
    (middle + 0.0).sum().backward()
    middle.grad *= 7
    assert x.grad.tolist() == [1, 1, 1]


def test_an_interrupted_sweep_leaves_a_graph_that_sweeps_rightly():
    class Interrupt:
        """A gradient that refuses to be added to, as if Ctrl-C arrived here."""

        def __radd__(self, other):
            raise KeyboardInterrupt

        __add__ = __radd__

    x, z = Value(2.0), Value(5.0)
    a = x * 3.0
    y = (a + z) * a
    z.grad = Interrupt()
    with pytest.raises(KeyboardInterrupt):
        y.backward()
    for node in (x, z, a, y):
        node.grad = 0.0
    for node in ancestors([y]):
        node.grad = 0.0
    y.backward()
    assert x.grad == 3 * (6 + 5) + 6 * 3


def test_no_grad_records_nothing_nests_and_ends_with_an_exception(leaf):
    x = leaf(2.0)
    with no_grad():
        assert (x * x).op is None
        with no_grad():
            assert not is_recording()
        assert not is_recording()
    assert (x * x).op is not None

    def fail():
        with no_grad():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert is_recording()


def test_no_grad_decorates_a_function():
    @no_grad()
    def double(x):
        return x * 2

    x = Tensor(1.0, requires_grad=True)
    assert [double(x).requires_grad, double(x).requires_grad, (x * 2).requires_grad] == [False, False, True]


def test_no_grad_concerns_its_own_thread_and_its_own_task():
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append(is_recording()))
        thread.start()
        thread.join()
    assert seen == [True]

    async def quiet():
        with no_grad():
            await asyncio.sleep(0)
            return is_recording()

    async def loud():
        await asyncio.sleep(0)
        return is_recording()

    async def both():
        return await asyncio.gather(quiet(), loud(), quiet())

    assert asyncio.run(both()) == [False, True, False]


def test_threads_that_share_parameters_sweep_their_own_graphs_rightly():
    w = Value(3.0)
    gradients = {}

    def work(number):
        x = Value(float(number))
        y = x
        for _ in range(2_000):
            y = y * 1.0 + w * 0.0
        y.backward()
        gradients[number] = x.grad

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gradients == dict.fromkeys(range(8), 1.0)


def test_scopes_nest_and_the_backward_pass_is_recorded_in_the_scope_of_the_forward_pass(leaf):
    x = leaf(2.0)
    with scope("net"), scope("layer"):
        y = x**3
    assert y.scope == ("net", "layer")
    assert (y * 2).scope == ()
    y.backward(create_graph=True)
    made = [node for node in ancestors([x.grad]) if node.op is not None and node is not y]
    assert made
    assert all(node.scope == ("net", "layer") for node in made)


def test_detach_cuts_the_graph(leaf):
    x = leaf(3.0)
    (x * x.detach()).backward()
    assert float(x.grad) == 3.0


def test_a_graph_leaves_no_garbage_behind(leaf):
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)  # whatever the collector finds; other threads may leave something, too
    try:
        x = leaf(2.0)
        y = ((x * x).tanh() + x.exp()) * x
        y.backward()
        del x, y
        gc.collect()
        assert not [found for found in gc.garbage if type(found).__module__.startswith("autograd_core")]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_a_value_meets_a_tensor_in_one_graph():
    v = Value(2.0)
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    ((v * v) * t + v).sum().backward()
    assert v.grad == 2 * 2 * 6 + 3
    assert type(v.grad) is float
    assert t.grad.tolist() == [4, 4, 4]
    v.zero_grad()
    (t * (v * 3.0)).sum().backward(create_graph=True)
    assert float(v.grad) == 18.0


def test_values_are_joined_into_a_tensor_by_stack():
    values = [Value(1.0), Value(2.0), Value(3.0)]
    ac.stack(values).square().sum().backward()
    assert [v.grad for v in values] == [2, 4, 6]


def test_an_array_times_a_value_is_an_array_of_values():
    v = Value(2.0)
    for product in (np.array([1.0, 2.0]) * v, v * np.array([1.0, 2.0])):
        assert product.dtype == object
        product.sum().backward()
    assert v.grad == 6.0
    assert isinstance(np.float64(3.0) * v, Value)
    assert (np.float32(3.0) * v).data == 6.0


def test_copies_of_a_graph_are_independent(leaf):
    x = leaf(2.0)
    y = x * x
    twin = copy.deepcopy([x, y])
    twin[1].backward()
    assert float(twin[0].grad) == 4.0
    assert x.grad is None or x.grad == 0.0
    assert copy.copy(y).inputs == y.inputs


def test_leaves_are_pickled_and_results_of_computations_are_not(leaf):
    x = leaf(2.0)
    x.label = "x"
    restored = pickle.loads(pickle.dumps(x))
    assert (float(restored), restored.label, restored.requires_grad) == (2.0, "x", True)
    with pytest.raises(GraphError, match=r"only leaves can be pickled: use \.detach\(\)"):
        pickle.dumps(x * 2)


@pytest.mark.parametrize("carrier", [Value, lambda x: Tensor(x, requires_grad=True)])
def test_a_node_knows_the_order_of_the_derivative_that_it_helps_to_compute(carrier):
    x = carrier(2.0)
    with scope("layer"):
        y = x**4
    y.backward(create_graph=True)
    first = x.grad
    x.zero_grad()
    first.backward(create_graph=True)
    assert (x.order, y.order, first.order, x.grad.order) == (0, 0, 1, 2)
    assert first.scope == ("layer",)
