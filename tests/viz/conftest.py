"""Tests in a browser run where there is one; where there is none, the end of the report says so."""

import pytest

from tests.viz.browser import BROWSER, MISSING, pages

collect_ignore_glob = [] if BROWSER else ["*_in_browser.py"]


def pytest_terminal_summary(terminalreporter):
    if MISSING:
        terminalreporter.write_line(f"tests/viz/*_in_browser.py did not run: {MISSING}")


@pytest.fixture(scope="module")
def chromium():
    if MISSING:
        pytest.fail(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, tmp_path):
    """Opens documents; no page may report an error or ask for anything outside itself."""
    with pages(chromium, tmp_path) as opened:
        yield opened
