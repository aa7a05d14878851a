"""Today's figures, compared with the mean of the days before up to the same time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import fmean

from gateway.db.statistics.reports import (
    AnswerTimes,
    Arrivals,
    ReplyFigures,
    Reports,
    Windows,
)
from gateway.domain.calendar import day_of, start_of
from gateway.domain.outcomes import Outcome

DAYS_COMPARED = 7
HOURS_SHOWN = 24
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# Keywords with their counts, the most frequent first; None stands for no keyword.
Keywords = Sequence[tuple[str | None, float]]
# How many SMS had which outcome; an hour cut by the comparison counts in proportion.
Outcomes = Mapping[Outcome, float]


@dataclass(frozen=True)
class Day:
    """A day, up to a time of the day."""

    outcomes: Outcomes = field(default_factory=lambda: defaultdict(float))
    replies: ReplyFigures | None = None

    @property
    def answer_times(self) -> AnswerTimes | None:
        """How long members waited for an answer."""
        return self.replies.answer_times if self.replies else None


@dataclass(frozen=True)
class Compared:
    """A figure of today, and the mean of the days before; None where there is none."""

    today: float | None
    usual: float | None


@dataclass(frozen=True)
class Comparison:
    """Today, and those days before it that are recorded in full."""

    today: Day
    before: Sequence[Day]
    keywords: Keywords

    def of(self, figure: Callable[[Day], float | None]) -> Compared:
        """Compare one figure of today with the mean of the days before."""
        figures = [figure(day) for day in self.before]
        before = [value for value in figures if value is not None]
        return Compared(figure(self.today), fmean(before) if before else None)


def compare(reports: Reports, now: datetime) -> Comparison:
    """Compare today with the days before, each up to this time of the day."""
    midnight = start_of(day_of(now))
    first = reports.first_arrival() or now
    today = Windows(midnight, _DAY, 1)
    before = Windows(
        midnight - DAYS_COMPARED * _DAY, _DAY, DAYS_COMPARED, now - midnight
    )
    complete = [day for day in range(DAYS_COMPARED) if before.start_of(day) >= first]
    arrivals = reports.arrivals(today)
    days = _days(reports.arrivals(before), reports.replies(before))
    return Comparison(
        _days(arrivals, reports.replies(today))[0],
        [days[number] for number in complete],
        _keywords(arrivals),
    )


def per_hour(reports: Reports, now: datetime) -> Sequence[tuple[datetime, Outcomes]]:
    """The last full hours, oldest first, and the present one so far."""
    last = now.replace(minute=0, second=0, microsecond=0)
    windows = Windows(last - (HOURS_SHOWN - 1) * _HOUR, _HOUR, HOURS_SHOWN)
    outcomes = _outcomes(reports.arrivals(windows))
    return [(windows.start_of(hour), outcomes[hour]) for hour in range(HOURS_SHOWN)]


def per_keyword(reports: Reports, now: datetime) -> Keywords:
    """Today's SMS by keyword."""
    return _keywords(reports.arrivals(Windows(start_of(day_of(now)), _DAY, 1)))


def _days(
    arrivals: Iterable[Arrivals], replies: Mapping[int, ReplyFigures]
) -> Sequence[Day]:
    outcomes = _outcomes(arrivals)
    return [Day(outcomes[day], replies.get(day)) for day in range(DAYS_COMPARED)]


def _keywords(arrivals: Iterable[Arrivals]) -> Keywords:
    counts = defaultdict[str | None, float](float)
    for arrival in arrivals:
        counts[arrival.keyword] += arrival.count
    return sorted(counts.items(), key=lambda keyword: -keyword[1])


def _outcomes(arrivals: Iterable[Arrivals]) -> Mapping[int, Outcomes]:
    outcomes = defaultdict[int, dict[Outcome, float]](lambda: defaultdict(float))
    for arrival in arrivals:
        outcomes[arrival.window][arrival.outcome] += arrival.count
    return outcomes
