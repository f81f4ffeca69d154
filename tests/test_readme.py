"""The README is true: its code runs, its commands are the Makefile's, its picture is what the code draws."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nn

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "nn/PYTORCH.md",
    *[f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")],
]
BLOCKS = [block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if block[0] != "#"]
COMMANDS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """All the code blocks, run one after the other as a reader would."""
    folder = tmp_path_factory.mktemp("readme")
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in BLOCKS:
            exec(compile(block, "README.md", "exec"), names)
    return names, folder


def test_the_value_block_computes_the_derivative_it_states(session):
    names, _ = session
    y = names["tanh"](-3.0 * 2.0 + 6.7)
    assert names["w"].grad == pytest.approx((1 - y**2) * 2.0)


def test_the_block_on_functions_computes_what_it_states(session):
    names, _ = session
    gradient = names["grad"](names["f"])(names["p"])
    assert gradient["x"] == pytest.approx(2 * np.cos([0.0, 1.0]))
    assert gradient["scale"] == pytest.approx(np.sin(1.0))


def test_the_network_block_learns(session):
    names, _ = session
    assert nn.accuracy(names["model"](names["x"]), names["labels"]) > 0.95


def test_the_picture_in_the_readme_is_the_one_the_code_draws(session):
    _, folder = session
    drawn = (folder / "neuron.svg").read_text(encoding="utf-8")
    shown = (ROOT / "examples/pictures/neuron.svg").read_text(encoding="utf-8")
    assert re.findall(r"<text[^>]*>([^<]*)", drawn) == re.findall(r"<text[^>]*>([^<]*)", shown)


def test_the_command_for_a_page_writes_it(tmp_path):
    program, *arguments = shlex.split(COMMANDS[2])
    assert program == "python"
    subprocess.run([sys.executable, *arguments], cwd=tmp_path, check=True, capture_output=True)
    assert "tanh(w*x+b)" in (tmp_path / "step.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_command_that_installs_brings_the_three_packages(tmp_path):
    assert COMMANDS[0] == "pip install .\n"
    options = ["--no-deps", "--disable-pip-version-check", "--target", str(tmp_path)]
    run = [sys.executable, "-m", *shlex.split(COMMANDS[0])]
    subprocess.run([*run, *options], cwd=ROOT, check=True, capture_output=True)
    code = "import autograd_core, nn, viz; print(autograd_core.__file__, nn.__file__, viz.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.count(str(tmp_path)) == 3


def test_the_quick_start_has_two_commands_and_make_knows_both():
    commands = [line.split("#")[0].split() for line in COMMANDS[1].splitlines()]
    assert commands == [["make", "demo"], ["make", "test"]]
    assert "examples/digits.py" in planned("demo")
    assert "-m pytest" in planned("test")


def planned(target):
    """What make would do for a target."""
    return subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("page", PAGES)
def test_make_knows_every_target_that_a_page_names(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in set(re.findall(r"^make ([\w-]+)|`make ([\w-]+)`", text, re.MULTILINE)):
        assert planned("".join(target))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if "://" not in link]
    assert all((ROOT / page).parent.joinpath(link).exists() for link in links)
    if page in ("README.md", "CONTRIBUTING.md"):
        rooms = re.findall(r"`((?:autograd_core|nn|viz|tests|examples|benchmarks)/[\w/.]*)`", text)
        assert rooms
        assert not [room for room in rooms if not (ROOT / room).exists()]


# The parts of source files that the README prints: the file's name, then lines as they stand there.
EXCERPTS = dict(re.findall(r"```python\n# (\S+\.py)\n(.*?)```", README, re.DOTALL))


def test_the_readme_prints_the_lines_of_the_table_and_the_sweep_as_they_are():
    assert {"autograd_core/calculus.py", "autograd_core/sweeping.py"} <= set(EXCERPTS)
    for file, printed in EXCERPTS.items():
        source = iter([line.strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines()])
        for line in printed.splitlines():
            assert line.strip() == "..." or line.strip() in source, (
                f"{file} has no line {line!r}, or not behind those before it"
            )


def test_what_compares_with_another_library_is_run_where_it_is_installed():
    """A test that skips itself without PyTorch is marked, so that `make test-peers` finds it."""
    forgotten = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for function in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        if re.search(r"importorskip\('(safetensors\.)?torch|torch_library\(", ast.unparse(function))
        if not any(ast.unparse(mark) == "pytest.mark.peers" for mark in function.decorator_list)
    ]
    assert not forgotten


def test_the_map_leads_to_every_folder():
    mapped = set(re.findall(r"`([\w/]+)/`", README.partition("## Where things are")[2]))
    folders = {
        path.parent
        for package in ("autograd_core", "nn", "viz")
        for path in ROOT.glob(f"{package}/*/__init__.py")
    }
    assert mapped >= {str(folder.relative_to(ROOT)) for folder in folders} | {
        "examples",
        "benchmarks",
        "tests",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "says", "files"),
    [
        (
            "digits.py",
            r"Test accuracy: (98\.[5-9]|99\.|100\.)",
            ["index.html", "forward.svg", "backward.svg", "convolution.svg", "loss.png", "filters.png"],
        ),
        ("lenet.py", r"61,706[^|]*Test accuracy: (9[6-9]|100)\.", ["lenet.png"]),
        (
            "autoencoder.py",
            r"Reproduced: [6-9]\d\.\d%[^|]*most [1-7]\d\.\d% of the bound[^|]*by 100\.0%[^|]*Edges: ([7-9]\d|100)% of",
            ["autoencoder.png"],
        ),
        ("moons.py", r"(9[5-9]|100)% of the points", ["moons.png", "neuron.svg"]),
        ("scikit_learn.py", r"learning rate  0.01: +9\d\.\d%[^|]*Test accuracy: 9[5-9]\.", []),
        ("plots.py", r"9\d% of the digits", ["plots.html", "plot0.png", "convolution.html"]),
    ],
)
def test_an_example_does_what_it_promises(script, says, files, tmp_path):
    run = subprocess.run(
        [sys.executable, str(ROOT / "examples" / script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert re.search(says, run.stdout), run.stdout
    for name in files:
        assert (tmp_path / "build/demo" / name).stat().st_size > 1000
