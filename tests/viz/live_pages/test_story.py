"""What a live page shows is the graph, and its options choose what can be moved and what learns."""

import json
import math

import numpy as np
import pytest

import nn
import nn.functional as F
import viz
from autograd_core import (
    DomainError,
    DtypeError,
    GraphError,
    Tensor,
    Value,
    lower,
    pad,
    primitive,
    tanh,
    where,
)
from tests.viz.live_pages.examples import NEURON, PAGES, layer, neuron, neuron_loss
from viz import DrawingError, live
from viz.live_pages.layout import layout
from viz.ranges import Range


def kinds(page):
    return {box.name: str(page._story.kind(box)) for box in page._story.boxes}


def controlled(page):
    story = page._story
    return {story.names[i]: reach for i, reach in story.controls.items()}


def learned(page):
    return [page._story.names[i] for i in page._story.learned]


def test_boxes_arrows_and_steps_are_those_of_the_graph():
    story = neuron()._story
    names = [box.name for box in story.boxes]
    assert sorted(names) == ["L", "b", "e", "h", "t", "v₁", "v₂", "w", "x", "y"]
    arrows = sorted((names[tail], names[head]) for tail, head, _ in story.arrows)
    assert arrows == sorted(
        [("w", "v₁"), ("x", "v₁"), ("v₁", "v₂"), ("b", "v₂"), ("v₂", "h"), ("h", "y"), ("x", "y"), ("y", "e"),
         ("t", "e"), ("e", "L")]
    )  # fmt: skip
    assert [names[b] for b in story.forward] == ["v₁", "v₂", "h", "y", "e", "L"]
    loss, _ = neuron_loss(**NEURON)
    reading = viz.graph.reading.Reading([loss])
    called = reading.names(reading.order)
    assert [names[b] for b in story.backward] == [called[node] for node in reading.cotangents()]


def test_a_number_used_twice_by_one_operation_has_two_arrows():
    a = Value(2.0, label="a")
    assert [arrow[:2] for arrow in live(a * a)._story.arrows] == [(0, 1), (0, 1)]


def test_a_tensor_is_one_box_with_all_its_numbers():
    story = layer()._story
    boxes = {box.name: box for box in story.boxes}
    assert (boxes["W"].rows, boxes["W"].columns, len(boxes["W"].values)) == (6, 6, 36)
    assert (boxes["x"].rows, boxes["x"].columns) == (6, 1)
    assert [boxes[name].expression for name in ("v₁", "v₂", "v₃")] == ["W @ x", "v₁ + b", "tanh(v₂)"]
    place = {box.name: b for b, box in enumerate(story.boxes)}
    arrows = {arrow[:2] for arrow in story.arrows}
    assert {(place["W"], place["v₁"]), (place["x"], place["v₁"]), (place["v₂"], place["v₃"])} <= arrows
    assert story.names[story.program.place[boxes["W"].values[7]]] == "W[1, 1]"


@pytest.mark.parametrize("name", PAGES)
def test_each_gradient_is_the_sum_over_the_uses_that_the_page_names(name):
    story = PAGES[name]()._story
    program = story.program
    gradients = dict(
        zip(story.cotangents, viz.graph.reading.Reading([program.output]).cotangents().values(), strict=True)
    )
    shown = {v for box in story.boxes for v in box.values if isinstance(v, Value)}
    used = {v: set() for v in shown}
    for node in shown:
        for partial in program.partials(node):
            used[program.order[partial.by]].add(node)
    for node in shown & gradients.keys() - {program.output}:
        assert used[node], "a number with a gradient is used"
    assert not used[program.output]


def test_everything_can_be_moved_unless_it_is_said_what():
    assert set(controlled(neuron())) == {"w", "x", "b", "t"}
    page = neuron(sliders=["w", "x"])
    assert set(controlled(page)) == {"w", "x"}
    assert kinds(page)["t"] == "constant"
    assert kinds(page)["b"] == "parameter", "what learns moves, with a slider or without"


def test_a_slider_reaches_as_far_as_it_is_told():
    page = neuron(sliders={"w": (-1, 2.5), "x": (0, 1)})
    assert controlled(page) == {"w": Range(-1.0, 2.5), "x": Range(0.0, 1.0)}
    assert controlled(live(Value(40.0, label="a") ** 2)) == {"a": Range(-80.0, 80.0)}
    assert controlled(live(Value(0.1, label="a") ** 2)) == {"a": Range(-3.0, 3.0)}


def test_nodes_and_names_and_elements_mean_inputs():
    loss, leaves = neuron_loss(**NEURON)
    assert learned(live(loss, learn=leaves["w"])) == ["w"]
    assert learned(live(loss, learn=[leaves["b"], "w"])) == ["b", "w"]
    page = layer(2, 2)
    assert learned(page) == ["W[0, 0]", "W[0, 1]", "W[1, 0]", "W[1, 1]", "b[0]", "b[1]"]
    weight = Tensor([[1.0, 2.0]], requires_grad=True, label="W")
    assert list(controlled(live((weight * weight).sum(), sliders=[weight]))) == ["W[0, 0]", "W[0, 1]"]
    assert list(controlled(live((weight * weight).sum(), sliders="W[0, 1]"))) == ["W[0, 1]"]


def test_parameters_learn_where_there_are_any_else_all_inputs():
    nn.seed(0)
    model = nn.Sequential(nn.Linear(2, 1))
    page = live(lambda x: model(x).sum(), np.ones((1, 2)))
    assert all("weight" in name or "bias" in name for name in learned(page)) or learned(page)
    page = live(model, np.ones((1, 2)))
    assert sorted(learned(page)) == ["0.bias[0]", "0.weight[0, 0]", "0.weight[0, 1]"]
    assert learned(live(Value(2.0, label="a") * Value(3.0, label="b"))) == ["a", "b"]


def test_functions_modules_lowered_tensors_and_values_are_taken():
    assert repr(live(lambda w, x: tanh(w * x), 1.5, -0.5)) == (
        "<LivePage: 2 steps forward, 4 steps backward, 2 sliders>"
    )
    weight = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, label="W")
    by_tensor, by_lowered = live((weight @ weight).sum()), live(lower((weight @ weight).sum()))
    assert by_tensor._story.data() == by_lowered._story.data()


def test_what_only_rearranges_has_no_box_and_is_called_by_what_it_does():
    weight = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, label="W")
    story = live((weight.T @ weight).sum())._story
    assert [(box.name, box.expression) for box in story.boxes[1:]] == [("v₁", "Wᵀ @ W"), ("L", "Σ(v₁)")]


def test_what_single_numbers_cannot_compute_is_refused_with_the_way_out():
    def solved(t):
        return np.linalg.solve((2 + t) * np.eye(2), np.array([1.0, 2.0])).sum()

    with pytest.raises(
        DrawingError, match=r"single numbers, but 'solve' is no sum.*interactive\(\) plays"
    ) as caught:
        live(solved, 0.5)
    assert "dtype" not in str(caught.value)


def test_what_was_chosen_before_the_graph_knew_is_said_to_stay():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    assert (
        "What where chose by comparing numbers is held fixed" in live(where(a.data > b.data, a, b) * 2).html
    )
    assert live(where(Value(1.0, label="c"), a, b) * 2)._story.note == "", (
        "a condition that is a number can be moved"
    )
    assert neuron()._story.note == ""


def test_the_formula_of_the_whole_stands_in_the_heading_if_it_is_short():
    assert neuron()._story.formula == ["L = (tanh(w · x + b) + x − t)²"]
    assert layer()._story.formula == []


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("name", PAGES)
def test_no_two_boxes_overlap_and_all_lie_in_the_drawing(name, direction):
    view = layout(PAGES[name]()._story, direction)
    rectangles = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for x, y, w, h in view["boxes"]]
    for i, (left, top, right, bottom) in enumerate(rectangles):
        assert 0 <= left < right <= view["width"] + 1
        assert 0 <= top < bottom <= view["height"] + 1
        for other in rectangles[:i]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_and_asks_for_nothing(name):
    html = PAGES[name]().html
    assert len(html.encode()) < 200_000
    assert "default-src 'none'" in html
    assert "unsafe-eval" not in html
    assert "http:" not in html.replace("http://www.w3.org/", "")
    assert "https:" not in html


def test_numbers_that_json_has_not_are_words():
    x = Tensor([[[[1.0, -2.0], [3.0, 0.5]]]], requires_grad=True, label="x")
    for page in (
        live(F.max_pool2d(x, 2, padding=1).sum() + Value(math.inf, label="a")),
        live(pad(x, 1, value=-math.inf).max() * Value(math.nan, label="b")),
    ):
        story = page.html.split('id="story">')[1].split("</script>")[0]
        json.loads(story, parse_constant=pytest.fail)
    assert controlled(page)["b"] == Range(-3.0, 3.0)


def test_hostile_names_do_not_leave_their_places():
    a = Value(1.0, label="</script><img src=x onerror=alert(1)>")
    html = live(a * Value(2.0, label="`${alert(1)}`"), title="<b>bold</b>").html
    assert "<img" not in html
    assert "<b>" not in html
    story = html.split('id="story">')[1].split("</script>")[0]
    assert json.loads(story)["boxes"][0]["name"].startswith("</script>")
    program = html.rsplit("<script>", 1)[1]
    assert "alert" not in program


def test_a_page_is_saved_whole(tmp_path):
    page = neuron()
    path = page.save(tmp_path / "neuron.html")
    assert path.read_text(encoding="utf-8") == page.html
    with pytest.raises(DomainError, match=r"a live page is an \.html file"):
        page.save(tmp_path / "neuron.svg")


def test_notebooks_get_a_frame_that_can_touch_nothing_and_a_picture():
    bundle = neuron()._repr_mimebundle_()
    assert 'sandbox="allow-scripts"' in bundle["text/html"]
    assert "data:image/svg+xml" in bundle["text/html"]
    assert "w  (input)" in bundle["text/plain"]


W = Tensor([[1.0, 2.0]], requires_grad=True, label="W")


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda: neuron(sliders=["ww"]),
            DomainError,
            r"live\(sliders=\.\.\.\): 'ww' is no input .*did you mean 'w'",
        ),
        (
            lambda: neuron(learn=["h"]),
            DomainError,
            r"live\(learn=\.\.\.\): 'h' is no input of this computation",
        ),
        (
            lambda: neuron(sliders=3),
            DtypeError,
            r"live\(sliders=\.\.\.\): a list of inputs or their names, got 3",
        ),
        (lambda: neuron(sliders=[3]), DtypeError, r"inputs are named or given, got 3"),
        (lambda: neuron(sliders={"w": 3}), DtypeError, r"w gets its lowest and its highest number, .*got 3"),
        (lambda: neuron(sliders={"w": (2, 1)}), DomainError, r"w cannot reach from 2 to 1"),
        (lambda: neuron(sliders={"w": [1, "a"]}), DtypeError, r"w chooses among numbers, got \[1, 'a'\]"),
        (lambda: neuron(sliders={"w": [1, math.nan]}), DtypeError, r"w chooses among numbers"),
        (lambda: neuron(rate=-1), DomainError, r"live\(rate=-1\)"),
        (lambda: neuron(rate="fast"), DtypeError, r"live\(rate='fast'\): the learning rate is a number"),
        (lambda: neuron(theme="darc"), DomainError, "did you mean 'dark'"),
        (lambda: neuron(title=3), DtypeError, r"live\(title=3\)"),
        (
            lambda: live(W * 2),
            GraphError,
            r"live\(\): gradients are those of one number, but the output has shape",
        ),
        (lambda: live(np.ones(3)), DtypeError, r"^live\(\) takes a Value or Tensor"),
        (
            lambda: live(Tensor(np.ones((40, 40)), requires_grad=True).sum()),
            DrawingError,
            "1,6.. numbers cannot be followed",
        ),
    ],
)
def test_what_cannot_be_made_says_why(ask, error, message):
    with pytest.raises(error, match=message):
        ask()


@primitive(lambda m, y, x: m.sigmoid(x) * (1 + x * (1 - m.sigmoid(x))))
def swish(x):
    return x / (1 + np.exp(-x))


@primitive(lambda m, y, x: m.where(x > 0, 1.0, 0.0))
def looked_up(x):
    return np.interp(x, [0.0, 1.0], [0.0, 1.0])


def test_a_function_of_the_users_own_writes_itself():
    page = live(swish(Value(2.0, label="a")), learn="a")
    program = page._story.program
    assert "v[1] = v[0] / (1 + Math.exp(-v[0]));" in program.javascript
    assert program.formula(program.output) == ["swish(", 0, ")"]
    assert page.html


def test_a_function_that_cannot_be_written_names_itself():
    page = live(looked_up(Value(2.0, label="a")))
    with pytest.raises(
        DrawingError, match=r"looked_up\(\) cannot be written in JavaScript.*draw\(\.\.\.\)\.interactive\(\)"
    ):
        _ = page.html
