"""``viz.draw``, from a node, a function or a module to its Drawing, which is laid out when it is shown."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Unpack

from autograd_core import Lowered, MissingDependencyError

from . import wording
from .graph.lowered import tensor_of
from .graph.reading import Reading
from .graph.targets import read
from .grids.numbers import Numbers
from .grids.page import GridPage
from .grids.paint import animated
from .grids.scene import Sheet
from .grids.svg import svg_of
from .grids.table import Grids, grids_of
from .grids.telling import Teller, Told
from .grids.text import as_text as grids_as_text
from .grids.text import in_words
from .grids.uses import TooLargeError
from .grids.view import chosen, sheet_of
from .model import Picture
from .options import OPTIONS, Options, checked, with_options
from .output.dot import dot_text
from .output.engines import DrawingError, render_svg, rendered_by_system
from .output.files import save
from .output.images import FORMATS, image_of, only_for_images
from .output.notebook import Bundle, Shown, picture_bundle, text_of
from .output.steps import StepPage, static_page
from .output.svg import finish
from .output.text import as_text
from .picture.effort import POSSIBLE, crossed_ranks
from .picture.plan import picture_of

MOST_BOXES = 3_000
"""Above this a layout takes minutes, and the result cannot be read: there is only the DOT text."""

_ONLY_BOXES = ("graph", "direction", "gradients", "collapse", "depth", "fold", "force", "max_nodes", "heat")
"""Whoever asks for one of these asks for boxes."""
_WITH_WORDS = frozenset(
    {"affine", "convolution", "log_softmax", "matmul", "softmax", "window_max", "window_sum"}
)
"""Operations of which the text of a drawing says how one number comes about."""
_drawings = count(1)


class Drawing(Shown):
    """A drawing of a computation graph: a picture of the moment at which it was made.

    ``str(drawing)`` is a readable text, notebooks show the picture.

    Attributes:
        picture: what is drawn, as data: boxes, arrows, notes.
        notes: one line for each thing that was left out or summarised.
        formats: the suffixes of the files that it can be.

    >>> from autograd_core import Value
    >>> from viz import draw
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> print(draw(a * b + 1))
    a  (input)  2.0   grad −3.0
    b  (input)  −3.0  grad 2.0
    v₁ = a × b  −6.0  grad 1.0
    L = v₁ + 1  −5.0  grad 1.0
    """

    formats: tuple[str, ...] = (".svg", ".dot", ".html", *FORMATS)

    def __init__(
        self,
        picture: Picture,
        words: Sequence[str] = (),
        unfolded: Picture | None = None,
    ) -> None:
        self.picture = picture
        self._words = words
        self._played = picture if picture.story is not None else unfolded
        self._number = next(_drawings)

    @property
    def notes(self) -> tuple[str, ...]:
        return self.picture.notes

    @cached_property
    def dot(self) -> str:
        """The graph in the DOT language, for any Graphviz program."""
        return dot_text(self.picture)

    @cached_property
    def svg(self) -> str:
        """The drawing as an SVG document, for light and dark pages.

        Raises:
            DrawingError: if the graph is too large to lay out, or no Graphviz is there to do it.
        """
        boxes, arrows = len(self.picture.boxes), len(self.picture.arrows)
        if boxes > MOST_BOXES or arrows > 3 * MOST_BOXES:
            raise DrawingError(
                f"{boxes:,} boxes and {arrows:,} arrows are too many to lay out (at most {MOST_BOXES:,} "
                f"and {3 * MOST_BOXES:,}): leave out force=True to have scopes drawn as one box each, or "
                "give drawing.dot to a tool for large graphs"
            )
        if self.picture.straight and (crossed := crossed_ranks(self.picture)) > POSSIBLE:
            raise DrawingError(
                f"{boxes:,} boxes with arrows across {crossed:,} ranks would take minutes to lay out: draw "
                "fewer steps, leave out force=True to have scopes drawn as one box each, or give drawing.dot "
                "to a tool for large graphs"
            )
        digest = hashlib.sha256(self.dot.encode()).hexdigest()[:8]
        return finish(render_svg(self.dot), self.picture, f"drawing-{digest}-{self._number}")

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        suffix: str | None = None,
        dpi: float | None = None,
        transparent: bool = False,
    ) -> Path:
        """Write the drawing to a file; the suffix says how: .svg, .dot, .html, .png or .pdf, of grids also
        .gif. A .png or .pdf is the picture with its legend, in the light colours unless the drawing has
        another ``theme``; in a .pdf text is text.

        The file appears whole or not at all: it is written beside its place and then moved there.

        Args:
            path: where to; a file that is there is replaced.
            suffix: the format, if the name of the file does not say it.
            dpi: dots per inch of a .png, 144 if it is not said.
            transparent: whether a .png or .pdf has nothing behind the picture, for slides of any colour.

        Returns:
            The path of the file.

        Raises:
            DtypeError: if the path is no path, or ``dpi`` no number.
            DomainError: if the suffix is none of these, ``dpi`` too large or not positive, or one of the two
                is given for another format.
            FileNotFoundError: if the folder does not exist.
            DrawingError: if the drawing cannot be rendered.
            MissingDependencyError: for .png and .pdf if neither ``autograd-core[images]`` is installed nor,
                for boxes and arrows, the program ``dot``, which draws them without legend.

        >>> import tempfile
        >>> from autograd_core import Value
        >>> from viz import draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(1.0) * 2).save(f"{folder}/product.dot").name
        'product.dot'
        """
        wanted = f"no format {{!r}}; there are {', '.join(self.formats)}"

        return save(path, self.formats, wanted, lambda suffix: self.content(suffix, dpi, transparent), suffix)

    def content(self, suffix: str, dpi: float | None = None, transparent: bool = False) -> bytes:
        """What a file of this format holds; ``save`` checks the suffix and writes it."""
        if suffix in FORMATS:
            return self._image(suffix, dpi, transparent)
        only_for_images(suffix, dpi, transparent)
        if suffix == ".dot":
            return self.dot.encode()
        if suffix == ".svg":
            return self.svg.encode()
        return self._page().encode()

    def _image(self, suffix: str, dpi: float | None, transparent: bool) -> bytes:
        try:
            return image_of(self.svg, suffix, dpi, transparent)
        except MissingDependencyError:
            by_system = None if dpi or transparent else rendered_by_system(self.dot, suffix[1:])
            if by_system is None:
                raise
            return by_system

    def interactive(self) -> StepPage | GridPage:
        """The step-by-step page: the forward pass fills in the values, the backward pass the gradients, one
        box at a time; loops, of which a drawing shows one step unless it was asked, step by step.

        Raises:
            DrawingError: if nodes were summarised without being asked, so that there is no step for each.

        >>> from autograd_core import Value
        >>> from viz import draw
        >>> draw(Value(1.0) * 2 + 1).interactive()
        <StepPage: 2 steps forward, 3 steps backward>
        """
        played = self._played
        if played is None or played.story is None:
            raise DrawingError(
                "interactive() plays one box at a time, but this drawing shows groups of nodes: draw a "
                "smaller graph, choose the boxes with depth or collapse, or draw every node with force=True"
            )

        def lay_out(picture: Picture) -> str:
            return self.svg if picture is self.picture else Drawing(picture).svg

        return StepPage(played, lay_out, str(self if played is self.picture else Drawing(played)))

    def _page(self) -> str:
        if self._played is not None and self._played.story is not None:
            return self.interactive().html
        return static_page(self.picture, self.svg)

    def __str__(self) -> str:
        return as_text(self.picture, self._words)

    def __repr__(self) -> str:
        return f"<Drawing: {self.picture.counted}>"

    def _bundle(self) -> Bundle:
        return picture_bundle(self.svg, text_of(self))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """What Jupyter chooses from; where there is no picture, the DOT text is there for other programs."""
        bundle = super()._repr_mimebundle_(include, exclude)
        if "image/svg+xml" not in bundle:
            try:
                dot = self.dot
            except Exception as error:
                dot = f"{type(error).__name__}: {error}"
            bundle["text/plain"] += f"\n\n{dot}"
        return bundle


class GridDrawing(Drawing):
    """A drawing of tensors as grids of numbers, with the sum of one cell written out: the one that is
    highlighted, or one in the middle. ``picture`` and ``dot`` are the same computation as boxes.

    >>> from autograd_core import Tensor
    >>> from viz import draw
    >>> x, w = Tensor([1.0, -0.5], label="x"), Tensor([[2.0, 4.0]], requires_grad=True, label="w")
    >>> print(draw(w @ x, layout="grid"))
    matrix w (1, 2)
      2  4
    vector x (2,)
         1  −0.5
    <BLANKLINE>
    matrix product: product z (1,) from vector x and matrix w
    z₀ = 1 × 2 + (−0.5) × 4 = 0
    <BLANKLINE>
    backward through matrix product: matrix w
    ∂z/∂w₀ = 1 × 1 = 1
    ∂z/∂w₁ = 1 × (−0.5) = −0.5
    """

    formats = (*Drawing.formats, ".gif")

    def __init__(self, picture: Picture, teller: Teller, told: Told, whole: bool) -> None:
        super().__init__(picture)
        self._teller, self._told, self._whole = teller, told, whole

    @property
    def notes(self) -> tuple[str, ...]:
        notes = [f"no gradients: {self._teller.all.why}"] if self._teller.all.why else []
        if self._teller.write.differs_on_pages:
            notes.append('number_format: the page writes three digits, it knows formats such as ".2f" only')
        return tuple(notes)

    @cached_property
    def svg(self) -> str:
        """The grids as an SVG document, for light and dark pages."""
        return svg_of(self._sheet, self.picture.options["theme"])

    @cached_property
    def _sheet(self) -> Sheet:
        return sheet_of(self._teller, self._told, self._whole)

    def content(self, suffix: str, dpi: float | None = None, transparent: bool = False) -> bytes:
        if suffix == ".gif":
            only_for_images(suffix, dpi, transparent)
            return animated(self._teller, self._told, self.picture.options["theme"]).gif()
        return super().content(suffix, dpi, transparent)

    def _image(self, suffix: str, dpi: float | None, transparent: bool) -> bytes:
        return image_of(self.svg, suffix, dpi, transparent)

    def interactive(self) -> GridPage:
        """The page on which every cell can be chosen, forwards and backwards."""
        teller = Teller(self._teller.all) if self._teller.write.differs_on_pages else self._teller
        return GridPage(teller, self.picture.options["theme"], lambda: self.svg, lambda: str(self))

    def _page(self) -> str:
        return self.interactive().html

    def __str__(self) -> str:
        return grids_as_text(self._teller)

    def __repr__(self) -> str:
        grids = self._teller.all.grids
        cells = sum(grid.values.size for grid in grids)
        return f"<GridDrawing: {wording.counted(len(grids), 'grid')}, {wording.counted(cells, 'cell')}>"


@with_options
def draw(target: Any, *inputs: Any, **options: Unpack[Options]) -> Drawing:
    """Draw the computation of a number or an array, or of a function or module at example inputs.

    A network of several layers is drawn with a box for each call of a layer, its parameters beside it and
    the shapes on the arrows. Of anything else, or with ``layout="boxes"``, every node has a box: up to 150
    it shows operation, value and gradient, up to 400 it is small; a larger graph has one for each scope.
    The caption says what was summarised.
    Drawing changes nothing: gradients are computed for the picture and do not touch ``.grad``.

    Args:
        target: a node; a list, tuple, dictionary or array of nodes, nested, for several outputs; what
            :func:`autograd_core.lower` gave, as grids of numbers or, with ``layout="boxes"``, a box for each
            weight and an arrow for each use of it; or a function or module, which is called with ``inputs``.
            (A module in training mode updates its running statistics; call ``eval()`` first to prevent that.)
        inputs: the example inputs, or lists and dictionaries of them. Numbers, arrays and lists of
            numbers become Tensors, as in grad(); a model whose parameters are Values gets Values.
        options: those of :class:`viz.options.Options`.

    Raises:
        DtypeError: if the target is nothing that can be drawn, or a keyword of the wrong type.
        DomainError: for an unknown ``graph``, ``direction``, ``theme``, scope or node, or a format that is
            none.
        GraphError: for the backward graph, both, or the heat of something that has no gradient, and if no
            path leads from ``x`` to ``y``.

    >>> from autograd_core import Value, tanh
    >>> drawing = draw(lambda x: tanh(2 * x), 0.5)
    >>> [(box.name, box.operation, box.lines) for box in drawing.picture.boxes]
    [('x', '', ('0.5', 'grad 0.8399')), ('v₁', '2 ×', ('1.0', 'grad 0.42')),
     ('L', 'tanh', ('0.7616', 'grad 1.0'))]
    """
    asked = checked(options)
    lowered = isinstance(target, Lowered)
    usual = all(asked[option] == OPTIONS[option].default for option in _ONLY_BOXES)  # type: ignore[literal-required]
    note = ""
    if asked["layout"] == "grid" or (asked["layout"] == "auto" and lowered and usual):
        reading, name = read(tensor_of(target) if lowered else target, inputs)
        try:
            shown = grids_of(reading, wording.clean(str(asked["title"] or name), 120))
            if isinstance(target, Lowered):
                shown = shown.with_values(target.expanded)
            return _on_grids(reading, shown, asked)
        except TooLargeError as reason:
            note = f"drawn as boxes, grids have no room for this: {reason}"
    if not note or lowered:
        reading, name = read(target, inputs)
    title = wording.clean(str(asked["title"] or name), 120)
    picture = picture_of(reading, asked, title)
    picture = replace(picture, notes=(note, *picture.notes)) if note else picture
    words = () if lowered else _words_of(reading, asked)
    unfolded = None
    if asked["fold"] is None and picture.story is None:  # maybe for a loop, of which one step is drawn
        unfolded = picture_of(reading, asked | {"fold": False}, title)
    return Drawing(picture, words, unfolded)


def _words_of(reading: Reading, options: Options) -> list[str]:
    """What grids would say of single numbers, of graphs for which they have room."""
    if not any(node.op is not None and node.op.name in _WITH_WORDS for node in reading.order):
        return []
    try:
        return in_words(Teller(grids_of(reading), Numbers(options["number_format"])))
    except TooLargeError:
        return []


def _on_grids(reading: Reading, grids: Grids, options: Options) -> GridDrawing:
    teller = Teller(grids, Numbers(options["number_format"]))
    if not grids.stages:
        raise TooLargeError("nothing is computed here")
    told = chosen(teller, options["highlight"], options["graph"])
    whole = options["graph"] == "both" and options["highlight"] is None
    picture = picture_of(reading, options | {"highlight": None}, grids.title)
    return GridDrawing(picture, teller, told, whole)
