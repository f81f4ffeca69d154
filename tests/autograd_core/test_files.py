"""Every writer leaves the old file or the new one, where the link leads, for whom it was, and nothing beside."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import numpy as np
import pytest

import nn
import viz
from autograd_core import Value
from autograd_core.files import opened_whole, write_whole


def drawing(path):
    viz.draw(Value(2.0, label="x") * 3).save(path)


def checkpoint(path):
    nn.save_checkpoint(path, nn.Linear(2, 1))


WRITERS = {
    "weights.npz": lambda path: nn.save({"x": np.ones(3)}, path),
    "weights.safetensors": lambda path: nn.save({"x": np.ones(3)}, path),
    "last.npz": checkpoint,
    "history.json": lambda path: nn.History({"loss": [0.5]}).save(path),
    "history.csv": lambda path: nn.History({"loss": [0.5]}).save(path),
    "graph.svg": drawing,
    "graph.dot": drawing,
    "step.html": lambda path: viz.draw(Value(2.0) * 3).interactive().save(path),
    "network.svg": lambda path: viz.network(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))).save(path),
}
posix = pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX")
linked = pytest.mark.skipif(
    os.name == "nt" or sys.platform == "emscripten",
    reason="links of POSIX; in a browser a link is read as absolute",
)


@pytest.fixture(params=WRITERS)
def name(request):
    if request.param.endswith(".safetensors"):
        pytest.importorskip("safetensors")
    return request.param


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_a_file_keeps_its_permissions(name, mode, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"old")
    path.chmod(mode)
    WRITERS[name](path)
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_bytes() != b"old"


@posix
def test_a_new_file_has_those_of_any_other(name, tmp_path):
    WRITERS[name](tmp_path / name)
    (tmp_path / "other").write_bytes(b"")
    assert (tmp_path / name).stat().st_mode == (tmp_path / "other").stat().st_mode


@linked
def test_a_symbolic_link_leads_to_the_file_that_is_written(name, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "real").write_bytes(b"old")
    link, chain = tmp_path / f"link-{name}", tmp_path / name
    link.symlink_to("far/real")
    chain.symlink_to(link.name)
    WRITERS[name](chain)
    assert (os.readlink(chain), os.readlink(link)) == (link.name, "far/real")
    assert (tmp_path / "far" / "real").read_bytes() == chain.read_bytes() != b"old"
    assert os.listdir(tmp_path / "far") == ["real"]


@posix
def test_a_link_to_nothing_makes_the_file(name, tmp_path):
    (tmp_path / name).symlink_to("absent")
    WRITERS[name](tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == sorted(["absent", name])
    assert (tmp_path / name).is_symlink()


@posix
def test_links_in_a_circle_are_refused(name, tmp_path):
    (tmp_path / name).symlink_to(f"b{name}")
    (tmp_path / f"b{name}").symlink_to(name)
    with pytest.raises(OSError, match=r"[Ss]ymbolic link"):
        WRITERS[name](tmp_path / name)


def test_what_killed_writers_left_is_removed_by_the_next(name, tmp_path):
    left = [f".{name}.0123456789abcdef", f".{name}.fedcba9876543210"]
    kept = [f".{name}.notes", f".{name}.0123", ".other.0123456789abcdef", f"{name}.0123456789abcdef"]
    for file in (*left, *kept):
        (tmp_path / file).write_bytes(b"")
    WRITERS[name](tmp_path / name)
    assert sorted(os.listdir(tmp_path)) == sorted([name, *kept])


@posix
@pytest.mark.skipif(
    sys.platform == "emscripten", reason="in a browser there is one process, and it locks nobody out"
)
def test_a_writer_that_lives_is_left_alone(tmp_path):
    path = tmp_path / "w.bin"
    with opened_whole(path) as slow:
        slow.write(b"slow")
        write_whole(path, b"quick")
        assert path.read_bytes() == b"quick"
    assert path.read_bytes() == b"slow"
    assert os.listdir(tmp_path) == ["w.bin"]


@posix
def test_a_killed_save_leaves_the_old_file_and_the_next_cleans_up(tmp_path):
    path = tmp_path / "w.bin"
    write_whole(path, b"old")
    program = (
        "import sys, time\nfrom autograd_core.files import opened_whole\n"
        "with opened_whole(sys.argv[1]) as file:\n"
        "    file.write(b'half'); file.flush(); print('ready', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert path.read_bytes() == b"old"
    assert len(os.listdir(tmp_path)) == 2
    write_whole(path, b"new")
    assert os.listdir(tmp_path) == ["w.bin"]


def test_a_long_name_is_written_and_cleaned_up_after(tmp_path):
    name = "ü" * 120 + ".bin"
    write_whole(tmp_path / name, b"x")
    assert os.listdir(tmp_path) == [name]


@posix
def test_a_device_stays_one():
    write_whole("/dev/null", b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_an_error_names_the_file_that_was_asked_for(tmp_path):
    with pytest.raises(OSError, match=r"w\.bin'$"):
        write_whole(tmp_path / "absent" / "w.bin", b"x")


def test_saving_asks_for_no_umask_and_changes_no_permissions_of_its_own(name, tmp_path, monkeypatch):
    # where permissions do not exist, os.umask(...) reports 0o777
    monkeypatch.setattr(os, "umask", lambda mask: 0o777)
    monkeypatch.setattr(os, "chmod", lambda *_: pytest.fail("chmod"))
    WRITERS[name](tmp_path / name)
    assert (tmp_path / name).stat().st_mode & 0o600 == 0o600
