"""A penalty on large weights, as part of the loss."""

from __future__ import annotations

from autograd_core import Tensor

from .module import Module

__all__ = ["l2_penalty"]


def l2_penalty(model: Module) -> Tensor:
    """1/2 Σ W² over all weights; biases are never penalised.

    Added to the loss with a factor λ, its gradient λ W is what ``SGD(..., l2=λ)`` adds by itself: for
    plain gradient descent the penalty is a decay of the weights, w <- (1 - α λ) w - α dJ/dw.

    Source: Hoerl and Kennard (1970), "Ridge regression"; Krogh and Hertz (1991), "A simple weight decay
    can improve generalization".

    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.init.constant_(layer.weight, 3.0)
    Parameter([[3., 3.]], requires_grad=True, label='weight')
    >>> nn.l2_penalty(layer)
    Tensor(9., op=multiply)
    """
    squares = [weight.square().sum() for weight in model.parameters() if not weight.is_bias]
    total: Tensor = sum(squares[1:], squares[0]) if squares else Tensor(0.0)
    return 0.5 * total
