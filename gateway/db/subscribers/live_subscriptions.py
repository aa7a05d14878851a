"""Subscriptions that have not ended: read page by page, and locked to be settled."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
)

from gateway.db.core.store import Store
from gateway.db.messages.outbound_rows import ROUTE_COLUMNS
from gateway.db.models.messages import inbound
from gateway.db.models.subscribers import opt_outs, reminders, subscriptions
from gateway.db.subscribers import wishes
from gateway.db.subscribers.snapshots import load
from gateway.domain.notices import Snapshot, Wish
from gateway.domain.participants import KPJ, TimeZone
from gateway.security.cipher import CannotDecrypt

ROWS_A_PAGE = 1_000
OFFSETS: tuple[str | None, ...] = (None, *(zone.value for zone in TimeZone))
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subscription:
    """A phone's subscription to reminders or notices about one member."""

    id: int
    kpj: KPJ
    phone: str = field(repr=False)
    language: str
    utc_offset: str | None
    has_opted_out: bool
    wishes: frozenset[Wish] = frozenset({Wish.REMINDERS})
    # None if the record was too old when the subscription began.
    snapshot: Snapshot | None = field(default=None, repr=False)
    # The snapshot as it is stored, to notice that another worker has changed it.
    stored_snapshot: bytes | None = field(default=None, repr=False)


class Page(NamedTuple):
    """A page of subscriptions; `last` is the last id read, None at the end."""

    found: Sequence[Subscription]
    last: int | None


class LiveSubscriptions(Store):
    """Reads subscriptions in id order, and counts reminders and notices by outcome."""

    def _page(
        self, which: Sequence[ColumnElement[bool]], limit: int, after: int
    ) -> Page:
        columns = subscriptions.c
        query = _live().where(*which, columns.id > after)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(columns.id).limit(limit)).all()
        found = [subscription for row in rows if (subscription := self._decrypt(row))]
        return Page(found, rows[-1].id if rows else None)

    def _pages(
        self, which: Sequence[ColumnElement[bool]]
    ) -> Iterator[Sequence[Subscription]]:
        last: int | None = 0
        while last is not None:
            found, last = self._page(which, ROWS_A_PAGE, last)
            yield found

    def _counts(self, *which: ColumnElement[bool]) -> Mapping[str, int]:
        """The number of reminders or notices by outcome."""
        outcome = reminders.c.outcome
        query = select(outcome, func.count()).where(*which)
        query = query.group_by(outcome).order_by(outcome)
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _decrypt(self, row: Row[Any]) -> Subscription | None:
        stored = row.snapshot_sealed
        try:
            return Subscription(
                row.id,
                KPJ(self._cipher.decrypt(row.kpj_sealed)),
                self._cipher.decrypt(row.msisdn_sealed),
                row.language,
                row.utc_offset,
                row.has_opted_out,
                frozenset(wish for wish in wishes.CONDITIONS if row._mapping[wish]),
                load(self._cipher.decrypt(stored)) if stored else None,
                stored,
            )
        except CannotDecrypt:
            log.exception("subscription cannot be decrypted", extra={"id": row.id})
            return None


def by_offset(
    condition: Mapping[str | None, ColumnElement[bool]],
) -> ColumnElement[bool]:
    """The condition for the offset from UTC that a subscription has."""
    offset = subscriptions.c.utc_offset
    return or_(
        *(
            and_(offset.is_not_distinct_from(value), its_condition)
            for value, its_condition in condition.items()
        )
    )


def _live() -> Select[Any]:
    has_opted_out = exists().where(
        opt_outs.c.msisdn_index == subscriptions.c.msisdn_index
    )
    return select(
        subscriptions,
        has_opted_out.label("has_opted_out"),
        *(column.label(wish) for wish, column in wishes.CONDITIONS.items()),
    ).where(subscriptions.c.ended_at.is_(None))


def lock_live(connection: Connection, ids: Collection[int]) -> Mapping[int, Row[Any]]:
    """Lock subscriptions that are still live; by id, the SMS that asked for each."""
    columns = subscriptions.c
    query: Select[Any] = (
        select(
            *ROUTE_COLUMNS,
            columns.id.label("subscription_id"),
            columns.snapshot_sealed,
        )
        .join(inbound, inbound.c.id == columns.inbound_id)
        .where(columns.id.in_(ids))
        .where(columns.ended_at.is_(None))
        .order_by(columns.id)
        .with_for_update(of=subscriptions)
    )
    return {row.subscription_id: row for row in connection.execute(query)}
