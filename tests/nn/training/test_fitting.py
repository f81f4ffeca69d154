"""nn.fit: the five lines of a training, and what belongs around them."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.errors import (
    DomainError,
    DtypeError,
    GraphError,
    IndexRangeError,
    NumericalError,
    ShapeError,
)
from tests.nn.training.small import (
    LABELS,
    TARGETS,
    X,
    classifier,
    same_weights,
    trained,
)

BATCHES = [(X[:20], LABELS[:20]), (X[20:40], LABELS[20:40]), (X[40:], LABELS[40:])]


# -- the loop ---------------------------------------------------------------------------------------


def test_it_is_the_explicit_loop_to_the_last_bit():
    by_hand = classifier(dropout=0.3)
    optimizer = nn.Adam(by_hand.parameters(), lr=0.01)
    for _ in range(3):
        for x, y in nn.batches(X, LABELS, 16):
            optimizer.zero_grad()
            F.cross_entropy(by_hand(x), y).backward()
            optimizer.step()

    model = classifier(dropout=0.3)
    validation = (X, LABELS)  # looking at other data changes nothing
    trained(
        model,
        validation=validation,
        optimizer=nn.Adam(model.parameters(), lr=0.01),
        batch_size=16,
        metrics=[nn.accuracy],
    )
    assert same_weights(model, by_hand)


class Loader:
    """Batches in a new order every time, without a length."""

    def __init__(self):
        self.generator = np.random.default_rng(5)

    def __iter__(self):
        return iter([BATCHES[i] for i in self.generator.permutation(3)])


def test_a_loader_draws_the_same_orders_whether_or_not_it_validates_too():
    alone, beside = classifier(), classifier()
    trained(alone, Loader())
    loader = Loader()
    trained(beside, loader, validation=loader, epochs=1)
    reference = Loader()
    assert same_weights(trained(classifier(), reference, epochs=1)[0], beside)
    assert not same_weights(alone, beside)


@pytest.mark.parametrize(
    "train",
    [
        BATCHES,
        tuple(BATCHES),
        [list(batch) for batch in BATCHES],
        [(Tensor(x), Tensor(y)) for x, y in BATCHES],
        [(x.tolist(), y.tolist()) for x, y in BATCHES],
        [((x,), y) for x, y in BATCHES],
    ],
)
def test_batches_come_in_whatever_can_be_iterated_over_again(train):
    assert same_weights(trained(train=train)[0], trained(train=BATCHES)[0])


@pytest.mark.peers
def test_batches_of_pytorch_are_taken():
    torch = pytest.importorskip("torch", reason="PyTorch not installed")
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(LABELS))
    loader = torch.utils.data.DataLoader(data, batch_size=20)
    assert same_weights(trained(train=loader)[0], trained(train=BATCHES)[0])


@pytest.mark.parametrize(
    "pair", [(X, LABELS), [X, LABELS], (X.tolist(), LABELS.tolist()), (Tensor(X), LABELS)]
)
def test_a_pair_of_arrays_is_cut_into_batches_of_32(pair):
    seen = []
    trained(train=pair, epochs=1, callbacks=[nn.Callback(on_batch_end=lambda t: seen.append(t.batches))])
    assert seen == [2, 2]


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.classes, self.size = nn.Linear(3, 2), nn.Linear(3, 1)

    def forward(self, x):
        return self.classes(x), self.size(x)


def test_several_outputs_are_what_the_loss_is_given():
    def loss(outputs, y):
        return F.cross_entropy(outputs[0], y) + outputs[1].square().mean()

    _, history = trained(TwoHeads(), loss=loss, epochs=2)
    assert history["loss"][1] < history["loss"][0]


def test_several_inputs_are_a_tuple():
    class Product(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter([3.0])

        def forward(self, a, b):
            return self.scale * a * b

    model = Product()
    batch = ((X[:, 0], X[:, 1]), X[:, 0] * X[:, 1])
    optimizer = nn.SGD(model.parameters(), lr=0.2)
    trained(model, [batch], loss=F.mse_loss, optimizer=optimizer, epochs=50)
    np.testing.assert_allclose(model.scale.data, 1.0, rtol=1e-3)


def test_means_are_over_samples_so_that_a_short_batch_counts_less():
    model = nn.Linear(3, 1)
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    measured = {"mse": F.mse_loss, "error": lambda output, y: abs(output.data - y.data).mean()}
    _, history = trained(
        model,
        (X, TARGETS),
        (X[:33], TARGETS[:33]),
        optimizer=optimizer,
        loss=F.mse_loss,
        batch_size=32,
        metrics=measured,
        epochs=1,
    )
    error = model(X).data - TARGETS
    assert history["loss"] == history["mse"]
    assert history["loss"][0] == pytest.approx((error**2).mean(), rel=1e-12)
    assert history["error"][0] == pytest.approx(abs(error).mean(), rel=1e-12)
    assert history["validation_loss"][0] == pytest.approx((error[:33] ** 2).mean(), rel=1e-12)


def test_metrics_that_collect_hold_the_validation_data_at_the_end():
    matrix = nn.ConfusionMatrix(2)
    model, history = trained(
        validation=(X[:40], LABELS[:40]), metrics=[nn.accuracy, matrix, nn.F1()], epochs=4
    )
    expected = nn.confusion_matrix(model(X[:40]), LABELS[:40])
    assert np.array_equal(matrix.compute(), expected)
    assert history["validation_confusion_matrix"][-1] == expected.tolist()
    assert history["validation_accuracy"][-1] == np.trace(expected) / 40
    assert history.keys() == [
        *("loss", "accuracy", "confusion_matrix", "f1"),
        *("validation_loss", "validation_accuracy", "validation_confusion_matrix", "validation_f1"),
        *("learning_rate", "iteration", "seconds"),
    ]


def test_modes_are_set_for_each_part_and_restored():
    model = classifier(dropout=0.5)
    model.eval()
    model[0].train()
    before = [module.training for module in model.modules()]
    seen = []

    class Loss(nn.Module):
        def forward(self, output, y):
            seen.append((model[2].training, self.training))
            return F.cross_entropy(output, y)

    trained(model, BATCHES, validation=BATCHES[:1], loss=Loss(), epochs=1)
    assert seen == [(False, False), (True, True), (True, True), (True, True), (False, False)]
    assert [module.training for module in model.modules()] == before


def test_float32_stays_float32():
    model = classifier().float()
    _, history = trained(model, (X.astype(np.float32), LABELS), clip_norm=1.0)
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert all(type(x) is float for x in history["loss"])


def test_gradients_are_clipped():
    model = nn.Linear(3, 1)
    before = model.state_dict()
    optimizer = nn.SGD(model.parameters(), lr=1.0)
    trained(model, [(X, 1000 * TARGETS)], optimizer=optimizer, loss=F.mse_loss, clip_norm=0.5, epochs=1)
    moved = [(model.state_dict()[name] - before[name]).ravel() for name in before]
    assert np.linalg.norm(np.concatenate(moved)) == pytest.approx(0.5, rel=1e-4)


def test_an_optimiser_that_searches_computes_the_loss_as_often_as_it_wants():
    model = nn.Linear(3, 1)
    optimizer = nn.LBFGS(model.parameters(), line_search_fn="strong_wolfe")
    _, history = trained(model, [(X, TARGETS)], optimizer=optimizer, loss=F.mse_loss, epochs=5)
    assert history["loss"][-1] < 1e-9 < history["loss"][0]


def test_no_epochs_leave_everything_as_it_is():
    model, history = trained(epochs=0)
    assert len(history) == 0
    assert same_weights(model, classifier())


def test_evaluate_measures_without_changing_anything():
    model = classifier(dropout=0.5)
    found = nn.evaluate(model, (X, LABELS), loss=F.cross_entropy, metrics=[nn.Accuracy()], batch_size=7)
    assert model.training
    logits = model.eval()(X)
    assert found["loss"] == pytest.approx(F.cross_entropy(logits, LABELS).item(), rel=1e-12)
    assert found["accuracy"] == nn.accuracy(logits, LABELS)
    assert nn.evaluate(model, BATCHES, metrics={"right": nn.accuracy})["right"] == found["accuracy"]


# -- what the reader sees ---------------------------------------------------------------------------


def test_every_epoch_has_a_bar(capfd, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")  # a bar is cut off where the terminal ends
    trained(progress=True, epochs=2, validation=(X, LABELS))
    err = capfd.readouterr().err
    assert "Epoch 1/2: 100%" in err
    assert "Epoch 2/2: 100%" in err
    assert "validation_loss=" in err


def test_without_tqdm_every_epoch_has_a_line(capfd, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    _, history = trained(progress=True, epochs=2, metrics=[nn.accuracy])
    lines = capfd.readouterr().err.splitlines()
    expected = [
        f"Epoch {i + 1}/2: loss={history['loss'][i]:.4g}, accuracy={history['accuracy'][i]:.4g}"
        for i in (0, 1)
    ]
    assert lines == expected


def test_silence_is_silent(capfd):
    trained()
    assert capfd.readouterr() == ("", "")


def test_after_an_error_bars_are_closed_and_modes_restored(capfd):
    def fail(training):
        raise ZeroDivisionError

    model = classifier().eval()
    with pytest.raises(ZeroDivisionError):
        trained(model, BATCHES, callbacks=[nn.Callback(on_batch_end=fail)], progress=True)
    assert not any(module.training for module in model.modules())
    assert capfd.readouterr().err.endswith("\n")


def test_it_trains_in_a_thread_of_its_own():
    with ThreadPoolExecutor() as pool:
        model, history = pool.submit(trained, train=BATCHES).result()
    assert len(history) == 3
    assert same_weights(model, trained(train=BATCHES)[0])


class Counting(nn.Module):
    """A buffer that every batch changes, and a layer that can be made to fail."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(3, 4)
        self.outer = nn.Linear(4, 2)
        self.register_buffer("batches", np.zeros(()))

    def forward(self, x):
        if self.training:
            self.batches.data += 1.0
        return self.outer(F.sigmoid(self.inner(x)).log())


# -- Ctrl-C -----------------------------------------------------------------------------------------


def interrupt_in_epoch_two(training):
    if training.epoch == 2 and training.batch == 2:
        raise KeyboardInterrupt


def test_ctrl_c_keeps_what_is_learned_so_far(capfd):
    seen, model = [], classifier()
    model.eval()
    callbacks = [
        nn.Callback(
            on_batch_end=interrupt_in_epoch_two, on_train_end=lambda training: seen.append(training.batch)
        )
    ]
    _, history = trained(model, BATCHES, epochs=5, callbacks=callbacks, progress=True)
    assert history.interrupted
    assert (len(history), seen, model.training) == (1, [2], False)

    reference = classifier()
    trained(reference, BATCHES, epochs=1)
    assert not same_weights(model, reference)  # two more batches
    assert capfd.readouterr().err.endswith("\n")  # the bar is closed


class InterruptedStep(nn.SGD):
    """Ctrl-C is pressed while the weights are moved."""

    def _update(self, group, piece):
        if self.steps_taken == 2:
            os.kill(os.getpid(), signal.SIGINT)
        super()._update(group, piece)


@pytest.fixture
def _ctrl_c_is_pythons():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # programs in the background ignore it
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_is_pythons")
def test_ctrl_c_never_leaves_a_step_half_made():
    nn.seed(0)
    model = Counting()
    nn.seed(0)
    reference = Counting()
    optimizer = InterruptedStep(model.parameters(), lr=0.1, momentum=0.9)
    _, history = trained(model, BATCHES, optimizer=optimizer)
    assert history.interrupted
    trained(reference, BATCHES[:2], epochs=1)
    assert same_weights(model, reference)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_somebody_else_is_left_alone():
    caught = []
    before = signal.signal(signal.SIGINT, lambda number, frame: caught.append(number))
    try:
        model = classifier()
        _, history = trained(model, BATCHES, optimizer=InterruptedStep(model.parameters(), lr=0.1), epochs=1)
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(history) == 1
    assert set(caught) == {signal.SIGINT}


# -- what goes wrong on the way ---------------------------------------------------------------------


def second_batch(x=BATCHES[1][0], y=BATCHES[1][1]):
    return [BATCHES[0], (x, y), BATCHES[2]]


with_nan = BATCHES[1][0].copy()
with_nan[3, 1] = np.nan
very_negative = np.full((20, 3), -1e5)

FAULTS = {
    "NaN in the data": (
        second_batch(x=with_nan),
        NumericalError,
        "epoch 1, batch 2: the loss is nan: the input x of the batch holds NaN. The weights are those before this batch$",
    ),
    "a logarithm of 0": (
        second_batch(x=very_negative),
        NumericalError,
        "epoch 1, batch 2: the loss is nan: log in Counting gives infinity from finite inputs.*smaller lr .now 0.1.",
    ),
    "a label that is no class": (
        second_batch(y=np.where(LABELS[20:40] == 1, 2, 0)),
        IndexRangeError,
        "label 2 at position .* is out of range, 2 classes are numbered 0 to 1",
    ),
    "other columns": (second_batch(x=X[20:40, :2]), ShapeError, "inner: Linear"),
    "other numbers of samples": (second_batch(y=LABELS[:7]), ShapeError, "20"),
    "labels that are no integers": (second_batch(y=X[:20, 0]), DtypeError, "labels have to be integers"),
    "an empty batch": (second_batch(x=X[:0], y=LABELS[:0]), ShapeError, "`train`: batch 2 has no samples"),
    "a batch of three": (
        [BATCHES[0], (X, X, LABELS)],
        DtypeError,
        "`train`: a batch is a pair .x, y., but batch 2 is a tuple of 3",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_batch_that_fails_changes_nothing(name):
    train, error, message = FAULTS[name]
    nn.seed(0)
    reference = Counting()
    trained(reference, BATCHES[:1], epochs=1)
    nn.seed(0)
    model = Counting()
    model.inner.weight.data *= 1.0
    model.eval()
    with pytest.raises(error, match=message) as caught:
        trained(model, train)
    told = [str(caught.value), *getattr(caught.value, "__notes__", [])]
    assert any("batch 2" in text for text in told)
    assert same_weights(model, reference)
    assert model.batches.item() == 1
    assert not model.training


def test_an_infinite_gradient_of_a_finite_loss_is_refused_before_the_step():
    class Root(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(1, 1, bias=False)
            nn.init.zeros_(self.layer.weight)

        def forward(self, x):
            return self.layer(x).sqrt()

    model = Root()
    data = [([[1.0]], [[1.0]])]
    message = r"the gradient of the parameter 'layer.weight' is not finite, although the loss is 1: the gradient of sqrt in Root with respect to its input 0 is -?inf"
    with pytest.raises(NumericalError, match=message):
        trained(model, data, loss=F.mse_loss)
    assert model.layer.weight.item() == 0


def test_a_parameter_that_is_nan_already_is_named():
    model = classifier()
    model[3].weight.data[0, 0] = np.nan
    with pytest.raises(NumericalError, match=r"the parameter '3.weight' holds NaN already before"):
        trained(model)


def test_the_infinities_of_a_mask_are_not_blamed():
    class Masked(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(3, 3)

        def forward(self, x):
            masked = self.layer(x) + np.array([0.0, 0.0, -np.inf])
            return (F.softmax(masked, -1) * 0 + 1e308) * 10

    with pytest.raises(NumericalError, match="multiply in Masked gives infinity"):
        trained(Masked(), loss=lambda output, y: output.mean())


def test_a_step_that_is_far_too_long_is_refused_by_a_search_too():
    model = nn.Linear(3, 1)
    before = model.state_dict()
    optimizer = nn.LBFGS(model.parameters(), lr=1e200)
    with pytest.raises(NumericalError, match="epoch 1, batch 1"):
        trained(model, [(X, TARGETS)], optimizer=optimizer, loss=lambda o, y: ((o - y) ** 4).mean())
    assert all(np.array_equal(model.state_dict()[name], before[name]) for name in before)


# -- wrong use --------------------------------------------------------------------------------------

nobody = nn.Linear(3, 2)

WRONG = {
    "no samples": (
        {"train": (X[:0], LABELS[:0])},
        ShapeError,
        r"`train` has no samples, x has shape \(0, 3\)",
    ),
    "no batches": ({"train": []}, ShapeError, "`train` gives no batches"),
    "targets missing": ({"train": (X, LABELS[:9])}, ShapeError, "`train` has 50 inputs but 9 targets"),
    "only inputs": ({"train": X}, DtypeError, r"a pair of arrays \(x, y\).* got a ndarray"),
    "a number": ({"train": 3}, DtypeError, "got a int"),
    "single samples": (
        {"train": type("Digits", (), {"__len__": len, "__getitem__": print})()},
        DtypeError,
        "`train` is a Digits, which gives single samples; nn.DataLoader",
    ),
    "a pair of numbers": ({"train": (3, 4)}, ShapeError, "samples along their first axes, x is Tensor"),
    "ragged": ({"train": ([[1.0], [1.0, 2.0]], [0, 1])}, ShapeError, r"x is \[\[1.0\], \[1.0, 2.0\]\]"),
    "a generator": ({"train": (b for b in BATCHES)}, DtypeError, "a generator, which is used up after one"),
    "a zip": (
        {"train": BATCHES, "validation": zip(X, X)},
        DtypeError,
        "`validation` is a zip, which is used up",
    ),
    "batch size 0": ({"batch_size": 0}, DomainError, r"`batch_size` \(=0\) has to be a whole number from 1"),
    "a batch size for batches": (
        {"train": BATCHES, "batch_size": 5},
        DomainError,
        "which has batches of its own",
    ),
    "epochs": ({"epochs": -1}, DomainError, r"`epochs` \(=-1\) has to be a whole number from 0"),
    "half epochs": ({"epochs": 1.5}, DtypeError, r"`epochs` \(=1.5\) has to be a whole number"),
    "somebody else's optimiser": (
        {"optimizer": nn.SGD(nobody.parameters(), lr=0.1)},
        DomainError,
        r"moves a parameter 'weight', shape \(2, 3\), that is none of the model's",
    ),
    "no optimiser": ({"optimizer": "adam"}, DtypeError, "such as nn.Adam.*got 'adam'"),
    "no module": (
        {"model": lambda x: x, "optimizer": nn.SGD(nobody.parameters(), lr=0.1)},
        DtypeError,
        "an nn.Module",
    ),
    "no loss": ({"loss": "mse"}, DtypeError, "`loss` has to be a function of .*got 'mse'"),
    "a class of losses": ({"loss": nn.CrossEntropyLoss}, DtypeError, r"loss=nn.CrossEntropyLoss\(\)"),
    "a loss for each sample": (
        {"loss": lambda o, y: F.cross_entropy(o, y, reduction="none")},
        ShapeError,
        r"one number, got shape \(32,\)",
    ),
    "a loss without its graph": (
        {"loss": lambda o, y: F.cross_entropy(o, y).item()},
        DtypeError,
        "plain number",
    ),
    "no loss at all": ({"loss": lambda o, y: None}, DtypeError, "one number, got None"),
    "a loss of nothing": (
        {"loss": lambda o, y: F.cross_entropy(o.detach(), y)},
        GraphError,
        "depends on no parameter",
    ),
    "validation of other columns": (
        {"validation": (X[:, :2], LABELS)},
        ShapeError,
        r"a sample of `validation` has x of shape \(2,\), one of `train` \(3,\)",
    ),
    "validation batches of other columns": (
        {"train": BATCHES, "validation": [(X[:, :2], LABELS)]},
        ShapeError,
        "with the first batch of `validation`: .*Linear",
    ),
    "validation of other axes": (
        {"train": BATCHES, "validation": [(X[None], LABELS[None])], "loss": lambda o, y: o.mean()},
        ShapeError,
        r"`validation` have \[3, 2\] axes, those of a batch of `train` \[2, 1\]",
    ),
    "a callback alone": (
        {"callbacks": nn.EarlyStopping("loss")},
        DtypeError,
        r"write callbacks=\[...\], got EarlyStopping",
    ),
    "a seed": ({"generator": 3}, DtypeError, r"np.random.default_rng\(0\), got 3"),
    "words": ({"train": (X, ["yes"] * 50)}, ShapeError, r"y is \['yes', .* ...$"),
    "no clipping": ({"clip_norm": 0}, DomainError, r"`clip_norm` \(=0\)"),
    "a metric alone": ({"metrics": nn.accuracy}, DtypeError, r"write metrics=\[...\]"),
    "a class of metrics": ({"metrics": [nn.Accuracy]}, DtypeError, r"write Accuracy\(\)"),
    "a metric without a name": ({"metrics": [lambda o, y: 1.0]}, DomainError, "metrics={'name': function}"),
    "two of one name": (
        {"metrics": [nn.accuracy, nn.Accuracy()]},
        DomainError,
        "'accuracy' of a metric is taken",
    ),
    "a metric of many numbers": (
        {"metrics": {"all": lambda o, y: o.data}},
        ShapeError,
        r"the metric 'all' has to give one number for a batch, got shape \(32, 2\)",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_refused_before_anything_is_learned(name):
    arguments, error, message = WRONG[name]
    model = arguments.get("model", classifier())
    with pytest.raises(error, match=message):
        trained(**{"model": model} | arguments)
    if isinstance(model, nn.Module):
        assert same_weights(model, classifier())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.evaluate(classifier(), (X, LABELS)), DomainError, "give a loss, or metrics"),
        (lambda: nn.evaluate(classifier(), (X, LABELS), loss=nn.MSELoss), DtypeError, r"loss=nn.MSELoss\(\)"),
        (
            lambda: nn.evaluate(abs, (X, LABELS), metrics=[nn.accuracy]),
            DtypeError,
            "`model` has to be an nn.Module",
        ),
        (
            lambda: nn.evaluate(classifier(), iter(BATCHES), loss=F.cross_entropy),
            DtypeError,
            r"evaluate\(\): `data`",
        ),
    ],
)
def test_wrong_use_of_evaluate_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
