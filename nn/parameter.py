"""Parameter: a tensor that is learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_core import GraphError, Node, Tensor, Value, default_dtype
from autograd_core.spelling import spelled

__all__ = ["Parameter"]


class Parameter(Tensor):
    """A tensor that is learned: assigned to a :class:`Module` it becomes one of its parameters.

    Args:
        data: numbers, copied. Floating-point arrays keep their dtype; everything else takes the
            default dtype.
        requires_grad: False freezes the parameter.
        dtype: the dtype to convert to.
        label: a name for drawings and messages; a module gives its attribute's name.
        is_bias: whether it is added rather than multiplied. A penalty on the weights (``l2``) leaves
            biases alone. Assigned as an attribute ``bias``, ``bias_...`` or ``..._bias`` it is one.

    Raises:
        DtypeError: if ``data`` is not made of real numbers.
        GraphError: if ``data`` is what a derivative operator is differentiating: its gradient would be lost.

    >>> Parameter([[1, 2], [3, 4]])
    Parameter([[1., 2.], [3., 4.]], requires_grad=True)
    """

    __slots__ = ("is_bias",)

    is_bias: bool

    @spelled
    def __init__(
        self,
        data: ArrayLike | Tensor,
        requires_grad: bool = True,
        dtype: DTypeLike | None = None,
        label: str = "",
        is_bias: bool = False,
    ) -> None:
        if isinstance(data, Tensor | Value) and data.is_followed:
            raise GraphError(
                f"Parameter() makes a leaf, and {data!r} is being differentiated: its gradient would be "
                "lost. Compute with the tensor itself, or take .detach() for a constant"
            )
        leaf = Tensor(np.asarray(data.data) if isinstance(data, Node) else data, dtype=dtype).data
        wanted = leaf.dtype if leaf.dtype.kind == "f" else default_dtype()
        super().__init__(np.array(leaf, dtype=wanted), requires_grad, label=label)
        self._mark = None  # nobody else has hold of the copy
        self.is_bias = is_bias

    def _with_inputs(self, inputs: Sequence[Any]) -> Parameter:
        copied = super()._with_inputs(inputs)
        assert isinstance(copied, Parameter)
        copied.is_bias = self.is_bias
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        return Parameter, (self.data, self.requires_grad, None, self.label, self.is_bias)
