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
OPTIONAL = {"matplotlib", "safetensors", "sklearn", "tensorboard", "tqdm"}  # imported where they are used
LOADED_WHEN_ASKED_FOR = {"sklearn.py": {"sklearn"}}  # rooms that `import nn` leaves alone

# What NumPy may be asked for: types, shapes, constants, and looking at labels.
ALLOWED = {
    "arange", "argwhere", "asarray", "broadcast_shapes", "dtype", "empty", "errstate", "eye", "finfo", "float32",
    "float64", "floating", "full", "iinfo", "int64", "integer", "ndarray", "number", "ones", "prod", "random",
    "result_type", "shape", "zeros",
}  # fmt: skip

# Arithmetic on what is constant in the graph: places and weights of windows, labels, running statistics,
# the values at which a function is cut off, and parameters before the training.
CONSTANT = {
    "functional/activations.py": {"sign"},
    "functional/adaptive_pooling.py": {"minimum"},
    "functional/average_pooling.py": {"maximum", "minimum"},
    "functional/dropout.py": {"where"},
    "functional/embedding.py": {"linalg", "unique"},
    "functional/labels.py": {"maximum", "where"},
    "functional/losses/binary.py": {"log", "log1p", "maximum"},
    "functional/losses/reduction.py": {"where"},
    "functional/losses/margins.py": {"logical_and", "where"},
    "functional/max_pooling.py": {"all", "any", "pad"},
    "functional/batch_normalization.py": {"sqrt"},
    "functional/resizing.py": {"abs", "clip", "floor", "maximum", "minimum", "where"},
    "layers/radial.py": {"array_equal", "inf", "isfinite", "square", "unique", "where"},
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
        assert package in (
            NEEDED | LOADED_WHEN_ASKED_FOR.get(name_of(path), set()) if at_once else NEEDED | OPTIONAL
        )


def beyond(path):
    return {name for name in numpy_functions(path) if name not in ALLOWED}


@pytest.mark.parametrize("path", LAYERS, ids=name_of)
def test_layers_leave_arithmetic_to_the_primitives(path):
    assert beyond(path) == CONSTANT.get(name_of(path), set())


def test_every_exception_belongs_to_a_file():
    assert set(CONSTANT) <= {name_of(path) for path in LAYERS}
