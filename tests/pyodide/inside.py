"""What runs in the browser: the suite, or the notebooks."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

import pytest

ABSENT = ("can't start new thread", "does not support processes", "fork", "Function not implemented")


class WhatIsAbsent:
    """A test that needs threads or processes is skipped, for the reason that Python gives."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, OSError | RuntimeError | AttributeError) and any(
            x in str(error) for x in ABSENT
        ):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, f"Skipped: in a browser: {error}")
        return report


def main(task: str) -> int:
    sys.path.insert(0, os.getcwd())
    importlib.invalidate_caches()
    os.environ["MPLBACKEND"] = "agg"
    given = json.loads(task)
    return notebooks() if given["notebooks"] else suite(given["arguments"])


def suite(arguments: list[str]) -> int:
    options = [
        "-q",
        "--capture=sys",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-m",
        "not slow and not peers",
    ]
    return int(pytest.main([*options, *arguments], plugins=[WhatIsAbsent()]))


def notebooks() -> int:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    failed = 0
    paths = sorted(Path("examples/notebooks").glob("*.ipynb"))
    os.chdir("examples/notebooks")
    for path in paths:
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance()
        cells = [
            cell for cell in json.loads(Path(path.name).read_text())["cells"] if cell["cell_type"] == "code"
        ]
        pictures, start = 0, time.perf_counter()
        for number, cell in enumerate(cells, 1):
            with capture_output() as said:
                done = shell.run_cell("".join(cell["source"]))
            shown = [set(output.data) for output in said.outputs]
            pictures += sum(bool(kinds & {"image/svg+xml", "text/html", "image/png"}) for kinds in shown)
            if not done.success:
                failed += 1
                print(f"{path.name}, code cell {number}: {done.error_in_exec or done.error_before_exec!r}")
                print(said.stdout[-3000:])
                break
        else:
            seconds = time.perf_counter() - start
            print(f"{path.name}: {len(cells)} cells, {pictures} pictures and pages, {seconds:.0f} s")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed else 0
