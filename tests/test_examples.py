"""Parts of the examples that can be told right from wrong without training."""

from __future__ import annotations

import gzip
import importlib.util
import struct
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "examples"


def example(name, monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location(f"example_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def idx(array):
    """An array of bytes as MNIST's files hold it."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


@pytest.fixture
def mnist(tmp_path):
    """Five images to learn from and two to be tested with, one file of the four compressed."""
    generator = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", 5), ("t10k", 2)):
        arrays[f"{part}-images-idx3-ubyte"] = generator.integers(0, 256, (count, 28, 28))
        arrays[f"{part}-labels-idx1-ubyte"] = generator.integers(0, 10, count)
    for name, array in arrays.items():
        (tmp_path / name).write_bytes(idx(array))
    plain = tmp_path / "t10k-images-idx3-ubyte"
    (tmp_path / f"{plain.name}.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    return tmp_path, arrays


def test_lenet_reads_the_files_of_mnist(mnist, monkeypatch):
    folder, arrays = mnist
    images, test_images, labels, test_labels = example("lenet", monkeypatch).load(folder)
    assert images.shape == (5, 1, 28, 28)
    assert images.dtype == np.float32
    assert np.allclose(test_images[:, 0] * 255, arrays["t10k-images-idx3-ubyte"], atol=1e-4)
    assert np.array_equal(labels, arrays["train-labels-idx1-ubyte"])
    assert np.array_equal(test_labels, arrays["t10k-labels-idx1-ubyte"])


def test_lenet_says_which_file_is_missing(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match=r"train-images-idx3-ubyte\.gz"):
        example("lenet", monkeypatch).load(tmp_path)


def test_lenet_says_which_file_is_something_else(mnist, monkeypatch):
    folder, _ = mnist
    (folder / "train-labels-idx1-ubyte").write_text("<html>not found</html>")
    with pytest.raises(SystemExit, match="train-labels-idx1-ubyte"):
        example("lenet", monkeypatch).load(folder)


def test_enlarged_digits_keep_their_corners_and_their_straight_slopes(monkeypatch):
    slope = np.arange(8.0)[None, None, :] * np.ones((1, 8, 1))
    large = example("lenet", monkeypatch).enlarged(slope)
    assert large.shape == (1, 28, 28)
    assert np.allclose(large[0, 4:24, 4:24], np.linspace(0, 7, 20))
    assert large[0, :4].sum() == large[0, :, 24:].sum() == 0


def test_shifted_digits_lose_at_most_one_line_of_pixels(monkeypatch):
    digits = example("digits", monkeypatch)
    image = np.zeros((1000, 1, 8, 8))
    image[:, :, 3, 4] = 1
    moved = digits.shifted(image, np.random.default_rng(0))
    assert moved.shape == image.shape
    assert np.all(moved.sum(axis=(1, 2, 3)) == 1)
    where = moved.mean(axis=(0, 1))
    assert where[3, 4] == pytest.approx(0.49, abs=0.05)
    assert where[2:5, 3:6].sum() == pytest.approx(1)


def test_no_image_excites_a_unit_more_than_its_own(monkeypatch):
    autoencoder = example("autoencoder", monkeypatch)
    weight = np.random.default_rng(0).normal(size=(5, 100))
    own = autoencoder.most_exciting(weight)
    assert np.allclose(np.linalg.norm(own, axis=1), 1)
    reached, exact = autoencoder.search(weight, np.random.default_rng(1), count=2000)
    assert np.allclose(exact, 1)
    assert np.all((reached > 0.1) & (reached < 1))


def test_an_edge_is_coherent_and_a_dot_is_not(monkeypatch):
    coherence = example("autoencoder", monkeypatch).coherence
    place = np.arange(10) - 4.5
    edge = np.tanh(place[:, None] + 0.5 * place)
    dot = np.exp(-(place[:, None] ** 2) - place**2)
    found = coherence(np.stack([edge, dot]).reshape(2, -1))
    assert found[0] > 0.95
    assert found[1] < 1e-12


def test_the_live_pages_are_written_and_end_in_small_files(tmp_path, monkeypatch, capsys):
    pages = example("live_pages", monkeypatch)
    monkeypatch.setattr(pages, "OUT", tmp_path / "live")
    pages.main()
    written = sorted((tmp_path / "live").iterdir())
    assert [path.stem for path in written] == sorted(pages.PAGES)
    assert all(20_000 < path.stat().st_size < 200_000 for path in written)
    assert capsys.readouterr().out.count(".html") == len(written)


def test_the_trainings_are_written_as_pages(tmp_path, monkeypatch, capsys):
    pages = example("training_page", monkeypatch)
    monkeypatch.setattr(pages, "OUT", tmp_path / "training")
    monkeypatch.setattr(pages, "PAGES", {name: partial(make, epochs=2) for name, make in pages.PAGES.items()})
    pages.main()
    written = sorted((tmp_path / "training").iterdir())
    assert [path.stem for path in written] == sorted(pages.PAGES)
    assert all(20_000 < path.stat().st_size < 500_000 for path in written)
    assert capsys.readouterr().out.count(".html") == len(written)


def test_the_layers_number_by_number_are_written(tmp_path, monkeypatch, capsys):
    module = example("grids", monkeypatch)
    module.main(tmp_path)
    names = {f"{make.__name__}{suffix}" for make in module.SHOWN for suffix in (".html", ".svg")}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert capsys.readouterr().out.count(".html") == len(module.SHOWN)
