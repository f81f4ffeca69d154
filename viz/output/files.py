"""Saving pictures: the format by the name's ending."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path

from autograd_core import DomainError, DtypeError
from autograd_core.files import write_whole


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
    write_whole(path, content(suffix))
    return path
