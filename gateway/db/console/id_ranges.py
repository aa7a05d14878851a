"""Between which ids messages are looked for, and where a page goes on.

Ids grow with time, but for SMS that waited on disk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select, tuple_

from gateway.db.models.base import UtcDateTime
from gateway.db.models.messages import inbound
from gateway.domain.calendar import start_of
from gateway.parsers.search_query import Search

# What no index finds by itself, such as words, is looked for in so many messages.
FARTHEST_LOOK = 25_000
# An SMS that waited on disk gets its id late, but never later than this.
LATEST_ARRIVAL = timedelta(days=2)
A_DAY = timedelta(days=1)
# A few thousand ids are read faster than the database is asked once more.
_LITTLE = 4_000
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
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
    if is_by_time(search):
        return whole
    if search.since:
        start = start_of(search.since) - LATEST_ARRIVAL
        low = _around(connection, whole, start).low
    if search.until:
        end = start_of(search.until + A_DAY) + LATEST_ARRIVAL
        high = _around(connection, whole, end).high
    if before is not None:
        high = min(high, before - 1)
    if after is not None:
        low = max(low, after + 1)
    return Span(low, high)


def is_sifted(search: Search) -> bool:
    """Whether what the indexes find has to be read to see if it is wanted."""
    if search.phones or search.phone_tails or search.kpjs:
        return False
    is_narrowed = search.keywords or search.outcomes or search.since or search.until
    return bool(search.words or (search.statuses and is_narrowed))


def is_by_time(search: Search) -> bool:
    """Whether what is found is read in the order of time, not of the ids.

    In the order of ids a day's messages might stand among those of two days more, which
    all would be read before the first one is found. Any other term has an index, which
    is in the order of ids.
    """
    has_days = bool(search.since or search.until)
    numbers = search.phones or search.phone_tails or search.kpjs
    ends = search.keywords or search.outcomes or search.statuses
    return has_days and not (numbers or ends or search.words)


def beyond(
    connection: Connection, search: Search, before: int | None, after: int | None
) -> Iterator[ColumnElement[bool]]:
    """Where to go on in the order of time; in that of ids the span says it."""
    if is_by_time(search):
        here = tuple_(inbound.c.received_at, inbound.c.id)
        if before is not None:
            yield here < _place(connection, before)
        # Behind 0 comes everything.
        if after:
            yield here > _place(connection, after)


def _place(connection: Connection, message_id: int) -> ColumnElement[Any]:
    """When a message came, and its id.

    One that has been purged stands where the next one does, behind the newest nothing.
    """
    at = time_of(connection, message_id) or _END_OF_TIME
    return tuple_(literal(at, UtcDateTime), message_id)


def time_of(connection: Connection, message_id: int) -> datetime | None:
    """When the message came that has this id, or the next one."""
    query = select(inbound.c.received_at).where(inbound.c.id >= message_id)
    return connection.scalar(query.order_by(inbound.c.id).limit(1))


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
