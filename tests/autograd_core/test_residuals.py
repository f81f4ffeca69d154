"""What a forward pass keeps is read by every backward pass, and used up by none."""

import copy

import numpy as np
import pytest

import autograd_core as ac
from autograd_core.structure import exponentials, normalization

X = np.random.default_rng(0).normal(size=(3, 4))

FUNCTIONS = {
    "logsumexp": lambda x: ac.logsumexp(x, -1),
    "standardize": lambda x: ac.standardize(x),
    "standardize with weight and bias": lambda x: ac.standardize(x, 0, 1e-5, np.ones(4), np.ones(4)),
}


@pytest.fixture(params=FUNCTIONS)
def function(request):
    return FUNCTIONS[request.param]


def gradient(x, y):
    x.zero_grad()
    y.backward(np.arange(float(y.data.size)).reshape(y.shape))
    return x.grad


def test_a_node_holds_residuals_beside_plain_parameters(function):
    y = function(ac.Tensor(X, requires_grad=True))
    assert all(isinstance(kept, np.ndarray) for kept in y.residuals)
    assert set(y.parameters) <= {"axis", "keepdims", "eps"}


def test_most_operations_keep_none():
    x = ac.Tensor(X, requires_grad=True)
    assert [node.residuals for node in (x, x * 2, x.sum(), x @ x.T, ac.Value(2.0) * 3)] == [None] * 5


def test_what_is_not_recorded_keeps_none(function):
    assert function(ac.Tensor(X)).residuals is None


def test_a_second_backward_pass_finds_what_the_first_found(function):
    x = ac.Tensor(X, requires_grad=True)
    y = function(x)
    before = copy.deepcopy(y.residuals)
    first = gradient(x, y).copy()
    np.testing.assert_array_equal(gradient(x, y), first)
    for now, then in zip(y.residuals, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_copied_graph_has_the_same_gradient(function):
    x = ac.Tensor(X, requires_grad=True)
    y = function(x)
    copied = copy.deepcopy(y)
    np.testing.assert_array_equal(gradient(copied.inputs[0], copied), gradient(x, y))


def test_the_rules_agree_with_the_kernels_that_read_residuals(function):
    x = ac.Tensor(X, requires_grad=True)
    kernel = gradient(x, function(x))
    y = function(x)
    x.zero_grad()
    y.backward(np.arange(float(y.data.size)).reshape(y.shape), create_graph=True)
    np.testing.assert_allclose(x.grad.data, kernel, atol=1e-12)


@pytest.mark.parametrize("definition", [exponentials._logsumexp_of, normalization._standardized])
def test_a_definition_gives_the_residuals_of_its_kernel(definition):
    primitive, how = {
        exponentials._logsumexp_of: (exponentials._logsumexp, {"axis": (1,), "keepdims": True}),
        normalization._standardized: (normalization._standardize, {"axis": (1,), "eps": 0.1}),
    }[definition]
    y, residuals = definition(X, **how)
    kernel, theirs = primitive.forward_with_residuals(X, **how)
    np.testing.assert_allclose(kernel, y)
    np.testing.assert_allclose(primitive.forward(X, **how), y)
    for one, other in zip(residuals, theirs, strict=True):
        np.testing.assert_allclose(one, other)


def test_moments_of_what_is_not_recorded_are_those_of_what_is():
    recorded = ac.standardize(ac.Tensor(X, requires_grad=True), moments=True)[1:]
    for x in (X, ac.Tensor(X)):
        for one, other in zip(ac.standardize(x, moments=True)[1:], recorded, strict=True):
            np.testing.assert_array_equal(one, other)
