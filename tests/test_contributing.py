"""The changes that CONTRIBUTING.md describes are complete: made in a copy of the library, they work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CHANGES = {
    title: re.findall(r"```diff\n(\S+)\n(.*?)```", section, re.DOTALL)
    for title, section in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
}


def changed(text: str, diff: str) -> str:
    """A text after a change that stands in it at one place only."""
    lines = diff.splitlines(keepends=True)
    before, after = (
        "".join(line[1:] or "\n" for line in lines if line[0] in kinds) for kinds in (" -", " +")
    )
    assert text.count(before) == 1, before
    return text.replace(before, after)


@pytest.mark.parametrize(
    ("title", "program", "says"),
    [
        (
            "An operation",
            "import autograd_core as ac, doctest, numpy; from autograd_core import calculus\n"
            "assert ac.gradcheck(ac.gauss, numpy.array([0.3, -1.0]), order=2) and not doctest.testmod(calculus).failed\n"
            "print(ac.grad(ac.grad(ac.gauss))(0.0))",
            "-2.0",
        ),
        (
            "A layer",
            "import nn, doctest; from nn.functional import activations as f; from nn.layers import activations as l\n"
            "assert not doctest.testmod(f).failed + doctest.testmod(l).failed\n"
            "print(nn.Sequential(nn.Sine(omega=2.0)), nn.functional.sine(0.0))",
            "Sine(omega=2.0)",
        ),
        (
            "A drawing option",
            "import viz, autograd_core as ac; y = ac.exp(ac.Value(1.0))\nprint(viz.draw(y, margin=0.5).dot)",
            "pad=0.5",
        ),
    ],
)
def test_a_change_as_it_is_described_works(title, program, says, tmp_path):
    for package in ("autograd_core", "nn", "viz"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file, diff in CHANGES[title]:
        path = tmp_path / file
        path.write_text(changed(path.read_text(encoding="utf-8"), diff), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert says in run.stdout
