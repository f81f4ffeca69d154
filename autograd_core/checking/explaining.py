"""Which slip gives the student's numbers: each is tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from .comparing import is_same
from .questions import Question
from .recording import CORNERED, IMPOSSIBLE, Change
from .slips import SLIPS, Slip

__all__ = ["Evidence", "Explanation", "explained", "observed"]

_TWINS = (
    {"overwritten", "forgotten path"},
    {"overwritten", "penalty forgotten"},
    {"factor of two", "missing 1/m"},
    {"factor of two", "mean for a sum"},
    {"n - 1 for n", "mean for a sum"},
    {"exchanged operands", "wrong input"},
)
"""Slips whose numbers can be the same at every input: with two paths, with two samples. Both are named; of
others the first in the table."""

_NEARLY = 1e-3
"""What differs less than this has been computed rightly, but not exactly."""


@dataclass(frozen=True)
class Evidence:
    """A question and what a student has answered, an array for each answer; None for one that is missing."""

    question: Question
    found: Sequence[Any]


class Explanation(NamedTuple):
    """The names of the slips that give a student's numbers, and sentences that say so."""

    slips: tuple[str, ...]
    sentences: tuple[str, ...]


def explained(evidence: Sequence[Evidence], wrong: Sequence[int], tolerance: float) -> Explanation:
    """The slips that give the numbers of the wrong answers, at every sample.

    Those are preferred that give all answers as they are, also the right ones; else each wrong answer is
    explained alone.
    """
    fresh = [e for e in evidence[1:] if any(_differs(e, k, tolerance) for k in wrong)]
    if len(fresh) > 1 and evidence[0].question.recording.steps(*CORNERED):
        evidence = evidence[1:]  # the given inputs may lie on a corner, where others slopes are right
    first = next(e for e in evidence if any(_differs(e, k, tolerance) for k in wrong))
    others = [
        e
        for e in evidence
        if e is not first and e.question.recording.kind() == first.question.recording.kind()
    ]
    if not others and not _is_fine(first, wrong):
        return Explanation((), ())
    whole: dict[str, str] = {}
    alone: dict[int, dict[str, str]] = {k: {} for k in wrong}
    for slip, number, change in _every(first.question):
        if slip.name in whole:
            continue
        hit = _reproduced(first, change, wrong, tolerance)
        if not hit or (others and len(others) < len(evidence) - 1 and change.answers is None):
            continue
        for one, again in _again(others, slip, number):
            hit &= _reproduced(one, again, wrong, tolerance)
            if not hit:
                break
        sentence = slip.sentence.format(where=change.where)
        if hit >= set(range(len(first.found))):
            _enter(whole, slip.name, sentence)
        for k in hit & set(wrong):
            _enter(alone[k], slip.name, sentence)
    if whole:
        return Explanation(tuple(whole), (_said(list(whole.values())),))
    return _each_alone(first.question, alone)


def observed(evidence: Sequence[Evidence], k: int, tolerance: float) -> tuple[str, ...]:
    """What can be said of a wrong answer that no slip explains."""
    ratios, offsets, digits, zeros = [], [], [], []
    for e in evidence:
        found, right = e.found[k], e.question.right[k]
        if found is None or found.shape != right.shape or not right.size:
            return ()
        with np.errstate(all="ignore"):
            ratio = np.asarray(found, dtype=np.float64)[right != 0] / right[right != 0]
        ratios += ratio.ravel().tolist()
        zeros.append(bool(np.all(found[right == 0] == 0)))
        offsets += (found - right).ravel().tolist()
        scale = float(np.max(np.abs(right)))
        digits.append(float(np.max(np.abs(found - right))) / scale if scale else np.inf)
    if len(ratios) < 2:
        offsets = [np.nan]
    elif (
        all(zeros)
        and ratios[0]
        and np.isfinite(ratios[0])
        and np.allclose(ratios, ratios[0], rtol=max(tolerance, 1e-9), atol=0)
    ):
        return (f"Everywhere it is {ratios[0]:.6g} times the number that belongs there.",)
    if np.isfinite(offsets[0]) and np.allclose(offsets, offsets[0], rtol=1e-6, atol=0):
        return (f"Everywhere it differs by the same number, {offsets[0]:.6g}.",)
    if max(digits) < _NEARLY:
        return (
            f"It is off by {max(digits):.1g} of the largest number: is it rounded, or a difference quotient?",
        )
    return ()


def _every(question: Question) -> Iterator[tuple[Slip, int, Change]]:
    for slip in SLIPS:
        yield from ((slip, number, change) for number, change in enumerate(slip.changes(question)))


def _again(others: Sequence[Evidence], slip: Slip, number: int) -> Iterator[tuple[Evidence, Change]]:
    """The same slip in the same place at the other samples: what it is made of may depend on the numbers."""
    for one in others:
        change = next(islice(slip.changes(one.question), number, None), None)
        yield one, change or Change(answers=lambda found: [np.full_like(y, np.nan) for y in found])


def _reproduced(evidence: Evidence, change: Change, wrong: Sequence[int], tolerance: float) -> set[int]:
    """The answers that come out as the student's."""
    with np.errstate(all="ignore"):
        try:
            answers = evidence.question.answers(change)
        except IMPOSSIBLE:
            return set()
    return {
        k
        for k, (found, answer) in enumerate(zip(evidence.found, answers, strict=False))
        if found is not None
        and found.shape == np.shape(answer)
        and is_same(np.asarray(answer), found, tolerance)
    }


def _differs(evidence: Evidence, k: int, tolerance: float) -> bool:
    found = evidence.found[k]
    return found is not None and not is_same(found, evidence.question.right[k], tolerance)


def _is_fine(evidence: Evidence, wrong: Sequence[int]) -> bool:
    """Whether the numbers have digits enough that none of many slips gives them by chance."""
    for k in wrong:
        found = np.asarray(evidence.found[k], dtype=np.float64).ravel()
        digits = [f"{abs(x):.6g}".replace(".", "").strip("0") for x in found if np.isfinite(x)]
        if any(len(d) > 4 for d in digits) or len(set(digits)) > 3:
            return True
    return False


def _enter(found: dict[str, str], name: str, sentence: str) -> None:
    if not found or (len(found) == 1 and {*found, name} in _TWINS):
        found[name] = sentence


def _each_alone(question: Question, alone: dict[int, dict[str, str]]) -> Explanation:
    names: dict[str, None] = {}
    groups: dict[str, list[int]] = {}
    for k, found in alone.items():
        if found:
            names.update(dict.fromkeys(list(found)))
            groups.setdefault(_said(list(found.values())), []).append(k)
    if not groups:
        return Explanation((), ())
    if len(question.names) == 1:
        return Explanation(tuple(names), tuple(groups))
    sentences = []
    for sentence, several in groups.items():
        of = _joined([question.names[k] for k in several])
        sentences.append(f"{of[0].upper()}{of[1:]}: {sentence[0].lower()}{sentence[1:]}")
    return Explanation(tuple(names), tuple(sentences))


def _said(sentences: list[str]) -> str:
    return f"That is what comes out if {', or if '.join(sentences)}."


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
