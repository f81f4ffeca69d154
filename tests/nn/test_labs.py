"""The numbers of the lectures."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, sliding_windows
from tests.nn.cases import REFERENCE
from tests.nn.checks import assert_equal
from tests.nn.operands import wave

LECTURE = """
import torch.nn as nn
import torch.nn.functional as F

class ConvNet(nn.Module):
    def __init__(self):
        super(ConvNet, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=20, kernel_size=5, stride=1, padding=1)

    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(x)
        return x
"""


def count(model):
    return sum(parameter.size for parameter in model.parameters())


def test_lab_6_1_the_board_picture():
    image = [[[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 0.0, 2.0]]]
    assert F.conv2d(image, [[[[0.0, 1.0], [-1.0, 0.0]]]], stride=2).tolist() == [[[2, 4], [0, 1]]]


def test_lab_6_2_a_vertical_edge():
    image, kernel = [[[10.0, 10.0, 10.0, 0.0, 0.0, 0.0]] * 6], [[[[1.0, 0.0, -1.0]] * 3]]
    assert F.conv2d(image, kernel).tolist() == [[[0, 30, 30, 0]] * 4]


@pytest.mark.parametrize(
    ("kernel", "kept"),
    [([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]], 0.0), ([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]], 1.0)],
)
def test_lab_6_3_a_constant_image_has_no_edges_and_is_not_sharpened(kernel, kept):
    found = F.conv2d(np.full((1, 5, 5), 7.0), [[kernel]])
    assert np.all(found.data == 7 * kept)


def test_lab_6_4_sharing_weights_saves_them():
    assert nn.Linear(28 * 28, 100, bias=False).weight.size == 78_400
    assert nn.Conv2d(1, 1, 5, bias=False).weight.size == 25
    assert np.zeros((3, 64, 64)).size == 12_288
    assert nn.Conv2d(3, 1, 4, bias=False).weight.size == 48


def test_lab_6_6_a_shared_weights_gradient_is_the_sum_over_its_untied_copies():
    image, kernel = wave(1, 5, 5), wave(1, 1, 3, 3, phase=1.0)
    tied = nn.Parameter(kernel)
    F.conv2d(image, tied).square().sum().backward()
    copies = nn.Parameter(np.broadcast_to(kernel[0, 0], (3, 3, 3, 3)))  # one kernel for each window
    (sliding_windows(image[0], (3, 3)) * copies).sum(axis=(2, 3)).square().sum().backward()
    assert np.allclose(tied.grad[0, 0], copies.grad.sum(axis=(0, 1)), rtol=1e-14)


def test_lab_6_7_convolution_commutes_with_shifts():
    image, kernel = np.zeros((1, 12, 12)), wave(2, 1, 3, 3)
    image[:, 3:7, 3:7] = wave(1, 4, 4)
    first = F.conv2d(image, kernel, padding="same").data
    moved = F.conv2d(np.roll(image, (2, 1), axis=(1, 2)), kernel, padding="same").data
    assert np.allclose(moved, np.roll(first, (2, 1), axis=(1, 2)), rtol=0, atol=1e-14)


def test_lab_6_9_the_lectures_class_runs_with_its_imports_changed():
    source = LECTURE.replace("import torch.nn as nn", "import nn").replace(
        "import torch.nn.functional as F", "import nn.functional as F"
    )
    names: dict = {}
    exec(source, names)
    model = names["ConvNet"]()
    model.load_state_dict({"conv1.weight": wave(20, 1, 5, 5), "conv1.bias": wave(20, phase=1.0)})
    y = model(wave(1, 28, 28))
    assert y.shape == (20, 26, 26)
    assert model(Tensor(wave(4, 1, 28, 28))).shape == (4, 20, 26, 26)
    with np.load(REFERENCE) as file:
        assert_equal(y.data.sum(axis=2), file["ConvNet: sums over rows"])


def lenet5(pool=nn.AvgPool2d, activation=nn.Tanh):
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), activation(), pool(2),
        nn.Conv2d(6, 16, 5), activation(), pool(2),
        nn.Flatten(), nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, 10),
    )  # fmt: skip


def test_lab_6_11_lenet_5_has_61706_parameters():
    model = lenet5()
    assert count(model) == 61_706
    assert model(np.zeros((2, 1, 28, 28))).shape == (2, 10)


def test_lenet_5_learns_a_handful_of_images_by_heart():
    nn.seed(0)
    model = lenet5(nn.MaxPool2d, nn.ReLU)
    x, labels = wave(8, 1, 28, 28), np.arange(8)
    optimiser = nn.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(60):
        optimiser.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimiser.step()
    assert nn.accuracy(model(x), labels) == 1
