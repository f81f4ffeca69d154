"""Which primitives are computed by which kernels. Without this page everything is right, and slower."""

from __future__ import annotations

from . import calculus, structure  # noqa: F401  they define the primitives, known by name
from .kernels import elementwise, exponentials, reductions
from .kernels import indexing as one_of_each_row
from .kernels import normalization as on_rows
from .kernels import products as matrix_products
from .kernels.memory import keep_freed_memory
from .primitive import nodes

nodes.add.use_kernel(elementwise.add, elementwise.add_shares)
nodes.multiply.use_kernel(elementwise.multiply, elementwise.multiply_shares)
nodes.relu.use_kernel(elementwise.relu, elementwise.relu_shares)
nodes.sigmoid.use_kernel(elementwise.sigmoid, elementwise.sigmoid_shares)
nodes.step.use_kernel(elementwise.step)
nodes.tanh.use_kernel(shares=elementwise.tanh_shares)

nodes.sum.use_kernel(reductions.sum, reductions.sum_shares)
nodes.mean.use_kernel(reductions.mean, reductions.mean_shares)
for extreme in (nodes.max, nodes.min):
    extreme.use_kernel(shares=reductions.extreme_shares, may_decline=True)
nodes.matmul.use_kernel(matrix_products.matmul, matrix_products.matmul_shares, may_decline=True)
nodes.affine.use_kernel(shares=matrix_products.affine_shares, may_decline=True)
nodes.broadcast_to.use_kernel(reductions.broadcast_to)

nodes.take_along_axis.use_kernel(one_of_each_row.take_along_axis)
nodes.put_along_axis.use_kernel(one_of_each_row.put_along_axis_or(nodes.put_along_axis.forward))

nodes.logsumexp.use_kernel(exponentials.logsumexp, exponentials.logsumexp_shares)
nodes.softmax.use_kernel(exponentials.softmax, exponentials.softmax_shares)
nodes.log_softmax.use_kernel(exponentials.log_softmax, exponentials.log_softmax_shares)

nodes.standardize.use_kernel(on_rows.standardize, on_rows.standardize_shares)
nodes.standardize_affine.use_kernel(
    on_rows.standardize_affine, on_rows.standardize_affine_shares, may_decline=True
)

keep_freed_memory()
