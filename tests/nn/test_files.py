"""Weights in files: both ways, with PyTorch, whole or not at all, damaged ones refused."""

from __future__ import annotations

import json
import os
import pickle
import warnings
import zipfile

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, DtypeError
from nn.errors import FileFormatError, ModuleError

SUFFIXES = [".npz", ".safetensors"]


ARRAYS = {
    "weight": np.arange(6.0).reshape(2, 3),
    "half/way.x": np.ones((1, 2), np.float32),
    "turned": np.arange(6.0).reshape(2, 3).T,
    "number": np.array(3),
    "mask": np.array([True, False]),
    "nothing": np.zeros((0, 2)),
}


X = np.random.default_rng(0).normal(size=(8, 2))


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f"weights{request.param}"


def net(seed=0):
    nn.seed(seed)
    return nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.3), nn.Tanh(), nn.Linear(4, 1))


def test_arrays_come_back_as_they_were(path):
    nn.save(ARRAYS, path)
    found = nn.load(path)
    assert set(found) == set(ARRAYS)
    for name, wanted in ARRAYS.items():
        assert (found[name].dtype, found[name].shape) == (wanted.dtype, wanted.shape)
        assert np.array_equal(found[name], wanted)
        found[name][...] = 0  # theirs to change


def test_a_model_comes_back(path):
    model, again = net(), net(1)
    nn.save(model, path)
    again.load_state_dict(nn.load(path))
    assert np.array_equal(again.eval()(X).data, model.eval()(X).data)


@pytest.mark.peers
def test_pytorch_reads_and_writes_the_same_files(tmp_path):
    pytest.importorskip("torch")
    theirs = pytest.importorskip("safetensors.torch")
    nn.save(ARRAYS, tmp_path / "ours.safetensors")
    read = theirs.load_file(tmp_path / "ours.safetensors")
    assert all(np.array_equal(read[name].numpy(), wanted) for name, wanted in ARRAYS.items())
    theirs.save_file(read, tmp_path / "theirs.safetensors")
    found = nn.load(tmp_path / "theirs.safetensors")
    assert all(np.array_equal(found[name], wanted) for name, wanted in ARRAYS.items())


def test_a_header_of_any_length_is_read(tmp_path):
    path = tmp_path / "weights.safetensors"
    first_bytes = set()
    for length in range(1, 257):
        nn.save({"w" * length: np.ones(2)}, path)
        first_bytes.add(path.read_bytes()[0])
        assert list(nn.load(path)) == ["w" * length]
    assert 0x80 in first_bytes  # with which a pickle begins, too


def test_numpy_reads_the_npz(tmp_path):
    nn.save(ARRAYS, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as file:
        assert all(np.array_equal(file[name], wanted) for name, wanted in ARRAYS.items())


def test_a_file_may_be_read_by_whom_any_other_may(path):
    nn.save({"x": np.ones(1)}, path)
    (path.parent / "other").write_bytes(b"")
    assert path.stat().st_mode == (path.parent / "other").stat().st_mode


def test_a_failed_write_leaves_the_old_file_and_nothing_beside(path, monkeypatch):
    nn.save({"old": np.ones(1)}, path)

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        nn.save({"new": np.ones(1)}, path)
    assert list(nn.load(path)) == ["old"]
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.95])
def test_a_file_cut_short_is_refused(path, kept):
    nn.save({"w": np.random.default_rng(0).normal(size=100)}, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(FileFormatError, match=r"empty|damaged"):
        nn.load(path)


def test_flipped_bits_in_an_npz_are_noticed(tmp_path):
    path = tmp_path / "w.npz"
    nn.save({"w": np.ones(100)}, path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(FileFormatError, match=r"damaged or cut short: .*CRC"):
        nn.load(path)


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("unpickled",)


def test_a_pickle_is_refused_and_never_opened(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(FileFormatError, match="this is a pickle, which could run any program"):
        nn.load(path)
    np.savez(tmp_path / "objects.npz", w=np.array([Bomb()], dtype=object))
    with pytest.raises(FileFormatError, match=r"'w.npy' in it cannot be read"):
        nn.load(tmp_path / "objects.npz")
    assert not (tmp_path / "unpickled").exists()


def test_a_header_of_any_length_is_none_of_a_pickle(tmp_path):
    first = set()
    for length in range(1, 300, 4):
        file = tmp_path / "weights.safetensors"
        nn.save({"w" * length: X}, file)
        first.add(file.read_bytes()[:1])
        assert np.array_equal(nn.load(file)["w" * length], X)
    assert b"\x80" in first  # the first byte of a pickle


@pytest.mark.peers
def test_a_file_of_pytorchs_own_format_is_refused(tmp_path):
    torch = pytest.importorskip("torch")
    torch.save({"w": torch.ones(2)}, tmp_path / "w.npz")
    with pytest.raises(FileFormatError, match="is it a pickled PyTorch file"):
        nn.load(tmp_path / "w.npz")


def test_what_cannot_be_written_or_read_is_told(tmp_path):
    with pytest.raises(FileFormatError, match=r"has to end in .safetensors or .npz"):
        nn.save(ARRAYS, tmp_path / "w.pth")
    with pytest.raises(DtypeError, match="'w' is no array of real numbers or booleans but 'text'"):
        nn.save({"w": "text"}, tmp_path / "w.npz")
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "absent.npz")
    assert os.listdir(tmp_path) == []


def test_a_wrong_shape_is_refused_by_the_model(path):
    nn.save(nn.Linear(3, 1), path)
    with pytest.raises(ModuleError, match=r"weight has shape \(1, 2\) here, \(1, 3\) in the state"):
        nn.Linear(2, 1).load_state_dict(nn.load(path))


# -- load and save take the same ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "array",
    [
        np.array([1 + 2j]),
        np.array(["a"]),
        np.array([b"a"]),
        np.array(["2020-01-01"], "datetime64[D]"),
        np.zeros(2, [("x", float)]),
    ],
    ids=str,
)
def test_what_is_no_real_number_is_neither_written_nor_read(array, path, tmp_path):
    with pytest.raises(DtypeError, match="'x' is no array of real numbers or booleans but"):
        nn.save({"x": array}, path)
    np.savez(tmp_path / "foreign.npz", x=array)
    with pytest.raises(
        FileFormatError, match=r"foreign\.npz: 'x' holds .*; nn.read_numpy\(\) reads other arrays"
    ):
        nn.load(tmp_path / "foreign.npz")
    assert nn.read_numpy(tmp_path / "foreign.npz")["x"].dtype == array.dtype


@pytest.mark.parametrize("kind", ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_kind_of_number_comes_back(kind, order, path):
    array = np.array([[0, 1, 2], [1, 0, 3]]).astype(np.dtype(kind).newbyteorder(order))
    nn.save({"x": array, "none": array[:0], "one": array[0, 0]}, path)
    found = nn.load(path)
    assert np.array_equal(found["x"], array)
    assert found["x"].dtype.newbyteorder("=") == array.dtype.newbyteorder("=")
    assert (found["none"].shape, found["one"].shape) == ((0, 3), ())


def test_extended_precision_fits_into_an_npz_only(tmp_path):
    extended = np.ones(2, np.longdouble)
    if extended.dtype.itemsize == 8:
        pytest.skip("long double is double here")
    nn.save({"x": extended}, tmp_path / "x.npz")
    assert nn.load(tmp_path / "x.npz")["x"].dtype == np.longdouble
    with pytest.raises(DtypeError, match=r"a \.safetensors file holds no float128 as 'x' is; an \.npz does"):
        nn.save({"x": extended}, tmp_path / "x.safetensors")


def safetensors(path, header, numbers=b""):
    text = header.encode() if isinstance(header, str) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + numbers)
    return path


def test_brain_floats_become_float32_exactly(tmp_path):
    path = tmp_path / "b.safetensors"
    wanted = np.array([1.0, -2.5, 0.0, np.inf, 3.140625, 1e-38], np.float32)
    half = (wanted.view(np.uint32) >> 16).astype("<u2")
    safetensors(path, {"x": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}}, half.tobytes())
    found = nn.load(path)["x"]
    assert (found.dtype, found.shape) == (np.float32, (2, 3))
    assert np.array_equal(found.ravel(), (half.astype(np.uint32) << 16).view(np.float32))
    assert found[0].tolist() == [1.0, -2.5, 0.0]


def test_a_name_that_stands_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "twice.npz", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's own
        for _ in range(2):
            with archive.open("x.npy", "w") as member:
                np.lib.format.write_array(member, np.ones(2))
    with pytest.raises(FileFormatError, match=r"twice\.npz: the name 'x.npy' stands in it twice"):
        nn.load(tmp_path / "twice.npz")
    entry = '"x": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}'
    safetensors(tmp_path / "twice.safetensors", f"{{{entry}, {entry}}}", b"\1")
    with pytest.raises(FileFormatError, match=r"twice\.safetensors: .*the name 'x' stands there twice"):
        nn.load(tmp_path / "twice.safetensors")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a\0b", "the character NUL"),
        ("x" * 65_536, "is a name of 65,536 bytes"),
        ("\ud800", "no text that can be"),
    ],
    ids=["NUL", "64 KiB", "half a character"],
)
def test_names_that_cannot_be_written_are_refused(name, reason, path):
    with pytest.raises(DomainError, match=reason):
        nn.save({name: np.ones(1)}, path)
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize(
    "name", ["", "ü/ñ.weight", "x.npy", "x" * 60_000, "\n", "__metadata__.json", "../up"]
)
def test_any_other_name_comes_back(name, path):
    nn.save({name: np.ones(1), "other": np.zeros(2)}, path)
    assert set(nn.load(path)) == {name, "other"}


def test_the_name_of_the_texts_is_no_name_of_an_array(tmp_path):
    with pytest.raises(DomainError, match="'__metadata__' names the texts, no array"):
        nn.save({"__metadata__": np.ones(1)}, tmp_path / "x.safetensors")


# -- what a file declares is not believed -------------------------------------------------------------------

WHOLE = "no whole .safetensors file, it is damaged, cut short or something else"
HEADERS = {
    "72 TiB": ({"x": {"dtype": "F64", "shape": [10**13], "data_offsets": [0, 8]}}, WHOLE),
    "too large for any array": (
        {"x": {"dtype": "F64", "shape": [2**40, 2**40, 0], "data_offsets": [0, 0]}},
        WHOLE,
    ),
    "a negative length": ({"x": {"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}}, WHOLE),
    "true for a length": ({"x": {"dtype": "F64", "shape": [True], "data_offsets": [0, 8]}}, WHOLE),
    "100 axes": ({"x": {"dtype": "F64", "shape": [1] * 100, "data_offsets": [0, 8]}}, "declares 100 axes"),
    "beyond the end": ({"x": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}}, WHOLE),
    "a gap": ({"x": {"dtype": "U8", "shape": [4], "data_offsets": [4, 8]}}, WHOLE),
    "an unknown kind": (
        {"x": {"dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8]}},
        "the kind 'F8_E4M3', which",
    ),
    "no shape": ({"x": {"dtype": "F64", "data_offsets": [0, 8]}}, WHOLE),
    "a list": ([1], WHOLE),
    "texts that are none": ({"__metadata__": {"a": 1}}, WHOLE),
    "depth": ("[" * 100_000, WHOLE),
    "no JSON": ('{"x": ', WHOLE),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_hostile_header_is_refused_in_words(case, tmp_path):
    header, reason = HEADERS[case]
    path = safetensors(tmp_path / "hostile.safetensors", header, bytes(8))
    with pytest.raises(FileFormatError, match=rf"hostile\.safetensors: .*{reason}"):
        nn.load(path)


def npy(header, numbers=bytes(8)):
    text = header.encode("latin-1")
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + numbers


NPY = {
    "72 TiB": (
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,)}",
        "needs 72 TiB, found 8 bytes",
    ),
    "depth": ("(" * 9000, "its header is damaged"),
    "no order": ("{'descr': '<f8', 'shape': (1,)}", "its header is damaged"),
    "an open bracket": ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,", "its header is damaged"),
    "no dtype": ("{'descr': '<z8', 'fortran_order': False, 'shape': (1,)}", "its header is damaged"),
    "objects": ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "it holds pickled objects"),
    "no shape": ("{'descr': '<f8', 'fortran_order': False, 'shape': 'x'}", "its header is damaged"),
}


@pytest.mark.parametrize("case", NPY)
def test_a_hostile_header_of_an_npy_is_refused_in_words(case, tmp_path):
    header, reason = NPY[case]
    (tmp_path / "x.npy").write_bytes(npy(header))
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("x.npy", npy(header))
    for read, name in ((nn.read_numpy, "x.npy"), (nn.read_numpy, "x.npz"), (nn.load, "x.npz")):
        with pytest.raises(FileFormatError, match=rf"{name}: .*{reason}"):
            read(tmp_path / name)


def test_what_is_above_the_limit_is_refused_until_it_is_raised(path, tmp_path):
    before = nn.get_read_limit()
    nn.save({"x": np.zeros(1000)}, path)
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros(10**6))
    try:
        nn.set_read_limit(5000)
        with pytest.raises(
            FileFormatError, match=r"above the limit of 5,000 bytes; .*nn\.set_read_limit\(\d+\)"
        ):
            nn.load(path)
        nn.set_read_limit(10**5)
        with pytest.raises(
            FileFormatError, match=r"what is in it has 7,813 KiB, above the limit of 97.66 KiB"
        ):
            nn.load(tmp_path / "bomb.npz")
        nn.set_read_limit(10**7)
        assert nn.load(path)["x"].size == 1000
        assert nn.load(tmp_path / "bomb.npz")["x"].size == 10**6
    finally:
        nn.set_read_limit(before)


def test_an_archive_of_a_version_to_come_is_refused(tmp_path):
    path = tmp_path / "w.npz"
    nn.save({"w": np.ones(2)}, path)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 6] = 128  # the version that is needed to read it
    path.write_bytes(bytes(content))
    with pytest.raises(FileFormatError, match=r"w\.npz: .*version 12.8"):
        nn.load(path)
