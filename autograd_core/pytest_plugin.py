"""A pytest plugin, active wherever the library is installed: the fixtures ``gradcheck``, ``check_solution``
and ``grade``, and a word at the end if another ``nn`` or ``viz`` is found in place of the library's.

.. code-block:: python

    def test_my_layer(gradcheck):
        gradcheck(lambda x: my_layer(x), np.ones((2, 3)))

    def test_a_solution(check_solution):
        check_solution(student.loss, loss, (w, x, y))

    def test_the_course(grade):
        grades = grade("exercises.py", "submissions")
        grades.save("grades.csv")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from .installation import OURS, hidden

if TYPE_CHECKING:
    from .checking.report import CheckReport
    from .grading.grades import Grades

_GRADED = pytest.StashKey[list[str]]()


@pytest.fixture
def gradcheck() -> Callable[..., bool]:
    """The function :func:`autograd_core.gradcheck`: compares gradients with finite differences."""
    from .inspection.gradcheck import gradcheck as check

    return check


@pytest.fixture
def check_solution() -> Callable[..., CheckReport]:
    """The function :func:`autograd_core.check`; a solution that is wrong fails the test, with the report."""
    from .checking.check import check

    def checked(*arguments: Any, **options: Any) -> CheckReport:
        return check(*arguments, **options).raise_if_wrong()

    return checked


@pytest.fixture
def grade(pytestconfig: pytest.Config) -> Callable[..., Grades]:
    """The function :func:`autograd_core.grading.grade`; its tables are printed at the end of the run."""
    from .grading.running import grade as function

    def graded(*arguments: Any, **options: Any) -> Grades:
        grades = function(*arguments, **options)
        pytestconfig.stash.setdefault(_GRADED, []).append(str(grades))
        return grades

    return graded


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was graded, and say what tests may have imported in place of a package of this library."""
    for table in terminalreporter.config.stash.get(_GRADED, []):
        terminalreporter.section("grades", "-")
        terminalreporter.write_line(table)
    for sentence in hidden(OURS):
        terminalreporter.write_line(f"autograd-core: {sentence}", yellow=True)
