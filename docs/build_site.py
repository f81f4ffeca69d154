"""The site: what the project says, the lectures, a gallery and the reference, as pages that need no network.

``make site`` builds it into ``build/site``. The pages are gathered from where they stand (``docs``, the
notebooks, the tables of the benchmarks, the docstrings), so that nothing is written twice. Where
``make lite`` has built its site, that becomes part of this one, and each lecture has a link to itself there.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from pathlib import Path

from conf import MATHJAX
from derivatives import derivatives
from reference import reference
from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
NOTEBOOKS = ROOT / "examples/notebooks"
LITE = ROOT / "build/lite"
SHARED = {
    "pytorch.md": ROOT / "nn/PYTORCH.md",
    "speed.md": ROOT / "benchmarks/README.md",
    "changes.md": ROOT / "CHANGELOG.md",
}
"""Pages of the repository under the names that they have in the site."""
LINKS = {
    r"\]\((?:\.\./)?examples/notebooks/": "](notebooks/",
    r"\]\(docs/": "](",
    r"\]\(autograd_core/calculus\.py": "](derivatives.md",
    r"\]\((?:\.\./)?nn/PYTORCH\.md": "](pytorch.md",
    r"\]\((?:\.\./)?benchmarks/README\.md": "](speed.md",
    r"\]\((?:\.\./)?README\.md": "](index.md",
}
"""Where links of these pages lead to in the site."""


def moved(text: str) -> str:
    """A page of the repository with its links as they are in the site."""
    for found, put in LINKS.items():
        text = re.sub(found, put, text)
    return text


def lecture(path: Path, lite: bool) -> str:
    """A notebook as it was executed, with the link to where it runs in the browser."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    if lite:
        link = f'<a href="../lite/notebooks/index.html?path={path.name}">Run this lecture in the browser</a>'
        cell = {"cell_type": "markdown", "id": "in-the-browser", "metadata": {}, "source": link}
        notebook["cells"].insert(1, cell)
    return json.dumps(notebook, ensure_ascii=False)


def gather(source: Path, lite: bool) -> None:
    """Every page of the site, in one folder for Sphinx."""
    shutil.copytree(DOCS / "pages", source, dirs_exist_ok=True)
    pages = {path.name: path for path in DOCS.glob("*.md")} | SHARED
    for name, path in pages.items():
        (source / name).write_text(moved(path.read_text(encoding="utf-8")), encoding="utf-8")
    for name in ("notebooks", "reference", "derivatives", "_given"):
        (source / name).mkdir(exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        (source / "notebooks" / path.name).write_text(lecture(path, lite), encoding="utf-8")
    for name, text in reference().items():
        (source / "reference" / name).write_text(text, encoding="utf-8")
    (source / "derivatives.md").write_text(derivatives(source / "derivatives"), encoding="utf-8")
    shutil.copy(ROOT / "benchmarks/speed.svg", source)
    for path in (ROOT / "README.md", ROOT / "autograd_core/sweeping.py"):  # parts of these are shown
        (source / "_given" / path.name).write_text(moved(path.read_text(encoding="utf-8")), encoding="utf-8")


def built(site: Path, lite: Path) -> None:
    """Build the site beside its place, and put it there when it is whole; a warning is an error."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        gather(work / "source", lite.is_dir())
        options = ["-q", "-W", "--keep-going", "-b", "html", "-c", str(DOCS), "-d", str(work / "trees")]
        options += ["-t", "lite"] if lite.is_dir() else []
        if sphinx([*options, str(work / "source"), str(work / "site")]):
            raise SystemExit("The site is not built: see the warnings above.")
        shutil.copy(MATHJAX, work / "site/_static/mathjax.js")
        if lite.is_dir():
            shutil.copytree(lite, work / "site/lite")
        shutil.rmtree(site, ignore_errors=True)
        site.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work / "site", site)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--site", type=Path, default=ROOT / "build/site", help="the folder to build it in")
    options.add_argument("--lite", type=Path, default=LITE, help="what `make lite` has built, if it has")
    given = options.parse_args()
    built(given.site, given.lite)
    print(f"Open {given.site}/index.html, or serve it: python -m http.server -d {given.site}")


if __name__ == "__main__":
    main()
