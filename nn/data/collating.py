"""Samples joined into a batch, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Node, Tensor
from autograd_core.errors import DtypeError, ShapeError

from ..checks import glimpse
from .samples import numbers_of

_OWN = "give DataLoader(collate=...) a function that joins a list of samples"


def read_sample(dataset: Any, index: int) -> Any:
    """One sample; an error on the way tells which one it was."""
    try:
        return dataset[index]
    except Exception as error:
        error.add_note(f"while reading sample {index} of {type(dataset).__name__}")
        raise


def collate_samples(samples: Sequence[Any]) -> Any:
    """Join samples into a batch: numbers and arrays stacked, tuples and dictionaries field by field.

    The batch is a new first axis. Python integers stay integers, Python floats take the default dtype, arrays
    keep theirs.

    Raises:
        ShapeError: if the samples' shapes, lengths or fields differ.
        DtypeError: if something in them is not a number.

    >>> collate_samples([(1.0, 0), (2.0, 1)])
    (Tensor([1., 2.]), Tensor([0, 1], dtype=int64))
    """
    first = samples[0]
    if isinstance(first, Mapping):
        for sample in samples:
            if not isinstance(sample, Mapping) or sample.keys() != first.keys():
                raise ShapeError(
                    f"DataLoader: samples with the fields {_fields(first)} and {_fields(sample)}"
                )
        return {key: collate_samples([sample[key] for sample in samples]) for key in first}
    if isinstance(first, tuple):
        for sample in samples:
            if not isinstance(sample, tuple) or len(sample) != len(first):
                raise ShapeError(
                    f"DataLoader: samples {glimpse(first)} and {glimpse(sample)} differ in parts; {_OWN}"
                )
        return like(first, [collate_samples(field) for field in zip(*samples, strict=True)])
    return _stacked(samples)


def like(sample: tuple[Any, ...], fields: Sequence[Any]) -> Any:
    """Other fields in a tuple of the same kind, a named one or a plain one."""
    return type(sample)(*fields) if hasattr(sample, "_fields") else tuple(fields)


def _stacked(samples: Sequence[Any]) -> Tensor:
    try:
        shapes = [np.shape(sample.data if isinstance(sample, Node) else sample) for sample in samples]
    except ValueError:
        raise ShapeError(
            f"DataLoader: a sample is a ragged list, {glimpse(samples[0])}; write (input, target) as a tuple"
        ) from None
    for shape in shapes:
        if shape != shapes[0]:
            raise ShapeError(f"DataLoader: samples of shapes {shapes[0]} and {shape} do not stack; {_OWN}")
    if any(isinstance(sample, Node) and sample.requires_grad for sample in samples):
        stacked: Tensor = ac.stack(list(samples))
        return stacked
    if all(isinstance(sample, Node | np.ndarray | np.generic) for sample in samples):
        numbers = [sample.data if isinstance(sample, Node) else sample for sample in samples]
        array = np.stack(numbers)
        if array.dtype.kind in "fiub":
            return Tensor(array)
    try:
        return Tensor(numbers_of("DataLoader", "a sample", list(samples)))
    except DtypeError:
        wrong = next(sample for sample in samples if np.asarray(sample).dtype.kind not in "fiub")
        raise DtypeError(f"DataLoader: a sample holds {glimpse(wrong)}, which is no number; {_OWN}") from None


def _fields(sample: Any) -> str:
    return str(list(sample)) if isinstance(sample, Mapping) else glimpse(sample)
