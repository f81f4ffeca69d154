"""Normalisation, of batches, samples, groups and neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nn.operands import Case, called, wave

SCALE, SHIFT = wave(4, phase=1.0), wave(4, phase=2.0)
MEANS, VARIANCES = wave(4, phase=3.0), wave(4, phase=4.0) ** 2 + 0.5

SHAPES = {"vectors": (5, 4), "sequences": (3, 4, 6), "images": (2, 4, 3, 5), "volumes": (2, 4, 2, 3, 2)}


def by_batch(*operands: np.ndarray, running: bool = False, **options: Any) -> Case:
    """``batch_norm``, with running statistics if ``running``."""
    constants = (MEANS, VARIANCES) if running else ()

    def normalised(F: Any, x: Any, *given: Any) -> Any:
        learned, seen = given[: len(operands) - 1], given[len(operands) - 1 :]
        return F.batch_norm(x, *(seen or (None, None)), *learned, **options)

    return Case(normalised, operands, constants)


def by_instance(*operands: np.ndarray, running: bool = False, **options: Any) -> Case:
    """``instance_norm``, with running statistics if ``running``."""
    constants = (MEANS, VARIANCES) if running else ()

    def normalised(F: Any, x: Any, *given: Any) -> Any:
        learned, seen = given[: len(operands) - 1], given[len(operands) - 1 :]
        return F.instance_norm(x, *(seen or (None, None)), *learned, **options)

    return Case(normalised, operands, constants)


CASES: dict[str, Case] = {}
for name, shape in SHAPES.items():
    x = wave(*shape, phase=0.1)
    CASES[f"batch_norm: {name}"] = by_batch(x, SCALE, SHIFT, training=True)
    CASES[f"batch_norm: {name}, evaluation"] = by_batch(x, SCALE, SHIFT, running=True)
    CASES[f"group_norm: {name}"] = Case(lambda F, x, w, b: F.group_norm(x, 2, w, b, 0.1), (x, SCALE, SHIFT))
    CASES[f"layer_norm: {name}"] = Case(
        lambda F, x, w, b: F.layer_norm(x, w.shape, w, b),
        (x, wave(*shape[-2:], phase=1.0), wave(*shape[-2:], phase=2.0)),
    )
    CASES[f"rms_norm: {name}"] = Case(
        lambda F, x, w: F.rms_norm(x, w.shape, w), (x, wave(*shape[-2:], phase=1.0))
    )
    CASES[f"normalize: {name}"] = called("normalize", x)
    if len(shape) > 2:
        CASES[f"instance_norm: {name}"] = by_instance(x, SCALE, SHIFT)
        CASES[f"instance_norm: {name}, evaluation"] = by_instance(
            x, SCALE, SHIFT, running=True, use_input_stats=False
        )
        CASES[f"local_response_norm: {name}"] = called("local_response_norm", x, size=3)

IMAGES = wave(3, 4, 3, 2, phase=0.1)
CASES |= {
    "batch_norm: nothing learned": by_batch(IMAGES, training=True, eps=0.1),
    "batch_norm: running statistics move": by_batch(IMAGES, SCALE, SHIFT, running=True, training=True),
    "batch_norm: constants": by_batch(IMAGES, running=True, eps=0.1),
    "batch_norm: two numbers": by_batch(wave(2, 4), SCALE, SHIFT, training=True),
    "instance_norm: nothing learned": by_instance(IMAGES, eps=0.1),
    "group_norm: one group": called("group_norm", IMAGES, num_groups=1),
    "group_norm: as many groups as channels": called("group_norm", IMAGES, num_groups=4, eps=0.1),
    "layer_norm: nothing learned": called("layer_norm", IMAGES, normalized_shape=(4, 3, 2), eps=0.1),
    "layer_norm: a single axis": called("layer_norm", wave(7), normalized_shape=(7,)),
    "layer_norm: all equal": called("layer_norm", np.full((2, 3), 0.7), normalized_shape=(3,)),
    "rms_norm: nothing learned": called("rms_norm", IMAGES, normalized_shape=(3, 2), eps=0.1),
    "rms_norm: a single axis": called("rms_norm", wave(2, 7), normalized_shape=(7,)),
    "local_response_norm: even size": called(
        "local_response_norm", IMAGES, size=2, alpha=0.3, beta=0.5, k=2.0
    ),
    "local_response_norm: more neighbours than channels": called(
        "local_response_norm", IMAGES, size=9, alpha=2.0
    ),
    "normalize: absolute values": called("normalize", wave(3, 4), p=1.0, dim=0),
    "normalize: third order": called("normalize", wave(3, 4), p=3.0, dim=-1),
    "normalize: short vectors": called("normalize", wave(3, 4) * [[1e-3], [1.0], [1.0]], eps=0.1),
}

LAYERS = {
    "BatchNorm1d": ("BatchNorm1d(3)", (5, 3)),
    "BatchNorm1d of sequences": ("BatchNorm1d(3, eps=0.1)", (2, 3, 4)),
    "BatchNorm2d": ("BatchNorm2d(2)", (2, 2, 3, 2)),
    "BatchNorm2d cumulative": ("BatchNorm2d(2, momentum=None)", (2, 2, 3, 2)),
    "BatchNorm2d in evaluation": ("BatchNorm2d(2).eval()", (2, 2, 3, 2)),
    "BatchNorm2d without a bias": ("BatchNorm2d(2, bias=False)", (2, 2, 3, 2)),
    "BatchNorm2d not tracking": (
        "BatchNorm2d(2, affine=False, track_running_stats=False).eval()",
        (2, 2, 3, 2),
    ),
    "BatchNorm3d": ("BatchNorm3d(2)", (2, 2, 2, 1, 2)),
    "InstanceNorm1d": ("InstanceNorm1d(2)", (2, 2, 4)),
    "InstanceNorm1d of one sample": ("InstanceNorm1d(2, affine=True)", (2, 4)),
    "InstanceNorm2d": ("InstanceNorm2d(2, affine=True, track_running_stats=True)", (2, 2, 3, 2)),
    "InstanceNorm2d of one sample": ("InstanceNorm2d(2)", (2, 3, 2)),
    "InstanceNorm2d in evaluation": ("InstanceNorm2d(2, track_running_stats=True).eval()", (2, 2, 3, 2)),
    "InstanceNorm3d": ("InstanceNorm3d(2)", (1, 2, 2, 1, 3)),
    "LayerNorm": ("LayerNorm(4)", (3, 4)),
    "LayerNorm of two axes": ("LayerNorm((3, 2), bias=False)", (2, 3, 2)),
    "LayerNorm with nothing to learn": ("LayerNorm(4, elementwise_affine=False)", (4,)),
    "GroupNorm": ("GroupNorm(2, 4)", (2, 4, 3)),
    "GroupNorm with nothing to learn": ("GroupNorm(2, 4, affine=False)", (2, 4)),
    "RMSNorm": ("RMSNorm(4)", (3, 4)),
    "RMSNorm with nothing to learn": ("RMSNorm((3, 2), eps=0.1, elementwise_affine=False)", (2, 3, 2)),
    "LocalResponseNorm": ("LocalResponseNorm(3, alpha=0.5)", (2, 4, 3)),
}
