"""Data on their way into a network: read, prepared, split, and handed over in mini-batches.

What is read or generated are NumPy arrays, samples along the first axis; what a loader hands over are
tensors.

>>> import nn
>>> x, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
>>> x_train, x_test, y_train, y_test = nn.train_test_split(x, y, test_size=1, generator=0)
>>> scaled = nn.Standardize(x_train)
>>> loader = nn.DataLoader((scaled(x_train), y_train), batch_size=2)
>>> [(x.shape, y.tolist()) for x, y in loader]
[((2, 1), [0, 0]), ((1, 1), [1])]
"""

from typing import TYPE_CHECKING

from . import (
    batching,
    cifar,
    datasets,
    idx,
    image_sets,
    loader,
    patches,
    splitting,
    standardization,
    tables,
    toys,
)
from .batching import *
from .cifar import *
from .datasets import *
from .idx import *
from .image_sets import *
from .loader import *
from .patches import *
from .splitting import *
from .standardization import *
from .tables import *
from .toys import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [
        *batching.__all__,
        *cifar.__all__,
        *datasets.__all__,
        *idx.__all__,
        *image_sets.__all__,
        *loader.__all__,
        *patches.__all__,
        *splitting.__all__,
        *standardization.__all__,
        *tables.__all__,
        *toys.__all__,
    ]
