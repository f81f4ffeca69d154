"""Pages opened in a browser without a window, with its keyboard and mouse."""

import shutil
from contextlib import contextmanager
from importlib.util import find_spec

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PROGRAM = next((path for path in map(shutil.which, NAMES) if path), None)
MISSING = (
    "no Chromium on the search path (apt install chromium)"
    if _PROGRAM is None
    else "playwright is not installed (pip install playwright)"
    if find_spec("playwright") is None
    else ""
)
BROWSER = None if MISSING else _PROGRAM


@contextmanager
def pages(browser, folder):
    """A function that opens a document; in the end no page has met an error or left itself."""
    contexts, problems = [], []

    def opened(document, **options):
        file = folder / f"page{len(contexts)}.html"
        file.write_text(document, encoding="utf-8")
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.append(request.url) if _leaves(request, file) else None)
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


def until(page, holds):
    """Wait for something that the browser's own waiting cannot see: in a page whose policy allows no evaluation."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited a minute")


def _leaves(request, file):
    return request.url != file.as_uri() and not request.url.startswith(("data:", "about:"))
