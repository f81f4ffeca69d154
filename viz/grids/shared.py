"""One picture for a slide: a kernel in colours, every window it is laid on, every gradient written out."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .layout import display_index, planes_of
from .scene import Item, Rectangle, Text, room_for
from .table import Stage
from .telling import Teller

WIDTH = 1240.0
MOST_WINDOWS, MOST_WEIGHTS, MOST_PIXELS = 9, 9, 25
"""A larger convolution has no room for all of its windows."""


def has_room(teller: Teller, stage: Stage) -> bool:
    """Whether a convolution of one channel is small enough to be shown at once."""
    grids = teller.all.grids
    if not (stage.windows and len(stage.weights) == 1 and grids[stage.output].gradients is not None):
        return False
    kernel, image, output = (grids[g] for g in (stage.weights[0], stage.sources[0], stage.output))
    fits = kernel.values.size <= MOST_WEIGHTS and output.values.size <= MOST_WINDOWS
    return fits and kernel.gradients is not None and stage.uses.source.size > 0 and (
        math.prod(planes_of(image.shape, stage.margin)) <= MOST_PIXELS and planes_of(image.shape)[0] == 1
        and planes_of(kernel.shape)[0] == 1
    )  # fmt: skip


def shared_weights(teller: Teller, stage: Stage) -> tuple[list[Item], float]:
    """The items of the picture, and its height."""
    grids = teller.all.grids
    kernel, output = grids[stage.weights[0]], grids[stage.output]
    count = output.values.size
    title = f"One kernel, {count} windows: the same colour is the same weight"
    items: list[Item] = [Text(26, 36, title, 22, bold=True)]
    items += _kernel(teller, stage)
    windows, below = _windows(teller, stage)
    items += windows
    sums, end = _sums(teller, stage)
    items += sums
    rows = planes_of(kernel.shape)[1]
    return items, max(below, end, 110 + 64 * rows + 60) + 12


def _kernel(teller: Teller, stage: Stage) -> Iterator[Item]:
    kernel = teller.all.grids[stage.weights[0]]
    assert kernel.gradients is not None, "asked before"
    _, rows, columns = planes_of(kernel.shape)
    side = min(86.0, 190 / columns)
    yield Text(26, 84, kernel.title, 17, bold=True)
    for j, (value, gradient) in enumerate(
        zip(kernel.values.tolist(), kernel.gradients.tolist(), strict=True)
    ):
        x, y = 26 + (side + 4) * (j % columns), 98 + (side + 4) * (j // columns)
        yield Rectangle(x, y, side, side, f"fill-{j}", f"line-{j}", 3, "", 8)
        middle = x + side / 2
        small = side / 86
        name = teller.name(kernel.start + j)
        yield Text(middle, y + 0.29 * side, name, max(11.0, 15 * small), anchor="middle")
        yield Text(
            middle, y + 0.6 * side, teller.write(value), max(13.0, 22 * small), anchor="middle", bold=True
        )
        size = room_for(teller.write(gradient), max(11.0, 16 * small), side - 6, True)
        yield Text(middle, y + 0.87 * side, teller.write(gradient), size, "gradient", "middle", True)
    y = 98 + (side + 4) * rows + 20
    yield Text(26, y, "In a weight: its value, below", 14, "quiet")
    yield Text(26, y + 19, f"it the gradient of {teller.all.output}.", 14, "quiet")


def _windows(teller: Teller, stage: Stage) -> tuple[list[Item], float]:
    grids = teller.all.grids
    image, kernel, output = grids[stage.sources[0]], grids[stage.weights[0]], grids[stage.output]
    assert output.gradients is not None, "asked before"
    _, rows, columns = planes_of(image.shape, stage.margin)
    count = output.values.size
    across = math.ceil(math.sqrt(count))
    left, top, room = 254.0, 98.0, 410.0
    cell = min(29.0, (room - 20 * (across - 1)) / (across * columns))
    items: list[Item] = [Text(left, 84, f"{count} windows on one {image.title}", 17, bold=True)]
    pixels = {display_index(image, i, stage.margin): v for i, v in enumerate(image.values.tolist())}
    below = top
    for q in range(count):
        ox, oy = left + (cell * columns + 20) * (q % across), top + (cell * rows + 44) * (q // across)
        met = stage.uses.out == q
        used = {}
        for source, by in zip(stage.uses.source[met].tolist(), stage.uses.by[met].tolist(), strict=True):
            at = -1 - source if source < 0 else display_index(image, source - image.start, stage.margin)
            used[at] = by - kernel.start
        for at in range(rows * columns):
            x, y, w = ox + cell * (at % columns), oy + cell * (at // columns), used.get(at)
            fill, line = ("panel", "faint") if w is None else (f"fill-{w}", f"line-{w}")
            dash = "2 3" if at not in pixels else ""
            items.append(
                Rectangle(x + 1, y + 1, cell - 2, cell - 2, fill, line, 1 if w is None else 2, dash, 3)
            )
            text = teller.write(pixels.get(at, 0.0), 2)
            size = room_for(text, 13.5, cell - 5)
            colour = "quiet" if w is None else "text"
            items.append(
                Text(x + cell / 2, y + cell / 2 + 0.36 * size, text, size, colour, "middle", w is not None)
            )
        low = oy + cell * rows
        name = teller.name(output.start + q)
        told, delta = f"{name} = {teller.write(output.values[q])}", f"δ {teller.write(output.gradients[q])}"
        wide = cell * columns
        size = room_for(told + delta, 14, wide + 8, True)
        items.append(Text(ox + 1, low + 19, told, size, bold=True))
        items.append(Text(ox + wide, low + 19, delta, size, "gradient", "end", True))
        below = low + 30
    return items, below


def _sums(teller: Teller, stage: Stage) -> tuple[list[Item], float]:
    kernel = teller.all.grids[stage.weights[0]]
    left, y, width = 700.0, 98.0, WIDTH - 700 - 26
    items: list[Item] = [
        Text(left, 84, "one gradient for each weight, one term for each window", 17, bold=True)
    ]
    for j in range(kernel.values.size):
        told = teller.backward(kernel.start + j)
        over = f"{told.lead} = Σ δ · (pixel under {teller.name(kernel.start + j)} in its window)"
        lines, line = ([over], "=") if kernel.values.size <= 4 else ([], f"{told.lead} =")
        for i, term in enumerate(told.terms):
            part = f"{' +' * (i > 0)} {term.numbers}"
            if len(line) + len(part) > 62:
                lines.append(line)
                line = "   "
            line += part
        total = f" {told.equals} {told.written}"
        lines.append(line + total)
        high = 14 + 21 * len(lines)
        items.append(Rectangle(left, y, width, high, f"fill-{j}", f"line-{j}", 2, "", 8))
        for k, text in enumerate(lines):
            items.append(Text(left + 12, y + 22 + 21 * k, text, 14.5, bold=text == over))
        y += high + 8
    return items, y
