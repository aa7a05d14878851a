"""Id ranges for searching, and keyset paging by id or by time.

Ids grow with time, except those of spooled SMS.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select, tuple_

from gateway.db.models.base import UtcDateTime
from gateway.db.models.messages import inbound
from gateway.domain.calendar import start_of
from gateway.parsers.search_query import Search

# How many messages a page scans for terms without an index, such as words.
LONGEST_SCAN = 25_000
# A spooled SMS gets its id late, but never later than this.
LATEST_ARRIVAL = timedelta(days=2)
A_DAY = timedelta(days=1)
# Reading a few thousand ids is faster than another query.
_FEW = 4_000
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class IdRange:
    """The lowest and the highest id of messages to search."""

    low: int
    high: int

    def cut(self, *, is_back: bool) -> "IdRange":
        """The part of the range that one page may search."""
        if is_back:
            return IdRange(max(self.low, self.high - LONGEST_SCAN + 1), self.high)
        return IdRange(self.low, min(self.high, self.low + LONGEST_SCAN - 1))


def range_of(
    connection: Connection, search: Search, before: int | None, after: int | None
) -> IdRange:
    """The ids that a search covers; for days it is too wide, so filter by time too."""
    ends = select(func.min(inbound.c.id), func.max(inbound.c.id))
    low, high = (end or 0 for end in connection.execute(ends).one())
    whole = IdRange(low, high)
    if is_ordered_by_time(search):
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
    return IdRange(low, high)


def needs_scan(search: Search) -> bool:
    """Whether rows have to be scanned because no index is selective enough."""
    if search.phones or search.phone_tails or search.kpjs:
        return False
    is_narrowed = search.keywords or search.outcomes or search.since or search.until
    return bool(search.words or (search.statuses and is_narrowed))


def is_ordered_by_time(search: Search) -> bool:
    """Whether to read in the order of time instead of ids.

    A day's ids spread over two days more, all of which would be read before the first
    hit. Every other term has an index in the order of ids.
    """
    has_days = bool(search.since or search.until)
    numbers = search.phones or search.phone_tails or search.kpjs
    ends = search.keywords or search.outcomes or search.statuses
    return has_days and not (numbers or ends or search.words)


def beyond(
    connection: Connection, search: Search, before: int | None, after: int | None
) -> Iterator[ColumnElement[bool]]:
    """Conditions of keyset paging by time; for paging by id the range is enough."""
    if is_ordered_by_time(search):
        here = tuple_(inbound.c.received_at, inbound.c.id)
        if before is not None:
            yield here < _place(connection, before)
        # Every message comes after 0.
        if after:
            yield here > _place(connection, after)


def _place(connection: Connection, message_id: int) -> ColumnElement[Any]:
    """The key of keyset paging; a purged message has the time of the next one."""
    at = time_of(connection, message_id) or _END_OF_TIME
    return tuple_(literal(at, UtcDateTime), message_id)


def time_of(connection: Connection, message_id: int) -> datetime | None:
    """When the message with this id, or the next one, arrived."""
    query = select(inbound.c.received_at).where(inbound.c.id >= message_id)
    return connection.scalar(query.order_by(inbound.c.id).limit(1))


def _around(connection: Connection, span: IdRange, at: datetime) -> IdRange:
    """The few ids around a moment, by bisection."""
    low, high = span.low, span.high
    while high - low > _FEW:
        middle = (low + high) // 2
        query = select(inbound.c.id, inbound.c.received_at)
        row = connection.execute(
            query.where(inbound.c.id >= middle).order_by(inbound.c.id).limit(1)
        ).one()
        if row.received_at < at:
            low = row.id
        else:
            high = middle
    return IdRange(low, high)
