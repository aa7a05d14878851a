"""Lists of branches as they were imported; the newest is in force."""

from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from gateway.db.audit_log import record
from gateway.db.core.store import Store
from gateway.db.models.operations import branch_lists
from gateway.domain.audit import AuditEntry


class StoredList(NamedTuple):
    """The text of an imported file."""

    id: int
    content: str


class BranchLists(Store):
    """Stores imported lists, and finds the newest."""

    def newest(self) -> StoredList | None:
        """The list in force, if one was imported. Raises DatabaseUnavailable."""
        with self._reading() as connection:
            return _newest(connection)

    def add(self, content: str, entry: AuditEntry) -> bool:
        """Store a list, unless it is in force already. Raises DatabaseUnavailable."""
        with self._writing() as connection:
            present = _newest(connection)
            if present and present.content == content:
                return False
            new = insert(branch_lists).values(imported_at=entry.at, content=content)
            number = connection.scalar(new.returning(branch_lists.c.id))
            record(connection, entry, "import branches", f"list {number}")
        return True


def _newest(connection: Connection) -> StoredList | None:
    columns = branch_lists.c
    query = select(columns.id, columns.content).order_by(columns.id.desc()).limit(1)
    row = connection.execute(query).first()
    return row and StoredList(row.id, row.content)
