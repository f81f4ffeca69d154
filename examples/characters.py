"""Character by character: an LSTM reads the documentation of this library, and writes in its manner.

An LSTM and not a transformer: it reads a text of any length with a state of constant size, so that windows
of 32 characters are enough to learn from, and the next character costs one step. A window begins in the
state in which the one before it ended; gradients do not go back further (truncated backpropagation through
time, Williams and Peng, 1990). Prints a text that it writes, and draws itself in
``build/demo/characters.svg``; takes less than a minute.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F
import viz

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "docs/*.md", "docs/pages/*.md"]
OUT = Path("build/demo")
STREAMS, WINDOW, STEPS = 32, 32, 500


def documentation():
    """All pages, one after the other."""
    return "\n".join(path.read_text(encoding="utf-8") for page in PAGES for path in sorted(ROOT.glob(page)))


class Writer(nn.Module):
    """The next character, from those so far: its logits at every time, and the state behind the last."""

    def __init__(self, alphabet, hidden=160):
        super().__init__()
        self.alphabet = alphabet
        self.embed = nn.Embedding(len(alphabet), 32)
        self.rnn = nn.LSTM(32, hidden)
        self.head = nn.Linear(hidden, len(alphabet))

    def forward(self, characters, state=None):
        h, state = self.rnn(self.embed(characters), state)
        return self.head(h), state

    def numbers(self, text):
        return np.array([self.alphabet.index(character) for character in text])

    def loss(self, numbers, state=None):
        """The mean of -ln p of each character, given those before it, and the state behind the last."""
        logits, state = self(numbers[:-1], state)
        return F.cross_entropy(logits.reshape(-1, len(self.alphabet)), numbers[1:].ravel()), state


def streams(numbers):
    """The text cut into pieces of equal length that are read side by side, (time, STREAMS)."""
    length = len(numbers) // STREAMS
    return numbers[: length * STREAMS].reshape(STREAMS, length).T


def train(model, text, steps=STEPS):
    """Read the text over and over; say how many bits a character costs, also in a part that is not read."""
    cut = int(0.95 * len(text))
    read, kept = streams(model.numbers(text[:cut])), model.numbers(text[cut:])[:, None]
    optimizer = nn.Adam(model.parameters(), lr=0.01)
    schedule = nn.CosineAnnealingLR(optimizer, steps)
    place, state = 0, None
    for step in range(1, steps + 1):
        if place + WINDOW >= len(read):
            place, state = 0, None
        loss, state = model.loss(read[place : place + WINDOW + 1], state)
        state, place = tuple(part.detach() for part in state), place + WINDOW
        optimizer.zero_grad()
        loss.backward()
        nn.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % (steps // 6) == 0:
            with ac.no_grad():
                bits, unread = (x.item() / np.log(2) for x in (loss, model.loss(kept)[0]))
            print(f"step {step}: {bits:.2f} bits a character, {unread:.2f} where it was not read")


def written(model, start, length, temperature=0.6, generator=None):
    """A text that begins like this; a low temperature keeps to what is likely."""
    generator = generator or np.random.default_rng(0)
    text = start
    with ac.no_grad():
        logits, state = model(model.numbers(start)[:, None])
        while len(text) < length:
            p = F.softmax(logits[-1, 0] / temperature, dim=0).data.astype(float)
            text += generator.choice(list(model.alphabet), p=p / p.sum())
            logits, state = model(model.numbers(text[-1])[:, None], state)
    return text


def main():
    ac.set_default_dtype(np.float32)
    nn.seed(0)
    text = documentation()
    model = Writer("".join(sorted(set(text))))
    count = len(model.alphabet)
    print(
        f"{len(text):,} characters, {count} different ones: guessed at random {np.log2(count):.2f} bits each"
    )
    train(model, text)
    print(written(model, "The gradient ", 600))
    OUT.mkdir(parents=True, exist_ok=True)
    drawing = viz.draw(model, model.numbers("gradient")[:, None], title="eight characters")
    print(drawing.save(OUT / "characters.svg"))


if __name__ == "__main__":
    main()
