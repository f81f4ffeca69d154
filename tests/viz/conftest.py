"""Tests in a browser run where there is one; where there is none, the end of the report says so."""

import asyncio

import pytest

from tests.viz.browser import BROWSER, MISSING, pages

collect_ignore_glob = [] if BROWSER else ["*_in_browser.py"]


def pytest_terminal_summary(terminalreporter):
    if MISSING:
        terminalreporter.write_line(f"tests/viz/*_in_browser.py did not run: {MISSING}")


@pytest.fixture(scope="session")
def _chromium():
    """The one browser of a session, and the event loop that Playwright drives it with."""
    if MISSING:
        pytest.fail(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def chromium(_chromium):
    """The browser. Playwright's loop is the running one of the thread for as long as a test uses it, so that
    other tests can run loops of their own.
    """
    browser, loop = _chromium
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture
def visit(chromium, tmp_path):
    """Opens documents; no page may report an error or ask for anything outside itself."""
    with pages(chromium, tmp_path) as opened:
        yield opened
