"""Several threads give what one gives, every time the same, and errors come through."""

import os
import signal
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

import autograd_core as ac
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
    monkeypatch.setattr(threads, "_WORTHWHILE", 0)
    monkeypatch.setattr(threads, "_OF_BLAS", 0)
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


@pytest.mark.parametrize("shape", [(33, 40, 50), (2, 3, 4), (0, 3, 4)])
def test_matrix_products_are_shared_out_too(shape):
    n, k, m = shape
    a, b = RANDOM.normal(size=(n, k)), RANDOM.normal(size=(k, m))
    alone = products.matmul(a, b)
    set_num_threads(3)
    np.testing.assert_allclose(products.matmul(a, b), alone, rtol=1e-12)
    np.testing.assert_allclose(products.matmul(b.T, a.T), alone.T, rtol=1e-12)


def used_by_blas():
    """The threads of NumPy's BLAS; SciPy brings another one, which is not called here."""
    found = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in found if "scipy.libs" not in library["filepath"]}


def test_blas_uses_one_thread_meanwhile_and_as_many_as_before_afterwards():
    before = used_by_blas()
    set_num_threads(2)
    assert used_by_blas() == {1}
    set_num_threads(3)
    set_num_threads(1)
    assert used_by_blas() == before


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
        assert parts == ({(0, 3), (3, 6), (6, 9)} if usual == 3 else {(0, 9)})
        assert of_blas == {1}
        assert get_num_threads() == usual
        for one, several in zip(alone, gradients(), strict=True):
            np.testing.assert_array_equal(several, one)
        set_num_threads(None)
        assert used_by_blas() == {usual}


@threaded
def test_work_that_is_not_shared_out_takes_one_thread_of_blas_while_it_lasts(monkeypatch):
    monkeypatch.setattr(threads, "_WORTHWHILE", 1000)
    set_num_threads(None)
    found = []

    def part(first, last):
        found.append((first, last, used_by_blas()))
        raise ArithmeticError

    with ThreadpoolController().limit(limits=2, user_api="blas"):
        with pytest.raises(ArithmeticError):
            threads.in_parts(4, part, 999)
        assert found == [(0, 4, {1})]
        assert used_by_blas() == {2}


def test_small_work_is_not_shared_out(monkeypatch):
    set_num_threads(4)
    monkeypatch.setattr(threads, "_WORTHWHILE", 1000)
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
    assert sorted(ended) == [3, 6]
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
def test_matrix_products_are_shared_out_once_there_are_threads_for_a_convolution(monkeypatch):
    set_num_threads(None)
    a, b = RANDOM.normal(size=(64, 60)), RANDOM.normal(size=(60, 50))
    counts = []
    monkeypatch.setattr(
        products, "in_parts", lambda count, part, work: counts.append(count) or part(0, count)
    )
    alone = products.matmul(a, b)
    assert not counts
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        gradients()
    np.testing.assert_allclose(products.matmul(a, b), alone, rtol=1e-12)
    assert counts == [64]


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
