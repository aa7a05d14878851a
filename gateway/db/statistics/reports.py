"""What came and what became of it, counted: never a row of anybody."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select, union_all

from gateway.db.core.store import Store
from gateway.db.messages.backlog import count_unsent
from gateway.db.models.limits import alarms
from gateway.db.models.messages import inbound
from gateway.db.models.operations import channels
from gateway.db.statistics.counting import Counting, summed, tallied
from gateway.db.statistics.grains import GRAINS, Kind
from gateway.db.statistics.rollups import Rollups
from gateway.db.statistics.slices import Windows, joined, spans_of, split
from gateway.domain.alarms import AlarmKind
from gateway.domain.messages import InboundStatus
from gateway.security.cipher import Cipher

_PERCENTILES = (50, 95)
_HUNDREDTHS = 100


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


class Reports(Store):
    """Figures over windows of time."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, cipher)
        self._tallies = Rollups(engine, cipher)
        self._counting = Counting(engine)

    def began(self) -> datetime | None:
        """When the first SMS came that is still on record."""
        with self._reading() as connection:
            began: datetime | None = connection.scalar(
                select(func.min(inbound.c.received_at))
            )
        return began

    def arrivals(self, windows: Windows, now: datetime) -> Sequence[Arrivals]:
        """What came, by what became of it."""
        rows = self._summed(Kind.ARRIVALS, windows, now)
        return [
            Arrivals(it.place, InboundStatus(it.status), *_why(it), it.number)
            for it in rows
        ]

    def sendings(self, windows: Windows, now: datetime) -> Mapping[int, Sendings]:
        """What became of replies; one whose receipt will not come any more is lost."""
        rows = defaultdict[int, list[Row[Any]]](list)
        for row in self._summed(Kind.SENDINGS, windows, now):
            rows[row.place].append(row)
        return {number: _sendings(of_window) for number, of_window in rows.items()}

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
        columns = (channels.c.name, channels.c.paused_until, channels.c.pause_code)
        paused = select(*columns).where(channels.c.paused_until > now)
        with self._reading() as connection:
            waiting = count_unsent(connection)
            pauses = {name: rest for name, *rest in connection.execute(paused)}
        return {
            name: ChannelState(waiting.get(name, 0), *pauses.get(name, ()))
            for name in sorted(waiting.keys() | pauses.keys())
        }

    def _summed(
        self, kind: Kind, windows: Windows, now: datetime
    ) -> Sequence[Row[Any]]:
        """What there is in each window, in one statement.

        So that nothing is counted twice or left out.
        """
        rows = union_all(*self._parts(kind, windows, now)).subquery()
        start, step = int(windows.start.timestamp()), int(windows.step.total_seconds())
        query = summed(kind, rows, lambda second: (second - start) // step)
        with self._reading() as connection:
            return connection.execute(query).all()

    def _parts(
        self, kind: Kind, windows: Windows, now: datetime
    ) -> Iterator[Select[Any]]:
        """Counted slices, the coarsest that there are; the rest from messages."""
        rest = spans_of(windows)
        for grain in GRAINS:
            believed = self._tallies.believed(grain, windows.start, now)
            parts = split(rest, believed, grain.seconds)
            yield tallied(kind, grain, parts.counted)
            rest = parts.rest
        yield self._counting.rows(kind, joined(rest), now)


def _why(row: Row[Any]) -> tuple[str | None, str | None, str | None]:
    return row.reason, row.decision, row.keyword


def _sendings(rows: Sequence[Row[Any]]) -> Sendings:
    """The replies of one window."""
    waits = Counter({it.wait: it.number for it in rows if it.wait is not None})
    return Sendings(
        sum(row.decided for row in rows),
        sum(row.delivered for row in rows),
        sum(row.segments for row in rows),
        _waits(waits),
    )


def _waits(hundredths: Counter[int]) -> Waits | None:
    """By nearest rank: the smallest wait that so many of 100 do not exceed."""
    if not hundredths:
        return None
    ordered = sorted(hundredths)
    ranks = list(accumulate(hundredths[it] for it in ordered))
    places = (bisect_left(ranks, ranks[-1] * it / 100) for it in _PERCENTILES)
    return Waits(*(ordered[it] / _HUNDREDTHS for it in places))
