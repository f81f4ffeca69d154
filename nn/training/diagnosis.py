"""What commonly goes wrong in a training, seen early and said in plain words.

The thresholds:

* *the loss rises*: the mean loss has risen three epochs in a row, by more than a quarter of the range of
  all losses so far (with fewer than ten batches in an epoch: to above that of the first epoch); or it has
  lain above that of the first epoch for three epochs. A tenth of the loss, or of its range, is no rise.
* *the training explodes*: the mean loss of an epoch is above the tenfold of the first batch's, and the
  weights are above the threefold of what they were. What is seen afterwards, units that are dead or
  saturated, is a consequence, and not spoken of.
* *the gradient vanishes or explodes*: the root mean square of a layer's gradient is below a ten-thousandth,
  or above the ten-thousandfold, of that of the last layer, taken over an epoch (Glorot and Bengio, 2010,
  "Understanding the difficulty of training deep feedforward neural networks"). Where it vanishes because
  the weights have grown tenfold, the steps are to blame and not the layers.
* *units are dead*: at least a third of the units of a ReLU were 0 for every sample of an epoch, so that
  they had no gradient and cannot come back by themselves (Maas, Hannun and Ng, 2013).
* *the loss compares every sample with every other*: it makes a table of an output of shape (n, 1) and a
  target of shape (n,), or the other way round.
* *a parameter has no gradient*: the loss does not depend on it in any of the batches looked at.
* *the loss is given something else than it takes*, probabilities for logits say: in the first batch, where it
  is certain (:mod:`nn.training.expectations`).

Gradients are looked at about eight times in an epoch. Units are looked at batch after batch until
fewer than a third of a layer have not been active yet in the epoch, which is soon.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_core import Node, ancestors

from ..module import Module
from ..optim import Optimizer
from ..parameter import Parameter
from ..warning import warn
from .checks import one_number
from .expectations import mistaken

__all__ = ["TrainingWarning"]

Array = np.ndarray[Any, np.dtype[Any]]

_EPOCHS = 3  # of a rising loss
_STEPS = 10  # in an epoch: with fewer, a swing of the momentum takes several epochs
_RISE = 0.25  # of the range of all losses
_WAVER = 0.1  # of the first loss, or of the range: as much as a loss may waver
_BLAST = 10.0  # times the loss of the first batch
_GROWN = 3.0  # times the weights before the training, if the loss has grown, too
_SWOLLEN = 10.0  # times them: units are saturated
_RATIO = 1e-4  # between the gradients of two layers
_DEAD = 1 / 3  # of the units of a layer
_LOOKS = 8  # at the gradients of an epoch


class TrainingWarning(UserWarning):
    """Something that commonly goes wrong in a training, and what helps."""


class Diagnosis:
    """Watches a training; each thing is said once, as a :class:`TrainingWarning`.

    Args:
        model: what learns.
        optimizer: what moves its parameters.
        batches: the number of batches in an epoch, 0 if it is not known.
    """

    def __init__(self, model: Module, optimizer: Optimizer, batches: int) -> None:
        self._optimizer = optimizer
        self._owner_of = {
            value: (path or type(module).__name__, type(module).__name__)
            for path, module in reversed(list(model.named_modules()))
            for value in module.__dict__.values()
            if isinstance(value, Parameter)
        }
        own = {p for group in optimizer.param_groups for p in group["params"]}
        self._learned = {name: p for name, p in model.named_parameters() if p in own}
        self._batches = batches
        self._every = max(1, batches // _LOOKS) if batches else 10
        self._losses: list[float] = []
        self._first: float | None = None  # the loss of the first batch
        self._size = self._size_of_weights()
        self._exploded = False
        self._compared = False
        self._said: set[tuple[str, str]] = set()
        self.begin_epoch()

    def begin_epoch(self) -> None:
        """Nothing has been seen of this epoch."""
        self._looks = 0
        self._squares = dict.fromkeys(self._learned, 0.0)
        self._without = set(self._learned)
        self._idle: dict[tuple[str, int], Array] | None = None

    def compare(self, output: Any, target: Any, loss: Node) -> None:
        """See what the loss makes of the first batch: a column less a row is a table of all their pairs."""
        if self._compared or not isinstance(output, Node):  # one of several outputs is the loss's business
            return
        self._compared = True
        shapes = {"output": np.shape(output.data), "y": np.shape(getattr(target, "data", target))}
        name, column = max(shapes.items(), key=lambda entry: len(entry[1]))
        row = column[:-1]
        if len(column) != 2 or column[1] != 1 or row == (1,) or set(shapes.values()) != {column, row}:
            return
        for node in ancestors([loss]):
            met = {np.shape(getattr(x, "data", x)) for x in node.inputs}
            if node.shape == row * 2 and met == {column, row}:
                self._say(
                    "pairs",
                    "",
                    f"the loss function makes a table of shape {node.shape} of an output of shape "
                    f"{shapes['output']} and a target of shape {shapes['y']}, in which every sample meets "
                    f"every other one: give both one shape, {name}[:, 0] or {name}.squeeze(-1)",
                )
                return

    def check(self, function: Callable[..., Any], output: Any, loss: Node) -> None:
        """See what the loss is computed from, before the first look at a batch."""
        if self._first is None and (mistake := mistaken(function, output, loss)):
            self._say("loss function", "", mistake)

    def look(self, batch: int, loss: Node) -> None:
        """See a batch, between ``backward()`` and the step; batches count from 1."""
        if self._first is None:
            self._first = one_number(loss)
        if self._idle is None or any(map(_many, self._idle.values())):
            self._look_at_units(loss)
        if (batch - 1) % self._every == 0:
            self._look_at_gradients()

    def end_epoch(self, epoch: int, loss: float) -> None:
        """Say what has become clear."""
        self._losses.append(loss)
        if not self._maximizes:
            self._judge_explosion(epoch)
        self._judge_use(epoch)
        if not self._exploded:  # of what comes after it nothing can be told
            self._judge_loss(epoch)
            self._judge_gradients(epoch)
            self._judge_units(epoch)

    @property
    def _maximizes(self) -> bool:
        return any(group.get("maximize") for group in self._optimizer.param_groups)

    @property
    def _shorter(self) -> str:
        """What helps where a step is too long."""
        rate = max(group["lr"] for group in self._optimizer.param_groups)
        return f"lr={rate:.4g}; try lr={rate / 10:.4g}, or clip_norm=1.0"

    # -- the loss -------------------------------------------------------------------------------

    def _size_of_weights(self) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            squares = [float(np.vdot(p._raw, p._raw)) for p in self._learned.values() if not p.is_bias]
        return math.sqrt(sum(squares))

    def _growth(self) -> float:
        """How many times as large the weights are as before the training; infinitely if they all were 0."""
        return self._size_of_weights() / self._size if self._size else math.inf

    def _judge_explosion(self, epoch: int) -> None:
        loss, first = self._losses[-1], self._first
        if first is None or not loss > first + (_BLAST - 1) * abs(first):
            return
        growth = self._growth()
        if growth > _GROWN:
            self._exploded = True
            grown = f", and the weights are {growth:.3g} times what they were" if growth < math.inf else ""
            self._say(
                "explosion",
                "",
                f"epoch {epoch}: the training explodes: the mean loss is {loss:.4g}, that of the first batch "
                f"was {first:.4g}{grown}: the step is too large, {self._shorter}",
            )

    def _judge_loss(self, epoch: int) -> None:
        losses = self._losses
        if len(losses) <= _EPOCHS or self._maximizes:
            return
        last, range_ = losses[-_EPOCHS - 1 :], max(losses) - min(losses)
        waver = _WAVER * max(abs(losses[0]), range_)
        rises = all(b > a for a, b in pairwise(last))
        large = last[-1] - last[0] > max(_RISE * range_, waver)
        large = large and (self._batches >= _STEPS or last[-1] > losses[0])
        if (rises and large) or min(last[1:]) > losses[0] + waver:
            since = (
                f"has risen for {_EPOCHS} epochs, from {last[0]:.4g} to {last[-1]:.4g}"
                if rises and large
                else f"has lain above that of the first epoch, {losses[0]:.4g}, for {_EPOCHS} epochs"
            )
            self._say(
                "loss",
                "",
                f"epoch {epoch}: the training loss {since}: the step may be too large, {self._shorter}",
            )

    # -- the gradients --------------------------------------------------------------------------

    def _look_at_gradients(self) -> None:
        self._looks += 1
        for name, parameter in self._learned.items():
            if parameter.grad is None:
                continue
            self._without.discard(name)
            if not parameter.is_bias:
                gradient = parameter.grad.data if isinstance(parameter.grad, Node) else parameter.grad
                flat = gradient.reshape(-1)
                with np.errstate(over="ignore"):
                    self._squares[name] += float(np.dot(flat, flat)) / flat.size

    def _judge_use(self, epoch: int) -> None:
        for name in sorted(self._without):
            if self._looks and self._learned[name].requires_grad:
                self._say(
                    "no gradient",
                    name,
                    f"epoch {epoch}: the parameter {name!r} has no gradient, the loss does not depend on it: "
                    "is its layer used in forward(), and nothing detached? It stays what it is",
                )

    def _judge_gradients(self, epoch: int) -> None:
        weights = {
            name: math.sqrt(self._squares[name] / self._looks)
            for name, p in self._learned.items()
            if self._looks and not p.is_bias and p.ndim > 1 and name not in self._without
        }
        sizes = list(weights.values())
        if not sizes or not 0 < sizes[-1] < math.inf:
            return
        (*_, last), reference = weights, sizes[-1]
        growth = self._growth()
        advice = {
            "vanishes": f"the weights are {growth:.3g} times what they were before the training, and units "
            f"saturated: the step is too large, {self._shorter}"
            if _SWOLLEN < growth < math.inf
            else "these layers hardly learn. ReLU in place of sigmoid or tanh, weights of nn.init, "
            "normalisation or fewer layers help",
            "explodes": "smaller initial weights, normalisation or clip_norm=1.0 help",
        }
        for kind, found in (
            ("vanishes", {name: x for name, x in weights.items() if x < _RATIO * reference}),
            ("explodes", {name: x for name, x in weights.items() if x * _RATIO > reference}),
        ):
            if found:
                where = ", ".join(f"{x:.1e} in {name!r}" for name, x in found.items())
                self._say(
                    kind,
                    "",
                    f"epoch {epoch}: the gradient {kind} on its way back: its root mean square is {where}, "
                    f"but {reference:.1e} in {last!r}; {advice[kind]}",
                )

    # -- the units ------------------------------------------------------------------------------

    def _look_at_units(self, loss: Node) -> None:
        idle: dict[tuple[str, int], Array] = {}  # in this batch, by layer; one used twice has to idle twice
        for node in ancestors([loss]):
            if node.op is None or node.op.name != "relu" or len(node.shape) < 2:
                continue
            key = self._fed_by(node), node.shape[_axis_of_units(node.shape)]
            if self._idle is not None and key in self._idle and not _many(self._idle[key]):
                continue
            now = _idle_units(node._raw)
            idle[key] = idle[key] & now if key in idle else now
        before = self._idle or {}
        self._idle = before | {key: before[key] & now if key in before else now for key, now in idle.items()}

    def _judge_units(self, epoch: int) -> None:
        for (name, units), never in (self._idle or {}).items():
            if _many(never):
                dead = int(never.sum())
                self._say(
                    "dead units",
                    name,
                    f"epoch {epoch}: {dead} of the {units} ReLU units of {name} ({dead / units:.0%}) "
                    "were 0 for every sample: they learn nothing any more; a smaller lr, F.leaky_relu or "
                    "other initial weights help",
                )

    def _fed_by(self, node: Node) -> str:
        """The layer whose numbers a ReLU receives: the nearest that has parameters."""
        at: Any = node
        while at.parents:
            for x in at.parents:
                if isinstance(x, Parameter) and x in self._owner_of:
                    return self._layer(x)
            at = at.parents[0]
        return "/".join(node.scope) or "the input"

    def _layer(self, parameter: Parameter) -> str:
        path, kind = self._owner_of.get(parameter, (parameter.label, "Parameter"))
        return f"{path!r} ({kind})" if path != kind else kind

    def _say(self, kind: str, where: str, message: str) -> None:
        if (kind, where) not in self._said:
            self._said.add((kind, where))
            warn(message, TrainingWarning)


def _many(idle: Array) -> bool:
    """Whether so many units are idle that it is worth a word."""
    return int(np.count_nonzero(idle)) >= _DEAD * idle.size


def _axis_of_units(shape: tuple[int, ...]) -> int:
    """The channels of images (N, C, H, W), the last axis otherwise."""
    return 1 if len(shape) == 4 else len(shape) - 1


def _idle_units(output: Array) -> Array:
    """Which units are 0 for the whole batch."""
    unit = _axis_of_units(output.shape)
    idle: Array = output.max(axis=tuple(i for i in range(output.ndim) if i != unit)) <= 0
    return idle
