"""Mini-batches of arrays."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


def epoch(**options):
    return [(x.data, y.data) for x, y in nn.batches(X, Y, 4, **options)]


def test_an_epoch_is_one_pass_over_all_samples_the_last_batch_short():
    found = epoch()
    assert [len(x) for x, _ in found] == [4, 4, 2]
    labels = np.concatenate([y for _, y in found])
    assert sorted(labels) == list(range(10))
    assert np.array_equal(np.concatenate([x for x, _ in found]), X[labels])


def test_the_last_batch_can_be_dropped():
    assert [len(x) for x, _ in epoch(drop_last=True)] == [4, 4]


def test_without_shuffling_the_order_stays():
    assert np.array_equal(np.concatenate([y for _, y in epoch(shuffle=False)]), Y)


def test_the_order_is_new_each_time_and_repeats_with_a_seed():
    def order(**options):
        return np.concatenate([y for _, y in epoch(**options)]).tolist()

    nn.seed(1)
    first, second = order(), order()
    nn.seed(1)
    assert order() == first
    assert first != second
    assert order(generator=np.random.default_rng(2)) == order(generator=np.random.default_rng(2))


def test_labels_stay_integers_and_inputs_keep_their_dtype():
    x, y = next(nn.batches(X.astype(np.float32), Y.tolist(), 3))
    assert isinstance(x, Tensor)
    assert x.dtype == np.float32
    assert y.dtype.kind == "i"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X, Y[:9], 2), ShapeError, "`x` has 10 samples but `y` has 9"),
        ((X[:0], Y[:0], 2), ShapeError, r"no samples, `x` has shape \(0, 2\)"),
        ((X, Y, 0), DomainError, r"`batch_size` \(=0\) has to be a whole number from 1"),
        (
            (X, Y, 2, True, 0),
            DtypeError,
            r"`generator` has to be np.random.default_rng\(seed\), made once .* got 0",
        ),
        (
            (X, list("abcdefghij"), 2),
            DtypeError,
            r"`y` has to be made of numbers.*return_inverse=True\)\[1\]",
        ),
        ((X, Y, 2.5), DtypeError, r"\(=2.5\) has to be a whole number"),
        ((1.0, Y, 2), ShapeError, "`x` is a single number"),
    ],
)
def test_mistakes_are_told_at_the_call(arguments, error, message):
    with pytest.raises(error, match=message):
        nn.batches(*arguments)
