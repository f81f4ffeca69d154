"""Samplers: which samples come, how often, in which order, and how a loader is told."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core.errors import AutogradError, DomainError, DtypeError, ShapeError

DATA = nn.TensorDataset(np.arange(10.0), np.arange(10))


class Endless:
    """A sampler that has no end and no length."""

    def __iter__(self):
        number = 0
        while True:
            yield number % 10
            number += 1


def seen(loader):
    return [y.tolist() for _, y in loader]


# -- the samplers


def test_in_sequence_every_sample_comes_once():
    sampler = nn.SequentialSampler(DATA)
    assert list(sampler) == list(sampler) == list(range(10))
    assert len(sampler) == 10


def test_a_random_order_is_a_new_permutation_each_time():
    sampler = nn.RandomSampler(DATA, generator=0)
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    assert all(type(number) is int for number in first)


@pytest.mark.parametrize(("count", "repeats"), [(4, 0), (10, 1), (25, 2)])
def test_more_samples_than_there_are_come_round_after_round(count, repeats):
    numbers = list(nn.RandomSampler(DATA, num_samples=count, generator=1))
    assert len(numbers) == count
    often = np.bincount(numbers, minlength=10)
    assert often.min() >= repeats
    assert often.max() <= repeats + 1
    for start in range(0, count - 9, 10):
        assert sorted(numbers[start : start + 10]) == list(range(10))


def test_with_replacement_every_draw_is_from_all():
    numbers = list(nn.RandomSampler(range(3), replacement=True, num_samples=3000, generator=0))
    assert np.abs(np.bincount(numbers) - 1000).max() < 100
    assert len(list(nn.RandomSampler(range(3), replacement=True))) == 3


def test_a_subset_is_shuffled():
    sampler = nn.SubsetRandomSampler([7, 1, 3, 5], generator=0)
    drawn = [list(sampler) for _ in range(5)]
    assert all(sorted(numbers) == [1, 3, 5, 7] for numbers in drawn)
    assert len({tuple(numbers) for numbers in drawn}) > 1
    assert len(sampler) == 4


def test_weights_are_the_frequencies_of_draws():
    weights = np.array([1.0, 0.0, 2.0, 5.0])
    numbers = list(nn.WeightedRandomSampler(weights, 8000, generator=0))
    np.testing.assert_allclose(np.bincount(numbers), 1000 * weights, atol=120)
    assert sorted(nn.WeightedRandomSampler([3, 1, 0, 1], 3, replacement=False)) == [0, 1, 3]


def test_batches_of_numbers_are_lists():
    batches = nn.BatchSampler(range(7), 3)
    assert list(batches) == [[0, 1, 2], [3, 4, 5], [6]]
    assert len(batches) == 3
    dropping = nn.BatchSampler(nn.SequentialSampler(range(7)), 3, drop_last=True)
    assert list(dropping) == [[0, 1, 2], [3, 4, 5]]
    assert len(dropping) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.RandomSampler(DATA),
        lambda: nn.RandomSampler(DATA, replacement=True),
        lambda: nn.SubsetRandomSampler([1, 2, 3, 4, 5]),
        lambda: nn.WeightedRandomSampler(np.arange(10.0), 20),
        lambda: nn.BatchSampler(nn.RandomSampler(DATA), 3),
        lambda: nn.random_split(DATA, [5, 5])[0].indices.tolist(),
    ],
)
def test_the_common_seed_repeats_them(make):
    def drawn():
        nn.seed(3)
        sampler = make()
        return [list(sampler) for _ in range(3)]

    assert drawn() == drawn()


# -- the loader


def test_a_loader_takes_its_order_from_a_sampler():
    assert seen(nn.DataLoader(DATA, 2, sampler=[4, 1, 9])) == [[4, 1], [9]]
    assert seen(nn.DataLoader(DATA, 2, sampler=[4, 1, 9], drop_last=True)) == [[4, 1]]
    drawn = nn.DataLoader(DATA, 4, sampler=nn.RandomSampler(DATA, generator=0))
    assert seen(drawn) == seen(nn.DataLoader(DATA, 4, shuffle=True, generator=0))
    assert len(drawn) == 3


def test_a_loader_takes_its_batches_from_a_batch_sampler():
    loader = nn.DataLoader(DATA, batch_sampler=[[1, 2, 3], [0]])
    assert seen(loader) == seen(loader) == [[1, 2, 3], [0]]
    assert len(loader) == 2
    assert loader.batch_size is loader.sampler is None
    pairs = nn.BatchSampler(nn.SubsetRandomSampler(range(6), generator=2), 2)
    epoch = seen(nn.DataLoader(DATA, batch_sampler=pairs, prefetch=2))
    assert sorted(number for batch in epoch for number in batch) == list(range(6))


@pytest.mark.parametrize("prefetch", [0, 2])
def test_a_sampler_may_have_no_end(prefetch):
    loader = nn.DataLoader(DATA, 4, sampler=Endless(), prefetch=prefetch)
    batches = iter(loader)
    assert [next(batches)[1].tolist() for _ in range(3)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 0, 1]]
    del batches
    with pytest.raises(DtypeError, match=r"has no __len__\(\)"):
        len(loader)
    assert "batch_size=4" in repr(loader)


def test_pytorchs_words_in_pytorchs_places():
    loader = nn.DataLoader(DATA, 5, True, None, None, drop_last=False)
    assert isinstance(loader.sampler, nn.RandomSampler)
    assert isinstance(loader.batch_sampler, nn.BatchSampler)
    assert nn.DataLoader(DATA, batch_size=3, shuffle=None).batch_size == 3
    with pytest.raises(AttributeError, match="batch_size"):
        loader.batch_size = 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dataset": DATA}, "'dataset'; write 'data' here"),
        ({"num_workers": 2}, "'num_workers'; write 'prefetch' here"),
        ({"collate_fn": list}, "'collate_fn'; write 'collate' here"),
        ({"prefetch_factor": 2}, "write 'prefetch' here"),
        ({"pin_memory": True}, "no devices here, leave it out"),
        ({"persistent_workers": True}, "no worker processes here"),
        ({"batchsize": 2}, "did you mean 'batch_size'"),
        ({"quux": 1}, "it takes data, batch_size, shuffle, sampler"),
    ],
)
def test_words_that_are_not_here_are_answered(options, words):
    with pytest.raises(TypeError, match=rf"^DataLoader\(\) got .*{words}"):
        nn.DataLoader(*([] if "dataset" in options else [DATA]), **options)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.DataLoader(DATA, shuffle=True, sampler=[0]), DomainError, "leave out `shuffle`"),
        (lambda: nn.DataLoader(DATA, 2, batch_sampler=[[0]]), DomainError, "leave out `batch_size`"),
        (lambda: nn.DataLoader(DATA, sampler=[0], generator=1), DomainError, "give it to the sampler"),
        (lambda: nn.DataLoader(DATA, sampler=[0], batch_sampler=[[0]]), DomainError, "leave out `sampler`"),
        (
            lambda: nn.DataLoader(DATA, drop_last=True, batch_sampler=[[0]]),
            DomainError,
            "leave out `drop_last`",
        ),
        (lambda: nn.DataLoader(DATA, sampler=iter([0])), DtypeError, "used up after one epoch"),
        (lambda: nn.DataLoader(DATA, batch_sampler=([0] for _ in "a")), DtypeError, "used up after one"),
        (lambda: nn.DataLoader(DATA, sampler=3), DtypeError, "has to give the numbers of samples"),
        (lambda: list(nn.DataLoader(DATA, sampler=[0.5])), DtypeError, "whole numbers, got float"),
        (lambda: list(nn.DataLoader(DATA, sampler=[False])), DtypeError, "np.flatnonzero"),
        (lambda: list(nn.DataLoader(DATA, batch_sampler=[0])), ShapeError, "have to be a list"),
        (lambda: list(nn.DataLoader(DATA, sampler=[10])), IndexError, "10 samples are numbered 0 to 9"),
        (lambda: nn.RandomSampler([]), ShapeError, "no samples to draw from"),
        (lambda: nn.RandomSampler(10), DtypeError, r"range\(count\)"),
        (lambda: nn.RandomSampler(DATA, num_samples=0), DomainError, "whole number from 1"),
        (lambda: nn.RandomSampler(DATA, replacement=1), DtypeError, "True or False"),
        (lambda: nn.SubsetRandomSampler([[1]]), ShapeError, "have to be a list"),
        (lambda: nn.WeightedRandomSampler([1.0, -1.0], 1), DomainError, "finite numbers from 0"),
        (lambda: nn.WeightedRandomSampler([1.0, np.nan], 1), DomainError, "finite numbers from 0"),
        (lambda: nn.WeightedRandomSampler([0.0], 1), DomainError, "no weight is above 0"),
        (lambda: nn.WeightedRandomSampler([1.0, 0.0], 2, False), DomainError, "without replacement"),
        (lambda: nn.WeightedRandomSampler(3.0, 2), ShapeError, "one for each sample"),
        (lambda: nn.BatchSampler([0], 0), DomainError, "whole number from 1"),
    ],
)
def test_what_does_not_fit_is_told(call, error, words):
    with pytest.raises(AutogradError, match=words) as found:
        call()
    assert isinstance(found.value, error)


@pytest.mark.parametrize("prefetch", [0, 2])
def test_a_training_goes_on_with_the_draws_of_its_sampler(prefetch, tmp_path):
    def training(epochs, **options):
        nn.seed(0)
        model = nn.Linear(1, 1)
        sampler = nn.WeightedRandomSampler(np.arange(1, 11), 6, generator=5)
        parts = nn.ConcatDataset([nn.Subset(DATA, range(4)), nn.Subset(DATA, range(4, 10))])
        loader = nn.DataLoader(parts, 2, sampler=sampler, transform=lambda x: x[None], prefetch=prefetch)
        optimizer = nn.SGD(model.parameters(), lr=1e-3)
        loss = lambda output, y: F.mse_loss(output[:, 0], y.astype(float))  # noqa: E731
        nn.fit(model, loader, loss=loss, optimizer=optimizer, epochs=epochs, progress=False, **options)
        return model.weight.tolist()

    file = tmp_path / "training.npz"
    whole = training(4)
    training(2, callbacks=[nn.Checkpoint(file)])
    assert training(4, resume_from=file) == whole
