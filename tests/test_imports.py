"""The house stands: every import runs down its floors, and none closes a circle.

`FLOORS` is the plan. A room is a file or folder of a package; it may use what is in it and what stands on the
floors below, never its neighbours. What is imported when a function runs is listed apart, and keeps to the plan too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the ground up. A package's own name is its __init__, on top of its rooms.
FLOORS = [
    [
        "autograd_core.errors",
        "autograd_core.files",
        "autograd_core.installation",
        "autograd_core.naming",
        "autograd_core.spelling",
    ],
    ["autograd_core.hooks", "autograd_core.masks"],
    ["autograd_core.dtypes", "autograd_core.geometry", "autograd_core.primitive"],
    ["autograd_core.namespaces", "autograd_core.kernels"],
    ["autograd_core.calculus", "autograd_core.context"],
    ["autograd_core.graph"],
    ["autograd_core.watching"],
    ["autograd_core.sweeping", "autograd_core.methods"],
    ["autograd_core.structure"],
    ["autograd_core.linalg", "autograd_core.fft", "autograd_core.dispatch", "autograd_core.assigning"],
    ["autograd_core.node_methods", "autograd_core.protocols"],
    ["autograd_core.tensor_methods", "autograd_core.leaving"],
    ["autograd_core.value", "autograd_core.tensor"],
    ["autograd_core.sharing", "autograd_core.weighted_sum", "autograd_core.transforms"],
    ["autograd_core.compilation", "autograd_core.inspection"],
    ["autograd_core.checking"],
    ["autograd_core"],
    ["autograd_core.grading"],
    ["autograd_core.pytest_plugin", "autograd_core.__main__"],
    ["nn.errors", "nn.checks", "nn.parameter", "nn.hooks", "nn.warning"],
    ["nn.randomness"],
    ["nn.init", "nn.functional", "nn.module"],
    ["nn.modes", "nn.containers", "nn.packing"],
    ["nn.files", "nn.layers", "nn.penalty", "nn.scalars", "nn.summary", "nn.vectors"],
    ["nn.optim", "nn.data", "nn.parametrizations"],
    ["nn.training"],
    ["nn.sklearn"],
    ["nn"],
    ["viz.wording"],
    ["viz.options", "viz.ranges"],
    ["viz.model"],
    ["viz.style"],
    ["viz.graph"],
    ["viz.picture"],
    ["viz.output"],
    ["viz.diagrams", "viz.plots"],
    ["viz.grids"],
    ["viz.drawing"],
    ["viz.expressions", "viz.live_pages", "viz.training_pages"],
    ["viz.command", "viz.exploring"],
    ["viz"],
    ["viz.__main__"],
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ENGINE = [room for room in FLOOR if room.startswith("autograd_core")]

# Imported upwards, each when a function runs: what is made or shown from what stands above.
UPWARDS_WHEN_CALLED = {
    ("nn.module", "nn.scalars"),
    ("autograd_core.dtypes", "autograd_core.graph"),
    ("autograd_core.node_methods", "autograd_core.inspection.showing"),
}


@dataclass(frozen=True)
class Import:
    """A file of the project that another one asks for: when it is loaded, or when a function runs."""

    source: str
    target: str
    line: int
    when_called: bool

    @property
    def rooms(self) -> tuple[str, str]:
        return room(self.source), room(self.target)

    def __str__(self) -> str:
        return f"{self.source} (line {self.line}) imports {self.target}"


@cache
def files() -> dict[str, Path]:
    paths = [path for package in ("autograd_core", "nn", "viz") for path in (ROOT / package).rglob("*.py")]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(paths)
    }


def room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def asked_for(name: str, statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The project's files that an import statement in the file ``name`` names."""
    if isinstance(statement, ast.Import):
        asked = [alias.name for alias in statement.names]
    else:
        base = statement.module or ""
        if statement.level:
            package = name.split(".") if files()[name].name == "__init__.py" else name.split(".")[:-1]
            base = ".".join(
                [*package[: len(package) - statement.level + 1], *filter(None, [statement.module])]
            )
        asked = [
            f"{base}.{alias.name}" if f"{base}.{alias.name}" in files() else base for alias in statement.names
        ]
    yield from (target for target in asked if target in files() and target != name)


def statements(
    node: ast.AST, when_called: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Every import that is carried out, and whether a function has to run for it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, when_called
        elif not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield from statements(child, when_called or isinstance(child, ast.FunctionDef | ast.Lambda))


@cache
def imports() -> list[Import]:
    return [
        Import(name, target, statement.lineno, when_called)
        for name, path in files().items()
        for statement, when_called in statements(ast.parse(path.read_text(encoding="utf-8")))
        for target in asked_for(name, statement)
    ]


def runs_up(one: Import) -> bool:
    here, there = one.rooms
    return here != there and FLOOR[there] >= FLOOR[here]


def circle(pairs: list[Import], by_room: bool = False) -> list[str] | None:
    graph: dict[str, set[str]] = {}
    for one in pairs:
        here, there = one.rooms if by_room else (one.source, one.target)
        if here != there:
            graph.setdefault(here, set()).add(there)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return None


def test_every_room_has_a_floor():
    rooms = {room(name) for name in files()}
    assert not rooms - set(FLOOR), (
        f"no floor for {sorted(rooms - set(FLOOR))}: add them to FLOORS where they belong"
    )


def test_no_import_runs_against_the_grain():
    assert not [str(one) for one in imports() if not one.when_called and runs_up(one)]


def test_what_is_imported_when_a_function_runs_keeps_to_the_plan():
    wrong = [one for one in imports() if one.when_called and runs_up(one)]
    allowed = {pair for one in wrong for pair in UPWARDS_WHEN_CALLED if pair == (one.source, one.target)}
    assert not [str(one) for one in wrong if (one.source, one.target) not in allowed]
    assert allowed == UPWARDS_WHEN_CALLED, "the list is longer than what is left of it"


def test_files_that_load_each_other_close_no_circle():
    assert circle([one for one in imports() if not one.when_called]) is None


def test_what_waits_for_a_call_closes_one_circle_alone():
    known = ("nn.module", "nn.scalars")
    assert circle([one for one in imports() if (one.source, one.target) != known]) is None


def test_rooms_that_load_each_other_close_no_circle():
    assert circle([one for one in imports() if not one.when_called], by_room=True) is None


@pytest.mark.parametrize("name", sorted(FLOOR))
def test_inside_a_room_nothing_waits_for_a_call_to_break_a_circle(name):
    inside = [one for one in imports() if one.rooms == (name, name)]
    assert circle(inside) is None


def test_layers_and_drawings_do_not_know_each_other_and_the_engine_knows_neither():
    crossing = {(one.source.split(".")[0], one.target.split(".")[0]) for one in imports()}
    assert crossing <= {(package, package) for package in ("autograd_core", "nn", "viz")} | {
        ("nn", "autograd_core"),
        ("viz", "autograd_core"),
    }
