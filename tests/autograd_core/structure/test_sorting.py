"""What sorting finds, besides the elements."""

from __future__ import annotations

import numpy as np

from autograd_core import Tensor
from autograd_core import structure as s


def test_integers_that_come_of_choosing_need_no_gradient():
    x = Tensor([3.0, 1.0, 2.0], requires_grad=True)
    for y in (s.argsort(x), s.topk(x, 2)[1], s.kthvalue(x, 1)[1]):
        assert isinstance(y, Tensor)
        assert y.dtype.kind == "i"
        assert not y.requires_grad
    assert s.one_hot(Tensor(np.array([1, 0]))).data.tolist() == [[0, 1], [1, 0]]
