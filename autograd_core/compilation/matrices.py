"""A graph of single numbers as a program of matrix products, with its gradient.

The lifted graph (:mod:`~autograd_core.compilation.lifting`) is recorded, improved and bound to memory like
any function of tensors. One thing is special: its parameters are one long array of which every product looks
at a part. Each of these parts is a leaf of its own, and its gradient is computed where it belongs in the long
array of gradients, so that nothing has to be put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import structure
from ..context import writing_down
from ..sweeping import sweep
from ..tensor import Tensor
from .gathering import NOWHERE, Places, gather
from .lifting import Lifted, Parts, Pick
from .listing import listing
from .passes import improve
from .program import Instruction, Place, Program, Variable
from .recording import Recorder
from .writing import Replay, bind

__all__ = ["Matrices"]

Floats = NDArray[np.float64]


class Matrices:
    """The computation of a lifted graph, and its gradient, as two functions of numbers.

    ``forward(parameters, inputs)`` gives the outputs, ``backward(parameters, inputs, cotangents)`` the
    outputs and the gradient of the weighted sum of the results by the parameters.

    Args:
        lifted: the function of arrays.
        samples: how many samples it is carried out for at once; inputs, outputs and cotangents then have a
            second axis.
        each: whether the gradient is that of each sample, with a second axis too, and not their sum.

    >>> from autograd_core import Value
    >>> from autograd_core.compilation.scalars import flattened
    >>> w, x = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)]
    >>> f = Matrices(Lifted(flattened([w[0] * x[0] + w[1] * x[1]], w, x)))
    >>> f.backward([0.5, 1.0], [4.0, 3.0], [1.0])
    ([5.0], [4.0, 3.0])
    """

    def __init__(self, lifted: Lifted, samples: int | None = None, each: bool = False) -> None:
        self.lifted = lifted
        scalars = lifted.scalars
        self._behind = () if samples is None else (samples,)
        behind = self._behind if each else ()
        self._parameters = np.zeros((len(scalars.parameters), *behind))
        self._inputs = np.zeros((len(scalars.inputs), *self._behind))
        self._cotangents = np.zeros((scalars.results, *self._behind))
        self._gradient = np.zeros_like(self._parameters)
        self._replays: dict[bool, Replay] = {}

    def forward(self, parameters: Sequence[float], inputs: Sequence[float]) -> list[float]:
        return self.run(parameters, inputs)[0].tolist()  # type: ignore[no-any-return]

    def run(self, parameters: Any, inputs: Any, cotangents: Any = None) -> tuple[Floats, Floats]:
        """The outputs and the gradient as arrays, of samples with a second axis; without ``cotangents`` the
        gradient is that of an earlier run.
        """
        self._parameters[...] = parameters
        self._inputs[...] = inputs
        if cotangents is not None:
            self._cotangents[...] = cotangents
        return np.concatenate(self.replay(cotangents is not None)()), self._gradient

    def backward(
        self, parameters: Sequence[float], inputs: Sequence[float], cotangents: Sequence[float]
    ) -> tuple[list[float], list[float]]:
        outputs, gradient = self.run(parameters, inputs, cotangents)
        return outputs.tolist(), gradient.tolist()

    @property
    def source(self) -> str:
        """The text of the function that replays the program, with its gradient."""
        return self.replay(True).source

    def explain(self) -> str:
        """The program as a table."""
        return listing(self.replay(True))

    def replay(self, with_gradient: bool) -> Replay:
        """The bound program."""
        if with_gradient not in self._replays:
            self._replays[with_gradient] = bind(self._recorded(with_gradient))
        return self._replays[with_gradient]

    def _recorded(self, with_gradient: bool) -> Program:
        recorder = Recorder()
        leaves = _Leaves(self._parameters, with_gradient, recorder)
        with writing_down(recorder):
            y, watched = map(self._of_all_samples, self.lifted.run(leaves, Tensor(self._inputs)))
            recorder.program.outputs += [recorder.operand(recorder.read(x)) for x in (y, watched)]
            if y.requires_grad:
                swept = sweep([y], [recorder.bring(self._cotangents)])
                shares = [
                    (leaves.places[node], recorder.operand(g)) for node, g in swept if node in leaves.places
                ]
                _assemble(recorder.program, self._gradient, shares)
        improve(recorder.program)
        return recorder.program

    def _of_all_samples(self, y: Tensor) -> Tensor:
        """Outputs that are the same for all samples, for each of them."""
        if y.ndim == len(self._behind) + 1:
            return y
        if not len(y):
            return Tensor(np.zeros((0, *self._behind)))
        return structure.broadcast_to(y.reshape(-1, 1), (len(y), *self._behind))  # type: ignore[no-any-return]


class _Leaves(Parts):
    """Parameters as one leaf for each part that somebody looks at.

    Attributes:
        places: where each leaf is in the whole.
    """

    def __init__(self, parameters: Floats, requires_grad: bool, recorder: Recorder) -> None:
        self._parameters, self._requires_grad, self._recorder = parameters, requires_grad, recorder
        self._found: dict[bytes, Tensor] = {}
        self.places: dict[Any, Places] = {}

    @property
    def whole(self) -> Tensor:
        """All parameters in a row, for those who join them with other numbers."""
        return self._leaf(Places(np.arange(len(self._parameters))))

    def picked(self, pick: Pick) -> Tensor:
        """The leaf that a pick is; what it takes twice is picked from a leaf that has it once."""
        if pick.places.once:
            return self._leaf(pick.places)
        index = pick.places.index
        there, place = np.unique(index[index != NOWHERE], return_inverse=True)
        again = np.full(index.shape, NOWHERE)
        again[index != NOWHERE] = place.ravel()
        return gather(self._leaf(Places(there)), places=Places(again))  # type: ignore[no-any-return]

    def _leaf(self, places: Places) -> Tensor:
        key = places.index.tobytes() + repr(places.shape).encode()
        if key not in self._found:
            self._found[key] = leaf = Tensor(np.zeros(places.shape), requires_grad=self._requires_grad)
            leaf._raw = self._recorder.opaque(
                gather.forward, [self._recorder.bring(self._parameters)], {"places": places}
            )
            self.places[leaf] = places
        return self._found[key]


def _assemble(program: Program, gradient: Floats, shares: Sequence[tuple[Places, Variable]]) -> None:
    """Have a program put the shares of the gradient in their places: directly where no other share has been
    put, the others are added in the end.
    """
    free = np.ones(len(gradient), bool)
    filled, added = [], []
    for places, share in sorted(shares, key=lambda one: one[0].index.size):
        index = places.index[places.index != NOWHERE]
        view = places.view(gradient)
        if not free[index].all():
            if view is None:
                added.append(Instruction("effect", places.add, [gradient, share]))
            else:
                added.append(Instruction("effect", np.add, [view, share, view]))
            continue
        free[index] = False
        if view is not None:
            program.places.append(Place(share, view))
        else:
            filled.append(Instruction("effect", places.fill, [gradient, share]))
    if added and free.any():
        program.instructions.append(Instruction("effect", _clear, [gradient, np.flatnonzero(free)]))
    program.instructions += filled + added


def _clear(gradient: Floats, places: NDArray[np.intp]) -> None:
    gradient[places] = 0.0
