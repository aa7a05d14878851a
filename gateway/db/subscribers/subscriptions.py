"""Who wants to be reminded, and what came of it."""

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

from gateway.db.core.store import WAY, Store
from gateway.db.messages.daily_counters import (
    EVERYBODY,
    DailyCounters,
    Fact,
)
from gateway.db.messages.transitions import cancel
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.subscribers import opt_outs, reminders, subscriptions
from gateway.domain.messages import Reply
from gateway.domain.participants import KPJ, TimeZone
from gateway.domain.reminder_schedule import SLOTS, Campaign, ReminderOutcome
from gateway.domain.resolution import Resolution
from gateway.security.cipher import CannotDecrypt

ROWS_A_LOOK = 1_000
_OFFSETS: tuple[str | None, ...] = (None, *(zone.value for zone in TimeZone))
log = logging.getLogger(__name__)

_ANEW = ("inbound_id", "language", "utc_offset", "since")


@dataclass(frozen=True)
class Subscription:
    """One phone's wish to be reminded of one member's affairs."""

    id: int
    kpj: KPJ
    phone: str = field(repr=False)
    language: str
    utc_offset: str | None
    has_opted_out: bool


@dataclass(frozen=True)
class Verdict:
    """What becomes of a subscription now; a reply goes out until `expires_at`."""

    subscription: Subscription
    outcome: ReminderOutcome
    reply: Reply | None
    expires_at: datetime


class Look(NamedTuple):
    """Some subscriptions, and the last one that was looked at, opened or not."""

    found: Sequence[Subscription]
    last: int | None


class Subscriptions(Store):
    """Begun and ended by SMS; reminded once a campaign, whoever asks how often."""

    def begin(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        """Remind a phone of a member, within the transaction that answers it."""
        phone, kpj = resolution.waiting.inbound.sender, resolution.kpj
        assert kpj is not None
        index = self._cipher.index(f"{phone} {kpj.digits}")
        row = {
            "inbound_id": resolution.waiting.id,
            "kpj_index": self._cipher.index(kpj.digits),
            "kpj_sealed": self._cipher.encrypt(kpj.digits),
            "msisdn_index": self._cipher.index(phone),
            "msisdn_sealed": self._cipher.encrypt(phone),
            "language": resolution.reply.language if resolution.reply else "id",
            "utc_offset": resolution.utc_offset,
            "slot": int.from_bytes(index) % SLOTS,
            "since": now,
        }
        new = self._insert(subscriptions).values(row)
        # Asked for again it goes on, and what was sent in this campaign stays sent.
        columns = [subscriptions.c.msisdn_index, subscriptions.c.kpj_index]
        again = {it: row[it] for it in _ANEW} | {"ended_at": None, "end_reason": None}
        connection.execute(
            new.on_conflict_do_update(index_elements=columns, set_=again)
        )

    def end(self, connection: Connection, msisdn: str, why: str, now: datetime) -> None:
        """No more reminders to this phone, not even one that is queued."""
        theirs = subscriptions.c.msisdn_index == self._cipher.index(msisdn)
        live = subscriptions.c.ended_at.is_(None)
        ended = {"ended_at": now, "end_reason": why}
        connection.execute(update(subscriptions).where(theirs, live).values(ended))
        take_back(connection, theirs, now)

    def due(
        self, campaign: Campaign, now: datetime, limit: int, after: int = 0
    ) -> Look:
        """Those whose turn has come and that nothing has come of yet."""
        columns = subscriptions.c
        come_up = or_(
            *(
                and_(
                    columns.utc_offset.is_not_distinct_from(offset),
                    columns.slot < campaign.slots_due(now, offset),
                )
                for offset in _OFFSETS
            )
        )
        return self._look(_live().where(come_up, ~_done(campaign)), limit, after)

    def left(self, campaign: Campaign) -> Iterator[Sequence[Subscription]]:
        """All that nothing has come of yet, many at a time, whenever their turn is."""
        last: int | None = 0
        while last is not None:
            some, last = self._look(_live().where(~_done(campaign)), ROWS_A_LOOK, last)
            yield some

    def _look(self, query: Select[Any], limit: int, after: int) -> Look:
        columns = subscriptions.c
        further = query.where(columns.id > after).order_by(columns.id).limit(limit)
        with self._reading() as connection:
            rows = connection.execute(further).all()
        found = [it for row in rows if (it := self._opened(row))]
        return Look(found, rows[-1].id if rows else None)

    def settle(
        self,
        campaign: Campaign,
        verdicts: Sequence[Verdict],
        now: datetime,
        most_replies: int,
    ) -> Sequence[ReminderOutcome]:
        """Enter what comes of them and queue the SMS, once; what was entered.

        What another worker has entered meanwhile is left as it is: one row for a
        subscription and campaign is all that the table takes. No SMS is queued beyond
        the `most_replies` that all phones together may be sent in a day.
        """
        with self._writing() as connection:
            counters = DailyCounters(connection, self._cipher.index, now)
            wishes = _wishes(connection, verdicts)
            outcomes = [
                verdict.outcome
                for verdict in verdicts
                if (wish := wishes.get(verdict.subscription.id))
                and counters.count(EVERYBODY, Fact.REPLIES) < most_replies
                and self._settle(connection, campaign, verdict, wish, now, counters)
            ]
            counters.save()
        return outcomes

    def _settle(
        self,
        connection: Connection,
        campaign: Campaign,
        verdict: Verdict,
        wish: Row[Any],
        now: datetime,
        counters: DailyCounters,
    ) -> bool:
        """Whether it was entered."""
        entered = self._enter(connection, campaign, verdict, now)
        if entered is not None and verdict.reply:
            self._queue(connection, entered, verdict, verdict.reply, wish, now)
            counters.add(EVERYBODY, Fact.REPLIES)
        if verdict.outcome is ReminderOutcome.REFUSED:
            this = subscriptions.c.id == verdict.subscription.id
            ended = {"ended_at": now, "end_reason": verdict.outcome}
            connection.execute(update(subscriptions).where(this).values(ended))
        return entered is not None

    def _enter(
        self,
        connection: Connection,
        campaign: Campaign,
        verdict: Verdict,
        now: datetime,
    ) -> int | None:
        row = {
            "subscription_id": verdict.subscription.id,
            "kind": campaign.kind,
            "period": campaign.period,
            "at": now,
            "outcome": verdict.outcome,
        }
        new = self._insert(reminders).values(row).on_conflict_do_nothing()
        entered: int | None = connection.scalar(new.returning(reminders.c.id))
        return entered

    def _queue(
        self,
        connection: Connection,
        entered: int,
        verdict: Verdict,
        reply: Reply,
        wish: Row[Any],
        now: datetime,
    ) -> None:
        phone, until = verdict.subscription.phone, verdict.expires_at
        values = self._follow_up(wish, phone, reply, now, until)
        new_id = connection.scalar(
            insert(outbound).values(values).returning(outbound.c.id)
        )
        this = reminders.c.id == entered
        connection.execute(update(reminders).where(this).values(outbound_id=new_id))

    def counts(self, campaign: Campaign) -> Mapping[str, int]:
        """What came of the subscriptions so far, by outcome."""
        query = (
            select(reminders.c.outcome, func.count())
            .where(reminders.c.kind == campaign.kind)
            .where(reminders.c.period == campaign.period)
            .group_by(reminders.c.outcome)
            .order_by(reminders.c.outcome)
        )
        with self._reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _opened(self, row: Row[Any]) -> Subscription | None:
        try:
            return self._subscription(row)
        except CannotDecrypt:
            log.exception("subscription cannot be opened", extra={"id": row.id})
            return None

    def _subscription(self, row: Row[Any]) -> Subscription:
        return Subscription(
            row.id,
            KPJ(self._cipher.decrypt(row.kpj_sealed)),
            self._cipher.decrypt(row.msisdn_sealed),
            row.language,
            row.utc_offset,
            row.has_opted_out,
        )


def _live() -> Select[Any]:
    has_opted_out = exists().where(
        opt_outs.c.msisdn_index == subscriptions.c.msisdn_index
    )
    return select(subscriptions, has_opted_out.label("has_opted_out")).where(
        subscriptions.c.ended_at.is_(None)
    )


def _wishes(
    connection: Connection, verdicts: Sequence[Verdict]
) -> Mapping[int, Row[Any]]:
    """Lock those that nobody has ended; the SMS that asked for each, by its id."""
    columns = subscriptions.c
    query = (
        select(*(*WAY, columns.id.label("its_id")))
        .join(inbound, inbound.c.id == columns.inbound_id)
        .where(columns.id.in_([it.subscription.id for it in verdicts]))
        .where(columns.ended_at.is_(None))
        .order_by(columns.id)
        .with_for_update(of=subscriptions)
    )
    return {row.its_id: row for row in connection.execute(query)}


def take_back(
    connection: Connection, whose: ColumnElement[bool], now: datetime
) -> None:
    """Cancel the reminders of these subscriptions that are still queued."""
    theirs = select(subscriptions.c.id).where(whose)
    reminded = select(reminders.c.outbound_id).where(
        reminders.c.subscription_id.in_(theirs)
    )
    cancel(connection, outbound.c.id.in_(reminded), now)


def _done(campaign: Campaign) -> ColumnElement[bool]:
    return exists().where(
        reminders.c.subscription_id == subscriptions.c.id,
        reminders.c.kind == campaign.kind,
        reminders.c.period == campaign.period,
    )
