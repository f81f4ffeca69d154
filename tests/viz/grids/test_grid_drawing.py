"""``draw(layout="grid")``: what is chosen, where there is no room, files, and a picture as it was."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import nn.functional as F
from autograd_core import DomainError, DtypeError, Tensor, Value, lower, tanh
from tests.viz import golden
from tests.viz.grids.cases import ALL, convolution, network, numbers, padded
from tests.viz.output.test_svg import HOSTILE, contrast
from viz import Drawing, GridDrawing, draw
from viz.command import main
from viz.grids.scene import COLOURS


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def sentence(drawing):
    return re.search(r'aria-label="([^"]*)"', drawing.svg)[1]


def test_lowered_tensors_are_grids_and_tensors_when_asked():
    assert isinstance(draw(lower(convolution())), GridDrawing)
    assert isinstance(draw(convolution(), layout="grid"), GridDrawing)
    assert type(draw(convolution())) is Drawing
    assert type(draw(lower(convolution()), layout="boxes")) is Drawing
    assert str(draw(lower(convolution()))) == str(draw(convolution(), layout="grid"))


@pytest.mark.parametrize("options", [{"graph": "both"}, {"depth": 1}, {"heat": True}, {"direction": "TB"}])
def test_whoever_asks_a_lowered_tensor_for_what_boxes_show_gets_boxes(options):
    assert type(draw(lower(convolution()), **options)) is Drawing


@pytest.mark.parametrize("graph", ALL)
def test_every_kind_of_graph_has_a_picture_and_a_text(graph):
    for way in ("forward", "backward"):
        drawing = draw(graph(), layout="grid", graph=way)
        assert sentence(drawing) in texts(drawing.svg) or "…" in "".join(texts(drawing.svg))
    assert str(drawing).count("\n") > 5
    assert repr(drawing).startswith("<GridDrawing: ")


def test_the_cell_in_the_middle_is_shown_forwards_and_backwards():
    assert sentence(draw(convolution(), layout="grid")).startswith("o₁₁ = ")
    assert sentence(draw(convolution(), layout="grid", graph="backward")).startswith("∂L/∂k₁₀ = ")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("o[0, 0, 1, 2]", "o₁₂ = "), ("o[1,2]", "o₁₂ = "), ("k[0, 1]", "∂L/∂k₀₁ = "), ("kernel k", "∂L/∂k₁₀ = "),
        ("x", "∂L/∂x₂₀ = "), ("L", "L = "),
    ],
)  # fmt: skip
def test_a_cell_is_highlighted_by_its_name(asked, shown):
    assert sentence(draw(convolution(), layout="grid", highlight=asked)).startswith(shown)


def test_a_single_number_of_a_lowered_tensor_is_highlighted():
    x, k = numbers(1, 1, 1, 3, 3, label="x"), numbers(2, 1, 1, 2, 2, label="k")
    lowered = lower(F.conv2d(x, k).sum())
    weight, pixel = lowered[k][0, 0, 0, 1], lowered[x][0, 0, 2, 2]
    assert sentence(draw(lowered, highlight=weight)).startswith("∂L/∂k₀₁ = ")
    assert sentence(draw(lowered, highlight=pixel)).startswith("∂L/∂x₂₂ = ")
    assert sentence(draw(lowered, highlight=lowered.output.item())).startswith("L = ")
    with pytest.raises(DomainError, match="is on none of these grids"):
        draw(lowered, highlight=Value(1.0))


@pytest.mark.parametrize(
    ("number_format", "sum_", "cell"),
    [
        (".2f", "o₁₁ = 1.00 × 0.60 + 1.00 × (−0.40) + 1.00 × 0.20 + 0.00 × 1.00 = 0.40", "0.60"),
        (".0e", "o₁₁ = 1e+00 × 6e−01 + 1e+00 × (−4e−01)", "6e−01"),
        (lambda x: f"{100 * x:.0f} %", "o₁₁ = 100 % × 60 % + 100 % × (-40 %)", "60 %"),
    ],
)
def test_numbers_are_written_as_the_reader_asks(number_format, sum_, cell):
    drawing = draw(convolution(), layout="grid", number_format=number_format)
    assert sum_ in sentence(drawing), sentence(drawing)
    assert cell in texts(drawing.svg)
    assert sum_ in str(drawing)


def test_what_a_page_cannot_write_it_writes_in_three_digits_and_that_is_said():
    plain = draw(convolution(), layout="grid", number_format=".2f")
    special = draw(convolution(), layout="grid", number_format=lambda x: f"<{x}>")
    assert plain.notes == ()
    assert special.notes == (
        'number_format: the page writes three digits, it knows formats such as ".2f" only',
    )
    assert '"format": ["f", 2]' in plain.interactive().html.replace(",2]", ", 2]").replace('":[', '": [')
    assert "&lt;" not in special.interactive().html


def test_a_tensor_is_highlighted_as_a_node():
    x, k = numbers(1, 1, 1, 3, 3, label="x"), numbers(2, 1, 1, 2, 2, label="k")
    o = F.conv2d(x, k)
    assert sentence(draw(o.sum(), layout="grid", highlight=k)).startswith("∂L/∂k₁₀ = ")
    assert sentence(draw(o.sum(), layout="grid", highlight=o)).startswith("c₁₀ = ")
    assert sentence(draw(o.sum(), layout="grid", highlight=o, graph="backward")).startswith("∂L/∂c₁₀ = ")
    row = k[0, 0, 1]
    assert sentence(draw((row * 2).sum() + o.sum(), layout="grid", highlight=row)).startswith("∂L/∂k₁₁ = ")


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ("kernal", DomainError, "no grid is called 'kernal'"),
        ("k[2, 0]", DomainError, r"k has the shape \(1, 1, 2, 2\)"),
        ("k[0]", DomainError, r"k has the shape"),
        ("c", DomainError, "c₁₁ is given and no gradient is asked of it"),
        (Value(1.0), DomainError, "is on none of these grids"),
        (3.5, DtypeError, "on grids one cell is highlighted"),
        (["x"], DtypeError, "on grids one cell is highlighted"),
    ],
)
def test_what_cannot_be_highlighted_is_refused(asked, error, message):
    with pytest.raises(error, match=message):
        draw(convolution(), layout="grid", highlight=asked)


def test_what_is_too_large_is_drawn_as_boxes_and_one_line_says_so():
    y = (Tensor(np.ones((200, 200)), requires_grad=True) * 2).sum()
    drawing = draw(y, layout="grid")
    assert type(drawing) is Drawing
    assert drawing.notes[0] == "drawn as boxes, grids have no room for this: 80,001 numbers, at most 6,000"
    lowered = draw(
        lower(F.conv2d(numbers(1, 1, 1, 30, 30, label="x"), numbers(2, 4, 1, 5, 5)).sum(), max_values=10**6)
    )
    assert "drawn as boxes" in lowered.notes[0]


def test_a_leaf_alone_is_drawn_as_a_box():
    drawing = draw(Tensor([1.0], requires_grad=True), layout="grid")
    assert drawing.notes[0] == "drawn as boxes, grids have no room for this: nothing is computed here"


def test_files_of_every_format(tmp_path):
    drawing = draw(convolution(), layout="grid", title="A convolution")
    assert drawing.save(tmp_path / "a.svg").read_text().startswith("<svg")
    assert "Content-Security-Policy" in drawing.save(tmp_path / "a.html").read_text()
    assert drawing.save(tmp_path / "a.dot").read_text().startswith("digraph")
    pytest.importorskip("matplotlib")
    assert drawing.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert drawing.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(DomainError, match=r"no format '\.txt'; there are .*\.gif"):
        drawing.save(tmp_path / "a.txt")


def test_a_gif_goes_through_the_operation_cell_by_cell(tmp_path):
    image = pytest.importorskip("PIL.Image")
    x, w = Tensor([1.0, 2.0], label="x"), Tensor([[3.0, 4.0]], requires_grad=True, label="w")
    path = draw(w @ x, layout="grid").save(tmp_path / "a.gif")
    with image.open(path) as frames:
        assert frames.n_frames == 3


def test_notebooks_get_a_picture_and_a_frame_that_may_only_run_scripts():
    drawing = draw(convolution(), layout="grid")
    assert set(drawing._repr_mimebundle_()) == {"text/html", "image/svg+xml", "text/plain"}
    bundle = drawing.interactive()._repr_mimebundle_()
    assert re.findall(r'sandbox="([^"]*)"', bundle["text/html"]) == ["allow-scripts"]
    assert "data:image/svg+xml" in bundle["text/html"]
    assert bundle["text/plain"] == str(drawing)


def test_the_page_needs_no_network_and_its_policy_allows_only_its_own_script():
    page = draw(network(), layout="grid").interactive()
    assert "default-src 'none'" in page.html
    assert len(re.findall(r"<script>", page.html)) == 1
    assert "eval(" not in page.html
    assert "innerHTML" not in page.html
    assert repr(page) == "<GridPage: 43 steps forward, 67 steps backward>"


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_stays_text(label):
    w = Tensor([[1.0, 2.0]], requires_grad=True, label=label)
    y = (w @ Tensor([3.0, 4.0], label=f"{label}?")).sum()
    drawing = draw(y, layout="grid", title=label)
    assert "<script" not in drawing.svg
    ElementTree.fromstring(drawing.svg)
    html = drawing.interactive().html
    assert html.count("</script>") == 2
    held = re.search(r'<script type="application/json" id="grids">(.*?)</script>', html, re.DOTALL)[1]
    assert len(json.loads(held)["grids"]) == 4
    assert "\x07" not in str(drawing)


def test_the_command_line_draws_grids(tmp_path, capsys):
    out = tmp_path / "w.svg"
    assert (
        main(["sum(W @ x)", "--at", "W=[[1,2],[3,4]],x=[0.5,-0.5]", "--layout", "grid", "--out", str(out)])
        == 0
    )
    assert "W₀₀" in out.read_text() or "W₁₀" in out.read_text()
    assert "GridDrawing" in capsys.readouterr().out


def test_themes_and_colours():
    for theme, mode in (("light", 0), ("dark", 1), ("print", 2)):
        svg = draw(padded(), layout="grid", theme=theme).svg
        assert COLOURS[mode]["panel"] in svg
        assert "prefers-color-scheme" not in svg
    assert "prefers-color-scheme:dark" in draw(padded(), layout="grid").svg


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_contrast_reaches_the_guidelines(mode):
    colours = COLOURS[mode]
    fills = [name for name in colours if name.startswith("fill-")]
    for fill in (*fills, "panel", "raised", "wash"):
        assert contrast(colours["text"], colours[fill]) >= 4.5
    for fill in ("fill-input", "fill-parameter", "fill-6", "panel", "wash"):
        assert contrast(colours["gradient"], colours[fill]) >= 4.5
    for line in ("line", "focus", "gradient", *(name for name in colours if name.startswith("line-"))):
        assert contrast(colours[line], colours["panel"]) >= 3


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("one_output", {}),
        ("one_weight", {"highlight": "k[0, 1]"}),
        ("one_pixel", {"highlight": "x[1, 1]"}),
        ("shared_weights", {"graph": "both"}),
    ],
)
def test_the_picture_is_as_it_was(name, options):
    svg = draw(convolution(), layout="grid", theme="light", **options).svg
    golden.check(svg, Path(__file__).parent, f"convolution_{name}")


def test_all_windows_of_a_small_convolution_at_once():
    drawing = draw(convolution(), layout="grid", graph="both")
    shown = texts(drawing.svg)
    assert "One kernel, 9 windows: the same colour is the same weight" in shown
    assert {"k₀₀", "o₂₂ = −0.3", "δ −1.2"} <= set(shown)
    assert any(text.endswith("+ 0.7 × 1 + (−0.9) × 0.5 + 1 × 1 + (−1.2) × 0 = 1.2") for text in shown)
    assert sentence(drawing).startswith("convolution 2×2: all windows")


@pytest.mark.parametrize("graph", [padded, network])
def test_where_all_windows_have_no_room_one_gradient_is_shown(graph):
    assert sentence(draw(graph(), layout="grid", graph="both")).startswith("∂L/∂")


def test_values_alone_can_be_grids():
    assert "L = tanh(v) = tanh(6)" in str(
        draw(tanh(Value(2.0, label="a") * Value(3.0, label="b")), layout="grid")
    )
