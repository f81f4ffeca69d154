"""Training and saving that are ended at any moment, and children that are forked in the middle of work.

A few rounds in the ordinary suite; ``make fuzz`` makes hundreds, at new moments every time. ``FUZZ_SEED`` repeats them,
as far as clocks do.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import traceback

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import get_num_threads, no_grad, scope, set_num_threads
from autograd_core.kernels import threads
from tests.fuzzing import amount_and_seed
from tests.nn.training.small import same_weights, trained

ROUNDS, SEED = amount_and_seed(3)
EPOCHS = 12

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork"),
    pytest.mark.filterwarnings(
        "ignore:.*multi-threaded.*fork:DeprecationWarning"
    ),  # that it may is the point
]


def forked(work):
    """The number of a child that does the work; it ends with 0 where the work is true, or is interrupted."""
    print(f"FUZZ_SEED={SEED}", flush=True)
    begun, begins = os.pipe()
    child = os.fork()
    if child:
        os.read(begun, 1)  # an interruption of what Python itself does after a fork would be lost
        os.close(begun)
        os.close(begins)
        return child
    try:
        signal.signal(
            signal.SIGINT, signal.default_int_handler
        )  # which programs in the background do not have
        signal.alarm(120)
        os.write(begins, b"!")
        os._exit(0 if work() else 1)
    except KeyboardInterrupt:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(2)


def ended(child, by):
    """How a child ended that was sent a signal."""
    os.kill(child, by)
    status = os.waitpid(child, 0)[1]
    return status if os.WIFEXITED(status) or os.WTERMSIG(status) != by else 0


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
@pytest.mark.filterwarnings("ignore:.*there is nothing left to do")
def test_a_training_that_is_ended_at_any_moment_goes_on_from_its_last_file(suffix, by, tmp_path):
    draw = random.Random(f"{SEED} {suffix} {by}")
    start = time.monotonic()
    whole = trained(epochs=EPOCHS, diagnose=False, callbacks=[nn.Checkpoint(tmp_path / f"whole.{suffix}")])[0]
    length = time.monotonic() - start
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        saving = nn.Checkpoint(folder / f"last.{suffix}")
        child = forked(lambda saving=saving: trained(epochs=EPOCHS, diagnose=False, callbacks=[saving]))
        time.sleep(draw.uniform(0, 1.2 * length))
        assert ended(child, by) == 0
        nn.seed(12345)  # a new day
        resuming = {"resume_from": saving.path} if os.path.exists(saving.path) else {}
        model = trained(epochs=EPOCHS, diagnose=False, callbacks=[saving], **resuming)[0]
        assert same_weights(model, whole), f"FUZZ_SEED={SEED}, round {number}"
        assert os.listdir(folder) == [f"last.{suffix}"]


STATES = [{"a": np.full(3000, k), "b": np.full((7, 5), k, np.float32)} for k in range(3)]


def saved_again_and_again(path):
    while True:
        for state in STATES:
            nn.save(state, path)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_a_file_that_is_being_saved_is_the_old_one_or_the_new_one(suffix, by, tmp_path):
    draw = random.Random(f"{SEED} {suffix} {by}")
    path = tmp_path / f"weights.{suffix}"
    nn.save(STATES[0], path)
    for number in range(ROUNDS):
        child = forked(lambda: saved_again_and_again(path))
        time.sleep(draw.uniform(0, 0.02))
        assert ended(child, by) == 0
        found = nn.load(path)
        of = int(found["a"][0])
        assert all(np.array_equal(found[name], x) for name, x in STATES[of].items()), (
            f"FUZZ_SEED={SEED}, {number}"
        )
        nn.save(STATES[0], path)
        assert os.listdir(tmp_path) == [path.name]


X = np.random.default_rng(0).normal(size=(8, 4, 12, 12))
W = np.random.default_rng(1).normal(size=(6, 4, 3, 3))


def gradients():
    x, w = ac.Tensor(X, requires_grad=True), ac.Tensor(W, requires_grad=True)
    y = ac.convolution(x, w, (1, 1))
    (y * y).sum().backward()
    return x.grad, w.grad


def test_a_child_that_is_forked_while_threads_work_computes_what_its_parent_does(monkeypatch):
    monkeypatch.setattr(threads, "WORTHWHILE", 0)
    draw = random.Random(f"{SEED} fork")
    before = get_num_threads()
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            with no_grad(), scope("elsewhere"):
                ac.convolution(ac.Tensor(X), ac.Tensor(W), (1, 1))

    worker = threading.Thread(target=busy)
    try:
        set_num_threads(2)
        wanted = gradients()
        worker.start()
        for number in range(ROUNDS):
            time.sleep(draw.uniform(0, 0.005))
            child = forked(lambda: all(map(np.array_equal, gradients(), wanted)))
            assert os.waitpid(child, 0)[1] == 0, f"FUZZ_SEED={SEED}, round {number}"
            assert all(map(np.array_equal, gradients(), wanted))
    finally:
        stop.set()
        worker.join()
        set_num_threads(before)
