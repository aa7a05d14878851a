"""Reminder campaigns: due subscriptions, and one outcome for each of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_

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
from gateway.domain.notices import Wish
from gateway.domain.reminder_schedule import Campaign, ReminderKind, ReminderOutcome

_WISHES_OF = {
    ReminderKind.CONTRIBUTION: (Wish.REMINDERS, Wish.CONTRIBUTIONS),
    ReminderKind.BALANCE: (Wish.REMINDERS,),
}


class Campaigns(LiveSubscriptions):
    """Finds due subscriptions and records one outcome each per campaign."""

    def due(
        self, campaign: Campaign, now: datetime, limit: int, after: int = 0
    ) -> Page:
        """Subscriptions that are due in a campaign and have no outcome yet."""
        slot = subscriptions.c.slot
        is_due = by_offset(
            {offset: slot < campaign.slots_due(now, offset) for offset in OFFSETS}
        )
        return self._page([is_due, *_undecided(campaign)], limit, after)

    def undecided(self, campaign: Campaign) -> Iterator[Sequence[Subscription]]:
        """All subscriptions without an outcome, due or not, a page at a time."""
        return self._pages(_undecided(campaign))

    def settle(
        self, decisions: Sequence[ReminderDecision], now: datetime, most_replies: int
    ) -> Sequence[ReminderDecision]:
        """Record outcomes, queue their SMS, and return the decisions recorded now.

        Idempotent: the table takes one row for a subscription and campaign, from
        whichever worker comes first. All phones together get at most `most_replies` SMS
        a day.
        """
        ids = [decision.subscription.id for decision in decisions]
        with self._writing() as connection:
            rows = ReminderRows(connection, self._cipher, now, most_replies)
            origins = lock_live(connection, ids)
            settled = [
                decision
                for decision in decisions
                if (origin := origins.get(decision.subscription.id))
                and rows.have_room
                and rows.settle(decision, origin)
            ]
            refused = [
                decision.subscription.id
                for decision in settled
                if decision.outcome is ReminderOutcome.REFUSED
            ]
            if refused:
                these = subscriptions.c.id.in_(refused)
                end(connection, subscriptions, these, ReminderOutcome.REFUSED, now)
            rows.counters.save()
        return settled

    def counts(self, campaign: Campaign) -> Mapping[str, int]:
        """The number of subscriptions by outcome so far."""
        columns = reminders.c
        return self._counts(
            columns.kind == campaign.kind, columns.period == campaign.period
        )


def _undecided(campaign: Campaign) -> Sequence[ColumnElement[bool]]:
    """Whether a subscription is for a campaign and has no outcome in it."""
    has_outcome = exists().where(
        reminders.c.subscription_id == subscriptions.c.id,
        reminders.c.kind == campaign.kind,
        reminders.c.period == campaign.period,
    )
    wanted = (wishes.CONDITIONS[wish] for wish in _WISHES_OF[campaign.kind])
    return or_(*wanted), ~has_outcome
