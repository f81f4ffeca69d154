"""The diagrams of lectures as a browser lays them out: every text in its place, none over another."""

import numpy as np
import pytest

import nn
from tests.viz.diagrams.test_network import Residual, convolutional
from viz import network, neuron

TEXTS = """() => [...document.querySelectorAll("svg text")].map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return [text.textContent, left, right, top, bottom];
})"""
SHAPES = """(selector) => [...document.querySelectorAll(selector)].map((shape) => {
  const { left, right, top, bottom } = shape.getBoundingClientRect();
  return [left, right, top, bottom];
})"""


def large_numbers():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    model[2].weight.data *= -1e-9
    return network(model, [[-1234567.0, -1.23e-7]])


def long_titles():
    parts = nn.Linear(2, 3), nn.BatchNorm1d(3), nn.LeakyReLU(), nn.Dropout(0.5), nn.Linear(3, 1), nn.Sigmoid()
    return network(nn.Sequential(*parts), [[0.5, -2.0]])


def volumes():
    parts = nn.Conv2d(1, 64, 3), nn.BatchNorm2d(64), nn.LeakyReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten()
    return network(nn.Sequential(*parts, nn.Linear(1024, 10)), np.zeros((2, 1, 64, 64)))


def dropped():
    """In training mode, with channels, numbers and units left out, and a way around layers."""
    nn.seed(0)
    model = convolutional(nn.Dropout2d(), nn.Dropout(), nn.Dropout())
    return network(model, np.random.default_rng(0).random((2, 1, 8, 8)), training=True)


FIGURES = [
    large_numbers,
    long_titles,
    volumes,
    lambda: neuron([-3.12345678e-8, 1e9], -6.54321e7, nn.functional.leaky_relu, [-2.123e-5, -0.512]),
    lambda: neuron([1.0] * 30, 1.0, "softplus", [1.0] * 30),
    dropped,
    lambda: network(Residual(), np.ones((1, 2, 6, 6))),
]


@pytest.mark.parametrize(
    "make",
    FIGURES,
    ids=["large numbers", "long titles", "volumes", "neuron", "many inputs", "dropped", "residual"],
)
def test_no_text_lies_over_another_or_leaves_the_picture(visit, make):
    page = visit(make().svg)
    texts = page.evaluate(TEXTS)
    left, right, top, bottom = page.evaluate(SHAPES, "svg")[0]
    for i, (text, *a) in enumerate(texts):
        assert left <= a[0], text
        assert a[1] <= right, text
        assert top <= a[2], text
        assert a[3] <= bottom, text
        for other, *b in texts[:i]:
            apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] + 2 or b[3] <= a[2] + 2
            assert apart, (text, other)


@pytest.mark.parametrize(
    "make", [large_numbers, long_titles, FIGURES[3]], ids=["large numbers", "titles", "neuron"]
)
def test_the_number_of_a_unit_stands_inside_it(visit, make):
    page = visit(make().svg)
    circles = page.evaluate(SHAPES, "circle")
    inside = 0
    for text, left, right, top, bottom in page.evaluate(TEXTS):
        for c in circles:
            if c[0] < (left + right) / 2 < c[1] and c[2] < (top + bottom) / 2 < c[3]:
                inside += 1
                assert c[0] <= left, text
                assert right <= c[1], text
                break
    assert inside == len(circles) / 2  # each circle is drawn twice: its ground and its tint


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_takes_the_colours_of_the_page(visit, theme):
    page = visit(f"<!doctype html><title>figure</title>{FIGURES[3]().svg}", color_scheme=theme)
    panel = page.locator("svg rect").first.evaluate("e => getComputedStyle(e).fill")
    assert panel == ("rgb(255, 255, 255)" if theme == "light" else "rgb(21, 24, 29)")
