"""Weights in files: safetensors, which PyTorch reads too, and NumPy's .npz, both without pickle."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.errors import DomainError, DtypeError
from autograd_core.files import write_whole

from ..checks import glimpse
from ..errors import FileFormatError
from ..module import Module
from .numpy_files import as_npz, from_npz
from .reading import read_whole
from .safetensors import DTYPES, METADATA, as_safetensors, from_safetensors

__all__ = ["load", "save"]

Array = np.ndarray[Any, np.dtype[Any]]
PathLike = str | os.PathLike[str]

ARRAYS = (".safetensors", ".npz")  # how the names of files of arrays end
_NUMBERS = "fiub"  # the kinds of dtypes that are written and read
_LONGEST = 65_000  # bytes of a name; a zip archive takes 65,535 with what is added


def save(state: Module | Mapping[str, Any], path: PathLike) -> None:
    """Write a model's state, or any arrays by name, to ``.safetensors`` or ``.npz``, by the path's suffix.

    The file appears whole or not at all: it is written beside its place and then renamed. A symbolic link
    leads to the file that is written; a file that is there keeps its permissions.

    Args:
        state: a module, or arrays (tensors) by name.
        path: where to; a file that is there is replaced.

    Raises:
        FileFormatError: for another suffix.
        DtypeError: for something that is no array of real numbers or booleans, or of a dtype that
            safetensors has not.
        DomainError: for a name that cannot be written: with NUL in it, or of more than 65,000 bytes.

    >>> import tempfile, nn
    >>> model, again = nn.Linear(2, 1), nn.Linear(2, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save(model, f"{folder}/line.npz")
    ...     keys = again.load_state_dict(nn.load(f"{folder}/line.npz"))
    >>> again.weight.tolist() == model.weight.tolist()
    True
    """
    write_arrays(path, state.state_dict() if isinstance(state, Module) else state)


def load(path: PathLike) -> dict[str, Array]:
    """The arrays by name from a ``.safetensors`` or ``.npz`` file; nothing in it is ever executed.

    Numbers of PyTorch's kind bfloat16, which NumPy has not, become float32, exactly.

    Raises:
        FileFormatError: if the file is damaged, pickled, or not what its suffix says, has a name twice, other
            arrays than :func:`save` writes, or more bytes than :func:`set_read_limit` allows.
        FileNotFoundError: if it is not there.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save({"x": [1, 2]}, f"{folder}/x.npz")
    ...     nn.load(f"{folder}/x.npz")
    {'x': array([1, 2])}
    """
    return read_arrays(path)[0]


def write_arrays(
    path: PathLike, arrays: Mapping[str, Any], metadata: Mapping[str, str] | None = None
) -> None:
    """Write arrays, and texts beside them, as :func:`save` does."""
    suffix = require_suffix(path, ARRAYS)
    checked = {_checked_name(name, suffix): _checked(name, array, suffix) for name, array in arrays.items()}
    write = as_npz if suffix == ".npz" else as_safetensors
    write_whole(path, write(checked, dict(metadata or {})))


def read_arrays(path: PathLike) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the texts of a file; see :func:`load`."""
    source = Path(path)
    suffix = require_suffix(source, ARRAYS)
    content = read_whole(source)
    if not content:
        raise FileFormatError(f"{source}: the file is empty")
    if content[:1] == b"\x80" and content[8:9] != b"{":  # a safetensors header may be as long as that
        raise FileFormatError(
            f"{source}: this is a pickle, which could run any program when it is opened; save the weights as "
            "safetensors (safetensors.torch.save_file) and load that"
        )
    if suffix == ".safetensors":
        return from_safetensors(source, content)
    arrays, metadata = from_npz(source, content)
    for name, array in arrays.items():
        if array.dtype.kind not in _NUMBERS:
            raise FileFormatError(
                f"{source}: {name!r} holds {array.dtype}, weights are real numbers or booleans; "
                "nn.read_numpy() reads other arrays"
            )
    return arrays, metadata


def require_suffix(path: PathLike, known: Sequence[str], place: str = "") -> str:
    """How a file's name ends, which says what is in it; the path, or ``place``, is named in the error.

    Raises:
        FileFormatError: for another ending than those known.
    """
    suffix = Path(path).suffix
    if suffix not in known:
        raise FileFormatError(f"{place or path}: the name has to end in {' or '.join(known)}")
    return suffix


def require_folder(owner: str, path: PathLike) -> None:
    """Check that a file can be written before there is anything to write.

    Raises:
        FileNotFoundError: if its folder is not there.
    """
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{owner}: the folder {str(folder)!r} of {str(path)!r} is not there")


def _checked_name(name: Any, suffix: str) -> str:
    if not isinstance(name, str):
        raise DtypeError(f"save(): names are text, got {name!r}")
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise DomainError(f"save(): the name {name!r} is no text that can be written as UTF-8") from None
    if "\0" in name:
        raise DomainError(f"save(): the name {name!r} has the character NUL, where readers would cut it off")
    if name == METADATA and suffix == ".safetensors":
        raise DomainError(f"save(): in a .safetensors file {name!r} names the texts, no array")
    if length > _LONGEST:
        raise DomainError(f"save(): {name[:20]!r}... is a name of {length:,} bytes, at most {_LONGEST:,} fit")
    return name


def _checked(name: str, value: Any, suffix: str) -> Array:
    array = np.asarray(value.data if isinstance(value, Node) else value)
    if array.dtype.kind not in _NUMBERS:
        raise DtypeError(f"save(): {name!r} is no array of real numbers or booleans but {glimpse(value)}")
    if suffix == ".safetensors" and array.dtype.newbyteorder("=") not in DTYPES:
        raise DtypeError(f"save(): a .safetensors file holds no {array.dtype} as {name!r} is; an .npz does")
    return array if array.flags.c_contiguous else array.copy(order="C")
