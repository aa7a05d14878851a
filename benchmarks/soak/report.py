"""A soak as text to read and as JSON to keep."""

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.soak.memory import Growth

_PERCENTILES = 100


@dataclass(frozen=True)
class Outcome:
    """Everything that is told at the end.

    `replies_by_phone` says how many phones heard back so often; `unanswered` what the
    log knows of those who did not. `revived` are programs that ended by themselves.
    """

    machine: Mapping[str, object]
    minutes: float
    rate: float
    seed: int
    planned: int
    accepted: int
    refused: Mapping[str, int]
    replies_by_phone: Mapping[int, int]
    unanswered: Mapping[str, int]
    holds: bool
    wait_seconds: Mapping[str, float]
    faults: Mapping[str, int]
    revived: Mapping[str, int]
    memory: Mapping[str, Growth | None]
    database_mb: tuple[float, float]

    @property
    def grows(self) -> list[str]:
        """The kinds of process whose memory grows."""
        return [
            kind for kind, value in self.memory.items() if value and not value.is_flat
        ]

    @property
    def is_right(self) -> bool:
        """Whether the equation holds and no memory grows."""
        return self.holds and self.accepted == self.planned and not self.grows


def spread(waits: list[float]) -> dict[str, float]:
    """Percentiles in seconds."""
    if len(waits) < 2:
        return {}
    cuts = statistics.quantiles(waits, n=_PERCENTILES)
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "most": max(waits)}


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Every figure."""
    return asdict(outcome) | {"grows": outcome.grows, "is_right": outcome.is_right}


def lines(outcome: Outcome) -> Iterator[str]:
    """The report, for a terminal."""
    yield from _equation(outcome)
    yield ""
    waits = ", ".join(
        f"{name} {value:.2f}" for name, value in outcome.wait_seconds.items()
    )
    yield f"answered within, seconds: {waits}"
    yield f"faults: {_counts(outcome.faults)}"
    yield f"ended by themselves and started again: {_counts(outcome.revived)}"
    before, after = outcome.database_mb
    yield f"database: {before:.0f} MB before, {after:.0f} MB after"
    yield ""
    yield from _memory(outcome.memory)
    yield ""
    yield "right" if outcome.is_right else "WRONG"


def _equation(outcome: Outcome) -> Iterator[str]:
    yield (
        f"{outcome.accepted:,} of {outcome.planned:,} SMS accepted in "
        f"{outcome.minutes:g} minutes (seed {outcome.seed})"
    )
    yield f"webhooks refused and brought again, by answer: {_counts(outcome.refused)}"
    yield f"phones by replies: {dict(outcome.replies_by_phone)}"
    yield f"of those unanswered: {_counts(outcome.unanswered)}"
    mark = "holds" if outcome.holds else "DOES NOT HOLD"
    yield f"accepted = answered once + expired + set aside: {mark}"


def _memory(memory: Mapping[str, Growth | None]) -> Iterator[str]:
    yield (
        f"{'MEMORY, MB':<12}{'warmed up':>11}{'at the end':>12}{'resident':>10}"
        f"{'longest life, min':>19}{'MB an hour':>12}"
    )
    for kind, item in memory.items():
        if item is None:
            yield f"{kind:<12}  no process lived long enough"
            continue
        remark = "" if item.is_told else "  too short to tell"
        mark = remark if item.is_flat else "  GROWS"
        yield (
            f"{kind:<12}{item.warm_mb:>11.1f}{item.end_mb:>12.1f}{item.resident_mb:>10.1f}"
            f"{item.life_minutes:>19.1f}{item.mb_an_hour:>12.1f}{mark}"
        )


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count:,}" for name, count in counted.items()) or "none"
