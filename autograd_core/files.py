"""Files that appear whole or not at all, where others of their name stood."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

__all__ = ["opened_whole", "write_whole"]

_LONGEST = 200  # bytes of a file's name that go into that of the file beside it; most systems take 255


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file that appears whole or not at all; see :func:`opened_whole`."""
    with opened_whole(path) as file:
        file.write(content)


@contextmanager
def opened_whole(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file for writing that appears whole or not at all.

    It is written beside its place, as ``.name.`` and 16 digits, to the disk, and then renamed: a crash leaves
    the old file or the new one. What writers that were killed have left there is removed. As with ``open``, a
    symbolic link leads to the file that is written, and a file that is there keeps its owner and permissions.

    Raises:
        OSError: if the file cannot be written; the error names ``path``.
    """
    place = Path(os.path.realpath(path))
    try:
        old = place.lstat()
    except FileNotFoundError:
        old = None
    if old is not None and stat.S_ISLNK(old.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))  # links that lead to each other
    if old is not None and not stat.S_ISREG(old.st_mode):
        with open(place, "wb") as device:  # nothing can be put in the place of a terminal or a pipe
            yield device
        return
    _remove_leftovers(place)
    file = _opened_beside(place, path)
    beside = Path(file.name)
    try:
        with file:
            if old is not None:
                _make_alike(beside, old)
            yield file
            file.flush()
            os.fsync(file.fileno())
            if os.name == "nt":
                file.close()  # before it may be renamed there
            os.replace(beside, place)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _beside(place: Path) -> str:
    """How the names of files beside a place begin."""
    name = place.name
    return f".{name if len(os.fsencode(name)) <= _LONGEST else name[: _LONGEST // 4]}."


def _opened_beside(place: Path, path: str | os.PathLike[str]) -> BinaryIO:
    """A new file beside a place, locked as long as it is open, which says that its writer lives."""
    while True:
        beside = place.with_name(_beside(place) + secrets.token_hex(8))
        try:
            file = open(beside, "xb")  # noqa: SIM115 - it outlives this function
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from None
        if fcntl is None:
            return file
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:  # a file system without locks: there nobody removes what another one has left
            return file
        if beside.exists():
            return file
        file.close()  # taken for a leftover before it was locked


def _remove_leftovers(place: Path) -> None:
    """Remove what stands beside a place and nobody is writing any more."""
    kind = re.compile(re.escape(_beside(place)) + "[0-9a-f]{16}")
    with suppress(OSError):  # a folder that cannot be listed; whether it can be written is seen next
        for leftover in [entry.path for entry in os.scandir(place.parent) if kind.fullmatch(entry.name)]:
            with suppress(OSError), open(leftover, "rb") as file:  # another's, or one being written
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                else:
                    file.close()
                os.unlink(leftover)


def _make_alike(beside: Path, old: os.stat_result) -> None:
    """Give a new file the owner and the permissions of the old one, each where it has others."""
    new = beside.stat()
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with suppress(PermissionError):  # only an administrator may give files away
            os.chown(beside, old.st_uid, old.st_gid)
    if stat.S_IMODE(beside.stat().st_mode) != stat.S_IMODE(old.st_mode):
        os.chmod(beside, stat.S_IMODE(old.st_mode))
