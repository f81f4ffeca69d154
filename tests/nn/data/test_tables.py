"""Tables: every cell a number or told by its row and column; nothing pickled is opened."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.errors import DomainError, DtypeError, IndexRangeError
from nn.errors import FileFormatError

NAMED = "length,width,species\n5.1,3.5,0\n\n6.2,3.4,2\n"


@pytest.fixture
def table(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    ("text", "options", "inputs", "targets"),
    [
        (NAMED, {"target": "species"}, [[5.1, 3.5], [6.2, 3.4]], [0, 2]),
        (NAMED, {"target": "length"}, [[3.5, 0], [3.4, 2]], [5.1, 6.2]),
        (NAMED, {"target": -1}, [[5.1, 3.5], [6.2, 3.4]], [0, 2]),
        (NAMED, {"target": np.int64(1)}, [[5.1, 0], [6.2, 2]], [3.5, 3.4]),
        ("\ufeff" + NAMED, {"target": "species"}, [[5.1, 3.5], [6.2, 3.4]], [0, 2]),
        (NAMED.replace("\n", "\r\n"), {"target": "species"}, [[5.1, 3.5], [6.2, 3.4]], [0, 2]),
        ('"a b" , c\n"1", 2\n', {"target": "a b"}, [[2]], [1]),
        ("1,2\n3,4\n", {"target": 0}, [[2], [4]], [1, 3]),
        ("1;2;-7\n3;4;1e3\n", {"target": 2, "delimiter": ";"}, [[1, 2], [3, 4]], [-7.0, 1000.0]),
        ("2019,2020\n3,4\n", {"target": "2020", "header": True}, [[3]], [4]),
        ("nan,inf,1\n", {"target": 2}, [[np.nan, np.inf]], [1]),
        ("1,99999999999999999999\n", {"target": 1}, [[1]], [1e20]),
    ],
)
def test_a_table_is_inputs_and_targets(table, text, options, inputs, targets):
    x, y = nn.read_csv(table(text), **options)
    np.testing.assert_array_equal(x, inputs)
    np.testing.assert_array_equal(y, targets)
    assert (x.dtype, y.dtype) == (np.float64, np.asarray(targets).dtype)


def test_without_a_target_a_table_is_one_array_in_the_dtype_asked_for(table):
    path = table(NAMED)
    assert nn.read_csv(path).shape == (2, 3)
    assert nn.read_csv(path, dtype=np.float32).dtype == np.float32
    x, y = nn.read_csv(path, "width", dtype=np.float32)
    assert (x.dtype, y.dtype) == (np.float32, np.float32)
    ac.set_default_dtype(np.float32)
    try:
        assert nn.read_csv(path).dtype == np.float32
    finally:
        ac.set_default_dtype(np.float64)


@pytest.mark.parametrize(
    ("text", "options", "error", "message"),
    [
        ("a,b\n1,2\n\n3,four\n", {}, FileFormatError, r"row 4, column 1 \('b'\): 'four' is not a number$"),
        ("a,b\n1,\n", {}, FileFormatError, r"row 2, column 1 \('b'\): the cell is empty"),
        ("1,2\n,\n", {}, FileFormatError, "row 2, column 0: the cell is empty"),
        (
            "1,x\n3,4\n",
            {},
            FileFormatError,
            "row 1, column 1: 'x' is not a number; if the first row names .* header=True",
        ),
        (
            "a;b\n1;2\n",
            {},
            FileFormatError,
            r"row 2, column 0 \('a;b'\): '1;2' is not a number; is the delimiter ';'\?",
        ),
        ("a,b\n1,2\n1,2,3\n", {}, FileFormatError, "row 3 has 3 cells, the first row has 2"),
        ("", {}, FileFormatError, "there are no rows of numbers in it$"),
        ("a,b\n", {}, FileFormatError, r"no rows of numbers in it, its only row is \['a', 'b'\]"),
        ("", {"header": True}, FileFormatError, "there are no rows"),
        ("a,b\n1,2\n", {"header": False}, FileFormatError, "row 1, column 0: 'a' is not a number"),
        ("a,b\n1,2\n", {"target": "c"}, DomainError, "no column is called 'c', there are 'a', 'b'"),
        ("a,a\n1,2\n", {"target": "a"}, DomainError, "several columns are called 'a'"),
        (
            "1,2\n",
            {"target": "c"},
            DomainError,
            r"\(='c'\) is a name, but .* none .*; give an index from 0 to 1",
        ),
        ("1,2\n", {"target": 2}, IndexRangeError, r"`target` \(=2\) is out of range, there are 2 columns"),
        ("1,2\n", {"target": 0.5}, DtypeError, "a column's name or index, got 0.5"),
        ("1\n2\n", {"target": 0}, DomainError, "no column beside the target"),
        (
            "1,2\n",
            {"dtype": int},
            DtypeError,
            r"`dtype` \(=<class 'int'>\) has to be a dtype of floating-point numbers",
        ),
        ("1,2\n", {"delimiter": ", "}, DomainError, "`delimiter` .* has to be a single character"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(table, text, options, error, message):
    with pytest.raises(error, match=message):
        nn.read_csv(table(text), **options)


def test_another_encoding_is_told_and_a_missing_file_too(table, tmp_path):
    with pytest.raises(FileFormatError, match="not a text file in UTF-8"):
        nn.read_csv(table("Größe\n1\n", "latin-1"))
    with pytest.raises(FileNotFoundError, match=r"absent\.csv"):
        nn.read_csv(tmp_path / "absent.csv")


# -- NumPy's files ----------------------------------------------------------------------------------


def test_numpys_files_are_read(tmp_path):
    x, y = np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array([0, 1])
    np.save(tmp_path / "x.npy", x)
    np.savez_compressed(tmp_path / "xy.npz", x=x, y=y)
    found = nn.read_numpy(tmp_path / "x.npy")
    assert found.dtype == np.float32
    assert np.array_equal(found, x)
    arrays = nn.read_numpy(str(tmp_path / "xy.npz"))
    assert list(arrays) == ["x", "y"]
    assert np.array_equal(arrays["x"], x)
    assert np.array_equal(arrays["y"], y)


class Harmful:
    def __reduce__(self):
        return (pytest.fail, ("the file was executed",))


def test_pickled_and_damaged_files_are_refused(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([Harmful()], dtype=object))
    np.savez(tmp_path / "objects.npz", x=np.array([Harmful()], dtype=object))
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps(Harmful()))
    np.save(tmp_path / "short.npy", np.ones(100))
    (tmp_path / "short.npy").write_bytes((tmp_path / "short.npy").read_bytes()[:-8])
    (tmp_path / "short.npz").write_bytes(b"PK")
    (tmp_path / "empty.npy").write_bytes(b"")
    for name in ("objects.npy", "objects.npz", "pickle.npy", "short.npy", "short.npz", "empty.npy"):
        with pytest.raises(FileFormatError, match=name):
            nn.read_numpy(tmp_path / name)
    with pytest.raises(FileFormatError, match=r"x\.txt: the name has to end in \.npy or \.npz"):
        nn.read_numpy(tmp_path / "x.txt")
