"""What is written about a cell is true: the sums add up, and the numbers are those of the graph."""

import math
import re

import numpy as np
import pytest

from tests.viz.grids.cases import (
    ALL,
    average,
    chosen_class,
    convolution,
    cross_entropy,
    heads,
    largest,
    look_up,
    numbers,
    padded,
    softmax,
    squares,
)  # fmt: skip
from viz.graph.reading import Reading
from viz.grids.numbers import Numbers
from viz.grids.table import grids_of
from viz.grids.telling import Teller, note


def teller(y):
    return Teller(grids_of(Reading([y])))


def cells(teller):
    for block in teller.blocks:
        grid = teller.all.grids[block.grid]
        for code in range(grid.start, grid.start + grid.values.size):
            yield code, block.backward


def said(teller, name):
    """The sentence of a cell, its gradient where it is a leaf."""
    for code, backward in cells(teller):
        told = teller.told(code, backward)
        if told.lead == name:
            return told.sentence
    raise AssertionError(name)


def computed(text):
    """What a written sum of products comes to."""
    plain = text.replace("−", "-").replace("×", "*").replace("∞", "math.inf")
    return eval(plain, {"math": math})


@pytest.mark.parametrize("graph", ALL)
def test_every_written_sum_adds_up(graph):
    found = teller(graph())
    every = list(cells(found))
    for code, backward in every[:: 1 + len(every) // 300]:
        told = found.told(code, backward)
        stage = found.all.stages[told.stage]
        if not told.terms or (not backward and stage.form != "sum"):
            continue
        total = math.fsum(term.value for term in told.terms)
        assert total == pytest.approx(told.result, rel=1e-9, abs=1e-12)
        for term in told.terms:
            if term.numbers:
                assert computed(term.numbers) == pytest.approx(term.value, rel=0.02, abs=0.02)
        if told.equals == "=" and "δ" not in told.parts[0]:
            written = [term.numbers or found.write(term.value) for term in told.terms]
            assert math.fsum(map(computed, written)) == pytest.approx(told.result, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("graph", ALL)
def test_every_cell_has_one_step_forwards_and_backwards(graph):
    found = teller(graph())
    made = {stage.output for stage in found.all.stages}
    steps = [(block.grid, block.backward) for block in found.blocks]
    assert len(set(steps)) == len(steps)
    assert {g for g, backward in steps if not backward} == made
    with_gradients = {g for g, grid in enumerate(found.all.grids) if grid.gradients is not None}
    assert {g for g, backward in steps if backward} == with_gradients - {found.all.stages[-1].output}


def test_the_lecture_in_words():
    found = teller(convolution())
    assert said(found, "o₁₁") == "o₁₁ = 1 × 0.6 + 1 × (−0.4) + 1 × 0.2 + 0 × 1 = 0.4"
    assert said(found, "∂L/∂k₁₀") == (
        "∂L/∂k₁₀ = (−0.4) × 0 + 0.2 × 1 + 0.3 × 1 + (−0.2) × 0.5 + (−0.4) × 1 + 0.7 × 0 + (−0.9) × 1 + 1 × 1 + "
        "(−1.2) × 0.5 = −0.5"
    )
    assert said(found, "∂L/∂x₁₁") == (
        "∂L/∂x₁₁ = (−0.4) × 1 + 0.2 × 0.2 + (−0.2) × (−0.4) + (−0.4) × 0.6 = −0.52"
    )


def test_one_reads_the_flipped_kernel_from_a_pixel():
    found = teller(convolution())
    told = found.backward(found.all.grids[0].start + 5)
    assert [term.symbol for term in told.terms] == ["δ₀₀ · k₁₁", "δ₀₁ · k₁₀", "δ₁₀ · k₀₁", "δ₁₁ · k₀₀"]


def test_padding_is_called_by_its_number_and_lost():
    told = teller(padded()).forward(0, 0)
    assert [term.state for term in told.terms] == ["lost"] * 4 + ["", "", "lost", "", ""]
    assert told.terms[0].symbol == "0 · k₀₀"


def test_every_candidate_of_a_maximum_is_named():
    found = teller(largest())
    told = found.forward(0, 1)
    assert told.sentence == "m₀₁ = max(0.1, 0.4, 0.8, 0.6) = 0.8"
    assert [term.state for term in told.terms] == ["lost", "lost", "won", "lost"]
    assert said(found, "∂L/∂x₀₂") == "∂L/∂x₀₂ = 0.8 × 0 = 0"
    assert said(found, "∂L/∂x₁₂") == "∂L/∂x₁₂ = 0.8 × 1 = 0.8"


def test_an_average_writes_its_share():
    assert re.match(r"a₀₀ = 0\.25 × .* \+ 0\.25 × .* \+ 0\.25 ×", said(teller(average()), "a₀₀"))


def test_the_gradient_of_a_logit_is_its_probability_less_one_for_the_chosen_class():
    assert [said(teller(softmax()), f"∂L/∂z{i}").partition(", which is ")[2] for i in "₀₁₂"] == [
        "p₀",
        "p₁ − 1",
        "p₂",
    ]
    ends = [said(teller(chosen_class()), f"∂L/∂z{i}").partition(", which is ")[2] for i in "₀₁₂"]
    assert ends == ["exp ℓ₀", "exp ℓ₁", "exp ℓ₂ − 1"]
    ends = [said(teller(cross_entropy()), f"∂L/∂z{i}").partition(", which is ")[2] for i in ("₀₀", "₀₁")]
    assert ends == ["exp ℓ₀₀ / 3", "(exp ℓ₀₁ − 1) / 3"]


def test_attention_under_a_mask_says_what_is_not_looked_at():
    found = teller(heads())
    assert said(found, "A₀₀₀").endswith("≈ 1")
    assert said(found, "A₀₀₁") == f"A₀₀₁ = exp v₀₀₁ / Σ exp = 0 / {said(found, 'A₀₀₀').split()[-3]} ≈ 0"
    (stage,) = (stage for stage in found.all.stages if stage.form == "softmax")
    weights = found.all.grids[stage.output]
    assert weights.shape == (1, 2, 3, 3)
    assert all(len(found.forward(found.all.stages.index(stage), k).terms) == 3 for k in range(18))
    assert "which is" not in said(found, "∂L/∂v₀₀₁")


def test_a_row_of_a_table_collects_from_wherever_it_was_looked_up():
    found = teller(look_up())
    table = found.all.grids[0]
    assert [len(found.backward(table.start + 3 * row).terms) for row in range(5)] == [0, 2, 0, 1, 0]
    assert found.backward(table.start).sentence == "∂L/∂E₀₀ = 0, it is not used"


def test_a_square_pays_twice():
    found = teller(squares())
    told = found.backward(found.all.grids[0].start)
    assert sum(term.symbol.startswith("δ") for term in told.terms) == 2
    assert any(" × 2 × " in term.numbers for term in told.terms)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (1e-15, "0"), (0.125, "0.125"), (2 / 3, "0.667"), (-12.345, "−12.3"), (1234.5, "1235"),
        (1e5, "1e5"), (123456.0, "1.2e5"), (0.00098, "9.8e−4"), (0.0361, "0.0361"), (math.inf, "∞"), (math.nan, "NaN"),
    ],
)  # fmt: skip
def test_numbers_are_short(number, written):
    assert Numbers()(number) == written


def test_an_equals_sign_is_exact():
    assert Numbers().exact(0.1, 0.2, 0.1 + 0.2, -3.0)
    assert not Numbers().exact(1 / 3)
    assert not Numbers().exact(0.1234)


def test_every_operation_says_what_is_worth_knowing():
    for graph in ALL:
        found = teller(graph())
        for stage in found.all.stages:
            for part in ("out", "by", "in"):
                assert len(note(found, stage, part)) < 140


def test_nothing_breaks_at_numbers_that_are_none():
    x = numbers(1, 4, label="x")
    x.data[:] = [np.nan, np.inf, -np.inf, 0]
    with np.errstate(all="ignore"):
        found = teller((x * 2).sum())
        sentences = [found.told(*cell).sentence for cell in cells(found)]
    assert sentences[0] == "v₀ = 2 × NaN ≈ NaN" or "NaN" in sentences[0]
