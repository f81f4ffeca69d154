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

calculus.add.compute_by(elementwise.add)
calculus.multiply.compute_by(elementwise.multiply, elementwise.multiply_pull)
calculus.relu.compute_by(elementwise.relu, elementwise.relu_pull)
calculus.sigmoid.compute_by(elementwise.sigmoid, elementwise.sigmoid_pull)
calculus.tanh.compute_by(pull=elementwise.tanh_pull)

sums._sum.compute_by(reductions.sum, reductions.sum_pull)
sums._mean.compute_by(reductions.mean, reductions.mean_pull)
for extreme in (sums._max, sums._min):
    extreme.compute_by(pull=reductions.extreme_pull, partly=True)
products._matmul.compute_by(matrix_products.matmul, matrix_products.matmul_pull, partly=True)
products._affine.compute_by(pull=matrix_products.affine_pull, partly=True)
shaping._broadcast_to.compute_by(reductions.broadcast_to)

indexing._take_along_axis.compute_by(one_of_each_row.take_along_axis)
indexing.put_along_axis.compute_by(one_of_each_row.put_along_axis_or(indexing.put_along_axis.forward))

softmax_family._logsumexp.compute_by(exponentials.logsumexp, exponentials.logsumexp_pull)
softmax_family._softmax.compute_by(exponentials.softmax, exponentials.softmax_pull)
softmax_family._log_softmax.compute_by(exponentials.log_softmax, exponentials.log_softmax_pull)

standardising._standardize.compute_by(on_rows.standardize, on_rows.standardize_pull)
standardising._standardize_affine.compute_by(
    on_rows.standardize_affine, on_rows.standardize_affine_pull, partly=True
)

keep_freed_memory()
