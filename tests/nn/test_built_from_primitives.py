"""Layers and losses are compositions of the engine's primitives, and ``nn`` stands on little else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import nn

ROOT = Path(nn.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LAYERS = [path for path in FILES if path.relative_to(ROOT).parts[0] in ("functional", "layers")]

NEEDED = {"autograd_core", "numpy"}
OPTIONAL = {"matplotlib", "safetensors", "sklearn", "tqdm"}  # imported where they are used

# What NumPy may be asked for: types, shapes, constants, and looking at labels.
ALLOWED = {
    "arange", "argwhere", "asarray", "broadcast_shapes", "dtype", "empty", "errstate", "eye", "full", "iinfo",
    "int64", "ndarray", "ones", "prod", "random", "shape", "zeros",
}  # fmt: skip

# Arithmetic on what is constant in the graph: places of windows, labels, and the values at which a
# function is cut off.
CONSTANT = {
    ("functional/adaptive_pooling.py", "minimum"),
    ("functional/dropout.py", "where"),
    ("functional/labels.py", "maximum"),
    ("functional/labels.py", "where"),
    ("functional/losses/binary.py", "log"),
    ("functional/losses/binary.py", "log1p"),
    ("functional/losses/binary.py", "maximum"),
    ("functional/losses/joining.py", "where"),
    ("functional/losses/margins.py", "logical_and"),
    ("functional/losses/margins.py", "where"),
    ("functional/max_pooling.py", "pad"),
    ("functional/pooling_windows.py", "maximum"),
    ("functional/pooling_windows.py", "minimum"),
    ("functional/rectifiers.py", "sign"),
    ("functional/values.py", "logical_not"),
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """The top-level packages that a file imports, and whether it does so when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            yield name.partition(".")[0], node not in inside


def numpy_functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
            yield node.attr


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nn_imports_the_engine_numpy_and_optional_packages_where_it_needs_them(path):
    for package, at_once in imports(path):
        if package in sys.stdlib_module_names:
            continue
        assert package in (NEEDED if at_once else NEEDED | OPTIONAL)


@pytest.mark.parametrize("path", LAYERS, ids=name_of)
def test_layers_leave_arithmetic_to_the_primitives(path):
    asked = {name for name in numpy_functions(path) if name not in ALLOWED}
    assert {(name_of(path), name) for name in asked} <= CONSTANT


def test_the_list_of_exceptions_is_not_longer_than_it_has_to_be():
    found = {(name_of(path), name) for path in LAYERS for name in numpy_functions(path)}
    assert found >= CONSTANT
    assert {name for _, name in found} - {name for _, name in CONSTANT} <= ALLOWED
