"""Who did or saw what, for whoever has to answer for it; rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gateway.db.models import access_log
from gateway.db.storage import Storage


@dataclass(frozen=True)
class Access:
    """One deed of a person: the actor, what it was, and on what."""

    at: datetime
    actor: str
    action: str
    subject: str
    reason: str | None


def record_access(
    connection: Connection,
    at: datetime,
    actor: str,
    action: str,
    subject: object,
    reason: str | None = None,
) -> None:
    """Write a deed down in the transaction that does it."""
    values = {"at": at, "actor": actor, "action": action, "subject": str(subject)}
    connection.execute(insert(access_log).values(**values, reason=reason))


class AccessLog(Storage):
    """Read the deeds, and write those that change nothing else."""

    def add(
        self, at: datetime, actor: str, action: str, subject: object, reason: str
    ) -> None:
        """Write a deed down."""
        with self._writing() as connection:
            record_access(connection, at, actor, action, subject, reason)

    def latest(self, limit: int) -> Sequence[Access]:
        """The newest deeds first."""
        columns = access_log.c
        query = (
            select(
                *(columns.at, columns.actor, columns.action),
                *(columns.subject, columns.reason),
            )
            .order_by(columns.id.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return [Access(*row) for row in connection.execute(query)]
