"""Complaints: opened by an SMS, closed by an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from gateway.db.access_log import Deed
from gateway.db.models import cases, inbound
from gateway.db.storage import Storage


@dataclass(frozen=True)
class Case:
    """A complaint that nobody has closed; the text is what is kept of it."""

    message_id: int
    opened_at: datetime
    text: str | None


class Cases(Storage):
    """What members complain about."""

    def open(self, connection: Connection, message_id: int, now: datetime) -> None:
        """Take a complaint up, within the transaction that answers it."""
        values = {"inbound_id": message_id, "opened_at": now}
        connection.execute(insert(cases).values(values))

    def waiting(self, limit: int | None = None) -> Sequence[Case]:
        """The open ones, oldest first."""
        query = (
            select(cases.c.inbound_id, cases.c.opened_at, inbound.c.text_redacted)
            .join(inbound)
            .where(cases.c.closed_at.is_(None))
            .order_by(cases.c.inbound_id)
            .limit(limit)
        )
        with self._reading() as connection:
            return [Case(*row) for row in connection.execute(query)]

    def close(self, message_id: int, deed: Deed) -> bool:
        """Nothing is left to be done about it; False if it is not open."""
        with self._writing() as connection:
            is_closed = close_case(connection, message_id, deed)
            if is_closed:
                deed.record(connection, "close case", f"SMS {message_id}")
        return is_closed


def close_case(connection: Connection, message_id: int, deed: Deed) -> bool:
    """Close a complaint in a transaction that does more; False if it is not open."""
    this = (cases.c.inbound_id == message_id) & cases.c.closed_at.is_(None)
    values = {"closed_at": deed.at, "closed_by": deed.actor}
    statement = update(cases).where(this).values(values)
    return connection.execute(statement).rowcount == 1
