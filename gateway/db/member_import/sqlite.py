"""SQLite takes the new members in short transactions, between those of the others.

A key cannot be added to its tables afterwards: they have it from the beginning.
"""

import fcntl
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Engine, LargeBinary, insert, table, text

from gateway.db.core.engine import reachable
from gateway.db.member_import.staging import (
    TABLES,
    EncryptedMember,
    MembersBusy,
    Staging,
    beside,
)
from gateway.db.models.members import participant_phones, participants

_members = table(
    beside(participants), Column("kpj_index", LargeBinary), Column("record_sealed")
)
_phones = table(beside(participant_phones), Column("msisdn_index"), Column("kpj_index"))


class SqliteStaging(Staging):
    """Tables like the present ones; what comes twice is left out, and known."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._repeated: Counter[bytes] = Counter()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """By a lock on a file beside the database, which ends with its process."""
        with open(f"{self._engine.url.database}.import", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise MembersBusy from error
            yield

    def create(self, connection: Connection) -> None:
        """By the very words that made the present ones, with the names of all keys."""
        for it in TABLES:
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            words = connection.scalar(query, {"name": it.name})
            new = re.sub(r'(?<=^CREATE TABLE )"?\w+"?', beside(it), words, count=1)
            connection.exec_driver_sql(new)

    def add(self, members: Sequence[EncryptedMember]) -> None:
        """Insert those whose KPJ has not come yet."""
        rows = [
            {"kpj_index": it.kpj_index, "record_sealed": it.record_sealed}
            for it in members
        ]
        phones = [
            {"msisdn_index": phone, "kpj_index": it.kpj_index}
            for it in members
            for phone in it.phones
        ]
        new = insert(_members).prefix_with("OR IGNORE")
        with reachable(), self._engine.begin() as connection:
            if rows:
                added = connection.scalars(new.returning(_members.c.kpj_index), rows)
                self._repeated += Counter(it.kpj_index for it in members)
                self._repeated -= Counter(added)
            if phones:
                connection.execute(insert(_phones).prefix_with("OR IGNORE"), phones)

    def repeated(self, most: int) -> Sequence[bytes]:
        """Those that were left out."""
        return list(self._repeated)[:most]

    def complete(self) -> None:
        """Nothing is left to do."""

    def put_in_place(self, connection: Connection) -> None:
        """A schema's change waits for no reader here, and no reader for it."""
        for it in TABLES:
            connection.exec_driver_sql(f"DROP TABLE {it}")
            connection.exec_driver_sql(f"ALTER TABLE {beside(it)} RENAME TO {it}")
