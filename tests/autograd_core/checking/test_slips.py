"""Slips are called by their names, and right solutions are not accused."""

from __future__ import annotations

from collections import Counter

import pytest

from autograd_core.checking.slips import SLIPS
from tests.autograd_core.checking.exercises import EXERCISES
from tests.autograd_core.checking.planted import PLANTED

RIGHT = [(name, number) for name, exercise in EXERCISES.items() for number in range(len(exercise.right))]


@pytest.mark.parametrize(("name", "number"), RIGHT, ids=str)
def test_a_right_solution_is_right_however_it_is_written(name, number):
    report = EXERCISES[name].check(EXERCISES[name].right[number])
    assert report.ok, report
    assert not report.slips


@pytest.mark.slow
def test_planted_slips_are_named(record_property):
    named: Counter[str] = Counter()
    missed = []
    for slip, exercise, solution in PLANTED:
        report = EXERCISES[exercise].check(solution)
        assert not report.ok, f"{slip} in {exercise} is taken for right"
        named[slip] += slip in report.slips
        if slip not in report.slips:
            missed.append(f"{slip} in {exercise}: {report.slips}\n{report}")
    planted = Counter(slip for slip, _, _ in PLANTED)
    for slip in dict.fromkeys(slip.name for slip in SLIPS):
        record_property("slip", f"{slip:28} {planted[slip]:3} planted  {named[slip]:3} named")
    record_property("slip", f"{'all of them':28} {planted.total():3} planted  {named.total():3} named")
    assert named.total() >= 0.9 * planted.total(), "\n".join(missed)


FIRST = {slip: (exercise, solution) for slip, exercise, solution in reversed(PLANTED)}


@pytest.mark.parametrize("slip", FIRST)
def test_a_slip_has_its_name(slip):
    exercise, solution = FIRST[slip]
    assert slip in EXERCISES[exercise].check(solution).slips


def test_every_slip_is_planted():
    assert {slip.name for slip in SLIPS} == {slip for slip, _, _ in PLANTED}
