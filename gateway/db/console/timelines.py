"""Timelines of SMS, conversations with a phone, and numbers shown in full."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, literal, null, select, union_all

from gateway.db.audit_log import record
from gateway.db.console.search import PAGE
from gateway.db.core.store import Store
from gateway.db.models.messages import attempts, inbound, outbound, receipts
from gateway.db.models.subscribers import reminders
from gateway.domain.audit import AuditEntry
from gateway.domain.outcomes import Outcome, outcome_of
from gateway.security.cipher import CannotDecrypt
from gateway.security.masking import mask


@dataclass(frozen=True)
class Step:
    """The carrier's answer to an attempt, or a receipt."""

    at: datetime
    status: str
    error_code: str | None
    attempt: int | None = None


@dataclass(frozen=True)
class SentReply:
    """A reply, or a notice to another phone, with its attempts and receipts."""

    id: int
    facts: Row[Any]
    phone: str
    is_to_sender: bool
    attempts: Sequence[Step]
    receipts: Sequence[Step]
    # Why it came unasked, such as the stage of a claim; None for other replies.
    reason: str | None = None


@dataclass(frozen=True)
class Timeline:
    """One SMS from arrival to the last receipt."""

    facts: Row[Any]
    phone: str
    outcome: Outcome
    reading: Mapping[str, Any]
    replies: Sequence[SentReply]

    @property
    def reply(self) -> Row[Any] | None:
        """The first reply to the sender."""
        return next((reply.facts for reply in self.replies if reply.is_to_sender), None)

    @property
    def has_kpj(self) -> bool:
        """Whether the SMS was about a member."""
        return self.facts.kpj_index is not None


@dataclass(frozen=True)
class Line:
    """One SMS of a conversation, from the phone or to it."""

    at: datetime
    message_id: int
    is_theirs: bool
    text: str | None
    word: str


@dataclass(frozen=True)
class Conversation:
    """Part of a conversation, oldest first."""

    phone: str
    lines: Sequence[Line]
    older: int | None


@dataclass(frozen=True)
class Revealed:
    """A number in full; None when it is not kept."""

    number: str | None = field(repr=False)


class Timelines(Store):
    """Reads timelines and conversations; reveals numbers and records who saw them."""

    def timeline(self, message_id: int) -> Timeline | None:
        """The timeline of one SMS; None if no SMS has this id."""
        with self._reading() as connection:
            row = _message(connection, message_id)
            if row is None:
                return None
            replies = _rows(connection, outbound.c.in_reply_to == message_id, outbound)
            sent = [
                self._reply(connection, reply, row.sender_index) for reply in replies
            ]
        outcome = outcome_of(row.status, row.reason, row.decision)
        reading = json.loads(row.reading or "{}")
        return Timeline(row, self._masked(row.sender_sealed), outcome, reading, sent)

    def _reply(
        self, connection: Connection, row: Row[Any], sender_index: bytes
    ) -> SentReply:
        tries = _rows(connection, attempts.c.outbound_id == row.id, attempts)
        arrived = _rows(connection, receipts.c.outbound_id == row.id, receipts)
        return SentReply(
            row.id,
            row,
            self._masked(row.recipient_sealed),
            row.recipient_index == sender_index,
            [Step(row.at, row.status, row.error_code, row.attempt) for row in tries],
            [Step(row.at, row.status, row.error_code) for row in arrived],
            self._reason(connection, row.id),
        )

    def _reason(self, connection: Connection, reply_id: int) -> str | None:
        """Why a reminder or notice was sent."""
        query = select(reminders.c.period, reminders.c.reason_sealed)
        query = query.where(reminders.c.outbound_id == reply_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return self._opened(row.reason_sealed) if row.reason_sealed else row.period

    def conversation(
        self, message_id: int, before: int | None = None, size: int = PAGE
    ) -> Conversation | None:
        """The conversation with the phone of a message, the newest page first."""
        with self._reading() as connection:
            row = _message(connection, message_id)
            if row is None:
                return None
            phone = self._masked(row.sender_sealed)
            # All erased phones have the same index.
            ids: Sequence[int] = [message_id]
            if phone:
                ids = _ids_of_phone(connection, row.sender_index, before, size + 1)
            older = ids[size - 1] if len(ids) > size else None
            lines = _lines(connection, row.sender_index, ids[:size])
        return Conversation(phone, lines, older)

    def recent(self, message_id: int, limit: int) -> Sequence[Timeline]:
        """The timelines of the last SMS of a message's phone, oldest first."""
        with self._reading() as connection:
            row = _message(connection, message_id)
            if row is None or not self._opened(row.sender_sealed):
                return []
            mine = inbound.c.sender_index == row.sender_index
            query = select(inbound.c.id).where(mine).order_by(inbound.c.id.desc())
            ids = connection.scalars(query.limit(limit)).all()
        timelines = map(self.timeline, reversed(ids))
        return [timeline for timeline in timelines if timeline]

    def reveal_phone(self, message_id: int, entry: AuditEntry) -> Revealed | None:
        """The phone that sent a message; records who saw it."""
        return self._reveal("phone", "sender_sealed", message_id, entry)

    def reveal_kpj(self, message_id: int, entry: AuditEntry) -> Revealed | None:
        """The KPJ in a message, whether or not it exists; records who saw it."""
        return self._reveal("KPJ", "kpj_sealed", message_id, entry)

    def _reveal(
        self, what: str, column: str, message_id: int, entry: AuditEntry
    ) -> Revealed | None:
        with self._writing() as connection:
            row = _message(connection, message_id)
            if row is None:
                return None
            record(connection, entry, f"reveal {what}", message_id)
        return Revealed(self._opened(row._mapping[column]) or None)

    def _masked(self, encrypted: bytes) -> str:
        number = self._opened(encrypted)
        return mask(number) if number else ""

    def _opened(self, encrypted: bytes | None) -> str:
        try:
            return self._cipher.decrypt(encrypted)
        except CannotDecrypt:
            return ""


def _message(connection: Connection, message_id: int) -> Any:
    query = select(inbound).where(inbound.c.id == message_id)
    return connection.execute(query).one_or_none()


def _rows(connection: Connection, mine: Any, table: Any) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(mine).order_by(table.c.id)).all()


def _ids_of_phone(
    connection: Connection, phone: bytes, before: int | None, limit: int
) -> Sequence[int]:
    """The phone's own SMS, and those of others that caused an SMS to it."""
    own = select(inbound.c.id.label("id")).where(inbound.c.sender_index == phone)
    caused = select(outbound.c.in_reply_to).where(outbound.c.recipient_index == phone)
    if before is not None:
        own = own.where(inbound.c.id < before)
        caused = caused.where(outbound.c.in_reply_to < before)
    both = own.union(caused).subquery()
    query = select(both.c.id).order_by(both.c.id.desc()).limit(limit)
    return connection.scalars(query).all()


def _lines(connection: Connection, phone: bytes, ids: Sequence[int]) -> Sequence[Line]:
    theirs = select(
        inbound.c.received_at.label("at"),
        inbound.c.id.label("message_id"),
        literal(True).label("is_theirs"),
        inbound.c.text_redacted.label("text"),
        inbound.c.status.label("status"),
        *(inbound.c.reason, inbound.c.decision),
    ).where(inbound.c.id.in_(ids), inbound.c.sender_index == phone)
    ours = select(
        outbound.c.created_at,
        outbound.c.in_reply_to,
        literal(False),
        outbound.c.text_redacted,
        outbound.c.status,
        *(null(), null()),
    ).where(outbound.c.in_reply_to.in_(ids), outbound.c.recipient_index == phone)
    both = union_all(theirs, ours).subquery()
    order = (both.c.at, both.c.message_id, both.c.is_theirs.desc())
    rows = connection.execute(select(both).order_by(*order))
    return [_line(row) for row in rows]


def _line(row: Row[Any]) -> Line:
    word = row.status
    if row.is_theirs:
        word = outcome_of(row.status, row.reason, row.decision)
    return Line(row.at, row.message_id, bool(row.is_theirs), row.text, word)
