"""The pages of the reference: every public name once, in its room, by the file that defines it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

ROOMS = [
    "autograd_core",
    "autograd_core.structure",
    "autograd_core.linalg",
    "autograd_core.fft",
    "autograd_core.grading",
    "nn",
    "nn.functional",
    "nn.layers",
    "nn.init",
    "nn.optim",
    "nn.data",
    "nn.training",
    "nn.sklearn",
    "viz",
    "viz.plots",
]
"""A page for each. A name stands on the page of the last that has it, under the first name that it has."""


def public(room: ModuleType) -> dict[str, Any]:
    """What a room offers: functions, operations, classes."""
    names = getattr(room, "__all__", [name for name in dir(room) if name[0] != "_"])
    things = {name: getattr(room, name) for name in names}
    ours = ("autograd_core", "nn", "viz")
    return {
        name: thing
        for name, thing in things.items()
        if callable(thing) and str(getattr(thing, "__module__", "")).split(".")[0] in ours
    }


def files(room: str) -> Iterator[ModuleType]:
    """The files of a room and of the folders in it that have no page of their own, in alphabetical order."""
    package = importlib.import_module(room)
    for found in pkgutil.iter_modules(getattr(package, "__path__", []), room + "."):
        if found.name in ROOMS or found.name.endswith("__main__"):
            continue
        if found.ispkg:
            yield from files(found.name)
        else:
            yield importlib.import_module(found.name)


def placed() -> dict[str, dict[str, Any]]:
    """The things of each page by the full names under which they are used."""
    first: dict[int, str] = {}
    page: dict[int, str] = {}
    names: dict[str, Any] = {}
    for room in ROOMS:
        for name, thing in public(importlib.import_module(room)).items():
            if first.setdefault(id(thing), room) == room:  # two names in one room are two names
                names[f"{room}.{name}"] = thing
            if room.split(".")[0] == first[id(thing)].split(".")[0]:
                page[id(thing)] = room
    found: dict[str, dict[str, Any]] = {room: {} for room in ROOMS}
    for name, thing in names.items():
        found[page[id(thing)]][name] = thing
    return found


def described(name: str, thing: Any) -> list[str]:
    if isinstance(thing, type):
        exception = issubclass(thing, Exception)
        kind = "autoexception" if exception else "autoclass"
        return [f".. {kind}:: {name}", *([] if exception else ["   :members:"]), ""]
    return [f".. autofunction:: {name}", ""]


def headed(module: ModuleType) -> str:
    """The first sentence of what a file says about itself."""
    text = " ".join(inspect.cleandoc(module.__doc__ or "").split("\n\n")[0].split())
    return text.split(". ")[0].split(": ")[0].rstrip(".:").replace("``", "").replace("*", "\\*")


def written(room: str, things: dict[str, Any]) -> str:
    """One page, in reStructuredText as docstrings are."""
    lines = [room, "=" * len(room), "", f".. automodule:: {room}", "   :no-members:", ""]
    left = dict(things)
    for module in files(room):
        own = {name for name, thing in public(module).items()} if hasattr(module, "__all__") else set()
        here = {name: thing for name, thing in left.items() if name.rsplit(".", 1)[1] in own}
        if here:
            title = headed(module)
            lines += [title, "-" * len(title) * 2, ""]
        for name in here:
            lines += described(name, left.pop(name))
    if left and len(left) < len(things):
        lines += ["More", "----", ""]
    for name, thing in left.items():
        lines += described(name, thing)
    return "\n".join(lines) + "\n"


def reference() -> dict[str, str]:
    """The pages by their file names, and the page that lists them."""
    pages = {f"{room}.rst": written(room, things) for room, things in placed().items()}
    index = ["Reference", "=========", "", "Every public name, room by room.", ""]
    index += [".. toctree::", "   :maxdepth: 2", "", *(f"   {room}" for room in ROOMS), ""]
    return {**pages, "index.rst": "\n".join(index)}
