"""JavaScript that the library wrote, run outside a browser."""

import json
import math
import shutil
import subprocess

import pytest

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node on the search path (apt install nodejs)")

# Numbers that JSON has not go to and fro as text.
_READ = "(_, x) => (x === 'n' ? NaN : x === '+' ? Infinity : x === '-' ? -Infinity : x === '-0' ? -0 : x)"
_WRITE = "(_, x) => (typeof x !== 'number' || Number.isFinite(x) ? x : x !== x ? 'n' : x > 0 ? '+' : '-')"


def run(program, data):
    """What a program leaves in ``answer``, given ``data``."""
    lines = [
        "'use strict';",
        f"const data = JSON.parse({json.dumps(json.dumps(_plain(data)))}, {_READ});",
        "let answer;",
        program,
        f"console.log(JSON.stringify(answer, {_WRITE}));",
    ]
    done = subprocess.run([NODE, "-"], input="\n".join(lines), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return _numbers(json.loads(done.stdout))


def _plain(x):
    if isinstance(x, list | tuple):
        return [_plain(item) for item in x]
    if isinstance(x, dict):
        return {key: _plain(item) for key, item in x.items()}
    if not isinstance(x, float) or (math.isfinite(x) and (x or math.copysign(1, x) > 0)):
        return x
    return "n" if math.isnan(x) else "-0" if x == 0 else "+" if x > 0 else "-"


def _numbers(x):
    if isinstance(x, list):
        return [_numbers(item) for item in x]
    if isinstance(x, dict):
        return {key: _numbers(item) for key, item in x.items()}
    return {"n": math.nan, "+": math.inf, "-": -math.inf}.get(x, x) if isinstance(x, str) else x
