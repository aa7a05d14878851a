"""A run as text to read and as JSON to keep."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.results import Figures, figures, ratios
from benchmarks.run import BASELINE, EMBEDDED, PEER, POSTGRESQL, Run
from benchmarks.targets import RATE, Verdict, verdicts

# Cores busy with other work, above which rates and latencies are not to be trusted.
QUIET = 0.1
_LABEL_WIDTH = 34
_NUMBER_WIDTH = 11
_RATIO_WIDTH = 9
_EXACT_BELOW = 100


@dataclass(frozen=True)
class Row:
    """A line of the table: its words, the figure's path, and how exact it is."""

    label: str
    path: str
    decimals: int = 0
    has_ratio: bool = False


def _phase(phase: str) -> list[Row]:
    """The rows that a burst and a steady stream share."""
    return [
        Row("acknowledged p50, ms", f"{phase}.acknowledged.p50", 1, True),
        Row("acknowledged p99, ms", f"{phase}.acknowledged.p99", 1, True),
        Row("answered p50, ms", f"{phase}.answered.p50", 1, True),
        Row("answered p95, ms", f"{phase}.answered.p95", 1, True),
        Row("answered p99, ms", f"{phase}.answered.p99", 1, True),
        Row("members who heard nothing", f"{phase}.lost"),
        Row("members who heard twice", f"{phase}.doubled"),
        Row("replies without the balance", f"{phase}.wrong"),
        Row("webhooks sent again", f"{phase}.sent_again"),
        Row("CPU ms a message", f"{phase}.cpu_ms_in_all", 2, True),
        Row("  of it web", f"{phase}.cpu_ms.web", 2),
        Row("  of it worker", f"{phase}.cpu_ms.worker", 2),
        Row("  of it database", f"{phase}.cpu_ms.database", 2),
        Row("  of it Valkey", f"{phase}.cpu_ms.valkey", 2),
        Row("  of it bearerbox", f"{phase}.cpu_ms.bearerbox", 2),
        Row("  of it smsbox", f"{phase}.cpu_ms.smsbox", 2),
        Row("  of it Kannel's backend", f"{phase}.cpu_ms.backend", 2),
        Row("  apart: load generator", f"{phase}.cpu_ms.load", 2),
        Row("  apart: carrier", f"{phase}.cpu_ms.carrier", 2),
        Row("cores busy with other work", f"{phase}.others_cpu_share", 2),
    ]


_SECTIONS = {
    "burst": [
        Row("replies per second", "burst.replies_per_second", 0, True),
        Row("webhooks per second", "burst.webhooks_per_second", 0, True),
        *_phase("burst"),
    ],
    "steady": _phase("steady"),
    "memory": [
        Row("largest web process, peak MB", "peak_mb.web", 0, True),
        Row("largest worker process, peak MB", "peak_mb.worker"),
        Row("largest database process, peak MB", "peak_mb.database"),
        Row("Valkey, peak MB", "peak_mb.valkey"),
        Row("bearerbox, peak MB", "peak_mb.bearerbox"),
        Row("smsbox, peak MB", "peak_mb.smsbox"),
    ],
}


def lines(run: Run) -> Iterator[str]:
    """The report, for a terminal."""
    yield from _machine(run.machine)
    yield from _scale(run)
    measured = {name: figures(result) for name, result in run.results.items()}
    for section, rows in _SECTIONS.items():
        yield ""
        heads = "".join(
            f"{figure:>{_NUMBER_WIDTH}}{'':{_RATIO_WIDTH}}" for figure in measured
        )
        yield f"{section.upper():<{_LABEL_WIDTH}}{heads}".rstrip()
        yield from _table(rows, measured, ratios(run))
    yield ""
    yield from _beside_peer(run)
    yield from map(_verdict, verdicts(run))
    yield from _doubts(measured)


def as_json(run: Run) -> dict[str, Any]:
    """Every figure, ratio and verdict."""
    return {
        **asdict(run),
        "ratios": ratios(run),
        "ratios_to_peer": ratios(run, PEER),
        "targets": [asdict(verdict) for verdict in verdicts(run)],
    }


def _machine(facts: Mapping[str, object]) -> Iterator[str]:
    width = max(map(len, facts))
    for name, fact in facts.items():
        yield f"{name:<{width}}  {fact}"


def _scale(run: Run) -> Iterator[str]:
    scale = run.scale
    yield ""
    yield f"Burst: {scale.burst:,} SMS over {scale.connections} connections."
    yield f"Steady: {scale.rate:g} SMS a second for {scale.seconds:g} s."
    yield f"Worker processes: {scale.workers}."
    yield f"The carrier answers after {scale.latency_ms:g} ms and sends no receipts."
    yield f"It and the load generator alone: {run.tools_per_second:,.0f} SMS a second."
    yield f"(x) is times the figure of the {BASELINE} app in this run."
    for name, reason in run.left_out.items():
        yield f"{name} was left out: {reason}."
    if PEER in run.results:
        yield "Kannel: its spool is never synced to disk; its backend is a dictionary."


def _beside_peer(run: Run) -> Iterator[str]:
    """How the gateway's rate compares with Kannel's."""
    compared = ratios(run, PEER)
    for name in (EMBEDDED, POSTGRESQL):
        if name in compared:
            yield f"{name}: {compared[name][RATE]:.2f} of Kannel's replies per second"


def _table(
    rows: list[Row], measured: Mapping[str, Figures], compared: Mapping[str, Figures]
) -> Iterator[str]:
    reported = {path for mine in measured.values() for path in mine}
    for row in rows:
        if row.path not in reported:
            continue
        cells = (
            _cell(row, mine, compared.get(name, {})) for name, mine in measured.items()
        )
        yield f"{row.label:<{_LABEL_WIDTH}}{''.join(cells)}".rstrip()


def _cell(row: Row, mine: Figures, compared: Figures) -> str:
    value, ratio = mine.get(row.path), compared.get(row.path)
    number = "-" if value is None else f"{value:,.{row.decimals}f}"
    behind = f" ({_times(ratio)})" if row.has_ratio and ratio is not None else ""
    return f"{number:>{_NUMBER_WIDTH}}{behind:<{_RATIO_WIDTH}}"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}x" if ratio < _EXACT_BELOW else f"{ratio:,.0f}x"


def _verdict(verdict: Verdict) -> str:
    target = verdict.target
    value = "-" if verdict.value is None else f"{verdict.value:,.1f}"
    bound = f"{'at least' if target.is_least else 'below'} {target.bound:g}"
    mark = "met" if verdict.is_met else "MISSED"
    return f"{mark:<8}{verdict.installation:<12}{target.text:<30}{value:>10}  {bound}"


def _doubts(measured: Mapping[str, Figures]) -> Iterator[str]:
    """Whether the machine had other things to do."""
    busiest = max(
        figure[f"{phase}.others_cpu_share"]
        for figure in measured.values()
        for phase in ("burst", "steady")
    )
    if busiest > QUIET:
        yield ""
        yield (
            f"Other work kept up to {busiest:.2f} cores busy: rates are too low and "
            "latencies too high; compare CPU and ratios instead."
        )
