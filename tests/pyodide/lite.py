"""Every notebook of the JupyterLite site opened in Chromium and run, as a reader would: menu Run, all cells.

``make test-browser`` runs it on the site that ``make lite`` has built with Python inside.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.pyodide.served import opened

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECONDS = 1200
"""After so long a notebook is taken to stand still."""


def run(page: Page, address: str, name: str) -> str:
    """What is wrong with a notebook, or nothing."""
    begin = time.perf_counter()
    page.goto(f"{address}notebooks/index.html?path={name}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')  # Python has come
    page.locator('.lm-MenuBar-itemLabel:text-is("Run")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Run All Cells")').click()
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    while time.perf_counter() - begin < SECONDS:
        marks = [mark.strip() for mark in prompts.all_inner_texts()]
        errors = page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_inner_texts()
        wrong = [text for text in errors if "Traceback" in text or "Error" in text]
        if wrong:
            return wrong[0][-2000:]
        if marks and all(mark not in ("", "[ ]:", "[*]:") for mark in marks):
            seconds = time.perf_counter() - begin
            shown = page.locator(
                ".jp-OutputArea-output img, .jp-OutputArea-output svg, .jp-OutputArea-output iframe"
            )
            print(
                f"{name}: {len(marks)} cells, {shown.count()} pictures and pages, {seconds:.0f} s", flush=True
            )
            return ""
        page.wait_for_timeout(500)
    return f"stood still: {marks}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("site", type=Path)
    options.add_argument("--pictures", type=Path, help="a folder for a screenshot of each")
    given = options.parse_args()
    names = sorted(path.name for path in (given.site / "files").glob("*.ipynb"))
    failed = 0
    for name in names:
        with opened(given.site) as (page, address):
            wrong = run(page, address, name)
            if given.pictures:
                given.pictures.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=given.pictures / f"{Path(name).stem}.png")
        if wrong:
            failed += 1
            print(f"{name}: {wrong}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
