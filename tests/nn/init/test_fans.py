"""Fans and gains are PyTorch's; gains keep the size of signals."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor


@pytest.mark.peers
@pytest.mark.parametrize("shape", [(7, 3), (20, 3, 5, 5), (4, 6, 2, 3)])
def test_fans_are_pytorchs(shape):
    torch = pytest.importorskip("torch")
    wanted = torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape))
    assert nn.init.fan_in_and_fan_out(Tensor(np.zeros(shape))) == wanted


def test_gains_keep_the_mean_square_of_normal_signals():
    z = np.linspace(-10, 10, 200_001)
    weights = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    for name in ("celu", "elu", "gelu", "hardswish", "mish", "relu", "relu6", "silu", "softplus"):
        square = (weights * getattr(F, name)(z).data ** 2).sum()
        assert nn.init.calculate_gain(name) ** 2 * square == pytest.approx(1, rel=1e-8)


@pytest.mark.peers
@pytest.mark.parametrize("name", ["conv1d", "conv3d", "conv_transpose2d", "selu", "leaky_relu"])
def test_gains_that_pytorch_has_are_pytorchs(name):
    torch = pytest.importorskip("torch")
    assert nn.init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)
