"""Figures for the console: arrivals, replies, alarms and channels, nothing personal."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, or_, select

from gateway.db.core.store import Store
from gateway.db.messages.backlog import count_unsent
from gateway.db.models.limits import alarms
from gateway.db.models.messages import IS_RECEIVED, inbound
from gateway.db.models.operations import channels
from gateway.db.models.statistics import quarter_counts
from gateway.db.statistics.counts import SECONDS, Fact, quarter_of
from gateway.domain.alarms import AlarmKind
from gateway.domain.outcomes import Outcome

_PERCENTILES = (50, 95)
_HUNDREDTHS = 100


@dataclass(frozen=True)
class Windows:
    """`count` windows of time, numbered from the oldest; one begins every `step`.

    `start` and `step` fall on quarters of an hour. Each window may be cut off after
    `length`, for example days at the present time of day; the counts of a quarter of an
    hour that is cut are taken in proportion.
    """

    start: datetime
    step: timedelta
    count: int
    length: timedelta | None = None

    def start_of(self, number: int) -> datetime:
        """When a window begins."""
        return self.start + number * self.step

    def end_of(self, number: int) -> datetime:
        """When a window ends."""
        length = self.step if self.length is None else self.length
        return self.start_of(number) + length


@dataclass(frozen=True)
class Arrivals:
    """The number of SMS in one window with the same outcome and keyword."""

    window: int
    outcome: Outcome
    keyword: str | None
    count: float


@dataclass(frozen=True)
class AnswerTimes:
    """Median and 95th percentile of the seconds from an SMS to its reply."""

    p50: float
    p95: float


@dataclass(frozen=True)
class ReplyFigures:
    """The replies of one window: final ones, delivered ones, segments and times."""

    decided: float
    delivered: float
    segments: float
    answer_times: AnswerTimes | None


@dataclass(frozen=True)
class ChannelBacklog:
    """How many replies a channel has not sent, and its pause."""

    unsent: int = 0
    paused_until: datetime | None = None
    pause_code: str | None = None


@dataclass(frozen=True)
class Alarms:
    """The number of alarms of one kind on a day, and the time of the first."""

    kind: AlarmKind
    count: int
    since: datetime


class Reports(Store):
    """Figures over windows of time."""

    def first_arrival(self) -> datetime | None:
        """When the oldest stored SMS came."""
        with self._reading() as connection:
            first: datetime | None = connection.scalar(
                select(func.min(inbound.c.received_at))
            )
        return first

    def arrivals(self, windows: Windows) -> Sequence[Arrivals]:
        """SMS by outcome and keyword; waiting ones are counted from their rows."""
        # One statement, so that an SMS settled at the same time is counted once.
        query = _sum_counts(windows, Outcome).union_all(_count_waiting(windows))
        with self._reading() as connection:
            return [
                Arrivals(row.window, Outcome(row.fact), row.label or None, row.number)
                for row in connection.execute(query)
                if row.number
            ]

    def replies(self, windows: Windows) -> Mapping[int, ReplyFigures]:
        """The figures of the replies that were queued in each window."""
        found = defaultdict[int, list[Row[Any]]](list)
        with self._reading() as connection:
            for row in connection.execute(_sum_counts(windows, Fact)):
                found[row.window].append(row)
        return {window: _reply_figures(rows) for window, rows in found.items()}

    def alarms(self, day: date) -> Sequence[Alarms]:
        """The alarms of a day by kind, without their subjects."""
        since = func.min(alarms.c.raised_at)
        query = (
            select(alarms.c.kind, func.count(), since)
            .where(alarms.c.day == day)
            .group_by(alarms.c.kind)
            .order_by(since)
        )
        with self._reading() as connection:
            return [
                Alarms(AlarmKind(kind), count, at)
                for kind, count, at in connection.execute(query)
            ]

    def channels(self, now: datetime) -> Mapping[str, ChannelBacklog]:
        """The channels that are paused or have unsent replies."""
        columns = (channels.c.name, channels.c.paused_until, channels.c.pause_code)
        paused = select(*columns).where(channels.c.paused_until > now)
        with self._reading() as connection:
            waiting = count_unsent(connection)
            pauses = {name: pause for name, *pause in connection.execute(paused)}
        return {
            name: ChannelBacklog(waiting.get(name, 0), *pauses.get(name, ()))
            for name in sorted(waiting.keys() | pauses.keys())
        }


def _sum_counts(windows: Windows, facts: Iterable[str]) -> Select[Any]:
    """Add up the counts of each window, fact and label."""
    counts = quarter_counts.c
    step = int(windows.step.total_seconds()) // SECONDS
    passed = counts.quarter - quarter_of(windows.start)
    window = (passed // step).label("window")
    number, is_inside = _cut_off(windows.end_of(0) - windows.start, passed % step)
    total = func.sum(number).label("number")
    return (
        select(window, counts.fact, counts.label, total)
        .where(passed >= 0, passed < windows.count * step)
        .where(is_inside, counts.fact.in_(list(facts)))
        .group_by(window, counts.fact, counts.label)
    )


def _cut_off(
    length: timedelta, quarter: ColumnElement[int]
) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """The part of a quarter's count within a window of this length, if it has any."""
    whole, rest = divmod(int(length.total_seconds()), SECONDS)
    number = quarter_counts.c.number
    if not rest:
        return number, quarter < whole
    part = case((quarter == whole, rest / SECONDS), else_=1.0)
    return number * part, quarter <= whole


def _count_waiting(windows: Windows) -> Select[Any]:
    """Count SMS that wait for an answer, with the columns of `_sum_counts`."""
    at, numbers = inbound.c.received_at, range(windows.count)
    spans = [(at >= windows.start_of(n)) & (at < windows.end_of(n)) for n in numbers]
    window = case(*zip(spans, numbers, strict=True)).label("window")
    return (
        select(window, literal(Outcome.WAITING), literal(""), func.count())
        .where(IS_RECEIVED, or_(*spans))
        .group_by(window)
    )


def _reply_figures(rows: Sequence[Row[Any]]) -> ReplyFigures:
    numbers = {row.fact: row.number for row in rows}
    return ReplyFigures(
        numbers.get(Fact.DECIDED, 0),
        numbers.get(Fact.DELIVERED, 0),
        numbers.get(Fact.SEGMENTS, 0),
        _answer_times(
            {
                int(row.label): row.number
                for row in rows
                if row.fact == Fact.ANSWER_TIME and row.number
            }
        ),
    )


def _answer_times(hundredths: Mapping[int, float]) -> AnswerTimes | None:
    """Percentiles by nearest rank."""
    if not hundredths:
        return None
    ordered = sorted(hundredths)
    ranks = list(accumulate(hundredths[time] for time in ordered))
    places = (bisect_left(ranks, ranks[-1] * rank / 100) for rank in _PERCENTILES)
    return AnswerTimes(*(ordered[place] / _HUNDREDTHS for place in places))
