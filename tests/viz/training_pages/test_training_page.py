"""The page of a training: what is in it, for which model, and what is said where something is not."""

import base64
import json
import re

import numpy as np
import pytest

import nn
import nn.functional as F
import viz
from autograd_core import DomainError, DtypeError, ShapeError, Tensor
from tests.viz.output.test_svg import HOSTILE
from tests.viz.training_pages.trained import ALL, convolutional, images, line, normalized, plane, two_classes


def story_of(page):
    return json.loads(re.search(r'id="story">(.*?)</script>', page.html, re.DOTALL)[1])


@pytest.fixture(scope="module")
def pages():
    return {name: make()[-1] for name, make in ALL.items()}


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_one_small_file_that_may_load_nothing(pages, name):
    html = pages[name].html
    assert len(html.encode()) < 1_000_000
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    assert policy.startswith("default-src 'none'; img-src data:; script-src 'sha256-")
    assert "eval" not in re.sub(r"[Ee]valu", "", html)
    assert not re.search(r"""(?:src|href)=["']?(?!data:)""", html)
    assert html.count("<script>") == 1


def test_the_states_of_the_model_are_in_it_bit_for_bit():
    _, (x, y), _, recording, page = two_classes(epochs=3)
    story = story_of(page)
    held = np.frombuffer(base64.b64decode(story["states"]), "<f4").reshape(4, -1)
    assert np.array_equal(held, recording.states)
    assert story["epochs"] == [0, 1, 2, 3]
    points = np.frombuffer(base64.b64decode(story["x"]), "<f8").reshape(-1, 2)
    assert np.array_equal(points, x)
    assert story["classes"] == y.astype(int).tolist()
    assert story["columns"]["loss"] == pytest.approx(recording.numbers["loss"], rel=1e-5)


def test_the_layers_are_those_of_the_model():
    _, _, _, _, page = two_classes()
    layers = story_of(page)["layers"]
    assert [layer["title"] for layer in layers] == ["2 inputs", "4 units, Tanh", "3 units, Tanh", "1 output"]
    assert [np.shape(layer["weights"]) for layer in layers] == [(0,), (4, 2), (3, 4), (1, 3)]
    weights = [index for layer in layers for row in layer["weights"] for index in row]
    biases = [index for layer in layers for index in layer["biases"]]
    assert sorted(weights + biases) == list(range(4 * 3 + 3 * 5 + 4))
    assert all(layer["linked"] for layer in layers[1:])


def test_long_trainings_are_thinned_to_what_a_page_holds():
    nn.seed(0)
    model = nn.Sequential(nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2))
    recording = viz.Recording(model)
    for _ in range(100):
        recording.snap()
    page = viz.training(model, plane(), history=recording, loss=F.cross_entropy)
    assert len(page.html) < 1_000_000
    epochs = story_of(page)["epochs"]
    assert (epochs[0], epochs[-1]) == (0, 100)
    assert f"{len(epochs)} of 101 recorded states are shown." in page._story.notes


def test_many_samples_are_thinned():
    x, y = plane(3_000)
    page = viz.training(nn.Linear(2, 2), (x, y), loss=F.cross_entropy)
    assert story_of(page)["n"] == 1_000
    assert "The page has 1,000 of the 3,000 samples." in page.html


@pytest.mark.parametrize(
    ("targets", "outputs", "classes", "link"),
    [
        (np.array([0, 1, 1, 0]), 1, [0, 1, 1, 0], "logits"),
        (np.array([-1.0, 1, 1, -1]), 1, [0, 1, 1, 0], "logits"),
        (np.array([[0.0], [1], [1], [0]]), 1, [0, 1, 1, 0], "logits"),
        (np.array([0, 1, 2, 0]), 3, [0, 1, 2, 0], "logits"),
        (np.eye(3)[[0, 1, 2, 0]], 3, [0, 1, 2, 0], "logits"),
        (np.array([0.5, 1, 2, 0]), 1, None, "values"),
        (np.array([0, 1, 2, 0]), 1, None, "values"),
        (np.array([[0.5, 1], [1, 2], [2, 3], [0, 0]]), 2, None, "values"),
    ],
)
def test_targets_tell_whether_they_are_classes(targets, outputs, classes, link):
    page = viz.training(nn.Linear(2, outputs), (10 * plane(4)[0], targets))
    story = story_of(page)
    assert (story["classes"], story["link"]) == (classes, link)


def test_a_history_alone_gives_the_curves_and_the_model_of_the_end():
    model, data, loss, recording, _ = two_classes()
    page = viz.training(model, data, history=nn.History(recording.numbers), loss=loss)
    story = story_of(page)
    assert story["epochs"] == [5]
    assert "a viz.Recording among the callbacks shows every epoch" in page.html
    assert len(story["columns"]["loss"]) == 5


def test_a_model_that_was_never_trained_is_a_playground():
    page = viz.training(
        nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2)), plane(), loss=F.cross_entropy
    )
    assert page._story.notes == []
    assert 'id="train"' in page.html
    assert repr(page) == "<TrainingPage: 1 state, 60 points>"


def test_a_plain_function_of_tensors_has_its_parameters():
    w = Tensor(np.ones((3, 2)), requires_grad=True, label="w")
    page = viz.training(lambda x: x @ w.T, plane(classes=3), loss=F.cross_entropy)
    assert list(page._story.recording.nodes) == ["w"]
    assert page._story.losses


def test_a_function_without_tensors_is_shown_as_it_is():
    page = viz.training(lambda x: np.asarray(x)[:, 0] > 0, plane())
    assert "does not compute this model itself: it gives no Tensor, but ndarray" in page.html
    assert len(story_of(page)["pictures"]["surface"]) == 1


# -- what the page does not compute


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: two_classes(loss=None), "With loss=... the page trains on from any epoch."),
        (lambda: two_classes(loss=lambda z, t: F.binary_cross_entropy_with_logits(z, t, reduction="sum")),
         "The page does not train on: its loss is not the mean of those of single samples."),
        (normalized, "The page does not compute this model itself: running means are no parameters."),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(made, words):
    page = made()[-1]
    assert words in page.html
    assert 'id="train"' not in page.html


def test_in_the_plane_such_a_model_has_its_outputs_on_a_grid_state_by_state():
    model, (x, _), _, recording, page = normalized()
    surface = story_of(page)["pictures"]["surface"]
    assert len(surface) == len(recording.epochs)
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.1 * (high - low)
    across, up = (np.linspace(a, b, 40) for a, b in zip(low - margin, high + margin, strict=True))
    model.eval()
    for state in (0, -1):
        with recording.at(recording.states[state]):
            expected = model(np.array([[across[7], up[30]]])).data[0]
        for k, column in enumerate(surface[state]):
            steps = np.frombuffer(base64.b64decode(column["data"]), np.uint8)
            found = column["low"] + steps[30 * 40 + 7] / 255 * (column["high"] - column["low"])
            assert found == pytest.approx(expected[k], abs=(column["high"] - column["low"]) / 200)


def test_of_images_filters_histograms_samples_and_activations_are_drawn():
    _, _, _, recording, page = convolutional()
    drawn = story_of(page)["pictures"]
    assert drawn["filters"]["shape"] == [3, 3]
    assert drawn["filters"]["count"] == 2
    assert len(drawn["filters"]["states"]) == len(recording.epochs) == len(drawn["outputs"])
    assert [weight["name"] for weight in drawn["weights"]] == ["0.weight", "4.weight"]
    assert all(sum(row) == 18 for row in drawn["weights"][0]["counts"])
    assert drawn["inputShape"] == [8, 8]
    assert drawn["targets"][:3] == ["class 0", "class 1", "class 2"]
    assert np.sum(drawn["outputs"][-1], axis=1) == pytest.approx(1, abs=1e-3)
    assert [layer["name"] for layer in drawn["activations"][0]] == [
        "0: Conv2d",
        "1: ReLU",
        "2: MaxPool2d",
        "4: Linear",
    ]


def test_dense_layers_over_images_show_what_each_unit_looks_for():
    x, y = images()
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.ReLU(), nn.Linear(5, 3))
    filters = story_of(viz.training(model, (x, y), history=viz.Recording(model)))["pictures"]["filters"]
    assert (filters["shape"], filters["count"]) == ([8, 8], 5)


@pytest.mark.parametrize(
    ("model", "data"),
    [
        (nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(12, 2)), (np.arange(30).reshape(10, 3) % 10, np.arange(10) % 2)),
        (nn.Linear(7, 1), (np.random.default_rng(0).normal(size=(9, 7)), np.random.default_rng(1).normal(size=(9, 1)))),
        (nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(72, 12)), (np.random.default_rng(0).normal(size=(5, 3, 8, 8)), np.arange(5))),
        (nn.Linear(1, 2), (np.linspace(0, 1, 9), np.zeros((9, 2)))),
    ],
)  # fmt: skip
def test_other_inputs_are_shown_as_far_as_they_can_be(model, data):
    if data[0].ndim == 1:
        layer = model
        model = lambda x: layer(np.reshape(x, (-1, 1)) if isinstance(x, np.ndarray) else x.reshape(-1, 1))  # noqa: E731
    page = viz.training(model, data)
    assert len(page.html) < 1_000_000
    assert len(str(page).splitlines()) >= 2


# -- words


@pytest.mark.parametrize("label", HOSTILE)
def test_any_title_and_name_stays_text(label):
    page = two_classes(title=label, names=[label, f"{label} too"])[-1]
    assert page.html.count("<script") == 2
    assert page.html.count("</script") == 2


def test_it_shows_itself_in_notebooks_and_as_text():
    page = two_classes()[-1]
    bundle = page._repr_mimebundle_()
    assert 'iframe sandbox="allow-scripts"' in bundle["text/html"]
    assert "data:image/svg+xml" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Two classes\n5 epochs, 6 states shown\nloss: ")


def test_it_is_saved_whole(tmp_path):
    page = two_classes()[-1]
    assert page.save(tmp_path / "training.html").read_text(encoding="utf-8") == page.html
    with pytest.raises(DomainError, match=r"an \.html file"):
        page.save(tmp_path / "training.pdf")


MODEL = nn.Linear(2, 2)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: viz.training(3, plane()), DtypeError, "something to call, got 3"),
        (lambda: viz.training(MODEL, plane()[0]), DtypeError, "a pair"),
        (lambda: viz.training(MODEL, (plane()[0], [0, 1])), ShapeError, "as many samples"),
        (lambda: viz.training(MODEL, (plane()[0] * np.nan, plane()[1])), DomainError, "NaN"),
        (lambda: viz.training(MODEL, plane(), loss=0.5), DtypeError, "loss is a function"),
        (lambda: viz.training(MODEL, plane(), loss=lambda z, t: z), ShapeError, "into one number"),
        (lambda: viz.training(MODEL, plane(), outputs="log"), DomainError, "outputs is 'auto'"),
        (lambda: viz.training(MODEL, plane(), names=["a"]), ShapeError, "2 classes need as many names"),
        (lambda: viz.training(MODEL, plane(), rate=-1), DomainError, "at least 0"),
        (lambda: viz.training(MODEL, plane(), rate="1"), DtypeError, "a number"),
        (lambda: viz.training(MODEL, plane(), title=1), DtypeError, "the title is a text"),
        (lambda: viz.training(MODEL, plane(), theme="pink"), DomainError, "pink"),
        (lambda: viz.training(MODEL, plane(), history=[1.0]), DtypeError, "columns by name"),
        (lambda: viz.training(nn.Linear(2, 9), plane()), DomainError, "at most 7 classes"),
        (lambda: viz.training(lambda x: "no", plane()), DtypeError, "give numbers"),
        (lambda: viz.training(lambda x: Tensor(1.0), plane()), ShapeError, "for 60 samples"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_the_call(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_the_model_stays_what_it_was():
    model, data, loss, recording, _ = normalized()
    before = [np.array(node.data) for _, node in [*model.named_parameters(), *model.named_buffers()]]
    model.train()
    viz.training(model, data, history=recording, loss=loss).html  # noqa: B018
    after = [np.array(node.data) for _, node in [*model.named_parameters(), *model.named_buffers()]]
    assert all(map(np.array_equal, before, after))
    assert model.training
    assert all(p.grad is None or np.isfinite(p.grad).all() for p in model.parameters())


def test_one_dimension_is_a_line():
    page = viz.training(nn.Linear(1, 1), line(), loss=F.mse_loss)
    assert story_of(page)["kind"] == "line"
    assert page._story.losses
