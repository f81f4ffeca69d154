"""The suite on every Python, once with the lowest versions of what is depended on, once with the newest.

``make test-versions`` runs it. The interpreters are the installed ones that uv finds, and those that it can bring; which
are not to be had is said at the end, and is a failure only for those that ``PYTHONS="3.11 3.13"`` asks for. A path to an
interpreter will do, too.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d", line)]
ENVIRONMENTS = Path(sys.prefix) / "versions"

# "lowest-direct" is what the metadata admits, with the newest of what that needs in turn: the lowest versions of
# everything do not exist together. What they find obsolete in one another is not ours to mend; matplotlib 3.8 warns of
# every font where pyparsing is newer than it knows.
RESOLUTIONS = {
    "lowest": ("lowest-direct", ["pyparsing>=3.2,<3.3"], ["-W", "ignore::DeprecationWarning"]),
    "newest": ("highest", [], []),
}


class NotToBeHad(Exception):
    """Why there is no such environment."""


def uv(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments, "--quiet"], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["uv says nothing"]
        first, last = said[0].removeprefix("error: "), said[-1].strip()
        raise NotToBeHad(first if first == last else f"{first} ({last})")


def made(python: str, resolution: str, bounds: list[str], folder: Path) -> Path:
    """The interpreter of an environment with the library and what its tests need; only wheels are installed."""
    uv("venv", "--allow-existing", "--python", python, str(folder))
    inside = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = ["pip", "install", "--python", str(inside)]
    requirements = ["--requirements", "pyproject.toml", "--extra", "test"]
    uv(*install, "--no-build", "--upgrade", "--resolution", resolution, *requirements, *bounds)
    uv(*install, "--no-deps", "--editable", ".")
    return inside


def tested(python: Path, options: list[str]) -> tuple[int, str]:
    """The suite's exit status and its last line; what it prints is seen as it comes."""
    suite = [
        python,
        "-m",
        "pytest",
        "--numprocesses",
        "auto",
        "--dist",
        "loadscope",
        "-m",
        "not slow",
        *options,
    ]
    last = ""
    with subprocess.Popen(suite, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            last = line.strip("= \n") or last
    return running.returncode, last


def versions_of(python: Path) -> str:
    asks = "import platform, numpy; print(platform.python_version(), numpy.__version__)"
    return subprocess.run([python, "-c", asks], capture_output=True, text=True, check=True).stdout


def main(asked: list[str]) -> int:
    rows = [("Python", "versions", "NumPy", "minutes", "outcome")]
    status = 0
    for python in asked or PYTHONS:
        for name, (resolution, bounds, options) in RESOLUTIONS.items():
            print(f"\nPython {python} with the {name} versions", flush=True)
            start = time.monotonic()
            try:
                folder = ENVIRONMENTS / f"{python.strip('/').replace('/', '-')}-{name}"
                inside = made(python, resolution, bounds, folder)
            except NotToBeHad as reason:
                print(reason)
                rows.append((python, name, "", "", f"not to be had: {reason}"))
                status = status or int(bool(asked))
                continue
            full, numpy = versions_of(inside).split()
            failed, outcome = tested(inside, options)
            status = status or failed
            rows.append((full, name, numpy, f"{(time.monotonic() - start) / 60:.1f}", outcome))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
