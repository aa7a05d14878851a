"""Search messages, newest first, with keyset paging: every page is equally fast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from gateway.db.console.id_ranges import (
    IdRange,
    beyond,
    is_ordered_by_time,
    needs_scan,
    range_of,
    time_of,
)
from gateway.db.console.search_conditions import indexed, scanned
from gateway.db.core.store import Store
from gateway.db.models.messages import inbound, outbound
from gateway.domain.outcomes import REFUSALS, Outcome, outcome_of
from gateway.parsers.search_query import Search
from gateway.security.cipher import CannotDecrypt
from gateway.security.masking import mask

PAGE = 50


@dataclass(frozen=True)
class Found:
    """One SMS and its first reply, as a line of the search results."""

    id: int
    received_at: datetime
    phone: str
    text: str | None
    keyword: str | None
    outcome: Outcome
    reason: str | None
    decision: str | None
    template: str | None = None
    reply_status: str | None = None

    @property
    def why(self) -> str | None:
        """The decision or reason, if it adds something to the outcome."""
        if self.outcome is Outcome.REFUSED and self.decision in REFUSALS:
            return self.decision
        return None if self.outcome is Outcome.UNRECOGNISED else self.reason


@dataclass(frozen=True)
class Page:
    """Messages, newest first, and the ids that the older and newer pages start from.

    `looked_back_to` is set if the scan was cut off; there may be more before it.
    """

    messages: Sequence[Found]
    older: int | None = None
    newer: int | None = None
    looked_back_to: datetime | None = None


class Finder(Store):
    """Searches messages; every query is bounded."""

    def index(self, number: str) -> bytes:
        """The keyed hash by which a number is found."""
        return self._cipher.index(number)

    def page(
        self,
        search: Search,
        before: int | None = None,
        after: int | None = None,
        size: int = PAGE,
    ) -> Page:
        """The page before or after an id, or else the newest page."""
        is_back = after is None
        with self._reading() as connection:
            ids = range_of(connection, search, before, after)
            looked = ids.cut(is_back=is_back) if needs_scan(search) else ids
            query = self._query(search, looked, is_back=is_back)
            query = query.where(*beyond(connection, search, before, after))
            rows = connection.execute(query.limit(size + 1)).all()
            found = self._found(connection, _in_order(rows[:size], is_back))
            is_cut = looked != ids and len(rows) <= size
            if is_cut and is_back:
                back_to = time_of(connection, looked.low)
                newer = found[0].id if found and before is not None else None
                return Page(found, looked.low, newer, back_to)
        ahead = looked.high if is_cut else None
        return _page(found, len(rows) > size, before, after, ahead)

    def count_newer(self, search: Search, after: int, most: int = 99) -> int:
        """How many newer messages there are, counted up to `most`."""
        with self._reading() as connection:
            ids = range_of(connection, search, None, after)
            looked = ids.cut(is_back=False) if needs_scan(search) else ids
            query = self._query(search, looked, is_back=False)
            rows = query.where(inbound.c.id > after).limit(most).subquery()
            return connection.scalar(select(func.count()).select_from(rows)) or 0

    def all(self, search: Search, limit: int) -> Iterator[Found]:
        """All results, newest first, up to `limit`."""
        before: int | None = None
        while limit > 0:
            page = self.page(search, before, size=min(limit, 500))
            yield from page.messages
            limit -= len(page.messages)
            before = page.older
            if before is None:
                return

    def by_provider_id(self, provider_id: str) -> int | None:
        """The SMS that the carrier knows by this id, or by that of its reply."""
        incoming = select(inbound.c.id).where(inbound.c.provider_id == provider_id)
        outgoing = select(outbound.c.in_reply_to).where(
            outbound.c.provider_id == provider_id
        )
        with self._reading() as connection:
            for query in (incoming, outgoing):
                found: int | None = connection.scalar(query.limit(1))
                if found is not None:
                    return found
        return None

    def _query(self, search: Search, ids: IdRange, *, is_back: bool) -> Select[Any]:
        columns = inbound.c
        along = [columns.received_at] if is_ordered_by_time(search) else []
        keys = (*along, columns.id)
        order = (key.desc() if is_back else key for key in keys)
        is_near = columns.id.between(ids.low, ids.high)
        terms = (*indexed(search, self._cipher.index), *scanned(search, ids))
        return select(*_SHOWN).where(is_near, *terms).order_by(*order)

    def _found(
        self, connection: Connection, rows: Sequence[Row[Any]]
    ) -> Sequence[Found]:
        replies = _replies(connection, [row.id for row in rows])
        return [self._line(row, replies.get(row.id)) for row in rows]

    def _line(self, row: Row[Any], reply: Row[Any] | None) -> Found:
        return Found(
            row.id,
            row.received_at,
            self._masked(row.sender_sealed),
            row.text_redacted,
            row.keyword,
            outcome_of(row.status, row.reason, row.decision),
            row.reason,
            row.decision,
            reply.template if reply else None,
            reply.status if reply else None,
        )

    def _masked(self, encrypted: bytes) -> str:
        try:
            number = self._cipher.decrypt(encrypted)
        except CannotDecrypt:
            return "***"
        return mask(number) if number else ""


_SHOWN = (
    *(inbound.c.id, inbound.c.received_at, inbound.c.sender_sealed),
    *(inbound.c.text_redacted, inbound.c.keyword, inbound.c.status),
    *(inbound.c.reason, inbound.c.decision),
)


def _in_order(rows: Sequence[Row[Any]], is_back: bool) -> Sequence[Row[Any]]:
    return rows if is_back else rows[::-1]


def _page(
    found: Sequence[Found],
    has_more: bool,
    before: int | None,
    after: int | None,
    ahead: int | None,
) -> Page:
    """A page with links: always back to where it was opened from.

    The other direction has more if the query found one row too many.
    """
    newest = found[0].id if found else None
    oldest = found[-1].id if found else None
    if after is None:
        newer = newest if before is not None else None
        return Page(found, oldest if has_more else None, newer)
    return Page(found, oldest, newest if has_more else ahead)


def _replies(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """The first reply to each message."""
    columns = outbound.c
    query = (
        select(columns.in_reply_to, columns.template, columns.status)
        .where(columns.in_reply_to.in_(ids))
        .order_by(columns.id.desc())
    )
    return {row.in_reply_to: row for row in connection.execute(query)}
