"""The largest number of each window is taken before the bias and the relu, and masks stand before the spreading."""

import numpy as np
import pytest

from autograd_core.compilation.passes import improve
from autograd_core.compilation.passes.dead_code import dead_code
from autograd_core.compilation.passes.pooling_first import pooling_first
from autograd_core.compilation.program import Instruction, Variable, interpret
from autograd_core.compilation.writing import bind
from autograd_core.kernels.pooling import distribute_to_winners, window_max
from tests.autograd_core.compilation.programs import Written, bare

N, C, SIZE = 2, 3, 6
WINDOWS = {"window": (2, 2), "stride": (2, 2), "dilation": (1, 1)}
ZERO = np.array(0.0)
NUMBERS = np.random.default_rng(0)


def image(size=SIZE):
    """Channels stand last in memory, as a convolution leaves them."""
    return NUMBERS.normal(size=(N, size, size, C)).transpose(0, 3, 1, 2)


def pool(x, **windows):
    best, winners = window_max(x, **windows)
    return best, *winners


pool.__wrapped__ = window_max


def program(bias=True, channel_bias=(C, 1, 1), reads_relu=False, gradient=None):
    """A convolution's result, bias, relu and pooling, and the gradients of the first two."""
    written = Written()
    x, g = written.input(image()), written.input(image(SIZE // 2) if gradient is None else gradient)
    b = written.live(NUMBERS.normal(size=channel_bias))
    cut = written.ufunc(np.maximum, written.ufunc(np.add, x, b) if bias else x, ZERO)
    results = tuple(Variable("temporary", y) for y in pool(bare(cut), **WINDOWS))
    written.program.instructions.append(Instruction("call", pool, [cut], WINDOWS, results))
    best, *winners = results
    spread = written.call(distribute_to_winners, g, winners=tuple(winners), size=(SIZE, SIZE), **WINDOWS)
    masked = written.ufunc(np.multiply, spread, written.ufunc(np.greater, cut, ZERO))
    rows = written.view(lambda a: a.transpose(0, 2, 3, 1), masked)
    rows = written.view(lambda a: a.reshape(-1, C), rows)
    total = written.product(np.matmul, written.constant(np.ones(len(rows.example))), rows)
    written.output(best, masked, total, *([cut] if reads_relu else []))
    return written


def functions(written):
    return [getattr(x.function, "__name__", "view") for x in written.program.instructions]


@pytest.mark.parametrize("gradient", [None, np.ones((N, C, SIZE // 2, SIZE // 2))], ids=["last", "first"])
@pytest.mark.parametrize("bias", [True, False])
def test_pooling_and_masking_come_first(bias, gradient):
    written = program(bias, gradient=gradient)
    given = [image(), bare(written.program.inputs[1])]
    before = interpret(written.program, given)
    pooling_first(written.program)
    dead_code(written.program)
    found = functions(written)
    assert found.index("pool") == 0
    assert found.index("multiply") < found.index("distribute_to_winners")
    assert found.count("maximum") == found.count("greater") == found.count("multiply") == 1
    for a, b in zip(before, interpret(written.program, given), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
    for a, b in zip(before, bind(written.program)(*given), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_the_sum_for_the_bias_is_over_what_has_not_been_spread():
    written = program()
    pooling_first(written.program)
    (total,) = [x for x in written.program.instructions if x.function is np.matmul]
    assert total.operands[1].shape == (N * (SIZE // 2) ** 2, C)


@pytest.mark.parametrize("unlike", [{"channel_bias": (C, SIZE, SIZE)}, {"reads_relu": True}], ids=str)
def test_another_program_stays_as_it_is_or_means_the_same(unlike):
    """A bias for each position cannot be exchanged with the pooling; a relu that is read is needed as a whole."""
    written = program(**unlike)
    given = [image(), image(SIZE // 2)]
    before = interpret(written.program, given)
    improve(written.program)
    found = functions(written)
    assert found.index("add") < found.index("pool")
    for a, b in zip(before, interpret(written.program, given), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
