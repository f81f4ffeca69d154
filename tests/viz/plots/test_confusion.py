"""Which classes are taken for which."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from autograd_core import DomainError, DtypeError, ShapeError
from tests.viz.plots.drawn import fits, given_axes
from viz.plots import confusion_matrix

COUNTS = np.array([[50, 3, 0], [7, 4000, 1], [0, 1, 1]])


def luminance(colour):
    """Of an sRGB colour (WCAG 2)."""
    rgb = np.asarray(colour[:3])
    return np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def test_rows_are_true_and_columns_predicted():
    axes = confusion_matrix(COUNTS, ["cat", "dog", "mouse"])
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown[(0, 1)] == "7"  # a dog taken for a cat
    assert shown[(1, 1)] == "4,000"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert [text.get_text() for text in axes.get_yticklabels()] == ["cat", "dog", "mouse"]
    assert fits(axes.figure)


def test_the_shade_is_the_share_of_the_row():
    axes = confusion_matrix(COUNTS)
    np.testing.assert_allclose(axes.images[0].get_array(), COUNTS / COUNTS.sum(axis=1, keepdims=True))
    assert axes.get_title() == "4,051 of 4,063 right (99.7%)"
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0", "1", "2"]


def test_every_count_can_be_read_on_its_shade():
    size = 21
    counts = np.zeros((size, size))
    counts[:, 0] = np.arange(size)
    counts[:, 1] = size - 1 - np.arange(size)
    axes = confusion_matrix(counts)
    image = axes.images[0]
    for text in axes.texts:
        column, row = text.get_position()
        ground = luminance(image.cmap(image.norm(image.get_array()[row, column])))
        ink = luminance(to_rgb(text.get_color()))
        high, low = max(ground, ink), min(ground, ink)
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_diagonal_is_framed():
    axes = confusion_matrix(COUNTS)
    assert [patch.get_xy() for patch in axes.patches] == [(-0.5, -0.5), (0.5, 0.5), (1.5, 1.5)]


def test_a_class_without_samples_and_no_samples_at_all():
    axes = confusion_matrix([[3, 1], [0, 0]])
    np.testing.assert_array_equal(axes.images[0].get_array()[1], [0, 0])
    assert confusion_matrix(np.zeros((2, 2))).get_title() == "no samples"


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert confusion_matrix(COUNTS, ax=axes) is axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: confusion_matrix(np.ones((2, 3))), ShapeError, r"square, \(K, K\), got \(2, 3\)"),
        (lambda: confusion_matrix(np.ones((0, 0))), DomainError, "matrix is empty"),
        (lambda: confusion_matrix([[1, -1], [0, 1]]), DomainError, "not negative, got -1"),
        (lambda: confusion_matrix(np.ones((41, 41))), DomainError, "at most 40 classes can be read, got 41"),
        (lambda: confusion_matrix(COUNTS, ["a", "b"]), ShapeError, "3 classes need as many labels"),
        (lambda: confusion_matrix(COUNTS, "abc"), ShapeError, "got 'abc'"),
        (lambda: confusion_matrix("abc"), DtypeError, "matrix has to be real numbers, got str"),
        (lambda: confusion_matrix(COUNTS * np.nan), DomainError, "NaN"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
