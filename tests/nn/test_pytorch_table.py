"""What the document on PyTorch says is true: its code runs, its names exist or do not, signatures agree."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import nn
import nn.functional as F

TEXT = (Path(nn.__file__).parent / "PYTORCH.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))

NOT_TAKEN = {
    name
    for names in re.findall(r"^\| no (.*?) \|", TEXT, re.MULTILINE)
    for name in re.findall(r"`(\w+)=", names)
}
ADDED = {"generator", "data_format", "l2", "momentum_form", "decay"}
LAYERS = [name for name in nn.layers.__all__ if name not in ("HalfSquaredError", "HingeLoss", "RBF")]
FUNCTIONS = sorted(
    name
    for name, function in vars(F).items()
    if callable(function) and getattr(function, "__module__", "").startswith("nn.functional")
)
OPTIMIZERS = [
    name for name in nn.optim.__all__ if not name.endswith("_") and name not in ("Piece", "Optimizer")
]


def parameters(function):
    """The names of the parameters, those that may be given by position first."""
    try:
        found = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    except ValueError:  # PyTorch's compiled functions have no signature that could be read
        return None
    positional = [p.name for p in found if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in found):
        return None
    return positional, {p.name for p in found}


def assert_same_call(ours, theirs):
    here, there = parameters(ours), parameters(theirs)
    if here is None or there is None:
        return
    known = NOT_TAKEN | {"_stacklevel"}
    assert [name for name in there[0] if name in here[0]] == [name for name in here[0] if name in there[0]]
    assert {name for name in there[1] - here[1] if not name.startswith("_")} <= known
    assert here[1] - there[1] <= ADDED | {"dtype"}


def test_its_code_runs():
    names = {}
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(compile(block, "PYTORCH.md", "exec"), names)
    assert names["loss"].shape == ()
    assert "norm.running_mean" in names["state"]


def test_what_stands_on_the_right_of_the_first_table_exists():
    for name in re.findall(r"`nn\.([\w.]+)[`(]", TEXT.partition("## The same")[0].partition("```python")[0]):
        thing = nn
        for part in name.split("."):
            thing = getattr(thing, part, None)
        assert thing is not None, name


@pytest.mark.parametrize(
    "name",
    re.findall(r"`([A-Za-z]\w+)`", re.sub(r"\|[^|]*\|$", "|", SECTIONS["Not here"], flags=re.MULTILINE)),
)
def test_what_is_said_to_be_missing_is_missing(name):
    assert not hasattr(nn, name)


@pytest.mark.peers
@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_made_as_pytorchs_are(name):
    torch = pytest.importorskip("torch")
    assert_same_call(getattr(nn, name), getattr(torch.nn, name))


@pytest.mark.peers
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_called_as_pytorchs_are(name):
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.nn.functional, name, None)
    if theirs is None:
        assert name in {
            "flatten",
            "gru_cell",
            "logsumexp",
            "lstm_cell",
            "rnn_cell",
            "unflatten",
            "half_squared_error",
            "hinge_loss",
            "rbf",
        }
    else:
        assert_same_call(getattr(F, name), theirs)


@pytest.mark.peers
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimisers_and_schedules_are_made_as_pytorchs_are(name):
    torch = pytest.importorskip("torch")
    rooms = (torch.optim, torch.optim.lr_scheduler, torch.optim.swa_utils)
    assert_same_call(getattr(nn.optim, name), next(getattr(r, name) for r in rooms if hasattr(r, name)))


def test_a_failed_load_leaves_the_model_as_it_was():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    before = {name: array.copy() for name, array in model.state_dict().items()}
    with pytest.raises(nn.ModuleError):
        model.load_state_dict({**before, "0.weight": np.zeros((2, 2)), "1.weight": np.zeros((3, 3))})
    assert all(np.array_equal(array, before[name]) for name, array in model.state_dict().items())
