"""PNG and PDF: the picture as its SVG shows it, on any computer."""

import sys
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import typst
from PIL import Image

from autograd_core import DomainError, DtypeError, MissingDependencyError, Tensor, Value, scope, tanh
from tests.viz.picture.test_layered import mlp
from viz import DrawingError, draw, network, neuron
from viz.diagrams.figure import Figure
from viz.output import engines, images
from viz.style import DARK, LIGHT, PRINT

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("path", "polygon", "polyline", "rect", "ellipse", "circle")}


def unit():
    a, b = Value(2.0, label="α₁"), Value(-3.0, label="δ")
    with scope("neuron"):
        return tanh(a * b + 6.5)


def product():
    x, w = Tensor([1.0, -0.5], label="x"), Tensor([[2.0, 4.0]], requires_grad=True, label="w")
    return w @ x


PICTURES = {
    "values": lambda: draw(unit(), title="σ(∂L)"),
    "both passes": lambda: draw(unit(), graph="both"),
    "heat": lambda: draw(unit(), heat=True),
    "layers": lambda: draw(mlp()),
    "grids": lambda: draw(product(), layout="grid"),
    "unit": lambda: neuron([1.0, -2.0], 0.5, "tanh", [1.0, 3.0]),
}


@pytest.fixture(params=PICTURES)
def picture(request):
    return PICTURES[request.param]()


def saved(picture, folder, suffix, **options):
    return picture.save(folder / f"picture{suffix}", **options).read_bytes()


def painted(picture, folder, **options):
    return Image.open(BytesIO(saved(picture, folder, ".png", **options)))


def size_of(svg):
    return [float(ElementTree.fromstring(svg).get(name).removesuffix("pt")) for name in ("width", "height")]


def squeezed(text):
    return "".join(text.split())


def test_a_pdf_is_one_page_of_the_size_of_the_picture_with_every_text_as_text(picture, tmp_path):
    document = pypdfium2.PdfDocument(saved(picture, tmp_path, ".pdf"))
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx(size_of(picture.svg), abs=0.1)
    read = squeezed(document[0].get_textpage().get_text_bounded())
    for text in ElementTree.fromstring(picture.svg).iter(f"{SVG}text"):
        assert squeezed("".join(text.itertext())) in read


def test_a_pdf_holds_every_shape_of_the_picture(picture, tmp_path):
    page = pypdfium2.PdfDocument(saved(picture, tmp_path, ".pdf"))[0]
    painted_shapes = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=30))
    shapes = [element for element in ElementTree.fromstring(picture.svg).iter() if element.tag in SHAPES]
    assert len(painted_shapes) >= len(shapes)


def test_a_png_has_two_dots_for_each_point_and_as_many_as_are_asked_for(picture, tmp_path):
    size = np.array(size_of(picture.svg))
    assert painted(picture, tmp_path).size == pytest.approx(2 * size, abs=1.5)
    assert painted(picture, tmp_path, dpi=36).size == pytest.approx(size / 2, abs=1.5)


def test_a_png_has_the_colours_of_its_theme(tmp_path):
    for theme, palette in {"auto": LIGHT, "light": LIGHT, "dark": DARK, "print": PRINT}.items():
        image = painted(draw(unit(), theme=theme), tmp_path).convert("RGB")
        found = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in image.getcolors(1 << 24)}
        wanted = [palette.panel, palette.text, palette.gradient, palette.quiet, *palette.lines.values()]
        assert {palette.panel, palette.gradient} <= found
        assert len(found & {*wanted}) >= min(5, len({*wanted}))


def test_the_panel_is_left_out_where_the_slide_shows_through(picture, tmp_path):
    whole = painted(picture, tmp_path).convert("RGBA")
    assert whole.getchannel("A").getextrema() == (255, 255)
    through = painted(picture, tmp_path, transparent=True).convert("RGBA")
    assert through.getpixel((0, 0))[3] == 0
    assert through.getchannel("A").getextrema() == (0, 255)


def test_the_same_picture_makes_the_same_file(picture, tmp_path):
    for suffix in (".png", ".pdf"):
        assert saved(picture, tmp_path, suffix) == saved(picture, tmp_path, suffix)


@pytest.mark.parametrize("layout", ["boxes", "layers"])
def test_without_any_font_the_text_is_there_and_fits(layout, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "_fonts", lambda: typst.Fonts(include_system_fonts=False))
    picture = draw(mlp(), layout=layout)
    content = saved(picture, tmp_path, ".pdf")
    assert b"LibertinusSerif" in content
    page = pypdfium2.PdfDocument(content)[0]
    words = page.get_textpage()
    paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=30)
    shapes = [shape.get_bounds() for shape in paths]
    for line in {line for box in picture.picture.boxes for line in box.lines}:
        start, count = words.search(line).get_next()
        x0, y0, _, _ = words.get_charbox(start)
        _, _, x1, y1 = words.get_charbox(start + count - 1)
        assert any(
            left <= x0 and bottom <= y0 and x1 <= right and y1 <= top for left, bottom, right, top in shapes
        )


@pytest.mark.parametrize("dpi", [0, -1, float("nan"), float("inf"), 1e6])
def test_a_number_of_dots_that_cannot_be_is_refused_before_anything_is_painted(dpi, tmp_path):
    with pytest.raises(DomainError, match="dpi="):
        saved(draw(unit()), tmp_path, ".png", dpi=dpi)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dpi", ["300", True, [300]])
def test_dots_are_a_number(dpi, tmp_path):
    with pytest.raises(DtypeError, match="dpi is a number"):
        saved(draw(unit()), tmp_path, ".png", dpi=dpi)


@pytest.mark.parametrize("suffix", [".svg", ".html", ".dot"])
@pytest.mark.parametrize("options", [{"dpi": 300}, {"transparent": True}], ids=str)
def test_what_only_images_have_is_refused_elsewhere(suffix, options, tmp_path):
    with pytest.raises(DomainError, match=f"not for {suffix}"):
        saved(draw(unit()), tmp_path, suffix, **options)


def test_a_pdf_has_no_dots(tmp_path):
    with pytest.raises(DomainError, match=r"only a .png has dots, a .pdf has none"):
        saved(draw(unit()), tmp_path, ".pdf", dpi=300)


@pytest.fixture
def without_typst(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)


@pytest.mark.usefixtures("without_typst")
@pytest.mark.parametrize("suffix", [".png", ".pdf"])
@pytest.mark.parametrize("name", ["grids", "unit"])
def test_without_the_renderer_one_line_says_what_to_install(name, suffix, tmp_path):
    with pytest.raises(MissingDependencyError) as caught:
        saved(PICTURES[name](), tmp_path, suffix)
    assert "pip install 'autograd-core[images]'" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("without_typst")
def test_without_the_renderer_an_installed_dot_draws_boxes_and_arrows(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "_by_system", lambda dot, kind: f"{kind} of {dot}".encode())
    picture = draw(unit())
    assert saved(picture, tmp_path, ".pdf") == f"pdf of {picture.dot}".encode()
    with pytest.raises(MissingDependencyError):
        saved(picture, tmp_path, ".png", dpi=300)


def test_a_network_is_painted_too(tmp_path):
    import nn

    figure = network(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)))
    assert painted(figure, tmp_path).size == pytest.approx(2 * np.array(size_of(figure.svg)), abs=1.5)


def test_a_picture_that_cannot_be_laid_out_is_no_image(tmp_path, monkeypatch):
    monkeypatch.setattr("viz.drawing.MOST_BOXES", 1)
    with pytest.raises(DrawingError, match="too many to lay out"):
        saved(draw(unit()), tmp_path, ".png")


@pytest.mark.parametrize("dpi", [72, 90, 110, 131, 144, 217.5, 300])
def test_no_row_of_dots_is_left_out(dpi, tmp_path):
    for width, height in ((301, 301), (301, 157), (173, 412)):
        line = f'<path d="M0 0L{width} {height}" stroke="#1a1a1a" stroke-width="4"/>'
        image = painted(Figure("a line", width, height, line, ""), tmp_path, dpi=dpi).convert("L")
        dark = 255.0 - np.asarray(image, dtype=float)
        for way, slope in ((dark, width / height), (dark.T, height / width)):
            rows = way[len(way) // 10 : -len(way) // 10]  # where the whole line is inside
            steps = np.diff(rows @ np.arange(way.shape[1]) / rows.sum(1))
            assert steps == pytest.approx(np.full(len(steps), slope), abs=0.35 * slope)
