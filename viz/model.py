"""What is in a drawing, before anything is laid out: boxes, arrows and notes. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from . import wording
from .options import Options, checked


class Kind(StrEnum):
    """What a box stands for; each has a shape and a colour of its own."""

    INPUT = "input"
    PARAMETER = "parameter"
    SHARED = "shared"
    CONSTANT = "constant"
    OPERATION = "operation"
    OUTPUT = "output"
    SCOPE = "scope"


@dataclass(frozen=True, slots=True, repr=False)
class Box:
    """One node of the graph, or several that are drawn as one.

    Attributes:
        key: identifies the box in its picture.
        kind: what the box stands for.
        name: the label, the dotted name of a parameter, or ``v₁``, ``v₂`` ... where there is none.
        operation: the operation with its plain constants, empty for a leaf.
        lines: what stands below: value or shape, gradient, uses.
        scope: the cluster it is drawn in, outermost name first.
        expression: the operation applied to the names of its inputs (``a × b``).
        description: everything about the box in one line, unshortened: the tooltip.
        heading: what is drawn as its name, where that is not the name itself (``∂L/∂w``).
        emphasis: True if it was chosen, False if others were, None if nothing was.
        beside: the key of the box that it stands beside, on the same rank.
        main: whether it stands on the path that is drawn straight.
        shape: of a layer, the shape of what leaves it.
        heat: where its size lies on the scale of the picture, from 0 to 1; None for 0, or without scale.
    """

    key: str
    kind: Kind
    name: str
    operation: str = ""
    lines: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    expression: str = ""
    description: str = ""
    heading: str = ""
    emphasis: bool | None = None
    heat: float | None = None
    beside: str = ""
    main: bool = False
    shape: str = ""

    def __repr__(self) -> str:
        return f"<Box: {self.description or self.name}>"


@dataclass(frozen=True, slots=True, repr=False)
class Arrow:
    """A use of one box by another; ``count`` parallel uses drawn as one arrow.

    Attributes:
        tail: the key of the box where the arrow starts.
        head: the key of the box where it ends.
        label: what stands beside it, such as the local derivative.
        count: how many uses it stands for.
        cotangent: whether a cotangent flows along it, against the computation.
        emphasis: True if its boxes were chosen, False if others were, None if nothing was.
        main: whether it lies on the path that is drawn straight.
    """

    tail: str
    head: str
    label: str = ""
    count: int = 1
    cotangent: bool = False
    emphasis: bool | None = None
    main: bool = False

    def __repr__(self) -> str:
        carried = f", {self.label}" if self.label else ""
        return f"<Arrow: from {self.tail} to {self.head}{carried}>"


@dataclass(frozen=True, slots=True, repr=False)
class Scale:
    """The logarithmic scale of the colours that fill boxes.

    Attributes:
        quantity: what is measured (``|∂L/∂box|``).
        low: the size that has the lightest colour.
        high: the size that has the darkest.
    """

    quantity: str
    low: float
    high: float

    def __repr__(self) -> str:
        return f"<Scale: {self.quantity} from {self.low:.3g} to {self.high:.3g}>"


@dataclass(frozen=True, slots=True, repr=False)
class Moment:
    """What happens at one box, forwards and backwards, in words.

    Attributes:
        key: the box.
        text: its name and operation (``v₁ = w × x``).
        value: its value, or the shape of it.
        derivative: the name of its gradient (``∂L/∂w``).
        gradient: its gradient; empty where none arrives.
        symbols: the chain-rule sum in symbols.
        numbers: the same in numbers, where they are single ones.
        uses: over how many uses the sum runs.
        roles: for each line of the box ``"value"``, ``"gradient"`` or ``"always"``: when it appears.
    """

    key: str
    text: str
    value: str
    derivative: str = ""
    gradient: str = ""
    symbols: str = ""
    numbers: tuple[str, ...] = ()
    uses: int = 0
    roles: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Moment: {self.text}>"


@dataclass(frozen=True, slots=True, repr=False)
class Story:
    """A computation as a sequence of steps.

    Attributes:
        moments: one for each box.
        forward: the keys of the operations, in the order in which they are computed.
        backward: the keys of the boxes, in the order in which the sweep completes their gradients.
        arrows: from which box to which, in the direction of the computation.
        why: why there is no backward pass, where there is none.
    """

    moments: tuple[Moment, ...]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    arrows: tuple[tuple[str, str], ...]
    why: str = ""

    def __repr__(self) -> str:
        forward, backward = (wording.counted(len(keys), "step") for keys in (self.forward, self.backward))
        return f"<Story: {forward} forward, {backward} backward>"


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A drawing as pure data.

    Attributes:
        boxes: in topological order of the computation.
        arrows: in the order of the operands.
        title: the caption.
        notes: one line each: what was left out or summarised, and how to see it all.
        legend: what the numbers beside the arrows are.
        options: what the reader has asked for.
        compact: whether boxes are drawn small.
        hasty: whether places are searched for in few steps, to save time.
        straight: whether arrows are drawn straight, to save more.
        story: the computation step by step, where every node has a box.
        scale: what the colours of the boxes measure, where they measure something.
        backward_passes: the outermost clusters that recorded backward passes have made.
        layered: whether a box is a call of a layer, with the shapes beside the arrows.
        levels: the same with scopes closed, the innermost first; where there is a story.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    legend: str = ""
    options: Options = field(default_factory=lambda: checked({}))
    compact: bool = False
    hasty: bool = False
    straight: bool = False
    story: Story | None = None
    scale: Scale | None = None
    backward_passes: frozenset[str] = frozenset()
    layered: bool = False
    levels: tuple[Level, ...] = ()

    @property
    def direction(self) -> str:
        """Which way the computation runs: as was asked for, else layers down, nodes to the right."""
        return self.options["direction"] or ("TB" if self.layered else "LR")

    @property
    def kind(self) -> str:
        """What is drawn, in words.

        >>> Picture((), (), options=checked({"graph": "both"})).kind
        'forward and backward graph'
        """
        graph = self.options["graph"]
        return f"{'forward and backward' if graph == 'both' else graph} graph"

    @property
    def counted(self) -> str:
        """What is drawn, with the number of its boxes and arrows."""
        boxes, arrows = wording.counted(len(self.boxes), "box"), wording.counted(len(self.arrows), "arrow")
        return f"{self.kind}, {boxes}, {arrows}"

    def __repr__(self) -> str:
        return f"<Picture: {self.counted}>"


@dataclass(frozen=True, slots=True, repr=False)
class Level:
    """A picture with scopes closed, beside the open one.

    Attributes:
        name: what is drawn, for a list to choose from.
        picture: the boxes and arrows.
        places: for each box of the open picture the key of the box it is drawn in.
        names: for each closed scope, by its key, its dotted name.
    """

    name: str
    picture: Picture
    places: dict[str, str]
    names: dict[str, str]

    def __repr__(self) -> str:
        return f"<Level: {self.name}, {self.picture.counted}>"
