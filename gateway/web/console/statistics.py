"""Today in figures, and what is usual at this time of the day."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean

from gateway.db.statistics.reports import Arrivals, Reports, Sendings, Waits
from gateway.db.statistics.slices import Windows
from gateway.domain.calendar import day_of, start_of
from gateway.domain.outcomes import Outcome, outcome_of

DAYS_COMPARED = 7
HOURS_SHOWN = 24
_A_DAY = timedelta(days=1)


# How many SMS asked for what, the most frequent first; None is nothing known.
Keywords = Sequence[tuple[str | None, int]]


@dataclass(frozen=True)
class Day:
    """A day, up to a time of the day."""

    ends: Counter[Outcome] = field(default_factory=Counter)
    sendings: Sendings | None = None

    @property
    def waits(self) -> Waits | None:
        """How long its members waited."""
        return self.sendings.waits if self.sendings else None


@dataclass(frozen=True)
class Compared:
    """A figure of today, and the mean of the days before; None where there is none."""

    today: float | None
    usual: float | None


@dataclass(frozen=True)
class Comparison:
    """Today, and those of the days before that are on record in full."""

    today: Day
    before: Sequence[Day]
    keywords: Keywords

    def of(self, figure: Callable[[Day], float | None]) -> Compared:
        """One figure of all of them."""
        known = [it for day in self.before if (it := figure(day)) is not None]
        return Compared(figure(self.today), fmean(known) if known else None)


def compare(reports: Reports, now: datetime) -> Comparison:
    """Today with the days before, each up to this time of the day."""
    windows, began = _days(now), reports.began() or now
    arrivals = reports.arrivals(windows, now)
    ends = _ends(arrivals)
    sendings = reports.sendings(windows, now)
    *before, today = (
        Day(ends[it], sendings.get(it))
        for it in range(windows.count)
        if it == DAYS_COMPARED or windows.start_of(it) >= began
    )
    return Comparison(today, before, _keywords(arrivals, DAYS_COMPARED))


def per_hour(
    reports: Reports, now: datetime
) -> Sequence[tuple[datetime, Counter[Outcome]]]:
    """The last hours of the clock, oldest first; the present one is not over yet."""
    hour = timedelta(hours=1)
    last = now.replace(minute=0, second=0, microsecond=0)
    windows = Windows(last - (HOURS_SHOWN - 1) * hour, hour, hour, HOURS_SHOWN)
    ends = _ends(reports.arrivals(windows, now))
    return [(windows.start_of(it), ends[it]) for it in range(windows.count)]


def per_keyword(reports: Reports, now: datetime) -> Keywords:
    """What today's SMS asked for."""
    midnight = start_of(day_of(now))
    windows = Windows(midnight, _A_DAY, _so_far(now), 1)
    return _keywords(reports.arrivals(windows, now), 0)


def _days(now: datetime) -> Windows:
    """The days before, and today as the last one."""
    first = start_of(day_of(now)) - DAYS_COMPARED * _A_DAY
    return Windows(first, _A_DAY, _so_far(now), DAYS_COMPARED + 1)


def _so_far(now: datetime) -> timedelta:
    """How much of today has passed, this second included."""
    passed = now - start_of(day_of(now))
    return timedelta(seconds=int(passed.total_seconds()) + 1)


def _keywords(arrivals: Iterable[Arrivals], window: int) -> Keywords:
    counts = Counter[str | None]()
    for it in arrivals:
        if it.window == window:
            counts[it.keyword] += it.count
    return counts.most_common()


def _ends(arrivals: Iterable[Arrivals]) -> Mapping[int, Counter[Outcome]]:
    ends = defaultdict[int, Counter[Outcome]](Counter)
    for it in arrivals:
        ends[it.window][outcome_of(it.status, it.reason, it.decision)] += it.count
    return ends
