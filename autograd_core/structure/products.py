"""Matrix products and Einstein sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError
from ..primitive import Multilinear, Namespace
from .axes import shape_of

__all__ = ["einsum", "matmul"]


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
    return np.einsum(f"{','.join(subscripts)}->{output}", *operands, optimize=numbers and len(operands) > 1)


def _einsum_transpose(
    m: Namespace, g: Any, *operands: Any, index: int, subscripts: tuple[str, ...], output: str
) -> Any:
    """The cotangent of an operand: the cotangent of the sum times all other operands, summed over what
    this one lacks. A letter that only this operand has was summed away, so it is repeated by a factor
    of ones; a letter that it has twice stands on a diagonal, which a unit matrix restores.
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
        elif not any(letter in name for name in names):
            names.append(letter)
            factors.append(np.ones(length, dtype=dtype))
        wanted += letter
    return m.einsum(*factors, subscripts=tuple(names), output=wanted)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_einsum = Multilinear("einsum", "einsum", forward=_einsum_forward, transposes=_einsum_transpose)


def einsum(subscripts: str, *operands: Any) -> Any:
    """The Einstein sum: multiply, then sum over every letter that the output does not name.

    Args:
        subscripts: ``"ij,jk->ik"``; without an arrow the output is every letter that occurs once, in
            alphabetical order. ``...`` stands for the leading axes of an operand, which broadcast.
        operands: one for each term.

    Raises:
        ShapeError: if the terms do not fit the operands.

    >>> from autograd_core import Tensor
    >>> a = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> trace = einsum("ii->", a)
    >>> trace.backward()
    >>> trace.item(), a.grad.tolist()
    (5.0, [[1.0, 0.0], [0.0, 1.0]])
    """
    shapes = [shape_of(x) for x in operands]
    terms, output = _explicit(subscripts, shapes)
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, length in zip(term, shape, strict=True):
            known = lengths.setdefault(letter, length)
            if known != length and 1 not in (known, length):
                raise ShapeError(
                    f"einsum {subscripts!r}: the letter {letter!r} stands for lengths {known} and {length}"
                )
            lengths[letter] = length if known == 1 else known
    return _einsum(*operands, subscripts=terms, output=output)


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
