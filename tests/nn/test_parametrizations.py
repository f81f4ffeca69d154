"""Weights that are computed from others: PyTorch's numbers, names and buffers; everything a model can do."""

import copy
import pickle

import numpy as np
import pytest

import nn
import viz
from autograd_core import DomainError, DtypeError, ShapeError, Tensor, gradcheck


def grid(shape, step):
    return np.sin(np.arange(1, 1 + np.prod(shape, dtype=int)) * step).reshape(shape)


def filled(layer):
    for p in layer.parameters():
        p.data[...] = grid(p.shape, 1.7)
    return layer


# PyTorch 2.13, float64: after one forward pass in training mode, the gradients of the sum of squares.
WEIGHT_NORM = {
    "output": [0.4152168863, -0.2068915603, 0.7594317708, 0.3199074394],
    "bias": [2.3492973142, 0.2260317582],
    "parametrizations.weight.original0": [-0.6022604683, 0.297190804],
    "parametrizations.weight.original1": [
        2.0936703717, 1.8724754793, 1.7257501045, 0.3486633502, 0.2019458574, 0.476557285,
    ],
}  # fmt: skip
SPECTRAL_NORM = {
    "output": [0.3768090053, -0.2036501126, 0.7439584235, 0.3582487329],
    "bias": [2.2415348577, 0.3091972407],
    "parametrizations.weight.original": [
        1.6926191175, 1.9168009578, 2.2302998715, 0.6592992558, 0.8924668707, 0.2318084686,
    ],
    "parametrizations.weight.0._u": [-0.304803021, 0.9524154127],
    "parametrizations.weight.0._v": [0.179554905, 0.8942412398, -0.4099910256],
}  # fmt: skip
TRANSPOSED = {
    "output": [1.5127505711, 1.3776621481, 0.5397521605, -0.685442697, -0.4143046188, 0.3570143436],
    "bias": [6.8603297594, -1.4854659444],
    "parametrizations.weight.original": [
        0.1715133763, 1.1807686809, -0.2169564982, 0.0045888849,
        1.8498278374, 2.702623573, -0.829968887, -0.1979583108,
    ],
    "parametrizations.weight.0._u": [0.974888992, -0.2226913857],
    "parametrizations.weight.0._v": [0.6654077212, -0.2037515796, 0.5196996574, -0.4956108599],
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("norm", "make", "x", "wanted"),
    [
        (nn.weight_norm, lambda dtype: nn.Linear(3, 2, dtype=dtype), grid((2, 3), 0.3), WEIGHT_NORM),
        (nn.spectral_norm, lambda dtype: nn.Linear(3, 2, dtype=dtype), grid((2, 3), 0.3), SPECTRAL_NORM),
        (nn.spectral_norm, lambda d: nn.ConvTranspose1d(2, 2, 2, dtype=d), grid((1, 2, 2), 0.3), TRANSPOSED),
    ],
)
def test_numbers_gradients_and_buffers_are_pytorchs(norm, make, x, wanted, dtype):
    layer = norm(filled(make(dtype)))
    if norm is nn.spectral_norm:
        _, v = (buffer.shape for buffer in layer.buffers())
        start = {
            "parametrizations.weight.0._u": [0.6, 0.8],
            "parametrizations.weight.0._v": v[0] ** -0.5 + np.zeros(v),
        }
        layer.load_state_dict({**layer.state_dict(), **start})
    assert list(layer.state_dict()) == list(wanted)[1:]
    y = layer(x.astype(dtype))
    y.square().sum().backward()
    tolerance = {"rtol": 0, "atol": 1e-9 if dtype is np.float64 else 1e-5}
    assert y.dtype == dtype
    assert np.allclose(y.data.ravel(), wanted["output"], **tolerance)
    for path, parameter in layer.named_parameters():
        assert parameter.grad.dtype == dtype
        assert np.allclose(parameter.grad.ravel(), wanted[path], **tolerance), path
    for path, buffer in layer.named_buffers():
        assert buffer.dtype == dtype
        assert np.allclose(buffer.data, wanted[path], **tolerance), path


LAYERS = {
    "Linear": (lambda: nn.Linear(3, 2), (4, 3)),
    "Conv2d": (lambda: nn.Conv2d(2, 3, 2), (1, 2, 4, 4)),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(2, 3, 2), (1, 2, 3, 3)),
    "Embedding": (lambda: nn.Embedding(3, 2), None),
}
NORMS = [
    ("weight_norm", {}),
    ("weight_norm", {"dim": 1}),
    ("weight_norm", {"dim": None}),
    ("weight_norm", {"dim": -1}),
    ("weight_norm", {"dim": -2}),
    ("weight_norm", {"name": "bias"}),
    ("spectral_norm", {}),
    ("spectral_norm", {"n_power_iterations": 3}),
    ("spectral_norm", {"dim": 1}),
    ("spectral_norm", {"dim": -1, "eps": 1e-6}),
    ("spectral_norm", {"name": "bias", "dim": 0}),
]


@pytest.mark.peers
@pytest.mark.parametrize(
    ("kind", "norm", "options"),
    [
        (kind, norm, options)
        for kind in LAYERS
        for norm, options in NORMS
        if kind != "Embedding" or options.get("name") != "bias"
    ],
)
def test_every_step_is_pytorchs(kind, norm, options):
    torch = pytest.importorskip("torch")
    make, shape = LAYERS[kind]
    name = options.get("name", "weight")
    ours = filled(make())
    arguments = {"Linear": (3, 2), "Conv2d": (2, 3, 2), "ConvTranspose2d": (2, 3, 2), "Embedding": (3, 2)}
    theirs = getattr(torch.nn, kind)(*arguments[kind]).double()
    theirs.load_state_dict({path: torch.tensor(array) for path, array in ours.state_dict().items()})
    getattr(nn, norm)(ours, **options)
    getattr(torch.nn.utils.parametrizations, norm)(theirs, **options)
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)
    x = np.array([[0, 1, 2], [2, 2, 0]]) if shape is None else grid(shape, 0.3)
    for training in (True, True, False):
        theirs.train(training).zero_grad()
        ours.train(training).zero_grad()
        y, wanted = ours(x), theirs(torch.tensor(x))
        y.square().sum().backward()
        wanted.square().sum().backward()
        assert np.allclose(y.data, wanted.detach().numpy(), rtol=0, atol=1e-10)
        for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert np.allclose(mine.grad, other.grad.numpy(), rtol=0, atol=1e-10)
        for mine, other in zip(ours.buffers(), theirs.buffers(), strict=True):
            assert np.allclose(mine.data, other.numpy(), rtol=0, atol=1e-10)
    nn.remove_parametrizations(ours, name)
    torch.nn.utils.parametrize.remove_parametrizations(theirs, name)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for path, array in theirs.state_dict().items():
        assert np.allclose(ours.state_dict()[path], array.numpy(), rtol=0, atol=1e-10)


def network(norm=nn.weight_norm):
    nn.seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    norm(model[0])
    return model


BOTH = pytest.mark.parametrize("norm", [nn.weight_norm, nn.spectral_norm])


@BOTH
def test_a_model_learns_through_them(norm):
    model = network(norm)
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    x = np.random.default_rng(0).normal(size=(32, 3))
    target = np.tanh(x @ [[1.0], [-1.0], [0.5]]) * 0.4
    first = last = None
    for _ in range(60):
        optimizer.zero_grad()
        last = ((model(x) - target) ** 2).mean()
        first = last.item() if first is None else first
        last.backward()
        optimizer.step()
    assert last.item() < 0.1 * first
    if norm is nn.spectral_norm:
        model.eval()
        assert np.linalg.norm(model[0].weight.data, 2) == pytest.approx(1.0, rel=1e-3)


@BOTH
def test_gradients_are_right_twice(norm):
    model = network(norm).eval()
    x = grid((2, 3), 0.3)
    assert gradcheck(lambda *_: model(x).square().sum(), *model.parameters(), order=2)


@BOTH
@pytest.mark.parametrize("twin", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_compute_for_themselves(norm, twin):
    model = network(norm).eval()
    other = twin(model)
    x = grid((2, 3), 0.3)
    assert np.array_equal(model(x).data, other(x).data)
    other[0].parametrizations.weight[0].train()
    for p in other[0].parametrizations.parameters():
        p.data *= 1.5
        p.data += 1.0
    assert not np.allclose(model(x).data, other(x).data)
    model.load_state_dict(other.state_dict())
    other.eval()
    assert np.array_equal(model(x).data, other(x).data)


@BOTH
def test_they_follow_their_model(norm):
    model = network(norm)
    layer = model[0]
    assert layer.parametrizations.weight[0].training
    model.eval()
    assert not layer.parametrizations.weight[0].training
    assert norm(nn.Linear(2, 2).eval()).parametrizations.weight[0].training is False
    model.float()
    assert layer.weight.dtype == np.float32
    assert {array.dtype for array in model.state_dict().values()} == {np.dtype(np.float32)}
    seen = []
    model.apply(lambda module: seen.append(type(module).__name__))
    assert seen[-1] == "Sequential"
    assert "ParametrizationList" in seen
    assert not model.requires_grad_(False)[0].weight.requires_grad


@BOTH
def test_they_are_drawn_summarised_lowered_and_printed(norm):
    model = network(norm).eval()
    drawing = viz.draw(model, np.ones((1, 3)), layout="boxes")
    names = {box.name for box in drawing.picture.boxes}
    assert {"0.bias", "2.weight", "0.weight"} <= names
    assert any(name.startswith("0.parametrizations.weight") for name in names)
    scopes = {box.scope for box in drawing.picture.boxes}
    kind = "WeightNorm" if norm is nn.weight_norm else "SpectralNorm"
    assert ("Sequential", "0: Linear", "weight", f"0: {kind}") in scopes
    lines = nn.summary(model, (1, 3)).splitlines()
    assert [line.split()[1] for line in lines[2:5]] == ["Linear", "Tanh", "Linear"]
    assert lines[-1].split()[:2] == ["total", str(sum(p.size for p in model.parameters()))]
    assert f"(0): {kind}()" in repr(model)
    y = model(np.ones(3))
    (scalar,) = model.scalars()([1.0, 1.0, 1.0])
    assert scalar.data == pytest.approx(y.item())


def test_what_is_computed_is_called_like_what_it_stands_for():
    model = network()
    outer = nn.Module()
    outer.net = model
    assert model[0].weight.label == "net.0.weight"
    originals = [p.label for p in model[0].parametrizations.parameters()]
    assert originals == [f"net.0.parametrizations.weight.original{i}" for i in range(2)]
    with pytest.raises(ShapeError, match=r"0: .*linear\(\).*net.0.weight of shape \(4, 3\) .* takes 3"):
        model(np.ones((1, 2)))


def test_an_optimiser_goes_on_with_what_is_normalised_spectrally():
    model = network(lambda layer: layer)
    weight = model[0].weight
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    nn.spectral_norm(model[0])
    assert model[0].parametrizations.weight.original is weight
    before = weight.data.copy()
    model(grid((2, 3), 0.3)).square().sum().backward()
    optimizer.step()
    assert not np.array_equal(before, weight.data)
    nn.remove_parametrizations(model[0], "weight")
    assert model[0].weight is weight
    assert weight.label == "0.weight"
    assert np.linalg.norm(weight.data, 2) == pytest.approx(1.0, rel=1e-3)


def test_removed_they_leave_what_they_have_computed():
    layer = nn.Linear(3, 2)
    nn.weight_norm(nn.weight_norm(layer), "bias")
    layer.parametrizations.weight.original0.data *= 2
    now, bias = layer.weight.data, layer.bias.data
    assert nn.remove_parametrizations(layer, "weight") is layer
    assert (nn.is_parametrized(layer), nn.is_parametrized(layer, "weight")) == (True, False)
    assert isinstance(layer.weight, nn.Parameter)
    assert np.array_equal(layer.weight.data, now)
    nn.remove_parametrizations(layer, "bias")
    assert not nn.is_parametrized(layer)
    assert "parametrizations" not in vars(layer)
    assert (layer.bias.is_bias, layer.bias.label, layer.bias.tolist()) == (True, "bias", bias.tolist())
    assert repr(layer) == "Linear(in_features=3, out_features=2, bias=True)"


def test_the_original_can_be_had_back():
    layer = nn.Linear(3, 2)
    before = layer.weight.data.copy()
    nn.remove_parametrizations(nn.spectral_norm(layer), "weight", leave_parametrized=False)
    assert np.array_equal(layer.weight.data, before)


def test_power_iteration_goes_on_in_training_only_and_spares_older_graphs():
    nn.seed(0)
    layer = nn.spectral_norm(nn.Linear(6, 5))
    u = layer.parametrizations.weight[0]._u
    first = layer(np.ones((1, 6))).sum()
    assert not np.array_equal(u.data, layer.parametrizations.weight[0]._u.data)
    layer.eval()
    u = layer.parametrizations.weight[0]._u
    second = layer(np.ones((1, 6))).sum()
    assert layer.parametrizations.weight[0]._u is u
    first.backward()  # of a weight that was computed with other vectors
    early = layer.parametrizations.weight.original.grad.copy()
    layer.zero_grad()
    second.backward()
    assert np.allclose(early, layer.parametrizations.weight.original.grad, atol=0.1)


def test_the_common_seed_and_a_generator_of_its_own_repeat_the_start():
    states = []
    for _ in range(2):
        nn.seed(3)
        states.append(nn.spectral_norm(nn.Linear(3, 2)).state_dict())
    assert all(np.array_equal(states[0][path], states[1][path]) for path in states[0])
    own = [
        nn.spectral_norm(filled(nn.Linear(3, 2)), generator=np.random.default_rng(1)).state_dict()
        for _ in range(2)
    ]
    assert all(np.array_equal(own[0][path], own[1][path]) for path in own[0])


# -- of one's own --------------------------------------------------------------------------------


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

    def right_inverse(self, x):
        return x.triu()


class Outer(nn.Module):
    def forward(self, a, b):
        return a[:, None] * b[None, :]

    def right_inverse(self, x):
        u, s, v = np.linalg.svd(x.data)
        return Tensor(u[:, 0] * s[0]), Tensor(v[0])


class Twice(nn.Module):
    def forward(self, x):
        return 2 * x


def test_a_weight_is_what_it_was_when_it_can_be():
    layer = filled(nn.Linear(3, 3))
    symmetric = layer.weight.data + layer.weight.data.T
    layer.weight.data[...] = symmetric
    nn.register_parametrization(layer, "weight", Symmetric())
    assert np.allclose(layer.weight.data, symmetric)
    layer.weight = np.eye(3)
    assert np.array_equal(layer.weight.data, np.eye(3))
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]


def test_one_may_be_computed_from_several_tensors_and_by_several_steps():
    layer = nn.register_parametrization(nn.Linear(3, 2), "weight", Outer())
    assert [p.shape for p in layer.parametrizations.parameters()] == [(2,), (3,)]
    assert np.linalg.matrix_rank(layer.weight.data) == 1
    once = layer.weight.data
    nn.register_parametrization(layer, "weight", Twice())
    assert np.allclose(layer.weight.data, 2 * once)
    assert layer.weight.scope == ("weight", "1: Twice")
    with pytest.raises(
        nn.ModuleError, match=r"'weight' is computed by Twice, which has no right_inverse\(\)"
    ):
        layer.weight = once
    nn.spectral_norm(nn.weight_norm(nn.Linear(3, 2)))(np.ones(3)).sum().backward()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.weight_norm(nn.Linear(2, 2), "wieght"), nn.MissingPartError, "no parameter 'wieght'; did you"),
        (lambda: nn.spectral_norm(nn.ReLU()), nn.MissingPartError, "ReLU has no parameter 'weight'"),
        (lambda: nn.weight_norm(3), DtypeError, r"weight_norm\(\): needs a module, got 3"),
        (lambda: nn.weight_norm(nn.Linear(2, 2), dim=2), ShapeError, r"of shape \(2, 2\) has no axis `dim` \(=2\)"),
        (lambda: nn.spectral_norm(nn.Linear(2, 2), "bias", dim=1), ShapeError, r"shape \(2,\) has no axis"),
        (lambda: nn.spectral_norm(nn.Linear(2, 2), n_power_iterations=0), ShapeError, "n_power_iterations"),
        (lambda: nn.spectral_norm(nn.Linear(2, 2), eps=-1.0), DomainError, "eps"),
        (lambda: nn.remove_parametrizations(nn.Linear(2, 2), "weight"), nn.ModuleError, "is not parametrized"),
        (
            lambda: nn.remove_parametrizations(nn.weight_norm(nn.Linear(2, 2)), "weight", False),
            nn.ModuleError,
            r"computed from several tensors \(original0, original1\)",
        ),
        (
            lambda: nn.register_parametrization(nn.Linear(2, 3), "weight", nn.Flatten(0)),
            ShapeError,
            r"Flatten computes 'weight' of shape \(3, 2\), but gives shape \(6,\)",
        ),
        (lambda: nn.register_parametrization(nn.Linear(2, 2), "weight", abs), DtypeError, "needs modules, got"),
        (lambda: setattr(nn.weight_norm(nn.Linear(2, 2)), "weight", np.ones(3)), ShapeError, "cannot become"),
        (lambda: nn.Linear(2, 2).wieght, AttributeError, "'Linear' object has no attribute 'wieght'"),
    ],
)  # fmt: skip
def test_mistakes_are_told(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_refused_parametrization_changes_nothing():
    layer = nn.weight_norm(nn.Linear(2, 3))
    other = nn.Linear(2, 3)
    for module in (layer, other):
        before = module.state_dict()
        with pytest.raises(ShapeError):
            nn.register_parametrization(module, "weight", nn.Flatten(0))
        assert module.state_dict().keys() == before.keys()
        module(np.ones(2))
