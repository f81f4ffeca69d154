"""The site: its table of contents names pages that exist, its reference every public name, and it builds."""

from __future__ import annotations

import importlib
import importlib.util
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from autograd_core import calculus
from tests import test_documentation
from tests.notebooks import SOURCE

ROOT = test_documentation.ROOT
DOCS = ROOT / "docs"
HOME = (DOCS / "pages/index.md").read_text(encoding="utf-8")
BRINGS = {"myst_nb": "myst-nb", "sphinx": "sphinx", "furo": "furo", "matplotlib": "autograd-core"}
"""Which requirement brings what the site imports."""
GATHERED = {"pytorch", "speed", "changes", "derivatives", "reference/index"}
"""Pages that are made from what stands elsewhere."""


class Links(HTMLParser):
    """Where a page leads to, what it fetches, and the places in it."""

    def __init__(self):
        super().__init__()
        self.to, self.fetched, self.places = [], [], set()

    @classmethod
    def of(cls, path):
        page = cls()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places.add(given.get("id"))
        if tag == "a" and given.get("href"):
            self.to.append(given["href"])
        elif tag != "a":
            self.fetched += [given[name] for name in ("src", "href") if given.get(name)]


def leads(path, link, pages):
    """Whether a link of a page leads out of the site, or to a place that is there."""
    if re.match("[a-z]+:", link):
        return True
    file, _, place = link.partition("#")
    file = file.partition("?")[0]
    target = (path.parent / unquote(file)).resolve() if file else path.resolve()
    return target.exists() and (not place or target not in pages or unquote(place) in pages[target].places)


@pytest.fixture
def reference(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    return importlib.import_module("reference")


def listed():
    """The pages of the table of contents."""
    trees = re.findall(r"```\{toctree\}\n(.*?)```", HOME, re.DOTALL)
    return [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]


def test_every_page_of_the_table_of_contents_exists():
    stand = {path.stem for folder in (DOCS, DOCS / "pages") for path in folder.glob("*.md")}
    missing = set(listed()) - stand - GATHERED - {"notebooks/*"}
    assert not missing
    assert len(SOURCE) == 11


def test_every_page_is_in_the_table_of_contents():
    stand = {path.stem for folder in (DOCS, DOCS / "pages") for path in folder.glob("*.md")}
    assert stand | GATHERED == set(listed()) - {"notebooks/*"} | {"index"}


def test_what_the_site_imports_is_in_its_extra():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[\w-]+", line)[0] for line in project["optional-dependencies"]["site"]}
    text = "".join(
        (DOCS / f"{name}.py").read_text(encoding="utf-8") for name in ("conf", "build_site", "derivatives")
    )
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)) - set(sys.stdlib_module_names)
    imported |= {name for name in re.findall(r'"(\w+)[\w.]*"', text) if name in ("myst_nb", "furo", "sphinx")}
    imported -= {"autograd_core", "viz", "conf", "derivatives", "reference"}
    assert {BRINGS[name] for name in imported} <= names
    assert set(re.findall(r'files\("([\w-]+)"\)', text)) <= names


def test_the_reference_has_every_public_name_once(reference):
    written = [
        name
        for page in reference.reference().values()
        for name in re.findall(r"^\.\. auto(?:function|class|exception):: (\S+)$", page, re.MULTILINE)
    ]
    assert len(written) == len(set(written))
    public = {
        f"{room}.{name}"
        for room, things in test_documentation.public().items()
        for name, thing in things.items()
        if str(getattr(thing, "__module__", "")).split(".")[0] in test_documentation.PACKAGES
    }
    assert public <= set(written)


def test_the_page_of_derivatives_has_every_function_of_the_table(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(DOCS))
    page = importlib.import_module("derivatives")
    monkeypatch.setattr(page, "drawn", lambda function, path: function.name)
    monkeypatch.setattr(page, "graph", lambda function, path: function.name)
    text = page.derivatives(tmp_path)
    assert re.findall(r"\{func\}`~autograd_core\.(\w+)`", text) == calculus.__all__
    assert re.findall(r"derivatives/(\w+)-graph\.svg", text) == calculus.__all__


def test_a_graph_on_the_page_of_derivatives_has_the_numbers_of_one_place(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(DOCS))
    page = importlib.import_module("derivatives")
    assert page.graph(calculus.multiply, tmp_path / "y.svg") == "the graph of multiply at a = 1.5, b = 2"
    texts = re.findall(r">([^<>\n]+)</text>", (tmp_path / "y.svg").read_text(encoding="utf-8"))
    drawn = [text.strip() for text in texts]
    assert {"a", "b", "3.0", "grad 1.0", "grad 2.0", "grad 1.5"} <= set(drawn)
    assert (drawn.count("1.5"), drawn.count("2.0")) == (2, 2), "in a box, and as a local derivative"
    assert page.graph(calculus.where, tmp_path / "y.svg") == "the graph of where at a = 1.5"


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("myst_nb"), reason="`make site` installs what builds it")
def test_the_site_builds_without_a_warning(tmp_path):
    lite = tmp_path / "lite/notebooks/index.html"  # in place of what `make lite` builds
    lite.parent.mkdir(parents=True)
    lite.write_text("<title>Notebooks that run</title>", encoding="utf-8")
    command = [sys.executable, "docs/build_site.py", "--site", tmp_path / "site", "--lite", tmp_path / "lite"]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    pages = {path: Links.of(path) for path in site.rglob("*.html") if "_static" not in path.parts}
    assert {site / "gallery.html", *(site / f"notebooks/{stem}.html" for stem in SOURCE)} <= set(pages)
    assert not [
        (path.name, link) for path in pages for link in pages[path].to if not leads(path, link, pages)
    ]
    assert not [link for page in pages.values() for link in page.fetched if re.match("https?:|//", link)]
    running = {link for page in pages.values() for link in page.to if "lite/" in link}
    assert running == {f"../lite/notebooks/index.html?path={stem}.ipynb" for stem in SOURCE} | {
        "lite/notebooks/index.html?path=01_a_graph.ipynb"
    }
