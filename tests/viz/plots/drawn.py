"""What stands in a plot: its lines by label, its texts, and whether all of it fits on the picture."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text


def given_axes(count=1):
    """Axes of a figure that pyplot does not know."""
    axes = Figure(layout="constrained").subplots(1, count)
    return axes if count == 1 else list(axes)


def lines(axes):
    """The x and y of each line, by its label."""
    return {
        line.get_label(): np.stack([np.asarray(data, float) for data in line.get_data()])
        for line in axes.get_lines()
    }


def texts(axes):
    """Every text that is seen in the axes."""
    return [text.get_text() for text in axes.findobj(Text) if text.get_visible() and text.get_text()]


def by_gid(axes, gid):
    """The artist that carries a name of its own."""
    (found,) = axes.findobj(lambda artist: artist.get_gid() == gid)
    return found


def cells(axes, title):
    """The numbers of a drawn matrix, by row and column."""
    start = f"{title} text "
    return {
        tuple(map(int, text.get_gid()[len(start) :].split())): text.get_text()
        for text in axes.texts
        if str(text.get_gid()).startswith(start)
    }


def fits(figure):
    """Whether no text is cut off at the edge of the picture."""
    figure.canvas.draw()
    whole = figure.bbox
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text() and text.axes is not None and _is_label(text):
            box = text.get_window_extent()
            if (
                box.x0 < whole.x0 - 1
                or box.x1 > whole.x1 + 1
                or box.y0 < whole.y0 - 1
                or box.y1 > whole.y1 + 1
            ):
                return False
    return True


def _is_label(text):
    axes = text.axes
    return text in (axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts)
