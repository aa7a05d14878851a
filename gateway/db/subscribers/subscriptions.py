"""Subscriptions to reminders: begun and ended by SMS."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from gateway.db.core.store import Store
from gateway.db.core.upsert import insert_into
from gateway.db.messages.transitions import cancel
from gateway.db.models.messages import outbound
from gateway.db.models.subscribers import reminders, subscriptions
from gateway.db.subscribers.rights import end, key_columns
from gateway.domain.reminder_schedule import SLOTS
from gateway.domain.resolution import Resolution

# A renewed subscription is as a new one, but keeps its slot; it has not ended.
_RENEWED = ("inbound_id", "language", "utc_offset", "since", "ended_at", "end_reason")


class Subscriptions(Store):
    """Begins and ends the reminders of a phone."""

    def begin(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        """Subscribe a phone to a member, in the transaction that answers the SMS."""
        phone, kpj = resolution.waiting.inbound.sender, resolution.kpj
        assert kpj is not None
        index = self._cipher.index(f"{phone} {kpj.digits}")
        row = {
            "inbound_id": resolution.waiting.id,
            **key_columns(self._cipher, kpj, phone),
            "language": resolution.reply.language if resolution.reply else "id",
            "utc_offset": resolution.utc_offset,
            "slot": int.from_bytes(index) % SLOTS,
            "since": now,
        }
        new = insert_into(connection, subscriptions).values(row)
        # A second INGAT renews the subscription, so that no campaign reminds twice.
        columns = [subscriptions.c.msisdn_index, subscriptions.c.kpj_index]
        again = {name: new.excluded[name] for name in _RENEWED}
        connection.execute(
            new.on_conflict_do_update(index_elements=columns, set_=again)
        )

    def end(self, connection: Connection, msisdn: str, why: str, now: datetime) -> None:
        """Unsubscribe a phone; cancel its queued reminders."""
        theirs = subscriptions.c.msisdn_index == self._cipher.index(msisdn)
        end(connection, subscriptions, theirs, why, now)
        cancel_reminders(connection, theirs, now)


def cancel_reminders(
    connection: Connection, whose: ColumnElement[bool], now: datetime
) -> None:
    """Cancel the queued reminders of these subscriptions."""
    theirs = select(subscriptions.c.id).where(whose)
    reminded = select(reminders.c.outbound_id).where(
        reminders.c.subscription_id.in_(theirs)
    )
    cancel(connection, outbound.c.id.in_(reminded), now)
