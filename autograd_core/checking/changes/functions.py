"""Slips of single operations: another function, another sign, a factor or a term that is left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...primitive import Application, Elementwise, arrays, nodes
from ..questions import Question
from ..recording import Change, Recording, Site
from .places import (
    MOST_SITES,
    PRODUCTS,
    Changes,
    everywhere,
    operand,
    passed_on,
    replaced,
    seen_as,
    turned,
    unary,
    variables,
    with_operand,
)

__all__ = [
    "complements",
    "degrees",
    "divided_for_multiplied",
    "exchanged",
    "further_functions",
    "maximum_for_mean",
    "one_sided",
    "other_activations",
    "other_axes",
    "other_inputs",
    "other_logarithms",
    "other_signs",
    "reversed_masks",
    "without_factor",
    "without_function",
    "without_term",
]


def degrees(question: Question) -> Changes:
    r = question.recording
    angles = r.steps("sin", "cos", "tan")
    together = [(tuple(angles), "every sine and cosine")] if len({r.op(i).name for i in angles}) > 1 else []
    for steps, name in [*everywhere(r, angles), *together]:
        where = f"the angle of {name} is converted from degrees (np.deg2rad): it is in radians already"
        yield Change(
            where, values=dict.fromkeys(steps, _in_degrees), shares=dict.fromkeys(steps, _sent_in_degrees)
        )
        scaled = {i: lambda s: [x * np.pi / 180 for x in _sent_in_degrees(s)] for i in steps}
        yield Change(where, values=dict.fromkeys(steps, _in_degrees), shares=scaled)
        where = f"{name} is given 180/π times its angle: it takes radians, as they are"
        yield Change(where, values={i: with_operand(0, np.rad2deg) for i in steps})
    for steps, name in everywhere(r, r.steps("arcsin", "arccos", "arctan", "arctan2")):
        where = f"the angle of {name} is in degrees; angles here are in radians"
        yield Change(where, values={i: lambda s: np.rad2deg(s.compute()) for i in steps})
        yield Change(where, shares={i: lambda s: [np.rad2deg(x) for x in s.shares()] for i in steps})
    for steps, name in everywhere(r, r.steps("deg2rad", "radians")):
        yield replaced(
            steps, r, nodes.alias, f"{name} is left out: the functions take radians, the angles are degrees"
        )


def _in_degrees(site: Site) -> Any:
    return site.compute([np.deg2rad(site.values[0])])


def _sent_in_degrees(site: Site) -> Any:
    x = np.deg2rad(site.values[0])
    return site.shares(values=[x], output=site.compute([x]))


_LOGARITHMS = {"log": "natural", "log2": "base-2", "log10": "base-10"}


def other_logarithms(question: Question) -> Changes:
    r = question.recording
    for steps, name in everywhere(r, r.steps(*_LOGARITHMS)):
        own = r.op(steps[0]).name
        for other in _LOGARITHMS:
            if other != own:
                where = f"{name} is the {_LOGARITHMS[other]} logarithm in place of the {_LOGARITHMS[own]} one"
                yield replaced(steps, r, getattr(nodes, other), where)
    for steps, name in everywhere(r, r.steps("logsumexp", "log_softmax", "softplus", "log1p", "logaddexp")):
        for base, other in ((2.0, "base-2"), (10.0, "base-10")):
            where = f"the logarithm in {name} is the {other} one in place of the natural one"
            by = 1 / math.log(base)
            yield Change(
                where, values={i: lambda s, k=by: k * s.compute() for i in steps},
                shares={i: lambda s, k=by: [None if x is None else k * x for x in s.shares()] for i in steps},
            )  # fmt: skip
    for steps, name in everywhere(r, r.steps("exp")):
        yield replaced(steps, r, nodes.exp2, f"in place of {name} stands a power of 2")


def other_axes(question: Question) -> Changes:
    r = question.recording
    for step in r.steps():
        axis = r.nodes[step].parameters.get("axis")
        if axis is None or not r.values(step):
            continue
        ndim = np.ndim(r.values(step)[0])
        own = axis if isinstance(axis, tuple) else (axis,)
        several: list[Any] = [(k,) for k in range(ndim)] + [tuple(range(ndim))]
        for other in several:
            if other != own and (isinstance(axis, tuple) or len(other) == 1):
                where = f"{r.called(step)} runs along axis {_listed(other)} in place of axis {_listed(own)}"
                yield replaced(
                    (step,), r, r.op(step), where, axis=other if isinstance(axis, tuple) else other[0]
                )
    along = [i for i in r.steps() if isinstance(r.nodes[i].parameters.get("axis"), tuple)]
    for own in dict.fromkeys(r.nodes[i].parameters["axis"] for i in along):
        same = [i for i in along if r.nodes[i].parameters["axis"] == own]
        for other in range(max((np.ndim(r.values(i)[0]) for i in same), default=0)):
            if (other,) != own:
                where = f"everything runs along axis {other} in place of axis {_listed(own)}"
                for kept in (False, True):
                    yield Change(
                        where, ops={i: (r.op(i), _along(r.nodes[i].parameters, other, kept)) for i in same}
                    )
    for step in r.steps("log_softmax", "softmax"):
        for other in range(np.ndim(r.values(step)[0])):
            if (other,) != r.nodes[step].parameters["axis"]:
                where = f"the probabilities of {r.called(step)} sum to 1 along axis {other} on the way back"
                yield Change(where, shares={step: lambda s, k=other: _with_probabilities(s, k)})


def _along(parameters: dict[str, Any], axis: int, kept: bool) -> dict[str, Any]:
    changed = {**parameters, "axis": (axis,)}
    return {**changed, "keepdims": True} if kept and "keepdims" in parameters else changed


def _with_probabilities(site: Site, axis: int) -> Any:
    (own,) = site.parameters["axis"]
    p = nodes.softmax.forward(site.values[0], axis=(axis,))
    g = site.cotangent
    if site.op is nodes.softmax:
        return [p * (g - np.sum(g * p, axis=own, keepdims=True))]
    return [g - p * np.sum(g, axis=own, keepdims=True)]


def _listed(axes: Sequence[int]) -> str:
    return " and ".join(map(str, axes)) if len(axes) else "none"


def other_activations(question: Question) -> Changes:
    r = question.recording
    for step in r.steps("power"):
        if r.is_constant(step, 1) and np.all(np.asarray(r.values(step)[1]) == 2):
            yield Change(
                f"in place of {r.called(step)} stands the absolute value",
                values={step: lambda s: np.abs(s.values[0])},
                shares={step: lambda s: [s.cotangent * np.sign(s.values[0]), None]},
            )
    names = ("tanh", "sigmoid", "relu", "softplus", "sin", "cos", "exp", "square", "abs", "sqrt")
    for steps, name in everywhere(r, r.steps(*names)):
        for other in names:
            if other != r.op(steps[0]).name:
                op = getattr(nodes, other)
                yield replaced(steps, r, op, f"in place of {name} stands {other}")
                where = f"the derivative of {name} is that of {other}"
                yield Change(where, shares={i: lambda s, op=op: _shares_of(s, op) for i in steps})
                if other in ("tanh", "sigmoid"):
                    rule = lambda s, op=op: [s.cotangent * op.local_derivative(arrays, 0, s.output, s.values)]  # noqa: E731
                    yield Change(where, shares=dict.fromkeys(steps, rule))


def reversed_masks(question: Question) -> Changes:
    r = question.recording
    for steps, name in everywhere(
        r, r.steps("relu", "maximum", "minimum", "max", "min", "window_max", "clip", "where")
    ):
        if all(r.op(i).name == "relu" for i in steps):
            where = f"the share of {name} goes where its input is negative, not where it is positive"
            yield Change(where, shares={i: lambda s: [s.cotangent * (s.values[0] < 0)] for i in steps})
            where = f"the sign of the share decides in {name}, not that of its input"
            yield Change(where, shares={i: lambda s: [s.cotangent * (s.cotangent > 0)] for i in steps})
            where = f"in {name} both the share and the input have to be positive"
            yield Change(
                where,
                shares={i: lambda s: [s.cotangent * (s.cotangent > 0) * (s.values[0] > 0)] for i in steps},
            )


def _shares_of(site: Site, op: Elementwise) -> Any:
    x = site.values[0]
    return [site.cotangent * np.asarray(op.local_derivative(arrays, 0, op.forward(x), [x]))]


def maximum_for_mean(question: Question) -> Changes:
    r = question.recording
    for pair in (("max", "mean"), ("max", "min"), ("max", "sum")):
        for own, other in (pair, pair[::-1]):
            for step in r.steps(own):
                yield replaced(
                    (step,), r, getattr(nodes, other), f"in place of {r.called(step)} stands the {other}"
                )
    for step in r.steps("window_max"):
        least = lambda s: -s.compute([-s.values[0]])  # noqa: E731
        yield Change("in place of the maximum of a window stands its minimum", values={step: least})
        window = r.nodes[step].parameters["window"]
        how = {k: r.nodes[step].parameters[k] for k in ("window", "stride", "dilation")}
        size = math.prod(window)
        mean = lambda s, how=how, n=size: nodes.window_sum.forward(s.values[0], **how) / n  # noqa: E731
        yield Change("in place of the maximum of a window stands its mean", values={step: mean})
        for n in (size, 1):
            spread = lambda s, how=how, n=n: nodes.window_sum.shares(  # noqa: E731
                arrays, s.cotangent / n, _as_window_sum(s, how), [True]
            )
            shared = "an equal part" if n > 1 else "the whole"
            yield Change(
                f"every element of a window is sent {shared} of its share; the maximum alone moved it",
                shares={step: spread},
            )
    for step in r.steps("window_sum"):
        how = {k: r.nodes[step].parameters[k] for k in ("window", "stride", "dilation")}
        yield replaced((step,), r, nodes.window_max, "in place of the mean of a window stands its maximum")
        n = math.prod(how["window"])
        largest = lambda s, n=n: n * nodes.window_max.forward(s.values[0], **s.parameters)  # noqa: E731
        yield Change("in place of the mean of a window stands its maximum", values={step: largest})


def _as_window_sum(site: Site, how: dict[str, Any]) -> Any:
    return Application(site.output, site.values, how)


def without_function(question: Question) -> Changes:
    r = question.recording
    steps = [
        i
        for i in r.steps()
        if isinstance(r.op(i), Elementwise)
        and len(r.inputs[i]) == 1
        and r.op(i).name not in ("alias", "negative")
    ]
    for chosen, name in everywhere(r, steps):
        yield replaced(
            chosen, r, nodes.alias, f"the {r.op(chosen[0]).name} in {name}" if "(" in name else name
        )
    for step in r.steps("divide"):
        norm = r.inputs[step][0]
        if norm is not None and r.nodes[norm].op is not None and r.op(norm).name == "euclidean_norm":
            yield Change("the root of the variance", values={step: lambda s: s.compute() ** 2})
    for step in r.steps("power"):
        if r.is_constant(step, 1):
            yield Change(
                f"the exponent in {r.called(step)}",
                values={step: lambda s: s.values[0]},
                shares={step: passed_on},
            )
    for step in r.steps("softmax"):
        yield Change(r.called(step), values={step: lambda s: s.values[0]}, shares={step: passed_on})
        yield Change(
            f"the division by the sum in {r.called(step)}",
            values={step: lambda s: np.exp(s.values[0])},
        )


def without_factor(question: Question) -> Changes:
    r = question.recording
    alike: dict[Any, list[tuple[int, int]]] = {}
    for step in r.steps("multiply", "divide")[-MOST_SITES:]:
        for place in (0, 1):
            if r.op(step).name == "multiply" or place == 1:
                yield _unmultiplied(r, [(step, place)])
                alike.setdefault(_made_of(r, step, place), []).append((step, place))
    for several in alike.values():
        if len(several) > 1:
            yield _unmultiplied(r, several)
    for step in r.steps("multiply", "divide")[-MOST_SITES:]:
        for place in (0, 1):
            if (r.op(step).name == "multiply" or place == 1) and r.nodes[step].wanted[1 - place]:
                rule = lambda s, k=1 - place: [s.cotangent if i == k else x for i, x in enumerate(s.shares())]  # noqa: E731
                yield Change(_missing_factor(r, step, place) + " on the way back", shares={step: rule})


def _made_of(recording: Recording, step: int, place: int) -> Any:
    """What operands have in common that are the same number, computed more than once: 1 - β, say."""
    x = recording.inputs[step][place]
    if x is None or recording.nodes[x].op is None:
        return x if x is not None else repr(recording.nodes[step].inputs[place])
    constants = [repr(c) for c in recording.nodes[x].inputs if not hasattr(c, "inputs")]
    return recording.op(x).name, tuple(recording.inputs[x]), tuple(constants)


def _unmultiplied(recording: Recording, sites: list[tuple[int, int]]) -> Change:
    values: dict[int, Any] = {}
    shares: dict[int, Any] = {}
    for step, place in sites:
        kept = 1 - place
        values[step] = lambda s, k=kept: np.broadcast_to(s.values[k], np.shape(s.compute()))
        shares[step] = lambda s, k=kept: [
            s.cotangent if i == k and s.node.wanted[i] else None for i in (0, 1)
        ]
    return Change(_missing_factor(recording, *sites[0]), values=values, shares=shares)


def _missing_factor(recording: Recording, step: int, place: int) -> str:
    name = _factor(recording, step, place)
    return f"the {'factor' if recording.op(step).name == 'multiply' else 'division by'} {name} is missing"


def _factor(recording: Recording, step: int, place: int) -> str:
    x = recording.values(step)[place]
    if recording.is_constant(step, place) and np.size(x) == 1:
        number = float(np.asarray(x).reshape(()))
        return f"{number:g}"
    i = recording.inputs[step][place]
    if i is not None and (recording.nodes[i].label or recording.nodes[i].op is not None):
        return recording.called(i)
    return "that is multiplied last" if step == len(recording.nodes) - 1 else f"of shape {np.shape(x)}"


def without_term(question: Question) -> Changes:
    r = question.recording
    for step in r.steps("add", "subtract")[-MOST_SITES:]:
        for place in (0, 1):
            kept, sign = 1 - place, -1.0 if r.op(step).name == "subtract" and place == 0 else 1.0
            yield Change(
                f"the term {_factor(r, step, place)} is missing",
                values={
                    step: lambda s, k=kept, z=sign: np.broadcast_to(
                        z * np.asarray(s.values[k]), np.shape(s.compute())
                    )
                },
                shares={
                    step: lambda s, k=kept, z=sign: [
                        z * s.cotangent if i == k and s.node.wanted[i] else None for i in (0, 1)
                    ]
                },
            )
    for step in r.steps("affine"):
        yield Change(
            "the bias is not added",
            shares={step: lambda s: [*s.shares()[:2], None]},
            values={step: lambda s: s.compute([*s.values[:2], np.zeros_like(s.values[2])])},
        )


def other_signs(question: Question) -> Changes:
    r = question.recording
    for step in r.steps("add")[-MOST_SITES:]:
        yield replaced(
            (step,), r, nodes.subtract, f"a minus stands where the plus of {r.called(step)} belongs"
        )
        yield Change(
            f"the first term of {r.called(step)} has the wrong sign",
            values={step: lambda s: s.values[1] - s.values[0]},
            shares={
                step: lambda s: [
                    None if x is None else (-x if i == 0 else x) for i, x in enumerate(s.shares())
                ]
            },
        )
    for step in r.steps("subtract")[-MOST_SITES:]:
        yield replaced((step,), r, nodes.add, f"a plus stands where the minus of {r.called(step)} belongs")
    for step in r.steps("affine"):
        yield Change(
            f"the bias is subtracted in {r.called(step)}",
            values={step: with_operand(2, np.negative)},
            shares={step: turned(2)},
        )
    for step in unary(r):
        if len(r.inputs[step]) == 1 and r.op(step).name not in ("negative", "alias", "square", "abs"):
            where = f"in {r.called(step)} what is in the parentheses has the wrong sign"
            yield Change(where, values={step: with_operand(0, np.negative)})
    for step in r.steps("negative")[-MOST_SITES:]:
        yield replaced((step,), r, nodes.alias, f"the minus sign of {r.called(step)} is missing")


def exchanged(question: Question) -> Changes:
    r = question.recording
    symbols = {
        "subtract": "b - a",
        "divide": "b / a",
        "power": "b^a",
        "matmul": "b a",
        "arctan2": "arctan2(b, a)",
    }
    for step in r.steps(*symbols)[-MOST_SITES:]:
        symbol = symbols[r.op(step).name]
        right = (
            "arctan2(a, b)" if r.op(step).name == "arctan2" else symbol.translate(str.maketrans("ab", "ba"))
        )
        where = f"{symbol} stands where {right} belongs, in {r.called(step)}"
        yield Change(where, values={step: lambda s: s.compute(list(s.values)[::-1])})


def divided_for_multiplied(question: Question) -> Changes:
    r = question.recording
    for step in r.steps("divide")[-MOST_SITES:]:
        below = r.inputs[step][1]
        if below is not None and r.nodes[below].op is not None and r.op(below).name == "multiply":
            c, d = r.values(below)
            where = f"{r.called(step)} is written without its parentheses: a / b * c is (a / b) * c"
            for factor in (c, d):
                yield Change(where, values={step: lambda s, k=factor: s.values[0] / s.values[1] * k * k})
    for step in r.steps("divide", "multiply")[-MOST_SITES:]:
        is_quotient = r.op(step).name == "divide"
        other, words = (nodes.multiply, "multiplied") if is_quotient else (nodes.divide, "divided")
        where = f"in {r.called(step)} it is {words} by {operand(r, step, 1)}"
        yield replaced((step,), r, other, where)


def one_sided(question: Question) -> Changes:
    """The difference quotient (f(x + h) - f(x)) / h in place of the central one."""
    r = question.recording
    leaves = {i for i, _ in variables(r)}
    for step in r.steps("add", "subtract"):
        if set(r.inputs[step]) <= leaves and len(set(r.inputs[step])) == 2:
            x, h = (r.names[r.variables.index(i)] for i in r.inputs[step])
            sign = "-" if r.op(step).name == "subtract" else "+"
            where = f"f({x}) stands where f({x} {sign} {h}) belongs, and {h} where 2 {h} does"
            yield Change(
                where,
                values={step: lambda s: s.values[0]},
                answers=lambda found: [2 * y for y in found],
            )


def further_functions(question: Question) -> Changes:
    """A function too many, behind a result, a sum or a product."""
    r = question.recording
    steps = r.steps("sum", "mean", "matmul", "affine", "add", "euclidean_norm", "max")[-MOST_SITES:]
    for step in dict.fromkeys([*[i for i in r.outputs if i is not None and r.nodes[i].op], *steps]):
        for name in ("sqrt", "square", "sigmoid", "tanh", "relu", "exp", "log", "abs"):
            if r.op(step).name != name:
                op = getattr(nodes, name)
                yield Change(
                    f"{name} of {r.called(step)}", values={step: lambda s, op=op: op.forward(s.compute())}
                )


def complements(question: Question) -> Changes:
    r = question.recording
    for step in r.steps("subtract"):
        if r.is_constant(step, 0) and np.all(np.asarray(r.values(step)[0]) == 1):
            name = operand(r, step, 1)
            yield Change(
                f"{name} stands where 1 - {name} belongs",
                values={step: lambda s: s.values[1]}, shares={step: lambda s: [None, s.cotangent]},
            )  # fmt: skip
    for i, name in variables(r):
        x = r.data[i]
        if x.size and (x >= 0).all() and (x <= 1).all() and x.any():
            yield Change(
                f"1 - {name} stands where {name} belongs, and the other way round",
                leaves={i: lambda a: 1 - a},
            )


def other_inputs(question: Question) -> Changes:
    r = question.recording
    pairs = variables(r)
    every = [(i, n.label) for i, n in enumerate(r.nodes) if n.op is None and n.label] or pairs
    for i, name in every:
        for k, other in every:
            if i < k and r.data[i].shape == r.data[k].shape:
                a, b = r.data[i], r.data[k]
                yield Change(
                    f"{name} and {other} change places", leaves={i: lambda _, b=b: b, k: lambda _, a=a: a}
                )
            if i != k and r.data[i].shape == r.data[k].shape:
                yield Change(f"{other} stands where {name} belongs", leaves={i: lambda _, x=r.data[k]: x})
    for step in r.steps(*PRODUCTS)[-MOST_SITES:]:
        for place, x in enumerate(r.inputs[step]):
            for k, _ in enumerate(r.nodes):
                if (
                    x is not None
                    and k != x
                    and r.data[k].shape == r.data[x].shape
                    and r.nodes[k].label
                    and r.nodes[step].requires_grad
                ):
                    where = f"{r.nodes[k].label} stands where {r.called(x)} belongs, in {r.called(step)}"
                    yield Change(where, shares={step: seen_as(r, place, k)})
