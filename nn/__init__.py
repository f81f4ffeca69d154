"""Neural networks on the graph of :mod:`autograd_core`: every layer is a composition of its operations.

Names, defaults, layouts and numbers are PyTorch's.

>>> import nn
>>> import nn.functional as F
>>> nn.seed(0).random() < 1
True
>>> model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
>>> optimiser = nn.SGD(model.parameters(), lr=1.0)
>>> x, labels = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
>>> for _ in range(200):
...     optimiser.zero_grad()
...     F.cross_entropy(model(x), labels).backward()
...     optimiser.step()
>>> nn.accuracy(model(x), labels)
1.0
"""

from . import functional, init, optim
from .checkpoints import load_checkpoint, save_checkpoint
from .containers import ModuleDict, ModuleList, Sequential
from .data import accuracy, batches
from .errors import FileFormatError, ModuleError
from .files import load, save
from .layers import (
    AvgPool2d,
    BCELoss,
    BCEWithLogitsLoss,
    Conv2d,
    CrossEntropyLoss,
    Dropout,
    Flatten,
    Identity,
    Linear,
    MaxPool2d,
    MSELoss,
    NLLLoss,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from .module import IncompatibleKeys, Module
from .optim import (
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    NAdam,
    RAdam,
    RMSprop,
    clip_grad_norm_,
    clip_grad_value_,
)
from .parameter import Parameter
from .penalty import l2_penalty
from .randomness import seed
from .summary import summary

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "FileFormatError",
    "Flatten",
    "Identity",
    "IncompatibleKeys",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "ModuleDict",
    "ModuleError",
    "ModuleList",
    "NAdam",
    "NLLLoss",
    "Parameter",
    "RAdam",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "accuracy",
    "batches",
    "clip_grad_norm_",
    "clip_grad_value_",
    "functional",
    "init",
    "l2_penalty",
    "load",
    "load_checkpoint",
    "optim",
    "save",
    "save_checkpoint",
    "seed",
    "summary",
]
