"""What a reader may ask of a drawing, in one table: :class:`Options`.

The signature and the documentation of ``viz.draw``, the type checker, the errors and the command line read
each option there.
"""

import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Annotated, Any, Literal, TypedDict, TypeVar, cast, get_args, get_origin, get_type_hints

from autograd_core import DomainError, DtypeError

from . import wording

MOST_DIGITS = 100
"""No box is wide enough for more; a double has 17 that mean anything."""

Check = Callable[[str, Any], None]
"""Refuses what an option cannot be, given its name and the value."""


def at_least(least: int) -> Check:
    """The check that a number is whole and large enough."""

    def check(name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise DtypeError(f"draw({name}={wording.quoted(value)}): {name} is a whole number")
        if value < least:
            raise DomainError(f"draw({name}={wording.quoted(value)}): {name} is at least {least}")

    return check


def writes_numbers(name: str, value: Any) -> None:
    """Refuse what does not say how to write a number; it is tried on one half."""
    wanted = f'{name} is a format for floats such as ".3g", or a function from a number to a text'
    if isinstance(value, str):
        if any(int(digits) > MOST_DIGITS for digits in re.findall(r"\d{1,4000}", value)):
            raise DomainError(
                f"draw({name}={wording.quoted(value)}): a number in a box has at most {MOST_DIGITS} digits; "
                f"{wanted}"
            )
        try:
            format(0.5, value)
        except ValueError as error:
            raise DomainError(f"draw({name}={wording.quoted(value)}): {error}; {wanted}") from None
    elif callable(value):
        text = value(0.5)
        if not isinstance(text, str):
            made = wording.described(text)
            raise DtypeError(f"draw({name}=...): the function made {made} from 0.5; {wanted}")
    else:
        raise DtypeError(f"draw({name}=...): got {wording.described(value)}; {wanted}")


class Options(TypedDict, total=False):
    """The options of :func:`viz.draw`: of each the type, the default, what it does, and a check of what is
    given in place of the default; where the type lists words, these are checked without one.
    """

    graph: Annotated[
        Literal["forward", "backward", "both"],
        "forward",
        """``"forward"``, or ``"backward"``: the same nodes with the arrows reversed, the gradients in the
        boxes, and beside each arrow what the gradient is multiplied by; or ``"both"``: every node once,
        solid arrows forwards with local derivatives, dashed ones backwards with the gradient that flows
        along them.""",
    ]
    layout: Annotated[
        Literal["auto", "boxes", "layers", "grid"],
        "auto",
        """``"boxes"`` and arrows; ``"layers"``, a box for each call of a layer, its parameters beside it and
        the shapes on the arrows; ``"grid"``, tensors as grids of numbers with the sum of one cell written
        out, which ``highlight`` chooses (``"k[0, 1]"``), its gradient with ``graph="backward"``, all windows
        of a small convolution with ``graph="both"``; or ``"auto"``, layers for a network of several, grids
        for lowered tensors that fit.""",
    ]
    direction: Annotated[
        Literal["LR", "RL", "TB", "BT"] | None,
        None,
        """``"LR"``, from left to right, ``"RL"``, ``"TB"``, from top to bottom, or ``"BT"``; when None
        layers are drawn from top to bottom, everything else from left to right.""",
    ]
    gradients: Annotated[bool, True, "show gradients in a forward graph, if its output is one single number."]
    collapse: Annotated[
        bool | str | Collection[str],
        False,
        """True to draw each scope as one box, at the outermost level that has several, or the names of the
        scopes to close (``"encoder"``, ``"encoder.layer1"``).""",
    ]
    depth: Annotated[
        int | None,
        None,
        """how many levels of scopes are open; deeper ones are drawn as one box each, with the shapes that
        enter and leave and the number of parameters.""",
        at_least(0),
    ]
    fold: Annotated[
        bool | None,
        None,
        """whether four or more consecutive scopes of the same structure are drawn as one, with their number
        (``×12``): when None those that are one box each, and open ones that use the same parameters, such as
        the steps of a loop; all when True.""",
    ]
    force: Annotated[
        bool, False, "draw every node, whatever the size. Above 3,000 there is the DOT text only."
    ]
    max_nodes: Annotated[
        int | None, None, "up to how many nodes each has a box, in place of 400.", at_least(1)
    ]
    number_format: Annotated[
        str | Callable[[float], str] | None,
        None,
        """how numbers are written, a format such as ``".3g"`` or a function from a float to a text; whole
        constants and labels stay as they are.""",
        writes_numbers,
    ]
    highlight: Annotated[
        Any,
        None,
        """what is to stand out, the rest being dimmed: a node or the name of one or of a scope, several of
        these in a list, or ``(x, y)`` for all paths from ``x`` to ``y``. Arrows between what is chosen
        stand out too, and all arrows of a single node.""",
    ]
    heat: Annotated[
        bool | Literal["gradient", "value"],
        False,
        """fill the boxes by the size of their gradients (True or ``"gradient"``) or values (``"value"``),
        on a logarithmic scale that is explained below.""",
    ]
    theme: Annotated[
        Literal["auto", "light", "dark", "print"],
        "auto",
        """``"auto"``, light or dark as the page that shows it, ``"light"``, ``"dark"``, or ``"print"``,
        black on white, told apart by shapes and dashes alone.""",
    ]
    legend: Annotated[bool, True, "explain the shapes and arrows below the drawing."]
    title: Annotated[str, "", "the caption; for a function or module its name."]


class Option:
    """One entry of the table.

    Attributes:
        type: what a type checker accepts.
        default: what it is where nothing is given.
        text: what it does.
        words: those that the type lists.
    """

    def __init__(self, annotated: Any) -> None:
        self.type, self.default, text, *self._checks = get_args(annotated)
        self.text = " ".join(text.split())
        self.words = _words(self.type)

    def check(self, name: str, value: Any) -> None:
        """Refuse what the option cannot be.

        Raises:
            DtypeError: for a value of the wrong type.
            DomainError: for another value that it cannot have, naming the nearest word.
        """
        if value is self.default or (isinstance(value, bool) and isinstance(self.default, bool)):
            return
        for check in self._checks:
            check(name, value)
        if self.words and value not in self.words:
            alike = [word for word in self.words if word.lower() == str(value).lower()]
            hint = wording.nearest(alike[0] if alike else str(value), self.words)
            *others, last = map(repr, self.words)
            listed = f"{', '.join(others)} or {last}"
            raise DomainError(f"draw({name}={wording.quoted(value)}): {name} is {listed}{hint}")


def _words(hint: Any) -> Sequence[str]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return [word for part in get_args(hint) for word in _words(part)]


OPTIONS = {name: Option(hint) for name, hint in get_type_hints(Options, include_extras=True).items()}
"""The entries of :class:`Options` by their names."""


def checked(given: Mapping[str, Any]) -> Options:
    """All options: those that are given, once they are checked, and the others by default.

    Raises:
        DtypeError: for a name that is no option, or a value of the wrong type.
        DomainError: for another value that an option cannot have.

    >>> checked({"heat": True})["theme"]
    'auto'
    """
    for name, value in given.items():
        if name not in OPTIONS:
            hint = wording.nearest(name, OPTIONS, f"; there are {', '.join(OPTIONS)}")
            raise DtypeError(f"draw({name}={wording.quoted(value)}): there is no option {name!r}{hint}")
        OPTIONS[name].check(name, value)
    return cast(Options, {name: given.get(name, option.default) for name, option in OPTIONS.items()})


_Function = TypeVar("_Function", bound=Callable[..., Any])


def with_options(function: _Function) -> _Function:
    """Write the options into the signature and the documentation of a function that takes them."""
    signature = inspect.signature(function)
    *parameters, keywords = signature.parameters.values()
    texts = []
    for name, option in OPTIONS.items():
        parameters.append(
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=option.type
            )
        )
        texts.append(textwrap.fill(f"{name}: {option.text}", 108, subsequent_indent="    "))
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    before, _, after = inspect.cleandoc(function.__doc__ or "").partition(f"    {keywords.name}: ")
    options = textwrap.indent("\n".join(texts), " " * 4)
    function.__doc__ = f"{before}{options}\n{after.partition(chr(10))[2]}"
    return function
