"""Data split into what is learned from and what it is judged by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd_core import Tensor
from autograd_core.errors import AutogradError, DomainError, DtypeError, ShapeError

rng = np.random.default_rng(0)


X = rng.normal(3, 5, (50, 4))


@settings(deadline=None, derandomize=True)
@given(
    count=st.integers(2, 60),
    test_size=st.floats(0.01, 0.99) | st.integers(1, 59),
    seed=st.integers(0, 99),
)
def test_every_sample_is_in_one_part_beside_its_label(count, test_size, seed):
    tests = int(np.ceil(round(test_size * count, 9))) if isinstance(test_size, float) else test_size
    x, y = np.arange(2.0 * count).reshape(count, 2), np.arange(count)
    if tests >= count:
        with pytest.raises(DomainError, match="both need at least 1"):
            nn.train_test_split(x, y, test_size=test_size)
        return
    x_train, x_test, y_train, y_test = nn.train_test_split(x, y, test_size=test_size, generator=seed)
    assert (len(x_test), len(x_train)) == (tests, count - tests)
    assert sorted([*y_train, *y_test]) == y.tolist()
    assert np.array_equal(x_train, x[y_train])
    assert np.array_equal(x_test, x[y_test])


@settings(deadline=None, derandomize=True)
@given(
    sizes=st.lists(st.integers(2, 30), min_size=1, max_size=6),
    fraction=st.floats(0.2, 0.8),
    seed=st.integers(0, 99),
)
def test_a_stratified_split_keeps_the_shares_of_the_classes(sizes, fraction, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    tests = int(np.ceil(round(fraction * len(labels), 9)))
    if not len(sizes) <= tests <= len(labels) - len(sizes):
        with pytest.raises(DomainError, match=r"cannot hold all|both need at least 1"):
            nn.train_test_split(labels, test_size=fraction, stratify=labels)
        return
    train, test = nn.train_test_split(labels, test_size=fraction, stratify=labels, generator=seed)
    found = np.bincount(test, minlength=len(sizes))
    assert found.sum() == tests
    assert (np.abs(found - np.array(sizes) * tests / len(labels)) <= max(1, len(sizes) - 1)).all()
    assert set(train) == set(test) == set(range(len(sizes)))
    if min(sizes) * tests / len(labels) >= 1 and min(sizes) * (1 - tests / len(labels)) >= 1:
        assert (np.abs(found - np.array(sizes) * tests / len(labels)) < 1).all()


def test_a_split_repeats_with_its_seed_and_mixes_the_order():
    first = nn.train_test_split(np.arange(40), generator=3)
    for again in (3, np.random.default_rng(3)):
        assert all(map(np.array_equal, first, nn.train_test_split(np.arange(40), generator=again)))
    assert len(first[1]) == 10
    assert first[0].tolist() != sorted(first[0])
    stratified = nn.train_test_split(np.arange(40), stratify=[0, 1] * 20, generator=3)
    assert (np.diff(stratified[1] % 2) != 0).any()  # not class after class
    nn.seed(1)
    common = nn.train_test_split(np.arange(40))
    nn.seed(1)
    assert np.array_equal(nn.train_test_split(np.arange(40))[0], common[0])


def test_tensors_stay_tensors_and_labels_integers():
    x_train, _, y_train, _ = nn.train_test_split(Tensor(X.astype(np.float32)), [1] * 50)
    assert isinstance(x_train, Tensor)
    assert (x_train.dtype, y_train.dtype, type(y_train)) == (np.float32, np.int64, np.ndarray)
    assert sorted(nn.train_test_split(np.arange(4), stratify=["a", "b", "a", "b"], test_size=2)[1] % 2) == [
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.train_test_split(), ShapeError, "nothing to split"),
        (lambda: nn.train_test_split(X, [1]), ShapeError, "`x` has 50 samples but `y` has 1"),
        (lambda: nn.train_test_split(X, 1), ShapeError, "`y` is a single number"),
        (lambda: nn.train_test_split(X[:0]), ShapeError, "there are no samples"),
        (
            lambda: nn.train_test_split(X[:1]),
            DomainError,
            "of 1 samples leaves 0 for training and 1 for testing",
        ),
        (
            lambda: nn.train_test_split(X, test_size=50),
            DomainError,
            r"`test_size` \(=50\) .* leaves 0 for training",
        ),
        (lambda: nn.train_test_split(X, test_size=0), DomainError, "0 for testing"),
        (
            lambda: nn.train_test_split(X, test_size=1.0),
            DomainError,
            r"\(=1.0\) has to be a fraction between 0 and 1",
        ),
        (lambda: nn.train_test_split(X, test_size="half"), DtypeError, "a whole number, got 'half'"),
        (
            lambda: nn.train_test_split(X, stratify=[0, 1]),
            ShapeError,
            r"each of the 50 samples, got shape \(2,\)",
        ),
        (lambda: nn.train_test_split(X, stratify=[3] + [0] * 49), DomainError, "class 3 has a single sample"),
        (
            lambda: nn.train_test_split(X, stratify=np.arange(50) % 20, test_size=10),
            DomainError,
            "40 samples for training and 10 for testing cannot hold all 20 classes",
        ),
        (lambda: nn.train_test_split(X, generator=1.5), DtypeError, "`generator` has to be a seed"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- a dataset in parts


@pytest.mark.parametrize(
    ("count", "lengths", "sizes"),
    [
        (10, [7, 3], [7, 3]),
        (10, [0.7, 0.3], [7, 3]),
        (10, [0.25, 0.25, 0.5], [3, 2, 5]),
        (11, [0.5, 0.5], [6, 5]),
        (23, [0.3, 0.3, 0.2, 0.2], [7, 7, 5, 4]),
        (7, [1 / 3, 1 / 3, 1 / 3], [3, 2, 2]),
        (5, [1.0], [5]),
    ],
)
def test_the_parts_have_pytorchs_sizes(count, lengths, sizes):
    parts = nn.random_split(range(count), lengths, generator=0)
    assert [len(part) for part in parts] == sizes
    assert sorted(number for part in parts for number in part) == list(range(count))


def test_a_seed_repeats_the_parts_and_an_empty_one_is_warned_of():
    first, second = (nn.random_split(range(20), [15, 5], generator=4) for _ in range(2))
    assert [list(part) for part in first] == [list(part) for part in second]
    with pytest.warns(UserWarning, match="part 1 is empty"):
        assert [len(part) for part in nn.random_split("abc", [3, 0])] == [3, 0]


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ([3, 3], "add up to 6, but there are 10 samples"),
        ([0.3, 0.3], r"fractions add up to 1, `lengths` \[0.3, 0.3\] to 0.6"),
        ([11, -1], r"`lengths\[1\]` \(=-1\)"),
        (0.5, "has to be a list of numbers"),
        (["5", "5"], "has to be a list of numbers"),
        ([], "add up to 0"),
    ],
)
def test_lengths_that_do_not_add_up_are_told(lengths, words):
    with pytest.raises(AutogradError, match=words):
        nn.random_split(range(10), lengths)


def test_only_a_dataset_can_be_shared_out():
    with pytest.raises(AutogradError, match="needs a dataset"):
        nn.random_split(5, [3, 2])
