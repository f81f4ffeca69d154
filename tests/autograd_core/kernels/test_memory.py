"""The garbage collector is paused and goes on as it was."""

import gc
import weakref

import pytest

import autograd_core as ac
from autograd_core import Value, pause_gc


def test_it_is_off_inside_and_as_before_afterwards():
    for before in (True, False):
        (gc.enable if before else gc.disable)()
        with pause_gc():
            assert not gc.isenabled()
            with pause_gc():
                assert not gc.isenabled()
            assert not gc.isenabled()
        assert gc.isenabled() is before
    gc.enable()


def test_it_goes_on_after_an_error():
    with pytest.raises(ZeroDivisionError), pause_gc():
        1 / 0  # noqa: B018
    assert gc.isenabled()


class Marked(Value):
    __slots__ = ("__weakref__",)


def test_a_graph_is_freed_without_the_collector():
    with pause_gc():
        leaf = Marked(1.0)
        freed = weakref.ref(leaf)
        y = leaf * 2.0 + leaf
        y.backward()
        del leaf, y
        assert freed() is None


@pytest.mark.parametrize("make", [lambda: ac.Value(2.0), lambda: ac.Tensor([2.0], requires_grad=True)])
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_graph_has_no_cycle_but_that_of_a_recorded_gradient_which_ends_with_it(make, create_graph):
    with ac.pause_gc():
        x = make()
        y = (x * x * x).sum() if isinstance(x, ac.Tensor) else x * x * x
        y.backward(create_graph=create_graph)
        count = len(gc.get_objects())
        for _ in range(20):
            again = make()
            y = (again * again * again).sum() if isinstance(again, ac.Tensor) else again * again * again
            y.backward(create_graph=create_graph)
            again.grad = None
        assert len(gc.get_objects()) < count + 200
