"""``viz.draw``: from a node, a function or a module to a drawing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Literal

from . import wording
from .drawing import Drawing
from .graph.targets import read
from .options import Options
from .picture.plan import picture_of


def draw(
    target: Any,
    *inputs: Any,
    graph: Literal["forward", "backward", "both"] = "forward",
    direction: Literal["LR", "RL", "TB", "BT"] = "LR",
    gradients: bool = True,
    collapse: bool | str | Collection[str] = False,
    depth: int | None = None,
    fold: bool | None = None,
    force: bool = False,
    max_nodes: int | None = None,
    number_format: str | Callable[[float], str] | None = None,
    highlight: Any = None,
    heat: bool | Literal["gradient", "value"] = False,
    theme: Literal["auto", "light", "dark", "print"] = "auto",
    legend: bool = True,
    title: str = "",
) -> Drawing:
    """Draw the computation of a number or an array, or of a function or module at example inputs.

    Up to 150 nodes every box shows its operation, value and gradient; up to 400 the boxes are small;
    a larger graph is drawn with one box for each scope. What was summarised is said in the caption.
    Drawing changes nothing: gradients are computed for the picture and do not touch ``.grad``.

    Args:
        target: a node; a list, tuple, dictionary or array of nodes, nested, for several outputs; what
            :func:`autograd_core.lower` gave, with a box for each weight and an arrow for each use of it; or a
            function or module, which is called with ``inputs``. (A module in training mode updates its
            running statistics; call ``eval()`` first if it is not to.)
        inputs: the example inputs, or lists and dictionaries of them. Floats become Values for a function,
            arrays and lists of numbers Tensors; a model whose parameters are Values gets Values.
        graph: ``"forward"``, or ``"backward"``: the same nodes with the arrows reversed, the gradients
            in the boxes, and beside each arrow what the gradient is multiplied by; or ``"both"``: every
            node once, solid arrows forwards with local derivatives, dashed ones backwards with the gradient
            that flows along them.
        direction: ``"LR"``, from left to right, ``"RL"``, ``"TB"``, from top to bottom, or ``"BT"``.
        gradients: whether a forward graph shows gradients. They need one single number as output.
        collapse: True to draw each scope as one box, at the outermost level that has several, or the
            names of the scopes to close
            (``"encoder"``, ``"encoder.layer1"``).
        depth: how many levels of scopes are open; deeper ones are drawn as one box each, with the shapes
            that enter and leave and the number of parameters.
        fold: whether four or more consecutive scopes of the same structure are drawn as one, with their
            number (``×12``): those that are one box each when None, also open ones when True.
        force: draw every node, whatever the size. Above 3,000 there is the DOT text only.
        max_nodes: up to how many nodes each has a box, in place of 400.
        number_format: how numbers are written, a format such as ``".3g"`` or a function from a float to a
            text; whole constants and labels stay as they are.
        highlight: what is to stand out, the rest being dimmed: a node or the name of one or of a scope,
            several of these in a list, or ``(x, y)`` for all paths from ``x`` to ``y``. Arrows between what
            is chosen stand out too, and all arrows of a single node.
        heat: fill the boxes by the size of their gradients (True or ``"gradient"``) or values (``"value"``),
            on a logarithmic scale that is explained below.
        theme: ``"auto"``, light or dark as the page that shows it, ``"light"``, ``"dark"``, or ``"print"``,
            black on white, told apart by shapes and dashes alone.
        legend: whether the shapes and arrows are explained below the drawing.
        title: the caption; for a function or module its name.

    Raises:
        DtypeError: if the target is nothing that can be drawn, or a keyword of the wrong type.
        DomainError: for an unknown ``graph``, ``direction``, ``theme``, scope or node, or a format that is
            none.
        GraphError: for the backward graph, both, or the heat of something that has no gradient, and if no
            path leads from ``x`` to ``y``.

    >>> from autograd_core import Value, tanh
    >>> drawing = draw(lambda x: tanh(2 * x), 0.5)
    >>> [(box.name, box.operation, box.lines) for box in drawing.picture.boxes]
    [('x', '', ('0.5', 'grad 0.8399')), ('v₁', '× 2', ('1.0', 'grad 0.42')),
     ('L', 'tanh', ('0.7616', 'grad 1.0'))]
    """
    options = Options(
        graph=graph,
        direction=direction,
        gradients=gradients,
        collapse={collapse} if isinstance(collapse, str) else collapse,
        depth=depth,
        fold=fold,
        force=force,
        max_nodes=max_nodes,
        number_format=number_format,
        highlight=highlight,
        heat=heat,
        theme=theme,
        legend=legend,
    )
    reading, name = read(target, inputs)
    return Drawing(picture_of(reading, options, wording.clean(str(title or name), 120)))
