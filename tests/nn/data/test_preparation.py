"""Data prepared: standardised with the training data's figures, split, cut into patches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd_core import Tensor, gradcheck
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError

rng = np.random.default_rng(0)
X = rng.normal(3, 5, (50, 4))
IMAGES = rng.normal(0, 1, (6, 3, 9, 9)) + np.arange(9)


# -- standardised -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "axis", "rest"),
    [
        (X, 0, (4,)),
        (X, -2, (4,)),
        (X, None, ()),
        (X[:, 0], 0, ()),
        (IMAGES, (0, 2, 3), (3,)),
        (IMAGES, 0, (3, 9, 9)),
        (IMAGES, (1, 2, 3), (6,)),
    ],
    ids=["columns", "negative axis", "everything", "a row", "channels", "pixels", "each image"],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_mean_is_0_and_the_variance_1_along_the_axis_and_inverse_undoes_it(data, axis, rest, dtype):
    data = data.astype(dtype)
    scaled = nn.Standardize(data, axis)
    z = scaled(data)
    close = 1e-10 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(z.mean(axis), np.zeros(rest), atol=close)
    np.testing.assert_allclose(z.std(axis), np.ones(rest), atol=close)
    np.testing.assert_allclose(scaled.inverse(z), data, atol=20 * close)
    assert (z.dtype, scaled.inverse(z).dtype) == (dtype, dtype)
    assert np.array_equal(z, nn.standardize(data, axis))


def test_test_data_get_the_training_datas_figures():
    scaled = nn.Standardize(X[:40])
    np.testing.assert_allclose(scaled(X[40:]), (X[40:] - X[:40].mean(0)) / X[:40].std(0))


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-300])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_constant_column_becomes_0_and_stays_finite_for_other_values(value, dtype):
    data = np.full((7, 2), value, dtype)
    data[:, 1] = np.arange(7)
    scaled = nn.Standardize(data)
    assert (scaled(data)[:, 0] == 0).all()
    assert scaled(data + dtype(1))[0, 0] == dtype(value) + dtype(1) - dtype(value)


def test_it_is_scikit_learns():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    theirs = preprocessing.StandardScaler().fit(X[:40])
    np.testing.assert_allclose(nn.Standardize(X[:40])(X), theirs.transform(X), rtol=1e-12)


def test_a_single_sample_can_be_standardised_so_it_serves_as_a_transform():
    scaled = nn.Standardize(X)
    np.testing.assert_allclose(scaled(X[3]), scaled(X)[3])
    pixels = nn.Standardize(IMAGES, (0, 2, 3))
    np.testing.assert_allclose(pixels(IMAGES[3]), pixels(IMAGES)[3])
    (batch,) = nn.DataLoader(X, 50, transform=scaled)
    np.testing.assert_allclose(batch.data, scaled(X))


def test_a_tensor_stays_in_the_graph_and_integers_take_the_default_dtype():
    scaled = nn.Standardize(X)
    gradcheck(scaled, Tensor(X[:3], requires_grad=True))
    assert scaled(Tensor(X.astype(np.float32))).dtype == np.float32
    assert nn.standardize([[1, 5], [3, 9]]).tolist() == [[-1, -1], [1, 1]]
    assert nn.standardize([[1, 5], [3, 9]]).dtype == np.float64


def test_it_shows_what_it_found():
    assert repr(nn.Standardize([[1.0, 7.0], [3.0, 7.0]])) == "Standardize(mean=[2. 7.], deviation=[1. 1.])"


# -- split ------------------------------------------------------------------------------------------


@settings(deadline=None, derandomize=True)
@given(
    count=st.integers(2, 60),
    test_size=st.floats(0.01, 0.99) | st.integers(1, 59),
    seed=st.integers(0, 99),
)
def test_every_sample_is_in_one_part_beside_its_label(count, test_size, seed):
    tests = int(np.ceil(round(test_size * count, 9))) if isinstance(test_size, float) else test_size
    x, y = np.arange(2.0 * count).reshape(count, 2), np.arange(count)
    if tests >= count:
        with pytest.raises(DomainError, match="both need at least 1"):
            nn.train_test_split(x, y, test_size=test_size)
        return
    x_train, x_test, y_train, y_test = nn.train_test_split(x, y, test_size=test_size, generator=seed)
    assert (len(x_test), len(x_train)) == (tests, count - tests)
    assert sorted([*y_train, *y_test]) == y.tolist()
    assert np.array_equal(x_train, x[y_train])
    assert np.array_equal(x_test, x[y_test])


@settings(deadline=None, derandomize=True)
@given(
    sizes=st.lists(st.integers(2, 30), min_size=1, max_size=6),
    fraction=st.floats(0.2, 0.8),
    seed=st.integers(0, 99),
)
def test_a_stratified_split_keeps_the_shares_of_the_classes(sizes, fraction, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    tests = int(np.ceil(round(fraction * len(labels), 9)))
    if not len(sizes) <= tests <= len(labels) - len(sizes):
        with pytest.raises(DomainError, match=r"cannot hold all|both need at least 1"):
            nn.train_test_split(labels, test_size=fraction, stratify=labels)
        return
    train, test = nn.train_test_split(labels, test_size=fraction, stratify=labels, generator=seed)
    found = np.bincount(test, minlength=len(sizes))
    assert found.sum() == tests
    assert (np.abs(found - np.array(sizes) * tests / len(labels)) <= max(1, len(sizes) - 1)).all()
    assert set(train) == set(test) == set(range(len(sizes)))
    if min(sizes) * tests / len(labels) >= 1 and min(sizes) * (1 - tests / len(labels)) >= 1:
        assert (np.abs(found - np.array(sizes) * tests / len(labels)) < 1).all()


def test_a_split_repeats_with_its_seed_and_mixes_the_order():
    first = nn.train_test_split(np.arange(40), generator=3)
    for again in (3, np.random.default_rng(3)):
        assert all(map(np.array_equal, first, nn.train_test_split(np.arange(40), generator=again)))
    assert len(first[1]) == 10
    assert first[0].tolist() != sorted(first[0])
    stratified = nn.train_test_split(np.arange(40), stratify=[0, 1] * 20, generator=3)
    assert (np.diff(stratified[1] % 2) != 0).any()  # not class after class
    nn.seed(1)
    common = nn.train_test_split(np.arange(40))
    nn.seed(1)
    assert np.array_equal(nn.train_test_split(np.arange(40))[0], common[0])


def test_tensors_stay_tensors_and_labels_integers():
    x_train, _, y_train, _ = nn.train_test_split(Tensor(X.astype(np.float32)), [1] * 50)
    assert isinstance(x_train, Tensor)
    assert (x_train.dtype, y_train.dtype, type(y_train)) == (np.float32, np.int64, np.ndarray)
    assert sorted(nn.train_test_split(np.arange(4), stratify=["a", "b", "a", "b"], test_size=2)[1] % 2) == [
        0,
        1,
    ]


# -- patches ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("images", "size", "shape"),
    [
        (IMAGES[0, 0], 4, (20, 4, 4)),
        (IMAGES[:, 0], (2, 5), (20, 2, 5)),
        (IMAGES, 9, (20, 3, 9, 9)),
        (IMAGES.astype(np.float32), 1, (20, 3, 1, 1)),
        (Tensor(IMAGES), 3, (20, 3, 3, 3)),
        ([IMAGES[0, 0], IMAGES[1, 0, :5], IMAGES[2, 0, :, :4]], 4, (20, 4, 4)),
        ([IMAGES[0], IMAGES[1, :, :5]], 5, (20, 3, 5, 5)),
    ],
)
def test_a_patch_is_a_piece_of_an_image(images, size, shape):
    patches = nn.image_patches(images, size, 20, generator=0)
    assert patches.shape == shape
    source = images.data if isinstance(images, Tensor) else images
    assert patches.dtype == source[0].dtype
    pictures = [source] if isinstance(source, np.ndarray) and source.ndim == 2 else source
    assert all(any(is_piece(patch, picture) for picture in pictures) for patch in patches)


def is_piece(patch, picture):
    height, width = patch.shape[-2:]
    places = np.ndindex(picture.shape[-2] - height + 1, picture.shape[-1] - width + 1)
    return any(np.array_equal(picture[..., i : i + height, j : j + width], patch) for i, j in places)


def test_patches_come_from_everywhere_and_repeat_with_a_seed():
    picture = np.arange(16.0).reshape(4, 4)
    corners = nn.image_patches([picture, 100 + picture], 2, 2000, generator=1)[:, 0, 0]
    values, counts = np.unique(corners, return_counts=True)
    assert values.tolist() == [
        base + 4 * row + column for base in (0, 100) for row in range(3) for column in range(3)
    ]
    assert (np.abs(counts - 2000 / 18) < 50).all()  # five standard deviations
    assert np.array_equal(corners, nn.image_patches([picture, 100 + picture], 2, 2000, generator=1)[:, 0, 0])


def test_normalised_patches_have_no_mean_and_lie_between_a_tenth_and_nine_tenths():
    patches = nn.image_patches(IMAGES[:, 0], 5, 300, generator=0)
    found = nn.image_patches(IMAGES[:, 0], 5, 300, generator=0, normalize=True)
    centred = patches - patches.mean((1, 2), keepdims=True)
    limit = 3 * centred.std()
    inside = np.abs(centred) < limit
    np.testing.assert_allclose(found[inside], (0.5 + 0.4 * centred / limit)[inside])
    outlier = np.zeros((100, 4))
    outlier[3, 1], outlier[5, 2] = 100, -100
    cut = nn.normalize_patches(outlier)
    assert (cut.min(), cut.max()) == (0.5 - 0.4, 0.9)
    assert (nn.normalize_patches(np.ones((3, 2, 2), np.float32)) == np.float32(0.5)).all()
    assert nn.normalize_patches(patches.astype(np.float32)).dtype == np.float32


# -- mistakes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.standardize(X[:0]), ShapeError, r"nothing to measure, `x` has shape \(0, 4\)"),
        (lambda: nn.standardize(3.0), ShapeError, "`x` is a single number"),
        (lambda: nn.standardize(X, 2), IndexRangeError, "no `axis` 2 in data of 2 axes"),
        (lambda: nn.standardize(X, "rows"), IndexRangeError, "no `axis` 'rows'"),
        (
            lambda: nn.standardize([[1.0], [np.nan]]),
            DomainError,
            r"`x` has to be finite, got nan at position \(1, 0\)",
        ),
        (lambda: nn.standardize(["a"]), DtypeError, "`x` has to be made of numbers"),
        (
            lambda: nn.Standardize(X)(X[:, :3]),
            ShapeError,
            r"made from data of shape \(\*, 4\), got \(50, 3\)",
        ),
        (lambda: nn.Standardize(X)(X[:3].T[:3]), ShapeError, r"\(\*, 4\), got \(3, 3\)"),
        (lambda: nn.Standardize(X).inverse(X[0, :3]), ShapeError, r"inverse\(\): made from .* got \(3,\)"),
        (lambda: nn.Standardize(X)(X[None]), ShapeError, r"\(\*, 4\), got \(1, 50, 4\)"),
        (lambda: nn.train_test_split(), ShapeError, "nothing to split"),
        (lambda: nn.train_test_split(X, [1]), ShapeError, "`x` has 50 samples but `y` has 1"),
        (lambda: nn.train_test_split(X, 1), ShapeError, "`y` is a single number"),
        (lambda: nn.train_test_split(X[:0]), ShapeError, "there are no samples"),
        (
            lambda: nn.train_test_split(X[:1]),
            DomainError,
            "of 1 samples leaves 0 for training and 1 for testing",
        ),
        (
            lambda: nn.train_test_split(X, test_size=50),
            DomainError,
            r"`test_size` \(=50\) .* leaves 0 for training",
        ),
        (lambda: nn.train_test_split(X, test_size=0), DomainError, "0 for testing"),
        (
            lambda: nn.train_test_split(X, test_size=1.0),
            DomainError,
            r"\(=1.0\) has to be a fraction between 0 and 1",
        ),
        (lambda: nn.train_test_split(X, test_size="half"), DtypeError, "a whole number, got 'half'"),
        (
            lambda: nn.train_test_split(X, stratify=[0, 1]),
            ShapeError,
            r"each of the 50 samples, got shape \(2,\)",
        ),
        (lambda: nn.train_test_split(X, stratify=[3] + [0] * 49), DomainError, "class 3 has a single sample"),
        (
            lambda: nn.train_test_split(X, stratify=np.arange(50) % 20, test_size=10),
            DomainError,
            "40 samples for training and 10 for testing cannot hold all 20 classes",
        ),
        (lambda: nn.train_test_split(X, generator=1.5), DtypeError, "`generator` has to be a seed"),
        (
            lambda: nn.image_patches(IMAGES, 10, 2),
            ShapeError,
            r"10 x 10 does not fit into image 0 of shape \(3, 9, 9\)",
        ),
        (lambda: nn.image_patches(IMAGES, 0, 2), ShapeError, r"`size` \(=0\)"),
        (
            lambda: nn.image_patches(IMAGES, 3, 0),
            DomainError,
            r"`count` \(=0\) has to be a whole number from 1",
        ),
        (lambda: nn.image_patches(X[0], 3, 2), ShapeError, r"needs images .* got shape \(4,\)"),
        (
            lambda: nn.image_patches([X, IMAGES[0]], 3, 2),
            ShapeError,
            r"all \(C, H, W\), got \(50, 4\), \(3, 9, 9\)",
        ),
        (lambda: nn.image_patches(IMAGES[:0], 3, 2), ShapeError, r"got shape \(0, 3, 9, 9\)"),
        (lambda: nn.normalize_patches(X[:0]), ShapeError, r"got shape \(0, 4\)"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()
