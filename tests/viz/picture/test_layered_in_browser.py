"""Drawings of layers as a browser shows them: every text in its box, no arrow through one, none on another."""

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import Tensor
from tests.viz.picture.test_layered import block, digits, images, mlp
from viz import draw

CROWDED = """() => {
  const found = [], box = (e) => e.getBoundingClientRect();
  for (const g of document.querySelectorAll(".node[data-key]")) {
    const around = box(g.querySelector(":is(path, polygon)"));
    for (const text of g.querySelectorAll("text")) {
      const t = box(text);
      const beyond = Math.max(around.left - t.left, t.right - around.right, around.top - t.top, t.bottom - around.bottom);
      if (t.width && beyond > 1) found.push(["leaves its box", text.textContent]);
    }
  }
  const names = [...document.querySelectorAll(".node text")].map((text) => [text.textContent, box(text)]);
  for (const path of document.querySelectorAll(".edge path")) {
    const matrix = path.getScreenCTM();
    for (let at = 0; at <= path.getTotalLength(); at += 4) {
      const { x, y } = path.getPointAtLength(at).matrixTransform(matrix);
      for (const [name, t] of names) {
        if (x > t.left + 1 && x < t.right - 1 && y > t.top + 2 && y < t.bottom - 2) found.push(["an arrow runs through", name]);
      }
    }
  }
  const texts = [...document.querySelectorAll(".edge text, .node text")].map((text) => [text.textContent, box(text)]);
  texts.forEach(([one, a], i) => texts.slice(0, i).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1.5 && high > 3) found.push(["on each other", one, other]);
  }));
  return found;
}"""


class Attention(nn.Module):
    """Branches, a weight used twice, and what is computed between the calls."""

    def __init__(self):
        super().__init__()
        self.embed, self.norm = nn.Embedding(20, 6), nn.LayerNorm(6)
        self.query, self.key, self.value = (nn.Linear(6, 6) for _ in range(3))

    def forward(self, tokens):
        h = self.norm(self.embed(tokens))
        weights = ac.softmax(self.query(h) @ self.key(h).T / 6**0.5, axis=-1)
        return ((h + weights @ self.value(h)) @ self.embed.weight.T).sum()


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.into, self.again, self.out = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 1)

    def forward(self, x):
        h = Tensor(np.zeros((1, 4)))
        for t in range(4):
            h = ac.tanh(self.into(x[t : t + 1]) + self.again(h))
        return self.out(h).sum()


NETWORKS = {
    "digits": digits,
    "mlp": mlp,
    "block": lambda: block().sum(),
    "attention": lambda: Attention()(np.array([1, 2, 3])),
    "recurrent": lambda: Recurrent()(images(4, 3, label="x")),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_in_the_way_of_anything(visit, name):
    output = NETWORKS[name]()
    drawings = "".join(draw(output, graph=graph).svg for graph in ("forward", "backward", "both"))
    page = visit(f"<!doctype html><title>layers</title>{drawings}")
    assert page.locator(".node").count() > 3 * 5
    assert page.evaluate(CROWDED) == []


def test_a_page_plays_layer_by_layer(visit):
    page = visit(draw(mlp(), depth=1).interactive().html)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert "backward: ∂loss/∂loss = 1.0" in page.locator("#said").text_content()
    page.keyboard.press("End")
    assert "∂loss/∂θ = norm" in page.locator("#said").text_content()
    assert page.locator(".node text.gradient:not(.later)").count() == 2
