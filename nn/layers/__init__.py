"""Layers: functions of :mod:`nn.functional` that hold their parameters."""

from .activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from .convolution import Conv2d
from .dropout import Dropout
from .linear import Linear
from .losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, MSELoss, NLLLoss
from .pooling import AvgPool2d, MaxPool2d
from .shape import Flatten

__all__ = [
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Identity",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "NLLLoss",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
]
