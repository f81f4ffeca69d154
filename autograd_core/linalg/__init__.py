"""Linear algebra: equations, inverses, determinants and factorisations of matrices.

Everything works on the last two axes; axes before them are batches and broadcast. Each rule comes from
moving the equation that defines the result and solving for how the result moves, e.g. ``A Y = 1`` gives
``dA Y + A dY = 0`` and so ``dY = -Y dA Y`` (Giles, "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation", 2008). The rule of reverse mode is its transpose. Both are
written in terms of operations of this library and can be differentiated again.

A node holds one array, so a factorisation is recorded as one array with its factors below each other,
all of which have the same number of columns; the factors that a function returns are its rows. In
this way a single rule sees the cotangents of all factors, and the factorisation is computed once.

>>> from autograd_core import Tensor, linalg
>>> a = Tensor([[2.0, 0.0], [0.0, 4.0]], requires_grad=True)
>>> x = linalg.solve(a, [2.0, 4.0])
>>> x.sum().backward()
>>> x, a.grad
(Tensor([1., 1.], op=reshape), array([[-0.5 , -0.5 ],
       [-0.25, -0.25]]))
"""

from types import ModuleType as _Module

from .determinants import *
from .eigenvalues import *
from .equations import *
from .factorisations import *
from .norms import *
from .powers import *
from .singular_values import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
