"""Colours that mean something stay apart, whichever cones an eye has."""

from itertools import combinations

import numpy as np
import pytest

from viz.diagrams.figure import NEGATIVE, POSITIVE
from viz.plots.canvas import COLOURS
from viz.style import DARK, LIGHT, SHAPES

# Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# table 1, severity 1: linear RGB as an eye without long, middle or short cones sees it.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# IEC 61966-2-1, sRGB to CIE XYZ, and its white.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def seen(colour, eye):
    """A colour in CIELAB, in which 2 is what one just notices."""
    shares = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(EYES[eye]) @ linear, 0, 1) / WHITE
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colours, eye):
    return min(float(np.linalg.norm(seen(a, eye) - seen(b, eye))) for a, b in combinations(colours, 2))


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_kinds_of_boxes_are_told_apart_by_their_outlines(palette, eye):
    assert nearest(palette.lines.values(), eye) > 10


def test_kinds_of_boxes_are_told_apart_without_any_colour():
    assert len({tuple(sorted(shape.items())) for shape in SHAPES.values()}) == len(SHAPES)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_gradients_are_told_apart_from_values_and_from_what_is_chosen(palette, eye):
    for other in (palette.text, palette.quiet, palette.focus):
        assert nearest([palette.gradient, other], eye) > 30


@pytest.mark.parametrize("eye", EYES)
def test_signs_and_curves_are_told_apart(eye):
    assert nearest([POSITIVE, NEGATIVE], eye) > 60
    assert nearest(COLOURS, eye) > 15


def test_the_simulation_takes_away_what_an_eye_does_not_see():
    brown_and_olive = ["#945600", "#625a00"]
    assert nearest(brown_and_olive, "all cones") > 5 * nearest(brown_and_olive, "protanopia")
    for eye in EYES:
        assert seen("#ffffff", eye) == pytest.approx([100, 0, 0], abs=0.1)
