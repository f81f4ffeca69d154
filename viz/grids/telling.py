"""What is said about a cell: the sum from which its value comes, or its gradient, term by term.

The page says the same in JavaScript; a test compares the two, cell by cell.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .numbers import Numbers
from .table import Grid, Grids, Stage

MOST_SAID = 10
"""Of a sum of more terms, so many are said."""
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def position(grid: Grid, index: int) -> str:
    """The place of a cell as subscripts, without the axes of length 1 in front."""
    shape = grid.shape
    if not shape:
        return ""
    places = np.unravel_index(index, shape)
    least = len(shape) - (1 if len(shape) < 2 else 2)
    shown = [int(i) for d, i in enumerate(places) if shape[d] > 1 or d >= least]
    if len(shape) == 2 and shape[0] == 1:
        shown = shown[1:]
    return (",".join if any(i > 9 for i in shown) else "".join)(map(str, shown)).translate(_SUBSCRIPTS)


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a sum.

    Attributes:
        symbol: in names (``x₁₁ · k₀₀``).
        numbers: in numbers (``1 × 0.6``).
        value: what it is.
        state: ``won``, ``lost`` or nothing.
        out, source, by: the numbers of the cells that it joins, 0 for none.
    """

    symbol: str
    numbers: str
    value: float
    state: str
    out: int
    source: int
    by: int


@dataclass(frozen=True, slots=True)
class Told:
    """A cell and where its number comes from.

    Attributes:
        stage: the place of the operation at which one sees it.
        code: the number of the cell.
        backward: whether it is the gradient.
        lead: what is computed (``o₁₁``, ``∂L/∂k₀₁``).
        parts: the computation in numbers, the parts of a sum one by one.
        result: the number.
        written: the same as a text.
        equals: ``=`` where all numbers are exact, else ``≈``.
        terms: its lines.
        foot: the last line.
        after: what is worth saying about the result.
    """

    stage: int
    code: int
    backward: bool
    lead: str
    parts: tuple[str, ...]
    result: float
    written: str
    equals: str
    terms: tuple[Term, ...]
    foot: str
    after: str = ""

    @property
    def sentence(self) -> str:
        """The whole in one line; of a long sum the beginning."""
        most = len(self.parts) if len(self.parts) <= MOST_SAID + 2 else MOST_SAID
        rest = (f"… {len(self.parts) - most} more",) * (most < len(self.parts))
        middle = f" = {' + '.join((*self.parts[:most], *rest))}" if self.parts else ""
        return f"{self.lead}{middle} {self.equals} {self.written}{self.after}"


@dataclass(frozen=True, slots=True)
class Block:
    """Steps, one for each cell of a grid: its values, or its gradients.

    Attributes:
        stage: the place of the operation at which one sees them.
        grid: the place of the grid.
        backward: whether it is the gradients.
    """

    stage: int
    grid: int
    backward: bool


class Teller:
    """Tells about the cells of grids.

    Attributes:
        all: the grids.
        write: how numbers are written.
        values: the number in each cell.
    """

    def __init__(self, grids: Grids, write: Numbers | None = None) -> None:
        self.all = grids
        self.write = write or Numbers()
        self.values: list[float] = [0.0]
        for grid in grids.grids:
            self.values += grid.values.tolist()
        self._starts = [grid.start for grid in grids.grids]
        self._firsts = [
            np.searchsorted(stage.uses.out, np.arange(grids.grids[stage.output].values.size + 1)).tolist()
            for stage in grids.stages
        ]
        self._made = {stage.output: s for s, stage in enumerate(grids.stages)}

    @cached_property
    def _columns(self) -> list[tuple[list[int], list[int], list[int], list[float]]]:
        """The table of each operation as lists, which are read one by one."""
        tables = [stage.uses for stage in self.all.stages]
        return [(t.out.tolist(), t.source.tolist(), t.by.tolist(), t.factor.tolist()) for t in tables]

    @cached_property
    def _rows(self) -> tuple[Any, Any, Any]:
        """The codes of all cells that are used, in order, with the operation and the row of each use."""
        empty = np.zeros(0, dtype=np.int64)
        codes, stages, rows = [empty], [empty], [empty]
        for s, stage in enumerate(self.all.stages):
            source, by = stage.uses.source, stage.uses.by
            for column, kept in ((source, source > 0), (by, (by > 0) & (by != source))):
                codes.append(column[kept])
                rows.append(np.flatnonzero(kept))
                stages.append(np.full(codes[-1].size, s))
        columns = [np.concatenate(part) for part in (rows, stages, codes)]
        order = np.lexsort(columns)
        row, place, code = (column[order] for column in columns)
        return code, place, row

    def uses(self, code: int) -> list[tuple[int, int]]:
        """Where a cell is used: the operations, and the rows of their tables."""
        codes, stages, rows = self._rows
        low, high = np.searchsorted(codes, [code, code + 1])
        return list(zip(stages[low:high].tolist(), rows[low:high].tolist(), strict=True))

    @cached_property
    def shown(self) -> list[int]:
        """For each grid the first operation that uses it, -1 where none does."""
        codes, stages, _ = self._rows
        shown = [-1] * len(self.all.grids)
        for s in range(len(self.all.stages) - 1, -1, -1):
            for g in np.unique(np.searchsorted(self._starts, codes[stages == s], side="right") - 1).tolist():
                shown[g] = s
        return shown

    def grid_of(self, code: int) -> int:
        """The place of the grid of a cell."""
        return bisect_right(self._starts, code) - 1

    def name(self, code: int, stage: Stage | None = None) -> str:
        """What a cell is called: ``k₀₁``; padding is called by its number."""
        if code < 0:
            return self.write(self.value(code, stage))
        grid = self.all.grids[self.grid_of(code)]
        return grid.letter + position(grid, code - grid.start)

    def value(self, code: int, stage: Stage | None) -> float:
        """The number in a cell."""
        if code >= 0:
            return self.values[code]
        assert stage is not None, "padding belongs to an operation"
        assert stage.frame is not None, "padding belongs to a frame"
        return float(stage.frame.values.flat[-1 - code])

    def told(self, code: int, backward: bool) -> Told:
        """What is said about a cell: its value, or its gradient."""
        if backward:
            return self.backward(code)
        g = self.grid_of(code)
        return self.forward(self._made[g], code - self.all.grids[g].start)

    def forward(self, s: int, k: int) -> Told:
        """Where the value of the k-th output of an operation comes from."""
        stage = self.all.stages[s]
        output = self.all.grids[stage.output]
        code, result = output.start + k, float(output.values[k])
        written = self.write(result)
        terms = list(self._operands(s, k))
        lead, equals = self.name(code), "≈"
        values = [term.value for term in terms]
        parts: tuple[str, ...]
        if stage.form == "sum":
            if stage.offset is not None:
                rest = float(stage.offset[k])
                terms.append(Term("constant", "", rest, "", code, 0, 0))
                values.append(rest)
            parts = _added([term.numbers or self.write(term.value) for term in terms])
            used = [self.value(x, stage) for term in terms for x in (term.source, term.by)]
            factors = self._columns[s][3][self._firsts[s][k] : self._firsts[s][k + 1]]
            equals = "=" if self.write.exact(result, *values, *used, *factors) else "≈"
            foot = f"{_sum_of(terms)}{lead} {equals} {written}"
            if len(terms) == 1 and parts[0] == written:
                parts = (terms[0].symbol,)
        elif stage.form in ("max", "min"):
            parts, equals = (f"{stage.form}({', '.join(map(self.write, values))})",), "="
            word = "largest" if stage.form == "max" else "smallest"
            foot = f"{word} of {len(terms)}: {lead} = {written}"
        elif stage.form in ("softmax", "log_softmax"):
            own = terms[self._own(stage, k)]
            total, z = math.fsum(values), self.value(own.source, stage)
            name = self.name(own.source, stage)
            if stage.form == "softmax":
                symbols, numbers = f"exp {name} / Σ exp", f"{self.write(own.value)} / {self.write(total)}"
            else:
                symbols, numbers = f"{name} − ln Σ exp", f"{self.write(z)} − ln {self.write(total)}"
            parts, foot = (f"{symbols} = {numbers}",), f"{numbers} ≈ {written}"
        elif stage.form == "standardize":
            parts, foot = self._standardised(stage, terms, k)
        elif stage.form == "function" and len(terms) == stage.template.count("{"):
            symbols = _filled(stage.template, [term.symbol for term in terms])
            numbers = _filled(stage.template, [self.write.signed(value) for value in values])
            equals = "=" if self.write.exact(result, *values) else "≈"
            parts, foot = (f"{symbols} = {numbers}",), f"{numbers} {equals} {written}"
        else:
            parts, equals = (f"{stage.title} of {len(terms)} numbers",), "="
            foot = f"{lead} = {written}"
        return Told(s, code, False, lead, parts, result, written, equals, tuple(terms), foot)

    def _operands(self, s: int, k: int) -> Iterator[Term]:
        """What an output is computed from, term by term."""
        stage = self.all.stages[s]
        code = self.all.grids[stage.output].start + k
        _, sources, bys, factors = self._columns[s]
        for row in range(self._firsts[s][k], self._firsts[s][k + 1]):
            source, by, factor = sources[row], bys[row], factors[row]
            x, name = self.value(source, stage), self.name(source, stage)
            state, numbers, value = "", "", x
            if stage.form == "sum":
                value = x * factor
                parts = [] if factor == 1 else ["−1" if factor == -1 else self.write(factor)]
                if by:
                    value *= self.values[by]
                    numbers = " × ".join([*parts, self.write.signed(x), self.write.signed(self.values[by])])
                    name = f"{name} · {self.name(by)}"
                elif parts:
                    numbers = " × ".join([*parts, self.write.signed(x)])
                state = "lost" if source < 0 else ""
            elif stage.form in ("max", "min"):
                state = "won" if factor else "lost"
            elif stage.form in ("softmax", "log_softmax"):
                name, numbers, value = f"exp {name}", f"exp {self.write.signed(x)}", math.exp(min(x, 700.0))
            elif stage.form == "standardize" and self.grid_of(max(source, 1)) != stage.sources[0]:
                state = "aside"
            yield Term(name, numbers, value, state, code, source, by)

    def _own(self, stage: Stage, k: int) -> int:
        """Which of the inputs of an output is at the same place as it, in the group that they share."""
        uses = stage.uses
        source = uses.source[uses.out == k]
        source = source[
            (source > 0) & (np.searchsorted(self._starts, source, side="right") - 1 == stage.sources[0])
        ]
        outs = np.unique(uses.out[np.isin(uses.source, source)])
        return int(np.searchsorted(outs, k))

    def _standardised(self, stage: Stage, terms: list[Term], k: int) -> tuple[tuple[str, ...], str]:
        write = self.write
        group = [term for term in terms if term.state != "aside"]
        aside = [term for term in terms if term.state == "aside"]
        mean = math.fsum(term.value for term in group) / len(group)
        variance = math.fsum((term.value - mean) ** 2 for term in group) / len(group)
        own = group[self._own(stage, k)]
        symbols = f"({own.symbol} − μ) / √(σ² + ε)"
        spread = write(math.sqrt(variance + stage.eps))
        numbers = f"({write(own.value)} − {write.signed(mean)}) / {spread}"
        if aside:
            symbols += f" · {aside[0].symbol} + {aside[1].symbol}"
            numbers += f" × {write.signed(aside[0].value)} + {write.signed(aside[1].value)}"
        signs = ["=" if write.exact(x) else "≈" for x in (mean, variance)]
        foot = f"μ {signs[0]} {write(mean)}, σ² {signs[1]} {write(variance)}"
        return (f"{symbols} = {numbers}",), foot

    def backward(self, code: int) -> Told:
        """Where the gradient of a cell comes from: the sum over its uses."""
        g = self.grid_of(code)
        grid, shown = self.all.grids[g], self.shown[g]
        assert grid.gradients is not None, "only cells with a gradient are asked for"
        result, lead = float(grid.gradients[code - grid.start]), f"∂{self.all.output}/∂{self.name(code)}"
        written = self.write(result)
        rows = self.uses(code)
        if not rows:
            foot = f"{lead} = {written}"
            return Told(shown, code, True, lead, (), result, written, "=", (), foot, ", it is not used")
        terms, numbers = [], [result]
        for s, row in rows:
            term, used = self._share(s, row, code, s == shown)
            terms.append(term)
            numbers += [term.value, *used]
        equals = "=" if self.write.exact(*numbers) else "≈"
        parts = _added([term.numbers for term in terms])
        if len(terms) == 1 and parts[0] == written:
            parts = (terms[0].symbol,)
        foot = f"{_sum_of(terms, 'one use: ')}{lead} {equals} {written}"
        return Told(
            shown, code, True, lead, parts, result, written, equals, tuple(terms), foot, self.after(code)
        )

    def _share(self, s: int, row: int, code: int, is_shown: bool) -> tuple[Term, list[float]]:
        """What one use pays, and the numbers in it."""
        stage = self.all.stages[s]
        output = self.all.grids[stage.output]
        outs, sources, bys, factors = self._columns[s]
        k, source, by, factor = outs[row], sources[row], bys[row], factors[row]
        delta = 0.0 if output.gradients is None else float(output.gradients[k])
        symbol = f"δ{position(output, k) if is_shown else self.name(output.start + k)}"
        if source == by:  # a square
            factor *= 2
        numbers, used, value, state = [self.write.signed(delta)], [delta, factor], delta * factor, ""
        if by:
            other = by if source == code else source
            x = self.value(other, stage)
            value *= x
            symbol += f" · {self.name(other, stage)}"
            numbers += [self.write.signed(factor)] * (factor != 1) + [self.write.signed(x)]
            used.append(x)
        elif stage.form == "sum":
            if factor != 1:
                symbol += f" · {self.write(factor)}"
                numbers.append(self.write.signed(factor))
        else:
            symbol += f" · ∂{self.name(output.start + k)}/∂{self.name(code)}"
            numbers.append(self.write.signed(factor))
            if stage.form in ("max", "min"):
                state = "won" if factor else "lost"
        return Term(symbol, " × ".join(numbers), value, state, output.start + k, source, by), used

    def after(self, code: int) -> str:
        """That the gradient of a logit is its probability, less 1 for the chosen class, where it is."""
        stage, grid = self.all.stages[self.shown[self.grid_of(code)]], self.all.grids[self.grid_of(code)]
        if stage.form not in ("softmax", "log_softmax") or grid.gradients is None or not self.uses(code):
            return ""
        outs = stage.uses.out[stage.uses.source == code]
        group = np.unique(stage.uses.source[np.isin(stage.uses.out, outs)])
        output = self.all.grids[stage.output]
        own = int(outs[int(np.searchsorted(group, code))])
        p, name = float(output.values[own]), self.name(output.start + own)
        assert output.gradients is not None, "its input has one"
        paid = output.gradients[outs]
        if stage.form == "log_softmax":
            p, name = math.exp(p), f"exp {name}"
        else:
            paid = paid * output.values[outs]
        share, chosen = -float(paid.sum()), int(np.count_nonzero(paid) == 1 and paid[outs == own][0] != 0)
        samples = round(1 / share) if share > 1e-12 else 0
        gradient = float(grid.gradients[code - grid.start])
        if (
            not samples
            or np.count_nonzero(paid) != 1
            or not math.isclose(gradient * samples, p - chosen, rel_tol=1e-6)
        ):
            return ""
        less = f"{name} − 1" if chosen else name
        return (
            f", which is {less}"
            if samples == 1
            else f", which is {f'({less})' if chosen else less} / {samples}"
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every grid that is made, forwards, then every one that has gradients, backwards: at the operation
        that completes them, weights before inputs.
        """
        stages, grids = self.all.stages, self.all.grids
        forward = [Block(s, stage.output, False) for s, stage in enumerate(stages)]
        backward = [
            Block(s, g, True)
            for s in reversed(range(len(stages)))
            for g in reversed(stages[s].sources)
            if grids[g].gradients is not None and self.shown[g] == s
        ]
        return (*forward, *backward)

    @cached_property
    def most_terms(self) -> tuple[int, ...]:
        """How many lines the longest sum of each operation has."""
        most = [
            int(np.bincount(stage.uses.out).max(initial=1)) + (stage.offset is not None)
            for stage in self.all.stages
        ]
        codes, counts = np.unique(self._rows[0], return_counts=True)
        for g, grid in enumerate(self.all.grids):
            low, high = np.searchsorted(codes, [grid.start, grid.start + grid.values.size])
            if grid.gradients is not None and self.shown[g] >= 0:
                most[self.shown[g]] = max(most[self.shown[g]], int(counts[low:high].max(initial=0)))
        return tuple(most)


def _filled(template: str, parts: Sequence[str]) -> str:
    """A function of texts; brackets around a number go where the function has its own."""
    text = template.format(*parts)
    for part in parts:
        if part.startswith("("):
            text = text.replace(f"({part})", part)
    return text


def _added(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts of a sum, with brackets around a number that is negative."""
    return tuple(f"({part})" if part.startswith("−") and " " not in part else part for part in parts)


def _sum_of(terms: Sequence[Term], alone: str = "") -> str:
    return f"sum of {len(terms)}: " if len(terms) > 1 else alone


def note(teller: Teller, stage: Stage, part: str) -> str:
    """What is worth knowing of an operation's outputs (``out``), weights (``by``), biases (``add``) or inputs
    (``in``).
    """
    uses, made = stage.uses, {s.output: s for s in teller.all.stages}
    most = int(np.bincount(uses.by[uses.by > 0]).max(initial=0))
    if part == "add" and stage.form == "sum":
        return "What is added to several outputs has the sum of their δ as its gradient."
    if stage.form in ("max", "min"):
        shared = bool(np.any((uses.factor != 0) & (uses.factor != 1)))
        ties = "Equals share it." if shared or not stage.windows else "Of equals the first wins."
        return f"The winner takes the whole gradient, the others get none. {ties}"
    if stage.form == "log_softmax":
        return "The probability is exp ℓ. A logit moves all of its row, so its gradient has a term for each."
    if stage.form == "softmax":
        return "Every logit moves every probability of its row, so its gradient has a term for each."
    if stage.form == "standardize":
        return (
            "A number moves the mean and the variance of its group: its gradient has a term for each of it."
        )
    if stage.windows and stage.weights:
        if part == "by":
            return f"One weight, {most} uses: the grid of δ, laid over the pixels that the weight has met."
        if part == "in":
            return (
                "From a pixel, the kernel lies on δ turned by 180°: one stamp for each window that holds it."
            )
        padding = " The dashed padding takes part; no gradient reaches it." * (stage.frame is not None)
        return (
            f"One kernel for all windows: a weight is used {most} times, a sum of {most} gradients.{padding}"
        )
    if stage.windows:
        return "Every number of a window has the same share in its mean."
    if stage.weights:
        if most == 1:
            return "Nothing is shared: each weight is used once, and its gradient is one product."
        return f"A weight is used {most} times, so its gradient is a sum of {most} terms."
    if stage.title.startswith("look-up"):
        return "A row of the table is shown again; its gradient is the sum over where it was looked up."
    if any(made[g].form == "log_softmax" for g in stage.sources if g in made):
        return "Only the chosen class of each row is in the loss."
    return ""
