"""Data on their way into a network: read, prepared, split, and handed over in mini-batches.

What is read or generated are NumPy arrays, samples along the first axis; what a loader hands over are
tensors.

>>> import nn
>>> loader = nn.DataLoader(([[0.0], [1.0], [2.0]], [0, 1, 1]), batch_size=2)
>>> [(x.shape, y.tolist()) for x, y in loader]
[((2, 1), [0, 1]), ((1, 1), [1])]
"""

from . import batching, datasets, loader, scoring
from .batching import *
from .datasets import *
from .loader import *
from .scoring import *

__all__ = [
    *batching.__all__,
    *datasets.__all__,
    *loader.__all__,
    *scoring.__all__,
]
