"""The loader: every sample once, in orders that repeat with a seed, the same with and without a thread."""

from __future__ import annotations

import gc
import threading
from collections import namedtuple
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_core as ac
import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

X, Y = np.arange(20.0, dtype=np.float32).reshape(10, 2), np.arange(10)
PREFETCH = pytest.mark.parametrize("prefetch", [0, 1, 3])


class Squares:
    """A dataset of one's own; the sample with the number ``wrong`` cannot be read."""

    def __init__(self, count, wrong=None):
        self.count, self.wrong = count, wrong

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        if index == self.wrong:
            raise ValueError("the disk is broken")
        return float(index), index**2


def labels(loader):
    return [y.tolist() for _, y in loader]


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "prefetch"]


@settings(deadline=None, derandomize=True)
@given(
    count=st.integers(1, 40),
    batch_size=st.integers(1, 50),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
    prefetch=st.integers(0, 3),
    as_arrays=st.booleans(),
)
def test_an_epoch_is_every_sample_once(count, batch_size, shuffle, drop_last, prefetch, as_arrays):
    data = (np.arange(float(count)), np.arange(count) ** 2) if as_arrays else Squares(count)
    loader = nn.DataLoader(data, batch_size, shuffle=shuffle, drop_last=drop_last, prefetch=prefetch)
    epoch = [(x.data, y.data) for x, y in loader]
    sizes = [len(x) for x, _ in epoch]
    assert len(loader) == len(sizes)
    assert all(size == batch_size for size in sizes[:-1])
    assert sum(sizes) == (count - count % batch_size if drop_last else count)
    if sizes:
        inputs, targets = (np.concatenate(part) for part in zip(*epoch, strict=True))
        assert np.array_equal(inputs**2, targets)
        assert len(set(targets.tolist())) == sum(sizes)
        assert shuffle or np.array_equal(inputs, np.arange(sum(sizes)))


@PREFETCH
def test_every_epoch_has_a_new_order_and_a_seed_repeats_them_all(prefetch):
    def orders(generator):
        loader = nn.DataLoader((X, Y), 4, shuffle=True, generator=generator, prefetch=prefetch)
        return [labels(loader) for _ in range(3)]

    first = orders(7)
    assert first[0] != first[1] != first[2]
    assert orders(7) == first
    assert orders(np.random.default_rng(7)) == first
    plain = nn.DataLoader((X, Y), 4, shuffle=True, generator=7)
    assert [labels(plain) for _ in range(3)] == first
    assert orders(8) != first


@PREFETCH
def test_without_a_generator_the_common_seed_decides(prefetch):
    loader = nn.DataLoader((X, Y), 4, shuffle=True, prefetch=prefetch)
    nn.seed(3)
    first = labels(loader), labels(loader)
    nn.seed(3)
    assert (labels(loader), labels(loader)) == first
    nn.seed(3)
    assert [y.tolist() for _, y in nn.batches(X, Y, 4)] == first[0]


@PREFETCH
def test_a_transform_that_draws_repeats_with_its_generator(prefetch):
    def epochs():
        noise = np.random.default_rng(1)
        loader = nn.DataLoader(
            (X, Y), 3, shuffle=True, generator=0, prefetch=prefetch, transform=lambda x: x + noise.normal()
        )
        return [x.tolist() for _ in range(2) for x, _ in loader]

    assert epochs() == epochs()


@PREFETCH
def test_two_epochs_at_once_do_not_disturb_each_other(prefetch):
    loader = nn.DataLoader((X, Y), 4, prefetch=prefetch)
    assert [(a.tolist(), b.tolist()) for (_, a), (_, b) in zip(loader, loader, strict=True)] == [
        (part, part) for part in labels(loader)
    ]


def test_dtypes_stay_labels_stay_integers():
    for data in ((X, Y.astype(np.int32)), [(x, np.int32(y)) for x, y in zip(X, Y, strict=True)]):
        x, y = next(iter(nn.DataLoader(data, 5)))
        assert isinstance(x, Tensor)
        assert (x.dtype, y.dtype, x.shape, y.shape) == (np.float32, np.int32, (5, 2), (5,))


def test_a_method_of_that_name_in_a_foreign_dataset_means_something_else():
    class Foreign(Squares):
        def take(self, count):
            raise AssertionError("takes the first so many samples")

    assert (
        labels(nn.DataLoader(Foreign(3), 2))
        == labels(nn.DataLoader(nn.Subset(Foreign(3), [0, 1, 2]), 2))
        == [[0, 1], [4]]
    )


Pair = namedtuple("Pair", "image label")


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (X, X[:2]),
        (Tensor(X), X[:2]),
        ((X,), (X[:2],)),
        ([3, 1, 2], np.array([3, 1])),
        ([0.5, 1.5], np.array([0.5, 1.5])),
        ([True, False], np.array([True, False])),
        ([[1.0, 2.0], [3.0, 4.0]], np.array([[1.0, 2.0], [3.0, 4.0]])),
        ([Pair(x, 1) for x in X], (X[:2], np.array([1, 1]))),
        ([(x, (i, 2.0 * i)) for i, x in enumerate(X)], (X[:2], (np.arange(2), 2.0 * np.arange(2)))),
        ([{"image": x, "label": 3} for x in X], {"image": X[:2], "label": np.array([3, 3])}),
        (nn.Subset(nn.TensorDataset(X, Y), [5, 4, 3]), (X[[5, 4]], Y[[5, 4]])),
    ],
    ids=[
        "array",
        "tensor",
        "tuple of one",
        "integers",
        "floats",
        "booleans",
        "rows",
        "named",
        "nested",
        "dict",
        "subset",
    ],
)
def test_a_batch_has_the_form_of_a_sample(data, wanted):
    def same(found, wanted):
        if isinstance(wanted, dict):
            return found.keys() == wanted.keys() and all(same(found[key], wanted[key]) for key in wanted)
        if isinstance(wanted, tuple):
            return len(found) == len(wanted) and all(map(same, found, wanted))
        return found.dtype == wanted.dtype and np.array_equal(found.data, wanted)

    assert same(next(iter(nn.DataLoader(data, 2))), wanted)


def test_the_transform_takes_the_input_and_collate_the_samples():
    doubled = nn.DataLoader((X, Y), 4, transform=lambda x: 2 * x)
    x, y = next(iter(doubled))
    assert np.array_equal(x.data, 2 * X[:4])
    assert y.tolist() == [0, 1, 2, 3]
    assert next(iter(nn.DataLoader([1.0, 2.0], 2, transform=lambda x: -x))).tolist() == [-1.0, -2.0]
    assert list(nn.DataLoader(["a", "bc", "d"], 2, collate="".join)) == ["abc", "d"]


def test_named_fields_keep_their_names():
    for transform in (None, lambda image: -image):
        batch = next(iter(nn.DataLoader([Pair(x, 1) for x in X], 2, transform=transform)))
        assert np.array_equal(np.abs(batch.image.data), X[:2])
        assert batch.label.tolist() == [1, 1]


def test_samples_that_are_differentiated_stay_in_the_graph():
    weight = Tensor(2.0, requires_grad=True)
    for batch in nn.DataLoader([1.0, 2.0, 3.0], 2, transform=lambda x: weight * x, prefetch=1):
        batch.sum().backward()
    assert weight.grad == 6
    with ac.no_grad():
        held = next(iter(nn.DataLoader([1.0], transform=lambda x: weight * x, prefetch=1)))
    assert not held.requires_grad


@PREFETCH
@pytest.mark.parametrize("place", ["reading", "transforming"])
def test_an_error_names_its_sample_and_comes_after_the_batches_before_it(prefetch, place):
    def check(x):
        if x == 7:
            raise ValueError("the disk is broken")
        return x

    wrong = (
        {"data": Squares(10, wrong=7)} if place == "reading" else {"data": Squares(10), "transform": check}
    )
    batches = iter(nn.DataLoader(**wrong, batch_size=3, prefetch=prefetch))
    assert [len(x) for x, _ in islice(batches, 2)] == [3, 3]
    with pytest.raises(ValueError, match=f"disk is broken\nwhile {place} sample 7 of Squares"):
        next(batches)
    assert list(batches) == []
    assert not threads()


@PREFETCH
def test_an_error_in_joining_names_the_samples(prefetch):
    ragged = [np.ones(2)] * 3 + [np.ones(3)]
    with pytest.raises(ShapeError, match=r"do not stack; .*\nwhile joining the samples \[2, 3\]"):
        list(nn.DataLoader(ragged, 2, prefetch=prefetch))
    with pytest.raises(ZeroDivisionError, match=r"while joining the samples \[0, 1\]"):
        list(nn.DataLoader(ragged, 2, collate=lambda samples: 1 / 0, prefetch=prefetch))


@PREFETCH
def test_a_stop_iteration_in_a_dataset_is_no_silent_end(prefetch):
    class Short(Squares):
        def __getitem__(self, index):
            return next(iter([]))

    with pytest.raises(RuntimeError, match="StopIteration"):
        list(nn.DataLoader(Short(3), prefetch=prefetch))


@pytest.mark.parametrize("leave", ["break", "forget", "close", "exhaust", "never start"])
def test_a_thread_ends_with_its_iterator(leave):
    iterator = iter(nn.DataLoader(Squares(1000), 2, prefetch=2))
    if leave != "never start":
        next(iterator)
        assert len(threads()) == 1
    if leave == "exhaust":
        assert len(list(iterator)) == 499
    if leave == "close":
        iterator.close()
    if leave == "break":
        for _ in iterator:
            break
    del iterator
    gc.collect()
    assert not threads()


def test_as_many_batches_are_made_ahead_as_were_asked_and_no_more():
    read = []
    made = threading.Semaphore(0)

    def note(x):
        read.append(x)
        made.release()
        return x

    iterator = iter(nn.DataLoader(Squares(100), transform=note, prefetch=3))
    next(iterator)
    for _ in range(1 + 3):
        made.acquire()
    iterator.close()
    assert read == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((3, 2), {}, DtypeError, "needs a dataset .* or a tuple of arrays .* got int"),
        (({"x": X}, 2), {}, DtypeError, "got dict"),
        (([], 2), {}, ShapeError, "there are no samples"),
        ((X[:0], 2), {}, ShapeError, "there are no samples"),
        (((), 2), {}, ShapeError, "nothing in it"),
        (((X, Y[:4]), 2), {}, ShapeError, "`x` has 10 samples but `y` has 4"),
        ((X, 0), {}, DomainError, r"`batch_size` \(=0\) has to be a whole number from 1"),
        ((X, True), {}, DtypeError, r"`batch_size` \(=True\) has to be a whole number"),
        ((X, "2"), {}, DtypeError, r"`batch_size` \(='2'\) has to be a whole number"),
        ((X, 2), {"prefetch": -1}, DomainError, r"`prefetch` \(=-1\) has to be a whole number from 0"),
        ((X, 2), {"generator": "seed"}, DtypeError, "`generator` has to be a seed or np.random.default_rng"),
        ((X, 2), {"generator": -1}, DomainError, r"`generator` \(=-1\) cannot be seeded with a negative"),
        ((X, 2), {"transform": 1}, DtypeError, r"`transform` \(=1\) has to be a function"),
        ((X, 2), {"collate": 1}, DtypeError, r"`collate` \(=1\) has to be a function"),
    ],
)
def test_mistakes_are_told_at_the_call(arguments, options, error, message):
    with pytest.raises(error, match=message):
        nn.DataLoader(*arguments, **options)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (
            [np.ones(2), np.ones(3)],
            ShapeError,
            r"shapes \(2,\) and \(3,\) do not stack; give DataLoader\(collate=",
        ),
        ([(1.0, 2), (1.0,)], ShapeError, r"samples \(1.0, 2\) and \(1.0,\) differ in parts"),
        ([{"a": 1}, {"b": 1}], ShapeError, r"the fields \['a'\] and \['b'\]"),
        ([(1.0, "cat"), (2.0, "dog")], DtypeError, "holds 'cat', which is no number"),
        ([None, None], DtypeError, "holds None, which is no number"),
        ([[[1.0, 2.0], 3], [[1.0, 2.0], 4]], ShapeError, r"write \(input, target\) as a tuple"),
    ],
)
def test_samples_that_do_not_join_are_told(data, error, message):
    with pytest.raises(error, match=message):
        list(nn.DataLoader(data, 2))


def test_where_no_thread_can_be_started_batches_are_made_as_they_are_asked_for(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    wanted = [x.tolist() for x in nn.DataLoader(np.arange(7.0), 2, shuffle=True, generator=3)]
    monkeypatch.setattr(threading.Thread, "start", refuse)
    loader = nn.DataLoader(np.arange(7.0), 2, shuffle=True, generator=3, prefetch=2)
    assert [x.tolist() for x in loader] == wanted
    next(iter(loader))  # and left early
