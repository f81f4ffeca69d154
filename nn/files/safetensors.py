"""Safetensors files, by the library of that name: PyTorch's weights are published in them.

The format is that of Hugging Face, *Safetensors*, 2022.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError
from .reading import check_shape, parsed

Array = np.ndarray[Any, np.dtype[Any]]

METADATA = "__metadata__"
"""The one name that stands for no array."""

_KINDS = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4", "U64": "<u8",
    "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_BRAIN = "BF16"  # the upper half of a float32

DTYPES = frozenset(map(np.dtype, _KINDS.values()))
"""What can be written."""


def as_safetensors(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The content of a safetensors file of arrays, and of texts beside them."""
    from safetensors.numpy import save  # which takes its time, and is not to be had in every browser

    return save(dict(arrays), dict(metadata) or None)


def from_safetensors(source: Path, content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the texts in the content of a safetensors file; BF16 becomes float32.

    Raises:
        FileFormatError: if it is damaged, or holds numbers that NumPy has not.
    """
    from safetensors import SafetensorError, deserialize

    try:
        entries = deserialize(content)  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise FileFormatError(
            f"{source}: no whole .safetensors file, it is damaged, cut short or something else: {error}"
        ) from None
    # the library takes the last of two arrays of one name, and keeps the texts to itself
    header = parsed(source, "the header", content[8 : 8 + int.from_bytes(content[:8], "little")])
    return {name: _array(source, name, **entry) for name, entry in entries}, header.get(METADATA, {})


def _array(source: Path, name: str, *, dtype: str, shape: list[int], data: bytearray) -> Array:
    if dtype not in _KINDS and dtype != _BRAIN:
        raise FileFormatError(
            f"{source}: {name!r} holds numbers of the kind {dtype!r}, which NumPy has not; "
            f"known are {', '.join([*_KINDS, _BRAIN])}"
        )
    kind = np.dtype("<u2" if dtype == _BRAIN else _KINDS[dtype])
    check_shape(source, repr(name), shape, kind)
    array = np.frombuffer(data, kind)
    if dtype == _BRAIN:
        array = (array.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return array.astype(array.dtype.newbyteorder("="), copy=False).reshape(shape)
