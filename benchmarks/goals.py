"""What we want to reach with one thread: the time of a workload over a peer's, or in seconds."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from .contenders import OURS
from .duel import Result

__all__ = ["GOALS", "MEMORY_GOALS", "Goal", "Verdict", "goals_of", "verdicts"]


@dataclass(frozen=True)
class Goal:
    """At most ``limit`` times as long as a peer takes; without a peer, at most so many seconds."""

    limit: float
    peer: str = ""

    def __str__(self) -> str:
        return f"{self.limit:.2f} {self.peer}" if self.peer else f"{_seconds(self.limit)}"


@dataclass(frozen=True)
class Verdict:
    """A goal and what was measured; None where the peer was not timed."""

    goal: Goal
    measured: float | None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached."""
        return None if self.measured is None else self.measured <= self.goal.limit


def _seconds(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 0.1 else f"{seconds * 1e6:.3g} µs"


_TORCH, _CHANNELS_LAST, _MYGRAD = "PyTorch", "PyTorch channels-last", "MyGrad"
_MICROGRAD, _XAD = "micrograd", "XAD"

GOALS: dict[str, tuple[Goal, ...]] = {
    "T1-32": (Goal(0.55, _TORCH),),
    "T1-128": (Goal(0.72, _TORCH),),
    "T2": (Goal(0.45, _TORCH), Goal(1 / 3, _MYGRAD)),
    "T3": (Goal(0.62, _TORCH), Goal(1.0, _CHANNELS_LAST), Goal(1 / 3, _MYGRAD)),
    "T4": (Goal(0.85, _TORCH), Goal(1.0, _CHANNELS_LAST), Goal(1 / 3, _MYGRAD)),
    "T4-kaggle": (Goal(0.85, _TORCH), Goal(1.0, _CHANNELS_LAST), Goal(1 / 3, _MYGRAD)),
    "T5": (Goal(0.20, _TORCH), Goal(1 / 3, _MYGRAD)),
    "T6-logsumexp": (Goal(0.32, _TORCH),),
    "T6-softmax": (Goal(1.2, _TORCH),),
    "T6-layernorm": (Goal(1.55, _TORCH),),
    "W1 (GC on)": (Goal(1 / 10, _MICROGRAD),),
    "W2 (GC on)": (Goal(1 / 5, _MICROGRAD),),
    "W4 (GC on)": (Goal(1 / 10, _MICROGRAD),),
    "W1 (GC off)": (Goal(1 / 2.5, _MICROGRAD), Goal(1.0, _XAD)),
    "W2 (GC off)": (Goal(1 / 2.5, _MICROGRAD), Goal(1.0, _XAD)),
    "W4 (GC off)": (Goal(1 / 2.5, _MICROGRAD), Goal(1.0, _XAD)),
    "W3 (GC off)": (Goal(0.6),),
}
"""By workload; those of single operations follow from :data:`OPERATION_GOALS`."""

OPERATION_GOALS = {"matmul": Goal(4e-6)}
ELEMENTWISE_GOAL = Goal(2e-6)
ARRAY_GOAL = Goal(1.3, "NumPy")
MEMORY_GOALS = {"W3": 170e6}
"""Bytes that the steps of a workload may add."""


def goals_of(workload: str) -> tuple[Goal, ...]:
    """The goals of a workload, the most important one first."""
    kind, *rest = workload.split("-")
    if kind == "array":
        return (ARRAY_GOAL,)
    if kind == "op":
        operation, way = rest
        if way != "both" or operation == "sum":
            return ()
        return (OPERATION_GOALS.get(operation, ELEMENTWISE_GOAL),)
    return GOALS.get(workload, ())


def verdicts(result: Result, threads: int = 1) -> list[Verdict]:
    """Every goal of a workload beside what was measured; goals are set for one thread only."""
    ours = result.entry(OURS)
    found = []
    for goal in goals_of(result.workload) if threads == 1 else ():
        measured = None
        if ours is not None and not goal.peer:
            measured = ours.median
        elif ours is not None:
            peer = result.entry(goal.peer)
            measured = None if peer is None else statistics.median(ours.ratios(peer))
        found.append(Verdict(goal, measured))
    return found
