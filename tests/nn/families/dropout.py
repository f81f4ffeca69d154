"""Dropout at rest, and where nothing is left to chance."""

from __future__ import annotations

from tests.nn.operands import Case, called, wave

INPUTS = {
    "dropout": (3, 4),
    "dropout1d": (2, 3, 4),
    "dropout2d": (2, 3, 2, 2),
    "dropout3d": (2, 3, 2, 1, 2),
    "alpha_dropout": (3, 4),
    "feature_alpha_dropout": (2, 3, 4),
}

CASES: dict[str, Case] = {}
for name, shape in INPUTS.items():
    CASES[f"{name}: at rest"] = called(name, wave(*shape), p=0.3, training=False)
    CASES[f"{name}: of nothing"] = called(name, wave(*shape), p=0.0, training=True)
    CASES[f"{name}: of everything"] = called(name, wave(*shape), p=1.0, training=True)

LAYERS = {
    "Dropout1d": ("Dropout1d(0.3).eval()", (2, 3, 4)),
    "Dropout1d of everything": ("Dropout1d(1.0)", (3, 4)),
    "Dropout2d": ("Dropout2d(0.3).eval()", (2, 3, 2, 2)),
    "Dropout3d": ("Dropout3d(0.3).eval()", (2, 3, 2, 1, 2)),
    "AlphaDropout": ("AlphaDropout(0.3).eval()", (3, 4)),
    "FeatureAlphaDropout": ("FeatureAlphaDropout(0.3).eval()", (2, 3, 2, 1, 2)),
}
