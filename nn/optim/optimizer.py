"""What all optimisers share, so that each of them is its formula: groups, memory, decay, state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import InitVar, dataclass
from typing import Any, ClassVar

import numpy as np

from autograd_core import Tensor
from autograd_core.context import at_every_run
from autograd_core.errors import DomainError, ShapeError

from .fading import EVERY, clear_faded
from .flat import FlatParameters
from .groups import Group, is_bias, made_groups
from .options import Configured, option

__all__ = ["Optimizer", "Piece"]

Array = np.ndarray[Any, np.dtype[Any]]
Parameters = Iterable[Tensor] | Iterable[Mapping[str, Any]]


@dataclass(slots=True)
class Piece:
    """Neighbouring numbers that are treated alike: one-dimensional views of equal length, in the cache.

    Attributes:
        data: the parameters, to be changed in place.
        gradient: the gradients; free to be overwritten.
        scratch: room for whatever the formula needs.
        kept: the arrays that live on between steps, by name.
        numbers: what is kept beside them, ``"step"`` (1 in the first step) at least.

    >>> import numpy as np
    >>> piece = Piece(np.ones(2), np.array([4.0, 8.0]), np.empty(2), {"mean": np.zeros(2)}, {"step": 1})
    >>> piece.move_average("mean", piece.gradient, keep=0.75)
    array([1., 2.])
    """

    data: Array
    gradient: Array
    scratch: Array
    kept: dict[str, Array]
    numbers: dict[str, float]

    def move_average(self, name: str, new: Array, keep: float) -> Array:
        """M <- β M + (1 - β) x in place, with ``keep`` for β; x may be ``scratch``. Returns M."""
        average = self.kept[name]
        average *= keep
        average += np.multiply(new, 1 - keep, out=self.scratch)
        return average


@dataclass(slots=True)
class Run:
    """Pieces of parameters that are treated alike; the numbers belong to all of them together."""

    decay: float
    numbers: dict[str, float]
    pieces: list[Piece]


class Optimizer(Configured):
    """Base of all optimisers. A subclass lists its options, says what it keeps and writes its formula.

    Args:
        params: the parameters of a model, or other leaves that require a gradient; or a list of groups,
            dictionaries with "params" and any of the options, which then hold for the group.

    Attributes:
        param_groups: the groups; ``param_groups[0]["lr"]`` may be changed between steps.
        steps_taken: how often :meth:`step` was called.

    Raises:
        DomainError: for a number out of its range, an unknown option, or a parameter given twice.
        DtypeError: for something that is no parameter.
        ShapeError: if there are no parameters.

    A new rule, the sign of the gradient in place of the gradient:

    >>> import numpy as np, nn
    >>> class SignDescent(nn.optim.Optimizer):
    ...     lr: float = nn.optim.option(default=0.1)
    ...     def _update(self, group, piece):
    ...         piece.data -= group["lr"] * np.sign(piece.gradient)
    >>> w = nn.Parameter([1.0, -2.0])
    >>> optimizer = SignDescent([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.tolist()
    [0.5, -1.5]
    """

    params: InitVar[Parameters] = option()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._defaults = self._given(arguments, options)
        self.param_groups: list[Group] = []
        self.steps_taken = 0
        self._flats: list[list[FlatParameters]] = []
        self._kept: dict[FlatParameters, dict[str, Array]] = {}
        self._numbers: dict[Tensor, dict[str, float]] = {}  # of those whose state has begun
        self._plans: dict[FlatParameters, tuple[Any, list[Run]]] = {}
        self._add(self._defaults.pop("params"))

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """One more group, a dictionary with "params" and any of the options."""
        self._add([group])

    def _add(self, params: Any) -> None:
        groups = made_groups(self._kind, params, self._defaults, set(self._parameters()))
        self._check_groups(groups)
        self.param_groups += groups
        self._flats += [_of_each_dtype(group["params"]) for group in groups]

    def _check_groups(self, groups: list[Group]) -> None:
        """Groups that are about to be added."""
        for group in groups:
            self._check(group)

    @property
    def _kind(self) -> str:
        return type(self).__name__

    # -- what a subclass says -------------------------------------------------------------------

    _fading: ClassVar[tuple[str, ...]] = ()
    """Of the arrays that live on between steps those that shrink where gradients have ended."""

    def _keeps(self, group: Group) -> dict[str, float]:
        """The arrays that live on between steps, with the value that they begin with."""
        return {}

    def _shapes(self, group: Group, parameter: Tensor) -> dict[str, tuple[int, ...]]:
        """The shapes of these arrays for a parameter: its own."""
        return dict.fromkeys(self._keeps(group), parameter.shape)

    def _decay(self, group: Group) -> float:
        """The weight decay that precedes the formula."""
        decay: float = group.get("weight_decay", 0.0)
        return decay

    def _begin(self) -> dict[str, float]:
        """The numbers kept for a parameter before its first step."""
        return {"step": 0}

    def _advance(self, group: Group, numbers: dict[str, float]) -> None:
        """What becomes of the numbers at the beginning of a step."""
        numbers["step"] += 1

    def _update(self, group: Group, piece: Piece) -> None:
        """The formula: change ``piece.data`` in place."""
        raise NotImplementedError

    def _finish(self, group: Group, numbers: dict[str, float]) -> None:
        """What becomes of the numbers at the end of a step."""

    # -- steps ----------------------------------------------------------------------------------

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient, in place in its ``data``.

        Args:
            closure: computes the loss and its gradients anew, if wanted.

        Returns:
            What the closure returned; None without one.
        """
        loss = closure() if closure is not None else None
        gathered = [
            (group, flat, flat.gather())
            for group, flats in zip(self.param_groups, self._flats, strict=True)
            for flat in flats
        ]
        at_every_run(self._move, gathered)
        return loss

    def _move(self, gathered: list[tuple[Group, FlatParameters, list[bool]]]) -> None:
        """Move the parameters along their gradients, which have been gathered: of each group and dtype it is
        told which parameters have one.
        """
        self.steps_taken += 1
        for group, flat, present in gathered:
            flat.note_change(present)
            starts, decay = self._keeps(group), self._decay(group)
            key = present, starts, decay, group.get("l2", 0.0)
            plan = self._plans.get(flat)
            if plan is None or plan[0] != key:
                self._plans[flat] = plan = key, self._plan(flat, *key)
            coupled, ascending = not group.get("decoupled_weight_decay"), group.get("maximize")
            for run in plan[1]:
                if starts:
                    self._advance(group, run.numbers)
                for piece in run.pieces:
                    if ascending:
                        np.negative(piece.gradient, out=piece.gradient)
                    if run.decay and coupled:
                        piece.gradient += np.multiply(piece.data, run.decay, out=piece.scratch)
                    elif run.decay:
                        piece.data *= 1 - group["lr"] * run.decay
                    self._update(group, piece)
                if starts:
                    self._finish(group, run.numbers)
                if starts and run.numbers["step"] % EVERY == 0:
                    self._clear_faded(group, run)

    def _clear_faded(self, group: Group, run: Run) -> None:
        """No momentum ends among the denormal numbers. Without ε squares are left alone with it: they are
        divided by, and may not become 0.
        """
        for name in self._fading if group.get("eps", 1) else ():
            for piece in run.pieces:
                if name in piece.kept:
                    clear_faded(piece.kept[name])

    def _plan(
        self, flat: FlatParameters, present: list[bool], starts: dict[str, float], decay: float, l2: float
    ) -> list[Run]:
        """What is to be done in a step, the same as last time as long as nothing has changed: parameters
        that are treated alike and have got equally far run together, and share their numbers.
        """
        kinds: list[Any] = []
        for w, has_gradient in zip(flat.parameters, present, strict=True):
            numbers = self._numbers.get(w, self._begin()) if starts else {}
            total = decay + (0.0 if is_bias(w) else l2)
            kinds.append((total, tuple(numbers.items())) if has_gradient else None)
        kept = self._arrays(flat, starts)
        for w, place, kind in zip(flat.parameters, flat.places, kinds, strict=True):
            if kind is not None and w not in self._numbers:
                for name, start in starts.items():
                    kept[name][place] = start
        runs = []
        for (total, begun), parameters, places in flat.stretches(kinds):
            numbers = dict(begun)
            if starts:
                self._numbers.update(dict.fromkeys(parameters, numbers))
            pieces = [
                Piece(
                    flat.data[place],
                    flat.gradient[place],
                    flat.scratch[: place.stop - place.start],
                    {name: kept[name][place] for name in starts},
                    numbers,
                )
                for place in places
            ]
            runs.append(Run(total, numbers, pieces))
        return runs

    def _arrays(self, flat: FlatParameters, starts: dict[str, float]) -> dict[str, Array]:
        arrays = self._kept.setdefault(flat, {})
        for name in starts:
            if name not in arrays:
                arrays[name] = flat.buffer()
        return arrays

    def _arrays_of(
        self, group: Group, flat: FlatParameters, parameter: Tensor, place: slice
    ) -> dict[str, Array]:
        """The arrays kept for one parameter, in its shape."""
        kept = self._arrays(flat, self._keeps(group))
        return {name: array[place].reshape(parameter.shape) for name, array in kept.items()}

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    # -- state ----------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_plans": {}}  # which hold pieces of arrays: a copy makes its own

    def _parameters(self) -> list[Tensor]:
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def _places(self) -> Iterator[tuple[Group, FlatParameters, Tensor, slice]]:
        for group, flats in zip(self.param_groups, self._flats, strict=True):
            for flat in flats:
                for parameter, place in zip(flat.parameters, flat.places, strict=True):
                    yield group, flat, parameter, place

    def state_dict(self) -> dict[str, Any]:
        """The options and what is kept, parameters replaced by their numbers, as in PyTorch.

        Returns:
            ``{"state": {0: {"step": 3, "exp_avg": array, ...}, ...}, "param_groups": [...]}``.
        """
        number = {parameter: i for i, parameter in enumerate(self._parameters())}
        state = {
            number[parameter]: {
                **self._numbers[parameter],
                **{
                    name: array.copy()
                    for name, array in self._arrays_of(group, flat, parameter, place).items()
                },
            }
            for group, flat, parameter, place in self._places()
            if parameter in self._numbers
        }
        groups = [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups]
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the state of an optimiser of the same kind and model, PyTorch's too.

        Raises:
            ShapeError: if groups, their parameters or their shapes differ. Nothing is loaded then.
            DomainError: for options that the optimiser does not take, or arrays that are missing.
        """
        groups = state_dict["param_groups"]
        sizes, own = [len(g["params"]) for g in groups], [len(g["params"]) for g in self.param_groups]
        if sizes != own:
            raise ShapeError(
                f"load_state_dict(): the state has groups of {sizes} parameters, this optimiser {own}"
            )
        options = [
            {
                **group,
                **{key: given[key] for key in (*group, "initial_lr") if key in given and key != "params"},
            }
            for group, given in zip(self.param_groups, groups, strict=True)
        ]
        for group in options:
            self._check(group)
        loaded = self._checked_state(state_dict["state"], options)
        for group, wanted in zip(self.param_groups, options, strict=True):
            group.update(wanted)
        self._kept, self._numbers, self._plans = {}, {}, {}
        for group, flat, parameter, place in self._places():
            if parameter in loaded:
                self._numbers[parameter], arrays = loaded[parameter]
                kept = self._arrays_of(group, flat, parameter, place)
                for name, array in arrays.items():
                    kept[name][...] = array
        self.steps_taken = int(max((numbers["step"] for numbers in self._numbers.values()), default=0))

    def _checked_state(
        self, state: Mapping[Any, Mapping[str, Any]], options: list[Group]
    ) -> dict[Tensor, tuple[dict[str, float], dict[str, Array]]]:
        groups = [group for group in options for _ in group["params"]]
        everything = self._parameters()
        checked = {}
        for key, entry in state.items():
            i = int(key)
            if not 0 <= i < len(everything):
                raise ShapeError(f"load_state_dict(): there is no parameter {i} among {len(everything)}")
            parameter, wanted = everything[i], self._shapes(groups[i], everything[i])
            arrays = {}
            for name, shape in wanted.items():
                if entry.get(name) is None:
                    raise DomainError(
                        f"load_state_dict(): the state of parameter {i} lacks {name!r}; "
                        f"is it that of another optimiser than {self._kind}?"
                    )
                arrays[name] = np.asarray(entry[name]).astype(parameter.dtype)
                if arrays[name].shape != shape:
                    raise ShapeError(
                        f"load_state_dict(): {name} of parameter {i} has shape {arrays[name].shape}, "
                        f"of a parameter of shape {parameter.shape} it has {shape}"
                    )
            if wanted:
                numbers = {name: float(entry.get(name, 1)) for name in self._begin()}
                checked[parameter] = (numbers, arrays)
        return checked

    def __repr__(self) -> str:
        lines = [
            ", ".join(
                [
                    f"{len(group['params'])} parameters",
                    *(f"{k}={v!r}" for k, v in group.items() if k != "params"),
                ]
            )
            for group in self.param_groups
        ]
        return f"{self._kind}(" + "; ".join(lines) + ")"


def _of_each_dtype(parameters: list[Tensor]) -> list[FlatParameters]:
    """The parameters in flat memory, weights before biases so that like stands beside like."""
    dtypes = dict.fromkeys(parameter.dtype for parameter in parameters)
    return [
        FlatParameters(sorted((p for p in parameters if p.dtype == dtype), key=is_bias)) for dtype in dtypes
    ]
