"""A node of every operation of the table, recorded as a computation records it."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np

import nn.functional as F
from autograd_core import Node, Tensor, Value, ancestors, linalg, standardize, sweep, weighted_sum
from autograd_core.compilation.gathering import Places, gather
from autograd_core.errors import AutogradError
from autograd_core.primitive import Primitive, nodes
from tests.autograd_core import operations

SHAPE = (2, 3)


def leaf(shape, seed=0):
    numbers = np.random.default_rng(seed).uniform(0.3, 1.2, shape)
    return Tensor(numbers, requires_grad=True)


def table():
    """The names of all operations that a graph can record."""
    return sorted({x.name for x in vars(nodes).values() if isinstance(x, Primitive)})


def gradient(y):
    """The cotangents of everything that y was computed from, recorded themselves."""
    seed = Tensor(np.ones(y.shape), requires_grad=True)
    return [g for _, g in sweep([y], [seed], create_graph=True) if isinstance(g, Node)]


def roots():
    for name in operations.TABLE:
        for k in range(2):
            inputs = [leaf(SHAPE, i) for i in range(operations.operands(name))]
            made = operations.applied(name, inputs, k)
            yield from made if isinstance(made, tuple | list) else [made]
    yield weighted_sum([Value(2.0)], [Value(3.0)], 1.0)
    yield standardize(leaf((2, 3)), -1, 1e-5, leaf((1,)), leaf((1,)))
    yield F.layer_norm(leaf((2, 3)), (3,), leaf((3,)), leaf((3,)))
    yield F.batch_norm(leaf((4, 3)), None, None, leaf((3,)), leaf((3,)), training=True)
    yield linalg.qr(leaf((3, 2)), mode="complete")[0]
    yield nodes.alias(Value(2.0))
    yield gather(leaf((3,)), places=Places(np.array([2, 0])))
    pooled = F.max_pool2d(leaf((1, 1, 4, 4)), 2)
    yield from (h for g in gradient(pooled) if g.requires_grad for h in gradient((g * g).sum()))


@cache
def recorded():
    """For each operation a node that it made."""
    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for root in roots():
            if not isinstance(root, Node) or not root.requires_grad:
                continue
            try:
                seen = [*ancestors([root]), *ancestors(gradient(root))]
            except AutogradError:  # where eigenvalues coincide there is no derivative
                seen = ancestors([root])
            for node in seen:
                if node.op is not None:
                    found.setdefault(node.op.name, node)
    return found
