"""The DOT text and the SVG: valid, safe, readable."""

import re
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_core import DomainError, Tensor, Value, lower, scope, tanh
from viz import draw
from viz.model import Kind
from viz.style import DARK, LIGHT, PRINT, SHAPES, THEMES

SVG = "{http://www.w3.org/2000/svg}"

HOSTILE = [
    '<script>alert("x")</script>',
    "<b>",
    "a|b{c}<d>",
    "back\\slash \\n \\N \\l",
    "&lt;&amp; &#65;",
    "'single' \"double\"",
    "two\nlines\r\n\tand a tab",
    "bell\x07 nul\x00 escape\x1b",
    "\ud800 lone surrogate",
    "emoji 🎉 e\u0301",
    "]]> --> <!-- <![CDATA[",
    "x" * 10_000,
    "   ",
    "%s {0} $x",
    "node",
    "\\",
]


def texts(svg):
    return [
        "".join(text.itertext()).replace("\xa0", " ").strip()
        for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_drawn_as_text(label):
    a = Value(1.0, label=label)
    t = Tensor([2.0], requires_grad=True, label=label)
    with scope(label):
        y = tanh(a * 2) + t
    y.label = label
    for keywords in (
        {},
        {"direction": "TB"},
        {"direction": "RL", "theme": "print", "legend": False},
        {"graph": "backward"},
        {"graph": "both", "theme": "dark", "number_format": lambda x: label},
        {"collapse": True},
        {"depth": 0, "heat": True},
        {"highlight": (a, y), "heat": "value"},
    ):
        assert_holds_text_only(draw(y, title=label, **keywords).svg)


@pytest.mark.parametrize("label", HOSTILE)
def test_any_name_of_an_input_an_output_or_a_block_is_drawn_as_text(label):
    def f(parameters):
        x = parameters[label]
        for i in range(5):
            with scope(f"{label}{i}"):
                x = tanh(x * 2)
        return {label: x}

    for keywords in ({}, {"depth": 0}, {"fold": True, "graph": "both"}, {"max_nodes": 5}):
        drawing = draw(f, {label: 1.0}, **keywords)
        assert_holds_text_only(drawing.svg)
        assert "\x07" not in str(drawing)


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_of_a_lowered_tensor_is_drawn_as_text(label):
    w = Tensor([1.0, 2.0], requires_grad=True, label=label)
    with scope(label):
        y = (w * w).sum()
    assert_holds_text_only(draw(lower(y), layout="boxes").svg)
    assert_holds_text_only(draw(lower(y)).svg)


@pytest.mark.parametrize("label", HOSTILE)
def test_whatever_is_asked_for_by_a_hostile_name_is_found_or_refused_in_one_line(label):
    a = Value(1.0, label=label)
    with scope(label):
        y = a * 2
    requests = ({"highlight": f"?{label}?"}, {"collapse": f"?{label}?"}, {"theme": label}, {"graph": label})
    for keywords in requests:
        with pytest.raises(DomainError) as refusal:
            draw(y, **keywords)
        message = str(refusal.value)
        assert len(message) < 300
        assert message.isprintable()


def assert_holds_text_only(svg):
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "g", "title", "style", "rect", "path", "polygon", "polyline", "ellipse", "text", "tspan")
    }
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]


def test_a_label_is_shown_character_by_character():
    label = '<i>a|b</i> {c} \\n &lt; "q"'
    y = Value(1.0, label=label) * Tensor([2.0], requires_grad=True, label=label + "!")
    with scope(label):
        y = y + 1
    assert [text for text in texts(draw(y).svg) if "a|b" in text] == [label, label, label + "!"]


def test_long_labels_are_shortened_but_whole_in_the_tooltip():
    a = Value(1.0, label="weight of the connection from the third pixel")
    svg = draw(a * 2).svg
    assert "weight of the connection fr…" in texts(svg)
    assert "from the third pixel" in svg


def test_ids_and_styles_are_those_of_one_drawing():
    y = Value(1.0) * 2
    roots = [ElementTree.fromstring(draw(y).svg) for _ in range(2)]
    ids = [[element.get("id") for element in root.iter() if element.get("id")] for root in roots]
    assert not set(ids[0]) & set(ids[1])
    prefix = roots[0].get("id")
    assert all(name.startswith(prefix) for name in ids[0])
    style = roots[0].find(f"{SVG}style").text.replace("@media (prefers-color-scheme:dark){", "")
    for rule in re.sub(r"\([^)]*\)", "", style).split("}"):
        selectors = rule.partition("{")[0]
        assert all(selector.startswith(f"#{prefix} ") for selector in selectors.split(",") if selector)


def test_the_picture_has_a_role_a_name_and_an_opaque_panel():
    root = ElementTree.fromstring(draw(Value(1.0) * 2, title="Twice").svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Twice: forward computation graph, 2 boxes and 1 arrows"
    assert root.find(f"{SVG}title").text == root.get("aria-label")
    assert root.find(f"{SVG}rect").get("fill") == LIGHT.panel


def test_every_box_and_arrow_is_in_the_svg_with_its_description():
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    root = ElementTree.fromstring(draw(a * b).svg)
    found = {
        group.find(f"{SVG}title").text
        for group in root.iter(f"{SVG}g")
        if group.find(f"{SVG}title") is not None
    }
    assert {"a: input, 2.0, gradient 3.0", "L = a × b, 6.0, gradient 1.0", "a → L"} <= found


def test_kinds_differ_in_shape_and_in_colour():
    assert len({tuple(sorted(SHAPES[kind].items())) for kind in Kind}) == len(Kind)
    for palette in (LIGHT, DARK):
        assert len({(palette.fills[kind], palette.lines[kind]) for kind in Kind}) == len(Kind)


def colours_in(svg):
    return set(re.findall("#[0-9a-f]{6}", svg))


def colours_of(palette):
    own = vars(palette)
    return {*own["fills"].values(), *own["lines"].values(), *(x for x in own.values() if isinstance(x, str))}


def drawn_in(theme):
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    with scope("layer"):
        y = tanh(w * 2) * w
    return draw(y.sum(), graph="both", theme=theme)


@pytest.mark.parametrize("theme", THEMES)
def test_a_drawing_has_the_colours_of_its_theme(theme):
    svg = drawn_in(theme).svg
    allowed = colours_of(THEMES[theme]) | (colours_of(DARK) if theme == "auto" else set())
    assert colours_in(svg) <= allowed
    assert ("prefers-color-scheme" in svg) == (theme == "auto")
    assert ElementTree.fromstring(svg).find(f"{SVG}rect").get("fill") == THEMES[theme].panel


def test_print_is_black_on_white_and_tells_apart_by_shapes_and_dashes():
    drawing = drawn_in("print")
    assert colours_of(PRINT) == {"#000000", "#ffffff"}
    assert re.search('<text class="gradient" font-style="italic"[^>]*>grad', drawing.svg)
    edges = [line for line in drawing.dot.splitlines() if "->" in line]
    assert {("dashed" in line, "arrowtail=empty" in line) for line in edges} == {(True, True), (False, False)}


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_has_the_theme_of_the_drawing(theme, tmp_path):
    page = drawn_in(theme).save(tmp_path / "page.html").read_text()
    assert f"--panel:{THEMES[theme].panel}" in page
    assert ("@media (prefers-color-scheme" in page) == (theme == "auto")


def test_the_legend_explains_each_kind_once_or_stays_away():
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    y = (tanh(w * Tensor([1.0, 2.0])) * w * np.ones(2)).sum()
    swatches = ["input", "shared parameter", "constant", "operation", "output"]
    assert [text for text in texts(draw(y).svg) if text in swatches] == swatches
    assert not set(texts(draw(y, legend=False).svg)) & set(swatches)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK, PRINT])
def test_contrast_reaches_wcag_aa(palette):
    grounds = [palette.panel, palette.cluster, *palette.fills.values()]
    for text, ground in product((palette.text, palette.quiet, palette.gradient), grounds):
        assert contrast(text, ground) >= 4.5
    for ground in (palette.panel, palette.cluster):
        assert contrast(palette.dim, ground) >= 4.5
    for line, ground in product(
        (palette.cluster_line, *palette.lines.values()), (palette.panel, palette.cluster)
    ):
        assert contrast(line, ground) >= 3


def test_dot_text_is_the_same_every_time():
    a = Value(2.0, label="a")
    assert draw(a * a + 1).dot == draw(a * a + 1).dot
