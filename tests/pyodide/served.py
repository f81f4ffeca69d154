"""A folder served on this computer, and a page of headless Chromium that asks for nothing outside it."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Served(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_: object) -> None:
        """What is tested has the word."""


@contextmanager
def opened(site: Path) -> Iterator[tuple[Page, str]]:
    """A page, and the address of the site.

    Raises:
        AssertionError: in the end, if the page has asked for something outside the site.
    """
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise SystemExit("no Chromium on the search path (apt install chromium)")
    handler = functools.partial(Served, directory=str(site))
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(300_000)  # Python takes its time to come
        outside: list[str] = []
        page.on("request", lambda asked: _note(asked.url, address, outside))
        try:
            yield page, address
        finally:
            browser.close()
            server.shutdown()
    assert not outside, f"asked for outside the site: {outside}"


def _note(url: str, address: str, outside: list[str]) -> None:
    if not url.startswith((address, "blob:", "data:")):
        outside.append(url)
