"""Files as they come back from a bad disk, a broken download or an enemy."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Damage = Callable[[random.Random, bytes], bytes]

# what a header may claim: nothing, too little, too much, and what a careless reader counts in
HOSTILE = [b"0", b"-1", b"1", b"7", b"99999999", b"4294967295", b"9223372036854775807", b"79164837199872", b"1e9",
           b"true", b"null", b'"x"', b"[]", b"{}", b"[[[[[[[[", b"(" * 200, b"1e400", b"NaN"]  # fmt: skip
WORDS = [b"<f8", b"|O", b"<U9", b"|V8", b"<c16", b"F64", b"BF16", b"C64", b"bfloat", b"True", b"None", b"\0", b"\xff\xfe",
         b"PK\x03\x04", b"__array__", b"../../x", b"\n", b"'", b'"']  # fmt: skip


def flipped(draw: random.Random, content: bytes) -> bytes:
    """Single bits, most of them where the headers are."""
    damaged = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 8, 64))):
        reach = draw.choice((16, 128, 1024, len(damaged)))
        place = draw.randrange(min(reach, len(damaged)))
        if draw.random() < 0.3:
            place = len(damaged) - 1 - place
        damaged[place] ^= 1 << draw.randrange(8)
    return bytes(damaged)


def cut(draw: random.Random, content: bytes) -> bytes:
    """The beginning, the end, or all but a stretch in the middle."""
    first, last = sorted((draw.randrange(len(content) + 1), draw.randrange(len(content) + 1)))
    return draw.choice(
        (content[:first], content[last:], content[:first] + content[last:], content + content[:first])
    )


def hostile(draw: random.Random, content: bytes) -> bytes:
    """Numbers and words of the text replaced, and fields of 2, 4 and 8 bytes filled with extremes."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        kind = draw.randrange(3)
        numbers = list(re.finditer(rb"\d+", content[:4096]))
        words = list(re.finditer(rb"[A-Za-z<|_]{2,}\d*", content[:4096]))
        if kind == 0 and numbers:
            found, new = draw.choice(numbers), draw.choice(HOSTILE)
        elif kind == 1 and words:
            found, new = draw.choice(words), draw.choice(WORDS)
        else:
            width = draw.choice((1, 2, 4, 8))
            place = draw.randrange(min(len(content), draw.choice((16, 64, 512, len(content) or 1))) or 1)
            new = draw.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * width
            content = content[:place] + new + content[place + width :]
            continue
        content = content[: found.start()] + new + content[found.end() :]
    return content


DAMAGES: dict[str, Damage] = {"flipped": flipped, "cut": cut, "hostile": hostile}
