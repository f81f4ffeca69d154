"""What becomes of numbers when they enter an array: the default dtype, and who is promoted."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from .errors import DtypeError, GraphError
from .masks import check_unmasked

__all__ = ["default_dtype", "set_default_dtype"]

_default: np.dtype[Any] = np.dtype(np.float64)


def default_dtype() -> np.dtype[Any]:
    """The dtype that Python numbers and lists take; float64 until it is set.

    >>> default_dtype()
    dtype('float64')
    """
    return _default


def set_default_dtype(dtype: DTypeLike) -> None:
    """Set the dtype that Python numbers, lists and initialisers take.

    Raises:
        DtypeError: if it is no floating-point dtype.

    >>> set_default_dtype(np.float64)
    """
    global _default
    wanted = np.dtype(dtype)
    if wanted.kind != "f":
        raise DtypeError(f"the default dtype has to be a floating-point dtype, got {wanted}")
    _default = wanted


class StandIn:
    """What stands for an array while a program is recorded (:mod:`autograd_core.compilation.traced`).

    For Python it is an array; NumPy's functions ask it what they are to do, and whoever wants its numbers is
    refused, because they would be the same ones at every run of the program.
    """

    __slots__ = ()

    ndim: int
    """How many axes it has."""

    namespace: Any
    """What computes with it (:mod:`autograd_core.primitive`)."""

    is_number = False
    """Whether it stands for a number of Python's."""

    is_scalar = False
    """Whether it stands for one of NumPy's numbers, not for an array."""

    def number(self) -> Any:
        """What will be a Python number in the result of a run; it has no axes."""
        raise NotImplementedError


def asarray(x: Any, dtype: DTypeLike | None = None) -> np.ndarray[Any, Any]:
    """``np.asarray``, which leaves alone what stands for an array."""
    if isinstance(x, StandIn):
        standing: Any = x
        return standing if dtype is None else standing.astype(dtype)  # type: ignore[no-any-return]
    return np.asarray(x, dtype)


def real_dtype(dtype: DTypeLike, owner: str) -> np.dtype[Any]:
    """The dtype by this name.

    Raises:
        DtypeError: if it is not one of real numbers.
    """
    wanted = np.dtype(dtype)
    if wanted.kind not in "fiub":
        raise DtypeError(f"{owner} needs a real dtype, got {wanted}")
    return wanted


def as_array(data: Any, dtype: DTypeLike | None = None, owner: str = "Tensor()") -> np.ndarray[Any, Any]:
    """``data`` as a real array: arrays keep their dtype, Python numbers and lists take the default.

    Lists of booleans stay booleans. An array is not copied.

    Raises:
        DtypeError: for anything that is not made of real numbers.
        GraphError: for lists of nodes that require a gradient, which would be lost.
    """
    check_unmasked(data, owner)
    try:
        array = asarray(data)
    except GraphError:
        raise GraphError(
            f"{owner} takes plain numbers, but {_glimpse(data)} holds nodes that require a gradient, which "
            "would be lost without a word: join them with array([...]), which records it, or take their .data"
        ) from None
    except ValueError as error:
        raise DtypeError(f"{owner} needs a rectangular array of numbers: {error}") from None
    if array.dtype.kind == "O" and not isinstance(data, np.ndarray) and hasattr(data, "__dlpack__"):
        data = array = np.from_dlpack(data)
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"{owner} needs real numbers, got {_foreign(array, _glimpse(data))}")
    if dtype is not None:
        return array.astype(real_dtype(dtype, owner), copy=False)
    of_python = data.is_number if isinstance(data, StandIn) else not isinstance(data, np.ndarray | np.generic)
    if of_python and array.dtype.kind != "b":
        return array.astype(_default, copy=False)
    return array


def in_common(data: list[Any], floating: bool) -> list[Any]:
    """Give integer and boolean arrays the dtype in which the operation computes.

    That is the dtype of the floating-point arrays beside them, or, for a function that has no integer
    values (``exp``), the default dtype.
    """
    kinds = [x.dtype for x in data if isinstance(x, np.ndarray | np.generic)]
    reals = [kind for kind in kinds if kind.kind == "f"]
    if reals:
        target, promoted = np.result_type(*reals), "iu"  # booleans never promote
    elif floating:
        target, promoted = _default, "iub"
    else:
        return data
    if not any(kind.kind in promoted for kind in kinds):
        return data
    return [
        x.astype(target) if isinstance(x, np.ndarray | np.generic) and x.dtype.kind in promoted else x
        for x in data
    ]


def _foreign(array: np.ndarray[Any, Any], glimpse: str) -> str:
    """What an array is made of that is no real number."""
    from .graph import Node  # which is made of arrays itself

    if array.dtype != object:
        return f"dtype {array.dtype} in {glimpse}"
    if any(isinstance(x, Node) for x in array.flat):
        return f"Values in {glimpse}; join Values with stack([...])"
    others = [x for x in array.flat if not isinstance(x, int | float | np.number)]
    if not others:
        return f"dtype object in {glimpse}"
    return f"type {type(others[0]).__name__} in {glimpse}{_advice(others[0])}"


def _advice(x: Any) -> str:
    """What was probably meant by something that is no number."""
    if x is None:
        return ": has the function that made it a 'return'?"
    if isinstance(x, type):
        return f": make one first, {x.__name__}(...), and give what it computes"
    if callable(x):
        return ": call it, and give what it computes, such as model(x)"
    return ""


def _glimpse(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."
