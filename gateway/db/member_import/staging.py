"""Staging tables: an import fills them, then swaps them with the live tables.

Readers see all old members until the swap commits, and all new ones afterwards.
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

from gateway.db.audit_log import record
from gateway.db.core.engine import translated_errors
from gateway.db.models.members import imports, participant_phones, participants
from gateway.domain.audit import AuditEntry
from gateway.domain.errors import DatabaseUnavailable, GatewayError

TABLES = (participants, participant_phones)
_SWAP_ATTEMPTS = 120
_SWAP_PAUSE_SECONDS = 0.5


class MembersBusy(GatewayError):
    """Another process imports the members or rotates the keys."""

    def __init__(self) -> None:
        super().__init__("members are already being imported, or keys rotated")


class EncryptedMember(NamedTuple):
    """A member's row: keyed hashes and the encrypted record."""

    kpj_index: bytes
    record_sealed: bytes
    phones: tuple[bytes, ...]


@dataclass(frozen=True)
class Import:
    """When members were imported, and the day their records are from."""

    at: datetime
    as_of: date


def staging_name(table: Table) -> str:
    """The name of a table's staging table."""
    return f"{table.name}_next"


class Staging(ABC):
    """The staging tables; each database has its own way to fill them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @abstractmethod
    def lock(self) -> AbstractContextManager[None]:
        """Hold the import lock. Raises MembersBusy if another process has it."""

    @abstractmethod
    def add(self, members: Sequence[EncryptedMember]) -> None:
        """Insert members in a transaction of their own. Raises DatabaseUnavailable."""

    @abstractmethod
    def repeated(self, most: int) -> Sequence[bytes]:
        """Keyed hashes of KPJ that came more than once, at most `most`."""

    @abstractmethod
    def create(self, connection: Connection) -> None:
        """Create the empty staging tables."""

    @abstractmethod
    def complete(self) -> None:
        """Do the slow work before the swap, such as building keys."""

    @abstractmethod
    def replace_tables(self, connection: Connection) -> None:
        """Drop the live tables and give the staging tables their names."""

    def begin(self) -> None:
        """Create the staging tables; drop those that a killed import left behind."""
        with translated_errors(), self._engine.begin() as connection:
            _drop(connection)
            self.create(connection)

    def clear(self) -> None:
        """Drop the staging tables if they have not been swapped in."""
        with translated_errors(), self._engine.begin() as connection:
            _drop(connection)

    def swap(self, import_: Import, count: int, entry: AuditEntry | None) -> None:
        """Replace the live tables and record the import, in one transaction.

        Retry with a short lock timeout: everybody else queues behind a waiting lock.
        Raises DatabaseUnavailable.
        """
        with translated_errors():
            self.complete()
            for _ in _attempts():
                try:
                    return self._swap(import_, count, entry)
                except OperationalError as error:
                    if not _is_in_use(error):
                        raise
        msg = "a long query holds the table of members; nothing was changed"
        raise DatabaseUnavailable(msg)

    def _swap(self, import_: Import, count: int, entry: AuditEntry | None) -> None:
        row = {"at": import_.at, "as_of": import_.as_of, "members": count}
        with self._engine.begin() as connection:
            connection.execute(insert(imports).values(row))
            if entry is not None:
                record(connection, entry, "import members", f"{count} members")
            self.replace_tables(connection)


def _drop(connection: Connection) -> None:
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {staging_name(table)}")


def _attempts() -> Iterator[int]:
    for number in range(_SWAP_ATTEMPTS):
        yield number
        time.sleep(_SWAP_PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311


def _is_in_use(error: OperationalError) -> bool:
    """Whether the lock timeout expired (lock_not_available)."""
    return getattr(error.orig, "sqlstate", None) == "55P03"
