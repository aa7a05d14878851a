"""New members are written beside the present ones and take their place in one moment.

Whoever reads finds the old ones until then, and the new ones from then on.
"""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Table, insert
from sqlalchemy.exc import OperationalError

from gateway.db.console.audit_log import record
from gateway.db.core.engine import reachable
from gateway.db.models.members import imports, participant_phones, participants
from gateway.domain.audit import AuditEntry
from gateway.domain.errors import DatabaseUnavailable, GatewayError

TABLES = (participants, participant_phones)
_SWAP_ATTEMPTS = 120
_SWAP_PAUSE_SECONDS = 0.5


class MembersBusy(GatewayError):
    """The members are being imported or sealed anew by somebody else."""

    def __init__(self) -> None:
        super().__init__("members are already being imported, or keys rotated")


class EncryptedMember(NamedTuple):
    """What is stored of a member: keyed hashes and a sealed record."""

    kpj_index: bytes
    record_sealed: bytes
    phones: tuple[bytes, ...]


@dataclass(frozen=True)
class Import:
    """When members came in, and of what day their records are."""

    at: datetime
    as_of: date


def beside(table: Table) -> str:
    """The name of the table that is to take another's place."""
    return f"{table.name}_next"


class Staging(ABC):
    """Tables beside those of the members; each kind of database fills its own way."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """Keep everybody else from changing all members. Raises MembersBusy."""

    @abstractmethod
    def add(self, members: Sequence[EncryptedMember]) -> None:
        """Write some down, in their own transaction. Raises DatabaseUnavailable."""

    @abstractmethod
    def repeated(self, most: int) -> Sequence[bytes]:
        """The hashes of KPJ that came more than once, so many at most."""

    @abstractmethod
    def create(self, connection: Connection) -> None:
        """Make the tables, empty."""

    @abstractmethod
    def complete(self) -> None:
        """What may take its time before the tables are put in place."""

    @abstractmethod
    def put_in_place(self, connection: Connection) -> None:
        """Drop the tables of the present members, and give these their names."""

    def begin(self) -> None:
        """Make the tables, and drop what an import that was killed has left."""
        with reachable(), self._engine.begin() as connection:
            _drop(connection)
            self.create(connection)

    def clear(self) -> None:
        """Drop the tables, if they have not been put in place."""
        with reachable(), self._engine.begin() as connection:
            _drop(connection)

    def swap(self, this: Import, count: int, entry: AuditEntry | None) -> None:
        """Put the tables in place, on record, in one transaction.

        It waits for no reader for long, because all others would wait behind it.
        Raises DatabaseUnavailable.
        """
        with reachable():
            self.complete()
            for _ in _attempts():
                try:
                    return self._swap(this, count, entry)
                except OperationalError as error:
                    if not _is_in_use(error):
                        raise
        msg = "somebody reads the table of members without end; nothing was changed"
        raise DatabaseUnavailable(msg)

    def _swap(self, this: Import, count: int, entry: AuditEntry | None) -> None:
        row = {"at": this.at, "as_of": this.as_of, "members": count}
        with self._engine.begin() as connection:
            connection.execute(insert(imports).values(row))
            if entry is not None:
                record(connection, entry, "import members", f"{count} members")
            self.put_in_place(connection)


def _drop(connection: Connection) -> None:
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {beside(table)}")


def _attempts() -> Iterator[int]:
    for number in range(_SWAP_ATTEMPTS):
        yield number
        time.sleep(_SWAP_PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311


def _is_in_use(error: OperationalError) -> bool:
    """Whether a lock did not come in time (lock_not_available)."""
    return getattr(error.orig, "sqlstate", None) == "55P03"
