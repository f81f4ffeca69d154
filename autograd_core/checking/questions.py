"""What is asked of a student: values, gradients, a Jacobian, a rule, a layer; and how the answer is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..context import differentiating
from ..errors import DomainError, GraphError
from ..graph import Node
from ..naming import named_leaves, parameter_names
from ..tensor import Tensor
from ..transforms.trees import flatten
from ..value import Value
from .recording import AS_IT_WAS, Array, Change, Recording, Run
from .samples import Sample, is_moved

__all__ = ["KINDS", "Answers", "Kind", "Question", "ask", "names_of", "of_outputs", "read", "variable"]

Kind = Literal["function", "gradient", "jacobian", "rule", "layer"]
KINDS = ("function", "gradient", "jacobian", "rule", "layer")


class Question:
    """What is asked at one sample, with the right answers.

    Attributes:
        kind: of the question.
        sample: the inputs.
        recording: the reference's graph there.
        seeds: the cotangents of the outputs, from which gradients start.
        tree: the structure of the answer; its leaves are the numbers of the answers, None for one that is
            not asked for.
        names: of the answers.
        right: the answers.
        cotangent: what a rule is given: the seeds in the structure of the result.
    """

    cotangent: Any = None

    def __init__(
        self,
        kind: Kind,
        sample: Sample,
        recording: Recording,
        seeds: list[Array],
        tree: Any,
        names: list[str],
    ) -> None:
        self.kind, self.sample, self.recording = kind, sample, recording
        self.seeds, self.tree, self.names = seeds, tree, names
        self.right = self.answers(AS_IT_WAS)

    def answers(self, change: Change) -> list[Array]:
        """The answers that come out if the graph is changed."""
        run = Run(self.recording, change)
        answers = self._of(run)
        return answers if change.answers is None else change.answers(answers)

    def _of(self, run: Run) -> list[Array]:
        if self.kind == "function":
            return run.outputs()
        if self.kind == "jacobian":
            return self._jacobian(run)
        gradients = run.gradients(self.seeds)
        return [*run.outputs(), *gradients] if self.kind == "layer" else gradients

    def _jacobian(self, run: Run) -> list[Array]:
        (output,) = run.outputs()
        rows = []
        for number in range(output.size):
            unit = np.zeros(output.size)
            unit[number] = 1.0
            rows.append(run.gradients([unit.reshape(output.shape)]))
        return [
            np.stack(column).reshape(*output.shape, *column[0].shape) for column in zip(*rows, strict=True)
        ]


def ask(
    kind: Kind,
    reference: Callable[..., Any],
    sample: Sample,
    argnums: int | str | Sequence[int | str] | None,
    generator: np.random.Generator,
) -> Question:
    """Record the reference at a sample.

    Raises:
        GraphError: if it cannot be asked what ``kind`` says.
        DomainError: if ``argnums`` names no argument.
    """
    leaves, rebuild = sample.leaves()
    names = names_of(reference, sample)
    with differentiating():
        nodes = [variable(x, name) for x, name in zip(leaves, names, strict=True)]
        nodal = rebuild(nodes)
        result = reference(*nodal.arguments, **nodal.keywords)
    results, put = flatten(result)
    outputs = [_numbers(y) for y in results]
    if kind == "function":
        variables = [x for x in nodes if is_moved(x)]
        recording = Recording(outputs, variables, [x.label for x in variables])
        return Question(kind, sample, recording, [], put(list(range(len(outputs)))), of_outputs(result))
    chosen = _chosen(reference, nodal, argnums)
    variables, named, tree = [], [], []
    for name, argument in chosen:
        found, put_back = flatten(argument)
        places: list[int | None] = []
        for (path, _), x in zip(named_leaves(argument, name), found, strict=True):
            places.append(len(variables) if is_moved(x) else None)
            if is_moved(x):
                variables.append(x)
                named.append(path)
        tree.append((name, put_back(places)))
    recording = Recording(outputs, variables, named)
    if not any(y is not None for y in recording.outputs) or not variables:
        raise GraphError(
            f"check(kind={kind!r}): the reference has no gradient: what it returns was not computed from the "
            "inputs by operations of the library"
        )
    if kind == "jacobian" and len(outputs) != 1:
        raise GraphError(
            f"check(kind='jacobian'): the reference returns {len(outputs)} results, one is expected"
        )
    seeds = [np.ones(y.shape) for y in recording.results]
    if kind == "rule":
        seeds = [
            np.asarray(generator.uniform(0.5, 1.5, y.shape) * generator.choice([-1, 1], y.shape))
            for y in seeds
        ]
    noun = {"gradient": "the gradient by", "rule": "the share of", "jacobian": "the Jacobian by"}[kind]
    question = Question(kind, sample, recording, seeds, Named(tree), [f"{noun} {name!r}" for name in named])
    question.cotangent = put(seeds) if kind == "rule" else None
    return question


class Named(list[tuple[str, Any]]):
    """Answers one after the other, each with the name of its argument."""


def names_of(reference: Callable[..., Any], sample: Sample) -> list[str]:
    """Of every leaf of a sample."""
    return [
        path for name, argument in _arguments(reference, sample) for path, _ in named_leaves(argument, name)
    ]


def _arguments(reference: Callable[..., Any], sample: Sample) -> list[tuple[str, Any]]:
    """Every argument, with its name."""
    names = parameter_names(reference, len(sample.arguments))
    return [*zip(names, sample.arguments, strict=True), *sample.keywords.items()]


def _chosen(reference: Callable[..., Any], sample: Sample, argnums: Any) -> list[tuple[str, Any]]:
    every = _arguments(reference, sample)
    if argnums is None:
        return [(name, x) for name, x in every if any(map(is_moved, flatten(x)[0]))]
    chosen = []
    for wanted in [argnums] if isinstance(argnums, int | str) else argnums:
        names = [name for name, _ in every]
        number = names.index(wanted) if wanted in names else wanted
        if not isinstance(number, int) or not -len(every) <= number < len(every):
            raise DomainError(f"check(): argnums={argnums!r}, but the arguments are {', '.join(names)}")
        chosen.append(every[number])
    return chosen


def variable(x: Any, name: str) -> Any:
    if isinstance(x, Value):
        return Value(x.data, label=name)
    if isinstance(x, Node):
        return (
            Tensor(np.array(x.data, dtype=np.float64), requires_grad=True, label=name)
            if x.requires_grad
            else x
        )
    return Tensor(np.array(x, dtype=np.float64), requires_grad=True, label=name) if is_moved(x) else x


def _numbers(y: Any) -> Any:
    if isinstance(y, Node):
        return y
    if y is None or np.asarray(y).dtype.kind not in "fiub":
        raise GraphError(f"check(): the reference returned {y!r}, numbers or nodes are expected")
    return y


def of_outputs(result: Any) -> list[str]:
    if not isinstance(result, tuple | list | dict):
        return ["the value"]
    return [path.removeprefix(".") for path, _ in named_leaves(result, "output")]


# -- what a student has answered -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """What a student has returned: an array for each answer (None for one that is missing), or why it cannot
    be read.
    """

    found: list[Any]
    trouble: str = ""


_MISSING = (None, ..., NotImplemented)


def read(result: Any, question: Question) -> Answers:
    """Take the answers out of what was returned."""
    count = len(question.names)
    found: list[Any] = [None] * count
    tree = question.tree
    if isinstance(tree, Named):
        if len(tree) == 1 and not (
            isinstance(result, tuple | list) and len(result) == 1 and np.ndim(result[0])
        ):
            tree = tree[0][1]
        elif isinstance(result, dict):
            tree = dict(tree)
        else:
            tree = tuple(part for _, part in tree)
    trouble = _read(result, tree, found, "")
    return Answers(found, trouble)


def _is_missing(result: Any) -> bool:
    if isinstance(result, tuple | list) and len(result):
        return all(map(_is_missing, result))
    return any(result is nothing for nothing in _MISSING)


def _read(result: Any, tree: Any, found: list[Any], where: str) -> str:
    if tree is None or _is_missing(result):
        return ""
    of = f" for {where}" if where else ""
    if isinstance(tree, dict):
        if not isinstance(result, dict):
            keys = ", ".join(map(repr, tree))
            return f"returned {_described(result)}{of}, a dictionary with {keys} is expected"
        missing = [repr(key) for key in tree if key not in result]
        if missing:
            have = ", ".join(map(repr, result)) or "nothing"
            return f"returned a dictionary{of} without {', '.join(missing)}; it has {have}"
        return next(
            filter(None, (_read(result[k], part, found, f"{where}[{k!r}]") for k, part in tree.items())), ""
        )
    if isinstance(tree, list | tuple):
        parts = list(result) if _is_sequence(result) else None
        if parts is None or len(parts) != len(tree):
            return f"returned {_described(result)}{of}, {_count(len(tree), 'result')} are expected"
        numbered = zip(parts, tree, range(len(tree)), strict=True)
        return next(
            filter(None, (_read(part, below, found, f"{where}[{i}]") for part, below, i in numbered)), ""
        )
    if isinstance(result, tuple | list) and len(result) == 1 and not isinstance(result[0], int | float):
        result = result[0]
    array = _array(result)
    if array is None:
        return f"returned {_described(result)}{of}, a number or an array is expected"
    found[tree] = array
    return ""


def _is_sequence(x: Any) -> bool:
    return (
        isinstance(x, tuple | list)
        or (isinstance(x, np.ndarray) and x.ndim > 0)
        or (isinstance(x, Tensor) and bool(x.shape))
    )


def _array(x: Any) -> Array | None:
    if isinstance(x, Node):
        return np.array(x.data)
    if isinstance(x, list | tuple):
        x = [part.data if isinstance(part, Node) else part for part in x]
    try:
        array = np.array(x)
    except ValueError:  # lists of different lengths
        return None
    return array if array.dtype.kind in "fiub" else None


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"


def _described(x: Any) -> str:
    if isinstance(x, Node | np.ndarray):
        return f"an array of shape {np.shape(x.data if isinstance(x, Node) else x)}"
    if isinstance(x, tuple | list | dict):
        return f"a {type(x).__name__} of {len(x)}"
    text = repr(x)
    return f"{text if len(text) < 40 else text[:37] + '...'} of type {type(x).__name__}"
