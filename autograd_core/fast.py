"""Which primitives are computed by which kernels. Without this page everything is right, and slower."""

from __future__ import annotations

from . import calculus
from .kernels import elementwise, exponentials, reductions
from .kernels.memory import keep_freed_memory
from .structure import exponentials as softmax_family
from .structure import reductions as sums

calculus.add.compute_by(elementwise.add)
calculus.relu.compute_by(elementwise.relu, elementwise.relu_pull)
calculus.sigmoid.compute_by(elementwise.sigmoid, elementwise.sigmoid_pull)

sums._sum.compute_by(reductions.sum)

softmax_family._logsumexp.compute_by(exponentials.logsumexp, exponentials.logsumexp_pull)
softmax_family._softmax.compute_by(exponentials.softmax, exponentials.softmax_pull)
softmax_family._log_softmax.compute_by(exponentials.log_softmax, exponentials.log_softmax_pull)

keep_freed_memory()
