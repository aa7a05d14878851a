"""Complaints: opened by an SMS, closed by an operator."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from gateway.db.console.audit_log import record
from gateway.db.core.store import Store
from gateway.db.models.messages import cases, inbound
from gateway.domain.audit import AuditEntry
from gateway.domain.messages import WaitingMessage
from gateway.parsers.normalise import normalise
from gateway.parsers.redaction import mask_numbers
from gateway.security.cipher import CannotDecrypt

# Of one phone; nobody can bury the others' under his own.
MOST_OPEN = 3


@dataclass(frozen=True)
class Complaint:
    """A complaint that nobody has closed; `text` while its words are kept."""

    message_id: int
    opened_at: datetime
    text: str | None = field(repr=False)


class Complaints(Store):
    """What members complain about, in words that only operators may read."""

    def open(
        self, connection: Connection, complaint: WaitingMessage, now: datetime
    ) -> None:
        """Take a complaint up, within the transaction that answers it.

        Not beyond a few of one phone: they stand in its conversation all the same.
        """
        if self._open_of(connection, complaint.inbound.sender) >= MOST_OPEN:
            return
        words = self._cipher.encrypt(mask_numbers(normalise(complaint.inbound.text)))
        values = {"inbound_id": complaint.id, "text_sealed": words, "opened_at": now}
        connection.execute(insert(cases).values(values))

    def _open_of(self, connection: Connection, phone: str) -> int:
        theirs = inbound.c.sender_index == self._cipher.index(phone)
        query = (
            select(func.count())
            .select_from(cases.join(inbound))
            .where(theirs, cases.c.closed_at.is_(None))
        )
        return connection.scalar(query) or 0

    def waiting(self, limit: int | None = None) -> Sequence[Complaint]:
        """The open ones, oldest first."""
        query = (
            select(cases.c.inbound_id, cases.c.opened_at, cases.c.text_sealed)
            .where(cases.c.closed_at.is_(None))
            .order_by(cases.c.inbound_id)
            .limit(limit)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [
            Complaint(row.inbound_id, row.opened_at, self._words(row.text_sealed))
            for row in rows
        ]

    def words_of(self, message_id: int) -> str | None:
        """What a complaint says, open or closed; None if it is none or not kept."""
        query = select(cases.c.text_sealed).where(cases.c.inbound_id == message_id)
        with self._reading() as connection:
            return self._words(connection.scalar(query))

    def _words(self, encrypted: bytes | None) -> str | None:
        try:
            return self._cipher.decrypt(encrypted) or None
        except CannotDecrypt:
            return None

    def close(self, message_id: int, entry: AuditEntry) -> bool:
        """Nothing is left to be done about it; False if it is not open."""
        with self._writing() as connection:
            is_closed = close_case(connection, message_id, entry)
            if is_closed:
                record(connection, entry, "close case", f"SMS {message_id}")
        return is_closed


def close_case(connection: Connection, message_id: int, entry: AuditEntry) -> bool:
    """Close a complaint in a transaction that does more; False if it is not open."""
    this = (cases.c.inbound_id == message_id) & cases.c.closed_at.is_(None)
    values = {"closed_at": entry.at, "closed_by": entry.actor}
    statement = update(cases).where(this).values(values)
    return connection.execute(statement).rowcount == 1
