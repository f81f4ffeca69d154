"""How Sphinx makes the site from the pages that ``docs/build_site.py`` gathers."""

from __future__ import annotations

import re
from importlib.metadata import files
from pathlib import Path
from typing import Any

import autograd_core

HERE = Path(__file__).parent

project = "autograd-core"
author = copyright = "The autograd-core developers"
release = version = autograd_core.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
html_theme = "furo"
html_title = "autograd-core"
html_static_path = [str(HERE / "static")]
exclude_patterns = ["_given"]
html_css_files = ["site.css"]
html_favicon = str(HERE / "static/favicon.svg")
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"source_view_link": "", "top_of_page_buttons": []}
suppress_warnings = ["mystnb.unknown_mime_type"]  # a figure as text, beside the figure

# One file, beside the pages: nothing is asked for elsewhere, and no menu asks for more.
mathjax_path = "mathjax.js"
mathjax3_config = {"options": {"enableMenu": False}}
MATHJAX = next(
    Path(str(path.locate())) for path in files("sphinx-mathjax-offline") or () if path.name == "tex-svg.js"
)

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_excludepatterns = ["notebooks/*"]  # these are shown as they were executed
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
# What a kernel would have to move is shown as the page that computes by itself; no widget is fetched.
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
nb_ipywidgets_js: dict[str, Any] = {}

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# Docstrings are read in terminals: their formulas hold signs that mean something else in a page.
_KEPT = re.compile(r"(``.+?``|:[a-z:]+:`[^`]+`|`[^`]+`_|`[^`]+`)")
_SIGN = re.compile(r"\\|[|*]|(?<=\w)_(?!\w)|`")
_LITERAL = re.compile(r"::\s*$")


def plain(line: str) -> str:
    """A line of a docstring, with every sign that is only a sign.

    >>> print(plain("|x| of ``a*b``, a * b: see :func:`abs`"))
    \\|x\\| of ``a*b``, a \\* b: see :func:`abs`
    """
    bullet = re.match(r"\s*[*-] ", line)
    head = bullet[0] if bullet else ""
    parts = _KEPT.split(line[len(head) :])
    return head + "".join(
        part if i % 2 else _SIGN.sub(lambda sign: "\\" + sign[0], part) for i, part in enumerate(parts)
    )


def readable(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """The text of a docstring as it is meant; examples and literal blocks stay."""
    example = False
    literal: int | None = None
    for i, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if literal is not None and line.strip() and indent <= literal:
            literal = None
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example and literal is None:
            lines[i] = plain(line)
            if _LITERAL.search(line):
                literal = indent


def scikit_learns(app: Any, what: str, name: str, thing: Any, skip: bool, options: Any) -> bool | None:
    """Methods that scikit-learn puts into classes stand in its own reference."""
    return True if str(getattr(thing, "__module__", "")).startswith("sklearn.") else None


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", readable, priority=100)  # before napoleon reads it
    app.connect("autodoc-skip-member", scikit_learns)
