"""How much is drawn at random, and from which seed."""

from __future__ import annotations

import os
import random


def amount_and_seed(few: int) -> tuple[int, int]:
    """``few`` from the same seed every time in the ordinary suite; ``FUZZ_EXAMPLES`` from a new one, which tests
    print, and which ``FUZZ_SEED`` repeats.
    """
    many = int(os.environ.get("FUZZ_EXAMPLES", few))
    new = random.SystemRandom().randrange(1, 2**32) if many > few else 1
    return many, int(os.environ.get("FUZZ_SEED", new))
