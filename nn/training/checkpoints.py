"""A training in a file: what is needed to go on with it as if it had not been interrupted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import FileFormatError
from ..files import PathLike, read_arrays, write_arrays
from ..module import Module
from ..randomness import generator_or_default

__all__ = ["checkpoint_extra", "load_checkpoint", "save_checkpoint"]

_KEY = "training"
_ARRAY = "__array__"  # in the text, an array is the name under which the file keeps it


def save_checkpoint(
    path: PathLike,
    model: Module,
    optimizer: Any = None,
    schedule: Any = None,
    *,
    generator: np.random.Generator | None = None,
    epoch: int = 0,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Write model, optimiser, schedule, generator and epoch to one ``.safetensors`` or ``.npz`` file.

    Args:
        path: where to; a file that is there is replaced, in one step.
        model: the model.
        optimizer: its optimiser, if wanted.
        schedule: its learning-rate schedule, if wanted.
        generator: draws the shuffles and masks; the common one (:func:`nn.seed`) when None.
        epoch: how many epochs are done.
        extra: whatever else belongs to it: numbers, texts and arrays, in dictionaries and lists;
            :func:`checkpoint_extra` gives it back.

    Raises:
        FileFormatError: for another suffix.

    >>> import tempfile, nn
    >>> model = nn.Linear(2, 1)
    >>> optimiser = nn.Adam(model.parameters())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/last.npz", model, optimiser, epoch=3)
    ...     nn.load_checkpoint(f"{folder}/last.npz", model, optimiser)
    3
    """
    arrays: dict[str, Any] = {}
    training = {
        "epoch": int(epoch),
        "model": model.state_dict(),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "schedule": None if schedule is None else schedule.state_dict(),
        "generator": generator_or_default(generator).bit_generator.state,
        "extra": dict(extra or {}),
    }
    text = json.dumps(_packed(training, "", arrays))
    write_arrays(path, arrays, {_KEY: text})


def load_checkpoint(
    path: PathLike,
    model: Module,
    optimizer: Any = None,
    schedule: Any = None,
    *,
    generator: np.random.Generator | None = None,
) -> int:
    """Bring everything back to where it was when the file was written; nothing changes if one part fails.

    Returns:
        How many epochs were done.

    Raises:
        FileFormatError: if the file is damaged, is no checkpoint, or lacks a part that is asked for.
        ModuleError: if the model does not fit.
        ShapeError: if the optimiser does not fit.
    """
    training = _read(path)
    parts = [("model", model), ("optimizer", optimizer), ("schedule", schedule)]
    wanted = [(name, part) for name, part in parts if part is not None]
    for name, _ in wanted:
        if training[name] is None:
            raise FileFormatError(f"{path}: the checkpoint was saved without {name}")
    draws = generator_or_default(generator).bit_generator
    before = [(part, part.state_dict()) for _, part in wanted]
    state = draws.state
    try:
        for name, part in wanted:
            part.load_state_dict(training[name])
        draws.state = training["generator"]
    except BaseException:
        for part, saved in before:
            part.load_state_dict(saved)
        draws.state = state
        raise
    return int(training["epoch"])


def checkpoint_extra(path: PathLike) -> dict[str, Any]:
    """What was given as ``extra`` when a checkpoint was saved; empty if nothing was.

    Raises:
        FileFormatError: if the file is damaged or no checkpoint.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/last.npz", nn.Linear(2, 1), extra={"best": 0.25})
    ...     nn.checkpoint_extra(f"{folder}/last.npz")
    {'best': 0.25}
    """
    return dict(_read(path).get("extra", {}))


def _read(path: PathLike) -> Any:
    arrays, metadata = read_arrays(path)
    if _KEY not in metadata:
        raise FileFormatError(f"{path}: this file holds arrays but no checkpoint; nn.load() reads it")
    return _unpacked(json.loads(metadata[_KEY]), arrays)


def _packed(tree: Any, path: str, arrays: dict[str, Any]) -> Any:
    """The tree as JSON can hold it; its arrays go to ``arrays``."""
    if isinstance(tree, Mapping):
        return {
            str(key): _packed(value, f"{path}/{key}" if path else str(key), arrays)
            for key, value in tree.items()
        }
    if isinstance(tree, list | tuple):
        return [_packed(value, f"{path}/{i}", arrays) for i, value in enumerate(tree)]
    if isinstance(tree, np.ndarray):
        arrays[path] = tree
        return {_ARRAY: path}
    return tree.item() if isinstance(tree, np.generic) else tree


def _unpacked(tree: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(tree, dict):
        if set(tree) == {_ARRAY}:
            if tree[_ARRAY] not in arrays:
                raise FileFormatError(f"the checkpoint lacks the array {tree[_ARRAY]!r}")
            return arrays[tree[_ARRAY]]
        return {key: _unpacked(value, arrays) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_unpacked(value, arrays) for value in tree]
    return tree
