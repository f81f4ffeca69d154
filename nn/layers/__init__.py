"""Layers: functions of :mod:`nn.functional` that hold their parameters."""

from typing import TYPE_CHECKING

from . import (
    activations,
    adaptive_pooling,
    average_pooling,
    bilinear,
    convolution,
    dropout,
    embedding,
    linear,
    losses,
    max_pooling,
    padding,
    patches,
    radial,
    rearranging,
    rectifiers,
    resizing,
    shape,
    transposed_convolution,
)
from . import (
    batch_normalization as batch_normalisation,
)
from . import (
    normalization as normalisation,
)
from .activations import *
from .adaptive_pooling import *
from .average_pooling import *
from .batch_normalization import *
from .bilinear import *
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
from .rectifiers import *
from .resizing import *
from .shape import *
from .transposed_convolution import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [
        *activations.__all__,
        *adaptive_pooling.__all__,
        *average_pooling.__all__,
        *batch_normalisation.__all__,
        *bilinear.__all__,
        *convolution.__all__,
        *dropout.__all__,
        *embedding.__all__,
        *linear.__all__,
        *losses.__all__,
        *max_pooling.__all__,
        *normalisation.__all__,
        *padding.__all__,
        *patches.__all__,
        *radial.__all__,
        *rearranging.__all__,
        *rectifiers.__all__,
        *resizing.__all__,
        *shape.__all__,
        *transposed_convolution.__all__,
    ]
