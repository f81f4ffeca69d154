"""The JavaScript of a model computes what the library computes: values, losses, gradients, steps."""

import json
import re

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, concatenate
from tests.javascript import needs_node, run
from tests.viz.training_pages.trained import line, plane, regression, three_classes, two_classes
from viz import training
from viz.output.page import asset
from viz.training_pages.program import Program, UnwritableError

ACTIVATIONS = [
    nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.LeakyReLU(), nn.ELU(), nn.GELU(), nn.SiLU(), nn.Hardtanh(),
    nn.Softsign(), nn.Mish(), nn.SELU(), nn.LogSigmoid(), nn.ReLU6(), nn.Identity(),
]  # fmt: skip


def compiled(model, x):
    model.eval()
    one = Tensor(x[:1], requires_grad=True)
    return Program(model(one), [one], list(model.parameters()), model(Tensor(x, requires_grad=True)))


def in_javascript(program, p, x, cotangents):
    """Outputs, gradients of the inputs and of the parameters, of one sample."""
    source = f"""{program.javascript}
      const [p, x, c, size, output] = data, v = Array(size).fill(0), g = Array(size).fill(0), s = p.map(() => 0);
      x.forEach((value, k) => {{ v[k] = value; }});
      forward(p, v);
      output.forEach((i, k) => {{ g[i] += c[k]; }});
      backward(p, v, g, s);
      answer = [output.map((i) => v[i]), g.slice(0, x.length), s];"""
    return run(source, [p.tolist(), x.tolist(), cotangents.tolist(), program.size, program.output.tolist()])


def agrees(model, data):
    """Whether a model gives, in JavaScript, the values and gradients that it has here."""
    program = compiled(model, data)
    parameters = list(model.parameters())
    p = np.concatenate([parameter.data.ravel() for parameter in parameters])
    for sample in data[:3]:
        x = Tensor(sample[None], requires_grad=True)
        output = model(x)
        cotangents = np.random.default_rng(1).normal(size=output.size)
        for parameter in parameters:
            parameter.grad = None
        (output * cotangents.reshape(output.shape)).sum().backward()
        found = in_javascript(program, p, sample.ravel(), cotangents)
        assert found[0] == pytest.approx(output.data.ravel(), abs=1e-12)
        assert found[1] == pytest.approx(x.grad.ravel(), abs=1e-12)
        there = [np.zeros(w.size) if w.grad is None else np.ravel(w.grad) for w in parameters]
        assert found[2] == pytest.approx(np.concatenate(there), abs=1e-12)


@needs_node
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda m: type(m).__name__)
def test_every_activation_whose_function_can_be_written(activation):
    nn.seed(1)
    agrees(nn.Sequential(nn.Linear(2, 5), activation, nn.Linear(5, 3)), plane()[0])


class Shortcut(nn.Module):
    """A residual layer, and what goes in beside what comes out."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = nn.Linear(2, 4), nn.Linear(4, 4), nn.Linear(6, 2)

    def forward(self, x):
        h = self.first(x).tanh()
        h = h + self.second(h).tanh()
        return self.last(concatenate([x, h], axis=1))


class Unusual(nn.Module):
    """Products without a bias, a scalar and a vector that learn, sums and means, a softmax in between."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(np.random.default_rng(0).normal(size=(2, 3)))
        self.scale, self.shift = nn.Parameter(np.array(0.5)), nn.Parameter(np.array([0.1, -0.2, 0.3]))

    def forward(self, x):
        h = F.softmax(x @ self.w * self.scale + self.shift, dim=1)
        return (h * self.w[0]).sum(axis=1, keepdims=True) + h[:, 1:].mean(axis=1, keepdims=True) + h[:, ::-1]


@needs_node
@pytest.mark.parametrize(
    "model", [Shortcut, Unusual, lambda: nn.Sequential(nn.Linear(2, 3), nn.LogSoftmax(1))]
)
def test_every_shape_of_dense_network(model):
    nn.seed(1)
    agrees(model(), plane()[0])


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (nn.Sequential(nn.Linear(2, 3), nn.Softplus()), "where.. compares numbers before it is recorded"),
        (nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3)), "standardize"),
        (nn.Sequential(nn.Linear(2, 3), nn.Unflatten(1, (1, 3)), nn.Conv1d(1, 1, 2), nn.Flatten()), "no operation of dense layers"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_named(model, words):
    with pytest.raises(UnwritableError, match=words):
        compiled(model, plane()[0])


def test_what_depends_on_the_samples_without_being_recorded_is_found():
    w = Tensor([[1.0, 2.0]], requires_grad=True)
    x = plane()[0]

    def beside(x):
        return (x * np.abs(x.data)) @ w.T

    one = Tensor(x[:1], requires_grad=True)
    with pytest.raises(UnwritableError, match="numbers that were not recorded"):
        Program(beside(one), [one], [w], beside(Tensor(x, requires_grad=True)))


def test_the_size_of_the_program_does_not_grow_with_the_network():
    narrow, wide = (
        len(
            compiled(
                nn.Sequential(nn.Linear(2, n), nn.Tanh(), nn.Linear(n, n), nn.Tanh(), nn.Linear(n, 1)),
                plane()[0],
            ).javascript
        )
        for n in (4, 64)
    )
    assert wide < 1.2 * narrow


# -- the steps that the page takes


def steps_of(page, state, count, settings):
    """The parameters after so many steps of the page itself, from a recorded state."""
    script = re.findall(r"<script>(.*?)</script>", page.html, re.DOTALL)[0]
    program = script[script.index("const network") : script.index(asset("plot.js", "viz.training_pages"))]
    story = re.search(r'id="story">(.*?)</script>', page.html, re.DOTALL)[1]
    source = f"""const document = {{ getElementById: () => ({{ textContent: data.story }}) }};
      {program}
      load(data.state);
      Object.assign(settings, data.settings);
      const losses_ = [];
      for (let k = 0; k < data.count; k++) {{ losses_.push(judge().loss); descend(); }}
      answer = [[...p], losses_];"""
    given = {"story": json.dumps(json.loads(story)), "state": state, "count": count, "settings": settings}
    return run(source, given)


def drawn_orders(n, size, count):
    """The batches of the page's generator (mulberry32, Fisher and Yates), which begins with 1."""
    seed, order, at, found = 1, [], 0, []

    def signed(a):
        a &= 0xFFFFFFFF
        return a - 2**32 if a >= 2**31 else a

    def unsigned(a):
        return a & 0xFFFFFFFF

    def random():
        nonlocal seed
        seed = signed(seed + 0x6D2B79F5)
        t = signed((seed ^ (unsigned(seed) >> 15)) * (1 | seed))
        t = signed(signed(t + signed((t ^ (unsigned(t) >> 7)) * (61 | t))) ^ t)
        return unsigned(t ^ (unsigned(t) >> 14)) / 2**32

    for _ in range(count):
        if at >= len(order):
            order, at = list(range(n)), 0
            for i in range(n - 1, 0, -1):
                j = int(random() * (i + 1))
                order[i], order[j] = order[j], order[i]
        found.append(order[at : at + size])
        at += size
    return found


@needs_node
@pytest.mark.parametrize("made", [two_classes, three_classes, regression])
@pytest.mark.parametrize(("batch", "decay"), [(None, 0.0), (None, 0.03), (16, 0.01)])
def test_steps_of_the_page_are_those_of_the_library(made, batch, decay):
    model, (x, y), loss, recording, page = made()
    state, count, size = 2, 7, batch or len(x)
    found, losses = steps_of(page, state, count, {"rate": 0.3, "batch": size, "decay": decay})
    with recording.at(recording.states[state]):
        optimizer = nn.SGD(model.parameters(), lr=0.3, weight_decay=decay)
        for k, taken in enumerate(drawn_orders(len(x), size, count)):
            assert losses[k] == pytest.approx(loss(model(x), y).item(), abs=1e-9)
            optimizer.zero_grad()
            loss(model(x[taken]), y[taken]).backward()
            optimizer.step()
        expected = np.concatenate([p.data.ravel() for p in model.parameters()])
    assert np.abs(np.array(found) - expected).max() < 1e-9


LOSSES = [F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss]


@needs_node
@pytest.mark.parametrize("loss", LOSSES, ids=lambda f: f.__name__)
def test_losses_of_numbers(loss):
    nn.seed(0)
    x, y = line()
    model = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    page = training(model, (x, y), loss=loss)
    found, _ = steps_of(page, 0, 3, {"rate": 0.1, "batch": len(x), "decay": 0.0})
    start = page._story.states[0]
    with page._story.recording.at(start):
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        expected = np.concatenate([p.data.ravel() for p in model.parameters()])
    assert np.abs(np.array(found) - expected).max() < 1e-9
