"""IDX files are read, and refused when they are not whole."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

import nn
from nn.errors import FileFormatError
from tests.nn.data.image_files import (
    IMAGES,
    idx,
)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (0, 28, 28)])
def test_an_idx_file_comes_back_as_it_was_written(tmp_path, packed, kind, shape):
    array = (np.arange(np.prod(shape)) - 5).astype(kind).reshape(shape)
    content = gzip.compress(idx(array)) if packed else idx(array)
    (tmp_path / "file").write_bytes(content)
    found = nn.read_idx(tmp_path / "file")
    assert (found.dtype, found.shape) == (array.dtype, shape)
    assert found.dtype.isnative
    assert np.array_equal(found, array)
    found[...] = 0  # theirs to change


WHOLE = idx(IMAGES)


PACKED = gzip.compress(WHOLE)


DAMAGED = {
    "empty": (b"", r"it begins with nothing \(0 bytes\)"),
    "three bytes": (b"\0\0\x08", r"it begins with 00 00 08 \(3 bytes\)"),
    "a zip archive": (b"PK\3\4" + WHOLE, "it begins with 50 4b 03 04 .* where 00 00 is wanted"),
    "unknown numbers": (
        b"\0\0\x07" + WHOLE[3:],
        "its kind of number is 07, known are 08, 09, 0b, 0c, 0d, 0e",
    ),
    "no axes": (b"\0\0\x08\0", "its header names no axes"),
    "half a header": (WHOLE[:10], "a header of 3 axes needs 16 bytes, found 10"),
    "cut short": (WHOLE[:-7], r"the array is cut short, shape \(5, 4, 3\) of uint8 needs 60 bytes, found 53"),
    "too long": (
        WHOLE + b"\0",
        r"the array is too long, shape \(5, 4, 3\) of uint8 needs 60 bytes, found 61",
    ),
    "a float cut short": (
        idx(np.zeros(3))[:-1],
        r"the array is cut short, shape \(3,\) of float64 needs 24 bytes, found 23",
    ),
    "cut short, packed": (PACKED[:-9], "compressed, but damaged or cut short at"),
    "altered, packed": (PACKED[:12] + b"!!!!" + PACKED[16:], "compressed, but damaged"),
}


@pytest.mark.parametrize("fault", DAMAGED)
def test_a_damaged_idx_file_is_refused_and_named(tmp_path, fault):
    content, message = DAMAGED[fault]
    (tmp_path / "images").write_bytes(content)
    with pytest.raises(FileFormatError, match=f"images: (no .*IDX file, )?{message}"):
        nn.read_idx(tmp_path / "images")
