"""Attention with several heads, and the layers of transformers around it; and what is refused."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import DomainError, DtypeError, ShapeError, ancestors, gradcheck, set_default_dtype
from tests.nn.operands import build, wave, whole

X, MEMORY = wave(4, 2, 6), wave(5, 2, 6, phase=1.0)  # (L, N, E), (S, N, E)
CAUSAL = ~np.tri(4, dtype=bool)


def made(text):
    nn.seed(0)
    return build(nn, text)


def heads(options="", masks=None, query=X, key=MEMORY, **how):
    return made(f"MultiheadAttention(6, 2{options})")(query, key, key, **(masks or {}), **how)


def test_heads_are_attention_side_by_side():
    layer = made("MultiheadAttention(6, 2, batch_first=True)")
    x = wave(2, 4, 6)
    q, k, v = np.split(F.linear(x, layer.in_proj_weight, layer.in_proj_bias).data, 3, axis=-1)
    parts = [
        F.scaled_dot_product_attention(*(z[..., 3 * i : 3 * i + 3] for z in (q, k, v))).data for i in (0, 1)
    ]
    wanted = layer.out_proj(np.concatenate(parts, axis=-1))
    np.testing.assert_allclose(layer(x, x, x)[0].data, wanted.data, rtol=1e-13)


def test_weights_are_shares_of_the_keys():
    y, each = heads(average_attn_weights=False)
    assert y.shape == (4, 2, 6)
    assert each.shape == (2, 2, 4, 5)
    np.testing.assert_allclose(each.data.sum(axis=-1), 1)
    np.testing.assert_allclose(heads()[1].data, each.data.mean(axis=1))
    assert heads(need_weights=False)[1] is None


def test_one_input_or_three_copies_of_it_are_the_same():
    layer = made("MultiheadAttention(6, 2)")
    one = layer(X, X, X)[0]
    three = layer(X, X.copy(), X.copy())[0]
    np.testing.assert_allclose(one.data, three.data, rtol=1e-13)
    products = [node for node in ancestors([one]) if node.op is not None and node.op.name == "affine"]
    assert len(products) == 2


def test_padding_is_not_looked_at():
    padding = np.arange(5) >= np.array([[5], [3]])
    y, weights = heads(masks={"key_padding_mask": padding})
    assert not weights.data[1, :, 3:].any()
    short, _ = heads(query=X[:, 1:], key=MEMORY[:3, 1:])
    np.testing.assert_allclose(y.data[:, 1:], short.data, rtol=1e-12)


def test_causal_attention_needs_no_mask():
    causal, _ = heads(key=X, is_causal=True)
    np.testing.assert_allclose(causal.data, heads(masks={"attn_mask": CAUSAL}, key=X)[0].data)
    assert not np.allclose(causal.data, heads(key=X)[0].data)


def test_a_query_that_may_look_at_nothing_gets_the_bias():
    layer = made("MultiheadAttention(6, 2)")
    layer.out_proj.bias.data = wave(6)
    y, weights = layer(X, MEMORY, MEMORY, key_padding_mask=np.array([[False] * 5, [True] * 5]))
    np.testing.assert_allclose(y.data[:, 1], np.broadcast_to(wave(6), (4, 6)))
    assert not weights.data[1].any()
    y.sum().backward()
    assert all(np.isfinite(p.grad).all() for p in layer.parameters())


@pytest.mark.parametrize("options", ["", ", add_bias_kv=True, add_zero_attn=True", ", kdim=5, vdim=4"])
def test_heads_pass_the_gradient_check(options):
    layer = made(f"MultiheadAttention(6, 2{options})")
    k, v = (wave(3, 1, n) for n in ((5, 4) if "kdim" in options else (6, 6)))
    masks = {"attn_mask": np.arange(6).reshape(2, 3) % 4 == 1}
    gradcheck(lambda q, *_: whole(layer(q, k, v, **masks)), wave(2, 1, 6), *layer.parameters())


def test_a_decoder_can_be_differentiated_twice():
    layer = made("TransformerDecoderLayer(2, 1, 2, 0.0)")
    gradcheck(lambda x, m: layer(x, m, tgt_is_causal=True).square().sum(), wave(2, 2), wave(3, 2), order=2)


def test_parameters_begin_as_pytorchs_do():
    layer = made("MultiheadAttention(60, 2, add_bias_kv=True)")
    bound = np.sqrt(6 / (60 + 180))
    assert 0.99 * bound < abs(layer.in_proj_weight.data).max() <= bound
    assert not layer.in_proj_bias.data.any()
    assert not layer.out_proj.bias.data.any()
    assert abs(layer.out_proj.weight.data).max() <= 1 / np.sqrt(60)
    assert [name for name, _ in layer.named_parameters()] == [
        "in_proj_weight", "in_proj_bias", "bias_k", "bias_v", "out_proj.weight", "out_proj.bias",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "MultiheadAttention(6, 2, dropout=0.5)",
        "TransformerEncoderLayer(6, 2, 5, 0.5)",
        "TransformerEncoder(nn.TransformerEncoderLayer(6, 2, 5, 0.5), 2)",
    ],
)
def test_dropout_rests_in_evaluation_and_repeats_with_a_seed(text):
    layer = made(text)
    given = (X,) * 3 if text.startswith("Multihead") else (X,)

    def output():
        nn.seed(1)
        return whole(layer(*given)).data

    trained = output()
    np.testing.assert_array_equal(trained, output())
    layer.eval()
    rested = whole(layer(*given)).data
    assert not np.allclose(rested, trained)
    np.testing.assert_array_equal(rested, whole(layer(*given)).data)


def test_float32_stays_float32_whatever_the_mask():
    set_default_dtype(np.float32)
    try:
        model = made("Transformer(6, 2, 1, 1, 5, 0.0)")
    finally:
        set_default_dtype(np.float64)
    mask = model.generate_square_subsequent_mask(4)  # of float64 by now
    y = model(MEMORY.astype(np.float32), X.astype(np.float32), tgt_mask=mask)
    y.sum().backward()
    assert {y.dtype, *(p.grad.dtype for p in model.parameters())} == {np.dtype(np.float32)}


def test_batches_may_be_empty():
    assert heads(query=X[:, :0], key=MEMORY[:, :0])[0].shape == (4, 0, 6)
    assert made("TransformerEncoderLayer(6, 2, 5)")(X[:, :0]).shape == (4, 0, 6)


def test_one_sequence_is_a_batch_of_one():
    layer = made("TransformerDecoderLayer(6, 2, 5, 0.0, batch_first=True)")
    x, memory = wave(4, 6), wave(5, 6)
    np.testing.assert_allclose(layer(x, memory).data, layer(x[None], memory[None]).data[0], rtol=1e-13)


@pytest.mark.parametrize("activation", [F.gelu, nn.GELU(), "gelu"])
def test_an_activation_is_a_word_a_function_or_a_module(activation):
    nn.seed(0)
    layer = nn.TransformerEncoderLayer(6, 2, 5, 0.0, activation)
    np.testing.assert_allclose(layer(X).data, made("TransformerEncoderLayer(6, 2, 5, 0.0, 'gelu')")(X).data)


def test_layers_of_a_stack_are_copies_with_names_of_their_own():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.TransformerEncoderLayer(6, 2, 5)
            self.encoder = nn.TransformerEncoder(self.layer, 2, nn.LayerNorm(6))

    model = Model()
    assert all(parameter.label == path for path, parameter in model.named_parameters())
    first, second = (layer.linear1.weight for layer in model.encoder.layers)
    assert first is not second
    np.testing.assert_array_equal(first.data, second.data)
    scopes = {node.scope[:3] for node in ancestors([model.encoder.eval()(X)]) if node.op is not None}
    assert ("encoder", "0: TransformerEncoderLayer", "self_attn") in scopes


def test_the_mask_of_a_sequence_closes_what_comes():
    mask = nn.Transformer.generate_square_subsequent_mask(3, dtype=np.float32)
    assert mask.dtype == np.float32
    np.testing.assert_array_equal(mask.data, np.where(np.tri(3) > 0, 0.0, -np.inf))


def test_a_transformer_takes_parts_of_ones_own():
    class Same(nn.Module):
        def forward(self, src, mask, src_key_padding_mask, is_causal):
            return src

    model = nn.Transformer(6, 2, num_decoder_layers=1, dim_feedforward=5, dropout=0.0, custom_encoder=Same())
    np.testing.assert_allclose(model(MEMORY, X).data, model.decoder(X, MEMORY).data)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.MultiheadAttention(6, 4), ShapeError, "`embed_dim` (=6) cannot be shared out to `num_heads` (=4)"),
        (lambda: nn.MultiheadAttention(6, 2, dropout=-1), DomainError, "`dropout` (=-1)"),
        (lambda: nn.MultiheadAttention(6, 2, True, 8), DtypeError, "`dropout` (=True)"),
        (lambda: heads(query=wave(4, 2, 5)), ShapeError, "query of shape (4, 2, 5) has length 5, not `embed_dim` (=6)"),
        (lambda: heads(", kdim=3"), ShapeError, "key of shape (5, 2, 6) has length 6, not `kdim` (=3)"),
        (lambda: heads(query=X[:, 0]), ShapeError, "needs query, key and value of (L, N, E), or (L, E) each"),
        (lambda: heads(query=wave(4, 3, 6)), ShapeError, "batches of unequal size"),
        (lambda: made("MultiheadAttention(6, 2)")(X, MEMORY, X), ShapeError, "there is a value for each key"),
        (lambda: heads(masks={"attn_mask": CAUSAL}), ShapeError, "`attn_mask` has shape (4, 4), not (L, S) = (4, 5) or (N · num_heads, L, S) = (4, 4, 5)"),
        (lambda: heads(masks={"attn_mask": CAUSAL.astype(int)}, key=X), DtypeError, "`attn_mask` has to be made of True and False"),
        (lambda: heads(masks={"key_padding_mask": np.zeros((5, 2), bool)}), ShapeError, "`key_padding_mask` has shape (5, 2), not (N, S) = (2, 5)"),
        (lambda: heads(masks={"key_padding_mask": np.zeros(4, bool)}, query=X[:, 0], key=MEMORY[:, 0]), ShapeError, "has shape (4,), not (S,) = (5,)"),
        (lambda: heads(masks={"key_padding_mask": np.zeros((2, 5), int)}), DtypeError, "`key_padding_mask` has to be"),
        (lambda: nn.TransformerEncoderLayer(6, 2, activation="tanh"), DomainError, "`activation` (='tanh') has to be one of 'relu', 'gelu'"),
        (lambda: nn.TransformerEncoderLayer(6, 2, activation=3), DtypeError, "`activation` (=3) has to be a function"),
        (lambda: nn.TransformerEncoderLayer(6, 4), ShapeError, "cannot be shared out"),
        (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(6, 2), 0), DomainError, "`num_layers` (=0)"),
        (lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer, 1), DtypeError, "a layer is an nn.Module"),
        (lambda: made("TransformerEncoderLayer(6, 2, 5)")(wave(4, 2, 5)), ShapeError, "not `embed_dim` (=6)"),
        (lambda: made("Transformer(6, 2, 1, 1, 5)")(MEMORY, wave(4, 3, 6)), ShapeError, "src of shape (5, 2, 6) and tgt of shape (4, 3, 6)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_the_call(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)


def test_a_refused_mask_leaves_the_model_as_it_was():
    model = made("Transformer(6, 2, 1, 1, 5)")
    before = model.state_dict()
    for masks in (
        {"tgt_mask": CAUSAL[:3]},
        {"memory_key_padding_mask": np.ones((2, 4), bool)},
        {"src_mask": "all"},
    ):
        with pytest.raises((ShapeError, DtypeError)):
            model(MEMORY, X, **masks)
    assert all(np.array_equal(array, before[name]) for name, array in model.state_dict().items())
    assert model.training
    assert all(p.grad is None for p in model.parameters())
