"""Several threads give what one gives, every time the same, and errors come through."""

import os
import signal
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

import autograd_core as ac
from autograd_core import DomainError, MissingDependencyError, get_num_threads, set_num_threads
from autograd_core.kernels import products, threads

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(9, 8, 20, 20))
W = RANDOM.normal(size=(16, 8, 3, 3))


@pytest.fixture(autouse=True)
def one_thread_afterwards(monkeypatch):
    monkeypatch.setattr(threads, "_WORTHWHILE", 0)
    yield
    set_num_threads(1)


def gradients(stride=(1, 1)):
    x, w = ac.Tensor(X, requires_grad=True), ac.Tensor(W, requires_grad=True)
    y = ac.convolution(x, w, stride)
    (y * y).sum().backward()
    return y.data, x.grad, w.grad


@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2)])
def test_several_threads_give_what_one_gives(count, stride):
    alone = gradients(stride)
    set_num_threads(count)
    assert get_num_threads() == count
    together, again = gradients(stride), gradients(stride)
    for one, several, second in zip(alone, together, again, strict=True):
        np.testing.assert_allclose(several, one, rtol=1e-12, atol=1e-10)
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


def test_blas_uses_one_thread_meanwhile_and_as_many_as_before_afterwards():
    controller = ThreadpoolController()

    def counts():
        return [library["num_threads"] for library in controller.select(user_api="blas").info()]

    before = counts()
    set_num_threads(2)
    assert set(counts()) == {1}
    set_num_threads(3)
    set_num_threads(1)
    assert counts() == before


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


def test_without_threadpoolctl_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(threads, "_blas", None)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'autograd-core\[threads\]'"):
        set_num_threads(2)
    assert get_num_threads() == 1


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


@pytest.mark.parametrize("started", [0, 1, 2])
def test_where_threads_cannot_be_started_one_does_all(started, monkeypatch):
    alone = gradients()
    set_num_threads(4)
    start, so_far = threading.Thread.start, []

    def refuse(thread):
        if len(so_far) >= started:
            raise RuntimeError("can't start new thread")
        so_far.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    for one, several in zip(alone, gradients(), strict=True):
        np.testing.assert_allclose(several, one, rtol=1e-12, atol=1e-10)
    assert get_num_threads() == 1

    set_num_threads(4)
    seen = []
    threads.in_parts(10, lambda first, last: seen.extend(range(first, last)), 1)
    assert sorted(seen) == list(range(10))
