"""The program of a page computes what the library computes, from any graph of single numbers."""

import random

import numpy as np
import pytest

import autograd_core as ac
import nn.functional as F
from autograd_core import Tensor, Value, calculus, lower, tanh, weighted_sum
from autograd_core.primitive import Elementwise
from tests.javascript import needs_node, run
from tests.viz.live_pages.examples import NEURON, PAGES, neuron_loss
from viz.graph.reading import Reading
from viz.live_pages.program import Program

NAMES = [
    name
    for name in calculus.__all__
    if isinstance(getattr(calculus, name), Elementwise) and name not in ("where", "clip", "polygamma")
]
POSITIVE = {
    "sqrt", "log", "log2", "log10", "log1p", "power", "float_power", "lgamma", "digamma", "reciprocal", "divide", "arccosh",
}  # fmt: skip
WITHIN = ["arcsin", "arccos", "arctanh", "erfinv"]


def tame(name, x):
    """An operand where the function is far from its poles."""
    if name in POSITIVE:
        return x * x + 1.25
    return tanh(x) * 0.9 if name in WITHIN else x


def random_graph(seed):
    """A dozen operations on four numbers and on each other, all of them added up."""
    chance = random.Random(seed)
    leaves = [Value(chance.uniform(-2, 2)) for _ in range(4)]
    pool = list(leaves)
    for _ in range(12):
        name = chance.choice([*NAMES, "power of a constant", "where", "clip", "polygamma", "weighted_sum"])
        a, b = chance.choice(pool[-6:]), chance.choice(pool)
        if name == "power of a constant":
            y = tame("power", a) ** chance.choice([2, 3, 0.5, -1, 0, -2.5])
        elif name == "where":
            y = ac.where(a.data > b.data, a, b * 2)
        elif name == "clip":
            y = ac.clip(a, -0.5, b)
        elif name == "polygamma":
            y = ac.polygamma(chance.randrange(3), tame("lgamma", a))
        elif name == "weighted_sum":
            y = weighted_sum([a, b], [b, a], leaves[0])
        else:
            function = getattr(calculus, name)
            y = function(*[tame(name, x) for x in (a, b)][: function.arity])
        pool.append(tanh(y) if chance.random() < 0.5 else y / 8)
    return sum(pool, Value(0.0)) * leaves[0]


def program_of(output, shown=None):
    reading = Reading([output])
    return Program(output, list(reading.cotangents()), reading.order if shown is None else shown), reading


def answers(programs, rows):
    """What each program computes from its row of leaves: values, local derivatives, gradients."""
    calls = "(v) => { const d = [], g = v.map(() => 0); forward(v); slopes(v, d); backward(v, g); return [v, d.map(Number), g]; }"
    written = ",\n".join(f"(() => {{ {program.javascript} return {calls}; }})()" for program in programs)
    return run(f"const programs = [{written}];\nanswer = data.map((row, i) => programs[i](row));", rows)


def computed(program, reading):
    """The values, the local derivatives and the gradients, by the library."""
    gradients = reading.cotangents()
    slopes = [
        0.0 if slope is None else float(slope)
        for node in program.order
        if node.op is not None
        for slope, x in zip(node.local_derivatives(), node.inputs, strict=True)
        if isinstance(x, Value)
    ]
    return [[n.data for n in program.order], slopes, [gradients.get(n, 0.0) for n in program.order]]


def starts(program):
    return [node.data if node.op is None else 0.0 for node in program.order]


@needs_node
@pytest.mark.parametrize("batch", range(4))
def test_random_graphs_give_the_same_values_slopes_and_gradients(batch):
    programs, rows, expected = [], [], []
    for seed in range(40 * batch, 40 * batch + 40):
        with np.errstate(all="ignore"):
            output = random_graph(seed)
            program, reading = program_of(output)
            expected.append(computed(program, reading))
        programs.append(program)
        rows.append(starts(program))
    for got, wanted in zip(answers(programs, rows), expected, strict=True):
        for some, others in zip(got, wanted, strict=True):
            assert some == pytest.approx(others, rel=1e-12, abs=1e-12, nan_ok=True)


@needs_node
@pytest.mark.parametrize("name", PAGES)
def test_every_number_and_gradient_of_a_tensor_is_that_of_the_library(name):
    story = PAGES[name]()._story
    program = story.program
    ((values, _, gradients),) = answers([program], [starts(program)])
    expected = story.reading.cotangents()
    for box in story.boxes:
        places = [program.place[v] for v in box.values]
        assert [values[i] for i in places] == pytest.approx(np.ravel(box.node.data), rel=1e-12, abs=1e-14)
        if box.node in expected:
            found = [gradients[i] for i in places]
            assert found == pytest.approx(np.ravel(expected[box.node]), rel=1e-12, abs=1e-14)


@needs_node
def test_the_program_follows_its_inputs():
    random_numbers = np.random.default_rng(1).uniform(-3, 3, (20, 4)).tolist()
    program, _ = program_of(neuron_loss(**NEURON)[0])
    names = [node.label for node in program.order]
    rows, expected = [], []
    for numbers in random_numbers:
        at = dict(zip("wxbt", numbers, strict=True))
        rows.append([at.get(name, 0.0) for name in names])
        loss, _ = neuron_loss(**at)
        expected.append(computed(*program_of(loss)))
    for got, wanted in zip(answers([program] * len(rows), rows), expected, strict=True):
        for some, others in zip(got, wanted, strict=True):
            assert some == pytest.approx(others, rel=1e-12, abs=1e-14)


@needs_node
def test_the_winner_of_a_window_changes_with_the_numbers():
    image = [[0.0, 1.0], [3.0, 2.0]]

    def pooled(at):
        x = Tensor([[at]], requires_grad=True, label="x")
        return lower(F.max_pool2d(x, 2).sum()), x

    lowered, x = pooled(image)
    program, _ = program_of(lowered.output.item(), [*lowered[x].flat, lowered.output.item()])
    moved = [[0.0, 5.0], [3.0, 2.0]]
    numbers = dict(zip(lowered[x].flat, np.ravel(moved), strict=True))
    row = [float(numbers.get(node, 0.0)) for node in program.order]
    ((values, _, gradients),) = answers([program], [row])
    assert values[program.place[program.output]] == 5.0
    assert [gradients[program.place[v]] for v in lowered[x].flat] == [0.0, 1.0, 0.0, 0.0]


@needs_node
def test_two_hundred_numbers_take_less_than_a_millisecond():
    v = [Value(i / 10 - 3) for i in range(67)]
    y = v[0]
    for x in v[1:]:
        y = tanh(y * x)
    program, _ = program_of(y)
    assert len(program.order) == 199
    source = f"""{program.javascript}
    const v = data, d = [], g = [], times = [];
    for (let k = 0; k < 200; k++) {{
      v[0] = k / 100;
      const start = performance.now();
      forward(v); slopes(v, d); backward(v, g);
      times.push(performance.now() - start);
    }}
    answer = [times.sort((a, b) => a - b)[100]];"""
    assert run(source, starts(program))[0] < 1.0


def test_what_lies_between_two_shown_numbers_is_taken_together():
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    y = a * b + a * c
    program, _ = program_of(y, [a, b, c, y])
    places = {program.place[x]: name for x, name in ((a, "a"), (b, "b"), (c, "c"))}

    def text(parts):
        return "".join(part if isinstance(part, str) else places[np.ravel(part)[0]] for part in parts)

    assert text(program.formula(y)) == "a · b + a · c"
    assert {places[p.by]: text(p.symbols) for p in program.partials(y)} == {"a": "b + c", "b": "a", "c": "a"}


def test_a_long_formula_is_left_out():
    v = [Value(float(i)) for i in range(20)]
    y = sum(v, Value(0.5))  # a leaf that is not shown is a constant
    program, _ = program_of(y, [*v, y])
    assert program.formula(y) == []
    assert [program.order[p.by] for p in program.partials(y)] == v


def test_no_name_that_a_user_gave_is_in_the_program():
    a, b = Value(1.0, label="*/ alert(1) //"), Value(2.0, label="</script>")
    source = program_of(a * b)[0].javascript
    assert "alert" not in source
    assert "</" not in source
