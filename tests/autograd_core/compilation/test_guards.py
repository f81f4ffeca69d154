"""Nothing is frozen in silence: each test changes something under a program that is running."""

import os
import random
import threading
import time
import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd_core as ac
import nn
from autograd_core import Tensor, Value, compile
from autograd_core.errors import CompilationError, CompilationWarning
from nn import functional as F

SCALE = 2.0
WEIGHTS = np.array([1.0, 2.0])
FACTORS = [1.0, 2.0]
X = np.array([1.0, -2.0])


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error", CompilationWarning)
        yield


def assert_same(compiled, function, *arguments):
    found, wanted = compiled(*arguments), function(*arguments)
    assert_allclose(getattr(found, "data", found), getattr(wanted, "data", wanted))


# -- arguments --------------------------------------------------------------------------------------------


def test_shapes_dtypes_and_kinds_of_arguments():
    def f(x, factor=2.0, how="sum"):
        return factor * getattr(x, how)()

    compiled = compile(f)
    arguments = [
        (X,), (np.ones(3),), (X.astype(np.float32),), (Tensor(X),), (np.arange(3),), (X, 3.0), (X, 3.0, "max"),
    ]  # fmt: skip
    for given in arguments:
        assert_same(compiled, f, *given)
        assert compiled(*given).dtype == f(*given).dtype
    assert compiled.recordings == len(arguments)


def test_floats_that_change_become_inputs():
    def f(x, rate, factor=0.5):
        x = x - rate * factor * x
        return x if rate > 0.1 else -x

    compiled = compile(f)
    x = X.astype(np.float32)
    for k in range(30):
        found = compiled(x, k / 100)
        assert found.dtype == np.float32
        assert_allclose(found, f(x, k / 100))
    assert compiled.recordings <= 11


def test_floats_that_have_to_be_numbers_stay_that():
    def f(x, p):
        return F.dropout(Tensor(x), p, training=False) * round(p, 2)

    compiled = compile(f)
    for k in range(12):
        assert_same(compiled, f, X, k / 100)
    assert compiled.recordings == 12


def test_two_arguments_may_be_one():
    def f(x, y):
        x = Tensor(x, requires_grad=True)
        return x * y

    compiled = compile(f)
    for given in ((X, X), (X, 2 * X), (X, X)):
        assert_same(compiled, f, *given)
    assert compiled.recordings == 2


def test_nested_arguments():
    def f(batch, *, options):
        return batch["x"] * options[0] + batch["more"][0]

    compiled = compile(f)
    for scale in (1.0, 3.0):
        batch = {"x": scale * X, "more": (X,)}
        found = compiled(batch, options=[2, None])
        assert_allclose(found, f(batch, options=[2, None]))
    assert compiled.recordings == 1


def test_the_default_dtype_and_no_grad():
    def f(x):
        y = Tensor([1.0, 2.0]) * x
        return y, y.requires_grad

    compiled = compile(f)
    x = Tensor(X.astype(np.float32), requires_grad=True)
    assert compiled(x)[1]
    with ac.no_grad():
        assert not compiled(x)[1]
    try:
        ac.set_default_dtype(np.float32)
        assert compiled(x)[0].dtype == np.float32
    finally:
        ac.set_default_dtype(np.float64)
    assert compiled(x)[0].dtype == np.float64


# -- branches ---------------------------------------------------------------------------------------------


def test_each_way_through_a_function_is_a_program():
    def f(x):
        if x.sum() > 0:
            return x * 2
        if (x < -10).any():
            return x * 0
        return -x

    compiled = compile(f)
    for x in (X + 5, X, X - 20, X + 7, X - 1, X - 30):
        assert_same(compiled, f, x)
    assert compiled.recordings == 3


def test_a_loop_of_as_many_rounds_as_numbers_say():
    def f(x):
        rounds = 0
        while np.linalg.norm(x) > 1:
            x, rounds = x / 2, rounds + 1
        return x, rounds

    compiled = compile(f)
    for x in (X, 10 * X, 3 * X, 0.1 * X):
        found, wanted = compiled(x), f(x)
        assert_allclose(found[0], wanted[0])
        assert found[1] == wanted[1]


def test_a_mask_decides_about_a_shape():
    compiled = compile(lambda x: x[x > 0] * 2)
    assert compiled(np.array([1.0, -1.0, 2.0])).tolist() == [2.0, 4.0]
    assert compiled(np.array([-1.0, 5.0, 2.0])).tolist() == [10.0, 4.0]
    assert compiled(np.array([-1.0, -5.0, 2.0])).tolist() == [4.0]
    assert compiled.recordings == 2


# -- what is read beside the arguments --------------------------------------------------------------------


def test_a_global_number(monkeypatch):
    def f(x):
        return x * SCALE

    compiled = compile(f)
    assert_same(compiled, f, X)
    monkeypatch.setitem(f.__globals__, "SCALE", 7.0)
    assert_same(compiled, f, X)
    monkeypatch.setitem(f.__globals__, "SCALE", 2.0)
    assert_same(compiled, f, X)
    assert compiled.recordings == 2


def test_a_global_of_a_function_that_is_called(monkeypatch):
    def scaled(x):
        return x * SCALE

    def f(x):
        return scaled(x) + 1

    compiled = compile(f)
    assert_same(compiled, f, X)
    monkeypatch.setitem(f.__globals__, "SCALE", 7.0)
    assert_same(compiled, f, X)


def test_a_variable_of_the_function_around_it():
    factor = 2.0

    def f(x):
        return x * factor

    compiled = compile(f)
    for factor in (2.0, 3.0, 4.0):  # noqa: B007  it is read
        assert_same(compiled, f, X)
    assert compiled.recordings == 3


def test_a_variable_of_the_function_around_one_that_is_called():
    factor = 2.0

    def scaled(x):
        return x * factor

    functions = [scaled]
    compiled = compile(lambda x: functions[0](x) + 1)
    for factor in (2.0, 3.0):
        assert_allclose(compiled(X), X * factor + 1)


def test_an_attribute_that_is_read():
    class Penalty:
        strength = 0.5

        def __init__(self):
            self.inner = [self]

        def of(self, x):
            return self.strength * x

    penalty = Penalty()
    compiled = compile(lambda x: penalty.inner[0].of(x))
    assert compiled(X).tolist() == (0.5 * X).tolist()
    penalty.strength = 3.0
    assert compiled(X).tolist() == (3 * X).tolist()
    penalty.unrelated = 1
    assert compiled(X).tolist() == (3 * X).tolist()
    assert compiled.recordings == 2
    del penalty.strength
    assert compiled(X).tolist() == (0.5 * X).tolist()


def test_a_slot_and_an_attribute_behind_a_property():
    class Penalty:
        __slots__ = ("_strength",)

        @property
        def strength(self):
            return self._strength

    penalty = Penalty()
    compiled = compile(lambda x: penalty.strength * x)
    for penalty._strength in (1.0, 2.0):
        assert compiled(X).tolist() == (penalty._strength * X).tolist()


def test_a_list_and_a_dictionary():
    options = {"scale": 2.0, "deep": {"shift": [1.0]}}
    compiled = compile(lambda x: x * options["scale"] + options["deep"]["shift"][0])
    for options["scale"], options["deep"]["shift"][0] in ((2.0, 1.0), (3.0, 1.0), (3.0, 5.0)):
        assert compiled(X).tolist() == (X * options["scale"] + options["deep"]["shift"][0]).tolist()
    assert compiled.recordings == 3


def test_a_plain_array_is_asked_for_its_numbers():
    weights = np.array([1.0, 2.0])
    compiled = compile(lambda x: (x * weights).sum() + (weights**2).max())
    for weights[0] in (1.0, 5.0):
        assert_allclose(compiled(X), (X * weights).sum() + (weights**2).max())


def test_a_tensor_is_read_anew_at_every_run_and_may_be_replaced():
    w = Tensor([1.0, 2.0], requires_grad=True)
    compiled = compile(lambda x: (w * x).sum())
    assert compiled(X).item() == -3.0
    w.data[0] = 10.0
    assert compiled(X).item() == 6.0
    assert compiled.recordings == 1
    w.data = np.array([0.0, 1.0])
    assert compiled(X).item() == -2.0
    w.data = np.ones(1)
    assert compiled(X).item() == -1.0


def test_a_value():
    w = Value(2.0)
    compiled = compile(lambda x: x * w.data)
    for w.data in (2.0, 3.0):
        assert compiled(X).tolist() == (X * w.data).tolist()


def test_a_parameter_that_is_frozen_and_thawed():
    model = nn.Linear(2, 1)

    def f(x):
        model.zero_grad()
        model(x).sum().backward()
        return model.weight.grad

    compiled = compile(f)
    x = X.reshape(1, 2)
    assert compiled(x) is not None
    model.weight.requires_grad = False
    assert compiled(x) is None
    model.weight.requires_grad = True
    assert_allclose(compiled(x), x)


# -- modules ----------------------------------------------------------------------------------------------


def test_training_and_evaluation():
    model = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(2))
    compiled = compile(model)
    x = np.random.default_rng(0).normal(size=(8, 2))
    for mode in (True, False, True, False):
        model.train(mode)
        nn.seed(0)
        found = compiled(x)
        before = model.state_dict()
        nn.seed(0)
        if not mode:
            assert_allclose(found.data, model(x).data)
        assert model.state_dict().keys() == before.keys()
    assert compiled.recordings == 2
    assert model[1].num_batches_tracked.item() == 2


def test_an_option_of_a_layer():
    model = nn.Sequential(nn.LeakyReLU(0.1))
    compiled = compile(model)
    assert_same(compiled, model, X)
    model[0].negative_slope = 0.5
    assert_same(compiled, model, X)


def test_a_hook_that_comes_and_goes():
    model = nn.Sequential(nn.Linear(2, 2))
    compiled = compile(model)
    x = X.reshape(1, 2)
    assert_same(compiled, model, x)
    handle = model[0].register_forward_hook(lambda module, inputs, output: 10 * output)
    assert_same(compiled, model, x)
    handle.remove()
    assert_same(compiled, model, x)


def test_a_hook_of_a_tensor():
    w = Tensor([1.0, 2.0], requires_grad=True)

    def slope(x):
        w.grad = None
        (w * x).sum().backward()
        return w.grad

    compiled = compile(slope)
    assert compiled(X).tolist() == [1.0, -2.0]
    handle = w.register_hook(lambda gradient: 10 * gradient)
    assert compiled(X).tolist() == [10.0, -20.0]
    handle.remove()
    assert compiled(X).tolist() == [1.0, -2.0]


def test_layers_that_are_put_in_and_taken_out():
    model = nn.Sequential(nn.Linear(2, 2))
    compiled = compile(model)
    x = X.reshape(1, 2)
    assert_same(compiled, model, x)
    model.append(nn.Tanh())
    assert_same(compiled, model, x)
    del model[1]
    assert_same(compiled, model, x)


# -- what happens to the outside --------------------------------------------------------------------------


def step_of(model, optimizer):
    def step(x, y):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def a_model():
    nn.seed(0)
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    return model, nn.SGD(model.parameters(), lr=0.1, momentum=0.9)


def a_batch(seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(5, 2)), random.integers(0, 3, 5)


def test_a_wrong_label_gives_its_error_and_leaves_everything_as_it_was():
    model, optimizer = a_model()
    compiled = compile(step_of(model, optimizer))
    x, y = a_batch()
    for first in (True, False):
        before = model.state_dict()
        with pytest.raises(ac.IndexRangeError, match="label 7 at position 2"):
            compiled(x, np.where(np.arange(5) == 2, 7, y))
        for path, array in model.state_dict().items():
            if "running" not in path and "tracked" not in path:
                assert (array == before[path]).all(), path
        if first:
            compiled(x, y)
    compiled(x, y)
    assert compiled.recordings == 1


def test_a_loss_that_is_not_finite_is_left_to_the_function_itself():
    model, optimizer = a_model()
    compiled = compile(step_of(model, optimizer))
    x, y = a_batch()
    compiled(x, y)
    with np.errstate(all="ignore"):
        assert not np.isfinite(compiled(x * np.nan, y).item())
    assert compiled.recordings == 1


def test_data_of_a_parameter_that_is_replaced_between_steps():
    model, optimizer = a_model()
    other, its = a_model()
    step, compiled = step_of(model, optimizer), compile(step_of(other, its))
    for i in range(4):
        if i == 2:
            for m in (model, other):
                m[0].weight.data = np.ones((4, 2))
        assert_allclose(compiled(*a_batch(i)).item(), step(*a_batch(i)).item(), rtol=1e-9)


def test_a_state_that_is_loaded_between_steps():
    model, optimizer = a_model()
    other, its = a_model()
    step, compiled = step_of(model, optimizer), compile(step_of(other, its))
    states = []
    for i in range(6):
        if i == 3:
            for m, o, (kept, state) in zip((model, other), (optimizer, its), states, strict=True):
                m.load_state_dict(kept)
                o.load_state_dict(state)
        assert_allclose(compiled(*a_batch(i)).item(), step(*a_batch(i)).item(), rtol=1e-9)
        if i == 0:
            states = [(m.state_dict(), o.state_dict()) for m, o in ((model, optimizer), (other, its))]


# -- what cannot be compiled -------------------------------------------------------------------------------


def counting_steps(counted):
    def f(x):
        counted.append(1)
        return x

    return f


def printing(x):
    return f"{x}"


REFUSED = {
    "float": lambda x: x * float(x.sum()),
    "item": lambda x: x * Tensor(x).sum().item(),
    "tolist": lambda x: x * sum(Tensor(x).tolist()),
    "a plain array at traced places": lambda x: WEIGHTS[(x > 0).astype(int)],
    "written into a plain array": lambda x: np.add(x, 1, out=np.empty(2)),
    "text": printing,
    "random": lambda x: x * random.random(),
    "numpy's random": lambda x: x * np.random.rand(2),  # noqa: NPY002
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_compiled_runs_as_it_is_and_says_so_once(name):
    f = REFUSED[name]
    compiled = compile(f)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    with pytest.warns(CompilationWarning) as told:
        found = compiled(X)
    assert len(told) == 1
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    np.testing.assert_equal(found, f(X))
    compiled(X)
    with pytest.raises(CompilationError, match="has no program"):
        compiled.explain()


def test_an_iterator_is_not_frozen():
    batches = iter([X, 2 * X, 3 * X])
    compiled = compile(lambda: next(batches) * 1)
    with pytest.warns(CompilationWarning, match="'batches', an iterator"):
        assert compiled().tolist() == X.tolist()
    assert compiled().tolist() == (2 * X).tolist()


def test_the_clock_is_not_frozen():
    compiled = compile(lambda x: x * time.perf_counter())
    with pytest.warns(CompilationWarning, match="'time'"):
        compiled(X)


def test_what_was_kept_of_a_recorded_run_is_refused_when_it_is_used():
    holder = Counter()

    def f(x):
        y = Tensor(x) * 2
        setattr(holder, "last", y)  # noqa: B010  which is not seen
        return y

    compile(f)(X)
    with pytest.raises(CompilationError, match="has been kept since"):
        holder.last + 1


def test_the_line_is_named():
    def f(x):
        y = x * 2
        return y * float(y.sum())

    with pytest.warns(
        CompilationWarning, match=r"(?s)Python number.*test_guards\.py.*y \* float\(y\.sum\(\)\)"
    ):
        compile(f)(X)


class Counter:
    def __init__(self):
        self.count, self.seen = 0, []

    def step(self, x):
        self.count += 1
        return x

    def remember(self, x):
        self.seen.append(1)
        return x

    def keep(self, x):
        self.last = x
        return x


@pytest.mark.parametrize("method", ["step", "remember", "keep"])
def test_a_function_that_changes_what_it_reads_is_not_compiled_and_its_change_is_made_once(method):
    counter = Counter()
    compiled = compile(getattr(counter, method))
    with pytest.warns(CompilationWarning, match="changes"):
        compiled(X)
    assert (counter.count, counter.seen) == {"step": (1, []), "remember": (0, [1]), "keep": (0, [])}[method]
    compiled(X)
    assert (counter.count, counter.seen) == {"step": (2, []), "remember": (0, [1, 1]), "keep": (0, [])}[
        method
    ]


def test_a_generator_of_ones_own_is_not_frozen():
    generator = np.random.default_rng(0)
    compiled = compile(lambda x: x * generator.random(2))
    with pytest.warns(CompilationWarning, match="generator"):
        first = compiled(X)
    again = np.random.default_rng(0)
    assert_allclose(first, X * again.random(2))
    assert_allclose(compiled(X), X * again.random(2))


def test_a_buffer_that_changes_past_the_recording_is_not_frozen():
    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("seen", np.zeros(()))

        def forward(self, x):
            self.seen._raw[...] += 1
            return x * 1.0

    model = Counting()
    compiled = compile(model)
    with pytest.warns(CompilationWarning, match="'seen' of a Counting"):
        compiled(X)
    compiled(X)


def test_a_failed_recording_leaves_nothing_behind():
    model, optimizer = a_model()
    other, its = a_model()
    steps = [step_of(model, optimizer), step_of(other, its)]

    def logged(step):
        def with_a_number(x, y):
            loss = step(x, y)
            return float(F.dropout(loss, 0.5).item())

        return with_a_number

    compiled, plain = compile(logged(steps[0])), logged(steps[1])
    nn.seed(1)
    with pytest.warns(CompilationWarning, match="Python number"):
        found = compiled(*a_batch())
    nn.seed(1)
    assert_allclose(found, plain(*a_batch()))
    for (path, x), y in zip(model._state().items(), other._state().values(), strict=True):
        assert (x.data == y.data).all(), path
    assert optimizer.steps_taken == its.steps_taken == 1


def test_a_parameter_is_not_read_after_the_step_that_moves_it():
    model, optimizer = a_model()
    step = step_of(model, optimizer)
    compiled = compile(lambda x, y: (step(x, y), model[0].weight * 1))
    with pytest.warns(CompilationWarning, match=r"after optimizer\.step"):
        compiled(*a_batch())


def test_what_changes_at_each_call_is_given_up():
    count = 0

    def f(x):
        return x * count

    compiled = compile(f)
    for count in range(32):
        assert compiled(X).tolist() == (X * count).tolist()
    count = 100
    with pytest.warns(CompilationWarning, match="recorded 32 times"):
        assert compiled(X).tolist() == (X * count).tolist()


# -- threads and processes ----------------------------------------------------------------------------------


def test_several_threads_may_call_one_program():
    compiled = compile(lambda x: (np.exp(x) * 2).sum(axis=0))
    wrong = []

    def work(number):
        for k in range(20):
            x = np.full((30, 4), number + k / 100)
            if not np.allclose(compiled(x), (np.exp(x) * 2).sum(axis=0)):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert compiled.recordings == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_process_that_was_forked_inside_of_a_program_can_run_it():
    compiled = compile(lambda x: x * 2)
    compiled(X)
    held, go_on = threading.Event(), threading.Event()

    def hold():
        with compiled._lock:
            held.set()
            go_on.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of forking beside threads
        child = os.fork()
    if not child:
        os._exit(0 if compiled(X).tolist() == [2.0, -4.0] else 1)
    _, status = os.waitpid(child, 0)
    go_on.set()
    thread.join()
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_mistake_is_told_as_the_function_tells_it_and_nothing_else():
    @compile
    def f(x):
        return x.tnah()

    with pytest.raises(AttributeError, match="tnah") as raised:
        f(np.ones(2))
    assert raised.value.__context__ is None
    assert "Traced" not in str(raised.value)
