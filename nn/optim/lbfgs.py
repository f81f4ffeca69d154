"""L-BFGS: steps along the direction that the curvature met so far suggests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import InitVar
from typing import Any

import numpy as np

from autograd_core import Tensor, Value
from autograd_core.context import check_not_compiled
from autograd_core.errors import DomainError, DtypeError, GraphError, ShapeError

from ..checks import check_not_negative, check_word
from .flat import FlatParameters
from .groups import Group
from .line_search import Point, strong_wolfe
from .optimizer import Array, Optimizer
from .options import option

__all__ = ["LBFGS"]

_CURVED = 1e-10  # a pair (s, y) with less curvature y·s teaches nothing


class LBFGS(Optimizer):
    """L-BFGS: w <- w + t d, d = -H g, where H is built from the last steps s and gradient changes y.

    The loss and its gradient are computed several times in one step, so :meth:`step` needs a function
    that does it. All parameters are one group of one dtype.

    Args:
        params: the parameters.
        lr: the first length t that is tried (without line search: the length).
        max_iter: the most iterations in one step.
        max_eval: the most evaluations of the loss in one step; 5/4 of ``max_iter`` when None.
        tolerance_grad: stop when no gradient is larger.
        tolerance_change: stop when neither the parameters nor the loss change more.
        history_size: how many pairs s, y are kept.
        line_search_fn: "strong_wolfe", or None for steps of fixed length.

    Raises:
        DomainError: for a number out of its range, or several groups.
        DtypeError: for parameters of several dtypes, or a step without a function.

    Source: Liu and Nocedal (1989), "On the limited memory BFGS method for large scale optimization";
    Nocedal and Wright (2006), "Numerical optimization", algorithms 7.4 and 7.5.

    >>> import nn
    >>> w = nn.Parameter([3.0, -2.0])
    >>> optimizer = nn.LBFGS([w], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = ((w - 1.0) ** 4).sum()
    ...     loss.backward()
    ...     return loss
    >>> for _ in range(3):
    ...     first = optimizer.step(closure)
    >>> bool(abs(w.data - 1.0).max() < 0.01)
    True
    """

    lr: InitVar[float] = option(check_not_negative, default=1.0)
    max_iter: InitVar[int] = option(check_not_negative, default=20)
    max_eval: InitVar[int | None] = option(check_not_negative, default=None)
    tolerance_grad: InitVar[float] = option(check_not_negative, default=1e-7)
    tolerance_change: InitVar[float] = option(check_not_negative, default=1e-9)
    history_size: InitVar[int] = option(check_not_negative, default=100)
    line_search_fn: InitVar[str | None] = option(check_word, ("strong_wolfe", None), default=None)

    def _check_groups(self, groups: list[Group]) -> None:
        if len(self.param_groups) + len(groups) > 1:
            raise DomainError("LBFGS: all parameters are one group; groups of their own options do not exist")
        dtypes = {str(parameter.dtype) for group in groups for parameter in group["params"]}
        if len(dtypes) > 1:
            raise DtypeError(f"LBFGS: the parameters have to be of one dtype, got {sorted(dtypes)}")
        super()._check_groups(groups)

    def _add(self, params: Any) -> None:
        super()._add(params)
        group = self.param_groups[0]
        if group["max_eval"] is None:
            group["max_eval"] = group["max_iter"] * 5 // 4
        self._flats = [[FlatParameters(group["params"])]]
        self._memory = _copied({})

    # -- one step -------------------------------------------------------------------------------

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Up to ``max_iter`` iterations.

        Args:
            closure: forgets the gradients, computes the loss, calls its ``backward()``, returns the loss.

        Returns:
            The loss before the step.
        """
        if closure is None:
            raise DtypeError(
                "LBFGS: step() needs a function that computes the loss and its gradients: "
                "def closure(): optimizer.zero_grad(); loss = ...; loss.backward(); return loss"
            )
        check_not_compiled("LBFGS.step() searches along a line, and decides by numbers how far it goes")
        self.steps_taken += 1
        first = closure()
        memory, flat = self._memory, self._flats[0][0]
        memory["func_evals"] += 1
        loss, gradient = _number(first), self._gradient(flat)
        if not _largest(gradient) <= self.param_groups[0]["tolerance_grad"]:  # NaN goes on, and shows
            self._iterate(closure, flat, loss, gradient)
        return first

    def _iterate(
        self, closure: Callable[[], Any], flat: FlatParameters, loss: float, gradient: Array
    ) -> None:
        group, memory = self.param_groups[0], self._memory
        least, evaluations = group["tolerance_change"], 1
        for iteration in range(1, int(group["max_iter"]) + 1):
            memory["n_iter"] += 1
            direction = self._direction(gradient)
            memory["d"], memory["prev_flat_grad"], memory["prev_loss"] = direction, gradient.copy(), loss
            length = group["lr"]
            if memory["n_iter"] == 1:
                length *= min(1.0, 1.0 / float(np.abs(gradient).sum()))
            memory["t"] = length
            slope = float(gradient @ direction)
            if slope > -least:
                return
            before = loss
            if group["line_search_fn"]:
                start = flat.data.copy()

                def along(
                    length: float, start: Array = start, direction: Array = direction
                ) -> tuple[float, Array]:
                    flat.data[...] = start + length * direction
                    value = _number(closure())
                    return value, self._gradient(flat)

                found, used = strong_wolfe(
                    along,
                    length,
                    _largest(direction),
                    Point(0.0, loss, gradient, slope),
                    direction,
                    tolerance_change=least,
                    max_steps=int(group["max_eval"]) - evaluations,
                )
                length, loss, gradient = found.length, found.loss, found.gradient
                memory["t"] = length
                flat.data[...] = start + length * direction
            else:
                flat.data += length * direction
                used = 0
                if iteration < group["max_iter"]:  # after the last, nobody asks
                    loss, gradient, used = _number(closure()), self._gradient(flat), 1
            evaluations += used
            memory["func_evals"] += used
            if (
                evaluations >= group["max_eval"]
                or _largest(gradient) <= group["tolerance_grad"]
                or length * _largest(direction) <= least
                or abs(loss - before) < least
            ):
                return

    def _gradient(self, flat: FlatParameters) -> Array:
        presents = flat.gather()
        flat.note_change(presents)
        for present, place in zip(presents, flat.places, strict=True):
            if not present:
                flat.gradient[place] = 0
        return flat.gradient.copy()

    def _direction(self, gradient: Array) -> Array:
        """-H g by the two loops of Nocedal and Wright's algorithm 7.4."""
        memory = self._memory
        if memory["n_iter"] == 1:
            return -gradient
        changes, steps, inverses = memory["old_dirs"], memory["old_stps"], memory["ro"]
        y, s = gradient - memory["prev_flat_grad"], memory["d"] * memory["t"]
        curvature = float(y @ s)
        if curvature > _CURVED and self.param_groups[0]["history_size"]:
            if len(changes) >= self.param_groups[0]["history_size"]:
                del changes[0], steps[0], inverses[0]
            changes.append(y)
            steps.append(s)
            inverses.append(1.0 / curvature)
            memory["H_diag"] = curvature / float(y @ y)
        direction, weights = -gradient, []
        for y, s, inverse in zip(reversed(changes), reversed(steps), reversed(inverses), strict=True):
            weights.append(inverse * float(s @ direction))
            direction -= weights[-1] * y
        direction *= memory["H_diag"]
        for y, s, inverse, weight in zip(changes, steps, inverses, reversed(weights), strict=True):
            direction += (weight - inverse * float(y @ direction)) * s
        return direction

    # -- state ----------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """The options, and the memory as the state of parameter 0, as in PyTorch."""
        group = self.param_groups[0]
        state = {0: _copied(self._memory)} if self._memory["func_evals"] else {}
        numbers = list(range(len(group["params"])))
        return {"state": state, "param_groups": [{**group, "params": numbers}]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over the state of another L-BFGS optimiser of the same parameters, PyTorch's too.

        Raises:
            ShapeError: if the number of parameters or their size differs. Nothing is loaded then.
        """
        states = state_dict["state"]
        given = states.get(0, states.get("0", {}))
        memory = _copied(given)
        flat = self._flats[0][0]
        arrays = [memory["d"], memory["prev_flat_grad"], *memory["old_dirs"], *memory["old_stps"]]
        for array in arrays:
            if array is not None and array.shape != flat.data.shape:
                raise ShapeError(
                    f"load_state_dict(): the state is of {array.size} numbers, not of {flat.data.size}"
                )
        if memory["n_iter"] and memory["d"] is None:
            raise GraphError("load_state_dict(): the state lacks the direction 'd' of an L-BFGS optimiser")
        super().load_state_dict({"state": {}, "param_groups": state_dict["param_groups"]})
        self._memory = memory
        self.steps_taken = 1 if memory["func_evals"] else 0


def _array(x: Any) -> Array:
    return np.asarray(x).copy()


_MEMORY: dict[str, tuple[Callable[[Any], Any], Any]] = {  # how each entry is copied, and what it is at first
    "func_evals": (int, 0),
    "n_iter": (int, 0),
    "d": (_array, None),
    "t": (float, None),
    "old_dirs": (lambda arrays: [_array(x) for x in arrays], ()),
    "old_stps": (lambda arrays: [_array(x) for x in arrays], ()),
    "ro": (lambda numbers: [float(x) for x in numbers], ()),
    "H_diag": (float, 1.0),
    "prev_flat_grad": (_array, None),
    "prev_loss": (float, None),
}


def _copied(memory: Mapping[str, Any]) -> dict[str, Any]:
    """The memory, with what is not in it, or None, as at first."""
    given = {
        name: first if memory.get(name) is None else memory[name] for name, (_, first) in _MEMORY.items()
    }
    return {name: x if x is None else _MEMORY[name][0](x) for name, x in given.items()}


def _number(loss: Any) -> float:
    return float(loss.item() if isinstance(loss, Value | Tensor) else loss)


def _largest(array: Array) -> float:
    return float(np.abs(array).max(initial=0.0))
