"""Weights with a structure: orthogonal, the identity, mostly zeros."""

from __future__ import annotations

import math

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from ..checks import check_fraction, check_not_negative, is_whole
from ..randomness import generator_or_default
from .filling import Array, Generator, check_tensor, written

__all__ = ["dirac_", "eye_", "orthogonal_", "sparse_"]


def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """A random orthogonal matrix times ``gain``, which changes the length of no vector.

    Rows are orthogonal where there are fewer rows than columns, columns otherwise.

    Args:
        tensor: a weight (out, in, ...); the axes behind the first are taken as one.
        gain: what the matrix is multiplied with.
        generator: draws the matrix, all of them equally probable; the common one when None.

    Raises:
        ShapeError: for fewer than two axes.

    Source: Saxe, McClelland and Ganguli (2013), "Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks".

    >>> w = orthogonal_(Tensor(np.zeros((2, 5))))
    >>> bool(np.allclose(w.data @ w.data.T, np.eye(2)))
    True
    """
    check_tensor(tensor)
    if tensor.ndim < 2:
        raise ShapeError(f"orthogonal_(): needs a weight of shape (out, in, ...), got shape {tensor.shape}")
    if not tensor.size:
        return tensor
    rows = len(tensor)
    columns = tensor.size // rows
    draws: Array = generator_or_default(generator).standard_normal((rows, columns))
    q, r = np.linalg.qr(draws if rows >= columns else draws.T)
    q = q * np.sign(np.diagonal(r))  # without it some matrices would be more probable than others
    matrix = q if rows >= columns else q.T
    return written(tensor, (gain * matrix).reshape(tensor.shape))


def eye_(tensor: Tensor) -> Tensor:
    """The identity: a linear layer that passes on what it gets.

    Raises:
        ShapeError: if the tensor is no matrix.

    >>> eye_(Tensor(np.zeros((2, 3))))
    Tensor([[1., 0., 0.], [0., 1., 0.]])
    """
    check_tensor(tensor)
    if tensor.ndim != 2:
        raise ShapeError(f"eye_(): needs a matrix (out, in), got shape {tensor.shape}")
    rows, columns = tensor.shape
    return written(tensor, np.eye(rows, columns))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """A 1 in the middle of the kernel from each channel to itself: a convolution that passes on what it
    gets, as far as there are channels.

    Args:
        tensor: a weight (out, in / groups, ...) of a convolution along one to three axes.
        groups: into how many blocks the channels are split; each passes on its own.

    Raises:
        ShapeError: if the tensor is no such weight, or the channels cannot be split evenly.

    >>> dirac_(Tensor(np.zeros((1, 1, 3))))
    Tensor([[[0., 1., 0.]]])
    """
    check_tensor(tensor)
    if tensor.ndim not in (3, 4, 5):
        raise ShapeError(
            f"dirac_(): needs a weight (out, in, ...) of a convolution along 1 to 3 axes, got {tensor.shape}"
        )
    outputs, inputs, *kernel = tensor.shape
    if not is_whole(groups, 1) or outputs % groups:
        raise ShapeError(
            f"dirac_(): {outputs} output channels cannot be split into `groups` (={groups!r}) evenly"
        )
    numbers = np.zeros(tensor.shape)
    middle = tuple(length // 2 for length in kernel)
    for group in range(groups):
        for channel in range(min(outputs // groups, inputs)):
            numbers[(group * (outputs // groups) + channel, channel, *middle)] = 1
    return written(tensor, numbers)


def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator = None) -> Tensor:
    """N(0, std²), with as many zeros in each column, at random places.

    Args:
        tensor: a weight (out, in).
        sparsity: the fraction of a column that is 0, rounded up to whole numbers of them.
        std: the standard deviation of the others.
        generator: draws the numbers and places; the common one when None.

    Raises:
        ShapeError: if the tensor is no matrix.
        DomainError: if ``sparsity`` is no fraction, or ``std`` negative.

    Source: Martens (2010), "Deep learning via Hessian-free optimization", section 5.

    >>> w = sparse_(Tensor(np.zeros((4, 3))), 0.75)
    >>> (w.data == 0).sum(axis=0)
    array([3, 3, 3])
    """
    check_tensor(tensor)
    if tensor.ndim != 2:
        raise ShapeError(f"sparse_(): needs a matrix (out, in), got shape {tensor.shape}")
    check_fraction("sparse_()", sparsity=sparsity)
    check_not_negative("sparse_()", std=std)
    rows, columns = tensor.shape
    draws = generator_or_default(generator)
    numbers = draws.normal(0.0, std, tensor.shape)
    places = draws.permuted(np.tile(np.arange(rows)[:, None], (1, columns)), axis=0)
    numbers[places < math.ceil(sparsity * rows)] = 0
    return written(tensor, numbers)
