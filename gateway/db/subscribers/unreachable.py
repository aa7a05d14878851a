"""Phones that the carrier reports as gone.

A phone without a signal is reported like a number that is not in use any more, so one
report ends nothing. After reports on `DAYS` different days, without an SMS from the
phone in between, its enrolments and reminders end: the number may have a new owner.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Row, delete, exists, select

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.core.upsert import upsert
from gateway.db.models.messages import inbound, outbound
from gateway.db.models.subscribers import unreachable_phones
from gateway.db.subscribers.rights import are_held_by, end_rights
from gateway.domain.audit import AuditEntry
from gateway.domain.calendar import day_of

DAYS = 3
_REASON = "phone_gone"
log = logging.getLogger(__name__)


class UnreachablePhones(Store):
    """Counts the days on which a phone was reported gone."""

    def count_reports(
        self, connection: Connection, gone: Mapping[int, datetime]
    ) -> None:
        """Count reports, given as ids of replies and times of their receipts.

        Runs in the transaction that applies the receipts.
        """
        if not gone:
            return
        phone = outbound.c.recipient_index
        query = select(outbound.c.id, phone).where(outbound.c.id.in_(gone))
        held = query.where(are_held_by(phone)).order_by(phone, outbound.c.id)
        for row in connection.execute(held).all():
            self._count(connection, row.id, row.recipient_index, gone[row.id])

    def _count(
        self, connection: Connection, reply_id: int, phone: bytes, at: datetime
    ) -> None:
        this = unreachable_phones.c.msisdn_index == phone
        query = select(unreachable_phones).where(this).with_for_update()
        so_far = connection.execute(query).one_or_none()
        if so_far and _has_texted_since(connection, so_far):
            so_far = None
        # A receipt may come late, so count later days only.
        if so_far and day_of(at) <= so_far.day:
            return
        days = so_far.days + 1 if so_far else 1
        if days >= DAYS:
            connection.execute(delete(unreachable_phones).where(this))
            self._end(connection, reply_id, phone, at)
            return
        since = so_far.since if so_far else at
        counted = {"since": since, "day": day_of(at), "days": days}
        upsert(connection, unreachable_phones, {"msisdn_index": phone}, counted)

    def _end(
        self, connection: Connection, reply_id: int, phone: bytes, at: datetime
    ) -> None:
        """End the phone's rights, with the last reply's id in the audit log."""
        count = end_rights(connection, phone, _REASON, at)
        entry = AuditEntry(at, "gateway", f"not reachable on {DAYS} days")
        record(connection, entry, "end rights of phone", f"reply {reply_id}")
        facts = {"reply_id": reply_id, "count": count, "reason": _REASON}
        log.warning("enrolments and reminders ended", extra=facts)


def _has_texted_since(connection: Connection, so_far: Row[tuple[object, ...]]) -> bool:
    """Whether the phone has texted since the first report: counting restarts."""
    texted = exists().where(
        inbound.c.sender_index == so_far.msisdn_index,
        inbound.c.received_at > so_far.since,
    )
    return connection.scalar(select(texted)) or False
