"""Several threads give what one gives, every time the same, and errors come through."""

import os
import signal
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import DomainError, get_num_threads, set_num_threads
from autograd_core.kernels import products, threads

threaded = pytest.mark.skipif(
    sys.platform == "emscripten", reason="in a browser Python starts no threads, and BLAS has one"
)

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(9, 8, 20, 20))
W = RANDOM.normal(size=(16, 8, 3, 3))


@pytest.fixture(autouse=True)
def one_thread_before_and_the_usual_ones_afterwards(monkeypatch):
    monkeypatch.setattr(threads, "WORTHWHILE", 0)
    monkeypatch.setattr(threads, "TINY", 0)
    monkeypatch.setattr(products, "TINY", 0)
    monkeypatch.setattr(products, "WORTHWHILE", 0)
    monkeypatch.setattr(products, "_SMALL_PRODUCT", 100)
    set_num_threads(1)
    yield
    set_num_threads(None)


def gradients(stride=(1, 1), dtype=np.float64):
    x, w = (ac.Tensor(array.astype(dtype), requires_grad=True) for array in (X, W))
    y = ac.convolution(x, w, stride)
    (y * y).sum().backward()
    return y.data, x.grad, w.grad


@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_several_threads_give_what_one_gives_bit_for_bit(count, stride, dtype):
    alone = gradients(stride, dtype)
    set_num_threads(count)
    assert get_num_threads() == count
    together, again = gradients(stride, dtype), gradients(stride, dtype)
    for one, several, second in zip(alone, together, again, strict=True):
        np.testing.assert_array_equal(several, one)
        np.testing.assert_array_equal(several, second)


def test_every_sample_is_worked_on_once():
    set_num_threads(4)
    seen, names = [], set()

    def part(first, last):
        seen.extend(range(first, last))
        names.add(threading.current_thread().name)

    threads.in_parts(10, part, 1)
    assert sorted(seen) == list(range(10))
    assert names <= {threading.current_thread().name, *(f"autograd_core_{i}" for i in range(3))}


@pytest.mark.parametrize("shape", [(33, 40, 50), (2, 3, 4), (0, 3, 4), (5, 7, 40, 30), (1, 400, 300)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_matrix_products_are_shared_out_too(shape, dtype):
    *rows, k, m = shape
    a, b = RANDOM.normal(size=(*rows, k)).astype(dtype), RANDOM.normal(size=(k, m)).astype(dtype)
    alone = a @ b
    rounding = 1000 * np.finfo(dtype).eps
    set_num_threads(3)
    for factor in (b, np.asfortranarray(b)):
        np.testing.assert_allclose(products.matmul(a, factor), alone, rtol=rounding, atol=rounding)
    if len(rows) == 1:
        np.testing.assert_allclose(products.matmul(b.T, a.T), alone.T, rtol=rounding, atol=rounding)


def test_two_vectors_and_stacks_of_matrices_are_multiplied_as_by_numpy():
    set_num_threads(3)
    for left, right in [
        ((9,), (9,)),
        ((4, 9), (9,)),
        ((9,), (9, 4)),
        ((5, 4, 9), (5, 9, 3)),
        ((4, 9), (5, 9, 3)),
    ]:
        a, b = RANDOM.normal(size=left), RANDOM.normal(size=right)
        np.testing.assert_allclose(products.matmul(a, b), a @ b, rtol=1e-12)


TRAINED = {
    "dense": lambda: nn.Sequential(nn.Linear(60, 50), nn.ReLU(), nn.Linear(50, 10)),
    "sigmoid": lambda: nn.Sequential(nn.Linear(60, 40), nn.Sigmoid(), nn.Linear(40, 10)),
    "images": lambda: nn.Sequential(
        *(nn.Unflatten(1, (1, 6, 10)), nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64, 10)),
    ),
}


@pytest.mark.parametrize("name", TRAINED)
def test_a_training_is_the_same_to_rounding_with_any_number_of_threads(name):
    x, labels = RANDOM.normal(size=(64, 60)), RANDOM.integers(0, 10, 64)
    found = []
    for count in (1, 2, 3):
        set_num_threads(count)
        nn.seed(0)
        model = TRAINED[name]()
        optimizer = nn.SGD(model.parameters(), lr=0.1, momentum=0.9)
        for _ in range(20):
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels).backward()
            optimizer.step()
        found.append(np.concatenate([p.data.ravel() for p in model.parameters()]))
    np.testing.assert_allclose(found[1], found[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[2], found[0], rtol=1e-9, atol=1e-12)


def used_by_blas():
    """The threads of NumPy's BLAS; SciPy brings another one, which is not called here."""
    found = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in found if "scipy.libs" not in library["filepath"]}


@pytest.mark.parametrize("count", [1, 2])
def test_blas_uses_one_thread_and_has_its_own_again_when_asked(count):
    set_num_threads(None)
    before = used_by_blas()
    set_num_threads(count)
    assert used_by_blas() == {1}
    set_num_threads(3)
    set_num_threads(None)
    assert used_by_blas() == before


@threaded
def test_the_first_product_that_is_not_tiny_takes_the_threads_of_blas(monkeypatch):
    monkeypatch.setattr(threads, "TINY", 100)
    monkeypatch.setattr(products, "TINY", 100)
    set_num_threads(None)
    a = RANDOM.normal(size=(4, 6))
    with ThreadpoolController().limit(limits=3, user_api="blas"):
        products.matmul(a, a.T)
        assert used_by_blas() == {3}
        products.matmul(a.T, a)
        assert used_by_blas() == {1}
        assert get_num_threads() == 3
        set_num_threads(None)
        assert used_by_blas() == {3}


@pytest.mark.parametrize("usual", [1, pytest.param(3, marks=threaded)])
def test_unless_told_otherwise_a_convolution_uses_as_many_threads_as_blas(usual):
    alone = gradients()
    set_num_threads(None)
    parts, of_blas = set(), set()

    def part(first, last):
        parts.add((first, last))
        of_blas.update(used_by_blas())

    with ThreadpoolController().limit(limits=usual, user_api="blas"):
        assert get_num_threads() == usual
        threads.in_parts(9, part, 1)
        assert parts == ({(0, 1), (1, 3), (3, 4), (4, 6), (6, 7), (7, 9)} if usual == 3 else {(0, 9)})
        assert of_blas == {1}
        assert get_num_threads() == usual
        for one, several in zip(alone, gradients(), strict=True):
            np.testing.assert_array_equal(several, one)
        set_num_threads(None)
        assert used_by_blas() == {usual}


def test_small_work_is_not_shared_out(monkeypatch):
    set_num_threads(4)
    monkeypatch.setattr(threads, "WORTHWHILE", 1000)
    parts = []
    threads.in_parts(4, lambda *part: parts.append(part), 999)
    assert parts == [(0, 4)]


@threaded
def test_two_threads_that_ask_for_the_first_time_at_once_share_the_pool():
    set_num_threads(3)
    found = []
    asking = [threading.Thread(target=lambda: found.append(gradients()[2])) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(found) == 4
    assert get_num_threads() == 3


@threaded
def test_an_error_comes_through_after_all_have_ended():
    set_num_threads(3)
    ended = []

    def part(first, last):
        if first == 0:
            raise ArithmeticError("the first part")
        ended.append(first)

    with pytest.raises(ArithmeticError, match="the first part"):
        threads.in_parts(9, part, 1)
    assert sorted(ended) == [1, 3, 4, 6, 7]
    np.testing.assert_allclose(gradients()[0].shape, (9, 16, 18, 18))  # the threads are there for the next


@threaded
def test_what_the_caller_asked_of_numpy_holds_in_the_threads():
    set_num_threads(2)

    def part(first, last):
        np.array([1.0]) / np.array([0.0])

    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        threads.in_parts(4, part, 1)


@pytest.mark.parametrize("count", [0, -1, 2.0, True, "2"])
def test_a_wrong_number_of_threads_is_refused(count):
    with pytest.raises(DomainError, match="a whole number from 1"):
        set_num_threads(count)
    assert get_num_threads() == 1


def test_a_blas_that_cannot_be_told_is_left_alone(monkeypatch):
    alone = gradients()
    monkeypatch.setattr(threads, "_blas", lambda: (lambda: 1, lambda count: None))
    set_num_threads(None)
    assert get_num_threads() == 1
    set_num_threads(3)
    for one, several in zip(alone, gradients(), strict=True):
        np.testing.assert_allclose(several, one, rtol=1e-12, atol=1e-10)


@threaded
def test_what_no_thread_has_begun_is_done_by_the_one_that_asks():
    """The helper is held up, as where other programs have all cores, until everything else is done."""
    set_num_threads(2)
    done, mine = [], threading.current_thread()
    all_others = threading.Event()

    def part(first, last):
        if threading.current_thread() is not mine:
            assert all_others.wait(60)
        done.append(first)
        if len(done) == 3:
            all_others.set()

    threads.in_parts(8, part, 1)
    assert sorted(done) == [0, 2, 4, 6]


@threaded
def test_a_part_may_share_out_work_itself():
    set_num_threads(2)
    seen = []

    def outer(first, last):
        threads.in_parts(4, lambda a, b: seen.extend((first, i) for i in range(a, b)), 1)

    threads.in_parts(4, outer, 1)
    assert sorted(seen) == [(first, i) for first in range(4) for i in range(4)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")  # that it may is the point
@pytest.mark.parametrize("count", [2, 3])
def test_after_a_fork_the_child_has_threads_of_its_own(count):
    set_num_threads(count)
    wanted = gradients()
    child = os.fork()
    if not child:
        signal.alarm(60)
        same = all(map(np.array_equal, gradients(), wanted)) and get_num_threads() == count
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert all(map(np.array_equal, gradients(), wanted))  # and the parent keeps its own


@pytest.mark.parametrize("started", [0, pytest.param(1, marks=threaded), pytest.param(2, marks=threaded)])
def test_where_threads_cannot_be_started_one_does_all(started, monkeypatch):
    alone = gradients()
    set_num_threads(4)
    start, so_far, refused = threading.Thread.start, [], []

    def refuse(thread):
        if len(so_far) >= started:
            refused.append(thread)
            raise RuntimeError("can't start new thread")
        so_far.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    for one, several in zip(alone, gradients(), strict=True):
        np.testing.assert_array_equal(several, one)
    assert get_num_threads() == (
        1 if refused else 4
    )  # a quick thread may do the work of one that is never asked for
    assert refused or started

    set_num_threads(4)
    seen = []
    threads.in_parts(10, lambda first, last: seen.extend(range(first, last)), 1)
    assert sorted(seen) == list(range(10))
