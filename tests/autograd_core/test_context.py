"""What is in force belongs to a block: it ends with the block, in whatever order and by whatever it ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import random
import signal
import sys
import threading

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, grad, is_recording, no_grad, scope
from autograd_core.context import entered
from tests.fuzzing import amount_and_seed

CARRIERS = [lambda: Value(2.0), lambda: Tensor([1.0, 2.0], requires_grad=True)]
looped = pytest.mark.skipif(
    sys.platform == "emscripten", reason="in a browser there is one event loop, and nothing waits for it"
)
ROUNDS, SEED = amount_and_seed(20)


@pytest.fixture(autouse=True)
def _nothing_stays_in_force():
    yield
    assert is_recording()
    assert (Value(1.0) * 2).scope == ()
    assert not entered


def records(make=CARRIERS[1]):
    return (make() * 2).requires_grad


# -- decorated ------------------------------------------------------------------------------------------------


@no_grad()
def plain():
    """Nothing is recorded."""
    return is_recording(), records()


@no_grad()
def generated(times=2):
    """Nothing is recorded between two stops."""
    received = []
    for _ in range(times):
        received.append((yield is_recording(), records()))
    return received


@no_grad()
async def awaited():
    first = records()
    await asyncio.sleep(0)
    return first, records()


@no_grad()
async def streamed():
    for _ in range(2):
        await asyncio.sleep(0)
        yield is_recording(), records()


def test_a_decorated_function_does_not_record():
    assert plain() == (False, False)
    assert (plain.__name__, plain.__doc__) == ("plain", "Nothing is recorded.")


def test_a_decorated_generator_does_not_record_and_whoever_goes_on_does():
    for found in generated():
        assert found == (False, False)
        assert is_recording()
        assert records()
    assert inspect.isgeneratorfunction(generated)


def test_what_is_sent_to_a_decorated_generator_and_thrown_into_it_arrives():
    generator = generated()
    next(generator)
    generator.send("one")
    with pytest.raises(StopIteration) as stopped:
        generator.send("two")
    assert stopped.value.value == ["one", "two"]
    caught = []

    @no_grad()
    def catching():
        try:
            yield 1
        except KeyError:
            caught.append(is_recording())
            yield 2
        finally:
            caught.append(is_recording())

    generator = catching()
    next(generator)
    assert generator.throw(KeyError("x")) == 2
    generator.close()
    assert caught == [False, False]


@looped
def test_a_decorated_coroutine_does_not_record_and_others_do_while_it_waits():
    async def other():
        found = []
        for _ in range(3):
            found.append((is_recording(), records()))
            await asyncio.sleep(0)
        return found

    async def both():
        return await asyncio.gather(awaited(), other())

    assert asyncio.run(both()) == [(False, False), [(True, True)] * 3]
    assert inspect.iscoroutinefunction(awaited)


@looped
def test_a_decorated_asynchronous_generator_does_not_record():
    async def collect():
        found = []
        async for one in streamed():
            found.append((one, is_recording()))
        return found

    assert asyncio.run(collect()) == [((False, False), True)] * 2


def test_a_decorated_function_names_its_scope():
    @scope("outer")
    def named():
        yield (Value(1.0) * 2).scope

    assert list(named()) == [("outer",)]


# -- in whatever order ----------------------------------------------------------------------------------------


def held(*managers):
    """A generator that stays inside blocks until it is asked again."""
    with contextlib.ExitStack() as stack:
        for manager in managers:
            stack.enter_context(manager)
        yield
    yield


def held_by_with(manager):
    with manager:
        yield
    yield


@pytest.mark.parametrize("hold", [held, held_by_with])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_interleaved_generators_leave_nothing_behind(hold, order):
    generators = [hold(no_grad()), hold(no_grad())]
    for generator in generators:
        next(generator)
    next(generators[order[0]])
    assert not is_recording()
    next(generators[order[1]])
    assert is_recording()


def test_what_is_still_open_stays_in_force_without_what_was_around_it():
    outer, inner = held_by_with(no_grad()), held_by_with(scope("inner"))
    next(outer), next(inner)
    assert not is_recording()
    next(outer)
    assert (Value(1.0) * 2).scope == ("inner",)
    next(inner)


def test_a_generator_that_ends_inside_a_module_leaves_the_module_its_scope():
    generator = held_by_with(no_grad())

    class Layer(nn.Module):
        def forward(self, x):
            next(generator)
            return x * 2

    next(generator)
    y = Layer()(CARRIERS[1]())
    assert y.requires_grad
    assert y.scope == ("Layer",)
    assert is_recording()


def test_a_block_that_begins_inside_a_module_may_end_after_it():
    generator = held_by_with(no_grad())

    class Layer(nn.Module):
        def forward(self, x):
            next(generator)
            return x

    Layer()(CARRIERS[1]())
    assert not is_recording()  # the block is open
    next(generator)
    assert is_recording()


@pytest.mark.skipif(sys.platform == "emscripten", reason="in a browser Python starts no threads")
def test_a_generator_may_be_closed_by_another_thread():
    generator = held_by_with(no_grad())
    next(generator)
    thread = threading.Thread(target=generator.close)
    thread.start()
    thread.join()
    with scope("later"):
        assert is_recording()
    assert records()


def test_one_manager_serves_many_times_and_inside_itself():
    manager = no_grad()
    for _ in range(3):
        with manager:
            with manager:
                assert not is_recording()
            assert not is_recording()
        assert is_recording()
    manager.__enter__()
    assert hasattr(manager, "__exit__")
    assert not is_recording()
    manager.__exit__(None, None, None)


def test_an_error_inside_ends_the_block():
    with pytest.raises(ZeroDivisionError), no_grad(), scope("a"):
        1 / 0  # noqa: B018


# -- by whatever it ends --------------------------------------------------------------------------------------


def tight():
    while True:
        with no_grad():
            pass


KEPT = no_grad()


def kept():
    while True:
        with KEPT:
            pass


def nested():
    while True:
        with scope("a"), no_grad(), scope("b"):
            Value(1.0) * 2


MODEL = nn.Sequential(nn.Tanh(), nn.Sequential(nn.Tanh()))


def module():
    while True:
        MODEL(np.ones(2))


def decorated():
    while True:
        plain()


def derivative():
    while True:
        grad(lambda x: x * x)(3.0)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers")
@pytest.mark.parametrize("loop", [tight, kept, nested, module, decorated, derivative])
def test_ctrl_c_leaves_nothing_in_force(loop):
    print(f"FUZZ_SEED={SEED}")
    draw = random.Random(f"{SEED} {loop.__name__}")

    def strike(number, frame):
        while frame is not None:
            if frame.f_code is loop.__code__:
                raise KeyboardInterrupt
            frame = frame.f_back

    before = signal.signal(signal.SIGALRM, strike)
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()  # tools for tests have some; an interrupt that strikes there is printed and forgotten
    try:
        for _ in range(ROUNDS):
            try:  # the same may happen in a finaliser: then another one comes
                signal.setitimer(signal.ITIMER_REAL, draw.uniform(0.0005, 0.005), 1)
                loop()
            except KeyboardInterrupt:
                assert is_recording()
                assert (Value(1.0) * 2).scope == ()
            assert not entered
    finally:
        gc.callbacks.extend(callbacks)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
