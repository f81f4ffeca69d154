"""IDX files, the format in which the handwritten digits of MNIST are published."""

from __future__ import annotations

import gzip
import math
import os
import zlib
from pathlib import Path

import numpy as np

from ..errors import FileFormatError
from .samples import Array

__all__ = ["read_idx"]

# the third byte of a file says how its numbers are stored, the most significant byte first
_KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP = b"\x1f\x8b"


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
    content = source.read_bytes()
    if content[:2] == _GZIP:
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error) as error:
            raise FileFormatError(
                f"{source}: compressed, but damaged or cut short at {source.stat().st_size} bytes: {error}"
            ) from None
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
    stored = np.dtype(_KINDS[kind])
    expected = start + math.prod(shape) * stored.itemsize
    if len(content) != expected:
        fault = "cut short" if len(content) < expected else "too long"
        raise FileFormatError(
            f"{source}: {fault}, shape {shape} of {stored.newbyteorder('=')} needs {expected} bytes, "
            f"found {len(content)}"
        )
    numbers = np.frombuffer(content, stored, offset=start).reshape(shape)
    return numbers.astype(stored.newbyteorder("="))
