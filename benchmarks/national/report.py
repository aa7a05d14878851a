"""The figures as a table, as JSON and as plots."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pygal

from benchmarks.national.copies import Doubled
from benchmarks.national.measuring import Measured, ratios

# What grows by more than this is not flat.
MOST = 1.5
_WIDTH = 32
# Plots by the beginning of the names of what is in them.
_PLOTS = {
    "answers": ("look-up", "answer"),
    "console": ("page",),
    "purge": ("purge",),
}


@dataclass
class Figures:
    """What is known so far."""

    machine: Mapping[str, Any]
    sizes: list[Measured] = field(default_factory=list)
    copies: list[Doubled] = field(default_factory=list)


def lines(figures: Figures) -> Iterator[str]:
    """What a terminal shows; there is one size at least."""
    yield from _table(figures.sizes)
    yield ""
    yield from _copies(figures.copies)


def _table(measured: Sequence[Measured]) -> Iterator[str]:
    """A line for each figure: milliseconds, and how often that of the smallest size."""
    heads = "".join(f"{figure.size.messages:>12,}{'':8}" for figure in measured)
    yield f"{'messages':<{_WIDTH}}{heads}".rstrip()
    heads = "".join(f"{figure.size.members:>12,}{'':8}" for figure in measured)
    yield f"{'members':<{_WIDTH}}{heads}".rstrip()
    for name, shares in ratios(measured).items():
        cells = [
            f"{item.milliseconds[name]:>12.1f} ({share:.2f})".ljust(20)
            for item, share in zip(measured, shares, strict=True)
        ]
        mark = "" if max(shares) <= MOST else "  NOT FLAT"
        yield f"{name:<{_WIDTH}}{''.join(cells)}{mark}".rstrip()
    yield ""
    for name in measured[0].facts:
        cells = [f"{figure.facts[name]:>12,.1f}{'':8}" for figure in measured]
        yield f"{name:<{_WIDTH}}{''.join(cells)}".rstrip()


def _copies(found: Sequence[Doubled]) -> Iterator[str]:
    """A line for each arrangement."""
    for trial in found:
        yield (
            f"{trial.webs} web, {trial.workers} workers: {trial.messages:,} SMS, "
            f"{trial.replies_per_second:.0f} replies a second, {trial.lost} lost, "
            f"{trial.doubled} doubled, {trial.wrong} wrong, "
            f"{trial.cpu_ms:.1f} ms of CPU each"
        )


def write(folder: Path, figures: Figures) -> None:
    """national.json and a plot for each kind of figure; there is one size at least."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = asdict(figures) | {"ratios": ratios(figures.sizes)}
    (folder / "national.json").write_text(json.dumps(everything, indent=2) + "\n")
    for name, beginnings in _PLOTS.items():
        plot = _plot(name, beginnings, figures.sizes)
        plot.render_to_file(folder / f"{name}.svg")


def _plot(
    name: str, beginnings: tuple[str, ...], measured: Sequence[Measured]
) -> pygal.XY:
    drawn = {
        figure: [(item.size.messages, item.milliseconds[figure]) for item in measured]
        for figure in measured[0].milliseconds
        if figure.startswith(beginnings)
    }
    took = [point for points in drawn.values() for _, point in points]
    chart = pygal.XY(
        title=f"{name}: milliseconds by logged messages",
        logarithmic=True,
        # Room above and below, so that what is flat looks flat.
        range=(min(took) / 3, max(took) * 3),
        truncate_legend=-1,
        legend_at_bottom_columns=2,
        height=700,
        margin_bottom=40,
        xrange=(measured[0].size.messages, measured[-1].size.messages),
        x_labels=[item.size.messages for item in measured],
        x_value_formatter=lambda item: f"{item:.0e}",
        legend_at_bottom=True,
        js=[],
    )
    for figure, points in drawn.items():
        chart.add(figure, points)
    return chart
