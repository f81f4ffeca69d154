"""What runs in the browser: a part of the suite, or a notebook."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import js
import pytest
from pyodide.ffi import to_js

ABSENT = ("can't start new thread", "does not support processes", "fork", "Function not implemented")


class Progress:
    """Tells the page which test runs, counts, and skips what needs threads or processes, for the reason that
    Python gives.
    """

    def __init__(self):
        self.counts = Counter()

    def pytest_configure(self):
        from hypothesis import HealthCheck, settings  # not before pytest knows that it is a plugin

        patient = [HealthCheck.too_slow]  # it is slow here
        settings.register_profile("browser", deadline=None, suppress_health_check=patient)
        settings.load_profile("browser")

    def pytest_runtest_logstart(self, nodeid):
        js.postMessage(to_js({"running": nodeid}, dict_converter=js.Object.fromEntries))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, OSError | RuntimeError | AttributeError) and any(
            x in str(error) for x in ABSENT
        ):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, f"Skipped: in a browser: {error}")
        if report.when == "call" or report.outcome != "passed":
            self.counts[report.outcome] += 1
        return report


def main(task: str) -> dict[str, int]:
    sys.path.insert(0, os.getcwd())
    importlib.invalidate_caches()
    os.environ["MPLBACKEND"] = "agg"
    given = json.loads(task)
    return notebook(given["part"]) if given["part"].endswith(".ipynb") else suite(given["part"])


def suite(part: str) -> dict[str, int]:
    progress = Progress()
    options = ["--capture=sys", "--no-header", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    status = pytest.main([*options, "-m", "not slow and not peers", *part.split()], plugins=[progress])
    return {"status": int(status), **progress.counts}


def notebook(part: str) -> dict[str, int]:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    path = Path(part)
    shell = InteractiveShell.instance()
    code = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    os.chdir(path.parent)
    pictures, start = 0, time.perf_counter()
    for number, cell in enumerate(code, 1):
        js.postMessage(to_js({"running": f"code cell {number}"}, dict_converter=js.Object.fromEntries))
        with capture_output() as said:
            done = shell.run_cell("".join(cell["source"]))
        shown = [set(output.data) for output in said.outputs]
        pictures += sum(bool(kinds & {"image/svg+xml", "text/html", "image/png"}) for kinds in shown)
        if not done.success:
            print(f"code cell {number}: {done.error_in_exec or done.error_before_exec!r}")
            print(said.stdout[-3000:])
            return {"status": 1, "failed": 1}
    print(f"{len(code)} cells, {pictures} pictures and pages, {time.perf_counter() - start:.0f} s")
    return {"status": 0, "passed": 1}
