"""What the page of a training shows: the states of the model, its data, and what it computes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, Node, ShapeError, Tensor, ancestors, no_grad

from ..graph.running import evaluating
from ..output.engines import DrawingError
from ..plots.canvas import COLOURS, finite
from ..plots.curves import columns_of
from ..plots.regions import kind_of
from ..wording import clean, counted, quoted
from .program import REARRANGING, Program, UnwritableError
from .recording import Recording

Array = np.ndarray[Any, np.dtype[Any]]
Loss = Callable[[Any, Any], Any]

MOST_POINTS = 1_000
"""More points than these make a crowd, and a slow page; of more, this many are taken at even distances."""
MOST_BYTES = 300_000
"""What the states of the model may take of the page; of more, some are taken at even distances."""
MOST_STATES, MOST_PICTURES = 300, 60
"""So many states are shown of a model that the page computes, and of one that is drawn state by state."""
_NAME = "training()"
_CHECKED = 50
"""A loss is compared with the mean of those of as many single samples."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A column of the network: the units that a reader sees.

    Attributes:
        title: how many there are, and their activation.
        units: where their outputs stand among the values of a sample.
        weights: (units, inputs), where they stand among the parameters, -1 where they are none; empty for
            the inputs of the network.
        biases: where they stand; empty without.
        linked: whether the inputs are the units of the column before.
    """

    title: str
    units: list[int]
    weights: list[list[int]]
    biases: list[int]
    linked: bool


class TrainingStory:
    """A model, its data, and its states by epoch, ready to be shown.

    Args:
        model: takes the inputs.
        data: inputs and targets.
        history: a recording, or columns of numbers.
        loss: ``loss(output, target)``, the mean over the samples; None if the page does not train.
        outputs: ``auto``, ``logits``, ``probabilities`` or ``values``.
        names: of the classes.

    Attributes:
        x, y: the points that the page has, and their targets.
        epochs: those whose states are known.
        states: the parameters at each, rows of 32-bit numbers.
        columns: what was measured, epoch by epoch.
        output: what the model gives for the points at the last of the epochs.
        classes: the class of each point; None where the targets are no classes.
        link: what the outputs are: ``logits``, ``probabilities`` or ``values``.
        program: the model in JavaScript; None if the page does not compute it.
        losses: the loss of a sample: one for each label, or one that is given the target; none if the page
            does not train.
        notes: what a reader has to know, in sentences.
    """

    def __init__(
        self,
        model: Any,
        data: Any,
        history: Any,
        loss: Loss | None,
        outputs: str,
        names: Sequence[str] | None,
    ) -> None:
        self.model, self.loss = model, loss
        self.notes: list[str] = []
        self.x, self.y = self._points(data)
        recorded = isinstance(history, Recording)
        self.recording = history if recorded else Recording(self._parameters())
        columns = history.numbers if recorded else {} if history is None else history
        self.columns = columns_of(_NAME[:-2], columns)
        self.columns.pop("epoch", None)
        self.output = self._outputs()
        self._given = self._without_nodes()
        self.classes, self.names = self._classes(names)
        self.link = self._link(outputs)
        self.program = self._program()
        self.losses = self._losses()
        count = len(next(iter(self.columns.values()), ()))
        self.epochs, self.states = self._states() if recorded else ([count], self.recording.states)
        self.last = max(count, self.epochs[-1])
        if not recorded and count:
            self.notes.append(
                "The network is the one of the end: a viz.Recording among the callbacks shows every epoch."
            )

    def _points(self, data: Any) -> tuple[Array, Array]:
        if not isinstance(data, tuple | list) or len(data) != 2:
            raise DtypeError(f"{_NAME}: data is a pair (x, y) of inputs and targets, got {quoted(data)}")
        x, y = (finite(_NAME[:-2], name, given) for name, given in zip("xy", data, strict=True))
        if not x.ndim or not y.ndim or len(x) != len(y):
            raise ShapeError(f"{_NAME}: x and y have as many samples, got shapes {x.shape} and {y.shape}")
        if len(x) > MOST_POINTS:
            taken = np.linspace(0, len(x) - 1, MOST_POINTS).round().astype(int)
            self.notes.append(f"The page has {MOST_POINTS:,} of the {len(x):,} samples.")
            x, y = x[taken], y[taken]
        return x, y

    @property
    def records_nothing(self) -> bool:
        """Whether the model gives plain numbers, not nodes."""
        return self._given is not None

    @property
    def kind(self) -> str:
        """How the inputs are shown: ``plane``, ``line`` or ``samples``."""
        width = self.x[0].size
        return {1: "line", 2: "plane"}.get(width, "samples") if self.x.ndim <= 2 else "samples"

    def _parameters(self) -> Any:
        """What has parameters: the model, or, where it is a plain function, those that it used."""
        if hasattr(self.model, "named_parameters"):
            return self.model
        with evaluating(_NAME[:-2], self.model):
            output = self.model(Tensor(np.array(self.x[:1], float)))
        used = ancestors([output]) if isinstance(output, Node) else []
        leaves = [node for node in used if node.op is None and node.requires_grad]
        return {leaf.label or f"parameter {i}": leaf for i, leaf in enumerate(leaves)}

    def _states(self) -> tuple[list[int], Array]:
        """The recorded states that the page shows, with their epochs: as many as it has room for."""
        epochs, states = self.recording.epochs, self.recording.states
        room = MOST_BYTES // max(4 * states.shape[1], 1) if self.program else MOST_PICTURES
        most = max(2, min(MOST_STATES, room))
        if len(epochs) <= most:
            return epochs, states
        taken = np.unique(np.linspace(0, len(epochs) - 1, most).round().astype(int))
        self.notes.append(f"{len(taken)} of {len(epochs)} recorded states are shown.")
        return [epochs[i] for i in taken], states[taken]

    def run(self, x: Array) -> Array:
        """What the model gives for inputs, in evaluation mode, without recording.

        Raises:
            DtypeError: if it gives no numbers.
            ShapeError: if it gives something else than a row for each.
        """
        with evaluating(_NAME[:-2], self.model), no_grad():
            given = self.model(np.array(x))
        array = np.asarray(given.data if isinstance(given, Node) else given)
        if array.dtype.kind not in "fiub":
            raise DtypeError(f"{_NAME}: the model has to give numbers, got {quoted(given)}")
        if not array.ndim or len(array) != len(x):
            raise ShapeError(f"{_NAME}: the model gives shape {array.shape} for {len(x)} samples")
        return array.reshape(len(x), -1).astype(float)

    def _outputs(self) -> Array:
        """What the model gives for all points at the last epoch that is known."""
        with self.recording.at(self.recording.states[-1]):
            return self.run(self.x)

    def _without_nodes(self) -> str | None:
        """What the model gives for a Tensor, if that is no node: then nothing of it can be recorded."""
        with evaluating(_NAME[:-2], self.model), no_grad():
            output = self.model(Tensor(np.array(self.x[:1])))
        return None if isinstance(output, Node) else type(output).__name__

    def _classes(self, names: Sequence[str] | None) -> tuple[Array | None, list[str]]:
        """The class of each point, None where the targets are no classes; and what the classes are called."""
        y, count = self.y, self.output.shape[1]
        flat = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
        found: Array | None = None
        if flat.ndim == 1:
            values = set(np.unique(flat).tolist())
            if count == 1 and values <= {0, 1}:
                found = flat.astype(int)
            elif count == 1 and values <= {-1, 1}:
                found = (flat > 0).astype(int)
            elif count > 1 and flat.dtype.kind in "iub" and flat.min() >= 0 and flat.max() < count:
                found = flat.astype(int)
        elif y.shape == self.output.shape and np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all():
            found = y.argmax(axis=1)
        if found is not None and max(count, 2) > len(COLOURS) and self.kind != "samples":
            raise DomainError(
                f"{_NAME}: at most {len(COLOURS)} classes can be told apart, the model gives {count}"
            )
        total = max(count, 2) if found is not None else count
        titles = [*map(str, names)] if names is not None else [f"class {i}" for i in range(total)]
        if isinstance(names, str) or len(titles) != total:
            raise ShapeError(f"{_NAME}: {total} classes need as many names, got {names!r}")
        return found, [clean(title, 24) for title in titles]

    def _link(self, outputs: str) -> str:
        words = ("auto", "logits", "probabilities", "values")
        if outputs not in words:
            raise DomainError(
                f"{_NAME}: outputs is {', '.join(map(repr, words[:-1]))} or {words[-1]!r}, got {outputs!r}"
            )
        if outputs == "auto":
            return (
                "values"
                if self.classes is None
                else "logits"
                if self._ends_in_sums()
                else kind_of(self.output)
            )
        if outputs == "values":
            self.classes = None
        return outputs

    def _ends_in_sums(self) -> bool:
        """Whether the outputs are sums of a dense layer: no probabilities, whatever they look like."""
        if self.records_nothing:
            return False
        with evaluating(_NAME[:-2], self.model):
            node = self.model(Tensor(np.array(self.x[:1]), requires_grad=self.x.dtype.kind == "f"))
        while isinstance(node, Node) and node.op is not None and node.op.name in REARRANGING:
            node = node.inputs[0]
        return isinstance(node, Node) and node.op is not None and node.op.name in ("affine", "matmul", "add")

    # -- the program --------------------------------------------------------------------------------

    def _program(self) -> Program | None:
        """The model in JavaScript; None if the page cannot compute it, which a note says."""
        nodes = list(self.recording.nodes.values())
        if self.kind == "samples":
            return None
        try:
            if self.records_nothing:
                raise UnwritableError(f"it gives no Tensor, but {self._given}")
            if not self.recording.is_fixed_beside:
                raise UnwritableError("running means are no parameters")
            far = self.x.mean(axis=0) + 8.0 * (self.x - self.x.mean(axis=0))  # beyond the kinks of most units
            wide = np.concatenate([self.x, far])
            with evaluating(_NAME[:-2], self.model):
                one, many = (Tensor(np.array(x, float), requires_grad=True) for x in (self.x[:1], wide))
                output, together = self.model(one), self.model(many)
            if not np.allclose(output.data, together.data[:1], rtol=1e-4, atol=1e-6):
                raise UnwritableError("it computes something else for one sample than for many")
            program = Program(output, [one], nodes, together)
            if not program.dense:
                raise UnwritableError("it has no dense layer")
        except DrawingError as error:
            self.notes.append(f"The page does not compute this model itself: {error}.")
            return None
        self._shape = output.shape
        return program

    def _losses(self) -> list[Program]:
        """The loss of a sample in JavaScript: one for each class, or one that is given the target."""
        if self.program is None:
            return []
        if self.loss is None:
            self.notes.append("With loss=... the page trains on from any epoch.")
            return []
        try:
            self._check_mean()
            return [self._loss_of(rows) for rows in self._alike()]
        except DrawingError as error:
            self.notes.append(f"The page does not train on: {error}.")
            return []

    def _alike(self) -> list[Array]:
        """The rows whose targets are the same label; all, where targets are no labels."""
        if self.y.dtype.kind == "f":
            return [np.arange(len(self.y))]
        _, which = np.unique(self.y, axis=0, return_inverse=True)
        rows = [np.flatnonzero(which.ravel() == k) for k in range(which.max() + 1)]
        if len(rows) > 4 * len(COLOURS):
            raise UnwritableError("its targets are whole numbers that are no labels: give floats")
        return rows

    @property
    def which(self) -> list[int]:
        """Which of the losses is that of each point."""
        rows = self._alike()
        found = np.zeros(len(self.y), int)
        for k, mine in enumerate(rows):
            found[mine] = k
        return found.tolist()

    def _loss_of(self, rows: Array) -> Program:
        recorded = []
        for part in (rows[:1], rows):
            output = Tensor(self.output[part].reshape(len(part), *self._shape[1:]), requires_grad=True)
            labels = self.y.dtype.kind != "f"
            target: Any = self.y[part] if labels else Tensor(self.y[part], requires_grad=True)
            recorded.append((self._called(output, target), [output] if labels else [output, target]))
        (result, inputs), (many, _) = recorded
        return Program(result, inputs, [], many)

    def _called(self, output: Any, target: Any) -> Node:
        assert self.loss is not None, "asked before"
        result = self.loss(output, target)
        if not isinstance(result, Node) or np.size(result.data) != 1:
            raise ShapeError(f"{_NAME}: loss has to turn output and target into one number, got {result!r}")
        return result

    def _check_mean(self) -> None:
        output, y = self.output[:_CHECKED].reshape(-1, *self._shape[1:]), self.y[:_CHECKED]
        together = float(self._called(Tensor(output), y).data)
        alone = [float(self._called(Tensor(output[i : i + 1]), y[i : i + 1]).data) for i in range(len(y))]
        if not np.isclose(np.mean(alone), together, rtol=1e-5, atol=1e-9):
            raise UnwritableError("its loss is not the mean of those of single samples")

    def layers(self) -> list[Layer]:
        """The columns of the network, inputs first."""
        program = self.program
        assert program is not None, "asked before"
        order = [node for node, place in program.places.items() if place.array == "v" and node.op is not None]
        starts = [int(dense.units.min()) for dense in program.dense] + [program.size]
        width = self.x[0].size
        found = [Layer(counted(width, "input"), list(range(width)), [], [], False)]
        before = np.arange(width)
        for dense, start, end in zip(program.dense, starts[:-1], starts[1:], strict=True):
            own = [
                node
                for node in order
                if program.places[node].indices.size == dense.units.size
                and start <= program.places[node].indices.min()
                and program.places[node].indices.max() < end
            ]
            before, linked = program.places[own[-1]].indices.ravel(), np.array_equal(dense.inputs, before)
            title = counted(dense.units.size, "output" if end == program.size else "unit")
            computed = [node for node in own if node.op and node.op.name not in REARRANGING]
            activation = _activation(own[0], computed[-1])
            weights = dense.weights.tolist() if dense.weights.min() >= 0 else []
            title = f"{title}, {activation}" if activation else title
            found.append(Layer(title, before.tolist(), weights, dense.biases.tolist(), linked))
        return found


def _activation(dense: Node, shown: Node) -> str:
    """What is applied to the sums of a layer, by the name of its module or operation; empty if nothing is."""
    if shown is dense or shown.op is None:
        return ""
    module = shown.scope[-1].split(": ")[-1] if shown.scope else ""
    return clean(module, 16) if module and shown.scope != dense.scope else shown.op.name
