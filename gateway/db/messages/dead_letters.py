"""Dead letters and replies in doubt, which wait for an operator's decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from gateway.db.console.audit_log import record
from gateway.db.core.bulk import among
from gateway.db.core.store import Store
from gateway.db.models.messages import IS_FAILED, inbound, outbound
from gateway.db.statistics.counts import SMS_COLUMNS, count_sms
from gateway.domain.audit import AuditEntry
from gateway.domain.outcomes import FailureReason
from gateway.domain.statuses import InboundStatus, OutboundStatus
from gateway.security.cipher import CannotDecrypt


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
            .where(_is_dead())
            .order_by(columns.id)
            .limit(limit)
        )
        with self._reading() as connection:
            return [DeadLetter(*row) for row in connection.execute(query)]

    def faults(self, entry: AuditEntry) -> Mapping[int, str]:
        """The last traceback of each dead letter, which may be personal; audited."""
        columns = inbound.c
        query = select(columns.id, columns.fault_sealed).where(
            _is_dead(), columns.fault_sealed.is_not(None)
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
            .where(_is_in_doubt(), columns.questions >= most_questions)
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
        has_text = _is_dead() & inbound.c.text_sealed.is_not(None)
        return self._decide_sms(message_id, has_text, values, entry, "retry SMS")

    def dismiss(self, message_id: int, entry: AuditEntry) -> bool:
        """Leave a dead letter unanswered for good; False if there is none."""
        values = {
            "reason": FailureReason.DISMISSED,
            "text_sealed": None,
            "fault_sealed": None,
        }
        return self._decide_sms(message_id, _is_dead(), values, entry, "dismiss SMS")

    def mark_sent(
        self, reply_id: int, receipt_until: datetime, entry: AuditEntry
    ) -> bool:
        """Record that the carrier has a reply; False if it is not in doubt."""
        return self._mark_sent(outbound.c.id == reply_id, receipt_until, entry) == 1

    def mark_all_sent(
        self,
        up_to: int,
        most_questions: int,
        receipt_until: datetime,
        entry: AuditEntry,
    ) -> int:
        """Record the same of all that `doubts` lists up to this id; how many."""
        listed = _are_listed(up_to, most_questions)
        return self._mark_sent(listed, receipt_until, entry)

    def mark_unsent(self, reply_id: int, entry: AuditEntry) -> bool:
        """Queue a reply again that the carrier does not have; False if not in doubt."""
        return self._mark_unsent(outbound.c.id == reply_id, entry) == 1

    def mark_all_unsent(
        self, up_to: int, most_questions: int, entry: AuditEntry
    ) -> int:
        """Do the same with all that `doubts` lists up to this id; how many."""
        return self._mark_unsent(_are_listed(up_to, most_questions), entry)

    def _mark_sent(
        self, which: ColumnElement[bool], receipt_until: datetime, entry: AuditEntry
    ) -> int:
        values = {"status": OutboundStatus.SENT, "next_attempt_at": receipt_until}
        return self._decide_replies(which, values, entry, "reply was sent")

    def _mark_unsent(self, which: ColumnElement[bool], entry: AuditEntry) -> int:
        values = {
            "status": OutboundStatus.QUEUED,
            "next_attempt_at": entry.at,
            "questions": 0,
        }
        return self._decide_replies(which, values, entry, "reply was not sent")

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
        which: ColumnElement[bool],
        values: dict[str, Any],
        entry: AuditEntry,
        action: str,
    ) -> int:
        """Change and record each reply. Lock in id order to prevent deadlocks."""
        chosen = (
            select(outbound.c.id)
            .where(which, _is_in_doubt())
            .order_by(outbound.c.id)
            .with_for_update(key_share=True)
        )
        with self._writing() as connection:
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


def _is_dead() -> ColumnElement[bool]:
    dismissed = inbound.c.reason.is_not_distinct_from(FailureReason.DISMISSED)
    return IS_FAILED & ~dismissed


def _is_in_doubt() -> ColumnElement[bool]:
    return outbound.c.status == OutboundStatus.UNKNOWN


def _are_listed(up_to: int, most_questions: int) -> ColumnElement[bool]:
    return (outbound.c.id <= up_to) & (outbound.c.questions >= most_questions)
