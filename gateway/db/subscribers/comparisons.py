"""Comparisons of members' records with what phones were told last."""

from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, true, update

from gateway.db.models.subscribers import reminders, subscriptions
from gateway.db.subscribers import wishes
from gateway.db.subscribers.live_subscriptions import (
    OFFSETS,
    LiveSubscriptions,
    Page,
    Subscription,
    by_offset,
    lock_live,
)
from gateway.db.subscribers.reminder_rows import ReminderDecision, ReminderRows
from gateway.db.subscribers.rights import end
from gateway.db.subscribers.snapshots import dump
from gateway.domain.messages import Reply
from gateway.domain.notices import NOTICES, News, Snapshot
from gateway.domain.reminder_schedule import ReminderKind, ReminderOutcome, round_at

_PERIOD_LENGTH = 7
_KINDS = (ReminderKind.CLAIM, ReminderKind.CONTRIBUTION_POSTED, ReminderKind.PHONE)


@dataclass(frozen=True)
class Notice:
    """News for a phone, and the reply that tells it, if it may be told."""

    news: News
    outcome: ReminderOutcome
    reply: Reply | None


@dataclass(frozen=True)
class Comparison:
    """What a comparison found for one subscription."""

    subscription: Subscription
    notices: Sequence[Notice]
    snapshot: Snapshot = field(repr=False)
    expires_at: datetime
    # The phone may hear nothing more about the member.
    is_over: bool = False


class Comparisons(LiveSubscriptions):
    """Finds subscriptions to compare, and records what was found."""

    def due(self, now: datetime, limit: int, after: int = 0) -> Page:
        """Subscriptions that were not compared yet in the round of this hour.

        One that was compared in the future, before a clock was set back, is due too.
        """
        rounds = {offset: round_at(now, offset) for offset in OFFSETS}
        columns = subscriptions.c
        is_due = {
            offset: (columns.slot < round_.slots)
            & columns.compared_at.between(round_.begins_at, now).is_not(true())
            for offset, round_ in rounds.items()
            if round_
        }
        if not is_due:
            return Page([], None)
        return self._page([_wants_notices(), by_offset(is_due)], limit, after)

    def all(self) -> Iterator[Sequence[Subscription]]:
        """All subscriptions to notices, a page at a time."""
        return self._pages([_wants_notices()])

    def settle(
        self, comparisons: Sequence[Comparison], now: datetime, most_replies: int
    ) -> Sequence[ReminderDecision]:
        """Record notices, queue their SMS, and return those recorded now.

        Idempotent: the table takes one row for a subscription and event, and a
        comparison counts only if no other has changed the snapshot since it was read.
        """
        settled: list[ReminderDecision] = []
        ids = [comparison.subscription.id for comparison in comparisons]
        with self._writing() as connection:
            rows = ReminderRows(connection, self._cipher, now, most_replies)
            origins = lock_live(connection, ids)
            for comparison in comparisons:
                origin = origins.get(comparison.subscription.id)
                if rows.have_room and origin and _is_current(comparison, origin):
                    settled += self._settle(rows, comparison, origin)
            rows.counters.save()
        return settled

    def _settle(
        self, rows: ReminderRows, comparison: Comparison, origin: Row[Any]
    ) -> Iterator[ReminderDecision]:
        subscription = comparison.subscription
        for notice in comparison.notices:
            decision = ReminderDecision(
                subscription,
                notice.news.kind,
                self._period(subscription, notice.news),
                notice.outcome,
                notice.reply,
                comparison.expires_at,
                notice.news.reason,
            )
            if rows.settle(decision, origin):
                yield decision
        this = subscriptions.c.id == subscription.id
        values: dict[str, Any] = {"compared_at": rows.now}
        if comparison.snapshot != subscription.snapshot:
            sealed = self._cipher.encrypt(dump(comparison.snapshot))
            values["snapshot_sealed"] = sealed
        rows.connection.execute(update(subscriptions).where(this).values(values))
        if comparison.is_over:
            why = ReminderOutcome.REFUSED
            end(rows.connection, subscriptions, this, why, rows.now)

    def _period(self, subscription: Subscription, news: News) -> str:
        """A keyed hash of an event, because the event itself is personal."""
        index = self._cipher.index(f"{subscription.id} {news.kind} {news.identity}")
        return b32encode(index).decode()[:_PERIOD_LENGTH]

    def counts(self, since: datetime) -> Mapping[str, int]:
        """The number of notices by outcome since then."""
        return self._counts(reminders.c.kind.in_(_KINDS), reminders.c.at >= since)


def _wants_notices() -> ColumnElement[bool]:
    return or_(*(wishes.CONDITIONS[wish] for wish in sorted(NOTICES)))


def _is_current(comparison: Comparison, origin: Row[Any]) -> bool:
    stored: bytes | None = origin.snapshot_sealed
    return stored == comparison.subscription.stored_snapshot
