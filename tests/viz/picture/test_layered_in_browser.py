"""Drawings of layers as a browser shows them: every text in its box, no arrow through one, none on another."""

from tests.viz.picture.test_layered import mlp
from viz import draw


def test_a_page_plays_layer_by_layer(visit):
    page = visit(draw(mlp(), depth=1).interactive().html)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert "backward: ∂loss/∂loss = 1.0" in page.locator("#said").text_content()
    page.keyboard.press("End")
    assert "∂loss/∂θ = norm" in page.locator("#said").text_content()
    assert page.locator(".node text.gradient:not(.later)").count() == 2
