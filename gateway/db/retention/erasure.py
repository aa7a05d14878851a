"""Erase a person's data on request: a phone with its messages, or a member."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, select, update

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.messages.daily_counters import Counted, DailyCounters
from gateway.db.messages.transitions import cancel
from gateway.db.models.limits import counters, phone_days
from gateway.db.models.members import participant_phones, participants
from gateway.db.models.messages import TEXT_COLUMNS, complaints, inbound, outbound
from gateway.db.models.subscribers import (
    bindings,
    enrolments,
    phone_languages,
    reminders,
    subscriptions,
    unreachable_phones,
)
from gateway.db.statistics.counts import SMS_COLUMNS, count_sms
from gateway.db.subscribers.subscriptions import cancel_reminders
from gateway.domain.audit import AuditEntry
from gateway.domain.errors import GatewayError
from gateway.domain.messages import IgnoreReason
from gateway.domain.participants import KPJ
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.security.masking import mask

_ON_THE_WAY = (OutboundStatus.SENDING, OutboundStatus.UNKNOWN)
# Tables whose rows of a phone are deleted with it; the opt-out stays.
_OF_PHONE = (enrolments, bindings, phone_days, phone_languages, unreachable_phones)
_LINKS = ("sender_tail", "kpj_index", "kpj_sealed")


class StillOnTheWay(GatewayError):
    """A reply to this phone is being sent, or is in doubt."""


class Erasure(Store):
    """Erases what is stored about a phone or a member, and records each erasure."""

    def forget_phone(self, msisdn: str, entry: AuditEntry) -> int:
        """Erase the texts and numbers of a phone and return how many messages.

        Waiting messages are closed unanswered. Counts and outcomes stay, without any
        link to the person; so does the opt-out. Raises StillOnTheWay.
        """
        with self._writing() as connection:
            record(connection, entry, "erase phone", mask(msisdn))
            index = self._cipher.index(msisdn)
            sms = inbound.c.sender_index == index
            replies = outbound.c.recipient_index == index
            # Lock as units of work do: SMS, then the day of the phone, then replies.
            newest = max(_lock_in_order(connection, inbound, sms), default=0)
            DailyCounters(connection, self._cipher.index, entry.at).lock([msisdn])
            _lock_in_order(connection, outbound, replies)
            # An SMS that has come since stays, because a worker may have locked it.
            sms &= inbound.c.id <= newest
            _refuse_if_on_the_way(connection, replies)
            cancel(connection, replies, entry.at)
            _close_waiting(connection, sms, entry.at)
            count = self._blank_inbound(connection, sms)
            count += self._blank_outbound(connection, replies)
            for table in _OF_PHONE:
                connection.execute(delete(table).where(table.c.msisdn_index == index))
            hints = (counters.c.subject == index) & (counters.c.fact == Counted.HINTS)
            connection.execute(delete(counters).where(hints))
            theirs = subscriptions.c.msisdn_index == index
            _drop_subscriptions(connection, theirs, entry.at)
        return count

    def _blank_inbound(self, connection: Connection, sms: ColumnElement[bool]) -> int:
        emptied = dict.fromkeys((*TEXT_COLUMNS["inbound"], *_LINKS))
        ids = select(inbound.c.id).where(sms)
        connection.execute(delete(complaints).where(complaints.c.inbound_id.in_(ids)))
        values = self._anonymous("sender") | emptied
        return connection.execute(update(inbound).where(sms).values(values)).rowcount

    def _blank_outbound(
        self, connection: Connection, replies: ColumnElement[bool]
    ) -> int:
        values = self._anonymous("recipient") | dict.fromkeys(TEXT_COLUMNS["outbound"])
        return connection.execute(
            update(outbound).where(replies).values(values)
        ).rowcount

    def _anonymous(self, whose: str) -> dict[str, Any]:
        return {
            f"{whose}_sealed": self._cipher.encrypt(""),
            f"{whose}_index": self._cipher.index(""),
        }

    def forget_member(self, kpj: KPJ, entry: AuditEntry) -> bool:
        """Erase a member's record and every link to it; False if there is none.

        An SMS about the member that still waits is answered and then stored redacted.
        """
        with self._writing() as connection:
            index = self._cipher.index(kpj.digits)
            about = inbound.c.kpj_index == index
            _lock_in_order(connection, inbound, about)
            connection.execute(
                update(inbound)
                .where(about)
                .values(
                    kpj_index=None, kpj_sealed=None, text_redacted=None, reading=None
                )
            )
            for table in (enrolments, bindings, participant_phones):
                connection.execute(delete(table).where(table.c.kpj_index == index))
            _drop_subscriptions(
                connection, subscriptions.c.kpj_index == index, entry.at
            )
            gone = connection.execute(
                delete(participants).where(participants.c.kpj_index == index)
            )
            record(connection, entry, "erase member", kpj)
        return gone.rowcount == 1


def _lock_in_order(
    connection: Connection, table: Table, which: ColumnElement[bool]
) -> Sequence[int]:
    """Lock rows in id order, as workers do, to prevent deadlocks; their ids."""
    rows = select(table.c.id).where(which).order_by(table.c.id)
    return connection.scalars(rows.with_for_update(key_share=True)).all()


def _refuse_if_on_the_way(connection: Connection, replies: ColumnElement[bool]) -> None:
    on_the_way = exists().where(replies, outbound.c.status.in_(_ON_THE_WAY))
    if connection.scalar(select(on_the_way)):
        msg = (
            "a reply to this phone is on its way: try again in a minute, and see "
            "`gateway stuck list` if that does not help"
        )
        raise StillOnTheWay(msg)


def _close_waiting(
    connection: Connection, sms: ColumnElement[bool], now: datetime
) -> None:
    """Close waiting messages, because no worker can process them without text."""
    closed = connection.execute(
        update(inbound)
        .where(sms, inbound.c.status == InboundStatus.RECEIVED)
        .values(
            status=InboundStatus.IGNORED, reason=IgnoreReason.ERASED, settled_at=now
        )
        .returning(*SMS_COLUMNS)
    )
    for row in closed.all():
        count_sms(connection, row._mapping)


def _drop_subscriptions(
    connection: Connection, whose: ColumnElement[bool], now: datetime
) -> None:
    """Lock subscriptions before their reminders and replies, as campaigns do."""
    _lock_in_order(connection, subscriptions, whose)
    cancel_reminders(connection, whose, now)
    ids = select(subscriptions.c.id).where(whose)
    connection.execute(delete(reminders).where(reminders.c.subscription_id.in_(ids)))
    connection.execute(delete(subscriptions).where(whose))
