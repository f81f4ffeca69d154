"""Sequences of unequal lengths in one array: padded to the longest, or packed without padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DtypeError, ShapeError

from .checks import Array, check_count, check_number, check_values, check_word, glimpse
from .functional.operands import as_tensor, values_of

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
]


class PackedSequence(NamedTuple):
    """Sequences without padding: all first steps, then the second steps of those that have one, and so on,
    the longest sequence first. Made by :func:`pack_padded_sequence`; recurrent layers take it and give it.

    Attributes:
        data: (sum of the lengths, *), the steps.
        batch_sizes: how many sequences have a first step, a second one ...; falling.
        sorted_indices: the sequence that stands first, second ..., (N,); None if they stood in order.
        unsorted_indices: the place of each sequence in that order, (N,), or None.

    >>> packed = pack_sequence([[1.0, 2.0, 3.0], [10.0, 20.0]])
    >>> packed.data, packed.batch_sizes.tolist()
    (Tensor([ 1., 10.,  2., 20.,  3.]), [2, 2, 1])
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Pack sequences that were padded: what stands behind the end of a sequence is left out.

    Args:
        input: (T, N, *), or (N, T, *) with ``batch_first``.
        lengths: how many steps each of the N sequences has, from 1 to T.
        batch_first: whether the sequences, not the times, lie along the first axis.
        enforce_sorted: whether the longest has to come first and so on; False sorts them, and what is
            computed from them is put back in their order.

    Raises:
        ShapeError: if there are not N lengths, or the input has no two axes.
        DtypeError: if they are no whole numbers.
        DomainError: if one is below 1 or above T, or they are out of order and ``enforce_sorted`` is set.

    >>> padded = [[1.0, 2.0, 3.0], [10.0, 0.0, 0.0], [100.0, 200.0, 0.0]]
    >>> packed = pack_padded_sequence(padded, [3, 1, 2], batch_first=True, enforce_sorted=False)
    >>> packed.data
    Tensor([  1., 100.,  10.,   2., 200.,   3.])
    """
    place = "pack_padded_sequence()"
    x = as_tensor(input, "pack_padded_sequence")
    if x.ndim < 2:
        layout = "(N, T, *)" if batch_first else "(T, N, *)"
        raise ShapeError(f"{place}: the input has shape {x.shape}, not {layout}")
    count, steps = x.shape[:2] if batch_first else x.shape[1::-1]
    numbers = _checked_lengths(place, lengths, count, steps)
    order = None
    if enforce_sorted:
        falling = np.append(True, numbers[1:] <= numbers[:-1])
        check_values(
            place,
            "`lengths`",
            numbers,
            falling,
            "fall from the longest to the shortest",
            ": sort the sequences, or give enforce_sorted=False",
        )
    else:
        order = np.argsort(-numbers, kind="stable")
    rows = np.arange(count) if order is None else order
    lasting = numbers[rows] > np.arange(steps)[:, None]  # (T, N)
    times, places = np.nonzero(lasting[: numbers.max()])
    index = (rows[places], times) if batch_first else (times, rows[places])
    sizes = Tensor(lasting[: numbers.max()].sum(axis=1))
    if order is None:
        return PackedSequence(x[index], sizes)
    return PackedSequence(x[index], sizes, Tensor(order), Tensor(np.argsort(order)))


def _checked_lengths(place: str, lengths: Any, count: int, steps: int) -> Array:
    numbers = values_of(lengths)
    if numbers.dtype.kind not in "iu":
        raise DtypeError(f"{place}: `lengths` has to be made of whole numbers, got {glimpse(lengths)}")
    if numbers.shape != (count,) or not count:
        raise ShapeError(
            f"{place}: `lengths` has shape {numbers.shape}, a batch of {count} sequences needs ({count},)"
            + ("" if count else "; an empty batch cannot be packed")
        )
    check_values(place, "`lengths`", numbers, numbers >= 1, "be at least 1: leave out what has no step")
    check_values(place, "`lengths`", numbers, numbers <= steps, f"be at most {steps}, the padded length")
    return numbers.astype(np.int64)


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Pad what was packed, in the order in which the sequences came: the inverse of
    :func:`pack_padded_sequence`.

    Args:
        sequence: the packed sequences.
        batch_first: whether the sequences, not the times, are to lie along the first axis.
        padding_value: what stands behind the end of a sequence.
        total_length: the padded length T; that of the longest when None.

    Returns:
        (T, N, *), or (N, T, *) with ``batch_first``; and the lengths, (N,).

    Raises:
        DtypeError: for what is no packed sequence.
        DomainError: if ``total_length`` is below the length of the longest.

    >>> padded, lengths = pad_packed_sequence(pack_sequence([[1.0, 2.0], [10.0]]), batch_first=True)
    >>> padded.tolist(), lengths.tolist()
    ([[1.0, 2.0], [10.0, 0.0]], [2, 1])
    """
    place = "pad_packed_sequence()"
    check_packed(place, sequence)
    check_number(place, padding_value=padding_value)
    data, sizes = sequence.data, values_of(sequence.batch_sizes)
    longest = len(sizes) if total_length is None else total_length
    check_count(place, len(sizes), total_length=longest)
    lasting = np.arange(sizes[0]) < sizes[:, None]  # (T, N)
    where = np.full((longest, int(sizes[0])), len(data))  # the row behind the last, of padding
    where[: len(sizes)][lasting] = np.arange(len(data))
    lengths = lasting.sum(axis=0)
    if sequence.unsorted_indices is not None:
        back = values_of(sequence.unsorted_indices)
        where, lengths = where[:, back], lengths[back]
    padding = np.full((1, *data.shape[1:]), padding_value, data.dtype)
    return ac.concatenate([data, padding])[where.T if batch_first else where], Tensor(lengths)


def check_packed(place: str, sequence: Any) -> None:
    """What is taken for packed sequences is made of them.

    Raises:
        DtypeError: for anything else, or sizes that are no whole numbers.
        ShapeError: if the data has another number of steps than the sizes say, or these do not fall.
    """
    if not isinstance(sequence, PackedSequence):
        raise DtypeError(f"{place} takes what pack_padded_sequence() gives, got {glimpse(sequence)}")
    sizes = values_of(sequence.batch_sizes)
    if sizes.dtype.kind not in "iu":
        raise DtypeError(f"{place}: `batch_sizes` has to be made of whole numbers, got {glimpse(sizes)}")
    if sizes.ndim != 1 or not sizes.size or sizes[-1] < 1 or (sizes[1:] > sizes[:-1]).any():
        raise ShapeError(
            f"{place}: `batch_sizes` has to fall from the number of sequences, got {glimpse(sizes.tolist())}"
        )
    if sequence.data.shape[:1] != (sizes.sum(),):
        raise ShapeError(
            f"{place}: `data` has shape {sequence.data.shape}, `batch_sizes` speaks of {sizes.sum()} steps"
        )


def pad_sequence(
    sequences: Sequence[Any],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences of unequal lengths side by side, padded to the longest.

    Args:
        sequences: N arrays (length, *), of the same shape behind the first axis.
        batch_first: whether the sequences, not the times, are to lie along the first axis.
        padding_value: what is put in.
        padding_side: "right", behind the end, or "left", before the beginning.

    Returns:
        (T, N, *), or (N, T, *) with ``batch_first``.

    Raises:
        ShapeError: if there is no sequence, or they differ behind the first axis.
        DomainError: for another side.

    >>> pad_sequence([[1.0, 2.0], [10.0]], batch_first=True)
    Tensor([[ 1.,  2.], [10.,  0.]])
    """
    place = "pad_sequence()"
    check_word(place, ("right", "left"), padding_side=padding_side)
    check_number(place, padding_value=padding_value)
    members = _members(place, sequences)
    longest = max(map(len, members))
    padded = []
    for x in members:
        missing = (0, longest - len(x)) if padding_side == "right" else (longest - len(x), 0)
        rest = [(0, 0)] * (x.ndim - 1)
        padded.append(ac.pad(x, [missing, *rest], value=padding_value) if any(missing) else x)
    return ac.stack(padded, axis=0 if batch_first else 1)  # type: ignore[no-any-return]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Pack sequences of unequal lengths; see :func:`pack_padded_sequence`.

    Args:
        sequences: arrays (length, *), of the same shape behind the first axis.
        enforce_sorted: whether the longest has to come first.

    Raises:
        ShapeError: if there is no sequence, or they differ behind the first axis.
        DomainError: if one is empty, or they are out of order and ``enforce_sorted`` is set.

    >>> pack_sequence([[1.0], [10.0, 20.0]], enforce_sorted=False).data
    Tensor([10.,  1., 20.])
    """
    members = _members("pack_sequence()", sequences)
    lengths = np.asarray([len(x) for x in members])
    check_values("pack_sequence()", "the length of a sequence", lengths, lengths >= 1, "be at least 1")
    return pack_padded_sequence(pad_sequence(members), lengths, enforce_sorted=enforce_sorted)


def _members(place: str, sequences: Sequence[Any]) -> list[Tensor]:
    members = [as_tensor(x, place.removesuffix("()")) for x in sequences]
    if not members:
        raise ShapeError(f"{place}: there is no sequence")
    for i, x in enumerate(members):
        if not x.ndim or x.shape[1:] != members[0].shape[1:]:
            raise ShapeError(
                f"{place}: sequence {i} has shape {x.shape}, the first has {members[0].shape}; they may "
                "differ in the first axis only"
            )
    return members
