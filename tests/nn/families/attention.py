"""Attention and transformers, as functions of their inputs and parameters, with masks of all kinds."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nn.operands import Case, called, of_layer, wave

Q, K, V = wave(2, 3, 4, 2, phase=0.1), wave(2, 3, 5, 2, phase=0.2), wave(2, 3, 5, 3, phase=0.3)
OPEN = np.arange(20).reshape(4, 5) % 3 > 0
ADDED = wave(4, 5, phase=0.4)
SEEN = np.arange(5) < np.array([[5], [3]])  # which keys are no padding
NOTHING = np.arange(4)[:, None] * np.ones(5) > 0  # the first query may look at no key
CLOSED = np.where(NOTHING, 0.0, -np.inf)


def masked(mask: np.ndarray, **options: Any) -> Case:
    """Attention with a mask that is a constant."""
    return Case(
        lambda F, q, k, v, m: F.scaled_dot_product_attention(q, k, v, m, **options), (Q, K, V), (mask,)
    )


CASES: dict[str, Case] = {
    "attention: heads": called("scaled_dot_product_attention", Q, K, V),
    "attention: one sequence": called("scaled_dot_product_attention", Q[0, 0], K[0, 0], V[0, 0], scale=0.3),
    "attention: causal": called("scaled_dot_product_attention", Q, K, V, is_causal=True),
    "attention: causal, more queries": called(
        "scaled_dot_product_attention", K, Q, V[:, :, :4], is_causal=True
    ),
    "attention: mask": masked(OPEN),
    "attention: mask for all queries": masked(SEEN[:, None, None, :]),
    "attention: nothing to look at": masked(NOTHING),
    "attention: numbers that close everything": masked(CLOSED, scale=2.0),
    "attention: numbers that are added and learned": called("scaled_dot_product_attention", Q, K, V, ADDED),
    "attention: shared heads": called(
        "scaled_dot_product_attention", wave(2, 6, 4, 2), K, V, enable_gqa=True, is_causal=True
    ),
}

LONG, MEMORY = wave(4, 2, 6, phase=0.5), wave(5, 2, 6, phase=0.6)  # (L, N, E), (S, N, E)
WIDE, DEEP = wave(5, 2, 3, phase=0.7), wave(5, 2, 4, phase=0.8)
PADDING = ~SEEN
CAUSAL = ~np.tri(4, dtype=bool)
FLOATING = np.where(CAUSAL, -np.inf, wave(4, 4) / 3)


def as_mask(x: Any, mask: np.ndarray | None) -> Any:
    """A constant mask for either library."""
    if mask is None or hasattr(x, "namespace"):
        return mask
    import torch

    return torch.tensor(mask if mask.dtype == bool else mask.astype(str(x.dtype).removeprefix("torch.")))


def attended(text: str, *inputs: np.ndarray, masks: dict[str, Any] | None = None, **options: Any) -> Case:
    """Attention of one input to itself, or of three; output and weights."""

    def call(library: Any, layer: Any, *xs: Any) -> Any:
        given = {name: as_mask(xs[0], mask) for name, mask in (masks or {}).items()}
        return layer(*(xs * 3 if len(xs) == 1 else xs), **given, **options)

    return of_layer(f"MultiheadAttention({text})", *inputs, call=call)


CASES |= {
    "heads: self": attended("6, 2", LONG),
    "heads: batch first, each head's weights": attended(
        "6, 3, batch_first=True", LONG, average_attn_weights=False
    ),
    "heads: no weights": attended("6, 2, bias=False", LONG, need_weights=False),
    "heads: three inputs": attended("6, 2", LONG, MEMORY, MEMORY * 0.5),
    "heads: other lengths": attended("6, 2, kdim=3, vdim=4", LONG, WIDE, DEEP),
    "heads: other lengths, no bias": attended("6, 2, kdim=3, vdim=4, bias=False", LONG, WIDE, DEEP),
    "heads: one sequence": attended("6, 2", LONG[:, 0], MEMORY[:, 0], MEMORY[:, 1]),
    "heads: one sequence, padding": attended(
        "6, 2", LONG[:, 0], MEMORY[:, 0], MEMORY[:, 1], masks={"key_padding_mask": PADDING[1]}
    ),
    "heads: padding": attended("6, 2", LONG, MEMORY, MEMORY, masks={"key_padding_mask": PADDING}),
    "heads: padding, no weights": attended(
        "6, 2", LONG, MEMORY, MEMORY, masks={"key_padding_mask": PADDING}, need_weights=False
    ),
    "heads: mask": attended("6, 2", LONG, masks={"attn_mask": CAUSAL}),
    "heads: mask and padding": attended(
        "6, 2", LONG, masks={"attn_mask": CAUSAL, "key_padding_mask": PADDING[:, 1:]}
    ),
    "heads: numbers that are added": attended(
        "6, 2, batch_first=True", LONG.swapaxes(0, 1), masks={"attn_mask": FLOATING}
    ),
    "heads: a mask for each head": attended(
        "6, 2", LONG, masks={"attn_mask": np.arange(64).reshape(4, 4, 4) % 5 == 1}
    ),
    "heads: a learned key": attended("6, 2, add_bias_kv=True", LONG, masks={"attn_mask": CAUSAL}),
    "heads: learned and zero keys": attended(
        "6, 2, add_bias_kv=True, add_zero_attn=True",
        LONG,
        MEMORY,
        MEMORY,
        masks={"key_padding_mask": PADDING},
    ),
}


def with_masks(text: str, *inputs: np.ndarray, **masks: np.ndarray | None) -> Case:
    """A layer called with masks."""

    def call(library: Any, layer: Any, *xs: Any) -> Any:
        return layer(*xs, **{name: as_mask(xs[0], mask) for name, mask in masks.items()})

    return of_layer(text, *inputs, call=call)


ENCODER = "TransformerEncoderLayer(6, 2, 5, 0.0"
DECODER = "TransformerDecoderLayer(6, 2, 5, 0.0, layer_norm_eps=0.1"
WHOLE = "Transformer(6, 2, 1, 2, 5, 0.0, layer_norm_eps=0.1"
CASES |= {
    "encoder layer": of_layer(f"{ENCODER})", LONG),
    "encoder layer: norms first, gelu, masks": with_masks(
        f"{ENCODER}, 'gelu', norm_first=True)", LONG, src_mask=CAUSAL, src_key_padding_mask=PADDING[:, 1:]
    ),
    "encoder layer: batch first, no bias": of_layer(f"{ENCODER}, batch_first=True, bias=False)", LONG),
    "encoder layer: one sequence": of_layer(f"{ENCODER}, layer_norm_eps=0.1)", LONG[:, 0]),
    "encoder": with_masks(
        f"TransformerEncoder(nn.{ENCODER}), 2, nn.LayerNorm(6), enable_nested_tensor=False)",
        LONG,
        mask=FLOATING,
    ),
    "decoder layer": of_layer(f"{DECODER})", LONG, MEMORY),
    "decoder layer: norms first, masks": with_masks(
        f"{DECODER}, norm_first=True)",
        LONG,
        MEMORY,
        tgt_mask=CAUSAL,
        memory_key_padding_mask=PADDING,
        tgt_key_padding_mask=PADDING[:, 1:],
    ),
    "decoder": with_masks(
        f"TransformerDecoder(nn.{DECODER}, batch_first=True), 2)",
        LONG.swapaxes(0, 1),
        MEMORY.swapaxes(0, 1),
        tgt_mask=CAUSAL,
        memory_mask=~OPEN,
    ),
    "transformer": with_masks(f"{WHOLE})", MEMORY, LONG, tgt_mask=FLOATING, src_key_padding_mask=PADDING),
}

LAYERS = {
    "TransformerEncoderLayer": ("TransformerEncoderLayer(4, 2, 3, dropout=0.0)", (3, 2, 4)),
    "TransformerEncoderLayer, norms first": (
        "TransformerEncoderLayer(4, 2, 3, 0.0, 'gelu', batch_first=True, norm_first=True)",
        (1, 2, 4),
    ),
    "TransformerEncoder": (
        "TransformerEncoder(nn.TransformerEncoderLayer(2, 1, 2, 0.0), 2, nn.LayerNorm(2), enable_nested_tensor=False)",
        (2, 2),
    ),
}
