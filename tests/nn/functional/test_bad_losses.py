"""What is wrong with a loss is said by the loss: its name, what it got and where, and what it needs."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Value
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError

Z = np.zeros((3, 4))
NO_MEAN = "(): the batch is empty, and the mean of no losses is undefined"

MISTAKES = {
    # labels
    "a label out of range": (
        lambda: F.cross_entropy(Z, [0, 1, 7]), IndexRangeError,
        "cross_entropy(): label 7 at position 2 is out of range, 4 classes are numbered 0 to 3",
    ),
    "a negative label": (lambda: F.nll_loss(Z, [0, -1, 1]), IndexRangeError, "nll_loss(): label -1 at position 1"),
    "another label than the ignored one": (
        lambda: F.cross_entropy(Z, [-7, -8, 1], ignore_index=-7), IndexRangeError, "label -8 at position 1",
    ),
    "a label of one sample": (lambda: F.cross_entropy(Z[0], 4), IndexRangeError, "label 4 is out of range"),
    "a label in an image": (
        lambda: F.cross_entropy(np.zeros((1, 2, 2, 2)), [[[0, 1], [2, 0]]]), IndexRangeError,
        "label 2 at position (0, 1, 0) is out of range, 2 classes",
    ),
    "a label of a hinge": (
        lambda: F.multi_margin_loss(Z, [0, 1, 4]), IndexRangeError, "multi_margin_loss(): label 4 at position 2",
    ),
    "a class in a list": (
        lambda: F.multilabel_margin_loss(Z, [[0, 1, 2, 9]] * 3), IndexRangeError,
        "multilabel_margin_loss(): target 9 at position (0, 3) is out of range, 4 classes are numbered 0 to 3, "
        "and -1 ends them",
    ),
    "labels that are floats": (
        lambda: F.cross_entropy(Z, [0.0, 1.0, 2.0]), DtypeError,
        "cross_entropy(): labels have to be integers, got float64 of shape (3,)",
    ),
    "labels of a hinge that are floats": (
        lambda: F.multi_margin_loss(Z, [0.0, 1.0, 2.0]), DtypeError, "labels have to be integers, got float64",
    ),
    "lists of classes that are floats": (
        lambda: F.multilabel_margin_loss(Z, Z), DtypeError, "targets have to be integers, got float64",
    ),
    "labels that are truths": (lambda: F.cross_entropy(Z, [True, False, True]), DtypeError, "got bool"),
    "labels that are text": (lambda: F.cross_entropy(Z, "cat"), DtypeError, "made of numbers, got 'cat'"),
    "no labels at all": (lambda: F.cross_entropy(Z, None), DtypeError, "the target has to be made of numbers, got None"),
    "outputs and targets where the loss is made": (
        lambda: nn.CrossEntropyLoss(Z, [0, 1, 2]), DtypeError,
        "CrossEntropyLoss: `ignore_index` has to be an integer, got [0, 1, 2]; the loss is made first",
    ),
    "labels in ragged rows": (
        lambda: F.cross_entropy(Z, [[0], [1, 2]]), ShapeError,
        "cross_entropy(): the rows of the target have unequal lengths: [[0], [1, 2]]",
    ),
    "one-hot rows of integers": (
        lambda: F.cross_entropy(Z, np.eye(4, dtype=int)[:3]), ShapeError,
        "needs labels of shape (3,), got (3, 4), whole rows of them: give the class numbers, or floats",
    ),
    "too few labels": (
        lambda: nn.NLLLoss()(Z, [0, 1]), ShapeError,
        "NLLLoss(): nll_loss(): an input of shape (3, 4) needs labels of shape (3,), got (2,)",
    ),
    "too few labels of a hinge": (lambda: F.multi_margin_loss(Z, [0, 1]), ShapeError, "labels of shape (3,), got (2,)"),
    "too few lists of classes": (
        lambda: F.multilabel_margin_loss(Z, [0, 1, 2]), ShapeError, "targets of the input's shape (3, 4), got (3,)",
    ),
    "an ignored label among probabilities": (
        lambda: F.cross_entropy(Z, Z, ignore_index=0), DomainError,
        "`ignore_index` (=0) is a label, but the target holds probabilities",
    ),
    "nothing but ignored labels": (
        lambda: F.cross_entropy(Z, [-100] * 3), DomainError, "the weights of all targets add up to 0",
    ),
    "no classes": (lambda: F.cross_entropy(5.0, 0), ShapeError, "needs classes on an axis, (C,) or (N, C, ...), got shape ()"),
    "no classes for a hinge": (lambda: F.multi_margin_loss(Z[None], [0]), ShapeError, "(C,) or (N, C), got shape (1, 3, 4)"),
    "no classes that may apply": (lambda: F.multilabel_soft_margin_loss(3.0, 1.0), ShapeError, "got shape ()"),
    # targets
    "targets of another shape": (
        lambda: F.l1_loss([1.0, 2.0], [[1.0, 2.0]]), ShapeError,
        "l1_loss(): the input has shape (2,), the target (1, 2); they have to be equal, reshape one of them",
    ),
    "targets of another length": (
        lambda: nn.HuberLoss(delta=2.0)([1.0], [1.0, 2.0]), ShapeError,
        "HuberLoss(delta=2.0): huber_loss(): the input has shape (1,), the target (2,)",
    ),
    "targets that are text": (lambda: F.mse_loss([1.0], "a"), DtypeError, "mse_loss(): the target has to be made of numbers, got 'a'"),
    "targets that are missing": (lambda: F.mse_loss([1.0], None), DtypeError, "mse_loss(): the target has to be"),
    "two scores of another length": (
        lambda: F.margin_ranking_loss([1.0], [2.0, 3.0], [1]), ShapeError,
        "the first input has shape (1,), the second (2,)",
    ),
    "labels 0 and 1 where signs belong": (
        lambda: F.hinge_loss([0.2, 0.9], [1, 0]), DomainError,
        "hinge_loss(): the target has to be 1 or -1, got 0 at position 1; from labels 0 and 1 they are 2 * y - 1",
    ),
    "no sign": (lambda: F.soft_margin_loss([0.2, 0.9], [1, 0.5]), DomainError, "be 1 or -1, got 0.5 at position 1"),
    "no sign of a ranking": (lambda: F.margin_ranking_loss([1.0], [2.0], [2]), DomainError, "be 1 or -1, got 2"),
    "no sign of a pair": (lambda: F.cosine_embedding_loss(Z, Z, [1, 1, 3]), DomainError, "got 3 at position 2"),
    "no sign of a distance": (lambda: F.hinge_embedding_loss([1.0], [np.nan]), DomainError, "got nan at position 0"),
    "too few signs": (lambda: F.hinge_loss([0.2, 0.9], [1]), ShapeError, "hinge_loss(): needs targets of shape (2,), got (1,)"),
    "too few signs of pairs": (lambda: F.cosine_embedding_loss(Z, Z, [1, 1]), ShapeError, "targets of shape (3,), got (2,)"),
    "a logit where a probability belongs": (
        lambda: F.binary_cross_entropy([0.2, 1.5], [0.0, 1.0]), DomainError,
        "binary_cross_entropy(): the input has to lie between 0 and 1, got 1.5 at position 1; "
        "for logits use binary_cross_entropy_with_logits",
    ),
    "an undefined probability": (lambda: F.binary_cross_entropy([np.nan], [1.0]), DomainError, "got nan at position 0"),
    "a pixel that is no probability": (
        lambda: F.binary_cross_entropy([0.2, 0.9], [0, 255]), DomainError,
        "the target has to lie between 0 and 1, got 255.0 at position 1",
    ),
    "a target of logits that is no probability": (
        lambda: F.binary_cross_entropy_with_logits([[0.2, 0.9]], [[0, 2]]), DomainError, "got 2.0 at position (0, 1)",
    ),
    "a negative probability": (
        lambda: F.kl_div([[-1.0, -1.0]], [[1.0, -0.5]]), DomainError,
        "kl_div(): the target has to be a probability, got -0.5 at position (0, 1); see `log_target`",
    ),
    "a negative count": (lambda: F.poisson_nll_loss([1.0], [-1.0]), DomainError, "be a count from 0, got -1.0 at position 0"),
    "a negative rate": (
        lambda: F.poisson_nll_loss([-1.0], [1.0], log_input=False), DomainError,
        "be a rate from 0, got -1.0 at position 0; for its logarithm say log_input=True",
    ),
    "a negative variance": (
        lambda: F.gaussian_nll_loss([1.0, 2.0], [1.0, 2.0], [1.0, -2.0]), DomainError,
        "gaussian_nll_loss(): the variance has to be a number from 0, got -2.0 at position 1",
    ),
    "variances of another shape": (
        lambda: F.gaussian_nll_loss(Z, Z, np.ones(4)), ShapeError,
        "needs variances of one of the shapes (3, 4), (3,), (3, 1), (), got (4,)",
    ),
    "no variance": (lambda: F.gaussian_nll_loss(Z, Z, "wide"), DtypeError, "`var` has to be made of numbers, got 'wide'"),
    # vectors
    "triplets of different lengths": (
        lambda: F.triplet_margin_loss(Z, Z, Z[:2]), ShapeError,
        "anchor, positive and negative need vectors of one shape, got (3, 4), (3, 4) and (2, 4)",
    ),
    "a triplet of numbers": (lambda: F.triplet_margin_loss(1.0, 1.0, 1.0), ShapeError, "got (), () and ()"),
    "vectors that do not fit": (
        lambda: F.pairwise_distance(Z, np.zeros((3, 5))), ShapeError, "vectors of shapes (3, 4) and (3, 5) do not fit",
    ),
    "distance of two numbers": (lambda: F.pairwise_distance(1.0, 2.0), ShapeError, "needs vectors, got two single numbers"),
    "no such axis": (
        lambda: F.cosine_similarity([3.0, 4.0], [4.0, 3.0]), ShapeError,
        "cosine_similarity(): vectors of shapes (2,) and (2,) have no axis `dim` (=1)",
    ),
    "pairs of matrices": (lambda: F.cosine_embedding_loss(Z[None], Z[None], [1]), ShapeError, "(D,) or (N, D), got shape (1, 3, 4)"),
    # weights
    "too few weights of classes": (
        lambda: F.cross_entropy(Z, [0, 1, 2], [1.0, 2.0, 3.0]), ShapeError,
        "cross_entropy(): `weight` of shape (3,) has to be (4,), one for each class",
    ),
    "too many weights in a module": (
        lambda: nn.CrossEntropyLoss(weight=[1.0] * 5)(Z, [0, 1, 2]), ShapeError, "`weight` of shape (5,) has to be (4,)",
    ),
    "weights for a hinge": (lambda: F.multi_margin_loss(Z, [0, 1, 2], weight=[1, 2]), ShapeError, "(2,) has to be (4,)"),
    "weights that do not broadcast": (
        lambda: F.binary_cross_entropy([[0.2, 0.9]], [[0, 1]], weight=[1.0, 2.0, 3.0]), ShapeError,
        "binary_cross_entropy(): `weight` of shape (3,) does not fit an input of shape (1, 2)",
    ),
    "weights that would widen the input": (
        lambda: F.binary_cross_entropy([0.2, 0.9], [0, 1], weight=np.ones((2, 2))), ShapeError, "shape (2, 2) does not fit",
    ),
    "weights of the positive that do not broadcast": (
        lambda: F.binary_cross_entropy_with_logits([0.2, 0.9], [0, 1], pos_weight=[1, 2, 3]), ShapeError,
        "`pos_weight` of shape (3,) does not fit an input of shape (2,)",
    ),
    "weights of squares that are too few": (
        lambda: F.mse_loss([1.0, 2.0], [1.0, 3.0], weight=[1.0]), ShapeError, "the weight has shape (1,), the losses (2,)",
    ),
    "weights that add up to nothing": (
        lambda: F.mse_loss([1.0, 2.0], [1.0, 3.0], weight=[0.0, 0.0]), DomainError, "add up to 0",
    ),
    "a reduction in place of weights": (
        lambda: F.cross_entropy(Z, [0, 1, 2], "sum"), DtypeError,
        "`weight` has to be made of numbers, got 'sum'; a reduction is given by name, reduction=...",
    ),
    "a reduction in place of a module's weights": (
        lambda: nn.CrossEntropyLoss("sum"), DtypeError, "CrossEntropyLoss: `weight` has to be made of numbers, got 'sum'",
    ),
    # options
    "an unknown reduction": (
        lambda: F.mse_loss([1.0], [1.0], "average"), DomainError,
        "mse_loss(): `reduction` (='average') has to be one of 'mean', 'sum', 'none'",
    ),
    "an unknown reduction of a module": (
        lambda: nn.L1Loss("average"), DomainError, "L1Loss: `reduction` (='average') has to be one of 'mean', 'sum', 'none'",
    ),
    "no reduction": (lambda: F.cross_entropy(Z, [0, 1, 2], reduction=None), DomainError, "`reduction` (=None)"),
    "an unknown reduction of divergences": (
        lambda: nn.KLDivLoss("batch"), DomainError, "one of 'mean', 'batchmean', 'sum', 'none'",
    ),
    "a mean over batches where there is none": (lambda: nn.MSELoss("batchmean"), DomainError, "`reduction` (='batchmean')"),
    "a Huber loss of lines only": (lambda: F.huber_loss([1.0], [2.0], delta=0), DomainError, "`delta` (=0) has to be a finite number above 0"),
    "a module of lines only": (lambda: nn.HuberLoss(delta=-1), DomainError, "HuberLoss: `delta` (=-1) has to be a finite number above 0"),
    "a delta that is text": (lambda: F.huber_loss([1.0], [2.0], delta="1"), DtypeError, "`delta` (='1') has to be a finite number"),
    "a negative beta": (lambda: nn.SmoothL1Loss(beta=-1.0), DomainError, "`beta` (=-1.0) has to be a finite number from 0"),
    "an exponent of 3": (lambda: nn.MultiMarginLoss(p=3), DomainError, "MultiMarginLoss: `p` (=3) has to be 1 or 2"),
    "too much smoothing": (lambda: nn.CrossEntropyLoss(label_smoothing=1.5), DomainError, "`label_smoothing` (=1.5) has to be a number between 0 and 1"),
    "undefined smoothing": (lambda: F.cross_entropy(Z, [0, 1, 2], label_smoothing=np.nan), DomainError, "(=nan)"),
    "no margin between triplets": (lambda: F.triplet_margin_loss(Z, Z, Z, margin=0), DomainError, "triplet_margin_loss(): `margin` (=0)"),
    "a variance of nothing": (lambda: nn.GaussianNLLLoss(eps=0.0), DomainError, "GaussianNLLLoss: `eps` (=0.0) has to be a finite number above 0"),
    "a Value where axes are needed": (lambda: F.cross_entropy(Value(1.0), 0), DtypeError, "cross_entropy() needs a Tensor"),
    # nothing to average
    "no labels": (lambda: F.cross_entropy(Z[:0], []), ShapeError, "cross_entropy" + NO_MEAN),
    "no labels, weighted": (lambda: F.cross_entropy(Z[:0], [], [1.0] * 4), ShapeError, "cross_entropy" + NO_MEAN),
    "no probabilities": (lambda: F.cross_entropy(Z[:0], Z[:0]), ShapeError, "cross_entropy" + NO_MEAN),
    "no logarithms": (lambda: F.nll_loss(Z[:0], []), ShapeError, "nll_loss" + NO_MEAN),
    "no numbers": (lambda: F.mse_loss([], []), ShapeError, "mse_loss" + NO_MEAN),
    "no numbers, weighted": (lambda: F.l1_loss([], [], weight=[]), ShapeError, "l1_loss" + NO_MEAN),
    "no samples": (lambda: F.half_squared_error(Z[:0], Z[:0], "batchmean"), ShapeError, "half_squared_error" + NO_MEAN),
    "no yes and no": (lambda: F.binary_cross_entropy_with_logits([], []), ShapeError, NO_MEAN),
    "no scores": (lambda: F.multi_margin_loss(Z[:0], []), ShapeError, "multi_margin_loss" + NO_MEAN),
    "no lists": (lambda: F.multilabel_margin_loss(Z[:0], np.zeros((0, 4), int)), ShapeError, NO_MEAN),
    "no triplets": (lambda: F.triplet_margin_loss(Z[:0], Z[:0], Z[:0]), ShapeError, "triplet_margin_loss" + NO_MEAN),
    "no distributions": (lambda: F.kl_div(Z[:0], Z[:0], "batchmean"), ShapeError, "kl_div" + NO_MEAN),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)


@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss, F.multi_margin_loss])
def test_the_sum_over_no_samples_is_0_and_each_of_them_none(loss):
    assert loss(Z[:0], [], reduction="sum").item() == 0
    assert loss(Z[:0], [], reduction="none").shape == (0,)
