"""A student's solution held against the graph of the reference."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..errors import AutogradError, DomainError, GraphError
from ..graph import Node
from ..naming import parameter_names
from ..transforms.trees import map_leaves
from .calling import Outcome, called, is_empty
from .comparing import Difference, difference, fits, is_same
from .explaining import Evidence, explained, observed
from .layers import Slot, ask_layer, layer_answers, matched, slots_of
from .questions import KINDS, Answers, Kind, Question, ask, names_of, read
from .recording import CORNERED, IMPOSSIBLE, Array
from .report import CheckReport
from .samples import Sample, given, is_moved, like, named_changes

__all__ = ["check"]

_MOVED = ("gradient", "jacobian", "rule")


def check(
    student: Any,
    reference: Callable[..., Any],
    inputs: Any,
    *,
    kind: Kind = "function",
    argnums: int | str | Sequence[int | str] | None = None,
    samples: int = 4,
    tolerance: float = 1e-6,
    seconds: float | None = 10.0,
    seed: int = 0,
    name: str | None = None,
) -> CheckReport:
    """Compare a student's solution with the graph of a reference, and say what the likely slip is.

    The slip is found by trying it: the graph of the reference is carried out again with a path left out, a
    factor dropped, a kernel turned round ..., and a slip is named only if its numbers are the student's, at
    the given inputs and at random ones.

    Args:
        student: what is checked, as ``kind`` says. It is given plain numbers and arrays, copies of its own,
            and nodes where ``inputs`` are nodes. A number or an array in its place is compared as it is.
        reference: the right function of the same inputs, written with operations of the library; for a
            layer the right layer.
        inputs: a tuple or list of arguments, a dictionary of arguments by name, one argument, or a function
            that draws them with the ``numpy.random.Generator`` that it is given.
        kind: what the student writes:
            ``"function"``: what the reference computes;
            ``"gradient"``: the gradients of the reference, one for each of ``argnums``. If its value is no
            single number, those of the sum, which are the derivatives of an elementwise function;
            ``"jacobian"``: for an output of shape S and an input of shape T an array of shape S + T;
            ``"rule"``: the backward rule. It takes the cotangent of the output and then the inputs, and
            returns the shares of the inputs;
            ``"layer"``: an object with parameters, which is called; see below.
        argnums: the arguments, by number or by name, to differentiate by; all that are floating-point
            numbers when None. For several of them the answer is a tuple in this order, or a dictionary by
            name.
        samples: at so many random inputs besides.
        tolerance: the largest error allowed, relative to the largest number of an answer.
        seconds: a call may take so long; without limit when None. In a browser a loop of Python is ended, one
            inside NumPy is not.
        seed: of the random inputs.
        name: of the exercise; that of the student's function when None.

    Returns:
        A report, which is true if the solution is right. A wrong or an empty solution, one that raises or
        that never ends, is told in the report; nothing is raised.

    A layer has ``parameters()`` or ``named_parameters()``, or attributes that are arrays. The two layers
    are given the same parameters, by name, else in order; a matrix may be stored transposed. Its gradients
    are those of the graph, or, if it has a method ``backward(cotangent)``, what that returns for the inputs
    and leaves in ``grad_<name>``, ``d<name>``, ``<name>_grad`` or a dictionary ``grads`` for the parameters.

    Raises:
        DomainError: for an unknown ``kind``, or ``argnums`` that name no argument.
        GraphError: if the reference has no gradient, or gives no finite numbers at the given inputs.

    >>> def loss(w, x, y):
    ...     return ((x @ w - y) ** 2).mean()
    >>> def gradient(w, x, y):
    ...     return 2 * x.T @ (x @ w - y)
    >>> w, y = np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    >>> x = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]])
    >>> print(check(gradient, loss, (w, x, y), kind="gradient", argnums=0))
    gradient: wrong. The gradient by 'w' at index (1,) of shape (2,):
      yours            22
      from the graph   7.33333333333
      relative error   0.667
      2 of 2 numbers differ
    That is what comes out if a sum stands where a mean belongs:
    1/m is missing in mean((x @ w - y) ** 2), m = 3.
    """
    if kind not in KINDS:
        raise DomainError(f"check(kind={kind!r}): kind is one of {', '.join(map(repr, KINDS))}")
    known = name or getattr(student, "__name__", "") or ("your layer" if kind == "layer" else "your answer")
    known = "your function" if known == "<lambda>" else known
    if student is None or student is ... or student is NotImplemented:
        return CheckReport(name or "this exercise", False, "", empty=True)
    exam = _Exam(student, reference, inputs, kind, argnums, tolerance, seconds, seed, known)
    return exam.report(samples)


class _Exam:
    """One student's solution, question by question."""

    def __init__(
        self, student: Any, reference: Any, inputs: Any, kind: Kind, argnums: Any, tolerance: float,
        seconds: float | None, seed: int, name: str,
    ) -> None:  # fmt: skip
        self.student, self.reference, self.inputs = student, reference, inputs
        self.kind, self.argnums, self.tolerance, self.seconds, self.name = (
            kind,
            argnums,
            tolerance,
            seconds,
            name,
        )
        self.generator = np.random.default_rng(seed)
        self.is_called = kind == "layer" or callable(student)
        self.notes: list[str] = []
        self.slots: dict[str, Slot] = {}

    def report(self, samples: int) -> CheckReport:
        """Ask at the given inputs first, and then at random ones."""
        evidence: list[Evidence] = []
        for question in self.questions(samples if self.is_called else 0):
            answers, outcome = self.answered(question, first=not evidence)
            if outcome is not None:
                self._note(outcome)
                if outcome.empty:
                    return self._empty()
                if outcome.trouble:
                    return self._trouble(outcome.trouble, question)
            if answers.trouble:
                return self._trouble(answers.trouble, question)
            if all(y is None for y in answers.found):
                if outcome is not None and outcome.result is None and not self._is_stub():
                    return self._trouble("returned None: is a return statement missing?", question)
                return self._empty()
            evidence.append(Evidence(question, answers.found))
        return self._judged(evidence)

    # -- what is asked --------------------------------------------------------------------------------------

    def questions(self, samples: int) -> Iterator[Question]:
        """At the given inputs, and at fresh ones where the reference has finite numbers.

        Raises:
            GraphError: if it has none at the given ones.
        """
        start = self._with_parameters(given(self.inputs, self.generator, self.kind in _MOVED))
        question = self._ask(start)
        if not _is_finite(question):
            raise GraphError(
                f"check(): the reference gives {_infinite(question)} at the given inputs, nothing to "
                "compare with"
            )
        yield question
        for _ in range(samples):
            for attempt in range(8):
                fresh = self._fresh(start, attempt)
                again = self._asked_at(fresh)
                if again is not None and _is_finite(again):
                    yield again
                    break

    def _fresh(self, start: Sample, attempt: int) -> Sample:
        if callable(self.inputs) and not isinstance(self.inputs, Node):
            return self._with_parameters(given(self.inputs, self.generator, self.kind in _MOVED), start)
        return like(start, self.generator, None if attempt < 4 else 0.1)

    def _with_parameters(self, sample: Sample, start: Sample | None = None) -> Sample:
        """The parameters of a layer are inputs like the others: its keywords."""
        if self.kind != "layer":
            return sample
        if start is not None:
            drawn = like(Sample((), start.keywords, "drawn"), self.generator).keywords
            return Sample(sample.arguments, drawn, "drawn")
        return Sample(
            sample.arguments,
            {slot.name: np.array(slot.data, dtype=np.float64) for slot in slots_of(self.reference)},
            sample.origin,
        )

    def _ask(self, sample: Sample) -> Question:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self.kind == "layer":
                return ask_layer(self.reference, sample.copy(), self.generator)
            return ask(self.kind, self.reference, sample.copy(), self.argnums, self.generator)

    def _asked_at(self, sample: Sample) -> Question | None:
        """None where the reference is not defined."""
        try:
            return self._ask(sample)
        except (AutogradError, *IMPOSSIBLE):
            return None

    # -- what is answered -----------------------------------------------------------------------------------

    def answered(self, question: Question, first: bool) -> tuple[Answers, Outcome | None]:
        if not self.is_called:
            return read(self.student, question), None
        if self.kind == "layer":
            return self._answered_by_layer(question, first)
        sample = question.sample.copy()
        given_to = sample.arguments
        if question.kind == "rule":
            given_to = (map_leaves(np.copy, question.cotangent), *given_to)
        if trouble := self._unfit(given_to, sample.keywords, question):
            return Answers([], trouble), None
        outcome = called(self.student, given_to, sample.keywords, self.seconds)
        if outcome.trouble or outcome.empty:
            return Answers([None]), outcome
        names = names_of(self.reference, question.sample)
        if changed := next(named_changes(question.sample.leaves()[0], sample.leaves()[0], names), None):
            return Answers([], f"changes its input {changed}: work on a copy"), outcome
        answers = read(outcome.result, question)
        if first and not answers.trouble and any(y is not None for y in answers.found):
            again = read(called(self.student, *_again(question), self.seconds).result, question)
            for one, other in zip(answers.found, again.found, strict=True):
                if one is not None and other is not None and not np.array_equal(one, other, equal_nan=True):
                    return Answers([], _wavering(one, other)), outcome
        return answers, outcome

    def _answered_by_layer(self, question: Question, first: bool) -> tuple[Answers, Outcome | None]:
        if isinstance(self.student, type):
            made = called(self.student, (), {}, self.seconds)
            if made.trouble or made.empty:
                return Answers([], made.trouble), made
            self.student = made.result
        right = [(name, np.shape(x)) for name, x in question.sample.keywords.items()]
        self.slots, trouble = matched(slots_of(self.student), right)
        if trouble:
            return Answers([], trouble), None
        work = (self.student, self.slots, question.sample, question)
        outcome = called(layer_answers, work, {}, self.seconds, self.student)
        if outcome.trouble or outcome.empty:
            return Answers([None]), outcome
        found = list(outcome.result)
        if first:
            again = called(layer_answers, work, {}, self.seconds, self.student).result or found
            for one, other in zip(found, again, strict=True):
                if one is not None and other is not None and not np.array_equal(one, other, equal_nan=True):
                    return Answers([], _wavering(one, other)), outcome
        outputs = len(question.recording.results)
        if all(y is None for y in found[outputs:]) and found[0] is not None:
            note = "It has no backward() and records no graph: its gradients were not compared."
            self.notes += [note] * (note not in self.notes)
        return Answers([y if y is None or y.dtype.kind in "fiub" else None for y in found]), outcome

    def _unfit(self, arguments: tuple[Any, ...], keywords: dict[str, Any], question: Question) -> str:
        """Why a function cannot be called so; empty if it can."""
        try:
            signature = inspect.signature(self.student)
        except (TypeError, ValueError):
            return ""
        try:
            signature.bind(*arguments, **keywords)
        except TypeError:
            names = [
                *(["cotangent"] if question.kind == "rule" else []),
                *_argument_names(self.reference, question.sample),
            ]
            return f"takes ({', '.join(signature.parameters)}), and is given ({', '.join(names)})"
        return ""

    # -- what is said ---------------------------------------------------------------------------------------

    def _judged(self, evidence: list[Evidence]) -> CheckReport:
        names = evidence[0].question.names
        asked = [k for k in range(len(names)) if any(e.found[k] is not None for e in evidence)]
        missing = [k for k in range(len(names)) if k not in asked]
        if self.kind == "layer" and self.notes:
            missing = []
        wrong = [k for k in asked if any(not self._is_right(e, k) for e in evidence)]
        if wrong and self._is_corner(evidence, wrong):
            wrong = []
        if wrong:
            return self._wrong(
                evidence, wrong, [names[k] for k in asked if k not in wrong], [names[k] for k in missing]
            )
        if missing:
            finding = _capital(_with_verb([names[k] for k in missing], "not there yet"))
            finding += f"; {_with_verb([names[k] for k in asked], 'right')}" if asked else ""
            return CheckReport(self.name, False, finding, notes=tuple(self.notes), slips=("not there yet",))
        numbers = sum(y.size for y in evidence[0].question.right if y is not None)
        drawn = len(evidence) - 1
        where = "at the given inputs" + (f" and at {drawn} random ones" if drawn else "")
        agree = "1 number agrees" if numbers == 1 else f"{numbers} numbers agree"
        finding = f"{agree} with the graph, {where}"
        return CheckReport(self.name, True, finding, notes=tuple(self.notes))

    def _is_right(self, evidence: Evidence, k: int) -> bool:
        found, right = evidence.found[k], evidence.question.right[k]
        return found is None or is_same(found, right, self.tolerance)

    def _is_corner(self, evidence: list[Evidence], wrong: list[int]) -> bool:
        """Whether the student is wrong at the given inputs alone, and right as soon as they are moved a
        little: then there is a corner, where every slope between the two is right.
        """
        given_at = evidence[0]
        if self.kind == "function" or any(not self._is_right(e, k) for e in evidence[1:] for k in wrong):
            return False
        if not given_at.question.recording.steps(*CORNERED) or not self.is_called or len(evidence) < 2:
            return False
        for _ in range(3):
            near = self._asked_at(like(given_at.question.sample, self.generator, 1e-4, absolute=True))
            if near is None:
                return False
            answers, _outcome = self.answered(near, first=False)
            if answers.trouble or not all(self._is_right(Evidence(near, answers.found), k) for k in wrong):
                return False
        self.notes.append(
            "At the given inputs there is a corner, where another slope than the graph's is right as well."
        )
        return True

    def _wrong(
        self, evidence: list[Evidence], wrong: list[int], right: list[str], missing: list[str]
    ) -> CheckReport:
        at = next(e for e in evidence if any(not self._is_right(e, k) for k in wrong))
        k = next(k for k in wrong if not self._is_right(at, k))
        found, belongs, name = at.found[k], at.question.right[k], at.question.names[k]
        place = "" if at is evidence[0] else _drawn_at(at.question)
        if not fits(found, belongs):
            finding = f"{_capital(name)} has shape {found.shape}, {belongs.shape} is expected{place}"
            details: list[str] = []
        else:
            d = difference(found, belongs, self.tolerance)
            assert d is not None
            index = f" at index {d.index} of shape {d.shape}" if d.index else ""
            finding = f"{_capital(name)}{index}{place}:"
            details = _numbers(d, belongs.size)
        others = [n for j, n in enumerate(at.question.names) if j in wrong and j != k]
        for several, state in ((others, "wrong, too"), (right, "right"), (missing, "not there yet")):
            if several:
                details.append(_with_verb(several, state))
        explanation = explained(evidence, wrong, self.tolerance)
        sentences = explanation.sentences or observed(evidence, k, self.tolerance)
        return CheckReport(
            self.name, False, finding, tuple(details), explanation.slips, tuple(sentences), tuple(self.notes)
        )

    def _trouble(self, trouble: str, question: Question) -> CheckReport:
        at = "" if question.sample.origin == "given" else _drawn_at(question)
        return CheckReport(
            self.name, False, f"It {trouble}{at}", notes=tuple(self.notes), slips=("no answer",)
        )

    def _empty(self) -> CheckReport:
        return CheckReport(self.name, False, "", notes=tuple(self.notes), empty=True)

    def _is_stub(self) -> bool:
        return not self.is_called or is_empty(self.student)

    def _note(self, outcome: Outcome) -> None:
        if outcome.printed and not any(note.startswith("It prints") for note in self.notes):
            text = " ".join(outcome.beginning.split())
            cut = f"{text[:117]}..." if len(text) > 120 or outcome.printed > len(outcome.beginning) else text
            self.notes.append(f"It prints {outcome.printed:,} characters: {cut}")
        if outcome.warned and not any(note.startswith("A warning") for note in self.notes):
            self.notes.append(f"A warning: {outcome.warned}")


def _again(question: Question) -> tuple[tuple[Any, ...], dict[str, Any]]:
    sample = question.sample.copy()
    cotangent = (map_leaves(np.copy, question.cotangent),) if question.kind == "rule" else ()
    return (*cotangent, *sample.arguments), sample.keywords


def _argument_names(reference: Any, sample: Sample) -> list[str]:
    return [*parameter_names(reference, len(sample.arguments)), *sample.keywords]


def _wavering(one: Array, other: Array) -> str:
    if one.shape == other.shape and is_same(other, 2 * one, 1e-9) and one.any():
        return (
            "gives twice the result when it is called again with the same inputs: what the first call has "
            "left is added to; start from zeros"
        )
    return (
        "gives another result when it is called again with the same inputs: is something kept from the "
        "call before, or drawn?"
    )


def _is_finite(question: Question) -> bool:
    return all(np.isfinite(y).all() for y in question.right)


def _infinite(question: Question) -> str:
    return next(
        f"{y[~np.isfinite(y)].flat[0]} for {n}"
        for y, n in zip(question.right, question.names, strict=True)
        if not np.isfinite(y).all()
    )


def _numbers(d: Difference, size: int) -> list[str]:
    lines = [
        f"yours           {d.yours: .12g}",
        f"from the graph  {d.right: .12g}",
        f"relative error  {d.error: .3g}",
    ]
    return [*lines, f"{d.count} of {size} numbers differ"] if size > 1 else lines


def _drawn_at(question: Question) -> str:
    """The random inputs, where they are few enough to be read."""
    leaves = question.sample.leaves()[0]
    names = question.recording.names
    plain = [np.asarray(x.data if isinstance(x, Node) else x) for x in leaves if is_moved(x)]
    if sum(x.size for x in plain) <= 6 and len(plain) == len(names):
        told = ", ".join(
            f"{name} = {np.array2string(x, precision=6, separator=', ')}"
            for name, x in zip(names, plain, strict=True)
        )
        return f", at the random inputs {told}"
    return ", at random inputs like the given ones"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_verb(names: Sequence[str], state: str) -> str:
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {state}"


def _listed(names: Sequence[str]) -> str:
    shown = list(names) if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
