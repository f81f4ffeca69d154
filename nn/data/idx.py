"""IDX files, the format in which the handwritten digits of MNIST are published."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError
from ..files.reading import check_compressed, check_length, check_shape, decompressed, read_whole
from .samples import Array

__all__ = ["read_idx"]

# the third byte of a file says how its numbers are stored, the most significant byte first
_KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP = b"\x1f\x8b"
_LONGEST = 4 + 4 * 255  # bytes of a header


def read_idx(path: str | os.PathLike[str]) -> Array:
    """The array in an IDX file, plain or compressed with gzip.

    Two zero bytes, the kind of number, the number of axes, the length of each, then the numbers (LeCun,
    Cortes and Burges, The MNIST database of handwritten digits, 1998).

    Args:
        path: the file, ``train-images-idx3-ubyte.gz`` for one.

    Returns:
        An array of the shape that the file says, with the file's kind of number.

    Raises:
        FileFormatError: if it is no IDX file, damaged, or has more or fewer bytes than its header says.
        FileNotFoundError: if it is not there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels-idx1-ubyte")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))
    ...     read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    source = Path(path)
    content = read_whole(source)
    if content[:2] == _GZIP:
        shape, stored, start = _header(source, decompressed(source, content, _LONGEST))
        size = start + check_shape(source, "the header", shape, stored)
        check_compressed(source, "the header", size, len(content))
        content = decompressed(source, content)
    shape, stored, start = _header(source, content)
    check_length(source, "the array", shape, stored, len(content) - start)
    return np.frombuffer(content, stored, offset=start).reshape(shape).astype(stored.newbyteorder("="))


def _header(source: Path, content: bytes) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Shape, dtype, and where the numbers begin."""
    if len(content) < 4 or content[:2] != b"\0\0":
        raise FileFormatError(
            f"{source}: no IDX file, it begins with {content[:4].hex(' ') or 'nothing'} "
            f"({len(content)} bytes) where 00 00 is wanted"
        )
    kind, axes = content[2], content[3]
    if kind not in _KINDS:
        known = ", ".join(f"{code:02x}" for code in _KINDS)
        raise FileFormatError(f"{source}: no IDX file, its kind of number is {kind:02x}, known are {known}")
    start = 4 + 4 * axes
    if not axes:
        raise FileFormatError(f"{source}: no whole IDX file, its header names no axes")
    if len(content) < start:
        raise FileFormatError(
            f"{source}: no whole IDX file, a header of {axes} axes needs {start} bytes, found {len(content)}"
        )
    shape = tuple(int(length) for length in np.frombuffer(content, ">u4", axes, 4))
    return shape, np.dtype(_KINDS[kind]), start
