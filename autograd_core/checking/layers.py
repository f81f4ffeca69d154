"""Objects with parameters, whoever has made them: how their parameters are found, given numbers, and asked
for gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..context import differentiating
from ..errors import GraphError
from ..graph import Node
from ..sweeping import sweep
from ..transforms.trees import flatten
from .questions import Question, names_of, of_outputs, variable
from .recording import Array, Recording
from .samples import Sample, is_moved

__all__ = ["Slot", "ask_layer", "layer_answers", "matched", "slots_of"]


class Slot:
    """A parameter of an object: a node that it lists, or an attribute.

    Args:
        owner: the object.
        name: of the parameter.
        node: the node; None if the attribute holds an array.
    """

    def __init__(self, owner: Any, name: str, node: Node | None) -> None:
        self.owner, self.name, self.node = owner, name, node
        self.is_turned = False

    @property
    def data(self) -> Array:
        data = np.asarray(self.node.data if self.node is not None else getattr(self.owner, self.name))
        return data.T if self.is_turned else data

    @data.setter
    def data(self, new: Array) -> None:
        new = np.array(new.T if self.is_turned else new)
        if self.node is not None:
            self.node.data = new
        else:
            setattr(self.owner, self.name, new)

    def gradient(self) -> Any:
        """What the object has left as its gradient; None if it has left nothing."""
        found = None
        if self.node is not None and self.node.grad is not None:
            found = self.node.grad
        for holder in (getattr(self.owner, "grads", None), getattr(self.owner, "gradients", None)):
            if found is None and isinstance(holder, dict):
                found = holder.get(self.name)
        for name in (f"grad_{self.name}", f"d{self.name}", f"d_{self.name}", f"{self.name}_grad"):
            found = getattr(self.owner, name, None) if found is None else found
        if found is None:
            return None
        array = np.asarray(found.data if isinstance(found, Node) else found)
        return array.T if self.is_turned else array


def slots_of(layer: Any) -> list[Slot]:
    """The parameters of an object, in its order."""
    if callable(getattr(layer, "named_parameters", None)):
        return [Slot(layer, name, node) for name, node in layer.named_parameters()]
    if callable(getattr(layer, "parameters", None)):
        named = {id(x): name for name, x in vars(layer).items()}
        nodes = list(layer.parameters())
        return [Slot(layer, named.get(id(node), f"parameter {i}"), node) for i, node in enumerate(nodes)]
    found = []
    for name, x in getattr(layer, "__dict__", {}).items():
        if isinstance(x, Node):
            found += [Slot(layer, name, x)] * bool(x.requires_grad and not x.inputs)
        elif isinstance(x, np.ndarray) and x.dtype.kind == "f":
            found.append(Slot(layer, name, None))
    return found


def matched(slots: list[Slot], right: Sequence[tuple[str, tuple[int, ...]]]) -> tuple[dict[str, Slot], str]:
    """For each parameter of the reference the one of the student's; or why there is none."""
    found: dict[str, Slot] = {}
    free = list(slots)
    for name, shape in right:
        alike = [s for s in free if s.name.lower() == name.lower() and _fits(s, shape)]
        alike = alike or [s for s in free if s.data.shape == shape] or [s for s in free if _fits(s, shape)]
        if not alike:
            for slot in slots:
                slot.is_turned = False
            have = ", ".join(f"{slot.name} of shape {slot.data.shape}" for slot in slots) or "none"
            return {}, f"has no parameter {name!r} of shape {shape}; its parameters are: {have}"
        slot = alike[0]
        slot.is_turned = slot.data.shape != shape
        free.remove(slot)
        found[name] = slot
    return found, ""


def _fits(slot: Slot, shape: tuple[int, ...]) -> bool:
    return slot.data.shape in (shape, shape[::-1])


@contextmanager
def _put_back(slots: Sequence[Slot]) -> Iterator[None]:
    before = [slot.data.copy() for slot in slots]
    grads = [slot.node.grad if slot.node is not None else None for slot in slots]
    try:
        yield
    finally:
        for slot, data, grad in zip(slots, before, grads, strict=True):
            slot.data = data
            if slot.node is not None:
                slot.node.grad = grad


def ask_layer(reference: Any, sample: Sample, generator: np.random.Generator) -> Question:
    """Record a layer at a sample, whose keywords are the parameters.

    Raises:
        GraphError: if the reference has no parameters, or records nothing.
    """
    slots = slots_of(reference)
    if not slots or any(slot.node is None for slot in slots):
        raise GraphError(
            f"check(kind='layer'): reference {type(reference).__name__} has no parameters that are nodes: "
            "give a layer with named_parameters() or parameters()"
        )
    leaves, rebuild = Sample(sample.arguments, {}, sample.origin).leaves()
    names = names_of(reference, Sample(sample.arguments, {}, ""))
    with _put_back(slots), differentiating():
        for slot in slots:
            slot.data = np.asarray(sample.keywords[slot.name], dtype=np.float64)
        nodes = [variable(x, name) for x, name in zip(leaves, names, strict=True)]
        result = reference(*rebuild(nodes).arguments)
        outputs, _ = flatten(result)
        inputs = [x for x in nodes if is_moved(x)]
        variables = [*inputs, *[slot.node for slot in slots if slot.node is not None]]
        called = [*[x.label for x in inputs], *[slot.name for slot in slots]]
        recording = Recording(outputs, variables, called)
    seeds = [
        np.asarray(generator.uniform(0.5, 1.5, y.shape) * generator.choice([-1, 1], y.shape))
        for y in recording.results
    ]
    named = [*of_outputs(result), *[f"the gradient by {name!r}" for name in called]]
    return Question("layer", sample, recording, seeds, list(range(len(named))), named)


def layer_answers(layer: Any, slots: dict[str, Slot], sample: Sample, question: Question) -> list[Any]:
    """What a student's layer gives at a sample: its outputs, and the gradients by inputs and parameters."""
    with _put_back(list(slots.values())):
        for name, slot in slots.items():
            slot.data = np.array(sample.keywords[name])
        if callable(getattr(layer, "zero_grad", None)):
            layer.zero_grad()
        nodal = any(slot.node is not None for slot in slots.values())
        leaves, rebuild = Sample(sample.arguments, {}, sample.origin).copy().leaves()
        given = [variable(x, "") if nodal else x for x in leaves]
        forward: Callable[..., Any] = layer if callable(layer) else layer.forward
        outputs, rebuilt = flatten(forward(*rebuild(given).arguments))
        count = len(question.recording.results)
        if len(outputs) != count or any(y is None or y is ... for y in outputs):
            return [y if y is not ... else None for y in outputs][:count] + [None] * len(
                question.recording.variables
            )
        shares: list[Any] = [None] * len(question.recording.variables)
        inputs = len(shares) - len(slots)
        if callable(getattr(layer, "backward", None)):
            sent = layer.backward(rebuilt([np.array(seed) for seed in question.seeds]))
            parts = list(sent) if isinstance(sent, tuple | list) and inputs != 1 else [sent]
            for i, part in enumerate(parts[:inputs]):
                shares[i] = part
            for i, slot in enumerate(slots.values()):
                shares[inputs + i] = slot.gradient()
        elif any(isinstance(y, Node) and y.requires_grad for y in outputs):
            swept = dict(sweep(outputs, [np.asarray(seed) for seed in question.seeds]))
            moved = [x for x in given if is_moved(x)]
            for i, x in enumerate([*moved, *[slot.node for slot in slots.values()]]):
                gradient = swept.get(x) if isinstance(x, Node) else None
                shares[i] = np.zeros(x.shape) if gradient is None and isinstance(x, Node) else gradient
            for i, slot in enumerate(slots.values()):
                if slot.is_turned and shares[inputs + i] is not None:
                    shares[inputs + i] = np.asarray(shares[inputs + i]).T
        plain = [y.data if isinstance(y, Node) else y for y in (*outputs, *shares)]
        return [None if y is None else np.array(y) for y in plain]
