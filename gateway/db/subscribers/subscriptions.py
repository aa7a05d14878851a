"""Subscriptions to reminders and notices: begun and ended by SMS."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from gateway.db.core.store import Store
from gateway.db.core.upsert import insert_into
from gateway.db.messages.transitions import cancel
from gateway.db.models.messages import outbound
from gateway.db.models.subscribers import reminders, subscriptions
from gateway.db.subscribers import wishes
from gateway.db.subscribers.rights import end, key_columns
from gateway.db.subscribers.snapshots import dump
from gateway.domain.notices import NOTICES, Wish
from gateway.domain.reminder_schedule import SLOTS
from gateway.domain.resolution import Resolution

# What a repeated wish changes; a renewed subscription keeps its slot.
_RENEWED = (
    *("inbound_id", "language", "utc_offset", "since", "ended_at", "end_reason"),
    *(column.name for column in wishes.COLUMNS.values()),
    *("snapshot_sealed", "compared_at"),
)


class Subscriptions(Store):
    """Begins and ends the reminders and notices of a phone."""

    def begin(
        self, connection: Connection, resolution: Resolution, now: datetime
    ) -> None:
        """Subscribe a phone to a member, in the transaction that answers the SMS.

        A wish is added to those of a subscription that has not ended, whose snapshot
        stays: news that it has not told yet must not get lost.
        """
        phone = resolution.waiting.inbound.sender
        kpj, wish = resolution.kpj, resolution.wish
        assert kpj is not None
        assert wish is not None
        index = self._cipher.index(f"{phone} {kpj.digits}")
        row = {
            "inbound_id": resolution.waiting.id,
            **key_columns(self._cipher, kpj, phone),
            "language": resolution.reply.language if resolution.reply else "id",
            "utc_offset": resolution.utc_offset,
            "slot": int.from_bytes(index) % SLOTS,
            "since": now,
        }
        row |= self._wishes(wish, self._live(connection, row))
        is_first = row["snapshot_sealed"] is None and wish in NOTICES
        if is_first and resolution.snapshot:
            row["snapshot_sealed"] = self._cipher.encrypt(dump(resolution.snapshot))
        new = insert_into(connection, subscriptions).values(row)
        columns = [subscriptions.c.msisdn_index, subscriptions.c.kpj_index]
        again = {name: new.excluded[name] for name in _RENEWED}
        connection.execute(
            new.on_conflict_do_update(index_elements=columns, set_=again)
        )

    def _live(self, connection: Connection, row: Mapping[str, Any]) -> Row[Any] | None:
        """Lock the subscription of the same phone to the same member, if it is live."""
        columns = subscriptions.c
        query: Select[Any] = select(
            *wishes.COLUMNS.values(), columns.snapshot_sealed, columns.compared_at
        )
        return connection.execute(
            query.where(
                columns.msisdn_index == row["msisdn_index"],
                columns.kpj_index == row["kpj_index"],
                columns.ended_at.is_(None),
            ).with_for_update()
        ).one_or_none()

    def _wishes(self, wish: Wish, live: Row[Any] | None) -> dict[str, Any]:
        """The columns of a subscription that now has one wish more."""
        row: dict[str, Any] = {column.name: False for column in wishes.COLUMNS.values()}
        row |= {"snapshot_sealed": None, "compared_at": None}
        if live:
            # Rows from before notices existed have no value.
            row["wants_reminders"] = live.wants_reminders is not False
            if live.wants_claims or live.wants_contributions:
                row = dict(live._mapping)
        return row | {wishes.COLUMNS[wish].name: True}

    def end(self, connection: Connection, msisdn: str, why: str, now: datetime) -> None:
        """Unsubscribe a phone; cancel its queued reminders and notices."""
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
