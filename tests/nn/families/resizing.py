"""Other sizes by interpolation, rearrangement and margins."""

from __future__ import annotations

from typing import Any

from tests.nn.operands import Case, called, wave

SHAPES = {1: (1, 2, 5), 2: (1, 2, 4, 5), 3: (1, 2, 3, 2, 4)}
SIZES = {1: [(8,), (3,)], 2: [(7, 3), (8, 10)], 3: [(4, 5, 2)]}
FACTORS: dict[int, list[Any]] = {1: [2, 1.2], 2: [2.0, (0.5, 1.7)], 3: [(2, 1.5, 0.6)]}
MODES = {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "trilinear": (3,),
    "bicubic": (2,),
}
# A factor that leaves the size as it is moves the elements in PyTorch's output here, but not in its gradient.
CONTRADICTORY = [("nearest", 1), ("nearest", 3), ("bicubic", 2)]


def _interpolations() -> dict[str, Case]:
    made = {}
    for mode, some in MODES.items():
        smooth = mode not in ("nearest", "nearest-exact", "area")
        for axes in some:
            targets: list[dict[str, Any]] = [{"size": size} for size in SIZES[axes]]
            targets += [{"scale_factor": factor} for factor in FACTORS[axes]]
            targets += [{"scale_factor": 1.7, "recompute_scale_factor": True}, {"size": SHAPES[axes][2:]}]
            targets += [{"scale_factor": 1.1}, {"size": 1}]
            if (mode, axes) in CONTRADICTORY:
                targets.remove({"scale_factor": 1.1})
            for target in targets:
                words = ", ".join(f"{key} {value}" for key, value in target.items())
                for corners in (False, True) if smooth else (None,):
                    name = f"interpolate: {mode}, {axes}d, {words}" + (", corners" if corners else "")
                    options = target | {"mode": mode, "align_corners": corners}
                    made[name] = called("interpolate", wave(*SHAPES[axes]), **options)
    return made


CASES: dict[str, Case] = _interpolations() | {
    "pixel_shuffle": called("pixel_shuffle", wave(2, 18, 2, 3), upscale_factor=3),
    "pixel_shuffle: one image": called("pixel_shuffle", wave(4, 2, 3), upscale_factor=2),
    "pixel_unshuffle": called("pixel_unshuffle", wave(2, 2, 6, 3), downscale_factor=3),
    "pixel_unshuffle: batches of batches": called("pixel_unshuffle", wave(2, 2, 1, 2, 4), downscale_factor=2),
    "channel_shuffle": called("channel_shuffle", wave(2, 6, 3), groups=3),
}

LAYERS = {
    text: (text, shape)
    for text, shape in {
        "Upsample(scale_factor=2)": (2, 1, 3),
        "Upsample(size=(3, 5), mode='bilinear')": (1, 2, 2, 3),
        "Upsample(None, (2, 1.5), 'bilinear', True)": (1, 1, 3, 4),
        "Upsample(scale_factor=1.5, mode='bicubic')": (1, 1, 3, 4),
        "Upsample(size=4, mode='linear')": (2, 2, 3),
        "UpsamplingNearest2d(scale_factor=2)": (1, 2, 2, 3),
        "UpsamplingBilinear2d(size=(3, 4))": (1, 2, 2, 3),
        "PixelShuffle(2)": (1, 8, 1, 2),
        "PixelUnshuffle(2)": (1, 2, 2, 4),
        "Unflatten(1, (2, 3))": (2, 6),
        "Unflatten(-2, (-1, 2))": (2, 4, 3),
        "ChannelShuffle(2)": (1, 4, 2),
        "ZeroPad1d((1, 2))": (2, 3),
        "ZeroPad2d(2)": (1, 2, 3),
        "ZeroPad3d(1)": (1, 1, 2, 1),
        "ConstantPad1d(2, 3.5)": (2, 3),
        "ConstantPad2d((1, 0, -1, 2), 0.5)": (1, 2, 3),
        "ConstantPad3d((1, 0, 0, 1, 2, 0), 2.0)": (1, 1, 2, 1),
        "ReflectionPad1d(2)": (2, 3),
        "ReflectionPad2d((1, 2, 0, 1))": (1, 2, 3),
        "ReflectionPad3d((1, 0, 1, 0, 0, 1))": (1, 1, 2, 2, 2),
        "ReplicationPad1d((3, 1))": (2, 3),
        "ReplicationPad2d(2)": (1, 1, 2, 2),
        "ReplicationPad3d(1)": (1, 1, 2, 1),
        "CircularPad1d(2)": (1, 2, 3),
        "CircularPad2d((1, 3, 2, 0))": (1, 1, 2, 3),
        "CircularPad3d(1)": (1, 1, 1, 2, 1),
    }.items()
}
