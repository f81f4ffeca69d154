"""Activations and gradients, layer by layer."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import DomainError, DtypeError, GraphError, ShapeError, Tensor, no_grad, scope, tanh
from tests.viz.plots.drawn import fits, given_axes, lines
from viz.plots import histograms_by_layer, variance_by_depth

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4))


def model():
    """Two of its three hidden units are dead."""
    net = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    net[0].bias.data[...] = [-100.0, 0.0, -100.0]
    return net


def title(axes):
    return axes.get_title().split("\n")


def mass(axes):
    """The share of all values that the bars add up to."""
    return sum(bar.get_height() for bar in axes.patches)


def deep(spread, activation=nn.Tanh, size=60, depth=10):
    layers = [layer for _ in range(depth) for layer in (nn.Linear(size, size), activation())]
    for layer in layers[::2]:
        layer.weight.data[...] = RNG.normal(0.0, spread, (size, size))
        layer.bias.data[...] = 0.0
    return nn.Sequential(*layers)


def test_each_layer_has_its_bars():
    net = model()
    axes = histograms_by_layer(net, X)
    assert [title(a)[0] for a in axes] == ["0: Linear", "1: ReLU", "2: Linear"]
    hidden = F.relu(net[0](X)).data
    assert title(axes[1]) == [
        "1: ReLU",
        f"std {hidden.std():.2g}, {(hidden == 0).mean():.0%} are 0",
        "2 of 3 units dead",
    ]
    assert [mass(a) for a in axes] == pytest.approx([1.0] * 3)
    assert axes[0].get_xlabel() == "activation"
    assert axes[0].get_ylabel() == "share of the values"
    assert fits(axes[0].figure)


def test_the_zeros_of_dead_units_are_hatched():
    bars = {bar.get_hatch(): bar.get_height() for bar in histograms_by_layer(model(), X)[1].patches[-2:]}
    assert bars["////"] == pytest.approx(2 / 3)
    assert 0.0 < bars[None] < 1 / 3


def test_a_channel_is_a_unit():
    maps = np.ones((5, 3, 4, 4))
    maps[:, 1] = 0.0
    assert title(histograms_by_layer([maps])[0])[-1] == "1 of 3 units dead"


def test_gradients_are_those_of_the_loss():
    net = model()
    targets = np.zeros(50, int)
    axes = histograms_by_layer(net, X, of="gradients", loss=lambda y: F.cross_entropy(y, targets), only="2")
    logits = net(X).data
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = (shares - [1.0, 0.0]) / 50
    assert title(axes[0]) == ["2: Linear", f"std {expected.std():.2g}"]
    assert axes[0].get_xlabel() == "gradient"
    dead = title(histograms_by_layer(net, X, of="gradients")[0])
    assert dead[-1] == "2 of 3 units without gradient"
    assert all(p.grad is None for p in net.parameters())


def test_a_recorded_loss_has_the_layers_in_its_graph():
    net = model()
    loss = F.cross_entropy(net(X), np.zeros(50, int))
    names = [title(a)[0] for a in histograms_by_layer(loss, of="gradients")]
    assert names == ["0: Linear", "1: ReLU", "2: Linear", "cross_entropy"]
    loss = nn.CrossEntropyLoss()(net(X), np.zeros(50, int))
    assert [title(a)[0] for a in histograms_by_layer(loss)] == [*names[:3], "CrossEntropyLoss"]


def test_what_a_module_computes_between_its_layers_is_a_layer():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(4, 3), nn.Linear(3, 3)

        def forward(self, x):
            return F.relu(self.b(F.relu(self.a(x))))

    assert [title(a)[0] for a in histograms_by_layer(Net(), X)] == [
        "a",
        "relu",
        "b",
        "relu (2)",
    ]


def test_layers_of_the_same_name_are_told_apart():
    block = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
    net = nn.Sequential(nn.Sequential(nn.Linear(4, 4)), block, block)
    names = [title(a)[0] for a in histograms_by_layer(net, X)]
    assert len(set(names)) == len(names) == 5
    assert names[0] == "0: Sequential › 0: Linear"


def test_scopes_without_modules_are_layers():
    def f(x):
        with scope("first"):
            x = tanh(x)
        with scope("second"):
            return x * 2

    assert [title(a)[0] for a in histograms_by_layer(f, X)] == ["first", "second"]


def test_panels_share_their_axis_unless_told_otherwise():
    arrays = [np.linspace(-1, 1, 50), np.linspace(-0.01, 0.01, 50)]
    assert len({a.get_xlim() for a in histograms_by_layer(arrays)}) == 1
    assert len({a.get_xlim() for a in histograms_by_layer(arrays, share_x=False)}) == 2


def test_exploded_numbers_are_counted_and_left_out():
    (axes,) = histograms_by_layer({"layer": [1.0, 2.0, np.nan, np.inf]})
    assert title(axes) == ["layer", "std 0.5", "2 NaN or infinite"]
    assert mass(axes) == pytest.approx(0.5)
    (axes,) = histograms_by_layer([[np.nan]])
    assert title(axes)[1] == "no finite number"


@pytest.mark.parametrize("array", [[0.0, 0.0], [2.0, 2.0], [1e300, -1e300], [7]], ids=str)
def test_constant_and_huge_numbers_are_drawn(array):
    axes = histograms_by_layer([np.array(array)])
    assert mass(axes[0]) == pytest.approx(1.0)
    axes[0].figure.canvas.draw()


def test_the_variance_is_that_of_each_layer():
    arrays = [RNG.normal(0, s, 100) for s in (1.0, 0.1, 0.01)]
    axes = variance_by_depth({"falling": arrays, "float32": [a.astype(np.float32) for a in arrays]})
    label = f"falling (last/first {arrays[2].var() / arrays[0].var():.2g})"
    np.testing.assert_allclose(lines(axes)[label], [[1, 2, 3], [a.var() for a in arrays]])
    assert axes.get_yscale() == "log"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("layer", "variance of the activations")


@pytest.mark.parametrize("last", [[], [nn.Softmax(1)], [nn.LogSoftmax(1)]])
def test_gradients_without_a_loss_of_ones_own_are_not_all_zero(last):
    nn.seed(0)
    net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 4), *last)
    x = np.random.default_rng(0).normal(size=(20, 3))
    axes = variance_by_depth({"net": net}, x, of="gradients")
    ours = axes.get_lines()[0].get_ydata()
    assert (ours > 0).all()
    alike = variance_by_depth({"net": net}, x, of="gradients", loss=lambda y: (y**2).sum() * 0.5)
    np.testing.assert_allclose(ours, alike.get_lines()[0].get_ydata(), rtol=1e-12)


def test_the_gradients_of_a_loss_are_its_own():
    nn.seed(0)
    net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
    x = np.ones((1, 3))
    axes = variance_by_depth({"net": net}, x, of="gradients", only="0")
    alike = variance_by_depth({"net": net}, x, of="gradients", only="0", loss=lambda y: y.sum())
    np.testing.assert_allclose(axes.get_lines()[0].get_ydata(), alike.get_lines()[0].get_ydata())


@pytest.mark.parametrize("of", ["activations", "gradients"])
def test_the_right_initialisation_keeps_the_variance(of):
    x = RNG.normal(size=(100, 60))
    weigh = RNG.normal(size=(100, 60))
    for net, low, high in (
        (deep(0.01), 0.0, 1e-3),
        (deep((2 / 60) ** 0.5, nn.ReLU), 0.1, 10.0),
    ):
        only = type(net[1]).__name__
        axes = variance_by_depth({"net": net}, x, of=of, only=only, loss=lambda y: (y * weigh).sum())
        variance = axes.get_lines()[0].get_ydata()
        assert len(variance) == 10
        ends = variance[-1] / variance[0] if of == "activations" else variance[0] / variance[-1]
        assert low < ends < high


def test_a_variance_of_zero_is_marked_at_the_foot():
    axes = variance_by_depth({"dying": [[-1.0, 1.0], [0.0, 0.0]], "dead": [[0.0], [0.0]]})
    shown = lines(axes)
    np.testing.assert_array_equal(shown["dying (last/first 0, hollow: 0)"][1], [1.0, np.nan])
    np.testing.assert_array_equal(shown["_0 dying"], [[2], [1 / 3]])
    assert "dead (0 everywhere)" in shown


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert variance_by_depth({"a": [[1.0, 2.0]]}, ax=axes) is axes
    place = given_axes()
    assert [a.figure for a in histograms_by_layer(model(), X, ax=place)] == [place.figure] * 3


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: histograms_by_layer(model()), DomainError, r"needs an example batch: histograms_by_layer\(model, x\)"),
        (lambda: histograms_by_layer(3.0), DtypeError, "takes a model.*got float"),
        (lambda: histograms_by_layer(model(), X, of="weights"), DomainError, "got 'weights'"),
        (lambda: histograms_by_layer(model(), X, only="Tanh"), DomainError, "no layer has 'Tanh'.*0: Linear"),
        (lambda: histograms_by_layer([]), DomainError, "there are no layers"),
        (lambda: histograms_by_layer([[]]), DomainError, "layer 'layer 1' is empty"),
        (lambda: histograms_by_layer(["a"]), DtypeError, "layer 1 has to be real numbers"),
        (lambda: histograms_by_layer(tanh, X), GraphError, "no layer in the recorded graph"),
        (lambda: histograms_by_layer(lambda x: 1.0, X), DtypeError, "has to give a Tensor, got float"),
        (lambda: histograms_by_layer(model(), X, of="gradients", loss=lambda y: y), GraphError, "into one number"),
        (lambda: histograms_by_layer([[1.0]] * 41), DomainError, "41 layers, at most 40"),
        (lambda: histograms_by_layer([[1.0]] * 2, ax=given_axes(3)), ShapeError, "2 axes are needed, got 3"),
        (lambda: variance_by_depth([[1.0]]), DtypeError, "sources by name"),
        (lambda: variance_by_depth({}), DomainError, "from 1 to 7 sources, got 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_nothing_recorded_is_said():
    with no_grad():
        y = model()(Tensor(X))
    with pytest.raises(GraphError, match=r"outside of no_grad\(\)"):
        histograms_by_layer(y)
