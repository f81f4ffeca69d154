"""Layers that normalise each channel, by the statistics of a batch or by those they have seen so far."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from ..checks import Array, check_fraction, check_not_negative, check_size, floating_dtype
from ..functional.batch_normalization import normalized
from ..functional.operands import as_tensor
from ..module import Module
from .normalization import scale_and_shift

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
]


class _Normalizing(Module):
    """What batch and instance normalisation hold: a scale and a shift, and running statistics."""

    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    _layouts: ClassVar[dict[int, str]]
    """What the axes of an input mean, by their number."""

    _cumulative = False
    """Whether ``momentum`` may be None."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        kind = type(self).__name__
        check_size(kind, num_features=num_features)
        check_not_negative(kind, eps=eps)
        if momentum is not None or not self._cumulative:
            check_fraction(kind, momentum=momentum)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight, self.bias = scale_and_shift((num_features,), affine, bias, dtype)
        self.running_mean = self.running_var = self.num_batches_tracked = None
        if track_running_stats:
            self.register_buffer("running_mean", np.zeros(num_features, floating_dtype(kind, dtype)))
            self.register_buffer("running_var", np.ones(num_features, floating_dtype(kind, dtype)))
            self.register_buffer("num_batches_tracked", np.zeros((), np.int64))

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0, variance 1, no batches."""
        for buffer, number in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                buffer.data[...] = number

    def _input(self, input: Any) -> Tensor:
        """The input in one of the layouts, with the right number of channels."""
        x = input if isinstance(input, Tensor) else as_tensor(input, type(self).__name__)
        layout = self._layouts.get(len(x.data.shape))
        if layout is None:
            raise ShapeError(f"the input has shape {x.shape}, not {', or '.join(self._layouts.values())}")
        channels = x.data.shape[0 if layout.startswith("(C") else 1]
        if channels != self.num_features:
            raise ShapeError(
                f"the input of shape {x.shape} has {channels} channels, not `num_features` "
                f"(={self.num_features})"
            )
        return x

    def _statistics(self) -> tuple[Array | None, Array | None]:
        """The running mean and variance."""
        mean, variance = self.running_mean, self.running_var
        return (None, None) if mean is None or variance is None else (mean.data, variance.data)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm(_Normalizing):
    """What the three have in common: one mean and variance for each channel of a batch; the formula is at
    :func:`nn.functional.batch_norm`.
    """

    _cumulative = True

    def forward(self, input: Any) -> Tensor:
        x, (mean, variance), seen = self._input(input), self._statistics(), self.num_batches_tracked
        batches: Any = seen.data + 1 if seen is not None else 1
        momentum = 1 / batches if self.momentum is None else self.momentum
        own = self.training or mean is None
        y = normalized("batch_norm", x, mean, variance, self.weight, self.bias, own, momentum, self.eps)
        if self.training and seen is not None:
            seen.data[...] = batches
        return y


class BatchNorm1d(BatchNorm):
    """Mean 0 and variance 1 for each channel of a batch (N, C) or (N, C, L); the formula is at
    :func:`nn.functional.batch_norm`.

    While training, mean and variance are those of the batch; after ``eval()`` those it has seen.

    Args:
        num_features: C.
        eps: added to the variance.
        momentum: how far the running statistics move towards those of a batch; None gives each batch the
            same weight.
        affine: whether to learn a factor for each channel.
        track_running_stats: False uses the batch's own statistics after ``eval()`` too.
        bias: whether to learn what is added to each channel too.
        dtype: of parameters and running statistics; the default dtype when None.

    Attributes:
        weight: (C,) or None; begins with ones.
        bias: (C,) or None; begins with zeros.
        running_mean: (C,) or None; begins with zeros.
        running_var: (C,) or None; begins with ones.
        num_batches_tracked: how many batches were seen, or None.

    Raises:
        ShapeError: if the input has another shape, or while training a single value for each channel.
        DomainError: if ``eps`` is negative, or ``momentum`` does not lie between 0 and 1.

    >>> layer = BatchNorm1d(1, eps=0.0, affine=False, momentum=None)
    >>> layer([[1.0], [3.0]])
    Tensor([[-1.], [ 1.]])
    >>> layer.running_mean, layer.running_var
    (Tensor([2.]), Tensor([2.]))
    """

    _layouts: ClassVar = {2: "(N, C)", 3: "(N, C, L)"}


class BatchNorm2d(BatchNorm):
    """Mean 0 and variance 1 for each channel of a batch of images (N, C, H, W); arguments, attributes and
    errors are those of :class:`BatchNorm1d`.

    >>> BatchNorm2d(1, eps=0.0, affine=False)([[[[1.0, 3.0]]]])
    Tensor([[[[-1.,  1.]]]])
    """

    _layouts: ClassVar = {4: "(N, C, H, W)"}


class BatchNorm3d(BatchNorm):
    """Mean 0 and variance 1 for each channel of a batch of volumes (N, C, D, H, W); arguments, attributes
    and errors are those of :class:`BatchNorm1d`.

    >>> BatchNorm3d(1, eps=0.0, affine=False)([[[[[1.0, 3.0]]]]])
    Tensor([[[[[-1.,  1.]]]]])
    """

    _layouts: ClassVar = {5: "(N, C, D, H, W)"}


class _InstanceNorm(_Normalizing):
    """One mean and variance for each channel of each sample; the formula is at
    :func:`nn.functional.instance_norm`.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        how = (eps, momentum, affine, track_running_stats)
        super().__init__(num_features, *how, bias=bias, dtype=dtype)

    def forward(self, input: Any) -> Tensor:
        x, (mean, variance) = self._input(input), self._statistics()
        single = x.ndim == min(self._layouts)
        own = self.training or mean is None
        assert self.momentum is not None
        batch = x.reshape(1, *x.shape) if single else x
        how = (self.weight, self.bias, own, self.momentum, self.eps)
        y = normalized("instance_norm", batch, mean, variance, *how)
        return y.reshape(x.shape) if single else y


class InstanceNorm1d(_InstanceNorm):
    """Mean 0 and variance 1 for each channel of each sample (N, C, L), or (C, L) for one; the formula is at
    :func:`nn.functional.instance_norm`.

    Arguments and attributes are those of :class:`BatchNorm1d`, but nothing is learned or tracked unless
    it is asked for.

    Raises:
        ShapeError: if the input has another shape, or a single value for each channel.

    >>> InstanceNorm1d(1, eps=0.0)([[[1.0, 3.0]], [[10.0, 30.0]]])
    Tensor([[[-1.,  1.]], [[-1.,  1.]]])
    """

    _layouts: ClassVar = {3: "(N, C, L)", 2: "(C, L) for one sample"}


class InstanceNorm2d(_InstanceNorm):
    """Mean 0 and variance 1 for each channel of each image (N, C, H, W), or (C, H, W) for one; see
    :class:`InstanceNorm1d`.

    >>> InstanceNorm2d(1, eps=0.0)([[[1.0, 3.0]]])
    Tensor([[[-1.,  1.]]])
    """

    _layouts: ClassVar = {4: "(N, C, H, W)", 3: "(C, H, W) for one sample"}


class InstanceNorm3d(_InstanceNorm):
    """Mean 0 and variance 1 for each channel of each volume (N, C, D, H, W), or (C, D, H, W) for one; see
    :class:`InstanceNorm1d`.

    >>> InstanceNorm3d(1, eps=0.0)([[[[1.0, 3.0]]]])
    Tensor([[[[-1.,  1.]]]])
    """

    _layouts: ClassVar = {5: "(N, C, D, H, W)", 4: "(C, D, H, W) for one sample"}
