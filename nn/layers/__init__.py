"""Layers: functions of :mod:`nn.functional` that hold their parameters."""

from typing import TYPE_CHECKING

from .activations import *
from .adaptive_pooling import *
from .attention import *
from .average_pooling import *
from .batch_normalization import *
from .bilinear import *
from .cells import *
from .convolution import *
from .dropout import *
from .embedding import *
from .linear import *
from .losses import *
from .max_pooling import *
from .normalization import *
from .padding import *
from .patches import *
from .radial import *
from .rearranging import *
from .recurrent import *
from .resizing import *
from .shape import *
from .softmax import *
from .transformer import *
from .transposed_convolution import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [name for name, value in globals().items() if isinstance(value, type)]
