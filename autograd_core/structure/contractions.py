"""Sums of products over named axes: Einstein sums, and the products that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..calculus import multiply
from ..errors import DtypeError, ShapeError
from ..primitive import Multilinear, Namespace
from ..spelling import spelled
from .operands import as_operand, several_axes, shape_of, without_lists
from .shaping import reshape

__all__ = ["dot", "einsum", "inner", "tensordot", "vdot"]


def _einsum_forward(*operands: Any, subscripts: tuple[str, ...], output: str) -> Any:
    numbers = all(x.dtype.kind == "f" for x in operands if isinstance(x, np.ndarray))
    joined = f"{','.join(subscripts)}->{output}"
    result = np.einsum(joined, *operands, optimize=numbers and len(operands) > 1)
    return result if output else result[()]


def _einsum_transpose(
    m: Namespace, g: Any, *operands: Any, index: int, subscripts: tuple[str, ...], output: str
) -> Any:
    """The cotangent of an operand: the cotangent of the sum times all other operands, summed over what
    this one lacks. A letter that only this operand has, or has in full length, was summed away, so it is
    repeated by a factor of ones; a letter that it has twice stands on a diagonal, which a unit matrix
    restores.
    """
    target = subscripts[index]
    shape = np.shape(operands[index]) if isinstance(operands[index], float | int) else operands[index].shape
    names = [output, *(s for i, s in enumerate(subscripts) if i != index)]
    factors = [g, *(x for i, x in enumerate(operands) if i != index)]
    dtype = g.dtype
    wanted = ""
    spare = iter(sorted(set(_LETTERS) - set("".join(subscripts))))
    for letter, length in zip(target, shape, strict=True):
        if letter in wanted:
            other = next(spare)
            names.append(letter + other)
            factors.append(np.eye(length, dtype=dtype))
            letter = other
        elif not any(
            letter in name and x.shape[name.index(letter)] == length
            for name, x in zip(names, factors, strict=True)
        ):
            names.append(letter)
            factors.append(np.ones(length, dtype=dtype))
        wanted += letter
    return m.einsum(*factors, subscripts=tuple(names), output=wanted)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


_einsum = Multilinear("einsum", "einsum", forward=_einsum_forward, transposes=_einsum_transpose)


def einsum(subscripts: Any, *operands: Any) -> Any:
    """The Einstein sum: multiply, then sum over every letter that the output does not name.

    Args:
        subscripts: ``"ij,jk->ik"``; without an arrow the output is every letter that occurs once, in
            alphabetical order. ``...`` stands for the axes of an operand that have no letter; they
            broadcast, and are summed over if an output is written without ``...``. A letter may stand
            for length 1 in one operand and more in another, which then broadcasts.
        operands: one for each term. They may also come with lists of numbers in place of letters,
            ``einsum(a, [0, 1], b, [1, 2], [0, 2])``, where the last list, the output, may be left out.

    Raises:
        ShapeError: if the terms do not fit the operands.
        DtypeError: if the subscripts are no string.

    >>> from autograd_core import Tensor
    >>> a = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> trace = einsum("ii->", a)
    >>> trace.backward()
    >>> trace.item(), a.grad.tolist()
    (5.0, [[1.0, 0.0], [0.0, 1.0]])
    """
    if not isinstance(subscripts, str) and operands:
        subscripts, operands = _in_letters((subscripts, *operands))
    operands = tuple(map(as_operand, operands))
    if not isinstance(subscripts, str):
        raise DtypeError(f"einsum() takes the subscripts first, as in 'ij,jk->ik', got {subscripts!r}")
    shapes = [shape_of(x) for x in operands]
    terms, output = _explicit(subscripts, shapes)
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, length in zip(term, shape, strict=True):
            if shape[term.index(letter)] != length:
                raise ShapeError(
                    f"einsum {subscripts!r}: the diagonal {term!r} of an operand of shape {shape} has "
                    f"unequal lengths for {letter!r}"
                )
            known = lengths.setdefault(letter, length)
            if known != length and 1 not in (known, length):
                raise ShapeError(
                    f"einsum {subscripts!r}: the letter {letter!r} stands for lengths {known} and {length}"
                )
            lengths[letter] = length if known == 1 else known
    return _einsum(*operands, subscripts=terms, output=output)


def _in_letters(alternating: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Operands and lists of numbers in turn as one string and the operands."""
    operands, lists = alternating[0:-1:2], alternating[1::2]
    output = alternating[-1] if len(alternating) % 2 else None
    if not all(isinstance(x, list | tuple) for x in (*lists, output or [])):
        return alternating[0], alternating[1:]
    terms = ["".join("..." if i is Ellipsis else _LETTERS[i] for i in x) for x in (*lists, output or [])]
    arrow = "" if output is None else "->" + terms[-1]
    return ",".join(terms[: len(operands)]) + arrow, operands


def _explicit(subscripts: str, shapes: list[tuple[int, ...]]) -> tuple[tuple[str, ...], str]:
    """Terms and output with the ellipsis spelled out in letters that are not used otherwise."""
    text = subscripts.replace(" ", "")
    left, arrow, output = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ShapeError(f"einsum {subscripts!r}: {len(terms)} terms for {len(shapes)} operands")
    named = [term.replace("...", "") for term in (*terms, output)]
    for letter in "".join(named):
        if letter not in _LETTERS:
            raise ShapeError(
                f"einsum {subscripts!r}: {letter!r} is no subscript; use letters, ',', '->' and '...'"
            )
    spare = [letter for letter in _LETTERS if letter not in text]
    dotted = (len(s) - len(n) for t, n, s in zip(terms, named, shapes, strict=False) if "..." in t)
    dots = "".join(spare[: max(0, *dotted, 0)])
    explicit = []
    for term, name, shape in zip(terms, named, shapes, strict=False):
        missing = len(shape) - len(name)
        if missing < 0 or (missing and "..." not in term):
            raise ShapeError(
                f"einsum {subscripts!r}: the term {term!r} does not fit an operand of shape {shape}"
            )
        explicit.append(term.replace("...", dots[len(dots) - missing :]))
    if arrow:
        output = output.replace("...", dots)
        for letter in output:
            if not any(letter in term for term in explicit):
                raise ShapeError(f"einsum {subscripts!r}: the output letter {letter!r} occurs in no term")
            if output.count(letter) > 1:
                raise ShapeError(f"einsum {subscripts!r}: the output names {letter!r} twice")
    else:
        once = (letter for letter in set("".join(named)) if left.count(letter) == 1)
        output = dots + "".join(sorted(once))
    return tuple(explicit), output


def dot(a: Any, b: Any) -> Any:
    """The sum of products over the last axis of ``a`` and the last but one of ``b`` (its only one, if
    ``b`` is a vector); of a number, the product with every element.

    For vectors this is the inner product, for matrices the matrix product. Shapes ``(*A, n)`` and
    ``(*B, n, k)`` give ``(*A, *B, k)``; use :func:`matmul` for batches.

    Raises:
        ShapeError: if the two axes differ in length.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    np.float64(11.0)
    """
    left, right = shape_of(a), shape_of(b)
    if not left or not right:
        return multiply(*without_lists(a, b))
    return _contracted("dot", a, b, (len(left) - 1,), (max(len(right) - 2, 0),))


def vdot(a: Any, b: Any) -> Any:
    """The inner product of all elements of ``a`` with all elements of ``b``, in row-major order.

    Raises:
        ShapeError: if they differ in size.

    >>> vdot([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0, 1.0, 1.0])
    np.float64(10.0)
    """
    return _contracted("vdot", reshape(a, -1), reshape(b, -1), (0,), (0,))


def inner(a: Any, b: Any) -> Any:
    """The sum of products over the last axes: ``(*A, n)`` and ``(*B, n)`` give ``(*A, *B)``.

    Of a number, the product with every element.

    Raises:
        ShapeError: if the last axes differ in length.

    >>> inner([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    array([3., 7.])
    """
    left, right = shape_of(a), shape_of(b)
    if not left or not right:
        return multiply(*without_lists(a, b))
    return _contracted("inner", a, b, (len(left) - 1,), (len(right) - 1,))


@spelled
def tensordot(a: Any, b: Any, axes: int | Sequence[Any] = 2) -> Any:
    """The sum of products over several axes of each operand.

    Args:
        a: the left operand; its other axes come first in the result.
        b: the right operand; its other axes follow.
        axes: how many of the last axes of ``a`` meet the first axes of ``b``, in order; or a pair, the
            axes of ``a`` and the axes of ``b`` that meet.

    Raises:
        ShapeError: if axes that meet differ in length, or there are no such axes.

    >>> tensordot([[1.0, 2.0], [3.0, 4.0]], [[1.0, 0.0], [0.0, 1.0]]).item()
    5.0
    """
    left, right = shape_of(a), shape_of(b)
    if isinstance(axes, int | np.integer):
        count = int(axes)
        if not 0 <= count <= min(len(left), len(right)):
            raise ShapeError(f"tensordot(): shapes {left} and {right} do not both have {count} axes")
        return _contracted("tensordot", a, b, tuple(range(len(left) - count, len(left))), tuple(range(count)))
    if len(axes) != 2:
        raise ShapeError(f"tensordot(): axes are a number or a pair (axes of a, axes of b), got {axes!r}")
    of_a, of_b = ((x,) if isinstance(x, int | np.integer) else tuple(x) for x in axes)
    if len(of_a) != len(of_b):
        raise ShapeError(f"tensordot(): {len(of_a)} axes of the left meet {len(of_b)} of the right: {axes!r}")
    return _contracted(
        "tensordot",
        a,
        b,
        several_axes("tensordot", of_a, len(left)),
        several_axes("tensordot", of_b, len(right)),
    )


def _contracted(operation: str, a: Any, b: Any, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Any:
    """The sum of products where each axis in ``of_a`` meets the axis at the same place in ``of_b``."""
    left, right = shape_of(a), shape_of(b)
    for i, j in zip(of_a, of_b, strict=True):
        if left[i] != right[j]:
            raise ShapeError(
                f"{operation}(): axis {i} of shape {left} has length {left[i]}, "
                f"but meets axis {j} of shape {right} of length {right[j]}"
            )
    of_left = list(_LETTERS[: len(left)])
    of_right = list(_LETTERS[len(left) : len(left) + len(right)])
    if len(of_left) + len(of_right) < len(left) + len(right):
        raise ShapeError(f"{operation}(): shapes {left} and {right} have more than {len(_LETTERS)} axes")
    for i, j in zip(of_a, of_b, strict=True):
        of_right[j] = of_left[i]
    free = [x for i, x in enumerate(of_left) if i not in of_a]
    free += [x for j, x in enumerate(of_right) if j not in of_b]
    operands = without_lists(a, b)
    return _einsum(*operands, subscripts=("".join(of_left), "".join(of_right)), output="".join(free))
