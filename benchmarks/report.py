"""Results as a table, as JSON, as a bar chart, and as the pages that show them."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from .contenders import CONTENDERS, OURS, REFERENCES
from .duel import Entry, Result, reference_entry
from .goals import verdicts

__all__ = [
    "BEGIN",
    "END",
    "cell",
    "conditions",
    "draw_chart",
    "duration",
    "headlines",
    "markdown",
    "recording_costs",
    "refresh",
    "table",
    "write_json",
    "write_pages",
]

BEGIN = "<!-- benchmarks: begin, written by python -m benchmarks --readme -->"
END = "<!-- benchmarks: end -->"
HEADLINES = ("T1-32", "T3", "W1 (GC on)")
"""What the project's README says a line about."""
SHOWN = (OURS, "PyTorch", "JAX jit")
"""Who has bars in its chart."""
PACKAGES = ("numpy", "torch", "jax", "autograd", "mygrad", "micrograd", "xad", "casadi")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
"""Okabe and Ito (2008): told apart by readers with any kind of colour vision."""
HATCHES = ("", "//", "..", "xx", "\\\\", "--", "++", "oo")
STYLES = {
    **{OURS: 0, "PyTorch": 1, "PyTorch channels-last": 2, "JAX jit": 3, "autograd": 4, "MyGrad": 5},
    **{"NumPy": 6, "torch.compile": 7, "micrograd": 1, "XAD": 2, "CasADi": 3, "PyTorch 0-d": 4},
}
"""Which colour and hatch a contender has, the same in every panel."""


def duration(seconds: float) -> str:
    """A time in the unit that suits it.

    >>> duration(0.01234), duration(1.6e-6)
    ('12.3 ms', '1.60 µs')
    """
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= (1 if unit == "s" else 0.1):
            return f"{_figures(seconds * factor)} {unit}"
    return f"{_figures(seconds * 1e6)} µs"


def _figures(x: float) -> str:
    """Three figures, without an exponent."""
    if x >= 100:
        return f"{x:.0f}"
    return f"{x:.1f}" if x >= 10 else f"{x:.2f}" if x >= 0.1 else f"{x:.3f}"


def cell(entry: Entry | None, reference: Entry | None) -> str:
    """A ratio with its range; a time where there is nothing to divide by; a word if it was not timed."""
    if entry is None:
        return "-"
    if not entry.seconds:
        return entry.word or "-"
    if reference is None:
        return duration(entry.median)
    ratios = entry.ratios(reference)
    low, middle, high = (_figures(f(ratios)) for f in (min, statistics.median, max))
    return f"{middle} ({low}-{high})"


def _goal_cells(result: Result, threads: int) -> tuple[str, str]:
    found = verdicts(result, threads)
    names = {True: "yes", False: "no", None: "?"}
    goals = ", ".join(str(verdict.goal) for verdict in found)
    return goals or "-", ", ".join(names[verdict.reached] for verdict in found) or "-"


def _rows(results: Sequence[Result], threads: int) -> list[list[str]]:
    """A heading and a row for each workload of one family."""
    labels = [c.label for c in CONTENDERS if any(_of(result, c.label) for result in results)]
    peers = [label for label in labels if label != OURS]
    rows = [["workload", OURS, "ratio", *peers, "goal", "reached"]]
    for result in results:
        ours, reference = result.entry(OURS), reference_entry(result, REFERENCES)
        time = duration(ours.median) if ours else cell(_of(result, OURS), None)
        ratio = cell(ours, reference) if ours and reference else "-"
        cells = [cell(_of(result, peer), reference) for peer in peers]
        rows.append([result.workload, time, ratio, *cells, *_goal_cells(result, threads)])
    return rows


def _of(result: Result, label: str) -> Entry | None:
    return next((entry for entry in result.entries if entry.contender == label), None)


def _families(results: Iterable[Result]) -> dict[str, list[Result]]:
    families: dict[str, list[Result]] = {}
    for result in results:
        families.setdefault(result.family, []).append(result)
    return families


def table(results: Sequence[Result], threads: int = 1) -> str:
    """For the terminal; ratios are time over the reference's time, so less than 1 is faster."""
    paragraphs = []
    for family, members in _families(results).items():
        rows = _rows(members, threads)
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
        heading = f"{family}: time / {REFERENCES[family]}, median (lowest-highest)"
        details = [
            f"  {result.workload}, {entry.contender}: {entry.word}. {entry.detail.strip().splitlines()[-1]}"
            for result in members
            for entry in result.entries
            if entry.detail.strip()
        ]
        paragraphs.append("\n".join([heading, *lines, *details]))
    return "\n\n".join(paragraphs)


def recording_costs(results: Iterable[Result]) -> dict[str, float]:
    """What an operation on 8x8 arrays takes beyond the plain NumPy call, in seconds."""
    costs = {}
    for result in results:
        ours, plain = result.entry(OURS), result.entry("NumPy")
        if result.family == "operations" and ours and plain:
            costs[result.workload.split("-")[1]] = ours.median - plain.median
    return costs


def markdown(results: Sequence[Result], about: dict[str, Any]) -> str:
    """The tables of ``benchmarks/README.md``: networks, rows and scalars."""
    lines = []
    for family, members in _families(results).items():
        if family not in ("networks", "rows", "scalars"):
            continue
        rows = [row[:-2] for row in _rows(members, about["threads"])]  # the goals are not for users
        titles = {result.workload: result.title for result in members}
        rows = [[f"{row[0]}: {titles[row[0]]}" if row[0] in titles else row[0], *row[1:]] for row in rows]
        lines += [
            f"Time / {REFERENCES[family]}, median of the rounds (lowest-highest); less than 1 is faster.",
            "",
            "| " + " | ".join(rows[0]) + " |",
            "|" + "---|" * len(rows[0]),
            *("| " + " | ".join(row) + " |" for row in rows[1:]),
            "",
        ]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    threads = f"{about['threads']} thread{'s' * (about['threads'] != 1)}"
    lines.append(f"Measured {about['date'][:10]} on {about['processor']}, {threads}: {versions}.")
    return "\n".join(lines)


def headlines(results: Iterable[Result]) -> str:
    """A line about each of a few workloads: its time, and its ratio to the reference's."""
    lines = []
    for result in results:
        ours, reference = result.entry(OURS), reference_entry(result, REFERENCES)
        if result.workload in HEADLINES and ours and reference:
            ratio = _figures(statistics.median(ours.ratios(reference)))
            peer = REFERENCES[result.family]
            lines.append(f"- {result.title}: {duration(ours.median)} a step, {ratio} of {peer}'s time")
    return "\n".join(lines)


def write_pages(root: Path, results: Sequence[Result], about: dict[str, Any]) -> None:
    """Refresh what the two READMEs say about speed, and the chart between them.

    Raises:
        ValueError: if the markers are missing; then nothing is written.
    """
    pages = {root / "README.md": headlines(results), root / "benchmarks/README.md": markdown(results, about)}
    texts = {page: refresh(page.read_text(encoding="utf-8"), new) for page, new in pages.items()}
    if results:
        networks = [result for result in results if result.family == "networks"]
        few = [replace(r, entries=[e for e in r.entries if e.contender in SHOWN]) for r in networks]
        draw_chart(root / "benchmarks/speed.svg", few)
        for page, text in texts.items():
            page.write_text(text, encoding="utf-8")


def refresh(text: str, replacement: str) -> str:
    """A text with what stands between the two markers replaced.

    Raises:
        ValueError: if the markers are missing.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"the text needs the lines {BEGIN!r} and {END!r}, each once, around the table")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{replacement}\n{END}{after}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def conditions(threads: int, quick: bool) -> dict[str, Any]:
    """What has to be known to read the numbers."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "system": platform.platform(),
        "threads": threads,
        "quick": quick,
        "versions": versions,
    }


def write_json(file: Path, results: Sequence[Result], about: dict[str, Any], **more: Any) -> None:
    """Everything that was measured."""
    records = []
    for result in results:
        reference = reference_entry(result, REFERENCES)
        record = result.as_dict()
        record["reference"] = reference.contender if reference else None
        for entry, written in zip(result.entries, record["entries"], strict=True):
            written["ratios"] = entry.ratios(reference) if reference and entry.seconds else []
        record["goals"] = [
            {"limit": v.goal.limit, "peer": v.goal.peer, "measured": v.measured, "reached": v.reached}
            for v in verdicts(result, about["threads"])
        ]
        records.append(record)
    file.write_text(json.dumps({**about, "results": records, **more}, indent=1) + "\n", encoding="utf-8")


def draw_chart(file: Path, results: Sequence[Result]) -> None:
    """Bars of time over the reference's time, one panel for each family, with a line at 1."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    families = {
        family: [result for result in members if reference_entry(result, REFERENCES)]
        for family, members in _families(results).items()
    }
    families = {family: members for family, members in families.items() if members}
    if not families:
        raise ValueError("a chart needs a workload that its reference was timed in")
    heights = [_height(members) for members in families.values()]
    figure, panels = plt.subplots(
        len(families),
        figsize=(9, sum(heights)),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    for axes, (family, members) in zip(panels[:, 0], families.items(), strict=True):
        _draw_family(axes, family, members)
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "benchmarks"}):  # the same file each time
        figure.savefig(file, dpi=144, metadata={"Date": None} if file.suffix == ".svg" else None)
    plt.close(figure)


def _bars(result: Result) -> list[Entry]:
    return [entry for entry in result.entries if entry.seconds]


def _height(members: Sequence[Result]) -> float:
    return 1.2 + sum(0.17 * len(_bars(result)) + 0.15 for result in members)


def _draw_family(axes: Any, family: str, members: Sequence[Result]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    position, ticks = 0.0, []
    for result in members:
        reference = reference_entry(result, REFERENCES)
        assert reference is not None
        first = position
        for entry in _bars(result):
            ratios = entry.ratios(reference)
            middle = statistics.median(ratios)
            style = STYLES[entry.contender]
            axes.barh(
                position,
                middle,
                0.9,
                color=COLOURS[style],
                hatch=HATCHES[style],
                edgecolor="white",
                xerr=[[middle - min(ratios)], [max(ratios) - middle]],
                ecolor="#444444",
                label=entry.contender if entry.contender not in axes.get_legend_handles_labels()[1] else None,
            )
            figure = axes.text(max(ratios) * 1.05, position, _figures(middle), va="center", fontsize=7)
            figure.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})  # no line runs through it
            position += 1
        ticks.append(((first + position - 1) / 2, f"{result.workload}\n{result.title}"))
        position += 0.8
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(x=0.12)
    axes.invert_yaxis()
    axes.set_yticks([y for y, _ in ticks], [name for _, name in ticks], fontsize=7)
    axes.set_xlabel(f"time / {REFERENCES[family]} (less is faster)")
    axes.set_title(family.capitalize())
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.01, 0.5))
