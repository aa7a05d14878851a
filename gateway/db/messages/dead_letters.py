"""Dead letters and replies in doubt, which wait for an operator's decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from gateway.db.audit_log import record
from gateway.db.core.bulk import among
from gateway.db.core.store import Store
from gateway.db.models.messages import IS_FAILED, inbound, outbound
from gateway.db.statistics.counts import SMS_COLUMNS, count_sms
from gateway.domain.audit import AuditEntry
from gateway.domain.outcomes import FailureReason
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.security.cipher import CannotDecrypt

_IS_DEAD = IS_FAILED & inbound.c.reason.is_distinct_from(FailureReason.DISMISSED)
_IS_IN_DOUBT = outbound.c.status == OutboundStatus.UNKNOWN


@dataclass(frozen=True)
class DeadLetter:
    """An SMS that could not be answered."""

    id: int
    received_at: datetime
    attempts: int
    reason: str | None


@dataclass(frozen=True)
class Doubt:
    """A reply that may have been sent: neither we nor the carrier can prove it."""

    id: int
    message_id: int
    created_at: datetime
    expires_at: datetime
    questions: int
    error_code: str | None


class DeadLetterStore(Store):
    """Reads dead letters and doubts, and records decisions in the audit log."""

    def waiting(self, limit: int | None = None) -> Sequence[DeadLetter]:
        """The dead letters that nobody has dismissed, oldest first."""
        columns = inbound.c
        query = (
            select(columns.id, columns.received_at, columns.attempts, columns.reason)
            .where(_IS_DEAD)
            .order_by(columns.id)
            .limit(limit)
        )
        with self._reading() as connection:
            return [DeadLetter(*row) for row in connection.execute(query)]

    def faults(self, entry: AuditEntry) -> Mapping[int, str]:
        """The last traceback of each dead letter, which may be personal; audited."""
        columns = inbound.c
        query = select(columns.id, columns.fault_sealed).where(
            _IS_DEAD, columns.fault_sealed.is_not(None)
        )
        with self._writing() as connection:
            found = connection.execute(query.order_by(columns.id)).all()
            for row in found:
                record(connection, entry, "read traceback", _sms(row.id))
        return {row.id: self._decrypt(row.fault_sealed) for row in found}

    def doubts(self, most_questions: int, limit: int | None = None) -> Sequence[Doubt]:
        """Replies about which the carrier was asked often enough, oldest first."""
        columns = outbound.c
        query = (
            select(
                *(columns.id, columns.in_reply_to),
                *(columns.created_at, columns.expires_at),
                *(columns.questions, columns.error_code),
            )
            .where(_IS_IN_DOUBT, columns.questions >= most_questions)
            .order_by(columns.id)
            .limit(limit)
        )
        with self._reading() as connection:
            return [Doubt(*row) for row in connection.execute(query)]

    def retry(self, message_id: int, entry: AuditEntry) -> bool:
        """Make a dead letter wait again; False if there is none or its text is gone."""
        values = {
            "status": InboundStatus.RECEIVED,
            "attempts": 0,
            "next_attempt_at": entry.at,
            "settled_at": None,
        }
        has_text = _IS_DEAD & inbound.c.text_sealed.is_not(None)
        return self._decide_sms(message_id, has_text, values, entry, "retry SMS")

    def dismiss(self, message_id: int, entry: AuditEntry) -> bool:
        """Leave a dead letter unanswered for good; False if there is none."""
        values = {
            "reason": FailureReason.DISMISSED,
            "text_sealed": None,
            "fault_sealed": None,
        }
        return self._decide_sms(message_id, _IS_DEAD, values, entry, "dismiss SMS")

    def mark_sent(
        self, reply_ids: Collection[int], receipt_until: datetime, entry: AuditEntry
    ) -> int:
        """Record that the carrier has these replies, if they are in doubt; how many."""
        values = {"status": OutboundStatus.SENT, "next_attempt_at": receipt_until}
        return self._decide_replies(reply_ids, values, entry, "reply was sent")

    def mark_unsent(self, reply_ids: Collection[int], entry: AuditEntry) -> int:
        """Queue these replies again, if they are in doubt; how many."""
        values = {
            "status": OutboundStatus.QUEUED,
            "next_attempt_at": entry.at,
            "questions": 0,
        }
        return self._decide_replies(reply_ids, values, entry, "reply was not sent")

    def _decide_sms(
        self,
        message_id: int,
        which: ColumnElement[bool],
        values: dict[str, Any],
        entry: AuditEntry,
        action: str,
    ) -> bool:
        mine = inbound.c.id == message_id
        query = select(*SMS_COLUMNS).where(mine, which).with_for_update()
        with self._writing() as connection:
            before = connection.execute(query).one_or_none()
            if before is None:
                return False
            connection.execute(update(inbound).where(mine).values(values))
            count_sms(connection, before._mapping, by=-1)
            count_sms(connection, {**before._mapping, **values})
            record(connection, entry, action, _sms(message_id))
        return True

    def _decide_replies(
        self,
        reply_ids: Collection[int],
        values: dict[str, Any],
        entry: AuditEntry,
        action: str,
    ) -> int:
        """Change and record each reply. Lock in id order to prevent deadlocks."""
        with self._writing() as connection:
            chosen = (
                select(outbound.c.id)
                .where(among(connection, outbound.c.id, reply_ids), _IS_IN_DOUBT)
                .order_by(outbound.c.id)
                .with_for_update(key_share=True)
            )
            ids = connection.scalars(chosen).all()
            theirs = among(connection, outbound.c.id, ids)
            connection.execute(update(outbound).where(theirs).values(values))
            for reply_id in ids:
                record(connection, entry, action, f"reply {reply_id}")
        return len(ids)

    def _decrypt(self, fault_sealed: bytes) -> str:
        try:
            return self._cipher.decrypt(fault_sealed)
        except CannotDecrypt as error:
            return str(error)


def _sms(message_id: int) -> str:
    return f"SMS {message_id}"
