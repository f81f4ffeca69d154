"""Random graphs over the whole table: reverse mode, forward mode and finite differences agree.

``FUZZ_EXAMPLES`` says how many, ``FUZZ_SEED`` which. What is drawn from is in
:mod:`tests.autograd_core.operations`.
"""

from inspect import unwrap

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, seed, settings

from autograd_core import (
    Tensor,
    Value,
    ancestors,
    grad,
    gradcheck,
    jvp,
)
from tests.autograd_core.graphs import NUMBERS, Computation, graphs
from tests.autograd_core.operations import (
    CHOICES,
    NOT_DRAWN,
    PUBLIC,
    SCALAR,
    TABLE,
    applied,
    choosing,
    operands,
)
from tests.fuzzing import amount_and_seed

FEW = 200
EXAMPLES, SEED = amount_and_seed(FEW)
OPERANDS = [  # one after the other, so that every operation meets numbers, vectors and matrices
    [np.array([[0.3, -1.1, 0.7], [1.2, 0.1, -0.6]]), np.array([0.2, -0.4, 0.9])],
    [0.4, -0.6],
    [np.array([0.9, -0.2]), np.array([[-0.3], [0.5]])],
    [np.array(-0.7), np.array([[0.8, -0.9]])],
]


@pytest.fixture(autouse=True)
def _seed_is_printed():
    print(f"FUZZ_SEED={SEED}")


def examples(share=1):
    chosen = settings(
        max_examples=EXAMPLES // share,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=EXAMPLES <= FEW,
        print_blob=True,
    )
    return chosen if EXAMPLES <= FEW else lambda test: seed(SEED)(chosen(test))


def check_forward_against_reverse(f, primals, tangents):
    gradients = grad(f, tuple(range(len(primals))))(*primals)
    shares = [np.sum(np.multiply(g, t)) for g, t in zip(gradients, tangents, strict=True)]
    rounding = 1e-10 * (
        1 + sum(np.sum(np.abs(np.multiply(g, t))) for g, t in zip(gradients, tangents, strict=True))
    )
    assert float(jvp(f, primals, tangents)[1]) == pytest.approx(sum(shares), rel=1e-9, abs=rounding)


@examples()
@given(graphs())
def test_three_ways_to_a_gradient_agree(graph):
    note(str(graph))
    f, primals = Computation(graph), graph.numbers()
    assert gradcheck(f, *primals, tolerance=1e-5)
    check_forward_against_reverse(f, primals, graph.tangents())


@examples(share=4)
@given(graphs(longest=4))
def test_the_derivative_of_the_gradient_agrees_too(graph):
    note(str(graph))
    f, primals = Computation(graph), graph.numbers()
    assert gradcheck(f, *primals, order=2, tolerance=1e-5)


@examples(share=2)
@given(graphs([name for name in TABLE if name in SCALAR], ["number"], NUMBERS))
def test_values_agree_with_tensors_and_with_plain_numbers(graph):
    note(str(graph))
    f, numbers = Computation(graph), graph.numbers()
    values, tensors = [Value(x) for x in numbers], [Tensor(x, requires_grad=True) for x in numbers]
    by_value, by_tensor, plain = f(*values), f(*tensors), f(*numbers)
    assert isinstance(by_value, Value)
    assert by_value.data == pytest.approx(plain, rel=1e-13, abs=1e-13)
    assert by_tensor.item() == pytest.approx(plain, rel=1e-13, abs=1e-13)
    by_value.backward()
    by_tensor.backward()
    assert [v.grad for v in values] == pytest.approx([float(t.grad) for t in tensors], rel=1e-10, abs=1e-12)
    assert gradcheck(f, *numbers, tolerance=1e-5)
    check_forward_against_reverse(f, numbers, graph.tangents())


@pytest.mark.parametrize("name", TABLE)
def test_every_operation_alone(name):
    for k in range(CHOICES if choosing(name) else len(OPERANDS)):
        primals = OPERANDS[k % len(OPERANDS)][: operands(name)]

        def f(*inputs, k=k):
            return applied(name, inputs, k)

        assert gradcheck(f, *primals, tolerance=1e-5)
        if k < len(OPERANDS):
            assert gradcheck(f, *primals, order=2, tolerance=1e-5)


def test_every_operation_of_the_library_is_drawn_or_has_a_reason_not_to_be():
    named = {name.partition(":")[0] for name in TABLE}
    forgotten = sorted(PUBLIC - named - set(NOT_DRAWN))
    assert not forgotten, f"add to tests/autograd_core/operations.py: {', '.join(forgotten)}"
    gone = sorted((named | set(NOT_DRAWN)) - PUBLIC)
    assert not gone, f"no longer in the library: {', '.join(gone)}"
    assert not named & set(NOT_DRAWN)


@pytest.mark.parametrize("name", TABLE)
def test_an_entry_of_the_table_does_what_its_name_says(name):
    leaves = [Tensor(x, requires_grad=True) for x in OPERANDS[0][: operands(name)]]
    recorded = {node.op.name for node in ancestors([applied(name, leaves, 0)]) if node.op is not None}
    function = name.partition(":")[0].partition(".")[2]
    assert function in recorded | set(unwrap(TABLE[name]).__code__.co_names)
