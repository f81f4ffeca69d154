"""Datasets: samples by their number, in tuples of tensors, and selections of them."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import AutogradError, DtypeError, IndexRangeError, ShapeError

X, Y = np.arange(12.0, dtype=np.float32).reshape(6, 2), np.arange(6)


def test_a_sample_is_the_rows_of_all_arrays():
    data = nn.TensorDataset(X, Y, Y * 0.5)
    for index in (0, 5, -1):
        x, y, z = data[index]
        assert x.tolist() == X[index].tolist()
        assert (y.item(), z.item()) == (Y[index], Y[index] * 0.5)
    assert len(data) == 6
    assert repr(data) == "TensorDataset((6, 2) float32, (6,) int64, (6,) float64)"


def test_dtypes_stay_and_lists_of_integers_are_labels():
    x, y = nn.TensorDataset(X, Y.tolist())[0]
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert nn.TensorDataset([0.5, 1.0]).tensors[0].dtype == np.float64


def test_a_dataset_can_be_walked_through():
    assert [y.item() for _, y in nn.TensorDataset(X, Y)] == Y.tolist()


@pytest.mark.parametrize("transform", [None, lambda x: -x, lambda x: x.numpy()[::-1]])
def test_the_transform_takes_the_input_only_one_sample_or_several(transform):
    data = nn.TensorDataset(X, Y, transform=transform)
    wanted = [np.asarray(x if transform is None else transform(Tensor(x))) for x in X[[4, 1]]]
    inputs, labels = data.take([4, 1])
    assert np.array_equal(inputs.data, wanted)
    assert labels.tolist() == [4, 1]
    assert np.array_equal(data[4][0], wanted[0])
    assert inputs.dtype == np.float32


def test_a_subset_is_the_samples_that_were_named():
    part = nn.Subset(nn.TensorDataset(X, Y), [4, 0, -1])
    assert [part[i][1].item() for i in range(len(part))] == [4, 0, 5]
    assert part.take([2, 0])[1].tolist() == [5, 4]
    assert repr(part) == "Subset(3 of the 6 samples of TensorDataset)"


def test_subsets_nest_and_hold_anything_with_numbers():
    letters = nn.Subset(nn.Subset("abcdef", [5, 3, 1]), [2, 0])
    assert list(letters) == ["b", "f"]
    assert nn.Subset([10.0, 20.0, 30.0], [2, 1]).take([1]).tolist() == [20.0]
    assert nn.Subset(X, [2, 1]).take([1]).tolist() == [[2.0, 3.0]]
    assert len(nn.Subset("abc", [])) == 0


def test_an_array_a_list_and_an_own_class_are_datasets_a_number_is_none():
    assert all(isinstance(x, nn.Dataset) for x in (X, [1, 2], nn.TensorDataset(X), nn.Subset(X, [0])))
    assert not isinstance(3, nn.Dataset)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.TensorDataset(), ShapeError, "nothing in it"),
        (lambda: nn.TensorDataset(X, Y, Y[:5]), ShapeError, "`x` has 6 samples but `array 2` has 5"),
        (lambda: nn.TensorDataset(X[:0]), ShapeError, r"no samples, `x` has shape \(0, 2\)"),
        (lambda: nn.TensorDataset(X, 1), ShapeError, "`y` is a single number"),
        (lambda: nn.TensorDataset([[1.0], [1.0, 2.0]]), ShapeError, "the rows of `x` have unequal lengths"),
        (lambda: nn.TensorDataset(["a", "b"]), DtypeError, r"`x` has to be made of numbers, got \['a'"),
        (lambda: nn.TensorDataset(X, transform=3), DtypeError, r"`transform` \(=3\) has to be a function"),
        (lambda: nn.TensorDataset(X)[6], IndexRangeError, r"TensorDataset\[6\] .* there are 6 samples"),
        (lambda: nn.TensorDataset(X)[1:3], IndexRangeError, r"one whole number, got slice.*\.take"),
        (lambda: nn.TensorDataset(X).take([0.5]), DtypeError, "whole numbers, got float64"),
        (lambda: nn.TensorDataset(X).take([9]), IndexRangeError, "index 9 at position 0 .* 6 samples"),
        (
            lambda: nn.Subset(X, [0, 6]),
            IndexRangeError,
            "index 6 at position 1 is out of range, 6 samples are numbered 0 to 5",
        ),
        (lambda: nn.Subset(X, [-7]), IndexRangeError, "index -7 at position 0"),
        (lambda: nn.Subset(X, Y > 3), DtypeError, r"got bool; for a mask write np.flatnonzero\(mask\)"),
        (lambda: nn.Subset(X, 3), ShapeError, r"`indices` have to be a list, got shape \(\)"),
        (lambda: nn.Subset(3, [0]), DtypeError, "needs a dataset"),
        (lambda: nn.Subset(X, [0, 1])[2], IndexRangeError, r"Subset\[2\] .* 2 samples"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- datasets one after the other, and shared out


def test_datasets_follow_one_another():
    both = nn.ConcatDataset([nn.TensorDataset([1.0, 2.0]), nn.TensorDataset([3.0]), nn.TensorDataset([4.0])])
    assert [both[i][0].item() for i in range(len(both))] == [1.0, 2.0, 3.0, 4.0]
    assert both[-1][0].item() == 4.0
    assert both.cumulative_sizes == [2, 3, 4]
    assert [x.tolist() for (x,) in nn.DataLoader(both, 3)] == [[1.0, 2.0, 3.0], [4.0]]


def test_an_empty_dataset_between_others_has_no_sample():
    assert list(nn.ConcatDataset([[], "ab", [], "c"])) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.ConcatDataset([]), "no datasets in the list"),
        (lambda: nn.ConcatDataset([[1], 2]), r"needs datasets with len\(\) and \[index\], got 2"),
        (lambda: nn.ConcatDataset(nn.TensorDataset([1.0])), "needs a list of datasets"),
        (lambda: nn.ConcatDataset([[1]])[1], "out of range, there are 1 samples"),
        (lambda: nn.ConcatDataset([[1]])["a"], "takes one whole number"),
    ],
)
def test_what_is_no_list_of_datasets_is_told(call, words):
    with pytest.raises(AutogradError, match=words):
        call()
