"""Who did or saw what, for whoever has to answer for it; rows are only ever added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select

from gateway.db.core.store import Store
from gateway.db.models.console import access_log
from gateway.parsers.redaction import mask_groups
from gateway.telemetry.logs import mask_numbers

LONGEST_ACTOR = 80


@dataclass(frozen=True)
class Access:
    """One deed of a person: the actor, what it was, and on what."""

    at: datetime
    actor: str
    action: str
    subject: str
    reason: str | None


@dataclass(frozen=True)
class AccessRow(Access):
    """A deed with its number, by which pages go on."""

    id: int


@dataclass(frozen=True)
class Deed:
    """Who does something now, and why."""

    at: datetime
    actor: str
    reason: str | None = None

    def record(self, connection: Connection, action: str, subject: object) -> None:
        """Write it down in the transaction that does it."""
        values = {"at": self.at, "actor": self.actor, "action": action}
        # Whoever gives a reason may name a number in it.
        why = self.reason and mask_groups(mask_numbers(self.reason))
        new = insert(access_log).values(**values, subject=str(subject), reason=why)
        connection.execute(new)


class AccessLog(Store):
    """Read the deeds, and write those that change nothing else."""

    def add(self, deed: Deed, action: str, subject: object) -> None:
        """Write a deed down."""
        with self._writing() as connection:
            deed.record(connection, action, subject)

    def latest(self, limit: int, since: datetime | None = None) -> Sequence[Access]:
        """The newest deeds first, none that is older than `since`."""
        columns = access_log.c
        query = (
            select(
                *(columns.at, columns.actor, columns.action),
                *(columns.subject, columns.reason),
            )
            .order_by(columns.id.desc())
            .limit(limit)
        )
        if since is not None:
            query = query.where(columns.at >= since)
        with self._reading() as connection:
            return [Access(*row) for row in connection.execute(query)]

    def search(
        self, words: Sequence[str], before: int | None, limit: int
    ) -> Sequence[AccessRow]:
        """The newest deeds that hold every word somewhere, older than `before`."""
        columns = access_log.c
        query = select(access_log).order_by(columns.id.desc()).limit(limit)
        if before is not None:
            query = query.where(columns.id < before)
        for word in words:
            parts = (columns.actor, columns.action, columns.subject, columns.reason)
            query = query.where(
                or_(*(it.icontains(word, autoescape=True) for it in parts))
            )
        with self._reading() as connection:
            return [AccessRow(**row._mapping) for row in connection.execute(query)]
