"""The rules of the backward pass in words: what an operation sends back to each of its operands.

One table says it for every operation that is no function of single numbers; those are written by the page of
derivatives itself. Text or LaTeX is a matter of the namespace that writes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import DtypeError
from ..graph import Node
from ..namespaces.formulas import Formulas, of_arrays
from ..namespaces.writing import Text
from ..primitive import Elementwise, Linear, Multilinear
from .operations import constant, index_text, is_scalar_constant, short_name, summed_axes, transposed

LONGEST_RULE = 32
"""A longer rule is only named where it stands beside an arrow."""
_ARRIVING = "\ue003"  # a character that no name has


@dataclass(frozen=True, slots=True)
class Use:
    """A node as an operand of another one.

    Attributes:
        node: the operation.
        index: which of its operands.
        m: the namespace that writes.
        g: the text of the cotangent that arrives.
        y: the text of the result.
        x: the texts of the operands; plain numbers as they are.
    """

    node: Node
    index: int
    m: Formulas
    g: Text
    y: Text
    x: list[Any]

    @property
    def operand(self) -> Any:
        """The operand itself."""
        return self.node.inputs[self.index]

    @property
    def details(self) -> Mapping[str, Any]:
        """The keywords of the operation."""
        return self.node.parameters

    def of(self, name: str, *operands: Any) -> Text:
        """A function of texts."""
        return self.m.function(name, operands)

    def said(self, words: str) -> Text:
        """The cotangent, and where it goes."""
        return self.m.said(self.g, words)


Rule = Callable[[Use], Any]


def pulled_back(
    m: Formulas, node: Node, index: int, arriving: Text, names: Mapping[Node, str], own: str = "…"
) -> Text:
    """What a node sends back to an operand, as a formula in the cotangent that arrives at it.

    Args:
        m: the namespace that writes.
        node: the operation.
        index: which of its operands.
        arriving: the text of the cotangent.
        names: of the operands, and of the node itself.
        own: the name of the node, if it is not among them.

    >>> from autograd_core import Tensor, tanh
    >>> from autograd_core.namespaces.formulas import of_arrays as m
    >>> w, x = Tensor([[2.0, 4.0]], requires_grad=True), Tensor([1.0, 0.5])
    >>> z = w @ x
    >>> names = {w: "W", x: "x", z: "z"}
    >>> print(pulled_back(m, z, 0, m.cotangent("z"), names))
    δ(z) ⊗ x
    >>> print(pulled_back(m, tanh(z), 0, m.cotangent("y"), names, "y"))
    δ(y) × (1 − y²)
    """
    use = _use(m, node, index, arriving, names, own)
    found = _share(use)
    axes = _repeated(use)
    return found if axes is None else m.total(found, axes)


def backward_rule(node: Node, index: int, names: Mapping[Node, str]) -> str:
    """The same in short, as it stands beside an arrow: g is what arrives, and is left out at either end.

    >>> from autograd_core import Tensor, tanh
    >>> w, x = Tensor([[2.0, 4.0]], requires_grad=True), Tensor([[1.0], [0.5]], requires_grad=True)
    >>> z = w @ x
    >>> names = {w: "W", x: "x", z: "z"}
    >>> backward_rule(z, 0, names), backward_rule(z, 1, names), backward_rule(z.sum(), 0, names)
    ('@ xᵀ', 'Wᵀ @', 'repeat')
    """
    use = _use(of_arrays, node, index, Text(of_arrays, _ARRIVING), names, "y")
    label = _without_ends(str(_share(use)))
    if len(label) > LONGEST_RULE:
        label = _without_ends(str(_named(use)))
    parts = (label, "" if _repeated(use) is None else "Σ")
    return ", ".join(part for part in parts if part).replace(_ARRIVING, "g")


def _without_ends(rule: str) -> str:
    g = _ARRIVING
    if rule == f"−{g}":
        return "× −1"
    if rule.startswith(g):
        rule = rule.partition(", 0 ")[0]
    if rule.count(g) == 1:
        rule = rule.removeprefix(g) if rule == g or rule.startswith(f"{g} ") else rule
        rule = re.sub(rf"\({g}(, axis [^)]*)?\)", "", rule.removesuffix(f" {g}"))
    return rule.strip()


def _use(m: Formulas, node: Node, index: int, g: Text, names: Mapping[Node, str], own: str) -> Use:
    return Use(node, index, m, g, m.name(names.get(node, own)), [operand(m, x, names) for x in node.inputs])


def operand(m: Formulas, x: Any, names: Mapping[Node, str]) -> Any:
    """An operand as rules take it: the text of a node or an array, a plain number as it is."""
    if isinstance(x, Node):
        return m.name(names.get(x) or "…")
    return float(np.asarray(x).item()) if is_scalar_constant(x) else m.words(constant(x))


def _share(use: Use) -> Text:
    assert use.node.op is not None, "only operations send something back"
    rule = RULES.get(use.node.op.name)
    if rule is None:
        rule = _times_slope if isinstance(use.node.op, Elementwise) else _named
    return use.m.text(rule(use))


def _times_slope(use: Use) -> Text:
    """The cotangent times the local derivative, of which the namespace writes the formula."""
    op = use.node.op
    assert isinstance(op, Elementwise), "other operations have no local derivative"
    try:
        return use.m.multiply(use.g, use.m.slope(op, use.index, use.x, use.y))
    except (DtypeError, TypeError, AttributeError):  # a function of the user's own that cannot be written
        return _named(use)


def _named(use: Use) -> Text:
    """The transpose of what is linear in an operand, ``fᵀ(g)``; the slope of what is not, ``f′(g)``, of a
    function of numbers ``g × f′(x)``.
    """
    op, m = use.node.op, use.m
    assert op is not None, "leaves have no rule"
    word = short_name(op)
    if isinstance(op, Linear | Multilinear):
        return use.of(f"{word}ᵀ", use.g)
    if isinstance(op, Elementwise):
        return m.multiply(use.g, use.of(f"{word}′", *use.x))
    return use.of(f"{word}′", use.g)


def _repeated(use: Use) -> tuple[int, ...] | None:
    """The axes along which the operand was repeated, over which its cotangent is summed; none named where
    that is all of them, None where it was not repeated.
    """
    op, own = use.node.op, tuple(getattr(use.operand, "shape", ()))
    wide = use.node.shape
    if op is not None and op.name in ("matmul", "solve"):
        others = [tuple(np.shape(getattr(x, "data", x))) for x in use.node.inputs]
        batches = [shape[:-2] for shape in others]
        wide = np.broadcast_shapes(*batches) + own[-2:]
    elif not (isinstance(op, Elementwise) or (op is not None and op.name == "broadcast_to")):
        return None
    if wide == own:
        return None
    extra = len(wide) - len(own)
    axes = (*range(extra), *(i + extra for i, n in enumerate(own) if n == 1 and wide[i + extra] != 1))
    if not axes:
        return None
    return () if all(wide[i] == 1 for i in range(len(wide)) if i not in axes) else axes


# -- the table -----------------------------------------------------------------------------------------


def _to_the_others(words: str) -> Rule:
    return lambda use: use.said(f"{words}, 0 to the others")


def _mean(use: Use) -> Text:
    count = math.prod(use.operand.shape) // max(1, math.prod(use.node.shape))
    return use.m.divide(use.of("repeat", use.g), float(count))


def _transpose(use: Use) -> Text:
    axes = use.details["axes"]
    if transposed(use.m, use.node, use.g).source == use.g.T.source:
        return use.g.T
    back = tuple(int(i) for i in np.argsort(axes))
    return use.of("transpose", use.g, use.m.words(str(back)))


def _piece(use: Use) -> Text:
    """Its own part of what was joined."""
    axis = use.details["axis"] % max(1, len(use.node.shape))
    lengths = [np.shape(getattr(x, "data", x))[axis] for x in use.node.inputs]
    start = sum(lengths[: use.index])
    index = (*[slice(None)] * axis, slice(start, start + lengths[use.index]))
    return use.m.part(use.g, index_text(index))


def _layer(use: Use) -> Text:
    axis = use.details["axis"] % len(use.node.shape)
    return use.m.part(use.g, index_text((*[slice(None)] * axis, use.index)))


def _getitem(use: Use) -> Text:
    index = use.details["index"]
    parts = index if isinstance(index, tuple) else (index,)
    if any(part is None for part in parts) and math.prod(use.node.shape) == math.prod(use.operand.shape):
        return use.of("reshape", use.g)  # a new axis
    return use.said(f"to {index_text(index)}, 0 to the others")


def _index_set(use: Use) -> Text:
    if use.index:
        return use.said("where it was written")
    return use.said("where it was not overwritten, 0 elsewhere")


def _scanned(use: Use) -> Text:
    """What comes after an element is what it has moved."""
    return use.m.said(use.of("cumΣ", use.g), "from the end")


def _cumprod(use: Use) -> Text:
    m, g, y, (x,) = use.m, use.g, use.y, use.x
    return m.divide(m.said(use.of("cumΣ", m.multiply(g, y)), "from the end"), x)


def _matmul(use: Use) -> Text:
    m, g, (a, b) = use.m, use.g, map(use.m.text, use.x)
    left, right = (len(np.shape(getattr(x, "data", x))) for x in use.node.inputs)
    if left == right == 1:
        return m.multiply(g, b if use.index == 0 else a)
    if use.index == 0:
        return m.outer(g, b) if right == 1 else g @ b.T
    return m.outer(a, g) if left == 1 else a.T @ g


def _einsum(use: Use) -> Text:
    """The sum with the result in the place of the operand."""
    names = list(use.details["subscripts"])
    target, names[use.index] = names[use.index], use.details["output"]
    operands = [use.g if i == use.index else x for i, x in enumerate(use.x)]
    return use.of("einsum", *operands, use.m.words(f"{','.join(names)}→{target}"))


def _affine(use: Use) -> Any:
    m, g, (x, w, _) = use.m, use.g, use.x
    rows = len(use.node.shape) > 1
    if use.index == 0:
        return g @ w
    if use.index == 1:
        return g.T @ x if rows else m.outer(g, x)
    return m.total(g, range(len(use.node.shape) - 1)) if rows else g


def _centred(use: Use, g: Text, z: Text) -> Text:
    """(g − mean(g) − z mean(g z)) / std(x), what centring and scaling leave of a cotangent."""
    m = use.m
    along = m.multiply(z, use.of("mean", m.multiply(g, z)))
    return m.divide(g - use.of("mean", g) - along, use.of("std", use.x[0]))


def _scaled(use: Use) -> Text:
    m, g, (x, w, _) = use.m, use.g, use.x
    z = use.of("z", x)
    if use.index == 2:
        return m.total(g, summed_axes(use.node))
    if use.index == 1:
        return m.total(m.multiply(g, z), summed_axes(use.node))
    return _centred(use, m.multiply(w, g), z)


def _softmax(use: Use) -> Text:
    m, g, y = use.m, use.g, use.y
    return m.multiply(y, g - m.total(m.multiply(g, y), summed_axes(use.node)))


def _log_softmax(use: Use) -> Text:
    m = use.m
    return use.g - m.multiply(m.exp(use.y), m.total(use.g, summed_axes(use.node)))


def _p_norm(use: Use) -> Text:
    m, p = use.m, float(use.details["p"])
    (x,) = use.x
    return m.multiply(use.g, m.multiply(m.sign(x), m.power(m.divide(m.abs(x), use.y), p - 1)))


def _solve(use: Use) -> Text:
    right = use.m.inverse(use.x[0]).T @ use.g
    return right if use.index else use.m.negative(right @ use.y.T)


def _pinv(use: Use) -> Any:
    m, g, p, (a,) = use.m, use.g, use.y, use.x
    one = m.words("I")
    return -(p.T @ g @ p.T) + (one - a @ p) @ g.T @ p @ p.T + p.T @ p @ g.T @ (one - p @ a)


def _cholesky(use: Use) -> Text:
    """Murray (2016), equation 10."""
    m, y = use.m, use.y
    return use.of("sym", m.inverse(y).T @ use.of("Φ", y.T @ use.g) @ m.inverse(y))


def _parts(use: Use, words: str, *letters: str) -> tuple[Callable[[Text], Text], list[Text]]:
    """Names for the parts of a result that is several matrices, and what says so behind a formula."""
    return lambda found: use.m.said(found, f"with {words}"), [use.m.name(letter) for letter in letters]


def _qr(use: Use) -> Text:
    """Walter and Lehmann (2012)."""
    finished, (q, r, of_q, of_r) = _parts(use, "A = Q @ R, δ = [δQ; δRᵀ]", "Q", "R", "δQ", "δR")
    return finished((of_q + q @ use.of("copyltu", r @ of_r.T - of_q.T @ q)) @ use.m.inverse(r).T)


def _eigh(use: Use) -> Text:
    """Giles (2008), 3.1."""
    m = use.m
    finished, (v, of_w, of_v, f) = _parts(use, "δ = [δw; δV], F = 1 / (wⱼ − wᵢ)", "V", "δw", "δV", "F")
    return finished(v @ (use.of("diag", of_w) + m.multiply(f, v.T @ of_v)) @ v.T)


def _eig(use: Use) -> Text:
    """Giles (2008), 3.1, with vectors kept at length 1."""
    m = use.m
    finished, (v, of_w, of_v, f) = _parts(use, "δ = [δw; δV], F = 1 / (wⱼ − wᵢ)", "V", "δw", "δV", "F")
    across = of_v - v @ use.of("diag", v.T @ of_v)
    return finished(m.inverse(v).T @ (use.of("diag", of_w) + m.multiply(f, v.T @ across)) @ v.T)


def _svd(use: Use) -> Text:
    """Townsend (2016), "Differentiating the singular value decomposition"."""
    m = use.m
    finished, (u, s, v, of_u, of_s, of_v, f) = _parts(
        use, "δ = [δU; δS; δV], F = 1 / (sⱼ² − sᵢ²)", "U", "S", "V", "δU", "δS", "δV", "F"
    )
    left = m.multiply(f, u.T @ of_u - of_u.T @ u)
    right = m.multiply(f, v.T @ of_v - of_v.T @ v)
    return finished(u @ (left @ s + use.of("diag", of_s) + s @ right) @ v.T)


def _cofactor(use: Use) -> Text:
    """The order of the directions does not matter, so the derivative along one is its own transpose."""
    a, *directions = use.x
    if use.index:
        directions.pop(use.index - 1)
    return use.of("cof", a, *directions, use.g)


def _where(use: Use) -> Text:
    return use.said(f"where the condition {'holds' if use.index == 1 else 'fails'}, 0 elsewhere")


RULES: dict[str, Rule] = {
    # shapes
    "astype": lambda use: use.g,
    "broadcast_to": lambda use: use.g,
    "reshape": lambda use: use.of("reshape", use.g),
    "transpose": _transpose,
    "concatenate": _piece,
    "stack": _layer,
    "pad": lambda use: use.said("without the margin"),
    # sums, means, extremes
    "sum": lambda use: use.of("repeat", use.g),
    "mean": _mean,
    "prod": lambda use: use.m.divide(use.m.multiply(use.g, use.y), use.x[0]),
    "max": _to_the_others("to the max"),
    "min": _to_the_others("to the min"),
    "cumsum": _scanned,
    "cumprod": _cumprod,
    "cummax": _to_the_others("to the max so far"),
    "cummin": _to_the_others("to the min so far"),
    "sort": lambda use: use.said("in the order from before sorting"),
    "where": _where,
    "euclidean_norm": lambda use: use.m.multiply(use.g, use.m.divide(use.x[0], use.y)),
    "p_norm": _p_norm,
    "logsumexp": lambda use: use.m.multiply(use.g, use.of("softmax", use.x[0])),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "standardize": lambda use: _centred(use, use.g, use.y),
    "standardize_affine": _scaled,
    # places
    "getitem": _getitem,
    "put": lambda use: use.m.part(use.g, index_text(use.details["index"])),
    "index_set": _index_set,
    "take_along_axis": _to_the_others("to the chosen"),
    "put_along_axis": lambda use: use.of("take", use.g),
    "gather": lambda use: use.of("scatter", use.g),
    "scatter": lambda use: use.of("gather", use.g),
    # windows
    "convolution": lambda use: (
        use.of("conv", use.x[0], use.g) if use.index else use.of("convᵀ", use.g, use.x[1])
    ),
    "transposed_convolution": lambda use: use.of("conv", use.g, use.x[1 - use.index]),
    "convolution_weight_gradient": lambda use: (
        use.of("conv", use.x[0], use.g) if use.index else use.of("convᵀ", use.x[1], use.g)
    ),
    "window_max": _to_the_others("to the max of each window"),
    "window_sum": lambda use: use.said("to each number of its window"),
    "spread_window_sum": lambda use: use.m.said(use.m.total(use.g), "over each window"),
    "sliding_windows": lambda use: use.m.said(use.m.total(use.g), "over the windows that hold it"),
    "fold_windows": lambda use: use.of("windows", use.g),
    "collect_from_winners": _to_the_others("to the winners"),
    "distribute_to_winners": lambda use: use.said("of the winners"),
    # products of matrices, factorisations
    "matmul": _matmul,
    "affine": _affine,
    "einsum": _einsum,
    "inv": lambda use: -(use.y.T @ use.g @ use.y.T),
    "solve": _solve,
    "pinv": _pinv,
    "det": lambda use: use.m.multiply(use.g, use.of("cof", use.x[0])),
    "cofactor": _cofactor,
    "logabsdet": lambda use: use.m.multiply(use.g, use.m.inverse(use.x[0]).T),
    "cholesky": _cholesky,
    "qr": _qr,
    "eigh": _eigh,
    "eig": _eig,
    "svd": _svd,
    "complement": lambda use: 0.0,
    # Fourier transforms
    "fft": lambda use: use.of("FFTᴴ", use.g),
    "ifft": lambda use: use.of("FFT⁻ᴴ", use.g),
    "rfft": lambda use: use.of("Re FFTᴴ", use.g),
    "irfft": lambda use: use.of("FFT⁻ᴴ", use.g),
}
"""For each operation on arrays what it sends back."""
