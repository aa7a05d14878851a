"""Between which ids messages are looked for; they grow with time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from sqlalchemy import Connection, func, select

from gateway.db.models import inbound
from gateway.search import Search

# What no index finds by itself, such as words, is looked for in so many messages.
FARTHEST_LOOK = 25_000
# An SMS that waited on disk gets its id late, but never later than this.
LATEST_ARRIVAL = timedelta(days=2)
A_DAY = timedelta(days=1)
# A few thousand ids are read faster than the database is asked once more.
_LITTLE = 4_000
_JAKARTA = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Span:
    """The ids between which messages are looked for."""

    low: int
    high: int

    def cut(self, *, is_back: bool) -> "Span":
        """As much of it as one look goes through."""
        if is_back:
            return Span(max(self.low, self.high - FARTHEST_LOOK + 1), self.high)
        return Span(self.low, min(self.high, self.low + FARTHEST_LOOK - 1))


def span_of(
    connection: Connection, search: Search, before: int | None, after: int | None
) -> Span:
    """Days become ids, roughly; a term about the time itself does the rest."""
    ends = select(func.min(inbound.c.id), func.max(inbound.c.id))
    low, high = (it or 0 for it in connection.execute(ends).one())
    whole = Span(low, high)
    if search.since:
        start = midnight(search.since) - LATEST_ARRIVAL
        low = _around(connection, whole, start).low
    if search.until:
        end = midnight(search.until + A_DAY) + LATEST_ARRIVAL
        high = _around(connection, whole, end).high
    if before is not None:
        high = min(high, before - 1)
    if after is not None:
        low = max(low, after + 1)
    return Span(low, high)


def time_of(connection: Connection, message_id: int) -> datetime | None:
    """When the message came that has this id, or the next one."""
    query = select(inbound.c.received_at).where(inbound.c.id >= message_id)
    return connection.scalar(query.order_by(inbound.c.id).limit(1))


def midnight(day: date) -> datetime:
    """When a day begins in Jakarta."""
    return datetime.combine(day, time(), _JAKARTA)


def _around(connection: Connection, span: Span, at: datetime) -> Span:
    """Where messages of this moment stand, by halving until little is left."""
    low, high = span.low, span.high
    while high - low > _LITTLE:
        middle = (low + high) // 2
        query = select(inbound.c.id, inbound.c.received_at)
        row = connection.execute(
            query.where(inbound.c.id >= middle).order_by(inbound.c.id).limit(1)
        ).one()
        if row.received_at < at:
            low = row.id
        else:
            high = middle
    return Span(low, high)
