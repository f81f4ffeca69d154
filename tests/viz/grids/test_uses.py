"""The table of uses is the graph's: it gives every value and every gradient, and the windows are the engine's."""

import numpy as np
import pytest

import nn.functional as F
from autograd_core import Node, Tensor, Value, einsum, linalg, lower, sliding_windows, tanh
from autograd_core.geometry import Windows
from tests.viz.grids.cases import (
    ALL,
    convolution,
    cross_entropy,
    largest_of_rows,
    largest_with_margin,
    numbers,
    padded,
)
from viz.graph.reading import Reading
from viz.grids.table import grids_of
from viz.grids.telling import Teller
from viz.grids.uses import TooLargeError


def grids(y):
    return grids_of(Reading([y]))


def named(found, letter):
    return next(grid for grid in found.grids if grid.letter == letter)


def held(found, stage):
    """The numbers of the sources and of the weights of each use; 1 where there is no weight."""
    values = np.concatenate([[0.0], *(grid.values for grid in found.grids)])
    source = values[stage.uses.source.clip(0)]
    if stage.frame is not None:
        outside = stage.uses.source < 0
        source[outside] = stage.frame.values.ravel()[-1 - stage.uses.source[outside]]
    return source, np.where(stage.uses.by > 0, values[stage.uses.by], 1.0)


@pytest.mark.parametrize("graph", ALL)
def test_every_cell_is_a_number_of_the_graph_with_its_gradient(graph):
    y = graph()
    found = grids(y)
    gradients = Reading([y]).cotangents()
    assert found.grids[found.stages[-1].output].values == y.data
    for node, codes in found.cells.items():
        first = codes.flat[0]
        if first <= 0:  # padding
            continue
        grid = next(g for g in found.grids if g.start <= first < g.start + max(g.values.size, 1))
        if grid.start == first and grid.values.size == node.data.size and grid.shape == node.shape:
            np.testing.assert_array_equal(grid.values.reshape(node.shape), node.data)
            if grid.gradients is not None and node in gradients:
                np.testing.assert_array_equal(grid.gradients.reshape(node.shape), gradients[node])


@pytest.mark.parametrize("graph", ALL)
def test_the_sums_of_the_table_are_the_gradients_of_the_engine(graph):
    found = grids(graph())
    totals = np.zeros(sum(grid.values.size for grid in found.grids) + 1)
    for stage in found.stages:
        uses, delta = stage.uses, found.grids[stage.output].gradients
        source, by = held(found, stage)
        np.add.at(totals, uses.source.clip(0), delta[uses.out] * uses.factor * by)
        inside = uses.by > 0
        np.add.at(totals, uses.by[inside], delta[uses.out[inside]] * uses.factor[inside] * source[inside])
    made_last = found.stages[-1].output
    for g, grid in enumerate(found.grids):
        if grid.gradients is not None and g != made_last:
            np.testing.assert_allclose(
                totals[grid.start : grid.start + grid.values.size], grid.gradients, rtol=1e-9, atol=1e-12
            )


@pytest.mark.parametrize("graph", ALL)
def test_the_terms_of_a_sum_add_up_to_its_value(graph):
    found = grids(graph())
    for stage in found.stages:
        if stage.form == "sum":
            source, by = held(found, stage)
            values = found.grids[stage.output].values
            total = np.bincount(stage.uses.out, source * by * stage.uses.factor, minlength=values.size)
            np.testing.assert_allclose(total, values, rtol=1e-9, atol=1e-12)
            assert stage.offset is None


def products(cell):
    """The pairs of leaves whose products add up to an output cell of a lowered graph."""
    found, pending = [], [cell]
    while pending:
        node = pending.pop()
        if node.op.name == "multiply":
            found.append(node.inputs)
        else:
            pending += [x for x in node.inputs if isinstance(x, Node)]
    return found


@pytest.mark.parametrize(("stride", "dilation", "groups"), [(1, 1, 1), (2, 1, 1), (1, 2, 2), (2, 2, 1)])
def test_the_products_of_a_convolution_are_those_of_the_lowered_graph(stride, dilation, groups):
    x, k = numbers(1, 1, 2, 6, 5, label="x"), numbers(2, 2, 2 // groups, 2, 3, label="k")
    o = F.conv2d(x, k, stride=stride, dilation=dilation, groups=groups)
    found, lowered = grids(o.sum()), lower(o)
    place = {
        id(v): i for node in (x, k) for i, v in enumerate(lowered[node].flat, int(found.cells[node].flat[0]))
    }
    (stage, _), uses = found.stages, found.stages[0].uses
    assert len(stage.weights) == 1
    for i, cell in enumerate(lowered.output.flat):
        mine = {*zip(uses.source[uses.out == i].tolist(), uses.by[uses.out == i].tolist(), strict=True)}
        assert mine == {tuple(sorted(place[id(v)] for v in pair)) for pair in products(cell)}


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation"), [(2, 1, 0, 1), (3, 2, 1, 1), (2, 2, 0, 2), (3, 1, 2, 2)]
)
def test_windows_lie_where_the_engine_says(kernel, stride, padding, dilation):
    x, k = numbers(1, 1, 1, 7, 6, label="x"), numbers(2, 1, 1, kernel, kernel, label="k")
    stage = grids(F.conv2d(x, k, stride=stride, padding=padding, dilation=dilation).sum()).stages[0]
    windows = Windows.of(2, kernel, stride, padding, dilation)
    numbered = np.pad(np.arange(1, 43).reshape(7, 6), windows.padding)
    seen = sliding_windows(numbered, (kernel, kernel), stride, dilation)
    used = stage.uses.source.clip(0).reshape(*windows.positions((7, 6)), kernel, kernel)
    np.testing.assert_array_equal(used, seen)
    assert stage.margin == (padding,) * 4


def test_padding_takes_part_and_has_a_place_but_no_gradient():
    found = grids(padded())
    stage = found.stages[0]
    assert (stage.uses.source < 0).sum() == 16 * 9 - 100
    assert stage.frame.codes.shape == (1, 1, 6, 6)
    assert (stage.frame.codes < 0).sum() == 36 - 16


def test_all_candidates_of_a_maximum_are_there_and_one_wins():
    stage = grids(largest_with_margin()).stages[0]
    assert (stage.form, stage.windows, stage.margin) == ("max", True, (1, 1, 1, 1))
    assert np.bincount(stage.uses.out).tolist() == [4] * 9
    assert np.bincount(stage.uses.out, stage.uses.factor).tolist() == [1.0] * 9
    assert np.isneginf(stage.frame.values[stage.frame.codes < 0]).all()


def test_equals_share_the_gradient_of_a_maximum_over_an_axis():
    uses = grids(largest_of_rows()).stages[0].uses
    assert uses.factor.tolist() == [0.5, 0.5, 0, 0, 1, 0]


def test_what_belongs_to_a_layer_is_one_operation():
    x, w, b = numbers(1, 2, 3, label="x"), numbers(2, 3, 2, label="w"), numbers(3, 2, label="b")
    found = grids((-(x @ w + b) / 4).sum())
    assert [stage.title for stage in found.stages] == ["matrix product, × −1 ÷ 4", "sum"]
    assert [found.grids[g].letter for g in found.stages[0].sources] == ["x", "b", "w"]
    assert set(found.stages[0].uses.factor) == {-0.25}


def test_what_only_shows_cells_again_is_not_drawn():
    x = numbers(1, 2, 3, label="x")
    found = grids((x.T.reshape(6)[::2] * 2).sum())
    assert [grid.letter for grid in found.grids] == ["x", "v", "L"]
    assert found.stages[0].uses.source.tolist() == [1, 2, 3]


def test_the_chosen_classes_alone_are_in_the_loss():
    found = grids(cross_entropy())
    assert [stage.form for stage in found.stages] == ["log_softmax", "sum"]
    first = named(found, "ℓ").start
    assert (found.stages[1].uses.source - first).tolist() == [1, 4, 11]
    assert set(found.stages[1].uses.factor) == {-1 / 3}


def test_names_are_short_and_no_two_alike():
    for graph in ALL:
        letters = [grid.letter for grid in grids(graph()).grids]
        assert len(set(letters)) == len(letters)
        assert max(map(len, letters)) <= 4


def test_several_outputs_have_values_and_no_gradients():
    x = numbers(1, 2, 2, label="x")
    found = grids(x * 2)
    assert found.why == "the output has shape (2, 2)"
    assert all(grid.gradients is None for grid in found.grids)
    assert {block.backward for block in Teller(found).blocks} == {False}


def test_values_are_grids_of_one_cell():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    found = grids(tanh(a * b))
    assert [(grid.letter, grid.shape) for grid in found.grids] == [("a", ()), ("b", ()), ("v", ()), ("L", ())]


def test_what_is_too_large_says_how_large():
    with pytest.raises(TooLargeError, match=r"^180,001 numbers, at most 6,000$"):
        grids((Tensor(np.ones((300, 200)), requires_grad=True) * np.ones((300, 200)) * 2).sum())
    x, k = Tensor(np.ones((1, 1, 40, 40)), requires_grad=True), Tensor(np.ones((1, 1, 9, 9)))
    with pytest.raises(TooLargeError, match="cells are used more than 60,000 times"):
        grids(F.conv2d(x, k).sum())
    w = Tensor(np.ones((70, 70)) + np.eye(70), requires_grad=True)
    from autograd_core import linalg

    with pytest.raises(TooLargeError, match="inv has 24,010,000 derivatives"):
        grids(linalg.inv(w))


def test_the_lecture_is_read_off_the_graph():
    found = grids(convolution())
    np.testing.assert_allclose(named(found, "k").gradients, [1.2, -3.0, -0.5, -0.1], atol=1e-12)


def test_single_precision_is_no_offset():
    x = Tensor(np.linspace(-1, 1, 16, dtype=np.float32).reshape(1, 1, 4, 4), requires_grad=True)
    k = Tensor(np.linspace(0, 1, 4, dtype=np.float32).reshape(1, 1, 2, 2), requires_grad=True)
    assert [stage.offset for stage in grids(F.conv2d(x, k).sum()).stages] == [None, None]


def test_a_product_of_three_is_no_sum_of_products():
    a, b, c = (numbers(i, 2) for i in range(3))
    (stage,) = grids(einsum("i,j,k->", a, b, c)).stages
    assert (stage.form, stage.weights) == ("other", ())


@pytest.mark.parametrize("name", ["einsum", "solve", "matmul"])
def test_what_was_repeated_has_the_sum_of_its_uses(name):
    x = Tensor(np.random.default_rng(0).normal(size=(2, 3, 3)), requires_grad=True, label="x")
    b = Tensor([[1.0], [2.0], [4.0]], requires_grad=True, label="b")
    of = {
        "einsum": lambda: einsum("kij,jl->kil", x, b),
        "solve": lambda: linalg.solve(x + 3 * np.eye(3), b),
        "matmul": lambda: b.T @ x,
    }
    test_the_sums_of_the_table_are_the_gradients_of_the_engine(lambda: (of[name]() ** 2).sum())


def test_a_sum_over_nothing_has_no_terms():
    x = Tensor(np.ones((2, 3)), requires_grad=True, label="x")
    found = grids((x @ np.ones((3, 2)))[:0].sum())
    assert [stage.title for stage in found.stages] == ["matrix product", "sum"]
    assert grids(Tensor(np.ones((2, 0)), requires_grad=True) @ np.ones((0, 2))).stages[0].uses.out.size == 0


def test_an_array_of_one_number_is_a_matrix_in_a_product_of_matrices():
    x = Tensor(np.ones((2, 1)), requires_grad=True, label="x")
    assert grids((x @ np.array([[3.0]])).sum()).stages[0].form == "sum"


@pytest.mark.parametrize("shape", [(0,), (3, 0)])
def test_empty_tensors_are_grids_without_cells(shape):
    assert grids(Tensor(np.zeros(shape), requires_grad=True).sum()).grids[0].values.size == 0
