"""Rows of reminders and notices: one outcome each, and the SMS that it queues."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, insert, update

from gateway.db.core.upsert import insert_into
from gateway.db.messages.daily_counters import EVERYBODY, Counted, DailyCounters
from gateway.db.messages.outbound_rows import later_reply_row
from gateway.db.models.messages import outbound
from gateway.db.models.subscribers import reminders
from gateway.db.subscribers.live_subscriptions import Subscription
from gateway.domain.messages import Reply
from gateway.domain.reminder_schedule import ReminderKind, ReminderOutcome
from gateway.security.cipher import Cipher


@dataclass(frozen=True)
class ReminderDecision:
    """The outcome for a subscription, and a reply that expires at `expires_at`."""

    subscription: Subscription
    kind: ReminderKind
    # With the kind, what a subscription has one outcome for.
    period: str
    outcome: ReminderOutcome
    reply: Reply | None
    expires_at: datetime
    # What happened, for operators.
    reason: str = ""


@dataclass(frozen=True)
class ReminderRows:
    """Records outcomes in one transaction; save the `counters` at its end."""

    connection: Connection
    cipher: Cipher
    now: datetime
    # To all phones together, a day.
    most_replies: int

    @cached_property
    def counters(self) -> DailyCounters:
        return DailyCounters(self.connection, self.cipher.index, self.now)

    @property
    def have_room(self) -> bool:
        """Whether one more SMS may be sent today."""
        return self.counters.count(EVERYBODY, Counted.REPLIES) < self.most_replies

    def settle(self, decision: ReminderDecision, origin: Row[Any]) -> bool:
        """Record an outcome and queue its SMS; False if it was recorded before.

        `origin` is the SMS that asked for it, with the `ROUTE_COLUMNS`.
        """
        reminder_id = self._record(decision)
        if reminder_id is None:
            return False
        if decision.reply:
            self._queue(reminder_id, decision, decision.reply, origin)
            self.counters.add(EVERYBODY, Counted.REPLIES)
        return True

    def _record(self, decision: ReminderDecision) -> int | None:
        reason = decision.reason
        row = {
            "subscription_id": decision.subscription.id,
            "kind": decision.kind,
            "period": decision.period,
            "at": self.now,
            "outcome": decision.outcome,
            "reason_sealed": self.cipher.encrypt(reason) if reason else None,
        }
        new = insert_into(self.connection, reminders).values(row)
        new = new.on_conflict_do_nothing()
        reminder_id: int | None = self.connection.scalar(new.returning(reminders.c.id))
        return reminder_id

    def _queue(
        self,
        reminder_id: int,
        decision: ReminderDecision,
        reply: Reply,
        origin: Row[Any],
    ) -> None:
        phone, until = decision.subscription.phone, decision.expires_at
        values = later_reply_row(self.cipher, origin, phone, reply, self.now, until)
        new_id = self.connection.scalar(
            insert(outbound).values(values).returning(outbound.c.id)
        )
        this = reminders.c.id == reminder_id
        self.connection.execute(
            update(reminders).where(this).values(outbound_id=new_id)
        )
