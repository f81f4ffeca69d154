"""Numbers picked by their places, and the transpose."""

import numpy as np
import pytest

from autograd_core import Tensor, gradcheck
from autograd_core.compilation.gathering import NOWHERE, Places, gather, scatter

PLACES = {
    "a row": [2, 3, 4],
    "a matrix": [[1, 2, 3], [5, 6, 7]],
    "its transpose": [[1, 5], [2, 6], [3, 7]],
    "backwards": [[7, 6], [5, 4]],
    "one number again and again": [[3, 3], [3, 3]],
    "rows again": [[0, 1], [0, 1]],
    "no order": [[7, 0], [2, 5]],
    "no order, twice": [7, 0, 7, 2],
    "holes": [[1, NOWHERE], [NOWHERE, 4]],
    "holes, twice": [[1, NOWHERE], [1, 1]],
    "nothing but holes": [NOWHERE, NOWHERE],
    "nothing": np.zeros((0, 2), int),
}
X = {"numbers": np.arange(1.0, 9.0), "rows": np.arange(1.0, 25.0).reshape(8, 3)}


@pytest.mark.parametrize("of", X)
@pytest.mark.parametrize("name", PLACES)
def test_a_number_is_that_at_its_place_and_0_from_nowhere(name, of):
    index = np.array(PLACES[name])
    found = gather.forward(X[of], places=Places(index))
    expected = np.where((index == NOWHERE).reshape(index.shape + (1,) * (X[of].ndim - 1)), 0.0, X[of][index])
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("of", X)
@pytest.mark.parametrize("name", PLACES)
def test_scatter_is_the_transpose(name, of):
    places = Places(np.array(PLACES[name]))
    x = X[of]
    g = np.cos(np.arange(places.index.size * x[0].size, dtype=float)).reshape(places.shape + x.shape[1:])
    there = np.sum(gather.forward(x, places=places) * g)
    back = np.sum(x * scatter.forward(g, places=places, size=len(x)))
    assert there == pytest.approx(back)


@pytest.mark.parametrize("name", ["a matrix", "no order, twice", "holes"])
def test_gradients_are_right_to_the_second_order(name):
    places = Places(np.array(PLACES[name]))
    assert gradcheck(lambda x: gather(x, places=places) ** 3, X["numbers"], order=2)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("a matrix", (1, (4, 1))),
        ("its transpose", (1, (1, 4))),
        ("backwards", (7, (-2, -1))),
        ("rows again", (0, (0, 1))),
        ("no order", None),
        ("holes", None),
    ],
)
def test_places_at_equal_distances_are_a_view(name, steps):
    places = Places(np.array(PLACES[name]))
    assert places.steps == steps
    assert (places.view(X["numbers"]) is not None) == (steps is not None)
    if steps is not None:
        assert np.shares_memory(places.view(X["numbers"]), X["numbers"])


def test_a_view_of_what_does_not_lie_in_one_piece_is_a_copy():
    places = Places(np.array([0, 1]))
    assert places.view(X["numbers"][::2]) is None
    assert gather(Tensor(X["numbers"][::2]), places=places).data.tolist() == [1.0, 3.0]
