"""Grids as plain text: each operation with the sums of its cells, as the page writes them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd_core.inspection.terminal import printable

from .numbers import Numbers
from .table import Grid, Stage
from .telling import Teller, Told, note

MOST_LINES = 400
"""A longer text is cut in the middle."""
_SAID = ("max", "min", "softmax", "log_softmax", "standardize")
"""What is said of single cells beside sums with weights and windows."""
_MOST_CELLS = 24
"""Of a grid with more cells, so many are written out."""
_MOST_MATRIX = 12
"""A matrix with more rows or columns is named by its shape alone."""


def as_text(teller: Teller) -> str:
    """The computation as lines, in characters that can be printed."""
    grids = teller.all
    lines = [grids.title] if grids.title else []
    made = {stage.output for stage in grids.stages}
    for g, grid in enumerate(grids.grids):
        if g not in made:
            lines += _matrix(grid, teller.write)
    for block in teller.blocks:
        stage, grid = grids.stages[block.stage], grids.grids[block.grid]
        if not block.backward:
            lines += ["", f"{stage.title}: {_titled(grid)} from {_sources(teller, stage)}"]
        else:
            lines += ["", f"backward through {stage.title}: {grid.title}"]
        size = grid.values.size
        lines += [teller.told(grid.start + i, block.backward).sentence for i in range(min(size, _MOST_CELLS))]
        if size > _MOST_CELLS:
            lines.append(f"… {size - _MOST_CELLS:,} more")
    if grids.why:
        lines += ["", f"no gradients: {grids.why}"]
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"… {len(lines) - 2 * half:,} more lines …", *lines[-half:]]
    return printable("\n".join(lines))


def in_words(teller: Teller) -> list[str]:
    """Of each sum, window, softmax and normalisation one cell: where its value comes from, and, of its
    weights or inputs, where the gradient of one comes from.
    """
    lines: list[str] = []
    for s, stage in enumerate(teller.all.stages):
        terms = int(np.bincount(stage.uses.out).max(initial=0))
        if not (stage.windows or stage.form in _SAID or (stage.weights and terms > 1)):
            continue
        output = teller.all.grids[stage.output]
        lines += ["", f"{stage.title}: {_titled(output)} from {_sources(teller, stage)}"]
        if not output.values.size:
            continue
        told = teller.forward(s, _middle(output))
        lines.append(f"  {told.sentence}")
        lines += [f"  {line}" for line in _used(teller, stage, told)]
        if len(lines) > MOST_LINES:
            return [*lines, "…"]
    return lines


def _middle(grid: Grid) -> int:
    """A cell in the middle of the first matrix of a grid."""
    shape = grid.shape
    place = [0] * (len(shape) - 2) + [n // 2 for n in shape[-2:]]
    return int(np.ravel_multi_index(place, shape)) if shape else 0


def _used(teller: Teller, stage: Stage, told: Told) -> Iterator[str]:
    """How often a cell is used that was met in a sum, and its gradient: a weight, or the winner."""
    met = [code for term in told.terms if term.state != "lost" for code in (term.by, term.source) if code > 0]
    paid = [code for code in met if teller.all.grids[teller.grid_of(code)].gradients is not None]
    if not paid:
        return
    code = paid[0]
    count = len(teller.uses(code))
    if count > 1:
        yield f"{teller.name(code)} is used {count} times: its gradient is the sum over its uses"
    yield teller.backward(code).sentence
    if stage.form in ("max", "min"):
        yield note(teller, stage, "in")


def _sources(teller: Teller, stage: Stage) -> str:
    return " and ".join(teller.all.grids[g].title for g in stage.sources)


def _matrix(grid: Grid, write: Numbers) -> Iterator[str]:
    """A leaf: its numbers, where it is a small matrix or several."""
    yield _titled(grid)
    if not grid.values.size:
        return
    rows = grid.values.reshape(-1, grid.shape[-1] if grid.shape else 1)
    if len(rows) > _MOST_MATRIX or rows.shape[1] > _MOST_MATRIX:
        return
    texts = [[write(x) for x in row] for row in rows.tolist()]
    width = max((len(text) for row in texts for text in row), default=0)
    for row in texts:
        yield "  " + "  ".join(f"{text:>{width}}" for text in row)


def _titled(grid: Grid) -> str:
    return f"{grid.title} {grid.shape}" if grid.shape else grid.title
