"""Module: a function with parameters, made of smaller ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Node, RemovableHandle, Tensor
from autograd_core.context import within
from autograd_core.errors import AutogradError, DtypeError
from autograd_core.hooks import settings
from autograd_core.spelling import hint, unfitting
from autograd_core.watching import note_change

from .errors import MissingPartError, ModuleError
from .hooks import Hook, ModuleHook, call_with_hooks
from .parameter import Parameter
from .warning import warn

if TYPE_CHECKING:
    from .scalars import ScalarModel

__all__ = ["IncompatibleKeys", "Module"]

Array = np.ndarray[Any, np.dtype[Any]]


class IncompatibleKeys(NamedTuple):
    """What :meth:`Module.load_state_dict` could not match."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """A function with parameters. Write a subclass: make the parts in ``__init__``, use them in ``forward``.

    Parameters and modules that are assigned as attributes are found by :meth:`parameters`. Calling
    the module calls ``forward`` in a scope that carries the module's name, so that drawings show its
    operations in a box, and an error says in which layer it happened.

    Raises:
        ModuleError: if ``super().__init__()`` was not called first, or there is no ``forward``.

    >>> import nn
    >>> class Line(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.slope = nn.Parameter([2.0])
    ...     def forward(self, x):
    ...         return self.slope * x
    >>> Line()(3.0)
    Tensor([6.], op=multiply)
    """

    training: bool
    _name = ""
    _printed: tuple[str, ...] = ()
    _scope = "Module"
    _buffer_names: set[str]
    _passing: frozenset[str] = frozenset()  # buffers that are no part of the state
    _hooks: dict[str, list[ModuleHook]] | None = None
    _reports_settings = True  # every attribute that is set or taken away is counted

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls._scope = cls.__name__

    def __new__(cls, *given: Any, **options: Any) -> Self:
        error = unfitting(cls.__name__, _signature_of(cls.__init__), (cls, *given), options)
        if error is not None:
            raise error
        return super().__new__(cls)

    def __reduce__(self) -> tuple[Any, ...]:
        return object.__new__, (type(self),), self.__dict__  # a copy is not made anew from options

    def __init__(self) -> None:
        self.__dict__["training"] = True
        self.__dict__["_buffer_names"] = set()

    def forward(self, *inputs: Any, **keywords: Any) -> Any:
        """What the module computes; every subclass writes its own."""
        kind = type(self).__name__
        raise ModuleError(f"{kind} has no forward(): write what it computes as 'def forward(self, x): ...'")

    def __call__(self, *inputs: Any, **keywords: Any) -> Any:
        if "training" not in self.__dict__:
            self._require_initialized()
        try:
            if self._hooks:
                hooked = (self, self._hooks, inputs, keywords)
                output = within(self._scope, call_with_hooks, hooked, {})
            else:
                output = within(self._scope, self.forward, inputs, keywords)
            if output is None:
                kind = type(self).__name__
                raise ModuleError(f"forward() of {kind} gave None: its last line is a 'return' of the result")
            return output
        except AutogradError as error:
            if error.args and not hasattr(error, "layer"):
                error.layer = self  # type: ignore[attr-defined]  # the innermost layer, told once
                described = type(self).__name__ if any(self.children()) else repr(self)
                place = f"{self._name}: {described}" if self._name else described
                error.args = (f"{place}: {error.args[0]}", *error.args[1:])
            raise

    # -- attributes -----------------------------------------------------------------------------

    def _require_initialized(self) -> None:
        if "training" not in self.__dict__:
            kind = type(self).__name__
            raise ModuleError(
                f"{kind}.__init__() has to call super().__init__() before anything else: "
                "without it the module cannot find its parameters"
            )

    if not TYPE_CHECKING:  # to a type checker a name that is misspelled stays one

        def __getattr__(self, name: str) -> Any:
            made = self._parametrization(name)
            if made is not None:
                return made()
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )

    def _parametrization(self, name: str) -> Any:
        """What computes the parameter of this name, None if nothing does (:mod:`nn.parametrizations`)."""
        held = self.__dict__.get("parametrizations")
        found = held.__dict__.get(name) if isinstance(held, Module) else None
        return found if isinstance(found, Module) else None

    def __setattr__(self, name: str, value: Any) -> None:
        self._require_initialized()
        if (made := self._parametrization(name)) is not None:
            made.assign(value)
            return
        if isinstance(value, Parameter):
            self._name_parameter(name, value)
            self._relabel_part(name, value)
        elif isinstance(value, Module):
            value._require_initialized()
            if not value._name:
                value._take_name(name)
            for path, parameter in value._found_parameters():
                self._relabel_part(f"{name}.{path}", parameter)
        elif isinstance(self.__dict__.get(name), Parameter) and value is not None:
            raise DtypeError(
                f"cannot assign a {type(value).__name__} to the parameter {name!r} of "
                f"{type(self).__name__}: change its numbers with {name}.data[...] = ..., "
                "or assign an nn.Parameter"
            )
        object.__setattr__(self, name, value)
        settings[0] += 1

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        settings[0] += 1

    def _take_name(self, name: str) -> None:
        self.__dict__["_name"] = name
        self.__dict__["_scope"] = f"{name}: {type(self).__name__}" if name.isdigit() else name

    def _move(self, old: str, new: str) -> None:
        """Be called by another name in the module that holds this one; so are the parameters."""
        if self._name == old:
            self._take_name(new)
        for path, parameter in self._found_parameters():
            outer, found, rest = f".{parameter.label}".rpartition(f".{old}.{path}")
            if found and not rest:
                parameter.label = f"{outer}.{new}.{path}"[1:]

    @staticmethod
    def _name_parameter(name: str, parameter: Parameter) -> None:
        if name == "bias" or name.startswith("bias_") or name.endswith("_bias"):
            parameter.is_bias = True

    def _relabel_part(self, path: str, parameter: Parameter) -> None:
        """Name a parameter by its path in this module, and in the one that holds this module already."""
        _relabel(parameter, path)
        if self._name:
            _relabel(parameter, f"{self._name}.{path}")

    def add_module(self, name: str, module: Module) -> None:
        """Register a module under a name that need not be an identifier (``"0"``)."""
        if not isinstance(module, Module):
            raise DtypeError(f"add_module({name!r}): needs a Module, got {module!r}")
        if not name or "." in name:
            raise ModuleError(f"add_module(): a name is not empty and has no dot, got {name!r}")
        setattr(self, name, module)

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """Register a parameter, or None where the module has none (``bias=False``)."""
        if parameter is not None and not isinstance(parameter, Parameter):
            raise DtypeError(f"register_parameter({name!r}): needs a Parameter or None, got {parameter!r}")
        setattr(self, name, parameter)

    def register_buffer(self, name: str, data: Any, persistent: bool = True) -> None:
        """Register an array that belongs to the module but is not learned (a running mean, say), or None
        where the module has none.

        Args:
            name: the attribute.
            data: the array.
            persistent: whether it is a part of the state, ``state_dict()``.
        """
        value = data.data if isinstance(data, Node) else data
        setattr(self, name, None if value is None else Tensor(value))
        self._buffer_names.add(name)
        self.__dict__["_passing"] = self._passing - {name} if persistent else self._passing | {name}

    # -- what it is made of ---------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules this one holds directly, with the names of their attributes; each once."""
        seen: set[Module] = set()
        for name, value in self.__dict__.items():
            if isinstance(value, Module) and value not in seen:
                seen.add(value)
                yield name, value

    def children(self) -> Iterator[Module]:
        """The modules this one holds directly."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """The module and all modules in it, outer before inner, with their paths; a shared one once, under
        its first, or under each if ``remove_duplicate`` is False.
        """
        seen: set[Module] = set()
        waiting: list[tuple[str, Module, Any]] = [(prefix, self, None)]
        while waiting:
            path, module, outer = waiting.pop()
            if module in (seen if remove_duplicate else _chain(outer)):
                continue
            seen.add(module)
            yield path, module
            above = None if remove_duplicate else (module, outer)
            inner = [
                (_join(path, name), child, above)
                for name, child in module.__dict__.items()
                if isinstance(child, Module)
            ]
            waiting.extend(reversed(inner))

    def modules(self) -> Iterator[Module]:
        """The module and all modules in it."""
        return (module for _, module in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their paths (``"conv1.weight"``); a shared one once, under its first, or under
        each if ``remove_duplicate`` is False.

        Modules and parameters in a plain list, tuple or dictionary are not found; a warning says so.
        """
        self._warn_of_hidden(recurse)
        return self._found_parameters(prefix, recurse, remove_duplicate)

    def _warn_of_hidden(self, recurse: bool) -> None:
        """Warn of modules and parameters that only a plain list, tuple or dictionary holds."""
        modules = dict(self.named_modules()) if recurse else {"": self}
        found: set[Any] | None = None
        for path, module in modules.items():
            for name, value in module.__dict__.items():
                if not isinstance(value, list | tuple | dict):
                    continue
                held = [
                    x
                    for x in (value.values() if isinstance(value, dict) else value)
                    if isinstance(x, Parameter) or (isinstance(x, Module) and any(x._found_parameters()))
                ]
                if held and found is None:
                    found = {*self.modules(), *(parameter for _, parameter in self._found_parameters())}
                if any(x not in (found or ()) for x in held):
                    of_modules = isinstance(held[0], Module)
                    kind = "Dict" if isinstance(value, dict) else "List"
                    remedy = (
                        f"write nn.Module{kind}(...)"
                        if of_modules
                        else f"write nn.Parameter{kind}(...), or assign each as an attribute of its own"
                    )
                    warn(
                        f"{type(self).__name__}: {_join(path, name)} is a plain {type(value).__name__}: the "
                        f"{'modules' if of_modules else 'parameters'} in it are not found, and never "
                        f"trained; {remedy}"
                    )

    def _found_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        seen: set[Parameter] = set()
        for path, module in self.named_modules(prefix, remove_duplicate) if recurse else [(prefix, self)]:
            for name, value in module.__dict__.items():
                if isinstance(value, Parameter) and not (remove_duplicate and value in seen):
                    seen.add(value)
                    yield _join(path, name), value

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters, as an optimiser takes them.

        >>> import nn
        >>> sum(p.size for p in nn.Linear(3, 2).parameters())
        8
        """
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The arrays registered with :meth:`register_buffer`, with their paths; a shared one once, under its
        first, or under each if ``remove_duplicate`` is False.
        """
        seen: set[Tensor] = set()
        for path, module in self.named_modules(prefix, remove_duplicate) if recurse else [(prefix, self)]:
            for name in module.__dict__:
                buffer = module._buffer(name)
                if buffer is not None and not (remove_duplicate and buffer in seen):
                    seen.add(buffer)
                    yield _join(path, name), buffer

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The arrays that are kept in the state but not learned.

        >>> import nn
        >>> [buffer.tolist() for buffer in nn.BatchNorm1d(2).buffers()]
        [[0.0, 0.0], [1.0, 1.0], 0]
        """
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The module at a path, ``"encoder.0"``; the module itself at ``""``.

        Raises:
            MissingPartError: if the path leads to no module.

        >>> import nn
        >>> nn.Sequential(nn.Sequential(nn.Linear(2, 1), nn.ReLU())).get_submodule("0.1")
        ReLU()
        """
        module = self
        names = target.split(".") if target else []
        for i, name in enumerate(names):
            module = module._part("module", Module, name, target, ".".join(names[:i]))
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path, ``"conv1.weight"``.

        Raises:
            MissingPartError: if the path leads to no parameter.

        >>> import nn
        >>> nn.Sequential(nn.Linear(2, 1)).get_parameter("0.bias").shape
        (1,)
        """
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._part("parameter", Parameter, name, target, path)  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path, ``"norm1.running_mean"``.

        Raises:
            MissingPartError: if the path leads to no buffer.

        >>> import nn
        >>> nn.Sequential(nn.BatchNorm1d(2)).get_buffer("0.running_var").tolist()
        [1.0, 1.0]
        """
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._part("buffer", Tensor, name, target, path)  # type: ignore[no-any-return]

    def _part(self, what: str, kind: type, name: str, target: str, path: str) -> Any:
        """What a path asks for by its next name, among the parts of this module."""
        known = {
            key: value
            for key, value in self.__dict__.items()
            if (self._buffer(key) is not None if what == "buffer" else isinstance(value, kind))
        }
        if name in known:
            return known[name]
        place = f"{type(self).__name__} at {path!r}" if path else type(self).__name__
        has = hint(name, known) or (f"; it has {', '.join(known)}" if known else f"; it has no {what}s")
        raise MissingPartError(f"{target!r}: {place} has no {what} {name!r}{has}")

    def _buffer(self, name: str) -> Tensor | None:
        return self.__dict__[name] if name in self._buffer_names else None

    # -- modes ----------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Switch the module and all in it to training (dropout drops); returns the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch the module and all in it to evaluation; returns the module."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for _, parameter in self._found_parameters():
            parameter.zero_grad()

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters (False) or let them learn again; returns the module."""
        for _, parameter in self._found_parameters():
            parameter.requires_grad = requires_grad
        return self

    def apply(self, function: Callable[[Module], Any]) -> Self:
        """Call ``function`` with every module, inner before outer; returns the module."""
        for module in reversed(list(self.modules())):
            function(module)
        return self

    def to(self, dtype: DTypeLike) -> Self:
        """Convert all floating-point parameters and buffers to a dtype, in place; returns the module.

        Gradients are forgotten. An optimiser is made after it, not before.

        Raises:
            DtypeError: for what is no dtype, or not one of floating-point numbers.

        >>> import nn
        >>> nn.Linear(2, 1).to("float32").weight.dtype
        dtype('float32')
        """
        try:
            wanted = np.dtype(dtype)
        except TypeError:
            raise DtypeError(
                f"{type(self).__name__}.to(): {dtype!r} is no dtype, give np.float32 or np.float64; "
                "there are no devices to move to"
            ) from None
        if wanted.kind != "f":
            raise DtypeError(f"{type(self).__name__}.to(): needs a floating-point dtype, got {wanted}")
        for node in (*(p for _, p in self._found_parameters()), *self.buffers()):
            if node._raw.dtype.kind == "f" and node._raw.dtype != wanted:
                node.data = node.data.astype(wanted)
                node.zero_grad()
        return self

    def float(self) -> Self:
        """Convert to float32; see :meth:`to`."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Convert to float64; see :meth:`to`."""
        return self.to(np.float64)

    def scalars(self) -> ScalarModel:
        """A copy of the model in single numbers: every weight a Value, called on numbers or Values.

        >>> import nn
        >>> nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).scalars()
        ScalarModel of Sequential with 13 weights
        """
        from .scalars import ScalarModel

        return ScalarModel(self)

    # -- hooks ----------------------------------------------------------------------------------

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, inputs)`` before forward; what it returns, if not None, are the inputs.

        Args:
            hook: the function.
            prepend: call it before those that are registered already, not after.
            with_kwargs: call ``hook(module, inputs, keywords)``; it returns None, or both.

        >>> import nn
        >>> def louder(module, inputs, keywords):
        ...     return inputs, {**keywords, "gain": 10.0}
        >>> class Scale(nn.Module):
        ...     def forward(self, x, gain=1.0):
        ...         return x * gain
        >>> scale = Scale()
        >>> handle = scale.register_forward_pre_hook(louder, with_kwargs=True)
        >>> scale(2.0), scale(2.0, gain=3.0)
        (20.0, 20.0)
        """
        return self._register("before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, inputs, output)`` after forward; what it returns, if not None, is the output.

        Args:
            hook: the function.
            prepend: call it before those that are registered already, not after.
            with_kwargs: call ``hook(module, inputs, keywords, output)``.

        >>> import nn
        >>> layer = nn.ReLU()
        >>> handle = layer.register_forward_hook(lambda module, inputs, output: print(output.tolist()))
        >>> _ = layer([-1.0, 2.0])
        [0.0, 2.0]
        >>> handle.remove()
        """
        return self._register("after", hook, prepend, with_kwargs)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_inputs, grad_outputs)`` when a sweep has come through the module.

        The gradients are tuples of arrays; None for an input that requires no gradient. The hook looks
        on: what it returns is not used. The module has to give one Tensor. To change a gradient, see
        :meth:`autograd_core.Node.register_hook`.

        Args:
            hook: the function.
            prepend: call it before those that are registered already, not after.
        """
        return self._register("backward", hook, prepend)

    def _register(
        self, when: str, hook: Hook, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        self._require_initialized()
        handle = ModuleHook(hook, with_kwargs)
        hooks = self._hooks or {"before": [], "after": [], "backward": []}
        kept = [other for other in hooks[when] if other.hook is not None]
        self._hooks = {**hooks, when: [handle, *kept] if prepend else [*kept, handle]}
        return handle

    # -- state ----------------------------------------------------------------------------------

    def _state(self) -> dict[str, Tensor]:
        """Every path to a parameter or buffer that is stored, in PyTorch's order; what is shared, also with
        the module that holds it, stands under each.
        """
        return {
            _join(path, name): value
            for path, module in self.named_modules(remove_duplicate=False)
            for wanted in (True, False)
            for name, value in module.__dict__.items()
            if isinstance(value, Parameter) is wanted
            and (wanted or (module._buffer(name) is not None and name not in module._passing))
        }

    def state_dict(self) -> dict[str, Array]:
        """Copies of all parameters and buffers by path: what ``np.savez(file, **state)`` stores.

        >>> import nn
        >>> {path: array.shape for path, array in nn.Linear(3, 2).state_dict().items()}
        {'weight': (2, 3), 'bias': (2,)}
        """
        return {path: node._raw.copy() for path, node in self._state().items()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy arrays (or tensors, PyTorch's too) into the parameters and buffers of the same paths.

        Args:
            state_dict: arrays by path; each takes the dtype of what it is loaded into.
            strict: False lets paths be missing or left over.

        Returns:
            The paths that were missing and those left over.

        Raises:
            ModuleError: if paths or shapes do not match. Nothing is loaded then.
            DtypeError: if the state is no mapping.
        """
        if not isinstance(state_dict, Mapping):
            raise DtypeError(
                f"load_state_dict() of {type(self).__name__}: needs arrays by path, got {state_dict!r}; "
                "read a file with nn.load(path), take a model's own with model.state_dict()"
            )
        own = self._state()
        given = {path: x.data if isinstance(x, Node) else np.asarray(x) for path, x in state_dict.items()}
        missing = [path for path in own if path not in given]
        unexpected = [path for path in given if path not in own]
        lines = []
        if strict:
            lines += [f"missing: {path}, shape {own[path].shape}" for path in missing]
            lines += [f"unexpected: {path}, shape {given[path].shape}" for path in unexpected]
        lines += [
            f"mismatched: {path} has shape {own[path].shape} here, {array.shape} in the state"
            for path, array in given.items()
            if path in own and own[path].shape != array.shape
        ]
        lines += [
            f"mismatched: {path} has dtype {array.dtype} in the state, which is no number"
            for path, array in given.items()
            if path in own and array.dtype.kind not in "fiub"
        ]
        if lines:
            raise ModuleError(
                "\n  ".join([f"load_state_dict() of {type(self).__name__}, nothing was loaded:", *lines])
            )
        for path, array in given.items():
            if path in own:
                own[path]._raw[...] = array
                note_change(own[path])
        return IncompatibleKeys(missing, unexpected)

    # -- display --------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """What stands between the parentheses when the module is printed: the options in ``_printed``, of a
        bias whether there is one.
        """
        options = {name: getattr(self, name) for name in self._printed}
        if "bias" in options:
            options["bias"] = options["bias"] is not None
        return ", ".join(f"{name}={value!r}" for name, value in options.items())

    def __repr__(self) -> str:
        lines = [self.extra_repr()] if self.extra_repr() else []
        single = not any(isinstance(value, Module) for value in self.__dict__.values())
        for name, value in self.__dict__.items():
            if isinstance(value, Module):
                lines.append(f"({name}): {value!r}".replace("\n", "\n  "))
        body = ", ".join(lines) if single else "\n  " + "\n  ".join(lines) + "\n"
        return f"{type(self).__name__}({body})"


@cache
def _signature_of(initialization: Any) -> inspect.Signature:
    """That of a class is the one of ``__new__`` in some versions of Python."""
    return inspect.signature(initialization)


def _chain(links: Any) -> Iterator[Module]:
    """The first, and then those of the rest, of ``(first, rest)``."""
    while links is not None:
        module, links = links
        yield module


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _relabel(parameter: Parameter, path: str) -> None:
    """Lengthen a label from the inside out: weight, conv1.weight, encoder.conv1.weight. A label that
    is no part of the path is the user's own, or another path of a shared parameter: it stays.
    """
    if not parameter.label or path.endswith("." + parameter.label):
        parameter.label = path
