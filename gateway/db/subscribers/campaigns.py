"""Reminder campaigns: due subscriptions, their outcomes, and queued reminders."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from gateway.db.core.store import Store
from gateway.db.core.upsert import insert_into
from gateway.db.messages.daily_counters import EVERYBODY, Counted, DailyCounters
from gateway.db.messages.outbound_rows import ROUTE_COLUMNS, later_reply_row
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.subscribers import opt_outs, reminders, subscriptions
from gateway.db.subscribers.rights import end
from gateway.domain.messages import Reply
from gateway.domain.participants import KPJ, TimeZone
from gateway.domain.reminder_schedule import Campaign, ReminderOutcome
from gateway.security.cipher import CannotDecrypt

ROWS_A_PAGE = 1_000
_OFFSETS: tuple[str | None, ...] = (None, *(zone.value for zone in TimeZone))
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subscription:
    """A phone's subscription to reminders about one member."""

    id: int
    kpj: KPJ
    phone: str = field(repr=False)
    language: str
    utc_offset: str | None
    has_opted_out: bool


@dataclass(frozen=True)
class ReminderDecision:
    """The outcome for a subscription, and a reply that expires at `expires_at`."""

    subscription: Subscription
    outcome: ReminderOutcome
    reply: Reply | None
    expires_at: datetime


class Page(NamedTuple):
    """A page of subscriptions; `last` is the last id read, None at the end."""

    found: Sequence[Subscription]
    last: int | None


class Campaigns(Store):
    """Finds due subscriptions and records one outcome each per campaign."""

    def due(
        self, campaign: Campaign, now: datetime, limit: int, after: int = 0
    ) -> Page:
        """Subscriptions that are due in a campaign and have no outcome yet."""
        columns = subscriptions.c
        is_due = or_(
            *(
                and_(
                    columns.utc_offset.is_not_distinct_from(offset),
                    columns.slot < campaign.slots_due(now, offset),
                )
                for offset in _OFFSETS
            )
        )
        return self._page(_live().where(is_due, ~_has_outcome(campaign)), limit, after)

    def undecided(self, campaign: Campaign) -> Iterator[Sequence[Subscription]]:
        """All subscriptions without an outcome, due or not, a page at a time."""
        last: int | None = 0
        while last is not None:
            query = _live().where(~_has_outcome(campaign))
            found, last = self._page(query, ROWS_A_PAGE, last)
            yield found

    def _page(self, query: Select[Any], limit: int, after: int) -> Page:
        columns = subscriptions.c
        further = query.where(columns.id > after).order_by(columns.id).limit(limit)
        with self._reading() as connection:
            rows = connection.execute(further).all()
        found = [subscription for row in rows if (subscription := self._decrypt(row))]
        return Page(found, rows[-1].id if rows else None)

    def settle(
        self,
        campaign: Campaign,
        decisions: Sequence[ReminderDecision],
        now: datetime,
        most_replies: int,
    ) -> Sequence[ReminderOutcome]:
        """Record outcomes, queue their SMS, and return the outcomes recorded now.

        Idempotent: the table takes one row for a subscription and campaign, from
        whichever worker comes first. All phones together get at most `most_replies` SMS
        a day.
        """
        with self._writing() as connection:
            counters = DailyCounters(connection, self._cipher.index, now)
            origins = _lock_live(connection, decisions)
            outcomes = [
                decision.outcome
                for decision in decisions
                if (origin := origins.get(decision.subscription.id))
                and counters.count(EVERYBODY, Counted.REPLIES) < most_replies
                and self._settle(connection, campaign, decision, origin, now, counters)
            ]
            counters.save()
        return outcomes

    def _settle(
        self,
        connection: Connection,
        campaign: Campaign,
        decision: ReminderDecision,
        origin: Row[Any],
        now: datetime,
        counters: DailyCounters,
    ) -> bool:
        """Record an outcome and queue its SMS; False if it was recorded before."""
        reminder_id = self._record(connection, campaign, decision, now)
        if reminder_id is not None and decision.reply:
            self._queue(connection, reminder_id, decision, decision.reply, origin, now)
            counters.add(EVERYBODY, Counted.REPLIES)
        if decision.outcome is ReminderOutcome.REFUSED:
            this = subscriptions.c.id == decision.subscription.id
            end(connection, subscriptions, this, decision.outcome, now)
        return reminder_id is not None

    def _record(
        self,
        connection: Connection,
        campaign: Campaign,
        decision: ReminderDecision,
        now: datetime,
    ) -> int | None:
        row = {
            "subscription_id": decision.subscription.id,
            "kind": campaign.kind,
            "period": campaign.period,
            "at": now,
            "outcome": decision.outcome,
        }
        new = insert_into(connection, reminders).values(row).on_conflict_do_nothing()
        reminder_id: int | None = connection.scalar(new.returning(reminders.c.id))
        return reminder_id

    def _queue(
        self,
        connection: Connection,
        reminder_id: int,
        decision: ReminderDecision,
        reply: Reply,
        origin: Row[Any],
        now: datetime,
    ) -> None:
        phone, until = decision.subscription.phone, decision.expires_at
        values = later_reply_row(self._cipher, origin, phone, reply, now, until)
        new_id = connection.scalar(
            insert(outbound).values(values).returning(outbound.c.id)
        )
        this = reminders.c.id == reminder_id
        connection.execute(update(reminders).where(this).values(outbound_id=new_id))

    def counts(self, campaign: Campaign) -> Mapping[str, int]:
        """The number of subscriptions by outcome so far."""
        query = (
            select(reminders.c.outcome, func.count())
            .where(reminders.c.kind == campaign.kind)
            .where(reminders.c.period == campaign.period)
            .group_by(reminders.c.outcome)
            .order_by(reminders.c.outcome)
        )
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _decrypt(self, row: Row[Any]) -> Subscription | None:
        try:
            kpj = KPJ(self._cipher.decrypt(row.kpj_sealed))
            phone = self._cipher.decrypt(row.msisdn_sealed)
        except CannotDecrypt:
            log.exception("subscription cannot be decrypted", extra={"id": row.id})
            return None
        offset, has_opted_out = row.utc_offset, row.has_opted_out
        return Subscription(row.id, kpj, phone, row.language, offset, has_opted_out)


def _live() -> Select[Any]:
    has_opted_out = exists().where(
        opt_outs.c.msisdn_index == subscriptions.c.msisdn_index
    )
    return select(subscriptions, has_opted_out.label("has_opted_out")).where(
        subscriptions.c.ended_at.is_(None)
    )


def _lock_live(
    connection: Connection, decisions: Sequence[ReminderDecision]
) -> Mapping[int, Row[Any]]:
    """Lock subscriptions that are still live; by id, the SMS that asked for each."""
    columns = subscriptions.c
    query = (
        select(*(*ROUTE_COLUMNS, columns.id.label("subscription_id")))
        .join(inbound, inbound.c.id == columns.inbound_id)
        .where(columns.id.in_([decision.subscription.id for decision in decisions]))
        .where(columns.ended_at.is_(None))
        .order_by(columns.id)
        .with_for_update(of=subscriptions)
    )
    return {row.subscription_id: row for row in connection.execute(query)}


def _has_outcome(campaign: Campaign) -> ColumnElement[bool]:
    return exists().where(
        reminders.c.subscription_id == subscriptions.c.id,
        reminders.c.kind == campaign.kind,
        reminders.c.period == campaign.period,
    )
