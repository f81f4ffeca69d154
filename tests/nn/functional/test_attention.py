"""Attention: means of values, whatever may be looked at; and what is refused."""

import numpy as np
import pytest

import nn.functional as F
from autograd_core import DomainError, DtypeError, ShapeError, Tensor, gradcheck
from tests.nn.operands import wave

attention = F.scaled_dot_product_attention
Q, K, V = wave(2, 4, 3), wave(2, 5, 3, phase=1.0), wave(2, 5, 2, phase=2.0)


def test_equal_keys_give_the_mean_of_the_values():
    y = attention(Q, np.ones((2, 5, 3)), V)
    np.testing.assert_allclose(y.data, np.broadcast_to(V.mean(axis=1, keepdims=True), (2, 4, 2)))


def test_a_query_that_fits_one_key_gets_its_value():
    y = attention(np.eye(3) * 1e4, np.eye(3), wave(3, 2))
    np.testing.assert_allclose(y.data, wave(3, 2))


@pytest.mark.parametrize("allowed", [np.tri(4, 5, dtype=bool), np.arange(20).reshape(4, 5) % 3 > 0])
def test_what_is_masked_has_no_influence(allowed):
    v = Tensor(V, requires_grad=True)
    y = attention(Q, K, v, allowed)
    y[:, 1].sum().backward()
    assert not v.grad[:, ~allowed[1]].any()
    assert v.grad[:, allowed[1]].all()
    np.testing.assert_allclose(y.data, attention(Q, K, V, np.where(allowed, 0.0, -np.inf)).data, rtol=1e-14)


def test_causal_attention_does_not_see_what_comes():
    x = wave(6, 3)
    whole = attention(x, x, x, is_causal=True).data
    for length in range(1, 6):
        part = attention(x[:length], x[:length], x[:length], is_causal=True).data
        np.testing.assert_allclose(whole[:length], part, rtol=1e-13)


@pytest.mark.parametrize("mask", [np.zeros((4, 5), bool), np.full((4, 5), -np.inf)])
def test_a_query_that_may_look_at_nothing_gets_zeros_and_sends_nothing_back(mask):
    q = Tensor(Q, requires_grad=True)
    y = attention(q, K, V, mask)
    y.sum().backward()
    assert not y.data.any()
    assert not q.grad.any()


@pytest.mark.parametrize("shape", [(4, 5), (1, 5), (4, 1), (5,), (2, 1, 5), ()])
def test_masks_broadcast(shape):
    mask = np.asarray(wave(*shape) > -1)
    y = attention(Q, K, V, mask)
    np.testing.assert_allclose(y.data, attention(Q, K, V, np.broadcast_to(mask, (2, 4, 5))).data)


def test_heads_of_keys_are_shared_in_a_row():
    q, k, v = wave(2, 6, 4, 3), wave(2, 2, 5, 3, phase=1.0), wave(2, 2, 5, 2, phase=2.0)
    y = attention(q, k, v, enable_gqa=True)
    for head in range(6):
        alone = attention(q[:, head], k[:, head // 3], v[:, head // 3])
        np.testing.assert_allclose(y.data[:, head], alone.data, rtol=1e-13)


def test_dropout_leaves_weights_out_and_keeps_their_mean():
    keys = np.zeros((10_000, 1))
    y = attention(
        np.zeros((1, 1)), keys, np.ones((10_000, 1)), dropout_p=0.3, generator=np.random.default_rng(0)
    )
    assert y.item() == pytest.approx(1, abs=3 * np.sqrt(0.3 / 0.7 / 10_000))
    assert y.item() != 1


def test_float32_stays_float32():
    q, k, v = (x.astype(np.float32) for x in (Q, K, V))
    added = np.zeros((4, 5))  # of float64
    for mask in (None, np.ones((4, 5), bool), added, np.where(np.arange(5) < 3, added, -np.inf)):
        assert attention(q, k, v, mask).dtype == np.float32


def test_a_batch_may_be_empty():
    assert attention(np.zeros((0, 4, 3)), np.zeros((0, 5, 3)), np.zeros((0, 5, 2))).shape == (0, 4, 2)


def test_masked_attention_can_be_differentiated_twice():
    closed = np.tri(4, 5, k=-1, dtype=bool)  # the first query may look at nothing
    gradcheck(lambda q, k, v: attention(q, k, v, closed).square().sum(), Q, K, V, order=2)
    gradcheck(lambda m: attention(Q, K, V, m).square().sum(), wave(4, 5), order=2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: attention(Q, K[..., :2], V), ShapeError, "the same length E, got query (2, 4, 3), key (2, 5, 2)"),
        (lambda: attention(Q, K, V[:, :4]), ShapeError, "there is a value for each key"),
        (lambda: attention(Q[0, 0], K, V), ShapeError, "needs (..., L, E), (..., S, E) and (..., S, E')"),
        (lambda: attention(Q, K, V, np.ones((5, 4), bool)), ShapeError, "mask of shape (5, 4) does not broadcast to (..., L, S), here (2, 4, 5)"),
        (lambda: attention(Q, K, V, np.ones((3, 2, 4, 5), bool)), ShapeError, "does not broadcast"),
        (lambda: attention(Q, K, V, np.ones((4, 5), int)), DtypeError, "True and False, or of numbers that are added, got int64"),
        (lambda: attention(Q, K, V, np.ones((4, 5)), is_causal=True), DomainError, "`is_causal` is a mask itself"),
        (lambda: attention(Q, K, V, dropout_p=2.0), DomainError, "`dropout_p` (=2.0)"),
        (lambda: attention(Q, K, V, scale="large"), DtypeError, "`scale` (='large')"),
        (lambda: attention(wave(2, 3, 4, 3), wave(2, 2, 5, 3), wave(2, 2, 5, 3), enable_gqa=True), ShapeError, "3 heads of queries cannot share 2 heads"),
        (lambda: attention(Q, wave(3, 5, 3), wave(3, 5, 2)), ShapeError, "do not broadcast"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_the_call(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)
