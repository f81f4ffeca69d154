"""Every picture of the gallery as a browser shows it: nothing in the way of anything, all of it easy to see."""

import re
from pathlib import Path

import pytest

from tests.viz.gallery import GALLERY

MEASURING, CONTRAST = (Path(__file__).with_name(name).read_text() for name in ("measuring.js", "contrast.js"))
FITTED = re.compile(r' style="max-width:[^"]*"')


LARGE = {
    "attention", "convolutions", "convolutions as boxes", "deep chain", "gated", "large grid", "lowered product",
    "many operations", "recurrent", "residual network", "small boxes", "u-net", "wide sum",
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in GALLERY]
)
def test_a_picture_is_clear_and_stands_out_from_light_and_dark_pages(visit, name):
    svgs = [FITTED.sub("", svg, count=1) for svg in GALLERY[name]()]
    held = "".join(f'<div style="width: max-content">{svg}</div>' for svg in svgs)
    page = visit(f"<!doctype html><title>{name}</title>{held}", color_scheme="light")
    assert page.evaluate(MEASURING) == [len(svgs), []]
    assert page.evaluate(CONTRAST) == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(CONTRAST) == []


def test_the_gallery_has_at_least_thirty_graphs():
    assert len(GALLERY) >= 30
