"""Losses and their options."""

from __future__ import annotations

import numpy as np

from tests.nn.operands import Case, called, wave

LABELS = np.array([2, 0, 1, 2])
IMAGE_LABELS = np.array([[[0, 1], [2, 2]], [[1, 0], [0, 2]]])
TARGETS = np.array([0.0, 1.0, 1.0, 0.0, 0.3, 0.9]).reshape(2, 3)
SOFT = np.array([[0.63, 0.12, 0.07, 0.18], [1.0, 0.0, 0.0, 0.0]])
EXTREME = np.array([[1e4, -1e4, 0.0], [-1000.0, 1000.0, 999.0], [1e4, 1e4, -1e4]])


STEEP = [[0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]

CASES: dict[str, Case] = {
    "cross_entropy: one sample": called("cross_entropy", wave(3), constants=(np.array(1),)),
    "cross_entropy: extreme": called(
        "cross_entropy", EXTREME, constants=(np.array([1, 0, 2]),), reduction="none"
    ),
    "binary_cross_entropy_with_logits: extreme": called(
        "binary_cross_entropy_with_logits", EXTREME, constants=(np.array(STEEP),), reduction="none"
    ),
    "binary_cross_entropy: certain and right": called(
        "binary_cross_entropy", np.array([0.2, 0.9]), constants=(np.array([0.0, 1.0]),), reduction="none"
    ),
}
for how in ("mean", "sum", "none"):
    CASES |= {
        f"mse_loss: {how}": called("mse_loss", wave(3, 4), wave(3, 4, phase=1.0), reduction=how),
        f"binary_cross_entropy: {how}": called(
            "binary_cross_entropy", 0.5 + wave(2, 3) / 4.1, constants=(TARGETS,), reduction=how
        ),
        f"binary_cross_entropy_with_logits: {how}": called(
            "binary_cross_entropy_with_logits", wave(2, 3), constants=(TARGETS,), reduction=how
        ),
        f"cross_entropy: {how}": called("cross_entropy", wave(4, 3), constants=(LABELS,), reduction=how),
        f"cross_entropy: probabilities, {how}": called(
            "cross_entropy", wave(2, 4), constants=(SOFT,), reduction=how
        ),
        f"cross_entropy: images, {how}": called(
            "cross_entropy", wave(2, 3, 2, 2), constants=(IMAGE_LABELS,), reduction=how
        ),
        f"nll_loss: {how}": called("nll_loss", wave(4, 3), constants=(LABELS,), reduction=how),
    }

# a loss of two arguments, and both
LOSSES = {
    "MSELoss": (wave(3, 2), wave(3, 2, phase=1.0)),
    "BCELoss": (0.5 + wave(3, 2) / 5, np.abs(wave(3, 2)) / 2),
    "BCEWithLogitsLoss": (wave(3, 2), np.abs(wave(3, 2, phase=1.0)) / 2),
    "CrossEntropyLoss": (wave(3, 4), np.array([1, 0, 3])),
    "NLLLoss": (wave(3, 4), np.array([1, 0, 3])),
}
