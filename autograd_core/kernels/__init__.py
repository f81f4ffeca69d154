"""How the heavy operations are computed on arrays: the same numbers as their definitions, sooner.

The rules and the layers know nothing of this package; it could be left out, and everything would be
right and slower. Primitives reach a kernel through :meth:`Primitive.use_kernel`.
"""
