"""Networks as estimators of scikit-learn, for its pipelines, grid searches and scores.

>>> from sklearn.datasets import make_moons
>>> from sklearn.model_selection import cross_val_score
>>> x, y = make_moons(noise=0.1, random_state=0)
>>> bool(cross_val_score(Classifier((32,), random_state=0), x, y, cv=3).mean() > 0.9)
True
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from autograd_core import Tensor, no_grad
from autograd_core.errors import DomainError, DtypeError, MissingDependencyError, ShapeError

from .checks import check_count, check_fraction, check_positive, glimpse, is_whole
from .containers import Sequential
from .data import train_test_split
from .functional import cross_entropy, mse_loss, softmax
from .layers import Linear, ReLU
from .modes import modes_restored, set_modes
from .module import Module
from .optim import Adam, Optimizer
from .randomness import drawing_from
from .training import EarlyStopping, History, fit
from .training.checks import check_loss
from .warning import warn

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import (  # validate_data came with 1.6
        _check_sample_weight,
        check_is_fitted,
        column_or_1d,
        validate_data,
    )
except ImportError:
    raise MissingDependencyError(
        "nn.sklearn needs scikit-learn 1.6 or newer: pip install 'scikit-learn>=1.6'"
    ) from None

__all__ = ["Classifier", "Regressor"]

Array = np.ndarray[Any, np.dtype[Any]]
Loss = Callable[..., Any]


class _Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What both kinds share: how the network is made, trained and asked."""

    def __init__(
        self,
        module: Sequence[int] | Module | Callable[..., Module] = (100,),
        *,
        loss: Loss | None = None,
        optimizer: Callable[..., Optimizer] = Adam,
        lr: float = 0.01,
        epochs: int = 100,
        batch_size: int = 200,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        callbacks: Iterable[Any] = (),
        random_state: Any = None,
        warm_start: bool = False,
        verbose: bool = False,
    ) -> None:
        self.module = module
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.callbacks = callbacks
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train the network, anew unless ``warm_start`` says otherwise.

        Args:
            X: samples along the first axis.
            y: their targets.
            sample_weight: (N,), how often each sample counts; a sample of weight 0 is left out.
        """
        self._check_options()
        goes_on = bool(self.warm_start) and hasattr(self, "module_")
        return self._learn(X, y, sample_weight, self.epochs, goes_on, bool(self.early_stopping))

    def _check_options(self) -> None:
        place = type(self).__name__
        check_count(place, epochs=self.epochs, batch_size=self.batch_size, patience=self.patience)
        check_positive(place, lr=self.lr)
        check_fraction(place, validation_fraction=self.validation_fraction)
        if self.loss is not None:
            check_loss(place, self.loss)
        if isinstance(self.optimizer, Optimizer) or not callable(self.optimizer):
            raise DtypeError(
                f"{place}: `optimizer` makes one, given parameters and lr: a class such as nn.Adam, or "
                f"functools.partial(nn.SGD, momentum=0.9); got {glimpse(self.optimizer)}"
            )

    def _learn(
        self, X: Any, y: Any, weight: Any, epochs: int, goes_on: bool, stops_early: bool, **known: Any
    ) -> Self:
        """Train for so many epochs; the network there is goes on, or a new one begins."""
        X, y = validate_data(
            self, X, y, reset=not goes_on, dtype=(np.float64, np.float32), allow_nd=True, **self._targets()
        )
        y = self._encoded(y, goes_on, **known)
        if weight is not None:
            weight = _check_sample_weight(weight, X, dtype=np.float64, ensure_non_negative=True)
            counts = weight > 0
            if not counts.any():
                raise DomainError(f"{type(self).__name__}: every `sample_weight` is zero")
            X, y, weight = X[counts], y[counts], weight[counts] / weight[counts].mean()
        if not goes_on:
            self._generator = self._made_generator()
        with drawing_from(self._generator) if self._generator is not None else nullcontext():
            if not goes_on:
                self.module_ = self._made_module(X)
                self.optimizer_ = self._made_optimizer()
                self.history_ = History()
            found = self._trained(X, y, weight, epochs, stops_early)
        if found.interrupted:
            warn(f"{type(self).__name__}: interrupted after {len(found)} epochs; what it has learned is kept")
        self.history_ = self.history_ + found
        return self

    def _made_generator(self) -> np.random.Generator | None:
        """None for the common one, :func:`nn.seed`."""
        given = self.random_state
        if isinstance(given, np.random.RandomState):  # scikit-learn's own kind
            given = int(given.randint(np.iinfo(np.int32).max))
        if not (given is None or is_whole(given, 0) or isinstance(given, np.random.Generator)):
            place = type(self).__name__
            raise DtypeError(f"{place}: `random_state` is a seed or a generator, got {glimpse(given)}")
        return None if given is None else np.random.default_rng(given)

    def _made_module(self, X: Array) -> Module:
        """A network for these samples."""
        given, place = self.module, type(self).__name__
        if isinstance(given, Module):
            return copy.deepcopy(given)
        shape = X.shape[1], self._outputs
        if callable(given):
            made = given(*shape) if _takes(given, *shape) else given()
            if not isinstance(made, Module):
                raise DtypeError(f"{place}: `module` has to make an nn.Module, it made {glimpse(made)}")
            return made
        if not isinstance(given, tuple | list) or not all(is_whole(size, 1) for size in given):
            raise DtypeError(
                f"{place}: `module` is an nn.Module, a function (inputs, outputs) that makes one, or the "
                f"sizes of hidden layers such as (100,), got {glimpse(given)}"
            )
        if X.ndim != 2:
            raise ShapeError(
                f"{place}: the sizes of hidden layers make a network for rows (N, features), got samples of "
                f"shape {X.shape}: give it a module, or flatten them"
            )
        sizes = [shape[0], *map(int, given)]
        hidden = [layer for pair in pairwise(sizes) for layer in (Linear(*pair), ReLU())]
        return Sequential(*hidden, Linear(sizes[-1], self._outputs))

    def _trained(self, X: Array, y: Array, weight: Array | None, epochs: int, stops_early: bool) -> History:
        """The target of a sample is its number here, so that its weight is found as well."""
        loss = _WeightedLoss(type(self).__name__, self.loss or self._usual_loss, self._fitted, y, weight)
        X, numbers = X.astype(_dtype_of(self.module_), copy=False), np.arange(len(X))
        train, held_out, callbacks = (X, numbers), None, self.callbacks
        if stops_early:
            labels = y if self._stratified else None
            learned, held = train_test_split(
                numbers, test_size=self.validation_fraction, stratify=labels, generator=self._generator
            )
            train, held_out = (X[learned], learned), (X[held], held)
            callbacks = [*callbacks, EarlyStopping("validation_loss", self.patience)]
        return fit(
            self.module_,
            train,
            held_out,
            loss=loss,
            optimizer=self.optimizer_,
            epochs=epochs,
            batch_size=self.batch_size,
            callbacks=callbacks,
            progress=bool(self.verbose),
            diagnose=False,  # it would look at the numbers of the samples, not at their targets
        )

    def _computed(self, X: Any) -> Tensor:
        """What the network gives for samples, in evaluation mode, a batch at a time."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float64, np.float32), allow_nd=True)
        X, size = X.astype(_dtype_of(self.module_), copy=False), self.batch_size
        with modes_restored(self.module_), no_grad():
            set_modes(False, self.module_)
            parts = [self.module_(X[i : i + size]).data for i in range(0, len(X), size)]
        return self._fitted(Tensor(np.concatenate(parts)), len(X))

    # A copy of an optimiser would move copies of the parameters: its state is what is kept.

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "optimizer_" in state:
            state["optimizer_"] = self.optimizer_.state_dict()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "optimizer_" in state:
            self.optimizer_ = self._made_optimizer()
            self.optimizer_.load_state_dict(state["optimizer_"])

    def _made_optimizer(self) -> Optimizer:
        return self.optimizer(self.module_.parameters(), lr=self.lr)

    # -- what the two kinds differ in ---------------------------------------------------------------

    _usual_loss: Loss
    _stratified: bool
    _outputs: int

    def _targets(self) -> dict[str, Any]:
        """What scikit-learn is to check about the targets."""
        raise NotImplementedError

    def _encoded(self, y: Array, goes_on: bool) -> Array:
        """The targets as the loss takes them."""
        raise NotImplementedError

    def _fitted(self, output: Tensor, samples: int) -> Tensor:
        """The outputs of so many samples in the shape of the targets."""
        raise NotImplementedError


class Classifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A network that chooses among classes, as scikit-learn's classifiers do.

    Args:
        module: sizes of the hidden layers, with a ReLU after each, ``()`` for none (logistic regression); or
            a function ``(inputs, outputs)`` of two numbers, or of nothing, that makes a module, a class
            among them; or a module, which is copied. It gives a logit, or ln p, for each class.
        loss: ``loss(output, labels)``; :func:`nn.functional.cross_entropy` when None.
        optimizer: what makes the optimiser, called with the parameters and ``lr``.
        lr: the learning rate.
        epochs: how often the network sees all samples.
        batch_size: the number of samples in a step.
        early_stopping: whether ``validation_fraction`` of the samples are put aside, and the training ends
            when the loss on them has not got better for ``patience`` epochs; the best weights are kept.
        validation_fraction: a share of the samples, of every class alike.
        patience: see ``early_stopping``.
        callbacks: of :func:`nn.fit`.
        random_state: a seed or a generator for everything that is drawn: initial weights, the order of the
            samples, dropout. When None, the common generator, :func:`nn.seed`.
        warm_start: whether ``fit`` goes on with the network of the last call.
        verbose: whether to show a bar for every epoch.

    Attributes:
        classes_: the labels, sorted; of any kind that scikit-learn knows, texts among them.
        module_: the network.
        optimizer_: its optimiser, which goes on with ``warm_start`` and ``partial_fit``.
        history_: what :func:`nn.fit` returned.
        n_features_in_: the length of the second axis of the samples.
        feature_names_in_: its names, if it has some.

    ``fit(X, y, sample_weight=None)`` trains it and returns it: samples along the first axis, as rows or in
    any shape that the module takes; a weight says how often a sample counts. ``score(X, y)`` is the accuracy.

    Raises:
        ValueError: in ``fit``, for samples, labels or weights that scikit-learn refuses.
        DomainError: in ``fit``, for a number out of its range, or weights with a loss that cannot take them.
        DtypeError: in ``fit``, for a module or an optimiser of another kind.
        ShapeError: in ``fit``, if the module does not give a number for each class.

    Source: Buitinck et al. (2013), "API design for machine learning software".

    >>> x, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["same", "other", "other", "same"]
    >>> exclusive_or = Classifier((16,), lr=0.05, random_state=0).fit(x, y)
    >>> exclusive_or.predict(x).tolist()
    ['same', 'other', 'other', 'same']
    >>> exclusive_or.predict_proba([[0.0, 0.0]]).round().tolist()
    [[0.0, 1.0]]
    """

    _usual_loss = staticmethod(cross_entropy)
    _stratified = True

    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Go once through these samples; the network there is goes on.

        Args:
            X: samples along the first axis.
            y: their labels.
            classes: all labels that there will be; asked for in the first call, if ``y`` lacks some.
            sample_weight: (N,), how often each sample counts.
        """
        self._check_options()
        return self._learn(X, y, sample_weight, 1, hasattr(self, "module_"), False, classes=classes)

    def predict_proba(self, X: ArrayLike) -> Array:
        """The probability of each class, (N, classes), in the order of ``classes_``."""
        logits = self._computed(X)
        probabilities: Array = softmax(logits, 1).data
        return probabilities

    def predict(self, X: ArrayLike) -> Array:
        """The most probable label of each sample, (N,)."""
        logits = self._computed(X)  # which says so if there is no network yet
        labels: Array = self.classes_[logits.data.argmax(axis=1)]
        return labels

    def _targets(self) -> dict[str, Any]:
        return {}

    def _encoded(self, y: Array, goes_on: bool, classes: Any = None) -> Array:
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        if not goes_on:
            self.classes_ = np.unique(y if classes is None else np.asarray(classes))
        strange = np.setdiff1d(y, self.classes_)
        if strange.size:
            raise DomainError(
                f"{type(self).__name__}: the labels {strange.tolist()} are none of the classes "
                f"{self.classes_.tolist()} that it began with: name all in the first partial_fit(classes=...)"
            )
        return np.searchsorted(self.classes_, y)

    @property
    def _outputs(self) -> int:  # type: ignore[override]
        return len(self.classes_)

    def _fitted(self, output: Tensor, samples: int) -> Tensor:
        wanted = samples, self._outputs
        if output.shape != wanted:
            raise ShapeError(
                f"{type(self).__name__}: {samples} samples of {self._outputs} classes need outputs of shape "
                f"{wanted}, the module gives {output.shape}"
            )
        return output


class Regressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A network that predicts numbers, one or several for each sample, as scikit-learn's regressors do.

    Arguments, attributes and errors are those of :class:`Classifier`, but for two: ``loss`` is
    :func:`nn.functional.mse_loss` when None, and there are no ``classes_``. ``score(X, y)`` is R². Targets of
    a scale far from 1 are learned better inside a ``sklearn.compose.TransformedTargetRegressor``.

    >>> x = np.linspace(-1, 1, 50)[:, None]
    >>> bool(Regressor((32,), random_state=0).fit(x, x[:, 0] ** 2).score(x, x[:, 0] ** 2) > 0.95)
    True
    """

    _usual_loss = staticmethod(mse_loss)
    _stratified = False

    def partial_fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Go once through these samples; the network there is goes on."""
        self._check_options()
        return self._learn(X, y, sample_weight, 1, hasattr(self, "module_"), False)

    def predict(self, X: ArrayLike) -> Array:
        """The numbers of each sample, in the shape of the targets: (N,) or (N, outputs)."""
        predicted: Array = self._computed(X).data
        return predicted

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _targets(self) -> dict[str, Any]:
        return {"y_numeric": True, "multi_output": True}

    def _encoded(self, y: Array, goes_on: bool) -> Array:
        if not goes_on:
            self._target_shape = y.shape[1:]
        if y.shape[1:] != self._target_shape:
            raise ShapeError(
                f"{type(self).__name__}: it began with targets of one sample of shape {self._target_shape}, "
                f"got {y.shape[1:]}"
            )
        return y

    @property
    def _outputs(self) -> int:  # type: ignore[override]
        return math.prod(self._target_shape)

    def _fitted(self, output: Tensor, samples: int) -> Tensor:
        wanted = samples, *self._target_shape
        if output.shape == wanted:
            return output
        if output.size != samples * self._outputs:
            raise ShapeError(
                f"{type(self).__name__}: targets of shape {wanted} need as many outputs, the module gives "
                f"{output.shape}"
            )
        return output.reshape(wanted)


class _WeightedLoss:
    """The mean loss of the samples with these numbers, each times its weight.

    Args:
        place: who asks, for messages.
        loss: of outputs and targets.
        fitted: gives outputs the shape that the loss takes.
        targets: of all samples.
        weight: of all samples, with the mean 1, if there are weights.
    """

    def __init__(
        self,
        place: str,
        loss: Loss,
        fitted: Callable[[Tensor, int], Tensor],
        targets: Array,
        weight: Array | None,
    ) -> None:
        self.loss = loss if weight is None else _of_each_sample(place, loss)
        self.fitted, self.targets, self.weight = fitted, targets, weight

    def __call__(self, output: Tensor, numbers: Tensor) -> Any:
        rows, samples = numbers.data, len(numbers)
        output, target = self.fitted(output, samples), self.targets[rows]
        if target.dtype.kind == "f":
            target = target.astype(output.dtype, copy=False)
        losses = self.loss(output, Tensor(target))
        if self.weight is None:
            return losses
        return (losses.reshape(samples, -1).mean(axis=1) * self.weight[rows].astype(output.dtype)).mean()


def _of_each_sample(place: str, loss: Loss) -> Loss:
    """A loss that is not joined to one number yet.

    Raises:
        DomainError: if it cannot be had.
    """
    if isinstance(loss, Module) and hasattr(loss, "reduction"):
        loss = copy.copy(loss)
        loss.reduction = "none"
        return loss
    if not isinstance(loss, Module) and _takes(loss, None, None, reduction="none"):
        return lambda output, target: loss(output, target, reduction="none")
    raise DomainError(
        f"{place}: `sample_weight` needs the loss of every sample, and {glimpse(loss)} gives their mean: let "
        'it take reduction="none"'
    )


def _takes(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> bool:
    """Whether a function can be called so."""
    try:
        inspect.signature(function).bind(*arguments, **keywords)
    except TypeError:
        return False
    return True


def _dtype_of(module: Module) -> np.dtype[Any]:
    """In which the samples are given to a network: that of its parameters."""
    return next((p.dtype for p in module.parameters()), np.dtype(np.float64))
