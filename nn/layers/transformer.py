"""Transformers: attention and a small network in turn, each beside a path that passes everything on."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor, default_dtype
from autograd_core.errors import DtypeError, ShapeError

from .. import functional, init
from ..checks import check_count, check_flag, check_fraction, check_function, check_size, check_word, glimpse
from ..containers import ModuleList
from ..functional.attention import causal_mask
from ..functional.operands import as_tensor
from ..functional.wording import completed
from ..module import Module
from .attention import MultiheadAttention
from .dropout import Dropout
from .linear import Linear
from .normalization import LayerNorm

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"relu": functional.relu, "gelu": functional.gelu}

_SHARED = """
Args:
    d_model: E, the length of each element of a sequence.
    nhead: how many heads share it.
    dim_feedforward: the width of the network in between.
    dropout: the probability of being left out while training: of attention's weights, of units of the
        network, and of what a part adds.
    activation: of the network, "relu", "gelu" or a function.
    layer_norm_eps: added to variances.
    batch_first: whether inputs are (N, L, E), not (L, N, E).
    norm_first: whether a part is x + part(norm(x)), not norm(x + part(x)).
    bias: whether linear layers and norms add one.
    dtype: of the parameters; the default dtype when None.
    generator: draws the initial weights, and dropout's masks; the common one (:func:`nn.seed`) when None.

Raises:
    ShapeError: if a size is not positive, the heads do not share E evenly, or an input or mask has another
        shape.
    DomainError: for another activation, or if ``dropout`` is no probability.

Source: Vaswani et al. (2017), "Attention is all you need", section 3.1; norms first: Xiong et al. (2020), "On
layer normalization in the transformer architecture".
"""


class Block(Module):
    """What layers of encoders and decoders share: parts with a path past each, the last of them the network
    linear2(dropout(activation(linear1(x)))).

    Three dots in the documentation of a subclass stand for what both have in common.
    """

    _attentions: ClassVar[tuple[str, ...]]
    self_attn: MultiheadAttention

    def __init_subclass__(cls, attentions: tuple[str, ...], **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls._attentions = attentions
        cls.__doc__ = completed(cls.__doc__, _SHARED)

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        place = type(self).__name__
        check_size(place, d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward)
        check_fraction(place, dropout=dropout)
        check_flag(place, batch_first=batch_first, norm_first=norm_first, bias=bias)
        if isinstance(activation, str):
            check_word(place, list(_ACTIVATIONS), activation=activation)
        check_function(place, activation=_ACTIVATIONS.get(activation, activation))  # type: ignore[arg-type]
        for name in self._attentions:
            attention = MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, generator=generator
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype, generator=generator)
        self.dropout = Dropout(dropout, generator=generator)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype, generator=generator)
        self.norm_first = norm_first
        parts = range(1, len(self._attentions) + 2)
        for i in parts:
            setattr(self, f"norm{i}", LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))
        for i in parts:
            setattr(self, f"dropout{i}", Dropout(dropout, generator=generator))
        self.activation = _ACTIVATIONS.get(activation, activation)  # type: ignore[arg-type]

    def _beside(self, x: Tensor, part: int, function: Callable[[Tensor], Any]) -> Tensor:
        """x + f(norm(x)), or norm(x + f(x)), with what f gives dropped out."""
        norm, drop = getattr(self, f"norm{part}"), getattr(self, f"dropout{part}")
        if self.norm_first:
            return x + drop(function(norm(x)))  # type: ignore[no-any-return]
        return norm(x + drop(function(x)))  # type: ignore[no-any-return]

    def _network(self, x: Tensor) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(Block, attentions=("self_attn",)):
    """Attention of a sequence to itself, then a network for each of its elements: x ← norm(x + attention(x)),
    x ← norm(x + W_2 activation(W_1 x + b_1) + b_2).

    ...

    >>> layer = TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)
    >>> layer(np.ones((5, 3, 8))).shape
    (5, 3, 8)
    """

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        def attend(x: Tensor) -> Any:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]

        x = self._beside(as_tensor(src, "TransformerEncoderLayer"), 1, attend)
        return self._beside(x, 2, self._network)


class TransformerDecoderLayer(Block, attentions=("self_attn", "multihead_attn")):
    """Attention of a sequence to itself, then to a memory, then a network for each of its elements.

    ...

    >>> layer = TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16, batch_first=True)
    >>> layer(np.ones((5, 3, 8)), memory=np.ones((5, 4, 8))).shape
    (5, 3, 8)
    """

    multihead_attn: MultiheadAttention

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        known = as_tensor(memory, "TransformerDecoderLayer")

        def attend(x: Tensor) -> Any:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]

        def look(x: Tensor) -> Any:
            return self.multihead_attn(
                x, known, known, memory_key_padding_mask, False, memory_mask, is_causal=memory_is_causal
            )[0]

        x = self._beside(as_tensor(tgt, "TransformerDecoderLayer"), 1, attend)
        return self._beside(self._beside(x, 2, look), 3, self._network)


class Stack(Module):
    """Copies of a layer, one after the other, and a norm at the end if there is one."""

    layers: ModuleList

    def __init__(self, layer: Any, num_layers: int, norm: Module | None) -> None:
        super().__init__()
        place = type(self).__name__
        check_count(place, num_layers=num_layers)
        if not isinstance(layer, Module):
            raise DtypeError(f"{place}: a layer is an nn.Module, got {glimpse(layer)}")
        self.layers = ModuleList(_copied(layer) for _ in range(num_layers))
        self.num_layers, self.norm = num_layers, norm

    def _normed(self, x: Any) -> Tensor:
        return x if self.norm is None else self.norm(x)  # type: ignore[no-any-return]


def _copied(layer: Module) -> Module:
    """A copy that nobody has given a name yet."""
    made = copy.deepcopy(layer)
    for name in ("_name", "_scope"):
        made.__dict__.pop(name, None)
    for path, parameter in made.named_parameters():
        parameter.label = path
    return made


class TransformerEncoder(Stack):
    """Layers of a transformer one after the other, copies of one that begin with equal weights.

    Args:
        encoder_layer: the layer, an :class:`nn.TransformerEncoderLayer`.
        num_layers: how many copies there are.
        norm: what comes last, or None.
        enable_nested_tensor: changes nothing: there is one kind of tensor.

    Raises:
        DomainError: if ``num_layers`` is below 1.
        DtypeError: if the layer is no module.

    Source: Vaswani et al. (2017), "Attention is all you need", section 3.1.

    >>> layer = TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16)
    >>> encoder = TransformerEncoder(layer, num_layers=3)
    >>> encoder(np.ones((4, 5, 8)), is_causal=True).shape
    (4, 5, 8)
    """

    def __init__(
        self,
        encoder_layer: Any,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
    ) -> None:
        super().__init__(encoder_layer, num_layers, norm)

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool | None = None
    ) -> Tensor:
        x = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, bool(is_causal))
        return self._normed(x)


class TransformerDecoder(Stack):
    """Layers of a decoder one after the other, copies of one that begin with equal weights.

    Args:
        decoder_layer: the layer, an :class:`nn.TransformerDecoderLayer`.
        num_layers: how many copies there are.
        norm: what comes last, or None.

    Raises:
        DomainError: if ``num_layers`` is below 1.
        DtypeError: if the layer is no module.

    Source: Vaswani et al. (2017), "Attention is all you need", section 3.1.

    >>> layer = TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16)
    >>> TransformerDecoder(layer, num_layers=2)(np.ones((4, 5, 8)), np.ones((6, 5, 8))).shape
    (4, 5, 8)
    """

    def __init__(self, decoder_layer: Any, num_layers: int, norm: Module | None = None) -> None:
        super().__init__(decoder_layer, num_layers, norm)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        x = tgt
        for layer in self.layers:
            x = layer(
                x,
                memory,
                tgt_mask,
                memory_mask,
                tgt_key_padding_mask,
                memory_key_padding_mask,
                bool(tgt_is_causal),
                memory_is_causal,
            )
        return self._normed(x)


class Transformer(Module):
    """An encoder, and a decoder that looks at what it gives.

    Args:
        d_model: E, the length of each element of a sequence.
        nhead: how many heads share it.
        num_encoder_layers: how many layers the encoder has.
        num_decoder_layers: how many the decoder has.
        dim_feedforward: the width of the networks in between.
        dropout: the probability of being left out while training.
        activation: of the networks, "relu", "gelu" or a function.
        custom_encoder: an encoder of your own in place of one of :class:`nn.TransformerEncoderLayer`.
        custom_decoder: a decoder of your own.
        layer_norm_eps: added to variances.
        batch_first: whether inputs are (N, L, E), not (L, N, E).
        norm_first: whether norms come before what they are of.
        bias: whether linear layers and norms add one.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights, uniform as Glorot and Bengio have them, and dropout's masks; the
            common one (:func:`nn.seed`) when None.

    Raises:
        ShapeError: if a size is not positive, the heads do not share E evenly, or an input or mask has
            another shape.
        DomainError: for another activation, or if a number of layers is below 1.

    Source: Vaswani et al. (2017), "Attention is all you need".

    >>> model = Transformer(8, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16)
    >>> mask = model.generate_square_subsequent_mask(3)
    >>> model(np.ones((4, 5, 8)), np.ones((3, 5, 8)), tgt_mask=mask).shape
    (3, 5, 8)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = "relu",
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_size("Transformer", d_model=d_model, nhead=nhead)

        def stack(kind: type[Any], layer: type[Any], count: int) -> Any:
            made = layer(
                d_model,
                nhead,
                dim_feedforward,
                dropout,
                activation,
                layer_norm_eps,
                batch_first,
                norm_first,
                bias,
                dtype=dtype,
                generator=generator,
            )
            return kind(made, count, LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype))

        self.encoder = custom_encoder or stack(
            TransformerEncoder, TransformerEncoderLayer, num_encoder_layers
        )
        self.decoder = custom_decoder or stack(
            TransformerDecoder, TransformerDecoderLayer, num_decoder_layers
        )
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter, generator=generator)
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        x, y = as_tensor(src, "Transformer"), as_tensor(tgt, "Transformer")
        batch = slice(0, 1) if self.batch_first else slice(1, 2)
        if x.ndim != y.ndim or (x.ndim == 3 and x.shape[batch] != y.shape[batch]):
            raise ShapeError(f"src of shape {x.shape} and tgt of shape {y.shape} are of unequal batches")
        memory = self.encoder(
            x, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal
        )
        output: Tensor = self.decoder(
            y,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )
        return output

    @staticmethod
    def generate_square_subsequent_mask(sz: int, dtype: DTypeLike | None = None) -> Tensor:
        """The mask with which element i looks at the elements 0 to i only: 0 there, -inf elsewhere, (sz, sz).

        >>> Transformer.generate_square_subsequent_mask(2).tolist()
        [[0.0, -inf], [0.0, 0.0]]
        """
        check_size("generate_square_subsequent_mask()", 0, sz=sz)
        kind = np.dtype(default_dtype() if dtype is None else dtype)
        mask = np.zeros((sz, sz), kind)
        mask[~causal_mask(sz, sz)] = -math.inf
        return Tensor(mask)
