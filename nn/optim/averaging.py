"""The average of a model's weights along its training, which often generalises better than the last."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_core import Tensor, no_grad
from autograd_core.context import at_every_run

from ..checks import check_decay
from ..errors import ModuleError
from ..layers.batch_normalization import BatchNorm
from ..modes import modes_restored
from ..module import Module
from .fading import EVERY, clear_faded

__all__ = ["AveragedModel", "update_bn"]


class AveragedModel(Module):
    """A copy of a model with the average of the weights it had whenever :meth:`update_parameters` was called.

    Args:
        model: the model that is trained; it is not changed.
        decay: None for the plain mean of all (SWA), or β for the moving average β W̄ + (1 - β) W (EMA).

    Attributes:
        module: the copy.
        n_averaged: how many have been averaged, a buffer as PyTorch's.

    Raises:
        DomainError: if ``decay`` is not from 0 and below 1.

    Source: Izmailov et al. (2018), "Averaging weights leads to wider optima and better generalization";
    Polyak and Juditsky (1992), "Acceleration of stochastic approximation by averaging".

    >>> import nn
    >>> model = nn.Linear(1, 1, bias=False)
    >>> average = nn.optim.AveragedModel(model)
    >>> for weight in (1.0, 2.0, 6.0):
    ...     model.weight.data[...] = weight
    ...     average.update_parameters(model)
    >>> average([[1.0]]).item(), int(average.n_averaged)
    (3.0, 3)
    """

    n_averaged: Tensor

    def __init__(self, model: Module, decay: float | None = None) -> None:
        super().__init__()
        if decay is not None:
            check_decay("AveragedModel", decay=decay)
        self.decay = decay
        self.module = copy.deepcopy(model).requires_grad_(False)
        self.register_buffer("n_averaged", np.array(0, dtype=np.int64))

    def update_parameters(self, model: Module) -> None:
        """Take the weights that the model has now into the average; its buffers are taken as they are.

        Raises:
            ModuleError: if the model's parameters are not those of the copy.
        """
        ours, theirs = self.module._state(), model._state()
        wrong = [
            path
            for path in {**ours, **theirs}
            if path not in ours or path not in theirs or ours[path].shape != theirs[path].shape
        ]
        if wrong:
            raise ModuleError(f"AveragedModel: the model is another one than that averaged so far: {wrong}")
        at_every_run(self._average, ours, theirs)

    def _average(self, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
        n, learned = int(self.n_averaged), dict(self.module.named_parameters())
        for path, average in ours.items():
            if path not in learned and any(average is parameter for parameter in learned.values()):
                continue  # a shared parameter, under its second path
            new: Any = theirs[path].data
            if path not in learned or n == 0:
                average.data[...] = new
            elif self.decay is None:
                average.data += (new - average.data) / (n + 1)
            else:
                average.data += (new - average.data) * (1 - self.decay)
                if n % EVERY == 0:
                    clear_faded(average.data)
        self.n_averaged.data[...] = n + 1

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """What the averaged model computes."""
        return self.module(*inputs, **keywords)


def update_bn(loader: Iterable[Any], model: Module) -> None:
    """Let the batch-normalising layers of a model see data anew: their running statistics become the
    average of those of all batches. Averaged weights need it, because nobody has seen them at work.

    The model computes as in training, but nothing is recorded or learned; its modes are put back.

    Args:
        loader: batches of inputs, or tuples that begin with them.
        model: a model, also one in an :class:`AveragedModel`.

    Raises:
        ModuleError: if there is no batch.

    Source: Izmailov et al. (2018), section 3.1.

    >>> import nn
    >>> layer = nn.BatchNorm1d(1)
    >>> nn.optim.update_bn([[[1.0], [3.0]], [[5.0], [7.0]]], layer)
    >>> layer.running_mean, layer.running_var
    (Tensor([4.]), Tensor([2.]))
    """
    layers = [m for m in model.modules() if isinstance(m, BatchNorm) and m.num_batches_tracked is not None]
    if not layers:
        return
    momenta = {layer: layer.momentum for layer in layers}
    before = [{name: buffer.data.copy() for name, buffer in layer.named_buffers()} for layer in layers]
    batches = 0
    try:
        for layer in layers:
            layer.reset_running_stats()
            layer.momentum = None
        with modes_restored(model), no_grad():
            model.train()
            for batch in loader:
                model(batch[0] if isinstance(batch, tuple) else batch)
                batches += 1
    finally:
        for layer, kept in zip(layers, before, strict=True):
            layer.momentum = momenta[layer]
            if not batches:
                for name, buffer in layer.named_buffers():
                    buffer.data[...] = kept[name]
    if not batches:
        raise ModuleError("update_bn(): there is no batch from which running statistics could be taken")
