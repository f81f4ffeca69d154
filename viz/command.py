"""The command line: ``python -m viz "tanh(w*x+b)" --at w=-3,x=2,b=6.9 --out graph.svg``."""

from __future__ import annotations

import argparse
import ast
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, get_args

from autograd_core import AutogradError, DomainError, Tensor, lower

from .drawing import Drawing, draw
from .expressions import FUNCTIONS, evaluate
from .live_pages.page import live
from .options import OPTIONS, Option

_AFTER = f"""\
A formula is made of names, numbers, pi, + - * / ** @ ( ) and these functions:
{" ".join(sorted(FUNCTIONS))}

  python -m viz "tanh(w*x+b)" --at w=-3,x=2,b=6.9                   a table in the terminal
  python -m viz "tanh(w*x+b)" --at w=-3,x=2,b=6.9 --out graph.svg   a picture
  python -m viz "tanh(w*x+b)" --at w=-3,x=2,b=6.9 --out step.html   a page to step through
  python -m viz "tanh(w*x+b)" --at w=-3,x=2,b=6.9 --live --out live.html   a page with sliders
  python -m viz "tanh(w*x+b)" --at w=-3,x=2,b=6.9 --both --theme print --out both.svg
  python -m viz "sum(tanh(W @ x))" --at "W=[[1,2],[3,4]],x=[0.1,-0.2]" --lower --out numbers.svg
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw a formula with its gradients, as the command line says.

    Returns:
        The exit status: 0, or 2 when something was wrong, which has then been said on stderr.

    >>> main(["w * x", "--at", "w=3,x=2"])
    w * x
    w  (input)  3.0  grad 2.0
    x  (input)  2.0  grad 3.0
    L = w × x   6.0  grad 1.0
    0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0].startswith("-") and not given[0].startswith("--") and given[0] != "-h":
        given = [*given[1:], "--", given[0]]  # a formula that begins with a minus sign
    options = _parser().parse_args(given)
    try:
        y = evaluate(options.formula, _values(options.at))
        asked: Any = {name: value for name, value in vars(options).items() if name in OPTIONS}
        if options.live:
            _deliver_live(y, {"title": options.formula} | asked, options.out)
            return 0
        drawing = draw(
            lower(y) if options.lower and isinstance(y, Tensor) else y, **{"title": options.formula} | asked
        )
        _deliver(drawing, options)
    except (AutogradError, OSError) as error:
        print(f"viz: {error}", file=sys.stderr)
        return 2
    return 0


def _deliver(drawing: Drawing, options: argparse.Namespace) -> None:
    suffix = ".html" if options.html else ".dot" if options.dot else ""
    if options.out is not None:
        path = drawing.save(options.out, suffix=suffix or None)
        print(f"{path}: {drawing!r}")
    elif suffix:
        sys.stdout.write(drawing.content(suffix).decode())
    else:
        print(drawing)


def _deliver_live(y: Any, asked: dict[str, Any], out: str | None) -> None:
    for name in asked:
        if name not in ("title", "theme"):
            raise DomainError(f"--live takes --title and --theme, not --{name.replace('_', '-')}")
    page = live(y, **asked)
    if out is None:
        sys.stdout.write(page.html)
    else:
        print(f"{page.save(out)}: {page!r}")


def _values(texts: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in _parts(",".join(texts)):
        if not part.strip():
            continue
        name, equals, text = (x.strip() for x in part.partition("="))
        name = unicodedata.normalize("NFKC", name)  # as Python reads the names in a formula
        if not equals or not name.isidentifier():
            raise DomainError(f"--at {part.strip()}: values are written name=number, with commas between")
        try:
            value = ast.literal_eval(text) if text.startswith("[") else float(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            kind = "list of numbers" if text.startswith("[") else "number"
            raise DomainError(f"--at {part.strip()}: {text!r} is not a {kind}") from None
        if name in values:
            raise DomainError(f"--at gives {name} two values, {values[name]} and {value}")
        values[name] = value
    return values


def _parts(text: str) -> list[str]:
    """The text split at its commas, but for those in brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m viz",
        description="Draw a formula as a computation graph, with the gradient of its result in every box.",
        epilog=_AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("formula", help='such as "tanh(w*x+b)"')
    parser.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="NAME=NUMBER,...",
        help="the value of each name; lists of numbers in brackets are arrays",
    )
    parser.add_argument(
        "--out", metavar="FILE", help="write to FILE: .svg, .html, .dot, .png, .pdf or, of grids, .gif"
    )
    parser.add_argument("--lower", action="store_true", help="draw arrays number by number")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--html", action="store_true", help="write the step-by-step page")
    form.add_argument("--live", action="store_true", help="write the live page, where inputs have sliders")
    form.add_argument("--dot", action="store_true", help="write the DOT text for Graphviz")
    asked = parser.add_argument_group("what is drawn, and how")
    passes = asked.add_mutually_exclusive_group()
    for graph in ("backward", "both"):
        passes.add_argument(
            f"--{graph}", dest="graph", action="store_const", const=graph, default=argparse.SUPPRESS,
            help=f"the same as --graph {graph}",
        )  # fmt: skip
    for name, option in OPTIONS.items():
        _add_flag(asked, name, option)
    return parser


def _add_flag(group: Any, name: str, option: Option) -> None:
    """Let the command line take an option of ``draw``; where it is not given, ``draw`` has its default."""
    flag, kinds = name.replace("_", "-"), get_args(option.type) or (option.type,)
    how: dict[str, Any] = {"help": option.text.replace("`", "").replace("%", "%%")}
    if option.default is True:
        flag = f"no-{flag}"
        how = {"action": "store_false", "help": f"do not {how['help']}"}
    elif bool in kinds:
        how["action"] = "store_true"
    elif option.words:
        how["choices"] = option.words
    else:
        how |= {"type": int, "metavar": "N"} if int in kinds else {"metavar": "TEXT"}
    group.add_argument(f"--{flag}", dest=name, default=argparse.SUPPRESS, **how)
