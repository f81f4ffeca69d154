"""A pytest plugin, active wherever the library is installed: the fixture ``gradcheck``.

.. code-block:: python

    def test_my_layer(gradcheck):
        gradcheck(lambda x: my_layer(x), np.ones((2, 3)))
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def gradcheck() -> Callable[..., bool]:
    """The function :func:`autograd_core.gradcheck`: compares gradients with finite differences."""
    from .inspection.gradcheck import gradcheck as check

    return check
