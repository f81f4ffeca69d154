"""NumPy's files: an array in an .npy, arrays by name in an .npz, which is a zip archive of them."""

from __future__ import annotations

import ast
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileFormatError
from .reading import check_compressed, check_length, check_limit, check_texts, parsed

Array = np.ndarray[Any, np.dtype[Any]]

_METADATA = "__metadata__.json"  # where an .npz keeps the text beside its arrays
_LONGEST = 10_000  # bytes of a header, as NumPy has it: it is a Python expression
_MAGIC = b"\x93NUMPY"
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, struct.error, zlib.error)


def as_npz(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The content of an .npz file of arrays, and of texts beside them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        if metadata:
            archive.writestr(_METADATA, json.dumps(metadata))
    return buffer.getvalue()


def from_npz(source: Path, content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the texts in the content of an .npz file; ``source`` is named in errors.

    Raises:
        FileFormatError: if it is damaged or pickled, or declares more bytes than the limit.
    """
    arrays: dict[str, Array] = {}
    metadata: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            check_limit(source, "what is in it", sum(member.file_size for member in members))
            for member in members:
                name = member.filename
                if name != _METADATA and not name.endswith(".npy"):
                    raise FileFormatError(
                        f"{source}: {name!r} in it is no NumPy array; is it a pickled PyTorch file? "
                        "Save the weights as safetensors and load that"
                    )
                if name.removesuffix(".npy") in arrays or (name == _METADATA and metadata):
                    raise FileFormatError(f"{source}: the name {name!r} stands in it twice")
                data = _member(source, archive, member)  # checks its checksum
                if name == _METADATA:
                    metadata = check_texts(source, repr(name), parsed(source, repr(name), data))
                else:
                    arrays[name.removesuffix(".npy")] = from_npy(source, name, data)
    except FileFormatError:
        raise
    except _DAMAGED as error:
        raise FileFormatError(f"{source}: no whole .npz file, it is damaged or cut short: {error}") from None
    return arrays, metadata


def _member(source: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    part = f"{member.filename!r} in it"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 0x61:
        raise FileFormatError(f"{source}: damaged, {part} is encrypted, or not compressed as NumPy does")
    if member.compress_type == zipfile.ZIP_DEFLATED:
        check_compressed(source, part, member.file_size, member.compress_size)
    elif member.file_size != member.compress_size:
        raise FileFormatError(
            f"{source}: damaged, {part} declares {member.file_size:,} bytes and has {member.compress_size:,}"
        )
    data = archive.read(member)
    if len(data) != member.file_size:
        raise FileFormatError(
            f"{source}: damaged, {part} declares {member.file_size:,} bytes and has {len(data):,}"
        )
    return data


def from_npy(source: Path, name: str, data: bytes) -> Array:
    """The array in the content of an .npy file, which stands under a name in ``source``.

    Raises:
        FileFormatError: if it is damaged or pickled.
    """
    part = f"{name!r} in it"
    shape, turned, dtype, start = _header(source, part, data)
    if dtype.hasobject:
        raise FileFormatError(
            f"{source}: {part} cannot be read: it holds pickled objects, which could run any program"
        )
    check_length(source, part, shape, dtype, len(data) - start)
    if not dtype.itemsize:
        return np.zeros(shape, dtype)
    flat = np.frombuffer(data, dtype, offset=start).copy()
    return flat.reshape(shape[::-1]).transpose() if turned else flat.reshape(shape)


def _header(source: Path, part: str, data: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, whether the first axis changes fastest, dtype, and where the numbers begin."""
    if not data.startswith(_MAGIC) or len(data) < 12:
        raise FileFormatError(f"{source}: {part} cannot be read: it does not begin as an .npy file does")
    version, width = (data[6], data[7]), 2 if data[6] == 1 else 4
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise FileFormatError(f"{source}: {part} cannot be read: {version} is no version of .npy files")
    start = 8 + width
    length = int.from_bytes(data[8:start], "little")
    if length > min(_LONGEST, len(data) - start):
        raise FileFormatError(f"{source}: {part} cannot be read: its header of {length:,} bytes is damaged")
    text = data[start : start + length]
    try:
        header = ast.literal_eval(text.decode("utf-8" if version == (3, 0) else "latin-1").strip())
        wanted, turned, shape = header["descr"], header["fortran_order"], header["shape"]
        dtype = np.lib.format.descr_to_dtype(wanted)
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError, RecursionError, MemoryError) as error:
        raise FileFormatError(f"{source}: {part} cannot be read, its header is damaged: {error}") from None
    if len(header) != 3 or not isinstance(turned, bool) or not isinstance(shape, tuple):
        raise FileFormatError(f"{source}: {part} cannot be read, its header is damaged: {text[:60]!r}")
    return shape, turned, dtype, start + length
