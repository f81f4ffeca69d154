"""Recording: a function runs once, as always, and what it does with arrays is written down.

The engine asks whether somebody writes (:func:`autograd_core.context.recorder`) at few places: where a
primitive computes, where a rule sends cotangents back, where an array enters or leaves a node, and where
something happens to the world outside of the computation. Everything between is NumPy's, and told by the
arrays themselves (:mod:`.traced`).

* A **primitive** is one step: a fragment in a few calls of NumPy (:mod:`.fragments`), its formula, or, for
  any other, one opaque call of the kernel that computes it eagerly.
* **Derivatives** are the rules of the table, carried out in one more namespace. None is written here.
* An array that the function did not get as an argument belongs to the **outside**; the program holds it by
  reference and reads it at each run.
* What happens to the outside happens when the run is whole. A recording that fails has changed nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

import numpy as np

from ..context import here
from ..errors import CompilationError
from ..graph import Node
from ..primitive import Elementwise, Linear, Multilinear, Namespace, Primitive, arrays, nodes
from ..transforms.trees import flatten
from ..watching import described
from .calls import Call, counts, has_shape, kernel_of, name_of, with_the_rest
from .fragments import FORWARD, SHARES
from .program import Instruction, InstructionKind, Place, Program, Variable
from .traced import Traced, bare

Array = np.ndarray[Any, np.dtype[Any]]
Function = Callable[..., Any]

NOT_FINITE = "the loss is NaN or infinite"
"""The source of the guard that keeps such a loss from the parameters."""

_OURS = ("autograd_core", "nn", "numpy")


class TracedNamespace(Namespace):
    """What rules compute with while a program is recorded: the primitives, each written down."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__("traced arrays")
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        primitive = getattr(nodes, name, None)
        if primitive is None:
            return getattr(arrays, name)
        return lambda *operands, **parameters: self._recorder.apply(primitive, operands, parameters)[0]

    def shares_of(self, primitive: Primitive) -> Function:
        return partial(self._recorder.shares, primitive)


class Recorder:
    """Writes down one run. The engine reports to it, and asks it for what it would otherwise have read.

    Attributes:
        program: what has been written so far.
        namespace: the functions that rules compute with.
        leaves: the tensors of the outside that were read, each with its array.
        numbers: the Values of the outside that were read, each with its number.
        gradients: the gradients of this run; the tensors keep theirs until it is whole.
        accumulated: of tensors of the outside whose gradient was read, whether there was one.
        moved: parameters that an optimiser will have moved when the run is over.
        finds: what finds each of the generators that were drawn from.
        corners: guards that the one of the loss makes superfluous.
        refusal: why this cannot become a program, once that is known.
        is_over: whether the run is: nobody may use its arrays any more.
    """

    def __init__(self) -> None:
        self.program = Program()
        self.namespace = TracedNamespace(self)
        self.leaves: dict[Node, Array] = {}
        self.numbers: dict[Node, float] = {}
        self.gradients: dict[Node, Any] = {}
        self.accumulated: dict[Node, bool] = {}
        self.moved: set[Node] = set()
        self.finds: list[Callable[[], np.random.Generator]] = []
        self.corners: list[Instruction] = []
        self.refusal: CompilationError | None = None
        self.is_over = False
        self._outside: dict[int, Traced] = {}  # by the id of an array, which is held
        self._constants: dict[int, Variable] = {}  # likewise
        self._folded: dict[int, Array] = {}  # what was computed from constants
        self._written: dict[int, Traced] = {}
        self._effects: list[tuple[Function, tuple[Any, ...]]] = []
        self._draws: dict[int, tuple[np.random.Generator, Any]] = {}
        self._operation = ""

    # -- instructions -----------------------------------------------------------------------------

    def emit(
        self,
        kind: InstructionKind,
        function: Function,
        operands: Sequence[Any],
        data: Any,
        keywords: dict[str, Any] | None = None,
        pure: bool = True,
    ) -> Traced:
        """An instruction that makes one array, which held ``data`` in this run."""
        self._check_running()
        made = Variable("temporary", np.asarray(data))
        self._write(kind, function, operands, keywords, made, pure)
        return Traced(data, made, self)

    def _write(
        self,
        kind: InstructionKind,
        function: Function,
        operands: Sequence[Any],
        keywords: dict[str, Any] | None = None,
        result: Any = None,
        pure: bool = True,
    ) -> Instruction:
        given = [self.operand(x) for x in operands]
        named = {name: self.operand(x) for name, x in (keywords or {}).items()}
        source = "/".join((*here().state.path, self._operation or name_of(function)))
        instruction = Instruction(kind, function, given, named, result, source, pure=pure)
        self.program.instructions.append(instruction)
        return instruction

    def opaque(
        self,
        function: Function,
        operands: Sequence[Any],
        keywords: dict[str, Any],
        by_numbers: bool = False,
        pure: bool = True,
    ) -> Any:
        """A call of which nothing is known but what it takes and gives: arrays in nested structures.

        A view of the one array that it was given stays a view; any other result that shares memory with an
        operand is copied. ``by_numbers`` says that numbers decide about the shape, which is guarded then.
        """
        self._check_running()
        given, rebuild = flatten((list(operands), keywords))
        arrays_given = [x for x in given if isinstance(x, np.ndarray | Traced)]
        positional, named = rebuild([_held(x) for x in given])
        result = function(*positional, **named)
        if _is_number(result):
            same = next((x for x in arrays_given if _held(x) is result), None)
            if same is not None:
                return same
            shared = any(np.may_share_memory(result, _held(x)) for x in arrays_given)
            if shared and len(arrays_given) == 1 and given[0] is arrays_given[0] and np.size(result):
                made = self.emit("view", function, operands, result, keywords)
                if isinstance(given[0], Traced):
                    given[0].shown_by(made, with_the_rest(function, operands[1:], keywords))
                return made
            call = Call(function, operands, keywords, [shared])
            made = self.emit("call", call.function, call.operands, result, call.keywords, pure)
            return self._guarded_shape(made) if by_numbers else made
        found, rebuild_result = flatten(result)
        picked = [i for i, x in enumerate(found) if _is_number(x)]
        if not picked:
            return result
        shares = [any(np.may_share_memory(found[i], _held(x)) for x in arrays_given) for i in picked]
        call = Call(function, operands, keywords, shares, picked)
        variables = tuple(Variable("temporary", np.asarray(found[i])) for i in picked)
        self._write("call", call.function, call.operands, call.keywords, variables, pure)
        for i, variable in zip(picked, variables, strict=True):
            made = Traced(found[i], variable, self)
            found[i] = self._guarded_shape(made) if by_numbers else made
        return rebuild_result(found)

    def operand(self, x: Any) -> Any:
        """What an instruction refers to: a variable for an array, anything else as it is."""
        if isinstance(x, Traced):
            if x.recorder is not self:
                self.refuse("an array of another recording is used, which is over")
            return x.variable
        if isinstance(x, np.ndarray):
            known = id(x) in self._folded
            return (self.constant(x) if known else self.bring(x)).variable
        if type(x) in (tuple, list):
            return type(x)([self.operand(part) for part in x])
        return x

    def bring(self, array: Array) -> Traced:
        """An array of the outside, by reference."""
        found = self._outside.get(id(array))
        if found is None:
            if array.dtype.kind not in "fiub":
                self.refuse(f"an array of {array.dtype} is no array of numbers")
            found = Traced(array, Variable("live", array), self, outside=array)
            self._outside[id(array)] = found
        return found

    def _fold(self, result: Any) -> Any:
        """A result of constants, which is one."""
        if isinstance(result, np.ndarray):
            self._folded[id(result)] = result
        return result

    def constant(self, array: Array) -> Traced:
        """An array that is the same at every run."""
        variable = self._constants.setdefault(id(array), Variable("constant", array))
        return Traced(array, variable, self)

    # -- guards -----------------------------------------------------------------------------------

    def guard(self, truth: Traced) -> bool:
        """Which way the run went: the program is right only where it goes the same way."""
        found = bool(bare(truth))
        self._write("guard", bool, [truth]).expected = found
        return found

    def guard_corner(self, regular: Traced, settled_by_loss: bool) -> bool:
        """Whether numbers are none of those that kernels treat apart. Where a loss depends on all of them,
        the test that it is finite says so, too.
        """
        found = self.guard(regular)
        if settled_by_loss:
            self.corners.append(self.program.instructions[-1])
        return found

    def guard_counts(self, index: Any) -> None:
        """A mask in an index decides about the shape of the result by how many it lets through."""
        for part in index if type(index) is tuple else (index,):
            if isinstance(part, np.ndarray) and part.dtype.kind == "b":
                count = int(np.count_nonzero(bare(part)))
                self.guard(self.emit("call", counts, [part, count], np.True_))

    def _guarded_shape(self, made: Traced) -> Traced:
        self.guard(self.emit("call", has_shape, [made, made.shape], np.True_))
        return made

    def _check_running(self) -> None:
        """Refuse what would be written behind the end of the program."""
        if self.is_over:
            self.refuse(
                "this was computed in a run that became a program, and has been kept since: a program would "
                "not compute it anew. Return it from the compiled function"
            )

    def refuse(self, reason: str) -> NoReturn:
        """Give the recording up, and say where in the program and why."""
        self.refusal = CompilationError(f"{reason}\n  in {line_of_the_user()}")
        raise self.refusal

    @contextmanager
    def _trying(self) -> Iterator[list[bool]]:
        """Try one way to write something down; where it is refused nothing stays of it."""
        written, done = len(self.program.instructions), [True]
        try:
            yield done
        except CompilationError:
            del self.program.instructions[written:]
            self.refusal, done[0] = None, False

    # -- primitives and their rules ---------------------------------------------------------------

    def computed(
        self, primitive: Primitive, values: Sequence[Any], parameters: dict[str, Any]
    ) -> tuple[Any, Any]:
        """What a tensor holds, and keeps beside it."""
        result, residuals = self.apply(primitive, values, parameters)
        return _with_axes(result), residuals

    def apply(
        self, primitive: Primitive, values: Sequence[Any], parameters: dict[str, Any]
    ) -> tuple[Any, Any]:
        """The result of a primitive and its residuals. What depends on nothing traced is computed at once."""
        if not _holds_traced([values, parameters]):
            if primitive.forward_with_residuals is None:
                return self._fold(primitive.forward(*values, **parameters)), None
            constant: tuple[Any, Any] = primitive.forward_with_residuals(*values, **parameters)
            return constant
        outer, self._operation = self._operation, primitive.name
        try:
            return self._applied(primitive, values, parameters)
        finally:
            self._operation = outer

    def _applied(
        self, primitive: Primitive, values: Sequence[Any], parameters: dict[str, Any]
    ) -> tuple[Any, Any]:
        of_the_table = _is_known(primitive)
        fragment = FORWARD.get(primitive.name) if of_the_table else None
        found = fragment(*values, **parameters) if fragment is not None else None
        if found is not None:
            result, residuals = found if primitive.forward_with_residuals is not None else (found, None)
            return result, residuals
        if isinstance(primitive, Elementwise) and of_the_table:
            ufunc = getattr(np, primitive.name, None)
            if primitive.formula is not None:
                with self._trying() as done:
                    result = primitive.formula(self.namespace, *values)
                if done[0]:
                    return result, None
            elif isinstance(ufunc, np.ufunc):
                return ufunc(*values), None
        if primitive.forward_with_residuals is None:
            return self.opaque(primitive.forward, values, parameters), None
        result, residuals = self.opaque(primitive.forward_with_residuals, values, parameters)
        return result, residuals

    def shares(
        self, primitive: Primitive, m: Any, cotangent: Any, application: Any, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        """The cotangents of the inputs: by a fragment, by the rule of the table, or by the eager kernel."""
        y, values = application._raw, application.values
        parameters, residuals = application.parameters, application.residuals
        if not _holds_traced([cotangent, y, values, parameters, residuals]):
            constant: Sequence[Any] = primitive.shares_on_arrays(arrays, cotangent, application, wanted)
            return [self._fold(x) for x in constant]
        outer, self._operation = self._operation, f"d {primitive.name}"
        try:
            fragment = SHARES.get(primitive.name) if _is_known(primitive) else None
            found = fragment(cotangent, application, wanted) if fragment is not None else None
            if found is not None:
                return found  # type: ignore[no-any-return]
            known = isinstance(primitive, Elementwise | Linear | Multilinear)
            if known or primitive.shares_on_arrays == primitive.shares:
                with self._trying() as done:
                    found = primitive.shares(self.namespace, cotangent, application, wanted)
                if done[0]:
                    return found
            back = kernel_of(primitive, tuple(wanted))
            return self.opaque(back, [cotangent, y, list(values), parameters, residuals], {})  # type: ignore[no-any-return]
        finally:
            self._operation = outer

    # -- what enters ------------------------------------------------------------------------------

    def operands(self, given: Sequence[Any], values: Sequence[Any]) -> list[Any]:
        """The operands of a primitive as arrays that know their variable. They are names of their own, and
        stay what they are when something is written into the tensor later.
        """
        of_numbers = [x for x in given if isinstance(x, Traced) and x.is_number]
        beside = sum(isinstance(x, Node) and x.rank == 1 for x in given)
        if of_numbers and beside and len(of_numbers) + beside == len(given):
            self.refuse("a Value meets a number of the arguments, and would be a Tensor then")
        return [
            self.read(x, keep=True)
            if isinstance(x, Node)
            else self.bring(value).copy()
            if type(value) is np.ndarray
            else value
            for x, value in zip(given, values, strict=True)
        ]

    def read(self, node: Any, keep: bool = False) -> Any:
        """The array of a node."""
        if node.rank == 1:
            self.numbers.setdefault(node, node._raw)
            return node._raw
        raw = node._raw
        if not isinstance(raw, Traced):
            if node in self.moved:
                self.refuse(
                    "a parameter is read after optimizer.step(), which is carried out when the run is over: "
                    "let the function end with the step"
                )
            if not node.inputs:
                self.leaves.setdefault(node, raw)
            raw = self.bring(raw)
        return raw.copy() if keep else raw

    def generator(self, find: Callable[[], np.random.Generator]) -> Any:
        """A generator that is found anew, and draws anew, at every run."""
        return _TracedGenerator(self, find)

    def draw(self, find: Callable[[], np.random.Generator], name: str, given: Any, options: Any) -> Any:
        """Numbers drawn from a generator."""
        generator = find()
        if id(generator) not in self._draws:
            self._draws[id(generator)] = generator, generator.bit_generator.state
            self.finds.append(find)

        def draw(*given: Any, **options: Any) -> Any:
            return getattr(find(), name)(*given, **options)

        draw.__name__ = name
        return self.opaque(draw, given, options, pure=False)

    # -- gradients --------------------------------------------------------------------------------

    def begin_sweep(self, root: Node) -> None:
        """A backward pass starts from here: the loss, which has to be a number."""
        loss = self.read(root)
        if not np.isfinite(bare(loss)).all():
            self.refuse(NOT_FINITE)
        if isinstance(loss, Traced):
            finite: Any = np.isfinite(loss)
            self.guard(finite.all() if finite.size != 1 else finite)
            self.program.instructions[-1].source = NOT_FINITE

    def gradient_of(self, node: Any) -> Any:
        """The gradient that has been added up in a tensor so far."""
        if node not in self.gradients:
            before = node._grad
            if not node.inputs and not isinstance(node._raw, Traced):
                self.accumulated[node] = before is not None
            if isinstance(before, Node):
                self.refuse("a gradient that is a graph of its own is added to: set it to None first")
            if before is not None:
                before = self.emit("call", partial(_gradient, node), [], before, pure=False)
            self.gradients[node] = before
        return self.gradients[node]

    def keep_gradient(self, node: Node, gradient: Any) -> None:
        """Set the gradient of a tensor."""
        self.gradients[node] = gradient

    # -- what happens to the outside --------------------------------------------------------------

    def written(self, target: Traced) -> None:
        """An array of the outside has been changed in place."""
        self._written[id(target.outside)] = target

    def write(self, node: Any, index: Any, value: Any) -> None:
        """``node.data[index] = value``"""
        target = self.read(node)
        if target is value:
            return  # node.data += ... has changed it already
        if index is ... and (np.shape(value) != target.shape or value.dtype != target.dtype):
            self.refuse(f"the data of a tensor get another shape or dtype, {value.dtype}{np.shape(value)}")
        target[index] = value
        if target.outside is None:
            node._raw = target

    def place(self, node: Node, gradient: Any, array: Array) -> None:
        """The gradient of a parameter has to be in an array, where an optimiser will look for it."""
        variable = self.operand(gradient if isinstance(gradient, np.ndarray) else np.asarray(gradient))
        self.program.places.append(Place(variable, array))
        self.moved.add(node)

    def effect(self, act: Function, given: tuple[Any, ...]) -> None:
        """Something that happens when the run is over, at the end of every run."""
        self._effects.append((act, given))

    def write_effects(self) -> None:
        """Write down what happens to the outside at the end of every run."""
        for target in self._written.values():
            operands = [target.outside, target.variable]
            self.program.instructions.append(Instruction("effect", np.copyto, operands, source="written"))
        for act, given in self._effects:
            self._write("effect", act, given)

    def carry_out(self) -> None:
        """Let it happen, now that everything else is done."""
        for target in self._written.values():
            assert target.outside is not None
            target.outside[...] = target.data
        for place in self.program.places:
            place.array[...] = place.variable.example
        for act, given in self._effects:
            act(*bare(given))

    def finished(self) -> Program:
        """The program, when the graph of the run is gone. An array that nobody else holds by then was made in
        the run and never changes; a test that the loss makes superfluous is left out.
        """
        for instruction in self.program.instructions:
            for variable in instruction.results:
                variable.residuals.clear()
        for node in [node for node in self.leaves if node not in self.gradients]:
            if sys.getrefcount(node) <= 4:  # `leaves`, the list, `node`, and the question itself
                del self.leaves[node]
        for traced in self._outside.values():
            owner = array = traced.outside
            while isinstance(owner, np.ndarray) and isinstance(owner.base, np.ndarray):
                owner = owner.base
            # the traced array refers to it twice, the variable once; then there are names, and the question
            alone = sys.getrefcount(array) <= 6 - (owner is not array)
            shown = owner is not array and sys.getrefcount(owner) > 3
            if alone and not shown and getattr(owner, "base", 0) is None:
                traced.variable.kind = "constant"
        instructions = self.program.instructions
        if any(x.source == NOT_FINITE for x in instructions):
            instructions[:] = [x for x in instructions if not any(x is corner for corner in self.corners)]
        return self.program

    def has_drawn(self, generator: np.random.Generator) -> bool:
        """Whether the program draws from it."""
        return id(generator) in self._draws

    def undo_draws(self) -> None:
        """Put the generators back to where they were before the run."""
        for generator, state in self._draws.values():
            generator.bit_generator.state = state


class _TracedGenerator:
    """A generator whose draws are instructions."""

    def __init__(self, recorder: Recorder, find: Callable[[], np.random.Generator]) -> None:
        self._recorder = recorder
        self._find = find

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return np.random.Generator

    def __getattr__(self, name: str) -> Any:
        if name in ("shuffle", "bit_generator", "spawn"):
            self._recorder.refuse(f"generator.{name} cannot be repeated: draw with permutation() or random()")
        return lambda *given, **options: self._recorder.draw(self._find, name, given, options)


def _is_known(primitive: Primitive) -> bool:
    """Whether a primitive is the one of its name, and not one of the user's own that is called like it."""
    return getattr(nodes, primitive.name, None) is primitive


def _with_axes(x: Any) -> Any:
    """An array without axes in place of NumPy's scalar, as a tensor holds it."""
    if isinstance(x, Traced) and type(x.data) is not np.ndarray:
        x.data = np.asarray(x.data)
    return x


def _held(x: Any) -> Any:
    """What an instruction will be given: NumPy's own numbers have become arrays without axes by then, which
    can be viewed.
    """
    data = bare(x)
    return x.variable.example if isinstance(x, Traced) and isinstance(data, np.generic) else data


def _is_number(x: Any) -> bool:
    return isinstance(x, np.ndarray | np.generic | bool | int | float)


def _holds_traced(x: Any) -> bool:
    if isinstance(x, tuple | list):
        return any(map(_holds_traced, x))
    if isinstance(x, dict):
        return any(map(_holds_traced, x.values()))
    return isinstance(x, Traced)


def _gradient(node: Any) -> Any:
    return node._grad


def line_of_the_user() -> str:
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
        frame = frame.f_back
    return described((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
