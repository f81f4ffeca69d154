"""Trips are short: how many of the project's own functions a call enters on the way to its result.

A trip is counted by `sys.setprofile`; comprehensions and generator expressions are not counted. As a script,
``python tests/test_trips.py`` prints the table; ``python tests/test_trips.py Conv2d`` lists the functions entered.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F

ROOT = Path(__file__).parents[1]
OWN = tuple(str(Path(package.__file__).parent) for package in (ac, nn))
COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


def entered(call: Callable[[], object]) -> list[str]:
    """The functions of the project that a call enters, in the order in which it does."""
    found = []

    def note(frame: Any, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(OWN) and code.co_name not in COMPREHENSIONS:
            found.append(f"{Path(code.co_filename).relative_to(ROOT)}: {code.co_qualname}")

    collected, watched = gc.isenabled(), sys.getprofile()
    gc.disable()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(watched)
        if collected:
            gc.enable()
    return found


@dataclass(frozen=True)
class Trip:
    """A call, the most functions it may enter, and the most that the backward pass of its result may."""

    name: str
    call: Callable[[], Any]
    bound: int
    backward_bound: int | None = None

    def forward(self) -> list[str]:
        for _ in range(2):  # what is made once is no part of the trip; scopes tell every other call apart
            self.call()
        return entered(self.call)

    def backward(self) -> list[str]:
        result = self.call()
        cotangent = [] if np.ndim(result.data) == 0 else [ac.Tensor(np.ones(result.shape))]
        result.backward(*cotangent)  # what is made once, at the first call, is no part of the trip
        result = self.call()
        return entered(lambda: result.backward(*cotangent))


def _trips() -> list[Trip]:
    generator = np.random.default_rng(0)

    def tensor(*shape: int) -> ac.Tensor:
        return ac.Tensor(generator.normal(size=shape), requires_grad=True)

    nn.seed(0)
    a, b = ac.Value(2.0), ac.Value(3.0)
    t, u, logits, images = tensor(4, 3), tensor(4, 3), tensor(4, 3), tensor(2, 3, 8, 8)
    labels = np.array([0, 2, 1, 0])
    linear, learned = nn.Linear(3, 5), nn.Linear(3, 5)
    convolution, normalization = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(3)
    learned(t).sum().backward()
    optimizer = nn.SGD(learned.parameters(), lr=0.1, momentum=0.9)
    return [
        Trip("a * b", lambda: a * b, 1, 2),
        Trip("t * u", lambda: t * u, 4, 8),
        Trip("t.sum()", lambda: t.sum(), 7, 6),
        Trip("np.sum(t)", lambda: np.sum(t), 10, 6),
        Trip("nn.Linear", lambda: linear(t), 13, 14),
        Trip("nn.Conv2d", lambda: convolution(images), 36, 39),
        Trip("F.cross_entropy", lambda: F.cross_entropy(logits, labels), 28, 18),
        Trip("nn.BatchNorm2d", lambda: normalization(images), 45, 38),
        Trip("SGD.step()", optimizer.step, 10),
    ]


def _directions() -> dict[str, tuple[Callable[[], list[str]], int]]:
    """What is counted, by name: the way to each result, and the way back from it."""
    found = {}
    for trip in _trips():
        found[trip.name] = (trip.forward, trip.bound)
        if trip.backward_bound is not None:
            found[f"{trip.name} backward"] = (trip.backward, trip.backward_bound)
    return found


DIRECTIONS = _directions()


@pytest.mark.parametrize("name", DIRECTIONS)
def test_a_call_enters_no_more_functions_than_its_bound(name, record_property):
    way, bound = DIRECTIONS[name]
    functions = way()
    record_property("trip", f"{name:28}{len(functions):4} of at most {bound}")
    assert len(functions) <= bound, "\n".join([f"{len(functions)} functions, at most {bound}:", *functions])


if __name__ == "__main__":
    asked = " ".join(sys.argv[1:])
    for name, (way, bound) in DIRECTIONS.items():
        functions = way()
        if asked in name:
            print(
                f"{name:28}{len(functions):4} of at most {bound}{'':3}{'TOO LONG' * (len(functions) > bound)}"
            )
            print(
                "\n".join(f"    {function}" for function in functions) * bool(asked), end="\n" * bool(asked)
            )
