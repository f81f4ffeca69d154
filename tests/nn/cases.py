"""What is compared with PyTorch: each case is one line that both libraries run unchanged.

A case takes ``F`` (``nn.functional`` or ``torch.nn.functional``) and its operands. The operands come from
a formula, so that the frozen references need not store them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.nn.activation_cases import activation_cases
from tests.nn.operands import Case, coarse, wave

REFERENCE = Path(__file__).parent / "reference.npz"
STEPS = 10


CONVOLUTIONS: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = {
    "plain": ((2, 3, 6, 5), (4, 3, 3, 2), {}),
    "stride": ((2, 2, 7, 6), (3, 2, 3, 3), {"stride": 2}),
    "stride pair": ((2, 2, 7, 6), (3, 2, 3, 2), {"stride": (2, 1)}),
    "padding": ((2, 2, 5, 5), (3, 2, 3, 3), {"padding": 1}),
    "padding pair": ((2, 2, 5, 5), (3, 2, 3, 3), {"padding": (0, 2)}),
    "same": ((2, 2, 5, 6), (3, 2, 3, 3), {"padding": "same"}),
    "same, even kernel": ((2, 2, 5, 6), (3, 2, 2, 4), {"padding": "same"}),
    "valid": ((2, 2, 5, 5), (3, 2, 2, 2), {"padding": "valid"}),
    "dilation": ((2, 2, 7, 7), (3, 2, 3, 2), {"dilation": 2}),
    "dilation pair, same": ((2, 2, 7, 7), (3, 2, 3, 3), {"dilation": (2, 3), "padding": "same"}),
    "groups": ((2, 4, 5, 5), (6, 2, 3, 3), {"groups": 2}),
    "depthwise": ((2, 3, 5, 5), (6, 1, 3, 3), {"groups": 3, "padding": 1}),
    "everything": (
        (2, 4, 9, 8), (4, 2, 3, 2), {"stride": (2, 3), "padding": (2, 1), "dilation": (1, 2), "groups": 2},
    ),
    "one image": ((2, 5, 5), (3, 2, 3, 3), {"padding": 1}),
    "one image, groups": ((2, 5, 5), (4, 1, 3, 3), {"groups": 2}),
    "kernel as large as the image": ((2, 3, 4, 5), (2, 3, 4, 5), {}),
    "1x1": ((2, 3, 4, 4), (5, 3, 1, 1), {}),
}  # fmt: skip

POOLINGS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    "2": ((2, 3, 6, 4), {"kernel_size": 2}),
    "odd remainder": ((2, 3, 7, 5), {"kernel_size": 2}),
    "pair": ((2, 2, 6, 7), {"kernel_size": (3, 2)}),
    "overlapping": ((2, 2, 7, 7), {"kernel_size": 3, "stride": 2}),
    "stride pair": ((2, 2, 7, 7), {"kernel_size": 3, "stride": (1, 2)}),
    "padding": ((2, 2, 6, 6), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "padding pair": ((2, 2, 6, 6), {"kernel_size": (2, 4), "padding": (1, 2)}),
    "one image": ((3, 6, 6), {"kernel_size": 2}),
}

LABELS = np.array([2, 0, 1, 2])
IMAGE_LABELS = np.array([[[0, 1], [2, 2]], [[1, 0], [0, 2]]])
TARGETS = np.array([0.0, 1.0, 1.0, 0.0, 0.3, 0.9]).reshape(2, 3)
SOFT = np.array([[0.63, 0.12, 0.07, 0.18], [1.0, 0.0, 0.0, 0.0]])
EXTREME = np.array([[1e4, -1e4, 0.0], [-1000.0, 1000.0, 999.0], [1e4, 1e4, -1e4]])


def _cases() -> dict[str, Case]:
    made: dict[str, Case] = {}
    for name, (image, kernel, options) in CONVOLUTIONS.items():
        operands = (wave(*image), wave(*kernel, phase=1.0), wave(kernel[0], phase=2.0))
        made[f"conv2d: {name}"] = Case(lambda F, x, w, b, o=options: F.conv2d(x, w, b, **o), operands)
    made["conv2d: no bias"] = Case(lambda F, x, w: F.conv2d(x, w), (wave(2, 2, 4, 4), wave(3, 2, 3, 3)))
    for name, (image, options) in POOLINGS.items():
        for kind, x in (("", wave(*image)), (", ties", coarse(*image))):
            made[f"max_pool2d: {name}{kind}"] = Case(lambda F, x, o=options: F.max_pool2d(x, **o), (x,))
        made[f"avg_pool2d: {name}"] = Case(lambda F, x, o=options: F.avg_pool2d(x, **o), (wave(*image),))
    made["max_pool2d: dilation"] = Case(
        lambda F, x: F.max_pool2d(x, 2, stride=1, dilation=(2, 3)), (wave(2, 2, 6, 6),)
    )
    made["avg_pool2d: margin not counted"] = Case(
        lambda F, x: F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False), (wave(2, 2, 6, 6),)
    )
    for name, shape in {"vector": (3,), "batch": (4, 3), "batch of sequences": (2, 4, 3)}.items():
        operands = (wave(*shape), wave(5, 3, phase=1.0), wave(5, phase=2.0))
        made[f"linear: {name}"] = Case(lambda F, x, w, b: F.linear(x, w, b), operands)
    made["linear: no bias"] = Case(lambda F, x, w: F.linear(x, w), (wave(4, 3), wave(5, 3, phase=1.0)))
    made |= activation_cases()
    for name in ("softmax", "log_softmax"):
        made[f"{name}: extreme"] = Case(lambda F, x, f=name: getattr(F, f)(x, dim=1), (EXTREME,))
    for how in ("mean", "sum", "none"):
        made[f"mse_loss: {how}"] = Case(
            lambda F, x, y, r=how: F.mse_loss(x, y, reduction=r), (wave(3, 4), wave(3, 4, phase=1.0))
        )
        made[f"binary_cross_entropy: {how}"] = Case(
            lambda F, p, y, r=how: F.binary_cross_entropy(p, y, reduction=r),
            (0.5 + wave(2, 3) / 4.1,),
            (TARGETS,),
        )
        made[f"binary_cross_entropy_with_logits: {how}"] = Case(
            lambda F, z, y, r=how: F.binary_cross_entropy_with_logits(z, y, reduction=r),
            (wave(2, 3),),
            (TARGETS,),
        )
        made[f"cross_entropy: {how}"] = Case(
            lambda F, z, y, r=how: F.cross_entropy(z, y, reduction=r), (wave(4, 3),), (LABELS,)
        )
        made[f"cross_entropy: probabilities, {how}"] = Case(
            lambda F, z, y, r=how: F.cross_entropy(z, y, reduction=r), (wave(2, 4),), (SOFT,)
        )
        made[f"cross_entropy: images, {how}"] = Case(
            lambda F, z, y, r=how: F.cross_entropy(z, y, reduction=r), (wave(2, 3, 2, 2),), (IMAGE_LABELS,)
        )
        made[f"nll_loss: {how}"] = Case(
            lambda F, z, y, r=how: F.nll_loss(z, y, reduction=r), (wave(4, 3),), (LABELS,)
        )
    made["cross_entropy: one sample"] = Case(
        lambda F, z, y: F.cross_entropy(z, y), (wave(3),), (np.array(1),)
    )
    made["cross_entropy: extreme"] = Case(
        lambda F, z, y: F.cross_entropy(z, y, reduction="none"), (EXTREME,), (np.array([1, 0, 2]),)
    )
    made["binary_cross_entropy_with_logits: extreme"] = Case(
        lambda F, z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
        (EXTREME,), (np.array([[0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),),
    )  # fmt: skip
    made["binary_cross_entropy: certain and right"] = Case(
        lambda F, p, y: F.binary_cross_entropy(p, y, reduction="none") * 1.0,
        (np.array([0.2, 0.9]),), (np.array([0.0, 1.0]),),
    )  # fmt: skip
    return made


CASES = _cases()

OPTIMISERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "momentum": {"momentum": 0.9},
    "dampening": {"momentum": 0.9, "dampening": 0.5},
    "nesterov": {"momentum": 0.8, "nesterov": True},
    "weight decay": {"weight_decay": 0.1},
    "all": {"momentum": 0.7, "weight_decay": 0.05, "nesterov": True},
}


def start() -> tuple[np.ndarray, np.ndarray]:
    """The weight and bias from which the optimisers set out."""
    return wave(3, 2), wave(3, phase=1.0)


def valley(weight: Any, bias: Any) -> Any:
    """A loss with a curved valley, for either library."""
    return ((weight * weight).sum() - 3) ** 2 * 0.05 + ((weight.sum() - bias) ** 2).sum() * 0.1
