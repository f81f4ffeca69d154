"""Files are fetched when they are not there, once, and unaltered."""

from __future__ import annotations

import sys

import pytest

from nn.errors import MissingDataError
from tests.nn.data.image_files import (
    FILES,
    LABELS,
    NOWHERE,
    put,
    server,
    small_set,
)


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_missing_files_are_fetched_once(tmp_path, algorithm, capsys):
    folder = tmp_path / "new" / "folder"
    with server(FILES) as (mirror, asked):
        for _ in range(2):
            images, labels = small_set(folder, mirror, algorithm=algorithm)
            assert (len(images), labels.tolist()) == (5, LABELS.tolist())
        assert asked == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]
        small_set(folder, mirror, train=False, algorithm=algorithm)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    shown = capsys.readouterr().err
    assert all(name in shown for name in FILES)


def test_without_tqdm_a_download_is_silent(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with server(FILES) as (mirror, _):
        assert len(small_set(tmp_path, mirror)[0]) == 5
    assert capsys.readouterr().err == ""


NAME = "train-images-idx3-ubyte.gz"


@pytest.mark.parametrize(
    ("files", "cut", "reason"),
    [
        ({}, 0, "404 Not Found"),
        (
            FILES | {NAME: b"<html>Sign in</html>"},
            0,
            "20 bytes came with the sha256 checksum [0-9a-f]{64}, not",
        ),
        (FILES, 5, "with the sha256 checksum|IncompleteRead"),
    ],
    ids=["absent", "another file", "cut short"],
)
def test_a_mirror_that_fails_leaves_nothing_and_the_next_one_is_asked(tmp_path, files, cut, reason):
    with server(files, cut) as (broken, asked), server(FILES) as (good, _):
        with pytest.raises(MissingDataError, match=rf"(?s){broken}{NAME}: [^\n]*({reason})"):
            small_set(tmp_path, broken)
        assert list(tmp_path.iterdir()) == []
        assert asked == [NAME]
        assert len(small_set(tmp_path, NOWHERE, broken, good)[0]) == 5
        assert asked[-1] == "train-labels-idx1-ubyte.gz"


def test_offline_one_error_says_what_to_fetch_and_where_to_put_it(tmp_path):
    put(tmp_path, {NAME: FILES[NAME]})
    with pytest.raises(MissingDataError) as found:
        small_set(tmp_path, NOWHERE, "http://127.0.0.1:9/other/", train=False)
    text = str(found.value)
    assert text.startswith(f"mnist(): the small set is not complete in {tmp_path}")
    for part in ("t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz are missing", f"put into {tmp_path}"):
        assert part in text
    for url in ("t10k-images-idx3-ubyte.gz", "other/t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        assert NOWHERE + url in text
    assert "refused" in text
    assert isinstance(found.value, FileNotFoundError)


def test_nothing_is_fetched_when_that_is_forbidden(tmp_path):
    with server(FILES) as (mirror, asked):
        with pytest.raises(
            MissingDataError, match=rf"\(download=False\)\nFetch by hand, .*\n  {mirror}{NAME}"
        ):
            small_set(tmp_path / "absent", mirror, download=False)
        assert asked == []
    assert not (tmp_path / "absent").exists()


def test_a_full_disk_is_no_fault_of_the_mirror(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with server(FILES) as (mirror, _), pytest.raises(OSError, match="file") as found:
        small_set(tmp_path / "file", mirror)
    assert not isinstance(found.value, MissingDataError)
