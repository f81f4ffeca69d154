"""Which primitives are computed by which kernels. Without this page everything is right, and slower."""

from __future__ import annotations

from . import calculus
from .kernels import elementwise, exponentials, reductions
from .kernels import indexing as one_of_each_row
from .kernels import normalization as on_rows
from .kernels import products as matrix_products
from .kernels.memory import keep_freed_memory
from .structure import exponentials as softmax_family
from .structure import (
    indexing,
    products,
    shaping,
)
from .structure import (
    normalization as standardising,
)
from .structure import reductions as sums

calculus.add.use_kernel(elementwise.add)
calculus.multiply.use_kernel(elementwise.multiply, elementwise.multiply_pullback)
calculus.relu.use_kernel(elementwise.relu, elementwise.relu_pullback)
calculus.sigmoid.use_kernel(elementwise.sigmoid, elementwise.sigmoid_pullback)
calculus.step.use_kernel(elementwise.step)
calculus.tanh.use_kernel(pullback=elementwise.tanh_pullback)

sums._sum.use_kernel(reductions.sum, reductions.sum_pullback)
sums._mean.use_kernel(reductions.mean, reductions.mean_pullback)
for extreme in (sums._max, sums._min):
    extreme.use_kernel(pullback=reductions.extreme_pullback, may_decline=True)
products._matmul.use_kernel(matrix_products.matmul, matrix_products.matmul_pullback, may_decline=True)
products._affine.use_kernel(pullback=matrix_products.affine_pullback, may_decline=True)
shaping._broadcast_to.use_kernel(reductions.broadcast_to)

indexing._take_along_axis.use_kernel(one_of_each_row.take_along_axis)
indexing.put_along_axis.use_kernel(one_of_each_row.put_along_axis_or(indexing.put_along_axis.forward))

softmax_family._logsumexp.use_kernel(exponentials.logsumexp, exponentials.logsumexp_pullback)
softmax_family._softmax.use_kernel(exponentials.softmax, exponentials.softmax_pullback)
softmax_family._log_softmax.use_kernel(exponentials.log_softmax, exponentials.log_softmax_pullback)

standardising._standardize.use_kernel(on_rows.standardize, on_rows.standardize_pullback)
standardising._standardize_affine.use_kernel(
    on_rows.standardize_affine, on_rows.standardize_affine_pullback, may_decline=True
)

keep_freed_memory()
