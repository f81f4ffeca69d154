"""Matrix products and Einstein sums, and the products that are made of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..calculus import multiply, subtract
from ..errors import DomainError, DtypeError, ShapeError
from ..primitive import Multilinear, Namespace
from .indexing import getitem
from .operands import as_operand, one_axis, several_axes, shape_of
from .shaping import pad, reshape, transpose
from .windows import sliding_windows

__all__ = [
    "convolve",
    "correlate",
    "cross",
    "dot",
    "einsum",
    "inner",
    "kron",
    "matmul",
    "outer",
    "tensordot",
    "vdot",
]


def _as_matrices(m: Namespace, g: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """The operands of ``a @ b`` and its cotangent with the axes that vectors lack put in."""
    if b.ndim == 1:
        b, g = m.reshape(b, shape=(*b.shape, 1)), m.reshape(g, shape=(*g.shape, 1))
    if a.ndim == 1:
        a = m.reshape(a, shape=(1, *a.shape))
        g = m.reshape(g, shape=(*g.shape[:-1], 1, g.shape[-1]))
    return g, a, b


def _matmul_left(m: Namespace, g: Any, a: Any, b: Any) -> Any:
    """G Bᵀ"""
    g, _, right = _as_matrices(m, g, a, b)
    return m.matmul(g, right.mT)


def _matmul_right(m: Namespace, g: Any, a: Any, b: Any) -> Any:
    """Aᵀ G"""
    g, left, _ = _as_matrices(m, g, a, b)
    share = m.matmul(left.mT, g)
    return m.reshape(share, shape=share.shape[:-1]) if b.ndim == 1 else share


_matmul = Multilinear("matmul", "@", forward=np.matmul, transposes=(_matmul_left, _matmul_right))


def matmul(a: Any, b: Any) -> Any:
    """The matrix product ``a @ b`` by NumPy's rules: vectors are rows on the left and columns on the
    right, axes before the last two are batches and broadcast.

    Raises:
        ShapeError: if the inner lengths differ or the batches do not broadcast.
    """
    try:
        return _matmul(a, b)
    except ValueError:
        raise ShapeError(_why_not(shape_of(a), shape_of(b))) from None


def _why_not(left: tuple[int, ...], right: tuple[int, ...]) -> str:
    if not left or not right:
        return f"matmul: a number has no rows or columns, got shapes {left} and {right}; use *"
    rows = right[-2] if len(right) > 1 else right[0]
    if left[-1] != rows:
        return (
            f"matmul: shapes {left} and {right} cannot be multiplied: "
            f"the left has {left[-1]} columns, the right has {rows} rows"
        )
    return f"matmul: the batches of shapes {left} and {right} do not broadcast"


# -- Einstein sums: every operand's transpose is again an Einstein sum -------------------------------


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


# -- products by other names: compositions of the two above ------------------------------------------


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
        return multiply(*_as_operands(a, b))
    return _contracted("dot", a, b, (len(left) - 1,), (max(len(right) - 2, 0),))


def vdot(a: Any, b: Any) -> Any:
    """The inner product of all elements of ``a`` with all elements of ``b``, in row-major order.

    Raises:
        ShapeError: if they differ in size.
    """
    return _contracted("vdot", reshape(a, -1), reshape(b, -1), (0,), (0,))


def inner(a: Any, b: Any) -> Any:
    """The sum of products over the last axes: ``(*A, n)`` and ``(*B, n)`` give ``(*A, *B)``.

    Of a number, the product with every element.

    Raises:
        ShapeError: if the last axes differ in length.
    """
    left, right = shape_of(a), shape_of(b)
    if not left or not right:
        return multiply(*_as_operands(a, b))
    return _contracted("inner", a, b, (len(left) - 1,), (len(right) - 1,))


def outer(a: Any, b: Any) -> Any:
    """Every element of ``a`` times every element of ``b``: sizes ``n`` and ``k`` give ``(n, k)``.

    >>> from autograd_core import Tensor
    >>> outer(Tensor([1.0, 2.0]), [3.0, 4.0, 5.0])
    Tensor([[ 3.,  4.,  5.],
            [ 6.,  8., 10.]])
    """
    return multiply(reshape(a, (_size(a), 1)), reshape(b, (1, _size(b))))


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
    operands = _as_operands(a, b)
    return _einsum(*operands, subscripts=("".join(of_left), "".join(of_right)), output="".join(free))


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product: ``b`` scaled by every element of ``a``, laid out like ``a``.

    Missing axes count as length 1 in front; each length of the result is the product of the lengths.

    >>> from autograd_core import Tensor
    >>> kron(Tensor([1.0, 10.0]), [1.0, 2.0, 3.0])
    Tensor([ 1.,  2.,  3., 10., 20., 30.])
    """
    left, right = shape_of(a), shape_of(b)
    ndim = max(len(left), len(right))
    left = (1,) * (ndim - len(left)) + left
    right = (1,) * (ndim - len(right)) + right
    coarse = reshape(a, [n for length in left for n in (length, 1)])
    fine = reshape(b, [n for length in right for n in (1, length)])
    return reshape(multiply(coarse, fine), [n * k for n, k in zip(left, right, strict=True)])


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross product of vectors of three components.

    Args:
        a: the left vectors.
        b: the right vectors; the other axes of the two broadcast.
        axisa: the axis of ``a`` that holds the components.
        axisb: the axis of ``b`` that holds the components.
        axisc: the axis of the result that holds the components.
        axis: if given, stands for all three.

    Raises:
        ShapeError: if there are not three components, or the other axes do not broadcast.

    >>> cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    array([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    left, right = _moved_last("cross", a, axisa), _moved_last("cross", b, axisb)
    for operand, shape in ((a, shape_of(left)), (b, shape_of(right))):
        if shape[-1] != 3:
            raise ShapeError(
                f"cross(): vectors have 3 components, "
                f"got {shape[-1]} in an operand of shape {shape_of(operand)}"
            )
    try:
        np.broadcast_shapes(shape_of(left), shape_of(right))
    except ValueError:
        raise ShapeError(f"cross(): shapes {shape_of(a)} and {shape_of(b)} do not broadcast") from None
    after, before = (..., [1, 2, 0]), (..., [2, 0, 1])
    first = multiply(getitem(left, after), getitem(right, before))
    second = multiply(getitem(left, before), getitem(right, after))
    product = subtract(first, second)
    ndim = len(shape_of(product))
    place = one_axis("cross", axisc, ndim)
    order = list(range(ndim - 1))
    order.insert(place, ndim - 1)
    return product if place == ndim - 1 else transpose(product, order)


def _moved_last(operation: str, x: Any, axis: int) -> Any:
    """``x`` with one of its axes moved to the end."""
    ndim = len(shape_of(x))
    place = one_axis(operation, axis, ndim)
    order = (*range(place), *range(place + 1, ndim), place)
    return _as_operands(x)[0] if place == ndim - 1 else transpose(x, order)


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The discrete convolution of two vectors: ``result[k] = sum_i a[i] v[k - i]``.

    Args:
        a: one vector, of length n.
        v: the other, of length k.
        mode: ``"full"``, every overlap, n + k - 1 elements; ``"same"``, the middle of it, as many as the
            longer vector has; ``"valid"``, complete overlaps only, ``|n - k| + 1``.

    Raises:
        ShapeError: if an operand is no vector or is empty.
        DomainError: for another mode.

    >>> convolve([1.0, 2.0, 3.0], [0.0, 1.0, 0.5])
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    _check_vectors("convolve", a, v, mode)
    if _size(v) > _size(a):
        a, v = v, a
    return _slide(a, getitem(_as_operands(v)[0], slice(None, None, -1)), mode)


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The cross-correlation of two vectors: ``v`` slides along ``a`` and meets it element by element.

    ``result[k] = sum_i a[k + i] v[i]``. The modes are those of :func:`convolve`.

    Raises:
        ShapeError: if an operand is no vector or is empty.
        DomainError: for another mode.

    >>> correlate([1.0, 2.0, 3.0], [1.0, -1.0])
    array([-1., -1.])
    """
    _check_vectors("correlate", a, v, mode)
    if _size(v) <= _size(a):
        return _slide(a, _as_operands(v)[0], mode)
    return getitem(_slide(v, _as_operands(a)[0], mode), slice(None, None, -1))


def _slide(a: Any, v: Any, mode: str) -> Any:
    """The products of ``v`` with the windows of ``a``, which is the longer and gets zeros at its ends."""
    length = _size(v)
    left = {"full": length - 1, "same": length // 2, "valid": 0}[mode]
    right = {"full": length - 1, "same": length - length // 2 - 1, "valid": 0}[mode]
    padded = pad(a, (left, right)) if left or right else _as_operands(a)[0]
    return matmul(sliding_windows(padded, length), v)


def _check_vectors(operation: str, a: Any, v: Any, mode: str) -> None:
    for operand in (a, v):
        shape = shape_of(operand)
        if len(shape) != 1 or not shape[0]:
            raise ShapeError(f"{operation}() takes two vectors with elements, got shape {shape}")
    if mode not in ("full", "same", "valid"):
        raise DomainError(f"{operation}(): the mode is 'full', 'same' or 'valid', got {mode!r}")


def _size(x: Any) -> int:
    return math.prod(shape_of(x))


def _as_operands(*operands: Any) -> list[Any]:
    """Lists as arrays."""
    return [np.asarray(x) if isinstance(x, list | tuple) else x for x in operands]
