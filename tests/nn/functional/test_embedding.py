"""Tables of rows, products of two inputs, and units with a centre."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, Value, gradcheck, lower
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError
from tests.nn.checks import assert_equal
from tests.nn.operands import wave

# -- embedding -----------------------------------------------------------------------------------------


def test_an_embedding_is_the_product_of_one_hot_rows_with_the_table():
    table = nn.Parameter(wave(5, 3))
    indices = [[0, 2, 2], [4, 1, 0]]
    factor = wave(2, 3, 3, phase=1.0)
    (F.embedding(indices, table) * factor).sum().backward()
    by_rows = table.grad
    table.grad = None
    product = F.one_hot(indices, 5).astype(float) @ table
    assert np.array_equal(F.embedding(indices, table).data, product.data)
    (product * factor).sum().backward()
    assert_equal(by_rows, table.grad)


def test_a_row_taken_often_gets_the_sum_of_its_gradients():
    table = nn.Parameter(np.zeros((4, 2)))
    F.embedding([1, 3, 1, 1], table).sum().backward()
    assert table.grad.tolist() == [[0, 0], [3, 3], [0, 0], [1, 1]]


@pytest.mark.parametrize("indices", [[1, 3, 1], np.array([[0, 2]], np.uint8), Tensor(np.array([2, 2]))])
def test_central_differences_confirm_an_embedding(indices):
    for padding in (None, 2):
        layer = nn.Embedding(4, 3, padding)
        passing = np.ones((4, 1))
        if padding is not None:
            passing[padding] = 0
        gradcheck(lambda w, f=passing, p=padding: F.embedding(indices, w * f, p), wave(4, 3), order=2)
        y = layer(indices)
        assert np.array_equal(y.data, layer.weight.data[np.asarray(getattr(indices, "data", indices))])


def test_an_embedding_in_single_numbers():
    layer = nn.Embedding(4, 2, padding_idx=0)
    y = layer([1, 0, 1])
    lowered = lower(y)
    assert np.array_equal([v.data for v in lowered.output.flat], y.data.ravel())
    sum(lowered.output.flat).backward()
    y.sum().backward()
    assert np.array_equal(lowered.gradient(layer.weight), layer.weight.grad)
    assert layer.weight.grad.tolist() == [[0, 0], [2, 2], [0, 0], [0, 0]]


def test_the_padding_row_is_zero_and_learns_nothing():
    layer = nn.Embedding(4, 2, padding_idx=-1)
    assert layer.padding_idx == 3
    assert layer.weight.data[3].tolist() == [0, 0]
    optimiser = nn.SGD(layer.parameters(), lr=1.0)
    layer([3, 0]).sum().backward()
    optimiser.step()
    assert layer.weight.data[3].tolist() == [0, 0]
    assert layer.weight.grad[0].tolist() == [1, 1]


@pytest.mark.peers
@pytest.mark.parametrize("norm_type", [1.0, 2.0, np.inf])
def test_long_rows_are_shortened_when_they_are_taken(norm_type):
    torch = pytest.importorskip("torch")
    table = 3 * wave(5, 4)
    ours = nn.Embedding.from_pretrained(table, max_norm=2.5, norm_type=norm_type)
    theirs = torch.nn.Embedding.from_pretrained(torch.tensor(table), max_norm=2.5, norm_type=norm_type)
    assert_equal(ours([1, 3, 1]).data, theirs(torch.tensor([1, 3, 1])).numpy())
    assert_equal(ours.weight.data, theirs.weight.numpy())
    assert np.linalg.norm(ours.weight.data, norm_type, axis=1)[[1, 3]].max() <= 2.5
    assert np.array_equal(ours.weight.data[0], table[0])


def test_a_table_that_is_known_is_copied_and_stays_as_it_is():
    table = wave(3, 2).astype(np.float32)
    nn.seed(0)
    before = nn.seed(0).random()
    nn.seed(0)
    layer = nn.Embedding.from_pretrained(table)
    assert nn.init.uniform_(nn.Parameter([0.0])).item() == before  # nothing was drawn
    assert layer.weight.dtype == np.float32
    assert not layer.weight.requires_grad
    assert not np.may_share_memory(layer.weight.data, table)
    assert not layer([0]).requires_grad
    learning = nn.Embedding.from_pretrained(Tensor(table), freeze=False, padding_idx=1)
    learning([0, 1]).sum().backward()
    assert learning.weight.grad.tolist() == [[1, 1], [0, 0], [0, 0]]
    assert learning.weight.data[1].tolist() == table[1].tolist()
    assert [name for name, _ in learning.named_parameters()] == ["weight"]
    assert learning.weight.label == "weight"


def test_single_precision_stays_single():
    layer = nn.Embedding(3, 2, padding_idx=0, max_norm=1.0, dtype=np.float32)
    y = layer([0, 1])
    y.sum().backward()
    assert y.dtype == layer.weight.grad.dtype == layer.weight.dtype == np.float32


@pytest.mark.parametrize(("indices", "shape"), [([], (0, 2)), (0, (2,)), (np.zeros((2, 0), int), (2, 0, 2))])
def test_indices_of_any_shape(indices, shape):
    assert nn.Embedding(3, 2)(indices).shape == shape


def test_words_learn_what_follows_them():
    nn.seed(0)
    model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 5))
    optimiser = nn.SGD(model.parameters(), lr=1.0)
    words = np.arange(5)
    for _ in range(100):
        optimiser.zero_grad()
        F.cross_entropy(model(words), (words + 2) % 5).backward()
        optimiser.step()
    assert np.array_equal(model(words).data.argmax(1), (words + 2) % 5)


# -- states and appearance -----------------------------------------------------------------------------

ALIKE = {
    "Embedding": ("Embedding(5, 3, padding_idx=1)", (np.array([[0, 1], [4, 4]]),)),
    "Embedding, short rows": ("Embedding(5, 3, max_norm=1.0, norm_type=1.0)", (np.array([0, 3]),)),
    "Bilinear": ("Bilinear(2, 3, 4)", (wave(5, 2), wave(5, 3, phase=1.0))),
    "Bilinear without bias": ("Bilinear(2, 3, 4, bias=False)", (wave(2), wave(3, phase=1.0))),
}


@pytest.mark.peers
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ALIKE)
def test_states_move_to_pytorch_and_back(name, dtype):
    torch = pytest.importorskip("torch")
    text, inputs = ALIKE[name]
    inputs = [x.astype(dtype) if x.dtype.kind == "f" else x for x in inputs]
    ours, theirs = (eval(f"nn.{text}", {"nn": library}) for library in (nn, torch.nn))
    assert repr(ours) == repr(theirs)
    ours.to(dtype)
    theirs.to(torch.float64 if dtype == np.float64 else torch.float32)
    theirs.load_state_dict({path: torch.tensor(array) for path, array in ours.state_dict().items()})
    ours.load_state_dict(theirs.state_dict())
    found, wanted = ours(*inputs), theirs(*map(torch.tensor, inputs))
    assert found.dtype == dtype
    assert_equal(found.data, wanted.detach().numpy(), dtype)
    found.sum().backward()
    wanted.sum().backward()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert p.grad.dtype == dtype
        assert_equal(p.grad, q.grad.numpy(), dtype)


# -- bilinear ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (0,)])
def test_a_bilinear_layer_is_its_formula(shape):
    layer = nn.Bilinear(2, 3, 4)
    a, b = wave(*shape, 2), wave(*shape, 3, phase=1.0)
    y = layer(a, b)
    assert_equal(y.data, np.einsum("...i,oij,...j->...o", a, layer.weight.data, b) + layer.bias.data)
    if y.size:
        gradcheck(lambda a, b, *_: layer(a, b), a, b, *layer.parameters())
        gradcheck(lambda a, b: layer(a, b).square().sum(), a, b, order=2)


def test_a_bilinear_layer_in_single_numbers():
    layer = nn.Bilinear(2, 3, 2)
    a, b = Tensor(wave(2, 2), requires_grad=True), Tensor(wave(2, 3, phase=1.0), requires_grad=True)
    y = layer(a, b)
    lowered = lower(y)
    assert_equal([v.data for v in lowered.output.flat], y.data.ravel())
    sum(lowered.output.flat).backward()
    y.sum().backward()
    for leaf in (a, b, layer.weight, layer.bias):
        assert_equal(lowered.gradient(leaf), leaf.grad)


# -- radial basis functions ----------------------------------------------------------------------------


def test_a_radial_unit_answers_to_what_is_near_its_centre():
    layer = nn.RBF(2, 3)
    x = wave(5, 2)
    c, beta = layer.centers.data, layer.beta.data
    wanted = [[np.exp(-b * np.sum((row - k) ** 2)) for k, b in zip(c, beta, strict=True)] for row in x]
    assert_equal(layer(x).data, np.array(wanted))
    assert_equal(layer(c).data.diagonal(), np.ones(3))
    assert layer(x[0]).shape == (3,)
    assert layer(wave(4, 5, 2)).shape == (4, 5, 3)
    assert_equal(F.rbf(x, c, 0.5).data, F.rbf(x, c, np.full(3, 0.5)).data)


@pytest.mark.parametrize("order", [1, 2])
def test_central_differences_confirm_radial_units(order):
    gradcheck(F.rbf, wave(3, 2), wave(2, 2, phase=1.0), np.array([0.3, 1.2]), order=order)


def test_radial_units_in_single_numbers_and_in_single_precision():
    layer = nn.RBF(2, 2)
    x = Tensor(wave(3, 2), requires_grad=True)
    y = layer(x)
    lowered = lower(y)
    assert_equal([v.data for v in lowered.output.flat], y.data.ravel())
    single = nn.RBF(2, 2, dtype=np.float32)
    z = single(wave(3, 2).astype(np.float32))
    z.sum().backward()
    assert {z.dtype, *(p.grad.dtype for p in single.parameters())} == {np.dtype(np.float32)}
    assert repr(single) == "RBF(in_features=2, num_centers=2)"


def test_centres_go_where_the_data_are():
    generator = np.random.default_rng(0)
    clouds = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 20.0]])
    data = (clouds[:, None] + 0.1 * generator.standard_normal((3, 50, 2))).reshape(-1, 2)
    layers = [nn.RBF(2, 3).initialize_from(data, generator=np.random.default_rng(seed)) for seed in range(30)]
    found = [layer.centers.data[np.lexsort(layer.centers.data.round().T)] for layer in layers]
    hits = [c for c in found if np.allclose(c, clouds[np.lexsort(clouds.T)], atol=0.1)]
    assert len(hits) > 5  # k-means finds some optimum; from one sample of each cloud, this one
    layer = layers[next(i for i, c in enumerate(found) if c is hits[0])]
    order = np.lexsort(layer.centers.data.round().T)
    assert layer.beta.data[order] == pytest.approx([1 / 200, 1 / 200, 1 / 800], rel=0.05)


def test_without_iterations_centres_are_different_samples():
    data = np.repeat(wave(6, 2), 3, axis=0)
    layer = nn.RBF(2, 6).initialize_from(data, iterations=0)
    assert_equal(np.unique(layer.centers.data, axis=0), np.unique(data, axis=0))


def test_radial_units_separate_what_no_line_does():
    nn.seed(0)
    x, labels = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), [0, 1, 1, 0]
    model = nn.Sequential(nn.RBF(2, 4).initialize_from(x), nn.Linear(4, 2))
    optimiser = nn.SGD(model.parameters(), lr=0.5)
    for _ in range(200):
        optimiser.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimiser.step()
    assert nn.accuracy(model(x), labels) == 1


def test_own_generators_repeat():
    for make in (
        lambda g: nn.Embedding(5, 3, generator=g),
        lambda g: nn.RBF(2, 3, generator=g),
        lambda g: nn.Bilinear(2, 3, 4, generator=g),
    ):
        first, second = (make(np.random.default_rng(7)) for _ in range(2))
        for p, q in zip(first.parameters(), second.parameters(), strict=True):
            assert np.array_equal(p.data, q.data)


def zeros(*shape):
    return np.zeros(shape)


MISTAKES = {
    "an index out of range": (
        lambda: nn.Embedding(4, 2)([[0, 1], [4, 2]]), IndexRangeError,
        "Embedding(4, 2): embedding(): index 4 at position (1, 0) is out of range, 4 rows are numbered 0 to 3",
    ),
    "a negative index": (
        lambda: F.embedding([0, -1], zeros(3, 2)), IndexRangeError, "index -1 at position 1 is out of range",
    ),
    "a single index": (lambda: F.embedding(3, zeros(3, 2)), IndexRangeError, "index 3 is out of range"),
    "indices of type float": (
        lambda: nn.Embedding(4, 2)(np.array([1.0, 2.5])), DtypeError,
        "embedding(): indices have to be integers, got float64 of shape (2,), the first is 1.0: give the list",
    ),
    "sentences of different lengths": (
        lambda: nn.Embedding(3, 2)([[1], [1, 2]]), DtypeError,
        "needs a rectangular array of numbers, got [[1], [1, 2]]",
    ),
    "a length in words": (lambda: nn.Embedding(3, 2, max_norm="a"), DtypeError, "`max_norm` (='a') has to be"),
    "a tensor of a list": (lambda: F.embedding(Tensor([0, 1]), zeros(3, 2)), DtypeError, "got float64"),
    "a mask": (lambda: F.embedding([True, False], zeros(3, 2)), DtypeError, "got bool of shape (2,)"),
    "a table of three axes": (
        lambda: F.embedding([0], zeros(3, 2, 2)), ShapeError, "the weight has shape (3, 2, 2), not",
    ),
    "a known table of one axis": (
        lambda: nn.Embedding.from_pretrained(zeros(3)), ShapeError,
        "Embedding.from_pretrained(): the table has shape (3,), not (num_embeddings, embedding_dim)",
    ),
    "no rows": (lambda: nn.Embedding(0, 2), ShapeError, "Embedding: `num_embeddings` (=0) has to be"),
    "empty rows": (lambda: nn.Embedding(2, 0), ShapeError, "Embedding: `embedding_dim` (=0) has to be"),
    "padding out of range": (
        lambda: nn.Embedding(4, 2, padding_idx=4), IndexRangeError,
        "Embedding: `padding_idx` (=4) is out of range, 4 rows are numbered 0 to 3",
    ),
    "padding between rows": (lambda: nn.Embedding(4, 2, 1.5), DtypeError, "`padding_idx` (=1.5) has to be"),
    "no length": (lambda: nn.Embedding(4, 2, max_norm=0.0), DomainError, "`max_norm` (=0.0) has to be a finite number above 0"),
    "a negative length": (
        lambda: F.embedding([0], zeros(2, 2), max_norm=-1.0), DomainError, "embedding(): `max_norm` (=-1.0)",
    ),
    "a first input of other features": (
        lambda: nn.Bilinear(2, 3, 4)(zeros(5, 3), zeros(5, 3)), ShapeError,
        "bilinear(): input1 of shape (5, 3) has 3 features, but weight of shape (4, 2, 3) (out, in1, in2) takes 2",
    ),
    "a second input of other features": (
        lambda: nn.Bilinear(2, 3, 4)(zeros(5, 2), zeros(5, 2)), ShapeError, "input2 of shape (5, 2) has 2",
    ),
    "batches of different sizes": (
        lambda: nn.Bilinear(2, 3, 4)(zeros(5, 2), zeros(6, 3)), ShapeError,
        "input1 of shape (5, 2) and input2 of shape (6, 3) have to agree before the last axis",
    ),
    "a number for a vector": (lambda: nn.Bilinear(2, 3, 4)(1.0, zeros(3)), ShapeError, "has no features"),
    "a matrix for products": (lambda: F.bilinear([1.0], [1.0], [[1.0]]), ShapeError, "the weight has shape (1, 1)"),
    "another bias": (
        lambda: F.bilinear([1.0], [1.0], [[[1.0]]], [1.0, 2.0]), ShapeError, "the bias has shape (2,), not (1,)",
    ),
    "no outputs": (lambda: nn.Bilinear(2, 3, 0), ShapeError, "Bilinear: `out_features` (=0)"),
    "another number of features for centres": (
        lambda: nn.RBF(2, 3)(zeros(4, 5)), ShapeError,
        "rbf(): the input of shape (4, 5) has 5 features, but the centers of shape (3, 2) have 2",
    ),
    "widths of other centres": (
        lambda: F.rbf(zeros(2), zeros(3, 2), zeros(2)), ShapeError, "beta has shape (2,), but there are 3 centers",
    ),
    "centres in a row": (lambda: F.rbf(zeros(2), zeros(2), 1.0), ShapeError, "the centers have shape (2,)"),
    "no centres": (lambda: nn.RBF(2, 0), ShapeError, "RBF: `num_centers` (=0) has to be"),
    "too few samples": (
        lambda: nn.RBF(1, 3).initialize_from([[0.0], [1.0], [1.0]]), DomainError,
        "RBF.initialize_from(): 3 centres need as many different samples, there are 2",
    ),
    "samples of other features": (
        lambda: nn.RBF(2, 1).initialize_from(zeros(4, 3)), ShapeError,
        "RBF.initialize_from(): the data have shape (4, 3), not (N, 2)",
    ),
    "samples that are not finite": (
        lambda: nn.RBF(1, 2).initialize_from([[1.0], [np.nan], [2.0]]), DomainError, "infinities or NaNs",
    ),
    "fewer means than none": (
        lambda: nn.RBF(1, 2).initialize_from([[1.0], [2.0]], iterations=-1), ShapeError,
        "`iterations` (=-1) has to be a whole number from 0",
    ),
    "a Value for vectors": (lambda: nn.RBF(2, 1)(Value(1.0)), DtypeError, "needs a Tensor"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)
