"""Grids as plain text: each operation with the sums of its cells, as the page writes them."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_core.inspection.terminal import printable

from .numbers import Numbers
from .table import Grid
from .telling import Teller

MOST_LINES = 400
"""A longer text is cut in the middle."""
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
            names = " and ".join(grids.grids[g].title for g in stage.sources)
            lines += ["", f"{stage.title}: {_titled(grid)} from {names}"]
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
