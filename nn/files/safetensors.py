"""Safetensors files: eight bytes for the length of a header, the header in JSON, then all numbers.

The format is that of Hugging Face, *Safetensors*, 2022; PyTorch's weights are published in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError
from .reading import check_length, check_texts, parsed

Array = np.ndarray[Any, np.dtype[Any]]

METADATA = "__metadata__"
"""The one name that stands for no array."""

_KINDS = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8",
    "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_NAMES = {np.dtype(kind): name for name, kind in _KINDS.items()}
_BRAIN = "BF16"  # the upper half of a float32
_LONGEST = 100_000_000  # bytes of a header, as the format has it

DTYPES = frozenset(_NAMES)
"""What can be written."""


def as_safetensors(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The content of a safetensors file of arrays, and of texts beside them."""
    header: dict[str, Any] = {METADATA: dict(metadata)} if metadata else {}
    little = {name: array.astype(array.dtype.newbyteorder("<"), copy=False) for name, array in arrays.items()}
    place = 0
    # the widest first, so that all of them are aligned
    order = sorted(little, key=lambda name: (-little[name].dtype.itemsize, name))
    for name in order:
        array = little[name]
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": array.shape,
            "data_offsets": (place, place + array.nbytes),
        }
        place += array.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(little[name].tobytes() for name in order)])


def from_safetensors(source: Path, content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the texts in the content of a safetensors file; BF16 becomes float32.

    Raises:
        FileFormatError: if it is damaged, or holds numbers that NumPy has not.
    """
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8 or length > min(_LONGEST, len(content) - 8):
        raise FileFormatError(
            f"{source}: no whole .safetensors file, it is damaged, cut short or something else: its "
            f"header of {length:,} bytes does not fit into {len(content):,}"
        )
    header = parsed(source, "the header", content[8 : 8 + length])
    if not isinstance(header, dict):
        raise FileFormatError(f"{source}: no .safetensors file, its header is no table of arrays")
    metadata = check_texts(source, repr(METADATA), header.pop(METADATA, {}))
    numbers = memoryview(content)[8 + length :]
    arrays, places = {}, []
    for name, entry in header.items():
        arrays[name], place = _array(source, name, entry, numbers)
        places.append(place)
    end = 0
    for first, last in sorted(places):
        if first != end:
            raise FileFormatError(f"{source}: damaged, its arrays overlap or leave gaps at byte {first}")
        end = last
    if end != len(numbers):
        raise FileFormatError(
            f"{source}: no whole .safetensors file, its arrays need {end:,} bytes, found {len(numbers):,}"
        )
    return arrays, metadata


def _array(source: Path, name: str, entry: Any, numbers: memoryview) -> tuple[Array, tuple[int, int]]:
    try:
        kind, shape, (first, last) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (TypeError, KeyError, ValueError):
        raise FileFormatError(f"{source}: damaged, the header does not describe the array {name!r}") from None
    if not isinstance(kind, str) or (kind not in _KINDS and kind != _BRAIN):
        raise FileFormatError(
            f"{source}: {name!r} holds numbers of the kind {kind!r}, which NumPy has not; "
            f"known are {', '.join([*_KINDS, _BRAIN])}"
        )
    if type(first) is not int or type(last) is not int or not 0 <= first <= last <= len(numbers):
        raise FileFormatError(
            f"{source}: damaged or cut short, {name!r} is said to lie at the bytes {first!r} to {last!r}, "
            f"there are {len(numbers):,}"
        )
    dtype = np.dtype("<u2" if kind == _BRAIN else _KINDS[kind])
    check_length(source, repr(name), shape, dtype, last - first)
    stored = np.frombuffer(numbers[first:last], dtype)
    if kind == _BRAIN:
        array = (stored.astype(np.uint32) << np.uint32(16)).view(np.float32)
    else:
        array = stored.astype(dtype.newbyteorder("="))
    return array.reshape(shape), (first, last)
