"""The loop that trains: forward pass, loss, backward pass, step, and what is worth knowing on the way."""

from __future__ import annotations

import math
import time
from contextlib import ExitStack
from typing import Any

import numpy as np

from autograd_core import Node, compile, no_grad
from autograd_core.errors import AutogradError, NumericalError, ShapeError

from ..modes import modes_restored, set_modes
from ..module import Module
from ..optim import LBFGS, Optimizer, clip_grad_norm_
from .callbacks import Training
from .checks import Loss, axes_of, one_number, require_recorded
from .diagnosis import Diagnosis
from .faults import first_not_finite, source_of_gradient, source_of_value
from .history import History
from .measures import ABOUT, Measures
from .progress import Progress
from .setting import Interrupts, Kept, undisturbed
from .sources import Batch, Source

__all__: list[str] = []


def measured(model: Module, loss: Loss | None, source: Source, measures: Measures) -> dict[str, Any]:
    """One pass over data without learning: the mean loss and the metrics."""
    measures.reset()
    set_modes(False, model, loss)
    total, samples = 0.0, 0
    with no_grad():
        for inputs, target, size in source:
            output = model(*inputs)
            if loss is not None:
                total += one_number(loss(output, target)) * size
            samples += size
            measures.update(output, target, size)
    return ({"loss": total / samples} if loss is not None else {}) | measures.computed()


class Loop:
    """The training itself, when everything has been checked."""

    def __init__(
        self,
        model: Module,
        loss: Loss,
        optimizer: Optimizer,
        epochs: int,
        source: Source,
        validation: Source | None,
        measures: Measures,
        clip_norm: float | None,
        diagnose: bool,
        compiled: bool,
    ) -> None:
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.source, self.validation, self.measures = source, validation, measures
        self.clip_norm = clip_norm
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.searching = isinstance(optimizer, LBFGS)  # computes the loss several times in a step
        self.callbacks: list[Any] = []
        names = ["loss", *measures.names]
        columns = names + [f"validation_{name}" for name in names if validation is not None]
        self.training = Training(model, optimizer, epochs, [*columns, *ABOUT])
        self.training.batches = len(source)
        self.diagnosis = Diagnosis(model, optimizer, len(source)) if diagnose and not compiled else None
        self.compiled = compile(self._learn) if compiled else None
        self.interrupts = Interrupts()
        self._began = False  # the first look at a batch has been taken
        self._axes: list[int] | None = None  # of the validation data

    def run(self, progress: Progress) -> History:
        training = self.training
        with ExitStack() as stack:
            stack.enter_context(modes_restored(self.model, self.loss))
            stack.enter_context(self.interrupts.watched())
            stack.callback(progress.close)
            try:
                self._call("on_train_start")
                if self.validation is not None and training.epoch < training.epochs:
                    self._try(self.validation)
                while training.epoch < training.epochs and not training.stopping:
                    training.epoch += 1
                    self._epoch(progress)
            except KeyboardInterrupt:
                training.history.interrupted = True
                progress.close()
            if training.stopping:
                progress.tell(f"Stopped after epoch {training.epoch}: {training.stopping}")
            self._call("on_train_end")
        return training.history

    def _call(self, moment: str) -> None:
        for callback in self.callbacks:
            getattr(callback, moment)(self.training)

    def _try(self, validation: Source) -> None:
        """The validation data go through the model before anything is learned: they have to fit."""
        set_modes(False, self.model, self.loss)
        with no_grad(), undisturbed(self.source.generator, self.model, self.loss):
            inputs, target, size = validation.first()
            self._axes = axes_of(inputs, target)
            try:
                output = self.model(*inputs)
                one_number(self.loss(output, target))
                self.measures.update(output, target, size)
            except AutogradError as error:
                error.args = (f"fit(): with the first batch of `validation`: {error}",)
                raise

    def _epoch(self, progress: Progress) -> None:
        training, began = self.training, time.perf_counter()
        training.batch = 0
        set_modes(True, self.model, self.loss)
        self.measures.reset()
        if self.diagnosis:
            self.diagnosis.begin_epoch()
        self._call("on_epoch_start")
        progress.begin(training.epoch, training.batches)
        total, samples = 0.0, 0
        kept = Kept([m for m in (self.model, self.loss) if isinstance(m, Module)], self._at_stake())
        for batch in self.source:
            training.batch += 1
            training.iteration += 1
            self._check_axes(batch)
            training.loss = self._batch(batch, kept)
            total, samples = total + training.loss * batch[2], samples + batch[2]
            progress.batch(total / samples)
            self._call("on_batch_end")
            if training.stopping:
                break
        if not training.stopping:
            training.batches = training.batch
        numbers = {"loss": total / samples, **self.measures.computed()}
        if self.validation is not None:
            found = measured(self.model, self.loss, self.validation, self.measures)
            numbers |= {f"validation_{name}": value for name, value in found.items()}
        progress.end(numbers)
        numbers["learning_rate"] = self.optimizer.param_groups[0]["lr"]
        numbers["iteration"] = training.iteration
        numbers["seconds"] = time.perf_counter() - began
        with self.interrupts:
            training.history.append(numbers)
            self._call("on_epoch_end")
        if self.diagnosis:
            self.diagnosis.end_epoch(training.epoch, numbers["loss"])

    # -- a batch --------------------------------------------------------------------------------

    def _batch(self, batch: Batch, kept: Kept) -> float:
        """One step; whatever goes wrong before it is made, the model is what it was before the batch."""
        kept.keep()
        self._began = made = False
        try:
            if self.searching:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    value = self.optimizer.step(lambda: self._gradients(batch))
                self._check_parameters()
            elif self.compiled is not None:
                inputs, target, samples = batch
                with self.interrupts, np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    output, value = self.compiled(inputs, target)
                    made = True
                with no_grad():
                    self.measures.update(output, target, samples)
            else:
                with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                    value = self._gradients(batch)  # says itself what is not finite
                with self.interrupts:
                    self.optimizer.step()
                    made = True
        except BaseException as error:
            if not made:  # Ctrl-C that came during the step is raised after it
                kept.restore()
            if not isinstance(error, NumericalError | KeyboardInterrupt):  # which say it themselves
                error.add_note(f"in {self._place()}; the model is what it was before this batch")
            raise
        return float(value._raw.item())

    def _at_stake(self) -> list[Any]:
        """A search along a line moves the parameters before it knows that the step is made."""
        return self.parameters if self.searching else []

    def _gradients(self, batch: Batch) -> Any:
        """The five lines but the last."""
        inputs, target, samples = batch
        self.optimizer.zero_grad()
        output = self.model(*inputs)
        value = self.loss(output, target)
        first = not self._began  # a search may try steps that are too long, and takes them back
        if first and not math.isfinite(one_number(value)):
            self._refuse(value, batch)
        require_recorded(value)
        value.backward()
        if first:
            self._check_gradients(value)
            if self.diagnosis:
                self.diagnosis.compare(output, target, value)
                self.diagnosis.check(self.loss, output, value)
                self.diagnosis.look(self.training.batch, value)
            with no_grad():
                self.measures.update(output, target, samples)
        if self.clip_norm is not None:
            clip_grad_norm_(self.parameters, self.clip_norm)
        self._began = True
        return value

    def _learn(self, inputs: Any, target: Any) -> tuple[Any, Any]:
        """A whole step, of which a program can be made: it decides by truths of arrays, by no number."""
        self.optimizer.zero_grad()
        output = self.model(*inputs)
        value = self.loss(output, target)
        require_recorded(value)
        if value.size == 1 and not np.isfinite(value.data).all():
            self._refuse(value, (inputs, target, 0))
        value.backward()
        self._check_gradients(value)
        if self.clip_norm is not None:
            clip_grad_norm_(self.parameters, self.clip_norm)
        self.optimizer.step()
        return output, value

    def _place(self) -> str:
        return f"epoch {self.training.epoch}, batch {self.training.batch}"

    def _refuse(self, value: Any, batch: Batch) -> None:
        inputs, target, _ = batch
        named = {"the input x" if len(inputs) == 1 else f"input {i}": x for i, x in enumerate(inputs)}
        named["the target y"] = target
        where, computed = source_of_value(value, named) if isinstance(value, Node) else ("", False)
        advice = f"; a smaller lr (now {self._rate():.4g}) or clip_norm=1.0 may help" if computed else ""
        raise NumericalError(
            f"{self._place()}: the loss is {one_number(value)}{where and ': ' + where}. "
            f"The weights are those before this batch{advice}"
        )

    def _check_gradients(self, value: Any) -> None:
        parameter = first_not_finite(self.parameters, (p.grad for p in self.parameters))
        if parameter is not None:
            raise NumericalError(
                f"{self._place()}: the gradient of the parameter {parameter.label!r} is not finite, although "
                f"the loss is {one_number(value):.4g}: {source_of_gradient(value)}. "
                "The weights are those before this batch"
            )

    def _check_parameters(self) -> None:
        parameter = first_not_finite(self.parameters, (p._raw for p in self.parameters))
        if parameter is not None:
            raise NumericalError(
                f"{self._place()}: the step makes the parameter {parameter.label!r} NaN or infinite; it was "
                "not made. A smaller lr or line_search_fn='strong_wolfe' may help"
            )

    def _check_axes(self, batch: Batch) -> None:
        axes = axes_of(batch[0], batch[1])
        if self._axes is not None and axes != self._axes:
            raise ShapeError(
                f"fit(): the arrays of a batch of `validation` have {self._axes} axes, those of a batch of "
                f"`train` {axes}"
            )
        self._axes = None  # once is enough

    def _rate(self) -> float:
        return float(max(group["lr"] for group in self.optimizer.param_groups))
