"""The table of slips: what a wrong answer comes from, said in a sentence and computed from the reference's
graph.

A slip is a name, a sentence that completes "That is what comes out if ...", and the changes of a graph that
commit it, one for each place where it can be committed. None of them looks at what a student has written:
each is carried out, and named if its numbers are the student's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import changes as c
from .questions import Question
from .recording import Change

__all__ = ["SLIPS", "Slip"]


@dataclass(frozen=True)
class Slip:
    """A mistake that is often made.

    Attributes:
        name: in a few words; tables count by it.
        sentence: what completes "That is what comes out if"; ``{where}`` is filled in.
        changes: of the graph of a question, one for each place.

    >>> from autograd_core.checking.slips import SLIPS
    >>> next(slip.sentence for slip in SLIPS if slip.name == "kernel flipped")
    '{where} is turned round: read from its end to its beginning'
    """

    name: str
    sentence: str
    changes: Callable[[Question], Iterator[Change]]


# fmt: off
SLIPS = [
    Slip("never filled in", "nothing is ever written into {where}, which stays 0", c.zeros),
    Slip("another question", "{where}", c.another_question),
    Slip("cotangent not used", "the cotangent that comes in is not multiplied in", c.without_cotangent),
    Slip("wrong sign", "{where} has the wrong sign", c.negative),
    Slip("factor of two", "{where}", c.doubled),
    Slip("missing 1/m", "a sum stands where a mean belongs: {where}", c.sums_for_means),
    Slip("mean for a sum", "a mean stands where a sum belongs: {where}", c.means_for_sums),
    Slip("n - 1 for n", "{where}", c.one_less),
    Slip("bias penalised", "the penalty is laid on {where}, too", c.penalised),
    Slip("penalty forgotten", "the penalty on {where} is forgotten", c.unpenalised),
    Slip("transposed", "{where} is transposed", c.transposed),
    Slip("kernel flipped", "{where} is turned round: read from its end to its beginning", c.flipped),
    Slip("forgotten local derivative", "the local derivative of {where} is forgotten", c.without_derivative),
    Slip("y for x", "{where}", c.output_for_input),
    Slip("activation for its input", "{where}", c.activation_for_input),
    Slip("overwritten", "the shares of {where} overwrite each other (= in place of +=)", c.overwritten),
    Slip("only one term", "{where}", c.one_term),
    Slip("forgotten path", "{where}", c.without_path),
    Slip("wrong sign", "{where} has the wrong sign", c.negative_path),
    Slip("not summed", "the shares of {where} are not summed where it is repeated", c.unsummed),
    Slip("degrees", "{where}", c.degrees),
    Slip("another logarithm", "{where}", c.other_logarithms),
    Slip("wrong axis", "{where}", c.other_axes),
    Slip("each by its own input", "in {where} each output counts with its own input alone", c.diagonal),
    Slip("off by one", "{where}", c.off_by_one),
    Slip("stride or padding", "{where}", c.other_windows),
    Slip("broadcast", "{where}", c.broadcast),
    Slip("mask turned round", "{where}", c.reversed_masks),
    Slip("forgotten function", "{where} is left out", c.without_function),
    Slip("another activation", "{where}", c.other_activations),
    Slip("maximum or mean", "{where}", c.maximum_for_mean),
    Slip("forgotten factor", "{where}", c.without_factor),
    Slip("forgotten term", "{where}", c.without_term),
    Slip("wrong sign", "{where}", c.other_signs),
    Slip("exchanged operands", "{where}", c.exchanged),
    Slip("factor of two", "{where}", c.scaled_inputs),
    Slip("p for 1 - p", "{where}", c.complements),
    Slip("one-sided difference", "{where}", c.one_sided),
    Slip("divided for multiplied", "{where}", c.divided_for_multiplied),
    Slip("wrong input", "{where}", c.other_inputs),
    Slip("a function too many", "{where} is taken, a function too many", c.further_functions),
    Slip("other order", "the results are returned in another order: {where}", c.reordered),
    Slip("another shape", "{where}", c.reshaped),
    Slip("whole numbers", "the numbers are cut to whole ones, as in an array of integers", c.cut),
]
# fmt: on
