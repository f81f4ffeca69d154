"""A model as a table."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core.errors import DtypeError, ShapeError

X = np.array([[1.0, -2.0], [0.5, 3.0]])


def cells(text):
    return [line.split() for line in text.splitlines() if not line.startswith("-")]


def test_the_table_counts_parameters_and_multiply_adds():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
    table = cells(nn.summary(model, (2, 1, 8, 8)))
    convolution, dense, total = table[1], table[-2], table[-1]
    assert convolution[-2:] == ["40", f"{2 * 4 * 6 * 6 * 9:,}"]
    assert dense[-2:] == ["370", f"{2 * 36 * 10:,}"]
    assert total == ["total", "410", f"{2 * 4 * 6 * 6 * 9 + 2 * 36 * 10:,}"]
    assert "(2, 4, 6, 6)" in nn.summary(model, (2, 1, 8, 8))


def test_the_table_of_a_model_that_begins_with_an_embedding():
    model = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2))
    assert cells(nn.summary(model, (2, 3), dtype=int))[-1] == ["total", "46", str(2 * 3 * 4 * 2)]


def test_the_table_counts_shared_weights_once_and_leaves_the_model_as_it_was():
    layer, dropout = nn.Linear(2, 2, bias=False), nn.Dropout(0.5)
    model = nn.Sequential(layer, dropout, nn.Linear(2, 2, bias=False))
    model[2].weight = layer.weight
    assert cells(nn.summary(model, (1, 2)))[-1] == ["total", "4", "8"]
    assert dropout.training
    calls = len(cells(nn.summary(model, (1, 2))))
    model(X)
    assert calls == len(cells(nn.summary(model, (1, 2)))) == 5
    with pytest.raises(ShapeError, match="takes 2"):
        nn.summary(model, (1, 3))
    assert dropout.training


def test_inputs_are_given_by_shapes_or_as_arrays():
    model = nn.Bilinear(2, 3, 4)
    by_shape = nn.summary(model, (5, 2), (5, 3))
    assert by_shape == nn.summary(model, np.ones((5, 2)), np.ones((5, 3)))
    assert cells(by_shape)[-1][:2] == ["total", "28"]


@pytest.mark.parametrize("given", [None, "image", [1.5], [(1, 2), 3]])
def test_what_is_no_input_is_refused(given):
    with pytest.raises(DtypeError, match="an input is given by its shape, with the batch, or as an array"):
        nn.summary(nn.ReLU(), given)


def test_what_is_no_model_is_refused():
    with pytest.raises(DtypeError, match=r"`model` has to be an nn\.Module, got array"):
        nn.summary(np.ones(2), (1, 2))


def test_layers_that_give_several_things_and_hold_others_have_one_line():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.attention = nn.LSTM(3, 4), nn.MultiheadAttention(4, 2, kdim=3, vdim=3)

        def forward(self, x):
            return self.attention(self.rnn(x)[0], x, x)[0]

    table = nn.summary(Model(), (5, 2, 3))
    rows = cells(table)
    assert len(rows) == 4
    assert rows[1][-2:] == ["144", f"{5 * 2 * 16 * (3 + 4):,}"]
    assert "outside layers" not in table
    projected = 5 * 2 * (4 * 4 + 3 * 4 + 3 * 4 + 4 * 4)
    assert rows[2][-2:] == ["72", f"{projected + 2 * 2 * (5 * 5 * 2) * 2:,}"]
