"""The options of optimisers and schedules: each stands once, with its check and its default, in the class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any, ClassVar, NamedTuple, dataclass_transform

from autograd_core.spelling import unfitting

__all__ = ["Configured", "option"]

_REQUIRED: Any = Parameter.empty


class Option(NamedTuple):
    """What an option has to be, and what it is when nothing is given."""

    check: Callable[..., None] | None
    details: tuple[Any, ...]
    default: Any
    kw_only: bool
    init: bool


def option(
    check: Callable[..., None] | None = None,
    *details: Any,
    default: Any = _REQUIRED,
    kw_only: bool = False,
    init: bool = True,
) -> Any:
    """An option of a :class:`Configured` class, one line of its body.

    Args:
        check: one of :mod:`nn.checks`, called with the class's name, the details and the option by its name.
        details: what the check needs besides. A default of None is not checked.
        default: what it is when it is not given; without one it has to be.
        kw_only: whether it is given by name only.
        init: False for an option that a subclass fixes to its default.
    """
    return Option(check, details, default, kw_only, init)


@dataclass_transform(field_specifiers=(option,))
class Configured:
    """A class that takes the options written in its body and in those of its bases, in this order."""

    _options: ClassVar[Mapping[str, Option]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Option)}
        for name in own:
            delattr(cls, name)  # it is an attribute of instances, if of anything
        cls._options = {**cls._options, **own}
        parameters = [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY if x.kw_only else Parameter.POSITIONAL_OR_KEYWORD,
                default=x.default,
            )
            for name, x in cls._options.items()
            if x.init
        ]
        cls.__signature__ = Signature(sorted(parameters, key=lambda p: (p.kind, p.default is not _REQUIRED)))  # type: ignore[attr-defined]

    def _given(self, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> dict[str, Any]:
        """All options by name: the arguments of a call, and the defaults of the others.

        Raises:
            TypeError: if the call does not fit the options.
        """
        signature: Signature = type(self).__signature__  # type: ignore[attr-defined]
        error = unfitting(type(self).__name__, signature, arguments, keywords)
        if error is not None:
            raise error
        given = signature.bind(*arguments, **keywords).arguments
        return {name: given.get(name, x.default) for name, x in self._options.items()}

    def _check(self, options: Mapping[str, Any]) -> None:
        """Check those of the options that are there."""
        for name, x in self._options.items():
            if x.check and name in options and not (options[name] is None is x.default):
                x.check(type(self).__name__, *x.details, **{name: options[name]})
