"""Kernels that are given memory compute there what they compute without, and allocate nothing the second time."""

import tracemalloc
from functools import partial

import numpy as np
import pytest

from autograd_core import set_num_threads
from autograd_core.kernels.convolution import convolution, transposed_convolution, weight_gradient
from autograd_core.kernels.memory import SameRoom
from autograd_core.kernels.pooling import distribute_to_winners, window_max

_VIEWS = 30_000  # bytes, that the views of one call, and NumPy's buffers, may take
NUMBERS = np.random.default_rng(0)
GEOMETRIES = {
    "plain": {},
    "padded": {"padding": ((1, 1), (2, 0))},
    "strided": {"stride": (2, 1)},
    "grouped": {"groups": 2},
    "one channel": {"channels": 1},
    "large kernel": {"kernel": (5, 5)},
}


def image(*shape):
    """Channels stand last in memory."""
    samples, channels, *size = shape
    return NUMBERS.normal(size=(samples, *size, channels)).transpose(0, 3, 1, 2)


def plain(*shape):
    return NUMBERS.normal(size=shape)


def convolutions(channels=4, kernel=(3, 3), groups=1, stride=(1, 1), padding=((0, 0), (0, 0))):
    """(kernel, what makes its operands)"""
    how = {"stride": stride, "padding": padding, "dilation": (1, 1), "groups": groups}
    x, w = partial(image, 6, channels, 9, 8), partial(plain, 2 * channels, channels // groups, *kernel)
    g = partial(image, *convolution(x(), w(), **how).shape)
    return [
        (partial(convolution, **how), (x, w)),
        (partial(transposed_convolution, size=(9, 8), **how), (g, w)),
        (partial(weight_gradient, kernel=kernel, **how), (x, g)),
    ]


def poolings(k, samples=2):
    how = {"window": (k, k), "stride": (k, k) if k == 2 else (1, 2), "dilation": (1, 1)}
    x = partial(image, samples, 8, 8, 9)

    def spread(x, g, **given):
        winners = window_max(x, **how)[1]
        return distribute_to_winners(g, winners=winners, size=(8, 9), **how, **given)

    g = partial(plain, *window_max(x(), **how)[0].shape)
    return [(partial(window_max, **how), (x,)), (spread, (x, g))]


CASES = [
    *(
        (f"{name} {i}", *case)
        for name, how in GEOMETRIES.items()
        for i, case in enumerate(convolutions(**how))
    ),
    *((f"pooling {k} {i}", *case) for k in (1, 2, 3) for i, case in enumerate(poolings(k))),
]


def parts(result):
    """The arrays of a result, those of a residual too."""
    if isinstance(result, tuple):
        return [y for x in result for y in parts(x)]
    return [result]


@pytest.mark.parametrize(
    ("kernel", "operands"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_kernel_in_a_room(kernel, operands):
    blocks, wanted = [], parts(kernel(*(make() for make in operands)))
    rooms = [SameRoom(blocks) for _ in range(2)]
    for layout in ("K", "K", "C"):
        out = [np.full_like(x, 7, order=layout) for x in wanted]
        given = tuple(out) if len(out) > 1 else out[0]
        for room in rooms:
            arrays = [make() for make in operands]
            found = parts(kernel(*arrays, out=given, room=room))
            for x, y, z in zip(out, parts(kernel(*arrays)), found, strict=True):
                np.testing.assert_array_equal(x, y)
                assert np.may_share_memory(z, x)


def test_samples_of_a_batch_that_threads_share_out_have_rooms_of_their_own():
    how = {"stride": (1, 1), "padding": ((1, 1), (1, 1)), "dilation": (1, 1), "groups": 1}
    x, w = image(16, 16, 20, 20), plain(16, 16, 3, 3)
    expected, gradient = convolution(x, w, **how), weight_gradient(x, x, kernel=(3, 3), **how)
    room, out = SameRoom([]), np.empty_like(expected)
    set_num_threads(2)
    try:
        for _ in range(3):
            np.testing.assert_array_equal(convolution(x, w, **how, out=out, room=room), expected)
            np.testing.assert_array_equal(weight_gradient(x, x, kernel=(3, 3), **how, room=room), gradient)
    finally:
        set_num_threads(None)


def test_nothing_is_allocated_the_second_time():
    large = [*convolutions(channels=32, padding=((1, 1), (1, 1))), poolings(2, samples=200)[0]]
    for kernel, operands in large:
        arrays = [make() for make in operands]
        made = parts(kernel(*arrays))
        assert made[0].nbytes > 3 * _VIEWS
        out, room = [np.empty_like(x) for x in made], SameRoom([])
        given = tuple(out) if len(out) > 1 else out[0]
        kernel(*arrays, out=given, room=room)
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            with np.errstate():
                np.setbufsize(1024)
                kernel(*arrays, out=given, room=room)
            assert tracemalloc.get_traced_memory()[1] - before < _VIEWS
        finally:
            tracemalloc.stop()
