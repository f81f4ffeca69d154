"""A damaged file is refused by name, whatever is wrong with it, and nothing is changed by half of one.

Some files of every kind in the ordinary suite; ``make fuzz`` damages them by the thousand, new ones every time.
"""

from __future__ import annotations

import copy
import gzip
import io
import random
import struct
import tarfile
import tracemalloc

import numpy as np
import pytest

import nn
from autograd_core.errors import AutogradError
from nn.data.cifar import CIFAR10, labelled_photographs
from nn.errors import FileFormatError
from tests.fuzzing import amount_and_seed
from tests.nn.damage import DAMAGES

TIMES, SEED = amount_and_seed(12)
MEMORY = 64 * 2**20  # bytes that no small file may ask for

X = np.random.default_rng(0).normal(size=(6, 3))


def training(seed=0):
    nn.seed(seed)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    return model, optimizer, nn.optim.ExponentialLR(optimizer, 0.9)


def trained(seed=0):
    model, optimizer, schedule = training(seed)
    for _ in range(2):
        optimizer.zero_grad()
        (model(X) ** 2).mean().backward()
        optimizer.step()
        schedule.step()
    return model, optimizer, schedule


def checkpoint(path):
    history = nn.History({"loss": [0.5, 0.25]}).to_dict()
    extra = {"history": history, "callbacks": {}, "generators": {}}
    nn.save_checkpoint(path, *trained(), epoch=2, extra=extra)
    return path.read_bytes()


def arrays(path):
    nn.save({"weight": X, "half": X.astype(np.float16), "mask": X > 0, "number": np.array(3)}, path)
    return path.read_bytes()


def compressed(path):
    np.savez_compressed(path, weight=np.zeros((40, 50)), bias=X)
    return path.read_bytes()


def single(path):
    np.save(path, np.asfortranarray(X))
    return path.read_bytes()


IDX = struct.pack(">4B2I", 0, 0, 8, 2, 6, 3) + bytes(range(18))
PHOTOGRAPHS = b"".join(bytes([label]) + bytes(range(256)) * 12 for label in (3, 1))


def archive(path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        member = tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin")
        member.size = len(PHOTOGRAPHS)
        file.addfile(member, io.BytesIO(PHOTOGRAPHS))
    return buffer.getvalue()


def photographs_of(path):
    folder = path.parent / "photographs"
    folder.mkdir()
    try:
        path.rename(folder / "cifar-10-binary.tar.gz")
        return labelled_photographs(CIFAR10, folder, False, False, None)
    finally:
        for file in sorted(folder.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        folder.rmdir()


def history(path):
    nn.History(
        {"loss": [0.5, float("nan"), 2.0], "rates": [[1.0, 2.0], [3.0, 4.0], [5.0, float("inf")]]}
    ).save(path)
    return path.read_bytes()


RESUMING = trained(1)


def everything(model, optimizer, schedule):
    return copy.deepcopy(
        (
            model.state_dict(),
            optimizer.state_dict(),
            schedule.state_dict(),
            nn.seed.__globals__["_default"].bit_generator.state,
        )
    )


def load_checkpoint(path):
    before = repr(everything(*RESUMING))
    groups = repr(RESUMING[1].param_groups)
    try:
        nn.load_checkpoint(path, *RESUMING)
    except AutogradError as error:
        assert repr(everything(*RESUMING)) == before, "half of it was loaded"
        assert repr(RESUMING[1].param_groups) == groups
        raise FileFormatError(str(error)) from error  # that the model does not fit may be said, too
    nn.checkpoint_extra(path)


FILES = {
    "weights.npz": (arrays, nn.load),
    "weights.safetensors": (arrays, nn.load),
    "compressed.npz": (compressed, nn.load),
    "single.npy": (single, nn.read_numpy),
    "several.npz": (compressed, nn.read_numpy),
    "last.npz": (checkpoint, load_checkpoint),
    "last.safetensors": (checkpoint, load_checkpoint),
    "images-idx2-ubyte": (lambda path: IDX, nn.read_idx),
    "images-idx2-ubyte.gz": (lambda path: gzip.compress(IDX, mtime=0), nn.read_idx),
    "test_batch.bin": (lambda path: PHOTOGRAPHS, nn.read_cifar10),
    "cifar-10-binary.tar.gz": (archive, photographs_of),
    "table.csv": (lambda path: b"a,b,c\n1,2,0\n3,4.5,1\n-1e-3,0,1\n", nn.read_csv),
    "history.json": (history, nn.History.load),
    "history.csv": (history, nn.History.load),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_read_or_refused_by_name(name, damage, tmp_path):
    write, read = FILES[name]
    path = tmp_path / name
    content = write(path)
    print(f"FUZZ_SEED={SEED}")
    tracemalloc.start()
    try:
        for number in range(TIMES):
            damaged = DAMAGES[damage](random.Random(f"{SEED} {name} {damage} {number}"), content)
            path.write_bytes(damaged)
            tracemalloc.reset_peak()
            said = name
            try:
                read(path)
            except FileFormatError as error:
                said = str(error)
            except Exception as error:
                raise AssertionError(f"{error!r}; {program(name, damaged)}") from error
            assert name in said, f"{said!r} does not name the file; {program(name, damaged)}"
            asked = tracemalloc.get_traced_memory()[1]
            assert asked < MEMORY, f"{asked:,} bytes were asked for; {program(name, damaged)}"
    finally:
        tracemalloc.stop()


def program(name, damaged):
    """What repeats it."""
    shown = (
        repr(damaged)
        if len(damaged) < 5000
        else f"bytes.fromhex({gzip.compress(damaged).hex()!r}) compressed"
    )
    return f"FUZZ_SEED={SEED} repeats it: {name} is\n{shown}"
