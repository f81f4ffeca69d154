"""Layers and losses as functions, each the formula of the lecture.

>>> import nn.functional as F
>>> F.softmax([[1.0, 1.0]], dim=1)
Tensor([[0.5, 0.5]])
"""

from .activations import log_softmax, logsumexp, relu, sigmoid, softmax, tanh
from .convolution import conv2d
from .dropout import dropout
from .labels import one_hot
from .linear import flatten, linear
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    mse_loss,
    nll_loss,
)
from .pooling import avg_pool2d, max_pool2d

__all__ = [
    "avg_pool2d",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv2d",
    "cross_entropy",
    "dropout",
    "flatten",
    "linear",
    "log_softmax",
    "logsumexp",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]
