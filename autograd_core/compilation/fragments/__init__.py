"""Primitives spelled out in calls of NumPy that write into memory they are given.

A fragment is the forward computation of a primitive, in a few lines. It is no second table: a primitive
without one is compiled as a whole, by the kernel that the eager engine has, and its derivative is the rule
of the table in either case. Where the forward pass has computed what the backward pass needs (the
exponentials of a softmax, the deviations of a normalization), a fragment says the shares of a primitive, too:
the formula of its eager kernel, on what is there already.

A fragment takes and gives arrays that are being traced, and declines with None. Each is compared with the
kernel of its primitive, in every layout of memory (tests/autograd_core/compilation/test_fragments.py).
"""

from . import dense as dense
from . import normalization as normalization
from . import selection as selection
from . import softmax as softmax
from .table import FORWARD as FORWARD
from .table import SHARES as SHARES
