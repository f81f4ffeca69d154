"""A pytest plugin, active wherever the library is installed: the fixture ``gradcheck``, and a word at
the end if another ``nn`` or ``viz`` is found in place of the library's.

.. code-block:: python

    def test_my_layer(gradcheck):
        gradcheck(lambda x: my_layer(x), np.ones((2, 3)))
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .installation import OURS, hidden


@pytest.fixture
def gradcheck() -> Callable[..., bool]:
    """The function :func:`autograd_core.gradcheck`: compares gradients with finite differences."""
    from .inspection.gradcheck import gradcheck as check

    return check


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests may have imported in place of a package of this library."""
    for sentence in hidden(OURS):
        terminalreporter.write_line(f"autograd-core: {sentence}", yellow=True)
