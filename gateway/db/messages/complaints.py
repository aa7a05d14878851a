"""Complaints: an SMS opens one, an operator closes it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.models.messages import complaints, inbound
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import WaitingMessage
from gateway.parsers.normalise import normalise
from gateway.parsers.redaction import mask_numbers
from gateway.security.cipher import CannotDecrypt

# Open complaints of one phone, so that nobody floods the list.
MOST_OPEN = 3


@dataclass(frozen=True)
class Complaint:
    """An open complaint; `text` is None once its words are deleted."""

    message_id: int
    opened_at: datetime
    text: str | None = field(repr=False)


class Complaints(Store):
    """Stores complaints; only operators may read their words."""

    def open(
        self, connection: Connection, complaint: WaitingMessage, now: datetime
    ) -> None:
        """Open a complaint in the transaction that answers it.

        A phone has at most MOST_OPEN; further ones appear only in its conversation.
        """
        if self._count_open(connection, complaint.inbound.sender) >= MOST_OPEN:
            return
        words = self._cipher.encrypt(mask_numbers(normalise(complaint.inbound.text)))
        values = {"inbound_id": complaint.id, "text_sealed": words, "opened_at": now}
        connection.execute(insert(complaints).values(values))

    def _count_open(self, connection: Connection, phone: str) -> int:
        theirs = inbound.c.sender_index == self._cipher.index(phone)
        query = (
            select(func.count())
            .select_from(complaints.join(inbound))
            .where(theirs, complaints.c.closed_at.is_(None))
        )
        return connection.scalar(query) or 0

    def waiting(self, limit: int | None = None) -> Sequence[Complaint]:
        """Open complaints, oldest first."""
        query = (
            select(
                complaints.c.inbound_id,
                complaints.c.opened_at,
                complaints.c.text_sealed,
            )
            .where(complaints.c.closed_at.is_(None))
            .order_by(complaints.c.inbound_id)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [
            Complaint(row.inbound_id, row.opened_at, self._words(row.text_sealed))
            for row in rows
        ]

    def words_of(self, message_id: int) -> str | None:
        """The words of a complaint; None if there is none, or they are deleted."""
        query = select(complaints.c.text_sealed).where(
            complaints.c.inbound_id == message_id
        )
        with self._reading() as connection:
            return self._words(connection.scalar(query))

    def _words(self, encrypted: bytes | None) -> str | None:
        try:
            return self._cipher.decrypt(encrypted) or None
        except CannotDecrypt:
            return None

    def close(self, message_id: int, entry: AuditEntry) -> bool:
        """Close a complaint; False if it is not open."""
        with self._writing() as connection:
            is_closed = close_complaint(connection, message_id, entry)
            if is_closed:
                record(connection, entry, "close case", f"SMS {message_id}")
        return is_closed


def close_complaint(connection: Connection, message_id: int, entry: AuditEntry) -> bool:
    """Close a complaint in the caller's transaction; False if it is not open."""
    this = (complaints.c.inbound_id == message_id) & complaints.c.closed_at.is_(None)
    values = {"closed_at": entry.at, "closed_by": entry.actor}
    statement = update(complaints).where(this).values(values)
    return connection.execute(statement).rowcount == 1
