"""The table of a program: calls, shapes, bytes, flops and places."""

import numpy as np

from autograd_core.compilation.listing import flops, listing, rows
from autograd_core.compilation.program import Instruction, Variable
from autograd_core.compilation.writing import bind
from autograd_core.kernels.convolution import convolution, transposed_convolution, weight_gradient
from tests.autograd_core.compilation.programs import Written, put


def test_each_instruction_is_a_row():
    written = Written()
    x, w = written.input(np.ones((20, 3))), written.live(np.ones((4, 3)))
    y = written.product(np.matmul, x, written.view(np.transpose, w))
    squares = written.ufunc(np.square, y)
    bias = written.product(np.add.reduce, squares, axis=0)
    written.place(bias, np.zeros(4))
    written.effect(put, np.zeros(4), bias)
    found = list(rows(bind(written.output(squares, written.call(np.sort, bias)))))
    assert [row.call for row in found] == [
        "transpose(w1)",
        "matmul(x0, w0)",
        "square(v1)",
        "add.reduce(v1)",
        "sort(t0)",
        "put(c0, t0)",
    ]
    assert [row.place for row in found] == ["in w1", "handed out", "handed out", "its place", "new", ""]
    assert [row.bytes for row in found] == [0, 640, 640, 32, 32, 0]
    assert [row.flops for row in found] == [0, 480, 80, 80, None, 0]


def test_the_text_ends_with_sums():
    written = Written()
    x = written.input(np.ones((20, 3)))
    text = listing(bind(written.output(written.call(np.sort, written.ufunc(np.multiply, x, np.array(2.0))))))
    first, *_, last = text.splitlines()
    assert first.split() == ["computes", "for", "shape", "bytes", "flops", "place"]
    assert last == "2 instructions, 60 flops and what its kernels do, 480 bytes of memory"
    assert "multiply(x0, 2)" in text


def test_flops_of_convolutions():
    x, w = np.ones((2, 3, 8, 8)), np.ones((4, 3, 5, 5))
    g = np.ones((2, 4, 4, 4))
    kernels = [(convolution, x, w, g), (transposed_convolution, g, w, x), (weight_gradient, x, g, w)]
    for kernel, *arrays in kernels:
        first, second, result = (Variable("temporary", each) for each in arrays)
        assert flops(Instruction("call", kernel, [first, second], result=result)) == 2 * g.size * 3 * 25
