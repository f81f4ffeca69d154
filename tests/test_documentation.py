"""The documentation keeps the letters of its formulas, and every public function shows how it is called."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.reference import ROOMS

ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd_core", "nn", "viz")
NAMED = [
    "exp",
    "ln",
    "log",
    "max",
    "min",
    "sin",
    "cos",
    "tanh",
    "sign",
    "abs",
    "sqrt",
    "sum",
    "mean",
    "sigmoid",
    "softmax",
    "softplus",
]


def documented() -> Iterator[tuple[str, str, set[str]]]:
    """Where a docstring stands, the docstring, and the names of the parameters it may speak of."""
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Module) and ast.get_docstring(node):
                function = next(
                    (inner for inner in node.body if getattr(inner, "name", "") == "__init__"), node
                )
                names = {item.arg for item in ast.walk(function) if isinstance(item, ast.arg)}
                place = f"{path.relative_to(ROOT)}:{node.body[0].lineno}"
                yield place, ast.get_docstring(node) or "", names


def broken_letter(docstring: str, parameters: set[str]) -> str | None:
    """The letter or word with which a formula begins, if it is a capital and its formula says otherwise."""
    sentence = re.split(r"[:;](?!func|class|meth)|\.(?!\d)|\n\n", docstring)[0]
    first = re.match(r"(D[A-Z]|[A-Z][a-z]*)\d*(?![A-Za-z_-])", sentence)
    if first is None:
        return None
    word, rest = first[1], sentence[first.end() :]
    small = word.lower()
    if len(word) > 1:
        formula = re.match(r" (?:\(.*[-+*/]|[-+*/=<])", rest)
        called = small in NAMED and re.match(r"\(| Σ| \|", rest)
        differential = word[1].isupper() and rest.startswith(" =")
        return word if called or differential or (formula and small in parameters) else None
    if word == "A" and re.match(r" \w", rest):
        return None  # the article
    others = re.findall(r"(?<![A-Za-z])[A-Za-z](?=[n\d]?(?![A-Za-z]))", rest)
    if any(letter.isupper() for letter in others):  # capitals are this formula's letters, if all are
        return word if small in parameters and any(letter.islower() for letter in others) else None
    broken = small in parameters or small in others or re.match(r"\[| [a-z(]", rest)
    return word if broken else None


def test_a_formula_begins_with_its_own_letter():
    found = [f"{place}: {text[:60]}" for place, text, names in documented() if broken_letter(text, names)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("docstring", "parameters"),
    [
        ("B a^(b-1), and 0 where b = 0.", {"a", "b"}),
        ("X where positive, ``slope`` times x elsewhere.", {"input"}),
        ("X between the bounds.", {"x"}),
        ("X Wᵀ + b: rows of ``x`` times rows of ``weight``.", {"x", "weight", "bias"}),
        ("W1 x1 + ... + wn xn + b.", {"w1"}),
        ("A / length, and 0 at the tip.", {"a"}),
        ("Y[n, f, o] = Σ x[n, s o] w[f]", {"x", "w"}),
        ("Ln(1 + exp(x)).", {"input"}),
        ("DX = A⁻¹ (dB - dA X)", {"a", "b"}),
        ("D² / 2β where the difference d is below β.", {"beta"}),
        ("E to the power of x.", {"x"}),
        ("Height (exp(x) - 1) for x up to 0.", {"height"}),
    ],
)
def test_a_capital_that_a_formula_does_not_have_is_found(docstring, parameters):
    assert broken_letter(docstring, parameters)
    assert not broken_letter(docstring[0].lower() + docstring[1:], parameters)


@pytest.mark.parametrize(
    ("docstring", "parameters"),
    [
        ("Y[o, y] = Σ W[o, m] X[s y + m].", {"x", "weight"}),
        ("G Bᵀ", {"g", "a", "b"}),
        ("A node, as it is.", {"a"}),
        ("Shift along ``axis``.", {"shift"}),
        ("N(0, std²).", {"std"}),
        ("Sum a cotangent over the axes.", {"a"}),
    ],
)
def test_a_capital_of_the_formula_itself_is_none_of_those(docstring, parameters):
    assert not broken_letter(docstring, parameters)


# -- what is public


def public() -> dict[str, dict[str, Any]]:
    """Functions, operations and classes of each room, by their names; what two have stands with the first."""
    seen: set[int] = set()
    found: dict[str, dict[str, Any]] = {}
    for name in ROOMS:
        room = importlib.import_module(name)
        members = {member: getattr(room, member) for member in getattr(room, "__all__", dir(room))}
        found[name] = {
            member: thing
            for member, thing in members.items()
            if callable(thing) and member[0] != "_" and not inspect.ismodule(thing) and id(thing) not in seen
        }
        seen |= {id(thing) for thing in members.values()}
    return found


PUBLIC = public()


def is_record_or_error(thing: Any) -> bool:
    """Records that functions return and what is only raised owe no example."""
    return isinstance(thing, type) and issubclass(thing, BaseException | tuple)


def raised(thing: Any) -> set[str]:
    """The errors that the function itself raises, or the class when one is made, by their names."""
    makers = ("__new__", "__init__", "__post_init__")
    bodies = (
        [vars(thing)[name] for name in makers if name in vars(thing)] if isinstance(thing, type) else [thing]
    )
    found = set()
    for body in bodies:
        if inspect.isfunction(body) and body.__code__.co_filename.startswith(str(ROOT)):
            function = ast.parse(textwrap.dedent(inspect.getsource(body))).body[0]
            found |= {ast.unparse(error).rpartition(".")[2] for error in _errors(function)}
    return found


def _errors(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) and child.exc is not None:
            yield child.exc.func if isinstance(child.exc, ast.Call) else child.exc
        elif not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from _errors(child)


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_public_says_in_a_sentence_what_it_is_and_shows_how_it_is_called(room):
    silent = [
        member
        for member, thing in PUBLIC[room].items()
        if not (thing.__doc__ or "").strip()
        or thing.__doc__ == type(thing).__doc__  # an operation has more to say than what kind it is of
        or (">>> " not in thing.__doc__ and not is_record_or_error(thing))
    ]
    assert not silent


@pytest.mark.parametrize("room", ROOMS)
def test_the_errors_that_a_function_raises_itself_stand_in_its_docstring(room):
    untold = {
        member: errors
        for member, thing in PUBLIC[room].items()
        if (errors := raised(thing) - set(re.findall(r"\w+", (thing.__doc__ or "").partition("Raises:")[2])))
    }
    assert not untold


def test_the_text_speaks_of_the_project_only():
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    files += [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]
    private = re.compile(r"\bissues?\b|\bTODO\b|\bFIXME\b|\bXXX\b|/work/", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if private.search(line)
    ]
    assert not found, "\n".join(found)
