"""Sequences of unequal lengths: what is padded, what is packed, and what is refused."""

import numpy as np
import pytest

import nn
from autograd_core import DomainError, DtypeError, ShapeError, Tensor, gradcheck
from tests.nn.operands import wave

SEQUENCES = [wave(n, 2, phase=float(n)) for n in (3, 1, 4, 1)]
LENGTHS = [3, 1, 4, 1]


def padded(batch_first=False):
    return nn.pad_sequence(SEQUENCES, batch_first=batch_first, padding_value=9.0)


@pytest.mark.parametrize("batch_first", [False, True])
def test_padding_and_packing_are_inverse(batch_first):
    x = padded(batch_first)
    packed = nn.pack_padded_sequence(x, LENGTHS, batch_first, enforce_sorted=False)
    back, lengths = nn.pad_packed_sequence(packed, batch_first, padding_value=9.0)
    np.testing.assert_array_equal(back.data, x.data)
    assert lengths.tolist() == LENGTHS


def test_packed_sequences_lie_step_by_step_the_longest_first():
    packed = nn.pack_sequence(SEQUENCES, enforce_sorted=False)
    assert packed.batch_sizes.tolist() == [4, 2, 2, 1]
    assert packed.sorted_indices.tolist() == [2, 0, 1, 3]
    first = [SEQUENCES[i][0] for i in (2, 0, 1, 3)]
    np.testing.assert_array_equal(packed.data.data[:4], first)


def test_sequences_in_order_need_no_indices():
    packed = nn.pack_sequence([SEQUENCES[i] for i in (2, 0, 1, 3)])
    assert packed.sorted_indices is None
    assert packed.unsorted_indices is None
    assert packed.data.shape == (9, 2)


def test_padding_may_stand_before_the_beginning():
    left = nn.pad_sequence(SEQUENCES, batch_first=True, padding_value=-1.0, padding_side="left")
    np.testing.assert_array_equal(left.data[1], [[-1, -1], [-1, -1], [-1, -1], *SEQUENCES[1]])


def test_there_may_be_more_padding_than_the_longest_needs():
    packed = nn.pack_sequence(SEQUENCES, enforce_sorted=False)
    longer, _ = nn.pad_packed_sequence(packed, total_length=6)
    assert longer.shape == (6, 4, 2)
    assert not longer.data[4:].any()


def test_gradients_come_back_to_where_the_steps_stood():
    x = Tensor(padded().data, requires_grad=True)
    packed = nn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
    nn.pad_packed_sequence(packed)[0].sum().backward()
    np.testing.assert_array_equal(x.grad[..., 0], np.arange(4)[:, None] < LENGTHS)
    gradcheck(lambda *given: nn.pack_sequence(given, enforce_sorted=False).data.square(), *SEQUENCES, order=2)


def test_the_dtype_stays():
    x = padded().data.astype(np.float32)
    packed = nn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
    assert packed.data.dtype == nn.pad_packed_sequence(packed)[0].dtype == np.float32


PACKED = nn.pack_sequence(SEQUENCES, enforce_sorted=False)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.pack_padded_sequence(padded(), LENGTHS), DomainError, r"fall from the longest.*got 4 at position 2.*enforce_sorted=False"),
        (lambda: nn.pack_padded_sequence(padded(), [4, 3, 1, 0]), DomainError, r"at least 1: leave out what has no step, got 0 at position 3"),
        (lambda: nn.pack_padded_sequence(padded(), [5, 3, 1, 1]), DomainError, r"at most 4, the padded length, got 5 at position 0"),
        (lambda: nn.pack_padded_sequence(padded(), [4, 3, 1]), ShapeError, r"shape \(3,\), a batch of 4 sequences needs \(4,\)"),
        (lambda: nn.pack_padded_sequence(padded(), [4.0, 3.0, 1.0, 1.0]), DtypeError, "whole numbers"),
        (lambda: nn.pack_padded_sequence(np.ones((4, 0, 2)), []), DtypeError, "whole numbers"),
        (lambda: nn.pack_padded_sequence(np.ones((4, 0, 2)), np.zeros(0, int)), ShapeError, "an empty batch cannot be packed"),
        (lambda: nn.pack_padded_sequence(np.ones(4), [4]), ShapeError, r"shape \(4,\), not \(T, N, \*\)"),
        (lambda: nn.pad_packed_sequence(padded()), DtypeError, r"what pack_padded_sequence\(\) gives"),
        (lambda: nn.pad_packed_sequence(PACKED, total_length=3), DomainError, "`total_length`.*whole number from 4"),
        (lambda: nn.pad_packed_sequence(PACKED._replace(batch_sizes=Tensor(np.array([2, 4, 2, 1])))), ShapeError, "has to fall"),
        (lambda: nn.pad_packed_sequence(PACKED._replace(batch_sizes=Tensor(np.array([4, 2])))), ShapeError, "speaks of 6 steps"),
        (lambda: nn.pad_packed_sequence(PACKED._replace(batch_sizes=Tensor([4.0]))), DtypeError, "whole numbers"),
        (lambda: nn.pad_sequence([]), ShapeError, "there is no sequence"),
        (lambda: nn.pad_sequence([np.ones((2, 3)), np.ones((2, 4))]), ShapeError, "sequence 1 has shape"),
        (lambda: nn.pad_sequence(SEQUENCES, padding_side="top"), DomainError, "'right', 'left'"),
        (lambda: nn.pack_sequence([np.ones((0, 2))]), DomainError, "be at least 1, got 0"),
    ],
)  # fmt: skip
def test_lengths_and_sequences_that_do_not_fit_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.peers
@pytest.mark.parametrize("enforce_sorted", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
def test_packed_sequences_are_pytorchs(batch_first, enforce_sorted):
    torch = pytest.importorskip("torch")
    theirs = torch.nn.utils.rnn
    x = padded(batch_first).data
    lengths = LENGTHS if not enforce_sorted else [4, 3, 3, 1]
    ours = nn.pack_padded_sequence(x, lengths, batch_first, enforce_sorted)
    wanted = theirs.pack_padded_sequence(torch.tensor(x), lengths, batch_first, enforce_sorted)
    assert ours._fields == wanted._fields
    np.testing.assert_array_equal(ours.data.data, wanted.data)
    assert ours.batch_sizes.tolist() == wanted.batch_sizes.tolist()
    back, counts = theirs.pad_packed_sequence(wanted, batch_first, 7.0, 6)
    found, own = nn.pad_packed_sequence(ours, batch_first, 7.0, 6)
    np.testing.assert_array_equal(found.data, back)
    assert own.tolist() == counts.tolist()
