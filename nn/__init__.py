"""Neural networks on the graph of :mod:`autograd_core`: every layer is a composition of its operations.

Names, defaults, layouts and numbers are PyTorch's.

>>> import nn
>>> import nn.functional as F
>>> nn.seed(0).random() < 1
True
>>> model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
>>> optimizer = nn.SGD(model.parameters(), lr=1.0)
>>> x, labels = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
>>> for _ in range(200):
...     optimizer.zero_grad()
...     F.cross_entropy(model(x), labels).backward()
...     optimizer.step()
>>> nn.accuracy(model(x), labels)
1.0
"""

import typing as _typing

from . import functional as functional
from . import init as init
from . import optim as optim
from .containers import *
from .data import *
from .errors import *
from .files import *
from .layers import *
from .module import *
from .optim import *
from .packing import *
from .parameter import *
from .parametrizations import *
from .penalty import *
from .randomness import *
from .summary import *
from .training import *
from .vectors import *

if not _typing.TYPE_CHECKING:  # which would take every name for one that is there

    def __getattr__(name: str) -> _typing.Any:
        """`nn.sklearn` needs scikit-learn, and is loaded when it is asked for.

        Raises:
            AttributeError: for any other name.

        >>> import nn
        >>> nn.sklearn.Classifier((64, 32)).epochs
        100
        """
        if name != "sklearn":
            raise AttributeError(f"module 'nn' has no attribute {name!r}")
        import importlib

        return importlib.import_module("nn.sklearn")
