"""The garbage collector is paused and goes on as it was."""

import gc
import weakref

import pytest

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
