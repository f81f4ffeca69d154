"""Images beside the probabilities of their classes."""

import numpy as np
import pytest

from autograd_core import DomainError, DtypeError, ShapeError, Tensor
from tests.viz.plots.drawn import fits, given_axes
from viz.plots import predictions

RNG = np.random.default_rng(0)
IMAGES = RNG.random((2, 4, 5))
SHARES = np.array([[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]])
NAMES = ["cat", "dog", "mouse"]


def parts(axes):
    """The picture and the diagram of bars."""
    return axes.child_axes


def bars(axes):
    return {container.get_label(): container.patches[0] for container in parts(axes)[1].containers}


def titles(drawn):
    return [axes.get_title("left") for axes in drawn]


def test_each_image_stands_beside_its_probabilities():
    drawn = predictions(IMAGES, Tensor(SHARES), [1, 2], NAMES)
    assert titles(drawn) == ["✓ dog 70%", "✗ cat 50%, is mouse"]
    for axes, image, shares in zip(drawn, IMAGES, SHARES, strict=True):
        shown = parts(axes)[0].images[0].get_array()
        np.testing.assert_allclose(shown, (image - image.min()) / np.ptp(image))
        assert {name: bar.get_width() for name, bar in bars(axes).items()} == dict(
            zip(NAMES, shares, strict=True)
        )
    assert fits(drawn[0].figure)


def test_wrong_is_hatched_and_the_true_class_is_bold():
    right, wrong = predictions(IMAGES, SHARES, [1, 2], NAMES)
    assert [bar.get_hatch() for bar in bars(right).values()] == [None, None, None]
    assert [bar.get_hatch() for bar in bars(wrong).values()] == ["////", None, None]
    assert bars(right)["dog"].get_facecolor() == bars(wrong)["mouse"].get_facecolor()
    bold = [text.get_text() for text in parts(wrong)[1].get_yticklabels() if text.get_fontweight() == "bold"]
    assert bold == ["mouse"]


def test_without_labels_nothing_is_right_or_wrong():
    assert titles(predictions(IMAGES, SHARES)) == ["1 70%", "0 50%"]


@pytest.mark.parametrize("shape", [(1, 6, 7), (3, 6, 7), (6, 7, 1), (6, 7, 3)], ids=str)
def test_channels_stand_first_or_last(shape):
    image = RNG.random((1, *shape))
    (axes,) = predictions(image, SHARES[:1])
    shown = np.asarray(parts(axes)[0].images[0].get_array())
    assert shown.shape == ((6, 7, 3) if 3 in shape else (6, 7))
    assert (shown.min(), shown.max()) == (0.0, 1.0)


def test_of_many_classes_the_likeliest_and_the_true_one_are_drawn():
    shares = np.zeros((1, 100))
    shares[0, 40:50] = 0.1
    (axes,) = predictions(IMAGES[:1], shares, [99])
    assert list(bars(axes)) == [str(i) for i in [*range(40, 50), 99]]


def test_a_uniform_image_is_black():
    (axes,) = predictions(np.ones((1, 2, 2)), SHARES[:1])
    np.testing.assert_array_equal(parts(axes)[0].images[0].get_array(), np.zeros((2, 2)))


def test_it_draws_where_it_is_told():
    one, two = given_axes(2)
    assert predictions(IMAGES, SHARES, ax=[one, two]) == [one, two]
    place = given_axes()
    assert [axes.figure for axes in predictions(IMAGES, SHARES, ax=place)] == [place.figure] * 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: predictions(np.ones(3), SHARES), ShapeError, r"\(n, height, width\).*got \(3,\)"),
        (lambda: predictions(np.ones((2, 2, 5, 5)), SHARES), ShapeError, "1 or 3 channels"),
        (lambda: predictions(IMAGES[:0], SHARES[:0]), DomainError, "images is empty"),
        (lambda: predictions(IMAGES, SHARES[:1]), ShapeError, r"2 images are \(2, K\).*got \(1, 3\)"),
        (lambda: predictions(IMAGES, SHARES * 3), DomainError, "the sum 3.*logits need a softmax"),
        (lambda: predictions(IMAGES, [[2.0, -1.0]] * 2), DomainError, "the least -1"),
        (lambda: predictions(IMAGES, SHARES, [1]), ShapeError, r"shape \(2,\), got \(1,\)"),
        (lambda: predictions(IMAGES, SHARES, [1, 3]), DomainError, r"from 0 to 2, got \[1, 3\]"),
        (lambda: predictions(IMAGES, SHARES, ["a", "b"]), DtypeError, "labels has to be real numbers"),
        (lambda: predictions(IMAGES, SHARES, names=["a"]), ShapeError, "3 classes need as many names"),
        (lambda: predictions(np.ones((41, 2, 2)), np.full((41, 2), 0.5)), DomainError, "at most 40 images"),
        (lambda: predictions(IMAGES, SHARES, columns=0), DomainError, "columns has to be at least 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
