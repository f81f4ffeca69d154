"""Labels that an arrow runs through are moved to where there is room, and no others."""

import re

import pytest

from tests.viz import gallery
from viz import draw
from viz.output.clearing import cleared

TEXT = re.compile(r'<text [^>]*x="([-\d.]+)" y="([-\d.]+)"[^>]*>([^<]*)</text>')


def arrow(key, curve, label="", at=(0, 0)):
    text = (
        f'<text text-anchor="middle" x="{at[0]}" y="{at[1]}" font-size="10.00">{label}</text>\n'
        if label
        else ""
    )
    return f'<g id="{key}" class="edge">\n<path fill="none" d="M{curve}"/>\n{text}</g>\n'


ALONG = "0,0C30,0 70,0 100,0"
ACROSS = "50,-40C50,-20 50,20 50,40"


def test_a_label_with_nothing_in_its_way_stays():
    content = arrow("e1", ALONG, "0.5", (50, -6)) + arrow("e2", "0,60C30,60 70,60 100,60")
    assert TEXT.findall(cleared(content)) == [("50.00", "-6.00", "0.5")]


def test_a_label_across_which_an_arrow_runs_moves_along_its_own():
    ((x, y, words),) = TEXT.findall(cleared(arrow("e1", ALONG, "0.5", (50, -6)) + arrow("e2", ACROSS)))
    assert words == "0.5"
    assert abs(float(x) - 50) > 7
    assert abs(float(y)) < 15


def test_it_goes_to_no_box_and_to_no_other_label():
    box = '<g id="n1" class="node"><polygon points="0,-30 44,-30 44,30 0,30"/></g>\n'
    content = arrow("e1", ALONG, "0.5", (50, -6)) + arrow("e2", ACROSS, "7.0", (62, -6)) + box
    places = {words: (float(x), float(y)) for x, y, words in TEXT.findall(cleared(content))}
    assert places["0.5"][0] > 50
    apart = [abs(a - b) for a, b in zip(places["0.5"], places["7.0"], strict=True)]
    assert apart[0] > 14 or apart[1] > 8


def test_where_there_is_no_room_everything_stays_as_it_is():
    content = arrow("e1", "0,0C0,0 1,0 1,0", "a label that is far too long", (0, 0)) + arrow("e2", ACROSS)
    assert "a label that is far too long" in cleared(content)


@pytest.mark.parametrize("make", [gallery.unit, gallery.paths, gallery.nested_scopes])
def test_no_text_is_lost_or_changed(make):
    svg = draw(make()).svg
    start, end = svg.index('<g id="'), svg.index('<g class="legend"')
    content = svg[start:end]
    assert sorted(words for _, _, words in TEXT.findall(cleared(content))) == sorted(
        words for _, _, words in TEXT.findall(content)
    )
    assert draw(make()).svg.count("<text") == svg.count("<text")
