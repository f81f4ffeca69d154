"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from autograd_core import DomainError, DtypeError


def save(
    path: str | os.PathLike[str],
    formats: Collection[str],
    wanted: str,
    content: Callable[[str], bytes],
    suffix: str | None = None,
) -> Path:
    """Write a file, whole or not at all. Its place is checked before its content is made.

    Args:
        path: where to.
        formats: the suffixes that there are.
        wanted: the message when the suffix is none of these, which it shows at ``{!r}``.
        content: makes what the file holds, for a suffix.
        suffix: the format, where the path does not say it.

    Raises:
        DtypeError: if the path is no path.
        DomainError: if there is no such format.
        FileNotFoundError: if the folder does not exist.
        IsADirectoryError: if the path itself is a folder.
        OSError: if the folder cannot be written.

    >>> save("a.txt", {".svg"}, "a figure is an .svg file", str.encode)
    Traceback (most recent call last):
    autograd_core.errors.DomainError: save('a.txt'): a figure is an .svg file
    """
    try:
        path = Path(path)
    except TypeError:
        kind = type(path).__name__
        raise DtypeError(f"save({path!r}): path is a string or a Path, got {kind}") from None
    suffix = (path.suffix if suffix is None else suffix).lower()
    if suffix not in formats:
        raise DomainError(f"save({str(path)!r}): {wanted.format(suffix)}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save({str(path)!r}): the folder {str(path.parent)!r} does not exist")
    if path.is_dir():
        raise IsADirectoryError(f"save({str(path)!r}): this is a folder")
    return _write(path, content(suffix))


def _write(path: Path, content: bytes) -> Path:
    """Write beside the place and then move there."""
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
