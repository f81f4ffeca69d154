"""What holds for every file that is read: nothing in it is trusted, least of all a declared size."""

from __future__ import annotations

import gzip
import io
import json
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import check_count
from ..errors import FileFormatError

__all__ = ["get_read_limit", "set_read_limit"]

_AXES = 64  # the most that an array may have
_DENSEST = 1032  # bytes that a compressed one can stand for: deflate writes 258 of them with two bits

_CHUNK = 2**20  # bytes that are decompressed at once
_limit = 2**32


def set_read_limit(size: int) -> None:
    """Refuse files, and contents of compressed files, of more than so many bytes; 4 GiB at first.

    A damaged or hostile file may declare any size. What it declares is compared with the length of the
    file and with this limit before memory is asked for.

    Args:
        size: the number of bytes.

    Raises:
        DomainError: for anything but a whole number from 1.

    >>> set_read_limit(2**33)
    >>> get_read_limit()
    8589934592
    >>> set_read_limit(2**32)
    """
    global _limit
    check_count("set_read_limit()", size=size)
    _limit = size


def get_read_limit() -> int:
    """The most bytes that are read from a file; see :func:`set_read_limit`.

    >>> get_read_limit()
    4294967296
    """
    return _limit


def read_whole(source: Path) -> bytes:
    """The bytes of a file.

    Raises:
        FileFormatError: if there are more than the limit.
    """
    check_limit(source, "the file", source.stat().st_size)
    return source.read_bytes()


def check_limit(source: Path, part: str, size: int) -> None:
    """Refuse what has, or declares, more bytes than the limit.

    Raises:
        FileFormatError: if it does.
    """
    if size > _limit:
        raise FileFormatError(
            f"{source}: {part} has {_bytes(size)}, above the limit of {_bytes(_limit)}; if that is right, "
            f"raise the limit: nn.set_read_limit({size})"
        )


def check_compressed(source: Path, part: str, size: int, stored: int) -> None:
    """Refuse a declared size that ``stored`` compressed bytes cannot have, or that is above the limit.

    Raises:
        FileFormatError: if it is refused.
    """
    if size > _DENSEST * (stored + 1):
        raise FileFormatError(
            f"{source}: damaged, {part} declares {_bytes(size)}, which cannot come from {stored:,} bytes"
        )
    check_limit(source, part, size)


def decompressed(source: Path, content: bytes, most: int | None = None) -> bytes:
    """What a file compressed with gzip holds, or its first ``most`` bytes.

    Raises:
        FileFormatError: if it is damaged, or has more bytes than the limit.
    """
    found = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while (most is None or len(found) < most) and (more := file.read(most or _CHUNK)):
                found += more
                check_limit(source, "what is compressed in it", len(found))
    except (EOFError, OSError, zlib.error) as error:
        raise FileFormatError(
            f"{source}: compressed, but damaged or cut short at {len(content)} bytes: {error}"
        ) from None
    return bytes(found)


def check_shape(source: Path, part: str, shape: Sequence[Any], dtype: np.dtype[Any]) -> int:
    """The number of bytes of an array that a file declares.

    Raises:
        FileFormatError: if there can be no such array.
    """
    if len(shape) > _AXES:
        raise FileFormatError(f"{source}: {part} declares {len(shape)} axes, an array has at most {_AXES}")
    if any(type(length) is not int or length < 0 for length in shape):
        raise FileFormatError(f"{source}: {part} declares the shape {_short(shape)}, which is none")
    size: int = math.prod(shape) * dtype.itemsize
    if math.prod(length for length in shape if length) * max(dtype.itemsize, 1) >= 2**63:
        raise FileFormatError(f"{source}: {part} declares the shape {_short(shape)}, no array is that large")
    return size


def check_length(source: Path, part: str, shape: Sequence[int], dtype: np.dtype[Any], found: int) -> None:
    """Refuse an array whose declared size is not the number of bytes that are there.

    Raises:
        FileFormatError: if they differ.
    """
    size = check_shape(source, part, shape, dtype)
    if found != size:
        fault = "cut short" if found < size else "too long"
        raise FileFormatError(
            f"{source}: {part} is {fault}, shape {_short(shape)} of {dtype.newbyteorder('=')} needs "
            f"{_bytes(size)}, found {_bytes(found)}"
        )


def parsed(source: Path, part: str, text: bytes) -> Any:
    """The content of a JSON text; a name that stands twice in one place is refused.

    Raises:
        FileFormatError: if it is none.
    """
    try:
        return json.loads(text.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{source}: damaged, {part} cannot be read: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {_short(twice)} stands there twice")
    return found


def check_texts(source: Path, part: str, texts: Any) -> dict[str, str]:
    """Texts by name.

    Raises:
        FileFormatError: if they are something else.
    """
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise FileFormatError(f"{source}: damaged, {part} does not hold texts by name")
    return texts


def _bytes(size: int) -> str:
    """A number of bytes as people write it."""
    if size < 10 * 2**10:
        return f"{size:,} bytes"
    for power, unit in enumerate(("KiB", "MiB", "GiB"), 1):
        if size < 10 * 1024 ** (power + 1):
            return f"{size / 1024**power:,.4g} {unit}"
    return f"{size // 1024**4:,} TiB" if size < 2**70 else f"2^{size.bit_length() - 1} bytes"


def _short(x: Any) -> str:
    text = repr(x)
    return text if len(text) <= 60 else f"{text[:59]}…"
