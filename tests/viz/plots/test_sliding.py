"""Convolution and pooling, step by step."""

import numpy as np
import pytest

import nn.functional as F
from autograd_core import DomainError, DtypeError, IndexRangeError, ShapeError, Tensor
from tests.viz.plots.drawn import by_gid, cells, fits, given_axes
from viz.plots import convolution_steps, pooling_steps

BOARD = [[1, 2, 3, 4], [0, 0, 0, 1], [1, 0, 2, 1], [0, 1, 0, 2]]
KERNEL = [[0, 1], [-1, 0]]
RNG = np.random.default_rng(0)


def board():
    return convolution_steps(BOARD, KERNEL, stride=2)


def outlined(axes, title, shape):
    return [cell for cell in np.ndindex(*shape) if by_gid(axes, f"{title} {cell[0]} {cell[1]}").get_lw() > 2]


def total(axes):
    return " ".join(text.get_text() for text in axes.texts if text.get_gid() == "sum")


def test_the_board_picture():
    np.testing.assert_array_equal(board().output, [[2, 4], [0, 1]])
    assert [board().sentence(i) for i in range(4)] == [
        "output[0, 0] = 1·0 + 2·1 + 0·(−1) + 0·0 = 2",
        "output[0, 1] = 3·0 + 4·1 + 0·(−1) + 1·0 = 4",
        "output[1, 0] = 1·0 + 0·1 + 0·(−1) + 1·0 = 0",
        "output[1, 1] = 2·0 + 1·1 + 0·(−1) + 2·0 = 1",
    ]


def test_the_vertical_edge_of_the_lecture():
    image = np.tile([10, 10, 10, 0, 0, 0], (6, 1))
    output = convolution_steps(image, [[1, 0, -1]] * 3).output
    np.testing.assert_array_equal(output, [[0, 30, 30, 0]] * 4)


def test_a_step_shows_the_window_the_weights_the_sum_and_what_is_done():
    axes = board().draw(1)
    assert outlined(axes, "image 4×4", (4, 4)) == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert outlined(axes, "output 2×2", (2, 2)) == [(0, 1)]
    assert cells(axes, "image 4×4") == {cell: str(BOARD[cell[0]][cell[1]]) for cell in np.ndindex(4, 4)}
    assert cells(axes, "kernel 2×2") == {(0, 0): "0", (0, 1): "1", (1, 0): "−1", (1, 1): "0"}
    assert cells(axes, "output 2×2") == {(0, 0): "2", (0, 1): "4"}
    assert [t.get_text() for t in axes.texts if t.get_gid() == "weight"] == ["×0", "×1", "×−1", "×0"]
    assert total(axes) == board().sentence(1)
    assert fits(axes.figure)


def test_steps_are_counted_from_the_end_as_well():
    assert board().sentence(-1) == board().sentence(3)
    assert total(board().draw()) == board().sentence(3)
    assert cells(board().draw(-1), "output 2×2").keys() == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"stride": 2},
        {"padding": 1},
        {"dilation": 2},
        {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)},
    ],
    ids=str,
)
def test_the_output_is_that_of_conv2d(how):
    image, kernel = RNG.normal(size=(6, 7)), RNG.normal(size=(3, 2))
    steps = convolution_steps(image, kernel, **how)
    expected = F.conv2d(Tensor(image[None, None]), Tensor(kernel[None, None]), **how).data[0, 0]
    np.testing.assert_allclose(steps.output, expected, rtol=1e-12, atol=1e-12)
    assert len(steps) == expected.size


def test_padding_is_pale_and_dashed():
    axes = convolution_steps(BOARD, KERNEL, padding=1).draw(0)
    assert by_gid(axes, "image 4×4, padded 5 5").get_linestyle() == "--"
    assert by_gid(axes, "image 4×4, padded 2 2").get_linestyle() == "-"


def test_a_dilated_kernel_touches_cells_apart():
    axes = convolution_steps(BOARD, KERNEL, dilation=2).draw(3)
    assert outlined(axes, "image 4×4", (4, 4)) == [(1, 1), (1, 3), (3, 1), (3, 3)]


def test_a_long_sum_is_written_in_lines_that_fit():
    axes = convolution_steps(RNG.normal(size=(5, 5)), RNG.normal(size=(5, 5))).draw(0)
    assert total(axes).count("·") == 25
    assert fits(axes.figure)


@pytest.mark.parametrize("kind", ["max", "average"])
@pytest.mark.parametrize("how", [{}, {"stride": 1}, {"padding": 1}, {"stride": (1, 2)}], ids=str)
def test_pooling_and_its_gradient_are_those_of_the_layer(kind, how):
    image, size = RNG.integers(-3, 3, (6, 5)).astype(float), 2  # with ties
    pool = F.max_pool2d if kind == "max" else F.avg_pool2d
    x = Tensor(image[None, None], requires_grad=True)
    y = pool(x, size, **how)
    cotangent = RNG.normal(size=y.shape)
    (y * cotangent).sum().backward()
    steps = pooling_steps(image, size, kind=kind, gradient=cotangent[0, 0], **how)
    np.testing.assert_allclose(steps.output, y.data[0, 0])
    np.testing.assert_allclose(steps.gradient, x.grad[0, 0])


def test_the_winner_has_a_ring_and_gets_the_gradient():
    axes = pooling_steps(BOARD, gradient=[[5, 6], [7, 8]]).draw(1)
    assert by_gid(axes, "image 4×4 winner 0 3").center == pytest.approx((3.5, 0.5))
    gradient = cells(axes, "gradient of the image")
    assert {cell: text for cell, text in gradient.items() if text != "0"} == {(0, 1): "5", (0, 3): "6"}
    assert "max(3, 4, 0, 1) = 4; its gradient 6 goes to image[0, 3] and nothing" in total(axes)


def test_of_equals_the_first_wins_and_the_sentence_says_so():
    assert "image[0, 0], the first of equals, and" in pooling_steps([[1, 1], [0, 1]]).sentence(0)


def test_padding_never_wins():
    steps = pooling_steps(-np.ones((2, 2)), padding=1)
    np.testing.assert_array_equal(steps.output, -np.ones((2, 2)))
    assert "max(−∞, −∞, −∞, −1) = −1" in steps.sentence(0)
    assert "image[0, 0]" in steps.sentence(0)


def test_an_average_is_shared():
    steps = pooling_steps(BOARD, kind="average")
    assert steps.sentence(0) == (
        "output[0, 0] = (1 + 2 + 0 + 0) / 4 = 0.75; of its gradient 1 each of the 4 gets 0.25"
    )


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert board().draw(0, axes) is axes
    assert pooling_steps(BOARD).draw(0, ax=axes) is axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: convolution_steps(np.ones((3, 4, 4)), KERNEL), ShapeError, r"one matrix.*\(3, 4, 4\).*one channel"),
        (lambda: convolution_steps(BOARD, np.ones((5, 5))), ShapeError, "kernel of 5×5 does not fit in an image of 4×4"),
        (lambda: convolution_steps(BOARD, KERNEL, dilation=4), ShapeError, "dilated kernel of 2×2"),
        (lambda: convolution_steps(BOARD, KERNEL, stride=0), DomainError, "stride has to be at least 1, got 0"),
        (lambda: convolution_steps(BOARD, KERNEL, stride="2"), DtypeError, "whole number or two, got '2'"),
        (lambda: convolution_steps(BOARD, KERNEL, padding=(1, 1, 1)), ShapeError, "whole number or two"),
        (lambda: convolution_steps(BOARD, KERNEL, padding=-1), DomainError, "padding has to be at least 0"),
        (lambda: convolution_steps(np.ones((28, 28)), KERNEL), DomainError, "up to 20×20; image is 28×28"),
        (lambda: convolution_steps([[np.nan]], [[1]]), DomainError, "numbers of image are NaN"),
        (lambda: convolution_steps([[1, 2], [3]], [[1]]), ShapeError, "rows of image are not equally long"),
        (lambda: convolution_steps(np.ones((0, 3)), [[1]]), DomainError, "image is empty"),
        (lambda: board().draw(4), IndexRangeError, "no step 4; there are 4, counted from 0"),
        (lambda: board().draw(1.5), DtypeError, "whole number, got 1.5"),
        (lambda: pooling_steps(BOARD, 5), ShapeError, "window of 5×5 does not fit"),
        (lambda: pooling_steps(BOARD, kind="mean"), DomainError, "'max' or 'average', got 'mean'"),
        (lambda: pooling_steps(BOARD, padding=2), DomainError, r"half a window of \(2, 2\), got \(2, 2\)"),
        (lambda: pooling_steps(BOARD, gradient=[1.0]), ShapeError, r"shape \(2, 2\), got \(1,\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
