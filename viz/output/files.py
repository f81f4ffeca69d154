"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from autograd_core import DtypeError


def as_path(path: str | os.PathLike[str]) -> Path:
    """The path of a file to save.

    Raises:
        DtypeError: if it is no path.
    """
    try:
        return Path(path)
    except TypeError:
        kind = type(path).__name__
        raise DtypeError(f"save({path!r}): path is a string or a Path, got {kind}") from None


def check_place(path: Path) -> None:
    """See that there is a folder to write into, before the work of making the content.

    Raises:
        FileNotFoundError: if there is none.
        IsADirectoryError: if the path itself is a folder.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save({str(path)!r}): the folder {str(path.parent)!r} does not exist")
    if path.is_dir():
        raise IsADirectoryError(f"save({str(path)!r}): this is a folder")


def write(path: Path, content: bytes) -> Path:
    """Write beside the place and then move there.

    Raises:
        OSError: if the folder cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def _umask() -> int:
    """The permissions that new files go without; there is no way to read them but to set them."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
