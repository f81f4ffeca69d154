"""The page that shows what ``digits.py`` has drawn."""

from __future__ import annotations

from pathlib import Path

FIGURES = [
    (
        "forward.svg",
        "The forward graph of one training step",
        "Each box is one call of a layer, with what follows it, its parameters beside it. The images flow "
        "down to the loss; on the arrows stand the shapes of what passes along.",
    ),
    (
        "backward.svg",
        "The backward graph of the same step",
        "The same boxes with the arrows turned round: the sweep carries the gradient of the loss up to every "
        "parameter; on the arrows stands how large it is.",
    ),
    (
        "convolution.svg",
        "A convolution is one set of weights, used again and again",
        "A kernel of the first layer, cut to 2×2, slides over 4×4 pixels. Each weight has one colour in all "
        "nine windows; its gradient is the sum over them.",
    ),
    ("loss.png", "Learning", "Loss and accuracy on the training images, epoch by epoch."),
    (
        "filters.png",
        "What the first layer looks for",
        "The thirty-two 5×5 kernels after training: blue weights respond to ink, dotted red ones to none.",
    ),
]

STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.5 Helvetica, Arial, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1b; background: #fff; }
figure { margin: 2.5rem 0; } figcaption { max-width: 42rem; }
h1, h2 { line-height: 1.2; } h2 { margin-bottom: .3rem; }
.picture { overflow: auto; max-height: 85vh; border: 1px solid #ccc; margin-top: .8rem; background: #fff; }
.picture img { display: block; margin: auto; max-width: 100%; } img.plot { width: 100%; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e8eb; background: #1b1f24; }
  .picture { border-color: #4a525c; background: none; }
}
"""


def write_page(path: Path, accuracy: float) -> None:
    """Write the page that shows the figures beside it."""
    parts = []
    for name, title, sentence in FIGURES:
        kind = ' class="plot"' if name.endswith(".png") else ""
        parts.append(
            f"<figure><h2>{title}</h2><figcaption>{sentence}</figcaption>"
            f'<div class="picture"><a href="{name}"><img{kind} src="{name}" alt="{title}"></a></div></figure>'
        )
    path.write_text(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Handwritten digits</title><style>{STYLE}</style></head><body>"
        "<h1>A network that reads digits, and how it learnt to</h1>"
        f"<p>A convolutional network, trained from nothing, reads <strong>{accuracy:.1%}</strong> of "
        f"digits it never saw.</p>{''.join(parts)}</body></html>\n",
        encoding="utf-8",
    )
