"""The chain rule that a graph has carried out, written down with symbols and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import GraphError
from ..graph import Node, called, own_label
from ..namespaces.writing import Text
from ..primitive import Elementwise
from ..sweeping import ancestors, descendants_of, sent_back, sweep
from ..tensor import Tensor
from .matrices import exact
from .notation import LATEX, TEXT, Notation
from .reading import SEED, aliases, names_of_nodes, reading_order, seeds
from .rules import pulled_back

__all__ = ["Explanation", "explain"]

_MOST_STEPS = 40
"""Of a longer chain the ends are written: half of it near the result, half near the variable."""
_MOST_USES = 8
_MOST_PATHS = 4
_MOST_FACTORS = 12
"""With no more paths and factors the chain rule is also written as the sum over its paths."""
_COUNTED_EXACTLY = 10**15
_DIGITS_OF_A_FLOAT = 308


@dataclass(frozen=True)
class Explanation:
    """The chain rule from one node to another, as :func:`explain` found it.

    Attributes:
        text: for a terminal.
        latex: the same for typesetting, as a notebook shows it.
        paths: over how many paths the sum runs; approximately, where they are more than 10^15.

    >>> from autograd_core import Value
    >>> x = Value(3.0, label="x")
    >>> explain(x * x, wrt=x).paths
    2
    """

    text: str
    latex: str
    paths: float

    def __str__(self) -> str:
        from .terminal import printable

        return printable(self.text)

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$$\\begin{{aligned}}{self.latex}\\end{{aligned}}$$"


def explain(node: Node, wrt: Node) -> Explanation:
    """Write down how d node / d wrt was computed: forwards the values, backwards the chain rule.

    δ of a node is the derivative of the result with respect to it. The δ of a node that was used once comes
    from that use: δ of the use, times the local derivative there. A node that was used several times has a
    line for each use, and the sum. Nodes are called as in a drawing; matrices of up to 6 x 6 are written
    out; of a chain of more than forty steps its ends are written.

    Args:
        node: the result, a single number.
        wrt: what it was computed from.

    Raises:
        GraphError: if ``node`` is not one number, or does not depend on ``wrt``.

    >>> from autograd_core import Tensor, Value
    >>> x = Value(3.0, label="x")
    >>> y = (x * x + 2 * x).named("y")
    >>> print(explain(y, wrt=x))
    forward
    x = 3
    v₁ = x × x = 9
    v₂ = x × 2 = 6
    y = v₁ + v₂ = 15
    <BLANKLINE>
    backward, δ(v) is ∂y/∂v
    δ(y) = 1
    δ(v₂) = δ(y) = 1
    δ(v₁) = δ(y) = 1
    x is used 3 times
      in v₁ = x × x: δ(v₁) · x = 3
      in v₁ = x × x: δ(v₁) · x = 3
      in v₂ = x × 2: δ(v₂) · 2 = 2
    δ(x) = 3 + 3 + 2 = 8
    <BLANKLINE>
    ∂y/∂x = ∂y/∂v₁ · ∂v₁/∂x + ∂y/∂v₁ · ∂v₁/∂x + ∂y/∂v₂ · ∂v₂/∂x = 8, the sum over 3 paths

    Of tensors the lines are products of matrices:

    >>> W = Tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True, label="W")
    >>> loss = (W @ Tensor([1.0, 2.0], label="x")).square().sum()
    >>> print(explain(loss, wrt=W).text.partition("backward, ")[2])
    δ(v) is ∂L/∂v
    δ(L) = 1
    δ(v₂) = repeat(δ(L)) = [1  1]
    δ(v₁) = δ(v₂) × 2·v₁ = [−6  13]
    δ(W) = δ(v₁) ⊗ x
         = ⎡−6  −12⎤
           ⎣13   26⎦
    <BLANKLINE>
    ∂L/∂W = δ(W)
    """
    if math.prod(node.shape) != 1:
        raise GraphError(f"explain() explains one number, the node has shape {node.shape}")
    between = descendants_of([wrt], ancestors([node], until=[wrt])[::-1])
    if node not in between:
        raise GraphError(f"explain(): {node!r} does not depend on {wrt!r}")
    chain = _Chain(node, wrt, between)
    return Explanation(chain.written(TEXT), chain.written(LATEX), chain.paths)


class _Chain:
    """The nodes between a variable and a result, and what has been sent back along them.

    Attributes:
        names: of all nodes that the result was computed from, as a drawing has them.
        shown: the nodes that are written, in the order of the computation: all, or those at the ends.
        omitted: how many nodes between are not.
        uses: for each node where it is used on the way to the result.
        paths: how many paths lead from the variable to the result.
        logarithm: of that the logarithm to base 10.
    """

    def __init__(self, node: Node, wrt: Node, between: Set[Node]) -> None:
        self.node, self.wrt = node, wrt
        whole = reading_order([node])

        self._stands_for = aliases(whole, {node, wrt}, own_label)
        self.names = _names(whole, node, self._stands_for)
        chain = [n for n in whole if n in between and n not in self._stands_for]
        self.uses: dict[Node, list[tuple[Node, int]]] = {n: [] for n in chain}
        for n in chain:
            for i, x in enumerate(self._inputs(n)) if n is not wrt else ():
                if isinstance(x, Node) and x in between:
                    self.uses[x].append((n, i))
        self.paths, self.logarithm = self._counted(chain)
        self.omitted = max(0, len(chain) - _MOST_STEPS)
        half = _MOST_STEPS // 2
        self.shown = [*chain[:half], *chain[-half:]] if self.omitted else chain
        self.cotangents = self._sweep()

    def _inputs(self, node: Node) -> list[Any]:
        """The operands of a node; in the place of those that only stand for others the others."""
        return [self._stands_for.get(x, x) if isinstance(x, Node) else x for x in node.inputs]

    def _counted(self, chain: Sequence[Node]) -> tuple[float, float]:
        """The number of paths, which can have more digits than there are nodes, and its logarithm."""
        counts: dict[Node, int] = {self.wrt: 1}
        logarithms: dict[Node, float] = {self.wrt: 0.0}
        ways: dict[Node, list[Node]] = {n: [] for n in chain}
        for x, uses in self.uses.items():
            for use, _ in uses:
                ways[use].append(x)
        for n in chain:
            if n is not self.wrt:
                most = max(logarithms[x] for x in ways[n])
                logarithms[n] = most + math.log10(sum(10 ** (logarithms[x] - most) for x in ways[n]))
                counts[n] = min(sum(counts[x] for x in ways[n]), _COUNTED_EXACTLY)
        count, logarithm = counts[self.node], logarithms[self.node]
        if count < _COUNTED_EXACTLY:
            return count, logarithm
        return 10**logarithm if logarithm < _DIGITS_OF_A_FLOAT else math.inf, logarithm

    def _sweep(self) -> dict[Node, Any]:
        """The gradients of the nodes that are written, and of where these are used."""
        kept = {*self.shown, *(use for n in self.shown for use, _ in self.uses[n][:_MOST_USES])}
        one = np.ones_like(self.node.data) if isinstance(self.node, Tensor) else 1.0
        return {n: cotangent for n, cotangent in sweep([self.node], [one], toward=[self.wrt]) if n in kept}

    def written(self, to: Notation) -> str:
        """The whole explanation in a notation."""
        forward: list[str] = []
        backward: list[str] = []
        defined: set[Node] = set()
        for i, n in enumerate(self.shown):
            if self.omitted and i == len(self.shown) // 2:
                forward.append(to.left_out(self.omitted, "steps"))
            forward += self._definitions(n, defined, to)
        for i, n in enumerate(reversed(self.shown)):
            if self.omitted and i == len(self.shown) // 2:
                backward.append(to.left_out(self.omitted, "steps"))
            backward += self._step(n, to)
        backward += to.with_condition(backward)
        return to.finished(
            [to.heading("forward"), *forward],
            [to.backward(self.names[self.node]), *backward],
            self._conclusion(to),
        )

    def _definitions(self, node: Node, defined: set[Node], to: Notation) -> Iterator[str]:
        """How a node was computed, after those operands that were not written yet."""
        operands = (
            []
            if node is self.wrt
            else [x for x in self._inputs(node)[:_MOST_USES] if isinstance(x, Node) and x not in self.uses]
        )
        for n in (*operands, node):
            if n not in defined:
                defined.add(n)
                name, *found = to.definition(n, self.names)
                yield to.shaped(name, [] if n is self.wrt else found, n.data)

    def _step(self, node: Node, to: Notation) -> Iterator[str]:
        """The gradient of a node: from its one use, or from each of several and then the sum."""
        uses = self.uses[node]
        left = str(to.numbers.cotangent(self.names[node]))
        total = self.cotangents.get(node, np.zeros(node.shape))
        if not uses:
            yield to.line(left, [], total)
            return
        written = uses[:_MOST_USES]
        if len(uses) == 1:
            parts, rounded = self._formula(*written[0], to)
            yield to.line(left, self._hooked(node, parts, to), total, rounded)
            return
        yield to.used(to.name(self.names[node]), len(uses))
        terms = []
        for use, i in written:
            parts, rounded = self._formula(use, i, to)
            share = sent_back(use, self.cotangents[use], i) if use in self.cotangents else 0.0
            where = " = ".join(to.definition(use, self.names))
            yield to.use(where, parts, share, rounded)
            terms.append(share)
        left_out = len(uses) - len(written)
        if left_out:
            yield to.left_out(left_out, "uses")
        single = all(np.size(term) == 1 for term in terms)
        rounded = single and not all(map(exact, terms))
        whole = self._sum(terms, left_out, to) if single else str(to.arrays.words("their sum"))
        yield to.line(left, self._hooked(node, [whole], to), total, rounded)

    def _hooked(self, node: Node, parts: list[str], to: Notation) -> list[str]:
        """The same as an operand of the hooks of the node, if it has some."""
        m = to.numbers
        return [str(m.function("hook", [Text(m, parts[0])]))] if node.tag.hooks else parts

    def _sum(self, terms: Sequence[Any], left_out: int, to: Notation) -> str:
        texts = [_bracketed(to.numbers.number(float(np.asarray(term).item()))) for term in terms]
        return " + ".join([*texts, *(["…"] if left_out else [])])

    def _formula(self, use: Node, index: int, to: Notation) -> tuple[list[str], bool]:
        """What a use sends back, in symbols, and in numbers where these are single and none of them is 1; and
        whether they are rounded.
        """
        single = math.prod(use.shape) == 1 and isinstance(use.op, Elementwise)
        single = single and all(np.size(x.data if isinstance(x, Node) else x) == 1 for x in use.inputs)
        m = to.numbers if single else to.arrays
        parts = [str(pulled_back(m, use, index, m.cotangent(self.names[use]), self.names))]
        if not single or use not in self.cotangents:
            return parts, False
        assert isinstance(use.op, Elementwise), "functions of single numbers are"
        values = [x.data if isinstance(x, Node) else x for x in use.inputs]
        local = use.op.local_derivative(use.namespace, index, use.data, values)
        factors = [
            float(np.asarray(x).item()) for x in (self.cotangents[use], 0.0 if local is None else local)
        ]
        if any(abs(factor) in (0.0, 1.0) for factor in factors):
            return parts, False
        first, second = map(m.number, factors)
        parts.append(f"{first}{m.product}{_bracketed(second)}")
        return parts, not exact(factors)

    def _conclusion(self, to: Notation) -> str:
        """The derivative that was asked for, as the sum over its paths where these are few and short."""
        of, by = self.names[self.node], self.names[self.wrt]
        whole = to.derivative(of, by)
        paths = self._products()
        sum_of_paths = " + ".join(
            to.numbers.product.join(to.derivative(self.names[a], self.names[b]) for a, b in path)
            for path in paths
        )
        total = self.cotangents.get(self.wrt, np.zeros(self.wrt.shape))
        several = f"the sum over {self._count()} paths" if self.paths > 1 else ""
        if np.ndim(total):
            gradient = str(to.arrays.cotangent(by))
            return to.said(to.equation(whole, [gradient]), several)
        return to.said(
            to.line(whole, [sum_of_paths] if sum_of_paths else [], float(np.asarray(total).item())), several
        )

    def _count(self) -> str:
        if self.logarithm < math.log10(_COUNTED_EXACTLY):
            return f"{self.paths:,}"
        return f"about 10^{self.logarithm:.0f}"

    def _products(self) -> list[list[tuple[Node, Node]]]:
        """The edges of each path, the last one first; none where there are many, or where an edge is the
        derivative itself.
        """
        single = all(math.prod(n.shape) == 1 and isinstance(n.op, Elementwise | None) for n in self.shown)
        if self.paths > _MOST_PATHS or self.omitted or not single:
            return []
        finished: list[list[tuple[Node, Node]]] = []
        growing: list[list[tuple[Node, Node]]] = [[]]
        while growing:  # from the variable upwards, one edge at a time
            path = growing.pop()
            end = path[0][0] if path else self.wrt
            if end is self.node:
                finished.append(path)
            else:
                growing += [[(use, end), *path] for use, _ in reversed(self.uses[end])]
        readable = all(len(path) > 1 for path in finished) and sum(map(len, finished)) <= _MOST_FACTORS
        return finished if readable else []


def _names(whole: Sequence[Node], node: Node, stand_for: Mapping[Node, Node]) -> dict[Node, str]:
    """The names that the nodes have in a drawing."""
    by_alias = {of: own_label(n) for n, of in reversed(list(stand_for.items()))}
    started = seeds(whole)

    def given(n: Node) -> str:
        return called(n, own_label) or by_alias.get(n, "") or (SEED if n in started else "")

    drawn = [n for n in whole if n not in stand_for]
    names = names_of_nodes(drawn, given, node if node.requires_grad else None)
    return names | {n: names[of] for n, of in stand_for.items()}


def _bracketed(number: Any) -> str:
    return f"({number})" if str(number).startswith("−") else str(number)
