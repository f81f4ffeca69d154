"""Averages and spread: compositions of sums, but for the Euclidean norm."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import multiply, sqrt, square
from ..dtypes import asarray
from ..errors import DomainError, ShapeError
from ..primitive import General, Namespace
from ..spelling import spelled
from .diagonals import diagonal
from .joining import concatenate
from .operands import (
    Axis,
    as_number_or_operand,
    as_operand,
    constant,
    data_of,
    reduced_axes,
    shape_and_name,
    shape_of,
    shaped,
)
from .products import matmul
from .reductions import count, max, mean, min, number_of, reduced, restored, selected, sum
from .reductions import mean as _mean_of
from .shaping import astype, broadcast_to, expand_dims, reshape, transpose

__all__ = ["average", "corrcoef", "cov", "ptp", "std", "var"]


def _direction(m: Namespace, y: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """x / ‖x‖, and 0 at the origin, where the norm has no slope but a smallest value."""
    length = restored(m, y, x.shape, axis)
    return m.where(length == 0, 0.0, x / m.where(length == 0, 1.0, length))


euclidean_norm = General(
    "euclidean_norm",
    "‖x‖",
    forward=lambda x, *, axis, keepdims: np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims)),
    pullback=lambda m, g, y, x, *, index, axis, keepdims: (
        restored(m, g, x.shape, axis) * _direction(m, y, x, axis)
    ),
    pushforward=lambda m, t, y, x, *, index, axis, keepdims: m.sum(
        t * _direction(m, y, x, axis), axis=axis, keepdims=keepdims
    ),
)
euclidean_norm.floating = True


def _spread(
    operation: str,
    x: Any,
    axis: Axis,
    keepdims: bool,
    ddof: float,
    known_mean: Any,
    dtype: DTypeLike | None,
    where: Any,
) -> tuple[Any, tuple[int, ...], Any]:
    """``x`` minus its mean, 0 where the mask is not set; the axes; and the degrees of freedom."""
    x, axes = reduced(operation, x, axis, dtype, nonempty=True)
    centre = _mean_of(x, axes, keepdims=True, where=where) if known_mean is None else known_mean
    if where is not None:
        freedom = number_of(where, x, axes, keepdims) - ddof
        return selected(x - centre, None, where, 0.0), axes, np.where(freedom <= 0, np.nan, freedom)
    freedom = count(x, axes) - ddof
    if freedom <= 0:
        raise DomainError(
            f"{operation}(): {count(x, axes):g} elements leave no degree of freedom with ddof={ddof}"
        )
    return x - centre, axes, freedom


@spelled
def var(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    ddof: float = 0,
    mean: Any = None,
    dtype: DTypeLike | None = None,
    where: Any = None,
    correction: float | None = None,
) -> Any:
    """The variance along ``axis``: Σ (x - mean)² / (n - ddof).

    Args:
        x: the input.
        axis: one axis, several, or all when None.
        keepdims: keep the reduced axes, of length 1.
        ddof: 0 for the variance of these numbers, 1 for the unbiased estimate from a sample (what
            PyTorch computes by default).
        mean: the mean, with the reduced axes kept, if it is known already.
        dtype: the dtype to compute in; that of ``x`` when None.
        where: a mask of the elements to take, all when None.
        correction: another name of ``ddof``.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if there are no more elements than ``ddof``.

    >>> var([1.0, 2.0, 3.0, 4.0]), var([1.0, 2.0, 3.0], ddof=1)
    (np.float64(1.25), np.float64(1.0))
    """
    lost = ddof if correction is None else correction
    deviations, axes, freedom = _spread("var", x, axis, keepdims, lost, mean, dtype, where)
    return sum(square(deviations), axes, keepdims) / freedom


@spelled
def std(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    ddof: float = 0,
    mean: Any = None,
    dtype: DTypeLike | None = None,
    where: Any = None,
    correction: float | None = None,
) -> Any:
    """The standard deviation along ``axis``, the square root of :func:`var`; same arguments.

    Computed as the length of the deviations, ‖x - mean‖ / √(n - ddof), because the gradient of a
    length is 0 where it vanishes: numbers that are all equal get the gradient 0.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if there are no more elements than ``ddof``.

    >>> from autograd_core import Tensor
    >>> x = Tensor([2.0, 2.0], requires_grad=True)
    >>> std(x).backward()
    >>> x.grad
    array([0., 0.])
    """
    lost = ddof if correction is None else correction
    deviations, axes, freedom = _spread("std", x, axis, keepdims, lost, mean, dtype, where)
    return euclidean_norm(deviations, axis=axes, keepdims=bool(keepdims)) / freedom**0.5


@spelled
def ptp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """From peak to peak: the largest minus the smallest element along ``axis``.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> ptp([3.0, 1.0, 5.0])
    np.float64(4.0)
    """
    return max(x, axis, keepdims) - min(x, axis, keepdims)


@spelled
def average(
    x: Any, axis: Axis = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False
) -> Any:
    """The average along ``axis``, Σ w x / Σ w; the gradient goes to the weights as well.

    Args:
        x: the input.
        axis: one axis, several, or all when None.
        weights: of the shape of ``x``, or of its axes that are averaged over; None for equal ones.
        returned: give the sum of the weights too.
        keepdims: keep the reduced axes, of length 1.

    Raises:
        ShapeError: for a wrong axis, or weights that do not fit.
        DomainError: if the weights add up to 0.

    >>> average([1.0, 2.0, 6.0], weights=[1.0, 2.0, 1.0])
    np.float64(2.75)
    """
    x, shape = shaped(x)
    axes = reduced_axes("average", axis, shape)
    if weights is None:
        result = mean(x, axes, keepdims)
        number = np.prod([shape[i] for i in axes], dtype=int)
        total = np.full(shape_of(result), number, data_of(result).dtype)
        return (result, total) if returned else result
    weights = as_operand(weights)
    if shape_of(weights) != shape:
        if axis is None or shape_of(weights) != tuple(shape[i] for i in axes):
            raise ShapeError(
                f"average(): weights of shape {shape_and_name(weights)} fit neither the input of shape "
                f"{shape} nor its axes {axes}"
            )
        order = np.argsort(axes)
        weights = reshape(
            transpose(weights, [int(i) for i in order]), [n if i in axes else 1 for i, n in enumerate(shape)]
        )
    total = sum(broadcast_to(weights, shape), axes, keepdims)
    if np.any(asarray(data_of(total)) == 0):
        raise DomainError("average(): the weights add up to 0")
    result = sum(x * weights, axes, keepdims) / total
    return (result, total) if returned else result


def cov(
    x: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: DTypeLike | None = None,
) -> Any:
    """The covariance matrix of variables, each a row of observations.

    Args:
        x: the variables, ``(k, n)``, or one, ``(n,)``.
        y: further variables.
        rowvar: False if each column is a variable.
        bias: divide by n instead of n - 1.
        ddof: what is subtracted from n, overriding ``bias``.
        fweights: how often each observation was made, integers.
        aweights: how much each observation counts.
        dtype: the dtype to compute in.

    Returns:
        ``(k, k)``, a number for one variable.

    Raises:
        ShapeError: for more than two axes, or weights that do not fit.
        DomainError: if there are no more observations than ``ddof``.
        GraphError: if a gradient with respect to ``fweights`` is asked for.

    >>> cov([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    array([[1., 2.],
           [2., 4.]])
    """
    variables = _variables("cov", x, rowvar)
    if y is not None:
        variables = concatenate([variables, _variables("cov", y, rowvar)], axis=0)
    if dtype is not None:
        variables = astype(variables, dtype)
    n = shape_of(variables)[1]
    lost = as_number_or_operand(ddof) if ddof is not None else int(not bias)
    counts = _weights("fweights", None if fweights is None else constant("cov", "fweights", fweights), n)
    importance = _weights("aweights", aweights, n)
    weights = counts * importance
    total = sum(weights)
    freedom = total - lost
    if aweights is not None and lost:
        freedom = total - lost * sum(weights * importance) / total
    if freedom <= 0:
        raise DomainError(f"cov(): {n} observations leave no degree of freedom with ddof={data_of(lost)}")
    kind = data_of(variables).dtype
    if kind.kind == "f":
        weights, total, freedom = (astype(x, kind) for x in (weights, total, freedom))
    centred = variables - sum(variables * weights, 1, keepdims=True) / total
    result = matmul(centred * weights, transpose(centred)) / freedom
    return reshape(result, ()) if shape_of(result) == (1, 1) else result


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: DTypeLike | None = None) -> Any:
    """The correlation matrix of variables: :func:`cov` divided by the standard deviations.

    Raises:
        ShapeError: for more than two axes.
        DomainError: if there is only one observation.

    >>> corrcoef([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).round(12)
    array([[1., 1.],
           [1., 1.]])
    """
    covariance = cov(x, y, rowvar, dtype=dtype)
    if not shape_of(covariance):
        return covariance / covariance
    deviations = sqrt(diagonal(covariance))
    return covariance / multiply(expand_dims(deviations, 1), expand_dims(deviations, 0))


def _variables(operation: str, x: Any, rowvar: bool) -> Any:
    x = as_operand(x)
    if len(shape_of(x)) > 2:
        raise ShapeError(f"{operation}(): takes at most two axes, got shape {shape_and_name(x)}")
    if len(shape_of(x)) < 2:
        return reshape(x, (1, -1))
    return x if rowvar else transpose(x)


def _weights(name: str, weights: Any, n: int) -> Any:
    if weights is None:
        return np.ones(n)
    weights = astype(as_operand(weights), float)
    if shape_of(weights) != (n,):
        raise ShapeError(f"cov(): {name} of shape {shape_and_name(weights)} for {n} observations")
    if (data_of(weights) < 0).any():
        raise DomainError(f"cov(): {name} cannot be negative")
    return weights
