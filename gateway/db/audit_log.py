"""The audit log: who did or saw what; rows are only ever added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select

from gateway.db.core.store import Store
from gateway.db.models.console import access_log
from gateway.domain.audit import AuditEntry, RecordedEntry
from gateway.parsers.redaction import mask_groups
from gateway.security.masking import mask_long_numbers


def record(
    connection: Connection, entry: AuditEntry, action: str, subject: object
) -> None:
    """Add an entry in the transaction that acts; numbers in its reason are masked."""
    reason = entry.reason and mask_groups(mask_long_numbers(entry.reason))
    values = {"at": entry.at, "actor": entry.actor, "action": action}
    new = insert(access_log).values(**values, subject=str(subject), reason=reason)
    connection.execute(new)


class AuditLog(Store):
    """Reads the audit log, and records what changes no other row."""

    def add(self, entry: AuditEntry, action: str, subject: object) -> None:
        """Record an action in a transaction of its own."""
        with self._writing() as connection:
            record(connection, entry, action, subject)

    def latest(
        self, limit: int, since: datetime | None = None
    ) -> Sequence[RecordedEntry]:
        """The newest entries first, none older than `since`."""
        query = _newest(limit)
        if since is not None:
            query = query.where(access_log.c.at >= since)
        return self._entries(query)

    def search(
        self, words: Sequence[str], before: int | None, limit: int
    ) -> Sequence[RecordedEntry]:
        """The newest entries that hold every word in some column.

        With `before` only those with a smaller id.
        """
        columns = access_log.c
        query = _newest(limit)
        if before is not None:
            query = query.where(columns.id < before)
        texts = (columns.actor, columns.action, columns.subject, columns.reason)
        for word in words:
            query = query.where(
                or_(*(t.icontains(word, autoescape=True) for t in texts))
            )
        return self._entries(query)

    def _entries(self, query: Select[Any]) -> Sequence[RecordedEntry]:
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [RecordedEntry(**row._mapping) for row in rows]


def _newest(limit: int) -> Select[Any]:
    return select(access_log).order_by(access_log.c.id.desc()).limit(limit)
