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

from types import ModuleType as _Module

from .batching import *
from .cifar import *
from .datasets import *
from .idx import *
from .image_sets import *
from .loader import *
from .patches import *
from .sampling import *
from .splitting import *
from .standardization import *
from .tables import *
from .toys import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
