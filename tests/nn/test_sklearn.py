"""Networks as estimators of scikit-learn: its own checks, and what the documentation promises beyond them."""

from __future__ import annotations

import functools
import importlib
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from unittest import SkipTest

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import nn
import nn.functional as F
from autograd_core.errors import DomainError, DtypeError, MissingDependencyError, ShapeError
from nn.sklearn import Classifier, Regressor

X, Y = make_moons(60, noise=0.1, random_state=0)
NAMES = np.array(["upper", "lower"])[Y]
NUMBERS = np.column_stack([X[:, 0] ** 2, -X[:, 1]])

quick = functools.partial(Classifier, (16,), lr=0.05, epochs=20, random_state=0)
line = functools.partial(Regressor, (16,), lr=0.05, epochs=20, random_state=0)


def same(one, other):
    """Whether two classifiers think alike of every sample, to the last bit."""
    return np.array_equal(one.predict_proba(X), other.predict_proba(X))


# -- what scikit-learn asks for


@pytest.mark.slow
@pytest.mark.parametrize("estimator", [Classifier(), Regressor()], ids=["Classifier", "Regressor"])
def test_every_check_of_scikit_learn_passes(estimator):
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    found = {result["check_name"]: result["exception"] for result in results if result["status"] != "passed"}
    assert len(results) > 50
    skipped = {
        name for name, why in found.items() if isinstance(why, SkipTest) and "not installed" in str(why)
    }
    assert set(found) - skipped <= {"check_array_api_input"}, (
        found
    )  # it asks for a setting before SciPy is loaded


@pytest.mark.slow
def test_a_grid_search_in_two_processes_finds_what_it_finds_in_one():
    steps = make_pipeline(StandardScaler(), quick())
    grid = {
        "classifier__module": [(8,), lambda inputs, outputs: nn.Linear(inputs, outputs)],
        "classifier__optimizer": [nn.Adam, functools.partial(nn.SGD, momentum=0.9)],
    }
    searches = [GridSearchCV(steps, grid, cv=2, n_jobs=n).fit(X, NAMES) for n in (1, 2)]
    alone, shared = (search.cv_results_["mean_test_score"] for search in searches)
    assert np.array_equal(alone, shared)
    assert searches[1].best_score_ > 0.8
    assert set(searches[1].predict(X)) == {"upper", "lower"}


def test_labels_are_texts_and_probabilities_stand_in_their_order():
    classifier = quick().fit(X, NAMES)
    assert classifier.classes_.tolist() == ["lower", "upper"]
    probabilities = classifier.predict_proba(X)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert np.array_equal(classifier.classes_[probabilities.argmax(axis=1)], classifier.predict(X))
    assert classifier.score(X, NAMES) > 0.85


def test_logarithms_of_probabilities_are_as_good_as_logits():
    def make(*sizes):
        return nn.Sequential(nn.Linear(*sizes), nn.LogSoftmax(1))

    classifier = Classifier(make, loss=F.nll_loss, random_state=0)
    given = np.exp(classifier.fit(X, Y).module_(X).data)
    assert np.allclose(classifier.predict_proba(X), given)


def test_several_numbers_are_predicted_for_each_sample():
    regressor = line(epochs=100).fit(X, NUMBERS)
    assert regressor.predict(X).shape == NUMBERS.shape
    assert regressor.score(X, NUMBERS) > 0.8
    assert line().fit(X, NUMBERS[:, 0]).predict(X).shape == (len(X),)


@pytest.mark.peers
def test_names_of_the_columns_are_kept_and_compared():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["right", "up"])
    classifier = quick().fit(frame, pandas.Series(NAMES))
    assert classifier.feature_names_in_.tolist() == ["right", "up"]
    assert np.array_equal(classifier.predict(frame), classifier.predict(frame))
    with pytest.raises(ValueError, match="feature names"):
        classifier.predict(frame[["up", "right"]])


# -- the network


class Bent(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))

    def forward(self, x):
        return self.layers(x)


@pytest.mark.parametrize(
    ("given", "layers"),
    [
        ((), ["Linear"]),
        ([4, 3], ["Linear", "ReLU", "Linear", "ReLU", "Linear"]),
        (lambda inputs, outputs: nn.Sequential(nn.Linear(inputs, outputs)), ["Linear"]),
        (Bent, ["Sequential"]),
        (nn.Linear, []),
    ],
    ids=["no hidden layer", "two hidden layers", "a function", "a class", "a layer"],
)
def test_a_network_is_made_for_the_samples(given, layers):
    model = Classifier(given, epochs=1).fit(X, Y).module_
    assert [type(layer).__name__ for layer in model.children()] == layers
    assert model(X).shape == (len(X), 2)


def test_a_module_is_copied_and_learns_from_the_weights_that_it_has():
    model = Bent()
    before = model.state_dict()
    classifier = Classifier(model, epochs=1, lr=1e-9).fit(X, Y)
    assert all(np.array_equal(before[name], value) for name, value in model.state_dict().items())
    assert np.allclose(classifier.module_(X).data, model(X).data, atol=1e-6)
    assert clone(classifier).get_params()["module"] is not model


def test_images_go_to_convolutions_as_they_are():
    images = np.random.default_rng(0).normal(size=(20, 1, 4, 4))

    def make(channels, classes):
        return nn.Sequential(nn.Conv2d(channels, 2, 3), nn.Flatten(), nn.Linear(8, classes))

    assert Classifier(make, epochs=2).fit(images, np.arange(20) % 3).predict(images).shape == (20,)


# -- what is drawn, and what goes on


def test_a_random_state_decides_everything_and_leaves_the_common_generator_alone():
    def make(inputs, outputs):
        return nn.Sequential(nn.Linear(inputs, 8), nn.Dropout(0.5), nn.Linear(8, outputs))

    nn.seed(3)
    first = Classifier(make, epochs=3, batch_size=7, random_state=5).fit(X, Y)
    after = nn.seed(3).random()
    nn.seed(3)
    second = Classifier(make, epochs=3, batch_size=7, random_state=np.random.default_rng(5)).fit(X, Y)
    assert same(first, second)
    assert nn.init.uniform_(nn.Parameter(np.empty(1))).item() == after
    assert not same(first, Classifier(make, epochs=3, batch_size=7, random_state=6).fit(X, Y))


def test_fits_in_threads_of_their_own_do_not_disturb_each_other():
    seeds = range(4)
    fit = lambda seed: Classifier((8,), epochs=5, batch_size=7, random_state=seed).fit(X, Y)  # noqa: E731
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(fit, seeds))
    assert all(same(one, fit(seed)) for seed, one in zip(seeds, together, strict=True))


def test_a_function_that_seeds_decides_itself():
    def make(inputs, outputs):
        nn.seed(3)
        return nn.Linear(inputs, outputs)

    first = Classifier(make, epochs=1, lr=1e-9, random_state=0).fit(X, Y)
    assert same(first, Classifier(make, epochs=1, lr=1e-9, random_state=1).fit(X, Y))


def test_without_one_the_common_generator_draws():
    nets = []
    for _ in range(2):
        nn.seed(7)
        nets.append(Classifier((4,), epochs=2, batch_size=7).fit(X, Y))
    assert same(*nets)


def test_warm_start_and_partial_fit_go_on_with_the_optimizer_that_is_there():
    whole, parts = quick(epochs=4).fit(X, Y), quick(epochs=2, warm_start=True).fit(X, Y)
    parts.fit(X, Y)
    assert same(whole, parts)
    assert len(parts.history_) == 4
    pieces = quick(epochs=3).fit(X, Y).partial_fit(X, Y)
    assert same(whole, pieces)
    assert pieces.history_["iteration"] == whole.history_["iteration"]


def test_partial_fit_knows_the_classes_that_come_later():
    classifier = quick().partial_fit(X[Y == 0], NAMES[Y == 0], classes=["lower", "upper"])
    assert classifier.partial_fit(X, NAMES).classes_.tolist() == ["lower", "upper"]
    with pytest.raises(
        DomainError, match=r"labels \['beside'\] are none of the classes \['lower', 'upper'\]"
    ):
        classifier.partial_fit(X[:1], ["beside"])


def test_what_was_pickled_goes_on_as_if_it_had_not_been():
    classifier = quick(epochs=2).fit(X, Y)
    copied = pickle.loads(pickle.dumps(classifier))
    assert same(classifier, copied)
    assert same(classifier.partial_fit(X, Y), copied.partial_fit(X, Y))


def test_early_stopping_puts_samples_aside_and_keeps_the_best_weights():
    classifier = quick(epochs=400, early_stopping=True, patience=3, validation_fraction=0.25).fit(X, Y)
    losses = classifier.history_["validation_loss"]
    assert len(losses) < 400
    assert np.argmin(losses) == len(losses) - 4


# -- weights of samples


@pytest.mark.parametrize(
    "loss",
    [None, F.cross_entropy, nn.CrossEntropyLoss(label_smoothing=0.1)],
    ids=["usual", "function", "module"],
)
def test_a_weight_is_how_often_a_sample_is_there(loss):
    weight = np.random.default_rng(0).integers(0, 3, len(X))
    weighted = quick(loss=loss).fit(X, Y, sample_weight=weight)
    repeated = quick(loss=loss).fit(X.repeat(weight, axis=0), Y.repeat(weight))
    assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X))


def test_a_sample_of_several_numbers_has_one_weight():
    weight = np.random.default_rng(0).integers(0, 3, len(X))
    weighted = line().fit(X, NUMBERS, sample_weight=weight)
    repeated = line().fit(X.repeat(weight, axis=0), NUMBERS.repeat(weight, axis=0))
    assert np.allclose(weighted.predict(X), repeated.predict(X))


# -- mistakes

REFUSED = {
    "an optimiser": (
        lambda: quick(optimizer=nn.Adam([nn.Parameter([1.0])])).fit(X, Y),
        DtypeError,
        "`optimizer` makes one, given parameters and lr",
    ),
    "an empty layer": (lambda: Classifier((0,)).fit(X, Y), DtypeError, r"sizes of hidden layers.*got \(0,\)"),
    "a word": (lambda: Classifier("mlp").fit(X, Y), DtypeError, "got 'mlp'"),
    "a function of something else": (
        lambda: Classifier(lambda: 3).fit(X, Y),
        DtypeError,
        "has to make an nn.Module, it made 3",
    ),
    "outputs for other classes": (
        lambda: Classifier(nn.Linear(2, 3), epochs=1).fit(X, Y),
        ShapeError,
        r"60 samples of 2 classes need outputs of shape \(60, 2\), the module gives \(60, 3\)",
    ),
    "other numbers of outputs": (
        lambda: Regressor(nn.Linear(2, 3), epochs=1).fit(X, NUMBERS),
        ShapeError,
        r"targets of shape \(60, 2\) need as many outputs, the module gives \(60, 3\)",
    ),
    "targets of another shape later": (
        lambda: line(epochs=1).fit(X, NUMBERS).partial_fit(X, Y),
        ShapeError,
        r"it began with targets of one sample of shape \(2,\), got \(\)",
    ),
    "weights without losses": (
        lambda: quick(loss=lambda output, labels: F.cross_entropy(output, labels)).fit(
            X, Y, sample_weight=np.ones(60)
        ),
        DomainError,
        'let it take reduction="none"',
    ),
    "no weight at all": (
        lambda: quick().fit(X, Y, sample_weight=np.zeros(60)),
        ValueError,  # of scikit-learn, from 1.9 on
        "every `sample_weight` is zero|at least one non-zero",
    ),
    "rows of rows": (lambda: quick().fit(X[:, :, None], Y), ShapeError, "make a network for rows"),
    "no epochs": (lambda: quick(epochs=0).fit(X, Y), DomainError, r"`epochs` \(=0\)"),
    "a rate below 0": (lambda: quick(lr=-1.0).fit(X, Y), DomainError, r"`lr` \(=-1.0\)"),
    "too large a share": (
        lambda: quick(validation_fraction=2.0).fit(X, Y),
        DomainError,
        r"`validation_fraction` \(=2.0\)",
    ),
    "a text for a seed": (lambda: quick(random_state="a").fit(X, Y), DtypeError, "`random_state` is a seed"),
    "no loss": (lambda: quick(loss="mse").fit(X, Y), DtypeError, "`loss` has to be a function"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_told(name):
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call()


def test_an_estimator_that_was_refused_is_the_one_it_was():
    classifier = quick().fit(X, Y)
    before = pickle.loads(pickle.dumps(classifier))
    with pytest.raises(DomainError, match="none of the classes"):
        classifier.partial_fit(X, Y + 1)
    assert same(before, classifier)


# -- scikit-learn itself


def test_the_library_never_loads_scikit_learn_by_itself():
    code = "import sys, nn; assert 'sklearn' not in sys.modules; nn.sklearn.Classifier; assert 'sklearn' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_where_it_is_missing_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    monkeypatch.delitem(sys.modules, "nn.sklearn")
    with pytest.raises(
        MissingDependencyError, match=r"^nn.sklearn needs .*: pip install 'scikit-learn>=1.6'$"
    ):
        importlib.import_module("nn.sklearn")
