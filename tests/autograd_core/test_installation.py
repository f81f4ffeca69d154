"""What lies in the way of the library's packages is named, by whoever is asked first."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def python(folder, *arguments, path=()):
    places = os.pathsep.join(map(str, [*path, ROOT]))
    environment = {**os.environ, "PYTHONPATH": places, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    return run.returncode, run.stdout, run.stderr


def install(folder: Path, distribution: str, module: str) -> Path:
    """What pip leaves behind of a distribution with one package."""
    (folder / module).mkdir(parents=True, exist_ok=True)
    if not (folder / module / "__init__.py").exists():
        (folder / module / "__init__.py").write_text("")
    about = folder / f"{distribution}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (about / "RECORD").write_text(f"{module}/__init__.py,,\n{about.name}/METADATA,,\n")
    return folder


def test_where_all_is_well_the_report_says_what_is_used(tmp_path):
    code, out, _ = python(tmp_path, "-m", "autograd_core")
    assert code == 0, out
    assert f"nn                     {ROOT / 'nn'}" in out
    assert "numpy" in out
    assert f"Python         {sys.version.split()[0]}" in out
    assert "Drawings are laid out by" in out
    assert out.endswith("Nothing hides anything.\n")


@pytest.mark.parametrize(("file", "name"), [("nn.py", "nn"), ("viz/__init__.py", "viz"), ("tqdm.py", "tqdm")])
def test_a_file_beside_the_program_is_named(tmp_path, file, name):
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("")
    code, out, _ = python(tmp_path, "-m", "autograd_core")
    assert code == 1
    found = tmp_path / file.removesuffix("/__init__.py")
    assert f"Trouble: 'import {name}' finds {found} in place of " in out
    assert f"rename {found.name}, or start the program from another folder" in out


def test_a_package_of_another_distribution_is_named(tmp_path):
    site = install(tmp_path / "site", "neural", "nn")
    code, out, _ = python(tmp_path, "-m", "autograd_core", path=[site])
    assert code == 1
    assert f"finds {site / 'nn'}, which the distribution neural has installed, in place of {ROOT}" in out
    assert "python -m pip uninstall neural" in out


def test_a_distribution_that_has_written_into_the_same_folder_is_named(tmp_path):
    copied = tmp_path / "site"
    for package in ("autograd_core", "nn", "viz"):
        shutil.copytree(ROOT / package, copied / package, ignore=shutil.ignore_patterns("__pycache__"))
    install(copied, "drawings", "viz")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    code, out, _ = python(folder, "-m", "autograd_core", path=[copied])
    assert code == 1
    assert "the distribution drawings has installed a package viz into the same folder" in out


def test_drawings_warn_of_it_once_at_the_line_that_imports_them(tmp_path):
    (tmp_path / "nn.py").write_text("")
    (tmp_path / "program.py").write_text("import math\nimport viz\nimport viz.plots\n")
    code, _, error = python(tmp_path, "program.py")
    assert code == 0
    assert error.count("InstallationWarning") == 1
    assert "program.py:2: InstallationWarning: 'import nn' finds" in error
    (tmp_path / "nn.py").unlink()
    assert python(tmp_path, "-W", "error", "program.py")[2] == ""


@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_pytest_says_it_at_the_end(tmp_path, quiet):
    (tmp_path / "test_own.py").write_text(
        "def test_own(gradcheck):\n    assert gradcheck(lambda x: x * x, 2.0)\n"
    )
    command = ["-m", "pytest", "-p", "autograd_core.pytest_plugin", "-p", "no:cacheprovider", *quiet]
    code, out, _ = python(tmp_path, *command)
    assert code == 0, out
    assert "autograd-core:" not in out
    (tmp_path / "nn.py").write_text("")
    code, out, _ = python(tmp_path, *command)
    assert code == 0
    assert out.count("autograd-core: 'import nn' finds") == 1
