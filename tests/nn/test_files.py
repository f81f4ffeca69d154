"""Weights in files: both ways, with PyTorch, whole or not at all, damaged ones refused."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest

import nn
from autograd_core.errors import DtypeError
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
    with pytest.raises(DtypeError, match="'w' is no array of numbers but 'text'"):
        nn.save({"w": "text"}, tmp_path / "w.npz")
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "absent.npz")
    assert os.listdir(tmp_path) == []


def test_a_wrong_shape_is_refused_by_the_model(path):
    nn.save(nn.Linear(3, 1), path)
    with pytest.raises(ModuleError, match=r"weight has shape \(1, 2\) here, \(1, 3\) in the state"):
        nn.Linear(2, 1).load_state_dict(nn.load(path))
