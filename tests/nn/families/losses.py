"""Losses and their options."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.nn.operands import Case, called, coarse, wave

LABELS = np.array([2, 0, 1, 2])
IMAGE_LABELS = np.array([[[0, 1], [2, 2]], [[1, 0], [0, 2]]])
IGNORED = np.array([2, -100, 1, -100])
TARGETS = np.array([0.0, 1.0, 1.0, 0.0, 0.3, 0.9]).reshape(2, 3)
SOFT = np.array([[0.63, 0.12, 0.07, 0.18], [1.0, 0.0, 0.0, 0.0]])
SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
EXTREME = np.array([[1e4, -1e4, 0.0], [-1000.0, 1000.0, 999.0], [1e4, 1e4, -1e4]])
STEEP = [[0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
WEIGHTS = np.array([0.5, 2.0, 1.25])
COUNTS = np.array([0.0, 1.0, 2.0, 7.0])
LISTS = np.array([[3, 0, -1, 1], [0, 1, 2, 3], [-1, 2, 0, 1], [2, 2, -1, -1]])
LOG_P = np.log(SOFT.clip(1e-3))
CERTAIN = np.array([0.0, 1.0, 0.0, 1.0, 1e-13, 0.4])


def with_options(name: str, *operands: np.ndarray, **arrays: np.ndarray) -> Any:
    """A case whose constants are given by name."""

    def function(F: Any, x: Any, *constants: Any, reduction: str) -> Any:
        named = dict(zip(arrays, constants[len(operands) - 1 :], strict=True))
        return getattr(F, name)(x, *constants[: len(operands) - 1], **named, reduction=reduction)

    return lambda reduction: Case(
        lambda F, *given: function(F, *given, reduction=reduction),
        operands[:1],
        (*operands[1:], *arrays.values()),
    )


CASES: dict[str, Case] = {
    "cross_entropy: one sample": called("cross_entropy", wave(3), constants=(np.array(1),)),
    "cross_entropy: one sample, smoothed": called(
        "cross_entropy", wave(3), constants=(np.array(1), WEIGHTS), label_smoothing=0.2
    ),
    "cross_entropy: one sample of probabilities": called(
        "cross_entropy", wave(3), constants=(np.array([0.5, 0.25, 0.25]), WEIGHTS)
    ),
    "nll_loss: one sample": called("nll_loss", wave(3), constants=(np.array(1), WEIGHTS)),
    "multi_margin_loss: one sample": called("multi_margin_loss", wave(3), constants=(np.array(1),)),
    "multilabel_margin_loss: one sample": called("multilabel_margin_loss", wave(4), constants=(LISTS[0],)),
    "multilabel_soft_margin_loss: one sample": called(
        "multilabel_soft_margin_loss", wave(3), constants=(TARGETS[0],)
    ),
    "cosine_embedding_loss: one pair": called(
        "cosine_embedding_loss", wave(3), wave(3, phase=1.0), constants=(np.array(-1.0),)
    ),
    "triplet_margin_loss: one triplet": called(
        "triplet_margin_loss", wave(3), wave(3, phase=1.0), wave(3, phase=2.0)
    ),
    "binary_cross_entropy_with_logits: extreme": called(
        "binary_cross_entropy_with_logits", EXTREME, constants=(np.array(STEEP),), reduction="none"
    ),
    "binary_cross_entropy_with_logits: extreme, in between": called(
        "binary_cross_entropy_with_logits", EXTREME, constants=(np.array(STEEP) / 4 + 0.1,), reduction="none"
    ),
    "cross_entropy: extreme": called(
        "cross_entropy", EXTREME, constants=(np.array([1, 0, 2]),), reduction="none"
    ),
    "cross_entropy: extreme, smoothed": called(
        "cross_entropy", EXTREME, constants=(np.array([1, 0, 2]),), reduction="none", label_smoothing=0.1
    ),
    "multilabel_soft_margin_loss: extreme": called(
        "multilabel_soft_margin_loss", EXTREME, constants=(np.array(STEEP),), reduction="none"
    ),
    "huber_loss: extreme": called("huber_loss", EXTREME, constants=(np.zeros((3, 3)),), reduction="none"),
    "kl_div: divergence": called("kl_div", wave(2, 4), constants=(SOFT,), reduction="batchmean"),
    "kl_div: divergence of logarithms": called(
        "kl_div", wave(2, 4), LOG_P, reduction="batchmean", log_target=True
    ),
    "cosine_similarity": called("cosine_similarity", wave(2, 3), wave(2, 3, phase=1.0)),
    "cosine_similarity: one against many": called(
        "cosine_similarity", wave(4, 3), wave(1, 3, phase=1.0), dim=-1
    ),
    "cosine_similarity: short": called("cosine_similarity", wave(2, 3) / 10, wave(2, 3), eps=0.5),
}
for p in (1.0, 1.5, 2.0, 3.0, float("inf")):
    CASES[f"pairwise_distance: p={p}"] = called("pairwise_distance", wave(4, 3), wave(4, 3, phase=1.0), p=p)
CASES["pairwise_distance: of equals"] = called("pairwise_distance", wave(4, 3), wave(4, 3), keepdim=True)

OPTIONS: dict[str, Any] = {
    "binary_cross_entropy: weights": with_options(
        "binary_cross_entropy", 0.5 + wave(2, 3) / 4.1, TARGETS, weight=WEIGHTS
    ),
    "binary_cross_entropy_with_logits: weights": with_options(
        "binary_cross_entropy_with_logits", wave(2, 3), TARGETS, weight=WEIGHTS[:2, None]
    ),
    "binary_cross_entropy_with_logits: both weights": with_options(
        "binary_cross_entropy_with_logits", wave(2, 3), TARGETS, weight=wave(2, 3), pos_weight=WEIGHTS
    ),
    "multi_margin_loss: weights": with_options("multi_margin_loss", wave(4, 3), LABELS, weight=WEIGHTS),
    "mse_loss: weights": with_options("mse_loss", wave(3), wave(3, phase=1.0), weight=WEIGHTS),
    "l1_loss: weights": with_options("l1_loss", wave(3), wave(3, phase=1.0), weight=WEIGHTS),
    "huber_loss: weights": with_options("huber_loss", wave(3), wave(3, phase=1.0), weight=WEIGHTS),
}
for how in ("mean", "sum", "none"):
    CASES |= {f"{name}, {how}": make(how) for name, make in OPTIONS.items()}
    CASES |= {
        f"{name}, {how}": called(function, *operands, constants=constants, reduction=how, **options)
        for name, function, operands, constants, options in [
            ("mse_loss:", "mse_loss", (wave(3, 4), wave(3, 4, phase=1.0)), (), {}),
            ("l1_loss:", "l1_loss", (wave(3, 4), wave(3, 4, phase=1.0)), (), {}),
            ("l1_loss: equals", "l1_loss", (coarse(3, 4), abs(coarse(3, 4))), (), {}),
            ("huber_loss:", "huber_loss", (wave(3, 4), wave(3, 4, phase=1.0)), (), {}),
            ("huber_loss: on the bend", "huber_loss", (coarse(3, 4), 0 * coarse(3, 4)), (), {}),
            ("huber_loss: delta", "huber_loss", (wave(3, 4), wave(3, 4, phase=1.0)), (), {"delta": 0.3}),
            ("smooth_l1_loss:", "smooth_l1_loss", (wave(3, 4), wave(3, 4, phase=1.0)), (), {}),
            ("smooth_l1_loss: on the bend", "smooth_l1_loss", (coarse(3, 4), 0 * coarse(3, 4)), (), {}),
            ("smooth_l1_loss: beta", "smooth_l1_loss", (wave(3, 4), wave(3, 4, phase=1.0)), (), {"beta": 0.3}),
            ("smooth_l1_loss: no beta", "smooth_l1_loss", (coarse(3, 4), 0 * coarse(3, 4)), (), {"beta": 0.0}),
            ("binary_cross_entropy:", "binary_cross_entropy", (0.5 + wave(2, 3) / 4.1,), (TARGETS,), {}),
            ("binary_cross_entropy: certain", "binary_cross_entropy", (CERTAIN,), (np.array([0, 0, 1, 1, 0.5, 0.5]),), {}),
            ("binary_cross_entropy: certain and wrong", "binary_cross_entropy", (CERTAIN,), (1.0 - CERTAIN,), {}),
            ("binary_cross_entropy_with_logits:", "binary_cross_entropy_with_logits", (wave(2, 3),), (TARGETS,), {}),
            ("binary_cross_entropy_with_logits: learned targets", "binary_cross_entropy_with_logits", (wave(2, 3), TARGETS), (), {}),
            ("cross_entropy:", "cross_entropy", (wave(4, 3),), (LABELS,), {}),
            ("cross_entropy: weights", "cross_entropy", (wave(4, 3),), (LABELS, WEIGHTS), {}),
            ("cross_entropy: smoothed", "cross_entropy", (wave(4, 3),), (LABELS,), {"label_smoothing": 0.1}),
            ("cross_entropy: weighted and smoothed", "cross_entropy", (wave(4, 3),), (LABELS, WEIGHTS), {"label_smoothing": 0.1}),
            ("cross_entropy: ignored", "cross_entropy", (wave(4, 3),), (IGNORED,), {}),
            ("cross_entropy: a class ignored", "cross_entropy", (wave(4, 3),), (LABELS,), {"ignore_index": 2}),
            ("cross_entropy: everything at once", "cross_entropy", (wave(2, 3, 2, 2),), (IMAGE_LABELS, WEIGHTS), {"ignore_index": 1, "label_smoothing": 0.3}),
            ("cross_entropy: images", "cross_entropy", (wave(2, 3, 2, 2),), (IMAGE_LABELS,), {}),
            ("cross_entropy: probabilities", "cross_entropy", (wave(2, 4),), (SOFT,), {}),
            ("cross_entropy: learned probabilities", "cross_entropy", (wave(2, 4), SOFT), (), {}),
            ("cross_entropy: probabilities, weights, smoothed", "cross_entropy", (wave(2, 4),), (SOFT, wave(4)), {"label_smoothing": 0.1}),
            ("cross_entropy: probabilities of images", "cross_entropy", (wave(2, 3, 2),), (abs(wave(2, 3, 2)), WEIGHTS), {}),
            ("nll_loss:", "nll_loss", (wave(4, 3),), (LABELS,), {}),
            ("nll_loss: weights", "nll_loss", (wave(4, 3),), (LABELS, WEIGHTS), {}),
            ("nll_loss: weighted images, ignored", "nll_loss", (wave(2, 3, 2, 2),), (IMAGE_LABELS, WEIGHTS), {"ignore_index": 0}),
            ("nll_loss: ignored", "nll_loss", (wave(4, 3),), (IGNORED,), {}),
            ("kl_div:", "kl_div", (wave(2, 4), SOFT.clip(0.01)), (), {}),
            ("kl_div: with zeros", "kl_div", (wave(2, 4),), (SOFT,), {}),
            ("kl_div: logarithms", "kl_div", (wave(2, 4), LOG_P), (), {"log_target": True}),
            ("hinge_embedding_loss:", "hinge_embedding_loss", (wave(4),), (SIGNS,), {}),
            ("hinge_embedding_loss: on the margin", "hinge_embedding_loss", (coarse(4),), (-abs(SIGNS),), {"margin": 2.0}),
            ("margin_ranking_loss:", "margin_ranking_loss", (wave(4), wave(4, phase=1.0)), (SIGNS,), {}),
            ("margin_ranking_loss: margin", "margin_ranking_loss", (wave(4), wave(4, phase=1.0)), (SIGNS,), {"margin": 0.5}),
            ("margin_ranking_loss: equals", "margin_ranking_loss", (wave(4), wave(4)), (SIGNS,), {}),
            ("multi_margin_loss:", "multi_margin_loss", (wave(4, 3),), (LABELS,), {}),
            ("multi_margin_loss: squares", "multi_margin_loss", (wave(4, 3),), (LABELS,), {"p": 2, "margin": 0.7}),
            ("multi_margin_loss: on the margin", "multi_margin_loss", (coarse(4, 3),), (LABELS,), {}),
            ("multilabel_margin_loss:", "multilabel_margin_loss", (wave(4, 4),), (LISTS,), {}),
            ("multilabel_margin_loss: on the margin", "multilabel_margin_loss", (coarse(4, 4),), (LISTS,), {}),
            ("multilabel_soft_margin_loss:", "multilabel_soft_margin_loss", (wave(2, 3),), (TARGETS,), {}),
            ("multilabel_soft_margin_loss: weights", "multilabel_soft_margin_loss", (wave(2, 3),), (TARGETS, WEIGHTS), {}),
            ("soft_margin_loss:", "soft_margin_loss", (wave(4),), (SIGNS,), {}),
            ("cosine_embedding_loss:", "cosine_embedding_loss", (wave(4, 3), wave(4, 3, phase=1.0)), (SIGNS,), {}),
            ("cosine_embedding_loss: margin", "cosine_embedding_loss", (wave(4, 3), wave(4, 3, phase=1.0)), (SIGNS,), {"margin": -0.4}),
            ("cosine_embedding_loss: no vector", "cosine_embedding_loss", (0 * wave(4, 3), wave(4, 3)), (SIGNS,), {}),
            ("triplet_margin_loss:", "triplet_margin_loss", (wave(4, 3), wave(4, 3, phase=1.0), wave(4, 3, phase=2.0)), (), {}),
            ("triplet_margin_loss: swapped", "triplet_margin_loss", (wave(4, 3), wave(4, 3, phase=2.0), wave(4, 3, phase=1.0)), (), {"swap": True, "p": 3.0}),
            ("triplet_margin_loss: equals", "triplet_margin_loss", (wave(4, 3), wave(4, 3), wave(4, 3)), (), {"eps": 0.1, "swap": True}),
            ("poisson_nll_loss:", "poisson_nll_loss", (wave(4),), (COUNTS,), {}),
            ("poisson_nll_loss: full", "poisson_nll_loss", (wave(4),), (COUNTS,), {"full": True}),
            ("poisson_nll_loss: rates", "poisson_nll_loss", (wave(4) + 2.1,), (COUNTS,), {"log_input": False, "eps": 0.1, "full": True}),
            ("gaussian_nll_loss:", "gaussian_nll_loss", (wave(4, 3), wave(4, 3, phase=1.0), wave(4, 3) ** 2), (), {}),
            ("gaussian_nll_loss: full", "gaussian_nll_loss", (wave(4, 3), wave(4, 3, phase=1.0), wave(4, 1) ** 2), (), {"full": True}),
            ("gaussian_nll_loss: a variance a row", "gaussian_nll_loss", (wave(4, 3), wave(4, 3, phase=1.0), wave(4) ** 2), (), {}),
            ("gaussian_nll_loss: narrow", "gaussian_nll_loss", (wave(4, 3), wave(4, 3, phase=1.0), wave(4, 3) ** 2), (), {"eps": 0.5}),
        ]
    }  # fmt: skip

# PyTorch's constants 1e-12 are in single precision
CASES |= {
    name: case._replace(exact=False)
    for name, case in CASES.items()
    if "certain" in name or "no vector" in name
}

# a loss, the operands that are differentiated, and the others
LOSSES: dict[str, tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]] = {
    "MSELoss()": ((wave(3, 2), wave(3, 2, phase=1.0)), ()),
    "L1Loss()": ((wave(3, 2), wave(3, 2, phase=1.0)), ()),
    "HuberLoss(delta=0.7)": ((wave(3, 2), wave(3, 2, phase=1.0)), ()),
    "SmoothL1Loss(beta=0.7)": ((wave(3, 2), wave(3, 2, phase=1.0)), ()),
    "BCELoss()": ((0.5 + wave(3, 2) / 5,), (np.abs(wave(3, 2)) / 2,)),
    "BCEWithLogitsLoss()": ((wave(3, 2),), (np.abs(wave(3, 2, phase=1.0)) / 2,)),
    "MultiLabelSoftMarginLoss()": ((wave(3, 2),), (np.abs(wave(3, 2, phase=1.0)) / 2,)),
    "CrossEntropyLoss(ignore_index=1, label_smoothing=0.1)": ((wave(3, 4),), (np.array([1, 0, 3]),)),
    "NLLLoss(ignore_index=1)": ((wave(3, 4),), (np.array([1, 0, 3]),)),
    "KLDivLoss(reduction='batchmean', log_target=True)": ((wave(2, 4), LOG_P), ()),
    "HingeEmbeddingLoss(margin=0.5)": ((wave(4),), (SIGNS,)),
    "MarginRankingLoss(margin=0.5)": ((wave(4), wave(4, phase=1.0)), (SIGNS,)),
    "MultiMarginLoss(p=2, margin=0.7)": ((wave(4, 3),), (LABELS,)),
    "MultiLabelMarginLoss()": ((wave(4, 4),), (LISTS,)),
    "SoftMarginLoss()": ((wave(4),), (SIGNS,)),
    "CosineEmbeddingLoss(margin=-0.4)": ((wave(4, 3), wave(4, 3, phase=1.0)), (SIGNS,)),
    "TripletMarginLoss(margin=0.7, p=3.0, swap=True)": (
        (wave(4, 3), wave(4, 3, phase=1.0), wave(4, 3, phase=2.0)),
        (),
    ),
    "TripletMarginWithDistanceLoss(margin=0.7, swap=True)": (
        (wave(4, 3), wave(4, 3, phase=1.0), wave(4, 3, phase=2.0)),
        (),
    ),
    "PoissonNLLLoss(full=True, eps=1e-6)": ((wave(4),), (COUNTS,)),
    "GaussianNLLLoss(full=True, eps=1e-3)": ((wave(4, 3), wave(4, 3, phase=1.0), wave(4, 1) ** 2 + 0.1), ()),
}
