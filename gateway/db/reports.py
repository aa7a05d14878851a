"""What came and what became of it, counted: never a row of anybody."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Row,
    and_,
    case,
    cast,
    func,
    select,
)

from gateway.db.books import AlarmKind
from gateway.db.models import alarms, channels, inbound, outbound
from gateway.db.storage import Storage
from gateway.messages import UNSETTLED, InboundStatus, OutboundStatus, is_final

_FINAL = tuple(status for status in OutboundStatus if is_final(status))
_PERCENTILES = (50, 95)
_SECONDS_A_DAY = 86_400
_HUNDREDTHS = 100


@dataclass(frozen=True)
class Windows:
    """So many spans of time, numbered from the oldest; one begins every `step`.

    Each is as long as `length`, so that days can be cut off at a time of the day. All
    in whole seconds.
    """

    start: datetime
    step: timedelta
    length: timedelta
    count: int

    @property
    def end(self) -> datetime:
        """The end of the last one."""
        return self.start_of(self.count - 1) + self.length

    def start_of(self, number: int) -> datetime:
        """When one of them begins."""
        return self.start + number * self.step


@dataclass(frozen=True)
class Arrivals:
    """How many SMS of one window came to the same end."""

    window: int
    status: InboundStatus
    reason: str | None
    decision: str | None
    keyword: str | None
    count: int


@dataclass(frozen=True)
class Waits:
    """Seconds from an SMS to its reply in half of the cases, and in 95 of 100."""

    p50: float
    p95: float


@dataclass(frozen=True)
class Sendings:
    """Of how many replies the end is known, what they cost, how long they took."""

    decided: int
    delivered: int
    segments: int
    waits: Waits | None


@dataclass(frozen=True)
class ChannelState:
    """How many replies a channel has not sent, and until when it rests and why."""

    unsent: int = 0
    paused_until: datetime | None = None
    pause_code: str | None = None


@dataclass(frozen=True)
class Alarms:
    """How many alarms of a kind there are on a day, and since when."""

    kind: AlarmKind
    count: int
    since: datetime


class Reports(Storage):
    """Figures over windows of time."""

    def began(self) -> datetime | None:
        """When the first SMS came that is still on record."""
        with self._reading() as connection:
            began: datetime | None = connection.scalar(
                select(func.min(inbound.c.received_at))
            )
        return began

    def arrivals(self, windows: Windows) -> Sequence[Arrivals]:
        """What came, by what became of it."""
        window, is_within = self._in_windows(inbound.c.received_at, windows)
        ends = (inbound.c.status, inbound.c.reason, inbound.c.decision)
        keys = (window, *ends, inbound.c.keyword)
        query = select(*keys, func.count()).where(is_within).group_by(*keys)
        with self._reading() as connection:
            return [
                Arrivals(int(row[0]), InboundStatus(row[1]), *row[2:])
                for row in connection.execute(query)
            ]

    def sendings(self, windows: Windows, now: datetime) -> Mapping[int, Sendings]:
        """What became of replies; one whose receipt will not come any more is lost.

        Equal waits come as one row: that is faster than to have the database sort all.
        """
        window, is_within = self._in_windows(outbound.c.created_at, windows)
        took = self._seconds(outbound.c.asked_at, outbound.c.sent_at)
        wait = cast(func.round(took * _HUNDREDTHS), Integer).label("wait")
        status, look_again = outbound.c.status, outbound.c.next_attempt_at
        is_overdue = (status == OutboundStatus.SENT) & (look_again <= now)
        sums = (
            _sum_if(status.in_(_FINAL) | is_overdue).label("decided"),
            _sum_if(status == OutboundStatus.DELIVERED).label("delivered"),
            func.sum(outbound.c.segments).label("segments"),
            func.count().label("replies"),
        )
        query = select(window, wait, *sums).where(is_within).group_by(window, wait)
        rows = defaultdict[int, list[Row[Any]]](list)
        with self._reading() as connection:
            for row in connection.execute(query):
                rows[int(row.window)].append(row)
        return {number: _summed(of_window) for number, of_window in rows.items()}

    def alarms(self, day: date) -> Sequence[Alarms]:
        """What was raised on a day, by kind; about whom, nobody can tell."""
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

    def channels(self, now: datetime) -> Mapping[str, ChannelState]:
        """The channels that rest, or have something to send."""
        backlog = (
            select(outbound.c.channel, func.count())
            .where(outbound.c.status.in_(UNSETTLED))
            .group_by(outbound.c.channel)
        )
        columns = (channels.c.name, channels.c.paused_until, channels.c.pause_code)
        paused = select(*columns).where(channels.c.paused_until > now)
        with self._reading() as connection:
            unsent = {it.channel: it[1] for it in connection.execute(backlog)}
            pauses = {name: rest for name, *rest in connection.execute(paused)}
        return {
            name: ChannelState(unsent.get(name, 0), *pauses.get(name, ()))
            for name in sorted(unsent.keys() | pauses.keys())
        }

    def _in_windows(
        self, at: ColumnElement[datetime], windows: Windows
    ) -> tuple[Label[int], ColumnElement[bool]]:
        """In which window a time is, and whether it is in one at all."""
        step, length = windows.step.total_seconds(), windows.length.total_seconds()
        since = self._epoch(at) - int(windows.start.timestamp())
        is_within = and_(
            *(at >= windows.start, at < windows.end, since % int(step) < int(length))
        )
        return (since // int(step)).label("window"), is_within

    def _epoch(self, at: ColumnElement[datetime]) -> ColumnElement[int]:
        """Whole seconds since 1970, which each database counts in its own way."""
        if self._is_postgresql:
            return cast(func.floor(func.date_part("epoch", at)), Integer)
        return cast(func.strftime("%s", at), Integer)

    def _seconds(
        self, start: ColumnElement[datetime], end: ColumnElement[datetime]
    ) -> ColumnElement[float]:
        """From one time to another, with parts of a second."""
        if self._is_postgresql:
            return func.date_part("epoch", end - start)
        return (func.julianday(end) - func.julianday(start)) * _SECONDS_A_DAY

    @property
    def _is_postgresql(self) -> bool:
        return self._engine.dialect.name == "postgresql"


def _summed(rows: Sequence[Row[Any]]) -> Sendings:
    """The replies of one window; those that were never sent cost nothing."""
    sent = [row for row in rows if row.wait is not None]
    return Sendings(
        sum(row.decided for row in rows),
        sum(row.delivered for row in rows),
        sum(row.segments for row in sent),
        _waits(Counter({row.wait: row.replies for row in sent})),
    )


def _waits(hundredths: Counter[int]) -> Waits | None:
    """By nearest rank: the smallest wait that so many of 100 do not exceed."""
    ordered = sorted(hundredths.elements())
    if not ordered:
        return None
    places = (math.ceil(len(ordered) * it / 100) - 1 for it in _PERCENTILES)
    return Waits(*(ordered[it] / _HUNDREDTHS for it in places))


def _sum_if(is_counted: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((is_counted, 1), else_=0))
