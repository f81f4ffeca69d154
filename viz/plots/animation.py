"""Pictures one after the other: a page with buttons that needs no network, or a GIF."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from html import escape
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core import DomainError

from ..output.files import save
from ..output.notebook import Bundle, Shown, live_bundle, png_image
from ..output.page import KEYS, SAID, asset, controls, document, played
from ..wording import counted
from .canvas import load

MOST_FRAMES = 150
"""More of them make a page too large to send, and take minutes to draw."""
_COLOURS = 64
_DOTS_PER_INCH = 110
_animations = count(1)


class Animation(Shown):
    """Frames and a sentence for each: ``html``, ``save``, and itself in a notebook.

    It does not start by itself. The page has buttons and keys, stops at the end and reads each sentence
    out to screen readers; nothing moves between two frames.

    Args:
        title: of the page.
        draw: draws a frame, by its number, into axes.
        sentences: what each frame shows, in words.
        size: of a frame in inches.

    Raises:
        DomainError: for more than 150 frames.

    >>> def draw(ax, frame):
    ...     ax.bar([0, 1], [frame, 2 - frame])
    >>> Animation("two bars", draw, ["only the right one", "both alike"], size=(3, 2))
    <Animation: two bars, 2 frames>
    """

    def __init__(
        self,
        title: str,
        draw: Callable[[Any, int], None],
        sentences: Sequence[str],
        size: tuple[float, float],
    ) -> None:
        if len(sentences) > MOST_FRAMES:
            raise DomainError(
                f"animation of {len(sentences)} frames: at most {MOST_FRAMES} are drawn; take a larger "
                "stride or a part of the image"
            )
        self.title, self._draw, self._size = title, draw, size
        self.sentences = list(sentences)
        self._number = next(_animations)

    def __len__(self) -> int:
        return len(self.sentences)

    @cached_property
    def _frames(self) -> list[Any]:
        """The pictures, in few colours."""
        return [self._picture(i) for i in range(len(self))]

    def _picture(self, frame: int) -> Any:
        image = load("PIL.Image", "animation")
        figure = load("matplotlib.figure", "animation").Figure(
            figsize=self._size, dpi=_DOTS_PER_INCH, facecolor="white"
        )
        canvas = load("matplotlib.backends.backend_agg", "animation").FigureCanvasAgg(figure)
        self._draw(figure.add_axes((0, 0, 1, 1)), frame)
        canvas.draw()
        picture = image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
        return picture.quantize(_COLOURS, dither=image.Dither.NONE)

    def _png(self, frame: int) -> bytes:
        held = BytesIO()
        self._frames[frame].save(held, format="png")
        return held.getvalue()

    @cached_property
    def html(self) -> str:
        """The page. Its policy allows the script in it and nothing else: no network, no other code."""
        pngs = [base64.b64encode(self._png(i)).decode() for i in range(len(self))]
        pictures = [f"data:image/png;base64,{png}" for png in pngs]
        body = (
            f"<h1>{escape(self.title)}</h1>\n{controls(('Play', 'Back', 'Step'), 4)}"
            f'<img id="picture" src="{pictures[0]}" alt="{escape(self.sentences[0])}">\n'
            f'{SAID}<p class="keys">{KEYS}</p>\n'
        )
        style, script = asset("animation.css", __package__), played(asset("animation.js", __package__))
        frames = {"pictures": pictures, "sentences": self.sentences}
        return document(self.title, "auto", style, body, script=script, frames=frames)

    def gif(self, seconds: float = 1.0, *, loop: bool = True) -> bytes:
        """The frames as an animated GIF; the last one stays twice as long.

        Args:
            seconds: how long a frame stays, at least a fiftieth.
            loop: whether it begins again at the end.

        Raises:
            DomainError: for shorter times.
        """
        if not 0.02 <= seconds < 600:
            raise DomainError(f"gif(): a frame stays from 0.02 to 600 seconds, got {seconds}")
        held = BytesIO()
        times = [round(1000 * seconds)] * (len(self) - 1) + [round(2000 * seconds)]
        again = {"loop": 0} if loop else {}
        first, *rest = self._frames
        first.save(held, format="gif", save_all=True, append_images=rest, duration=times, disposal=1, **again)
        return held.getvalue()

    def save(self, path: str | os.PathLike[str], *, seconds: float = 1.0, loop: bool = True) -> Path:
        """Write an .html page or a .gif, whole or not at all.

        Args:
            path: where to.
            seconds: how long a frame of a GIF stays.
            loop: whether a GIF begins again at the end.

        Raises:
            DtypeError: if the path is no path.
            DomainError: if the name ends in neither, or for a bad time.
            OSError: if the file cannot be written.
        """
        return save(
            path, {".html", ".htm", ".gif"}, "an animation is an .html or a .gif file",
            lambda suffix: self.gif(seconds, loop=loop) if suffix == ".gif" else self.html.encode(),
        )  # fmt: skip

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def __repr__(self) -> str:
        return f"<Animation: {self.title}, {counted(len(self), 'frame')}>"

    def _bundle(self) -> Bundle:
        text = str(self)
        name = f"a-{hashlib.sha256(text.encode()).hexdigest()[:8]}-{self._number}"
        height = self._size[1] / self._size[0] * min(900, 96 * self._size[0]) + 240
        image = png_image(self._png(len(self) - 1), text)
        return live_bundle(self.html, image, text, name, f"{self.title}, step by step", height)
