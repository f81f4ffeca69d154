"""A training whose step is compiled is the same training."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose

import nn
from autograd_core.errors import CompilationWarning, DomainError, NumericalError
from tests.nn.training.small import LABELS, X, classifier, trained


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error", CompilationWarning)
        yield


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"clip_norm": 0.1},
        {"metrics": [nn.accuracy]},
        {"validation": (X[:10], LABELS[:10]), "metrics": [nn.Accuracy()]},
    ],
)
def test_it_learns_the_same(options):
    results = []
    for compiled in (False, True):
        model = classifier(dropout=0.2)
        nn.seed(2)
        results.append(trained(model, compiled=compiled, **options))
    (model, history), (other, its) = results
    for name in {*history} - {"seconds"}:
        assert_allclose(its[name], history[name], rtol=1e-8, err_msg=name)
    for (path, x), y in zip(model.state_dict().items(), other.state_dict().values(), strict=True):
        assert_allclose(y, x, rtol=1e-7, atol=1e-10, err_msg=path)


def test_a_schedule_is_followed():
    histories = []
    for compiled in (False, True):
        model = classifier()
        optimizer = nn.SGD(model.parameters(), lr=0.5)
        nn.seed(2)
        schedule = nn.StepLR(optimizer, 1, 0.5)
        histories.append(trained(model, optimizer=optimizer, schedule=schedule, compiled=compiled)[1])
    assert_allclose(histories[1]["loss"], histories[0]["loss"], rtol=1e-8)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_refused_before_the_step(bad):
    x = X.copy()
    x[40] = bad
    model = classifier()
    before = model.state_dict()
    with pytest.raises(NumericalError, match=r"epoch 1, batch 1: the loss is"):
        trained(model, (x, LABELS), batch_size=50, compiled=True)
    assert all((now == before[path]).all() for path, now in model.state_dict().items())


def test_it_is_refused_in_the_middle_too():
    x = X.copy()
    x[40] = np.nan
    batches = [(X[:10], LABELS[:10]), (X[10:20], LABELS[10:20]), (x[40:], LABELS[40:])]
    with pytest.raises(NumericalError, match=r"epoch 1, batch 3: the loss is nan"):
        trained(classifier(), batches, compiled=True)


def test_a_search_along_lines_is_not_compiled():
    model = classifier()
    with pytest.raises(DomainError, match="LBFGS decides"):
        trained(model, optimizer=nn.optim.LBFGS(model.parameters()), compiled=True)
