"""Training in one call: everything is checked, then the loop runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd_core.errors import DomainError, DtypeError
from autograd_core.spelling import spelled

from ..checks import check_count, check_positive
from ..files.arrays import PathLike
from ..modes import modes_restored
from ..module import Module
from ..optim import LBFGS, Optimizer
from ..warning import warn
from .callbacks import as_callback
from .checkpoints import Checkpoint, Saver
from .checks import Loss, check_alike, check_loss, check_optimizer
from .diagnosis import TrainingWarning
from .history import History
from .loop import Loop, measured
from .measures import made_measures
from .progress import Progress
from .rates import LearningRateSchedule
from .setting import generators_of
from .sources import Source

__all__ = ["evaluate", "fit"]


@spelled
def fit(
    model: Module,
    train: Any,
    validation: Any = None,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    schedule: Any = None,
    metrics: Iterable[Any] | Mapping[str, Any] = (),
    callbacks: Iterable[Any] = (),
    clip_norm: float | None = None,
    progress: bool = True,
    diagnose: bool = True,
    compiled: bool = False,
    resume_from: PathLike | None = None,
    generator: np.random.Generator | None = None,
) -> History:
    """Train a model: these five lines, for every batch of every epoch, and what belongs around them::

        optimizer.zero_grad()
        output = model(x)
        value = loss(output, y)
        value.backward()
        optimizer.step()

    Args:
        model: what learns. It is in training mode meanwhile (evaluation mode for the validation data), and
            afterwards in the mode that it was in.
        train: a pair of arrays (x, y), samples along their first axes, which are shuffled in every epoch;
            or what gives batches (x, y) each time it is iterated over. A tuple x is several inputs.
        validation: the same, never learned from; measured after every epoch, not shuffled.
        loss: the mean loss of a batch, ``loss(output, y)``: a function or a module.
        optimizer: moves the parameters.
        epochs: how many epochs there are in all, those before ``resume_from`` included.
        batch_size: into how large batches arrays are cut; 32 when None.
        schedule: of the learning rate, stepped after every epoch (:class:`OneCycleLR`: every batch);
            :class:`LearningRateSchedule` says it otherwise.
        metrics: functions ``(output, y)`` whose mean over the samples is taken, and :class:`Metric` objects
            such as ``nn.Accuracy()``; or a mapping from names to them.
        callbacks: :class:`Callback` objects such as ``nn.EarlyStopping()``, and functions that are called
            with the :class:`Training` after every epoch.
        clip_norm: the bound of the norm of all gradients together; see :func:`clip_grad_norm_`.
        progress: whether to show a bar for every epoch (a line, without tqdm).
        diagnose: whether to say, as a :class:`TrainingWarning`, what commonly goes wrong: a loss that rises,
            gradients that vanish or explode, units that are dead, parameters without a gradient, a softmax
            that is taken twice.
        compiled: whether the step is recorded once and replayed (:func:`autograd_core.compile`), which gives
            the same numbers to rounding, sooner. Nothing is diagnosed then, for which every operation would
            have to be looked at.
        resume_from: a file that :class:`Checkpoint` wrote: everything goes on from there, bit for bit.
        generator: draws the order of the samples; the common one (:func:`nn.seed`) when None.

    Returns:
        The mean of the loss and of every metric for each epoch, measured while the model learned; the same
        for the validation data; the learning rate, the iterations (steps of the optimizer) made so far, and
        the seconds. After Ctrl-C it has ``interrupted = True``, and the model keeps what it has learned.

    Raises:
        NumericalError: if the loss or a gradient becomes NaN or infinite: it names the epoch, the batch and
            the layer it comes from. The weights stay what they were before that batch.
        ShapeError: if there are no samples, or the loss is not one number.
        DtypeError: for data that can be used only once, and things of another kind than described.
        DomainError: for numbers out of their range, or parts that do not belong together.

    >>> import nn
    >>> generator = nn.seed(0)
    >>> x = generator.normal(size=(200, 2))
    >>> labels = (x[:, 0] * x[:, 1] > 0).astype(int)
    >>> model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
    >>> history = nn.fit(
    ...     model, (x[:150], labels[:150]), (x[150:], labels[150:]), loss=nn.functional.cross_entropy,
    ...     optimizer=nn.Adam(model.parameters(), lr=0.05), epochs=20, metrics=[nn.accuracy], progress=False)
    >>> history.best("validation_accuracy").value > 0.9
    True
    """
    if not isinstance(model, Module):
        raise DtypeError(f"fit(): `model` has to be an nn.Module, got {model!r}")
    check_loss("fit()", loss)
    check_optimizer(optimizer, model, loss)
    check_count("fit()", 0, epochs=epochs)
    if clip_norm is not None:
        check_positive("fit()", clip_norm=clip_norm)
    source = Source("fit()", "train", train, batch_size, True, generator)
    if batch_size is not None and source.arrays is None:
        raise DomainError(
            f"fit(): `batch_size` (={batch_size}) cuts arrays into batches, but `train` is a "
            f"{type(train).__name__}, which has batches of its own"
        )
    check_on = None
    if validation is not None:
        check_on = Source("fit()", "validation", validation, batch_size, False, generator)
        check_alike(source, check_on)
    measures = made_measures(metrics)
    if schedule is not None and not isinstance(schedule, LearningRateSchedule):
        schedule = LearningRateSchedule(schedule)
    if not isinstance(callbacks, Iterable) or isinstance(callbacks, str):
        raise DtypeError(f"fit(): `callbacks` is a list, write callbacks=[...], got {callbacks!r}")
    if generator is not None and not isinstance(generator, np.random.Generator):
        raise DtypeError(
            "fit(): `generator` has to be a NumPy generator such as np.random.default_rng(0), "
            f"got {generator!r}"
        )
    given = [as_callback(callback) for callback in callbacks]
    if compiled and isinstance(optimizer, LBFGS):
        raise DomainError(
            "fit(): `compiled` (=True) records steps that are all alike, and LBFGS decides anew in each of "
            "them how far it goes: leave it out"
        )
    loop = Loop(model, loss, optimizer, epochs, source, check_on, measures, clip_norm, diagnose, compiled)
    saver = Saver(schedule and schedule.schedule, given, generators_of(generator, model, loss, train))
    for callback in given:
        if isinstance(callback, Checkpoint):
            callback.belongs_to(saver)
    # those that write files come last: what they write has to hold what the others have done
    ordered = sorted(given, key=lambda callback: isinstance(callback, Checkpoint))
    loop.callbacks = [schedule, *ordered] if schedule is not None else ordered
    if resume_from is not None:
        saver.load(resume_from, loop.training)
        if loop.training.epoch >= epochs:
            warn(
                f"fit(): there is nothing left to do, {resume_from} holds {loop.training.epoch} epochs and "
                f"`epochs` (={epochs}) counts them all; two more would be epochs={loop.training.epoch + 2}",
                TrainingWarning,
            )
    return loop.run(Progress(progress, epochs))


@spelled
def evaluate(
    model: Module,
    data: Any,
    *,
    loss: Loss | None = None,
    metrics: Iterable[Any] | Mapping[str, Any] = (),
    batch_size: int | None = None,
) -> dict[str, Any]:
    """The mean loss and the metrics of a model on data, in evaluation mode, without recording.

    Args:
        model: stays as it is.
        data: a pair of arrays (x, y), or what gives batches (x, y), as for :func:`fit`.
        loss: as for :func:`fit`; left out when None.
        metrics: as for :func:`fit`.
        batch_size: into how large batches arrays are cut; 32 when None.

    Raises:
        ShapeError: if there are no samples.
        DomainError: if there is neither a loss nor a metric.
        DtypeError: for a model, data or a loss of another kind.

    >>> import nn
    >>> nn.evaluate(nn.Identity(), ([[2.0, 1.0], [0.0, 3.0]], [0, 0]), metrics=[nn.Accuracy()])
    {'accuracy': 0.5}
    """
    if not isinstance(model, Module):
        raise DtypeError(f"evaluate(): `model` has to be an nn.Module, got {model!r}")
    if loss is not None:
        check_loss("evaluate()", loss)
    measures = made_measures(metrics)
    if loss is None and not measures.names:
        raise DomainError("evaluate(): give a loss, or metrics, to evaluate")
    source = Source("evaluate()", "data", data, batch_size, False, None)
    with modes_restored(model, loss):
        return measured(model, loss, source, measures)
