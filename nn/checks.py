"""Checks of options and arguments: each kind has one function, and one way of saying what is wrong.

A check takes the name of the layer or function that its message begins with, then the options by their names:
``check_positive("huber_loss()", delta=delta)``.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Node, default_dtype
from autograd_core.dtypes import asarray
from autograd_core.errors import AutogradError, DomainError, DtypeError, IndexRangeError, ShapeError

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[Any]]
P = ParamSpec("P")
R = TypeVar("R")


def checked(**checks: Callable[..., None]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A function whose options are checked before it runs: ``@checked(delta=check_positive)``.

    What is left at its default is right. A layer makes the same ``checks`` once, and calls the function
    inside, ``__wrapped__``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        place = f"{function.__name__}()"
        parameters = list(inspect.signature(function).parameters.values())
        options = [(i, p.name, p.default) for i, p in enumerate(parameters) if p.name in checks]

        @wraps(function)
        def checking(*inputs: P.args, **keywords: P.kwargs) -> R:
            for i, name, usual in options:
                value = inputs[i] if i < len(inputs) else keywords.get(name, usual)
                if value is not usual:
                    checks[name](place, **{name: value})
            return function(*inputs, **keywords)

        checking.checks = checks  # type: ignore[attr-defined]
        return checking

    return decorate


# -- numbers ------------------------------------------------------------------------------------------------


def is_number(value: Any) -> bool:
    """Whether it is a single real number; True and False are none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def is_whole(value: Any, least: int | None = None) -> bool:
    """Whether it is an integer, and not below ``least``; True and False are none."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and (least is None or value >= least)


def check_number(place: str, **options: Any) -> None:
    """A finite number.

    Raises:
        DtypeError: if it is no number.
        DomainError: if it is infinite or NaN.
    """
    _check_numbers(place, options, "a finite number", math.isfinite)


def check_positive(place: str, **options: Any) -> None:
    """A finite number above 0.

    Raises:
        DtypeError: if it is no number.
        DomainError: if it is not above 0, or infinite.
    """
    _check_numbers(place, options, "a finite number above 0", lambda x: 0 < x < math.inf)


def check_not_negative(place: str, **options: Any) -> None:
    """A finite number from 0 upwards.

    Raises:
        DtypeError: if it is no number.
        DomainError: if it is below 0, or infinite.
    """
    _check_numbers(place, options, "a finite number from 0", lambda x: 0 <= x < math.inf)


def check_fraction(place: str, **options: Any) -> None:
    """A number between 0 and 1, bounds included: a share or a probability.

    Raises:
        DtypeError: if it is no number.
        DomainError: if it lies outside.
    """
    _check_numbers(place, options, "a number between 0 and 1", lambda x: 0 <= x <= 1)


def check_decay(place: str, **options: Any) -> None:
    """A number from 0 and below 1: the weight of the past in a moving average.

    Raises:
        DtypeError: if it is no number.
        DomainError: if it lies outside.
    """
    _check_numbers(place, options, "a number from 0 and below 1", lambda x: 0 <= x < 1)


def check_not_zero(place: str, **options: Any) -> None:
    """What is divided by.

    Raises:
        DomainError: if it is 0.
    """
    for name, value in options.items():
        if value == 0:
            raise _refused(DomainError, place, name, value, "a number other than 0")


def check_whole(place: str, **options: Any) -> None:
    """A whole number of either sign.

    Raises:
        DtypeError: if it is not.
    """
    for name, value in options.items():
        if not is_whole(value):
            raise _refused(DtypeError, place, name, value, "a whole number")


def check_count(place: str, least: int = 1, /, **options: Any) -> None:
    """How many of something there are: a whole number from ``least``.

    Raises:
        DtypeError: if it is no whole number.
        DomainError: if it is below.
    """
    for name, value in options.items():
        if not is_whole(value, least):
            kind = DomainError if is_whole(value) else DtypeError
            raise _refused(kind, place, name, value, f"a whole number from {least}")


def check_size(place: str, least: int = 1, /, **options: Any) -> None:
    """The length of an axis, features or channels: a whole number from ``least``.

    Raises:
        ShapeError: if it is not.
    """
    for name, value in options.items():
        if not is_whole(value, least):
            raise _refused(ShapeError, place, name, value, f"a whole number from {least}")


def check_each(place: str, check: Callable[..., None], /, **options: Any) -> None:
    """One value that fits a check, or a list of several.

    Raises:
        DtypeError: as ``check`` does, naming the place in the list.
        DomainError: likewise.
    """
    for name, value in options.items():
        if isinstance(value, list | tuple):
            check(place, **{f"{name}[{i}]": x for i, x in enumerate(value)})
        else:
            check(place, **{name: value})


def check_order(place: str, **bounds: Any) -> None:
    """A lower and an upper bound, in this order; they may be equal.

    Raises:
        DomainError: if the first is larger.
    """
    (low, a), (high, b) = bounds.items()
    if not a <= b:  # NaN is refused too
        raise _refused(DomainError, place, low, a, f"at most `{high}` (={b!r})")


def _check_numbers(place: str, options: dict[str, Any], wanted: str, holds: Callable[[float], bool]) -> None:
    for name, value in options.items():
        if not is_number(value):
            raise _refused(DtypeError, place, name, value, wanted)
        if not holds(value):  # NaN is refused too
            raise _refused(DomainError, place, name, value, wanted)


def _refused(kind: type[AutogradError], place: str, name: str, value: Any, wanted: str) -> AutogradError:
    shown = value.item() if isinstance(value, np.generic) else value
    return kind(f"{place + ': ' if place else ''}`{name}` (={glimpse(shown)}) has to be {wanted}")


# -- words, flags, functions, dtypes ------------------------------------------------------------------------


def check_word(place: str, known: Sequence[Any], /, **options: Any) -> None:
    """One of several words.

    Raises:
        DomainError: if it is none of them.
    """
    for name, word in options.items():
        if not (isinstance(word, str) and word in known):  # an array compares element by element
            raise _refused(DomainError, place, name, word, f"one of {', '.join(map(repr, known))}")


def check_flag(place: str, **options: Any) -> None:
    """True or False.

    Raises:
        DtypeError: if it is neither.
    """
    for name, value in options.items():
        if not isinstance(value, bool | np.bool_):
            raise _refused(DtypeError, place, name, value, "True or False")


def check_function(place: str, **options: Any) -> None:
    """Something that can be called.

    Raises:
        DtypeError: if it cannot.
    """
    for name, value in options.items():
        if not callable(value):
            raise _refused(DtypeError, place, name, value, "a function")


def floating_dtype(place: str, dtype: DTypeLike | None) -> np.dtype[Any]:
    """A dtype of floating-point numbers; the default one when None.

    Raises:
        DtypeError: for another, or what is no dtype.
    """
    try:
        kind = np.dtype(default_dtype() if dtype is None else dtype)
    except TypeError:
        kind = np.dtype(object)
    if kind.kind != "f":
        raise _refused(DtypeError, place, "dtype", dtype, "a dtype of floating-point numbers")
    return kind


# -- arrays -------------------------------------------------------------------------------------------------


def array_of_numbers(place: str, what: str, data: Any) -> Array:
    """The numbers of an array, a node or nested lists; a list of integers stays integers.

    Raises:
        ShapeError: if the rows of a list are of unequal lengths.
        DtypeError: if there is anything else but real numbers.
    """
    try:
        array = asarray(data.data if isinstance(data, Node) else data)
    except ValueError:
        raise ShapeError(f"{place}: the rows of {what} have unequal lengths: {glimpse(data)}") from None
    if array.dtype.kind not in "fiub":
        advice = ""
        if isinstance(data, str):
            advice = "; a reduction is given by name, reduction=..."
        elif array.dtype.kind in "US":
            advice = "; np.unique(labels, return_inverse=True)[1] numbers them"
        raise DtypeError(f"{place}: {what} has to be made of numbers, got {glimpse(data)}{advice}")
    return array


def check_values(place: str, what: str, values: Array, right: Array, wanted: str, advice: str = "") -> None:
    """Every number is right.

    Raises:
        DomainError: naming the first that is not, and its position.
    """
    if not right.all():
        at, where = first_place(np.logical_not(right))
        raise DomainError(f"{place}: {what} has to {wanted}, got {values[at]}{where}{advice}")


def check_indices(
    place: str, what: str, numbers: Array, wrong: Array, count: int, things: str, advice: str = ""
) -> None:
    """No index is marked as wrong, because it is none of ``count`` things.

    Raises:
        IndexRangeError: naming the first that is, and its position.
    """
    if wrong.any():
        at, where = first_place(wrong)
        raise IndexRangeError(
            f"{place}: {what} {int(numbers[at])}{where} is out of range, {count} {things} are numbered "
            f"0 to {count - 1}{advice}"
        )


def first_place(wrong: Array) -> tuple[tuple[int, ...], str]:
    """The index of the first True of a mask, and how a message says it: " at position 3", "" for a number."""
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return place, f" at position {place[0] if len(place) == 1 else place}" if place else ""


def glimpse(data: Any) -> str:
    """The beginning of what something looks like."""
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."
