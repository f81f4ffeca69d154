"""Published files, fetched once: from the first mirror that has them unaltered."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd_core.files import opened_whole

from ..errors import MissingDataError

_PATIENCE = 30  # seconds without a byte until the next mirror is tried
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Published:
    """Files as their authors published them.

    Attributes:
        title: what they are called together.
        mirrors: addresses that end in ``/``, tried in this order.
        checksums: by file name, the SHA-256 (64 digits) or MD5 (32 digits) of its bytes.
    """

    title: str
    mirrors: Sequence[str]
    checksums: Mapping[str, str]


def obtained(
    operation: str,
    published: Published,
    names: Sequence[str],
    folder: str | os.PathLike[str],
    download: bool,
    hint: str = "",
) -> list[Path]:
    """Where the files lie, after downloading those that are not there.

    A compressed file may also lie there unpacked. One that is there is taken as it is.

    Raises:
        MissingDataError: if files are not there and cannot be downloaded, or may not be.
    """
    place = Path(folder)
    failures = []
    missing = [name for name in names if _lying(place, name) is None]
    for name in missing if download else ():
        failed = _downloaded(published, name, place)
        if failed:
            failures += failed
            break  # without the network one file is not there like the other
    missing = [name for name in names if _lying(place, name) is None]
    if missing:
        because = (
            "could not be downloaded:\n  " + "\n  ".join(failures)
            if failures
            else "and may not be downloaded (download=False)"
        )
        addresses = "\n  ".join(f"{mirror}{name}" for name in missing for mirror in published.mirrors[:1])
        raise MissingDataError(
            f"{operation}: {published.title} is not complete in {place.resolve()}, {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing, {because}\n"
            f"Fetch by hand, and put into {place.resolve()}:\n  {addresses}{hint}"
        )
    return [path for name in names if (path := _lying(place, name)) is not None]


def _lying(folder: Path, name: str) -> Path | None:
    plain = name.removesuffix(".gz")
    candidates = (folder / name, folder / plain, folder / plain.replace("-idx", ".idx"))
    return next((path for path in candidates if path.is_file()), None)


def _downloaded(published: Published, name: str, folder: Path) -> list[str]:
    """Nothing if a mirror had the file; else what went wrong with each."""
    folder.mkdir(parents=True, exist_ok=True)
    failures = []
    for mirror in published.mirrors:
        try:
            _download(mirror + name, folder / name, published.checksums[name])
        except _MirrorError as error:
            failures.append(f"{mirror}{name}: {error}")
        else:
            return []
    return failures


class _MirrorError(Exception):
    """What is wrong with a mirror."""


def _download(url: str, target: Path, checksum: str) -> None:
    digest = hashlib.new("md5" if len(checksum) == 32 else "sha256", usedforsecurity=False)
    size = 0
    with opened_whole(target) as file:  # in which a wrong file never appears
        for chunk in _received(url, target.name):
            size += len(chunk)
            digest.update(chunk)
            file.write(chunk)
        if digest.hexdigest() != checksum:
            raise _MirrorError(
                f"{size:,} bytes came with the {digest.name} checksum {digest.hexdigest()}, not {checksum}"
            )


def _received(url: str, name: str) -> Iterator[bytes]:
    import http.client
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as response:
            length = response.headers.get("Content-Length")
            with _progress(name, int(length) if length else None) as bar:
                while chunk := response.read(_CHUNK):
                    bar.update(len(chunk))
                    yield chunk
    except urllib.error.HTTPError as error:
        error.close()
        raise _MirrorError(f"{error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise _MirrorError(str(error.reason)) from None
    except (OSError, http.client.HTTPException) as error:
        raise _MirrorError(str(error) or type(error).__name__) from None


def _progress(name: str, total: int | None) -> Any:
    try:
        from tqdm import tqdm
    except ImportError:
        return _NoProgress()
    return tqdm(total=total, desc=name, unit="B", unit_scale=True, unit_divisor=1024)


class _NoProgress:
    """Without tqdm a download is silent."""

    def __enter__(self) -> _NoProgress:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, count: int) -> None:
        """Show nothing."""
