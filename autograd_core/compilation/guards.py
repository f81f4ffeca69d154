"""What may change between two runs, and how it is noticed.

A program is right as long as what the function read beside its arguments is what it was: the numbers and
objects behind names, attributes, the state of modules (training or evaluation, hooks, frozen parameters), the
arrays that tensors hold. All of it is compared before each run, in one expression that is written for the
program. The array of a tensor is compared by identity, because its numbers are read anew at each run; what
can only be looked at from outside, such as a plain array or a list, is compared by what it holds.

Modules count the changes of their attributes (:data:`autograd_core.hooks.settings`), so theirs are compared
only when the count has moved.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..errors import CompilationError
from ..graph import Node
from ..hooks import RemovableHandle, settings
from ..watching import fingerprint
from .reads import MISSING, Read, Reads
from .recording import Recorder

_BY_VALUE = (bool, int, float, complex, str, bytes, type(None))
_CONTAINERS = (list, tuple, dict, set, frozenset)
_LONGEST = 1000
"""So many things a list may hold that is compared at each run."""
_WHOLE = 65_536
"""Bytes up to which every number of a plain array is compared, of a larger one a sample."""


class Snapshot:
    """What something was: a number by its value, a container by what it holds, an array by its numbers,
    anything else by identity.

    >>> numbers = [1.0, 2.0]
    >>> before = Snapshot(numbers)
    >>> numbers.append(3.0)
    >>> before.holds(numbers)
    False
    """

    __slots__ = ("_copied", "_was", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self._was = _held(value)
        self._copied: Any = value.copy() if isinstance(value, list | dict | set) else None

    @property
    def is_plain(self) -> bool:
        """Whether being the same object says it all."""
        return not isinstance(self.value, (*_CONTAINERS, np.ndarray, RemovableHandle))

    def holds(self, now: Any) -> bool:
        """Whether it is that still."""
        return (now is self.value and self.is_plain) or bool(_held(now) == self._was)

    def put_back(self) -> None:
        """Have a list, dictionary or set hold again what it held."""
        if isinstance(self.value, list):
            self.value[:] = self._copied
        elif isinstance(self.value, dict | set):
            self.value.clear()
            self.value.update(self._copied)


def _held(x: Any, depth: int = 0) -> Any:
    if isinstance(x, np.ndarray):
        return type(x), x.shape, x.dtype, x.tobytes() if x.nbytes <= _WHOLE else fingerprint(x)
    if isinstance(x, RemovableHandle):
        return id(x), id(x.hook)
    if isinstance(x, _CONTAINERS) and depth < 8:
        if len(x) > _LONGEST:
            raise CompilationError(
                f"a {type(x).__name__} of {len(x)} things is read, too many to compare at each run: give it "
                "as an argument, or as an array"
            )
        if isinstance(x, dict):
            return dict, [(key, _held(part, depth + 1)) for key, part in x.items()]
        parts = sorted(x, key=id) if isinstance(x, set | frozenset) else x
        return type(x), [_held(part, depth + 1) for part in parts]
    return (type(x), x) if isinstance(x, _BY_VALUE) else id(x)


class _Reporting:
    """An object that counts the changes of its attributes, as modules do, and what they were."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.attributes = {name: Snapshot(x) for name, x in vars(owner).items()}
        self._arrays = {
            name: (x._raw, x._raw.tobytes())
            for name, x in vars(owner).items()
            if isinstance(x, Node) and x.rank > 1 and not x.requires_grad
        }

    def changed(self) -> Any:
        """The name of an attribute that is another one now."""
        now = vars(self.owner)
        if now.keys() != self.attributes.keys():
            return next(iter(now.keys() ^ self.attributes.keys()))
        for name, before in self.attributes.items():
            if not before.holds(now[name]):
                return name
        return None

    def written(self) -> Any:
        """The name of an array that has been written into past the recording."""
        for name, (array, before) in self._arrays.items():
            if array.tobytes() != before:
                return name
        return None

    def put_back(self) -> None:
        now = vars(self.owner)
        for name in now.keys() - self.attributes.keys():
            delattr(self.owner, name)
        for name, before in self.attributes.items():
            if not before.holds(now.get(name, MISSING)):
                before.put_back()
                setattr(self.owner, name, before.value)


class Guards:
    """Everything that a run reads beside its arguments: made before it, settled when it is over."""

    def __init__(self, function: Any) -> None:
        self._count = settings[0]
        self._read: list[tuple[Read, Snapshot]] = []
        self._reporting: dict[int, _Reporting] = {}
        self._generators: dict[int, tuple[np.random.Generator, Any]] = {}
        self._hooks: list[tuple[RemovableHandle, Any]] = []
        self._common = _common_generators()
        self._unchanged: Callable[[], bool] = lambda: True
        self._look_at(function)
        self._look_at(getattr(function, "__self__", None))
        self.reads = Reads(function, self._note)

    def _note(self, read: Read, value: Any) -> None:
        if hasattr(type(value), "__next__"):
            raise CompilationError(
                f"the function reads {read.described}, an iterator, of which a program would take nothing: "
                "take the data outside, and give them as arguments"
            )
        self._read.append((read, Snapshot(value)))
        self._look_at(value)

    def _look_at(self, x: Any, depth: int = 0) -> None:
        """Note the state of a module and all in it, and of a generator."""
        if isinstance(x, np.random.Generator):
            self._generators.setdefault(id(x), (x, x.bit_generator.state))
        elif isinstance(x, list | tuple | dict) and depth < 8:
            for part in x.values() if isinstance(x, dict) else x:
                self._look_at(part, depth + 1)
        elif getattr(type(x), "_reports_settings", False) and id(x) not in self._reporting:
            self._reporting[id(x)] = _Reporting(x)
            for part in list(vars(x).values()):
                self._look_at(part)

    def settle(self, recorder: Recorder) -> None:
        """When the run is over.

        Raises:
            CompilationError: if the function has changed what it had read, which a program would not do.
        """
        for read, before in self._read:
            if not before.holds(read.value):
                raise CompilationError(
                    f"the function changes {read.described}, which a program would not do: return what is to "
                    "be kept, and keep it outside"
                )
        for module in self._reporting.values():
            name = module.changed() or module.written()
            if name is not None:
                raise CompilationError(
                    f"the function changes {name!r} of a {type(module.owner).__name__} in a way that was not "
                    "recorded: write into the array of a buffer, self.buffer.data[...] = ..."
                )
        for generator, state in self._generators.values():
            if not recorder.has_drawn(generator) and generator.bit_generator.state != state:
                raise CompilationError(
                    "the function draws from a generator of its own, whose numbers would be the same at "
                    "every run: give the numbers as an argument, or use nn.Dropout(generator=...)"
                )
        if not _alike(self._common, _common_generators()):
            raise CompilationError(
                "the function draws from np.random or random, whose numbers would be the same at every run: "
                "give them as an argument"
            )

    def write(self, recorder: Recorder) -> None:
        """Write down what is to be compared from now on."""
        self._hooks = [(handle, handle.hook) for leaf in recorder.leaves for handle in leaf._tag.hooks]
        self._unchanged = _written([*self._of_reads(), *_of_tensors(recorder)])

    def put_back(self) -> None:
        """Undo what a run that came to nothing has changed of what it had read."""
        for read, before in self._read:
            if not before.holds(read.value):
                before.put_back()
                read.assign(before.value)
        for module in self._reporting.values():
            module.put_back()
        for generator, state in self._generators.values():
            generator.bit_generator.state = state
        np.random.set_state(self._common[0])  # noqa: NPY002  others draw from it
        random.setstate(self._common[1])

    def hold(self) -> bool:
        """Whether everything is what it was."""
        if settings[0] != self._count:
            if any(module.changed() is not None for module in self._reporting.values()):
                return False
            if any(handle.hook is not hook for handle, hook in self._hooks):
                return False
            self._count = settings[0]
        return self._unchanged()

    def _of_reads(self) -> Iterator[tuple[str, list[Any]]]:
        for read, before in self._read:
            now, owner = read.expression
            if before.is_plain and type(before.value) not in (float, complex, int, str, bytes):
                yield f"{now} is {{}}", [owner, before.value]
            elif before.is_plain:
                yield f"({now} is {{}} or {{}}({now}))", [owner, before.value, before.holds, owner]
            else:
                yield f"{{}}({now})", [before.holds, owner]


def _of_tensors(recorder: Recorder) -> Iterator[tuple[str, list[Any]]]:
    for leaf, array in recorder.leaves.items():
        frozen = "" if leaf.requires_grad else "not "
        yield (
            f"{{}}._raw is {{}} and {frozen}{{}}.requires_grad and {{}}._tag is {{}}",
            [*(leaf, array, leaf, leaf, leaf._tag)],
        )
    for node, accumulates in recorder.accumulated.items():
        if node in recorder.leaves:
            yield f"{{}}._grad is {'not ' * accumulates}None", [node]
    for value, number in recorder.numbers.items():
        yield "{}.data == {}", [value, number]


def _written(conditions: list[tuple[str, list[Any]]]) -> Callable[[], bool]:
    """A function that asks for all of the conditions, each with objects in place of its gaps."""
    space: dict[str, Any] = {}
    texts = []
    for text, objects in conditions:
        names = [f"x{len(space) + i}" for i in range(len(objects))]
        space.update(zip(names, objects, strict=True))
        texts.append(text.format(*names))
    lines = [
        "def unchanged():",
        "    try:",
        f"        return {' and '.join(texts) or True}",
        "    except (AttributeError, KeyError, ValueError):",
        "        return False  # a name, an attribute or what a cell held is gone",
    ]
    exec("\n".join(lines), space)
    return space["unchanged"]  # type: ignore[no-any-return]


def _common_generators() -> tuple[Any, Any]:
    return np.random.get_state(legacy=False), random.getstate()  # noqa: NPY002


def _alike(a: tuple[Any, Any], b: tuple[Any, Any]) -> bool:
    (legacy, own), (other, theirs) = a, b
    same = legacy["state"]["pos"] == other["state"]["pos"]
    return bool(own == theirs and same and (legacy["state"]["key"] == other["state"]["key"]).all())
